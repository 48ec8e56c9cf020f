"""Drawing a sheet of effects: from its results to the record that a figure shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np

from themeweave.corpus.sheets import Sheet
from themeweave.effects.bias.trimfill import trim_and_fill
from themeweave.effects.moderators import subgroups
from themeweave.effects.pool import pool
from themeweave.effects.records import EffectSizes, PooledEffect
from themeweave.errors import ReviewError
from themeweave.report.figures.baujat import baujat, baujat_of
from themeweave.report.figures.bubble import bubble, bubble_of
from themeweave.report.figures.canvas import Picture
from themeweave.report.figures.direction_plot import effect_directions
from themeweave.report.figures.estimates import RATIOS
from themeweave.report.figures.forest import forest
from themeweave.report.figures.forest_of import forest_of
from themeweave.report.figures.funnel import funnel, funnel_of
from themeweave.report.figures.leave_one_out import leave_one_out, leave_one_out_of
from themeweave.report.figures.orchard import orchard, orchard_of
from themeweave.review.effects.judge import directions_of
from themeweave.review.effects.sheet import (
    Pooling,
    Results,
    composites,
    moderator,
    need_column,
    open_results,
    split,
)

JUDGEMENTS = frozenset(
    ("low", "some concerns", "moderate", "unclear", "no information", "high", "serious", "critical")
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, and what it does not show."""

    picture: Picture
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn besides the results."""

    sheet: Sheet
    how: Pooling
    by: str
    on: str
    title: str

    @property
    def favours(self) -> tuple[str, str]:
        """What either side speaks for, where directions were harmonised."""
        return ("favours group 2", "favours group 1") if self.how.better_when else ("", "")


def draw(
    kind: str, sheet: Sheet, how: Pooling, *, by: str = "", on: str = "", title: str = ""
) -> Drawn:
    """Draw one of `KINDS`.

    Parameters
    ----------
    kind
        What to draw.
    sheet, how
        As in `pool_sheet`; a direction plot takes results of reviews as `directions_sheet` does.
    by
        A column: subgroups of a forest plot, rows of an orchard plot.
    on
        The moderator of a bubble plot.
    title
        The heading; the name of the sheet where it is empty.
    """
    wish = Wish(sheet, how, by, on, title or PurePath(sheet.name).stem)
    if kind == "direction":
        return _direction(wish)
    results = open_results(sheet, how)
    if not len(results.yi):
        raise ReviewError(
            "there is nothing to draw: no row has an effect and a variance",
            sheet.name,
            "Fill the cells that the measure needs.",
            faults=results.notes,
        )
    picture, notes = DRAWERS[kind](results, wish)
    return Drawn(picture, notes)


def _pool(results: Results, how: Pooling) -> PooledEffect:
    return pool(results.yi, results.vi, how.method, how.ci, how.level, how.prediction)


def _forest(results: Results, wish: Wish) -> tuple[Picture, tuple[str, ...]]:
    how, notes = wish.how, results.notes
    names: list[str] = []
    repeated = False
    if wish.by:
        parts, more = split(results, wish.sheet, wish.by)
        made = {name: composites(part, wish.sheet, how) for name, part in parts.items()}
        names = [name for name, part in made.items() for _ in part.names]
        shown, notes = _joined(list(made.values()), results), (*notes, *more)
        repeated = len(set(shown.studies)) < len(shown.names)
        if repeated:
            notes = (*notes, "no overall effect: some studies stand in several groups")
    else:
        shown = composites(results, wish.sheet, how)
        notes = shown.notes
    sizes = EffectSizes(
        shown.yi, shown.vi, shown.measure, shown.names, ("",) * len(shown.names), shown.definition
    )
    pooled = None if repeated else _pool(shown, how)
    lights = _judgements(shown)
    tested = None
    if names:
        tested = subgroups(shown.yi, shown.vi, names, method=how.method, ci=how.ci, level=how.level)
    people = [None if math.isnan(n) else round(n) for n in shown.n.tolist()]
    plot = forest_of(
        sizes,
        pooled,
        title=wish.title,
        groups=names or None,
        subgroups=tested,
        n=people if any(people) else None,
        bias=lights,
        bias_domains=("Overall risk of bias",) if lights else (),
        prediction=True,
        favours=wish.favours,
        level=how.level,
    )
    return forest(replace(plot, n=shown.participants)), notes


def _joined(parts: list[Results], whole: Results) -> Results:
    """Put results of groups one after another."""
    return replace(
        whole,
        names=tuple(name for part in parts for name in part.names),
        study_column=parts[0].study_column,
        yi=np.concatenate([part.yi for part in parts]),
        vi=np.concatenate([part.vi for part in parts]),
        n=np.concatenate([part.n for part in parts]),
        rows=tuple(row for part in parts for row in part.rows),
    )


def _judgements(results: Results) -> list[tuple[str]] | None:
    """Give the overall judgement of each result; None unless all are known.

    Reviews that rate trials and other studies write both words, as in "Some concerns/Moderate": the
    first is taken.
    """
    said = [row["risk_of_bias"].partition("/")[0].strip().lower() for row in results.rows]
    return [(word,) for word in said] if said and JUDGEMENTS.issuperset(said) else None


def _funnel(results: Results, wish: Wish) -> tuple[Picture, tuple[str, ...]]:
    made = composites(results, wish.sheet, wish.how)
    plot = funnel_of(
        made.yi,
        made.vi,
        _pool(made, wish.how),
        trim_and_fill(made.yi, made.vi),
        title=wish.title,
        measure=made.measure,
        ratio=made.measure in RATIOS,
    )
    return funnel(plot), made.notes


def _baujat(results: Results, wish: Wish) -> tuple[Picture, tuple[str, ...]]:
    made = composites(results, wish.sheet, wish.how)
    return baujat(baujat_of(made.yi, made.vi, made.names, title=wish.title)), made.notes


def _bubble(results: Results, wish: Wish) -> tuple[Picture, tuple[str, ...]]:
    need_column(wish.sheet, wish.on)
    made, how = composites(results, wish.sheet, wish.how), wish.how
    plot = bubble_of(
        made.yi,
        made.vi,
        moderator(made, wish.on),
        wish.on,
        method=how.method,
        ci=how.ci,
        level=how.level,
        title=wish.title,
        measure=made.measure,
        ratio=made.measure in RATIOS,
    )
    return bubble(plot), made.notes


def _leave_one_out(results: Results, wish: Wish) -> tuple[Picture, tuple[str, ...]]:
    made, how = composites(results, wish.sheet, wish.how), wish.how
    plot = leave_one_out_of(
        made.yi,
        made.vi,
        made.names,
        method=how.method,
        ci=how.ci,
        level=how.level,
        title=wish.title,
        measure=made.measure,
        favours=wish.favours,
        ratio=made.measure in RATIOS,
    )
    return leave_one_out(plot), made.notes


def _orchard(results: Results, wish: Wish) -> tuple[Picture, tuple[str, ...]]:
    """Draw every result: a three-level model with robust intervals needs no composites."""
    how = wish.how
    if how.cluster:
        need_column(wish.sheet, how.cluster)
    if wish.by:
        need_column(wish.sheet, wish.by)
    plot = orchard_of(
        results.yi,
        results.vi,
        [row[how.cluster] for row in results.rows] if how.cluster else results.studies,
        groups=[row[wish.by] for row in results.rows] if wish.by else None,
        rho=how.rho,
        robust=True,
        level=how.level,
        title=wish.title,
        measure=results.measure,
        ratio=results.measure in RATIOS,
    )
    notes = tuple(note for note in results.notes if "--cluster" not in note)
    return orchard(plot), notes


def _direction(wish: Wish) -> Drawn:
    plot, set_aside, notes = directions_of(wish.sheet, wish.how.level, wish.how.only)
    left = tuple(f"set aside: {fault}" for fault in set_aside)
    return Drawn(effect_directions(plot, wish.title), (*notes, *left))


Drawer = Callable[[Results, Wish], tuple[Picture, tuple[str, ...]]]
DRAWERS: Mapping[str, Drawer] = {
    "forest": _forest,
    "funnel": _funnel,
    "baujat": _baujat,
    "bubble": _bubble,
    "leave-one-out": _leave_one_out,
    "orchard": _orchard,
}
KINDS = (*DRAWERS, "direction")
