"""Opening a sheet as people keep it: the right one of a workbook, whatever its columns are called.

Our columns are found by the names in `columns`, by the layouts in `exports`, or by what a person
says in review.toml. Whatever was read otherwise than by its own name is said in the sheet's notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import BinaryIO

from themeweave.corpus.columns import key, match
from themeweave.corpus.exports import is_export, read_eppi, translate
from themeweave.corpus.sheets import read_pages
from themeweave.corpus.streams import STREAMED, stream_sheets
from themeweave.corpus.tables import Sheet, fitting, rename
from themeweave.errors import ReviewError

_TEXT = ("text",)


def open_sheet(
    raw: bytes,
    name: str,
    suffix: str,
    kind: str,
    required: Sequence[str],
    chosen: Mapping[str, str] | None = None,
    encoding: str = "",
) -> Sheet:
    r"""Read a sheet of findings, reviews or citations into our columns.

    Parameters
    ----------
    raw, name, suffix
        As for `read_sheet`; for findings ``.json`` is EPPI-Reviewer's export.
    kind
        ``findings``, ``reviews`` or ``citations``.
    required
        Our columns that must be there.
    chosen
        Our columns, each with the column that a person says it is.
    encoding
        Of a text file, where a person chose one; otherwise UTF-8.

    Raises
    ------
    ReviewError
        As `read_sheet`; for a chosen column that the sheet does not have; for an export of another
        program that holds something else.

    Examples
    --------
    >>> sheet = open_sheet(b"Nr,Key finding\n1,Low pay", "f.csv", ".csv", "findings", ["text"])
    >>> sheet.rows[0]["text"], sheet.notes
    ('Low pay', ("f.csv: read 'Nr' as id", "f.csv: read 'Key finding' as text"))
    """
    chosen = chosen or {}
    if suffix == ".json" and kind == "findings":
        pages = [read_eppi(raw, name, encoding)]
    else:
        pages = read_pages(raw, name, suffix, encoding)
    if kind in ("findings", "reviews"):
        pages = [translate(page, kind) for page in pages]
    known = {key(c) for page in pages for c in page.columns}
    absent = [f"{ours} = '{column}'" for ours, column in chosen.items() if key(column) not in known]
    if absent:
        raise ReviewError(
            f"review.toml names columns that the sheet does not have: {', '.join(absent)}",
            name,
            f"Mend [columns.{kind}]. The header has: {', '.join(pages[0].columns)}.",
        )
    return fitting([_named(page, kind, chosen) for page in pages], required, _hint(kind, required))


def _hint(kind: str, required: Sequence[str]) -> str:
    return f', or say in review.toml which it is: [columns.{kind}] {required[-1]} = "Its name"'


def stream_findings(file: BinaryIO, name: str, suffix: str) -> Iterator[Sheet]:
    r"""Read a sheet of findings into our columns as small sheets; one of any size where it can be.

    Workbooks and the exports of other programs come as one sheet: their rows belong together.

    Parameters
    ----------
    file, name, suffix
        As for `stream_sheets`; also those that `open_sheet` reads.

    Raises
    ------
    ReviewError
        As `open_sheet`, each fault when its row is reached.

    Examples
    --------
    >>> from io import BytesIO
    >>> small = next(stream_findings(BytesIO(b"Nr,Finding\n1,Low pay"), "f.csv", ".csv"))
    >>> small.rows[0]["text"], small.notes
    ('Low pay', ("f.csv: read 'Nr' as id", "f.csv: read 'Finding' as text"))
    """
    pages = stream_sheets(file, name, suffix) if suffix in STREAMED else iter(())
    first = next(pages, None)
    if first is None or is_export(first.columns):
        file.seek(0)
        yield open_sheet(file.read(), name, suffix, "findings", _TEXT)
        return
    for page in chain([first], pages):
        yield fitting([_named(page, "findings", {})], _TEXT, _hint("findings", _TEXT))


def _named(page: Sheet, kind: str, chosen: Mapping[str, str]) -> Sheet:
    matches = match(page.columns, kind, chosen)
    notes = (
        f"read '{one.column}' as {one.ours}"
        + "".join(f", not '{column}'" for column in one.passed_over)
        for one in matches
        if not one.chosen
    )
    return rename(page, {one.ours: one.column for one in matches}).noted(*notes)
