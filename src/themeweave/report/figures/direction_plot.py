"""Effect direction plot: which way results point, review by review and outcome by outcome.

An arrow up is better, down is worse, and sideways no change (filled) or conflicting (open). Its
size tells the sample, the small figure beside it how many results it combines, and the shade of the
row the quality of the review. After Thomson & Thomas (2013, Research Synthesis Methods 4:95-101)
and Boon & Thomson (2021, 12:29-33); nothing here speaks of significance or of the size of effects.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from textwrap import wrap
from typing import TYPE_CHECKING

from themeweave.errors import ReviewError
from themeweave.report.figures.canvas import ACCENT, INK, LINE, SOFT, Picture, canvas, to_picture
from themeweave.report.figures.estimates import MOST_ROWS
from themeweave.report.figures.lettering import broken
from themeweave.report.tables import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from themeweave.effects.directions import Cell, DirectionPlot, VoteCount


MOST_OUTCOMES = 60
_EDGE, _LABEL, _QUALITY = 0.12, 2.5, 1.15  # inches
_ROW = 0.34
_WORSE = "#a8432c"
_COLORS = {"better": ACCENT, "worse": _WORSE, "unchanged": SOFT, "conflicting": SOFT}
_SIZES = {"small": 0.075, "medium": 0.105, "large": 0.14, "unknown": 0.105}  # half, inches
_SHADES = {  # by words in a rating of quality, not of risk
    "critically low": "#d3d7d8",
    "very low": "#d3d7d8",
    "low": "#e2e5e6",
    "moderate": "#f1f3f3",
    "medium": "#f1f3f3",
    "high": "#ffffff",
}


def effect_directions(data: DirectionPlot, title: str = "") -> Picture:
    """Draw an effect direction plot.

    Parameters
    ----------
    data
        As `themeweave.effects.directions.direction_plot` gives it. Rows are shaded by ratings of
        quality such as ``high``, ``moderate``, ``low``, ``critically low``; other words stand in
        their column without a shade.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), as wide as the outcomes need, the same bytes for the same data. An
        arrow whose sample is not known has medium size and is paler.

    Raises
    ------
    ReviewError
        For more than 300 reviews or 60 outcomes.

    Examples
    --------
    >>> from themeweave.effects.directions import direction_plot
    >>> rows = [{"review": "A 2020", "outcome": "hope", "direction": "improvement", "n": "400"}]
    >>> effect_directions(direction_plot(rows), "Hope").png[1:4]
    b'PNG'
    """
    if len(data.reviews) > MOST_ROWS or len(data.outcomes) > MOST_OUTCOMES:
        raise ReviewError(
            f"the plot would have {len(data.reviews)} rows and {len(data.outcomes)} columns, "
            f"and nobody can read more than {MOST_ROWS} and {MOST_OUTCOMES}",
            next_step="Combine outcomes into domains, in a column 'outcome_domain'.",
        )
    grid = _Grid(data)
    wide = int(grid.width * 10.5)
    heading = broken(title, wide, 3)
    said = "A figure beside an arrow counts the results that it combines. "
    several = any(cell.results > 1 for cell in data.cells)
    caution = wrap((said if several else "") + printable(data.caution), int(grid.width * 15))
    above = 0.25 + 0.22 * len(heading) + grid.head
    sizes = {cell.size for cell in data.cells}
    below = 0.3 + 0.3 * _key_rows(grid.width, sizes) + 0.17 * len(caution)
    height = above + _ROW * (len(data.reviews) + 1.2) + below
    with canvas(grid.width, height) as (figure, axes):
        axes.set_xlim(0, grid.width)
        axes.set_ylim(-height + above, above)  # inches; 0 is the top of the first row
        for place, line in enumerate(heading):
            y = above - 0.22 - 0.22 * place
            axes.text(_EDGE, y, line, weight="bold", size=10.5, va="center")
        grid.heads(axes)
        for place, review in enumerate(data.reviews):
            grid.row(axes, -_ROW * (place + 0.5), review)
        middles = {review: -_ROW * (place + 0.5) for place, review in enumerate(data.reviews)}
        for number, cell in enumerate(data.cells):
            grid.cell(axes, middles[cell.review], cell, number)
        foot = -_ROW * len(data.reviews)
        axes.plot([_EDGE, grid.width - _EDGE], [foot, foot], color=INK, lw=0.8)
        grid.votes(axes, foot - 0.62 * _ROW)
        y = foot - 1.2 * _ROW - 0.25
        y = _keys(axes, grid.width, y, sizes)
        for place, line in enumerate(caution):
            axes.text(_EDGE, y - 0.1 - 0.17 * place, line, size=7.5, color=SOFT, va="center")
        return to_picture(figure)


class _Grid:
    """The columns of one plot; y in inches upwards from the top of the first row."""

    def __init__(self, data: DirectionPlot) -> None:
        self.data = data
        self.quality = _QUALITY if data.quality else 0.0
        many = len(data.outcomes) > 9
        self.slanted = many
        self.across = 0.5 if many else 0.95  # inches a column
        self.left = _EDGE + _LABEL + self.quality
        self.names = [_lines(name, *((36, 1) if many else (13, 3))) for name in data.outcomes]
        longest = max((len(line) for lines in self.names for line in lines), default=0)
        tallest = max(map(len, self.names), default=1)
        self.head = 0.2 + 0.068 * longest if many else 0.15 + 0.16 * tallest  # inches
        beyond = 0.04 * len(self.names[-1][0]) if many else 0.0  # of the last, slanted name
        needed = self.left + self.across * len(data.outcomes) + 0.15 + beyond
        self.width = max(needed, 7.0)

    def middle(self, outcome: str) -> float:
        return self.left + self.across * (self.data.outcomes.index(outcome) + 0.5)

    def heads(self, axes: Axes) -> None:
        axes.text(_EDGE, 0.14, "Review", weight="bold", size=9, va="center")
        if self.quality:
            axes.text(_EDGE + _LABEL, 0.14, "Quality", weight="bold", size=9, va="center")
        for outcome, lines in zip(self.data.outcomes, self.names, strict=True):
            axes.text(
                self.middle(outcome),
                0.08,
                "\n".join(lines),
                weight="bold",
                size=8,
                ha="left" if self.slanted else "center",
                va="bottom",
                rotation=60 if self.slanted else 0,
                rotation_mode="anchor" if self.slanted else "default",
            )
        axes.plot([_EDGE, self.width - _EDGE], [0, 0], color=INK, lw=0.8)

    def row(self, axes: Axes, y: float, review: str) -> None:
        rating = self.data.quality.get(review, "")
        edges = [_EDGE, self.width - _EDGE]
        top, bottom = y + _ROW / 2, y - _ROW / 2
        shade = _shade(rating)
        axes.fill_between(edges, bottom, top, color=shade, lw=0, zorder=0, gid=f"row-{shade[1:]}")
        axes.plot(edges, [bottom, bottom], color=LINE, lw=0.5, zorder=1)
        lines = _lines(review, 34, 2)
        size = 9.0 if len(lines) < 2 else 7.0
        axes.text(_EDGE + 0.05, y, "\n".join(lines), size=size, va="center")
        if rating:
            words = "\n".join(_lines(rating, 17, 2))
            axes.text(_EDGE + _LABEL, y, words, size=8, va="center", color=SOFT)

    def cell(self, axes: Axes, y: float, cell: Cell, number: int) -> None:
        x = self.middle(cell.outcome)
        gid = f"{cell.direction}-{cell.size}-{number}"
        arrow(axes, x, y, cell.direction, cell.size, gid)
        if cell.results > 1:
            axes.text(x + 0.16, y - 0.09, f"{cell.results}", size=6.5, color=INK, va="center")

    def votes(self, axes: Axes, y: float) -> None:
        axes.text(_EDGE + 0.05, y, "Better, of those better or worse", size=8, va="center")
        for outcome in self.data.outcomes:
            words = _vote_words(self.data.votes[outcome])
            axes.text(self.middle(outcome), y, words, size=7, ha="center", va="center")


def arrow(axes: Axes, x: float, y: float, direction: str, size: str, gid: str) -> None:
    """Draw one arrow, its middle at x and y in inches."""
    half, color = _SIZES[size], _COLORS[direction]
    fill = "#ffffff" if direction == "conflicting" else color
    pale = 0.5 if size == "unknown" and fill == color else 1.0
    sign = -1.0 if direction == "worse" else 1.0
    if direction in ("better", "worse"):
        shapes = [([x - half, x, x + half], [y - sign * half, y + sign * half, y - sign * half])]
    else:
        thin, gap = 0.75 * half, 0.12 * half
        shapes = [
            ([x + s * gap, x + s * (gap + 1.15 * half), x + s * gap], [y + thin, y, y - thin])
            for s in (-1.0, 1.0)
        ]
    for part, (xs, ys) in enumerate(shapes):
        name = gid if not part else f"{gid}-right"
        axes.fill(xs, ys, facecolor=fill, edgecolor=color, lw=0.9, alpha=pale, zorder=3, gid=name)


def _lines(text: str, room: int, most: int) -> list[str]:
    return broken(text, room, most) or [""]


def _shade(rating: str) -> str:
    """Find the shade for a rating of quality, the longest word that it starts with."""
    word = rating.strip().lower()
    if "risk" in word:  # 'low risk of bias' is no low quality
        return "#ffffff"
    return next((shade for name, shade in _SHADES.items() if word.startswith(name)), "#ffffff")


def _vote_words(vote: VoteCount) -> str:
    clear = vote.better + vote.worse
    if not clear:
        return "–"
    p = (
        "p < 0.001"
        if vote.p_sign < 0.001
        else f"p = {vote.p_sign:.{3 if vote.p_sign < 0.095 else 2}f}"
    )
    return f"{vote.better} of {clear}\n{p}"


def _key_items(sizes: Collection[str]) -> list[tuple[str, str, str]]:
    items = [
        ("better", "medium", "better"),
        ("worse", "medium", "worse"),
        ("unchanged", "medium", "no change"),
        ("conflicting", "medium", "conflicting"),
    ]
    said = {
        "small": "n < 50",
        "medium": "n 50 to 300",
        "large": "n > 300",
        "unknown": "n not stated",
    }
    return items + [("better", size, words) for size, words in said.items() if size in sizes]


def _key_rows(width: float, sizes: Collection[str]) -> int:
    return math.ceil(len(_key_items(sizes)) / _keys_across(width))


def _keys_across(width: float) -> int:
    return max(1, int((width - 2 * _EDGE) / 1.15))


def _keys(axes: Axes, width: float, y: float, sizes: Collection[str]) -> float:
    """Say what the arrows mean, and give the place below."""
    each = _keys_across(width)
    items = _key_items(sizes)
    for place, (direction, size, words) in enumerate(items):
        x, at = _EDGE + 0.15 + 1.15 * (place % each), y - 0.3 * (place // each)
        arrow(axes, x, at, direction, size, f"key-{place}")
        axes.text(x + 0.22, at, words, size=8, color=SOFT, va="center")
    last = y - 0.3 * ((len(items) - 1) // each)
    return last - 0.2
