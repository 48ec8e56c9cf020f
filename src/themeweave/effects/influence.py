"""Influence: which study carries the result, and whether it would stand without that one.

Everything that needs the model without study i comes from one batch: k data sets of k - 1 studies,
pooled at once. Standard regression diagnostics, with the weights of the random-effects model.
"""
# ruff: noqa: N806  # matrices are written as the field writes them

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from themeweave.effects.design import Rows, usable_rows
from themeweave.effects.pool import pool, pool_batch
from themeweave.effects.records import Floats, Ints, PooledBatch
from themeweave.errors import ReviewError


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOneOut:
    """The pooled effect without each study in turn."""

    pooled: PooledBatch  # entry i is without the study at ``kept[i]``
    kept: Ints  # positions in what came in, from 0
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cumulative:
    """The pooled effect as studies are added one by one."""

    pooled: PooledBatch  # entry i is of the first i + 1 studies in order
    order: Ints  # positions in what came in, from 0: the study that each step adds
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """Diagnostics of each study; arrays have one entry per usable row."""

    rstudent: Floats  # deleted residual over its standard error
    dffits: Floats  # shift of the pooled effect in standard errors of the fit
    cook_d: Floats  # squared shift over the variance of the pooled effect
    cov_r: Floats  # variance of the pooled effect without the study over that with it
    tau2_del: Floats  # tau2 without the study
    QE_del: Floats  # Q without the study
    hat: Floats  # leverage
    weight: Floats  # percent
    dfbs: Floats  # shift of the pooled effect in its standard errors without the study
    influential: tuple[bool, ...]
    kept: Ints  # positions in what came in, from 0
    method: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Internally standardised residuals."""

    resid: Floats
    se: Floats
    z: Floats
    kept: Ints  # positions in what came in, from 0
    method: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Baujat:
    """Each study's share of the heterogeneity (x) against its pull on the pooled effect (y)."""

    x: Floats  # squared Pearson residual
    y: Floats  # squared standardised shift of the pooled effect when the study is left out
    kept: Ints  # positions in what came in, from 0
    method: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Blup:
    """Best linear unbiased predictions of the true effect in each study."""

    pred: Floats
    se: Floats
    lb: Floats
    ub: Floats
    kept: Ints  # positions in what came in, from 0
    method: str
    level: float
    notes: tuple[str, ...]


def leave_one_out(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    method: str = "REML",
    ci: str = "z",
    level: float = 0.95,
    prediction: str = "k-1",
) -> LeaveOneOut:
    """Pool without each study in turn, all in one batch.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    method, ci, level, prediction
        As in `pool`.

    Returns
    -------
    LeaveOneOut
        With fewer than 2 studies the arrays are empty and a note says so.

    Raises
    ------
    ReviewError
        For an unknown option, columns of different length, or a variance that is not above 0.

    Examples
    --------
    >>> leave_one_out([0.1, 0.2, 0.9], [0.02] * 3).pooled.estimate.round(2).tolist()
    [0.55, 0.5, 0.15]
    """
    rows = usable_rows(yi, vi)
    notes = rows.notes if len(rows.y) > 1 else (*rows.notes, "not estimable (k < 2)")
    pooled = pool_batch(*_without_each(rows), method, ci, level, prediction)
    return LeaveOneOut(pooled, rows.kept[: len(pooled.k)], notes)


def cumulative(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    order: Sequence[Any] | None = None,
    method: str = "REML",
    ci: str = "z",
    level: float = 0.95,
    prediction: str = "k-1",
) -> Cumulative:
    """Pool the first study, the first two, and so on.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    order : shape (k,)
        Numbers or text to sort by, such as the year; rows that tie, and all without it, keep their
        order. Rows where it is missing are left out.
    method, ci, level, prediction
        As in `pool`.

    Returns
    -------
    Cumulative
        Empty without any study.

    Raises
    ------
    ReviewError
        For an unknown option, columns of different length, or a variance that is not above 0.

    Examples
    --------
    >>> found = cumulative([0.9, 0.1, 0.2], [0.02] * 3, order=[2020, 2010, 2015])
    >>> found.order.tolist(), found.pooled.estimate.round(2).tolist()
    ([1, 2, 0], [0.1, 0.15, 0.4])
    """
    rows = usable_rows(yi, vi, labels=order)
    k = len(rows.y)
    keys = [0] * k if order is None else [list(order)[i] for i in rows.kept]
    if any(isinstance(key, str) for key in keys):
        keys = [str(key) for key in keys]
    sequence = sorted(range(k), key=keys.__getitem__)
    added = np.tril(np.ones((k, k), dtype=bool))
    Y, V = (np.where(added, x[sequence][None, :], math.nan) for x in (rows.y, rows.v))
    return Cumulative(
        pool_batch(Y, V, method, ci, level, prediction), rows.kept[sequence], rows.notes
    )


def influence(yi: npt.ArrayLike, vi: npt.ArrayLike, *, method: str = "REML") -> Influence:
    """Diagnose how much each study moves the pooled effect.

    A study is flagged as influential when the absolute DFFITS exceeds 3 sqrt(1 / (k - 1)), the
    lower tail of chi-square(1) at Cook's distance exceeds one half, the leverage exceeds 3 / k, or
    the absolute DFBETAS exceeds 1. A flag says "look at it", not "leave it out".

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    method
        As in `pool`.

    Returns
    -------
    Influence
        With fewer than 2 studies the arrays are empty and a note says so.

    Raises
    ------
    ReviewError
        For an unknown option, columns of different length, or a variance that is not above 0.

    References
    ----------
    Viechtbauer W, Cheung MWL (2010). Research Synthesis Methods 1:112-125.

    Examples
    --------
    >>> found = influence([0.1, 0.2, 0.15, 0.9], [0.02, 0.02, 0.02, 0.02])
    >>> found.rstudent.round(1).tolist(), found.influential
    ([-0.7, -0.4, -0.5, 4.6], (False, False, False, True))
    """
    from scipy import stats

    rows = usable_rows(yi, vi)
    k = len(rows.y)
    if k < 2:
        none = np.empty(0)
        return Influence(
            none, none, none, none, none, none, none, none, none, (), rows.kept[:0], method,
            (*rows.notes, "not estimable (k < 2)"),
        )  # fmt: skip
    full = pool(rows.y, rows.v, method=method)
    rest = pool_batch(*_without_each(rows), method=method)
    total = rows.v + full.tau2
    hat = (1 / total) / (1 / total).sum()
    shift = full.estimate - rest.estimate
    # The fit of all k studies, had tau2 been estimated without study i.
    foreign = 1 / (1 / (rows.v[None, :] + rest.tau2[:, None])).sum(axis=1)
    dffits = shift / np.sqrt(hat * (rows.v + rest.tau2))
    cook_d = shift**2 / full.se**2
    dfbs = shift / np.sqrt(foreign)
    flagged = (
        (np.abs(dffits) > 3 * math.sqrt(1 / (k - 1)))
        | (stats.chi2.cdf(cook_d, 1) > 0.5)
        | (hat > 3 / k)
        | (np.abs(dfbs) > 1)
    )
    return Influence(
        rstudent=(rows.y - rest.estimate) / np.sqrt(rows.v + rest.tau2 + rest.se**2),
        dffits=dffits,
        cook_d=cook_d,
        cov_r=rest.se**2 / full.se**2,
        tau2_del=rest.tau2,
        QE_del=rest.Q,
        hat=hat,
        weight=100 * hat,
        dfbs=dfbs,
        influential=tuple(flagged.tolist()),
        kept=rows.kept,
        method=full.method,
        notes=rows.notes,
    )


def standardised_residuals(
    yi: npt.ArrayLike, vi: npt.ArrayLike, *, method: str = "REML"
) -> Residuals:
    """Divide each residual by its own standard error, sqrt(v + tau2 - se^2).

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    method
        As in `pool`.

    Returns
    -------
    Residuals
        With fewer than 2 studies the arrays are empty and a note says so.

    Raises
    ------
    ReviewError
        For an unknown option, columns of different length, or a variance that is not above 0.

    References
    ----------
    Hedges LV, Olkin I (1985). Statistical Methods for Meta-Analysis, chapter 12.

    Examples
    --------
    >>> standardised_residuals([0.1, 0.2, 0.9], [0.02] * 3, method="FE").z.round(1).tolist()
    [-2.6, -1.7, 4.3]
    """
    rows = usable_rows(yi, vi)
    if len(rows.y) < 2:
        none = np.empty(0)
        note = (*rows.notes, "not estimable (k < 2)")
        return Residuals(none, none, none, rows.kept[:0], method, note)
    full = pool(rows.y, rows.v, method=method)
    resid = rows.y - full.estimate
    se = np.sqrt(rows.v + full.tau2 - full.se**2)
    return Residuals(resid, se, resid / se, rows.kept, full.method, rows.notes)


def baujat(yi: npt.ArrayLike, vi: npt.ArrayLike, *, method: str = "REML") -> Baujat:
    """Set each study's share of the heterogeneity against its pull on the pooled effect.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    method
        As in `pool`; the original plot has ``FE``.

    Returns
    -------
    Baujat
        With fewer than 2 studies the arrays are empty and a note says so.

    Raises
    ------
    ReviewError
        For an unknown option, columns of different length, or a variance that is not above 0.

    References
    ----------
    Baujat B et al. (2002). Statistics in Medicine 21:2641-2652.

    Examples
    --------
    >>> plot = baujat([0.1, 0.2, 0.9], [0.02] * 3, method="FE")
    >>> plot.x.round(1).tolist(), plot.y.round(1).tolist()
    ([4.5, 2.0, 12.5], [2.2, 1.0, 6.2])
    """
    rows = usable_rows(yi, vi)
    if len(rows.y) < 2:
        none = np.empty(0)
        return Baujat(none, none, rows.kept[:0], method, (*rows.notes, "not estimable (k < 2)"))
    full = pool(rows.y, rows.v, method=method)
    rest = pool_batch(*_without_each(rows), method=method)
    return Baujat(
        x=(rows.y - full.estimate) ** 2 / (rows.v + full.tau2),
        y=(full.estimate - rest.estimate) ** 2 / rest.se**2,
        kept=rows.kept,
        method=full.method,
        notes=rows.notes,
    )


def blup(
    yi: npt.ArrayLike, vi: npt.ArrayLike, *, method: str = "REML", level: float = 0.95
) -> Blup:
    """Predict the true effect of each study: its own, shrunk towards the pooled one.

    With l = tau2 / (tau2 + v) the prediction is ``l y + (1 - l) pooled`` and its variance
    ``l v + (1 - l)^2 se^2``.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    method
        As in `pool`.
    level
        Of the (normal) prediction intervals.

    Returns
    -------
    Blup
        Empty without any study.

    Raises
    ------
    ReviewError
        For an unknown option, a level out of range, or a variance that is not above 0.

    References
    ----------
    Raudenbush SW, Bryk AS (1985). Journal of Educational Statistics 10:75-98.

    Examples
    --------
    >>> blup([0.1, 0.2, 0.9], [0.02] * 3).pred.round(2).tolist()
    [0.13, 0.22, 0.85]
    """
    from scipy import stats

    if not 0 < level < 1:
        raise ReviewError(
            f"the level is {level:g}", next_step="Give a share between 0 and 1, such as 0.95."
        )
    rows = usable_rows(yi, vi)
    if not len(rows.y):
        none = np.empty(0)
        note = (*rows.notes, "not estimable (k < 1)")
        return Blup(none, none, none, none, rows.kept, method, level, note)
    full = pool(rows.y, rows.v, method=method)
    own = full.tau2 / (full.tau2 + rows.v)
    pred = own * rows.y + (1 - own) * full.estimate
    se = np.sqrt(own * rows.v + (1 - own) ** 2 * full.se**2)
    reach = float(stats.norm.isf((1 - level) / 2)) * se
    return Blup(pred, se, pred - reach, pred + reach, rows.kept, full.method, level, rows.notes)


def _without_each(rows: Rows) -> tuple[Floats, Floats]:
    """Return k data sets, the i-th with the i-th study blanked; none where k < 2."""
    k = len(rows.y)
    gone = np.eye(k, dtype=bool)[: k if k > 1 else 0]
    Y, V = (np.where(gone, math.nan, x[None, :]) for x in (rows.y, rows.v))
    return Y, V
