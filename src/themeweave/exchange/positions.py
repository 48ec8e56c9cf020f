r"""Positions: what the numbers of a selection count, found by trying and scoring.

Programs count code points or UTF-16 units, a CRLF as one or two, a byte-order mark or not, and the
end with or without the last character. Each way is tried on all selections of a project. The way
whose selections start and end at words, and repeat their own names, is the program's; the file's
word on who wrote it only decides between ways that fit equally well.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from typing import NamedTuple

from themeweave.corpus.readers.canonical import canonical

MOST_SCORED = 2_000  # selections that the ways are scored on, spread over the project
_WIDE = re.compile("\r(?=\n)|[\U00010000-\U0010ffff]")
_NOT_ASCII = re.compile("\r(?=\n)|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to count."""

    unit: str = "code points"  # UTF-16 units, UTF-8 bytes
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
        self.decoded = decoded.removeprefix("\ufeff")
        self.marked = marked or decoded.startswith("\ufeff")
        self.text = canonical(self.decoded)
        lines_only = self.decoded.replace("\r\n", "\n").replace("\r", "\n")
        self._simple = lines_only == self.text  # canonical but for the line ends
        self._wide = [(m.start(), m[0]) for m in _WIDE.finditer(self.decoded)]
        self._returns = [at for at, sign in self._wide if sign == "\r"]

    def place(self, position: int, dialect: Dialect) -> tuple[int, bool]:
        """Give the index in ``text`` of a position, and whether it stands between characters.

        A position inside a character is moved to the character's start; one outside the text to
        its end. The dialect's end is not considered: an inclusive end is to be given plus 1.
        """
        position -= dialect.bom and self.marked
        if position < 0:
            return 0, False
        behind, total, wide = self.widths(dialect)
        k = bisect_right(behind, position)
        index = position - total[k]
        exact = True
        if k < len(wide) and index > wide[k]:
            index, exact = wide[k], False
        if index > len(self.decoded):
            return len(self.text), False
        return self._canonical(index), exact

    @cached_property
    def _bytes(self) -> list[tuple[int, str]]:
        return [(m.start(), m[0]) for m in _NOT_ASCII.finditer(self.decoded)]

    def _signs(self, dialect: Dialect) -> list[tuple[int, str]]:
        return self._bytes if dialect.unit == "UTF-8 bytes" else self._wide

    def widths(self, dialect: Dialect) -> tuple[list[int], list[int], list[int]]:
        """Give where characters of another width end, what they add up to, and where they stand."""
        key = dialect.unit, dialect.crlf
        if key not in self._made:
            signs = self._signs(dialect)
            extra = [_extra(sign, dialect) for _, sign in signs]
            total = [0, *accumulate(extra)]
            behind = [at + 1 + total[n + 1] for n, (at, _) in enumerate(signs)]
            self._made[key] = behind, total, [at for at, _ in signs]
        return self._made[key]

    @cached_property
    def _made(self) -> dict[tuple[str, int], tuple[list[int], list[int], list[int]]]:
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
        between = canonical(self.decoded[before:index])
        place = there + len(between)
        if self.text[there:place] != between:  # an accent joins a letter across the place
            place = len(canonical(self.decoded[:index]))
        place = min(place, len(self.text))
        insort(self._led, (index, place))
        return place

    @cached_property
    def _led(self) -> list[tuple[int, int]]:
        return [(0, 0)]


def _extra(sign: str, dialect: Dialect) -> int:
    """Give what a character counts beyond one."""
    if sign == "\r":
        return dialect.crlf - 2
    if dialect.unit == "UTF-16 units":
        return 1
    return len(sign.encode("utf-8", "surrogatepass")) - 1 if dialect.unit == "UTF-8 bytes" else 0


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
