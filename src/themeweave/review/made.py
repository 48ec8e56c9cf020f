"""Findings made while reading: a selected span becomes a row, or the place of one is corrected.

Rows go the way of every candidate that a person keeps. What was done stands in the coder's log too,
so that the trail shows who made or changed a finding, and what it said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from themeweave.corpus.sheets import Row, Sheet
from themeweave.errors import ReviewError
from themeweave.findings.chosen import chosen
from themeweave.findings.extract import Candidate
from themeweave.review.candidates import COLUMNS, ids, keep
from themeweave.review.documents import load
from themeweave.review.kept import findings_sheet, write_rows
from themeweave.review.nearest import nearest


def make(path: Path, document_id: str, start: int, end: int, said: str, strand: str = "") -> str:
    """Make a finding of a span of a document; gives its id.

    Parameters
    ----------
    start, end
        Of the span, in characters of the document's text.
    said
        The words that the person saw there.
    strand
        The strand of the review that it belongs to, where there are any.

    Raises
    ------
    ReviewError
        Where the span does not hold these words, or they are a finding already.
    """
    document = load(path, document_id)
    found = _checked(chosen(document, start, end), said, document.name)
    (identity,) = ids(document, [found])
    kept = keep(path, one_row(identity, document_id, found, strand), everything=True)
    if not kept.added:
        raise ReviewError(f"these words are a finding already: {identity}", document.name)
    return identity


def one_row(identity: str, document_id: str, found: Candidate, strand: str = "") -> Sheet:
    """Put a candidate into a sheet of its own, as extraction lists them."""
    cells: Mapping[str, str] = {
        "id": identity,
        "document": document_id,
        "section": found.section,
        "text": found.text.strip(),
        "start": str(found.start),
        "end": str(found.end),
        "cited": ";".join(found.cited),
        "score": str(found.score),
        "cited_basis": found.cited_basis,
        "kind": found.kind,
        "speaker": found.speaker,
        "display": found.display,
        "reason": found.reason,
        "strand": strand,
    }
    return Sheet("the document", (*COLUMNS, "strand"), (Row(2, cells),))


def correct(
    path: Path, finding_id: str, document_id: str, start: int, end: int, said: str
) -> tuple[dict[str, object], dict[str, object]]:
    """Give a finding the words of another span; its id and its codings stay.

    Returns
    -------
    was, place
        What it was before (text, document, start, end, section), and where it stands now (document,
        start, end).

    Raises
    ------
    ReviewError
        Where there is no such finding, or the span does not hold these words.
    """
    document = load(path, document_id)
    found = _checked(chosen(document, start, end), said, document.name)
    file, sheet = findings_sheet(path)
    rows = [dict(row.cells) for row in sheet.rows]
    row = next((row for row in rows if row["id"] == finding_id), None)
    if row is None:
        known = [row["id"] for row in rows]
        raise ReviewError(
            f"there is no finding '{finding_id}'{nearest(finding_id, known)}", sheet.name
        )
    ours = ("document", "start", "end", "section")
    was: dict[str, object] = {key: row.get(key, "") for key in ("text", *ours)}
    row.update(
        text=found.text,
        document=document_id,
        start=str(found.start),
        end=str(found.end),
        section=found.section,
    )
    columns = [*sheet.columns, *(column for column in ours if column not in sheet.columns)]
    write_rows(file, rows, columns)
    return was, {"document": document_id, "start": found.start, "end": found.end}


def _checked(found: Candidate, said: str, name: str) -> Candidate:
    """Refuse a span that does not hold the words that the person saw."""
    if found.text.split() != said.split():
        raise ReviewError(
            "the words selected are not those at that place of the document",
            name,
            "Load the page again and select them anew.",
        )
    return found
