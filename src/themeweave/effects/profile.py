"""Intervals for the between-study variance: by Q-profile and by profile likelihood.

The Q-profile interval holds every tau2 at which the generalised Q statistic is not surprising. It
is exact under the model, needs no estimate of tau2, and so need not contain the estimate: it is
printed as it is.

References
----------
Viechtbauer W (2007). Statistics in Medicine 26:37-52 (Q-profile). Hardy RJ, Thompson SG (1996).
Statistics in Medicine 15:619-629 (profile likelihood).
"""

# ruff: noqa: N803  # X is a matrix, written as the field writes it

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from themeweave.effects.projection import Studies, log_likelihood
from themeweave.effects.records import Floats
from themeweave.effects.solver import choose, ready, root_of_q, solve


def q_profile(s: Studies, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return lower and upper bounds of tau2, shape (datasets,) each; nan without df.

    Parameters
    ----------
    s
        Data sets made ready by `themeweave.effects.solver.ready`.
    level
        Coverage, 0 to 1.
    """
    from scipy.special import chdtri

    bounds = np.full((2, len(s.y)), np.nan)
    rows = np.flatnonzero(s.df >= 1)
    if rows.size:
        both = s.take(np.concatenate([rows, rows]))
        tail = 0.5 * (1.0 - level)
        tails = np.repeat([tail, 1.0 - tail], rows.size)
        bounds[:, rows] = root_of_q(both, chdtri(both.df, tails)).reshape(2, -1)
    return bounds[0], bounds[1]


def profile_likelihood(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    method: str = "REML",
    level: float = 0.95,
    X: npt.ArrayLike | None = None,
) -> tuple[float, float]:
    """Return the profile-likelihood interval of tau2 for one set of effects.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and sampling variances; rows with a missing value are left out.
    method
        ``REML`` or ``ML``: which likelihood.
    level
        Coverage, 0 to 1.
    X : shape (k, p)
        Design of a meta-regression, or None for an intercept.

    Returns
    -------
    lower, upper
        The tau2 nearest to the estimate, on each side, at which twice the log-likelihood has
        fallen by the chi-square quantile; 0 where it has not fallen that far at tau2 = 0. Both are
        nan where no degree of freedom is left.

    Examples
    --------
    >>> lower, upper = profile_likelihood([-0.9, -0.4, -0.1], [0.04, 0.02, 0.05])
    >>> round(lower, 4), round(upper, 2)
    (0.0, 2.69)
    """
    from scipy.special import chdtri

    method = choose(method, ("REML", "ML"), "likelihood")
    s = ready(yi, vi, X)
    if s.df[0] < 1:
        return np.nan, np.nan
    restricted = method == "REML"
    peak = float(solve(s, method)[0])
    base = float(s.v_min[0])

    def height(t: Floats) -> Floats:
        return log_likelihood(s.take(np.zeros(len(t), dtype=np.intp)), t, restricted)

    floor = float(height(np.array([peak]))[0]) - 0.5 * float(chdtri(1.0, 1.0 - level))

    def crossing(inside: float, outside: float) -> float:
        """Halve the gap 16 ways at a time, so that 14 rounds reach the last bit."""
        for _ in range(14):
            points = base * np.expm1(
                np.linspace(np.log1p(inside / base), np.log1p(outside / base), 17)
            )
            points[0], points[-1] = inside, outside
            below = int(np.argmax(height(points[1:]) < floor)) + 1
            inside, outside = float(points[below - 1]), float(points[below])
        return 0.5 * (inside + outside)

    lower = 0.0
    if peak > 0.0 and height(np.zeros(1))[0] < floor:
        lower = crossing(peak, 0.0)
    outside = 2.0 * peak + base
    while height(np.array([outside]))[0] >= floor:
        outside = 4.0 * outside + base
    return lower, crossing(peak, outside)
