"""The decision log: one append-only file a coder, each line carrying the hash of the one before.

An event is acknowledged once its whole line is on disk. Nothing ever rewrites a line: undoing is
a further event. A line that a crash cut short was never acknowledged; it is set aside in a file
of its own. A damaged line in the middle ends the counting there, and is named.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from themeweave.codes.coding import Decision
from themeweave.errors import ReviewError
from themeweave.themes.revise import Act

FIRST = "0" * 64  # what the first line of a log carries in place of the line before
BOM = b"\xef\xbb\xbf"  # an editor may put it in front of a file
KINDS = ("decision", "theme", "withdrawal", "memo", "status", "finding", "codebook")
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
    def last_hash(self) -> str:
        """The hash that the next line must carry."""
        return self.events[-1].hash if self.events else FIRST


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
    previous = FIRST
    number = 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        whole = end >= 0
        line = raw[start : end if whole else len(raw)].strip(b"\r ")
        number += 1
        if line:
            event, wrong = _event(line, previous, len(events) + 1)
            if event is None and wrong == NO_EVENT and not whole:
                return Log(path, tuple(events), torn=raw[start:], size=start)
            if event is None:
                return Log(path, tuple(events), damage=f"line {number}: {wrong}", size=start)
            events.append(event)
            previous = event.hash
        start = end + 1 if whole else len(raw)
    return Log(path, tuple(events), size=len(raw), unended=not raw.endswith(b"\n"))


def _event(line: bytes, previous: str, sequence: int) -> tuple[Event | None, str]:
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
        )
        computed = event_hash(record)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None, NO_EVENT
    if computed != event.hash:
        return None, "the event was changed after it was written (its own hash does not fit)"
    if event.previous != previous or event.sequence != sequence:
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
        "finding": ("finding", "did"),
        "codebook": ("codebook", "code", "did"),
    }
    if not all(isinstance(event.body.get(key), str) for key in needs.get(event.kind, ())):
        return False
    if event.kind == "theme":
        return _is_act(event.body)
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


def decisions(logs: Sequence[Log]) -> list[Decision]:
    """Give the decisions that stand in some logs, withdrawn ones and repeated ids left out.

    An id belongs to its coder: two coders may import the same sheet, and both rulings count.
    """
    return [decision_of(event) for event in standing(logs, "decision")]


def decision_of(event: Event) -> Decision:
    """Give the decision that an event of that kind holds."""
    return Decision(
        finding_id=str(event.body["finding"]),
        codebook=str(event.body["codebook"]),
        code_id=str(event.body["code"]),
        accepted=bool(event.body["accepted"]),
        coder=event.coder,
        sequence=event.sequence,
        decided_at=event.at,
        reason=str(event.body.get("reason", "")),
    )


def acts(logs: Sequence[Log]) -> list[Act]:
    """Give the acts on themes that stand in some logs, as `decisions` does rulings."""
    return [
        Act(
            id=event.id,
            coder=event.coder,
            sequence=event.sequence,
            kind=str(event.body["act"]),
            theme=str(event.body["theme"]),
            text=str(event.body.get("text", "")),
            target=str(event.body.get("target", "")),
            findings=tuple(event.body.get("findings", ())),  # type: ignore[arg-type]
            reason=str(event.body.get("reason", "")),
            at=event.at,
            seen=dict(event.body.get("seen", {})),  # type: ignore[call-overload]
        )
        for event in standing(logs, "theme")
    ]


def standing(logs: Sequence[Log], kind: str) -> list[Event]:
    """Give the events of a kind that no withdrawal took back, each id of a coder once."""
    events = [e for log in sorted(logs, key=lambda log: log.path.name) for e in log.events]
    withdrawn = {(e.coder, e.body["event"]) for e in events if e.kind == "withdrawal"}
    found: dict[tuple[str, str], Event] = {}
    for event in events:
        key = event.coder, event.id
        if event.kind == kind and key not in withdrawn:
            found.setdefault(key, event)
    return list(found.values())


def command_of(event_id: str) -> str:
    """Give the command that an event belongs to; its id goes before the last hyphen."""
    return event_id.rpartition("-")[0] or event_id


@dataclass(frozen=True, slots=True)
class Entry:
    """An event about to be written: what the coder did, not yet where it stands in the log."""

    id: str
    at: str
    kind: str
    body: Mapping[str, object]


def append(path: Path, coder: str, entries: Sequence[Entry]) -> int:
    """Append events to a coder's log; when this returns, they are on disk.

    Entries whose id the log already holds are passed over, so a repeated call changes nothing.

    Returns
    -------
    int
        How many events were written.

    Raises
    ------
    ReviewError
        Where the log is damaged, another process is writing to it, or the disk or folder does
        not take it. Whatever was acknowledged before stays.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        with held(path):
            log = to_extend(path)
            known = {event.id for event in log.events}
            new = chained(log.last_hash, len(log.events), known, coder, entries)
            put(log, [line for line, _ in new])
            return len(new)
    except OSError as error:
        raise unwritten(path, error) from None


def to_extend(path: Path) -> Log:
    """Read a log to write to it; one that is not there yet is empty.

    Raises
    ------
    ReviewError
        Where it is damaged.
    """
    log = read_log(path) if path.exists() else Log(path, ())
    if log.damage:
        raise ReviewError(
            "the decision log is damaged, so nothing is added to it",
            f"decisions/{path.name}, {log.damage.partition(':')[0]}",
            "Run 'themeweave check': it says what is wrong and how to mend it.",
        )
    return log


def unwritten(path: Path, error: OSError) -> ReviewError:
    """Say that the disk or the folder did not take a decision."""
    return ReviewError(
        f"the decision could not be written: {error.strerror}",
        f"decisions/{path.name}",
        "Nothing was half-written. Free some space, or make the folder writable, and repeat.",
    )


def chained(
    previous: str, sequence: int, known: set[str], coder: str, entries: Sequence[Entry]
) -> list[tuple[bytes, Event]]:
    """Give the lines to add after the last one, each chained to the one before.

    Entries whose id is known are passed over; the ids of the others become known.
    """
    made: list[tuple[bytes, Event]] = []
    for entry in entries:
        if entry.id in known:
            continue
        known.add(entry.id)
        sequence += 1
        record: dict[str, object] = {
            "sequence": sequence,
            "id": entry.id,
            "at": entry.at,
            "coder": coder,
            "kind": entry.kind,
            "body": dict(entry.body),
            "previous": previous,
        }
        previous = event_hash(record)
        record["hash"] = previous
        # A lone surrogate, from a terminal that is not in UTF-8, becomes an escape of JSON.
        text = json.dumps(record, ensure_ascii=False)
        line = text.encode("utf-8", "backslashreplace") + b"\n"
        made.append((line, Event(**record)))  # type: ignore[arg-type]
    return made


def put(log: Log, lines: Sequence[bytes]) -> int:
    """Write whole lines behind a log, or create it with them; on disk when this returns.

    Returns
    -------
    int
        The size of the log then, in bytes.
    """
    content = b"".join(lines)
    if not lines:
        return log.size
    if not log.path.exists():
        _create(log.path, content)
        return len(content)
    return log.size + _extend(log, b"\n" + content if log.unended else content)


def _extend(log: Log, content: bytes) -> int:
    """Add whole lines, flushed to disk; on failure cut back to where the log ended."""
    if log.torn:
        name = hashlib.sha256(log.torn).hexdigest()[:8]
        with log.path.with_name(f"{log.path.stem}.torn-{name}").open("wb", buffering=0) as aside:
            _flush(aside, log.torn)
    with log.path.open("ab", buffering=0) as file:
        if log.torn:
            os.ftruncate(file.fileno(), log.size)
        try:
            _flush(file, content)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(file.fileno(), log.size)
            raise
    return len(content)


def _create(path: Path, content: bytes) -> None:
    """Create a log with its first lines at once, so that a crash leaves no empty log."""
    part = path.with_name(f".{path.stem}.part")
    try:
        with part.open("wb", buffering=0) as file:
            _flush(file, content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _flush(file: FileIO, content: bytes) -> None:
    """Write all of it down to the disk. Unbuffered: what failed is not tried again on closing."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk, so that a new or renamed file survives a power cut."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the log for writing; the operating system lets go when the process ends."""
    with path.with_name(f".{path.stem}.lock").open("a+b", buffering=0) as file:
        if not lock(file):
            file.seek(0)
            holder = file.read().decode("utf-8", "replace").strip() or "another process"
            raise ReviewError(
                f"the log is being written to by {holder}",
                f"decisions/{path.name}",
                "Wait until it is done, or close the other program, and repeat.",
            )
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}".encode())
        try:
            yield
        finally:
            file.truncate(0)


WAITS = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0, 2.0)  # seconds before each attempt


def lock(file: FileIO, waits: Sequence[float] = WAITS) -> bool:
    """Take the operating system's lock on a file, waiting a moment for a holder to finish."""
    import time

    for wait in waits:
        time.sleep(wait)
        try:
            if sys.platform == "win32":
                import msvcrt

                # One byte far behind the holder's name, which others must be able to read.
                file.seek(1 << 20)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        return True
    return False
