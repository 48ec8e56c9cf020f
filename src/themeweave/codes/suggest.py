"""Suggestions: from a suggester's readings to one suggested code a finding, with its reason.

A codebook is a tree, so a choice is made from the top: first the branch (a CFIR domain, an
overarching theme) that holds most of the belief, then the code within it. What people decided
already is respected: below a code that they accepted, the best code there is suggested. Where the
branch is sure and the code within it is not, what the two closest codes share is suggested.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Suggestion
from themeweave.codes.reading import AS_A_WHOLE, Reading, shares_among
from themeweave.codes.reasons import reason, speaks_for

# Of belief: nobody can defend a suggestion that the program itself believes less. Of subthemes of
# 24 studies one such in three is right; of perspectives, where groups are only named, eight in ten.
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """The best guess for one finding in one codebook, and how close the next one was."""

    code_id: str  # the most specific code suggested; empty where the codebook offers none
    branch: str  # the code at the top above it
    score: float  # the branch's share of belief, 0 to 1; below accepted codes the code's own
    margin: float  # to the next branch, or below accepted codes to the next code, 0 to 1
    second_branch: str = ""
    second_code: str = ""  # the best code of the second branch; below accepted codes the next code
    reason: str = ""
    within: float = 1.0  # from the code to the next one in its branch, as a share of the branch
    rival: str = ""  # that next code; empty where the branch has one code
    among: tuple[str, ...] = ()  # the codes below accepted ones that were open; empty: all were


@dataclass(frozen=True, slots=True)
class Further:
    """A code that a finding may bear beside the one suggested: a question to a person."""

    code_id: str
    score: float  # 0 to 1, as that of a choice
    reason: str


_NEAR, _FAR = 0.67, 0.25  # of the share of the code chosen: the next one is near, is far behind
_FAINT = 0.25  # of belief
NONE_STANDS_OUT = "no code stands out"
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
    for code_id, share in allowed.items():
        top = book.tops[code_id]
        sums[top] = sums.get(top, 0.0) + share
    best, second = [*sorted(sums, key=lambda top: -sums[top]), ""][:2]  # ties keep the file's order
    likeliest = sorted(allowed, key=allowed.__getitem__, reverse=True)
    below = [one for one in likeliest if book.tops[one] == best != one]
    code_id, rival = below[0] if below else best, below[1] if len(below) > 1 else ""
    room = (sums[best] - allowed.get(best, 0.0) if below else sums[best]) or 1.0
    score, margin = round(sums[best], 4), round(sums[best] - sums.get(second, 0.0), 4)
    return Choice(
        code_id,
        best,
        score,
        margin,
        second,
        next((one for one in likeliest if book.tops[one] == second != one), second),
        _why(reading, book, code_id, stands_out(score, margin)),
        round((allowed[code_id] - allowed[rival]) / room, 4) if rival else 1.0,
        rival,
    )


def _refined(reading: Reading, book: Codebook, allowed: Mapping[str, float]) -> Choice:
    """Choose among the codes that stand below what people accepted.

    Where the reading by itself believes more in another branch, and in a code of it, the reason
    says so; what it believes of the codes here is right as often as elsewhere, see docs/coding.md.
    """
    own = _free(reading, book)
    ranked = tuple(sorted(allowed, key=lambda code_id: -allowed[code_id]))
    best, second, elsewhere = ranked[0], "".join(ranked[1:2]), ""
    astray = reading.shares.get(own.code_id, 0.0) > allowed[best]
    if astray and own.branch not in {book.top(code_id) for code_id in ranked}:
        elsewhere = f"; the program alone would have filed it under {book.name(own.branch)}"
    shares = shares_among(reading.shares, ranked)
    score, margin = round(shares[best], 4), round(shares[best] - shares.get(second, 0.0), 4)
    return Choice(
        best,
        book.top(best),
        score,
        margin,
        second_code=second,
        reason=_why(reading, book, best, stands_out(score, margin), ranked) + elsewhere,
        among=ranked,
    )


def _why(
    reading: Reading, book: Codebook, code_id: str, clear: bool, among: Collection[str] = ()
) -> str:
    """Say why a code comes first; where none stands out, no phrase is made a reason for it."""
    if clear:
        return reason(reading, book, code_id, among)
    noted = reason(replace(reading, phrases={}, without=()), book, code_id, among)
    return f"{NONE_STANDS_OUT}; {noted.removesuffix(AS_A_WHOLE)}".rstrip("; ")


def stands_out(score: float, margin: float) -> bool:
    """Tell whether a first choice is worth a reason: not where it is faint and the next one near.

    Parameters
    ----------
    score, margin
        As those of a `Choice`, 0 to 1.

    Examples
    --------
    >>> stands_out(0.2, 0.08), stands_out(0.2, 0.02)
    (True, False)
    """
    return score >= _FAINT or score - margin < _NEAR * score


def doubt(choice: Choice, reading: Reading, book: Codebook) -> str:
    """Say what speaks for a choice that is unsure, and what for the next code."""
    rival = choice.second_code
    if not rival or not stands_out(choice.score, choice.margin):
        return choice.reason
    behind = runner_up(choice, reading) / choice.score if choice.score else 1.0
    for_it = "; ".join(speaks_for(reading, book, rival, choice.among, choice.reason))
    if behind < _FAR:
        return choice.reason
    if for_it:
        return f"{choice.reason}. Against it, {book.name(rival)}: {for_it}"
    how = "Nearly as likely" if behind >= _NEAR else "Next"
    return f"{choice.reason}. {how}: {book.name(rival)}"


def runner_up(choice: Choice, reading: Reading) -> float:
    """Give the share of the next branch, below accepted codes of the next code, 0 to 1."""
    if not choice.among:
        return choice.score - choice.margin
    return shares_among(reading.shares, choice.among).get(choice.second_code, 0.0)


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
        From 0 to 1. A choice whose margin to the next branch is smaller is marked unsure. Where
        only the next code of the same branch is that close, the code above both is suggested.
    accepted
        By finding: the codes of this codebook that people accepted. A finding whose accepted
        code has nothing below it gets no suggestion.
    rejected
        By finding: the codes that people rejected. The next best is suggested instead.
    """
    chosen = (
        (one, reading, choose(reading, book, accepted.get(one, ()), rejected.get(one, ())))
        for one, reading in zip(ids, readings, strict=True)
    )
    return [
        suggestion(one, choice, reading, book, suggester, margin)
        for one, reading, choice in chosen
        if choice.code_id
    ]


def suggestion(
    finding: str,
    choice: Choice,
    reading: Reading,
    book: Codebook,
    suggester: str,
    margin: float,
) -> Suggestion:
    """Turn a choice from a reading into a suggestion.

    Where it is unsure it is marked so; where only the margin to the next code of the branch is
    smaller than the one given, it is the code above both.
    """
    unsure = is_unsure(choice, margin)
    code_id, why = choice.code_id, choice.reason
    if unsure:
        why = doubt(choice, reading, book)
    elif is_open(choice, margin):
        code_id, why = shared(choice, book), f"{why}. {between(choice, book)}"
    return Suggestion(finding, book.id, code_id, choice.score, suggester, why, unsure=unsure)


def is_unsure(choice: Choice, margin: float) -> bool:
    """Tell whether a choice is too close to the next one, or has less than half of the belief.

    Examples
    --------
    >>> is_unsure(Choice("a", "a", 0.48, 0.3), 0.2), is_unsure(Choice("a", "a", 0.6, 0.3), 0.2)
    (True, False)
    """
    return choice.margin < margin or choice.score < EVEN


def is_open(choice: Choice, margin: float) -> bool:
    """Tell whether the branch is sure, and which code of it is not.

    Examples
    --------
    >>> is_open(Choice("a1", "A", 0.9, 0.8, within=0.1, rival="a2"), 0.2)
    True
    """
    return not is_unsure(choice, margin) and choice.within < margin


def shared(choice: Choice, book: Codebook) -> str:
    """Give the lowest code above both codes between which a choice is open."""
    both = set(book.path(choice.code_id)) & set(book.path(choice.rival))
    return max(both, key=lambda code_id: len(book.path(code_id)))


def between(choice: Choice, book: Codebook) -> str:
    """Name the two codes between which a choice is open."""
    return (
        f"Which code within {book.name(choice.branch)} is open: "
        f"{book.name(choice.code_id)} or {book.name(choice.rival)}"
    )
