"""Taking back: which of their own events coders can withdraw while a folder is open, and how."""

from __future__ import annotations

from collections.abc import Sequence

from themeweave.errors import NothingToUndo, ReviewError
from themeweave.review.decide import check_not_submitted
from themeweave.review.events import Event, command_of
from themeweave.review.folder import ReviewFolder
from themeweave.review.log import Entry
from themeweave.review.open_logs import OpenLogs
from themeweave.review.united import unite

UNDONE = ("decision", "theme", "memo", "status")  # kinds of events that can be taken back
FINDING = "finding"  # taken back with the sheet that it changed, by `unmade`


def last_act(logs: OpenLogs, coder: str, kinds: Sequence[str] = UNDONE) -> list[Event]:
    """Give the events of a coder's latest act of some kinds that stand, the last one first.

    Raises
    ------
    NothingToUndo
        Where nothing of the coder's stands.
    """
    found: list[Event] = []
    own = [log for log in logs.every() if log.coder == coder]
    for event in reversed([one.event for one in unite(own)]):
        if event.kind not in kinds:
            continue
        if logs.rulings.is_withdrawn(event):
            continue
        if found and command_of(event.id) != command_of(found[0].id):
            break
        found.append(event)
    if not found:
        raise NothingToUndo(
            f"'{coder}' has done nothing that could be undone",
            f"decisions/{coder}.jsonl",
            "Each coder can undo their own acts only.",
        )
    return found


def own_event(logs: OpenLogs, coder: str, event_id: str) -> Event:
    """Give an event that its coder can take back whatever came after it.

    Raises
    ------
    ReviewError
        Where it is not there, was taken back already, or others may rest on it, as on an act on
        themes.
    """
    found = logs.event(coder, event_id)
    if found is None or found.kind not in (*UNDONE, FINDING) or logs.rulings.is_withdrawn(found):
        raise ReviewError("there is nothing of yours to take back here", "", "Load the page again.")
    if found.kind == "theme":
        raise ReviewError(
            "later acts may rest on an act on themes",
            "",
            "Undo takes acts on themes back one after another, the latest first.",
        )
    return found


def withdrawals(
    folder: ReviewFolder, coder: str, events: Sequence[Event], at: str, command: str
) -> list[Entry]:
    """Make the events that take back a coder's own, in the order given.

    Raises
    ------
    ReviewError
        Where one is a ruling that was submitted.
    """
    check_not_submitted(folder, coder, events)
    return [
        Entry(f"{command}-{number}", at, "withdrawal", {"event": event.id})
        for number, event in enumerate(events, start=1)
    ]
