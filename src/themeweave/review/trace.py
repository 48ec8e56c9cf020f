"""Tracing: from a table's cell, a theme, a finding or a review back to everything it rests on.

A trace goes the way that the review went, backwards: theme, findings, quotations in their
document, reviews, primary studies, and the decisions: who, when, why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from themeweave.errors import ReviewError
from themeweave.report.addresses import addresses, by_name, cell_at, parts
from themeweave.report.coded import Answer, CodedFinding
from themeweave.report.page.records import TrailRow
from themeweave.report.tables import Table
from themeweave.review.files import Progress, quiet
from themeweave.review.folder import THEMES, ReviewFolder, open_folder
from themeweave.review.judged import ratings_of
from themeweave.review.nearest import nearest
from themeweave.review.outputs import tables_of
from themeweave.review.page_trail import act_rows, trail_rows
from themeweave.review.places import context_words, page_of
from themeweave.review.synthesis import Synthesis, synthesise

Kind = Literal["cell", "theme", "finding", "review"]
KINDS: tuple[Kind, ...] = ("finding", "theme", "review")  # that may stand before an id
FIELDS = ("theme", "subtheme", "perspective", "domain", "construct", "valence")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands in a document."""

    document: str  # the file's name
    section: str
    page: int | None  # None where the document has no pages
    start: int  # in characters of the document's text
    end: int
    context: str  # the words, with those around them


@dataclass(frozen=True, slots=True)
class Read:
    """What a finding is read as in one field, and on whose word."""

    field: str
    code: str
    name: str
    basis: str  # confirmed, disputed, suggested or unclear
    by: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class TracedFinding:
    """A finding with all that stands behind it."""

    id: str
    text: str
    reviews: tuple[str, ...]  # labels
    readings: tuple[Read, ...]
    place: Place | None  # None where it came from a sheet, not a document
    decisions: tuple[TrailRow, ...]


@dataclass(frozen=True, slots=True)
class TracedReview:
    """A review with its quality and its primary studies."""

    id: str
    label: str
    title: str
    rating: str  # empty where it is not known
    studies: tuple[str, ...]  # labels; empty where its inclusion list is not known
    findings: tuple[str, ...]  # ids, of those traced


@dataclass(frozen=True, slots=True)
class Trace:
    """What an address names, and everything it rests on."""

    address: str
    kind: Kind
    text: str
    about: str  # the table's title, or what the codebook says of a theme
    findings: tuple[TracedFinding, ...]
    reviews: tuple[TracedReview, ...]
    acts: tuple[TrailRow, ...]  # what people did to the theme itself


def trace(path: Path, address: str, progress: Progress = quiet) -> Trace:
    """Trace what an address names in a review folder.

    Parameters
    ----------
    address
        Of a cell (``table:row:column``), or the id of a finding, a theme or a review, with
        ``finding:``, ``theme:`` or ``review:`` in front where several have that id.

    Raises
    ------
    ReviewError
        Where nothing has the address, naming what is near, or several things have it.
    """
    return traced(synthesise(open_folder(path), progress), address)


def traced(synthesis: Synthesis, address: str) -> Trace:
    """Trace what an address names in a synthesis."""
    named = {finding.id for finding in synthesis.folder.findings}
    if address.count(":") > 1 and address.partition(":")[0] not in KINDS and address not in named:
        return _of_cell(synthesis, address)
    kind, name = _resolve(synthesis, address)
    if kind == "finding":
        found = [c for c in synthesis.coded if c.finding.id == name]
        return _trace(synthesis, f"finding:{name}", kind, found[0].finding.text, "", found)
    if kind == "review":
        cited = [c for c in synthesis.coded if name in c.finding.cited]
        review = next(r for r in synthesis.folder.reviews if r.id == name)
        return _trace(synthesis, f"review:{name}", kind, review.label, review.title, cited, name)
    return _of_theme(synthesis, name)


def listed(path: Path, table: str, progress: Progress = quiet) -> list[tuple[str, str]]:
    """List the addresses of a table with what the cells say; without a table, the tables.

    Raises
    ------
    ReviewError
        Where there is no such table.
    """
    tables = by_name(tables_of(synthesise(open_folder(path), progress)))
    if not table:
        return [(name, one.title) for name, one in tables.items()]
    found = _table(tables, table)
    return [(place, cell.text) for place, cell in addresses(found).items()]


def _table(tables: Mapping[str, Table], name: str) -> Table:
    if name not in tables:
        raise ReviewError(
            f"there is no table '{name}'{nearest(name, tables)}",
            "",
            f"Tables: {', '.join(tables)}. 'themeweave trace --list' says what they show.",
        )
    return tables[name]


def _of_cell(synthesis: Synthesis, address: str) -> Trace:
    table = _table(by_name(tables_of(synthesis)), parts(address)[0])
    cell = cell_at(table, address)
    wanted = set(cell.sources)
    found = [c for c in synthesis.coded if c.finding.id in wanted]
    return _trace(synthesis, address, "cell", cell.text, table.title, found)


def _of_theme(synthesis: Synthesis, code: str) -> Trace:
    found = [c for c in synthesis.coded if code in (c.theme.code_id, c.subtheme.code_id)]
    book = synthesis.folder.book(THEMES)
    if code in book.by_id:
        name, about = book.name(code), book.by_id[code].definition
    else:
        answers = (a for c in found for a in (c.theme, c.subtheme) if a.code_id == code)
        name, about = next(answers).text, "a candidate theme, which nobody has kept yet"
    return _trace(synthesis, f"theme:{code}", "theme", name, about, found, act_of=code)


def _resolve(synthesis: Synthesis, address: str) -> tuple[Kind, str]:
    """Tell what an id is of."""
    folder = synthesis.folder
    answers = [a for c in synthesis.coded for a in (c.theme, c.subtheme)]
    labels = {review.label: review.id for review in folder.reviews}
    known: dict[Kind, set[str]] = {
        "finding": {finding.id for finding in folder.findings},
        "theme": set(folder.book(THEMES).by_id)
        | {a.code_id for a in answers if a.code_id and a.basis != "unclear"},
        "review": {review.id for review in folder.reviews},
    }
    stated, _, rest = address.partition(":")
    for kind in KINDS:
        if stated == kind and rest:
            name = labels.get(rest, rest) if kind == "review" else rest
            if name not in known[kind]:
                raise _nothing(address, f"{kind} '{rest}'", rest, [*known[kind]])
            return kind, name
    found = [kind for kind in KINDS if address in known[kind]]
    if not found and address in labels:
        return "review", labels[address]
    if not found:
        every = [*(name for names in known.values() for name in names), *labels]
        raise _nothing(address, f"finding, theme or review '{address}'", address, every)
    if len(found) > 1:
        raise ReviewError(
            f"'{address}' is the id of a {' and of a '.join(found)}",
            "",
            f"Say which: {' or '.join(f'{kind}:{address}' for kind in found)}.",
        )
    return found[0], address


def _nothing(address: str, what: str, name: str, known: Iterable[str]) -> ReviewError:
    return ReviewError(
        f"there is no {what}{nearest(name, known)}",
        f"address '{address}'",
        "Give the id of a finding, a theme or a review, or a cell as table:row:column; 'themeweave "
        "trace --list TABLE' shows the addresses of a table.",
    )


def _trace(
    synthesis: Synthesis,
    address: str,
    kind: Kind,
    text: str,
    about: str,
    coded: Sequence[CodedFinding],
    review: str = "",
    act_of: str = "",
) -> Trace:
    trail: defaultdict[str, list[TrailRow]] = defaultdict(list)
    for row in trail_rows(synthesis):
        trail[row.finding].append(row)
    folder = synthesis.folder
    findings = tuple(_finding(c, folder, trail[c.finding.id]) for c in coded)
    cited = {review} if review else {one for c in coded for one in c.finding.cited}
    acts = tuple(act_rows(folder, act_of)) if act_of else ()
    reviews = tuple(_reviews(folder, cited, coded))
    return Trace(address, kind, text, about, findings, reviews, acts)


def _finding(c: CodedFinding, folder: ReviewFolder, decided: Iterable[TrailRow]) -> TracedFinding:
    answers: list[tuple[str, Answer]] = [(field, getattr(c, field)) for field in FIELDS]
    return TracedFinding(
        c.finding.id,
        c.finding.text,
        c.reviews,
        tuple(
            Read(field, a.code_id, a.text, a.basis, a.by, a.reason)
            for field, a in answers
            if a.code_id
        ),
        _place(c, folder),
        tuple(decided),
    )


def _place(c: CodedFinding, folder: ReviewFolder) -> Place | None:
    passage = c.finding.passage
    if passage is None or passage.document_id not in folder.documents:
        return None
    return Place(
        folder.documents[passage.document_id].name,
        passage.section,
        page_of(c.finding, folder.documents),
        passage.start,
        passage.end,
        context_words(c.finding, folder.documents),
    )


def _reviews(
    folder: ReviewFolder, cited: Iterable[str], coded: Sequence[CodedFinding]
) -> Iterable[TracedReview]:
    """Give the reviews cited, those that state most first."""
    names = {study.id: study.label for study in folder.studies}
    known = {review.id: review for review in folder.reviews}
    ratings = ratings_of(folder)
    stated = {
        review: tuple(c.finding.id for c in coded if review in c.finding.cited) for review in cited
    }
    for review_id in sorted(stated, key=lambda one: (-len(stated[one]), one)):
        review = known.get(review_id)
        ticks = [t.study_id for t in folder.citations if t.review_id == review_id]
        yield TracedReview(
            review_id,
            review.label if review else review_id,
            review.title if review else "",
            ratings.get(review_id, "").replace("_", " "),
            tuple(sorted((names.get(study, study) for study in ticks), key=str.casefold)),
            stated[review_id],
        )
