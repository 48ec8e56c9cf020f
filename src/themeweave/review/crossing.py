"""Crossing: a coded sheet is moved to another version of its framework, where that is certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from themeweave.codes.crosswalk import move
from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.review import shipped

CODE_COLUMNS = ("code", "cfir_construct", "construct")  # the first that a sheet has is moved
ADDED = ("code_before", "candidates", "note")


@dataclass(frozen=True, slots=True)
class Crossed:
    """The sheet with its codes moved, and the rows that a person has to decide, in words."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...]
    moved: int
    undecided: tuple[str, ...]


def cross_sheet(
    raw: bytes, name: str, suffix: str, old: str, new: str, column: str = ""
) -> Crossed:
    """Move the codes of a sheet from one shipped codebook to another.

    A code with one heir is replaced by it. Where there are several heirs or none the cell is left
    empty, for a person: the heirs stand in the column ``candidates``, and ``note`` says what to
    look at. Other columns stay as they are.

    Parameters
    ----------
    raw, name, suffix
        As for `read_sheet`.
    old, new
        The ids of two codebooks with a crosswalk.
    column
        The one with the codes; the first of `CODE_COLUMNS` where it is not given.

    Raises
    ------
    ReviewError
        Where there is no such crosswalk or column, or one of `ADDED` is there already.
    """
    walk, book = shipped.crosswalk(old, new), shipped.codebook(old)
    sheet = read_sheet(raw, name, suffix)
    found = column or next((c for c in CODE_COLUMNS if c in sheet.columns), "")
    if found not in sheet.columns or not found:
        wanted = f"'{column}'" if column else " or ".join(f"'{c}'" for c in CODE_COLUMNS)
        raise ReviewError(
            f"there is no column of codes: {wanted}",
            sheet.name,
            f"The header has: {', '.join(sheet.columns)}. Name one with --column.",
        )
    if taken := [c for c in ADDED if c in sheet.columns]:
        raise ReviewError(
            f"the sheet has a column '{taken[0]}' already, which the crosswalk adds",
            sheet.name,
            "It may have been moved before. Rename or delete the column.",
        )
    rows: list[Mapping[str, object]] = []
    undecided: list[str] = []
    for row in sheet.rows:
        there = move(walk, row[found], book)
        heirs = "" if there.code_id else ";".join(there.candidates)
        added = dict(zip(ADDED, (row[found], heirs, there.note), strict=True))
        rows.append({**row.cells, found: there.code_id, **added})
        if not there.code_id:
            among = f" (one of {', '.join(there.candidates)})" if there.candidates else ""
            undecided.append(f"{sheet.place(row, found)}: '{row[found]}'{among}: {there.note}")
    columns = (*sheet.columns, *ADDED)
    return Crossed(columns, tuple(rows), len(rows) - len(undecided), tuple(undecided))
