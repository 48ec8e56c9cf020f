"""Pooling: one effect out of many, with its uncertainty, heterogeneity and prediction interval.

`pool` is for one set of effects, `pool_batch` for thousands; both run the same arithmetic. The
weights are 1 / (v + tau2), so the common-effect result is the one with tau2 = 0.
"""

# ruff: noqa: N803  # Y and V are matrices, written as the field writes them

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from themeweave.effects.profile import q_profile
from themeweave.effects.projection import Studies, dot, log_likelihood, trace, weights
from themeweave.effects.records import Floats, PooledBatch, PooledEffect
from themeweave.effects.solver import COMMON, ESTIMATORS, choose, ready, solve, tau2_se
from themeweave.errors import ReviewError

METHODS = ESTIMATORS + COMMON
INTERVALS = ("z", "t", "knha", "adhoc")
PREDICTIONS = ("k-1", "k-2", "z")


def pool(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    method: str = "REML",
    ci: str = "z",
    level: float = 0.95,
    prediction: str = "k-1",
) -> PooledEffect:
    """Pool the effects of studies.

    The defaults are REML with a Wald interval, because that is what published pooled effects can
    be compared with: REML is nearly unbiased, the default of metafor and on offer in Cochrane's
    RevMan since 2025, and the Wald interval is what nearly every older review printed. With fewer
    than about 20 studies that interval is too narrow; ``ci="knha"`` (or ``"adhoc"``, whose standard
    error is never below Wald's) is then the better statement. The prediction interval uses t with
    k - 1 df, as metafor does beside ``knha``.

    Parameters
    ----------
    yi : shape (k,), k >= 1
        Effects on the analysis scale: log odds ratios, not odds ratios. Rows that are missing here
        or in ``vi`` are left out, and ``notes`` says which.
    vi : shape (k,)
        Sampling variances (squared standard errors), each > 0.
    method
        ``REML ML DL PM EB HE HS SJ`` for random effects, ``FE`` or ``EE`` for a common effect.
    ci
        ``z`` Wald; ``t`` Wald's standard error with t(k - 1); ``knha`` Knapp-Hartung (Hartung-
        Knapp-Sidik-Jonkman), t(k - 1); ``adhoc`` the same with its factor kept at 1 or above.
    level
        Coverage of all intervals, between 0 and 1.
    prediction
        Reference distribution of the prediction interval: t with ``k-1`` or ``k-2`` df (the latter
        by Higgins, Thompson and Spiegelhalter), or normal, ``z``.

    Returns
    -------
    PooledEffect
        ``I2`` (percent) and ``H2`` compare tau2 with the typical sampling variance and so depend on
        the method; for FE, EE and DL they equal the forms in Q. ``I2_Q`` is always the form in Q.
        Intervals of tau2, I2 and H2 are by Q-profile and need not contain the estimate. A number
        that cannot be estimated from so few studies is nan, and ``notes`` says why.

    Raises
    ------
    ReviewError
        For an unknown option (the nearest names are offered), a variance that is not above 0 (all
        such rows are named), lists of different length, or no usable row.

    References
    ----------
    Higgins JPT, Thompson SG (2002). Statistics in Medicine 21:1539-1558 (I2, H2). Knapp G,
    Hartung J (2003). Statistics in Medicine 22:2693-2710. Higgins JPT, Thompson SG, Spiegelhalter
    DJ (2009). Journal of the Royal Statistical Society A 172:137-159 (prediction).

    Examples
    --------
    >>> pooled = pool([-0.9, -0.4, -0.1], [0.04, 0.02, 0.05], method="DL")
    >>> round(pooled.estimate, 3), round(pooled.tau2, 3), round(pooled.I2, 1)
    (-0.471, 0.097, 73.7)
    >>> pool([0.3], [0.04]).notes[0]
    'tau2 and heterogeneity: not estimable (k < 2); tau2 is taken as 0'
    """
    choices = _choices(method, ci, level, prediction)
    s = ready(yi, vi)
    if len(s.y) != 1:
        raise ReviewError(
            f"{len(s.y)} sets of effects were given, where one is pooled",
            next_step="Give one list of effects and one of variances, or use pool_batch.",
        )
    present = s.on[0] > 0
    if not present.any():
        raise ReviewError(
            f"there is nothing to pool: none of {np.size(yi)} rows has an effect and a variance",
            next_step="Give at least one effect with its sampling variance.",
        )
    batch = _batch(s, choices, intervals=True)
    numbers = {name: getattr(batch, name)[0].item() for name in _SHARED}
    k, df = numbers["k"], numbers["Q_df"]
    restricted, parameters = choices.method == "REML", 1 if choices.method in COMMON else 2
    loglik = float(log_likelihood(s, batch.tau2, restricted)[0])
    size = df if restricted else k
    w = weights(s, batch.tau2)[0]
    return PooledEffect(
        **numbers,
        loglik=loglik,
        aic=2.0 * parameters - 2.0 * loglik,
        bic=parameters * float(np.log(size)) - 2.0 * loglik if size else np.nan,
        weights=np.where(present, 100.0 * w / w.sum(), np.nan),
        method=choices.method,
        ci=choices.ci,
        level=level,
        prediction=choices.prediction,
        notes=_notes(present, choices, numbers["se"] / float(w.sum()) ** -0.5),
    )


def pool_batch(
    Y: npt.ArrayLike,
    V: npt.ArrayLike,
    method: str = "REML",
    ci: str = "z",
    level: float = 0.95,
    prediction: str = "k-1",
    intervals: bool = False,
) -> PooledBatch:
    """Pool many sets of effects at once, each as `pool` would.

    Parameters
    ----------
    Y : shape (datasets, k)
        Effects, one data set a row; sets with fewer than k effects are padded with nan.
    V : shape (datasets, k)
        Sampling variances, each > 0, nan where ``Y`` is.
    method, ci, level, prediction
        As in `pool`, for all data sets alike.
    intervals
        Whether to add the Q-profile intervals of tau2, I2 and H2.

    Returns
    -------
    PooledBatch
        Arrays of shape (datasets,). A data set without a usable row is k = 0 and nan elsewhere.

    Raises
    ------
    ReviewError
        For an unknown option, shapes that differ, or a variance that is not above 0.

    Examples
    --------
    >>> nan = float("nan")
    >>> batch = pool_batch([[0.1, 0.5, 0.9], [0.2, 0.4, nan]], [[0.04] * 3, [0.02] * 3])
    >>> batch.k, batch.estimate.round(3)
    (array([3, 2]), array([0.5, 0.3]))
    """
    return _batch(ready(Y, V), _choices(method, ci, level, prediction), intervals)


class _Choices(NamedTuple):
    method: str
    ci: str
    level: float
    prediction: str


# What a single result takes over from a batch of one, by name.
_SHARED = (
    *("estimate", "se", "ci_lb", "ci_ub", "stat", "pval", "tau2", "se_tau2", "tau2_lb", "tau2_ub"),
    *("Q", "Q_df", "Q_pval", "I2", "I2_lb", "I2_ub", "I2_Q", "H2", "H2_lb", "H2_ub"),
    *("pi_lb", "pi_ub", "k"),
)


def _choices(method: str, ci: str, level: float, prediction: str) -> _Choices:
    """Check the options and bring them to their usual spelling."""
    if not 0.0 < level < 1.0:
        raise ReviewError(
            f"the level is {level:g}", next_step="Give a share between 0 and 1, such as 0.95."
        )
    return _Choices(
        choose(method, METHODS, "method"),
        choose(ci, INTERVALS, "interval"),
        level,
        choose(prediction, PREDICTIONS, "prediction interval"),
    )


def _batch(s: Studies, choices: _Choices, intervals: bool) -> PooledBatch:
    """Pool data sets made ready; nan wherever too few rows are left, and no warning."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _pooled(s, choices, intervals)


def _pooled(s: Studies, choices: _Choices, intervals: bool) -> PooledBatch:
    from scipy.special import chdtrc, ndtr, stdtr

    k, df = dot(s.on, s.on), np.maximum(s.df, 0.0)
    tau2 = np.where(k > 0, solve(s, choices.method), np.nan)
    w = weights(s, tau2)
    total = dot(w, s.on)
    mean = dot(w, s.y) / total
    r = s.y - mean[:, None]

    se = np.sqrt(1.0 / total)
    if choices.ci in ("knha", "adhoc"):
        factor = np.sqrt(dot(w * r, r) / df)
        se = se * (np.maximum(1.0, factor) if choices.ci == "adhoc" else factor)
    estimate = s.origin + mean
    stat = estimate / se
    wald = choices.ci == "z"
    pval = 2.0 * (ndtr(-np.abs(stat)) if wald else stdtr(df, -np.abs(stat)))
    reach = _quantile(choices.level, "z" if wald else "k-1", k) * se
    foresight = np.where(k > 1, _quantile(choices.level, choices.prediction, k), np.nan)
    foresight = foresight * np.sqrt(tau2 + se * se)

    w0 = weights(s, np.zeros(len(k)))
    r0 = s.y - (dot(w0, s.y) / w0.sum(axis=1))[:, None]
    q = dot(w0 * r0, r0)
    typical = np.where(k > 1, df / trace(s, w0), np.inf)
    q_share = np.where(q > df, 100.0 * (q - df) / q, 0.0)
    common = choices.method in COMMON
    bounds = _bounds(s, choices, typical) if intervals else {}
    return PooledBatch(
        estimate=estimate,
        se=se,
        ci_lb=estimate - reach,
        ci_ub=estimate + reach,
        stat=stat,
        pval=pval,
        tau2=tau2,
        se_tau2=tau2_se(s, tau2, choices.method),
        Q=np.where(k > 0, q, np.nan),
        Q_df=df.astype(np.int64),
        Q_pval=np.where(k > 0, np.where(df > 0, chdtrc(df, q), 1.0), np.nan),
        I2=np.where(k > 0, q_share if common else 100.0 * tau2 / (typical + tau2), np.nan),
        I2_Q=np.where(k > 0, q_share, np.nan),
        H2=np.where(k > 1, q / df, k / k) if common else 1.0 + tau2 / typical,
        pi_lb=estimate - foresight,
        pi_ub=estimate + foresight,
        k=k.astype(np.int64),
        method=choices.method,
        ci=choices.ci,
        level=choices.level,
        prediction=choices.prediction,
        **bounds,
    )


def _quantile(level: float, reference: str, k: Floats) -> Floats:
    """Return the two-sided critical value, shape (datasets,); nan where no df is left."""
    from scipy.special import ndtri, stdtrit

    upper = 0.5 + 0.5 * level
    if reference == "z":
        return np.full(len(k), float(ndtri(upper)))
    sizes = np.array(sorted(set(k.tolist())))
    df = sizes - (1.0 if reference == "k-1" else 2.0)
    value = np.where(df >= 1.0, stdtrit(np.maximum(df, 1.0), upper), np.nan)
    result: Floats = value[np.searchsorted(sizes, k)]
    return result


def _bounds(s: Studies, choices: _Choices, typical: Floats) -> dict[str, Floats]:
    """Return the Q-profile bounds of tau2 and, with them, of I2 and H2."""
    if choices.method in COMMON:
        low = high = np.full(len(typical), np.nan)
    else:
        low, high = q_profile(s, choices.level)
    return {
        "tau2_lb": low,
        "tau2_ub": high,
        "I2_lb": 100.0 * low / (typical + low),
        "I2_ub": 100.0 * high / (typical + high),
        "H2_lb": 1.0 + low / typical,
        "H2_ub": 1.0 + high / typical,
    }


def _notes(present: npt.NDArray[np.bool_], choices: _Choices, factor: float) -> tuple[str, ...]:
    """Say what was left out or could not be estimated, and what a reader should know."""
    k = int(present.sum())
    notes = []
    if k < present.size:
        gone = ", ".join(str(i + 1) for i in np.flatnonzero(~present))
        notes.append(f"rows left out, as the effect or its variance is missing: {gone}")
    if choices.method in COMMON:
        notes.append("common effect: tau2 is 0 by definition and the prediction interval says so")
    elif k < 2:
        notes.append("tau2 and heterogeneity: not estimable (k < 2); tau2 is taken as 0")
    if k < 2 and choices.ci != "z":
        notes.append(f"interval of the estimate ({choices.ci}): not estimable (k < 2)")
    least = 3 if choices.prediction == "k-2" else 2
    if k < least:
        notes.append(f"prediction interval ({choices.prediction}): not estimable (k < {least})")
    if choices.ci == "knha" and k > 1 and factor < 1.0:
        notes.append(
            f"the Knapp-Hartung standard error is {factor:.3g} times Wald's; "
            "'adhoc' would keep the factor at 1"
        )
    return tuple(notes)
