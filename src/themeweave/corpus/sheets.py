"""Sheets: the rows that people keep in .csv, .tsv, .xlsx, .jsonl or .parquet, as text.

Every cell is read as the text that a person sees, trimmed; nothing becomes a number or a date
here. Rows keep the number under which a spreadsheet shows them (the header is row 1), so that a
message can say exactly where a fault stands.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from math import isfinite
from typing import Any

from themeweave.corpus.encoding import decode
from themeweave.errors import ReviewError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".xlsx", ".parquet")


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


def read_sheet(
    raw: bytes,
    name: str,
    suffix: str,
    required: Sequence[str] = (),
    synonyms: Mapping[str, str] | None = None,
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

    Raises
    ------
    ReviewError
        Naming the place: bytes that are not UTF-8, columns that are missing or stand twice,
        rows with more cells than the header, a file that is not what its suffix says.

    Examples
    --------
    >>> sheet = read_sheet(b"id,text\nF1, Staff were unsure \n", "new.csv", ".csv")
    >>> sheet.rows[0].number, sheet.rows[0]["text"]
    (2, 'Staff were unsure')
    """
    readers = {
        ".csv": lambda: _delimited(raw, name, ","),
        ".tsv": lambda: _delimited(raw, name, "\t"),
        ".jsonl": lambda: _json_lines(raw, name),
        ".xlsx": lambda: _workbook(raw, name),
        ".parquet": lambda: _parquet(raw, name),
    }
    if suffix not in readers:
        raise ReviewError(
            f"sheets with the ending '{suffix}' are not read",
            name,
            f"Save it as one of: {', '.join(SUFFIXES)}.",
        )
    if not raw.strip():
        raise ReviewError("the sheet is empty", name, "Restore it, or add a header and rows.")
    sheet = _renamed(readers[suffix](), synonyms or {})
    if not any(sheet.columns):
        raise ReviewError(
            "the sheet has no header",
            f"{name}, row 1",
            "The first row must hold the names of the columns.",
        )
    repeated = [column for column, n in Counter(sheet.columns).items() if column and n > 1]
    if repeated:
        raise ReviewError(
            "columns that stand more than once in the header: " + _quoted(repeated),
            f"{name}, row 1",
            "Rename or delete all but one of each.",
        )
    missing = [column for column in required if column not in sheet.columns]
    if missing:
        raise ReviewError(
            "missing column" + ("s " if len(missing) > 1 else " ") + _quoted(missing),
            f"{name}, row 1",
            f"The header has: {', '.join(sheet.columns)}. Rename a column, or add the missing one.",
        )
    if not sheet.rows:
        raise ReviewError(
            "the sheet has a header but no rows", name, "Add at least one row below the header."
        )
    return sheet


def _renamed(sheet: Sheet, synonyms: Mapping[str, str]) -> Sheet:
    """Call columns by the names they are read as."""
    names = {
        column: synonyms[column]
        for column in sheet.columns
        if column in synonyms and synonyms[column] not in sheet.columns
    }
    if not names:
        return sheet
    rows = (
        Row(row.number, {names.get(column, column): cell for column, cell in row.cells.items()})
        for row in sheet.rows
    )
    return Sheet(sheet.name, tuple(names.get(c, c) for c in sheet.columns), tuple(rows))


def write_sheet(rows: Iterable[Mapping[str, object]], columns: Sequence[str], suffix: str) -> bytes:
    """Write rows to the bytes of a .csv, .tsv, .jsonl, .xlsx or .parquet file.

    Cells are written as they are; a column that a row lacks is written empty.

    Raises
    ------
    ReviewError
        For any other suffix.
    """
    if suffix in (".csv", ".tsv"):
        text = io.StringIO(newline="")
        writer = csv.DictWriter(
            text, columns, delimiter="," if suffix == ".csv" else "\t", lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows({column: _lines(row.get(column)) for column in columns} for row in rows)
        return text.getvalue().encode("utf-8")
    if suffix == ".jsonl":
        lines = (
            json.dumps({column: row.get(column, "") for column in columns}, ensure_ascii=False)
            for row in rows
        )
        return "".join(line + "\n" for line in lines).encode("utf-8")
    if suffix == ".xlsx":
        return _write_workbook(rows, columns)
    if suffix == ".parquet":
        return _write_parquet(rows, columns)
    raise ReviewError(
        f"sheets with the ending '{suffix}' are not written",
        "",
        f"Choose one of: {', '.join(SUFFIXES)}.",
    )


def values(cell: str) -> tuple[str, ...]:
    """Split a cell that lists several values, separated by semicolons.

    Examples
    --------
    >>> values("R01; R02;")
    ('R01', 'R02')
    """
    return tuple(part for value in cell.split(";") if (part := value.strip()))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _delimited(raw: bytes, name: str, delimiter: str) -> Sheet:
    text = decode(raw, name)
    csv.field_size_limit(100_000_000)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    faults: list[str] = []
    rows: list[Row] = []
    begins = 1  # the line of the file on which the next row begins
    try:
        header = _trimmed(next(lines, []))
        begins = lines.line_num + 1
        for number, written in enumerate(lines, start=2):
            begins = lines.line_num + 1
            cells = _trimmed(written)
            if not cells:
                continue
            if header and len(cells) > len(header):
                faults.append(
                    f"row {number} has {len(cells)} cells, the header has {len(header)}; "
                    "a comma or a quote inside a cell needs double quotes around the cell"
                )
            rows.append(Row(number, dict(zip(header, cells, strict=False))))
    except csv.Error as error:
        raise ReviewError(
            f"the sheet cannot be read as rows: {error}",
            f"{name}, in the row that begins on line {begins}",
            "Look for a double quote that is not closed.",
        ) from None
    if faults:
        raise ReviewError("rows do not fit the header", name, faults=faults)
    return Sheet(name, header, tuple(rows))


def _trimmed(cells: Iterable[object]) -> tuple[str, ...]:
    """Show cells as text without the spaces around them and without empty ones at the end."""
    shown = [_shown(cell) for cell in cells]
    while shown and not shown[-1]:
        shown.pop()
    return tuple(shown)


def _json_lines(raw: bytes, name: str) -> Sheet:
    columns: dict[str, None] = {}
    rows: list[Row] = []
    faults: list[str] = []
    for number, line in enumerate(decode(raw, name).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:  # ValueError: a number of 5,000 digits
            faults.append(f"line {number}: not JSON ({error})")
            continue
        if not isinstance(record, dict):
            faults.append(f"line {number}: not a JSON object")
            continue
        cells = {_shown(key): _shown(value) for key, value in record.items()}
        if any("\ud800" <= character <= "\udfff" for character in "".join(chain(*cells.items()))):
            faults.append(f"line {number}: half a character (\\ud800 to \\udfff alone)")
        columns.update(dict.fromkeys(cells))
        rows.append(Row(number, cells))
    if faults:
        raise ReviewError("the file is not one JSON object a line", name, faults=faults)
    return Sheet(name, tuple(columns), tuple(rows))


def _workbook(raw: bytes, name: str) -> Sheet:
    import zipfile
    import zlib

    import openpyxl

    # What openpyxl lets through for a damaged file; XML that is cut short is a SyntaxError.
    damage = (zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, LookupError, ValueError)
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        page = book.worksheets[0]
        page.reset_dimensions()  # some programs write the wrong size, which would hide cells
        lines = [_trimmed(cells) for cells in page.iter_rows(values_only=True)]
    except (*damage, OSError, TypeError, AttributeError):
        raise ReviewError(
            "the file is not an Excel workbook, or is damaged",
            name,
            "Open it in Excel and save it as .xlsx.",
        ) from None
    header = lines[0] if lines else ()
    rows = [
        Row(number, dict(zip(header, cells, strict=False)))
        for number, cells in enumerate(lines[1:], start=2)
        if cells
    ]
    return Sheet(name, header, tuple(rows))


def _parquet(raw: bytes, name: str) -> Sheet:
    parquet = _pyarrow_parquet(name)
    try:
        table = parquet.read_table(io.BytesIO(raw))
    except (ValueError, OSError):
        raise ReviewError(
            "the file is not a Parquet file, or is damaged", name, "Write it again, or as .csv."
        ) from None
    columns = tuple(_shown(column) for column in table.column_names)
    rows = [
        Row(number, {_shown(column): _shown(value) for column, value in record.items()})
        for number, record in enumerate(table.to_pylist(), start=1)
    ]
    return Sheet(name, columns, tuple(rows))


def _pyarrow_parquet(name: str) -> Any:
    try:
        from pyarrow import parquet
    except ImportError:
        raise ReviewError(
            "reading and writing .parquet needs the package pyarrow, which is not installed",
            name,
            "Install it with: pip install 'themeweave[parquet]', or save the sheet as .csv.",
        ) from None
    return parquet


def _write_workbook(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    from datetime import UTC

    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        page = book.add_worksheet()
        page.write_row(0, 0, columns)
        page.freeze_panes(1, 0)
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
    return stream.getvalue()


def _write_cell(page: Any, row: int, column: int, value: object) -> int:
    """Write numbers as numbers and anything else as text; 0, or xlsxwriter's code for a fault."""
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return int(page.write_number(row, column, value))
    return int(page.write_string(row, column, _cell(value)))


def _write_parquet(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    parquet = _pyarrow_parquet("")
    import pyarrow

    records = list(rows)
    cells = {column: [record.get(column) for record in records] for column in columns}
    stream = io.BytesIO()
    parquet.write_table(
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


def _shown(value: object) -> str:
    """Show a value as a person sees it in the cell: 12, not 12.0; a day without 00:00:00."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, list):
        return ";".join(_shown(item) for item in value)
    return str(value).strip()
