"""Markdown: the file's own text, character by character, with its headings and references.

Front matter stays in the text, so that offsets count from the start of the file, and outside the
sections. Headings are those of CommonMark: ``#`` to ``######``, or underlined with = or -.
"""

from __future__ import annotations

import re

from themeweave.corpus.readers.canonical import canonical, decode, document, repairs
from themeweave.corpus.readers.flow import Head, nested
from themeweave.corpus.readers.reference_list import read_list
from themeweave.corpus.records import Document

VERSION = "markdown@1"
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NO_PARAGRAPH = re.compile(r" {0,3}(?:[-*+>|#]|\d{1,9}[.)][ \t])| {4}|\t")
_ATTRIBUTES = re.compile(r"\{[#.][^{}]*\}$")
_EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?!\w)")


def read(raw: bytes, name: str, encoding: str = "") -> Document:
    r"""Read a Markdown file.

    Parameters
    ----------
    raw, name, encoding
        As in `canonical.decode`.

    Raises
    ------
    ReviewError
        For bytes that the encoding does not allow, and where there is no text.

    Examples
    --------
    >>> [s.heading for s in read(b"# Peers\n\nText.\n\n## Results\n", "a.md").sections]
    ['Peers', 'Results']
    """
    decoded, notes = decode(raw, name, encoding)
    text = canonical(decoded)
    sections = nested(_heads(text), len(text))
    references, doubts = read_list(text, sections)
    return document(
        name,
        text,
        VERSION,
        sections=sections,
        references=references,
        notes=(*notes, *repairs(decoded), *doubts),
    )


def front_matter_end(text: str) -> int:
    r"""Give the offset behind the front matter; 0 where there is none.

    Examples
    --------
    >>> front_matter_end("---\ntitle: Peers\n---\n# Peers")
    21
    """
    if not text.startswith("---\n"):
        return 0
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE).search(text, 4)
    return closing.end() if closing else 0


def _heads(text: str) -> list[Head]:
    heads: list[Head] = []
    place = front_matter_end(text)
    fence = ""
    paragraph: list[str] = []  # the lines of the paragraph so far, and where it starts
    start = place
    for line in text[place:].split("\n"):
        here, place = place, place + len(line) + 1
        fenced = _FENCE.match(line)
        if fence:
            if fenced and fenced[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
            continue
        if fenced:
            fence, paragraph = fenced[1], []
            continue
        atx, underline = _ATX.fullmatch(line), _UNDERLINE.fullmatch(line)
        if atx:
            heads.append(Head(_plain(_opened(atx[2] or "")), len(atx[1]), here))
            paragraph = []
        elif underline and paragraph:
            level = 1 if underline[1][0] == "=" else 2
            heads.append(Head(_plain(" ".join(paragraph)), level, start))
            paragraph = []
        elif not line.strip() or (not paragraph and _NO_PARAGRAPH.match(line)):
            paragraph = []
        else:
            start = start if paragraph else here
            paragraph.append(line.strip())
    return [head for head in heads if head.heading]


def _opened(words: str) -> str:
    """Take off the number signs that may close a heading."""
    kept = words.rstrip().rstrip("#")
    return kept if not kept or kept[-1] in " \t" else words


def _plain(words: str) -> str:
    """Take the marks for emphasis, code and attributes off a heading."""
    words = _ATTRIBUTES.sub("", words.strip())
    return " ".join(_EMPHASIS.sub(r"\2", words).replace("`", "").split())
