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
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from themeweave.corpus.citations import markers, resolve
from themeweave.corpus.records import Document
from themeweave.corpus.segments import paragraphs, sentences
from themeweave.findings.claims import Weighed, barred, weigh
from themeweave.findings.clauses import Cited, Part, references, split, unresolved, without
from themeweave.findings.conclusions import concluded
from themeweave.findings.effects import stated
from themeweave.findings.headings import Role, stretches
from themeweave.findings.quotations import Quotation, quotations
from themeweave.findings.rows import cells
from themeweave.findings.subjects import abbreviations, antecedent, display

Basis = Literal["explicit", "inherited", ""]
Kind = Literal["finding", "quotation", "effect", "conclusion", "rest"]
Wider = Literal[
    "effects", "discussion", "tables", "rest"
]  # what is proposed only where it is asked for
_Span = TypeVar("_Span", Cited, Quotation)

LEAST = 0.5  # a sentence that weighs less is not proposed
REST = 0.4  # of its weight is the score of what was passed over: below every proposal
OUTSIDE = 0.1  # more is asked of it outside of results
_MOSTLY = 0.6  # of a sentence that is quoted: then the quotation stands for it
_FEW = 8  # words around a quotation that only say whose it is
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
    r"(?-i:[A-Z]?\d+[a-z]?|[IVX]+|[A-Z])\b[.:*)|\s]"
    r"(?!\s*(?:show|present|give|provide|list|summari[sz]e|detail|display|outline|report)s?\b)",
    re.IGNORECASE,
)
_ROW = re.compile(r"\s*+(?:\||[^\n]* \| |[^\n]*\t[^\n]*\t|```|~~~|<!--)")
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
class _Scope:
    """Where sentences stand and what is asked of them."""

    role: Role
    heading: str  # the innermost
    wider: Collection[Wider]
    least: float
    long_forms: Mapping[str, str]


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


def extract(
    document: Document, *, wider: Collection[Wider] = (), least: float = LEAST
) -> list[Candidate]:
    r"""Propose the findings of a document, in the order of its text.

    Findings are looked for under headings of results and themes. A document that has none, such
    as a narrative review, is read wherever no heading closes a part, and only sentences with a
    citation are proposed.

    Parameters
    ----------
    document
        Its sections and references as its reader gave them; one without sections is read as a
        narrative review.
    wider
        What to propose beside findings and quotations: ``effects``, statements of whether something
        worked, in words or numbers; ``discussion``, what the authors say they found; ``tables``,
        cells of tables of barriers, themes and the like; ``rest``, every other sentence of results
        and of what the included works are, to see what was passed over and why. Told apart by
        ``kind``; a cell counts as a finding.
    least
        The score from which a candidate is proposed, 0 to 1; outside of results 0.1 more.

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
    cited = citations(document)
    long_forms = abbreviations(text)
    found: list[Candidate] = []
    for part in parts:
        discusses = part.role == "discussion" and "discussion" in wider
        described = part.role == "about" and "rest" in wider
        inside = part.in_results or not has_results
        closed = part.role in ("closed", "about", "discussion") or not inside
        if closed and not (discusses or described):
            continue
        role: Role = part.role if has_results or part.role in ("themes", "discussion") else ""
        scope = _Scope(
            role,
            part.path.rpartition(" > ")[2],
            wider,
            least if role else least + OUTSIDE,
            long_forms,
        )
        proposed: list[Candidate] = []
        for start, end in paragraphs(text, part.start, part.end):
            if not _CAPTION.match(text, start, end) and not _ROW.match(text, start, end):
                proposed += _paragraph(text, start, end, _starting(cited, start, end), scope)
        if "tables" in wider and not discusses:
            proposed += _tabled(text, part.start, part.end, cited)
            proposed.sort(key=lambda candidate: candidate.start)
        found += [replace(candidate, section=part.path) for candidate in proposed]
    return found


def _paragraph(
    text: str, start: int, end: int, citations: Sequence[Cited], scope: _Scope
) -> Iterator[Candidate]:
    """Propose what one paragraph holds; the section is filled in by the caller."""
    role = scope.role
    quoted = quotations(text, start, end)
    read = list(_sentences(text, start, end, role, citations, quoted))
    sources = _sources(read)
    they = ""
    for sentence, (basis, cited) in zip(read, sources, strict=True):
        if not sentence.quoted and (judged := _judged(sentence, basis, scope)):
            yield from _statements(text, sentence, judged, basis, cited, they, scope.long_forms)
        they = antecedent(sentence.plain, they)
        if role == "discussion":
            continue
        for quotation in _starting(quoted, sentence.start, sentence.end):
            yield _quotation(text, quotation, role, basis, cited)


def _judged(sentence: _Sentence, basis: Basis, scope: _Scope) -> tuple[Kind, Weighed] | None:
    """Say what a sentence states and how much speaks for it; None where it is not proposed."""
    kind: Kind = "finding"
    weighed: Weighed | None = None
    if scope.role == "discussion":
        kind, weighed = "conclusion", concluded(sentence.plain, basis, scope.heading)
    elif not sentence.barred and scope.role != "about" and (scope.role or basis):
        weighed = weigh(sentence.plain, scope.role, basis)
    elif sentence.barred in ("an effect", "numbers") and "effects" in scope.wider:
        kind, weighed = "effect", stated(sentence.plain, basis)
    if weighed and weighed.score >= scope.least:
        return kind, weighed
    if "rest" in scope.wider:
        score = round(REST * weigh(sentence.plain, scope.role, basis).score, 2)
        return "rest", Weighed(score, f"passed over: {sentence.barred or 'little speaks for it'}")
    return None


def _statements(
    text: str,
    sentence: _Sentence,
    judged: tuple[Kind, Weighed],
    basis: Basis,
    sources: Sequence[Cited],
    they: str,
    long_forms: Mapping[str, str],
) -> Iterator[Candidate]:
    """Propose a sentence, clause by clause where its sources differ."""
    kind, weighed = judged
    first = ""
    whole = [Part(sentence.start, sentence.end, sentence.citations)]
    clauses = split(text, sentence.start, sentence.end, sentence.citations)
    for part in whole if kind == "rest" else clauses:
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
            kind,
            "",
            display(plain, long_forms, they="" if first else they, first=first),
            weighed.reason,
            unresolved(cited),
        )
        first = first or plain


def _tabled(text: str, start: int, end: int, citations: Sequence[Cited]) -> Iterator[Candidate]:
    """Propose the cells of tables that hold findings."""
    for cell in cells(text, start, end):
        inside = [c for c in _starting(citations, cell.start, cell.end) if c.end <= cell.end]
        plain = without(text, cell.start, cell.end, inside)
        if not any(sign.isalpha() for sign in plain):
            continue
        yield Candidate(
            cell.start,
            cell.end,
            text[cell.start : cell.end],
            "",
            references(inside),
            "explicit" if inside else "",
            0.8 if inside else 0.6,
            "finding",
            "",
            f"{cell.column}: {plain}",
            f"in a table, under '{cell.column}'",
            unresolved(inside),
        )


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
        said = _starting(quoted, begin, stop)
        spoken = sum(q.until - q.start for q in said) > _MOSTLY * (stop - begin)
        if said and not spoken:  # "One nurse said:" and no more
            before = tuple(c for c in inside if c.end <= said[0].start)
            behind = tuple(c for c in inside if c.start >= said[-1].until)
            lead = without(text, begin, said[0].start, before)
            rest = without(text, said[-1].until, stop, behind)
            spoken = len(lead.split()) + len(rest.split()) <= _FEW
        yield _Sentence(begin, stop, inside, plain, barred(plain, role), spoken)


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


def citations(document: Document) -> list[Cited]:
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
