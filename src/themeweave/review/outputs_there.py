"""The outputs that are there: what a run made, grouped for a person to look at and take along."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from themeweave.errors import ReviewError
from themeweave.review.folder import ReviewFolder
from themeweave.review.steps import MANIFEST

_ORDER = ("html", "docx", "xlsx", "csv", "md", "png", "svg")


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one name."""

    stem: str
    kind: str  # page, table, picture or data
    files: tuple[tuple[str, str, int], ...]  # name, ending, bytes


@dataclass(frozen=True, slots=True)
class There:
    """All outputs."""

    groups: tuple[Group, ...]
    made: bool  # there is a manifest, so a run made them
    stale: bool  # they were made from other inputs than the folder has now


def there(folder: ReviewFolder) -> There:
    """List the outputs of a folder."""
    outputs = folder.path / "outputs"
    by_stem: dict[str, list[tuple[str, str, int]]] = {}
    for name, size in sorted(listed(outputs).items()):
        stem, _, ending = name.rpartition(".")
        by_stem.setdefault(stem or name, []).append((name, ending, size))
    groups = [
        Group(stem, _kind(stem, [f[1] for f in files]), tuple(sorted(files, key=_place)))
        for stem, files in by_stem.items()
        if stem != "manifest"
    ]
    record = _inputs(outputs)
    return There(tuple(groups), record is not None, record != _now(folder))


def _kind(stem: str, endings: list[str]) -> str:
    if stem in ("report", "theme_graph"):
        return "page"
    if "docx" in endings or "xlsx" in endings:
        return "table"
    return "picture" if "svg" in endings else "data"


def _place(file: tuple[str, str, int]) -> tuple[int, str]:
    return _ORDER.index(file[1]) if file[1] in _ORDER else len(_ORDER), file[1]


def listed(outputs: Path) -> dict[str, int]:
    """Give the names and sizes of the files in outputs/; links and folders are none of ours."""
    try:
        entries = list(os.scandir(outputs))
    except OSError:
        return {}
    return {
        entry.name: entry.stat(follow_symlinks=False).st_size
        for entry in entries
        if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".")
    }


def read_output(outputs: Path, name: str) -> bytes:
    """Read one output.

    Raises
    ------
    ReviewError
        Where there is no such file in outputs/ itself.
    """
    if name not in listed(outputs):
        raise ReviewError(f"there is no output '{name[:80]}'", "outputs/", "Run the review first.")
    return (outputs / name).read_bytes()


def all_outputs(outputs: Path) -> bytes:
    """Pack every output into one archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(listed(outputs)):
            archive.writestr(zipfile.ZipInfo(f"outputs/{name}"), (outputs / name).read_bytes())
    return stream.getvalue()


def _inputs(outputs: Path) -> object:
    try:
        return json.loads((outputs / MANIFEST).read_bytes())["inputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _now(folder: ReviewFolder) -> Mapping[str, str]:
    """Give the folder's inputs with the logs as they are on disk at this moment."""
    inputs = {
        name: digest for name, digest in folder.inputs.items() if not name.startswith("decisions/")
    }
    for log in sorted((folder.path / "decisions").glob("*.jsonl")):
        inputs[f"decisions/{log.name}"] = hashlib.sha256(log.read_bytes()).hexdigest()
    return inputs
