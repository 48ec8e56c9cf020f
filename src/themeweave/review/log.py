"""The decision log: one append-only file a coder, each line carrying the hash of one before.

An event is acknowledged once its whole line is on disk. Nothing ever rewrites a line: undoing is
a further event. A line that a crash cut short is set aside in a file of its own. Where the coder
went on in two places, the next line names the ends of all branches, so that it comes after them.
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

from themeweave.errors import ReviewError
from themeweave.review.events import BOM, Event, Log, event_hash, heads, read_log

_LONGEST = 1 << 20  # bytes of a line that are looked at to find whose log it is


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
            new = chained(*log_end(log, coder), coder, entries)
            put(log, [line for line, _ in new])
            return len(new)
    except OSError as error:
        raise unwritten(path, error) from None


def take_in(path: Path, lines: Sequence[bytes]) -> int:
    """Add lines of another copy of a log as they are; when this returns, they are on disk.

    Each must be written after a line that is there or among those before it. Lines that are there
    are passed over.

    Returns
    -------
    int
        How many were added.

    Raises
    ------
    ReviewError
        As for `append`.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        with held(path):
            log = to_extend(path)
            known = {event.hash for event in log.events}
            new = [line for line in lines if json.loads(line)["hash"] not in known]
            put(log, new)
            return len(new)
    except OSError as error:
        raise unwritten(path, error) from None


@dataclass(frozen=True, slots=True)
class End:
    """Where a log ends, and what the next line must know."""

    previous: str  # the hash of the last line
    sequence: int
    joins: tuple[str, ...] = ()  # the ends of other branches, in this file or in copies of it


def log_end(log: Log, coder: str) -> tuple[End, set[str]]:
    """Find where a log ends, and the ids of all events of its coder.

    Copies of the log that a sync program made count too.
    """
    every = [event for one in (log, *_elsewhere(log.path, coder)) for event in one.events]
    known = {event.id for event in every if event.coder == coder}
    sequence, previous = log.last
    joins = tuple(end for end in heads(every) if end != previous)
    return End(previous, sequence, joins), known


def _elsewhere(path: Path, coder: str) -> list[Log]:
    """Read what else in the folder holds events of a coder: copies that a sync program made."""
    found: list[Log] = []
    for file in sorted(path.parent.glob("*.jsonl")):
        if file == path:
            continue
        with file.open("rb") as lines:
            try:
                first = json.loads(lines.readline(_LONGEST).removeprefix(BOM))
                if first["coder"] != coder:
                    continue
            except (ValueError, KeyError, TypeError, RecursionError):
                continue  # whatever it is, `check` names it
        found.append(read_log(file))
    return found


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
    end: End, known: set[str], coder: str, entries: Sequence[Entry]
) -> list[tuple[bytes, Event]]:
    """Give the lines to add at the end of a log, each chained to the one before.

    The first comes after the ends of all branches. Entries whose id is known are passed over; the
    ids of the others become known.
    """
    made: list[tuple[bytes, Event]] = []
    sequence, previous, joins = end.sequence, end.previous, list(end.joins)
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
        if joins:
            record["joins"], joins = joins, []
        previous = event_hash(record)
        record["hash"] = previous
        # A lone surrogate, from a terminal that is not in UTF-8, becomes an escape of JSON.
        text = json.dumps(record, ensure_ascii=False)
        line = text.encode("utf-8", "backslashreplace") + b"\n"
        event = Event(**{**record, "joins": tuple(record.get("joins", ()))})  # type: ignore[arg-type]
        made.append((line, event))
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
        if wait:  # not even for a moment where nobody holds it: others would take their turn
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
