"""Forest plot: each study with its interval, and what they pool to.

Squares have areas in proportion to the weights, diamonds span the intervals of pooled estimates,
and the bar below them the interval in which a further study's effect is expected (Lewis & Clarke
2001, BMJ 322:1479). Ratios come as ratios and are drawn on a logarithmic axis. A column stands
where any row has something for it.

`Scale` and `Page`, the axis with its rows of text, serve the other plots of estimates as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from statistics import NormalDist, median_low
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from themeweave.errors import ReviewError
from themeweave.report.figures.canvas import ACCENT, INK, LINE, SOFT, Picture, canvas, to_picture
from themeweave.report.tables import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from themeweave.effects.moderators import Subgroup, Subgroups
    from themeweave.effects.records import EffectSizes, PooledEffect


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its interval: of a study, or pooled; nan where not estimable."""

    label: str
    estimate: float
    ci_lb: float
    ci_ub: float
    weight: float | None = None  # per cent of the pooled estimate
    n: int | None = None  # participants
    k: int | None = None  # studies, or results of one study
    pval: float | None = None
    i2: float | None = None  # per cent
    bias: tuple[str, ...] = ()  # one judgement for each of the plot's domains, such as "low"


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the studies under a heading, and what they pool to."""

    heading: str
    studies: tuple[Effect, ...]
    pooled: Effect | None = None
    heterogeneity: str = ""


@dataclass(frozen=True, slots=True)
class Forest:
    """All that a forest plot shows; ratios as ratios, not as their logarithms."""

    title: str
    measure: str  # as the heading of the estimates, such as SMD or RR
    studies: tuple[Effect, ...]  # those outside any group
    common: Effect | None = None
    random: Effect | None = None
    prediction: tuple[float, float] | None = None  # drawn only where given
    heterogeneity: str = ""  # one line, such as "Q = 9.1 (df = 6, p = 0.17), I² = 34%, τ² = 0.02"
    n: int | None = None  # participants in all
    favours: tuple[str, str] = ("", "")  # what an estimate left and right of no effect speaks for
    ratio: bool = False
    groups: tuple[Group, ...] = ()
    difference: str = ""  # test of differences between the groups, one line
    bias_domains: tuple[str, ...] = ()  # of the lights of risk of bias, such as "Randomisation"
    level: float = 0.95  # coverage of the intervals
    null_line: bool = True  # False where no value stands for no effect, as with proportions

    @property
    def every_study(self) -> tuple[Effect, ...]:
        """The studies in the order of their rows."""
        return self.studies + tuple(study for group in self.groups for study in group.studies)


WIDTH, ROW = 9.0, 0.26  # inches
MOST_ROWS = 300  # of any plot with one row a study
RATIOS = ("OR", "RR", "PETO", "IRR", "HR", "RATIO", "ROM")  # measures that come as logarithms
_NO_NULL = ("MN", "PR", "PLN", "PLO", "PAS", "PFT", "IR", "IRLN", "IRS", "IRFT")
_SQUARE = "#87939a"  # light enough for the interval to show on it
_EDGE, _AXIS, _LABEL, _LIGHT = 0.09, 3.06, 2.375, 0.235  # inches: margin, axis, labels, one light
_SIGNS = {  # judgement: sign and colour, which differ in brightness too
    "low": ("+", "#7cc4be"),
    "some concerns": ("–", "#f2d98b"),
    "moderate": ("–", "#f2d98b"),
    "unclear": ("?", "#d6d6d2"),
    "no information": ("?", "#d6d6d2"),
    "high": ("×", "#bf4a30"),
    "serious": ("×", "#bf4a30"),
    "critical": ("!", "#5f1a1a"),
}


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
        SVG and PNG (200 dpi), 9 inches wide or more with further columns, the same bytes for the
        same data.

    Raises
    ------
    ReviewError
        For more than 300 rows, a ratio that is not above 0, and judgements of risk of bias that
        are unknown or do not fit the domains.

    Examples
    --------
    >>> study = Effect("Ardern 2014", -0.3, -0.6, 0.0, weight=100.0, n=80)
    >>> picture = forest(Forest("Hospital days", "SMD", (study,), random=study))
    >>> picture.png[1:4], b"<svg" in picture.svg
    (b'PNG', True)
    """
    rows = _rows(data)
    _check(data, len(rows))
    scale = Scale.over(
        [row.effect for row in rows if row.effect],
        *([data.prediction] if data.prediction else []),
        ratio=data.ratio,
        null=data.null_line,
    )
    layout = _Layout.of(data, scale)
    title = wrap(printable(data.title), int(layout.width * 7.4), max_lines=3, placeholder=" …")
    foot = [
        line
        for text in (data.heterogeneity, data.difference, _domains(data))
        for line in wrap(printable(text), int(layout.width * 15), break_on_hyphens=False)
    ]
    above, foot_at = 2.2 + 0.8 * max(1, len(title)), 2.5 if any(data.favours) else 1.7
    below = foot_at + 0.3 + 0.8 * len(foot)
    below += 1.2 if data.bias_domains else 0.0
    with canvas(layout.width, (len(rows) + above + below) * ROW) as (figure, axes):
        axes.set_xlim(0, layout.width)
        axes.set_ylim(-(len(rows) + below - 0.5), above - 0.5)
        page = Page(axes, scale, layout.left, layout.right)
        drawing = _Drawing(page, data, layout)
        drawing.heading(title, above)
        for place, row in enumerate(rows):
            drawing.row(-place, row)
        bottom = -(len(rows) - 0.3)
        page.axis(bottom, 0.55, data.null_line, data.favours)
        for place, line in enumerate(foot):
            page.text(_EDGE, bottom - foot_at - 0.8 * place, line, color=SOFT, size=8)
        if data.bias_domains:
            drawing.signs(bottom - foot_at - 0.2 - 0.8 * len(foot))
        return to_picture(figure)


def forest_of(
    sizes: EffectSizes,
    pooled: PooledEffect | None = None,
    *,
    title: str = "",
    common: PooledEffect | None = None,
    groups: Sequence[Any] | None = None,
    subgroups: Subgroups | None = None,
    n: Sequence[int | None] | None = None,
    bias: Sequence[Sequence[str]] | None = None,
    bias_domains: Sequence[str] = (),
    columns: Sequence[Literal["k", "p", "I2"]] = (),
    prediction: bool = False,
    favours: tuple[str, str] = ("", ""),
    level: float = 0.95,
) -> Forest:
    """Put effect sizes and what they pool to in the order of a forest plot.

    Parameters
    ----------
    sizes
        As `themeweave.effects.effect_sizes` gives them; log ratios become ratios. Rows that are
        not estimable stand in the plot and say so.
    pooled, common
        Pooled effects of all rows; the weights are those of ``pooled``.
    groups : shape (k,)
        The subgroup of each row; headings stand in code-point order.
    subgroups
        The analysis of these groups: a diamond for each, and their test at the foot.
    n, bias : shape (k,)
        Participants, and judgements of risk of bias in the order of ``bias_domains``.
    columns
        Further columns to show.
    prediction
        Whether to draw the prediction interval of ``pooled``.
    level
        Coverage of the studies' intervals, normal on the analysis scale.

    Examples
    --------
    >>> from themeweave.effects import effect_sizes, pool
    >>> sizes = effect_sizes({"ai": [4, 6], "n1i": [123, 306], "ci": [11, 29], "n2i": [139, 303]},
    ...                      "RR")
    >>> plot = forest_of(sizes, pool(sizes.yi, sizes.vi), groups=["ward", "home"])
    >>> [(group.heading, round(group.studies[0].estimate, 2)) for group in plot.groups]
    [('home', 0.2), ('ward', 0.41)]
    """
    from themeweave.effects.outcomes import heterogeneity_words

    ratio = sizes.measure in RATIOS
    z = NormalDist().inv_cdf((1 + level) / 2)
    studies = []
    for i, (y, se, label) in enumerate(zip(sizes.yi, sizes.se, sizes.slab, strict=True)):
        weight = float(pooled.weights[i]) if pooled else math.nan
        studies.append(
            Effect(
                label,
                back(float(y), ratio),
                back(float(y - z * se), ratio),
                back(float(y + z * se), ratio),
                weight=None if math.isnan(weight) else weight,
                n=n[i] if n else None,
                pval=math.erfc(abs(y / se) / math.sqrt(2)) if "p" in columns else None,
                bias=tuple(bias[i]) if bias else (),
            )
        )

    def pooled_row(label: str, found: PooledEffect | Subgroup) -> Effect:
        return Effect(
            label,
            back(found.estimate, ratio),
            back(found.ci_lb, ratio),
            back(found.ci_ub, ratio),
            k=found.k if "k" in columns else None,
            pval=found.pval if "p" in columns else None,
            i2=found.I2 if "I2" in columns else None,
        )

    found = {group.level: group for group in subgroups.groups} if subgroups else {}
    names = [str(name) for name in groups] if groups is not None else []
    return Forest(
        title=title,
        measure="Effect" if sizes.measure == "GEN" else sizes.measure,
        studies=() if names else tuple(studies),
        common=pooled_row("Common effect", common) if common else None,
        random=pooled_row(model_words(pooled.method), pooled) if pooled else None,
        prediction=(back(pooled.pi_lb, ratio), back(pooled.pi_ub, ratio))
        if prediction and pooled and not math.isnan(pooled.pi_lb)
        else None,
        heterogeneity=heterogeneity_words(pooled) if pooled else "",
        favours=favours,
        ratio=ratio,
        groups=tuple(
            Group(
                name,
                tuple(s for s, own in zip(studies, names, strict=True) if own == name),
                pooled_row("Subtotal", found[name]) if name in found else None,
                _spread(found[name]) if name in found else "",
            )
            for name in sorted(set(names))
        ),
        difference=_difference(subgroups) if subgroups else "",
        bias_domains=tuple(bias_domains),
        level=level,
        null_line=sizes.measure not in _NO_NULL,
    )  # fmt: skip


def back(value: float, ratio: bool) -> float:
    """Turn a logarithm back into a ratio, infinite where beyond all numbers; else leave it be."""
    return value if not ratio else math.exp(value) if value < 700 else math.inf


def model_words(method: str) -> str:
    """Name the model that a method of pooling belongs to."""
    return "Common effect" if method in ("FE", "EE") else f"Random effects ({method})"


def p_words(pval: float) -> str:
    """Write a p value as reviews print it.

    Examples
    --------
    >>> p_words(0.0312), p_words(1e-9)
    ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if pval < 0.001 else f"p = {pval:.3f}"


def _spread(group: Subgroup) -> str:
    if group.k < 2:
        return "one study: heterogeneity is not estimable"
    test = f"k = {group.k}, Q = {group.Q:.2f} (df = {group.Q_df}, {p_words(group.Q_pval)})"
    return f"{test}, I² = {group.I2:.0f}%, τ² = {group.tau2:.3f}"


def _difference(found: Subgroups) -> str:
    if math.isnan(found.pval):
        return "Difference between subgroups: not estimable"
    name, df = ("Q", f"{found.df}") if found.df2 is None else ("F", f"{found.df}, {found.df2}")
    test = f"{name} = {found.Q_between:.2f} (df = {df}, {p_words(found.pval)})"
    return f"Test of differences between subgroups: {test}"


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
        places = [math.log(tick) for tick in ticks] if ratio else ticks
        pad = 0.03 * (high - low)
        return cls(min(low - pad, *places), max(high + pad, *places), ratio, tuple(ticks))

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
    fine = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0]
    first, last = math.floor(low / math.log(10)), math.ceil(high / math.log(10))
    steps = range(first, last + 1, math.ceil((last - first) / 7))
    coarse = [m * 10.0**n for n in steps for m in ((1, 2, 5) if last - first < 4 else (1,))]
    inside = [
        tick
        for tick in (fine if span < math.log(6) else coarse)
        if low - 0.05 <= math.log(tick) <= high + 0.05
    ]
    return inside if len(inside) > 1 else [math.exp(low), math.exp(high)]


def tick_words(value: float) -> str:
    """Write the number at a tick."""
    return f"{value:.4g}".replace("-", "−") if abs(value) > 1e-12 else "0"


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Estimate the width of text of a size in points, in inches; a little too much rather.

    Examples
    --------
    >>> round(text_width("Hope", 10.0), 2)
    0.38
    """
    widths = (
        0.4 if letter in " .,:;|!'()[]ijlftrI-" else 1.0 if letter in "mwMW@%" else
        0.84 if letter.isupper() or letter in "−+=<>~&" else 0.64
        for letter in text
    )  # fmt: skip
    return sum(widths) * (1.13 if bold else 1.0) * size / 72


@dataclass(frozen=True, slots=True)
class Page:
    """An axis among rows of text: x in inches from the left, y in rows upwards from the first."""

    axes: Axes
    scale: Scale
    left: float  # of the axis, inches
    right: float

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

    def axis(self, y: float, top: float, null: bool, favours: tuple[str, str]) -> None:
        """Draw the axis with its ticks, the line of no effect, and what each side speaks for."""
        none = 1.0 if self.scale.ratio else 0.0
        middle = self.place(none) if null else (self.left + self.right) / 2
        if null:
            self.axes.plot([middle, middle], [y, top], color=INK, lw=0.8, zorder=1, gid="no-effect")
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
                lines = wrap(printable(words), 32, max_lines=2, placeholder=" …")
                size = 8 if len(lines) < 2 else 7
                self.text(x, y - 1.6, "\n".join(lines), ha=ha, size=size, color=SOFT)

    def rule(self, y: float, width: float) -> None:
        """Draw a thin line across the page."""
        self.axes.plot([_EDGE, width - 0.135], [y, y], color=LINE, lw=0.8, zorder=0)

    def label(self, x: float, y: float, text: str, room: float, weight: str = "normal") -> None:
        """Write a label in one line, or smaller in two."""
        lines = wrap(printable(text), max(8, int(room * 14.3)), max_lines=2, placeholder=" …")
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


class _Column(NamedTuple):
    heading: str
    right: float  # edge, inches: its texts end here
    room: float


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the columns stand, in inches."""

    left: float  # of the axis
    right: float
    width: float  # of the page
    columns: dict[str, _Column]  # by field of `Effect`
    lights: float  # middle of the first light

    @classmethod
    def of(cls, data: Forest, scale: Scale) -> _Layout:
        rows = [row.effect for row in _rows(data) if row.effect]
        shown = {
            name
            for name in ("k", "n", "weight", "pval", "i2")
            if any(getattr(effect, name) is not None for effect in rows)
        }
        if not any(study.weight is not None for study in data.every_study):
            shown.discard("weight")
        # Figures are about 0.085 inches wide: a column is as wide as its longest number.
        longest = {
            name: max((len(_texts(effect, scale).get(name, "")) for effect in rows), default=0)
            for name in ("n", "estimate")
        }
        columns = {}
        x = _EDGE + _LABEL
        for name, heading, room in (("k", "k", 0.4), ("n", "N", 0.13 + 0.085 * longest["n"])):
            if name in shown:
                room = max(room, 0.55) if name == "n" else room
                x += room
                columns[name] = _Column(heading, x, room - 0.05)
        left = x + 0.225
        interval = f"{data.measure} [{100 * data.level:g}% CI]"
        after = [("estimate", interval, max(1.71, 0.15 + 0.085 * longest["estimate"]))]
        after += [
            column
            for column in (("weight", "Weight", 0.855), ("pval", "p", 0.7), ("i2", "I²", 0.55))
            if column[0] in shown
        ]
        lights = 0.3 + _LIGHT * len(data.bias_domains) if data.bias_domains else 0.0
        needed = left + _AXIS + sum(room for _, _, room in after) + lights + 0.135
        right = x = left + _AXIS + max(0.0, WIDTH - needed)
        for name, heading, room in after:
            x += room
            columns[name] = _Column(heading, x, room - 0.1)
        return cls(left, right, max(needed, WIDTH), columns, x + 0.3)


class _Row(NamedTuple):
    kind: str  # heading study subtotal note total prediction gap
    effect: Effect | None = None
    text: str = ""


def _rows(data: Forest) -> list[_Row]:
    """Put everything in the order of the page, one row each."""
    return [*_group_rows(Group("", data.studies)), *_grouped(data), *_total_rows(data)]


def _grouped(data: Forest) -> Iterator[_Row]:
    for group in data.groups:
        yield from _group_rows(group)
        yield _Row("gap")


def _group_rows(group: Group) -> Iterator[_Row]:
    if group.heading:
        yield _Row("heading", text=group.heading)
    yield from (_Row("study", study) for study in group.studies)
    if group.pooled:
        yield _Row("subtotal", group.pooled)
    if group.heterogeneity:
        yield _Row("note", text=group.heterogeneity)


def _total_rows(data: Forest) -> Iterator[_Row]:
    yield from (_Row("total", effect) for effect in (data.common, data.random) if effect)
    if data.prediction:
        yield _Row("prediction")


def _check(data: Forest, rows: int) -> None:
    """Refuse what cannot be drawn so that it can be read."""
    check_rows(rows)
    if data.ratio:
        check_ratios(data.every_study)
    faults = []
    for study in data.every_study:
        if study.bias and len(study.bias) != len(data.bias_domains):
            counts = f"{len(study.bias)} judgements for {len(data.bias_domains)} domains"
            faults.append(f"{study.label}: {counts}")
        for word in study.bias:
            if word.strip() and not _judgement(word):
                near = get_close_matches(word.lower(), _SIGNS, 1)
                nearest = f", nearest: {near[0]}" if near else ""
                faults.append(f"{study.label}: '{word}' is no judgement{nearest}")
    if faults:
        raise ReviewError(
            "risk of bias cannot be shown",
            "forest plot",
            f"Give one judgement a domain: {', '.join(_SIGNS)}, or leave it empty.",
            faults=faults,
        )


def check_rows(rows: int) -> None:
    """Refuse a plot with more rows than a page can hold."""
    if rows > MOST_ROWS:
        raise ReviewError(
            f"the plot would have {rows} rows, and nobody can read more than {MOST_ROWS}",
            next_step="Draw one plot a subgroup, or combine the results of each study first.",
        )


def check_ratios(effects: Iterable[Effect]) -> None:
    """Refuse ratios that have no logarithm."""
    faults = [f"{effect.label}: {effect.estimate:g}" for effect in effects if effect.estimate <= 0]
    if faults:
        raise ReviewError(
            "a ratio is not above 0",
            next_step="Give ratios as ratios, not as their logarithms.",
            faults=faults,
        )


def _judgement(word: str) -> str:
    """Find the judgement in words such as 'High risk' or 'Serious/High'; empty if there is none."""
    first = word.lower().replace(" risk of bias", "").replace(" risk", "").split("/")[0].strip()
    return first if first in _SIGNS else ""


def _letters(data: Forest) -> list[str]:
    return [chr(ord("A") + place % 26) for place in range(len(data.bias_domains))]


def _domains(data: Forest) -> str:
    names = zip(_letters(data), data.bias_domains, strict=True)
    said = "; ".join(f"{letter}\u00a0{name}" for letter, name in names)
    return f"Risk of bias: {said}" if said else ""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The rows of one forest plot."""

    page: Page
    data: Forest
    layout: _Layout

    def heading(self, title: Sequence[str], above: float) -> None:
        width, k = self.layout.width, len(self.data.every_study)
        for place, line in enumerate(title):
            self.page.text(_EDGE, above - 1.1 - 0.8 * place, line, weight="bold", size=10.5)
        n = f", {self.data.n:,} participants" if self.data.n is not None else ""
        count = f"{k} {'study' if k == 1 else 'studies'}{n}"
        self.page.text(width - 0.135, above - 1.1, count, ha="right", color=SOFT, room=2.2)
        self.page.text(_EDGE, 0.95, "Study", weight="bold")
        for column in self.layout.columns.values():
            self.page.text(
                column.right, 0.95, column.heading, ha="right", weight="bold", room=column.room
            )
        for place, letter in enumerate(_letters(self.data)):
            x = self.layout.lights + _LIGHT * place
            self.page.text(x, 0.95, letter, ha="center", weight="bold")
        self.page.rule(0.55, width)

    def row(self, y: float, row: _Row) -> None:
        if row.kind == "heading":
            self.page.label(_EDGE, y, row.text, self.layout.left - 0.3, weight="bold")
        elif row.kind == "note":
            room = self.layout.left - _EDGE - 0.25
            self.page.text(_EDGE + 0.12, y, row.text, size=7, color=SOFT, room=room)
        elif row.kind == "prediction" and self.data.prediction:
            self._prediction(y, self.data.prediction)
        elif row.kind == "study" and row.effect:
            self._study(y, row.effect)
        elif row.effect:
            self._pooled(y, row.effect, total=row.kind == "total")

    def signs(self, y: float) -> None:
        """Say what the lights mean, those that are there."""
        used = {_judgement(word) for study in self.data.every_study for word in study.bias}
        x = _EDGE + 0.12
        for word, (sign, color) in _SIGNS.items():
            if word in used:
                self._light(x, y, sign, color, "key")
                self.page.text(x + 0.15, y, word, size=8, color=SOFT)
                x += 0.4 + 0.075 * len(word)

    def _study(self, y: float, study: Effect) -> None:
        self._texts(y, study, "normal", indent=0.12 if self.data.groups else 0.0)
        for place, word in enumerate(study.bias):
            if word.strip():
                sign, color = _SIGNS[_judgement(word)]
                x = self.layout.lights + _LIGHT * place
                self._light(x, y, sign, color, f"bias-{-y:g}-{place}")
        if not math.isnan(study.estimate):
            self._box(y, study)
            self.page.interval(y, study.ci_lb, study.ci_ub, gid=f"interval-{-y:g}")

    def _box(self, y: float, study: Effect) -> None:
        """Draw a square whose area is to the largest as the weights are."""
        heaviest = max((s.weight for s in self.data.every_study if s.weight), default=1.0)
        weight = heaviest if study.weight is None else study.weight
        across = max(0.17 * math.sqrt(max(weight, 0.0) / heaviest), 0.035)  # inches
        x, wide, high = self.page.place(study.estimate), across / 2, across / ROW / 2
        xs, ys = [x - wide, x + wide, x + wide, x - wide], [y - high, y - high, y + high, y + high]
        self.page.axes.fill(xs, ys, color=_SQUARE, lw=0, zorder=3, gid=f"study-{-y:g}")

    def _pooled(self, y: float, effect: Effect, total: bool) -> None:
        self._texts(y, effect, "bold", indent=0.0 if total else 0.12)
        self.page.diamond(y, effect, ACCENT, f"{'total' if total else 'subtotal'}-{-y:g}")
        if total and not math.isnan(effect.estimate):
            x = self.page.place(effect.estimate)
            self.page.axes.plot([x, x], [y, 0.5], color=ACCENT, lw=0.6, ls=(0, (2, 3)), zorder=1)
        if total and effect is (self.data.common or self.data.random):
            self.page.rule(y + 0.5, self.layout.width)

    def _prediction(self, y: float, limits: tuple[float, float]) -> None:
        low, high = limits
        self.page.text(_EDGE, y, "Prediction interval")
        column, scale = self.layout.columns["estimate"], self.page.scale
        shown = f"[{scale.words(low)}, {scale.words(high)}]"
        self.page.text(column.right, y, shown, ha="right", room=column.room)
        xs = [self.page.place(low), self.page.place(high)]
        self.page.axes.fill_between(
            xs, y - 0.1, y + 0.1, color=ACCENT, lw=0, zorder=3, gid="prediction"
        )
        self.page.arrows(y, low, high, ACCENT)

    def _texts(self, y: float, effect: Effect, weight: str, indent: float) -> None:
        first = min(self.layout.left - 0.225, _EDGE + _LABEL)
        self.page.label(_EDGE + indent, y, effect.label, first - _EDGE - indent, weight)
        texts = _texts(effect, self.page.scale)
        for name, column in self.layout.columns.items():
            if text := texts.get(name):
                self.page.text(column.right, y, text, ha="right", weight=weight, room=column.room)

    def _light(self, x: float, y: float, sign: str, color: str, gid: str) -> None:
        self.page.axes.plot(
            [x], [y], marker="o", ms=11, mfc=color, mec=INK, mew=0.4, ls="", zorder=3, gid=gid
        )
        ink = "#ffffff" if sign in "×!" else INK
        self.page.text(x, y - 0.02, sign, ha="center", weight="bold", size=8, color=ink)


def _texts(effect: Effect, scale: Scale) -> dict[str, str]:
    """Write the numbers of a row, by column; a number that is not there has no text."""
    texts = {"estimate": scale.interval_words(effect)}
    for name, form in (
        ("k", "{:,.0f}"),
        ("n", "{:,.0f}"),
        ("weight", "{:.1f}%"),
        ("i2", "{:.0f}%"),
    ):
        value = getattr(effect, name)
        if value is not None and not math.isnan(value):
            texts[name] = form.format(value)
    if effect.pval is not None and not math.isnan(effect.pval):
        texts["pval"] = "<0.001" if effect.pval < 0.001 else f"{effect.pval:.3f}"
    return texts
