"""The design of a model: which rows it can use, and what its coefficients stand for.

A number is a slope. Anything else is a category, coded by treatment contrasts: one column for each
level but the first in code-point order, which is the reference. A moderator that follows from those
before it (a single level, a copy, a sum) cannot be estimated; its column is left out and the notes
say so.
"""
# ruff: noqa: N806  # matrices are written as the field writes them

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from themeweave.effects.records import Floats, Ints
from themeweave.errors import ReviewError

Moderators = Mapping[str, Sequence[Any]]

INTERCEPT = "intercept"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient with its test; ``df`` is ``None`` where the normal distribution was used."""

    term: str
    estimate: float
    se: float
    stat: float  # estimate / se
    pval: float  # two-sided
    ci_lb: float
    ci_ub: float
    df: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The k rows that a model uses, and its design matrix."""

    y: Floats  # (k,)
    v: Floats  # (k,) sampling variances
    X: Floats  # (k, p), full column rank
    terms: tuple[str, ...]  # p names
    labels: tuple[str, ...]  # (k,) the cluster or subgroup of each row; empty where none was given
    kept: Ints  # (k,) positions in what came in, from 0
    notes: tuple[str, ...]


def usable_rows(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    moderators: Moderators | None = None,
    labels: Sequence[Any] | None = None,
    intercept: bool = True,
) -> Rows:
    """Drop rows with something missing, and build the design from the rest.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances; ``nan`` where missing.
    moderators
        Columns of k values by name; ``None``, ``nan`` and empty text are missing.
    labels
        The cluster or the subgroup of each row.
    intercept
        Whether the design starts with a column of ones.

    Raises
    ------
    ReviewError
        When the columns differ in length, or a variance is not above 0.

    Examples
    --------
    >>> rows = usable_rows([0.1, 0.2, 0.3], [1, 1, 1], moderators={"dose": [1.0, None, 4.0]})
    >>> rows.terms, rows.X.tolist(), rows.notes
    (('intercept', 'dose'), [[1.0, 1.0], [1.0, 4.0]], ('1 of 3 rows left out: a value is missing',))
    """
    y, v = (np.asarray(x, dtype=np.float64).ravel() for x in (yi, vi))
    columns = {name: list(column) for name, column in (moderators or {}).items()}
    names = [] if labels is None else list(labels)
    named: dict[str, Sequence[Any]] = {"variances": list(v), **columns}
    if labels is not None:
        named["labels"] = names
    uneven = [f"'{name}' has {len(c)} values" for name, c in named.items() if len(c) != len(y)]
    if uneven:
        raise ReviewError(
            f"the columns differ in length: there are {len(y)} effects",
            next_step="Give one value per effect, and leave missing ones empty.",
            faults=uneven,
        )
    wrong = [f"row {i + 1}: variance {v[i]:g}" for i in np.flatnonzero(v <= 0)]
    if wrong:
        raise ReviewError(
            "a sampling variance is not above 0",
            next_step="Check these rows, and whether the column holds variances (SE squared).",
            faults=wrong,
        )
    present = np.isfinite(y) & np.isfinite(v)
    for column in named.values():
        present &= np.array([not is_missing(value) for value in column], dtype=bool)
    kept = np.flatnonzero(present).astype(np.int64)
    notes = []
    if len(kept) < len(y):
        notes.append(f"{len(y) - len(kept)} of {len(y)} rows left out: a value is missing")
    coded = {INTERCEPT: np.ones(len(kept))} if intercept else {}
    for name, column in columns.items():
        more = _coded(name, [column[i] for i in kept])
        if not more and len(kept):
            notes.append(f"'{name}' cannot be estimated: it has one level only")
        coded |= more
    X, terms, aliased = _independent(coded, len(kept))
    if len(kept):
        notes += [
            f"'{term}' cannot be estimated: it follows from the other terms" for term in aliased
        ]
    return Rows(
        y=y[kept],
        v=v[kept],
        X=X,
        terms=terms,
        labels=() if labels is None else tuple(str(names[i]) for i in kept),
        kept=kept,
        notes=tuple(notes),
    )


def is_missing(value: Any) -> bool:
    """Whether a cell is empty: ``None``, not a number, infinite, or blank text."""
    if value is None or value is np.ma.masked or str(value) in {"<NA>", "NaT"}:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float | np.floating) and not math.isfinite(value)


def wald_tests(
    terms: Sequence[str],
    estimates: Floats,
    ses: Floats,
    *,
    level: float,
    df: float | Floats | None,
) -> tuple[Coefficient, ...]:
    """Test each coefficient against 0, by the normal distribution or by t with ``df``."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    dfs = [None] * len(terms) if df is None else np.broadcast_to(df, len(terms)).tolist()
    upper = (1 + level) / 2
    rows = []
    for term, estimate, se, own in zip(terms, estimates.tolist(), ses.tolist(), dfs, strict=True):
        stat = estimate / se if se > 0 else math.nan
        if own is None:
            crit, tail = float(ndtri(upper)), float(ndtr(-abs(stat)))
        elif own > 0:
            crit, tail = float(stdtrit(own, upper)), float(stdtr(own, -abs(stat)))
        else:
            crit = tail = math.nan
        half = crit * se
        rows.append(
            Coefficient(term, estimate, se, stat, 2 * tail, estimate - half, estimate + half, own)
        )
    return tuple(rows)


def omnibus(
    terms: Sequence[str], estimates: Floats, covariance: Floats, df: float | None
) -> tuple[float, int, float]:
    """Test all coefficients but the intercept at once (the intercept where it stands alone).

    Returns
    -------
    tuple
        The statistic, the number m of coefficients it tests, and p: chi-square with m df, or,
        where ``df`` is given, the statistic over m as F with m and ``df``.
    """
    from scipy.special import chdtrc, fdtrc

    picked = [i for i, term in enumerate(terms) if term != INTERCEPT] or list(range(len(terms)))
    b = estimates[picked]
    m, block = len(picked), covariance[np.ix_(picked, picked)]
    if not (np.diag(block) > 0).all():  # a Knapp-Hartung factor of 0, or no df for one
        return math.nan, m, math.nan
    wald = float(b @ np.linalg.solve(block, b))
    if df is None:
        return wald, m, float(chdtrc(m, wald))
    return wald / m, m, float(fdtrc(m, df, wald / m)) if df > 0 else math.nan


def _coded(name: str, column: Sequence[Any]) -> dict[str, Floats]:
    """Code one moderator: itself if it is numeric, else a 0/1 column per level but the first."""
    kinds = (int, float, np.integer, np.floating)
    if all(isinstance(value, kinds) and not isinstance(value, bool) for value in column):
        return {name: np.array(column, dtype=np.float64)}
    words = np.array([str(value) for value in column])
    levels = sorted(set(words.tolist()))
    return {f"{name}{level}": (words == level).astype(np.float64) for level in levels[1:]}


def _independent(
    columns: Mapping[str, Floats], k: int
) -> tuple[Floats, tuple[str, ...], list[str]]:
    """Keep each column that the ones before it do not determine; return the rest by name."""
    kept: dict[str, Floats] = {}
    basis = np.zeros((k, 0))
    aliased = []
    for term, column in columns.items():
        length = np.linalg.norm(column)
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)  # twice: once is not enough for near copies
        if length == 0 or np.linalg.norm(rest) <= 1e-10 * length:
            aliased.append(term)
            continue
        kept[term] = column
        basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    return np.column_stack([np.zeros((k, 0)), *kept.values()]), tuple(kept), aliased
