"""CSV: the table as flat rows, one cell a field, spans repeated.

The file starts with a byte-order mark. Without one, Excel reads UTF-8 as the local code page and
shows "RÃ¶ssler"; pandas, LibreOffice and ``read_csv`` of R's readr skip it. The title and notes
stand in the other formats: a line above the heading would keep statistics programs from reading
the file.
"""

from __future__ import annotations

import csv
import io
import re

from themeweave.report.tables import Table, grid, printable_table

_NUMBER = re.compile(r"[-+−]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][-+]?\d+)?%?")
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")


def inert(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    A real number stays one, negative or not.

    Examples
    --------
    >>> inert("=1+1"), inert("-0.31"), inert("-x"), inert("trust")
    ("'=1+1", '-0.31', "'-x", 'trust')
    """
    start = text.lstrip(" \n")
    if not start.startswith(_FORMULA_STARTS) or _NUMBER.fullmatch(text.strip()):
        return text
    return f"'{text}"


def write(table: Table) -> bytes:
    """Write the heading and the rows as UTF-8 with a byte-order mark, formulas made inert."""
    table = printable_table(table)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(inert(column.heading) for column in table.columns)
    for row in grid(table):
        rows.writerow(inert(cell.text) for cell in row)
    return out.getvalue().encode("utf-8-sig")
