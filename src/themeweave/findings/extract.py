"""Extraction: which sentences and clauses of a document are candidate findings.

Headings give the stretches where findings may stand (`headings`), words say what a sentence is
(`claims`), citations cut sentences into clauses (`clauses`), and a sentence without a citation
takes that of the sentence it belongs to. Every candidate is a verbatim span of the document; what
is resolved or completed for a reader stands apart, in ``display``. Nothing is final: a person
keeps or drops each candidate.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from themeweave.corpus.citations import markers, resolve
from themeweave.corpus.records import Document
from themeweave.corpus.segments import paragraphs, sentences
from themeweave.findings.claims import barred, weigh
from themeweave.findings.clauses import Cited, references, split, unresolved, without
from themeweave.findings.headings import Role, stretches
from themeweave.findings.quotations import Quotation, quotations
from themeweave.findings.subjects import abbreviations, antecedent, display

Basis = Literal["explicit", "inherited", ""]
Kind = Literal["finding", "quotation"]
_Span = TypeVar("_Span", Cited, Quotation)

LEAST, LEAST_OUTSIDE = 0.5, 0.6  # a sentence that weighs less is not proposed: in results, outside
_MOSTLY = 0.6  # of a sentence that is quoted: then the quotation stands for it
_CONTINUES = re.compile(
    r"(?:This|These|That|Those|It|They|Their|Its|Such|He|She|His|Her|However|Nevertheless"
    r"|Nonetheless|Moreover|Furthermore|Additionally|In addition|Similarly|Likewise|Also|Thus|Hence"
    r"|Therefore|Consequently|As a result|For example|For instance|In contrast|By contrast"
    r"|Conversely|Instead|Yet|But|And|Here|Linked to this|Related(?:ly| to this)|Despite this"
    r"|Because of this|Other(?:s| )|On the other hand|In turn|Indeed|In particular|Again"
    r"|Reasons? for this)\b"
)
_CAPTION = re.compile(
    r"\W{0,3}(?:fig(?:ure|\.)?|table|box|panel|appendix)\W{0,3}\s*"
    r"(?-i:[A-Z]?\d+[a-z]?|[IVX]+|[A-Z])\b[.:*)|\s]",
    re.IGNORECASE,
)
_ROW = re.compile(r"\s*\||.*\t.*\t|\s*(?:```|~~~|<!--)")
_MARK = re.compile(r"(?:\s*(?:>|[-*+•–]\s|\d{1,3}[.)]\s|\([a-z\d]{1,3}\)\s))*\s*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that a person may keep as a finding: ``text == document.text[start:end]``."""

    start: int
    end: int
    text: str
    section: str  # headings from the outermost in, joined with ' > '
    cited: tuple[str, ...]  # ids of references of the document
    cited_basis: Basis  # empty where nothing is cited
    score: float  # 0 to 1: how much speaks for a finding; comparable across documents
    kind: Kind
    speaker: str  # of a quotation, in the document's words; otherwise empty
    display: str  # pronouns, abbreviations and shared beginnings resolved in square brackets
    reason: str  # why it is proposed
    unresolved: tuple[str, ...] = ()  # cited keys that the reference list does not have


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    citations: tuple[Cited, ...]
    plain: str  # without citations
    barred: str  # what it is, where it is not a finding
    quoted: bool  # it is mostly the words of a participant

    @property
    def continues(self) -> bool:
        return bool(_CONTINUES.match(self.plain))


def extract(document: Document) -> list[Candidate]:
    r"""Propose the findings of a document, in the order of its text.

    Findings are looked for under headings of results and themes. A document that has none, such
    as a narrative review, is read wherever no heading closes a part, and only sentences with a
    citation are proposed.

    Parameters
    ----------
    document
        Its sections and references as its reader gave them; one without sections is read as a
        narrative review.

    Returns
    -------
    list of Candidate
        Empty where nothing reads as a finding.

    Examples
    --------
    >>> from themeweave.corpus.readers.markdown import read
    >>> article = read(b"# Rotas\n## Results\nNurses felt that rotas were unfair.\n", "a.md")
    >>> [(found.section, found.text) for found in extract(article)]
    [('Results', 'Nurses felt that rotas were unfair.')]
    """
    text = document.text
    parts = stretches(text, document.sections)
    has_results = any(part.role == "results" for part in parts)
    cited = _cited(document)
    long_forms = abbreviations(text)
    found: list[Candidate] = []
    for part in parts:
        if part.role in ("closed", "about") or (has_results and not part.in_results):
            continue
        role: Role = part.role if has_results or part.role == "themes" else ""
        for start, end in paragraphs(text, part.start, part.end):
            if not _CAPTION.match(text, start, end) and not _ROW.match(text, start, end):
                inside = _starting(cited, start, end)
                proposed = _paragraph(text, start, end, role, inside, long_forms)
                found += [replace(candidate, section=part.path) for candidate in proposed]
    return found


def _paragraph(
    text: str,
    start: int,
    end: int,
    role: Role,
    citations: Sequence[Cited],
    long_forms: Mapping[str, str],
) -> Iterator[Candidate]:
    """Propose what one paragraph holds; the section is filled in by the caller."""
    quoted = quotations(text, start, end)
    read = list(_sentences(text, start, end, role, citations, quoted))
    sources = _sources(read)
    they = ""
    for sentence, (basis, cited) in zip(read, sources, strict=True):
        if not sentence.barred and not sentence.quoted and (role or basis):
            yield from _findings(text, sentence, role, basis, cited, they, long_forms)
        they = antecedent(sentence.plain, they)
        for quotation in _starting(quoted, sentence.start, sentence.end):
            yield _quotation(text, quotation, role, basis, cited)


def _findings(
    text: str,
    sentence: _Sentence,
    role: Role,
    basis: Basis,
    sources: Sequence[Cited],
    they: str,
    long_forms: Mapping[str, str],
) -> Iterator[Candidate]:
    """Propose a sentence that weighs enough, clause by clause where its sources differ."""
    weighed = weigh(sentence.plain, role, basis)
    if weighed.score < (LEAST if role else LEAST_OUTSIDE):
        return
    first = ""
    for part in split(text, sentence.start, sentence.end, sentence.citations):
        cited = part.citations or sources
        plain = without(text, part.start, part.end, part.citations)
        yield Candidate(
            part.start,
            part.end,
            text[part.start : part.end],
            "",
            references(cited),
            basis,
            weighed.score,
            "finding",
            "",
            display(plain, long_forms, they="" if first else they, first=first),
            weighed.reason,
            unresolved(cited),
        )
        first = first or plain


def _quotation(
    text: str, quotation: Quotation, role: Role, basis: Basis, sources: Sequence[Cited]
) -> Candidate:
    said = text[quotation.start : quotation.end]
    return Candidate(
        quotation.start,
        quotation.end,
        said,
        "",
        references(sources),
        basis,
        1.0 if role else 0.6,
        "quotation",
        quotation.speaker,
        " ".join(said.split()),
        f"words of a participant: {quotation.speaker}",
        unresolved(sources),
    )


def _sentences(
    text: str,
    start: int,
    end: int,
    role: Role,
    citations: Sequence[Cited],
    quoted: Sequence[Quotation],
) -> Iterator[_Sentence]:
    """Read the sentences of a paragraph, without the marks of lists and white space around them."""
    for first, last in sentences(text, start, end):
        mark = _MARK.match(text, first, last)
        begin = mark.end() if mark else first
        stop = first + len(text[first:last].rstrip())
        if begin >= stop:
            continue
        inside = tuple(c for c in _starting(citations, begin, stop) if c.end <= stop)
        plain = without(text, begin, stop, inside)
        spoken = sum(q.until - q.start for q in _starting(quoted, begin, stop))
        yield _Sentence(
            begin, stop, inside, plain, barred(plain, role), spoken > _MOSTLY * (stop - begin)
        )


def _sources(read: Sequence[_Sentence]) -> list[tuple[Basis, Sequence[Cited]]]:
    """Give each sentence's citations: its own, or those of the sentence it belongs to.

    Writers cite once for a run of sentences. A sentence without a citation belongs to the next
    cited one where that takes it up ("This meant ..."); to the one before where it takes that up
    itself; otherwise to the next, whose citation closes the run, or failing that the one before.
    Overviews and methods cite for themselves alone.
    """
    before, after = _nearest(read), _nearest(read[::-1])[::-1]
    found: list[tuple[Basis, Sequence[Cited]]] = []
    for place, sentence in enumerate(read):
        if sentence.citations:
            found.append(("explicit", sentence.citations))
            continue
        taken_up = place + 1 < len(read) and read[place + 1].continues
        if sentence.continues and not taken_up:
            cited = before[place] or after[place]
        else:
            cited = after[place] or before[place]
        found.append(("inherited", cited) if cited else ("", ()))
    return found


def _nearest(read: Sequence[_Sentence]) -> list[Sequence[Cited]]:
    """Give for each sentence the citations of the nearest finding that stands before it."""
    nearest: list[Sequence[Cited]] = []
    last: Sequence[Cited] = ()
    for sentence in read:
        nearest.append(last)
        last = sentence.citations if sentence.citations and not sentence.barred else last
    return nearest


def _starting(spans: Sequence[_Span], start: int, end: int) -> Sequence[_Span]:
    """Give the spans that start within a range; they stand in order."""
    low = bisect_left(spans, start, key=lambda span: span.start)
    return spans[low : bisect_left(spans, end, key=lambda span: span.start)]


def _cited(document: Document) -> list[Cited]:
    """Find every citation: those that the file itself ties to references, and those in print."""
    tied = [Cited(link.start, link.end, link.references) for link in document.links]
    starts = [link.start for link in document.links]
    printed = []
    for resolved in resolve(markers(document.text), document.references):
        marker = resolved.marker
        place = bisect_left(starts, marker.end)
        if not (place and tied[place - 1].end > marker.start):
            printed.append(
                Cited(marker.start, marker.end, resolved.references, resolved.unresolved)
            )
    return sorted([*tied, *printed], key=lambda one: one.start)
