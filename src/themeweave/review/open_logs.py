"""The logs of a folder kept open: every coder's events, and what stands of them.

Each log is appended to through its `OpenLog`; events that are on disk are taken in here, one after
another, so that what stands is at hand without reading a log again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from themeweave.review.events import FIRST, TEAM_KINDS, Event, Log
from themeweave.review.folder import THEMES
from themeweave.review.open_log import OpenLog
from themeweave.review.rulings import Rulings
from themeweave.review.team import WITHHELD, Team
from themeweave.review.united import Standing, unite


class OpenLogs:
    """The logs of a review, each kept open.

    Parameters
    ----------
    folder
        The review folder.
    logs
        As they were read.
    """

    def __init__(self, folder: Path, logs: Sequence[Log]) -> None:
        self._folder = folder
        self._open = {
            log.coder: OpenLog(log.coder, log) for log in logs if log.path.stem == log.coder
        }
        self._read = {log.path.stem: log for log in logs}
        self._events = {log.path.stem: list(log.events) for log in logs}
        self._by_id = {(e.coder, e.id): e for log in logs for e in log.events}
        self._unite()

    def _unite(self) -> None:
        """Find what stands of all events, whatever file they came in."""
        united = unite(self.every())
        self.rulings = Rulings(united)
        self._branched = {one.event.hash: one for one in united if one.branch}

    def every(self) -> list[Log]:
        """Give every log with the events that it holds now."""
        return [
            replace(self._read[name], events=tuple(events))
            for name, events in sorted(self._events.items())
        ]

    def seen_by(self, viewer: str, team: Team) -> list[Event]:
        """Give every event once that a viewer may see, the latest first."""
        every = {e.hash: e for events in self._events.values() for e in events}
        found = [seen for e in every.values() if (seen := self._seen(e, viewer, team))]
        return sorted(found, key=lambda e: (e.at, e.sequence, e.coder), reverse=True)

    def _seen(self, event: Event, viewer: str, team: Team) -> Event | None:
        """Give an event as a viewer may see it; None where they may not."""
        if event.kind == "withdrawal":  # it is told with what it takes back
            taken = self._by_id.get((event.coder, str(event.body["event"])))
            return None if taken and team.seen(taken, viewer, THEMES) is not taken else event
        seen = team.seen(event, viewer, THEMES)
        return None if seen.kind == WITHHELD else seen

    def event(self, coder: str, event_id: str) -> Event | None:
        """Give one event of a coder's; None where it is not there."""
        return self._by_id.get((coder, event_id))

    def coders(self) -> list[str]:
        """Give everybody who has a log."""
        return sorted({*self._open, *(log.coder for log in self._read.values())})

    @property
    def replaced(self) -> bool:
        """Whether somebody changed what stood in a log: all have to be read anew then."""
        return any(log.replaced for log in self._open.values())

    def is_known(self, name: str) -> bool:
        """Tell whether a file of the folder is a log that is known to its end."""
        folder, _, file = name.partition("/")
        log = self._open.get(file.removesuffix(".jsonl")) if folder == "decisions" else None
        return log is not None and log.is_known()

    def of(self, coder: str) -> OpenLog:
        """Give a coder's log to append to; a new one where the coder has none yet."""
        if coder not in self._open:
            empty = Log(self._folder / "decisions" / f"{coder}.jsonl", ())
            self._open[coder], self._read[coder] = OpenLog(coder, empty), empty
            self._events[coder] = []
        return self._open[coder]

    def take_in(self, coder: str, made: Sequence[Event]) -> set[str] | None:
        """Take in events that are on disk in a coder's log.

        The logs may have been read anew since they were written; then some are known already.

        Returns
        -------
        set of str or None
            The findings of which something else stands now; None where it may be any.
        """
        made = [event for event in made if (event.coder, event.id) not in self._by_id]
        placed = self._placed(coder, made)
        self._events[coder] += made
        self._by_id.update({(event.coder, event.id): event for event in made})
        if placed is None:
            self._unite()
            return None
        changed = {self.rulings.apply(one) for one in placed}
        if "" in changed and any(e.kind in ("theme", "withdrawal", *TEAM_KINDS) for e in made):
            return None
        return changed - {""}

    def _placed(self, coder: str, made: Sequence[Event]) -> list[Standing] | None:
        """Place events that go on, one after another, where a coder's log ends.

        None where one does not, or joins branches: then the places of all the coder's events
        depend on one another. An event on a branch keeps to it.
        """
        placed: list[Standing] = []
        end = self._events[coder][-1].hash if self._events[coder] else FIRST
        for event in made:
            if event.previous != end or event.joins:
                return None
            one = Standing(event, event.sequence)
            if before := self._branched.get(end):
                sequence = max(event.sequence, before.sequence + 1)
                one = self._branched[event.hash] = replace(before, event=event, sequence=sequence)
            placed.append(one)
            end = event.hash
        return placed
