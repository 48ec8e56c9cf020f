"""Baujat plot: which studies make the heterogeneity, and which of them move the result.

Across stands a study's share of the heterogeneity, upwards how far the pooled effect moves without
it (Baujat et al. 2002, Statistics in Medicine 21:2641-2652). Studies at the upper right deserve a
second look; those near the origin are named only where there is room.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from themeweave.report.figures.axis import Scale, plain_ticks
from themeweave.report.figures.canvas import INK, Picture, canvas, to_picture
from themeweave.report.figures.estimates import check_labels
from themeweave.report.figures.lettering import broken, text_width
from themeweave.report.figures.plane import HEIGHT, WIDTH, plane, points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class BaujatPlot:
    """All that a Baujat plot shows."""

    title: str
    studies: tuple[tuple[str, float, float], ...]  # label, place across, place upwards
    across: str = "Contribution to heterogeneity (Q)"
    up: str = "Influence on the pooled effect"


NAMED = 0.12  # share of the largest value, in either direction, from which a study is named
_MOST = 20  # names


def baujat(data: BaujatPlot) -> Picture:
    """Draw a Baujat plot.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), 7 inches wide, the same bytes for the same data. Studies with a nan
        are left out; a name that would lie on another or on a point stands nowhere.

    Examples
    --------
    >>> baujat(BaujatPlot("Hope", (("Ardern 2014", 4.5, 2.2), ("Booth 2017", 2.0, 1.0)))).png[1:4]
    b'PNG'
    """
    known = [s for s in data.studies if math.isfinite(s[1]) and math.isfinite(s[2])]
    widest = max((x for _, x, _ in known), default=0.0) or 1.0
    highest = max((y for _, _, y in known), default=0.0) or 1.0
    ticks = plain_ticks(0.0, 1.02 * highest)
    reach = plain_ticks(0.0, 1.02 * widest)
    with canvas(WIDTH, HEIGHT) as (figure, page):
        across = Scale(0.0, reach[-1], False, tuple(reach))
        up = Scale(0.0, ticks[-1], False, tuple(ticks))
        axes = plane(figure, page, data.title, (data.across, data.up), across, up)
        points(axes, [(x, y) for _, x, y in known], gid="studies")
        far = [s for s in known if max(s[1] / widest, s[2] / highest) >= NAMED]
        far.sort(key=lambda s: -math.hypot(s[1] / widest, s[2] / highest))
        name_points(axes, (WIDTH, HEIGHT), far[:_MOST], [(x, y) for _, x, y in known])
        return to_picture(figure)


def baujat_of(
    yi: ArrayLike,
    vi: ArrayLike,
    labels: Sequence[str],
    *,
    method: str = "FE",
    title: str = "",
) -> BaujatPlot:
    """Work out the places of a Baujat plot.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects on the analysis scale and their sampling variances; incomplete rows are left out.
    labels : shape (k,)
        What to call each row.
    method
        As in `pool`. ``FE``, the original, makes the places across add up to Q.

    Raises
    ------
    ReviewError
        For labels that do not match the effects, an unknown method, or a variance not above 0.

    Examples
    --------
    >>> plot = baujat_of([0.1, 0.2, 0.9], [0.02] * 3, ["A", "B", "C"])
    >>> [(label, round(x, 1), round(y, 1)) for label, x, y in plot.studies]
    [('A', 4.5, 2.2), ('B', 2.0, 1.0), ('C', 12.5, 6.2)]
    """
    import numpy as np

    from themeweave.effects import influence

    check_labels(labels, np.size(yi))
    found = influence.baujat(yi, vi, method=method)
    common = found.method in ("FE", "EE")
    return BaujatPlot(
        title=title,
        studies=tuple(
            (str(labels[row]), x, y)
            for row, x, y in zip(
                found.kept.tolist(), found.x.tolist(), found.y.tolist(), strict=True
            )
        ),
        across="Contribution to heterogeneity (Q)"
        if common
        else f"Squared Pearson residual ({found.method})",
    )


def name_points(
    axes: Axes,
    size: tuple[float, float],
    named: Sequence[tuple[str, float, float]],
    every: Sequence[tuple[float, float]],
) -> None:
    """Write names beside points, most important first, where they cover no point and no name.

    Parameters
    ----------
    size
        Of the page, inches.
    named
        Label and place of the points to name.
    every
        Places of all points.
    """
    box = axes.get_position()
    (low, high), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    width, height = box.width * size[0], box.height * size[1]  # inches

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - low) / (high - low) * width, (y - bottom) / (top - bottom) * height

    dots = [place(x, y) for x, y in every]
    taken: list[_Box] = []
    for label, x, y in named:
        words = "".join(broken(label, 28, 1))
        for right, up in _SIDES:
            found = _Box.beside(place(x, y), right, up, text_width(words, _SIZE), _SIZE * 1.3 / 72)
            inside = found.left > 0 and found.right < width + 0.1
            inside = inside and found.bottom > 0 and found.top < height + 0.1
            covers = any(map(found.covers, taken)) or any(map(found.holds, dots))
            if inside and not covers:
                taken.append(found)
                axes.annotate(
                    words,
                    (x, y),
                    xytext=(7 * right, 7 * up),
                    textcoords="offset points",
                    ha=("center", "left", "right")[right],
                    va=("center", "bottom", "top")[up],
                    size=_SIZE,
                    color=INK,
                    zorder=4,
                )
                break


_SIZE = 8.0  # points, of a name
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))


class _Box(NamedTuple):
    """Where a name would stand, inches."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def beside(
        cls, at: tuple[float, float], right: int, up: int, width: float, height: float
    ) -> _Box:
        x, y = at[0] + right * 7 / 72, at[1] + up * 7 / 72
        left = x - (0.5 - right / 2) * width
        bottom = y - (0.5 - up / 2) * height
        return cls(left, bottom, left + width, bottom + height)

    def covers(self, other: _Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def holds(self, dot: tuple[float, float], margin: float = 0.03) -> bool:
        across = self.left - margin < dot[0] < self.right + margin
        return across and self.bottom - margin < dot[1] < self.top + margin
