"""Funnel plot: effects against their standard errors, most precise studies at the top.

Grey zones say how significant a study of each place would be (Peters et al. 2008, J Clin Epidemiol
61:991-996): where studies seem to be missing from the white zone alone, results were perhaps not
published for being null. Dashed lines hold the share of studies to expect around the pooled effect
if nothing but chance were at work. Effects are on the analysis scale; those of ratios, which are
logarithms, get an axis of ratios.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from themeweave.report.figures.axis import Scale, axis_name, plain_ticks
from themeweave.report.figures.canvas import ACCENT, INK, Picture, canvas, to_picture
from themeweave.report.figures.estimates import model_words
from themeweave.report.figures.plane import HEIGHT, WIDTH, Key, plane, points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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
            (axis_name(data.measure, data.ratio), "Standard error"),
            scale,
            Scale(foot, 0.0, False, tuple(deepest)),
            keys,
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
