"""A review as a project for other programs: what they have a place for, under ids that stay.

Decisions go out as each coder made them, not as they settled: a dispute stays one. Codebooks stand
as branches of the tree of codes, except those that came from such a program, whose codes stand
where they stood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision, rejections, settle
from themeweave.corpus.records import Document, Review
from themeweave.exchange.content import SUGGESTED, Content
from themeweave.exchange.guids import guid, plain
from themeweave.exchange.losses import Losses
from themeweave.exchange.ours import FORMAT, record_of
from themeweave.exchange.project import (
    Applied,
    CodeNode,
    Group,
    Memo,
    Picture,
    Project,
    Selection,
    Source,
    Tie,
    User,
)
from themeweave.findings.records import Finding

_Thing = TypeVar("_Thing", Group, Picture)
REASON = "Reason"  # the name of a memo that says why a coding was made
SUGGESTER = guid("user", "suggestion")
_MADE = "Made of findings that stand in no document"
_SHEET = "findings without a document"


@dataclass(frozen=True, slots=True)
class Origin:
    """Under which ids things came from other programs, and what is kept for them."""

    codes: Mapping[str, str] = field(default_factory=dict)  # codebook=code -> GUID
    findings: Mapping[str, str] = field(default_factory=dict)  # finding -> GUID of a selection
    sources: Mapping[str, str] = field(default_factory=dict)  # document -> GUID
    users: Mapping[str, str] = field(default_factory=dict)  # coder -> GUID
    branches: Mapping[str, str] = field(default_factory=dict)  # codebook -> GUID of its branch
    names: Mapping[str, str] = field(default_factory=dict)  # name of a source without text -> GUID
    looks: Mapping[str, tuple[str, bool]] = field(default_factory=dict)  # colour, can be given
    groups: tuple[Group, ...] = ()
    ties: tuple[Tie, ...] = ()
    pictures: tuple[Picture, ...] = ()


def project_of(
    content: Content, origin: Origin, losses: Losses, *, everything: bool = False
) -> Project:
    """Make a project of a review.

    Parameters
    ----------
    content
        The review; codings that are only suggested go out by a user of their own.
    origin
        Ids to be kept.
    losses
        Told of what no other program has a place for.
    everything
        Whether codebooks go out that no finding is coded with.
    """
    books = [b for b in content.books.values() if everything or _is_used(b, content, origin)]
    codes = tuple(_codes(books, origin))
    of_finding = {f.id: _id(origin.findings, f.id, "finding") for f in content.findings}
    sources, selections = _sources(content, origin, of_finding)
    applied, reasons = _applied(content, origin, of_finding)
    used = {one.user for one in applied}
    coders = sorted({d.coder for d in content.decisions})
    users = [User(_id(origin.users, coder, "user"), coder) for coder in coders]
    if SUGGESTER in used:
        users.append(User(SUGGESTER, "suggested, not confirmed (themeweave)"))
    memos = [*_memos(content, origin, of_finding), *reasons]
    refused = list(_rejected(content, of_finding))
    for book in content.books.values():
        if book not in books and book.codes:
            why = "no finding is coded with it; 'themeweave export qdc' writes every codebook"
            losses.dropped("codebook", book.id, why)
        elif any(c.include or c.exclude or c.cues or c.examples for c in book.codes):
            losses.repaired(
                "codebook", book.id, "its rules, cues and examples go into the sidecar only"
            )
    if refused:
        why = "no other program has a place for them; they go into the sidecar only"
        losses.repaired("rejections", str(len(refused)), why)
    return Project(
        content.title,
        content.program,
        tuple(users),
        codes,
        sources,
        selections,
        tuple(applied),
        tuple(memos),
        _once((*_voices(content, sources, selections), *origin.groups)),
        origin.ties,
        _once((*_network(content, origin), *origin.pictures)),
        extras=_extras(content, origin, of_finding, refused),
    )


def _once(things: tuple[_Thing, ...]) -> tuple[_Thing, ...]:
    """Keep the first of several with one id: ours came back with an import."""
    return tuple({thing.id: thing for thing in reversed(things)}.values())[::-1]


def code_guid(origin: Origin, book: str, code: str) -> str:
    """Give the GUID under which a code goes out."""
    return origin.codes.get(f"{book}={code}") or guid("code", book, code)


def _id(kept: Mapping[str, str], own: str, kind: str) -> str:
    return kept.get(own) or guid(kind, own)


def _is_used(book: Codebook, content: Content, origin: Origin) -> bool:
    """Tell whether a codebook holds codings, the review's themes, or what came by an import."""
    coded = {c.codebook for c in content.codings} | {d.codebook for d in content.decisions}
    came = any(f"{book.id}={code.id}" in origin.codes for code in book.codes)
    return book.id == "themes" or book.id in coded or came


def _codes(books: Iterable[Codebook], origin: Origin) -> Iterator[CodeNode]:
    for book in books:
        if not book.codes:
            continue
        came = any(f"{book.id}={code.id}" in origin.codes for code in book.codes)
        branch = origin.branches.get(book.id) or ("" if came else guid("codebook", book.id))
        if branch:
            yield CodeNode(branch, book.title, "", book.source, codable=False)
        for code in _downwards(book):
            parent = book.by_id[code].parent
            above = code_guid(origin, book.id, parent) if parent else branch
            own = code_guid(origin, book.id, code)
            color, codable = origin.looks.get(f"{book.id}={code}", ("", True))
            definition = book.by_id[code].definition
            yield CodeNode(own, book.name(code), above, definition, codable, color)


def _downwards(book: Codebook) -> Iterator[str]:
    """Iterate codes as a tree, each above those below it."""
    below: dict[str, list[str]] = defaultdict(list)
    for code in book.codes:
        below[code.parent].append(code.id)
    waiting = below[""][::-1]
    while waiting:
        own = waiting.pop()
        yield own
        waiting += below[own][::-1]


def _sources(
    content: Content, origin: Origin, of_finding: Mapping[str, str]
) -> tuple[tuple[Source, ...], tuple[Selection, ...]]:
    """Give each document as a source, and what came from a sheet as one made of its findings."""
    sources = [
        Source(
            _id(origin.sources, document.id, "document"),
            document.name,
            document.text,
            values=_values(document, content),
        )
        for document in content.documents.values()
    ]
    texts: dict[str, list[str]] = defaultdict(list)
    lengths: dict[str, int] = defaultdict(int)
    selections: list[Selection] = []
    for finding in content.findings:
        own, place = of_finding[finding.id], finding.passage
        if place is not None and place.document_id in content.documents:
            source = _id(origin.sources, place.document_id, "document")
            text = content.documents[place.document_id].text[place.start : place.end]
            selections.append(Selection(own, source, text, place.start, place.end))
            continue
        name = "; ".join(content.labels.get(r, r) for r in finding.cited[:1]) or _SHEET
        start = lengths[name]
        texts[name].append(finding.text)
        lengths[name] += len(finding.text) + 2
        made = origin.names.get(name) or guid("sheet", name)
        end = start + len(finding.text)
        selections.append(Selection(own, made, finding.text, start, end))
    sources += [
        Source(origin.names.get(name) or guid("sheet", name), name, "\n\n".join(parts), _MADE)
        for name, parts in texts.items()
    ]
    return tuple(sources), tuple(selections)


def _values(document: Document, content: Content) -> dict[str, str]:
    """Give what is known of the one review whose text a document is."""
    cited = {
        review
        for f in content.findings
        if f.passage and f.passage.document_id == document.id
        for review in f.cited
    }
    reviews = {review.id: review for review in content.reviews}
    if len(cited) != 1 or not cited & set(reviews):
        return {}
    review: Review = reviews[cited.pop()]
    held = {"year": review.year, "type": review.type, "population": review.population}
    held |= {"amstar2": review.amstar2, "doi": review.doi}
    return {name: value for name, value in held.items() if value}


def _applied(
    content: Content, origin: Origin, of_finding: Mapping[str, str]
) -> tuple[list[Applied], list[Memo]]:
    """Give each coder's standing acceptances, with their reasons as memos."""
    applied: list[Applied] = []
    reasons: list[Memo] = []
    for coder, made in sorted(_by_coder(content.decisions).items()):
        user = _id(origin.users, coder, "user")
        last = {(d.finding_id, d.codebook, d.code_id): d for d in made}
        for coding in settle([], made, content.books):
            if coding.finding_id not in of_finding:
                continue
            decision = last[coding.finding_id, coding.codebook, coding.code_id]
            own = guid("coding", coder, coding.finding_id, coding.codebook, coding.code_id)
            code = code_guid(origin, coding.codebook, coding.code_id)
            chosen = of_finding[coding.finding_id]
            applied.append(Applied(own, chosen, code, user, decision.decided_at))
            if decision.reason:
                memo = guid("reason", own)
                reasons.append(
                    Memo(memo, REASON, decision.reason, (own,), user, decision.decided_at)
                )
    for coding in content.codings:
        if coding.basis == SUGGESTED and coding.finding_id in of_finding:
            own = guid("suggested", coding.finding_id, coding.codebook, coding.code_id)
            code = code_guid(origin, coding.codebook, coding.code_id)
            applied.append(Applied(own, of_finding[coding.finding_id], code, SUGGESTER))
    return applied, reasons


def _by_coder(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    by_coder: dict[str, list[Decision]] = defaultdict(list)
    for decision in sorted(decisions, key=lambda d: d.sequence):
        by_coder[decision.coder].append(decision)
    return by_coder


def _rejected(content: Content, of_finding: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for coder, made in sorted(_by_coder(content.decisions).items()):
        last = {(d.finding_id, d.codebook, d.code_id): d for d in made}
        for book in content.books.values():
            for finding, codes in sorted(rejections(made, book).items()):
                for code in sorted(codes):
                    decision = last[finding, book.id, code]
                    if finding in of_finding:
                        yield {
                            "selection": of_finding[finding],
                            "codebook": book.id,
                            "code": code,
                            "coder": coder,
                            "at": decision.decided_at,
                            "reason": decision.reason,
                        }


def _memos(content: Content, origin: Origin, of_finding: Mapping[str, str]) -> Iterator[Memo]:
    users = {d.coder for d in content.decisions}
    for row in content.memos:
        about: list[str] = []
        for thing in filter(None, (part.strip() for part in row.get("about", "").split(";"))):
            kind, _, own = thing.partition(" ")
            book, _, code = own.partition("=")
            known = {
                "finding": of_finding.get(own, ""),
                "code": code_guid(origin, book, code) if code else "",
                "document": _id(origin.sources, own, "document"),
            }
            about.append(known.get(kind) or thing)
        by = row.get("by", "")
        user = _id(origin.users, by, "user") if by in users else ""
        made = plain(row["id"]) or guid("memo", row["id"])
        title, text, at = row.get("title", ""), row.get("text", ""), row.get("at", "")
        yield Memo(made, title, text, tuple(about), user, at)


def _voices(
    content: Content, sources: Iterable[Source], selections: Iterable[Selection]
) -> Iterator[Group]:
    """Give sets of the sources that hold a perspective or direction which a person confirmed."""
    place = {selection.id: selection.source for selection in selections}
    known = {source.id for source in sources}
    of_code: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    ids = dict(zip((f.id for f in content.findings), place, strict=False))
    for coding in content.codings:
        if coding.codebook in ("perspectives", "valence") and coding.basis == "confirmed":
            source = place.get(ids.get(coding.finding_id, ""), "")
            if source in known:
                of_code[coding.codebook, coding.code_id][source] = None
    for (book, code), members in of_code.items():
        name = f"{content.books[book].title}: {content.books[book].name(code)}"
        yield Group(guid("set", book, code), name, tuple(members))


def _network(content: Content, origin: Origin) -> Iterator[Picture]:
    """Draw the themes as a network: overarching ones in a column, what stands below beside them."""
    book = content.books.get("themes")
    if book is None or not book.codes:
        return
    order = list(_downwards(book))
    place = {own: n for n, own in enumerate(order)}
    points = tuple(
        (code_guid(origin, book.id, own), 40 + 260 * (len(book.path(own)) - 1), 40 + 60 * n)
        for own, n in place.items()
    )
    lines = tuple(
        (place[book.by_id[own].parent], n, "OneWay")
        for own, n in place.items()
        if book.by_id[own].parent
    )
    yield Picture(guid("graph", "themes"), book.title, points, lines)


def _extras(
    content: Content,
    origin: Origin,
    of_finding: Mapping[str, str],
    refused: list[dict[str, object]],
) -> dict[str, object]:
    def record(finding: Finding) -> dict[str, object]:
        held = {"id": finding.id, "cited": list(finding.cited), "strand": finding.strand}
        return {k: v for k, v in {**held, "section": finding.section}.items() if v}

    return {
        "format": FORMAT,
        "findings": {of_finding[f.id]: record(f) for f in content.findings},
        "codes": {
            code_guid(origin, book.id, code.id): {"codebook": book.id, "code": code.id}
            for book in content.books.values()
            for code in book.codes
        },
        "codebooks": {own: record_of(book) for own, book in content.books.items()},
        "rejections": refused,
    }
