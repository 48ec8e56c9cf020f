"""Columns of an extraction table, found by any of the names people give them, as numbers.

A table is a pandas DataFrame or a mapping of names to columns. Empty cells are nan. A cell that is
no number, or a number that cannot be (a group of 0, more events than people), is a fault; all
faults are told at once, each with its row and column.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from themeweave.effects.records import Floats
from themeweave.errors import ReviewError

_ARM: dict[str, str] = {  # per group: our name, then others; # stands for the group's number
    "mean_#": "m#i mean# m# m_#",
    "sd_#": "sd#i sd#",
    "n_#": "n#i n# total_# total#",
    "se_#": "se#i se#",
    "ci_lb_#": "lb#i lb_# mean_ci_lb_#",
    "ci_ub_#": "ub#i ub_# mean_ci_ub_#",
    "median_#": "med#i median# med_#",
    "q1_#": "q1#i",
    "q3_#": "q3#i",
    "min_#": "min#i min#",
    "max_#": "max#i max#",
    "events_#": "x#i events# event_# x#",
    "time_#": "t#i time# person_time_#",
}
_OTHER: dict[str, str] = {
    "events_1": "ai",
    "events_2": "ci",
    "nonevents_1": "bi",
    "nonevents_2": "di",
    "mean": "mi m",
    "sd": "sdi",
    "n": "ni n_total total",
    "events": "xi x cases",
    "time": "ti person_time",
    "r": "ri cor correlation",
    "d": "cohen_d cohens_d smd",
    "t": "t_value tval",
    "f": "f_value fval",
    "p": "p_value pval pvalue",
    "sign": "direction",
    "yi": "effect es y",
    "vi": "var variance v",
    "se": "sei standard_error std_error",
    "estimate": "hr or rr ratio est",
    "ci_lb": "lb lower ci_low ci_lower lcl",
    "ci_ub": "ub upper ci_high ci_upper ucl",
}
_LABELS = ("slab", "label", "study", "study_id", "author", "id")
CELLS = "the table holds cells that cannot be"
_MISSING = frozenset({"", "na", "<na>", "nan", "nat", "n/a", "none", "null", "-", "."})


def _synonyms() -> dict[str, tuple[str, ...]]:
    """Return every name a column may have, ours first."""
    names: dict[str, tuple[str, ...]] = {}
    for name, others in _ARM.items():
        for arm in "12":
            ours = name.replace("#", arm)
            names[ours] = (ours, *others.replace("#", arm).split())
    for name, others in _OTHER.items():
        names[name] = (*names.get(name, (name,)), *others.split())
    return names


SYNONYMS = _synonyms()

_STATISTICS = ("d", "t", "f", "p", "sign")
_POSITIVE = ("n_1", "n_2", "n", "time_1", "time_2", "time", "vi", "se")
_NOT_NEGATIVE = (
    *("sd_1", "sd_2", "sd", "se_1", "se_2", "events_1", "events_2", "events"),
    *("nonevents_1", "nonevents_2", "f"),
)
_RULES: tuple[tuple[tuple[str, ...], Callable[[Floats], Any], str], ...] = (
    (_POSITIVE, lambda x: x <= 0, "is not above 0"),
    (_NOT_NEGATIVE, lambda x: x < 0, "is below 0"),
    (("r",), lambda x: np.abs(x) > 1, "is not a correlation"),
    (("p",), lambda x: (x < 0) | (x > 1), "is not a probability"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The recognised columns under our names, each of shape (rows,)."""

    data: Mapping[str, Floats]
    slab: tuple[str, ...]
    rows: int

    def __getitem__(self, name: str) -> Floats:
        """Return a column, all nan where the table does not have it."""
        found = self.data.get(name)
        return np.full(self.rows, np.nan) if found is None else found

    def has(self, *names: str) -> bool:
        """Say whether the table has all of these columns."""
        return all(name in self.data for name in names)


def read(
    frame: Any,
    wanted: Collection[str],
    needs: Collection[str] = (),
    numbers: Sequence[int] | None = None,
) -> Columns:
    """Read the wanted columns of a table by any name that `SYNONYMS` knows.

    Parameters
    ----------
    frame
        A pandas DataFrame, or a mapping of column names to sequences of one length. Names are
        compared without regard to case.
    wanted
        Our names of the columns to read; the others are ignored, whatever they hold.
    needs
        Those that suffice. Where the table has them all, a test statistic that is no number
        ("ns", "< 0.05") is taken as missing and not as a fault.
    numbers
        What to call the rows in messages, such as their numbers in a spreadsheet; 1, 2, and so on
        where nothing is given.

    Raises
    ------
    ReviewError
        For columns of different length, or cells that are no number or cannot be.
    """
    raw = {str(name).strip().casefold(): list(frame[name]) for name in _names(frame)}
    lengths = {len(column) for column in raw.values()}
    if len(lengths) > 1:
        raise ReviewError(
            f"the columns have different lengths: {', '.join(map(str, sorted(lengths)))}",
            next_step="Give every column one cell per row.",
        )
    rows = lengths.pop() if lengths else 0
    slab = _slab(raw, rows)
    places = [where(slab, i, numbers) for i in range(rows)]
    faults: list[str] = []
    found = {
        ours: name
        for ours in sorted(wanted)
        if (name := next((name for name in SYNONYMS[ours] if name in raw), None)) is not None
    }
    enough = bool(needs) and all(ours in found for ours in needs)
    data = {}
    for ours, name in found.items():
        spare = enough and ours in _STATISTICS and ours not in needs
        data[ours] = _numbers(raw[name], name, places, [] if spare else faults)
    for arm in ("_1", "_2"):
        if f"nonevents{arm}" in data and f"events{arm}" in data and f"n{arm}" not in data:
            data[f"n{arm}"] = data[f"events{arm}"] + data[f"nonevents{arm}"]
    faults += _impossible(data, found, places)
    if faults:
        raise ReviewError(
            CELLS,
            next_step="Correct these cells, or leave them empty.",
            faults=faults,
        )
    return Columns(data, slab, rows)


def _slab(raw: Mapping[str, Sequence[Any]], rows: int) -> tuple[str, ...]:
    """Name the rows: by author and year, where these are what the table has."""
    name = next((name for name in _LABELS if name in raw), "")
    if not name:
        return tuple(str(row + 1) for row in range(rows))
    labels = [str(cell) for cell in raw[name]]
    if name != "author" or "year" not in raw:
        return tuple(labels)
    years = [str(cell).removesuffix(".0") for cell in raw["year"]]
    return tuple(
        f"{author} {year}" if year.isdigit() and year not in author else author
        for author, year in zip(labels, years, strict=True)
    )


def where(slab: Sequence[str], row: int, numbers: Sequence[int] | None = None) -> str:
    """Return how to call a row: its number, with the study's label where there is one."""
    label, number = slab[row], row + 1 if numbers is None else numbers[row]
    return f"row {number}" + (f" ({label})" if label not in ("", str(row + 1)) else "")


def _names(frame: Any) -> Iterable[Any]:
    columns = getattr(frame, "columns", None)
    if columns is not None:
        return list(columns)
    if isinstance(frame, Mapping):
        return list(frame)
    raise ReviewError(
        f"a table is needed, not a {type(frame).__name__}",
        next_step="Give a pandas DataFrame or a mapping of column names to columns.",
    )


def _numbers(column: list[Any], name: str, places: Sequence[str], faults: list[str]) -> Floats:
    """Return a column as floats, adding a fault for each cell that is no number."""
    values = np.full(len(column), np.nan)
    for i, cell in enumerate(column):
        text = str(cell).strip().replace("\u2212", "-")
        if (
            cell is None
            or text.casefold() in _MISSING
            or (name in SYNONYMS["p"] and text[0] in "<>")
        ):
            continue  # "p < 0.001" is a bound, not a number to compute with
        try:
            values[i] = float(text)
        except ValueError:
            hint = " (a decimal comma?)" if _is_number(text.replace(",", ".")) else ""
            faults.append(f"{places[i]}, column '{name}': '{text}' is not a number{hint}")
        else:
            if np.isinf(values[i]):
                faults.append(f"{places[i]}, column '{name}': '{text}' is not finite")
    return values


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _impossible(
    data: Mapping[str, Floats], called: Mapping[str, str], places: Sequence[str]
) -> list[str]:
    """Return a fault for each number that cannot be, by the table's own names of its columns."""
    faults = []
    for names, wrong, words in _RULES:
        for name in names:
            if name in data:
                column = data[name]
                faults += [
                    f"{places[i]}, column '{called.get(name, name)}': {column[i]:g} {words}"
                    for i in np.flatnonzero(wrong(column)).tolist()
                ]
    for events, total in (("events_1", "n_1"), ("events_2", "n_2"), ("events", "n")):
        if events in data and total in data:
            x, n, name = data[events], data[total], called.get(events, events)
            faults += [
                f"{places[i]}, column '{name}': {x[i]:g} events among {n[i]:g}"
                for i in np.flatnonzero(x > n).tolist()
            ]
    return faults
