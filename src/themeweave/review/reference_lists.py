"""Reference lists in: what a reference manager exports becomes rows of reviews.csv."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.corpus.matching import ambiguous_reviews, match_reviews
from themeweave.corpus.records import Document, Reference
from themeweave.corpus.references import Conflict, read_references
from themeweave.corpus.sheets import Sheet, read_sheet
from themeweave.review.candidates import listed_reviews
from themeweave.review.cited import COLUMNS, cited_works
from themeweave.review.documents import review_folder
from themeweave.review.kept import sheet_named, write_rows


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of the records of a reference list: found = added + there + the listed."""

    found: int
    added: int
    there: int  # are reviews of the folder already, or stand twice in the list
    doubtful: tuple[str, ...]  # may be one of several reviews, in words; not added
    failed: tuple[str, ...]  # records that could not be read, in words
    conflicts: tuple[str, ...]  # one identifier at different titles: the later are not added


def add_references(path: Path, raw: bytes, name: str) -> Listed:
    """Add the works of a reference list to the folder's reviews; rows that are there stay.

    Raises
    ------
    ReviewError
        Where the file is no list of references, this is no review folder, or its sheet of reviews
        is of a kind that is not written.
    """
    folder = review_folder(path)
    listed = read_references(raw, name)
    reviews = listed_reviews(folder)
    known = match_reviews(listed.references, reviews)
    doubtful = ambiguous_reviews(listed.references, reviews)
    source = Document("list", name, "", "", references=listed.references)
    held_back = {key for c in listed.conflicts for key in c.references[1:]} - set(doubtful)
    unfit = {*known, *doubtful, *held_back}
    fresh = ((source, r.id) for r in listed.references if r.id not in unfit)
    ids = {review.id for review in reviews}
    works = [
        row
        for row in cited_works(fresh, {review.label for review in reviews})
        if row["id"] not in ids
    ]
    if works:
        file = sheet_named(folder, "reviews") or folder / "corpus" / "reviews.csv"
        shown = f"corpus/{file.name}"
        there = Sheet(shown, COLUMNS, ())
        if file.is_file():
            there = read_sheet(file.read_bytes(), shown, file.suffix)
        columns = [*there.columns, *(c for c in COLUMNS if c not in there.columns)]
        write_rows(file, [*(row.cells for row in there.rows), *works], columns)
    return Listed(
        listed.found,
        len(works),
        len(listed.references) - len(works) - len(doubtful) - len(held_back),
        tuple(f"{key} may be {' or '.join(found)}" for key, found in doubtful.items()),
        tuple(f"record {f.number}, line {f.line}: {f.why}" for f in listed.failures),
        tuple(_conflict(c, listed.references) for c in listed.conflicts),
    )


def _conflict(conflict: Conflict, references: Sequence[Reference]) -> str:
    titles = {reference.id: reference.title for reference in references}
    first, *others = (f"'{titles[key]}' ({key})" for key in conflict.references)
    return (
        f"{conflict.identifier} stands at {first} and at {', '.join(others)}: one is wrong; "
        "what comes after the first is not added. Mend the list and give it again."
    )
