"""Codings: which findings speak to which codes, and on whose word.

A machine *suggests*, a person *decides*, and a *coding* is what the two settle to.
Suggestions can be thrown away and computed again. Decisions are only ever added.
Codings are derived from both and never stored, so they cannot go stale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal, Protocol

from themeweave.codes.codebook import Codebook

Basis = Literal["confirmed", "disputed", "suggested"]
# Whether a ruling ends disputes: as the coder's role says, never (a coder's share of double
# coding), or always (what the coders agreed on)
Rank = Literal["", "coder", "final"]
Seen = tuple[tuple[str, int], ...]


class Placed(Protocol):
    """What has a place in a coder's log."""

    @property
    def sequence(self) -> int:
        """The place; what follows has a greater one."""

    @property
    def branch(self) -> str:
        """The branch that it stands on."""

    @property
    def seen(self) -> Seen:
        """Of the other branches: up to which sequence they came before it."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A machine's reading: this finding may speak to this code."""

    finding_id: str
    codebook: str
    code_id: str
    score: float  # 0 to 1, comparable only within one suggester
    suggester: str  # name and version, such as "blend@1", so that a run can be repeated
    reason: str = ""  # the evidence in words: phrases found, nearest example
    unsure: bool = False  # the margin to the next code is too small to show as an answer


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's ruling on one finding and one code."""

    finding_id: str
    codebook: str
    code_id: str
    accepted: bool
    coder: str
    sequence: int  # the event's place in the coder's own log: later rulings replace earlier ones
    decided_at: str = ""  # UTC, ISO 8601; shown, never used to order
    reason: str = ""
    rank: Rank = ""
    branch: str = ""  # where the coder's log has branches: the one that this stands on
    seen: Seen = ()  # of the other branches: up to which sequence they came before this


@dataclass(frozen=True, slots=True)
class Coding:
    """A finding that speaks to a code, and whether a person has confirmed it."""

    finding_id: str
    codebook: str
    code_id: str
    basis: Basis
    by: tuple[str, ...]  # the coders who accepted it, or the suggester
    unsure: bool = False
    score: float | None = None  # of the suggestion; None where people settled it
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Rulings:
    """What each coder last said of one finding in one codebook."""

    accepted: dict[str, dict[str, Decision]]  # code -> coder -> decision
    rejected: dict[str, set[str]]  # code -> coders


def settle(
    suggestions: Iterable[Suggestion],
    decisions: Iterable[Decision],
    codebooks: Mapping[str, Codebook],
    adjudicators: Collection[str] = (),
) -> list[Coding]:
    """Settle suggestions and decisions into codings.

    Parameters
    ----------
    suggestions, decisions
        In any order; decisions on codebooks or codes that are not there are left out (`check`
        lists them). The result covers every finding that either names.
    codebooks
        By id; those of all suggestions.
    adjudicators
        Coders whose rulings end a dispute. Of several, the last in the order of names is heard.

    Returns
    -------
    list of Coding
        Sorted by finding, codebook and the codebook's order. The rules:

        * Each coder's latest ruling on a code is the one that counts. It also replaces what the
          same coder said that cannot stand beside it: accepting a code takes back a rejection of
          a code above it and, in an exclusive codebook, acceptances in other branches; rejecting
          a code takes back acceptances below it.
        * A code that some accept and others reject, itself or a code above it, is *disputed*, as
          are two codes in different branches of an exclusive codebook that different coders
          accept; no side is chosen silently.
        * An adjudicator's ruling replaces what others said as if it were their own later one;
          what it can stand beside remains.
        * Once a person accepts a code, suggestions in that codebook remain for the finding only
          below the lowest accepted codes, where they refine them. A rejected code takes the
          suggestions below it along.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code, Codebook
    >>> book = Codebook("view", "View", (Code("staff", "Staff"), Code("mixed", "Mixed")), True)
    >>> guess = Suggestion("F1", "view", "staff", 0.7, "cues@1")
    >>> ruling = Decision("F1", "view", "mixed", True, "ana", 1)
    >>> [(c.code_id, c.basis) for c in settle([guess], [ruling], {"view": book})]
    [('mixed', 'confirmed')]
    """
    guesses: defaultdict[tuple[str, str], list[Suggestion]] = defaultdict(list)
    for suggestion in suggestions:
        guesses[suggestion.finding_id, suggestion.codebook].append(suggestion)
    rulings: defaultdict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        book = codebooks.get(decision.codebook)
        if book is not None and decision.code_id in book.by_id:
            rulings[decision.finding_id, decision.codebook].append(decision)
    codings: list[Coding] = []
    for pair in sorted({*guesses, *rulings}):
        book = codebooks[pair[1]]
        place = {code.id: position for position, code in enumerate(book.codes)}
        standing = _standing(rulings[pair], book, adjudicators)
        settled = [*_decided(standing, book), *_remaining(guesses[pair], standing, book)]
        codings += sorted(settled, key=lambda coding: place[coding.code_id])
    return codings


def rejections(
    decisions: Iterable[Decision], book: Codebook, adjudicators: Collection[str] = ()
) -> dict[str, set[str]]:
    """Give the codes of a codebook that stand rejected, by finding.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code, Codebook
    >>> book = Codebook("view", "View", (Code("staff", "Staff"),))
    >>> rejections([Decision("F1", "view", "staff", False, "ana", 1)], book)
    {'F1': {'staff'}}
    """
    rulings: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.codebook == book.id and decision.code_id in book.by_id:
            rulings[decision.finding_id].append(decision)
    standing = {finding: _standing(made, book, adjudicators) for finding, made in rulings.items()}
    return {finding: set(said.rejected) for finding, said in standing.items() if said.rejected}


def came_before(old: Placed, new: Placed) -> bool:
    """Tell whether one thing of a coder's log was there when another was written.

    Examples
    --------
    >>> here = Decision("F1", "view", "staff", True, "ana", 4, branch="a")
    >>> there = Decision("F1", "view", "users", True, "ana", 3, branch="b")
    >>> later = Decision("F1", "view", "users", True, "ana", 5, branch="a", seen=(("b", 3),))
    >>> came_before(there, here), came_before(there, later), came_before(here, later)
    (False, True, True)
    """
    if old.branch == new.branch:
        return old.sequence < new.sequence
    return old.sequence <= dict(new.seen).get(old.branch, 0)


def at_odds(
    decisions: Iterable[Decision], codebooks: Mapping[str, Codebook]
) -> list[tuple[Decision, Decision]]:
    """Give the rulings of one coder that contradict each other, neither knowing of the other.

    That is only possible where a coder's log went on in two places. Both stand, as a dispute,
    until the coder rules once more.
    """
    of: defaultdict[tuple[str, str, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        book = codebooks.get(decision.codebook)
        if book is not None and decision.code_id in book.by_id:
            of[decision.coder, decision.finding_id, decision.codebook].append(decision)
    found: list[tuple[Decision, Decision]] = []
    for (_, _, name), made in sorted(of.items()):
        if len({decision.branch for decision in made}) < 2:
            continue
        stand = _latest(made, codebooks[name])
        found += [
            (one, other)
            for place, one in enumerate(stand)
            for other in stand[place + 1 :]
            if (one.code_id, one.accepted) != (other.code_id, other.accepted)
            and (_replaces(one, other, codebooks[name]) or _replaces(other, one, codebooks[name]))
        ]
    return found


def _standing(
    decisions: Iterable[Decision], book: Codebook, adjudicators: Collection[str]
) -> _Rulings:
    """Keep the rulings that count: each coder's latest, and over them those that end disputes."""
    by_coder: defaultdict[tuple[bool, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        by_coder[_ends_disputes(decision, adjudicators), decision.coder].append(decision)
    standing: list[Decision] = []
    for ends, coder in sorted(by_coder):
        latest = _latest(by_coder[ends, coder], book)
        if ends:
            standing = [
                was for was in standing if not any(_replaces(now, was, book) for now in latest)
            ]
        standing += latest
    accepted: dict[str, dict[str, Decision]] = {}
    rejected: dict[str, set[str]] = {}
    for ruling in standing:
        if ruling.accepted:
            accepted.setdefault(ruling.code_id, {})[ruling.coder] = ruling
        else:
            rejected.setdefault(ruling.code_id, set()).add(ruling.coder)
    return _Rulings(accepted, rejected)


def _ends_disputes(decision: Decision, adjudicators: Collection[str]) -> bool:
    if decision.rank:
        return decision.rank == "final"
    return decision.coder in adjudicators


def _latest(decisions: Iterable[Decision], book: Codebook) -> list[Decision]:
    """Keep of one coder's rulings those that no later one replaced."""
    kept: list[Decision] = []
    for now in sorted(decisions, key=_order):
        kept = [was for was in kept if not (_replaces(now, was, book) and not _apart(was, now))]
        kept.append(now)
    return kept


def _apart(was: Decision, now: Decision) -> bool:
    """Tell whether two rulings stand on two branches of a log, neither knowing of the other."""
    return was.branch != now.branch and not came_before(was, now)


def _order(decision: Decision) -> tuple[int, str, bool, str]:
    """Order one coder's rulings; what follows the sequence matters only where a log has forked."""
    return decision.sequence, decision.code_id, decision.accepted, decision.reason


def _replaces(new: Decision, old: Decision, book: Codebook) -> bool:
    if new.code_id == old.code_id:
        return True
    if new.accepted and old.accepted:
        return book.exclusive and not _same_branch(book, new.code_id, old.code_id)
    if new.accepted:
        return book.is_below(new.code_id, old.code_id)
    return old.accepted and book.is_below(old.code_id, new.code_id)


def _same_branch(book: Codebook, one: str, other: str) -> bool:
    return book.is_below(one, other) or book.is_below(other, one)


def _decided(standing: _Rulings, book: Codebook) -> Iterator[Coding]:
    """Codings that people made: confirmed where nobody objects, otherwise disputed."""
    for code, rulings in standing.accepted.items():
        rivals = any(not _same_branch(book, code, other) for other in standing.accepted)
        objectors = {coder for up in book.path(code) for coder in standing.rejected.get(up, ())}
        disputed = bool(objectors) or (book.exclusive and rivals)
        reasons = dict.fromkeys(r.reason for r in rulings.values() if r.reason)
        first = next(iter(rulings.values()))
        yield Coding(
            first.finding_id,
            book.id,
            code,
            "disputed" if disputed else "confirmed",
            tuple(sorted(rulings)),
            reason="; ".join(reasons),
        )


def _remaining(
    guesses: Iterable[Suggestion], standing: _Rulings, book: Codebook
) -> Iterator[Coding]:
    """Suggestions that no person has overtaken."""
    accepted, rejected = standing.accepted, standing.rejected
    lowest = book.lowest(accepted)
    for guess in sorted(guesses, key=lambda guess: (guess.suggester, -guess.score, guess.reason)):
        if guess.code_id in accepted:
            continue
        if any(book.is_below(guess.code_id, code) for code in rejected):
            continue
        if accepted and not any(book.is_below(guess.code_id, code) for code in lowest):
            continue
        yield Coding(
            guess.finding_id,
            book.id,
            guess.code_id,
            "suggested",
            (guess.suggester,),
            guess.unsure,
            guess.score,
            guess.reason,
        )


def by_finding(codings: Iterable[Coding], codebook: str) -> dict[str, list[Coding]]:
    """Group one codebook's codings by finding, people's before suggestions."""
    groups: defaultdict[str, list[Coding]] = defaultdict(list)
    for coding in codings:
        if coding.codebook == codebook:
            groups[coding.finding_id].append(coding)
    people = {
        finding: [c for c in group if c.basis != "suggested"] for finding, group in groups.items()
    }
    machine = {
        finding: [c for c in group if c.basis == "suggested"] for finding, group in groups.items()
    }
    return {finding: list(chain(people[finding], machine[finding])) for finding in groups}
