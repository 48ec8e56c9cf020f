"""A document's text while it is put together from a file's paragraphs, headings and cells.

Readers of marked-up files write into a `Flow` in the order of the file. It keeps the text
canonical as it grows, so that every offset noted on the way is right at the end. Blocks stand a
blank line apart, items of a list and rows of a table on lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave.corpus.readers.canonical import canonical, repairs
from themeweave.corpus.records import Link, Reference, Section

LINE, BLOCK = "\n", "\n\n"
WIDEST = 200  # references from the first to the last of a range; beyond it is a slip of the pen
_SPACES = re.compile(r"[ \t\n]+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NUMBERS = re.compile(r"[-−–+]?[0-9][0-9\s,;–—-]*|[\s,;–—-]+")
_BETWEEN = re.compile(r"\s*[-–—]\s*")


@dataclass(frozen=True, slots=True)
class Head:
    """A heading as it is met: its words, its level from 1, and where it starts."""

    heading: str
    level: int
    start: int


class Flow:
    r"""Text under construction, with the headings and links met so far.

    Examples
    --------
    >>> flow = Flow()
    >>> flow.open_heading(); flow.write("Results"); flow.close_heading(1)
    >>> flow.write(" Peers  helped")
    >>> flow.text(), flow.heads
    ('Results\n\nPeers helped\n', [Head(heading='Results', level=1, start=0)])
    """

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self.links: list[Link] = []
        self._pieces: list[str] = []
        self._length = 0
        self._pending = ""  # white space that is written once more text comes
        self._lead = ""  # such as the number of a list item, which waits for its words
        self._odd: list[str] = []
        self._heading_at = 0
        self._heading_piece = 0

    def write(self, text: str, *, verbatim: bool = False) -> None:
        """Add text within a block; white space is drawn together unless it is verbatim."""
        if repairs(text):
            self._odd.append(text)
        text = canonical(text)
        if not verbatim:
            text = _SPACES.sub(" ", text)
            if text.startswith(" "):
                text = text[1:]
                self._pending = self._pending or " "
            if text.endswith(" "):
                self._add(text[:-1])
                self._pending = self._pending or " "
                return
        self._add(text)

    def end(self, gap: str = BLOCK) -> None:
        """End the line or the block: what comes next stands ``gap`` further."""
        if len(gap) > len(self._pending.strip(" ")):
            self._pending = gap

    def lead(self, words: str) -> None:
        """Put words before the next text, whatever block it opens; empty takes them back."""
        self._lead = words

    def here(self) -> int:
        """Give the offset of what is written next, or of white space in front of it."""
        return self._length + (len(self._pending) if self._length else 0) + len(self._lead)

    def open_heading(self) -> None:
        """Start a heading on a block of its own."""
        self.end()
        self._heading_at = self.here()
        self._heading_piece = len(self._pieces)

    def close_heading(self, level: int) -> None:
        """End the heading; one without words leaves no trace."""
        words = " ".join("".join(self._pieces[self._heading_piece :]).split())
        if words:
            self.heads.append(Head(words, level, self._heading_at))
        self.end()

    def link(self, start: int, references: Iterable[str]) -> None:
        """Tie what was written since ``start`` to references."""
        ids = tuple(references)
        if ids and start < self._length:
            self.links.append(Link(start, self._length, ids))

    def text(self) -> str:
        """Give the text so far, its last line ended."""
        whole = "".join(self._pieces).rstrip()
        return f"{whole}\n" if whole else ""

    def notes(self) -> tuple[str, ...]:
        """Say what was taken out of the text."""
        return repairs("".join(self._odd))

    def _settle(self) -> None:
        if self._pending and self._length:
            self._pieces.append(self._pending)
            self._length += len(self._pending)
        if self._lead:
            self._pieces.append(self._lead)
            self._length += len(self._lead)
        self._pending = self._lead = ""

    def _add(self, text: str) -> None:
        if not text:
            return
        self._settle()
        if self._pieces and not text[0].isascii():
            # An accent may belong to a letter that an earlier element ended with.
            joined = canonical(self._pieces[-1] + text)
            if joined != self._pieces[-1] + text:
                self._length -= len(self._pieces.pop())
                text = joined
        self._pieces.append(text)
        self._length += len(text)


def raised(text: str) -> str:
    """Write superscript numbers with the superscript digits of Unicode; leave other text alone.

    As plain digits a power would become another number, and a citation would run into its word.

    Examples
    --------
    >>> raised("12,13"), raised("2"), raised("-6"), raised("st")
    ('¹²,¹³', '²', '⁻⁶', 'st')
    """
    if not _NUMBERS.fullmatch(text):
        return text
    if text[0] in "-−" and text[1:].isdigit():
        text = "⁻" + text[1:]
    return text.translate(_RAISED)


def nested(heads: Sequence[Head], end: int) -> tuple[Section, ...]:
    """Give each heading the stretch up to the next heading of its level or above.

    Examples
    --------
    >>> [(s.heading, s.end) for s in nested([Head("A", 1, 0), Head("B", 2, 5)], 9)]
    [('A', 9), ('B', 9)]
    """
    ends: dict[int, int] = {}
    open_heads: list[int] = []
    for place, head in enumerate(heads):
        while open_heads and heads[open_heads[-1]].level >= head.level:
            ends[open_heads.pop()] = head.start
        open_heads.append(place)
    return tuple(
        Section(head.heading, head.level, head.start, ends.get(place, end))
        for place, head in enumerate(heads)
    )


def whole_links(
    text: str, links: Sequence[Link], references: Sequence[Reference]
) -> tuple[Link, ...]:
    """Tie links to the references that exist, trim them, and join the two ends of a range.

    A file links "5" and "8" in "5-8"; what is cited is 5, 6, 7 and 8, in the order of the list.

    Examples
    --------
    >>> listed = [Reference(str(number)) for number in range(1, 10)]
    >>> whole_links("see 5–8.", [Link(4, 5, ("5",)), Link(6, 7, ("8",))], listed)
    (Link(start=4, end=7, references=('5', '6', '7', '8')),)
    """
    order: Mapping[str, int] = {reference.id: i for i, reference in enumerate(references)}
    whole: list[Link] = []
    for link in sorted(links, key=lambda link: (link.start, link.end)):
        ids = tuple(key for key in link.references if key in order)
        start, end = _trimmed(text, link.start, link.end)
        if not ids or start >= end:
            continue
        before = whole[-1] if whole else None
        if before and before.end < start and _BETWEEN.fullmatch(text, before.end, start):
            first, last = order[before.references[-1]], order[ids[0]]
            if first < last <= first + WIDEST:
                between = tuple(reference.id for reference in references[first + 1 : last])
                whole[-1] = Link(before.start, end, (*before.references, *between, *ids))
                continue
        whole.append(Link(start, end, ids))
    return tuple(whole)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())
