"""Reading an effects sheet: which rows are study results, and what their numbers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave.corpus.sheets import Row, Sheet
from themeweave.effects.outcomes import StudyRow
from themeweave.errors import ReviewError

if TYPE_CHECKING:
    from themeweave.effects.records import EffectSizes, Floats
    from themeweave.effects.sizes.catalogue import Options

LEVELS = ("pooled", "subgroup", "single", "study", "test")
BETTER = ("higher", "lower")
_NUMBERS = ("k", "n", "estimate", "ci_lb", "ci_ub", "i2", "q", "n_1", "n_2", "yi", "vi")


def check_effects(sheet: Sheet, reviews: Mapping[str, object]) -> list[str]:
    """List the faults of an effects sheet: unknown levels and sources, cells that are no number."""
    faults: list[str] = []
    for row in sheet.rows:
        place = f"{sheet.name}, row {row.number}"
        if row["level"] not in LEVELS:
            faults.append(
                f"{place}, column 'level': '{row['level']}' must be one of {', '.join(LEVELS)}"
            )
        if row["source"] and reviews and row["source"] not in reviews:
            faults.append(f"{place}, column 'source': '{row['source']}' is not in reviews.csv")
        for column in _NUMBERS:
            cell = row[column]
            if cell and not _is_number(cell):
                hint = "; write a decimal point" if _is_number(cell.replace(",", ".")) else ""
                faults.append(f"{place}, column '{column}': '{cell}' is not a number{hint}")
    return faults


@dataclass(frozen=True, slots=True, eq=False)
class SheetEffects:
    """The effects of some rows of a sheet, in the order of the rows."""

    names: tuple[str, ...]  # the study, or whatever else the row is called by
    yi: Floats  # nan where not estimable
    vi: Floats
    n: Floats  # participants, nan where not stated
    notes: tuple[str, ...]  # one per row, mostly empty
    given: int  # rows whose effect stood ready in yi and vi
    measure: str
    definition: str


def read_effects(
    rows: Sequence[Row],
    sheet: Sheet,
    measure: str,
    better_when: str = "",
    options: Options | None = None,
) -> SheetEffects:
    """Give the effects of rows of a sheet, on the analysis scale.

    A row that states ``yi`` and ``vi`` is taken at that; of the others the effect is computed from
    means, events or whatever the measure needs.

    Parameters
    ----------
    rows
        Those of the sheet that are wanted, at least one.
    measure
        As in `effect_sizes`.
    better_when
        ``higher``, ``lower`` or the name of a column that says so for each row: computed effects
        are turned so that positive favours group 1. Empty leaves their signs. Effects that stand
        in ``yi`` stay as they are unless the measure is one of ready effects, such as GEN.
    options
        Formulas other than the defaults of `effect_sizes`.

    Raises
    ------
    ReviewError
        For an unknown measure or option, missing columns, and cells that cannot be, all at once,
        each with its row as a spreadsheet numbers it.
    """
    import numpy as np

    from themeweave.effects.sizes.catalogue import Options, measures
    from themeweave.effects.sizes.columns import CELLS
    from themeweave.effects.solver import choose

    name = choose(measure, measures(), "measure")
    takes_ready = {"yi", "vi"} <= measures()[name].columns()
    stated = [not takes_ready and bool(row["yi"] and row["vi"]) for row in rows]
    every = [column for column in sheet.columns if column]
    computed_from = every if takes_ready else [c for c in every if c not in ("yi", "vi")]
    effects = np.full((2, len(rows)), np.nan)
    names, notes, words = [""] * len(rows), [""] * len(rows), "effects as given in yi and vi"
    faults: list[str] = []
    for ready, kind, columns in ((True, "GEN", every), (False, name, computed_from)):
        part = [i for i, own in enumerate(stated) if own is ready]
        if not part:
            continue
        own = [rows[i] for i in part]
        turn = None if ready else _better_when(better_when, own, sheet)
        try:
            sizes = _sizes(own, columns, kind, turn, options or Options())
        except ReviewError as error:
            if not error.faults or error.what != CELLS:
                raise ReviewError(
                    error.what, sheet.name, error.next_step, faults=error.faults
                ) from None
            faults += error.faults
            continue
        effects[:, part] = sizes.yi, sizes.vi
        words = sizes.definition if not ready else words
        for i, label, note in zip(part, sizes.slab, sizes.notes, strict=True):
            names[i], notes[i] = label, note
    if faults:
        raise ReviewError(
            CELLS, sheet.name, "Correct these cells, or leave them empty.", faults=faults
        )
    return SheetEffects(
        names=tuple(names),
        yi=effects[0],
        vi=effects[1],
        n=_participants(rows, every),
        notes=tuple(notes),
        given=sum(stated),
        measure=name,
        definition=words,
    )


def _sizes(
    rows: Sequence[Row],
    columns: Sequence[str],
    measure: str,
    better_when: list[str] | None,
    options: Options,
) -> EffectSizes:
    """Compute the effects of rows; messages call the rows as a spreadsheet does."""
    from themeweave.effects.sizes.measures import effect_sizes

    return effect_sizes(
        {column: [row[column] for row in rows] for column in columns},
        measure,
        correction=options.correction,
        variance=options.variance,
        smdh_variance=options.smdh_variance,
        md_variance=options.md_variance,
        rom=options.rom,
        add=options.add,
        to=options.to,
        drop00=options.drop00,
        level=options.level,
        better_when=better_when,
        numbers=[row.number for row in rows],
    )


def _better_when(word: str, rows: Sequence[Row], sheet: Sheet) -> list[str] | None:
    """Give for each row which direction is an improvement; None where nothing is to be turned."""
    if not word:
        return None
    if word in BETTER:
        return [word] * len(rows)
    if word not in sheet.columns:
        raise ReviewError(
            f"'{word}' is neither 'higher' nor 'lower' nor a column",
            f"{sheet.name}, row 1",
            f"The header has: {', '.join(sheet.columns)}.",
        )
    faults = [
        f"row {row.number}, column '{word}': "
        + (f"'{row[word]}' is neither higher nor lower" if row[word] else "empty")
        for row in rows
        if row[word].lower() not in BETTER
    ]
    if faults:
        raise ReviewError(
            "rows that do not say which direction is better",
            sheet.name,
            "Write higher or lower; directions are never guessed from a sign.",
            faults=faults,
        )
    return [row[word].lower() for row in rows]


def _participants(rows: Sequence[Row], columns: Sequence[str]) -> Floats:
    """Give the participants of each row: its n, or both groups together; nan where not stated."""
    import numpy as np

    from themeweave.effects.sizes.columns import read

    frame = {column: [row[column] for row in rows] for column in columns}
    found = read(frame, ("n", "n_1", "n_2"), (), [row.number for row in rows])
    both: Floats = np.where(np.isnan(found["n"]), found["n_1"] + found["n_2"], found["n"])
    return both


def study_rows(sheet: Sheet, measure: str) -> list[StudyRow]:
    """Give the study results of a sheet, on the analysis scale, as `read_effects` does.

    Raises
    ------
    ReviewError
        As `read_effects`, and where a row has no effect that can be computed, all such rows at
        once.
    """
    rows = [row for row in sheet.rows if row["level"] == "study"]
    if not rows:
        return []
    effects = read_effects(rows, sheet, measure)
    faults = [
        f"{sheet.name}, row {row.number}: {note}"
        for row, note, y in zip(rows, effects.notes, effects.yi.tolist(), strict=True)
        if y != y  # nan
    ]
    if faults:
        raise ReviewError(
            f"the effect ({measure}) of some study rows cannot be computed",
            sheet.name,
            "Fill the cells, give yi and vi instead, or take the rows out.",
            faults=faults,
        )
    return [
        StudyRow(row["study"], row["outcome"], y, v, n=None if n != n else round(n))
        for row, y, v, n in zip(
            rows, effects.yi.tolist(), effects.vi.tolist(), effects.n.tolist(), strict=True
        )
    ]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
