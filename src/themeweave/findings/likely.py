"""Likely: whether a sentence reads like a finding, as the encoder learned it from examples.

The rules of `extract` say what may be a finding by where it stands and how it begins; the encoder
was taught findings, and methods, background, overviews, numbers, recommendations and limitations.
It takes nothing away: it puts the likeliest first, and says what a sentence reads like instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.findings.encoder import shipped, why_not

QUESTION = "kind"
FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely a sentence is a finding, 0 to 1, and what it reads like."""

    share: float
    kind: str  # finding, method, background, overview, numbers, recommendation, limitation


def likely(texts: Sequence[str]) -> list[Likely] | None:
    """Say how likely each text is a finding; None where the encoder cannot be loaded.

    Examples
    --------
    >>> texts = ["Nurses felt that visits took too long.", "Two reviewers screened the titles."]
    >>> [one.kind for one in likely(texts)]
    ['finding', 'method']
    """
    if why_not():
        return None
    encoder = shipped()
    kinds = next(head.codes for head in encoder.description.heads if head.question == QUESTION)
    shares = encoder(texts).shares[QUESTION]
    place = kinds.index(FINDING)
    return [Likely(round(float(row[place]), 2), kinds[int(row.argmax())]) for row in shares]
