"""Heat map of overlap: how many primary studies each two reviews share, as a triangle of cells.

Overall overlap can be slight while two reviews are nearly one; here each pair has its own cell,
shaded by its covered area and lettered with it, so that it can be read without colour too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from themeweave.errors import ReviewError
from themeweave.evidence.overlap import PairOverlap, band
from themeweave.report.figures.canvas import INK, LINE, SOFT, Picture, canvas, to_picture
from themeweave.report.figures.lettering import broken, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_REVIEWS = 60
SHADES = {  # by band, each darker than the one before
    "none": "#ffffff",
    "slight": "#e3eff0",
    "moderate": "#a9d0d2",
    "high": "#4f9aa1",
    "very high": "#0b5d66",
}
_EDGE, _CELL = 0.15, 0.44  # inches
_READ = (
    "Each cell: CCA of the two reviews, shaded by its band, and the number of studies they share. "
    "Diagonal: studies of the review."
)


def heat_map(
    reviews: Sequence[str],
    pairs: Sequence[PairOverlap],
    studies: Mapping[str, int],
    labels: Mapping[str, str],
    title: str = "",
    note: str = "",
) -> Picture:
    """Draw the pairwise overlap of reviews.

    Parameters
    ----------
    reviews
        Ids, in the order of the rows.
    pairs
        Each two of them.
    studies
        How many primary studies each review includes; on the diagonal.
    labels
        Of reviews, by id.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), as large as the reviews need, the same bytes for the same data.

    Raises
    ------
    ReviewError
        For fewer than 2 reviews or more than 60.

    Examples
    --------
    >>> pair = PairOverlap("R1", "R2", 1, 4, 0.25)
    >>> heat_map(["R1", "R2"], [pair], {"R1": 2, "R2": 3}, {}, "Overlap").png[1:4]
    b'PNG'
    """
    if not 2 <= len(reviews) <= MOST_REVIEWS:
        raise ReviewError(
            f"a heat map of {len(reviews)} reviews cannot be read",
            next_step=f"Choose 2 to {MOST_REVIEWS} reviews.",
        )
    names = [broken(labels.get(review, review), 30, 1)[0] for review in reviews]
    size = 8.5 if len(reviews) <= 30 else 7.5
    across = _EDGE + max(text_width(name, size) for name in names) + 0.1
    width = max(6.5, across + _CELL * len(reviews) + max(1.2, text_width(names[-1], size)))
    heading = broken(title, int(width * 10.5), 3)
    foot = wrap(f"{_READ} {note}", int(width * 14))
    above = 0.25 + 0.22 * len(heading) + 0.15
    below = 0.75 + 0.17 * len(foot)
    side = _CELL * len(reviews)
    place = {review: number for number, review in enumerate(reviews)}
    with canvas(width, above + side + below) as (figure, axes):
        axes.set_xlim(0, width)
        axes.set_ylim(-(side + below), above)
        for number, line in enumerate(heading):
            y = above - 0.22 - 0.22 * number
            axes.text(_EDGE, y, line, weight="bold", size=10.5, va="center")
        for review, name in zip(reviews, names, strict=True):
            row = place[review]
            middle = -_CELL * (row + 0.5)
            axes.text(across - 0.08, middle, name, size=size, ha="right", va="center")
            end = across + _CELL * (row + 1) + 0.08
            axes.text(end, middle, name, size=size - 1, va="center", color=SOFT)
            _cell(axes, across, row, row, "#f1f1ee", str(studies.get(review, 0)), SOFT)
        for pair in pairs:
            low, high = sorted((place[pair.review], place[pair.other]))
            shade, words, ink = _look(pair)
            _cell(axes, across, low, high, shade, words, ink)
        _key(axes, -side - 0.3)
        for number, line in enumerate(foot):
            y = -side - 0.65 - 0.17 * number
            axes.text(_EDGE, y, line, size=7.5, color=SOFT, va="center")
        return to_picture(figure)


def _look(pair: PairOverlap) -> tuple[str, str, str]:
    """Give shade, words and ink of a pair's cell."""
    if pair.cca is None:
        return "#ffffff", "?", SOFT
    if not pair.shared:
        return SHADES["none"], "0", SOFT
    name = band(pair.cca)
    ink = "#ffffff" if name in ("high", "very high") else INK
    return SHADES[name], f"{100 * pair.cca:.{0 if pair.cca > 0.9995 else 1}f}%\n{pair.shared}", ink


def _cell(axes: Axes, left: float, column: int, row: int, shade: str, words: str, ink: str) -> None:
    x, y = left + _CELL * column, -_CELL * row
    xs, ys = [x, x + _CELL, x + _CELL, x], [y, y, y - _CELL, y - _CELL]
    gid = f"cell-{row}-{column}"
    axes.fill(xs, ys, facecolor=shade, edgecolor=LINE, lw=0.5, gid=gid)
    size = 7.5 if len(words) < 9 else 6.5
    axes.text(x + _CELL / 2, y - _CELL / 2, words, size=size, ha="center", va="center", color=ink)


def _key(axes: Axes, y: float) -> None:
    x = _EDGE
    for name, shade in SHADES.items():
        xs, ys = [x, x + 0.2, x + 0.2, x], [y + 0.1, y + 0.1, y - 0.1, y - 0.1]
        axes.fill(xs, ys, facecolor=shade, edgecolor=LINE, lw=0.5)
        axes.text(x + 0.27, y, name, size=8, color=SOFT, va="center")
        x += 0.45 + text_width(name, 8)
