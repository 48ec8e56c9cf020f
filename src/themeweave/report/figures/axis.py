"""The axis of estimates: its ends, its ticks at round values, and how numbers on it are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low

from themeweave.report.figures.estimates import Effect, measure_words


@dataclass(frozen=True, slots=True)
class Scale:
    """From estimates to places along an axis; ``ticks`` in the units of the estimates."""

    low: float  # ends of the axis, logarithms for ratios
    high: float
    ratio: bool
    ticks: tuple[float, ...]

    @classmethod
    def over(
        cls,
        effects: Iterable[Effect],
        *limits: tuple[float, float],
        ratio: bool = False,
        null: bool = True,
    ) -> Scale:
        """Cover the estimates and, within reason, their intervals and further limits."""
        move = math.log if ratio else float
        known = [e for e in effects if _drawable(e.estimate) and (e.estimate > 0 or not ratio)]
        points = [move(e.estimate) for e in known]
        intervals = [(e.ci_lb, e.ci_ub) for e in known]
        ends = [
            [move(end) for end in pair if _drawable(end) and (end > 0 or not ratio)]
            for pair in (*intervals, *limits)
        ]
        halves = [(pair[1] - pair[0]) / 2 for pair in ends if len(pair) == 2]
        anchors = points + ([0.0] if null or not points else [])
        reach = max(  # what lies further out than this gets an arrow
            max(anchors) - min(anchors), abs(median_low(halves)) if halves else 0.0
        )
        reach = reach or 1.0
        every = anchors + [end for pair in ends for end in pair]
        low = max(min(every), min(anchors) - 1.2 * reach)
        high = min(max(every), max(anchors) + 1.2 * reach)
        if high - low < 1e-6 * reach:  # one value without an interval
            low, high = low - reach, high + reach
        return cls.between(low, high, ratio)

    @classmethod
    def between(cls, low: float, high: float, ratio: bool = False) -> Scale:
        """Cover all from ``low`` to ``high``, logarithms for ratios, with ticks at round values."""
        ticks = _ratio_ticks(low, high) if ratio else plain_ticks(low, high)
        places = _places(ticks, ratio)
        pad = 0.03 * (high - low)
        return cls(min(low - pad, *places), max(high + pad, *places), ratio, tuple(ticks))

    @property
    def places(self) -> list[float]:
        """Where the ticks stand on the axis: logarithms for ratios."""
        return _places(self.ticks, self.ratio)

    @property
    def digits(self) -> int:
        """Decimals that tell the estimates of this axis apart."""
        return 2 + sum(self.high - self.low < span for span in (0.1, 0.01, 0.001))

    def share(self, value: float) -> float:
        """Give the place of a value: 0 at the low end, 1 at the high, beyond these outside."""
        moved = (math.log(value) if value > 0 else -math.inf) if self.ratio else value
        return (moved - self.low) / (self.high - self.low)

    def words(self, value: float) -> str:
        """Write a value as the tables beside an axis do."""
        if not math.isfinite(value):
            return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
        if self.ratio and 0 < value < 0.5 * 10**-self.digits:
            return f"<{10**-self.digits:.{self.digits}f}"
        if abs(value) >= 1e5:
            return f"{value:.1e}".replace("-", "−").replace("e+0", "e").replace("e+", "e")
        text = f"{value:.{self.digits}f}"
        return text.replace("-", "−") if float(text) else text.lstrip("-")

    def interval_words(self, effect: Effect) -> str:
        """Write an estimate with its interval."""
        if math.isnan(effect.estimate):
            return "not estimable"
        low, high = self.words(effect.ci_lb), self.words(effect.ci_ub)
        return f"{self.words(effect.estimate)} [{low}, {high}]"


def _places(ticks: Sequence[float], ratio: bool) -> list[float]:
    return [math.log(tick) for tick in ticks] if ratio else list(ticks)


def _drawable(value: float) -> bool:
    """Whether a value can shape an axis: a number, and not beyond all use."""
    return abs(value) < 1e100


def plain_ticks(low: float, high: float) -> list[float]:
    """Give about five round values that cover a range."""
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= rough * (1 - 1e-9))
    return [n * step for n in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _ratio_ticks(low: float, high: float) -> list[float]:
    span = high - low
    if span < math.log(2.5):
        ticks = plain_ticks(math.exp(low), math.exp(high))
        return [tick for tick in ticks if tick > 0]
    first, last = math.floor(low / math.log(10)), math.ceil(high / math.log(10))
    steps = range(first, last + 1, math.ceil((last - first) / 7))
    close = (1, 1.5, 2, 3, 5, 7.5) if span < math.log(6) else (1, 2, 5)
    round_ones = [m * 10.0**n for n in steps for m in (close if last - first < 4 else (1,))]
    inside = [tick for tick in round_ones if low - 0.05 <= math.log(tick) <= high + 0.05]
    return inside if len(inside) > 1 else [math.exp(low), math.exp(high)]


def tick_words(value: float) -> str:
    """Write the number at a tick."""
    return f"{value:.4g}".replace("-", "−") if abs(value) > 1e-12 else "0"


def axis_name(measure: str, ratio: bool) -> str:
    """Name an axis of effects.

    Examples
    --------
    >>> axis_name("SMD", False), axis_name("RR", True)
    ('SMD', 'RR (logarithmic axis)')
    """
    name = measure_words(measure)
    return f"{name} (logarithmic axis)" if ratio else name
