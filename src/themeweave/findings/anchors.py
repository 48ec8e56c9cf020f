"""Anchors: finding a quotation again where its document has changed.

Looked for as it stands; then with white space and capitals set aside; then as the stretch of a
sentence that is most like it, if it is like it enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from themeweave.corpus.segments import sentences

SIMILAR = 0.85  # of difflib's ratio, 0 to 1: less alike is another statement
_SHARED = 0.5  # of the quotation's words, for a sentence to be compared at all
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a quotation stands in a text, and how it was found."""

    start: int
    end: int
    how: Literal["exact", "spacing", "similar"]
    ratio: float = 1.0  # how alike the two are


def anchor(
    quotation: str, text: str, spans: Sequence[tuple[int, int]] | None = None, near: float = 0.0
) -> Anchor | None:
    """Find a quotation in a text; None where nothing is like it enough.

    Parameters
    ----------
    quotation, text
        What is looked for, and where.
    spans
        The sentences of the text, where many quotations are looked for in one.
    near
        Where the quotation stood before, as a share of the text: of several places that read
        alike, the nearest is taken.

    Examples
    --------
    >>> anchor("Staff were wary", "At first staff  were wary of them.")
    Anchor(start=9, end=25, how='spacing', ratio=1.0)
    """
    words = quotation.split()
    if not words:
        return None
    place = near * len(text)
    exact = [found.start() for found in re.finditer(re.escape(quotation), text)]
    if exact:
        start = min(exact, key=lambda at: abs(at - place))
        return Anchor(start, start + len(quotation), "exact")
    spaced = re.compile(r"\s+".join(re.escape(word) for word in words), re.IGNORECASE)
    found = [match.span() for match in spaced.finditer(text)]
    if found:
        return Anchor(*min(found, key=lambda span: abs(span[0] - place)), "spacing")
    return _similar(quotation, text, sentences(text) if spans is None else spans, place)


def _similar(
    quotation: str, text: str, spans: Sequence[tuple[int, int]], place: float
) -> Anchor | None:
    from difflib import SequenceMatcher

    wanted = set(_WORD.findall(quotation.lower()))
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(quotation)
    best: Anchor | None = None
    for start, end in spans:
        shared = wanted.intersection(_WORD.findall(text[start:end].lower()))
        if len(shared) < _SHARED * len(wanted):
            continue
        matcher.set_seq1(text[start:end])
        blocks = [block for block in matcher.get_matching_blocks() if block.size > 3]
        if not blocks:
            continue
        first, last = start + blocks[0].a, start + blocks[-1].a + blocks[-1].size
        # The ends that the blocks leave over are words that changed.
        first, last = _whole_words(text, max(start, first - blocks[0].b), last, start, end)
        last = first + len(text[first:last].rstrip())
        matcher.set_seq1(text[first:last])
        ratio = round(matcher.ratio(), 3)
        near = best and ratio == best.ratio and abs(first - place) < abs(best.start - place)
        if ratio >= SIMILAR and (best is None or ratio > best.ratio or near):
            best = Anchor(first, last, "similar", ratio)
    return best


def _whole_words(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    while first > start and text[first - 1].isalnum() and text[first].isalnum():
        first -= 1
    while last < end and text[last - 1].isalnum() and text[last].isalnum():
        last += 1
    return first, last
