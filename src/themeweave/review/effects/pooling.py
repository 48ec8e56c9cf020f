"""Effect sizes of a sheet, and what they pool to: all together, or one result a group."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from themeweave.corpus.sheets import Row, Sheet
from themeweave.effects.methods import methods_paragraph, python_script, r_script
from themeweave.effects.pool import pool, pool_batch
from themeweave.effects.presets import pool_as
from themeweave.effects.records import PooledEffect
from themeweave.effects.sheets import read_effects
from themeweave.effects.sizes.catalogue import Options, measures
from themeweave.review.effects.sheet import (
    Pooling,
    Results,
    composites,
    open_results,
    plain,
    split,
    study_results,
)

Language = Literal["", "r", "python"]
SIZE_COLUMNS = ("yi", "vi", "se", "effect_note")


@dataclass(frozen=True, slots=True)
class Sized:
    """A sheet with its effects beside it; every row of the sheet is there, in its order."""

    measure: str
    definition: str  # the formulas in words
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...]
    effects: tuple[Mapping[str, object], ...]  # row, study, yi, vi, se, note; study results alone
    set_aside: tuple[str, ...]  # study results without an effect, and why
    notes: tuple[str, ...]


def size_sheet(sheet: Sheet, how: Pooling, options: Options) -> Sized:
    """Compute the effect of each study result of a sheet."""
    rows, notes = study_results(sheet, how)
    found = read_effects(rows, sheet, how.measure, how.better_when, options)
    if found.given:
        notes.append(f"{found.given} effects stand ready in yi and vi and were taken as given")
    effects = []
    for row, study, y, v, note in zip(
        rows, found.names, found.yi.tolist(), found.vi.tolist(), found.notes, strict=True
    ):
        se = math.sqrt(v) if v == v else math.nan
        effects.append(
            {"row": row.number, "study": study, "yi": y, "vi": v, "se": se, "note": note}
        )
    by_row = {effect["row"]: effect for effect in effects}
    own = [column for column in sheet.columns if column not in SIZE_COLUMNS]
    return Sized(
        found.measure,
        found.definition,
        (*own, *SIZE_COLUMNS),
        tuple(_beside(row, own, by_row.get(row.number)) for row in sheet.rows),
        tuple(effects),
        tuple(
            f"row {effect['row']} ({effect['study']}): {effect['note']}"
            for effect in effects
            if effect["yi"] != effect["yi"]
        ),
        tuple(notes),
    )


def _beside(row: Row, own: list[str], effect: Mapping[str, object] | None) -> Mapping[str, object]:
    """Put a row's effect beside its cells; a row that is no study result has none."""
    cells: dict[str, object] = {column: row[column] for column in own}
    if effect is None:
        return cells
    numbers = {name: effect[name] for name in ("yi", "vi", "se")}
    shown = {name: "" if value != value else value for name, value in numbers.items()}
    return {**cells, **shown, "effect_note": effect["note"]}


def pool_sheet(sheet: Sheet, how: Pooling, script: Language = "") -> dict[str, Any]:
    """Pool a sheet of study results.

    Parameters
    ----------
    sheet
        One study result a row.
    how
        Its preset, where it names one, decides instead of its other choices.
    script
        The language of a script that makes the result again, if any.

    Returns
    -------
    dict
        The fields of `PooledEffect`, then ``notes``, ``measure``, ``weights``, ``n`` (participants,
        None where a study does not state them), ``studies`` (names), ``independent`` (whether each
        study gives one result), ``methods`` (a paragraph in words) and ``preset`` (all its
        choices). Where no row has an effect, k is 0 and every number nan.
    """
    opened = open_results(sheet, how)
    results = composites(opened, sheet, how)
    pooled = _pool(results, how)
    record = _record(results, pooled)
    record["methods"] = _methods(len(opened.names), results, how, pooled)
    record["preset"] = asdict(how.chosen) if how.chosen else None
    if script and pooled.k:
        record["script"] = (
            r_script(pooled, results.yi, results.vi, results.names)
            if script == "r"
            else python_script(pooled, results.yi, results.vi)
        )
    return record


def pool_by(sheet: Sheet, how: Pooling, by: str) -> dict[str, Any]:
    """Pool each group of a sheet's study results: one record of `pool_sheet` each.

    Returns
    -------
    dict
        ``by``, ``measure``, ``groups`` in order of appearance, each with its ``group``, and
        ``notes`` on the sheet as a whole.
    """
    results = open_results(sheet, how)
    parts, notes = split(results, sheet, by)
    groups = []
    for name, part in parts.items():
        made = composites(part, sheet, how)
        groups.append({"group": name, **_record(made, _pool(made, how))})
    return {
        "by": by,
        "measure": results.measure,
        "groups": groups,
        "notes": [*results.notes, *notes],
        "preset": asdict(how.chosen) if how.chosen else None,
    }


def _pool(results: Results, how: Pooling) -> PooledEffect:
    """Pool by the preset, or by the single choices; nothing to pool is a result with k = 0."""
    if not len(results.yi):
        return _nothing(how)
    if how.chosen:
        pooled = pool_as(how.chosen, results.yi, results.vi)
        if how.chosen.binary_pooling == "Mantel-Haenszel" and results.measure in ("OR", "RR", "RD"):
            said = (
                f"{how.chosen.program} takes Q around the Mantel-Haenszel estimate; here it is by "
                "inverse variance, so tau2 may differ a little"
            )
            pooled = replace(pooled, notes=(*pooled.notes, said))
        return pooled
    return pool(results.yi, results.vi, how.method, how.ci, how.level, how.prediction)


def _nothing(how: Pooling) -> PooledEffect:
    """Give the result of no study at all."""
    blank = pool_batch([[math.nan]], [[math.nan]], how.method, how.ci, how.level, how.prediction)
    numbers: dict[str, Any] = dict.fromkeys((f.name for f in fields(PooledEffect)), math.nan)
    return PooledEffect(
        **numbers
        | {
            "k": 0,
            "Q_df": 0,
            "weights": blank.tau2[:0],
            "method": blank.method,
            "ci": blank.ci,
            "level": blank.level,
            "prediction": blank.prediction,
            "notes": ("not estimable (k < 1)",),
        }
    )


def _record(results: Results, pooled: PooledEffect) -> dict[str, Any]:
    record = plain(pooled)
    weights = record.pop("weights")
    notes = [*results.notes, *record.pop("notes")]
    return {
        **record,
        "notes": notes,
        "measure": results.measure,
        "weights": weights,
        "n": results.participants,
        "studies": list(results.names),
        "independent": results.independent,
    }


def _methods(results: int, pooled_from: Results, how: Pooling, pooled: PooledEffect) -> str:
    """Put the methods in words, from the effects of single results on."""
    if not pooled.k:
        return ""
    before = [_sizes_in_words(pooled_from, how.options)]
    if how.cluster and results > pooled.k:
        before.append(
            f"{results} results were first combined into one composite effect for each "
            f"{how.cluster}, {'their mean' if how.composite == 'equal' else 'weighted by GLS'}, "
            f"assuming a correlation of {how.rho:g} between its results."
        )
    text = methods_paragraph(pooled, how.chosen, pooled_from.measure)
    if not pooled_from.independent:
        text = text.replace(f" {pooled.k} studies ", f" {pooled.k} results ", 1)
    return " ".join([*before, text])


def _sizes_in_words(results: Results, options: Options) -> str:
    """Say which effect size was computed, with the formulas that it leaves a choice of."""
    measure = measures()[results.measure]
    if "effects as given" in results.definition:
        return "The effects and their variances were taken as they were reported."
    words = {
        "correction": _CORRECTIONS[options.correction],
        "variance": _VARIANCES[options.variance],
        "to": f"{options.add:g} added to the cells of tables with a zero",
        "drop00": "tables without any event left out" if options.drop00 else "",
    }
    chosen = [words[option] for option in measure.uses if words.get(option)]
    ways = f", with {' and '.join(chosen)}" if chosen else ""
    return f"The effect size is the {measure.words}{ways}."


_CORRECTIONS = {
    "exact": "Hedges' exact correction",
    "approximate": "Hedges' approximate correction",
    "none": "no small-sample correction",
}
_VARIANCES = {
    "LS": "its large-sample variance (LS)",
    "LS2": "its textbook variance (LS2)",
    "UB": "its unbiased variance (UB)",
    "revman": "the variance of Review Manager",
}
