"""Acts: what people did to themes, each one event of a coder's log, in one order for all.

Acts are put in one order, whatever the order of reading the logs: an act comes after all that its
coder had seen when it was written, and acts that did not know of each other follow their place in
the logs, an adjudicator's last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

KINDS = (
    "new",
    "rename",
    "describe",
    "merge",
    "split",
    "move",
    "promote",
    "retire",
    "restore",
    "mark",
    "place",
)
ORIGINS = ("a priori", "derived")
ABSTRACTIONS = ("descriptive", "analytical")


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did to one theme."""

    id: str
    coder: str
    sequence: int  # the event's place in the coder's own log
    kind: str  # one of KINDS
    theme: str  # the theme acted on; for new, the id it gets
    text: str = ""  # the new name (new, rename, split), the description, or the mark
    target: str = ""  # merge: into which; move, new: under which; split: the id of the new theme
    findings: tuple[str, ...] = ()  # new: as proposed; split and place: moved by the person
    reason: str = ""
    at: str = ""  # UTC, ISO 8601; shown, never used to order
    seen: Mapping[str, int] = field(
        default_factory=dict
    )  # other coders -> events then in their log
    branch: str = ""  # where the coder's log has branches: the one that this stands on
    branches: tuple[tuple[str, int], ...] = ()  # of the others: up to which sequence it knew them


def in_order(acts: Iterable[Act], adjudicators: Collection[str] = ()) -> list[Act]:
    """Put acts in the order of replay: each after what its coder had seen.

    Examples
    --------
    >>> acts = [Act("b", "ben", 1, "promote", "T1", seen={"ana": 9}),
    ...         Act("a", "ana", 9, "retire", "T1")]
    >>> [act.id for act in in_order(acts)]
    ['a', 'b']
    """
    logs: defaultdict[str, list[Act]] = defaultdict(list)
    for act in sorted(acts, key=lambda act: (act.coder, act.sequence, act.id)):
        logs[act.coder].append(act)
    place = dict.fromkeys(logs, 0)
    ordered: list[Act] = []

    def key(coder: str) -> tuple[bool, int, str]:
        return coder in adjudicators, logs[coder][place[coder]].sequence, coder

    def waits(act: Act) -> bool:
        return any(
            other != act.coder
            and other in logs
            and place[other] < len(logs[other])
            and logs[other][place[other]].sequence <= upto
            for other, upto in act.seen.items()
        )

    open_logs = set(logs)
    while open_logs:
        free = [coder for coder in open_logs if not waits(logs[coder][place[coder]])]
        coder = min(free or open_logs, key=key)  # none is free only where logs were tampered with
        ordered.append(logs[coder][place[coder]])
        place[coder] += 1
        if place[coder] == len(logs[coder]):
            open_logs.remove(coder)
    return ordered


def said(act: Act, name: str = "") -> str:
    """Put an act in words.

    Examples
    --------
    >>> said(Act("e", "ana", 1, "merge", "T2", target="T1"))
    'T2 merged into T1'
    >>> said(Act("e", "ana", 1, "place", "T2", findings=("F1", "F2")), "Pay")
    "F1, F2 moved to T2 'Pay'"
    """
    theme = f"{act.theme} '{name}'" if name else act.theme
    findings = ", ".join(act.findings)
    match act.kind:
        case "new":
            below = f" under {act.target}" if act.target else ""
            brought = f", with {len(act.findings)} findings as proposed" if act.findings else ""
            return f"{act.theme} '{act.text}' added{below}{brought}"
        case "rename":
            return f"{theme} renamed '{act.text}'"
        case "describe":
            return f"{theme} described: {act.text}"
        case "merge":
            return f"{theme} merged into {act.target}"
        case "split":
            return f"{theme} split: {act.target} '{act.text}' with {findings}"
        case "move":
            return (
                f"{theme} moved under {act.target}" if act.target else f"{theme} moved to the top"
            )
        case "promote":
            return f"{theme} promoted to overarching"
        case "mark":
            return f"{theme} marked {act.text}"
        case "place":
            return f"{findings} moved to {theme}"
        case _:
            return f"{theme} {act.kind}d"
