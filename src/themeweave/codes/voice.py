"""Voice: whose view a finding reports, read from who is named first and as what.

The group that opens the sentence, or that a reporting verb follows, holds the view; a group that
stands after *for*, *with* or *of* is whom the view is about. Two holders joined by *and* are a
mixed sample. Where no group holds the view, the finding is unclear and says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from themeweave.codes.codebook import Codebook
from themeweave.codes.cues import Hit, compile_cues
from themeweave.codes.reading import Reading

VERSION = "voice@1"
_ABOUT = re.compile(
    r"\b(?:for|with|of|to|towards?|between|among|from|on|about|by|behind|than|non)"
    r"(?:\s+(?:the|their|his|her|our|other|some|all|many|both|these|those|most|new|local))*[\s-]*$",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\b(?:according to|in the (?:view|eyes) of|reported by|voiced by)\s*$", re.IGNORECASE
)
_SOURCE = 2.5  # outweighs a speaker, wherever it stands; other groups say less the later they come
_VERBS = (
    "said say saw felt feel found find reported report described describe thought think believed "
    "believe feared fear valued value wanted want worried perceived expressed noted mentioned "
    "experienced experience disliked liked complained preferred considered stressed explained "
    "recalled doubted appreciated were was are had have could did struggled benefited gained "
    "learned welcomed questioned"
)
_SAYS = re.compile(
    r"^(?:\W|\w+ly\b|who|also|often|sometimes|themselves|alike|\s)*"
    rf"(?:{'|'.join(_VERBS.split())})\b",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^\s*(?:,|and|or|&|as well as|/)+\s*(?:the|their|other|some)?\s*$", re.IGNORECASE
)


def read(texts: Sequence[str], book: Codebook) -> list[Reading]:
    """Read whose view each text reports.

    The codebook is one of perspectives: its codes' cues name groups, and it may hold the codes
    ``mixed`` (several holders) and ``unclear`` (none).

    Examples
    --------
    >>> from themeweave.codes.codebook import Code, Codebook
    >>> staff, users = Code("staff", "", cues=("nurses",)), Code("users", "", cues=("patients",))
    >>> book = Codebook("p", "P", (staff, users, Code("mixed", ""), Code("unclear", "")), True)
    >>> reading = read(["Nurses feared for patients who lived alone."], book)[0]
    >>> max(reading.shares, key=reading.shares.get)
    'staff'
    """
    codes = book.suggestible()
    matcher = compile_cues(codes)
    ids = [code.id for code in codes]
    return [_read(text, hits, ids) for text, hits in zip(texts, matcher.hits(texts), strict=True)]


def _read(text: str, hits: Sequence[Hit], ids: Sequence[str]) -> Reading:
    weights = dict.fromkeys(ids, 0.05)
    notes: dict[str, str] = {}
    phrases: dict[str, list[str]] = {}
    groups = [hit for hit in hits if hit.code_id not in ("mixed", "unclear")]
    for order, hit in enumerate(groups):
        phrases.setdefault(hit.code_id, []).append(text[hit.start : hit.end])
        held = _holds(text, hit)
        weights[hit.code_id] += held if held == _SOURCE else held / (1 + order)
    for hit in hits:
        if hit.code_id in ("mixed", "unclear"):
            weights[hit.code_id] += 0.4
            phrases.setdefault(hit.code_id, []).append(text[hit.start : hit.end])
    if "mixed" in weights:
        for one, other in pairwise(groups):
            joined = one.code_id != other.code_id and _JOINED.match(text[one.end : other.start])
            if joined and _holds(text, one) >= 1:
                weights["mixed"] += 2.0
                notes["mixed"] = f"two groups joined: '{text[one.start : other.end]}'"
                break
    if "unclear" in weights and not groups and "mixed" not in phrases:
        weights["unclear"] += 0.6
        notes["unclear"] = "no group is named"
    total = sum(weights.values())
    shares = {code_id: weight / total for code_id, weight in weights.items()}
    kept = {code_id: tuple(dict.fromkeys(found)) for code_id, found in phrases.items()}
    return Reading(shares, kept, notes)


def _holds(text: str, hit: Hit) -> float:
    """Weigh how far a group holds the view: as its source, as a speaker, named, spoken about."""
    before, after = text[: hit.start], text[hit.end :]
    if _ACCORDING.search(before) or text[hit.start :].lower().startswith("according"):
        return _SOURCE
    if _ABOUT.search(before):
        return 0.3
    if _SAYS.match(after):
        return 2.0
    return 1.0 if hit.start < 30 else 0.6
