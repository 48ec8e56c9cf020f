r"""Rows: tables whose columns hold findings, such as barriers beside facilitators.

Readers write a row on a line of its own, its cells divided by ``|`` or by tabs. The first row, or
the caption above, tells which columns hold statements; the others (levels, sources, counts) do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LEAST_WORDS = 3
_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[\s|:+=-]+")
_HOLDS = re.compile(
    r"\b(?:barriers?|facilitat\w+|enabl\w+|challenges?|obstacles?|hindr\w+|hinder\w*|help(?:s|ed)?|supports?"
    r"|(?:review |key |main )?findings?|sub-?themes?|benefits?|drawbacks?|advantages?"
    r"|disadvantages?|in the way|experiences?|what (?:works|worked|people said)|perceptions?"
    r"|needs)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that may hold a finding."""

    start: int
    end: int
    column: str  # the words above it


def cells(text: str, start: int, end: int) -> Iterator[Cell]:
    r"""Give the cells of the tables in a stretch that stand in a column of findings.

    Examples
    --------
    >>> text = "| Level | Barriers |\n| --- | --- |\n| School | no time to rest at all [4] |\n"
    >>> [(text[c.start:c.end], c.column) for c in cells(text, 0, len(text))]
    [('no time to rest at all [4]', 'Barriers')]
    """
    head: list[tuple[int, str]] = []
    above = ""  # the last line that was no row: a caption, where a table follows
    inside = False
    for line in _LINE.finditer(text, start, end):
        if not is_row(line[0]):
            inside, above = False, line[0]
            continue
        if _RULE.fullmatch(line[0]):
            continue
        found = _cells(line[0], line.start())
        if not inside:
            inside = True
            titles = [text[first:last] for first, last in found]
            held = [n for n, title in enumerate(titles) if _HOLDS.search(title)]
            if not held and _HOLDS.search(above):
                held = list(range(1, len(titles)))
            head = [(n, titles[n]) for n in held]
            continue
        for column, title in head:
            if column < len(found):
                first, last = found[column]
                if len(text[first:last].split()) >= LEAST_WORDS:
                    yield Cell(first, last, title)


def is_row(line: str) -> bool:
    """Tell whether a line is a row of a table."""
    return line.lstrip().startswith("|") or " | " in line or line.count("\t") > 1


def _cells(line: str, offset: int) -> list[tuple[int, int]]:
    """Give the places of a row's cells, without the space around them."""
    by = r"\t" if "\t" in line and "|" not in line else r"(?<!\\)\|"
    edges = [0, *(m.end() for m in re.finditer(by, line))]
    stops = [*(m.start() for m in re.finditer(by, line)), len(line)]
    places = []
    for first, last in zip(edges, stops, strict=True):
        words = line[first:last]
        begin = first + len(words) - len(words.lstrip())
        places.append((offset + begin, offset + begin + len(words.strip())))
    if line.lstrip().startswith("|"):
        places = places[1:]
    return places
