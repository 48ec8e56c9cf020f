"""One table model for every writer: the same cells in Word, Excel, HTML, Markdown and CSV.

A table is rows of cells under one header. A cell holds finished text and where that text comes
from, so every writer shows the same words and every cell can be traced back to findings. A cell
may span rows below it (an overarching theme beside its subthemes); the cells it covers are
simply absent from the following rows, as in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its share of the page's width, and how its cells stand."""

    heading: str
    width: float = 1.0  # relative to the other columns
    align: Align = "left"
    key: str = ""  # in addresses; stays when the heading is worded otherwise


@dataclass(frozen=True, slots=True)
class Cell:
    """Finished text, one paragraph a line, and the findings it rests on."""

    text: str
    rows: int = 1  # how many rows the cell spans, itself included
    strong: bool = False  # a heading within the table
    quiet: bool = False  # suggested, not confirmed: writers set it apart (italic)
    sources: tuple[str, ...] = ()  # ids of the findings behind the text
    number: float | None = None  # the value, where the text is a number, for spreadsheets
    key: str = ""  # in addresses, of a cell that spans rows; else its row's key is taken
    notes: tuple[str, ...] = ()  # on this cell alone: writers set markers and list them below


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table with notes; ``name`` is the stem of the files it is written to."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()  # of the rows, in addresses: as many as rows
    references: tuple[str, ...] = ()  # entries of a reference list below the notes


def placed(table: Table) -> Iterator[tuple[tuple[int, Cell], ...]]:
    """Iterate rows as (column, cell): the cells that start in a row, each at its column.

    Raises
    ------
    ValueError
        Where a row has too few or too many cells, or a span reaches below the last row: the
        table was built wrongly, and a writer would otherwise drop or shift a cell.

    Examples
    --------
    >>> cells = ((Cell("A", rows=2), Cell("1")), (Cell("2"),))
    >>> table = Table("t", "T", (Column("x"), Column("y")), cells)
    >>> [[(column, cell.text) for column, cell in row] for row in placed(table)]
    [[(0, 'A'), (1, '1')], [(1, '2')]]
    """
    covered = [0] * len(table.columns)  # rows that a span from above still covers
    for number, row in enumerate(table.rows, start=1):
        free = [column for column, rows in enumerate(covered) if not rows]
        if len(free) != len(row):
            raise ValueError(f"table {table.name}, row {number}: {len(row)} cells for {len(free)}")
        covered = [max(rows - 1, 0) for rows in covered]
        for column, cell in zip(free, row, strict=True):
            covered[column] = cell.rows - 1
        yield tuple(zip(free, row, strict=True))
    if any(covered):
        raise ValueError(f"table {table.name}: a cell spans rows below the last one")


def without(table: Table, key: str) -> Table:
    """Take a column out of a table, where nothing is known of it.

    Examples
    --------
    >>> table = Table("t", "T", (Column("x", key="x"), Column("y", key="y")),
    ...               ((Cell("1"), Cell("2")),))
    >>> without(table, "x").rows[0][0].text
    '2'
    """
    rows = (dict(row) for row in placed(table))
    keep = [place for place, column in enumerate(table.columns) if column.key != key]
    return replace(
        table,
        columns=tuple(table.columns[place] for place in keep),
        rows=tuple(tuple(row[place] for place in keep if place in row) for row in rows),
    )


def grid(table: Table) -> Iterator[tuple[Cell, ...]]:
    """Iterate full rows: a cell that spans rows is repeated in each row that it covers.

    Flat files (CSV) and Markdown have no spans; they show the repeated cell.

    Examples
    --------
    >>> cells = ((Cell("A", rows=2), Cell("1")), (Cell("2"),))
    >>> table = Table("t", "T", (Column("x"), Column("y")), cells)
    >>> [[cell.text for cell in row] for row in grid(table)]
    [['A', '1'], ['A', '2']]
    """
    full: dict[int, Cell] = {}
    for row in placed(table):
        full.update(row)
        yield tuple(full[column] for column in range(len(table.columns)))


def markers(table: Table) -> dict[str, str]:
    """Give the notes on single cells, each once, with its marker: a, b, ..., z, aa, ab, ...

    In the order in which the table is read.

    Examples
    --------
    >>> cells = ((Cell("1", notes=("As published.",)), Cell("2", notes=("Rounded.",))),)
    >>> markers(Table("t", "T", (Column("x"), Column("y")), cells))
    {'As published.': 'a', 'Rounded.': 'b'}
    """
    notes = dict.fromkeys(note for row in table.rows for cell in row for note in cell.notes)
    return {note: _letter(place) for place, note in enumerate(notes)}


def _letter(place: int) -> str:
    above, last = divmod(place, 26)
    return (_letter(above - 1) if above else "") + chr(97 + last)


def marks(cell: Cell, known: Mapping[str, str]) -> str:
    """Give the markers of one cell's notes: "a, b", or nothing.

    Examples
    --------
    >>> marks(Cell("1", notes=("As published.",)), {"As published.": "a"})
    'a'
    """
    return ", ".join(known[note] for note in cell.notes)


# What XML 1.0 cannot hold or advises against, and lone surrogates, which UTF-8 cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    r"""Remove characters that no document format can hold; lines end in a line feed.

    Examples
    --------
    >>> printable("peer\x00 support\r\nworks")
    'peer support\nworks'
    """
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def printable_table(table: Table) -> Table:
    """Apply `printable` to every text of a table, so that each writer shows the same words."""
    return replace(
        table,
        title=printable(table.title),
        columns=tuple(replace(c, heading=printable(c.heading)) for c in table.columns),
        rows=tuple(tuple(_printable_cell(c) for c in row) for row in table.rows),
        notes=tuple(printable(note) for note in table.notes),
        references=tuple(printable(entry) for entry in table.references),
    )


def _printable_cell(cell: Cell) -> Cell:
    notes = tuple(printable(note) for note in cell.notes)
    return replace(cell, text=printable(cell.text), notes=notes)


def spans(values: Sequence[str]) -> list[int]:
    """Count runs of equal values: the run's length at its first place, 0 at the others.

    Examples
    --------
    >>> spans(["a", "a", "b"])
    [2, 0, 1]
    """
    lengths = [0] * len(values)
    start = 0
    for position, value in enumerate(values):
        if value != values[start]:
            start = position
        lengths[start] += 1
    return lengths
