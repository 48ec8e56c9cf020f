"""Numbers as a review printed them: a digit string stands for a range of values.

``0.22`` is every value from 0.215 to 0.225, ``<0.001`` everything from 0 to 0.001. Whoever asks
whether a printed p value follows from a printed interval has to compare such ranges; comparing
the numbers themselves calls honest rounding a mistake.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from themeweave.errors import ReviewError

if TYPE_CHECKING:
    import pandas as pd

Range: TypeAlias = tuple[float, float]
Verdict: TypeAlias = Literal["agrees", "disagrees", "cannot tell"]
Table: TypeAlias = "pd.DataFrame | Sequence[Mapping[str, Any]]"

_EMPTY = {"", "-", "–", "—", "na", "n/a", "nan", "nr", "none", "null", "not reported"}
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<digits>\d+(?:[.,]\d*)*|[.,]\d+)(?:(?:e|[x×*]10\^?)(?P<exp>[-+]?\d+))?%?"
)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
CUT_OFF = "; fits only if the last digit was cut off or rounded up, not rounded"
_SLACK = 1e-9  # relative: decimal digits have no exact binary value


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number and the values it can stand for."""

    text: str
    value: float  # the digits themselves; the limit itself for "<0.001"
    low: float
    high: float
    unit: float  # one unit of the last printed digit; 0 for a limit such as "<0.001"
    decimal_comma: bool = False

    @property
    def range(self) -> Range:
        """The values that round to these digits."""
        return self.low, self.high

    def judge(self, recomputed: Range) -> Verdict:
        """Compare with a recomputed range.

        Returns
        -------
        Verdict
            ``agrees`` if some recomputed value rounds to the printed digits; ``cannot tell`` if
            one does only when its last digit was cut off or rounded up instead of rounded;
            ``disagrees`` otherwise.

        Examples
        --------
        >>> p = read_printed("0.057")
        >>> p.judge((0.0566, 0.0588)), p.judge((0.0577, 0.0588)), p.judge((0.07, 0.08))
        ('agrees', 'cannot tell', 'disagrees')
        """
        if overlap(self.range, recomputed):
            return "agrees"
        if overlap((self.low - self.unit / 2, self.high + self.unit / 2), recomputed):
            return "cannot tell"
        return "disagrees"


def read_printed(value: object, *, whole: bool = False) -> Printed | None:
    """Read a printed number with its digits; ``None`` for an empty cell.

    Parameters
    ----------
    value
        The cell. Text keeps trailing zeros, so read tables as text: the number 0.2 has to be
        taken as one printed digit, which makes every comparison more lenient, never stricter.
        Understood are ``<`` and ``>`` limits, per cent signs, a true minus sign, a raised point,
        ``1.2e-5`` and ``1.2×10-5``, and a decimal comma, which is read and marked.
    whole
        The column holds counts: ``1,265`` is then one thousand two hundred and sixty-five.

    Raises
    ------
    ReviewError
        When the cell holds something that is no number.

    Examples
    --------
    >>> read_printed("0.20").range
    (0.195, 0.205)
    >>> read_printed("p < .001").range
    (0.0, 0.001)
    >>> read_printed("-0,03").value, read_printed("-0,03").decimal_comma
    (-0.03, True)
    """
    text = _text(value)
    if text.lower() in _EMPTY:
        return None
    tidy = re.sub(r"\s+", "", text).replace("−", "-").replace("–", "-").replace("·", ".")
    tidy = re.sub(r"^[pP](?=[<>=≤≥.\d])", "", tidy).lstrip("=")
    limit = tidy[0] if tidy[:1] in {"<", ">", "≤", "≥"} else ""
    match = _NUMBER.fullmatch(tidy.lstrip("<>≤≥="))
    if match is None:
        raise _not_a_number(text)
    digits = match["digits"]
    comma = False
    if "," in digits and _THOUSANDS.fullmatch(digits) and (whole or digits.count(",") > 1):
        digits = digits.replace(",", "")
    elif "," in digits:
        comma, digits = True, digits.replace(",", ".")
    if digits.count(".") > 1:
        raise _not_a_number(text)
    exponent = int(match["exp"] or 0)
    if abs(exponent) > 308:  # beyond what a float holds
        raise _not_a_number(text)
    exact = Decimal(match["sign"] + digits).scaleb(exponent)
    number = float(exact)
    if limit in {"<", "≤"}:
        return Printed(text, number, min(0.0, number), number, 0.0, comma)
    if limit in {">", "≥"}:
        return Printed(text, number, number, math.inf, 0.0, comma)
    unit = Decimal(1).scaleb(exponent - len(digits.partition(".")[2]))
    low, high = float(exact - unit / 2), float(exact + unit / 2)
    if whole and unit == 1:
        low = high = number  # a count is exact
    return Printed(text, number, low, high, float(unit), comma)


def overlap(a: Range, b: Range) -> bool:
    """Whether two closed ranges share a value, up to the rounding of floating point."""

    def slack(x: float) -> float:
        return _SLACK * abs(x) if math.isfinite(x) else 0.0

    return a[0] <= b[1] + slack(b[1]) and b[0] <= a[1] + slack(a[1])


def rows_of(table: Table) -> list[dict[str, Any]]:
    """Rows of a data frame or a sequence of mappings, as dictionaries in order."""
    if hasattr(table, "to_dict"):
        return cast("list[dict[str, Any]]", table.to_dict("records"))
    return [dict(row) for row in cast("Iterable[Mapping[str, Any]]", table)]


def is_empty(value: object) -> bool:
    """Whether a cell is blank: ``None``, not a number, or white space."""
    return _text(value) == ""


def _text(value: object) -> str:
    """Write a cell's text; a float loses the ``.0`` that no review printed."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    text = str(value).strip()
    if text in {"<NA>", "NaT"}:
        return ""
    return text[:-2] if isinstance(value, float) and text.endswith(".0") else text


def _not_a_number(text: str) -> ReviewError:
    return ReviewError(
        f"'{text}' is not a number",
        next_step="Give one number in the cell, or leave it empty where none was printed.",
    )
