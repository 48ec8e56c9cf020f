"""Between-study variance: eight estimators of tau2, many data sets at once, and none that fails.

DL, HE, HS and SJ are closed formulas. PM (and EB, which has the same solution) is the root of a
function whose reciprocal is increasing and concave, so that Newton steps from the left can never
pass it. ML and REML maximise a likelihood that can have several peaks. Twice its slope is
``y'PPy - tr P``; both terms fall as tau2 rises, and so do the rates at which their logarithms fall.
The values at the ends of an interval therefore bound the slope within it. Intervals are halved
until each one is proved to hold no peak or at most one; every peak is then climbed and the
highest is returned. There is no iteration limit to run into and no starting value to choose.

References
----------
Viechtbauer W (2005). Journal of Educational and Behavioral Statistics 30:261-293 (DL, HE, HS, ML,
REML). Sidik K, Jonkman JN (2005). Applied Statistics 54:367-384 (SJ). Paule RC, Mandel J (1982).
Journal of Research of the National Bureau of Standards 87:377-385 (PM). Morris CN (1983). Journal
of the American Statistical Association 78:47-55 (EB).
"""

# ruff: noqa: N803  # Y, V and X are matrices, written as the field writes them

from __future__ import annotations

import difflib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from themeweave.effects.projection import (
    Studies,
    dot,
    generalised_q,
    leverage,
    log_likelihood,
    residuals,
    slopes,
    studies,
    trace,
    trace_product,
    weights,
)
from themeweave.effects.records import Floats
from themeweave.errors import ReviewError

ESTIMATORS = ("DL", "EB", "HE", "HS", "ML", "PM", "REML", "SJ")
COMMON = ("EE", "FE")  # common effect: tau2 is 0 by definition

_BLOCK = 2**14  # effects worked on at once: what fits a processor's cache
_CROWD = 1000  # intervals per data set at which halving ends: only rounding noise gets there
_CUTS = 6  # intervals per data set to begin with
_STEPS = 100  # far beyond need (Newton takes about six); only a bound, so that a loop must end


def choose(value: str, offered: Iterable[str], what: str) -> str:
    """Return ``value`` if it is offered, ignoring case; otherwise name the nearest that are."""
    options = {name.casefold(): name for name in offered}
    found = options.get(str(value).casefold())
    if found is not None:
        return found
    near = difflib.get_close_matches(str(value).casefold(), options, n=3, cutoff=0.5)
    guess = "Did you mean " + " or ".join(f"'{options[n]}'" for n in near) + "? " if near else ""
    raise ReviewError(
        f"unknown {what} '{value}'",
        next_step=f"{guess}On offer: {', '.join(sorted(options.values()))}.",
    )


def tau2(
    Y: npt.ArrayLike, V: npt.ArrayLike, method: str = "REML", X: npt.ArrayLike | None = None
) -> Floats:
    """Estimate the between-study variance of one or many sets of effects.

    Parameters
    ----------
    Y : shape (datasets, k) or (k,)
        Effects, on the analysis scale. Rows that are nan here or in ``V`` are left out.
    V : shape as Y
        Sampling variances, each > 0, not standard errors.
    method
        ``DL`` DerSimonian-Laird, ``HE`` Hedges (variance component), ``HS`` Hunter-Schmidt, ``SJ``
        Sidik-Jonkman, ``ML``, ``REML``, ``EB`` empirical Bayes, ``PM`` Paule-Mandel, or ``FE`` or
        ``EE`` for a common effect.
    X : shape (k, p)
        Design of a meta-regression, shared by all data sets, with its column of ones; None for an
        intercept alone. ``tau2`` is then the residual between-study variance.

    Returns
    -------
    shape (datasets,), or (1,) for one data set
        Squared units of ``Y``, >= 0. It is 0 where the rows are no more than the columns of the
        design. ML and REML are the global optimum of the likelihood, to about 1e-12 relative.

    Raises
    ------
    ReviewError
        For an unknown method, shapes that differ, a variance that is not above 0, or a design
        whose columns are not independent.

    Examples
    --------
    >>> y, v = [-0.9, -0.4, -0.1], [0.04, 0.02, 0.05]
    >>> [round(float(tau2(y, v, method)[0]), 4) for method in ("DL", "REML", "PM")]
    [0.0968, 0.112, 0.1197]
    """
    method = choose(method, ESTIMATORS + COMMON, "method")
    return solve(ready(Y, V, X), method)


def ready(Y: npt.ArrayLike, V: npt.ArrayLike, X: npt.ArrayLike | None = None) -> Studies:
    """Check padded data sets (shapes as in `tau2`) and make them ready for `solve`."""
    y, v = _numbers(Y, "an effect"), _numbers(V, "a sampling variance")
    if y.shape != v.shape:
        raise ReviewError(
            f"{y.size} effects but {v.size} variances",
            next_step="Give each effect one sampling variance.",
        )
    faults = [
        f"data set {i + 1}, row {j + 1}: variance {v[i, j]:g}"
        if len(y) > 1
        else f"row {j + 1}: variance {v[i, j]:g}"
        for i, j in np.argwhere((v <= 0) & np.isfinite(y))
    ]
    if faults:
        raise ReviewError(
            "a sampling variance is not above 0",
            next_step="Correct these rows, or leave them out.",
            faults=faults,
        )
    if X is None:
        return studies(y, v)
    x = np.asarray(X, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] != y.shape[1] or not np.isfinite(x).all():
        raise ReviewError(
            f"the design has shape {x.shape} for {y.shape[1]} effects, or holds missing values",
            next_step="Give one complete row of moderators for each effect.",
        )
    s = studies(y, v, x)
    for rows in np.unique(s.on > 0, axis=0):
        if rows.sum() >= x.shape[1] and np.linalg.matrix_rank(x[rows]) < x.shape[1]:
            raise ReviewError(
                "the columns of the design are not independent",
                next_step="Leave out a moderator that the others already determine.",
            )
    return s


def _numbers(values: npt.ArrayLike, what: str) -> Floats:
    """Return values as floats of shape (datasets, k)."""
    try:
        numbers = np.atleast_2d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise ReviewError(
            f"{what} is not a number", next_step="Give numbers, and nan where one is missing."
        ) from error
    if numbers.ndim > 2:
        raise ReviewError(
            f"numbers of shape {numbers.shape} are more than a table of data sets",
            next_step="Give one row per data set and one column per effect.",
        )
    return numbers


def solve(s: Studies, method: str) -> Floats:
    """Return tau2 for data sets made ready by `ready`; see `tau2` for the methods."""
    value = np.zeros(len(s.y))
    if method in COMMON:
        return value
    rows = np.flatnonzero(s.df >= 1)
    if not rows.size:
        return value
    if rows.size < len(value):
        s = s.take(rows)
    with np.errstate(all="ignore"):
        value[rows] = _estimate(s, method)
    return value


def _estimate(s: Studies, method: str) -> Floats:
    """Return tau2 for data sets that each have a degree of freedom."""
    if method in ("REML", "ML"):
        block = max(1, _BLOCK // s.y.shape[1])
        parts = [
            _likelihood_peak(s.take(np.arange(i, min(i + block, len(s.y)))), method == "REML")
            for i in range(0, len(s.y), block)
        ]
        return np.concatenate(parts)
    if method in ("PM", "EB"):
        return root_of_q(s, s.df)
    return np.maximum(0.0, _moments(s, method))


def root_of_q(s: Studies, level: Floats) -> Floats:
    """Return the t >= 0 at which y'P(t)y falls to ``level``, 0 where it never lies above it.

    The reciprocal of y'Py increases in t and is concave (a parallel sum of linear functions), so
    Newton steps on it approach the root from the left and never pass it. A line above it gives the
    start: with r the unweighted residuals, 1 / y'Py <= r'(V + t)r / (r'r)^2. As its second
    derivative is at most 2 / (v_min + t) times its first, a step of length h leaves at most about
    h^2 / (v_min + t) to go.
    """
    r2 = residuals(s, s.on, s.y) ** 2 * s.on
    size = dot(r2, s.on)
    live, part = np.arange(len(s.y)), s
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.fmax(0.0, size / level - dot(r2, s.v) / size)
        for _ in range(_STEPS):
            q, slope = generalised_q(part, t[live])
            step = q / slope * (q / level[live] - 1.0)
            step = np.where(np.isfinite(step) & (step > 0), step, 0.0)
            t[live] += step
            going = step * step > 1e-12 * t[live] * (t[live] + part.v_min)
            if not going.any():
                break
            if not going.all():
                live, part = live[going], part.take(np.flatnonzero(going))
    return t


def _moments(s: Studies, method: str) -> Floats:
    """Return the closed estimators before they are cut at 0."""
    zero, k = np.zeros(len(s.y)), s.on.sum(axis=1)
    if method in ("DL", "HS"):
        w = weights(s, zero)
        q = generalised_q(s, zero)[0]
        return (q - s.df) / trace(s, w) if method == "DL" else (q - k) / w.sum(axis=1)
    if method == "HE":
        r = residuals(s, s.on, s.y)
        return (dot(s.on * r, r) - dot(s.on * (1.0 - leverage(s, s.on)), s.v)) / s.df
    mean = dot(s.on, s.y) / k
    start = dot(s.on, (s.y - mean[:, None]) ** 2) / k
    result: Floats = start * generalised_q(s, start)[0] / s.df
    return result


# --- the global optimum of a likelihood -----------------------------------------------------------


def _likelihood_peak(s: Studies, restricted: bool) -> Floats:
    """Return the t >= 0 at which the (restricted) likelihood is highest."""
    n = len(s.y)
    grid = _first_cut(s, restricted)
    at = np.array(slopes(s.take(np.repeat(np.arange(n), _CUTS + 1)), grid.ravel(), restricted))
    at = at.reshape(4, n, _CUTS + 1)
    at_zero = np.flatnonzero(at[0, :, 0] <= at[1, :, 0])
    rows, low, high, start = _single_peaks(s, grid, at, restricted)
    where = np.concatenate([at_zero, rows])
    peak = np.concatenate(
        [np.zeros(at_zero.size), _climb(s.take(rows), low, high, start, restricted)]
    )
    best = np.zeros(n)
    best[where] = peak
    if where.size > n:
        height = log_likelihood(s.take(where), peak, restricted)
        order = np.lexsort((-peak, height, where))
        best[where[order]] = peak[order]  # the last written is the highest; a tie takes the smaller
    return best


def _first_cut(s: Studies, restricted: bool) -> Floats:
    """Return equal steps of log(v_min + t) from 0 to where the likelihood only falls.

    They are fine enough to settle most data sets at once. As y'PPy <= RSS / (v_min + t)^2 and
    tr P >= df / (v_max + t), the slope is negative where the first bound is below the second, which
    is a quadratic in v_min + t.
    """
    r = residuals(s, s.on, s.y)
    rss = dot(s.on * r, r) / (s.df if restricted else dot(s.on, s.on))
    u = 0.5 * (rss + np.sqrt(rss * rss + 4.0 * rss * (s.v_max - s.v_min)))
    end = np.maximum(0.0, u - s.v_min) * (1.0 + 1e-9)
    steps = np.log1p(end / s.v_min)[:, None] * (np.arange(_CUTS + 1) / _CUTS)
    grid = s.v_min[:, None] * np.expm1(steps)
    grid[:, -1] = end
    return grid


def _single_peaks(
    s: Studies, grid: Floats, at: Floats, restricted: bool
) -> tuple[npt.NDArray[np.intp], Floats, Floats, Floats]:
    """Return intervals (data set, low, high) that hold one inner peak each, and a t near it.

    The slope is a - b. Both terms fall in t, and so do the rates at which their logarithms fall,
    2c / a and d / b. An interval from l to h therefore holds no peak if a(h) > b(l) or a(l) < b(h);
    at most one if 2c(h) / a(h) > d(l) / b(l), as then a / b falls throughout; and none inside if
    d(h) / b(h) > 2c(l) / a(l), as then a / b rises. ``at`` holds a, b, c and d on ``grid``, shape
    (4, datasets, points). Intervals that are not settled are halved.
    """
    row = np.repeat(np.arange(len(grid)), grid.shape[1] - 1)
    low, high = grid[:, :-1].ravel(), grid[:, 1:].ravel()
    at_low, at_high = at[:, :, :-1].reshape(4, -1), at[:, :, 1:].reshape(4, -1)
    found: list[tuple[npt.NDArray[np.intp], Floats, Floats, Floats]] = []
    while True:
        (a0, b0, c0, d0), (a1, b1, c1, d1) = at_low, at_high
        base = s.v_min[row]
        falls, rises = 2.0 * c1 / a1 > d0 / b0, d1 / b1 > 2.0 * c0 / a0
        narrow = (high - low <= 1e-12 * (low + base)) | (row.size > _CROWD * len(s.y))
        peak = np.flatnonzero((falls | narrow) & (a0 > b0) & (a1 <= b1))
        rise = np.log(a0[peak] / b0[peak])
        share = rise / (rise - np.log(a1[peak] / b1[peak]))
        near = _between(base[peak], low[peak], high[peak], share)
        found.append((row[peak], low[peak], high[peak], near))
        go = np.flatnonzero((a1 <= b0) & (a0 >= b1) & ~(falls | rises | narrow))
        if not go.size:
            break
        row, low, high = row[go], low[go], high[go]
        middle = _between(base[go], low, high, np.full(go.size, 0.5))
        at_middle = np.array(slopes(s.take(row), middle, restricted))
        row = np.concatenate([row, row])
        at_low = np.concatenate([at_low[:, go], at_middle], axis=1)
        at_high = np.concatenate([at_middle, at_high[:, go]], axis=1)
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    rows, low, high, near = (np.concatenate(column) for column in zip(*found, strict=True))
    return rows, low, high, near


def _between(base: Floats, low: Floats, high: Floats, share: Floats) -> Floats:
    """Return the point that share of the way from low to high in log(base + t), inside both."""
    point = low + (base + low) * np.expm1(share * np.log((base + high) / (base + low)))
    return np.where((point > low) & (point < high), point, 0.5 * (low + high))


def _climb(s: Studies, low: Floats, high: Floats, start: Floats, restricted: bool) -> Floats:
    """Return the peak within each bracket: Newton on log(a / b) against log(v_min + t).

    In these units the function is nearly straight, so about three steps do. A step that would leave
    the bracket is replaced by its middle.
    """
    low, high, t = low.copy(), high.copy(), start.copy()
    live, part = np.arange(len(t)), s
    for _ in range(_STEPS):
        if not live.size:
            break
        here, base = t[live], part.v_min
        a, b, c, d = slopes(part, here, restricted)
        up = a > b
        low[live] = np.where(up, here, low[live])
        high[live] = np.where(up, high[live], here)
        gain = np.log(a / b) / ((here + base) * (2.0 * c / a - d / b))
        there = here + (here + base) * np.expm1(gain)
        newton = (there >= low[live]) & (there <= high[live])
        there = np.where(newton, there, 0.5 * (low[live] + high[live]))
        t[live] = there
        moved = np.abs(there - here)
        done = newton & (moved <= 1e-7 * there) | (moved <= 1e-15 * (there + base))
        going = np.flatnonzero(~done)
        if going.size < live.size:
            live, part = live[going], part.take(going)
    return t


# --- the standard error of tau2 -------------------------------------------------------------------


def tau2_se(s: Studies, t: Floats, method: str) -> Floats:
    """Return the asymptotic standard error of tau2; nan for a common effect or without df.

    Formulas as in metafor: for ML and REML from the expected information at the estimate, for PM
    and EB as Viechtbauer 2005 gives for EB, for the others from the variance of a quadratic form.
    """
    k, df = s.on.sum(axis=1), s.df
    if method in COMMON:
        return np.full(len(t), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        w = weights(s, t)
        one = np.ones_like(w)
        if method == "ML":
            value = np.sqrt(2.0 / dot(w, w))
        elif method == "REML":
            value = np.sqrt(2.0 / trace_product(s, w, one, one))
        elif method in ("PM", "EB"):
            value = np.sqrt(2.0 * k * k / df) / w.sum(axis=1)
        elif method in ("DL", "HS"):
            w = weights(s, np.zeros(len(t)))
            first = trace(s, w)
            spread = 2.0 * df + 4.0 * t * first + 2.0 * t * t * trace_product(s, w, one, one)
            value = np.sqrt(spread) / (first if method == "DL" else w.sum(axis=1))
        elif method == "HE":
            m = s.on
            spread = (
                trace_product(s, m, s.v, s.v)
                + 2.0 * t * trace_product(s, m, s.v, one)
                + t * t * trace_product(s, m, one, one)
            )
            value = np.sqrt(2.0 * spread) / df
        else:
            mean = dot(s.on, s.y) / k
            start = dot(s.on, (s.y - mean[:, None]) ** 2) / k
            w = weights(s, start)
            spread = (
                trace_product(s, w, s.v, s.v)
                + 2.0 * t * trace_product(s, w, s.v, one)
                + t * t * trace_product(s, w, one, one)
            )
            value = start * np.sqrt(2.0 * spread) / df
    return np.where(df >= 1, value, np.nan)
