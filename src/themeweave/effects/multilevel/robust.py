"""Cluster-robust tests: standard errors that hold when the working model is wrong.

The sandwich sums, over clusters, what each contributed to the estimating equations:
``b' (sum X_j' W_j A_j e_j e_j' A_j' W_j X_j) b`` with b = (X'WX)^-1. The adjustments A_j tell the
kinds apart: CR0 has none, CR1 multiplies the whole by G / (G - p), CR2 has the matrices that make
the variance unbiased when the working model holds. CR2 comes with Satterthwaite degrees of freedom,
one for each coefficient; below 4 the t approximation is poor and the p value too small.
"""
# ruff: noqa: N803, N806  # matrices are written as the field writes them

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from themeweave.effects.design import Coefficient, wald_tests
from themeweave.effects.records import Floats

FEW_DF = 4.0  # Tipton (2015), Psychological Methods 20:375-393


@dataclass(frozen=True, slots=True, eq=False)
class Robust:
    """The three sandwich estimators for one model."""

    cr0: tuple[Coefficient, ...]
    cr1: tuple[Coefficient, ...]
    cr2: tuple[Coefficient, ...]
    notes: tuple[str, ...]


def sandwich(
    terms: Sequence[str],
    estimates: Floats,
    bread: Floats,
    X: Floats,
    residuals: Floats,
    covariances: Sequence[Floats],
    level: float = 0.95,
) -> Robust:
    """Test coefficients with cluster-robust standard errors.

    Parameters
    ----------
    terms, estimates : length p
        Names and values of the coefficients.
    bread : shape (p, p)
        (X'WX)^-1 with W the inverse of the working covariance.
    X : shape (k, p)
        The design, rows sorted by cluster.
    residuals : shape (k,)
        y - X b, in the same order.
    covariances
        The working covariance of each cluster, in the same order; sizes sum to k.
    level
        Of the intervals, between 0 and 1.

    Returns
    -------
    Robust
        With no more clusters than coefficients nothing is estimable: ``nan`` and a note.

    References
    ----------
    Pustejovsky JE, Tipton E (2018). Journal of Business & Economic Statistics 36:672-683, for CR2
    and its degrees of freedom.
    """
    p, groups = X.shape[1], len(covariances)
    if groups <= p:
        blank = wald_tests(terms, estimates, np.full(p, math.nan), level=level, df=None)
        note = f"robust tests: not estimable (clusters: {groups}, coefficients: {p})"
        return Robust(blank, blank, blank, (note,))
    edges = np.cumsum([0, *(len(block) for block in covariances)])
    parts = [slice(*ends) for ends in pairwise(edges.tolist())]
    # The coefficients are pull @ y, each cluster's share of them pull[:, rows] @ y[rows].
    pull = np.column_stack(
        [
            bread @ np.linalg.solve(block, X[rows]).T
            for block, rows in zip(covariances, parts, strict=True)
        ]
    )
    plain = np.zeros((p, groups))
    reduced = np.zeros((p, groups))
    spread = np.zeros((p, groups, len(X)))  # reduced = spread @ y, as y enters all residuals
    for j, (block, rows) in enumerate(zip(covariances, parts, strict=True)):
        adjusted = pull[:, rows] @ _adjustment(block, X[rows], bread)
        plain[:, j] = pull[:, rows] @ residuals[rows]
        reduced[:, j] = adjusted @ residuals[rows]
        spread[:, j, rows] = adjusted
        spread[:, j] -= adjusted @ X[rows] @ pull
    few = groups - p
    se0 = np.sqrt((plain**2).sum(axis=1))
    df = np.array([_satterthwaite(spread[c], covariances, parts) for c in range(p)])
    cr2 = wald_tests(terms, estimates, np.sqrt((reduced**2).sum(axis=1)), level=level, df=df)
    notes = tuple(
        f"CR2 test of '{c.term}': {c.df:.1f} degrees of freedom, below 4: read its p with caution"
        for c in cr2
        if c.df is not None and c.df < FEW_DF
    )
    return Robust(
        cr0=wald_tests(terms, estimates, se0, level=level, df=few),
        cr1=wald_tests(terms, estimates, se0 * math.sqrt(groups / few), level=level, df=few),
        cr2=cr2,
        notes=notes,
    )


def _adjustment(block: Floats, X: Floats, bread: Floats) -> Floats:
    """Return A = C' B^(-1/2) C with C'C the covariance and B = C (covariance - X bread X') C'."""
    C = np.linalg.cholesky(block).T
    B = C @ (block - X @ bread @ X.T) @ C.T
    values, vectors = np.linalg.eigh((B + B.T) / 2)
    # A cluster that alone fixes a coefficient has no residual there: a generalised inverse.
    kept = values > 1e-10 * max(values.max(), 0.0)
    powers = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    result: Floats = C.T @ (vectors * powers) @ vectors.T @ C
    return result


def _satterthwaite(spread: Floats, covariances: Sequence[Floats], parts: Sequence[slice]) -> float:
    """Return the df of sum_j (spread_j' y)^2 under the working model: tr^2 / tr of squares."""
    weighted = np.column_stack(
        [spread[:, rows] @ block for block, rows in zip(covariances, parts, strict=True)]
    )
    products = weighted @ spread.T
    return float(np.trace(products) ** 2 / (products**2).sum())
