"""The steps: what a person can ask for, in the order of the work.

Each step opens the folder, calls pure functions, saves, and returns the record that the command
line prints and a page renders. Steps can be repeated without harm.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import themeweave
from themeweave.errors import ReviewError
from themeweave.review.check import never_read
from themeweave.review.files import Progress, quiet, sweep, write_file
from themeweave.review.folder import ReviewFolder, open_folder
from themeweave.review.outputs import manifest, render
from themeweave.review.synced import warning
from themeweave.review.synthesis import Synthesis, synthesise
from themeweave.themes import state

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run made."""

    outputs: Path
    written: tuple[str, ...]
    set_aside: tuple[str, ...]  # outputs that somebody had edited, kept under another name
    synthesis: Synthesis
    changes: tuple[str, ...]  # in the themes since the last run; empty for the first one
    held: tuple[str, ...] = ()  # outputs that could not be written, each with why

    @property
    def warnings(self) -> tuple[str, ...]:
        """What did not count, and how to mend it."""
        return self.synthesis.folder.warnings


def run(path: Path, progress: Progress = quiet) -> Run:
    """Make every output of a review folder.

    Files are written only once all of them could be made, each whole or not at all, and the
    manifest last. An output that was edited by hand is kept beside the new one. One that another
    program holds stays as it was, and is listed; all others are written.

    Raises
    ------
    ReviewError
        Where the folder has faults (all of them listed) or nothing in outputs/ can be written.
    """
    folder = open_folder(path)
    sweep(folder.path)
    synthesis = synthesise(folder, progress)
    files = render(synthesis, progress)
    outputs = folder.path / "outputs"
    before = _recorded(outputs)
    set_aside = _set_aside(outputs, files, before)
    changes = _changes(outputs / state.NAME, files[state.NAME])
    held = _write(outputs, files)
    for name in set(before) - set(files):
        if Path(name).name == name:  # the manifest may be anybody's: nothing outside is touched
            with suppress(PermissionError):  # held by another program: the next run takes it away
                (outputs / name).unlink(missing_ok=True)
    written = {name: content for name, content in files.items() if name not in held}
    stays = {name: before[name] for name in held if name in before}
    made = manifest(synthesis, written, themeweave.__version__, stays)
    write_file(outputs / MANIFEST, made)
    faults = tuple(f"outputs/{name}: {error.what}" for name, error in held.items())
    names = (*sorted(written), MANIFEST)
    return Run(outputs, names, tuple(set_aside), synthesis, changes, faults)


def _write(outputs: Path, files: Mapping[str, bytes]) -> dict[str, ReviewError]:
    """Write what changed; give what could not be written, with why.

    Raises
    ------
    ReviewError
        Where not one file could be written: then it is the folder, not a file.
    """
    changed = {name: data for name, data in files.items() if not _holds(outputs / name, data)}
    held: dict[str, ReviewError] = {}
    for name, content in changed.items():
        try:
            write_file(outputs / name, content)
        except ReviewError as error:
            held[name] = error
    if held and len(held) == len(changed) and len(held) > 1:
        raise next(iter(held.values()))
    return held


def _changes(last: Path, now: bytes) -> tuple[str, ...]:
    """Say what changed in the themes since the last run, as far as its state can be read."""
    try:
        was = state.from_json(last.read_bytes(), last.name)
    except (OSError, ReviewError):
        return ()
    return tuple(state.differences(was, state.from_json(now, state.NAME)))


def _recorded(outputs: Path) -> Mapping[str, str]:
    """Give the outputs that the last run recorded, with their hashes."""
    try:
        record = json.loads((outputs / MANIFEST).read_bytes())
        return {str(name): str(digest) for name, digest in record["outputs"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _set_aside(outputs: Path, files: Mapping[str, bytes], before: Mapping[str, str]) -> list[str]:
    """Keep outputs that were changed since the last run, under a name of their own."""
    kept: list[str] = []
    for name, recorded in before.items():
        if Path(name).name != name or not (outputs / name).is_file():
            continue
        present = (outputs / name).read_bytes()
        digest = sha256(present).hexdigest()
        if digest == recorded or present == files.get(name):
            continue
        path = Path(name)
        aside = f"{path.stem}.edited-{digest[:8]}{path.suffix}"
        write_file(outputs / aside, present)
        kept.append(aside)
    return kept


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.is_file() and path.read_bytes() == content
    except OSError:
        return False  # held so that it cannot even be read


@dataclass(frozen=True, slots=True)
class Check:
    """What `check` found: counts, and what a person should mend."""

    folder: ReviewFolder
    problems: tuple[str, ...]
    stale: bool  # outputs/ was made from other inputs, or not at all
    notes: tuple[str, ...] = ()  # what is no fault and should be known


def check(path: Path) -> Check:
    """Verify a review folder: every file, every chain, every reference.

    Raises
    ------
    ReviewError
        Listing all faults that stop the work; what only does not count is in ``problems``.
    """
    folder = open_folder(path)
    outputs = folder.path / "outputs"
    try:
        made_from = json.loads((outputs / MANIFEST).read_bytes())["inputs"]
    except (OSError, ValueError, KeyError, TypeError):
        made_from = None
    before = _recorded(outputs)
    problems = list(folder.warnings)
    for name, recorded in before.items():
        file = outputs / name
        if Path(name).name == name and file.is_file():
            if sha256(file.read_bytes()).hexdigest() != recorded:
                problems.append(
                    f"outputs/{name} was edited by hand; the next run keeps your version beside "
                    "the new one"
                )
        else:
            problems.append(f"outputs/{name} is missing; 'themeweave run' makes it again")
    notes = [*folder.notes, *filter(None, [warning(path)]), *never_read(folder.path)]
    return Check(folder, tuple(problems), made_from != dict(folder.inputs), tuple(notes))
