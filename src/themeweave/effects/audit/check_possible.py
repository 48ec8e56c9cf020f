"""Numbers that no analysis can give, whatever the rounding."""

from __future__ import annotations

import math
from collections.abc import Iterator

from themeweave.effects.audit.printed_rows import SUBGROUP_TESTS, AuditFinding, PrintedRow

LIMITS: tuple[tuple[str, float, float, str], ...] = (
    ("i2", 0.0, 100.0, "I2 lies between 0 and 100 per cent"),
    ("p", 0.0, 1.0, "a p value lies between 0 and 1"),
    ("q_p", 0.0, 1.0, "a p value lies between 0 and 1"),
    ("q", 0.0, math.inf, "Q cannot be negative"),
    ("q_df", 0.0, math.inf, "degrees of freedom cannot be negative"),
    ("tau2", 0.0, math.inf, "a variance cannot be negative"),
    ("variance", 0.0, math.inf, "a variance cannot be negative"),
    ("se", 0.0, math.inf, "a standard error cannot be negative"),
    ("k", 1.0, math.inf, "at least one study is needed"),
    ("n", 1.0, math.inf, "at least one participant is needed"),
)


def possible(row: PrintedRow, _level: float) -> Iterator[AuditFinding]:
    """Find the row's impossible numbers; nothing is said of possible ones."""
    for column, rule in (*_outside_limits(row), *_wrong_counts(row), *_wrong_interval(row)):
        yield row.finding("possible value", column, "disagrees", rule)


def _outside_limits(row: PrintedRow) -> Iterator[tuple[str, str]]:
    for column, least, most, rule in LIMITS:
        number = row.numbers.get(column)
        if number is not None and (number.high < least or number.low > most):
            yield column, rule


def _wrong_counts(row: PrintedRow) -> Iterator[tuple[str, str]]:
    for column in ("k", "q_df"):
        number = row.numbers.get(column)
        if number is not None and number.value != round(number.value):
            yield column, "not a whole number"
    k, n = row.numbers.get("k"), row.numbers.get("n")
    if k is not None and n is not None and n.high < k.low:
        yield "n", "fewer participants than studies"


def _wrong_interval(row: PrintedRow) -> Iterator[tuple[str, str]]:
    if row.measure in SUBGROUP_TESTS:
        return
    for column in ("estimate", "ci_low", "ci_high"):
        number = row.numbers.get(column)
        if number is None:
            continue
        if row.scale == "ratio" and number.high <= 0:
            yield column, "a ratio cannot be 0 or below"
        if row.scale == "correlation" and (number.low > 1 or number.high < -1):
            yield column, "a correlation lies between -1 and 1"
    low, high, estimate = (row.numbers.get(name) for name in ("ci_low", "ci_high", "estimate"))
    if low is not None and high is not None and low.low > high.high:
        yield "ci_low", f"the interval is reversed: it ends at {high.text}"
    elif estimate is not None and low is not None and estimate.high < low.low:
        yield "estimate", f"below its interval, which starts at {low.text}"
    elif estimate is not None and high is not None and estimate.low > high.high:
        yield "estimate", f"above its interval, which ends at {high.text}"
