"""A review without the people who made it, to be given away.

What a rule can decide is done: coders get numbers, what they wrote in their own name and the days
on which they did are left out, and their names in titles and file names are replaced. Findings,
documents and codes stay word for word, since offsets count in them; where one mentions a person by
the rules of `mentions`, its place is listed for somebody to look at. Authors of published reviews
are cited, not hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Coding, Decision
from themeweave.corpus.records import Review
from themeweave.exchange.content import SUGGESTED, Content
from themeweave.exchange.guids import guid, plain
from themeweave.exchange.losses import Losses
from themeweave.exchange.mentions import People
from themeweave.exchange.outgoing import Origin

_Value = TypeVar("_Value")
_REPLACED = "the name of a coder was replaced in it"


def people_of(coders: Collection[str], decisions: Iterable[Decision]) -> People:
    """Give coders numbers by their first decision; who made none comes last, in no telling order.

    Examples
    --------
    >>> made = [Decision("F1", "v", "a", True, "ana", 1, "2026-03-01T00:00:00Z"),
    ...         Decision("F1", "v", "a", True, "zoe", 1, "2026-02-01T00:00:00Z")]
    >>> people_of({"ana", "zoe"}, made).aliases
    {'zoe': 'Coder 1', 'ana': 'Coder 2'}
    """
    first: dict[str, str] = {}
    for decision in decisions:
        earlier = first.get(decision.coder, decision.decided_at)
        first[decision.coder] = min(earlier, decision.decided_at)
    order = sorted(coders, key=lambda c: (c not in first, first.get(c, ""), guid("user", c)))
    return People({coder: f"Coder {n}" for n, coder in enumerate(order, start=1)})


def without_people(
    content: Content, origin: Origin, people: People, losses: Losses
) -> tuple[Content, Origin]:
    """Leave out of a review who made it.

    Parameters
    ----------
    content, origin
        The review, and the ids under which things came from other programs.
    people
        All coders, those without decisions too.
    losses
        Told of what was replaced and left out, and of every place that somebody should look at.
    """
    ids = {own: people.replaced(own) for own in content.books}
    books = {ids[own]: _book(ids[own], book, people) for own, book in content.books.items()}
    documents = {
        own: replace(document, name=people.replaced(document.name))
        for own, document in content.documents.items()
    }
    files = {document.name for document in content.documents.values()} | set(origin.names)
    made = replace(
        content,
        title=people.replaced(content.title),
        reviews=tuple(_review(review, files, people) for review in content.reviews),
        documents=documents,
        books=books,
        codings=tuple(_coding(one, ids, people) for one in content.codings),
        decisions=tuple(
            replace(
                one,
                codebook=ids.get(one.codebook, one.codebook),
                coder=people.aliases[one.coder],
                decided_at="",
                reason="",
            )
            for one in content.decisions
        ),
        adjudicators=frozenset(people.aliases[coder] for coder in content.adjudicators),
        memos=(),
    )
    _say(content, made, people, losses)
    for element, place, text in _texts(made):
        for told in people.mentions(text):
            losses.look(element, f"{place}, characters {told.start}-{told.end}", told.what)
    return made, _origin(origin, content, ids, people, losses)


def _review(review: Review, files: Collection[str], people: People) -> Review:
    """Replace names in the label of a text that was listed as a review under its file's name."""
    label, title = review.label, review.title
    return replace(
        review,
        label=people.replaced(label) if label in files else label,
        title=people.replaced(title) if title in files else title,
    )


def _book(own: str, book: Codebook, people: People) -> Codebook:
    return replace(
        book,
        id=own,
        title=people.replaced(book.title),
        version=people.replaced(book.version),
        source=people.replaced(book.source),
    )


def _coding(coding: Coding, ids: Mapping[str, str], people: People) -> Coding:
    """Give who made a coding a number; a suggester is a program and keeps its name and reason."""
    book = ids[coding.codebook]
    if coding.basis == SUGGESTED:
        return replace(coding, codebook=book, reason=people.replaced(coding.reason))
    by = tuple(sorted((people.aliases[c] for c in coding.by), key=lambda c: (len(c), c)))
    return replace(coding, codebook=book, by=by, reason="")


def _say(before: Content, after: Content, people: People, losses: Losses) -> None:
    """Note what was replaced and left out, without a name."""
    if people.aliases:
        why = "named 'Coder 1' and so on by their first decision; who is which is written nowhere"
        losses.repaired("coders", str(len(people.aliases)), why)
    if dated := sum(bool(one.decided_at) for one in before.decisions):
        losses.dropped("dates of decisions", str(dated), "they can tell who worked on that day")
    if reasons := sum(bool(one.reason) for one in before.decisions):
        losses.dropped("reasons of decisions", str(reasons), "coders wrote them in their own name")
    if before.memos:
        losses.dropped("memos", str(len(before.memos)), "coders wrote them in their own name")
    for element, old, new in _titles(before, after):
        if old != new:
            losses.repaired(element, new, _REPLACED)


def _titles(before: Content, after: Content) -> Iterator[tuple[str, str, str]]:
    """Iterate what things are called, before and after."""
    yield "title", before.title, after.title
    for own, document in after.documents.items():
        yield "document", before.documents[own].name, document.name
    for was, review in zip(before.reviews, after.reviews, strict=True):
        yield "review", was.label, review.label
    for old, book in zip(before.books.values(), after.books.values(), strict=True):
        yield "codebook", old.id, book.id
        yield "codebook's title", old.title, book.title
        yield "codebook's source", old.source, book.source


def _texts(content: Content) -> Iterator[tuple[str, str, str]]:
    """Iterate what stays word for word: kind, place and text."""
    for review in content.reviews:
        yield "review", f"{review.id}, id", review.id
        if not review.title:  # it may be a text's that was listed as a review, not a citation
            yield "review", f"{review.id}, label", review.label
    for finding in content.findings:
        yield "finding", f"{finding.id}, id", finding.id
        yield "finding", f"{finding.id}, strand", finding.strand
        yield "finding", f"{finding.id}, section", finding.section
        if finding.passage is None or finding.passage.document_id not in content.documents:
            yield "finding", finding.id, finding.text
    for document in content.documents.values():
        yield "document", document.name, document.text
    for book in content.books.values():
        for code in book.codes:
            for part, text in _parts(code):
                yield "code", f"{book.id}={code.id}, {part}", text


def _parts(code: Code) -> Iterator[tuple[str, str]]:
    yield "id", code.id
    yield "name", code.name
    yield "level", code.level
    yield "definition", code.definition
    for part, texts in (("include", code.include), ("exclude", code.exclude), ("cue", code.cues)):
        for number, text in enumerate(texts, start=1):
            yield f"{part} {number}", text
    for number, example in enumerate(code.examples, start=1):
        yield f"example {number}", example.text


def _origin(
    origin: Origin, content: Content, ids: Mapping[str, str], people: People, losses: Losses
) -> Origin:
    """Keep the ids of things, not those of people, nor what pointed at people and their memos."""
    gone = {plain(row["id"]) or guid("memo", row["id"]) for row in content.memos}
    gone |= set(origin.users.values())
    ties = [t for t in origin.ties if not gone & {t.origin, t.target}]
    drawn = [p for p in origin.pictures if not gone & {thing for thing, _, _ in p.points}]
    for what, lost in (
        ("links", len(origin.ties) - len(ties)),
        ("drawn networks", len(origin.pictures) - len(drawn)),
    ):
        if lost:
            losses.dropped(what, str(lost), "they point at memos or coders, which are left out")
    if told := sum(bool(group.description) for group in origin.groups):
        losses.dropped("descriptions of sets", str(told), "somebody wrote them in their own name")
    return replace(
        origin,
        users={},
        names={people.replaced(name): own for name, own in origin.names.items()},
        codes=_of_books(origin.codes, ids),
        looks=_of_books(origin.looks, ids),
        branches={ids.get(book, book): own for book, own in origin.branches.items()},
        groups=tuple(
            replace(
                group,
                name=people.replaced(group.name),
                description="",
                members=tuple(m for m in group.members if m not in gone),
            )
            for group in origin.groups
        ),
        ties=tuple(replace(tie, name=people.replaced(tie.name)) for tie in ties),
        pictures=tuple(replace(one, name=people.replaced(one.name)) for one in drawn),
    )


def _of_books(held: Mapping[str, _Value], ids: Mapping[str, str]) -> dict[str, _Value]:
    """Rename the codebooks in keys of the form ``codebook=code``."""
    parts = ((key.partition("="), value) for key, value in held.items())
    return {f"{ids.get(book, book)}={code}": value for (book, _, code), value in parts}
