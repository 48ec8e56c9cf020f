"""Means and standard deviations from medians, quartiles and ranges.

The estimators assume a roughly normal outcome. A paper that reports a median often does so because
the outcome is skewed, so each use is noted beside the row it served.

References
----------
Hozo SP, Djulbegovic B, Hozo I (2005). BMC Medical Research Methodology 5:13. Wan X and others
(2014). BMC Medical Research Methodology 14:135. Luo D and others (2018). Statistical Methods in
Medical Research 27:1785-1805. Shi J and others (2020). Research Synthesis Methods 11:641-654.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from themeweave.effects.records import Floats
from themeweave.effects.solver import choose
from themeweave.errors import ReviewError


def mean_sd_from_quantiles(
    n: npt.ArrayLike,
    median: npt.ArrayLike,
    q1: npt.ArrayLike | None = None,
    q3: npt.ArrayLike | None = None,
    minimum: npt.ArrayLike | None = None,
    maximum: npt.ArrayLike | None = None,
    mean_by: str = "luo",
    sd_by: str = "shi",
) -> tuple[Floats, Floats]:
    """Estimate mean and SD of a group from its median with quartiles, range, or both.

    Parameters
    ----------
    n, median : shape (k,) or ()
        Group size and median.
    q1, q3 : shape as n
        Quartiles, both or neither.
    minimum, maximum : shape as n
        Range, both or neither; at least one of the two pairs is needed.
    mean_by
        ``luo`` weights by sample size; ``wan`` takes the plain averages of Wan 2014 and Hozo 2005.
    sd_by
        With all five numbers: ``shi`` weights the two spreads by sample size, ``wan`` averages
        them. With one pair both mean Wan 2014.

    Returns
    -------
    mean, sd
        nan where n < 2 or the numbers are not in order.

    Raises
    ------
    ReviewError
        Without a complete pair, or for an unknown estimator.

    Examples
    --------
    >>> mean, sd = mean_sd_from_quantiles(40, 19.2, q1=16.05, q3=21.275)
    >>> float(mean.round(2)), float(sd.round(2))
    (18.82, 4.02)
    """
    mean_by = choose(mean_by, ("luo", "wan"), "estimator of the mean")
    sd_by = choose(sd_by, ("shi", "wan"), "estimator of the SD")
    quartiles, ends = _pair(q1, q3), _pair(minimum, maximum)
    n, median = (np.asarray(x, dtype=np.float64) for x in (n, median))
    if not (quartiles or ends):
        raise ReviewError(
            "a median alone tells nothing about the spread",
            next_step="Give both quartiles, or both the minimum and the maximum.",
        )
    with np.errstate(all="ignore"):
        size = np.where(n >= 2, n, np.nan)
        if quartiles and ends:
            result = _from_five(size, median, quartiles, ends, mean_by, sd_by)
        elif quartiles:
            result = _from_quartiles(size, median, *quartiles, mean_by)
        elif ends:
            result = _from_range(size, median, *ends, mean_by)
    given = [*(ends or ())[:1], *(quartiles or ())[:1], median]
    given += [*(quartiles or ())[1:], *(ends or ())[1:]]
    ordered = np.all([a <= b for a, b in pairwise(given)], axis=0)
    mean, sd = (np.where(ordered, x, np.nan) for x in result)
    return mean, sd


def _pair(low: npt.ArrayLike | None, high: npt.ArrayLike | None) -> tuple[Floats, Floats] | None:
    if low is None or high is None:
        return None
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def _range_width(n: Floats) -> Floats:
    """Return how many SDs the range of n normal values spans, by Blom's approximation."""
    from scipy.special import ndtri

    return np.asarray(2.0 * ndtri((n - 0.375) / (n + 0.25)), dtype=np.float64)


def _quartile_width(n: Floats) -> Floats:
    """Return how many SDs lie between the quartiles of n normal values."""
    from scipy.special import ndtri

    return np.asarray(2.0 * ndtri((0.75 * n - 0.125) / (n + 0.25)), dtype=np.float64)


def _from_range(
    n: Floats, median: Floats, low: Floats, high: Floats, mean_by: str
) -> tuple[Floats, Floats]:
    w = 4.0 / (4.0 + n**0.75) if mean_by == "luo" else np.full_like(n, 0.5)
    return w * 0.5 * (low + high) + (1.0 - w) * median, (high - low) / _range_width(n)


def _from_quartiles(
    n: Floats, median: Floats, q1: Floats, q3: Floats, mean_by: str
) -> tuple[Floats, Floats]:
    w = 0.7 + 0.39 / n if mean_by == "luo" else np.full_like(n, 2.0 / 3.0)
    return w * 0.5 * (q1 + q3) + (1.0 - w) * median, (q3 - q1) / _quartile_width(n)


def _from_five(
    n: Floats,
    median: Floats,
    quartiles: tuple[Floats, Floats],
    ends: tuple[Floats, Floats],
    mean_by: str,
    sd_by: str,
) -> tuple[Floats, Floats]:
    (q1, q3), (low, high) = quartiles, ends
    if mean_by == "luo":
        w, u = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    else:
        w, u = np.full_like(n, 0.25), np.full_like(n, 0.5)
    mean = w * 0.5 * (low + high) + u * 0.5 * (q1 + q3) + (1.0 - w - u) * median
    by_range, by_quartiles = (high - low) / _range_width(n), (q3 - q1) / _quartile_width(n)
    share = 1.0 / (1.0 + 0.07 * n**0.6) if sd_by == "shi" else np.full_like(n, 0.5)
    return mean, share * by_range + (1.0 - share) * by_quartiles
