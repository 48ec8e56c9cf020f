"""Beside: work that takes long is done in a process of its own, so that nobody waits for it.

Threads of one process take turns; a process beside it, of low priority, takes what is left over of
the processor. It is asked for one thing after another and keeps what it knows in between. If it
dies, the next question starts another one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from themeweave.errors import ReviewError
from themeweave.review.files import Progress
from themeweave.review.workers import no_interrupt

# What is done there: from a question and whom to tell of progress to the parts of the answer
Errand = Callable[[Any, Progress], Iterator[object]]
_LAST = ("done", "stopped", "error", "fault")  # what ends an answer
_NICE = 10  # how much the process stands back, of 19
_GRACE = 5  # seconds that it has to end


class Stopped(Exception):  # noqa: N818
    """What is being done is no longer wanted."""


class Beside:
    """A process for one kind of errand on one folder; started when it is first asked.

    Parameters
    ----------
    errand
        Made there from the folder's path: a class or function of a module.
    path
        The review folder.
    """

    def __init__(self, errand: Callable[[Path], Errand], path: Path) -> None:
        self._work = errand, path
        self._pipe: Connection | None = None
        self._process: SpawnProcess | None = None
        self._changing = threading.Lock()  # another thread may end what one has just started

    def ask(self, question: object, tell: Progress) -> Iterator[object]:
        """Ask, and give the parts of the answer as they come; one question at a time.

        Raises
        ------
        ReviewError
            As the errand does, or where the process ended without an answer.
        Stopped
            Where `stop` was called before it was done.
        RuntimeError
            Where the errand has a fault; its traceback is printed there.
        """
        pipe = self._pipe or self._start()
        kind: str = ""
        said: Any = None
        try:
            pipe.send(question)
            while kind not in _LAST:
                kind, said = pipe.recv()
                if kind == "doing":
                    tell(said)
                elif kind == "part":
                    yield said
        except (EOFError, OSError):
            raise ReviewError(
                "the program that works in the background ended without a word",
                "",
                "It is started anew. If that goes on, the computer may lack memory for it.",
            ) from None
        finally:
            if kind not in _LAST:
                self.end()
        if kind == "error":
            what, where, next_step, faults = said
            raise ReviewError(what, where, next_step, faults=faults)
        if kind == "stopped":
            raise Stopped
        if kind == "fault":
            raise RuntimeError(said)

    def stop(self) -> None:
        """Have what is being done end at its next step; done already, it stays done."""
        if pipe := self._pipe:
            with suppress(OSError):
                pipe.send(None)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        with self._changing:
            process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process:
            process.terminate()
            process.join(_GRACE)
            process.kill()
            process.join()
        if pipe:
            pipe.close()

    @property
    def pid(self) -> int | None:
        """The process's id; None where there is none."""
        return self._process.pid if self._process else None

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        pipe, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, *self._work), daemon=True)
        with self._changing, no_interrupt():
            process.start()
            self._pipe, self._process = pipe, process
        theirs.close()
        return pipe


def _serve(pipe: Connection, errand: Callable[[Path], Errand], path: Path) -> None:
    """Answer what comes through the pipe, until its other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that leads
    if hasattr(os, "nice"):
        os.nice(_NICE)

    with suppress(EOFError, OSError):
        work = errand(path)
        while True:
            if (question := pipe.recv()) is None:  # it was to stop, and had done it already
                continue
            try:
                for part in work(question, _telling(pipe)):
                    pipe.send(("part", part))
                pipe.send(("done", None))
            except Stopped:
                pipe.send(("stopped", None))
            except ReviewError as error:
                pipe.send(("error", (error.what, error.where, error.next_step, error.faults)))
            except ConnectionError:  # who asked is gone
                return
            except Exception as error:
                traceback.print_exc()
                pipe.send(("fault", f"{type(error).__name__}: {error}"))


def _telling(pipe: Connection) -> Progress:
    """Tell whoever asked of progress, and listen whether they still want it."""

    def tell(doing: str) -> None:
        try:
            if pipe.poll() and pipe.recv() is None:
                raise Stopped
            pipe.send(("doing", doing))
        except (EOFError, OSError):  # who asked is gone, so nobody wants it
            raise SystemExit from None

    return tell
