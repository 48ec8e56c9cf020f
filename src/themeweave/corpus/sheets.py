"""Sheets: the rows that people keep in .csv, .tsv, .xlsx, .jsonl or .parquet, as text.

Every cell is read as the text that a person sees, trimmed; nothing becomes a number or a date
here. Rows keep the number under which a spreadsheet shows them (the header is row 1), so that a
message can say exactly where a fault stands. Of a workbook with several sheets, the first with the
needed columns is read; a merged cell stands in each row that it covers.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from math import isfinite
from typing import Any, BinaryIO

from themeweave.corpus.encoding import HINT, decode
from themeweave.corpus.readers.zip_gate import open_archive
from themeweave.corpus.rows import delimited, json_lines, parquet, pyarrow_parquet, shown, trimmed
from themeweave.corpus.tables import Row as Row
from themeweave.corpus.tables import Sheet as Sheet
from themeweave.corpus.tables import fitting, rename
from themeweave.errors import ReviewError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".xlsx", ".parquet")
TEXT = (".csv", ".tsv", ".jsonl")
ENCODING_HINT = (
    "Where one of the two is right, say so: 'themeweave init --encoding', or in review.toml under "
    f"[encodings]. {HINT}"
)


def read_sheet(
    raw: bytes,
    name: str,
    suffix: str,
    required: Sequence[str] = (),
    synonyms: Mapping[str, str] | None = None,
    encoding: str = "",
) -> Sheet:
    r"""Read a sheet from the bytes of a file.

    Parameters
    ----------
    raw, name
        The file's bytes, and its name for messages.
    suffix
        One of `SUFFIXES`; decides how the bytes are read.
    required
        Columns that must be there. A sheet with no rows is refused.
    synonyms
        Other names of columns, each with the name it is read as unless the sheet has that too.
    encoding
        Of a text file, where a person chose one; otherwise UTF-8.

    Raises
    ------
    ReviewError
        Naming the place: bytes that are not in the encoding, columns that are missing or stand
        twice, rows with more cells than the header, a file that is not what its suffix says.

    Examples
    --------
    >>> sheet = read_sheet(b"id,text\nF1, Staff were unsure \n", "new.csv", ".csv")
    >>> sheet.rows[0].number, sheet.rows[0]["text"]
    (2, 'Staff were unsure')
    """
    pages = read_pages(raw, name, suffix, encoding)
    names = {ours: column for column, ours in (synonyms or {}).items()}
    renamed = (
        rename(
            page, {n: c for n, c in names.items() if c in page.columns and n not in page.columns}
        )
        for page in pages
    )
    return fitting(list(renamed), required)


def read_pages(raw: bytes, name: str, suffix: str, encoding: str = "") -> list[Sheet]:
    """Read every sheet of a file as it stands: one, or those of a workbook that are not blank.

    Raises
    ------
    ReviewError
        As `read_sheet`, but for what the header must hold; for an encoding that is chosen for a
        file which states its own.
    """
    if suffix not in SUFFIXES:
        raise ReviewError(
            f"sheets with the ending '{suffix}' are not read",
            name,
            f"Save it as one of: {', '.join(SUFFIXES)}.",
        )
    if not raw.strip():
        raise ReviewError("the sheet is empty", name, "Restore it, or add a header and rows.")
    if encoding and suffix not in TEXT:
        raise ReviewError(
            f"an encoding cannot be chosen for a file that ends in '{suffix}': it states its own",
            name,
            "Leave the encoding out.",
        )
    if suffix == ".xlsx":
        return _workbook(raw, name)
    if suffix == ".parquet":
        return [_parquet(raw, name)]
    text = decode(raw, name, encoding, ENCODING_HINT)
    if suffix == ".jsonl":
        return [_json_lines(text, name)]
    return [_delimited(text, name, "," if suffix == ".csv" else "\t")]


def write_sheet(rows: Iterable[Mapping[str, object]], columns: Sequence[str], suffix: str) -> bytes:
    """Write rows to the bytes of a .csv, .tsv, .jsonl, .xlsx or .parquet file.

    Cells are written as they are; a column that a row lacks is written empty.

    Raises
    ------
    ReviewError
        For any other suffix.
    """
    if suffix in TEXT:
        return heading(columns, suffix) + lines(rows, columns, suffix)
    if suffix == ".xlsx":
        return _write_workbook(rows, columns)
    if suffix == ".parquet":
        return _write_parquet(rows, columns)
    raise ReviewError(
        f"sheets with the ending '{suffix}' are not written",
        "",
        f"Choose one of: {', '.join(SUFFIXES)}.",
    )


def heading(columns: Sequence[str], suffix: str) -> bytes:
    """Write what stands before the rows of a text file."""
    return b"" if suffix == ".jsonl" else _delimited_lines([columns], suffix)


def lines(rows: Iterable[Mapping[str, object]], columns: Sequence[str], suffix: str) -> bytes:
    r"""Write rows of a text file, to be put behind others.

    Examples
    --------
    >>> lines([{"id": "F1", "text": "Pay, low"}], ("id", "text"), ".csv")
    b'F1,"Pay, low"\n'
    """
    if suffix == ".jsonl":
        made = (
            json.dumps({column: row.get(column, "") for column in columns}, ensure_ascii=False)
            for row in rows
        )
        return "".join(line + "\n" for line in made).encode("utf-8")
    return _delimited_lines(([_lines(row.get(c)) for c in columns] for row in rows), suffix)


def _delimited_lines(rows: Iterable[Sequence[object]], suffix: str) -> bytes:
    text = io.StringIO(newline="")
    delimiter = "," if suffix == ".csv" else "\t"
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def values(cell: str) -> tuple[str, ...]:
    """Split a cell that lists several values, separated by semicolons.

    Examples
    --------
    >>> values("R01; R02;")
    ('R01', 'R02')
    """
    return tuple(part for value in cell.split(";") if (part := value.strip()))


def _delimited(text: str, name: str, delimiter: str) -> Sheet:
    header, rows = delimited(io.StringIO(text, newline=""), name, delimiter)
    return Sheet(name, header, tuple(rows))


def _json_lines(text: str, name: str) -> Sheet:
    rows = tuple(json_lines(text.split("\n"), name))
    return Sheet(name, tuple(dict.fromkeys(chain(*(row.cells for row in rows)))), rows)


def _workbook(raw: bytes, name: str) -> list[Sheet]:
    import zipfile
    import zlib

    import openpyxl

    # What openpyxl lets through for a damaged file; XML that is cut short is a SyntaxError.
    damage = (zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, LookupError, ValueError)
    pages: list[Sheet] = []
    if zipfile.is_zipfile(io.BytesIO(raw)):
        open_archive(raw, name)  # a bomb is stopped here, before anything is unpacked
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        for page in book.worksheets:
            page.reset_dimensions()  # some programs write the wrong size, which would hide cells
            cells = [[shown(cell) for cell in line] for line in page.iter_rows(values_only=True)]
            source: Any = page
            _fill_merged(cells, _merged(source._get_source()))
            pages.append(_page(f"{name}, sheet '{page.title}'", cells))
        first = pages[0]
    except (*damage, OSError, TypeError, AttributeError):
        raise ReviewError(
            "the file is not an Excel workbook, or is damaged",
            name,
            "Open it in Excel and save it as .xlsx.",
        ) from None
    filled = [page for page in pages if page.columns or page.rows] or [first]
    return filled if len(filled) > 1 else [replace(filled[0], name=name)]


def _page(name: str, cells: Sequence[Sequence[str]]) -> Sheet:
    lines = [trimmed(line) for line in cells]
    header = lines[0] if lines else ()
    rows = [
        Row(number, dict(zip(header, line, strict=False)))
        for number, line in enumerate(lines[1:], start=2)
        if line
    ]
    return Sheet(name, header, tuple(rows))


_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref=["']([A-Z]+)(\d+):[A-Z]+(\d+)["']""")


def _merged(xml: Any) -> Iterator[tuple[str, int, int]]:
    """Find the merged cells of a sheet, which openpyxl does not tell when it reads row by row."""
    rest = b""
    while block := xml.read(1 << 20):
        block = rest + block
        end = block.rfind(b">") + 1
        rest = block[end:][-1000:]
        for column, top, bottom in _MERGED.findall(block[:end]):
            yield column.decode(), int(top), int(bottom)


def _fill_merged(cells: Sequence[list[str]], merged: Iterable[tuple[str, int, int]]) -> None:
    """Write what a merged cell says into each row below the header that it covers.

    Rows that are otherwise blank stay so, and of cells merged across columns only the first is
    filled, as it is the one under whose heading the text stands.
    """
    from openpyxl.utils import column_index_from_string

    ranges = sorted(
        (column_index_from_string(column) - 1, top, bottom) for column, top, bottom in merged
    )
    written = [any(line) for line in cells]
    done = (-1, 0)  # column and last row of the range before: ranges do not overlap
    for column, top, bottom in ranges:
        if top < 2 or (column, top) <= done or top > len(cells) or column >= len(cells[top - 1]):
            continue
        done = (column, bottom)
        for number in range(top, min(bottom, len(cells))):
            line = cells[number]
            if written[number]:
                line.extend([""] * (column + 1 - len(line)))
                line[column] = cells[top - 1][column]


def _parquet(raw: bytes, name: str) -> Sheet:
    columns, rows = parquet(io.BytesIO(raw), name)
    return Sheet(name, columns, tuple(rows))


def _write_workbook(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    stream = io.BytesIO()
    fill_workbook(stream, rows, columns)
    return stream.getvalue()


def fill_workbook(
    target: BinaryIO,
    rows: Iterable[Mapping[str, object]],
    columns: Sequence[str],
    *,
    constant_memory: bool = False,
) -> None:
    """Write rows as a workbook of one sheet; text never becomes a formula or a link.

    Parameters
    ----------
    constant_memory
        Keep one row in memory, and the others in a temporary file.

    Raises
    ------
    ReviewError
        Where a cell or the sheet is larger than Excel can hold.
    """
    from datetime import UTC

    import xlsxwriter

    options = {
        "in_memory": not constant_memory,
        "constant_memory": constant_memory,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        page = book.add_worksheet()
        page.freeze_panes(1, 0)
        page.write_row(0, 0, columns)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                written = _write_cell(page, number, place, row.get(column))
                if written == -2:
                    raise ReviewError(
                        "a cell is longer than Excel can hold (32,767 characters)",
                        f"row {number + 1}, column '{column}'",
                        "Write a .csv file instead; it has no such limit.",
                    )
                if written == -1:
                    raise ReviewError(
                        "the sheet is larger than Excel can hold (1,048,576 rows, 16,384 columns)",
                        f"row {number + 1}, column '{column}'",
                        "Write a .csv file instead; it has no such limit.",
                    )


def _write_cell(page: Any, row: int, column: int, value: object) -> int:
    """Write numbers as numbers and anything else as text; 0, or xlsxwriter's code for a fault."""
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return int(page.write_number(row, column, value))
    return int(page.write_string(row, column, _cell(value)))


def _write_parquet(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    written = pyarrow_parquet("")
    import pyarrow

    records = list(rows)
    cells = {column: [record.get(column) for record in records] for column in columns}
    stream = io.BytesIO()
    written.write_table(
        pyarrow.table({c: _of_one_kind(values) for c, values in cells.items()}), stream
    )
    return stream.getvalue()


def _of_one_kind(values: Sequence[object]) -> list[object]:
    """Make a column all numbers or all text, as Parquet needs it; empty cells are missing."""
    filled = [None if value in (None, "") else value for value in values]
    kinds = {type(value) for value in filled if value is not None}
    if kinds <= {int, float} or kinds <= {bool}:
        return filled
    return [None if value is None else _cell(value) for value in filled]


def _lines(value: object) -> object:
    """End the lines of a cell as the file's own lines end: a lone CR would split the row."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return value


def _cell(value: object) -> str:
    """Give the text of a cell to be written; what is missing is empty."""
    return "" if value is None else str(value)
