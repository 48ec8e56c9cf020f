r"""Positions: what the numbers of a selection count, found by trying and scoring.

Programs count code points or UTF-16 units, a CRLF as one or two, a byte-order mark or not, and the
end with or without the last character. Each way is tried on all selections of a project. The way
whose selections start and end at words, and repeat their own names, is the program's; the file's
word on who wrote it only decides between ways that fit equally well.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress, product
from typing import NamedTuple

from themeweave.corpus.readers.canonical import canonical, repairs

MOST_SCORED = 2_000  # selections that the ways are scored on, spread over the project
_WIDE = re.compile("\r(?=\n)|[\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to count."""

    unit: str = "code points"  # or UTF-16 units
    crlf: int = 2  # what a CRLF counts
    bom: bool = False  # whether a byte-order mark counts
    inclusive: bool = False  # whether the end is the last character

    def __str__(self) -> str:
        return (
            f"{self.unit}, a CRLF counts {self.crlf}, "
            f"a byte-order mark {'counts' if self.bom else 'does not count'}, "
            f"the end {'is the last character' if self.inclusive else 'stands behind the last'}"
        )


DIALECTS = tuple(
    Dialect(*way)
    for way in product(("code points", "UTF-16 units"), (2, 1), (False, True), (False, True))
)
_KNOWN = (  # who is said to count how, to decide between ways that fit equally well
    ("nvivo", Dialect("UTF-16 units", 2)),
    ("atlas", Dialect("code points", 1)),
)


class Stored:
    r"""A text as a file stores it and its canonical form; positions in one are led to the other.

    Examples
    --------
    >>> stored = Stored("a\r\n\U0001f600 peers", marked=True)
    >>> stored.text
    'a\n😀 peers'
    >>> stored.place(6, Dialect("UTF-16 units")), stored.place(4, Dialect("UTF-16 units"))
    ((4, True), (2, False))
    """

    def __init__(self, decoded: str, marked: bool = False) -> None:
        self.marked = marked or decoded.startswith("\ufeff")
        decoded = decoded.removeprefix("\ufeff")
        self.text = canonical(decoded)
        self.notes = repairs(decoded)  # what the canonical form leaves out, in words
        self._simple = decoded.replace("\r\n", "\n").replace("\r", "\n") == self.text
        # The text as it was stored is held only where more than line ends tell the two apart.
        self._decoded = "" if self._simple else decoded
        self._length = len(decoded)
        # Flat arrays: a long text may hold a million emoji.
        self._wide = array("q", (m.start() for m in _WIDE.finditer(decoded)))
        self._is_return = bytes(decoded[at] == "\r" for at in self._wide)
        self._returns = array("q", compress(self._wide, self._is_return))

    def place(self, position: int, dialect: Dialect) -> tuple[int, bool]:
        """Give the index in ``text`` of a position, and whether it stands between characters.

        A position inside a character is moved to the character's start; one outside the text to
        its end. The dialect's end is not considered: an inclusive end is to be given plus 1.
        """
        position -= dialect.bom and self.marked
        if position < 0:
            return 0, False
        behind, total = self._widths(dialect)
        k = bisect_right(behind, position)
        index = position - total[k]
        exact = True
        if k < len(self._wide) and index > self._wide[k]:
            index, exact = self._wide[k], False
        if index > self._length:
            return len(self.text), False
        return self._canonical(index), exact

    def _widths(self, dialect: Dialect) -> tuple[array[int], array[int]]:
        """Give where the characters of another width end, and what those before each add up to."""
        key = dialect.unit, dialect.crlf
        if key not in self._made:
            of_return, of_other = dialect.crlf - 2, int(dialect.unit == "UTF-16 units")
            extra = (of_return if is_return else of_other for is_return in self._is_return)
            total = array("q", accumulate(extra, initial=0))
            behind = array("q", (at + 1 + t for at, t in zip(self._wide, total[1:], strict=True)))
            self._made[key] = behind, total
        return self._made[key]

    @cached_property
    def _made(self) -> dict[tuple[str, int], tuple[array[int], array[int]]]:
        return {}

    def _canonical(self, index: int) -> int:
        if self._simple:
            return index - bisect_right(self._returns, index - 1)
        return self._slowly(index)

    def _slowly(self, index: int) -> int:
        """Lead an index over, by the canonical form of what stands before it, from the nearest."""
        at = bisect_right(self._led, (index, len(self.text))) - 1
        before, there = self._led[at]
        if before == index:
            return there
        between = canonical(self._decoded[before:index])
        place = there + len(between)
        if self.text[there:place] != between:  # an accent joins a letter across the place
            place = len(canonical(self._decoded[:index]))
        place = min(place, len(self.text))
        insort(self._led, (index, place))
        return place

    @cached_property
    def _led(self) -> list[tuple[int, int]]:
        return [(0, 0)]


@dataclass(frozen=True, slots=True)
class Mark:
    """A selection as the file states it."""

    stored: Stored
    start: int
    end: int
    name: str = ""  # many programs put the quotation here


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a way of counting fits."""

    dialect: Dialect
    at_words: int  # of the selections: that start and end at a word
    named: int  # that repeat their own name
    scored: int  # distinct places
    doubtful: int = 0  # that another way which fits as well would place elsewhere


def detect(marks: Sequence[Mark], origin: str = "") -> Fit:
    r"""Find the way in which a project counts.

    Parameters
    ----------
    marks
        The selections of all its texts.
    origin
        The program that the file names; it decides only between ways that fit equally well.

    Examples
    --------
    >>> stored = Stored("\U0001f600\U0001f600 peers gave hope")
    >>> detect([Mark(stored, 5, 10)]).dialect.unit
    'UTF-16 units'
    """
    filled = (m for m in marks if m.start < m.end)  # empty ones speak for an inclusive end
    distinct = list({(id(m.stored), m.start, m.end): m for m in filled}.values())
    scored = distinct[:: max(1, -(-len(distinct) // MOST_SCORED))]
    liked = next((way for key, way in _KNOWN if key in origin.casefold()), DIALECTS[0])
    order = [liked, *(way for way in DIALECTS if way != liked)]
    fits = [(_score(scored, way), -n, way) for n, way in enumerate(order)]
    # Where every selection repeats its name, nothing speaks against the first that shows it.
    whole = [fit for fit in fits if scored and fit[0].named == len(scored)]
    best_score, _, best = whole[0] if whole else max(fits)
    spans = [span(mark, best)[:2] for mark in scored]
    doubtful = 0
    for score, _, way in fits:
        if score == best_score and way != best:
            other = [span(mark, way)[:2] for mark in scored]
            doubtful = max(doubtful, sum(a != b for a, b in zip(spans, other, strict=True)))
    return Fit(best, best_score.at_words, best_score.named, len(scored), doubtful)


def span(mark: Mark, dialect: Dialect) -> tuple[int, int, bool]:
    """Give a selection's place in the canonical text, and whether it stands between characters."""
    start, whole = mark.stored.place(mark.start, dialect)
    end, ends_whole = mark.stored.place(mark.end + dialect.inclusive, dialect)
    return start, end, whole and ends_whole


class _Score(NamedTuple):
    """What is compared, in this order."""

    points: int
    exclusive: bool  # an inclusive end also fits where people took the line's end along
    inked: int  # starts and ends on a character that is no white space
    at_words: int
    named: int


def _score(marks: Sequence[Mark], dialect: Dialect) -> _Score:
    points = inked = at_words = named = 0
    for mark in marks:
        start, end, whole = span(mark, dialect)
        text = mark.stored.text
        if not whole or start >= end:
            points -= 2
            continue
        starts = not (start and text[start - 1].isalnum() and text[start].isalnum())
        ends = not (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())
        points += starts + ends
        inked += (not text[start].isspace()) + (not text[end - 1].isspace())
        at_words += starts and ends
        if is_quoted(mark.name, text[start:end]):
            named += 1
            points += 3
    return _Score(points, not dialect.inclusive, inked, at_words, named)


def is_quoted(name: str, text: str) -> bool:
    """Tell whether a selection's name is its text, or the beginning of it.

    Examples
    --------
    >>> is_quoted("peers gave", "peers  gave hope"), is_quoted("line:12", "peers gave hope")
    (True, False)
    """
    words = " ".join(name.split()).removesuffix("...").removesuffix("…").rstrip()
    return bool(words) and " ".join(text[: 2 * len(name) + 20].split()).startswith(words)
