"""Copies that sync programs make of a file where two people changed it, known by their names.

A sync program cannot merge two versions of a file, so it keeps both, one under another name. Such
a copy of a log is read like the log itself. A copy of anything else is not read, and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

_MAKERS = (  # what is put behind a file's stem, and by whom; the surest first
    (re.compile(r"\.sync-conflict-\d{8}-\d{6}(-\w+)?"), "Syncthing"),
    (re.compile(r" \([^()]*'s? conflicted copy[^()]*\)"), "Dropbox"),
    (re.compile(r" \(conflicted copy[^()]*\)"), "Nextcloud or Dropbox"),
    (re.compile(r"_conflict-\d{8}-\d{6}"), "ownCloud"),
    (re.compile(r" \(SFConflict [^()]*\)"), "Seafile"),
    (re.compile(r" - Copy( \(\d+\))?| copy( \d+)?"), "a file manager"),
    (re.compile(r" ?\(\d+\)"), "Google Drive or a browser"),
    (re.compile(r" \d{1,2}"), "iCloud"),
    (re.compile(r"-(?=[A-Z0-9-]*[A-Z])[A-Z0-9]+(-[A-Z0-9]+)*"), "OneDrive"),
)
_FOLDERS = ("corpus", "codebooks", "appraisals", "confidence")


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that looks like another one's copy."""

    name: str  # of the file, inside the folder
    of: str  # the file that it is a copy of
    maker: str  # who puts such a name


def copy_of(name: str) -> tuple[str, str] | None:
    """Say of which file a name is a copy's, and who makes such names; None for other names.

    Examples
    --------
    >>> copy_of("ana.sync-conflict-20260102-030405-ABCDEFG.jsonl")
    ('ana.jsonl', 'Syncthing')
    >>> copy_of("ana-DESKTOP-AB12.jsonl"), copy_of("cfir-2022.yaml")
    (('ana.jsonl', 'OneDrive'), None)
    """
    suffix = PurePath(name).suffix
    stem = name.removesuffix(suffix)
    for pattern, maker in _MAKERS:
        for found in pattern.finditer(stem):
            if found.end() == len(stem) and found.start():
                return stem[: found.start()] + suffix, maker
    return None


def copies_in(folder: Path) -> Iterator[Copy]:
    """Find the copies in a review folder that have their original beside them, logs left out."""
    places = [folder, *(folder / name for name in _FOLDERS if (folder / name).is_dir())]
    for place in places:
        for file in sorted(place.iterdir()):
            found = copy_of(file.name)
            if found and file.is_file() and (place / found[0]).is_file():
                own, of = (one.relative_to(folder).as_posix() for one in (file, place / found[0]))
                yield Copy(own, of, found[1])
