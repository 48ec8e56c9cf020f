"""The page of a plot with a row for each estimate: an axis among rows of text.

The title stands above the rows, the axis below them, and what each side of it speaks for and the
notes below the axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave.report.figures.axis import Scale, tick_words
from themeweave.report.figures.canvas import INK, LINE, SOFT, canvas
from themeweave.report.figures.estimates import Effect
from themeweave.report.figures.lettering import broken, text_width
from themeweave.report.tables import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, ROW = 9.0, 0.26  # inches
EDGE, MARGIN = 0.09, 0.135  # inches: left of the first column, right of the last
HEADS, RULE = 0.95, 0.55  # places of the columns' headings and of the line below them


@contextmanager
def open_page(
    scale: Scale,
    ends: tuple[float, float],
    rows: int,
    title: Sequence[str],
    foot: Sequence[str],
    favours: tuple[str, str],
    *,
    width: float = WIDTH,
    spare: float = 0.0,
) -> Iterator[tuple[Figure, Page]]:
    """Open a page with its title, as high as its rows need.

    Parameters
    ----------
    ends
        Of the axis, inches from the left.
    title, foot
        Lines above and below the rows.
    spare
        Rows to leave empty below the foot.
    """
    above = 2.2 + 0.8 * max(1, len(title))
    below = _notes_at(favours) + 0.8 * len(foot) + spare
    with canvas(width, (rows + above + below) * ROW) as (figure, axes):
        axes.set_xlim(0, width)
        axes.set_ylim(-(rows + below - 0.5), above - 0.5)
        end, top = width - MARGIN, above - 1.1
        page = Page(axes, scale, *ends, end, rows, top, tuple(foot), favours)
        for place, line in enumerate(title):
            page.text(EDGE, top - 0.8 * place, line, weight="bold", size=10.5)
        yield figure, page


def _notes_at(favours: tuple[str, str]) -> float:
    """Give the place of the first note, in rows below the axis."""
    return 2.5 if any(favours) else 1.7


@dataclass(frozen=True, slots=True)
class Page:
    """An axis among rows of text: x in inches from the left, y in rows upwards from the first."""

    axes: Axes
    scale: Scale
    left: float  # of the axis, inches
    right: float
    end: float  # of the last column, inches
    rows: int
    top: float  # middle of the title's first line
    foot: tuple[str, ...]  # lines of notes
    favours: tuple[str, str]  # what an estimate left and right of no effect speaks for

    @property
    def bottom(self) -> float:
        """The place of the axis."""
        return -(self.rows - 0.3)

    @property
    def under(self) -> float:
        """The place below the notes."""
        return self.bottom - _notes_at(self.favours) - 0.8 * len(self.foot)

    def place(self, value: float) -> float:
        """Give the place of a value, at the end of the axis where it lies beyond."""
        share = min(max(self.scale.share(value), 0.0), 1.0)
        return self.left + (self.right - self.left) * share

    def interval(self, y: float, low: float, high: float, color: str = INK, gid: str = "") -> None:
        """Draw a line from end to end, with an arrow where it leaves the axis."""
        if math.isnan(low) or math.isnan(high):
            return
        ends = [self.place(low), self.place(high)]
        self.axes.plot(ends, [y, y], color=color, lw=1.0, zorder=4, solid_capstyle="butt", gid=gid)
        self.arrows(y, low, high, color)

    def arrows(self, y: float, low: float, high: float, color: str) -> None:
        """Draw an arrow at each end of the axis that an interval leaves."""
        for edge, sign, beyond in (
            (self.left, -1, -self.scale.share(low)),
            (self.right, 1, self.scale.share(high) - 1),
        ):
            if beyond > 1e-9:
                xs, ys = [edge + sign * 0.07, edge, edge], [y, y + 0.16, y - 0.16]
                self.axes.fill(xs, ys, color=color, lw=0, zorder=4, gid="arrow")

    def diamond(self, y: float, effect: Effect, color: str, gid: str) -> None:
        """Draw a diamond over an interval, or a small one where there is none."""
        if math.isnan(effect.estimate):
            return
        middle = self.place(effect.estimate)
        bounded = not (math.isnan(effect.ci_lb) or math.isnan(effect.ci_ub))
        left = self.place(effect.ci_lb) if bounded else middle - 0.05
        right = self.place(effect.ci_ub) if bounded else middle + 0.05
        xs, ys = [left, middle, right, middle], [y, y + 0.28, y, y - 0.28]
        self.axes.fill(xs, ys, color=color, lw=0, zorder=3, gid=gid)
        if bounded:
            self.arrows(y, effect.ci_lb, effect.ci_ub, color)

    def axis(self, null: bool = True) -> None:
        """Draw the axis with its ticks, the line of no effect, and what each side speaks for."""
        y, favours = self.bottom, self.favours
        none = 1.0 if self.scale.ratio else 0.0
        middle = self.place(none) if null else (self.left + self.right) / 2
        if null:
            ends = [y, RULE]
            self.axes.plot([middle, middle], ends, color=INK, lw=0.8, zorder=1, gid="no-effect")
        self.axes.plot([self.left, self.right], [y, y], color=INK, lw=0.8)
        room = (self.right - self.left) / max(1, len(self.scale.ticks) - 1)
        for tick in self.scale.ticks:
            x = self.place(tick)
            self.axes.plot([x, x], [y, y - 0.2], color=INK, lw=0.8)
            self.text(x, y - 0.65, tick_words(tick), ha="center", size=8, room=room)
        for words, x, ha in (
            (f"← {favours[0]}", middle - 0.09, "right"),
            (f"{favours[1]} →", middle + 0.09, "left"),
        ):
            if any(favours):
                lines = broken(words, 32, 2)
                size = 8 if len(lines) < 2 else 7
                self.text(x, y - 1.6, "\n".join(lines), ha=ha, size=size, color=SOFT)

    def notes(self) -> None:
        """Write the notes below the axis."""
        top = self.bottom - _notes_at(self.favours)
        for place, line in enumerate(self.foot):
            self.text(EDGE, top - 0.8 * place, line, color=SOFT, size=8)

    def rule(self, y: float) -> None:
        """Draw a thin line across the page."""
        self.axes.plot([EDGE, self.end], [y, y], color=LINE, lw=0.8, zorder=0)

    def label(self, x: float, y: float, text: str, room: float, weight: str = "normal") -> None:
        """Write a label in one line, or smaller in two."""
        lines = broken(text, max(8, int(room * 14.3)), 2)
        size = 9.0 if len(lines) < 2 else 7.0
        self.text(x, y, "\n".join(lines), weight=weight, size=size, room=room)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        ha: str = "left",
        weight: str = "normal",
        size: float = 9.0,
        color: str = INK,
        room: float = math.inf,
    ) -> None:
        """Write text, smaller where it would be wider than its room in inches."""
        text = printable(text)
        across = max(text_width(line, size, weight == "bold") for line in text.split("\n"))
        self.axes.text(
            x,
            y,
            text,
            ha=ha,
            va="center",
            weight=weight,
            size=size * min(1.0, room / across) if across else size,
            color=color,
            zorder=5,
        )
