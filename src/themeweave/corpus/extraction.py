"""Opening a sheet as people keep it: the right one of a workbook, whatever its columns are called.

Our columns are found by the names in `columns`, by the layouts in `exports`, or by what a person
says in review.toml. Whatever was read otherwise than by its own name is said in the sheet's notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themeweave.corpus.columns import key, match
from themeweave.corpus.exports import read_eppi, translate
from themeweave.corpus.sheets import read_pages
from themeweave.corpus.tables import Sheet, fitting, rename
from themeweave.errors import ReviewError


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
    hint = f', or say in review.toml which it is: [columns.{kind}] {required[-1]} = "Its name"'
    return fitting([_named(page, kind, chosen) for page in pages], required, hint)


def _named(page: Sheet, kind: str, chosen: Mapping[str, str]) -> Sheet:
    matches = match(page.columns, kind, chosen)
    notes = (
        f"read '{one.column}' as {one.ours}"
        + "".join(f", not '{column}'" for column in one.passed_over)
        for one in matches
        if not one.chosen
    )
    return rename(page, {one.ours: one.column for one in matches}).noted(*notes)
