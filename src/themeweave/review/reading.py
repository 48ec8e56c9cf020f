"""Reading: a document cut into blocks and pieces, each with the findings that it belongs to.

The pieces of a block, put together, are the document's own characters at its place, so a selection
in a page can be counted back to offsets. Findings may overlap: a piece names all that hold it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from themeweave.corpus.records import Document

_MARKS = re.compile(r"[# ]*")  # before a heading in Markdown
PART = 60_000  # characters of a document that a page shows at once


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text that is marked."""

    start: int
    end: int
    id: str
    kind: str  # finding, proposed or citation


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that belong to the same spans."""

    text: str
    findings: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph."""

    start: int  # in the document's text, in characters
    level: int  # of a heading, from 1; 0 for a paragraph
    pieces: tuple[Piece, ...]


def blocks(document: Document, spans: Iterable[Span], start: int, end: int) -> list[Block]:
    r"""Cut a stretch of a document into blocks.

    Examples
    --------
    >>> from themeweave.corpus.readers import read_document
    >>> article = read_document(b"# Rotas\n\nRotas were unfair. Pay was low.\n", "a.md")
    >>> marked = [Span(9, 27, "F1", "finding"), Span(15, 41, "F2", "finding")]
    >>> for block in blocks(article, marked, 0, len(article.text)):
    ...     print(block.level, [(p.text, p.findings) for p in block.pieces])
    1 [('Rotas', ())]
    0 [('Rotas ', ('F1',)), ('were unfair.', ('F1', 'F2')), (' Pay was low.', ('F2',))]
    """
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    return [
        Block(first, level, _pieces(document.text, ordered, first, last))
        for first, last, level in _lines(document, start, end)
    ]


def _lines(document: Document, start: int, end: int) -> Iterable[tuple[int, int, int]]:
    """Give headings and paragraphs: start, end without the space between them, level."""
    text = document.text
    headings = {section.start: section.level for section in document.sections}
    at = start
    while at < end:
        if text[at] in "\n ":
            at += 1
            continue
        level = headings.get(at, 0)
        stops = [text.find("\n" if level else "\n\n", at, end)]
        stops += [place for place in headings if at < place < end] if not level else []
        last = min((stop for stop in stops if stop >= 0), default=end)
        first = _MARKS.match(text, at, last).end() if level else at  # type: ignore[union-attr]
        yield first, at + len(text[at:last].rstrip()), level
        at = max(last, at + 1)


def _pieces(text: str, spans: Sequence[Span], start: int, end: int) -> tuple[Piece, ...]:
    high = bisect_left(spans, end, key=lambda span: span.start)
    here = [span for span in spans[:high] if span.end > start]
    cuts = sorted(
        {start, end, *(place for s in here for place in (s.start, s.end) if start < place < end)}
    )
    return tuple(
        Piece(
            text[first:last],
            tuple(s.id for s in here if s.kind == "finding" and s.start <= first < s.end),
            tuple(s.id for s in here if s.kind == "proposed" and s.start <= first < s.end),
            next((s.id for s in here if s.kind == "citation" and s.start <= first < s.end), ""),
        )
        for first, last in pairwise(cuts)
    )


def parts(document: Document) -> list[tuple[int, int]]:
    """Cut a long document into stretches that a page can show, at the ends of paragraphs."""
    text, found, start = document.text, list[tuple[int, int]](), 0
    while start < len(text):
        stop = len(text)
        if start + PART < stop:
            stop = text.rfind("\n\n", start + PART // 2, start + PART)
            stop = stop + 2 if stop >= 0 else start + PART
        found.append((start, stop))
        start = stop
    return found or [(0, 0)]
