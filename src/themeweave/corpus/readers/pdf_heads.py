"""Running heads and page numbers: lines at the edge of the page that come back at one height."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from themeweave.corpus.readers.pdf_columns import Line
from themeweave.corpus.readers.pdf_pipe import Page

DEEP = 3  # at most so many rows of a page's edge are running heads
NEAR = 3.0  # points that the height may differ

Row = list[Line]


def without_heads(pages: Sequence[Page]) -> tuple[list[Page], int]:
    """Drop running heads and page numbers; say how many lines were dropped.

    A line is dropped where a line of the same words, whatever its numbers, stands at the same
    height on at least three pages (two, in a document of up to five pages) and nothing else stands
    between it and the edge. Pages that agree deeper than three rows are copies of each other, and
    keep their lines.
    """
    tops = {page.number: _rows(page, top=True) for page in pages}
    feet = {page.number: _rows(page, top=False) for page in pages}
    enough = 2 if len(pages) <= 5 else 3
    heads = _repeated(tops, enough) | _repeated(feet, enough)
    kept: list[Page] = []
    dropped = 0
    for page in pages:
        lines = [line for line in page.lines if id(line) not in heads]
        if lines:
            dropped += len(page.lines) - len(lines)
        else:
            lines = page.lines  # a page of heads alone is no page of heads
        kept.append(Page(page.number, page.readable, page.unmapped, page.skewed, lines))
    return kept, dropped


def _rows(page: Page, top: bool) -> list[Row]:
    """Give the outermost rows of a page, and one more."""
    sign = -1 if top else 1
    rows: list[Row] = []
    for line in sorted(page.lines, key=lambda each: sign * each.box[1]):
        if rows and abs(rows[-1][0].box[1] - line.box[1]) <= NEAR:
            rows[-1].append(line)
        elif len(rows) <= DEEP:
            rows.append([line])
        else:
            break
    return rows


def _repeated(edges: dict[int, list[Row]], enough: int) -> set[int]:
    """Find the heads among the rows of one edge, by the identity of their lines."""
    heights: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, rows in edges.items():
        for row in rows:
            for line in row:
                heights[_shape(line.text)].append((line.box[1], number))
    for places in heights.values():
        places.sort()

    heads: set[int] = set()
    copies = 0
    for rows in edges.values():
        for depth, row in enumerate(rows):
            if not all(_often(heights[_shape(line.text)], line.box[1], enough) for line in row):
                break
            if depth == DEEP:
                copies += 1
            else:
                heads |= {id(line) for line in row}
    return set() if copies * 2 > len(edges) else heads


def _often(places: Sequence[tuple[float, int]], height: float, enough: int) -> bool:
    low = bisect_left(places, (height - NEAR, 0))
    pages: set[int] = set()
    while low < len(places) and places[low][0] <= height + NEAR and len(pages) < enough:
        pages.add(places[low][1])
        low += 1
    return len(pages) >= enough


def _shape(text: str) -> str:
    """Give the words of a line with every number alike, Arabic or Roman."""
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", text.lower())
