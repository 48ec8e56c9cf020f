"""Paragraphs out of printed lines, by what typesetters do: space, indents, lines left short.

Lines of one size and weight that follow each other at the usual distance are a chunk. Within it a
paragraph ends where the first word of the next line would still have fitted, where the next line
is indented (or, in a list, is not), or where the next entry's number stands. A paragraph goes on
in the next column or page, past tables and captions, while its sentence is open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Literal

from themeweave.corpus.readers.pdf_columns import LONGEST, Line
from themeweave.corpus.readers.pdf_pipe import Page

Kind = Literal["text", "heading", "table"]
LOOSE = 1.3  # lines further apart than this many usual distances are parted
LARGE = 1.08  # times the text's size: type of headings
INDENT = 0.7  # type sizes by which an indented line starts further in
_BULLET = re.compile(r"[•◦▪‣·]\s")
_NUMBER = re.compile(r"\[?(\d{1,4})[.)\]]\s")
_HYPHENS = ("-", "\u2010", "\u00ad")
_BROKEN_OFF = re.compile(r"[^.!?:;'\")\]’”]['\")\]’”]*$")  # inside a sentence


@dataclass(slots=True)
class Block:
    """A paragraph, heading or table: the lines it is printed on, each with its page."""

    lines: list[tuple[int, Line]]
    kind: Kind = "text"
    level: int = 0  # of a heading, from 1
    right: float = 0.0  # the edge that a full line reaches where the block ends


@dataclass(slots=True)
class _State:
    """What is carried from one chunk to the next."""

    blocks: list[Block] = field(default_factory=list)
    number: int = 0  # of the last entry of a numbered list


@dataclass(frozen=True, slots=True)
class _Column:
    """What a chunk knows of the column it stands in."""

    turned: bool  # the chunk is the first of its column
    large: bool  # set in type larger than the text's
    right: float  # where the column's longest line of that type ends


def blocks_of(pages: Sequence[Page]) -> list[Block]:
    """Put the lines of a document, in reading order, into paragraphs, headings and tables."""
    printed = [line for page in pages for line in page.lines]
    if not printed:
        return []
    size, bold = _body(printed)
    pitch = _pitches(pages)
    state = _State()
    for page in pages:
        for _, group in groupby(page.lines, key=lambda line: line.flow):
            flow = list(group)
            rights = {
                half: _right([line for line in flow if _half(line) == half])
                for half in {_half(line) for line in flow}
            }
            for place, (chunk, table) in enumerate(_chunks(flow, pitch)):
                if table:
                    state.blocks.append(Block([(page.number, line) for line in chunk], "table"))
                    continue
                look = chunk[0]
                column = _Column(place == 0, look.size > LARGE * size, rights[_half(look)])
                _add(state, page.number, chunk, column)
    _name_headings(state.blocks, size, bold)
    return state.blocks


def _right(lines: Sequence[Line]) -> float:
    """Give where full lines end; a word too long to be broken may stick out beyond."""
    plain = [line for line in lines if len(line.text.rpartition(" ")[2]) <= LONGEST]
    return max(line.end for line in plain or lines)


def _half(line: Line) -> int:
    """Give the size of a line's type in half points."""
    return round(2 * line.size)


def _body(lines: Iterable[Line]) -> tuple[float, bool]:
    """Find the size and weight in which most characters stand."""
    weights: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        weights[_half(line) / 2, line.bold] += len(line.text)
    return max(weights, key=lambda style: (weights[style], style))


def _pitches(pages: Sequence[Page]) -> dict[int, float]:
    """Find the usual distance of lines for each size of type, in half points."""
    counts: dict[int, Counter[float]] = {}
    for page in pages:
        for last, line in pairwise(page.lines):
            step = last.baseline - line.baseline
            if last.flow == line.flow and _alike(last, line) and 0 < step < 2.5 * line.size:
                counts.setdefault(_half(line), Counter())[round(step, 1)] += 1
    return {
        size: min(steps, key=lambda step: (-steps[step], step)) for size, steps in counts.items()
    }


def _alike(first: Line, second: Line) -> bool:
    near = abs(first.size - second.size) <= 0.06 * first.size
    return near and first.bold == second.bold and first.turn == second.turn


def _chunks(flow: list[Line], pitch: dict[int, float]) -> list[tuple[list[Line], bool]]:
    """Part the lines of one column where they stand apart or change their look; mark tables."""
    rows = _table_rows(flow)
    chunks: list[tuple[list[Line], bool]] = []
    for place, line in enumerate(flow):
        last = flow[place - 1] if place else None
        usual = pitch.get(_half(line), 1.35 * line.size)
        if (
            last is not None
            and rows[place] == rows[place - 1]
            and last.baseline - line.baseline <= LOOSE * max(usual, 1.1 * line.size) + 0.5
            and (rows[place] or _alike(last, line))
        ):
            chunks[-1][0].append(line)
        else:
            chunks.append(([line], rows[place]))
    return chunks


def _table_rows(flow: Sequence[Line]) -> list[bool]:
    """Say which lines are rows of a table: cells in two lines that follow each other closely."""
    celled = ["\t" in line.text for line in flow]
    rows = [
        has
        and any(
            celled[near]
            for near in (place - 2, place - 1, place + 1, place + 2)
            if 0 <= near < len(flow)
        )
        for place, has in enumerate(celled)
    ]
    return [
        row or (0 < place < len(rows) - 1 and rows[place - 1] and rows[place + 1])
        for place, row in enumerate(rows)
    ]


def _add(state: _State, page: int, chunk: list[Line], column: _Column) -> None:
    """Part a chunk into paragraphs, and let the first go on from an open one before it."""
    right = _right(chunk)
    left = min(line.start for line in chunk)
    hanging = _hanging(chunk, left)
    for place, line in enumerate(chunk):
        entry = _entry(line, state.number)
        if entry:
            state.number = entry
        if place:
            last = chunk[place - 1]
            onward = chunk[place + 1].start if place + 1 < len(chunk) else None
            broken = last.text.endswith(_HYPHENS) and line.text[0].islower()
            parted = not (column.large or broken) and (
                _short(last, line, right) or _indented(last, line, onward, left, hanging)
            )
            block = None if parted else state.blocks[-1]
        else:
            inward = len(chunk) > 1 and not hanging and line.start > left + INDENT * line.size
            block = _open_block(state.blocks, line, column, inward)
        if block is None or entry is not None:
            block = Block([])
            state.blocks.append(block)
        block.lines.append((page, line))
        block.right = right if len(chunk) > 1 else max(right, column.right)


def _hanging(chunk: Sequence[Line], left: float) -> bool:
    """Whether entries start at the left and go on indented, as in a reference list."""
    runs = [
        (inward, list(group))
        for inward, group in groupby(chunk, lambda line: line.start > left + INDENT * line.size)
    ]
    if len(runs) < 2:
        return False
    outer = [line for inward, group in runs if not inward for line in group]
    if sum(_is_marked(line) for line in outer) * 2 >= len(outer):
        return True
    inner = [line for inward, group in runs if inward for line in group]
    balance = len(inner) * sum(not inward for inward, _ in runs) - len(outer) * sum(
        inward for inward, _ in runs
    )  # above 0 where stretches of indented lines are the longer ones
    return balance > 0 or (balance == 0 and not runs[0][0])


def _indented(last: Line, line: Line, onward: float | None, left: float, hanging: bool) -> bool:
    """Whether the line's indent, or its lack of one in a list, starts a paragraph."""
    inward = line.start > left + INDENT * line.size
    if hanging:
        return not inward
    further = last.start < line.start - INDENT * line.size and not _is_marked(last)
    returns = onward is None or onward < line.start - INDENT * line.size
    return inward and further and returns


def _is_marked(line: Line) -> bool:
    return bool(_BULLET.match(line.text) or _NUMBER.match(line.text))


def _short(last: Line, line: Line, right: float) -> bool:
    """Whether the line before had room for the first word of this one, and so ends a paragraph."""
    if last.text.endswith((*_HYPHENS, "–", "—", "/")):
        return False
    return last.end + 0.3 * line.size + line.first < right - 0.5 * line.size


def _entry(line: Line, number: int) -> int | None:
    """Give the number of the list's entry that starts here: for a bullet, that of the last one."""
    if _BULLET.match(line.text):
        return number
    found = _NUMBER.match(line.text)
    return int(found[1]) if found and int(found[1]) in (1, number + 1) else None


def _open_block(blocks: Sequence[Block], line: Line, column: _Column, inward: bool) -> Block | None:
    """Find the paragraph that goes on in the first line of a chunk.

    At the top of a column that is the last one, if its last line is full. Past tables and smaller
    type, such as captions and notes, it must break off inside a sentence.
    """
    for distance, block in enumerate(reversed(blocks[-8:])):
        last = block.lines[-1][1]
        if block.kind == "table" or last.size < 0.94 * line.size:
            continue
        if not _alike(last, line) or (distance == 0 and not column.turned):
            return None
        full = distance == 0 and not _short(last, line, block.right)
        if full and not column.large and not inward:
            return block
        return block if _BROKEN_OFF.search(last.text) and line.text[0].islower() else None
    return None


def _name_headings(blocks: Sequence[Block], size: float, bold: bool) -> None:
    """Find the headings by their look, and rank them: larger before smaller, bold before not."""
    headings = [block for block in blocks if _is_heading(block, size, bold)]
    styles = sorted({_style(block) for block in headings}, reverse=True)
    for block in headings:
        block.kind = "heading"
        block.level = min(styles.index(_style(block)) + 1, 6)


def _style(block: Block) -> tuple[float, bool]:
    line = block.lines[0][1]
    return _half(line) / 2, line.bold


def _is_heading(block: Block, size: float, bold: bool) -> bool:
    if block.kind == "table" or len(block.lines) > 5:
        return False
    lines = [line for _, line in block.lines]
    text = " ".join(line.text for line in lines)
    if sum(sign.isalpha() for sign in text) < 2 or len(text) > 300 or _BULLET.match(text):
        return False
    if all(line.size > LARGE * size for line in lines):
        return True
    strong = not bold and all(line.bold and line.size > 0.6 * size for line in lines)
    return strong and len(text) <= 200 and not text.endswith((".", ",", ";"))
