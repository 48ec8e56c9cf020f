"""Effects on yes-or-no outcomes, from events and group sizes, under a stated zero-cell policy.

A table is ``a`` events among ``n1`` in group 1 and ``c`` among ``n2`` in group 2. Ratios are on the
log scale. Where a formula cannot be computed the result is nan.

References
----------
Fleiss JL, Berlin JA (2009), in The Handbook of Research Synthesis and Meta-Analysis, 2nd ed. (OR,
RR, RD, PHI). Rücker G and others (2009). Statistics in Medicine 28:721-738 (AS). Yusuf S and others
(1985). Progress in Cardiovascular Diseases 27:335-371 (PETO). Bonett DG, Price RM (2007).
Psychological Methods 12:434-444 (YUQ, YUY). Hasselblad V, Hedges LV (1995). Psychological Bulletin
117:167-178 (OR2DL). Cox DR, Snell EJ (1989), Analysis of Binary Data (OR2DN).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from themeweave.effects.records import Floats
from themeweave.effects.solver import choose

ADD_TO = ("only0", "all", "if0all", "none")

Effect = tuple[Floats, Floats]


def cells(
    a: Floats, n1: Floats, c: Floats, n2: Floats, add: float = 0.5, to: str = "only0"
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the four cells a, b, c, d of each table after the zero-cell policy.

    Parameters
    ----------
    a, n1, c, n2 : shape (k,)
        Events and group sizes.
    add
        What is added to each of the four cells.
    to
        ``only0`` the tables that have a zero cell, ``all`` every table, ``if0all`` every table if
        any of them has a zero cell, ``none`` no table.
    """
    to = choose(to, ADD_TO, "zero-cell policy")
    table = np.array([a, n1 - a, c, n2 - c], dtype=np.float64)
    zero = (table == 0).any(axis=0)
    where = {
        "only0": zero,
        "all": np.ones_like(zero),
        "if0all": np.full_like(zero, zero.any()),
        "none": np.zeros_like(zero),
    }[to]
    table = table + add * where
    return table[0], table[1], table[2], table[3]


def double_zero(a: Floats, n1: Floats, c: Floats, n2: Floats) -> np.ndarray:
    """Say which tables have no events, or nothing but events, in both groups."""
    return np.asarray(((a == 0) & (c == 0)) | ((a == n1) & (c == n2)))


def odds_ratio(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return the log odds ratio (OR)."""
    return np.log(a * d / (b * c)), 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d


def risk_ratio(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return the log risk ratio (RR)."""
    y = np.log(a / (a + b)) - np.log(c / (c + d))
    return y, 1.0 / a - 1.0 / (a + b) + 1.0 / c - 1.0 / (c + d)


def risk_difference(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return the risk difference (RD)."""
    n1, n2 = a + b, c + d
    return a / n1 - c / n2, a * b / n1**3 + c * d / n2**3


def arcsine_difference(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return the difference of the arcsine square roots of the risks (AS)."""
    n1, n2 = a + b, c + d
    return np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2)), 0.25 / n1 + 0.25 / n2


def peto(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return Peto's one-step log odds ratio (PETO)."""
    n1, n2, events, others = a + b, c + d, a + c, b + d
    n = n1 + n2
    v = n1 * n2 * events * others / (n**2 * (n - 1.0))
    return (a - events * n1 / n) / v, 1.0 / v


def phi(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return the phi coefficient (PHI)."""
    n = a + b + c + d
    row, other_row, column, other_column = (a + b) / n, (c + d) / n, (a + c) / n, (b + d) / n
    rows, columns = row * other_row, column * other_column
    y = (a * d - b * c) / (n**2 * np.sqrt(rows * columns))
    d_row, d_column = row - other_row, column - other_column
    v = (
        1.0
        - y**2
        + y * (1.0 + 0.5 * y**2) * d_row * d_column / np.sqrt(rows * columns)
        - 0.75 * y**2 * (d_row**2 / rows + d_column**2 / columns)
    )
    return y, v / n


def yule_q(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return Yule's Q (YUQ)."""
    log_or, v = odds_ratio(a, b, c, d)
    y = np.tanh(0.5 * log_or)
    return y, 0.25 * (1.0 - y**2) ** 2 * v


def yule_y(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return Yule's Y (YUY)."""
    log_or, v = odds_ratio(a, b, c, d)
    y = np.tanh(0.25 * log_or)
    return y, (1.0 - y**2) ** 2 * v / 16.0


def d_logistic(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return the SMD that a log odds ratio stands for if the outcome is logistic (OR2DL)."""
    log_or, v = odds_ratio(a, b, c, d)
    return log_or * np.sqrt(3.0) / np.pi, v * 3.0 / np.pi**2


def d_normal(a: Floats, b: Floats, c: Floats, d: Floats) -> Effect:
    """Return the SMD that a log odds ratio stands for by the Cox-Snell factor 1.65 (OR2DN)."""
    log_or, v = odds_ratio(a, b, c, d)
    return log_or / 1.65, v / 1.65**2


FORMULAS: dict[str, Callable[[Floats, Floats, Floats, Floats], Effect]] = {
    "OR": odds_ratio,
    "RR": risk_ratio,
    "RD": risk_difference,
    "AS": arcsine_difference,
    "PETO": peto,
    "PHI": phi,
    "YUQ": yule_q,
    "YUY": yule_y,
    "OR2DL": d_logistic,
    "OR2DN": d_normal,
}
UNCORRECTED = ("AS", "PHI")  # computed from the cells as they are, whatever the policy


def effect(
    measure: str,
    a: Floats,
    n1: Floats,
    c: Floats,
    n2: Floats,
    add: float = 0.5,
    to: str = "only0",
    drop00: bool = False,
) -> Effect:
    """Return one of `FORMULAS` for each table under a zero-cell policy.

    Parameters
    ----------
    measure
        A key of `FORMULAS`.
    a, n1, c, n2 : shape (k,)
        Events and group sizes.
    add, to
        The policy, as in `cells`. ``AS`` and ``PHI`` need none and are left alone by it.
    drop00
        Whether tables without events in both groups, or with nothing else, count as not estimable.
    """
    with np.errstate(all="ignore"):
        table = cells(a, n1, c, n2, add, "none" if measure in UNCORRECTED else to)
        y, v = FORMULAS[measure](*table)
        lost = ~(np.isfinite(y) & np.isfinite(v) & (v > 0))
        if drop00:
            lost |= double_zero(a, n1, c, n2)
    return np.where(lost, np.nan, y), np.where(lost, np.nan, v)
