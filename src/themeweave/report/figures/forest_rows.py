"""What a forest plot shows, and where: its record, its rows and its columns, not yet drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from themeweave.report.figures.axis import Scale
from themeweave.report.figures.drawing import EDGE, MARGIN, WIDTH
from themeweave.report.figures.estimates import Effect
from themeweave.report.figures.lights import ACROSS

LABEL, _AXIS = 2.375, 3.06  # inches: the labels' column, the axis


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


class Row(NamedTuple):
    """A row, by what it shows."""

    kind: str  # heading study subtotal note total prediction gap
    effect: Effect | None = None
    text: str = ""


def rows_of(data: Forest) -> list[Row]:
    """Put everything in the order of the page, one row each."""
    return [*_group_rows(Group("", data.studies)), *_grouped(data), *_total_rows(data)]


def _grouped(data: Forest) -> Iterator[Row]:
    for group in data.groups:
        yield from _group_rows(group)
        yield Row("gap")


def _group_rows(group: Group) -> Iterator[Row]:
    if group.heading:
        yield Row("heading", text=group.heading)
    yield from (Row("study", study) for study in group.studies)
    if group.pooled:
        yield Row("subtotal", group.pooled)
    if group.heterogeneity:
        yield Row("note", text=group.heterogeneity)


def _total_rows(data: Forest) -> Iterator[Row]:
    yield from (Row("total", effect) for effect in (data.common, data.random) if effect)
    if data.prediction:
        yield Row("prediction")


class Column(NamedTuple):
    """Where the texts of a column stand."""

    heading: str
    right: float  # edge, inches: its texts end here
    room: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns stand, in inches."""

    left: float  # of the axis
    right: float
    width: float  # of the page
    columns: dict[str, Column]  # by field of `Effect`
    lights: float  # middle of the first light

    @classmethod
    def of(cls, data: Forest, scale: Scale) -> Layout:
        """Make each column as wide as its longest text."""
        rows = [row.effect for row in rows_of(data) if row.effect]
        shown = {
            name
            for name in ("k", "n", "weight", "pval", "i2")
            if any(getattr(effect, name) is not None for effect in rows)
        }
        if not any(study.weight is not None for study in data.every_study):
            shown.discard("weight")
        # Figures are about 0.085 inches wide: a column is as wide as its longest number.
        longest = {
            name: max((len(texts(effect, scale).get(name, "")) for effect in rows), default=0)
            for name in ("n", "estimate")
        }
        columns = {}
        x = EDGE + LABEL
        for name, heading, room in (("k", "k", 0.4), ("n", "N", 0.13 + 0.085 * longest["n"])):
            if name in shown:
                room = max(room, 0.55) if name == "n" else room
                x += room
                columns[name] = Column(heading, x, room - 0.05)
        left = x + 0.225
        interval = f"{data.measure} [{100 * data.level:g}% CI]"
        after = [("estimate", interval, max(1.71, 0.15 + 0.085 * longest["estimate"]))]
        after += [
            column
            for column in (("weight", "Weight", 0.855), ("pval", "p", 0.7), ("i2", "I²", 0.55))
            if column[0] in shown
        ]
        lights = 0.3 + ACROSS * len(data.bias_domains) if data.bias_domains else 0.0
        needed = left + _AXIS + sum(room for _, _, room in after) + lights + MARGIN
        right = x = left + _AXIS + max(0.0, WIDTH - needed)
        for name, heading, room in after:
            x += room
            columns[name] = Column(heading, x, room - 0.1)
        return cls(left, right, max(needed, WIDTH), columns, x + 0.3)


def texts(effect: Effect, scale: Scale) -> dict[str, str]:
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
