"""Suggestions: from a suggester's readings to one suggested code a finding, with its reason.

A codebook is a tree, so a choice is made from the top: first the branch (a CFIR domain, an
overarching theme) that holds most of the belief, then the code within it. What people decided
already is respected: below a code that they accepted, the best code there is suggested.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Suggestion
from themeweave.codes.reading import Reading


@dataclass(frozen=True, slots=True)
class Choice:
    """The best guess for one finding in one codebook, and how close the next one was."""

    code_id: str  # the most specific code suggested; empty where the codebook offers none
    branch: str  # the code at the top above it
    score: float  # the branch's share of belief, 0 to 1; below accepted codes the code's own
    margin: float  # to the next branch, or below accepted codes to the next code, 0 to 1
    second_branch: str = ""
    second_code: str = ""  # the best code of the second branch
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Further:
    """A code that a finding may bear beside the one suggested: a question to a person."""

    code_id: str
    score: float  # 0 to 1, as that of a choice
    reason: str


NOTHING = Choice("", "", 0.0, 0.0, reason="the codebook has no codes to suggest")


def choose(
    reading: Reading, book: Codebook, under: Collection[str] = (), without: Collection[str] = ()
) -> Choice:
    """Choose a code from a reading.

    Parameters
    ----------
    reading
        Shares over the codebook's codes.
    under
        Codes that people accepted for the finding: the choice is made among the codes below
        the lowest of them. Empty: among all.
    without
        Codes that people rejected for the finding: they and the codes below them are left out.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code
    >>> book = Codebook("b", "B", (Code("A", "A"), Code("a1", "a1", parent="A"), Code("B", "B")))
    >>> choice = choose(Reading({"A": 0.2, "a1": 0.4, "B": 0.4}), book)
    >>> choice.code_id, choice.branch, round(choice.margin, 3)
    ('a1', 'A', 0.2)
    """
    if not under and not without:
        return _free(reading, book)
    lowest = book.lowest(under)
    allowed = {
        code_id: share
        for code_id, share in reading.shares.items()
        if not any(book.is_below(code_id, code) for code in without)
        and (
            not under
            or (code_id not in lowest and any(book.is_below(code_id, low) for low in lowest))
        )
    }
    if not allowed:
        return NOTHING
    if under:
        return _refined(reading, book, allowed)
    return _free(reading, book, allowed)


def _free(reading: Reading, book: Codebook, allowed: Mapping[str, float] | None = None) -> Choice:
    """Choose among whole branches."""
    allowed = reading.shares if allowed is None else allowed
    if not allowed:
        return NOTHING
    sums: dict[str, float] = {}
    below: dict[str, str] = {}  # the code that each branch believes most, below its top
    for code_id, share in allowed.items():
        top = book.tops[code_id]
        sums[top] = sums.get(top, 0.0) + share
        if code_id != top and (top not in below or share > allowed[below[top]]):
            below[top] = code_id
    ranked = sorted(sums, key=lambda top: -sums[top])  # ties keep the codebook's order
    best, second = ranked[0], ranked[1] if len(ranked) > 1 else ""
    code_id = below.get(best, best)
    return Choice(
        code_id,
        best,
        round(sums[best], 4),
        round(sums[best] - sums.get(second, 0.0), 4),
        second,
        below.get(second, second),
        reason(reading, book, code_id),
    )


def _refined(reading: Reading, book: Codebook, allowed: Mapping[str, float]) -> Choice:
    """Choose among the codes that stand below what people accepted."""
    room = sum(allowed.values()) or 1.0
    ranked = sorted(allowed, key=lambda code_id: -allowed[code_id])
    best, rest = ranked[0], [allowed[code_id] for code_id in ranked[1:2]]
    return Choice(
        best,
        book.top(best),
        round(allowed[best] / room, 4),
        (allowed[best] - sum(rest)) / room,
        reason=reason(reading, book, best),
    )


def reason(reading: Reading, book: Codebook, code_id: str) -> str:
    """Say in words what speaks for a code."""
    said = [
        f"'{phrase}'"
        for owner in dict.fromkeys((code_id, *reversed(book.path(code_id))))
        for phrase in reading.phrases.get(owner, ())
    ]
    parts = ["says " + ", ".join(said[:4])] if said else []
    if note := reading.notes.get(code_id, ""):
        parts.append(note)
    return "; ".join(parts) or f"worded most like the codebook's text for {book.name(code_id)}"


def suggestions(
    ids: Sequence[str],
    readings: Sequence[Reading],
    book: Codebook,
    suggester: str,
    margin: float,
    accepted: Mapping[str, Collection[str]],
    rejected: Mapping[str, Collection[str]],
) -> list[Suggestion]:
    """Turn readings into one suggestion a finding.

    Parameters
    ----------
    ids, readings
        One reading a finding.
    margin
        From 0 to 1. A choice whose margin to the next is smaller is marked unsure.
    accepted
        By finding: the codes of this codebook that people accepted. A finding whose accepted
        code has nothing below it gets no suggestion.
    rejected
        By finding: the codes that people rejected. The next best is suggested instead.
    """
    chosen = (
        (one, choose(reading, book, accepted.get(one, ()), rejected.get(one, ())))
        for one, reading in zip(ids, readings, strict=True)
    )
    return [
        suggestion(finding, choice, book, suggester, margin)
        for finding, choice in chosen
        if choice.code_id
    ]


def suggestion(
    finding: str, choice: Choice, book: Codebook, suggester: str, margin: float
) -> Suggestion:
    """Turn a choice into a suggestion, marked unsure where its margin is below the one given."""
    return Suggestion(
        finding,
        book.id,
        choice.code_id,
        choice.score,
        suggester,
        choice.reason,
        unsure=choice.margin < margin,
    )
