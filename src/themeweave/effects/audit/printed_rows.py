"""The rows of a table of printed results, and what an audit says about them.

A row is one pooled result as a review printed it. Columns are found under the names in use
(``estimate`` or ``est``, ``ci_low`` or ``lb``, ``q_p`` or ``Q_p``); every number keeps its digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from themeweave.effects.audit.printed import (
    Printed,
    Range,
    Table,
    Verdict,
    is_empty,
    read_printed,
    rows_of,
)
from themeweave.errors import ReviewError

Scale = Literal["difference", "ratio", "correlation", "proportion"]

NUMBERS: Mapping[str, tuple[str, ...]] = {
    "estimate": ("est", "effect", "effect_size"),
    "ci_low": ("lb", "ci_lb", "lower", "ci_lower"),
    "ci_high": ("ub", "ci_ub", "upper", "ci_upper"),
    "se": ("standard_error",),
    "variance": ("vi", "var"),
    "z": ("z_value", "zval"),
    "p": ("pval", "p_value", "pvalue"),
    "k": ("studies", "trials"),
    "n": ("n_total", "participants"),
    "q": ("chi2", "q_stat", "cochran_q"),
    "q_df": ("df", "chi2_df"),
    "q_p": ("p_q", "q_pval", "chi2_p"),
    "i2": ("i_squared", "isquared"),
    "tau2": ("tau_squared",),
}
WORDS: Mapping[str, tuple[str, ...]] = {
    "id": ("effect_id", "row_id"),
    "review": ("source", "study"),
    "year": (),
    "outcome": (),
    "subgroup": ("analysis",),
    "measure": ("effect_measure", "metric"),
    "better_when": ("direction_note", "better"),
    "significant": (),
}
_COUNTS = {"k", "n", "q_df"}

_SCALES: Mapping[str, Scale] = {
    **dict.fromkeys(("smd", "md", "rd", "wmd", "g", "d", "smdh", "es", "asd"), "difference"),
    **dict.fromkeys(("logor", "lnor", "logrr", "lnrr", "loghr", "lnhr", "zcor"), "difference"),
    **dict.fromkeys(("or", "rr", "hr", "irr", "rom", "ror", "peto", "dor"), "ratio"),
    **dict.fromkeys(("cor", "r"), "correlation"),
    **dict.fromkeys(("pr", "plo", "pft", "pas", "pln", "proportion", "prevalence"), "proportion"),
}
SUBGROUP_TESTS = {"qint", "qb", "qbetween", "qm"}


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """What one check says about one printed number."""

    row: int  # 1 is the first row below the header, or as ``numbers`` says
    where: str  # table, row, its id or source, column
    check: str  # the name of the check, such as "I2 from Q"
    printed: str
    recomputed: Range | None  # every value that the printed digits allow; None: nothing to compute
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of the table, read."""

    number: int  # 1 is the first row below the header
    place: str
    numbers: Mapping[str, Printed]  # only the cells that hold one
    words: Mapping[str, str]
    columns: Mapping[str, Any]  # the table's own names of the columns
    faults: tuple[AuditFinding, ...]  # cells that could not be read as printed

    @property
    def source(self) -> str:
        """Review and year, as far as the table tells."""
        return " ".join(filter(None, (self.words.get("review"), self.words.get("year"))))

    @property
    def measure(self) -> str:
        """The effect measure in small letters and digits."""
        return _plain(self.words.get("measure", ""))

    @property
    def scale(self) -> Scale | None:
        """On which scale the interval is symmetric; ``None`` where the measure is not known."""
        return scale_of(self.measure)

    def finding(
        self, check: str, column: str, verdict: Verdict, why: str, recomputed: Range | None = None
    ) -> AuditFinding:
        """Write down what ``check`` says about ``column`` of this row."""
        printed = self.numbers[column].text if column in self.numbers else ""
        place = f"{self.place}, column '{self.columns.get(column, column)}'"
        text = printed or self.words.get(column, "")
        return AuditFinding(self.number, place, check, text, recomputed, verdict, why)


def scale_of(measure: str) -> Scale | None:
    """On which scale intervals of a measure are symmetric; ``None`` where it is not known.

    Examples
    --------
    >>> scale_of("SMD"), scale_of("OR"), scale_of("log OR"), scale_of("kg")
    ('difference', 'ratio', 'difference', None)
    """
    return _SCALES.get(_plain(measure))


def _plain(measure: str) -> str:
    return "".join(c for c in measure.lower() if c.isalnum())


def read_rows(table: Table, where: str, numbers: Sequence[int] | None = None) -> list[PrintedRow]:
    """Read every row of a table of printed results; ``numbers`` says what to call the rows.

    Raises
    ------
    ReviewError
        When the table has neither an estimate nor a Q column, under any known name.
    """
    raw = rows_of(table)
    columns = list(table.columns) if hasattr(table, "columns") else [key for r in raw for key in r]
    names = _names(columns)
    if raw and "estimate" not in names and "q" not in names:
        raise ReviewError(
            "the table has no column of printed results",
            where,
            "Name the columns estimate, ci_low, ci_high, p, k, n, q, q_df, q_p, i2, measure, "
            "better_when, outcome and source, as far as the review printed them.",
        )
    called = range(1, len(raw) + 1) if numbers is None else numbers
    return [_read_row(number, row, names, where) for number, row in zip(called, raw, strict=True)]


def _names(columns: list[Any]) -> dict[str, Any]:
    """Find the table's own name for each known column, whatever its case."""
    own = {str(column).strip().lower(): column for column in reversed(columns)}
    found = {}
    for name, synonyms in (*NUMBERS.items(), *WORDS.items()):
        for candidate in (name, *synonyms):
            if candidate in own:
                found[name] = own[candidate]
                break
    return found


def _read_row(
    number: int, row: Mapping[str, Any], names: Mapping[str, Any], where: str
) -> PrintedRow:
    """Read one row: numbers with their digits, words, and cells that are no number."""
    words = {
        name: str(row.get(names[name])).strip()
        for name in WORDS
        if name in names and not is_empty(row.get(names[name]))
    }
    label = words.get("id") or words.get("review", "")
    place = f"{where}, row {number}" + (f" ({label})" if label else "")
    numbers: dict[str, Printed] = {}
    faults: list[AuditFinding] = []
    for name in NUMBERS:
        cell = row.get(names[name]) if name in names else None
        spot = f"{place}, column '{names.get(name, name)}'"
        try:
            printed = read_printed(cell, whole=name in _COUNTS)
        except ReviewError as error:
            why = f"{error.what}, so nothing was checked with it"
            text = str(cell).strip()
            faults.append(AuditFinding(number, spot, "number", text, None, "cannot tell", why))
            continue
        if printed is None:
            continue
        numbers[name] = printed
        if printed.decimal_comma:
            why = f"a decimal comma; read as {printed.value:g}, which a parser may miss"
            read = (printed.value, printed.value)
            faults.append(
                AuditFinding(number, spot, "decimal comma", printed.text, read, "disagrees", why)
            )
    return PrintedRow(number, place, numbers, words, names, tuple(faults))
