"""Kept findings: the rows of corpus/findings, looked through and tied to their documents.

Rows are added and their places kept up with new versions of documents; what a person wrote into
them is never changed.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.corpus.encoding import decode
from themeweave.corpus.records import Document
from themeweave.corpus.segments import sentences
from themeweave.corpus.sheets import SUFFIXES, Row, Sheet, read_sheet, values, write_sheet
from themeweave.errors import ReviewError
from themeweave.findings.anchors import anchor
from themeweave.findings.sheets import findings_sheet as opened_findings
from themeweave.review.documents import Held, documents, load, newest, review_folder
from themeweave.review.files import write_file
from themeweave.review.settings import read_settings

COLUMNS = (
    "id",
    "text",
    "strand",
    "cited",
    "cited_basis",
    "section",
    "document",
    "start",
    "end",
    "references",
    "display",
)
_WRITTEN = (".csv", ".tsv", ".jsonl")  # sheets whose look is not lost when they are written
_LIKE = 10  # findings that a search by likeness shows


@dataclass(frozen=True, slots=True)
class Anchored:
    """Findings of a document that has a newer version: what was found again, and what was not."""

    moved: int
    similar: tuple[str, ...]  # found, but worded otherwise
    lost: tuple[str, ...]  # kept, and still tied to the version before


def reanchor(path: Path) -> Anchored:
    """Tie findings of documents that have a newer version to their place in that.

    Only the place changes (columns document, start, end, and anchor, which says how it was found);
    ids and texts stay. A copy of the sheet is kept beside it. What is not found again stays tied to
    the version before and is listed.
    """
    folder = review_folder(path)
    held = documents(folder)
    file, sheet = findings_sheet(folder)
    moved, similar, lost = 0, list[str](), list[str]()
    rows = [dict(row.cells) for row in sheet.rows]
    loaded: dict[str, tuple[Document, list[tuple[int, int]]]] = {}
    for row in rows:
        before = row.get("document", "")
        after = newest(before, held) if before else ""
        if after == before:
            continue
        if after not in loaded:
            document = load(folder, after)
            loaded[after] = document, sentences(document.text)
        document, spans = loaded[after]
        near = _share(row, held)
        found = anchor(row["text"], document.text, spans, near)
        if found is None:
            lost.append(f"{row['id']}: {_short(row['text'])} (not in the new {document.name})")
            continue
        moved += 1
        row.update(document=after, start=str(found.start), end=str(found.end))
        row["anchor"] = found.how if found.how != "similar" else f"similar {found.ratio:.2f}"
        if found.how == "similar":
            now = _short(document.text[found.start : found.end])
            similar.append(f"{row['id']}: now reads: {now} ({found.ratio:.0%} alike)")
    if moved:
        raw = file.read_bytes()
        mark = hashlib.sha256(raw).hexdigest()[:8]
        write_file(file.with_name(f"findings.before-{mark}{file.suffix}"), raw)
        columns = list(sheet.columns) + [c for c in ("anchor",) if c not in sheet.columns]
        write_rows(file, rows, columns)
    return Anchored(moved, tuple(similar), tuple(lost))


def find(
    path: Path,
    words: Sequence[str] = (),
    *,
    like: str = "",
    review: str = "",
    strand: str = "",
) -> list[Row]:
    """Find findings of the folder.

    Parameters
    ----------
    words
        All must occur in the text, the display or the section, whatever their capitals.
    like
        The id of a finding: the ten most like it are given, the most alike first.
    review, strand
        Only findings that cite this review; only of this strand.

    Raises
    ------
    ReviewError
        Where there is no finding with the id that ``like`` names.
    """
    sheet = _as_read(review_folder(path))
    wanted = [word.casefold() for word in words]

    def fits(row: Row) -> bool:
        text = f"{row['text']} {row['display']} {row['section']}".casefold()
        return (
            all(word in text for word in wanted)
            and (not review or review in values(row["cited"]))
            and (not strand or row["strand"] == strand)
        )

    found = [row for row in sheet.rows if fits(row)]
    return _alike(sheet, found, like) if like else found


def _alike(sheet: Sheet, found: Sequence[Row], like: str) -> list[Row]:
    from themeweave.findings.vectors import fit_pair

    number = next((n for n, row in enumerate(sheet.rows) if row["id"] == like), None)
    if number is None:
        raise ReviewError(
            f"there is no finding '{like}'", sheet.name, "'themeweave findings list' shows all ids."
        )
    texts = [row["text"] for row in sheet.rows]
    alike = fit_pair(texts, characters=True)([texts[number]])[0]
    place = {row["id"]: n for n, row in enumerate(sheet.rows)}
    others = [row for row in found if row["id"] != like and alike[place[row["id"]]] > 0]
    return sorted(others, key=lambda row: (-alike[place[row["id"]]], row["id"]))[:_LIKE]


def _share(row: Mapping[str, str], held: Sequence[Held]) -> float:
    """Give how far into its document a finding stood, 0 to 1."""
    length = next((one.characters for one in held if one.id == row["document"]), 0)
    start = row.get("start", "")
    return int(start) / length if length and start.isdigit() else 0.0


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77].rstrip()}..."


def sheet_named(folder: Path, stem: str) -> Path | None:
    """Give the file of a sheet of corpus/, whatever its suffix; None where there is none."""
    files = (folder / "corpus" / f"{stem}{suffix}" for suffix in SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def _as_read(folder: Path) -> Sheet:
    """Read the folder's findings as `run` does: under the names and encoding that it takes."""
    file = sheet_named(folder, "findings")
    if file is None:
        return Sheet("corpus/findings.csv", COLUMNS, ())
    settings = read_settings((folder / "review.toml").read_bytes())
    columns, encoding = settings.columns.get("findings"), settings.encodings.get("findings", "")
    raw, shown = file.read_bytes(), f"corpus/{file.name}"
    if not encoding and _bare_header(raw, shown, file.suffix) is not None:
        return Sheet(shown, COLUMNS, ())
    return opened_findings(raw, shown, file.suffix, columns, encoding)


def _bare_header(raw: bytes, shown: str, suffix: str) -> tuple[str, ...] | None:
    """Give the header of a text sheet that holds no row; None where it holds one."""
    if suffix not in (".csv", ".tsv"):
        return None
    delimiter = "," if suffix == ".csv" else "\t"
    lines = list(csv.reader(io.StringIO(decode(raw, shown)), delimiter=delimiter))[:2]
    if len(lines) > 1:
        return None
    return tuple(cell.strip() for cell in lines[0]) if lines else ()


def findings_sheet(folder: Path) -> tuple[Path, Sheet]:
    """Read the folder's findings to write them again; a sheet not there yet, or bare, is empty.

    Written are only sheets in our own columns, in UTF-8: people's headings are not renamed.
    """
    file = sheet_named(folder, "findings") or folder / "corpus" / "findings.csv"
    shown = f"corpus/{file.name}"
    if not file.is_file():
        return file, Sheet(shown, COLUMNS, ())
    raw = file.read_bytes()
    header = _bare_header(raw, shown, file.suffix)
    if header is not None:
        return file, Sheet(shown, header or COLUMNS, ())
    try:
        return file, read_sheet(raw, shown, file.suffix, ("id", "text"))
    except ReviewError as error:
        raise ReviewError(
            f"{error.what}, so nothing is written to it",
            error.where,
            "Findings are added to a sheet with the columns id and text, saved as CSV UTF-8; "
            "headings of your own are read, but not written.",
        ) from None


def add_rows(file: Path, there: Sheet, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the findings with rows added behind those that are there."""
    columns = [*there.columns, *(c for c in COLUMNS if c not in there.columns)]
    write_rows(file, [*(row.cells for row in there.rows), *rows], columns)


def write_rows(file: Path, rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Write a sheet of corpus/ anew; a kind that would lose its formatting is refused."""
    if file.suffix not in _WRITTEN:
        raise ReviewError(
            f"a sheet that ends in '{file.suffix}' is read, but not written",
            f"corpus/{file.name}",
            f"Save it as {file.stem}.csv (CSV UTF-8), take this file out of corpus/, and repeat.",
        )
    write_file(file, write_sheet(rows, columns, file.suffix))
