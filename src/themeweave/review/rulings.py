"""Rulings at hand: what each coder said of each finding, kept up event by event.

The logs hold everything that was ever said. This is what stands of it, by finding, so that a page
on one finding is made without looking at the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from themeweave.codes.coding import Decision
from themeweave.review.events import Event
from themeweave.review.united import Standing, decision_of

# that a coder gives a finding: a rejected one was proposed and is none; empty takes it back
STATUSES = ("done", "unsure", "rejected", "")


class Rulings:
    """Decisions, memos and statuses that stand.

    Parameters
    ----------
    events
        Of all logs, in any order, with their places.
    """

    def __init__(self, events: Iterable[Standing] = ()) -> None:
        self.latest: defaultdict[tuple[str, str], int] = defaultdict(int)  # (coder, finding)
        self._standing: defaultdict[str, dict[tuple[str, str], Standing]] = defaultdict(dict)
        self._finding: dict[tuple[str, str], str] = {}  # (coder, event id) -> finding
        self._withdrawn: set[tuple[str, str]] = set()
        for event in events:
            self.apply(event)

    def apply(self, one: Standing) -> str:
        """Take in an event; gives the finding that it is about, empty where it is about none."""
        event = one.event
        if event.kind == "withdrawal":
            key = event.coder, str(event.body["event"])
            self._withdrawn.add(key)
            finding = self._finding.get(key, "")
            if finding:
                self._standing[finding].pop(key, None)
        elif event.kind in ("decision", "memo", "status"):
            key = event.coder, event.id
            finding = str(event.body["finding"])
            if key not in self._finding:
                self._finding[key] = finding
                if key not in self._withdrawn:
                    self._standing[finding][key] = one
        elif event.kind == "finding":
            self._finding[event.coder, event.id] = str(event.body["finding"])
            return ""
        else:
            return ""
        place = event.coder, finding
        self.latest[place] = max(self.latest[place], one.sequence)
        return finding

    def about(self, event: Event) -> str:
        """Give the finding that an event is about; empty where it is about none."""
        if event.kind == "withdrawal":
            return self._finding.get((event.coder, str(event.body["event"])), "")
        return str(event.body.get("finding", ""))

    def is_withdrawn(self, event: Event) -> bool:
        """Tell whether the event's coder took it back."""
        return (event.coder, event.id) in self._withdrawn

    def decisions(self, finding: str) -> list[Decision]:
        """Give the decisions on a finding that stand, as they were made."""
        return [decision_of(e) for e in self._of(finding, "decision")]

    def memos(self, finding: str) -> dict[str, str]:
        """Give each coder's memo on a finding."""
        said = {e.event.coder: str(e.event.body["text"]) for e in self._of(finding, "memo")}
        return {coder: text for coder, text in said.items() if text}

    def statuses(self, finding: str) -> dict[str, str]:
        """Give the status that each coder gave a finding."""
        said = {e.event.coder: str(e.event.body["status"]) for e in self._of(finding, "status")}
        return {coder: status for coder, status in said.items() if status}

    def findings(self) -> Iterator[str]:
        """Iterate the findings of which anything stands."""
        return (finding for finding, events in self._standing.items() if events)

    def _of(self, finding: str, kind: str) -> Iterator[Standing]:
        found = (e for e in self._standing.get(finding, {}).values() if e.event.kind == kind)
        return iter(sorted(found, key=lambda one: (one.event.coder, one.sequence)))
