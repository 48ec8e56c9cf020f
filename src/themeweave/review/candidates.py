"""Candidates: findings that documents propose, kept by a person as rows of corpus/findings.

A candidate's id is made from its document and its words, so it is the same at every extraction
whatever stands around it. What a person keeps becomes a row with its place (document, start, end)
and the reviews it cites; a row that is there is never written over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from themeweave.corpus.citations import match_reviews
from themeweave.corpus.records import Document, Review
from themeweave.corpus.reviews import REVIEW_COLUMNS, read_reviews
from themeweave.corpus.sheets import Row, Sheet, read_sheet, values, write_sheet
from themeweave.errors import ReviewError
from themeweave.findings.extract import LEAST, Candidate, Wider, extract
from themeweave.findings.likely import FINDING, likely
from themeweave.review.cited import COLUMNS as WORK_COLUMNS
from themeweave.review.cited import cited_works
from themeweave.review.documents import (
    Held,
    Reading,
    current,
    documents,
    files_in,
    load,
    one_line,
    read_file,
    review_folder,
)
from themeweave.review.files import Progress, write_file
from themeweave.review.kept import add_rows, findings_sheet, sheet_named

COLUMNS = (
    "id",
    "document",
    "section",
    "text",
    "start",
    "end",
    "cited",
    "score",
    "cited_basis",
    "kind",
    "speaker",
    "display",
    "reason",
    "likely",  # 0 to 1: how much it reads like a finding; empty where the encoder is not there
    "reads_like",  # what else, where it does not
)
_YES = frozenset(("yes", "y", "x", "1", "true", "keep"))


@dataclass(slots=True)
class Extracted:
    """Candidates of several documents, as rows of `COLUMNS`, and documents set aside."""

    rows: list[dict[str, object]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)  # cited, but in no reference list


@dataclass(frozen=True, slots=True)
class Kept:
    """What a keeping did."""

    added: int
    there: int  # rows that the sheet had already
    unmatched: tuple[str, ...]  # references that no row of reviews stands for, in words
    listed: int = 0  # cited works that became the folder's first sheet of reviews
    uncited: tuple[str, ...] = ()  # ids of the rows added that no review states


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of an extraction."""

    wider: tuple[Wider, ...] = ()  # beside findings and quotations, as `extract` names them
    least: float = LEAST  # score
    reading: Reading = field(default_factory=Reading)
    best: int = 0  # so many of the likeliest, best first; 0 for all, in the order of the text


def extract_files(names: Sequence[str], progress: Progress, ask: Ask = Ask()) -> Extracted:
    """Propose the findings of files; one that cannot be read is set aside and the others go on."""
    files = files_in(Path(name) for name in names)
    twice = {file.name for file in files if sum(other.name == file.name for other in files) > 1}
    made = Extracted()
    for number, file in enumerate(files, start=1):
        doing = f"reading {number} of {len(files)}: {file.name}"
        progress(doing)
        try:
            _, document = read_file(file, ask.reading, progress, doing)
        except ReviewError as error:
            made.failed.append(one_line(error, file.name))
            continue
        _propose(document, str(file) if file.name in twice else file.name, ask, made)
    return _best(made, ask.best)


def extract_folder(path: Path, progress: Progress, ask: Ask = Ask()) -> Extracted:
    """Propose the findings of the folder's documents, each in its newest version."""
    folder = review_folder(path)
    made = Extracted()
    held = current(documents(folder))
    if not held:
        raise ReviewError(
            "the review has no documents",
            str(folder),
            "Add some with 'themeweave corpus add PATH', or name files to extract from.",
        )
    for number, one in enumerate(held, start=1):
        progress(f"reading {number} of {len(held)}: {one.name}")
        try:
            _propose(load(folder, one.id), one.name, ask, made)
        except ReviewError as error:
            made.failed.append(one_line(error, one.name))
    return _best(made, ask.best)


def _best(made: Extracted, number: int) -> Extracted:
    """Keep the likeliest candidates; alike ones by their scores, then in the order of the text."""
    if not number:
        return made
    rows = sorted(made.rows, key=_rank)[:number]
    return Extracted(rows, made.failed, made.unresolved)


def _rank(row: Mapping[str, object]) -> tuple[float, float]:
    return -float(str(row["likely"] or 0)), -float(str(row["score"]))


def _propose(document: Document, name: str, ask: Ask, made: Extracted) -> None:
    found = extract(document, wider=ask.wider, least=ask.least)
    judged = likely([candidate.text for candidate in found])
    for place, (identity, candidate) in enumerate(zip(ids(document, found), found, strict=True)):
        said = judged[place] if judged else None
        made.rows.append(
            {
                "id": identity,
                "document": name,
                "section": candidate.section,
                "text": candidate.text,
                "start": candidate.start,
                "end": candidate.end,
                "cited": ";".join(candidate.cited),
                "score": candidate.score,
                "cited_basis": candidate.cited_basis,
                "kind": candidate.kind,
                "speaker": candidate.speaker,
                "display": candidate.display,
                "reason": candidate.reason,
                "likely": said.share if said else "",
                "reads_like": said.kind if said and said.kind != FINDING else "",
            }
        )
        if candidate.unresolved:
            keys = ", ".join(candidate.unresolved)
            made.unresolved.append(f"{name}, {identity}: {keys} not in the list of references")


def ids(document: Document, found: Iterable[Candidate]) -> Iterator[str]:
    """Make an id for each candidate, from the document and the words, not from the place.

    The same words said again in one document are told apart by a number.
    """
    seen: dict[str, int] = {}
    for candidate in found:
        words = " ".join(candidate.text.split())
        digest = hashlib.sha256(f"{document.id}\n{words}".encode()).hexdigest()[:10]
        seen[digest] = seen.get(digest, 0) + 1
        yield f"F{digest}" + (f"-{seen[digest]}" if seen[digest] > 1 else "")


def keep(path: Path, sheet: Sheet, *, everything: bool = False) -> Kept:
    """Add the candidates that a person keeps to the folder's findings.

    Parameters
    ----------
    path
        The review folder, with the documents that the candidates come from.
    sheet
        Candidates as extracted; rows with yes in the column ``keep`` are kept. A column
        ``strand`` is taken over. Where the folder has no sheet of reviews, the works that the kept
        rows cite are listed as corpus/reviews.csv, below the reviews that findings cite already.
    everything
        Keep all rows.

    Raises
    ------
    ReviewError
        Where no row is marked, or listing the rows whose text is not what stands at their place in
        a document of the folder. Nothing is written then.
    """
    folder = review_folder(path)
    chosen = [row for row in sheet.rows if everything or row["keep"].casefold() in _YES]
    if not chosen:
        raise ReviewError(
            "no candidate is marked to be kept",
            sheet.name,
            "Write yes into a column 'keep', or give --all to keep every row.",
        )
    held = documents(folder)
    names = {PurePath(row["document"]).name for row in chosen}
    texts = {one.id: load(folder, one.id) for one in held if names & {one.name, one.id}}
    sources = {row.number: _source(row, held, texts) for row in chosen}
    listed: list[dict[str, str]] = []
    if sheet_named(folder, "reviews") is None:
        cited = ((sources[row.number], key) for row in chosen for key in values(row["cited"]))
        listed = cited_works((document, key) for document, key in cited if document)
    reviews = [*listed_reviews(folder), *_records(listed)]
    matched = {key: cited_reviews(document, reviews) for key, document in texts.items()}
    file, there = findings_sheet(folder)
    known = {row["id"] for row in there.rows}
    faults, rows, unmatched = [], [], dict[str, dict[str, None]]()
    for row in chosen:
        document = sources[row.number]
        if document is None:
            faults.append(
                f"row {row.number}: the text does not stand at {row['start']} to {row['end']} "
                f"of a document '{row['document']}' of this review"
            )
            continue
        if row["id"] in known:
            continue
        known.add(row["id"])
        own, by_reference = matched[document.id]
        references = values(row["cited"])
        if reviews and not own:
            missing = [key for key in references if key not in by_reference]
            unmatched.setdefault(document.name, {}).update(dict.fromkeys(missing))
        known_works = [by_reference[key] for key in references if key in by_reference]
        rows.append(
            {
                **row.cells,
                "cited": ";".join(dict.fromkeys([own] if own else known_works)),
                "references": ";".join(references),
                "document": document.id,
            }
        )
    if faults:
        raise ReviewError(
            "candidates that are not in the review's documents",
            sheet.name,
            "Nothing was written. Add the documents with 'themeweave corpus add' or extract again.",
            faults=faults,
        )
    if listed:
        new = write_sheet([*_stated(there, listed), *listed], WORK_COLUMNS, ".csv")
        write_file(folder / "corpus" / "reviews.csv", new)
    if rows:
        add_rows(file, there, rows)
    words = (
        f"{name}: cited, but no review of reviews.csv: {', '.join(sorted(keys, key=_in_order))}"
        for name, keys in unmatched.items()
        if keys
    )
    uncited = tuple(row["id"] for row in rows if not row["cited"])
    return Kept(len(rows), len(chosen) - len(rows), tuple(words), len(listed), uncited)


def _stated(there: Sheet, listed: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """List the reviews that findings cite already: a sheet of reviews has to name them all."""
    new = {row["id"] for row in listed}
    stated = dict.fromkeys(code for row in there.rows for code in values(row["cited"]))
    return [{"id": one, "label": one, "role": "included"} for one in stated if one not in new]


def _records(listed: Sequence[Mapping[str, str]]) -> list[Review]:
    """Make records of cited works, to match references with."""
    return [
        Review(row["id"], row["label"], title=row["title"], year=row["year"], doi=row["doi"])
        for row in listed
    ]


def _in_order(key: str) -> tuple[int, str]:
    """Order reference ids as a list prints them: numbers by their value."""
    return (int(key) if key.isdigit() else 0), key


def cited_reviews(document: Document, reviews: Sequence[Review]) -> tuple[str, Mapping[str, str]]:
    """Match a document with the reviews of the synthesis.

    Returns
    -------
    own, by_reference
        The review that the document itself is, whose findings are its own; empty for any other
        document, such as an umbrella review, whose references are then matched one by one.
    """
    head = document.text[: _head_end(document)].casefold()
    title = _letters(document.sections[0].heading) if document.sections else ""
    for review in reviews:
        doi = review.doi.casefold()
        if (doi and doi in head) or (review.title and title == _letters(review.title)):
            return review.id, {}
    return "", match_reviews(document.references, reviews)


def _head_end(document: Document) -> int:
    """Give the offset where the matter before the first real section ends."""
    first = next((s.start for s in document.sections if s.level > 1), 3000)
    return max(200, min(first, 6000))


def _letters(title: str) -> str:
    return "".join(sign for sign in title.casefold() if sign.isalnum())


def _source(row: Row, held: Sequence[Held], texts: Mapping[str, Document]) -> Document | None:
    """Find the document of which a candidate is a span: by its name, then by the text itself."""
    if not (row["start"].isdigit() and row["end"].isdigit()):
        return None
    start, end = int(row["start"]), int(row["end"])
    name = PurePath(row["document"]).name
    for one in reversed(held):
        named = one.name == name or one.id == row["document"]
        # Sheets are read without the spaces around a cell.
        if named and texts[one.id].text[start:end].strip() == row["text"]:
            return texts[one.id]
    return None


def listed_reviews(folder: Path) -> list[Review]:
    """Read the reviews that the folder lists; none where it has no sheet of them."""
    found = sheet_named(folder, "reviews")
    if found is None:
        return []
    sheet = read_sheet(found.read_bytes(), f"corpus/{found.name}", found.suffix, REVIEW_COLUMNS)
    sampled: Collection[str] = {code for row in sheet.rows for code in values(row["sampled"])}
    reviews, faults = read_reviews(sheet, sampled)
    if faults:
        raise ReviewError("rows that cannot be read", sheet.name, faults=faults)
    return reviews
