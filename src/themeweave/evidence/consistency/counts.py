"""Counts in running text: numbers in words and figures, what they count, and what is cited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from themeweave.corpus.citations import markers
from themeweave.corpus.segments import paragraphs, sentences

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: value for value, word in enumerate(_ONES)}
_WORDS |= {word: 10 * place for place, word in enumerate(_TENS, start=2)}
_WORDS |= {
    f"{ten}{dash}{one}": 10 * place + value
    for place, ten in enumerate(_TENS, start=2)
    for value, one in enumerate(_ONES[1:10], start=1)
    for dash in ("-", " ", "‐", "–")
}
NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d+|"
    + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
    + r")"
)
NOUN = (
    r"(?:reviews?|stud(?:y|ies)|trials?|papers?|articles?|publications?|reports?|meta-analys[ei]s)"
)
_COUNT = re.compile(
    rf"(?<![\w.,%-])(?P<n>{NUMBER})(?![\w%]|[.,]\d)\s+"
    rf"(?P<between>(?:of (?:the|these|those|our|all) )?(?:[^\W\d_][\w-]*\s+){{0,3}}?)"
    rf"(?P<noun>{NOUN})\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:about|around|almost|nearly|over|than|least|most|up to|some|every)\s*$", re.I
)


def number(written: str) -> int:
    """Read a whole number in figures or words, up to ninety-nine in words.

    Examples
    --------
    >>> number("Thirteen"), number("40,927"), number("twenty-one")
    (13, 40927, 21)
    """
    word = written.casefold()
    return _WORDS[word] if word in _WORDS else int(word.replace(",", ""))


def stem(word: str) -> str:
    """Bring the forms of a word together, roughly: its first letters without an ending.

    Examples
    --------
    >>> stem("Reviews") == stem("review"), stem("hospitalised") == stem("hospitalisation")
    (True, True)
    """
    bare = word.casefold().replace("studies", "study").replace("analyses", "analysis")
    return bare.removesuffix("s")[:9]


@dataclass(frozen=True, slots=True)
class Count:
    """A number of something, as the text states it."""

    n: int
    noun: str  # its stem
    start: int
    end: int
    definite: bool  # "the two trials": refers back
    about: bool  # "at least two": no exact number
    within: bool  # "two of these trials": a part of what was named before


@dataclass(frozen=True, slots=True)
class Cited:
    """References cited at one place; brackets that follow each other are one place."""

    keys: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its counts and citations, and where it stands."""

    text: str
    start: int  # in the document
    line: int
    paragraph: int
    counts: tuple[Count, ...]
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things that a manuscript says and that cannot both be."""

    rule: str
    line: int
    quote: str
    why: str


def read_sentences(text: str) -> list[Sentence]:
    """Cut a document into sentences with their counts and citations; offsets are within each."""
    found = []
    line, counted = 1, 0
    for number_of, (first, last) in enumerate(paragraphs(text)):
        for start, end in sentences(text, first, last):
            words = text[start:end]
            line, counted = line + text.count("\n", counted, start), start
            found.append(
                Sentence(
                    words,
                    start,
                    line,
                    number_of,
                    tuple(_counts(words)),
                    tuple(_cited(text, start, end)),
                )
            )
    return found


def _counts(words: str) -> Iterator[Count]:
    for hit in _COUNT.finditer(words):
        before = words[max(0, hit.start() - 12) : hit.start()]
        yield Count(
            number(hit["n"]),
            stem(hit["noun"]),
            hit.start(),
            hit.end(),
            re.search(r"\b(?:the|these|those|all|both)\s+$", before, re.IGNORECASE) is not None,
            _ABOUT.search(before) is not None,
            hit["between"].lower().startswith("of "),
        )


def _cited(text: str, start: int, end: int) -> Iterator[Cited]:
    held: Cited | None = None
    for marker in markers(text, start, end):
        keys = tuple(marker.keys)
        first, last = marker.start - start, marker.end - start
        if held and not text[start + held.end : marker.start].strip(" ,;"):
            held = Cited((*held.keys, *keys), held.start, last)
            continue
        if held:
            yield held
        held = Cited(keys, first, last)
    if held:
        yield held


def quote(words: str, start: int, end: int, room: int = 90) -> str:
    """Give what stands at a place, with the words around it, on one line."""
    first = max(0, start - room // 3)
    last = min(len(words), max(end, first + room))
    shown = " ".join(words[first:last].split())
    return ("… " if first else "") + shown + (" …" if last < len(words) else "")
