"""Unfinished: the rows that a run has made so far, kept beside the file that they will become.

`OUT.part` grows chunk by chunk; `OUT.part.json` says of which run it is and how much of it is
whole. It is written after each chunk, once the rows are on the disk, so whatever ends the run, the
rows that it names are there. What stands behind them is cut off by the next run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from themeweave.errors import ReviewError
from themeweave.review.files import put_file, write_file


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    chunks: int = 0
    findings: int = 0
    length: int = 0  # bytes of whole chunks
    sha256: str = ""  # of these bytes
    set_aside: tuple[str, ...] = ()  # findings that could not be coded, in words


class Unfinished:
    """A file that grows.

    Parameters
    ----------
    out
        The name of the whole file.
    run
        What decides its bytes: input, engine, codebook, versions. A run goes on only where all
        of it is the same.
    heading
        What stands before the rows.
    fresh
        Leave aside what an earlier run made.

    Raises
    ------
    ReviewError
        Where an unfinished file is there that is of another run, was changed, or is being written
        by a run that goes on; where there is no room.
    """

    def __init__(self, out: Path, run: Mapping[str, str], heading: bytes, fresh: bool) -> None:
        self.out = out
        self.path = out.with_name(f"{out.name}.part")
        self._note = out.with_name(f"{out.name}.part.json")
        self._run = dict(run)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            mode = "r+b" if self.path.exists() else "w+b"
            self._file = self.path.open(mode, buffering=0)  # what did not fit must not come later
        except OSError as error:
            raise self._not_written(error) from None
        try:
            self._hold()
            self._hash = hashlib.sha256()
            self.progress = Progress() if fresh else self._earlier()
            self._begin(heading)
        except BaseException:
            self._file.close()
            raise

    def add(self, lines: bytes, findings: int, set_aside: tuple[str, ...]) -> None:
        """Add a chunk.

        Raises
        ------
        ReviewError
            Where the disk is full. The chunks before this one are kept.
        """
        try:
            self._write(lines)
        except OSError as error:
            with suppress(OSError, ReviewError):
                self._file.truncate(self.progress.length)  # makes room for the note
                self.save()
            raise self._not_written(error) from None
        before = self.progress
        self.progress = Progress(
            before.chunks + 1,
            before.findings + findings,
            before.length + len(lines),
            self._hash.hexdigest(),
            (*before.set_aside, *set_aside),
        )
        self.save()

    def save(self) -> None:
        """Note how far the run is, once the rows are on the disk."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._not_written(error) from None
        said = json.dumps({"run": self._run, **asdict(self.progress)}, ensure_ascii=False, indent=1)
        write_file(self._note, said.encode("utf-8"))

    def finish(self, turn: Callable[[BinaryIO, BinaryIO], None] | None = None) -> None:
        """Put the whole file under its name, and take away what stood beside it.

        Parameters
        ----------
        turn
            Makes the file out of the rows, where they did not grow as what they are to be.

        Raises
        ------
        ReviewError
            Where it cannot be written; the rows are kept.
        """
        self.save()
        if turn is None:
            self._file.close()
            try:
                self.path.replace(self.out)
            except OSError as error:
                raise self._not_written(error) from None
        else:
            with self.path.open("rb") as rows:
                put_file(self.out, lambda target: turn(rows, target))
            self._file.close()
            self.path.unlink()
        self._note.unlink()

    def close(self) -> None:
        """Let go of the file; it stays as it is."""
        self._file.close()

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._hash.update(content)

    def _begin(self, heading: bytes) -> None:
        """Stand behind the last whole chunk, or at the start of a new file."""
        if self.progress.length:
            self._file.seek(self.progress.length)
            self._file.truncate()
            return
        try:
            self._file.seek(0)
            self._file.truncate()
            self._write(heading)
        except OSError as error:
            raise self._not_written(error) from None
        self.progress = Progress(length=len(heading), sha256=self._hash.hexdigest())
        self.save()

    def _hold(self) -> None:
        """Keep other runs away from the file; the operating system lets go when this one ends."""
        try:
            import fcntl
        except ImportError:  # Windows holds an open file by itself
            return
        try:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ReviewError(
                "another run is writing this file",
                str(self.path),
                "Wait until it is done, or write to another file.",
            ) from None

    def _earlier(self) -> Progress:
        """Read how far an earlier run came, if it was this one."""
        if not self._file.read(1):
            return Progress()
        try:
            said: dict[str, Any] = json.loads(self._note.read_text("utf-8"))
            run = said.pop("run")
            progress = Progress(**{**said, "set_aside": tuple(said["set_aside"])})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise self._in_the_way("it is not known of which run it is", []) from None
        changed = [
            f"{what}: then {run.get(what, 'none')}, now {self._run.get(what, 'none')}"
            for what in dict.fromkeys([*self._run, *run])
            if run.get(what) != self._run.get(what)
        ]
        if changed:
            raise self._in_the_way("it is of another run", changed)
        self._read(progress.length)
        if self._hash.hexdigest() != progress.sha256:
            raise self._in_the_way("it was changed since", [])
        return progress

    def _read(self, length: int) -> None:
        """Take the bytes that are whole into the hash."""
        self._file.seek(0)
        while length and (block := self._file.read(min(length, 1 << 20))):
            self._hash.update(block)
            length -= len(block)

    def _in_the_way(self, why: str, changed: list[str]) -> ReviewError:
        return ReviewError(
            f"an unfinished file is in the way: {why}",
            str(self.path),
            "Run the command as it was run then to go on, write to another file, or start anew "
            "with --fresh, which takes the unfinished file away.",
            faults=changed,
        )

    def _not_written(self, error: OSError) -> ReviewError:
        return ReviewError(
            f"the file could not be written: {error.strerror}",
            str(self.path),
            "What is finished is kept. Make room, or mend what else is wrong, and run the same "
            "command again to go on.",
        )


class Passing:
    """A stream that rows go to as they are made; nothing of it is kept."""

    path = None

    def __init__(self, stream: BinaryIO, heading: bytes) -> None:
        self.progress = Progress()
        self._stream = stream
        stream.write(heading)

    def add(self, lines: bytes, findings: int, set_aside: tuple[str, ...]) -> None:
        """Pass a chunk on."""
        self._stream.write(lines)
        self._stream.flush()
        before = self.progress
        self.progress = Progress(
            before.chunks + 1, before.findings + findings, 0, "", (*before.set_aside, *set_aside)
        )

    def save(self) -> None:
        """Keep nothing."""

    def finish(self, turn: Callable[[BinaryIO, BinaryIO], None] | None = None) -> None:  # noqa: ARG002
        """Pass on what is left."""
        self._stream.flush()

    def close(self) -> None:
        """Leave the stream to who gave it."""
