"""Bringing folders together: another copy of the review, or copies that a sync program left.

Logs are sets of events, so they are united: each line that is not there is added as it is. Nothing
is rewritten or dropped, the order of merging does not matter, and merging again changes nothing.
Other files are taken in where there is none of that name; where both folders have one and they
differ, it is said how, and people settle it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from themeweave.errors import ReviewError
from themeweave.review.copies import copy_of
from themeweave.review.decide import check_coder
from themeweave.review.differing import differing
from themeweave.review.events import BOM, Log, parse_log
from themeweave.review.files import write_file
from themeweave.review.folder import ReviewFolder, open_folder
from themeweave.review.log import take_in

_PARTS = ("corpus", "codebooks", "appraisals", "confidence")


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of bringing folders together."""

    taken: dict[str, int]  # coder -> events that were added to their log
    added: tuple[str, ...]  # files that only the other folder had
    differing: tuple[str, ...]  # in words: what differs and was left as it is here
    folder: ReviewFolder  # as everybody may see it afterwards


def merge(path: Path, other: Path | None = None) -> Merged:
    """Take another copy of a review in, or, without one, the copies of logs in the folder.

    Parameters
    ----------
    other
        A review folder. It is only read.

    Raises
    ------
    ReviewError
        Where either is no review folder or has faults, a log is damaged, or the folder would have
        faults with the files that are new. Nothing is changed then.
    """
    here = open_folder(path).path
    there = _review(other) if other else here
    if other and there == here:
        raise ReviewError(
            "a folder cannot be merged with itself",
            str(other),
            "Without a folder, 'themeweave merge' takes in copies of logs that stand beside them.",
        )
    sources = [*_logs(here), *(_logs(there) if other else ())]
    added: list[Path] = []
    words: tuple[str, ...] = ()
    try:
        if other:
            added = list(_new_files(here, there))
            words = tuple(differing(here, there, _files(there)))
        open_folder(here)
        taken: dict[str, int] = {}
        for log, lines in sources:
            own = here / "decisions" / f"{log.coder}.jsonl"
            if log.path != own and (number := take_in(own, lines)):
                taken[log.coder] = taken.get(log.coder, 0) + number
    except ReviewError:
        for file in added:
            file.unlink(missing_ok=True)
        raise
    names = tuple(sorted(file.relative_to(here).as_posix() for file in added))
    return Merged(dict(sorted(taken.items())), names, words, open_folder(here))


def _review(folder: Path) -> Path:
    folder = folder.resolve()
    if not (folder / "review.toml").is_file():
        raise ReviewError(
            "this is not a review folder: it has no review.toml",
            str(folder),
            "Name the folder that holds the other copy of the review.",
        )
    return folder


def _logs(folder: Path) -> list[tuple[Log, list[bytes]]]:
    """Read the logs of a folder with their lines.

    Raises
    ------
    ReviewError
        Listing those that are damaged, or whose coder's name could not be a file's.
    """
    found: list[tuple[Log, list[bytes]]] = []
    faults: list[str] = []
    for file in sorted((folder / "decisions").glob("*.jsonl")):
        raw = file.read_bytes()
        try:
            log = parse_log(file, raw)
            check_coder(log.coder)
        except ReviewError as error:
            faults.append(f"decisions/{file.name}: {error.what}")
            continue
        if log.damage:
            faults.append(f"decisions/{file.name}, {log.damage}")
        found.append((log, list(_lines(raw, log))))
    if faults:
        raise ReviewError(
            "logs that cannot be taken in",
            str(folder),
            "Nothing was changed. 'themeweave check' in that folder says how to mend them.",
            faults=faults,
        )
    return found


def _lines(raw: bytes, log: Log) -> Iterator[bytes]:
    """Give the lines of a log's events as they stand, whatever their line ends."""
    known = {event.hash for event in log.events}
    for line in raw[: log.size].removeprefix(BOM).split(b"\n"):
        with suppress(ValueError, KeyError):
            if json.loads(line)["hash"] in known:
                yield line.strip(b"\r ") + b"\n"


def _files(folder: Path) -> list[str]:
    """Give the files that people keep in a folder, logs and what sync programs left aside."""
    found = [folder / "review.toml"]
    for part in _PARTS:
        found += sorted(file for file in (folder / part).rglob("*") if file.is_file())
    names = [file.relative_to(folder).as_posix() for file in found]
    return [
        name
        for file, name in zip(found, names, strict=True)
        if not any(part.startswith((".", "~")) for part in Path(name).parts)
        and not ((copy := copy_of(file.name)) and file.with_name(copy[0]).is_file())
    ]


def _new_files(here: Path, there: Path) -> Iterator[Path]:
    """Take in files that only the other folder has, and no sheet of the same name."""
    for name in _files(there):
        own = here / name
        same = [file for file in own.parent.glob(f"{own.stem}.*") if file.is_file()]
        if not own.exists() and (not same or "documents" in Path(name).parts):
            write_file(own, (there / name).read_bytes())
            yield own
