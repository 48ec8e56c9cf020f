"""Moderators: effects that differ between subgroups, or rise and fall with a study's traits.

Two questions that are often confused. *Subgroups with separate tau2* pool each level on its own and
ask whether the level estimates scatter more than their errors allow (RevMan, Stata). *A shared
tau2* is a meta-regression on the level; with few studies a level it is the steadier choice, because
tau2 from two or three studies is hardly known. Both are observational: trials are not randomised to
their moderators, whatever the p value.
"""
# ruff: noqa: N803, N806  # matrices are written as the field writes them

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from themeweave.effects.design import (
    INTERCEPT,
    Coefficient,
    Moderators,
    Rows,
    omnibus,
    usable_rows,
    wald_tests,
)
from themeweave.effects.pool import INTERVALS, METHODS, pool_batch
from themeweave.effects.records import Floats
from themeweave.effects.solver import COMMON, choose
from themeweave.effects.solver import tau2 as estimate_tau2
from themeweave.errors import ReviewError


@dataclass(frozen=True, slots=True, eq=False)
class MetaRegression:
    """A mixed-effects meta-regression."""

    coefficients: tuple[Coefficient, ...]
    tau2: float  # residual between-study variance
    QM: float  # all moderators at once: chi-square for z, else F
    QM_df: int
    QM_df2: int | None  # of the denominator of F; None for chi-square
    QM_pval: float
    QE: float  # residual heterogeneity, weights from the sampling variances alone
    QE_df: int
    QE_pval: float
    I2: float  # percent, residual
    H2: float
    R2: float  # percent of tau2 that the moderators account for, not below 0
    covariance: Floats  # (p, p) of the coefficients, for predictions
    k: int
    method: str
    ci: str
    level: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One level of a subgroup analysis."""

    level: str
    k: int
    estimate: float
    se: float
    stat: float
    pval: float
    ci_lb: float
    ci_ub: float
    tau2: float  # the shared one where tau2 is common
    Q: float  # heterogeneity within the level, weights from the sampling variances alone
    Q_df: int
    Q_pval: float
    I2: float  # percent: as in `pool` for separate tau2, from Q for a common one


@dataclass(frozen=True, slots=True, eq=False)
class Subgroups:
    """A subgroup analysis: the levels in code-point order, and the test between them."""

    groups: tuple[Subgroup, ...]
    Q_between: float  # chi-square, or F where tau2 is common and ci is not z
    df: int
    df2: int | None  # of the denominator of F; None for chi-square
    pval: float
    tau2: Literal["separate", "common"]
    k: int
    method: str
    ci: str
    level: float
    notes: tuple[str, ...]


def meta_regression(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    moderators: Moderators,
    *,
    method: str = "REML",
    ci: str = "z",
    level: float = 0.95,
) -> MetaRegression:
    """Regress effects on traits of their studies, with residual heterogeneity.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    moderators
        Columns of k values by name. Numbers are slopes. Text is coded by treatment contrasts
        against its first level in code-point order; its terms are named column plus level.
    method
        Of tau2, as in `pool`; ``FE`` or ``EE`` for none.
    ci
        ``z``; ``t`` with k - p; ``knha`` Knapp-Hartung; ``adhoc`` the same with its factor not
        below 1. All but ``z`` make the omnibus test an F test.
    level
        Of the intervals, between 0 and 1.

    Returns
    -------
    MetaRegression
        A term that the others determine is left out with a note. ``R2`` is
        ``1 - tau2 / tau2 without moderators``, for ``FE`` the adjusted R2 of weighted least
        squares; it is nan where there is nothing to account for. With k no greater than the number
        of coefficients tau2 is 0 and a note says that it is not estimable; with no complete row
        every number is nan.

    Raises
    ------
    ReviewError
        For an unknown method or interval, a level out of range, columns of different length, or a
        variance that is not above 0.

    References
    ----------
    Knapp G, Hartung J (2003). Statistics in Medicine 22:2693-2710. Raudenbush SW (2009), in The
    Handbook of Research Synthesis and Meta-Analysis, 2nd edition, pp 295-315 (R2). Lopez-Lopez JA
    et al. (2014). British Journal of Mathematical and Statistical Psychology 67:30-48 (I2, R2).

    Examples
    --------
    >>> fit = meta_regression([0.1, 0.3, 0.4, 0.8], [0.02] * 4, {"weeks": [2, 4, 6, 8]})
    >>> [(c.term, round(c.estimate, 3)) for c in fit.coefficients], round(fit.R2)
    ([('intercept', -0.15), ('weeks', 0.11)], 100)
    """
    _check_level(level)
    rows = usable_rows(yi, vi, moderators=moderators)
    return _regress(
        rows, choose(method, METHODS, "method"), choose(ci, INTERVALS, "interval"), level
    )


def subgroups(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    groups: Sequence[Any],
    *,
    tau2: Literal["separate", "common"] = "separate",
    method: str = "REML",
    ci: str = "z",
    level: float = 0.95,
) -> Subgroups:
    """Pool each subgroup, and test whether the subgroups differ.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    groups : shape (k,)
        The level each study belongs to.
    tau2
        ``separate``: each level has its own, and Q-between compares the level estimates by their
        standard errors, as chi-square. ``common``: one residual tau2; the test is the omnibus test
        of the meta-regression on the level, an F test for any ``ci`` but ``z``.
    method, ci, level
        As in `meta_regression`.

    Returns
    -------
    Subgroups
        Levels in code-point order. Fewer than two levels leave no test: nan and a note.

    Raises
    ------
    ReviewError
        As `meta_regression`, and for an unknown kind of ``tau2``.

    References
    ----------
    Borenstein M, Higgins JPT (2013). Prevention Science 14:134-143.

    Examples
    --------
    >>> found = subgroups([0.1, 0.2, 0.6, 0.7], [0.02] * 4, ["ward", "ward", "home", "home"])
    >>> [(g.level, round(g.estimate, 2)) for g in found.groups], round(found.Q_between, 2)
    ([('home', 0.65), ('ward', 0.15)], 12.5)
    """
    _check_level(level)
    method, ci = choose(method, METHODS, "method"), choose(ci, INTERVALS, "interval")
    choose(tau2, ("separate", "common"), "kind of tau2")
    rows = usable_rows(yi, vi, labels=groups)
    build = _separate if tau2 == "separate" else _common
    return build(rows, sorted(set(rows.labels)), method, ci, level)


def _regress(rows: Rows, method: str, ci: str, level: float) -> MetaRegression:
    from scipy import stats

    k, p = rows.X.shape
    nan = math.nan
    if not p:
        return MetaRegression(
            (), nan, nan, 0, None, nan, nan, 0, nan, nan, nan, nan, rows.X, k, method, ci, level,
            (*rows.notes, "not estimable: no complete row"),
        )  # fmt: skip
    df, notes = k - p, list(rows.notes)
    if df < 1:
        notes.append(f"tau2 and heterogeneity: not estimable (k < {p + 1}); tau2 is taken as 0")
    between = _tau2(rows.y, rows.v, method, rows.X)
    b, covariance, rss = _least_squares(rows.y, 1 / (rows.v + between), rows.X)
    qe = _least_squares(rows.y, 1 / rows.v, rows.X)[2]
    factor = 1.0
    if ci in ("knha", "adhoc"):
        factor = rss / df if df else nan
        factor = max(1.0, factor) if ci == "adhoc" else factor
    covariance = factor * covariance
    own = None if ci == "z" else df
    qm, qm_df, qm_pval = omnibus(rows.terms, b, covariance, own)
    common = method in COMMON
    typical = _typical(rows.v, rows.X) if df else math.inf
    null = np.ones((k, 1))
    if INTERCEPT not in rows.terms or k < 2:
        r2 = nan
    elif common:
        q = _least_squares(rows.y, 1 / rows.v, null)[2]
        r2 = 100 * max(0.0, 1 - (qe / df) / (q / (k - 1))) if df and q > 0 else nan
    else:
        alone = _tau2(rows.y, rows.v, method, null)
        r2 = 100 * max(0.0, 1 - between / alone) if alone > 0 else nan
    return MetaRegression(
        coefficients=wald_tests(rows.terms, b, np.sqrt(np.diag(covariance)), level=level, df=own),
        tau2=between,
        QM=qm,
        QM_df=qm_df,
        QM_df2=own,
        QM_pval=qm_pval,
        QE=qe,
        QE_df=df,
        QE_pval=float(stats.chi2.sf(qe, df)) if df else 1.0,
        I2=(100 * (qe - df) / qe if qe > df else 0.0)
        if common
        else 100 * between / (typical + between),
        H2=qe / df if common and df else 1 + between / typical,
        R2=r2,
        covariance=covariance,
        k=k,
        method=method,
        ci=ci,
        level=level,
        notes=tuple(notes),
    )


def _separate(rows: Rows, levels: Sequence[str], method: str, ci: str, level: float) -> Subgroups:
    from scipy import stats

    Y, V = _by_level(rows, levels)
    batch = pool_batch(Y, V, method=method, ci=ci, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / batch.se**2
        mean = (weight * batch.estimate).sum() / weight.sum()
        between = float((weight * (batch.estimate - mean) ** 2).sum())
    df, notes = len(levels) - 1, list(rows.notes)
    if df < 1:
        between = math.nan
        notes.append("difference between subgroups: not estimable (fewer than 2 levels)")
    elif not math.isfinite(between):
        notes.append(
            "difference between subgroups: not estimable (a level's standard error is 0 or missing)"
        )
    alone = [name for name, k in zip(levels, batch.k.tolist(), strict=True) if k == 1]
    if alone and method not in COMMON:
        notes.append(f"one study only in {', '.join(alone)}: its tau2 is taken as 0")
    return Subgroups(
        groups=tuple(
            Subgroup(
                name,
                int(batch.k[i]),
                float(batch.estimate[i]),
                float(batch.se[i]),
                float(batch.stat[i]),
                float(batch.pval[i]),
                float(batch.ci_lb[i]),
                float(batch.ci_ub[i]),
                float(batch.tau2[i]),
                float(batch.Q[i]),
                int(batch.Q_df[i]),
                float(batch.Q_pval[i]),
                float(batch.I2[i]),
            )
            for i, name in enumerate(levels)
        ),
        Q_between=between,
        df=df,
        df2=None,
        pval=float(stats.chi2.sf(between, df)) if df > 0 else math.nan,
        tau2="separate",
        k=len(rows.y),
        method=method,
        ci=ci,
        level=level,
        notes=tuple(notes),
    )


def _common(rows: Rows, levels: Sequence[str], method: str, ci: str, level: float) -> Subgroups:
    contrasts = usable_rows(rows.y, rows.v, moderators={"level": rows.labels})
    test = _regress(contrasts, method, ci, level)
    member = np.array(rows.labels)[:, None] == np.array(levels)[None, :]
    cells = Rows(rows.y, rows.v, member.astype(np.float64), tuple(levels), (), rows.kept, ())
    means = _regress(cells, method, ci, level).coefficients
    fixed = pool_batch(*_by_level(rows, levels), method="FE")
    single = len(levels) < 2
    notes = [*rows.notes, *(note for note in test.notes if not single or "'level'" not in note)]
    if single:
        notes.append("difference between subgroups: not estimable (fewer than 2 levels)")
    return Subgroups(
        groups=tuple(
            Subgroup(
                c.term, int(fixed.k[i]), c.estimate, c.se, c.stat, c.pval, c.ci_lb, c.ci_ub,
                test.tau2, float(fixed.Q[i]), int(fixed.Q_df[i]), float(fixed.Q_pval[i]),
                float(fixed.I2_Q[i]),
            )
            for i, c in enumerate(means)
        ),
        Q_between=math.nan if single else test.QM,
        df=len(levels) - 1,
        df2=test.QM_df2,
        pval=math.nan if single else test.QM_pval,
        tau2="common",
        k=len(rows.y),
        method=method,
        ci=ci,
        level=level,
        notes=tuple(notes),
    )  # fmt: skip


def _by_level(rows: Rows, levels: Sequence[str]) -> tuple[Floats, Floats]:
    """Return effects and variances as one row per level, padded with nan."""
    members = [[i for i, own in enumerate(rows.labels) if own == name] for name in levels]
    width = max(map(len, members), default=0)
    Y, V = np.full((2, len(levels), width), math.nan)
    for row, member in enumerate(members):
        Y[row, : len(member)] = rows.y[member]
        V[row, : len(member)] = rows.v[member]
    return Y, V


def _tau2(y: Floats, v: Floats, method: str, X: Floats) -> float:
    """Estimate the residual tau2, on an orthonormal basis of the design for accuracy."""
    if method in COMMON or len(y) <= X.shape[1]:
        return 0.0
    return float(estimate_tau2(y, v, method, X=np.linalg.qr(X).Q)[0])


def _least_squares(y: Floats, w: Floats, X: Floats) -> tuple[Floats, Floats, float]:
    """Return weighted least squares coefficients, (X'WX)^-1, and the weighted residual sum."""
    root = np.sqrt(w)
    q, r = np.linalg.qr(root[:, None] * X)
    back = np.linalg.inv(r).astype(np.float64)
    fitted = q.T @ (root * y)
    rest = root * y - q @ fitted
    return back @ fitted, back @ back.T, float(rest @ rest)


def _typical(v: Floats, X: Floats) -> float:
    """Return the typical sampling variance, (k - p) / tr P."""
    q = np.linalg.qr(X / np.sqrt(v)[:, None]).Q
    trace = float(((1 - (q**2).sum(axis=1)) / v).sum())
    return float(len(v) - X.shape[1]) / trace


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ReviewError(
            f"the level is {level:g}", next_step="Give a share between 0 and 1, such as 0.95."
        )
