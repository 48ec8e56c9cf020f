"""The plane: a plain pair of axes for plots of points, between a title and a legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from themeweave.report.figures.axis import Scale, tick_words
from themeweave.report.figures.canvas import ACCENT, INK, LINE, SOFT
from themeweave.report.figures.lettering import broken, text_width
from themeweave.report.tables import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Key = tuple[str, str, str]  # box, dot, ring, thick or a line's style; its colour; words

WIDTH, HEIGHT = 7.0, 5.6  # inches
_KEY = 0.22  # inches, of a row in the legend


def plane(
    figure: Figure,
    page: Axes,
    title: str,
    names: tuple[str, str],
    across: Scale,
    up: Scale,
    keys: Sequence[Sequence[Key]] = (),
) -> Axes:
    """Open a pair of axes between a title and a legend, as large as the page allows.

    Parameters
    ----------
    page
        The axes of the whole page, as `canvas` gives them.
    names
        Of the axis across and the axis up.
    across, up
        Ends and ticks; places are logarithms for ratios. An axis whose low end is above the high
        one is reversed.
    keys
        Rows of the legend: what stands for what.
    """
    width, height = figure.get_size_inches()
    lines = broken(title, int(width * 10.5), 3)
    for place, line in enumerate(lines):
        y = 1 - (0.22 + 0.2 * place) / height
        page.text(0.012, y, line, weight="bold", size=10.5, va="center")
    below = 0.15 + _KEY * len(keys) if keys else 0.2
    left, bottom = 0.85, 0.55 + below
    top = 0.2 + 0.2 * len(lines)
    axes = figure.add_axes(
        (
            left / width,
            bottom / height,
            1 - (left + 0.25) / width,
            1 - (bottom + top + 0.1) / height,
        )
    )
    axes.set_xlim(across.low, across.high)
    axes.set_ylim(up.low, up.high)
    axes.set_xticks(across.places, [tick_words(tick) for tick in across.ticks])
    axes.set_yticks(up.places, [tick_words(tick) for tick in up.ticks])
    axes.minorticks_off()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(INK)
    axes.tick_params(colors=INK, labelsize=8)
    axes.set_xlabel("\n".join(broken(names[0], 80, 2)), color=INK)
    axes.set_ylabel("\n".join(broken(names[1], 60, 2)), color=INK)
    _legend(figure, page, keys)
    return axes


def _legend(figure: Figure, page: Axes, rows: Sequence[Sequence[Key]]) -> None:
    """Say what stands for what, in rows at the foot of the page."""
    width, height = figure.get_size_inches()
    top = _KEY * len(rows) + 0.1
    for place, row in enumerate(rows):
        x, y = 0.85, (top - 0.11 - _KEY * place) / height
        for kind, color, words in row:
            xs = [x / width, (x + 0.22) / width]
            if kind == "box":
                tall = 0.06 / height
                page.fill_between(xs, y - tall, y + tall, facecolor=color, edgecolor=LINE, lw=0.8)
            elif kind == "dot":
                face = INK if color == "#ffffff" else "#ffffff"
                page.scatter([x / width + 0.11 / width], [y], s=26, c=color, edgecolors=face)
            elif kind == "ring":
                page.scatter(
                    [sum(xs) / 2], [y], s=50, c="#ffffff", edgecolors=color, linewidths=1.8
                )
            elif kind == "thick":
                page.plot(xs, [y, y], color=color, lw=4, solid_capstyle="butt")
            elif kind:
                page.plot(xs, [y, y], color=color, lw=1.2, ls=kind)
            x += 0.3 if kind else 0.0
            page.text(x / width, y, printable(words), size=8, color=SOFT, va="center")
            x += text_width(words, 8) + 0.2


def points(
    axes: Axes,
    places: Sequence[tuple[float, float]],
    *,
    face: str = ACCENT,
    gid: str,
) -> None:
    """Draw circles, the later ones above the earlier."""
    if places:
        edge = "#ffffff" if face != "#ffffff" else INK
        axes.scatter(
            [x for x, _ in places],
            [y for _, y in places],
            s=26.0,
            c=face,
            edgecolors=edge,
            linewidths=0.5 if face != "#ffffff" else 1.0,
            alpha=0.9 if face != "#ffffff" else 1.0,
            zorder=3,
            clip_on=False,
            gid=gid,
        )
