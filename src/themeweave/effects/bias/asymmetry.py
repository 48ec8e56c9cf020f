"""Small-study effects: small studies that report other effects than large ones.

They may because small negative studies stay in drawers, but also because they differ in quality, in
intensity of treatment, or by chance. None of these tests can tell which, and with fewer than ten
studies they have little power. "Egger's test" names two tests: the classic weighted regression with
free dispersion and t(k - 2), and the mixed model with additive tau2; they can disagree.

Trim-and-fill stands in `trimfill`, tests of excess significance in `excess`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from themeweave.effects.design import usable_rows
from themeweave.effects.moderators import meta_regression
from themeweave.effects.pool import pool
from themeweave.effects.records import Floats
from themeweave.effects.solver import choose
from themeweave.errors import ReviewError


@dataclass(frozen=True, slots=True)
class Egger:
    """A regression test for funnel plot asymmetry."""

    slope: float  # change of the effect per unit of the predictor
    slope_se: float
    stat: float  # slope / slope_se
    df: int | None  # t with k - 2 for the classic test; None: normal
    pval: float  # two-sided
    limit: float  # expected effect of an infinitely precise study
    limit_lb: float
    limit_ub: float
    k: int
    model: str
    predictor: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Begg:
    """A rank correlation test for funnel plot asymmetry."""

    tau: float  # Kendall's tau-b
    pval: float  # two-sided
    exact: bool  # False: normal approximation
    k: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FailSafe:
    """How many unpublished null results would undo a finding, by three definitions."""

    rosenthal: float  # until Stouffer's combined one-sided p exceeds alpha
    orwin: float  # until the mean effect falls to ``orwin_target``
    rosenberg: float  # until the common-effect two-sided p exceeds alpha
    orwin_target: float
    alpha: float
    k: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Funnel:
    """What a funnel plot shows; the arrays have one entry per usable row."""

    yi: Floats
    se: Floats
    pval: Floats  # two-sided, of each study against ``null``
    zone: tuple[str, ...]  # significance contour that each study falls in, such as '0.01 to 0.05'
    kept: tuple[int, ...]  # positions in what came in, from 0
    centre: float  # the pooled effect
    null: float
    level: float  # of the pseudo interval: centre +- z se
    reach: float  # that z
    contours: tuple[float, ...]  # p values at which the contours run, descending
    contour_reach: tuple[float, ...]  # their z: the lines null +- z se
    notes: tuple[str, ...]


def egger(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    model: Literal["classic", "mixed"] = "classic",
    predictor: Literal["se", "variance"] = "se",
    method: str = "REML",
    level: float = 0.95,
) -> Egger:
    """Test funnel plot asymmetry by regressing effects on their standard errors.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    model
        ``classic``: weighted least squares with free (multiplicative) dispersion and t(k - 2),
        Egger's own test in its modern form. ``mixed``: additive tau2 by ``method``, normal.
    predictor
        The standard error, or the sampling variance (Macaskill's form).
    method
        Of tau2, for ``mixed`` alone.
    level
        Of the interval of the limit.

    Returns
    -------
    Egger
        With fewer than 3 studies, or with standard errors that are all alike, nan and a note.

    Raises
    ------
    ReviewError
        For unknown options, columns of different length, or a variance that is not above 0.

    References
    ----------
    Egger M et al. (1997). BMJ 315:629-634. Sterne JAC, Egger M (2005), in Publication Bias in
    Meta-Analysis, chapter 6.

    Examples
    --------
    >>> test = egger([0.1, 0.2, 0.5, 0.9], [0.01, 0.02, 0.06, 0.10])
    >>> round(test.stat, 2), test.df, round(test.pval, 3)
    (8.16, 2, 0.015)
    """
    choose(model, ("classic", "mixed"), "model")
    choose(predictor, ("se", "variance"), "predictor")
    rows = usable_rows(yi, vi)
    k = len(rows.y)
    x = np.sqrt(rows.v) if predictor == "se" else rows.v
    notes = list(rows.notes)
    alike = k > 0 and float(np.ptp(x)) <= 1e-10 * float(x.max())
    if k < 3 or alike:
        why = "k < 3" if k < 3 else "all studies are equally precise"
        nan = math.nan
        return Egger(
            nan, nan, nan, None, nan, nan, nan, nan, k, model, predictor,
            (*notes, f"not estimable ({why})"),
        )  # fmt: skip
    classic = model == "classic"
    fit = meta_regression(
        rows.y,
        rows.v,
        {predictor: x.tolist()},
        method="FE" if classic else method,
        ci="knha" if classic else "z",
        level=level,
    )
    limit, slope = fit.coefficients
    if k < 10:
        notes.append("fewer than 10 studies: little power to detect asymmetry")
    return Egger(
        slope=slope.estimate,
        slope_se=slope.se,
        stat=slope.stat,
        df=k - 2 if classic else None,
        pval=slope.pval,
        limit=limit.estimate,
        limit_lb=limit.ci_lb,
        limit_ub=limit.ci_ub,
        k=k,
        model=model,
        predictor=predictor,
        notes=tuple(notes),
    )


def begg(yi: npt.ArrayLike, vi: npt.ArrayLike, *, exact: bool = True) -> Begg:
    """Test funnel plot asymmetry by rank correlation of standardised effects and variances.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    exact
        The permutation distribution; with ties the normal approximation stands in for it.

    Returns
    -------
    Begg
        With fewer than 3 studies, nan and a note.

    Raises
    ------
    ReviewError
        For columns of different length, or a variance that is not above 0.

    References
    ----------
    Begg CB, Mazumdar M (1994). Biometrics 50:1088-1101.

    Examples
    --------
    >>> test = begg([0.1, 0.5, 0.2, 0.9], [0.01, 0.02, 0.06, 0.10])
    >>> round(test.tau, 3), round(test.pval, 3)
    (0.667, 0.333)
    """
    from scipy import stats

    rows = usable_rows(yi, vi)
    k = len(rows.y)
    if k < 3:
        return Begg(math.nan, math.nan, exact, k, (*rows.notes, "not estimable (k < 3)"))
    w = 1 / rows.v
    mean = float(w @ rows.y / w.sum())
    z = (rows.y - mean) / np.sqrt(rows.v - 1 / w.sum())
    ties = len(np.unique(z)) < k or len(np.unique(rows.v)) < k
    found = stats.kendalltau(z, rows.v, method="exact" if exact and not ties else "asymptotic")
    tau, pval = float(found.statistic), float(found.pvalue)
    notes = list(rows.notes)
    if not math.isfinite(tau):
        notes.append("not estimable (all studies are alike)")
    elif exact and ties:
        notes.append("ties among the studies: normal approximation instead of the exact test")
    return Begg(tau, pval, exact and not ties, k, tuple(notes))


def fail_safe(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    alpha: float = 0.05,
    orwin_target: float | None = None,
) -> FailSafe:
    """Count the null results that would undo a finding.

    Journals ask for these numbers; they say little, because missing studies need not average zero
    and heterogeneity is ignored.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    alpha
        Significance level, between 0 and 1.
    orwin_target
        The mean effect that would no longer matter, on the scale and of the sign of ``yi``; half
        the unweighted mean by default.

    Returns
    -------
    FailSafe
        Whole numbers, 0 where the finding is not significant to begin with; nan and a note with
        no study, or where an effect of no interest is asked for that lies beyond the mean.

    Raises
    ------
    ReviewError
        For ``alpha`` out of range, columns of different length, a variance that is not above 0.

    References
    ----------
    Rosenthal R (1979). Psychological Bulletin 86:638-641. Orwin RG (1983). Journal of Educational
    Statistics 8:157-159. Rosenberg MS (2005). Evolution 59:464-468.

    Examples
    --------
    >>> found = fail_safe([0.4, 0.5, 0.6], [0.02, 0.03, 0.05])
    >>> found.rosenthal, found.orwin, found.rosenberg
    (24.0, 3.0, 15.0)
    """
    from scipy import stats

    if not 0 < alpha < 1:
        raise ReviewError(f"alpha is {alpha:g}", next_step="Give a value such as 0.05.")
    rows = usable_rows(yi, vi)
    k, nan, notes = len(rows.y), math.nan, list(rows.notes)
    if not k:
        return FailSafe(nan, nan, nan, nan, alpha, 0, (*notes, "not estimable (k < 1)"))
    w = 1 / rows.v
    stouffer = abs(float((rows.y / np.sqrt(rows.v)).sum())) / math.sqrt(k)
    rosenthal = k * ((stouffer / float(stats.norm.isf(alpha))) ** 2 - 1)
    common = abs(float(w @ rows.y)) / math.sqrt(float(w.sum()))
    rosenberg = k * ((common / float(stats.norm.isf(alpha / 2))) ** 2 - 1)
    mean = float(rows.y.mean())
    target = mean / 2 if orwin_target is None else orwin_target
    orwin = k * (mean - target) / target if target else nan
    if target * mean <= 0:
        orwin = nan
        notes.append("Orwin's number: not estimable (the target is 0 or on the other side of it)")
    return FailSafe(
        rosenthal=_whole(rosenthal),
        orwin=_whole(orwin),
        rosenberg=_whole(rosenberg),
        orwin_target=target,
        alpha=alpha,
        k=k,
        notes=tuple(notes),
    )


def funnel(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    method: str = "FE",
    null: float = 0.0,
    level: float = 0.95,
    contours: tuple[float, ...] = (0.1, 0.05, 0.01),
) -> Funnel:
    """Work out a contour-enhanced funnel plot.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    method
        Of the pooled effect at the centre, as in `pool`.
    null
        The effect that the contours stand around: 0 on the log scale of ratios.
    level
        Of the pseudo interval around the centre.
    contours
        p values between 0 and 1 at which contours run.

    Returns
    -------
    Funnel
        Without any study the centre is nan.

    Raises
    ------
    ReviewError
        For an unknown method, a contour out of range, or a variance that is not above 0.

    References
    ----------
    Peters JL et al. (2008). Journal of Clinical Epidemiology 61:991-996.

    Examples
    --------
    >>> funnel([0.1, 0.5], [0.01, 0.04]).zone
    ('0.1 to 1', '0.01 to 0.05')
    """
    from scipy import stats

    if not all(0 < p < 1 for p in contours):
        raise ReviewError(
            "a contour lies outside 0 to 1", next_step="Give p values such as 0.1, 0.05, 0.01."
        )
    rows = usable_rows(yi, vi)
    steps = tuple(sorted(contours, reverse=True))
    edges = (1.0, *steps, 0.0)
    se = np.sqrt(rows.v)
    pval: Floats = 2 * stats.norm.sf(np.abs(rows.y - null) / se)
    band = [sum(p < step for step in steps) for p in pval.tolist()]
    return Funnel(
        yi=rows.y,
        se=se,
        pval=pval,
        zone=tuple(f"{edges[i + 1]:g} to {edges[i]:g}" for i in band),
        kept=tuple(rows.kept.tolist()),
        centre=pool(rows.y, rows.v, method=method).estimate if len(rows.y) else math.nan,
        null=null,
        level=level,
        reach=float(stats.norm.isf((1 - level) / 2)),
        contours=steps,
        contour_reach=tuple(float(stats.norm.isf(step / 2)) for step in steps),
        notes=rows.notes,
    )


def _whole(number: float) -> float:
    """Round up to a whole number of studies, not below 0; a hair above one is that one."""
    if not math.isfinite(number):
        return math.nan
    return float(max(0, math.ceil(number - 1e-9 * max(1.0, abs(number)))))
