"""Tables of text: rows under named columns, and which of several tables is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from themeweave.errors import ReviewError


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its number as the spreadsheet shows it, and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Give a cell's text; a column that the sheet lacks reads as empty."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table of text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    written: Mapping[str, str] = field(default_factory=dict)  # our column -> its name in the file
    notes: tuple[str, ...] = ()  # what was read otherwise than it stands there, in words

    def place(self, row: Row, column: str) -> str:
        """Say where a cell stands, as a person finds it in the file."""
        return f"{self.name}, row {row.number}, column '{self.written.get(column, column)}'"

    def noted(self, *notes: str) -> Sheet:
        """Add notes; each begins with the sheet's name."""
        return replace(self, notes=(*self.notes, *(f"{self.name}: {note}" for note in notes)))


def rename(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """Call columns by other names: the new name, and the column that is read under it.

    A column that has one of the new names already, and is not itself renamed, is left out.
    """
    if not names:
        return sheet
    others = [c for c in sheet.columns if c not in names.values() and c not in names]
    rows = (
        Row(
            row.number,
            {ours: row[column] for ours, column in names.items()}
            | {column: row[column] for column in others},
        )
        for row in sheet.rows
    )
    written = {ours: sheet.written.get(column, column) for ours, column in names.items()}
    # A column that stands twice still does, so that `fitting` refuses it.
    twice = [ours for ours, column in names.items() if sheet.columns.count(column) > 1]
    return replace(
        sheet,
        columns=(*names, *others, *twice),
        rows=tuple(rows),
        written={**sheet.written, **written},
    )


def fitting(pages: Sequence[Sheet], required: Sequence[str] = (), hint: str = "") -> Sheet:
    """Give the first sheet with the required columns, whole; which it is, is noted.

    Parameters
    ----------
    pages
        The sheets of one file.
    required
        Columns that must be there.
    hint
        What may be done about a missing one, besides renaming it.

    Raises
    ------
    ReviewError
        Where none has them, or the one that has them has no rows or a column twice.
    """
    fit = [page for page in pages if all(column in page.columns for column in required)]
    if len(pages) > 1 and not fit:
        raise ReviewError(
            f"no sheet of the workbook has the column{'s' * (len(required) > 1)} "
            + _quoted(required),
            pages[0].name.partition(", sheet '")[0],
            f"Rename a column, or add the missing one{hint}.",
            faults=[f"{page.name}, row 1: {', '.join(page.columns)}" for page in pages],
        )
    sheet = (fit or pages)[0]
    _check_header(sheet, required, hint)
    if not sheet.rows:
        raise ReviewError(
            "the sheet has a header but no rows",
            sheet.name,
            "Add at least one row below the header.",
        )
    if len(pages) > 1:
        others = [page.name.partition(", sheet ")[2] for page in pages if page is not sheet]
        sheet = sheet.noted(f"this sheet is read, and not {', '.join(others)}")
    return sheet


def _check_header(sheet: Sheet, required: Sequence[str], hint: str) -> None:
    place = f"{sheet.name}, row 1"
    if not any(sheet.columns):
        raise ReviewError(
            "the sheet has no header",
            place,
            "The first row must hold the names of the columns.",
        )
    repeated = [
        sheet.written.get(column, column)
        for column, n in Counter(sheet.columns).items()
        if column and n > 1
    ]
    if repeated:
        raise ReviewError(
            "columns that stand more than once in the header: " + _quoted(repeated),
            place,
            "Rename or delete all but one of each.",
        )
    missing = [column for column in required if column not in sheet.columns]
    if missing:
        raise ReviewError(
            "missing column" + ("s " if len(missing) > 1 else " ") + _quoted(missing),
            place,
            f"The header has: {', '.join(sheet.columns)}. "
            f"Rename a column, or add the missing one{hint}.",
        )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
