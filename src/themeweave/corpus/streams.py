"""Streams: a sheet of any size as a sequence of small sheets, in constant memory.

Text and Parquet files are read on from where the last small sheet ended. Workbooks are read
whole: Excel limits their rows, and cells that were merged or shared stand all over the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from themeweave.corpus.encoding import decode
from themeweave.corpus.readers.canonical import unmarked_utf16
from themeweave.corpus.rows import delimited, json_lines, parquet
from themeweave.corpus.sheets import ENCODING_HINT, read_pages
from themeweave.corpus.tables import Row, Sheet

STREAMED = (".csv", ".tsv", ".jsonl", ".parquet")
_TOGETHER = 1_000  # rows of a small sheet
_HEAD = 1 << 16
_MERGE = "<" * 7 + " "  # begins the first of the marks that git leaves


def stream_sheets(file: BinaryIO, name: str, suffix: str) -> Iterator[Sheet]:
    r"""Read a sheet as small sheets with one header; at least one, which may have no rows.

    Parameters
    ----------
    file
        Stands at its start and can be wound back.
    name, suffix
        The file's name for messages, and one of `STREAMED`.

    Raises
    ------
    ReviewError
        As `read_pages`, but each fault when its row is reached.

    Examples
    --------
    >>> small = stream_sheets(io.BytesIO(b"id,text\nF1,Low pay\nF2,Hope\n"), "f.csv", ".csv")
    >>> [(sheet.columns, len(sheet.rows)) for sheet in small]
    [(('id', 'text'), 2)]
    """
    head = file.read(_HEAD)
    file.seek(0)
    if not head.strip() and not _has_more(file):
        read_pages(b"", name, suffix)  # says that the sheet is empty
    if suffix == ".parquet":
        return _small(name, *parquet(file, name))
    if unmarked_utf16(head):
        decode(head, name, "", ENCODING_HINT)
    if suffix == ".jsonl":
        rows = json_lines(_lines(file, name, "\n"), name)
        columns = tuple(dict.fromkeys(column for row in rows for column in row.cells))
        return _small(name, columns, json_lines(_lines(file, name, "\n"), name))
    header, rows = delimited(_lines(file, name, ""), name, "," if suffix == ".csv" else "\t")
    return _small(name, header, rows)


def _small(name: str, columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[Sheet]:
    rows = iter(rows)
    some = tuple(islice(rows, _TOGETHER))
    yield Sheet(name, columns, some)
    while some := tuple(islice(rows, _TOGETHER)):
        yield Sheet(name, columns, some)


def _has_more(file: BinaryIO) -> bool:
    """Tell whether a file holds anything but white space, and wind it back."""
    found = any(block.strip() for block in iter(lambda: file.read(_HEAD), b""))
    file.seek(0)
    return found


def _lines(file: BinaryIO, name: str, newline: str) -> Iterator[str]:
    """Decode a file line by line; what cannot be is decoded whole, for the message."""
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig", newline=newline)
    ended = "\n"
    try:
        for line in text:
            if line.startswith(_MERGE) and ended == "\n":
                break
            yield line
            ended = line[-1]
        else:
            return
    except UnicodeDecodeError:
        pass
    finally:
        text.detach()  # it would close the file
    file.seek(0)
    decode(file.read(), name, "", ENCODING_HINT)
