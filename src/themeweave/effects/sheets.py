"""Reading an effects sheet: which rows are study results, and what their numbers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themeweave.corpus.sheets import Row, Sheet
from themeweave.effects.outcomes import StudyRow
from themeweave.errors import ReviewError

LEVELS = ("pooled", "subgroup", "single", "study", "test")
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


def study_rows(sheet: Sheet, measure: str) -> list[StudyRow]:
    """Give the study results of a sheet, on the analysis scale.

    A row that states ``yi`` and ``vi`` is taken at that; of the others the effect is computed
    from means, events or whatever the measure needs.

    Raises
    ------
    ReviewError
        Where a row has no effect that can be computed, all such rows at once.
    """
    rows = [row for row in sheet.rows if row["level"] == "study"]
    ready = [row for row in rows if row["yi"] and row["vi"]]
    raw = [row for row in rows if not (row["yi"] and row["vi"])]
    effects = {row.number: (float(row["yi"]), float(row["vi"])) for row in ready}
    effects |= _computed(raw, sheet, measure)
    return [
        StudyRow(row["study"], row["outcome"], *effects[row.number], n=_participants(row))
        for row in rows
    ]


def _computed(rows: Sequence[Row], sheet: Sheet, measure: str) -> dict[int, tuple[float, float]]:
    """Compute effects of rows that state none, by row number."""
    if not rows:
        return {}
    from themeweave.effects.measures import effect_sizes

    frame = {c: [row[c] for row in rows] for c in sheet.columns if c not in ("yi", "vi")}
    sizes = effect_sizes(frame, measure)
    faults = [
        f"{sheet.name}, row {row.number}: {note}"
        for row, note, y in zip(rows, sizes.notes, sizes.yi, strict=True)
        if y != y  # nan
    ]
    if faults:
        raise ReviewError(
            f"the effect ({measure}) of some study rows cannot be computed",
            sheet.name,
            "Fill the cells, give yi and vi instead, or take the rows out.",
            faults=faults,
        )
    return {
        row.number: (float(y), float(v)) for row, y, v in zip(rows, sizes.yi, sizes.vi, strict=True)
    }


def _participants(row: Row) -> int | None:
    if row["n"]:
        return round(float(row["n"]))
    if row["n_1"] and row["n_2"]:
        return round(float(row["n_1"]) + float(row["n_2"]))
    return None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
