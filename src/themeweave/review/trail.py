"""The trail: everything that people did, in words, the latest first; filtered, in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from themeweave.review.events import Event
from themeweave.review.session import Session
from themeweave.review.withdraw import FINDING, UNDONE

KINDS = {
    "decision": "Codings",
    "theme": "Themes",
    "finding": "Findings",
    "codebook": "Codes",
    "memo": "Memos",
    "status": "Marks",
    "withdrawal": "Taken back",
    "assignment": "Assignments",
    "submission": "Submissions",
    "reopening": "Given back",
}

_ONE_BY_ONE = {*UNDONE, FINDING} - {"theme"}  # kinds that are taken back whatever came after


@dataclass(frozen=True, slots=True)
class Filter:
    """What a viewer wants to see; empty fields leave nothing out."""

    coder: str = ""
    kind: str = ""
    finding: str = ""
    words: str = ""  # all of which occur, whatever their capitals


@dataclass(frozen=True, slots=True)
class Line:
    """One event."""

    id: str
    at: str  # UTC
    coder: str
    kind: str
    what: str
    why: str
    finding: str  # empty where it is about none that is there
    withdrawn: bool
    own: bool  # the viewer's, and they may take it back


def trail(
    session: Session, viewer: str, wanted: Filter, start: int, number: int
) -> tuple[list[Line], int]:
    """Give so many lines of the trail from a place on, and how many there are."""
    events = [e for e in session.events(viewer) if _fits(session, e, wanted)]
    return [_line(session, e, viewer) for e in events[start : start + number]], len(events)


def _fits(session: Session, event: Event, wanted: Filter) -> bool:
    if wanted.coder not in ("", event.coder) or wanted.kind not in ("", event.kind):
        return False
    if wanted.finding not in ("", session.rulings.about(event)):
        return False
    if not wanted.words:
        return True
    said = f"{_what(session, event)} {event.body.get('reason', '')} {event.coder}".casefold()
    return all(word in said for word in wanted.words.casefold().split())


def _line(session: Session, event: Event, viewer: str) -> Line:
    finding = session.rulings.about(event)
    withdrawn = session.rulings.is_withdrawn(event)
    return Line(
        event.id,
        event.at,
        event.coder,
        event.kind,
        _what(session, event),
        str(event.body.get("reason", "")),
        finding if finding in session.findings else "",
        withdrawn,
        event.coder == viewer and event.kind in _ONE_BY_ONE and not withdrawn,
    )


def _what(session: Session, event: Event) -> str:
    if event.kind != "withdrawal":
        return session.words(event)
    taken = session.event(event.coder, str(event.body["event"]))
    return f"taken back: {session.words(taken)}" if taken else "taken back"


def sheet(session: Session, viewer: str) -> Iterator[dict[str, object]]:
    """Give the whole trail as rows of a sheet."""
    for event in session.events(viewer):
        line = _line(session, event, viewer)
        yield {
            "at": line.at,
            "coder": line.coder,
            "kind": line.kind,
            "what": line.what,
            "why": line.why,
            "finding": line.finding,
            "taken_back": "yes" if line.withdrawn else "",
        }
