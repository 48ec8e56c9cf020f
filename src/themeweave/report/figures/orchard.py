"""Orchard plot: every effect of a multilevel model, with what they pool to.

Effects are points, larger where more precise; the circle in front is the pooled effect, its thick
line the confidence interval, its thin one the interval in which an effect of a further study is
expected (Nakagawa et al. 2021, Research Synthesis Methods 12:4-12). Points lie off their
line only to be seen apart, the further the more of them are near.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

from themeweave.report.figures.axis import Scale, axis_name
from themeweave.report.figures.canvas import ACCENT, INK, LINE, Picture, canvas, to_picture
from themeweave.report.figures.estimates import Effect, check_rows
from themeweave.report.figures.lettering import broken
from themeweave.report.figures.plane import Key, plane
from themeweave.report.tables import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from themeweave.effects.design import Coefficient
    from themeweave.effects.multilevel.three_level import ThreeLevelFit


@dataclass(frozen=True, slots=True)
class Branch:
    """One row of an orchard plot."""

    effects: tuple[tuple[float, float], ...]  # effect and its standard error
    pooled: Effect  # with the row's name
    prediction: tuple[float, float] | None = None
    clusters: int | None = None  # studies that the effects come from


@dataclass(frozen=True, slots=True)
class OrchardPlot:
    """All that an orchard plot shows; effects on the analysis scale, logarithms for ratios."""

    title: str
    measure: str
    rows: tuple[Branch, ...]
    ratio: bool = False
    level: float = 0.95
    note: str = ""


WIDTH = 8.0  # inches


def orchard(data: OrchardPlot) -> Picture:
    """Draw an orchard plot.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), 8 inches wide, the same bytes for the same data. Effects with a nan
        are left out; an interval that leaves the axis ends at its edge in an arrow.

    Raises
    ------
    ReviewError
        For more than 300 rows.

    Examples
    --------
    >>> branch = Branch(((0.1, 0.1), (0.4, 0.3)), Effect("All", 0.2, 0.0, 0.4), (-0.2, 0.6), 2)
    >>> orchard(OrchardPlot("Hope", "SMD", (branch,))).png[1:4]
    b'PNG'
    """
    check_rows(len(data.rows))
    known = [
        replace(row, effects=tuple(e for e in row.effects if all(map(math.isfinite, e))))
        for row in data.rows
    ]
    scale = _scale(known, data.ratio)
    k = len(known)
    tall = min(1.3, 12.0 / max(k, 1)) if k > 1 else 1.8  # inches a row
    keys: list[list[Key]] = [
        [
            ("dot", "#8fb3b6", "effect, area by precision (1/SE)"),
            ("ring", INK, "pooled"),
            ("thick", INK, f"{100 * data.level:g}% confidence"),
            ("-", INK, "prediction"),
        ]
    ]
    keys += [[("", "", line)] for line in wrap(printable(data.note), 110)]
    with canvas(WIDTH, max(tall, 0.3) * max(k, 1) + 1.6 + 0.22 * len(keys)) as (figure, page):
        down = Scale(max(k, 1) - 0.5, -0.5, False, ())
        names = (axis_name(data.measure, data.ratio), "")
        axes = plane(figure, page, data.title, names, scale, down, keys)
        box = axes.get_position()
        axes.set_position((0.24, box.y0, 0.97 - 0.24, box.height))
        axes.spines["left"].set_visible(False)
        axes.axvline(0.0, color=LINE, lw=1.0, zorder=1, gid="no-effect")
        precise = max((1 / se for row in known for _, se in row.effects if se > 0), default=1.0)
        for place, row in enumerate(known):
            _branch(axes, place, row, precise, scale)
        return to_picture(figure)


def orchard_of(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Any],
    *,
    groups: Sequence[Any] | None = None,
    test: Literal["z", "t"] = "z",
    rho: float = 0.0,
    robust: bool = False,
    level: float = 0.95,
    title: str = "",
    measure: str = "Effect",
    ratio: bool = False,
) -> OrchardPlot:
    """Fit a three-level model to all effects, and to each group of them, and plot the results.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects on the analysis scale and their sampling variances; incomplete rows are left out.
    cluster : shape (k,)
        The study each effect belongs to.
    groups : shape (k,)
        Groups with a model and a row each, in code-point order, above that of all effects.
    test, rho, level
        As in `multilevel`.
    robust
        Confidence and prediction intervals with CR2's standard error and Satterthwaite's df; those
        of the model otherwise.
    ratio
        Whether the effects are logarithms of ratios.

    Raises
    ------
    ReviewError
        As `multilevel`.

    Examples
    --------
    >>> effects, studies = [0.1, 0.3, 0.6, 0.9, -0.2, 0.0], ["A", "A", "B", "B", "C", "C"]
    >>> plot = orchard_of(effects, [0.02] * 6, studies)
    >>> plot.rows[0].pooled.label, round(plot.rows[0].pooled.estimate, 2), plot.rows[0].clusters
    ('All effects', 0.28, 3)
    """
    import numpy as np

    from themeweave.effects.design import is_missing, usable_rows

    rows = usable_rows(yi, vi, labels=cluster)
    y, v, studies = rows.y, rows.v, np.array(rows.labels, dtype=object)
    parts = [("All effects", np.ones(len(y), dtype=bool))]
    if groups is not None:
        usable_rows(yi, vi, labels=groups)  # refuses columns of different length
        own = [groups[row] for row in rows.kept]
        names = sorted({str(name) for name in own if not is_missing(name)})
        parts = [(name, np.array([str(x) == name for x in own])) for name in names] + parts
    branches = [
        _fit(label, (y[on], v[on], list(studies[on])), test, rho, level, robust)
        for label, on in parts
    ]
    notes = [*rows.notes]
    if robust:
        notes.append("intervals are cluster-robust (CR2)")
    return OrchardPlot(title, measure, tuple(branches), ratio, level, "; ".join(notes))


def _fit(
    label: str,
    data: tuple[Any, Any, Sequence[str]],
    test: Literal["z", "t"],
    rho: float,
    level: float,
    robust: bool,
) -> Branch:
    import numpy as np

    from themeweave.effects.multilevel.three_level import multilevel

    y, v, studies = data
    fit = multilevel(y, v, studies, test=test, rho=rho, level=level)
    found = (fit.cr2 if robust else fit.coefficients)[:1]
    numbers = [(c.estimate, c.ci_lb, c.ci_ub) for c in found] or [(math.nan,) * 3]
    return Branch(
        effects=tuple(zip(y.tolist(), np.sqrt(v).tolist(), strict=True)),
        pooled=Effect(label, *numbers[0], k=fit.k),
        prediction=_prediction(fit, found[0], level) if found else None,
        clusters=fit.n_clusters,
    )


def _prediction(fit: ThreeLevelFit, mean: Coefficient, level: float) -> tuple[float, float] | None:
    """Give the interval for one effect in a further study, from the mean's own standard error."""
    from scipy.special import ndtri, stdtrit

    upper = 0.5 + 0.5 * level
    reach = float(ndtri(upper) if mean.df is None else stdtrit(mean.df, upper))
    half = reach * math.sqrt(mean.se**2 + fit.sigma2_between + fit.sigma2_within)
    return None if math.isnan(half) else (mean.estimate - half, mean.estimate + half)


def _scale(rows: Sequence[Branch], ratio: bool) -> Scale:
    """Cover every effect, and intervals and predictions within reason."""
    middles = [row.pooled.estimate for row in rows]
    points = [y for row in rows for y, _ in row.effects]
    points += [0.0, *(y for y in middles if math.isfinite(y))]
    ends = [
        end
        for row in rows
        for end in (row.pooled.ci_lb, row.pooled.ci_ub, *(row.prediction or ()))
        if math.isfinite(end)
    ]
    room = 0.6 * (max(points) - min(points) or max(map(abs, ends), default=1.0) or 1.0)
    low = max(min(points + ends), min(points) - room)
    high = min(max(points + ends), max(points) + room)
    return Scale.between(low, high if high > low else low + room, ratio)


def _branch(axes: Axes, y: int, row: Branch, precise: float, scale: Scale) -> None:
    offsets = spread([effect for effect, _ in row.effects], 0.04 * (scale.high - scale.low))
    if row.effects:
        axes.scatter(
            [effect for effect, _ in row.effects],
            [y + 0.36 * offset for offset in offsets],
            s=[max(90 / max(se * precise, 1e-9), 5.0) if se > 0 else 90 for _, se in row.effects],
            facecolors="#8fb3b6b0",
            edgecolors=ACCENT,
            linewidths=0.5,
            zorder=4.5,  # a point on its line shows in front of it
            gid=f"effects-{y}",
        )
    pooled = row.pooled
    if row.prediction:
        _line(axes, y, row.prediction, 1.0, f"prediction-{y}", scale)
    if not (math.isnan(pooled.ci_lb) or math.isnan(pooled.ci_ub)):
        _line(axes, y, (pooled.ci_lb, pooled.ci_ub), 3.5, f"confidence-{y}", scale)
    if not math.isnan(pooled.estimate):
        axes.plot(
            [pooled.estimate], [y], marker="o", ms=9, mfc="#ffffff", mec=INK, mew=1.8, zorder=5,
            gid=f"pooled-{y}",
        )  # fmt: skip
    lines = broken(pooled.label, 22, 2)
    counts = [f"k = {len(row.effects)}"]
    if row.clusters is not None:
        counts.append(f"{row.clusters} {'study' if row.clusters == 1 else 'studies'}")
    place = axes.get_yaxis_transform()
    axes.text(-0.02, y - 0.02, "\n".join(lines), transform=place, ha="right", va="bottom", size=9)
    axes.text(-0.02, y + 0.02, ", ".join(counts), transform=place, ha="right", va="top", size=7.5)


def _line(
    axes: Axes, y: int, ends: tuple[float, float], width: float, gid: str, scale: Scale
) -> None:
    low, high = max(ends[0], scale.low), min(ends[1], scale.high)
    axes.plot([low, high], [y, y], color=INK, lw=width, zorder=4, solid_capstyle="butt", gid=gid)
    for beyond, x, marker in ((ends[0] < low, low, "<"), (ends[1] > high, high, ">")):
        if beyond:
            axes.plot([x], [y], marker=marker, color=INK, ms=5, clip_on=False, gid="arrow")


def spread(values: Sequence[float], near: float) -> list[float]:
    """Give each value an offset from -1 to 1 that tells it from its neighbours.

    Offsets follow van der Corput's sequence, which is even but not regular, and shrink where few
    values are near; nothing is left to chance.

    Examples
    --------
    >>> spread([0.0, 0.1, 5.0], near=0.2)
    [0.0, -0.5, 0.0]
    """
    ordered = sorted(range(len(values)), key=lambda i: (values[i], i))
    counts = [sum(abs(v - other) <= near for other in values) for v in values]
    most = max(counts, default=1)
    offsets = [0.0] * len(values)
    for number, i in enumerate(ordered, start=1):
        offsets[i] = (2 * _corput(number) - 1) * (counts[i] / most if counts[i] > 1 else 0.0)
    return offsets


def _corput(number: int) -> float:
    share, part = 0.0, 0.5
    while number:
        share += part * (number & 1)
        number, part = number >> 1, part / 2
    return share
