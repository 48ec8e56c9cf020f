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
from typing import Any

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


def read_sheet(raw: bytes, name: str, suffix: str, required: Sequence[str] = ()) -> Sheet:
    r"""Read a sheet from the bytes of a file.

    Parameters
    ----------
    raw, name
        The file's bytes, and its name for messages.
    suffix
        One of `SUFFIXES`; decides how the bytes are read.
    required
        Columns that must be there. A sheet with no rows is refused.

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
    sheet = readers[suffix]()
    repeated = [column for column, count in Counter(sheet.columns).items() if count > 1]
    if repeated:
        raise ReviewError(
            f"the column '{repeated[0]}' stands twice in the header", f"{name}, row 1"
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
        writer.writerows({column: row.get(column, "") for column in columns} for row in rows)
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


def decode(raw: bytes, name: str) -> str:
    """Decode UTF-8, with or without a byte-order mark; anything else is refused by its place."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReviewError(
            "the file is in UTF-16, not UTF-8",
            name,
            "In Excel choose 'Save as', then 'CSV UTF-8'; in an editor save with encoding UTF-8.",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ReviewError(
            f"the file is not in UTF-8: byte {error.start} is 0x{raw[error.start]:02x}",
            f"{name}, line {line}",
            "In Excel choose 'Save as', then 'CSV UTF-8'; in an editor save with encoding UTF-8.",
        ) from None


def _delimited(raw: bytes, name: str, delimiter: str) -> Sheet:
    text = decode(raw, name)
    csv.field_size_limit(100_000_000)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    faults: list[str] = []
    rows: list[Row] = []
    try:
        header = tuple(cell.strip() for cell in next(lines))
        for number, cells in enumerate(lines, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                faults.append(
                    f"row {number} has {len(cells)} cells, the header has {len(header)}; "
                    "a comma or a quote inside a cell needs double quotes around the cell"
                )
            rows.append(Row(number, {c: v.strip() for c, v in zip(header, cells, strict=False)}))
    except csv.Error as error:
        raise ReviewError(
            f"the sheet cannot be read as rows: {error}",
            f"{name}, line {lines.line_num}",
            "Look for a double quote that is not closed.",
        ) from None
    if faults:
        raise ReviewError("rows do not fit the header", name, faults=faults)
    return Sheet(name, header, tuple(rows))


def _json_lines(raw: bytes, name: str) -> Sheet:
    columns: dict[str, None] = {}
    rows: list[Row] = []
    faults: list[str] = []
    for number, line in enumerate(decode(raw, name).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            faults.append(f"line {number}: not JSON ({error})")
            continue
        if not isinstance(record, dict):
            faults.append(f"line {number}: not a JSON object")
            continue
        cells = {str(key): _shown(value) for key, value in record.items()}
        columns.update(dict.fromkeys(cells))
        rows.append(Row(number, cells))
    if faults:
        raise ReviewError("the file is not one JSON object a line", name, faults=faults)
    return Sheet(name, tuple(columns), tuple(rows))


def _workbook(raw: bytes, name: str) -> Sheet:
    import zipfile

    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise ReviewError(
            "the file is not an Excel workbook", name, "Open it in Excel and save it as .xlsx."
        ) from None
    lines = book.worksheets[0].iter_rows(values_only=True)
    header = tuple(_shown(value).strip() for value in next(lines, ()))
    while header and not header[-1]:
        header = header[:-1]
    rows = [
        Row(number, {c: _shown(v).strip() for c, v in zip(header, cells, strict=False)})
        for number, cells in enumerate(lines, start=2)
        if any(value not in (None, "") for value in cells)
    ]
    return Sheet(name, header, tuple(rows))


def _parquet(raw: bytes, name: str) -> Sheet:
    parquet = _pyarrow_parquet(name)
    table = parquet.read_table(io.BytesIO(raw))
    columns = tuple(str(column) for column in table.column_names)
    rows = [
        Row(number, {column: _shown(value).strip() for column, value in record.items()})
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
    from datetime import UTC, datetime

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
                value = row.get(column, "")
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    page.write_number(number, place, value)
                elif page.write_string(number, place, str(value)) == -2:
                    raise ReviewError(
                        "a cell is longer than Excel can hold (32,767 characters)",
                        f"row {number + 1}, column '{column}'",
                        "Write a .csv file instead; it has no such limit.",
                    )
    return stream.getvalue()


def _write_parquet(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    import pyarrow

    parquet = _pyarrow_parquet("")
    records = [{column: row.get(column, "") for column in columns} for row in rows]
    stream = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(records), stream)
    return stream.getvalue()


def _shown(value: object) -> str:
    """Show a value as a person would see it in the cell: whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ";".join(_shown(item) for item in value)
    return str(value)
