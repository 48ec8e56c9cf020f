"""Saturation: how many themes are seen as reviews are read one after the other.

The order of reading is chance, so the curve is the median over many random orders. Whether
reading on brings new themes is told by base size, run length and new information threshold
(Guest, Namey & Chen 2020, PLoS ONE 15(5):e0232076): the themes in a base of reviews, and the
share by which the next few reviews add to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ORDERS = 500
BASE, RUN, THRESHOLD = 4, 2, 0.05


@dataclass(frozen=True, slots=True)
class Point:
    """The themes seen after some reviews."""

    reviews: int
    median: float
    low: float  # the 10th percentile over the orders
    high: float  # the 90th


@dataclass(frozen=True, slots=True)
class Saturation:
    """The curve, from the first review to the last."""

    points: tuple[Point, ...]
    reached: int | None  # reviews read (run left out) when new information falls to the threshold

    def __str__(self) -> str:
        if not self.points:
            return "no review is cited for a finding in a theme"
        last = self.points[-1]
        said = f"{last.median:.0f} themes over {last.reviews} reviews"
        how = f"base {BASE}, run {RUN}, threshold {THRESHOLD:.0%}"
        if self.reached is None:
            return f"{said}; not reached ({how}): the last reviews still bring new themes"
        return f"{said}; reached after {self.reached} reviews in the median order ({how})"


def saturation(themes: Mapping[str, frozenset[str]], seed: int = 0) -> Saturation:
    """Draw the curve.

    Parameters
    ----------
    themes
        By review: the themes that its findings are in; a review without any counts as read.
    seed
        Of the orders.

    Examples
    --------
    >>> same = {f"R{n}": frozenset({"pay", "hope"}) for n in range(8)}
    >>> print(saturation(same))
    2 themes over 8 reviews; reached after 4 reviews in the median order (base 4, run 2, threshold 5%)
    """  # noqa: E501
    import numpy as np

    names = sorted(themes)
    if not names:
        return Saturation((), None)
    codes = sorted({theme for held in themes.values() for theme in held})
    states = np.array([[code in themes[name] for code in codes] for name in names])
    chance = np.random.default_rng(seed)
    seen = np.empty((ORDERS, len(names)))
    for order in range(ORDERS):
        rows = chance.permutation(len(names))
        seen[order] = np.maximum.accumulate(states[rows], axis=0).sum(axis=1)
    low, median, high = np.quantile(seen, [0.1, 0.5, 0.9], axis=0)
    points = tuple(
        Point(number, float(median[row]), float(low[row]), float(high[row]))
        for row, number in enumerate(range(1, len(names) + 1))
    )
    return Saturation(points, _reached([point.median for point in points]))


def _reached(median: list[float]) -> int | None:
    """Give how many reviews were read when a run adds no more than the threshold to the base."""
    for read in range(BASE, len(median) - RUN + 1):
        new = median[read + RUN - 1] - median[read - 1]
        if median[BASE - 1] and new / median[BASE - 1] <= THRESHOLD:
            return read
    return None
