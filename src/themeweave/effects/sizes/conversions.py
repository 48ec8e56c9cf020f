"""From what a paper prints to what an analysis needs: errors from intervals, effects into effects.

Each function takes numbers or arrays of one shape and returns float arrays (of shape () for plain
numbers). What cannot be computed is nan. Ratios go in as they are printed, and come out on the log
scale where the name says ``log``.

References
----------
Higgins JPT, Li T, Deeks JJ, in Cochrane Handbook, chapter 6 (errors from intervals and p values,
combining groups). Chinn S (2000). Statistics in Medicine 19:3127-3131 (d and log OR). Borenstein M
and others (2009), Introduction to Meta-Analysis, chapter 7 (d and r). Zhang J, Yu KF (1998). JAMA
280:1690-1691 (OR to RR).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from themeweave.effects.records import Floats

Number = npt.ArrayLike


def _floats(*values: Number) -> list[Floats]:
    return [np.asarray(value, dtype=np.float64) for value in values]


def _z(upper: Number) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.asarray(upper, dtype=np.float64)), dtype=np.float64)


def _t(df: Number, upper: Number) -> Floats:
    """Return the quantile of t; nan where df < 1."""
    from scipy.special import stdtrit

    d, u = _floats(df, upper)
    return np.where(d >= 1, np.asarray(stdtrit(np.maximum(d, 1.0), u)), np.nan)


# --- standard errors and deviations from what is printed ------------------------------------------


def se_from_ci(lb: Number, ub: Number, level: float = 0.95, df: Number | None = None) -> Floats:
    """Return the standard error of an estimate from its interval, normal or t with ``df``.

    Examples
    --------
    >>> float(se_from_ci(-0.98, 0.98).round(4))
    0.5
    """
    low, high = _floats(lb, ub)
    upper = 0.5 + 0.5 * level
    reach = _z(upper) if df is None else _t(df, upper)
    return np.where(high > low, (high - low) / (2.0 * reach), np.nan)


def log_ratio_from_ci(
    estimate: Number, lb: Number, ub: Number, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return a ratio's logarithm and its standard error, from the ratio and its interval.

    Examples
    --------
    >>> y, se = log_ratio_from_ci(0.86, 0.66, 1.13)
    >>> float(y.round(3)), float(se.round(3))
    (-0.151, 0.137)
    """
    est, low, high = (np.where(x > 0, x, np.nan) for x in _floats(estimate, lb, ub))
    return np.log(est), se_from_ci(np.log(low), np.log(high), level)


def log_ratio_from_p(estimate: Number, p: Number) -> tuple[Floats, Floats]:
    """Return a ratio's logarithm and its standard error, from a two-sided p value of Wald's test.

    An exact p is needed: "p < 0.05" gives only a bound.
    """
    (est,) = _floats(estimate)
    y = np.log(np.where(est > 0, est, np.nan))
    return y, se_from_p(y, p)


def se_from_p(estimate: Number, p: Number, df: Number | None = None) -> Floats:
    """Return a standard error from an estimate and its two-sided p, normal or t with ``df``."""
    est, prob = _floats(estimate, p)
    upper = 1.0 - 0.5 * np.where((prob > 0) & (prob < 1), prob, np.nan)
    size = _z(upper) if df is None else _t(df, upper)
    return np.where(est != 0, np.abs(est) / size, np.nan)


def md_se_from_p(md: Number, p: Number, n1: Number, n2: Number) -> tuple[Floats, Floats]:
    """Return the standard error of a mean difference and the pooled SD, from the t test's p."""
    a, b = _floats(n1, n2)
    se = se_from_p(md, p, a + b - 2.0)
    return se, se / np.sqrt(1.0 / a + 1.0 / b)


def sd_from_se(se: Number, n: Number) -> Floats:
    """Return the standard deviation in a group from the standard error of its mean."""
    error, size = _floats(se, n)
    return error * np.sqrt(size)


def sd_from_ci(lb: Number, ub: Number, n: Number, level: float = 0.95) -> Floats:
    """Return the standard deviation in a group from the t interval of its mean."""
    (size,) = _floats(n)
    return sd_from_se(se_from_ci(lb, ub, level, size - 1.0), size)


def sd_of_change(sd1: Number, sd2: Number, r: Number) -> Floats:
    """Return the SD of a change from the SDs before and after and their correlation ``r``."""
    before, after, rho = _floats(sd1, sd2, r)
    return np.sqrt(before**2 + after**2 - 2.0 * rho * before * after)


def correlation_of_change(sd1: Number, sd2: Number, sd_change: Number) -> Floats:
    """Return the correlation of before and after that the three SDs imply; nan beyond -1 to 1."""
    before, after, change = _floats(sd1, sd2, sd_change)
    r = (before**2 + after**2 - change**2) / (2.0 * before * after)
    return np.where(np.abs(r) <= 1.0, r, np.nan)


def combine_groups(
    n1: Number, m1: Number, sd1: Number, n2: Number, m2: Number, sd2: Number
) -> tuple[Floats, Floats, Floats]:
    """Return size, mean and SD of two groups taken together.

    Examples
    --------
    >>> [float(x) for x in combine_groups(2, 1.0, 0.0, 2, 3.0, 0.0)]
    [4.0, 2.0, 1.1547005383792515]
    """
    a, x1, s1, b, x2, s2 = _floats(n1, m1, sd1, n2, m2, sd2)
    n = a + b
    within = (a - 1.0) * s1**2 + (b - 1.0) * s2**2
    return n, (a * x1 + b * x2) / n, np.sqrt((within + a * b / n * (x1 - x2) ** 2) / (n - 1.0))


# --- effects into effects -------------------------------------------------------------------------


def d_from_t(t: Number, n1: Number, n2: Number) -> tuple[Floats, Floats]:
    """Return Cohen's d from the t of two independent groups, and the two-sided p value of t."""
    from scipy.special import stdtr

    value, a, b = _floats(t, n1, n2)
    p = 2.0 * np.asarray(stdtr(a + b - 2.0, -np.abs(value)), dtype=np.float64)
    return value * np.sqrt(1.0 / a + 1.0 / b), p


def d_from_f(f: Number, n1: Number, n2: Number, sign: Number) -> Floats:
    """Return Cohen's d from the F of two independent groups; F has no sign, so give it."""
    value, direction = _floats(f, sign)
    return d_from_t(np.sign(direction) * np.sqrt(value), n1, n2)[0]


def d_from_p(p: Number, n1: Number, n2: Number, sign: Number) -> Floats:
    """Return Cohen's d from the two-sided p of a t test; p has no sign, so give it."""
    prob, a, b, direction = _floats(p, n1, n2, sign)
    upper = 1.0 - 0.5 * np.where((prob > 0) & (prob <= 1), prob, np.nan)
    return d_from_t(np.sign(direction) * _t(a + b - 2.0, upper), a, b)[0]


def log_or_to_d(log_or: Number, v: Number) -> tuple[Floats, Floats]:
    """Return d and its variance from a log odds ratio, for a logistic outcome."""
    y, variance = _floats(log_or, v)
    return y * np.sqrt(3.0) / np.pi, variance * 3.0 / np.pi**2


def d_to_log_or(d: Number, v: Number) -> tuple[Floats, Floats]:
    """Return a log odds ratio and its variance from d, for a logistic outcome."""
    y, variance = _floats(d, v)
    return y * np.pi / np.sqrt(3.0), variance * np.pi**2 / 3.0


def d_to_r(d: Number, n1: Number, n2: Number, v: Number | None = None) -> tuple[Floats, Floats]:
    """Return the point-biserial correlation that d stands for, and its variance from d's ``v``.

    Without ``v`` the variance is nan.
    """
    y, a, b = _floats(d, n1, n2)
    share = (a + b) ** 2 / (a * b)
    variance = np.asarray(np.nan if v is None else v, dtype=np.float64)
    return y / np.sqrt(y**2 + share), share**2 * variance / (y**2 + share) ** 3


def r_to_d(r: Number, v: Number | None = None) -> tuple[Floats, Floats]:
    """Return the d that a correlation stands for, and its variance from r's ``v``.

    Without ``v`` the variance is nan.
    """
    (y,) = _floats(r)
    rest = np.where(np.abs(y) < 1, 1.0 - y**2, np.nan)
    variance = np.asarray(np.nan if v is None else v, dtype=np.float64)
    return 2.0 * y / np.sqrt(rest), 4.0 * variance / rest**3


def r_to_z(r: Number, n: Number | None = None) -> tuple[Floats, Floats]:
    """Return Fisher's z and its variance 1 / (n - 3); the latter nan without ``n``."""
    (y,) = _floats(r)
    (size,) = _floats(np.nan if n is None else n)
    variance = 1.0 / np.where(size > 3, size - 3.0, np.nan)
    return np.arctanh(np.where(np.abs(y) < 1, y, np.nan)), variance


def z_to_r(z: Number, v: Number | None = None) -> tuple[Floats, Floats]:
    """Return the correlation for Fisher's z, and its variance from z's ``v``."""
    (y,) = _floats(z)
    r = np.tanh(y)
    variance = np.asarray(np.nan if v is None else v, dtype=np.float64)
    return r, (1.0 - r**2) ** 2 * variance


def or_to_rr(odds_ratio: Number, baseline_risk: Number) -> Floats:
    """Return the risk ratio for an odds ratio at a risk in the control group.

    Examples
    --------
    >>> float(or_to_rr(0.5, 0.3).round(4))
    0.5882
    """
    ratio, risk = _floats(odds_ratio, baseline_risk)
    return ratio / (1.0 - risk + risk * ratio)


def nnt_from_rr(risk_ratio: Number, baseline_risk: Number) -> tuple[Floats, Floats]:
    """Return the risk difference and the number needed to treat, |1 / difference|.

    The sign of the difference tells benefit from harm. No difference needs infinitely many.
    """
    ratio, risk = _floats(risk_ratio, baseline_risk)
    difference = risk * (ratio - 1.0)
    with np.errstate(divide="ignore"):
        return difference, np.abs(1.0 / difference)
