"""Forest plot: each study with its interval, and what they pool to.

Squares have areas in proportion to the weights, the diamond spans the interval of the pooled
estimate, and the bar below it the interval in which a further study's effect is expected
(Lewis & Clarke 2001, BMJ 322:1479). Ratios come as ratios and are drawn on a logarithmic axis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from themeweave.report.figures.canvas import ACCENT, INK, LINE, SOFT, Picture, canvas, to_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its interval: of a study, or pooled."""

    label: str
    estimate: float
    ci_lb: float
    ci_ub: float
    weight: float | None = None  # per cent of the pooled estimate
    n: int | None = None  # participants


@dataclass(frozen=True, slots=True)
class Forest:
    """All that a forest plot shows; ratios as ratios, not as their logarithms."""

    title: str
    measure: str  # as the heading of the estimates, such as SMD or RR
    studies: tuple[Effect, ...]
    common: Effect | None = None
    random: Effect | None = None
    prediction: tuple[float, float] | None = None
    heterogeneity: str = ""  # one line, such as "Q = 9.1 (df = 6, p = 0.17), I² = 34%, τ² = 0.02"
    n: int | None = None  # participants in all
    favours: tuple[str, str] = ("", "")  # what an estimate left and right of no effect speaks for
    ratio: bool = False


WIDTH, ROW = 9.0, 0.26  # inches
_LEFT, _RIGHT = 0.36, 0.70  # the axis, as shares of the width
_TEXTS = {"n": 0.335, "estimate": 0.89, "weight": 0.985}  # right-aligned columns
_SHOWN = 34  # characters of a label


def forest(data: Forest) -> Picture:
    """Draw a forest plot.

    Parameters
    ----------
    data
        Studies in the order in which they shall stand. An interval that leaves the axis ends in
        an arrow; its numbers stand beside it all the same.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), 9 inches wide, the same bytes for the same data.

    Examples
    --------
    >>> study = Effect("Ardern 2014", -0.3, -0.6, 0.0, weight=100.0, n=80)
    >>> picture = forest(Forest("Hospital days", "SMD", (study,), random=study))
    >>> picture.png[1:4], b"<svg" in picture.svg
    (b'PNG', True)
    """
    pooled = [effect for effect in (data.common, data.random) if effect]
    rows = len(data.studies) + len(pooled) + bool(data.prediction)
    above, below = 3.0, 3.6 if data.heterogeneity else 2.8  # rows around the plot
    height = (rows + above + below) * ROW
    with canvas(WIDTH, height) as (figure, axes):
        drawing = _Drawing(axes, _Scale.over(data), data, height)
        axes.set_ylim(-(rows + below - 0.5), above - 0.5)
        drawing.heading(above)
        row = 0
        for study in data.studies:
            drawing.study(-row, study)
            row += 1
        bottom = -(rows - 0.3)
        drawing.axis(bottom, top=0.6)
        if pooled:
            drawing.rule(-row + 0.5)
        for effect in pooled:
            drawing.pooled(-row, effect)
            row += 1
        if data.prediction:
            drawing.prediction(-row, data.prediction)
        if data.heterogeneity:
            axes.text(0.01, bottom - 2.5, data.heterogeneity, va="center", color=SOFT, size=8)
        return to_picture(figure)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From estimates to places on the page; ``ticks`` in the units of the estimates."""

    low: float
    high: float
    ratio: bool
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, data: Forest) -> _Scale:
        """Cover the estimates and, within reason, their intervals."""
        move = math.log if data.ratio else float
        pooled = [effect for effect in (data.common, data.random) if effect]
        effects = [*data.studies, *pooled]
        points = [move(e.estimate) for e in effects] or [0.0]
        ends = [
            move(end) for e in effects for end in (e.ci_lb, e.ci_ub) if not data.ratio or end > 0
        ]
        if data.prediction and (not data.ratio or data.prediction[0] > 0):
            ends += [move(end) for end in data.prediction]
        reach = max(max(points) - min(points), max(map(abs, points)), 0.1)  # wider ones get arrows
        low = max(min([*ends, *points, 0.0]), min(*points, 0.0) - 1.2 * reach)
        high = min(max([*ends, *points, 0.0]), max(*points, 0.0) + 1.2 * reach)
        if high - low < 1e-6 * reach:  # one value without an interval
            low, high = low - reach, high + reach
        ticks = _ratio_ticks(low, high) if data.ratio else _plain_ticks(low, high)
        places = [move(tick) for tick in ticks]
        pad = 0.03 * (high - low)
        return cls(min(low - pad, *places), max(high + pad, *places), data.ratio, tuple(ticks))

    def place(self, value: float) -> float:
        """Give the place of a value across the page, beyond the axis where it lies beyond."""
        moved = (math.log(value) if value > 0 else -math.inf) if self.ratio else value
        return _LEFT + (_RIGHT - _LEFT) * (moved - self.low) / (self.high - self.low)


def _plain_ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= rough)
    return [n * step for n in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _ratio_ticks(low: float, high: float) -> list[float]:
    fine = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0]
    coarse = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
    steps = fine if high - low < math.log(6) else coarse
    inside = [tick for tick in steps if low - 0.05 <= math.log(tick) <= high + 0.05]
    return inside if len(inside) > 1 else [0.5, 1.0, 2.0]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The rows of one plot; ``y`` counts rows downwards from 0."""

    axes: Axes
    scale: _Scale
    data: Forest
    height: float

    def heading(self, above: float) -> None:
        n = f", {self.data.n:,} participants" if self.data.n is not None else ""
        k = len(self.data.studies)
        self._text(0.01, above - 1.1, self.data.title, weight="bold", size=10.5)
        count = f"{k} {'study' if k == 1 else 'studies'}{n}"
        self._text(_TEXTS["weight"], above - 1.1, count, ha="right", color=SOFT)
        self._text(0.01, 0.95, "Study", weight="bold")
        if any(study.n is not None for study in self.data.studies):
            self._text(_TEXTS["n"], 0.95, "N", ha="right", weight="bold")
        heading = f"{self.data.measure} [95% CI]"
        self._text(_TEXTS["estimate"], 0.95, heading, ha="right", weight="bold")
        if any(study.weight is not None for study in self.data.studies):
            self._text(_TEXTS["weight"], 0.95, "Weight", ha="right", weight="bold")
        self.rule(0.55)

    def study(self, y: float, study: Effect) -> None:
        self._row_texts(y, study)
        self._interval(y, study.ci_lb, study.ci_ub)
        weight = study.weight if study.weight is not None else 100 / len(self.data.studies)
        across = 0.16 * math.sqrt(max(weight, 1.0) / 25.0) * 0.8  # inches; area as the weight
        across = min(max(across, 0.04), 0.2)
        self._box(self.scale.place(study.estimate), y, across)

    def pooled(self, y: float, effect: Effect) -> None:
        self._row_texts(y, effect, weight="bold")
        left, middle, right = (
            min(max(self.scale.place(v), _LEFT), _RIGHT)
            for v in (effect.ci_lb, effect.estimate, effect.ci_ub)
        )
        self.axes.fill(
            [left, middle, right, middle], [y, y + 0.28, y, y - 0.28], color=ACCENT, lw=0, zorder=3
        )
        self.axes.plot([middle, middle], [y, 0.5], color=ACCENT, lw=0.6, ls=(0, (2, 3)), zorder=1)

    def prediction(self, y: float, limits: tuple[float, float]) -> None:
        self._text(0.01, y, "Prediction interval")
        low, high = limits
        self._text(_TEXTS["estimate"], y, f"[{_number(low)}, {_number(high)}]", ha="right")
        left, right = (min(max(self.scale.place(v), _LEFT), _RIGHT) for v in limits)
        self.axes.fill_between([left, right], y - 0.1, y + 0.1, color=ACCENT, lw=0, zorder=3)
        self._arrows(y, low, high, ACCENT)

    def axis(self, y: float, top: float) -> None:
        none = 1.0 if self.data.ratio else 0.0
        middle = self.scale.place(none)
        if _LEFT <= middle <= _RIGHT:
            self.axes.plot([middle, middle], [y, top - 0.05], color=INK, lw=0.8, zorder=1)
        self.axes.plot([_LEFT, _RIGHT], [y, y], color=INK, lw=0.8)
        for tick in self.scale.ticks:
            x = self.scale.place(tick)
            self.axes.plot([x, x], [y, y - 0.2], color=INK, lw=0.8)
            self._text(x, y - 0.65, _tick(tick), ha="center", size=8)
        left, right = self.data.favours
        if left or right:
            self._text(middle - 0.01, y - 1.6, f"← {left}", ha="right", size=8, color=SOFT)
            self._text(middle + 0.01, y - 1.6, f"{right} →", ha="left", size=8, color=SOFT)

    def rule(self, y: float) -> None:
        self.axes.plot([0.01, _TEXTS["weight"]], [y, y], color=LINE, lw=0.8, zorder=0)

    def _row_texts(self, y: float, effect: Effect, weight: str = "normal") -> None:
        lines = wrap(effect.label, _SHOWN, max_lines=2, placeholder=" …")
        size = 9.0 if len(lines) < 2 else 7.0
        self._text(0.01, y, "\n".join(lines), weight=weight, size=size)
        if effect.n is not None:
            self._text(_TEXTS["n"], y, f"{effect.n:,}", ha="right", weight=weight)
        numbers = [_number(v) for v in (effect.estimate, effect.ci_lb, effect.ci_ub)]
        shown = f"{numbers[0]} [{numbers[1]}, {numbers[2]}]"
        self._text(_TEXTS["estimate"], y, shown, ha="right", weight=weight)
        if effect.weight is not None:
            self._text(_TEXTS["weight"], y, f"{effect.weight:.1f}%", ha="right", weight=weight)

    def _interval(self, y: float, low: float, high: float) -> None:
        left, right = (min(max(self.scale.place(v), _LEFT), _RIGHT) for v in (low, high))
        self.axes.plot([left, right], [y, y], color=INK, lw=1.0, zorder=2, solid_capstyle="butt")
        self._arrows(y, low, high, INK)

    def _arrows(self, y: float, low: float, high: float, color: str) -> None:
        for value, edge, sign in ((low, _LEFT, -1), (high, _RIGHT, 1)):
            if (self.scale.place(value) - edge) * sign > 1e-9:
                self.axes.fill(
                    [edge + sign * 0.008, edge, edge], [y, y + 0.16, y - 0.16], color=color, lw=0
                )

    def _box(self, x: float, y: float, across: float) -> None:
        wide, high = across / WIDTH / 2, across / ROW / 2
        self.axes.fill(
            [x - wide, x + wide, x + wide, x - wide],
            [y - high, y - high, y + high, y + high],
            color=INK,
            lw=0,
            zorder=3,
        )

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        ha: str = "left",
        weight: str = "normal",
        size: float = 9.0,
        color: str = INK,
    ) -> None:
        self.axes.text(x, y, text, ha=ha, va="center", weight=weight, size=size, color=color)


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def _tick(value: float) -> str:
    return f"{value:.4g}".replace("-", "−") if abs(value) > 1e-12 else "0"
