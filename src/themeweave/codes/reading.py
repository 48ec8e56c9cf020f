"""Readings: what a suggester makes of one finding, before anything is chosen.

A suggester is a function from texts and a codebook to one reading a text. Its name and version
stand in every suggestion that comes of it. Suggesters are found by name through the entry
points ``themeweave.suggesters``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from themeweave.codes.codebook import Codebook

AS_A_WHOLE = "by its wording as a whole"  # where no phrase of a finding can be pointed to


@dataclass(frozen=True, slots=True)
class Without:
    """What is believed of a text that is read without one of its phrases, or two in a row."""

    phrase: str  # as it stands in the text
    shares: Mapping[str, float]  # as those of a reading
    pair: bool = False  # it is two phrases that follow each other
    alone: Mapping[str, float] = field(default_factory=dict)  # of the phrase read by itself


@dataclass(frozen=True, slots=True)
class Reading:
    """Shares of belief over a codebook's codes, and the evidence in words."""

    shares: Mapping[str, float]  # code id -> 0 to 1, adding up to 1 over the codes
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # found in the text
    notes: Mapping[str, str] = field(default_factory=dict)  # further reasons, by code
    without: tuple[Without, ...] = ()  # empty where it was not tried, or the text is one phrase


Suggester = Callable[[Sequence[str], Codebook], list[Reading]]


def shares_below(reading: Reading, book: Codebook, roots: Sequence[str]) -> dict[str, float]:
    """Add up the shares of each root's branch.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code, Codebook
    >>> book = Codebook("b", "B", (Code("A", "A"), Code("a1", "a1", parent="A"), Code("B", "B")))
    >>> shares_below(Reading({"A": 0.25, "a1": 0.5, "B": 0.25}), book, ["A", "B"])
    {'A': 0.75, 'B': 0.25}
    """
    sums = dict.fromkeys(roots, 0.0)
    for code_id, share in reading.shares.items():
        for ancestor in book.path(code_id):
            if ancestor in sums:
                sums[ancestor] += share
    return sums


def shares_among(shares: Mapping[str, float], codes: Collection[str]) -> dict[str, float]:
    """Give the shares of some codes, adding up to 1.

    Examples
    --------
    >>> shares_among({"a": 0.375, "b": 0.125, "c": 0.5}, ["a", "b"])
    {'a': 0.75, 'b': 0.25}
    """
    own = {code_id: share for code_id, share in shares.items() if code_id in codes}
    room = sum(own.values()) or 1.0
    return {code_id: share / room for code_id, share in own.items()}
