"""Writers: one table in, the bytes of one file out, the same bytes every time.

Each module holds one format and its ``write(table) -> bytes``. A table for people to read and
one for a journal differ in the file only: every writer shows the same words and numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from themeweave.errors import ReviewError
from themeweave.report.tables import Table

SUFFIXES = (".docx", ".xlsx", ".html", ".md", ".tex", ".csv")


def write_table(table: Table, suffix: str) -> bytes:
    """Write a table in the format that a file's suffix names.

    Parameters
    ----------
    table
        Any table; characters that no document can hold are left out.
    suffix
        One of `SUFFIXES`, such as ``".docx"``; case does not matter.

    Raises
    ------
    ReviewError
        Where no writer has the suffix.

    Examples
    --------
    >>> from themeweave.report.tables import Cell, Column, Table
    >>> table = Table("themes", "Themes", (Column("Theme"),), ((Cell("Trust"),),))
    >>> print(write_table(table, ".md").decode(), end="")
    ## Themes
    <BLANKLINE>
    | Theme |
    | :-- |
    | Trust |
    """
    known = suffix.lower()
    if known not in SUFFIXES:
        raise ReviewError(
            f"no table can be written as '{suffix}'",
            f"table '{table.name}'",
            f"Use one of {', '.join(SUFFIXES)}.",
        )
    module = import_module(f"{__name__}.{known.removeprefix('.')}")
    write: Callable[[Table], bytes] = module.write
    return write(table)
