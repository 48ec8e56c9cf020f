"""Grown sheets: a workbook or a Parquet file from the JSON lines that grew before it.

Neither can be added to once it is closed, so what is to become one grows as JSON lines and is
turned at the end, row by row and in constant memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO

from themeweave.corpus.rows import pyarrow_parquet
from themeweave.corpus.sheets import TEXT, fill_workbook
from themeweave.errors import ReviewError

LARGEST_WORKBOOK = 1_048_575  # rows below the header, a limit of Excel
_TOGETHER = 10_000  # rows of a Parquet group


def grows_as(suffix: str) -> str:
    """Give the suffix that a sheet has while it grows.

    Examples
    --------
    >>> grows_as(".csv"), grows_as(".xlsx")
    ('.csv', '.jsonl')
    """
    return suffix if suffix in TEXT else ".jsonl"


def check_room(rows: int, suffix: str, name: str) -> None:
    """Check before the work that a format can hold the rows, and that it can be written.

    Raises
    ------
    ReviewError
        Where it cannot.
    """
    if suffix == ".parquet":
        pyarrow_parquet(name)
    if suffix == ".xlsx" and rows > LARGEST_WORKBOOK:
        raise ReviewError(
            f"{rows:,} rows are more than Excel can hold ({LARGEST_WORKBOOK:,} below the header)",
            name,
            "Write a .csv file instead; it has no such limit.",
        )


def turn(lines: BinaryIO, target: BinaryIO, columns: Sequence[str], suffix: str) -> None:
    """Turn JSON lines into a .xlsx or .parquet file.

    Raises
    ------
    ReviewError
        Where a cell is longer than Excel can hold.
    """
    if suffix == ".xlsx":
        fill_workbook(target, _records(lines), columns, constant_memory=True)
        return
    kinds: dict[str, set[type]] = {column: set() for column in columns}
    for record in _records(lines):
        for column in columns:
            if record[column] not in (None, ""):
                kinds[column].add(type(record[column]))
    lines.seek(0)
    _write_parquet(target, _records(lines), kinds)


def _records(lines: Iterable[bytes]) -> Iterator[Mapping[str, Any]]:
    return map(json.loads, lines)


def _write_parquet(
    target: BinaryIO, records: Iterator[Mapping[str, Any]], kinds: Mapping[str, set[type]]
) -> None:
    """Write each column as numbers where all are, otherwise as text; empty cells are missing."""
    written = pyarrow_parquet("")
    import pyarrow

    numbers = {column: bool(found) and found <= {int, float} for column, found in kinds.items()}
    schema = pyarrow.schema(
        [(c, pyarrow.float64() if number else pyarrow.string()) for c, number in numbers.items()]
    )
    with written.ParquetWriter(target, schema) as file:
        while some := list(islice(records, _TOGETHER)):
            cells = [
                [
                    None if (v := record[c]) in (None, "") else float(v) if number else str(v)
                    for record in some
                ]
                for c, number in numbers.items()
            ]
            file.write_table(pyarrow.table(cells, schema=schema))
