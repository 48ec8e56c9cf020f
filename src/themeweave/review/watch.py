"""Watching a folder: whether what people keep in it is still what was read.

Times and sizes of files are compared, which costs little enough to do it often. Hidden files and
outputs/ do not count: nobody decides anything there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PARTS = ("corpus", "codebooks", "decisions", "appraisals", "confidence")


class Watch:
    """What the files of a folder were when it was read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.known = self._look()

    def changed(self) -> set[str]:
        """Give the files that were added, changed or taken away, and remember them as they are."""
        before, self.known = self.known, self._look()
        names = {*before, *self.known}
        return {name for name in names if before.get(name) != self.known.get(name)}

    def _look(self) -> dict[str, tuple[int, int]]:
        files = [self._folder / "review.toml"]
        for part in PARTS:
            files += _files(self._folder / part)
        return {file.relative_to(self._folder).as_posix(): _stamp(file) for file in files}


def _files(folder: Path) -> Iterator[Path]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        else:
            yield Path(entry.path)


def _stamp(file: Path) -> tuple[int, int]:
    """Give the time and size of a file; zeros where it is gone meanwhile."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
