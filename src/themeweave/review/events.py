"""The events of a decision log, as they are read: what counts, and what is wrong with the rest.

Each line carries the hash of the line that it was written after. Mostly that is the line above.
Where one coder went on in two places, two lines name the same line before them: the log has
branches, and both count. A line that a crash cut short was never acknowledged. A damaged line in
the middle ends the counting there, and is named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from themeweave.errors import ReviewError

FIRST = "0" * 64  # what the first line of a log carries in place of the line before
BOM = b"\xef\xbb\xbf"  # an editor may put it in front of a file
TEAM_KINDS = ("assignment", "submission", "reopening")  # who codes what, see review/team
KINDS = ("decision", "theme", "withdrawal", "memo", "status", "finding", "codebook", *TEAM_KINDS)
NO_EVENT = "this is not a decision event"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a log."""

    sequence: int
    id: str  # made once by whoever sends the event: sending it again changes nothing
    at: str  # UTC, ISO 8601
    coder: str
    kind: str  # one of KINDS, or a kind that a newer version wrote
    body: Mapping[str, object]
    previous: str
    hash: str
    joins: tuple[str, ...] = ()  # the ends of other branches that its coder had before them


@dataclass(frozen=True, slots=True)
class Log:
    """A log as it was read: what counts, and what is wrong with the rest."""

    path: Path
    events: tuple[Event, ...]
    torn: bytes = b""  # a last line that a crash cut short
    damage: str = ""  # the first bad line and what is wrong with it; lines from it on do not count
    size: int = 0  # bytes up to the end of the last whole line
    unended: bool = False  # the last line is whole, but an editor took its newline

    @property
    def last(self) -> tuple[int, str]:
        """Sequence and hash that the next line goes on from."""
        return (self.events[-1].sequence, self.events[-1].hash) if self.events else (0, FIRST)

    @property
    def coder(self) -> str:
        """Whose log it is, by what stands in it: a file's name may be a sync program's."""
        return self.events[0].coder if self.events else self.path.stem


def event_hash(record: Mapping[str, object]) -> str:
    """Hash an event's fields, its own hash excepted, whatever the order or spacing in the file.

    Examples
    --------
    >>> event_hash({"b": 1, "a": 2}) == event_hash({"a": 2, "b": 1, "hash": "x"})
    True
    """
    fields = {key: value for key, value in record.items() if key != "hash"}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_log(path: Path) -> Log:
    """Read a log and verify its chain, as `parse_log` does."""
    return parse_log(path, path.read_bytes())


def parse_log(path: Path, raw: bytes) -> Log:
    """Read a log from its bytes; a damaged log gives its events up to the damage.

    Raises
    ------
    ReviewError
        Where the file is empty although it exists: it was emptied by something else, since a
        log is created with its first event.
    """
    if not raw.removeprefix(BOM).strip(b"\x00 \r\n\t"):
        raise ReviewError(
            "the decision log is empty",
            f"decisions/{path.name}",
            "Restore it from a copy. If no decision was ever made, delete the empty file.",
        )
    start = len(BOM) if raw.startswith(BOM) else 0
    events: list[Event] = []
    known = {FIRST: 0}
    number = 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        whole = end >= 0
        line = raw[start : end if whole else len(raw)].strip(b"\r ")
        number += 1
        if line:
            event, wrong = _event(line, known)
            if event is None and wrong == NO_EVENT and not whole:
                return Log(path, tuple(events), torn=raw[start:], size=start)
            if event is None:
                return Log(path, tuple(events), damage=f"line {number}: {wrong}", size=start)
            if event.hash not in known:  # git's union merge may leave a line twice
                events.append(event)
                known[event.hash] = event.sequence
        start = end + 1 if whole else len(raw)
    return Log(path, tuple(events), size=len(raw), unended=not raw.endswith(b"\n"))


def heads(events: Iterable[Event]) -> list[str]:
    """Give the hashes of the events that none was written after: the ends of the branches."""
    there = {event.hash: event for event in events}
    before = {own for event in there.values() for own in (event.previous, *event.joins)}
    return sorted(there.keys() - before)


def _event(line: bytes, known: Mapping[str, int]) -> tuple[Event | None, str]:
    """Parse and verify one line: the event, or what is wrong with the line."""
    if line.startswith((b"<<<<<<<", b"=======", b">>>>>>>")):
        return None, "a merge conflict mark of git: the log went on in two places at once"
    try:
        record = json.loads(line)
        event = Event(
            sequence=int(record["sequence"]),
            id=str(record["id"]),
            at=str(record["at"]),
            coder=str(record["coder"]),
            kind=str(record["kind"]),
            body=dict(record["body"]),
            previous=str(record["previous"]),
            hash=str(record["hash"]),
            joins=tuple(map(str, record.get("joins", ()))),
        )
        computed = event_hash(record)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None, NO_EVENT
    if computed != event.hash:
        return None, "the event was changed after it was written (its own hash does not fit)"
    if known.get(event.previous, -1) + 1 != event.sequence:
        return None, (
            "the line before it is not the one it was written after: "
            "a line was removed, moved or added"
        )
    if not _says_enough(event):
        return None, f"the {event.kind} lacks a field, or a field is not text or true or false"
    return event, ""


def _says_enough(event: Event) -> bool:
    """Tell whether the body holds what its kind needs; kinds of newer versions need nothing."""
    needs = {
        "decision": ("finding", "codebook", "code"),
        "theme": ("act", "theme"),
        "withdrawal": ("event",),
        "memo": ("finding", "text"),
        "status": ("finding", "status"),
        "codebook": ("codebook", "code", "did"),
        "finding": ("finding", "did"),
        "assignment": ("name",),
        "submission": ("assignment",),
        "reopening": ("assignment", "coder", "event"),
    }
    if not all(isinstance(event.body.get(key), str) for key in needs.get(event.kind, ())):
        return False
    if event.kind == "theme":
        return _is_act(event.body)
    if event.kind == "assignment":
        return _is_assignment(event.body)
    return event.kind != "decision" or isinstance(event.body.get("accepted"), bool)


def _is_act(body: Mapping[str, object]) -> bool:
    """Tell whether the further fields of an act on a theme, if they are there, can be read."""
    findings, seen = body.get("findings", []), body.get("seen", {})
    return (
        all(isinstance(body.get(key, ""), str) for key in ("text", "target", "reason"))
        and isinstance(findings, list)
        and all(isinstance(finding, str) for finding in findings)
        and isinstance(seen, dict)
        and all(isinstance(count, int) for count in seen.values())
    )


def _is_assignment(body: Mapping[str, object]) -> bool:
    """Tell whether an assignment says which findings whose are, and in which codebooks."""
    shares, books = body.get("shares"), body.get("codebooks")
    return (
        isinstance(shares, dict)
        and all(_are_texts(findings) for findings in shares.values())
        and _are_texts(books)
        and isinstance(body.get("blind"), bool)
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def command_of(event_id: str) -> str:
    """Give the command that an event belongs to; its id goes before the last hyphen."""
    return event_id.rpartition("-")[0] or event_id
