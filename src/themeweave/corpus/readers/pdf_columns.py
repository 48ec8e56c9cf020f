"""The order in which a page is read: its columns, and the printed lines in each of them.

Words that follow each other make pieces of lines. A *gutter* is a strip that at least three
lines on either side leave free; pieces that cross a gutter, such as a heading over both columns,
divide the page into bands, and each band is read column by column. Pieces of one column at one
height are a line; where wide gaps part them, as in the row of a table, the line keeps its cells.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from themeweave.corpus.readers.flow import raised
from themeweave.corpus.readers.pdf_pages import Box, Word, around, turned

WIDE = 1.5  # a gap of this many type sizes parts pieces of a line
PROSE = 15  # a piece of at least this many characters can speak for a column
LONGEST = 25  # characters of a word; a longer one may stick out of its column
FACING = 3  # so many lines on either side make a gutter
NARROW = 0.12  # a strip narrower than this share of the page is no column
MARKER = re.compile(r"[•◦▪‣·–*-]|[\[(]?\w{1,4}[\])][.:]?|\w{1,4}[.:]")  # of an entry of a list


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a column."""

    text: str  # cells of a row are parted by tabs
    box: Box  # on the page as the file numbers its points
    start: float  # where the line starts and ends, in the frame in which it runs to the right
    end: float
    baseline: float
    size: float  # of most of its characters
    bold: bool  # all of it
    first: float  # width of its first word
    flow: int  # lines of one flow stand under each other in one column
    turn: int = 0  # quarter turns of its frame against the page


@dataclass(slots=True)
class _Piece:
    """Words that follow each other on one line without a wide gap."""

    words: list[Word]
    box: Box
    size: float

    @property
    def reach(self) -> float:
        """The right end, but for a web address or the like, which may run into the next column."""
        ends = [word.box[2] for word in self.words if len(word.text) <= LONGEST]
        return max(ends, default=self.box[0])

    @property
    def length(self) -> int:
        return sum(len(word.text) + 1 for word in self.words)


def lines_of(words: Sequence[Word], dots: Sequence[Box] = ()) -> list[Line]:
    """Put the words of a page into lines, in reading order.

    Text that runs upwards, downwards or upside down is read after the upright text, or before it
    where most of the page runs that way.

    Parameters
    ----------
    words
        In the order in which they are drawn.
    dots
        Small shapes; one that stands before a line is its bullet.
    """
    bullets = sorted(dots, key=lambda dot: dot[1])
    by_turn = Counter(word.turn for word in words)
    turns = sorted(by_turn, key=lambda turn: (-by_turn[turn], turn))
    lines: list[Line] = []
    flow = 0
    for turn in turns:
        pieces = _pieces([word for word in words if word.turn == turn])
        gutters = _gutters(pieces)
        for cell in _cells(pieces, gutters):
            for row in _rows(cell):
                line = _line(row, flow, turn)
                lines.append(line if turn else _bulleted(line, bullets))
            flow += 1
    return lines


def _pieces(words: Sequence[Word]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for word in words:
        if pieces and _follows(pieces[-1], word):
            piece = pieces[-1]
            piece.words.append(word)
            piece.box = around(piece.box, word.box)
            piece.size = max(piece.size, word.size)
        else:
            pieces.append(_Piece([word], word.box, word.size))
    return pieces


def _follows(piece: _Piece, word: Word) -> bool:
    last = piece.words[-1]
    size = max(last.size, word.size)
    gap = word.box[0] - last.box[2]
    return -0.5 * size < gap < WIDE * size and abs(word.baseline - last.baseline) < 0.5 * size


def _gutters(pieces: Sequence[_Piece]) -> list[float]:
    """Find the columns' left edges, but for the first column's."""
    prose = [piece for piece in pieces if piece.length >= PROSE]
    if not prose:
        return []
    left, right = min(p.box[0] for p in prose), max(p.box[2] for p in prose)
    edges = [
        edge
        for edge in _common_edges([piece.box[0] for piece in prose])
        if _is_gutter(edge, pieces)
    ]
    gutters: list[float] = []
    for edge in edges:
        width = NARROW * (right - left)
        if edge - (gutters[-1] if gutters else left) > width and right - edge > width:
            gutters.append(edge)
    return gutters


def _common_edges(starts: list[float]) -> list[float]:
    """Find where at least three lines start: the leftmost of each cluster."""
    edges: list[float] = []
    cluster: list[float] = []
    for start in [*sorted(starts), float("inf")]:
        if cluster and start - cluster[0] > 3:
            if len(cluster) >= FACING:
                edges.append(cluster[0])
            cluster = []
        cluster.append(start)
    return edges


def _is_gutter(edge: float, pieces: Sequence[_Piece]) -> bool:
    """Whether, between pieces that cross the edge, prose stands on both sides of it."""
    margin = edge - 1
    crossing = sorted(_middle(p) for p in pieces if p.box[0] < margin - 1 and p.reach > margin)
    bands: dict[int, tuple[list[_Piece], list[_Piece]]] = {}
    for piece in pieces:
        if piece.length < PROSE or (piece.box[0] < margin - 1 and piece.reach > margin):
            continue
        band = bands.setdefault(bisect_left(crossing, _middle(piece)), ([], []))
        band[piece.box[0] >= margin - 1].append(piece)
    return any(_face(before, after) for before, after in bands.values())


def _face(before: Sequence[_Piece], after: Sequence[_Piece]) -> bool:
    if min(len(before), len(after)) < FACING:
        return False
    if min(sum(p.length for p in side) / len(side) for side in (before, after)) < 1.6 * PROSE:
        return False  # cells of a table
    bottom = max(min(p.box[1] for p in side) for side in (before, after))
    top = min(max(p.box[3] for p in side) for side in (before, after))
    return top - bottom > 2 * max(before[0].size, after[0].size)


def _middle(piece: _Piece) -> float:
    return (piece.box[1] + piece.box[3]) / 2


def _cells(pieces: Sequence[_Piece], gutters: Sequence[float]) -> list[list[_Piece]]:
    """Part a page into cells, each one column of one band, in reading order."""
    if not gutters:
        return [list(pieces)] if pieces else []
    across = _across(pieces, gutters)
    heights = sorted(_middle(pieces[place]) for place in across)
    placed: list[tuple[tuple[int, int], _Piece]] = []
    for place, piece in enumerate(pieces):
        above = len(heights) - bisect_right(heights, _middle(piece))
        if place in across:
            placed.append(((2 * above + 1, 0), piece))
        else:
            placed.append(((2 * above, bisect_right(gutters, piece.box[0] + 2)), piece))
    placed.sort(key=lambda item: item[0])
    cells: list[list[_Piece]] = []
    was_across = False
    for (band, _), group in groupby(placed, key=lambda item: item[0]):
        if was_across and band % 2:
            cells[-1] += [piece for _, piece in group]
        else:
            cells.append([piece for _, piece in group])
        was_across = bool(band % 2)
    return cells


def _across(pieces: Sequence[_Piece], gutters: Sequence[float]) -> set[int]:
    """Find the pieces that divide the page, by their place in the list.

    They cross a gutter, or stand beside one that does, or are a heading with nothing beside it
    while the other columns go on above and below.
    """
    across = {
        place
        for place, piece in enumerate(pieces)
        if any(piece.box[0] < gutter - 2 and piece.reach > gutter for gutter in gutters)
    }
    spans = sorted((pieces[place].box[1], pieces[place].box[3]) for place in across)
    bottoms = [bottom for bottom, _ in spans]
    for place, piece in enumerate(pieces):
        under = bisect_right(bottoms, _middle(piece)) - 1
        if piece.length < PROSE and under >= 0 and _middle(piece) < spans[under][1]:
            across.add(place)
    body = _most((piece.size, piece.length) for piece in pieces)
    columns: tuple[list[_Piece], list[_Piece]] = ([], [])
    for place, piece in enumerate(pieces):
        if place not in across:
            columns[piece.box[0] >= gutters[0] - 2].append(piece)
    first = sorted(columns[0], key=_middle)
    others = sorted(_middle(piece) for piece in columns[1])
    lone = set()
    for piece, above in pairwise(first):
        low = bisect_left(others, piece.box[1] - piece.size)
        high = bisect_right(others, max(piece.box[3] + piece.size, above.box[1] - 0.5 * body))
        if piece.size > 1.08 * body and low == high and 0 < low < len(others):
            lone.add(id(piece))
    return across | {place for place, piece in enumerate(pieces) if id(piece) in lone}


def _rows(pieces: Sequence[_Piece]) -> list[list[Word]]:
    """Gather the pieces of one column that share a height."""
    rows: list[list[Word]] = []
    height = (0.0, 0.0)
    for piece in sorted(pieces, key=lambda p: (-_middle(p), p.box[0])):
        bottom, top = piece.box[1], piece.box[3]
        shared = min(top, height[1]) - max(bottom, height[0])
        if rows and shared > 0.5 * min(top - bottom, height[1] - height[0]):
            rows[-1] += piece.words
            height = (min(bottom, height[0]), max(top, height[1]))
        else:
            rows.append(list(piece.words))
            height = (bottom, top)
    return rows


def _line(row: list[Word], flow: int, turn: int) -> Line:
    row.sort(key=lambda word: word.box[0])
    size = _most((word.size, len(word.text)) for word in row)
    baseline = _most((word.baseline, len(word.text)) for word in row if word.size == size)
    box = row[0].box
    text = _raised(row[0], size, baseline)
    first = 0.0
    celled = not _is_stretched(row, size)
    for last, word in pairwise(row):
        gap = word.box[0] - last.box[2]
        unlike = abs(word.size - last.size) > 0.15 * size
        if celled and gap > WIDE * size and not (first == 0 and MARKER.fullmatch(text)):
            text += "\t"
        elif not (gap < 0.6 * size and word.glued) and not (unlike and gap < 0.2 * size):
            text += " "
        if not first and text[-1] in " \t":
            first = last.box[2] - row[0].box[0]
        text += _raised(word, size, baseline)
        box = around(box, word.box)
    bold = sum(len(word.text) for word in row if word.bold) > 0.9 * sum(len(w.text) for w in row)
    return Line(
        text=text,
        box=turned(box, -turn),
        start=box[0],
        end=box[2],
        baseline=baseline,
        size=size,
        bold=bold,
        first=first or box[2] - box[0],
        flow=flow,
        turn=turn,
    )


def _is_stretched(row: Sequence[Word], size: float) -> bool:
    """Whether a line of words is set so wide to fill its column: its gaps are all the same."""
    entry = len(row) > 3 and MARKER.fullmatch(row[0].text) is not None
    gaps = [word.box[0] - last.box[2] for last, word in pairwise(row[entry:])]
    letters = sum(sign.isalpha() for word in row for sign in word.text)
    return (
        len(gaps) > 1
        and max(gaps) < 5 * size
        and max(gaps) - min(gaps) < 0.35 * size
        and letters > 0.6 * sum(len(word.text) for word in row)
    )


def _bulleted(line: Line, bullets: Sequence[Box]) -> Line:
    """Write the bullet that is drawn before a line."""
    low = bisect_left(bullets, line.baseline - 0.1 * line.size, key=lambda dot: dot[1])
    high = bisect_left(bullets, line.baseline + 0.6 * line.size, key=lambda dot: dot[1])
    for dot in bullets[low:high]:
        if 0 < line.start - dot[2] < 2 * line.size and dot[3] - dot[1] < 0.6 * line.size:
            box = around(line.box, dot)
            return replace(line, text=f"• {line.text}", box=box, start=dot[0])
    return line


def _raised(word: Word, size: float, baseline: float) -> str:
    """Write small raised figures as the superscripts that they are."""
    if word.size < 0.85 * size and word.baseline > baseline + 0.15 * size:
        return raised(word.text)
    return word.text


def _most(weighted: Iterable[tuple[float, int]]) -> float:
    """Give the value that weighs most; of equals the largest."""
    weights: Counter[float] = Counter()
    for value, weight in weighted:
        weights[value] += weight
    return max(weights, key=lambda value: (weights[value], value))
