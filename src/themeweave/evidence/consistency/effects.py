"""Claims against numbers: an improvement claimed of a review whose own interval holds no effect."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from themeweave.evidence.consistency.counts import Contradiction, Sentence, quote, stem

_CLAIM = re.compile(
    r"\b(?:reduc|improv|increas|decreas|benefi|lower|higher|better|effective)[a-z]*", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:no|not|without|neither|nor|unlikely|mixed|inconsistent)\b", re.IGNORECASE
)
_STOP = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "during",
        "after",
        "before",
        "over",
        "number",
        "risk",
        "rate",
        "overall",
        "follow-up",
        "followup",
        "score",
        "days",
        "scores",
        "level",
        "effect",
        "effects",
        "of",
        "in",
        "to",
        "from",
        "self",
        "reported",
    ]
)


@dataclass(frozen=True, slots=True)
class Printed:
    """An effect as a review printed it."""

    reference: str  # its number, or name, in the manuscript
    label: str
    outcome: str
    words: str  # "RR 0.86 (0.66 to 1.13)"
    holds_null: bool  # the interval includes no effect


def claims(sentences: Sequence[Sentence], printed: Collection[Printed]) -> Iterator[Contradiction]:
    """Find claimed effects of a reference whose interval on that outcome includes no effect."""
    by_reference: Mapping[str, list[Printed]] = {}
    groups: dict[str, list[Printed]] = {}
    for effect in printed:
        groups.setdefault(effect.reference, []).append(effect)
    by_reference = groups
    for one in sentences:
        for cited in one.cited:
            start = _clause_start(one.text, cited.start)
            clause = one.text[start : cited.start]
            if not _CLAIM.search(clause) or _DENIED.search(clause):
                continue
            spoken = {stem(word) for word in re.findall(r"[a-z-]{4,}", clause.casefold())}
            for key in cited.keys:
                for effect in by_reference.get(key, ()):
                    words = re.findall(r"[a-z-]{4,}", effect.outcome.casefold())
                    meant = {stem(word) for word in words if word not in _STOP}
                    if effect.holds_null and meant and meant & spoken == meant:
                        yield Contradiction(
                            "claim and effect",
                            one.line,
                            quote(one.text, start, cited.end),
                            f"claims an effect of {effect.label} on {effect.outcome}, whose own "
                            f"interval includes none: {effect.words}",
                        )


def _clause_start(text: str, end: int) -> int:
    """Give where the clause before a place begins: after a stop, or the last "but"."""
    starts = [0]
    starts += [
        hit.end() for hit in re.finditer(r"[;:]|\bbut\b|\bwhile\b|\bhowever\b", text[:end], re.I)
    ]
    return max(starts)
