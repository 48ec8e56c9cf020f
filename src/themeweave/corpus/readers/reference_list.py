"""The list of references that a document prints, entry by entry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.corpus.records import Reference, Section
from themeweave.corpus.references import parse_entry

HEADINGS = frozenset(
    (
        "references",
        "reference list",
        "list of references",
        "references cited",
        "bibliography",
        "literature cited",
        "works cited",
        "cited literature",
    )
)
LONGEST_HEADING = 80  # characters of a heading over a list of references
LEAP = 10  # numbers that a list may leave out between two entries
_NUMBER = re.compile(r"[ \t]*(?:\[\^?(\d{1,5})\]:?|\((\d{1,5})\)|(\d{1,5})[.)])(?:[ \t]+|(?=\D))")
_BARE_NUMBER = re.compile(r"(\d{1,5})[ \t]+(?=[^\W\d_])")
_BULLET = re.compile(r"[ \t]*[-*+•][ \t]+")


def is_reference_heading(heading: str) -> bool:
    """Tell whether a heading stands over a list of references.

    Examples
    --------
    >>> is_reference_heading("7. References"), is_reference_heading("Frame of reference")
    (True, False)
    """
    if len(heading) > LONGEST_HEADING:
        return False
    words = re.sub(r"^[\W\d_]+|[\W_]+$", "", heading).casefold()
    return words in HEADINGS or words.startswith("references to studies")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is printed: the number it goes by, its words, and where it stands."""

    number: str
    words: str
    start: int
    end: int


def read_list(
    text: str, sections: Sequence[Section]
) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    r"""Read the references that stand under a document's reference headings.

    Returns
    -------
    tuple of (references, notes)
        A note names every number that stands twice; both entries are kept.

    Examples
    --------
    >>> text = "References\n\n1. Roe A. Peers. 2019.\n2. Lee B. Staff. 2020."
    >>> [r.id for r in read_list(text, [Section("References", 1, 0, len(text))])[0]]
    ['1', '2']
    """
    references = tuple(parse_entry(e.words, e.number) for e in entries(text, sections))
    twice = [key for key, count in Counter(r.id for r in references).items() if count > 1]
    notes = (f"the reference list has the number {key} more than once" for key in twice)
    return references, tuple(notes)


def entries(text: str, sections: Sequence[Section]) -> list[Entry]:
    """Cut a document's reference lists into entries.

    An entry starts with its number ("3.", "[3]", "(3)", "3)") and runs to the next; a list that
    has no numbers is read by paragraphs, or by lines, and numbered in its order.
    """
    heads = {section.start for section in sections}
    found: list[Entry] = []
    read_to = 0
    for section in sections:
        if is_reference_heading(section.heading) and section.start >= read_to:
            read_to = section.end
            lines = _lines(text, section, heads)
            found += _numbered(lines) or _unnumbered(lines, len(found))
    return found


def _lines(text: str, section: Section, heads: set[int]) -> list[tuple[int, str]]:
    """Give the lines and their places below the heading, those of headings inside as empty."""
    place = section.start
    lines = []
    for line in text[section.start : section.end].split("\n"):
        heading = place in heads or set(line.strip()) in ({"="}, {"-"})
        lines.append((place, "" if heading else line))
        place += len(line) + 1
    return lines


def _numbered(lines: Sequence[tuple[int, str]]) -> list[Entry]:
    """Cut at lines that start with a number; empty unless the list starts with one."""
    filled = [(place, line) for place, line in lines if line.strip()]
    number_of = _NUMBER if filled and _NUMBER.match(filled[0][1]) else _BARE_NUMBER
    found: list[tuple[int, list[tuple[int, str]]]] = []
    for place, line in filled:
        start = number_of.match(line)
        number = int(next(group for group in start.groups() if group)) if start else 0
        # A line of an entry may begin with its year or volume.
        if start and (number == 1 or not found or 0 <= number - found[-1][0] <= LEAP):
            found.append((number, [(place, line[start.end() :].rjust(len(line)))]))
        elif not found:
            return []
        else:
            found[-1][1].append((place, line))
    return [_entry(str(number), part) for number, part in found]


def _unnumbered(lines: Sequence[tuple[int, str]], before: int) -> list[Entry]:
    bullets = any(_BULLET.match(line) for _, line in lines)
    parts: list[list[tuple[int, str]]] = [[]]
    for place, line in lines:
        bullet = _BULLET.match(line)
        if bullet or (not line.strip() and not bullets):
            parts.append([])
        parts[-1].append((place, line[bullet.end() :].rjust(len(line)) if bullet else line))
    filled = [part for part in parts if any(line.strip() for _, line in part)]
    if len(filled) == 1:
        filled = [[(place, line)] for place, line in filled[0] if line.strip()]
    return [_entry(str(before + n), part) for n, part in enumerate(filled, start=1)]


def _entry(number: str, lines: Sequence[tuple[int, str]]) -> Entry:
    words = " ".join(" ".join(line for _, line in lines).split())
    return Entry(number, words, lines[0][0], lines[-1][0] + len(lines[-1][1]))
