"""Addresses: how one cell of one table is named, so that it can be cited and traced.

An address is ``table:row:column``, made of ids and never of positions, so that it stays when rows
are sorted otherwise, columns are left out, or headings are worded otherwise. A row is known by the
ids of what it shows, joined by ``+`` where it shows several; a cell that spans rows has a key of
its own, the ids that its rows share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import quote

from themeweave.errors import ReviewError
from themeweave.report.tables import Cell, Table, placed

_NOTHING = "-"  # stands for an empty id


def row_key(*ids: str) -> str:
    """Join ids into the key of a row, cell or column; signs that part addresses are escaped.

    Examples
    --------
    >>> row_key("T1", "", "service_users"), row_key("a:b", "c + d")
    ('T1+-+service_users', 'a%3Ab+c%20%2B%20d')
    """
    return "+".join(_escaped(one) for one in ids)


def _escaped(name: str) -> str:
    if name == _NOTHING:
        return "%2D"
    return re.sub(r"[%:+\s]", lambda sign: quote(sign[0], safe=""), name) or _NOTHING


def addresses(table: Table) -> dict[str, Cell]:
    """Give every cell, once, by its address, in the order of the table.

    A table without keys has no addresses.

    Raises
    ------
    ValueError
        Where two cells have one address, or there are other keys than rows: the table was built
        wrongly.

    Examples
    --------
    >>> from themeweave.report.tables import Column
    >>> cells = ((Cell("A", rows=2, key="T1"), Cell("1")), (Cell("2"),))
    >>> columns = (Column("Theme", key="theme"), Column("n", key="n"))
    >>> table = Table("themes", "Themes", columns, cells, keys=("T1+T2", "T1+T3"))
    >>> list(addresses(table))
    ['themes:T1:theme', 'themes:T1+T2:n', 'themes:T1+T3:n']
    """
    found: dict[str, Cell] = {}
    for place, _, cell in _every(table):
        if place in found:
            raise ValueError(f"two cells have the address {place}")
        found[place] = cell
    return found


def address(table: Table, row: int, column: int) -> str:
    """Give the address of the cell at a row and a column of the full grid, both from 0.

    A place that a span covers has the address of the cell that covers it; a table without keys
    gives an empty address.

    Examples
    --------
    >>> from themeweave.report.tables import Column
    >>> cells = ((Cell("A", rows=2, key="T1"), Cell("1")), (Cell("2"),))
    >>> columns = (Column("Theme", key="theme"), Column("n", key="n"))
    >>> table = Table("themes", "Themes", columns, cells, keys=("T1+T2", "T1+T3"))
    >>> address(table, 1, 0), address(table, 1, 1)
    ('themes:T1:theme', 'themes:T1+T3:n')
    """
    for place, (first, start), cell in _every(table):
        if start == column and first <= row < first + cell.rows:
            return place
    return ""


def cell_at(table: Table, place: str) -> Cell:
    """Find the cell that an address names.

    Parameters
    ----------
    place
        A cell's own address, or one made of a row that it covers and its column.

    Raises
    ------
    ReviewError
        Where the address is of another table or none, or no row or column has that key.

    Examples
    --------
    >>> from themeweave.report.tables import Column
    >>> table = Table("t", "T", (Column("n", key="n"),), ((Cell("7"),),), keys=("T1",))
    >>> cell_at(table, "t:T1:n").text
    '7'
    """
    name, row, column = parts(place)
    if name != row_key(table.name):
        raise ReviewError(
            f"'{place}' is no cell of the table '{table.name}'",
            f"table '{table.name}'",
            "An address begins with the name of its table.",
        )
    own = addresses(table)
    if place in own:
        return own[place]
    columns = [c.key for c in table.columns]
    if column not in columns:
        raise _unknown("column", column, columns, table)
    if row not in table.keys:
        here = [parts(one)[1] for one in own if parts(one)[2] == column]
        raise _unknown("row", row, [*here, *table.keys], table)
    wanted = table.keys.index(row), columns.index(column)
    return own[address(table, *wanted)]


def parts(place: str) -> tuple[str, str, str]:
    """Split an address into the keys of its table, row and column.

    Raises
    ------
    ReviewError
        Where it is no address.

    Examples
    --------
    >>> parts("theme_table:T1+T2:reviews")
    ('theme_table', 'T1+T2', 'reviews')
    """
    split = place.split(":")
    if len(split) != 3 or not all(split):
        raise ReviewError(
            f"'{place}' is no address of a cell",
            "",
            "An address is table:row:column, such as theme_table:T01:theme.",
        )
    return split[0], split[1], split[2]


def _every(table: Table) -> Iterator[tuple[str, tuple[int, int], Cell]]:
    """Iterate cells with their address and the place where they start."""
    if not table.keys:
        return
    name = row_key(table.name)
    for row, (own, cells) in enumerate(zip(table.keys, placed(table), strict=True)):
        for column, cell in cells:
            place = f"{name}:{cell.key or own}:{table.columns[column].key}"
            yield place, (row, column), cell


def _unknown(what: str, given: str, known: Iterable[str], table: Table) -> ReviewError:
    names = list(dict.fromkeys(known))
    near = get_close_matches(given, names, 1)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    few = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return ReviewError(
        f"no {what} has the key '{given}'", f"table '{table.name}'", f"{hint}Keys: {few or 'none'}."
    )


def by_name(tables: Iterable[Table]) -> Mapping[str, Table]:
    """Give tables by the name that addresses begin with.

    Examples
    --------
    >>> list(by_name([Table("flow", "Flow", (), ())]))
    ['flow']
    """
    return {row_key(table.name): table for table in tables}
