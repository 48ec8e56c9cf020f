"""Batch run: a sheet of any size is coded chunk by chunk, and what is done is never done twice.

survey -> chunks -> workers -> poison set aside -> the file grows -> the whole file in its place.
The bytes depend on the sheet, the engine and the codebooks, not on who works or how often a run
was stopped.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import themeweave
from themeweave.corpus.grown import check_room, grows_as, turn
from themeweave.corpus.sheets import heading
from themeweave.errors import ReviewError
from themeweave.findings.encoder import why_not
from themeweave.review import cluster, poison, workers
from themeweave.review.batch import MOST_FOR_READER, Coder
from themeweave.review.files import quiet
from themeweave.review.readings import suggester_of
from themeweave.review.survey import CHUNK, Survey, survey
from themeweave.review.unfinished import Passing, Unfinished

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who codes: this process alone, several processes, or the workers of a dask cluster."""

    workers: int = 1
    cluster: str = ""  # the address of a scheduler, such as tcp://127.0.0.1:8786
    trust_network: bool = False  # allow an address that is neither this computer's nor encrypted


@dataclass(frozen=True, slots=True)
class Done:
    """What a run made."""

    findings: int  # that are coded
    set_aside: tuple[str, ...]  # rows without a text, and findings that stop the engine, in words


class Stopped(Exception):  # noqa: N818  # no error: a person wanted it
    """A run was stopped by Ctrl-C; what is finished is kept."""

    def __init__(self, findings: int, of: int, kept: Path | None) -> None:
        super().__init__(findings, of, kept)
        self.findings, self.of, self.kept = findings, of, kept


def code_sheet(
    source: tuple[BinaryIO, str, str],
    out: Path | BinaryIO,
    suffix: str,
    coder: Coder,
    staff: Staff | None = None,
    *,
    fresh: bool = False,
    chunk: int = CHUNK,
    say: Callable[[str], None] = quiet,
    show: Callable[[int, int], None] | None = None,
) -> Done:
    """Code a sheet of any size into another, in constant memory.

    Parameters
    ----------
    source
        The sheet's file, its name for messages and its suffix.
    out
        Where the coded sheet goes. A path gets its file whole at the end; until then the rows
        grow beside it, and the same call goes on where it was stopped. A stream gets the rows as
        they are made.
    suffix
        How the coded sheet is written; a stream takes text only.
    coder
        Its engine may be ``auto``: the reader up to `MOST_FOR_READER` findings, then fast.
    staff
        Who works; this process alone where it is not given.
    fresh
        Take away what an unfinished run left.
    chunk
        Findings that are coded together; it is part of what decides the bytes.
    say, show
        Told what a person should know, in words; and how many findings are done, of how many.

    Raises
    ------
    ReviewError
        As `survey`, `Unfinished`, `poison.settle` and `cluster.cluster`; where the coded sheet
        would replace the sheet itself.
    Stopped
        On Ctrl-C.
    """
    if isinstance(out, Path) and out.exists() and _is(source[0], out):
        raise ReviewError(
            "the coded sheet would replace the sheet itself", source[1], "Give it another name."
        )
    found = survey(*source, say)
    check_room(found.findings, suffix, source[1])
    coder = _chosen(coder, found.findings, say)
    engine, _ = suggester_of(coder.engine)  # one that is not there is refused before all else
    growing = grows_as(suffix)
    head = heading(coder.columns, growing)
    sink = (
        Unfinished(out, _run(found, coder, engine, suffix, chunk), head, fresh)
        if isinstance(out, Path)
        else Passing(out, head)
    )
    done = sink.progress
    if done.chunks:
        say(f"going on after {done.findings:,} of {found.findings:,} findings, in {sink.path}")
    coder = coder.sent()
    try:
        with _team(staff or Staff(), coder, growing) as (stream, attempt):
            for part, said in stream(islice(found.chunks(chunk), done.chunks, None)):
                settled = poison.settle(part, said, attempt, found.name)
                sink.add(settled.lines, len(part.findings), settled.set_aside)
                if show:
                    show(sink.progress.findings, found.findings)
        whole = growing == suffix
        sink.finish(None if whole else lambda rows, to: turn(rows, to, coder.columns, suffix))
    except KeyboardInterrupt:
        sink.save()
        raise Stopped(sink.progress.findings, found.findings, sink.path) from None
    finally:
        sink.close()
    poisoned = sink.progress.set_aside
    return Done(found.findings - len(poisoned), (*found.set_aside, *poisoned))


def _is(file: BinaryIO, path: Path) -> bool:
    """Tell whether an open file is the one at a path."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:  # it is a file in memory only
        return False


@contextmanager
def _team(staff: Staff, coder: Coder, suffix: str) -> Iterator[workers.Team]:
    if staff.cluster:
        with cluster.cluster(coder, suffix, staff.cluster, staff.trust_network) as team:
            yield team
    elif staff.workers > 1:
        with workers.processes(coder, suffix, staff.workers) as team:
            yield team
    else:
        yield workers.alone(coder, suffix)


def _chosen(coder: Coder, findings: int, say: Callable[[str], None]) -> Coder:
    """Choose the engine where that is left to the program, and say so where it is not the best."""
    if coder.engine != AUTO:
        return coder
    if findings > MOST_FOR_READER:
        say(
            f"{findings:,} findings are more than {MOST_FOR_READER:,}, so the engine is 'fast'; "
            "--engine reader is right more often, and takes longer"
        )
        return replace(coder, engine="fast")
    if why := why_not():
        say(f"the engine is 'fast', as the reader needs onnxruntime, which cannot be loaded: {why}")
        return replace(coder, engine="fast")
    return replace(coder, engine="reader")


def _run(found: Survey, coder: Coder, engine: str, suffix: str, chunk: int) -> dict[str, str]:
    """Say what decides the bytes, in words for the person who is told that it changed."""
    return {
        "sheet": f"{found.findings} findings, sha256 {found.sha256}",
        "written as": suffix,
        "engine": engine,
        "codebook": f"{coder.framework}, sha256 {coder.fingerprint()}",
        "reviews": hashlib.sha256(repr(coder.reviews).encode()).hexdigest()
        if coder.reviews
        else "",
        "further codes": "yes" if coder.several else "",
        "what they rest on": "yes" if coder.reasons else "",
        "findings in a chunk": str(chunk),
        "themeweave": themeweave.__version__,
    }
