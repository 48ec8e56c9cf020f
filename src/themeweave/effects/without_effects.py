"""Synthesis without effect estimates: p values combined, directions counted.

For outcomes where studies report too little to pool. Neither says how large an effect is, and a
count of significant results is not among them: it is misleading whatever the evidence.

References
----------
McKenzie JE, Brennan SE, in Cochrane Handbook, chapter 12. Fisher RA (1932), Statistical Methods for
Research Workers, 4th ed. Stouffer SA and others (1949), The American Soldier, vol. 1. Clopper CJ,
Pearson ES (1934). Biometrika 26:404-413. Wilson EB (1927). Journal of the American Statistical
Association 22:209-212.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from themeweave.effects.records import Floats
from themeweave.errors import ReviewError


@dataclass(frozen=True, slots=True)
class CombinedP:
    """One p value out of many."""

    stat: float
    pval: float
    k: int
    method: str


@dataclass(frozen=True, slots=True)
class DirectionCount:
    """How many effects favour the intervention, of those that have a direction."""

    benefit: int
    total: int
    proportion: float
    pval: float  # sign test, exact, two-sided
    wilson_lb: float
    wilson_ub: float
    exact_lb: float  # Clopper-Pearson
    exact_ub: float


def fisher(p: npt.ArrayLike) -> CombinedP:
    """Combine one-sided p values by Fisher's method: -2 times the sum of logs, chi-square 2k.

    Examples
    --------
    >>> round(fisher([0.01, 0.20, 0.30]).pval, 4)
    0.0216
    """
    from scipy.special import chdtrc

    values = _probabilities(p)
    stat = float(-2.0 * np.log(values).sum())
    return CombinedP(stat, float(chdtrc(2.0 * len(values), stat)), len(values), "Fisher")


def stouffer(p: npt.ArrayLike) -> CombinedP:
    """Combine one-sided p values by Stouffer's method: the sum of their z over the root of k.

    Examples
    --------
    >>> round(stouffer([0.01, 0.20, 0.30]).pval, 4)
    0.0165
    """
    from scipy.special import ndtr, ndtri

    values = _probabilities(p)
    stat = float(-ndtri(values).sum() / np.sqrt(len(values)))
    return CombinedP(stat, float(ndtr(-stat)), len(values), "Stouffer")


def count_directions(benefit: int, total: int, level: float = 0.95) -> DirectionCount:
    """Test whether effects favour the intervention more often than not (vote count by direction).

    Parameters
    ----------
    benefit, total
        Effects in favour, and effects with any direction, each counted whatever its p value.
    level
        Coverage of both intervals of the proportion.

    Examples
    --------
    >>> round(count_directions(7, 9).pval, 3)
    0.18
    """
    from scipy.special import bdtr, betaincinv, ndtri

    if not 0 <= benefit <= total or total < 1:
        raise ReviewError(
            f"{benefit} of {total} directions cannot be counted",
            next_step="Give at least one effect, and no more in favour than there are.",
        )
    tail, p = 0.5 * (1.0 - level), benefit / total
    z = float(ndtri(1.0 - tail))
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    reach = z / (1 + z * z / total) * float(np.sqrt(p * (1 - p) / total + (z / (2 * total)) ** 2))
    rarer = min(benefit, total - benefit)
    return DirectionCount(
        benefit=benefit,
        total=total,
        proportion=p,
        pval=min(1.0, 2.0 * float(bdtr(rarer, total, 0.5))),
        wilson_lb=max(0.0, centre - reach),
        wilson_ub=min(1.0, centre + reach),
        exact_lb=float(betaincinv(benefit, total - benefit + 1, tail)) if benefit else 0.0,
        exact_ub=float(betaincinv(benefit + 1, total - benefit, 1 - tail))
        if rarer or not benefit
        else 1.0,
    )


def _probabilities(p: npt.ArrayLike) -> Floats:
    values = np.atleast_1d(np.asarray(p, dtype=np.float64))
    faults = [f"row {i + 1}: {x:g}" for i, x in enumerate(values) if not 0.0 < x <= 1.0]
    if faults or not values.size:
        raise ReviewError(
            "p values must lie above 0 and not above 1" if faults else "there are no p values",
            next_step="Give exact one-sided p values, all in the same direction.",
            faults=faults,
        )
    return values
