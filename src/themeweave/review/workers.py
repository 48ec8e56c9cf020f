"""Workers: who codes the chunks of a sheet, this process or several beside it.

Whoever codes a chunk gives the same bytes for it, and chunks come back in the order of the sheet.
A worker that dies takes only its chunk along, as `Failed`; another one is started in its place.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from themeweave.corpus.sheets import lines
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.batch import Coder
from themeweave.review.survey import Chunk

_GRACE = 5  # seconds that a worker has to end before it is made to
_AHEAD = 3  # chunks a worker that may be out or wait for an earlier one


@dataclass(frozen=True, slots=True)
class Failed:
    """Findings that could not be coded together, and why."""

    reason: str
    died: bool = False  # the worker, which may have had other causes than the findings


Said = bytes | Failed  # the rows of a chunk as lines of the output
Attempt = Callable[[Sequence[Finding]], Said]
Stream = Callable[[Iterable[Chunk]], Iterator[tuple[Chunk, Said]]]
Team = tuple[Stream, Attempt]  # to code all chunks in order, and to try some findings alone


def code(coder: Coder, suffix: str, findings: Sequence[Finding]) -> Said:
    """Code findings into lines of the output; on one thread, so that sums come out alike.

    Raises
    ------
    ReviewError
        Where there is no such engine or codebook, which is no fault of the findings.
    """
    import numpy as np  # noqa: F401  # its threads can be counted only once it is there
    from threadpoolctl import threadpool_limits

    try:
        with threadpool_limits(1):
            rows = coder.rows(findings)
    except ReviewError:
        raise
    except Exception as error:
        return Failed(f"{type(error).__name__}: {error}")
    return lines(rows, coder.columns, suffix)


def alone(coder: Coder, suffix: str) -> Team:
    """Code in this process."""

    def attempt(findings: Sequence[Finding]) -> Said:
        return code(coder, suffix, findings)

    return lambda chunks: ((chunk, attempt(chunk.findings)) for chunk in chunks), attempt


@contextmanager
def processes(coder: Coder, suffix: str, number: int) -> Iterator[Team]:
    """Code in several processes, each of which loads the engine once."""
    crew = _Crew(coder, suffix)
    try:
        yield lambda chunks: crew.stream(chunks, number), crew.attempt
    finally:
        crew.end()


class _Crew:
    """Processes that each wait for findings on a pipe of their own."""

    def __init__(self, coder: Coder, suffix: str) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._work = coder, suffix
        self._idle: list[Connection] = []
        self._all: dict[Connection, Any] = {}

    def stream(self, chunks: Iterable[Chunk], number: int) -> Iterator[tuple[Chunk, Said]]:
        """Give chunks to the workers that are free, and yield what they say in order."""
        waiting = enumerate(chunks)
        out: dict[Connection, tuple[int, Chunk]] = {}
        done: dict[int, tuple[Chunk, Said]] = {}
        place = 0
        while True:
            while len(out) < number and len(out) + len(done) < _AHEAD * number:
                following = next(waiting, None)
                if following is None:
                    break
                out[self._give(following[1].findings)] = following
            if place in done:
                yield done.pop(place)
                place += 1
                continue
            if not out:
                return
            for worker in wait(list(out)):
                assert isinstance(worker, Connection)
                which, chunk = out.pop(worker)
                done[which] = chunk, self._take(worker)

    def attempt(self, findings: Sequence[Finding]) -> Said:
        """Have some findings coded, and wait for it."""
        return self._take(self._give(findings))

    def _give(self, findings: Sequence[Finding]) -> Connection:
        worker = self._idle.pop() if self._idle else self._start()
        with suppress(OSError):  # it has died; then nothing will come back, which is seen there
            worker.send(findings)
        return worker

    def _take(self, worker: Connection) -> Said:
        try:
            said: Said | tuple[Any, ...] = worker.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return Failed("the worker that read it ended without a word", died=True)
        self._idle.append(worker)
        if isinstance(said, tuple):
            what, where, next_step, faults = said
            raise ReviewError(what, where, next_step, faults=faults)
        return said

    def _start(self) -> Connection:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, *self._work), daemon=True)
        with no_interrupt():  # so that no process is started and then forgotten
            process.start()
            self._all[ours] = process
        theirs.close()
        return ours

    def _bury(self, worker: Connection) -> None:
        worker.close()
        self._all.pop(worker).join()

    def end(self) -> None:
        """End all processes, whatever they are doing."""
        for worker, process in self._all.items():
            process.terminate()
            process.join(_GRACE)
            process.kill()
            process.join()
            worker.close()
        self._all.clear()


@contextmanager
def no_interrupt() -> Iterator[None]:
    """Put Ctrl-C off; what is started meanwhile never hears it, where the system knows how."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, coder: Coder, suffix: str) -> None:
    """Code what comes through the pipe, until its other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that leads
    with suppress(EOFError, OSError):
        while True:
            findings = pipe.recv()
            try:
                pipe.send(code(coder, suffix, findings))
            except ReviewError as error:
                pipe.send((error.what, error.where, error.next_step, error.faults))
