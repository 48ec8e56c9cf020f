"""Inclusion lists in: which primary studies a review includes, from a list of references.

A reference manager's export of the included studies is a list as it is; of a review's own reference
list a person says which entries are included studies. Studies that are there already are known by
DOI, PubMed number or title; what may be one of several is listed and not added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath

from themeweave.corpus.citations import markers
from themeweave.corpus.matching import ambiguous_reviews, match_reviews
from themeweave.corpus.readers import read_document
from themeweave.corpus.records import PrimaryStudy, Reference, Review
from themeweave.corpus.references import read_references
from themeweave.corpus.references.identity import plain
from themeweave.corpus.sheets import Sheet, read_sheet
from themeweave.errors import ReviewError
from themeweave.review.folder import open_folder
from themeweave.review.kept import sheet_named, write_rows
from themeweave.review.nearest import nearest

COLUMNS = ("review", "study", "label", "year", "title", "doi", "pmid")
_LISTS = (".ris", ".nbib", ".bib", ".bibtex", ".json", ".xml", ".enw")


@dataclass(frozen=True, slots=True)
class Included:
    """What became of a list: found = added + there + the doubtful."""

    found: int
    new: int  # of those added, studies that no review had before
    added: int  # inclusions of the review
    there: int  # inclusions that stood there already, or twice in the list
    by_name: tuple[str, ...]  # known by first author and year alone, in words; added
    doubtful: tuple[str, ...]  # may be one of several studies, in words; not added
    failed: tuple[str, ...]  # records that could not be read, in words


def add_studies(path: Path, review: str, raw: bytes, name: str, keys: str = "") -> Included:
    """Add the primary studies of a list to a review's inclusion list in corpus/citations.

    Parameters
    ----------
    review
        The id of the review that includes them.
    raw, name
        A file of references, or a document, whose reference list is read.
    keys
        Which entries are included studies, such as ``3,7-12``; empty for all of a file of
        references. A document needs it: its list holds more than its studies.

    Raises
    ------
    ReviewError
        Where there is no such review, entry or list, or a document comes without keys.
    """
    folder = open_folder(path)
    known_reviews = {one.id for one in folder.reviews}
    if review not in known_reviews:
        raise ReviewError(
            f"there is no review '{review}'{nearest(review, known_reviews)}",
            "corpus/reviews",
            "Name the review by its id there.",
        )
    references, failed = _references(raw, name, keys)
    sheet = _sheet(folder.path)
    studies = [_as_review(study) for study in folder.studies]
    matched, doubtful = match_reviews(references, studies), ambiguous_reviews(references, studies)
    bare = {study.id for study in folder.studies if not (study.title or study.doi or study.pmid)}
    held = {tick.study_id for tick in folder.citations if tick.review_id == review}
    labels = {study.id: study.label for study in folder.studies}
    rows: list[dict[str, str]] = []
    by_name: list[str] = []
    taken = set(held)
    new = 0
    for reference in references:
        if reference.id in doubtful:
            continue
        study = matched.get(reference.id) or _id(reference)
        if study in taken:
            continue
        taken.add(study)
        new += study not in labels
        if study in bare:
            by_name.append(f"{reference.id} ({_label(reference)}) is taken to be {labels[study]}")
        rows.append(_row(review, study, reference, labels.get(study, "")))
    if rows:
        file = sheet_named(folder.path, "citations") or folder.path / "corpus" / "citations.csv"
        columns = [*sheet.columns, *(column for column in COLUMNS if column not in sheet.columns)]
        write_rows(file, [*(row.cells for row in sheet.rows), *rows], columns)
    return Included(
        len(references) + len(failed),
        new,
        len(rows),
        len(references) - len(rows) - len(doubtful),
        tuple(by_name),
        tuple(
            f"{key} may be {' or '.join(labels.get(one, one) for one in ids)}"
            for key, ids in doubtful.items()
        ),
        failed,
    )


def _references(raw: bytes, name: str, keys: str) -> tuple[list[Reference], tuple[str, ...]]:
    """Give the references that are included studies, and the records that cannot be read."""
    failed: tuple[str, ...] = ()
    if PurePath(name).suffix.lower() in _LISTS:
        listed = read_references(raw, name)
        references: Sequence[Reference] = listed.references
        failed = tuple(f"record {f.number}, line {f.line}: {f.why}" for f in listed.failures)
    else:
        references = read_document(raw, name).references
        if not references or not keys:
            what = "has no reference list" if not references else "lists more than its studies"
            raise ReviewError(
                f"the document {what}",
                name,
                "Say which entries are included studies, such as --keys 3,7-12, or give a file "
                "from your reference manager.",
            )
    if not keys:
        return list(references), failed
    by_id = {reference.id: reference for reference in references}
    wanted = [key for marker in markers(f"x [{keys}].") for key in marker.keys]
    wanted = wanted or [key.strip() for key in keys.split(",")]
    if missing := [key for key in wanted if key not in by_id]:
        raise ReviewError(
            "entries that the reference list does not have",
            name,
            f"Its entries are {references[0].id} to {references[-1].id}.",
            faults=[f"'{key}'" for key in missing],
        )
    return [by_id[key] for key in wanted], failed


def _sheet(folder: Path) -> Sheet:
    file = sheet_named(folder, "citations")
    if file is None:
        return Sheet("corpus/citations.csv", COLUMNS[:3], ())
    return read_sheet(file.read_bytes(), f"corpus/{file.name}", file.suffix)


def _as_review(study: PrimaryStudy) -> Review:
    """Let a study be known by the same signs as a review is."""
    identifiers = f"{study.doi} PMID {study.pmid}" if study.pmid else study.doi
    return Review(study.id, study.label, title=study.title, year=study.year, doi=identifiers)


def _id(reference: Reference) -> str:
    identity = reference.doi or f"{plain(reference.title or reference.text)}{reference.year}"
    return "S" + sha256(identity.encode()).hexdigest()[:6]


def _label(reference: Reference) -> str:
    author = reference.authors[0] if reference.authors else reference.text.split(",")[0][:40]
    return f"{author} {reference.year}".strip() or f"reference {reference.id}"


def _row(review: str, study: str, reference: Reference, label: str) -> dict[str, str]:
    values: Mapping[str, str] = {
        "review": review,
        "study": study,
        "label": label or _label(reference),
        "year": reference.year[:4],
        "title": reference.title,
        "doi": reference.doi,
        "pmid": reference.pmid,
    }
    return dict(values)
