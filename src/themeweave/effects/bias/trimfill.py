"""Trim-and-fill: what the pooled effect would be if the funnel were symmetric.

The k0 most extreme studies of one side are trimmed until the rest looks symmetric; then their
mirror images are added on the other side. How many there are depends on the estimator (L0 or R0)
and, more than is widely known, on the model that sets the centre: a common effect follows the large
studies, random effects follow the small ones too. A sensitivity analysis, not a corrected result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from themeweave.effects.design import usable_rows
from themeweave.effects.moderators import meta_regression
from themeweave.effects.pool import METHODS, pool
from themeweave.effects.records import Floats, PooledEffect
from themeweave.effects.solver import choose

Side = Literal["left", "right"]

_ROUNDS = 100


@dataclass(frozen=True, slots=True, eq=False)
class TrimFill:
    """A pooled effect with the studies that symmetry would ask for."""

    side: str  # where studies are missing: 'left', 'right', or '' where not estimable
    k0: int  # how many are missing
    filled_yi: Floats  # (k0,) mirror images of the trimmed studies
    filled_vi: Floats
    before: PooledEffect | None  # None where not estimable
    after: PooledEffect | None
    estimator: str
    method: str
    k: int  # studies before filling
    notes: tuple[str, ...]


def trim_and_fill(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    estimator: Literal["L0", "R0"] = "L0",
    method: str = "FE",
    side: Side | None = None,
    ci: str = "z",
    level: float = 0.95,
) -> TrimFill:
    """Estimate the missing studies of an asymmetric funnel and pool with them.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    estimator
        ``L0`` from the signed rank sum, ``R0`` from the longest run of extreme ranks.
    method
        Model and estimator of tau2 for trimming and for the result, as in `pool`.
    side
        Where studies are missing. By default against the slope of the regression of effects on
        standard errors under ``method``: a positive slope means that the left is thin.
    ci, level
        Of the pooled effects, as in `pool`.

    Returns
    -------
    TrimFill
        With fewer than 3 studies nothing is estimable: ``before`` and ``after`` are None.

    Raises
    ------
    ReviewError
        For unknown options, columns of different length, or a variance that is not above 0.

    References
    ----------
    Duval S, Tweedie R (2000). Journal of the American Statistical Association 95:89-98, and
    Biometrics 56:455-463.

    Examples
    --------
    >>> found = trim_and_fill([0.1, 0.12, 0.3, 0.5, 0.8], [0.01, 0.01, 0.03, 0.06, 0.1])
    >>> found.side, found.k0, round(found.before.estimate, 2), round(found.after.estimate, 2)
    ('left', 2, 0.19, 0.14)
    """
    choose(estimator, ("L0", "R0"), "estimator")
    method = choose(method, METHODS, "method")
    if side is not None:
        choose(side, ("left", "right"), "side")
    rows = usable_rows(yi, vi)
    y, v, k, notes = rows.y, rows.v, len(rows.y), list(rows.notes)
    if k < 3:
        return TrimFill(
            side or "", 0, np.empty(0), np.empty(0), None, None, estimator, method, k,
            (*notes, "not estimable (k < 3)"),
        )  # fmt: skip
    thin = side or _thin_side(y, v, method)
    sign = 1.0 if thin == "left" else -1.0
    order = np.argsort(sign * y, kind="stable")
    y, v = y[order], v[order]
    k0, seen = 0, set[int]()
    for _ in range(_ROUNDS):
        seen.add(k0)
        centre = pool(y[: k - k0], v[: k - k0], method=method).estimate
        new = _missing(sign * (y - centre), estimator)
        if new == k0:
            break
        if new in seen:
            notes.append(f"trimming does not settle: it goes round between {k0} and {new} studies")
            break
        k0 = new
    if 0 < k0 < k and math.isclose(y[k - k0], y[k - k0 - 1], rel_tol=1e-9):
        notes.append("studies with equal effects: the later rows among them were trimmed first")
    mirror, precision = 2 * centre - y[k - k0 :], v[k - k0 :]
    every = np.concatenate([rows.y, mirror]), np.concatenate([rows.v, precision])
    return TrimFill(
        side=thin,
        k0=k0,
        filled_yi=mirror,
        filled_vi=precision,
        before=pool(rows.y, rows.v, method=method, ci=ci, level=level),
        after=pool(*every, method=method, ci=ci, level=level),
        estimator=estimator,
        method=method,
        k=k,
        notes=tuple(notes),
    )


def _thin_side(y: Floats, v: Floats, method: str) -> Side:
    """Return the side that small studies lean away from."""
    slopes = meta_regression(y, v, {"se": np.sqrt(v).tolist()}, method=method).coefficients[1:]
    return "right" if slopes and slopes[0].estimate < 0 else "left"


def _missing(deviations: Floats, estimator: str) -> int:
    """Estimate how many studies are missing from deviations turned so that the left is thin."""
    k = len(deviations)
    ranks = np.empty(k)
    ranks[np.argsort(np.abs(deviations), kind="stable")] = np.arange(1, k + 1)
    if estimator == "R0":
        below = ranks[deviations < 0]
        number = k - float(below.max()) - 1 if len(below) else 0.0
    else:
        positive = float(ranks[deviations > 0].sum())
        number = (4 * positive - k * (k + 1)) / (2 * k - 1)
    return min(max(0, round(number)), k - 1) if math.isfinite(number) else 0
