"""Where the words of a document stand on a printed page, to the character.

The document knows the box of every printed line (`Document.places`); the file knows the box of
every word that it draws. The letters of both are laid beside each other, since hyphens, ligatures
and raised figures may be written otherwise. Where they differ, places between are shared out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from themeweave.corpus.readers.pdf_pages import Box, Word, turned
from themeweave.corpus.readers.pdf_pictures import Picture
from themeweave.corpus.readers.pdf_words import clean
from themeweave.corpus.records import Document, PageSpan

_WORD = re.compile(r"\S+")
_SPACE = re.compile(r"\s*")
_NEAR = 1.5  # points that a word may stand outside its line's box
_ABOVE, _BELOW = 0.12, 0.08  # of a line's height that a mark reaches beyond the ink

Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """A word of the document on a page."""

    start: int  # in the document's text
    end: int
    text: str  # with the white space behind it: these, one after the other, are the document's text
    box: Box  # left, top, right, bottom, as shares of the page
    turn: int  # quarter turns of its line as it is shown: 0 reads to the right, 1 upwards
    line: int  # which line of the page it stands in


def placed_words(document: Document, page: int, picture: Picture) -> list[Placed]:
    """Give the words of a document that stand on a page, in the order of the text."""
    found: list[Placed] = []
    for number, place in enumerate(p for p in document.places if p.page == page):
        found += _line(document.text, place, number, picture)
    return found


def boxes(words: Sequence[Placed], start: int, end: int) -> list[Box]:
    """Give the boxes that a stretch of the text fills on a page: one a line.

    Examples
    --------
    >>> words = [
    ...     Placed(0, 3, "Pay ", (0.1, 0.2, 0.2, 0.3), 0, 0),
    ...     Placed(4, 8, "fell", (0.25, 0.2, 0.45, 0.3), 0, 0),
    ... ]
    >>> boxes(words, 0, 6), boxes(words, 3, 4)
    ([(0.1, 0.2, 0.35, 0.3)], [])
    """
    found: dict[int, Box] = {}
    for word in words:
        if word.start >= end or word.end <= start:
            continue
        length = word.end - word.start
        first = max(0, start - word.start) / length
        last = min(length, end - word.start) / length
        part = _part(word.box, word.turn, first, last)
        found[word.line] = _around(found[word.line], part) if word.line in found else part
    return list(found.values())


def _line(text: str, place: PageSpan, number: int, picture: Picture) -> Iterable[Placed]:
    inside = [word for word in picture.words if _within(_flat(word), place.box)]
    turns = [word.turn for word in inside]
    turn = max(set(turns), key=turns.count) if turns else 0
    frame = turned(place.box, turn)
    run = text[place.start : place.end]
    drawn = sorted((word for word in inside if word.turn == turn), key=lambda word: word.box[0])
    spots = _spots(run, drawn, (frame[0], frame[2]))
    high = frame[3] - frame[1]
    bottom, top = frame[1] - _BELOW * high, frame[3] + _ABOVE * high
    shown = _shown(turn, picture)
    for word in _WORD.finditer(run):
        stretches = spots[word.start() : word.end()]
        left, right = min(s[0] for s in stretches), max(s[1] for s in stretches)
        start, end = place.start + word.start(), place.start + word.end()
        behind = _SPACE.match(text, end)
        stop = behind.end() if behind else end
        box = picture.shares(turned((left, bottom, right, top), -turn))
        yield Placed(start, end, text[start:stop], box, shown, number)


def _spots(run: str, drawn: Sequence[Word], line: Stretch) -> list[Stretch]:
    """Give the stretch of the line that each character of its text fills."""
    own = [(place, _plain(sign)) for place, sign in enumerate(run) if not sign.isspace()]
    letters = [pair for word in drawn for pair in _letters(word)]
    known: dict[int, Stretch] = {}
    for first, second, size in _alike([s for _, s in own], [s for s, _ in letters]):
        for step in range(size):
            known[own[first + step][0]] = letters[second + step][1]
    return _filled(known, len(run), line)


def _alike(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int, int]]:
    if first == second:
        return [(0, 0, len(first))]
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks()]


def _letters(word: Word) -> list[tuple[str, Stretch]]:
    """Share out a word's width among its letters, which is right to half a letter."""
    signs = [_plain(sign) for sign in clean(word.text) if not sign.isspace()]
    left, right = word.box[0], word.box[2]
    wide = (right - left) / max(1, len(signs))
    return [(sign, (left + n * wide, left + (n + 1) * wide)) for n, sign in enumerate(signs)]


def _plain(sign: str) -> str:
    """Give a sign as it is compared: raised figures are figures."""
    return unicodedata.normalize("NFKC", sign)[:1].casefold()[:1]


def _filled(known: dict[int, Stretch], length: int, line: Stretch) -> list[Stretch]:
    """Give every character a stretch; those between known ones share what lies between."""
    ends = [(-1, (line[0], line[0])), *sorted(known.items()), (length, (line[1], line[1]))]
    spots = [known.get(place, (0.0, 0.0)) for place in range(length)]
    for (before, one), (after, other) in pairwise(ends):
        room = max(0.0, other[0] - one[1]) / max(1, after - before - 1)
        for step, place in enumerate(range(before + 1, after)):
            spots[place] = (one[1] + step * room, one[1] + (step + 1) * room)
    return spots


def _flat(word: Word) -> Box:
    return turned(word.box, -word.turn)


def _within(box: Box, line: Box) -> bool:
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return line[0] - _NEAR <= across <= line[2] + _NEAR and line[1] - _NEAR <= up <= line[3] + _NEAR


def _shown(turn: int, picture: Picture) -> int:
    """Give the quarter turns of a line as it is shown, the page's own turn included."""
    a, b = picture.to_page[:2]
    page = (0 if a > 0 else 2) if abs(a) > abs(b) else (3 if b > 0 else 1)
    return (turn + page) % 4


def _part(box: Box, turn: int, first: float, last: float) -> Box:
    """Cut a box between two shares of its length, along the way it is read."""
    left, top, right, bottom = box
    if turn in (1, 2):
        first, last = 1 - last, 1 - first
    if turn in (0, 2):
        wide = right - left
        return round(left + first * wide, 5), top, round(left + last * wide, 5), bottom
    high = bottom - top
    return left, round(top + first * high, 5), right, round(top + last * high, 5)


def _around(first: Box, second: Box) -> Box:
    return (
        min(first[0], second[0]),
        min(first[1], second[1]),
        max(first[2], second[2]),
        max(first[3], second[3]),
    )
