"""Effects of one group: correlations, proportions and rates, and ratios of two rates.

All arguments may be arrays of one shape. What cannot be computed is nan.

References
----------
Olkin I, Pratt JW (1958). Annals of Mathematical Statistics 29:201-211 (UCOR). Freeman MF, Tukey JW
(1950). Annals of Mathematical Statistics 21:607-611 (PFT, IRFT). Schwarzer G and others (2019).
Research Synthesis Methods 10:476-483 (why PFT should not be turned back into proportions).
"""

from __future__ import annotations

import numpy as np

from themeweave.effects.records import Floats
from themeweave.effects.sizes.binary import ADD_TO
from themeweave.effects.solver import choose

CORRELATIONS = ("COR", "UCOR", "ZCOR")
PROPORTIONS = ("PR", "PLN", "PLO", "PAS", "PFT")
RATES = ("IR", "IRLN", "IRS", "IRFT")
RATE_CONTRASTS = ("IRR", "IRD", "IRSD")

Effect = tuple[Floats, Floats]


def correlation(measure: str, r: Floats, n: Floats) -> Effect:
    """Return a correlation: raw (COR), bias-corrected (UCOR) or Fisher's z (ZCOR)."""
    from scipy.special import hyp2f1

    with np.errstate(all="ignore"):
        if measure == "ZCOR":
            return np.arctanh(r), np.where(n > 3, 1.0 / (n - 3.0), np.nan)
        y = r
        if measure == "UCOR":
            y = r * np.asarray(hyp2f1(0.5, 0.5, 0.5 * (n - 2.0), 1.0 - r**2), dtype=np.float64)
        return y, (1.0 - y**2) ** 2 / (n - 1.0)


def proportion(measure: str, x: Floats, n: Floats, add: float = 0.5, to: str = "only0") -> Effect:
    """Return a proportion: raw (PR), log (PLN), logit (PLO), arcsine (PAS), double arcsine (PFT).

    ``add`` goes to events and non-events where the policy ``to`` says so (see
    `themeweave.effects.sizes.binary.cells`); the two arcsines need none.
    """
    with np.errstate(all="ignore"):
        if measure == "PAS":
            return np.arcsin(np.sqrt(x / n)), 0.25 / n
        if measure == "PFT":
            y = np.arcsin(np.sqrt(x / (n + 1.0))) + np.arcsin(np.sqrt((x + 1.0) / (n + 1.0)))
            return 0.5 * y, 1.0 / (4.0 * n + 2.0)
        extra = _extra((x == 0) | (x == n), add, to)
        x, n = x + extra, n + 2.0 * extra
        if measure == "PR":
            return x / n, x * (n - x) / n**3
        if measure == "PLN":
            return np.log(x / n), 1.0 / x - 1.0 / n
        return np.log(x / (n - x)), 1.0 / x + 1.0 / (n - x)


def rate(measure: str, x: Floats, t: Floats, add: float = 0.5, to: str = "only0") -> Effect:
    """Return a rate of ``x`` events in ``t`` person-time: raw, log, square root, Freeman-Tukey."""
    with np.errstate(all="ignore"):
        if measure == "IRS":
            return np.sqrt(x / t), 0.25 / t
        if measure == "IRFT":
            return 0.5 * (np.sqrt(x / t) + np.sqrt((x + 1.0) / t)), 0.25 / t
        x = x + _extra(x == 0, add, to)
        return (x / t, x / t**2) if measure == "IR" else (np.log(x / t), 1.0 / x)


def rate_contrast(
    measure: str,
    x1: Floats,
    t1: Floats,
    x2: Floats,
    t2: Floats,
    add: float = 0.5,
    to: str = "only0",
) -> Effect:
    """Return a contrast of two rates: log ratio (IRR), difference (IRD), of square roots (IRSD)."""
    with np.errstate(all="ignore"):
        if measure == "IRSD":
            return np.sqrt(x1 / t1) - np.sqrt(x2 / t2), 0.25 / t1 + 0.25 / t2
        extra = _extra((x1 == 0) | (x2 == 0), add, to)
        a, b = x1 + extra, x2 + extra
        if measure == "IRR":
            return np.log(a / t1) - np.log(b / t2), 1.0 / a + 1.0 / b
        return a / t1 - b / t2, a / t1**2 + b / t2**2


def _extra(zero: np.ndarray, add: float, to: str) -> Floats:
    """Return what the zero-cell policy adds to each row's counts."""
    to = choose(to, ADD_TO, "zero-cell policy")
    everywhere = to == "all" or (to == "if0all" and bool(zero.any()))
    where = np.full_like(zero, everywhere) | (zero & (to == "only0"))
    return np.where(where, float(add), 0.0)
