"""A log kept open: one coder's decisions appended again and again by one running program.

`log.append` reads the whole log each time. Here its end is remembered, so that an append costs one
write and one flush whatever the log's length, and decisions that arrive while the disk is busy are
written together by whoever comes first. Other programs may still write to the log in between: a
log whose size or time is not the one remembered is read anew. Callers are woken in any order; what
is new in the log is told in the order in which it stands there.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from themeweave.errors import ReviewError
from themeweave.review.events import Event, Log
from themeweave.review.log import End, Entry, chained, held, log_end, put, to_extend, unwritten


class _Batch:
    """What one caller wants written, and what became of it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.events: list[Event] = []
        self.error: ReviewError | None = None
        self.done = False


class OpenLog:
    """A coder's log, appended to by several threads.

    Parameters
    ----------
    coder
        Whose log it is.
    log
        As it was read; one without events for a log that is not there yet.
    """

    def __init__(self, coder: str, log: Log) -> None:
        self.coder = coder
        self.path = log.path
        self.replaced = False  # somebody changed what was there: what is known of it is out of date
        self._waiting: list[_Batch] = []
        self._news: list[Event] = []  # on disk, and not told yet
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._remember(log)

    def _remember(self, log: Log) -> None:
        self._log = replace(log, events=())
        self._stamp = _stamp(log.path, log.size + len(log.torn) if log.size or log.torn else -1)
        self._count = len(log.events)
        self._end, self._known = log_end(log, self.coder)

    def is_known(self) -> bool:
        """Tell whether nobody else has written to the log since it was last written or read."""
        with self._turn:
            return _stamp(self.path) == self._stamp and not self.replaced

    def append(self, entries: Sequence[Entry]) -> list[Event]:
        """Append events; when this returns they are on disk.

        Returns
        -------
        list of Event
            Those written; an entry whose id the log holds already is passed over.

        Raises
        ------
        ReviewError
            As `log.append` does; nothing of these entries is there then.
        """
        own = _Batch(entries)
        with self._guard:
            self._waiting.append(own)
        with self._turn:
            if not own.done:
                with self._guard:
                    taken, self._waiting = self._waiting, []
                self._write(taken)
        if own.error:
            raise own.error
        return own.events

    def news(self) -> list[Event]:
        """Give, once, what came onto the disk since the last call, by whomever, as it stands there.

        Who asks after `append` returned is told of their own events, unless another caller was.
        """
        with self._guard:
            told, self._news = self._news, []
        return told

    def _write(self, batches: Sequence[_Batch]) -> None:
        """Write what several callers want with one flush."""
        error: ReviewError | None = None
        news: list[Event] = []
        try:
            self.path.parent.mkdir(exist_ok=True)
            with held(self.path):
                news += self._catch_up()
                known = set[str]()  # of these lines, kept apart until they are on disk
                lines: list[bytes] = []
                end = self._end
                for batch in batches:
                    fresh = [entry for entry in batch.entries if entry.id not in self._known]
                    for line, event in chained(end, known, self.coder, fresh):
                        lines.append(line)
                        batch.events.append(event)
                        end = End(event.hash, event.sequence)
                size = put(self._log, lines)
                self._known |= known
                self._end, self._count = end, self._count + len(lines)
                if lines:
                    self._log = Log(self.path, (), size=size)
                    self._stamp = _stamp(self.path, size)
                news += [event for batch in batches for event in batch.events]
        except OSError as failed:
            error = unwritten(self.path, failed)
        except ReviewError as failed:
            error = failed
        with self._guard:
            self._news += news
        for batch in batches:
            batch.error, batch.done = error, True

    def _catch_up(self) -> list[Event]:
        """Read the log anew where another program wrote to it; gives what it wrote."""
        if _stamp(self.path) == self._stamp:
            return []
        log = to_extend(self.path)
        before, last = self._count, self._end.previous
        self._remember(log)
        events = log.events
        if before and (len(events) < before or events[before - 1].hash != last):
            self.replaced = True
            return []
        return list(events[before:])


def _stamp(path: Path, size: int | None = None) -> tuple[int, int]:
    """Give a file's size and time; -1 and 0 where there is none, or its size is not the one known.

    A stamp that says the file is not there makes it be read anew before it is written to.
    """
    try:
        found = path.stat()
    except OSError:
        return -1, 0
    return (found.st_size, found.st_mtime_ns) if size in (None, found.st_size) else (-1, 0)
