"""Audit: recompute what a review printed, and say whether the numbers can belong together.

A printed result is a small web of numbers: the interval fixes the p value, Q fixes I2, the number
of studies fixes the degrees of freedom. Each check takes every value that the printed digits can
stand for, carries the whole range through the formula, and compares ranges. So a verdict of
``disagrees`` means that no rounding explains the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from themeweave.effects.audit import check_heterogeneity, check_interval
from themeweave.effects.audit.check_between import duplicates, opposite_signs
from themeweave.effects.audit.check_possible import possible
from themeweave.effects.audit.printed import Table
from themeweave.effects.audit.printed_rows import AuditFinding, PrintedRow, read_rows
from themeweave.errors import ReviewError

# Each check of a single row gets the row and the level of its interval.
CHECKS: tuple[Callable[[PrintedRow, float], Iterator[AuditFinding]], ...] = (
    possible,
    check_heterogeneity.k_against_df,
    check_interval.centre,
    check_interval.p_from_interval,
    check_interval.z_against_interval,
    check_interval.p_from_z,
    check_interval.error_against_interval,
    check_heterogeneity.i2_from_q,
    check_heterogeneity.p_of_q,
    check_heterogeneity.subgroup_test,
    check_interval.significance,
)


def audit(
    table: Table,
    *,
    where: str = "the table",
    level: float = 0.95,
    same_outcome: Mapping[str, str] | None = None,
    numbers: Sequence[int] | None = None,
) -> list[AuditFinding]:
    """Recompute printed meta-analysis results, row by row and between rows.

    Within a row: numbers that cannot be (an interval reversed, I2 above 100, a decimal comma), k
    against the degrees of freedom, the centre of the interval, the interval's p value and Z, p from
    Z, I2 from Q, the p value of Q, a test of subgroups, the word on significance. Between rows: a
    clear effect whose sign contradicts the others on the same outcome, and the same numbers
    printed twice, with the sign turned or not.

    Parameters
    ----------
    table
        One printed result a row, read as text so that trailing zeros are kept. Columns, each
        optional but for estimate or q: ``estimate ci_low ci_high se variance z p k n q q_df q_p i2
        tau2 measure better_when outcome subgroup source year significant id``, or synonyms in use.
        Ratios as printed, not as logarithms, unless the measure says ``logOR``.
    where
        The name of the table, for the place of each finding.
    level
        Confidence level of the printed intervals, between 0 and 1.
    same_outcome
        Outcomes that go by another name: printed outcome -> common name. Without it, outcomes are
        the same when they differ only in brackets and in words such as ``self-rated``.

    numbers
        What to call the rows, such as their numbers in a spreadsheet; 1, 2, and so on where
        nothing is given.

    Returns
    -------
    list of AuditFinding
        In the order of the rows. ``cannot tell`` marks a number that could not be read, a digit
        that fits only if it was cut off instead of rounded, and an interval that fits only with
        Student's t (Knapp-Hartung).

    Raises
    ------
    ReviewError
        For a level that is not between 0 and 1, and for a table without printed results.

    Notes
    -----
    Intervals are checked on the scale on which they are symmetric: the logarithm for ratios, the
    measure itself for differences, Fisher's z for correlations. With z the normal quantile,
    |Z| = z |estimate| / half-width; I2 = max(0, (Q - df) / Q).

    Examples
    --------
    Social network support as printed by White et al. (2020), BMC Psychiatry 20:534:

    >>> row = {"estimate": "0.09", "ci_low": "-0.25", "ci_high": "0.42", "k": "4", "q": "9.2",
    ...        "q_p": "0.027", "i2": "67%", "measure": "SMD"}
    >>> for finding in audit([row]):
    ...     print(finding.check, finding.printed, finding.verdict)
    centre of the interval 0.09 agrees
    I2 from Q 67% agrees
    p of Q 0.027 agrees
    """
    if not 0 < level < 1:
        raise ReviewError(
            f"a confidence level of {level:g} is not between 0 and 1",
            next_step="Give 0.95 for 95% intervals.",
        )
    rows = read_rows(table, where, numbers)
    within = [
        finding
        for row in rows
        for finding in (*row.faults, *(f for check in CHECKS for f in check(row, level)))
    ]
    between = [*opposite_signs(rows, same_outcome or {}), *duplicates(rows)]
    return sorted([*within, *between], key=lambda finding: finding.row)
