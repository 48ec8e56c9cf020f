"""Tables as the settings want them: shown or not, which columns in which order, in which words.

Addresses stay: they are made of keys, which no setting changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from themeweave.errors import ReviewError
from themeweave.report.tables import Cell, Column, Table, placed
from themeweave.review.nearest import nearest
from themeweave.review.settings import TableSettings


def arrange(tables: Iterable[Table], wanted: Mapping[str, TableSettings]) -> list[Table]:
    """Arrange tables by the settings.

    Raises
    ------
    ReviewError
        Listing every column that a table does not have, and tables that cannot be sorted.
    """
    made: list[Table] = []
    faults: list[str] = []
    for table in tables:
        settings = wanted.get(table.name)
        if settings is None:
            made.append(table)
        elif settings.show:
            faults += _faults(table, settings)
            if not faults:
                made.append(_arranged(table, settings))
    if faults:
        raise ReviewError(
            "tables cannot be arranged as the settings say",
            "review.toml",
            "docs/tables.md lists the columns of every table.",
            faults=faults,
        )
    return made


def _faults(table: Table, settings: TableSettings) -> Iterator[str]:
    known = [column.key for column in table.columns]
    named = [("columns", name) for name in settings.columns]
    named += [("headings", name) for name in settings.headings]
    named += [("sort", settings.sort.removeprefix("-"))] if settings.sort else []
    for setting, name in named:
        if name not in known:
            yield f"tables.{table.name}.{setting}: no column '{name}'{nearest(name, known)}"
    for name in dict.fromkeys(settings.columns):
        if settings.columns.count(name) > 1:
            yield f"tables.{table.name}.columns: '{name}' stands twice"
    if settings.sort and any(cell.rows > 1 for row in table.rows for cell in row):
        yield f"tables.{table.name}.sort: its rows are grouped, so they keep their order"


def _arranged(table: Table, settings: TableSettings) -> Table:
    places = {column.key: place for place, column in enumerate(table.columns)}
    chosen = [places[name] for name in settings.columns] or list(places.values())
    rows = [dict(row) for row in placed(table)]
    order = list(range(len(rows)))
    if settings.sort:
        by = places[settings.sort.removeprefix("-")]
        order.sort(key=lambda row: _rank(rows[row][by]), reverse=settings.sort.startswith("-"))
    return replace(
        table,
        title=settings.title or table.title,
        columns=tuple(_worded(table.columns[place], settings.headings) for place in chosen),
        rows=tuple(
            tuple(rows[row][place] for place in chosen if place in rows[row]) for row in order
        ),
        keys=tuple(table.keys[row] for row in order),
    )


def _rank(cell: Cell) -> tuple[bool, float, str]:
    """Order numbers by their value and before words, words by their letters."""
    return cell.number is None, cell.number or 0.0, cell.text.casefold()


def _worded(column: Column, headings: Mapping[str, str]) -> Column:
    return replace(column, heading=headings.get(column.key, column.heading))
