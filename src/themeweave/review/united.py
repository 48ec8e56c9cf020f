"""What stands in the logs of a review: each coder's events united, whatever file they came in.

A log may have branches: the coder worked on two computers, or a sync program made a copy. Events
are united by their hashes and put in one order, each after those that it was written after. Where
two do not know of each other, both say so by the branch that they stand on, and `settle` lets
neither replace the other. The result depends on the events alone, not on files or their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from themeweave.codes.coding import Decision, Seen
from themeweave.review.events import Event, Log
from themeweave.themes.acts import Act


@dataclass(frozen=True, slots=True)
class Standing:
    """An event with its place among all events of its coder."""

    event: Event
    sequence: int  # greater than that of all events it comes after
    branch: str = ""  # empty where there is but one
    seen: Seen = ()  # of other branches: up to which sequence they came before it


def decisions(logs: Sequence[Log]) -> list[Decision]:
    """Give the decisions that stand in some logs, withdrawn ones and repeated ids left out.

    An id belongs to its coder: two coders may import the same sheet, and both rulings count.
    """
    return [decision_of(one) for one in standing(logs, "decision")]


def decision_of(one: Standing) -> Decision:
    """Give the decision that an event of that kind holds."""
    body = one.event.body
    return Decision(
        finding_id=str(body["finding"]),
        codebook=str(body["codebook"]),
        code_id=str(body["code"]),
        accepted=bool(body["accepted"]),
        coder=one.event.coder,
        sequence=one.sequence,
        decided_at=one.event.at,
        reason=str(body.get("reason", "")),
        rank="final" if body.get("consensus") is True else "",
        branch=one.branch,
        seen=one.seen,
    )


def acts(logs: Sequence[Log]) -> list[Act]:
    """Give the acts on themes that stand in some logs, as `decisions` does rulings."""
    return [
        Act(
            id=one.event.id,
            coder=one.event.coder,
            sequence=one.sequence,
            kind=str(one.event.body["act"]),
            theme=str(one.event.body["theme"]),
            text=str(one.event.body.get("text", "")),
            target=str(one.event.body.get("target", "")),
            findings=tuple(one.event.body.get("findings", ())),  # type: ignore[arg-type]
            reason=str(one.event.body.get("reason", "")),
            at=one.event.at,
            seen=dict(one.event.body.get("seen", {})),  # type: ignore[call-overload]
            branch=one.branch,
            branches=one.seen,
        )
        for one in standing(logs, "theme")
    ]


def standing(logs: Sequence[Log], kind: str) -> list[Standing]:
    """Give the events of a kind that no withdrawal took back, each id of a coder once."""
    if not any(event.kind == kind for log in logs for event in log.events):
        return []
    return _of_kind(unite(logs), kind, back=False)


def withdrawn(logs: Sequence[Log]) -> list[Standing]:
    """Give the decisions that their coders took back, each once."""
    if not any(event.kind == "withdrawal" for log in logs for event in log.events):
        return []
    return _of_kind(unite(logs), "decision", back=True)


def _of_kind(united: Sequence[Standing], kind: str, *, back: bool) -> list[Standing]:
    """Give the events of a kind that were taken back, or those that were not."""
    gone = {
        (one.event.coder, one.event.body["event"])
        for one in united
        if one.event.kind == "withdrawal"
    }
    found: dict[tuple[str, str], Standing] = {}
    for one in united:
        key = one.event.coder, one.event.id
        if one.event.kind == kind and (key in gone) is back:
            found.setdefault(key, one)
    return list(found.values())


def unite(logs: Iterable[Log]) -> list[Standing]:
    """Unite the events of some logs: by coder, each coder's in the order of their writing."""
    found = list(logs)
    holders = Counter(coder for log in found for coder in {event.coder for event in log.events})
    united: list[Standing] = []
    tangled: dict[str, Event] = {}
    for log in found:
        if _straight(log.events) and all(holders[event.coder] == 1 for event in log.events):
            united += [Standing(event, event.sequence) for event in log.events]
        else:
            tangled.update((event.hash, event) for event in log.events)
    branched = _branched(sorted(tangled.values(), key=lambda event: (event.sequence, event.hash)))
    united += _named(branched)
    return sorted(united, key=lambda one: (one.event.coder, one.sequence, one.event.hash))


def _straight(events: Sequence[Event]) -> bool:
    """Tell whether each event was written after the one before it, as in a log without branches."""
    return all(now.previous == was.hash and not now.joins for was, now in pairwise(events))


def _branched(events: Sequence[Event]) -> list[Standing]:
    """Place events that do not stand in one row, each after all that it was written after."""
    there = {event.hash: event for event in events}
    branch = _branches(events)
    placed: dict[str, Standing] = {}
    waiting = list(reversed(events))
    while waiting:
        event = waiting[-1]
        before = [own for own in (event.previous, *event.joins) if own in there]
        if late := [own for own in before if own not in placed]:
            waiting += [there[own] for own in late]
            continue
        waiting.pop()
        if event.hash in placed:
            continue
        sequence = max([event.sequence, *(placed[own].sequence + 1 for own in before)])
        own = branch[event.hash]
        seen: dict[str, int] = {}
        for one in (placed[own] for own in before):
            for name, upto in (*one.seen, (one.branch, one.sequence)):
                seen[name] = max(upto, seen.get(name, 0))
        seen.pop(own, None)
        placed[event.hash] = Standing(event, sequence, own, tuple(sorted(seen.items())))
    return list(placed.values())


def _named(branched: Iterable[Standing]) -> list[Standing]:
    """Leave the branch out of the events of a coder who has but one, so that copies change nothing.

    Branches of other coders, whose events stand in the same file, tell nothing of a coder's own.
    """
    found = list(branched)
    own: defaultdict[str, set[str]] = defaultdict(set)
    for one in found:
        own[one.event.coder].add(one.branch)
    return [
        Standing(
            one.event,
            one.sequence,
            one.branch,
            tuple((name, upto) for name, upto in one.seen if name in own[one.event.coder]),
        )
        if len(own[one.event.coder]) > 1
        else Standing(one.event, one.sequence)
        for one in found
    ]


def _branches(events: Sequence[Event]) -> Mapping[str, str]:
    """Name the branch of each event; of several that go on from one, the first keeps its branch."""
    branch: dict[str, str] = {}
    goes_on: set[str] = set()
    for event in events:  # by sequence and hash, so that what it goes on from has its branch
        if event.previous in branch and event.previous not in goes_on:
            branch[event.hash] = branch[event.previous]
            goes_on.add(event.previous)
        else:
            branch[event.hash] = event.hash[:12]
    return branch
