"""Funnel plot: effects against their standard errors, most precise studies at the top.

Grey zones say how significant a study of each place would be (Peters et al. 2008, J Clin Epidemiol
61:991-996): where studies seem to be missing from the white zone alone, results were perhaps not
published for being null. Dashed lines hold the share of studies to expect around the pooled effect
if nothing but chance were at work. Effects are on the analysis scale; those of ratios, which are
logarithms, get an axis of ratios.

`plane`, a plain pair of axes, serves the other plots of points as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from textwrap import wrap
from typing import TYPE_CHECKING

from themeweave.report.figures.canvas import ACCENT, INK, LINE, SOFT, Picture, canvas, to_picture
from themeweave.report.figures.forest import Scale, model_words, plain_ticks, text_width, tick_words
from themeweave.report.tables import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

    from themeweave.effects.bias.trimfill import TrimFill
    from themeweave.effects.records import PooledEffect


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """All that a funnel plot shows, on the analysis scale: logarithms for ratios."""

    title: str
    measure: str
    studies: tuple[tuple[float, float], ...]  # effect and standard error
    centre: float  # pooled effect; nan leaves its lines out
    filled: tuple[tuple[float, float], ...] = ()  # studies that trim-and-fill added
    filled_centre: float = math.nan  # pooled effect with these
    null: float = 0.0  # where the contours stand
    contours: tuple[float, ...] = (0.1, 0.05, 0.01)  # two-sided p values
    level: float = 0.95  # of the dashed lines
    ratio: bool = False
    model: str = "pooled effect"  # what stands at the centre, in words
    filled_model: str = "pooled effect with these"
    note: str = ""


WIDTH, HEIGHT = 7.0, 5.6  # inches
_ZONES = ("#ffffff", "#c3cbcf", "#dbe0e2", "#f0f2f3")  # from not significant outwards


def funnel(data: FunnelPlot) -> Picture:
    """Draw a contour-enhanced funnel plot.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), 7 inches wide, the same bytes for the same data. Studies whose
        effect or standard error is nan are left out.

    Examples
    --------
    >>> funnel(FunnelPlot("Hope", "SMD", ((0.1, 0.1), (0.4, 0.3)), centre=0.15)).png[1:4]
    b'PNG'
    """
    studies, filled = _finite(data.studies), _finite(data.filled)
    every = [*studies, *filled]
    deepest = plain_ticks(0.0, max((se for _, se in every), default=1.0) * 1.02)
    foot = deepest[-1]
    z = NormalDist().inv_cdf((1 + data.level) / 2)
    scale = _across([y for y, _ in every], data, z * foot)
    zones = sorted((p for p in data.contours if 0 < p < 1), reverse=True)
    keys = _keys(data, zones, bool(studies), bool(filled))
    with canvas(WIDTH, HEIGHT + 0.22 * len(keys)) as (figure, page):
        axes = plane(
            figure,
            page,
            data.title,
            (f"{data.measure}{' (logarithmic axis)' if data.ratio else ''}", "Standard error"),
            scale,
            (foot, 0.0),
            deepest,
            below=0.15 + 0.22 * len(keys),
        )
        _contours(axes, data.null, zones, foot)
        none = [data.null] * 2
        axes.plot(none, [foot, 0], color=INK, lw=0.8, zorder=2, gid="no-effect")
        if math.isfinite(data.centre):
            middle = [data.centre] * 2
            axes.plot(middle, [foot, 0], color=ACCENT, lw=1.2, zorder=2, gid="centre")
            xs = [data.centre - z * foot, data.centre, data.centre + z * foot]
            axes.plot(xs, [foot, 0, foot], color=ACCENT, lw=1, ls="--", zorder=2, gid="pseudo")
        if math.isfinite(data.filled_centre):
            middle = [data.filled_centre] * 2
            axes.plot(
                middle, [foot, 0], color=ACCENT, lw=1.2, ls=":", zorder=2, gid="filled-centre"
            )
        points(axes, studies, gid="studies")
        points(axes, filled, face="#ffffff", gid="filled")
        legend(figure, page, keys, 0.22 * len(keys) + 0.1)
        return to_picture(figure)


def funnel_of(
    yi: ArrayLike,
    vi: ArrayLike,
    pooled: PooledEffect,
    trimfill: TrimFill | None = None,
    *,
    title: str = "",
    measure: str = "Effect",
    ratio: bool = False,
) -> FunnelPlot:
    """Put effects and what they pool to in a funnel plot.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects on the analysis scale and their sampling variances; incomplete rows are left out.
    pooled
        The centre; its level is that of the dashed lines.
    trimfill
        Adds the studies that symmetry would ask for, and their pooled effect.
    ratio
        Whether the effects are logarithms of ratios.

    Raises
    ------
    ReviewError
        For columns of different length, or a variance that is not above 0.

    Examples
    --------
    >>> from themeweave.effects import pool
    >>> plot = funnel_of([0.1, 0.4], [0.01, 0.09], pool([0.1, 0.4], [0.01, 0.09]))
    >>> plot.studies, plot.note
    (((0.1, 0.1), (0.4, 0.3)), 'Fewer than 10 studies: asymmetry can hardly be judged.')
    """
    import numpy as np

    from themeweave.effects.design import usable_rows

    rows = usable_rows(yi, vi)
    added = trimfill if trimfill and trimfill.k0 else None
    few = "Fewer than 10 studies: asymmetry can hardly be judged." if len(rows.y) < 10 else ""
    return FunnelPlot(
        title=title,
        measure=measure,
        studies=tuple(zip(rows.y.tolist(), np.sqrt(rows.v).tolist(), strict=True)),
        centre=pooled.estimate,
        filled=tuple(zip(added.filled_yi.tolist(), np.sqrt(added.filled_vi).tolist(), strict=True))
        if added
        else (),
        filled_centre=added.after.estimate if added and added.after else math.nan,
        level=pooled.level,
        ratio=ratio,
        model=model_words(pooled.method),
        filled_model=f"{model_words(added.method)} with these" if added else "",
        note=few,
    )


def _finite(studies: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(y, se) for y, se in studies if math.isfinite(y) and math.isfinite(se)]


def _across(effects: Sequence[float], data: FunnelPlot, reach: float) -> Scale:
    """Cover the studies, no effect, and the dashed lines unless they reach far beyond."""
    anchors = [*effects, data.null]
    anchors += [c for c in (data.centre, data.filled_centre) if math.isfinite(c)]
    low, high = min(anchors), max(anchors)
    room = (high - low) or reach or 1.0
    if math.isfinite(data.centre):
        low = max(min(low, data.centre - reach), low - room)
        high = min(max(high, data.centre + reach), high + room)
    return Scale.between(low, high if high > low else low + 1.0, data.ratio)


def _contours(axes: Axes, null: float, zones: Sequence[float], foot: float) -> None:
    """Shade from the outermost zone inwards, so that each covers the one before."""
    colors = [_ZONES[min(place, len(_ZONES) - 1)] for place in range(len(zones) + 1)]
    axes.set_facecolor(colors[-1])
    for place in range(len(zones) - 1, -1, -1):
        reach = NormalDist().inv_cdf(1 - zones[place] / 2) * foot
        axes.fill(
            [null - reach, null, null + reach],
            [foot, 0, foot],
            color=colors[place],
            lw=0,
            zorder=1,
            gid=f"contour-{zones[place]:g}",
        )


Key = tuple[str, str, str]  # box, dot, ring, thick or a line's style; its colour; words


def _keys(data: FunnelPlot, zones: Sequence[float], studies: bool, filled: bool) -> list[list[Key]]:
    edges = [*zones, 0.0]
    shades: list[Key] = [("box", _ZONES[0], f"p > {zones[0]:g}")] if zones else []
    for place, upper in enumerate(zones):
        words = f"p {edges[place + 1]:g} to {upper:g}" if edges[place + 1] else f"p < {upper:g}"
        shades.append(("box", _ZONES[min(place + 1, len(_ZONES) - 1)], words))
    marks: list[Key] = [("dot", ACCENT, "study")] if studies else []
    if math.isfinite(data.centre):
        marks += [
            ("-", ACCENT, data.model),
            ("--", ACCENT, f"{100 * data.level:g}% of studies, by chance alone"),
        ]
    rows = [shades, marks]
    if filled:
        rows.append([("dot", "#ffffff", "added by trim-and-fill")])
        if math.isfinite(data.filled_centre):
            rows[-1].append((":", ACCENT, data.filled_model))
    if data.note:
        rows.append([("", "", data.note)])
    return [row for row in rows if row]


def plane(
    figure: Figure,
    page: Axes,
    title: str,
    names: tuple[str, str],
    across: Scale,
    up: tuple[float, float],
    ticks: Sequence[float],
    *,
    below: float = 0.2,
) -> Axes:
    """Open a pair of axes below a title, as large as the page allows.

    Parameters
    ----------
    page
        The axes of the whole page, as `canvas` gives them.
    names
        Of the axis across and the axis up.
    across
        Ends and ticks of the axis across; places on it are logarithms for ratios.
    up, ticks
        Ends and ticks of the axis up; a first end above the second reverses it.
    below
        Inches to leave for a legend below the axes.
    """
    width, height = figure.get_size_inches()
    lines = wrap(printable(title), int(width * 10.5), max_lines=3, placeholder=" …")
    for place, line in enumerate(lines):
        y = 1 - (0.22 + 0.2 * place) / height
        page.text(0.012, y, line, weight="bold", size=10.5, va="center")
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
    axes.set_ylim(*up)
    places = [math.log(tick) for tick in across.ticks] if across.ratio else across.ticks
    axes.set_xticks(places, [tick_words(tick) for tick in across.ticks])
    axes.set_yticks(ticks, [tick_words(tick) for tick in ticks])
    axes.minorticks_off()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(INK)
    axes.tick_params(colors=INK, labelsize=8)
    axes.set_xlabel(_name(names[0], 80), color=INK)
    axes.set_ylabel(_name(names[1], 60), color=INK)
    return axes


def _name(text: str, room: int) -> str:
    return "\n".join(wrap(printable(text), room, max_lines=2, placeholder=" …"))


def points(
    axes: Axes,
    places: Sequence[tuple[float, float]],
    *,
    face: str = ACCENT,
    sizes: Sequence[float] | float = 26.0,
    alpha: float = 0.9,
    gid: str,
) -> None:
    """Draw circles of given areas (square points), the later ones above the earlier."""
    if places:
        edge = "#ffffff" if face != "#ffffff" else INK
        axes.scatter(
            [x for x, _ in places],
            [y for _, y in places],
            s=sizes,
            c=face,
            edgecolors=edge,
            linewidths=0.5 if face != "#ffffff" else 1.0,
            alpha=alpha if face != "#ffffff" else 1.0,
            zorder=3,
            clip_on=False,
            gid=gid,
        )


def legend(figure: Figure, page: Axes, rows: Sequence[Sequence[Key]], top: float) -> None:
    """Say what stands for what, in rows from ``top`` inches above the foot of the page."""
    width, height = figure.get_size_inches()
    for place, row in enumerate(rows):
        x, y = 0.85, (top - 0.11 - 0.22 * place) / height
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
