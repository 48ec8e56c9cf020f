"""A sheet of effects, opened: its study results as effects, and how they are to be pooled."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np

from themeweave.corpus.sheets import Row, Sheet
from themeweave.effects.multilevel.three_level import aggregate
from themeweave.effects.presets import Preset, preset
from themeweave.effects.records import Floats
from themeweave.effects.sheets import read_effects
from themeweave.effects.sizes.catalogue import Options
from themeweave.errors import ReviewError

STUDY_LEVELS = ("", "study")  # a sheet without a column 'level' holds study results alone


@dataclass(frozen=True, slots=True)
class Pooling:
    """How a sheet of effects is read and pooled."""

    measure: str = "SMD"
    method: str = "REML"
    ci: str = "knha"
    level: float = 0.95
    prediction: str = "k-1"
    cluster: str = ""  # a column: effects of one cluster are first made one
    rho: float = 0.6
    composite: Literal["equal", "gls"] = "equal"  # mean of a cluster's effects, plain or weighted
    preset: str = ""  # its choices stand in for method, ci, level, prediction and the formulas
    better_when: str = ""  # higher, lower, or a column: positive then favours group 1
    only: tuple[tuple[str, str], ...] = ()  # column and value: the other rows are left out

    @property
    def chosen(self) -> Preset | None:
        """The preset by name."""
        return preset(self.preset) if self.preset else None

    @property
    def options(self) -> Options:
        """The formulas of effect sizes that the preset implies."""
        chosen = self.chosen
        if chosen is None:
            return Options(level=self.level)
        return Options(
            correction=chosen.smd_correction,
            variance=chosen.smd_variance,
            drop00=chosen.double_zeros == "drop",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Results that can be pooled, one entry each; ``notes`` tell of all that were not."""

    names: tuple[str, ...]
    yi: Floats
    vi: Floats
    n: Floats  # participants, nan where not stated
    rows: tuple[Row, ...]  # the row of the sheet; of a composite, its first
    notes: tuple[str, ...]
    measure: str
    definition: str
    study_column: str = ""  # names the study of each result, so that its people count once

    @property
    def studies(self) -> tuple[str, ...]:
        """The study of each result; each result is one where no column tells."""
        named = [row[self.study_column] for row in self.rows]
        return tuple(
            name or f"row {row.number}" for name, row in zip(named, self.rows, strict=True)
        )

    @property
    def independent(self) -> bool:
        """Whether each study gives one result."""
        return len(set(self.studies)) == len(self.studies)

    @property
    def participants(self) -> int | None:
        """Participants of all studies, where each states them: of a study, the most it gives."""
        most: dict[str, float] = {}
        for study, n in zip(self.studies, self.n.tolist(), strict=True):
            most[study] = n if math.isnan(n) else max(n, most.get(study, 0.0))
        total = math.fsum(most.values())
        return round(total) if most and math.isfinite(total) else None

    def part(self, members: Sequence[int]) -> Results:
        """Give some of the results."""
        at = list(members)
        return replace(
            self,
            names=tuple(self.names[i] for i in at),
            yi=self.yi[at],
            vi=self.vi[at],
            n=self.n[at],
            rows=tuple(self.rows[i] for i in at),
            notes=(),
        )


def open_results(sheet: Sheet, how: Pooling) -> Results:
    """Read the study results of a sheet as effects.

    Rows that say in a column ``level`` that they are not study results are left out: a pooled
    estimate is not pooled again. So are rows without an effect, each with its reason.

    Raises
    ------
    ReviewError
        Where no row is a study result, a column is not there, or cells cannot be.
    """
    rows, notes = study_results(sheet, how)
    found = read_effects(rows, sheet, how.measure, how.better_when, how.options)
    usable = np.isfinite(found.yi) & np.isfinite(found.vi)
    notes += [
        f"{_called(row, name)} left out: {note or 'no effect or no variance'}"
        for row, name, note, ok in zip(rows, found.names, found.notes, usable, strict=True)
        if not ok
    ]
    said = Counter(note for note, ok in zip(found.notes, usable, strict=True) if ok and note)
    notes += [f"{note} ({count} of {len(rows)} rows)" for note, count in said.items()]
    results = Results(
        names=found.names,
        yi=found.yi,
        vi=found.vi,
        n=found.n,
        rows=tuple(rows),
        notes=(),
        measure=found.measure,
        definition=found.definition,
        study_column=next((c for c in ("study", "study_id") if c in sheet.columns), ""),
    ).part(np.flatnonzero(usable).tolist())
    return replace(results, notes=(*notes, *_counted_twice(results, how)))


def study_results(sheet: Sheet, how: Pooling) -> tuple[list[Row], list[str]]:
    """Pick the rows of study results, and say how many others there are."""
    picked = matching(sheet, how.only)
    rows = [row for row in picked if row["level"] in STUDY_LEVELS]
    if not rows:
        raise ReviewError(
            "there are no study results to pool",
            f"{sheet.name}, column 'level'",
            "Pooled estimates are not pooled again: give rows with the level 'study'.",
        )
    others = len(picked) - len(rows)
    return rows, [f"{others} rows that are not study results were left out"] if others else []


def matching(sheet: Sheet, only: Sequence[tuple[str, str]]) -> list[Row]:
    """Pick the rows that have the wanted values."""
    for column, _ in only:
        need_column(sheet, column)
    rows = [row for row in sheet.rows if all(row[column] == value for column, value in only)]
    if not rows:
        wanted = " and ".join(f"{column}={value}" for column, value in only)
        column, value = only[-1]
        near = get_close_matches(value, {row[column] for row in sheet.rows}, 1)
        raise ReviewError(
            f"no row has {wanted}",
            sheet.name,
            f"Did you mean '{near[0]}'?" if near else "Look at the sheet for what it holds.",
        )
    return rows


def need_column(sheet: Sheet, column: str) -> None:
    """Refuse a column that the sheet does not have, naming the nearest."""
    if column in sheet.columns:
        return
    near = get_close_matches(column, sheet.columns, 1)
    raise ReviewError(
        f"there is no column '{column}'",
        f"{sheet.name}, row 1",
        (f"Did you mean '{near[0]}'? " if near else "")
        + f"The header has: {', '.join(sheet.columns)}.",
    )


def split(results: Results, sheet: Sheet, by: str) -> tuple[dict[str, Results], list[str]]:
    """Split results by a column, in order of appearance; and say how many have an empty cell."""
    need_column(sheet, by)
    members: dict[str, list[int]] = {}
    for i, row in enumerate(results.rows):
        members.setdefault(row[by], []).append(i)
    blank = len(members.pop("", []))
    notes = [f"{blank} results left out: column '{by}' is empty"] if blank else []
    return {name: results.part(own) for name, own in members.items()}, notes


def composites(results: Results, sheet: Sheet, how: Pooling) -> Results:
    """Make one composite of the results of each cluster, where a cluster is named."""
    if not how.cluster:
        return results
    need_column(sheet, how.cluster)
    blank = [row.number for row in results.rows if not row[how.cluster]]
    if blank:
        raise ReviewError(
            "results that do not say which cluster they belong to",
            f"{sheet.name}, column '{how.cluster}'",
            "Fill these cells, or pool without --cluster.",
            faults=[f"row {number}: empty" for number in blank],
        )
    labels = [row[how.cluster] for row in results.rows]
    made = aggregate(results.yi, results.vi, labels, how.rho, how.composite)
    first = [labels.index(name) for name in made.clusters]
    largest = [
        max(n for n, own in zip(results.n.tolist(), labels, strict=True) if own == name)
        for name in made.clusters
    ]
    count = f"{len(labels)} results of {len(first)} clusters, correlation {how.rho:g}"
    return replace(
        results,
        names=made.clusters,
        yi=made.yi,
        vi=made.vi,
        n=np.array(largest, dtype=np.float64),
        rows=tuple(results.rows[i] for i in first),
        study_column=how.cluster,
        notes=(*results.notes, count, *made.notes) if labels else results.notes,
    )


def moderator(results: Results, column: str) -> list[Any]:
    """Give a column as numbers where every filled cell is one, else as text; None where empty."""
    cells = [row[column] for row in results.rows]
    try:
        return [float(cell) if cell else None for cell in cells]
    except ValueError:
        return [cell or None for cell in cells]


def _counted_twice(results: Results, how: Pooling) -> Iterator[str]:
    """Warn of studies that give several results where nobody said that they belong together."""
    counts = Counter(results.studies)
    several = [study for study, count in counts.items() if count > 1]
    if several and not how.cluster:
        who = "1 study gives" if len(several) == 1 else f"{len(several)} studies give"
        yield (
            f"{who} several results ({several[0]}: {counts[several[0]]}), counted as if "
            f"independent: add --cluster {results.study_column}"
        )


def _called(row: Row, name: str) -> str:
    return f"row {row.number}" + (f" ({name})" if not name.isdecimal() and name else "")


def finite(record: Mapping[str, Any]) -> dict[str, Any]:
    """Make a record ready for JSON: None where it has no number (not a number, infinite).

    Examples
    --------
    >>> finite({"pi_lb": float("nan"), "k": 2, "weights": [50.0, float("nan")]})
    {'pi_lb': None, 'k': 2, 'weights': [50.0, None]}
    """
    return {name: _finite(value) for name, value in plain(record).items()}


def plain(record: Any) -> dict[str, Any]:
    """Give a record of the effects room as a dictionary of numbers, text and lists."""
    raw = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record
    return {name: _plain(value) for name, value in raw.items()}


def _plain(value: Any) -> Any:
    if is_dataclass(value) or isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
