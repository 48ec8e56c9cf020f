"""Rows: those of a sheet one after the other, whatever it is written in, each cell as text.

`sheets` collects them for sheets that are read whole, `streams` hands them on for sheets that are
larger than memory. Faults of single rows are collected and raised together after the last row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from themeweave.corpus.tables import Row
from themeweave.errors import ReviewError

_TOGETHER = 1_000  # rows of a .parquet file that are unpacked together


def delimited(
    lines: Iterable[str], name: str, delimiter: str
) -> tuple[tuple[str, ...], Iterator[Row]]:
    r"""Read the header and the rows of a .csv or .tsv file from its lines.

    Raises
    ------
    ReviewError
        For a quote that is not closed; after the last row, for all that have more cells than the
        header.

    Examples
    --------
    >>> header, rows = delimited(["id,text\n", "F1, Low pay \n"], "new.csv", ",")
    >>> header, [row["text"] for row in rows]
    (('id', 'text'), ['Low pay'])
    """
    csv.field_size_limit(100_000_000)
    written = _written(csv.reader(lines, delimiter=delimiter, strict=True), name)
    header = trimmed(next(written, []))
    return header, _under(header, written, name)


def _written(lines: Any, name: str) -> Iterator[list[str]]:
    """Iterate the rows as the csv module reads them."""
    begins = 1  # the line of the file on which the next row begins
    try:
        for cells in lines:
            begins = lines.line_num + 1
            yield cells
    except csv.Error as error:
        raise ReviewError(
            f"the sheet cannot be read as rows: {error}",
            f"{name}, in the row that begins on line {begins}",
            "Look for a double quote that is not closed.",
        ) from None


def _under(header: tuple[str, ...], written: Iterable[list[str]], name: str) -> Iterator[Row]:
    faults: list[str] = []
    for number, line in enumerate(written, start=2):
        cells = trimmed(line)
        if not cells:
            continue
        if header and len(cells) > len(header):
            faults.append(
                f"row {number} has {len(cells)} cells, the header has {len(header)}; "
                "a comma or a quote inside a cell needs double quotes around the cell"
            )
        yield Row(number, dict(zip(header, cells, strict=False)))
    if faults:
        raise ReviewError("rows do not fit the header", name, faults=faults)


def json_lines(lines: Iterable[str], name: str) -> Iterator[Row]:
    """Iterate the objects of a .jsonl file as rows; the number of a row is that of its line.

    Raises
    ------
    ReviewError
        After the last line, for all that are no JSON object.
    """
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
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
        cells = {shown(key): shown(value) for key, value in record.items()}
        if any("\ud800" <= character <= "\udfff" for character in "".join(chain(*cells.items()))):
            faults.append(f"line {number}: half a character (\\ud800 to \\udfff alone)")
        yield Row(number, cells)
    if faults:
        raise ReviewError("the file is not one JSON object a line", name, faults=faults)


def parquet(file: Any, name: str) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Read the columns and the rows of a .parquet file, some at a time.

    Raises
    ------
    ReviewError
        For a file that is no Parquet file, or damaged; where pyarrow is not installed.
    """
    reading = pyarrow_parquet(name)
    try:
        table = reading.ParquetFile(file)
    except (ValueError, OSError):
        raise _damaged(name) from None
    columns = tuple(shown(column) for column in table.schema_arrow.names)
    return columns, _unpacked(table, name)


def _unpacked(table: Any, name: str) -> Iterator[Row]:
    number = 0
    try:
        for batch in table.iter_batches(_TOGETHER):
            for record in batch.to_pylist():
                number += 1
                yield Row(number, {shown(c): shown(value) for c, value in record.items()})
    except (ValueError, OSError):
        raise _damaged(name) from None


def _damaged(name: str) -> ReviewError:
    return ReviewError(
        "the file is not a Parquet file, or is damaged", name, "Write it again, or as .csv."
    )


def pyarrow_parquet(name: str) -> Any:
    """Load pyarrow's Parquet module.

    Raises
    ------
    ReviewError
        Where it is not installed.
    """
    try:
        from pyarrow import parquet as found
    except ImportError:
        raise ReviewError(
            "reading and writing .parquet needs the package pyarrow, which is not installed",
            name,
            "Install it with: pip install 'themeweave[parquet]', or save the sheet as .csv.",
        ) from None
    return found


def trimmed(cells: Iterable[object]) -> tuple[str, ...]:
    """Show cells as text without the spaces around them and without empty ones at the end."""
    texts = [shown(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def shown(value: object) -> str:
    """Show a value as a person sees it in the cell: 12, not 12.0; a day without 00:00:00."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, list):
        return ";".join(shown(item) for item in value)
    return str(value).strip()
