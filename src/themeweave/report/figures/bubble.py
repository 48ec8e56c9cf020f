"""Bubble plot: effects against a trait of their studies, with the line of a meta-regression.

The area of a bubble is in proportion to the weight of its study, 1 / (v + tau2), and the band
around the line is the interval of the mean effect at each value of the trait, not of single
studies (Thompson & Higgins 2002, Statistics in Medicine 21:1559-1573).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from themeweave.errors import ReviewError
from themeweave.report.figures.axis import Scale, axis_name, plain_ticks
from themeweave.report.figures.canvas import ACCENT, INK, LINE, Picture, canvas, to_picture
from themeweave.report.figures.estimates import p_words
from themeweave.report.figures.plane import HEIGHT, WIDTH, Key, plane

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class BubblePlot:
    """All that a bubble plot shows; effects on the analysis scale, logarithms for ratios."""

    title: str
    measure: str
    moderator: str
    studies: tuple[tuple[float, float, float], ...]  # moderator, effect, weight
    line: tuple[tuple[float, float, float, float], ...] = ()  # moderator, mean, its interval
    level: float = 0.95
    ratio: bool = False
    note: str = ""  # the slope and its test


_LARGEST = 420.0  # area of the heaviest study's bubble, square points
_STEPS = 60


def bubble(data: BubblePlot) -> Picture:
    """Draw a bubble plot.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), 7 inches wide, the same bytes for the same data. Studies with a nan
        are left out.

    Examples
    --------
    >>> plot = BubblePlot("Hope", "SMD", "weeks", ((4, 0.1, 20), (8, 0.4, 10)))
    >>> bubble(plot).png[1:4]
    b'PNG'
    """
    studies = [s for s in data.studies if all(map(math.isfinite, s))]
    studies.sort(key=lambda s: -s[2])  # small bubbles lie on large ones
    ups = [y for _, y, _ in studies] + [mean for _, mean, _, _ in data.line]
    reach = (max(ups) - min(ups) or abs(ups[0]) or 1.0) if ups else 1.0
    band = [v for row in data.line for v in row[2:] if math.isfinite(v)]
    low = max(min([*ups, *band, 0.0]), min([*ups, 0.0]) - 0.5 * reach)
    high = min(max([*ups, *band, 0.0]), max([*ups, 0.0]) + 0.5 * reach)
    up = Scale.between(low, high if high > low else low + 1.0, data.ratio)
    xs = [x for x, _, _ in studies] or [0.0]
    room = 0.06 * (max(xs) - min(xs)) or 1.0
    left, right = min(xs) - room, max(xs) + room
    ticks = [tick for tick in plain_ticks(left, right) if left <= tick <= right]
    across = Scale(left, right, False, tuple(ticks))
    keys: list[list[Key]] = [[("dot", ACCENT, "study, area by weight")]]
    if data.line:
        keys[0] += [
            ("-", INK, "meta-regression"),
            ("box", "#dfe6e7", f"{100 * data.level:g}% interval of the mean"),
        ]
    keys += [[("", "", data.note)]] if data.note else []
    with canvas(WIDTH, HEIGHT) as (figure, page):
        names = (data.moderator, axis_name(data.measure, data.ratio))
        axes = plane(figure, page, data.title, names, across, up, keys)
        axes.plot([across.low, across.high], [0, 0], color=LINE, lw=0.8, zorder=1, gid="no-effect")
        if data.line:
            at, mean, lower, upper = zip(*data.line, strict=True)
            if not any(map(math.isnan, lower)):
                axes.fill_between(at, lower, upper, color="#dfe6e7", lw=0, zorder=0, gid="band")
            axes.plot(at, mean, color=INK, lw=1.4, zorder=2, gid="line")
        heaviest = max((w for _, _, w in studies), default=1.0) or 1.0
        if studies:
            largest = _LARGEST * min(1.0, 30 / len(studies))
            axes.scatter(
                [x for x, _, _ in studies],
                [y for _, y, _ in studies],
                s=[max(largest * w / heaviest, 4.0) for _, _, w in studies],
                facecolors=ACCENT + "99",
                edgecolors=INK,
                linewidths=0.7,
                zorder=3,
                gid="studies",
            )
        return to_picture(figure)


def bubble_of(
    yi: ArrayLike,
    vi: ArrayLike,
    values: Sequence[Any],
    moderator: str,
    *,
    method: str = "REML",
    ci: str = "z",
    level: float = 0.95,
    title: str = "",
    measure: str = "Effect",
    ratio: bool = False,
) -> BubblePlot:
    """Regress effects on one trait and put the result in a bubble plot.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects on the analysis scale and their sampling variances; incomplete rows are left out.
    values : shape (k,)
        The trait, as numbers.
    moderator
        What to call it.
    method, ci, level
        As in `meta_regression`.
    ratio
        Whether the effects are logarithms of ratios.

    Returns
    -------
    BubblePlot
        Without a line where the slope is not estimable, and the note says so.

    Raises
    ------
    ReviewError
        For values that are no numbers, and as `meta_regression`.

    Examples
    --------
    >>> plot = bubble_of([0.1, 0.3, 0.4, 0.8], [0.02] * 4, [2, 4, 6, 8], "weeks")
    >>> [round(v, 2) for v in plot.line[0][:2]], plot.note
    ([2.0, 0.07], 'slope 0.11 [0.048, 0.172], p < 0.001; τ² = 0.000, R² = 100%')
    """
    import numpy as np

    from themeweave.effects.design import is_missing, usable_rows
    from themeweave.effects.moderators import meta_regression

    wrong = [
        f"row {row}: '{value}'"
        for row, value in enumerate(values, start=1)
        if not is_missing(value) and (isinstance(value, str) or not np.isreal(value))
    ]
    if wrong:
        raise ReviewError(
            f"'{moderator}' holds text, and a bubble plot needs numbers",
            next_step="Give numbers, or compare the levels as subgroups in a forest plot.",
            faults=wrong,
        )
    moderators = {moderator: list(values)}
    rows = usable_rows(yi, vi, moderators=moderators)
    fit = meta_regression(yi, vi, moderators, method=method, ci=ci, level=level)
    x = np.array([float(values[row]) for row in rows.kept])
    weights = 1 / (rows.v + (fit.tau2 if math.isfinite(fit.tau2) else 0.0))
    line: tuple[tuple[float, float, float, float], ...] = ()
    note = "; ".join(n for n in fit.notes if "left out" not in n) or "slope: not estimable"
    if len(fit.coefficients) == 2:
        slope = fit.coefficients[1]
        critical = (slope.ci_ub - slope.estimate) / slope.se if slope.se else math.nan
        at = np.linspace(x.min(), x.max(), _STEPS)
        design = np.column_stack([np.ones(_STEPS), at])
        mean = design @ np.array([c.estimate for c in fit.coefficients])
        half = critical * np.sqrt(np.einsum("ij,jk,ik->i", design, fit.covariance, design))
        line = tuple(
            (float(a), float(m), float(m - h), float(m + h))
            for a, m, h in zip(at, mean, half, strict=True)
        )
        r2 = f", R² = {fit.R2:.0f}%" if math.isfinite(fit.R2) else ""
        interval = f"[{_slope(slope.ci_lb)}, {_slope(slope.ci_ub)}], {p_words(slope.pval)}"
        log = " of the logarithm" if ratio else ""
        note = f"slope{log} {_slope(slope.estimate)} {interval}; τ² = {fit.tau2:.3f}{r2}"
    return BubblePlot(
        title=title,
        measure=measure,
        moderator=moderator,
        studies=tuple(zip(x.tolist(), rows.y.tolist(), weights.tolist(), strict=True)),
        line=line,
        level=level,
        ratio=ratio,
        note=note,
    )


def _slope(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
