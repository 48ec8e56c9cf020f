"""Errands: what is done beside a folder that is kept open, each from the folder as it is on disk.

A decision is on disk before it is acknowledged, so nothing of the folder has to be handed over.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from pathlib import Path

from themeweave.review.files import Progress
from themeweave.review.folder import ReviewFolder, open_folder, reread
from themeweave.review.suggesting import Suggesting, parts
from themeweave.review.watch import Watch


class Suggestions:
    """Suggests codes for all findings, each time for the folder as it is then.

    What was learned is made of what everybody may see. Asked with the marks of the beliefs that
    are held, by codebook, and whether it is looked for what findings rest on; answers with the
    parts of `Suggested`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._watch = Watch(path)
        self._folder: ReviewFolder | None = None
        self._changed: set[str] = set()  # files that are not read yet as they are
        self._suggesting = Suggesting()

    def __call__(self, asked: tuple[Mapping[str, str], bool], tell: Progress) -> Iterator[object]:
        """Suggest."""
        held, weighs = asked
        tell("reading the folder")
        self._changed |= self._watch.changed()
        if self._folder is None:
            self._folder = open_folder(self._path)
        elif self._changed:
            self._folder = reread(self._folder, self._changed)
        self._changed = set()
        yield from parts(self._suggesting.suggest(self._folder, tell, weighs=weighs), held)
        gc.freeze()  # what was made stays, and need not be looked through again


class Outputs:
    """Runs the review; answers in words with what was made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, _: object, tell: Progress) -> Iterator[object]:
        """Run."""
        from themeweave.review.steps import run

        made = run(self._path, tell)
        yield f"{len(made.written)} files made"
        if made.changes:
            yield f"{len(made.changes)} changes in the themes"
        yield from (f"Kept your edited version as outputs/{name}" for name in made.set_aside)
