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
from pathlib import Path
from typing import IO

from themeweave.codes.coding import Decision
from themeweave.errors import ReviewError

FIRST = "0" * 64  # what the first line of a log carries in place of the line before
KINDS = ("decision", "withdrawal")


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a log."""

    sequence: int
    id: str  # made once by whoever sends the event: sending it again changes nothing
    at: str  # UTC, ISO 8601
    coder: str
    kind: str  # 'decision', 'withdrawal', or a kind that a newer version wrote
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
    """Read a log and verify its chain; a damaged log gives its events up to the damage.

    Raises
    ------
    ReviewError
        Where the file is empty although it exists: it was emptied by something else, since a
        log is created with its first event.
    """
    raw = path.read_bytes()
    if not raw.strip(b"\x00 \r\n\t"):
        raise ReviewError(
            "the decision log is empty",
            f"decisions/{path.name}",
            "Restore it from a copy. If no decision was ever made, delete the empty file.",
        )
    return _parse(path, raw)


def _parse(path: Path, raw: bytes) -> Log:
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0  # an editor's byte-order mark
    events: list[Event] = []
    previous = FIRST
    number = 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        whole = end >= 0
        line = raw[start : end if whole else len(raw)].strip(b"\r ")
        number += 1
        if not line:
            start = end + 1 if whole else len(raw)
            continue
        event, wrong = _event(line, previous, len(events) + 1)
        if event is None:
            if not whole:
                return Log(path, tuple(events), torn=raw[start:], size=start)
            return Log(path, tuple(events), damage=f"line {number}: {wrong}", size=start)
        events.append(event)
        previous = event.hash
        start = end + 1 if whole else len(raw)
    return Log(path, tuple(events), size=len(raw))


def _event(line: bytes, previous: str, sequence: int) -> tuple[Event | None, str]:
    """Parse and verify one line: the event, or what is wrong with the line."""
    if line.startswith((b"<<<<<<<", b"=======", b">>>>>>>")):
        return None, "a merge conflict mark of git; keep the lines of both sides, in their order"
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
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, "this is not a decision event"
    if event_hash(record) != event.hash:
        return None, "the event was changed after it was written (its own hash does not fit)"
    if event.previous != previous or event.sequence != sequence:
        return None, (
            "the line before it is not the one it was written after: "
            "a line was removed, moved or added"
        )
    return event, ""


def decisions(logs: Sequence[Log]) -> list[Decision]:
    """Give the decisions that stand in some logs, withdrawn ones and repeated ids left out."""
    found: dict[str, Decision] = {}
    for log in sorted(logs, key=lambda log: log.path.name):
        withdrawn = {str(e.body.get("event")) for e in log.events if e.kind == "withdrawal"}
        for event in log.events:
            if event.kind != "decision" or event.id in withdrawn:
                continue
            body = event.body
            found.setdefault(
                event.id,
                Decision(
                    finding_id=str(body["finding"]),
                    codebook=str(body["codebook"]),
                    code_id=str(body["code"]),
                    accepted=bool(body["accepted"]),
                    coder=event.coder,
                    sequence=event.sequence,
                    decided_at=event.at,
                    reason=str(body.get("reason", "")),
                ),
            )
    return list(found.values())


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
    shown = f"decisions/{path.name}"
    try:
        path.parent.mkdir(exist_ok=True)
        with _held(path), path.open("a+b") as file:
            file.seek(0)
            log = _parse(path, file.read())
            if log.damage:
                raise ReviewError(
                    "the decision log is damaged, so nothing is added to it",
                    f"{shown}, {log.damage.partition(':')[0]}",
                    "Run 'themeweave check': it says what is wrong and how to mend it.",
                )
            _set_aside(file, log)
            return _write(file, log, coder, entries)
    except OSError as error:
        raise ReviewError(
            f"the decision could not be written: {error.strerror}",
            shown,
            "Nothing was half-written. Free some space, or make the folder writable, and repeat.",
        ) from None


def _write(file: IO[bytes], log: Log, coder: str, entries: Sequence[Entry]) -> int:
    """Write whole lines with one call, flushed to disk; on failure cut back to where it was."""
    known = {event.id for event in log.events}
    previous, sequence = log.last_hash, len(log.events)
    lines: list[bytes] = []
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
        lines.append(json.dumps(record, ensure_ascii=False).encode("utf-8") + b"\n")
    if not lines:
        return 0
    start = file.seek(0, os.SEEK_END)
    try:
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(file.fileno(), start)
        raise
    return len(lines)


def _set_aside(file: IO[bytes], log: Log) -> None:
    """Move a torn last line into a file of its own; end a last line that lost its newline."""
    if log.torn:
        name = hashlib.sha256(log.torn).hexdigest()[:8]
        aside = log.path.with_name(f"{log.path.stem}.torn-{name}")
        aside.write_bytes(log.torn)
        os.ftruncate(file.fileno(), log.size)
        file.seek(0, os.SEEK_END)
    elif log.size:
        file.seek(log.size - 1)
        if file.read(1) != b"\n":
            file.write(b"\n")
            file.flush()


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the log for writing; the operating system lets go when the process ends."""
    lock = path.with_name(f".{path.stem}.lock")
    with lock.open("a+", encoding="utf-8") as file:
        if not _lock(file):
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise ReviewError(
                f"the log is being written to by {holder}",
                f"decisions/{path.name}",
                "Wait until it is done, or close the other program, and repeat.",
            )
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()} on {socket.gethostname()}")
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()


def _lock(file: IO[str]) -> bool:
    """Take the operating system's lock on a file, waiting a moment for a holder to finish."""
    import time

    for wait in (0.0, 0.01, 0.05, 0.2, 0.5, 1.0, 2.0):
        time.sleep(wait)
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        return True
    return False
