"""Several effects from one study: three-level models, working correlations, composites.

A trial that reports hope at three time points does not count three times. Three answers:

- `multilevel` lets effects vary between clusters and between the effects of one cluster;
- with ``rho`` above 0 it also lets sampling errors correlate within a cluster (the correlated and
  hierarchical effects working model, CHE), and robust standard errors forgive a wrong ``rho``;
- `aggregate` makes one composite effect of each cluster, for whatever takes one effect a study.

The likelihood and its maximum stand in `clustered`, the sandwich estimators in `robust`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from themeweave.effects.design import (
    INTERCEPT,
    Coefficient,
    Moderators,
    Rows,
    omnibus,
    usable_rows,
    wald_tests,
)
from themeweave.effects.multilevel.clustered import Blocks, components
from themeweave.effects.multilevel.robust import sandwich
from themeweave.effects.records import Floats, Ints
from themeweave.errors import ReviewError

Method = Literal["REML", "ML"]


@dataclass(frozen=True, slots=True, eq=False)
class Aggregated:
    """One composite effect per cluster, clusters in order of first appearance."""

    clusters: tuple[str, ...]
    yi: Floats
    vi: Floats
    n_effects: Ints
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ThreeLevelFit:
    """A three-level model with model-based and cluster-robust tests of its coefficients."""

    coefficients: tuple[Coefficient, ...]  # model-based
    sigma2_between: float  # variance of true effects between clusters
    sigma2_within: float  # variance of true effects between the effects of one cluster
    QE: float  # residual heterogeneity, weights from the sampling (co)variances alone
    QE_df: int
    QE_pval: float
    QM: float  # all moderators at once: chi-square for z, F for t
    QM_df: int
    QM_pval: float
    loglik: float
    aic: float
    I2: float  # percent of the variance of a typical effect that is not sampling error
    I2_between: float
    I2_within: float
    pi_lb: float  # prediction interval for one effect in a further cluster; no moderators only
    pi_ub: float
    cr0: tuple[Coefficient, ...]  # robust, without correction, t with G - p
    cr1: tuple[Coefficient, ...]  # robust, times sqrt(G / (G - p)), t with G - p
    cr2: tuple[Coefficient, ...]  # bias-reduced, t with Satterthwaite's df
    k: int
    n_clusters: int
    method: str
    test: str
    rho: float
    level: float
    notes: tuple[str, ...]


def aggregate(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Any],
    rho: float = 0.6,
    weights: Literal["gls", "equal"] = "gls",
) -> Aggregated:
    """Make one composite effect of each cluster.

    With V the covariance of a cluster's sampling errors, correlation ``rho`` between any two, the
    composite is the generalised least squares mean 1'V^-1 y / 1'V^-1 1 with variance 1 / 1'V^-1 1.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; rows with ``nan`` are left out.
    cluster : shape (k,)
        The study each effect belongs to.
    rho : 0 <= rho < 1
        Assumed correlation between the effects of one study. It is rarely reported: vary it.
    weights
        ``gls`` as above, as metafor does; ``equal`` takes the plain mean, with variance
        1'V 1 / m^2 for m effects (Borenstein et al. 2009, chapter 24), which never lies outside
        its effects.

    Raises
    ------
    ReviewError
        When ``rho`` is outside its range, columns differ in length, or a variance is not above 0.

    References
    ----------
    Cooper H, Hedges LV, Valentine JC (2019). The Handbook of Research Synthesis and
    Meta-Analysis, 3rd edition, chapter 13.

    Examples
    --------
    >>> composite = aggregate([0.2, 0.4, 0.1], [0.04, 0.04, 0.02], ["A", "A", "B"], rho=0.5)
    >>> composite.clusters, composite.yi.round(3).tolist(), composite.vi.round(3).tolist()
    (('A', 'B'), [0.3, 0.1], [0.03, 0.02])
    """
    _check_rho(rho)
    rows = usable_rows(yi, vi, labels=cluster)
    if not len(rows.y):
        return Aggregated((), rows.y, rows.v, rows.kept, (*rows.notes, "no complete row"))
    blocks = Blocks.of(rows, rho)
    if weights == "equal":
        sums = blocks.per_cluster(np.column_stack([blocks.y, blocks.v, np.sqrt(blocks.v)]))
        covariance = rho * sums[:, 2] ** 2 + (1 - rho) * sums[:, 1]
        return Aggregated(
            clusters=blocks.names,
            yi=sums[:, 0] / blocks.sizes,
            vi=covariance / blocks.sizes**2,
            n_effects=blocks.sizes,
            notes=tuple(rows.notes),
        )
    inverse = blocks.weigh(0.0, 0.0)
    ones = np.ones((len(rows.y), 1))
    weight = inverse.times(ones)[:, 0]
    total = blocks.per_cluster(weight)
    means = blocks.per_cluster(weight * blocks.y) / total
    low, high = (
        np.array([pick(part) for part in np.split(blocks.y, blocks.starts[1:])])
        for pick in (np.min, np.max)
    )
    notes = list(rows.notes)
    notes += [
        f"the composite of {blocks.names[j]} lies outside its effects: at rho {rho:g} an effect "
        "with a much larger variance gets a negative weight, so compare a smaller rho"
        for j in np.flatnonzero((means < low - 1e-12) | (means > high + 1e-12))
    ]
    return Aggregated(
        clusters=blocks.names,
        yi=means,
        vi=1.0 / total,
        n_effects=blocks.sizes,
        notes=tuple(notes),
    )


def multilevel(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Any],
    *,
    moderators: Moderators | None = None,
    method: Method = "REML",
    test: Literal["z", "t"] = "z",
    rho: float = 0.0,
    level: float = 0.95,
) -> ThreeLevelFit:
    """Fit a three-level model: effects within clusters, clusters around a mean or a regression.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    cluster : shape (k,)
        The study (or district, or team) each effect belongs to.
    moderators
        Columns of k values by name: numbers are slopes, text is treatment-coded.
    method
        Restricted (``REML``) or full (``ML``) maximum likelihood.
    test
        Normal, or t with k - p degrees of freedom. With few clusters read ``cr2`` instead.
    rho : 0 <= rho < 1
        Correlation of sampling errors within a cluster; above 0 this is the CHE working model.
    level
        Of the intervals, between 0 and 1.

    Returns
    -------
    ThreeLevelFit
        With fewer than p + 1 effects the heterogeneity is not estimable: components are 0 and a
        note says so; with none at all every number is ``nan``. Components that the data cannot
        tell apart are noted as well.

    Raises
    ------
    ReviewError
        For an unknown method or test, ``rho`` or ``level`` out of range, columns of different
        length, a variance that is not above 0.

    References
    ----------
    Konstantopoulos S (2011). Research Synthesis Methods 2:61-76.
    Pustejovsky JE, Tipton E (2022). Prevention Science 23:425-438 (CHE).
    Higgins JPT, Thompson SG (2002). Statistics in Medicine 21:1539-1558, and Nakagawa S, Santos ESA
    (2012). Evolutionary Ecology 26:1253-1274, for I2 by level.

    Examples
    --------
    >>> effects, variances = [0.1, 0.3, 0.6, 0.9, -0.2, 0.0], [0.02] * 6
    >>> fit = multilevel(effects, variances, ["A", "A", "B", "B", "C", "C"])
    >>> round(fit.coefficients[0].estimate, 3), round(fit.sigma2_between, 3), fit.sigma2_within
    (0.283, 0.172, 0.008...)
    """
    _check_options(method, test, level)
    _check_rho(rho)
    rows = usable_rows(yi, vi, moderators=moderators, labels=cluster)
    if not len(rows.y):
        return _nothing(rows, method, test, rho, level)
    blocks = Blocks.of(rows, rho)
    k, p = blocks.X.shape
    restricted = method == "REML"
    notes = list(rows.notes)
    between, within, doubts = components(blocks, restricted)
    notes += doubts
    fit = blocks.weigh(between, within).fit(restricted)
    back = np.linalg.inv(blocks.R).astype(np.float64)
    covariance: Floats = back @ fit.covariance @ back.T
    estimates: Floats = back @ fit.gamma
    df = None if test == "z" else float(k - p)
    coefficients = wald_tests(
        rows.terms, estimates, np.sqrt(np.diag(covariance)), level=level, df=df
    )
    qm, qm_df, qm_p = omnibus(rows.terms, estimates, covariance, df)
    fixed = blocks.weigh(0.0, 0.0).fit(restricted)
    observed = k - p if restricted else k
    loglik = -0.5 * (fit.deviance + observed * math.log(2 * math.pi))
    total = between + within
    typical = (k - p) / fixed.trace_p if k > p else math.nan
    robust = sandwich(rows.terms, estimates, covariance, blocks.X, fit.residuals,
                      blocks.covariances(between, within), level)  # fmt: skip
    notes += robust.notes
    half = math.nan
    if rows.terms == (INTERCEPT,):
        only = coefficients[0]
        crit = (only.ci_ub - only.estimate) / only.se
        half = crit * math.sqrt(total + only.se**2)
    return ThreeLevelFit(
        coefficients=coefficients,
        sigma2_between=between,
        sigma2_within=within,
        QE=fixed.rss,
        QE_df=k - p,
        QE_pval=_chi2_sf(fixed.rss, k - p),
        QM=qm,
        QM_df=qm_df,
        QM_pval=qm_p,
        loglik=loglik,
        aic=-2 * loglik + 2 * (p + 2),
        I2=100 * total / (total + typical),
        I2_between=100 * between / (total + typical),
        I2_within=100 * within / (total + typical),
        pi_lb=float(estimates[0]) - half,
        pi_ub=float(estimates[0]) + half,
        cr0=robust.cr0,
        cr1=robust.cr1,
        cr2=robust.cr2,
        k=k,
        n_clusters=len(blocks.names),
        method=method,
        test=test,
        rho=rho,
        level=level,
        notes=tuple(notes),
    )


def _check_rho(rho: float) -> None:
    if not 0 <= rho < 1:
        raise ReviewError(
            f"rho is {rho:g}: the correlation of sampling errors must be at least 0 and below 1",
            next_step="Use a value from similar trials, such as 0.6, and vary it.",
        )


def _check_options(method: str, test: str, level: float) -> None:
    if method not in ("REML", "ML"):
        raise ReviewError(
            f"unknown method '{method}' for a three-level model", next_step="Use REML or ML."
        )
    if test not in ("z", "t"):
        raise ReviewError(f"unknown test '{test}'", next_step="Use z or t.")
    if not 0 < level < 1:
        raise ReviewError(
            f"the level of an interval is {level:g}", next_step="Use a value such as 0.95."
        )


def _chi2_sf(q: float, df: int) -> float:
    from scipy import stats

    return float(stats.chi2.sf(q, df)) if df > 0 else math.nan


def _nothing(rows: Rows, method: str, test: str, rho: float, level: float) -> ThreeLevelFit:
    nan = math.nan
    return ThreeLevelFit(
        (), nan, nan, nan, 0, nan, nan, 0, nan, nan, nan, nan, nan, nan, nan, nan, (), (), (),
        0, 0, method, test, rho, level, (*rows.notes, "not estimable (k < 1)"),
    )  # fmt: skip
