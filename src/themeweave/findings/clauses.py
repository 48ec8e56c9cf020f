"""Clauses: one sentence whose parts cite different sources holds several findings.

"Pay was low [3], managers were distant [5] and rotas changed [3, 8]" is three statements with
three sets of sources. The sentence is cut behind a citation where a new part begins; each part
keeps its citation. Commas, semicolons, *and*, *or* and *but* between parts belong to none, nor
does the stop at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 3000  # characters of a sentence that is cut: what is longer is no sentence
LEAST_WORDS = 3  # in a part; "in rural [1], urban [2] and suburban areas [3]" is one statement
_BREAK = re.compile(
    r"\s*(?:[,;:]\s*|[–—]\s*)(?:(?:and|or|but|nor)\b\s*)?"
    r"|\s+(?:and|or|but|nor)\b\s*"
    r"|\s+(?=(?:while|whereas|whilst|although|though|which|who|where|as|yet|because|so|since"
    r"|with|[a-z]{3,}ing)\b)"
)
_STOP = re.compile(r"[\s.;,:!?]+\Z")
_NAMES = re.compile(r"(?:(?:[A-Z][\w’'-]*|et|al|and|&|colleagues)[\s,.]*)+")
_SPACED = re.compile(r"\s+([.,;:!?)])")
_EMPTY = re.compile(r"\s*(?:\((?:e\.g\.|see)?[\s,;]*\)|\[[\s,;]*\])")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation in the text and the references it names."""

    start: int
    end: int
    references: tuple[str, ...]
    unresolved: tuple[str, ...] = ()  # keys that the reference list does not have


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence, or a part of one, with the citations inside it."""

    start: int
    end: int
    citations: tuple[Cited, ...]


def split(text: str, start: int, end: int, citations: Sequence[Cited]) -> list[Part]:
    """Split a sentence into the parts that its citations mark off.

    Parameters
    ----------
    text, start, end
        The sentence is ``text[start:end]``, without white space at its ends.
    citations
        Those inside the sentence, in order.

    Returns
    -------
    list of Part
        The whole sentence where all its parts would cite the same.

    Examples
    --------
    >>> text = "Pay was low [3], and managers were distant [5]."
    >>> marks = [Cited(12, 15, ("3",)), Cited(43, 46, ("5",))]
    >>> [text[part.start:part.end] for part in split(text, 0, len(text), marks)]
    ['Pay was low [3]', 'managers were distant [5]']
    """
    whole = [Part(start, end, tuple(citations))]
    if end - start > LONGEST:
        return whole
    parts: list[Part] = []
    place, inside = start, list[Cited]()
    for cited, following in pairwise(citations):
        inside.append(cited)
        broken = _BREAK.match(text, cited.end, end)
        if (
            broken
            and not _in_brackets(text, start, cited.end)
            and _says(without(text, place, cited.end, inside))
            and _says(text[broken.end() : following.start])
        ):
            parts.append(Part(place, cited.end, tuple(inside)))
            place, inside = broken.end(), []
    if not parts:
        return whole
    inside.append(citations[-1])
    parts.append(Part(place, _ended(text, place, end), tuple(inside)))
    return parts if len({frozenset(references(part.citations)) for part in parts}) > 1 else whole


def references(citations: Iterable[Cited]) -> tuple[str, ...]:
    """Give all references cited, each once, in the order of the text."""
    return tuple(dict.fromkeys(key for cited in citations for key in cited.references))


def unresolved(citations: Iterable[Cited]) -> tuple[str, ...]:
    """Give all cited keys that the reference list does not have."""
    return tuple(dict.fromkeys(key for cited in citations for key in cited.unresolved))


def without(text: str, start: int, end: int, citations: Sequence[Cited]) -> str:
    """Give a stretch of the text without its citations, white space drawn together.

    Examples
    --------
    >>> without("Pay was low [3], they said.", 0, 27, [Cited(12, 15, ("3",))])
    'Pay was low, they said.'
    """
    pieces, place = [], start
    for cited in citations:
        pieces.append(text[place : cited.start])
        place = cited.end
    plain = " ".join("".join([*pieces, text[place:end]]).split())
    return _EMPTY.sub("", _SPACED.sub(r"\1", plain))


def _says(part: str) -> bool:
    """Tell whether a part states something: it is neither an item of a list nor only names."""
    return len(_WORD.findall(part)) >= LEAST_WORDS and not _NAMES.fullmatch(part)


def _in_brackets(text: str, start: int, end: int) -> bool:
    return text.count("(", start, end) > text.count(")", start, end)


def _ended(text: str, start: int, end: int) -> int:
    """Give the end without the stop that closes the sentence."""
    stop = _STOP.search(text, start, end)
    return stop.start() if stop else end
