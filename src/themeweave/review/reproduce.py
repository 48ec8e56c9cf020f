"""Reproducing: the outputs made again from the folder, and held against what a manifest recorded.

Nothing is written. What differs is named file by file, with the place of the first difference;
and so is everything that may be why: an input, a setting or a version that is another now, or an
output that somebody edited.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import themeweave
from themeweave.errors import ReviewError
from themeweave.review.files import Progress, quiet
from themeweave.review.folder import ReviewFolder, open_folder
from themeweave.review.outputs import render
from themeweave.review.synthesis import synthesise
from themeweave.review.wording import package_versions, python_version

What = Literal["made otherwise now", "not made any more", "new", "edited by hand", "missing"]
_HINT = "Give the manifest.json that 'themeweave run' wrote into outputs/."


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as it was recorded."""

    name: str
    what: What
    where: str = ""  # the first place that differs, as far as it can be told


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What making the outputs again came to."""

    folder: Path
    recorded: int  # outputs that the manifest lists
    same: int  # of these, made byte for byte as recorded, and so on disk
    differences: tuple[Difference, ...]
    causes: tuple[str, ...]  # inputs, settings and versions that are others now

    @property
    def equal(self) -> bool:
        """Whether every output is as recorded, made again and on disk."""
        return not self.differences


def reproduce(
    manifest: Path, folder: Path | None = None, progress: Progress = quiet
) -> Reproduction:
    """Make the outputs again and compare them with a manifest.

    Parameters
    ----------
    manifest
        The file; the outputs that it recorded are looked for beside it.
    folder
        The review folder; the one that holds the manifest's own folder, if not given.

    Raises
    ------
    ReviewError
        Where the manifest cannot be read or is none, or the folder has faults.
    """
    record = read_manifest(manifest)
    opened = open_folder(folder or manifest.resolve().parent.parent)
    made = render(synthesise(opened, progress), progress)
    recorded: Mapping[str, str] = record["outputs"]  # type: ignore[assignment]
    found = [
        difference
        for name in sorted({*recorded, *made})
        for difference in _compare(name, recorded.get(name), made.get(name), manifest.parent)
    ]
    changed = {difference.name for difference in found}
    same = sum(name not in changed for name in recorded)
    return Reproduction(
        opened.path, len(recorded), same, tuple(found), tuple(causes(record, opened))
    )


def read_manifest(path: Path) -> Mapping[str, object]:
    """Read a manifest.

    Raises
    ------
    ReviewError
        Where there is no such file, or it is not a manifest.
    """
    try:
        record = json.loads(path.read_bytes())
    except OSError as error:
        raise ReviewError(
            f"the manifest could not be read: {error.strerror}", str(path), _HINT
        ) from None
    except (ValueError, RecursionError):
        raise ReviewError("the manifest is not JSON", str(path), _HINT) from None
    wanted = ("inputs", "outputs", "settings", "packages")
    whole = isinstance(record, dict) and all(isinstance(record.get(k), dict) for k in wanted)
    if not whole or not all(isinstance(v, str) for k in wanted[:2] for v in record[k].values()):
        raise ReviewError(
            "this is not a manifest: it must list inputs, outputs, settings and packages",
            str(path),
            _HINT,
        )
    found: Mapping[str, object] = record
    return found


def _compare(
    name: str, recorded: str | None, made: bytes | None, beside: Path
) -> Iterator[Difference]:
    """Hold one output against its record, as it is made now and as it lies on disk."""
    if recorded is None:
        yield Difference(name, "new")
        return
    inside = Path(name).name == name  # the manifest may be anybody's: nothing outside is read
    file = beside / name
    present = file.read_bytes() if inside and file.is_file() else None
    kept = present if present is not None and _digest(present) == recorded else None
    if made is None:
        yield Difference(name, "not made any more")
    elif _digest(made) != recorded:
        yield Difference(name, "made otherwise now", first_difference(kept, made) if kept else "")
    if present is None:
        yield Difference(name, "missing")
    elif kept is None and present != made:
        where = first_difference(made, present) if made and _digest(made) == recorded else ""
        yield Difference(name, "edited by hand", where)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def first_difference(old: bytes, new: bytes) -> str:
    r"""Say where two contents first differ: a line of a text, the parts of an archive.

    Examples
    --------
    >>> first_difference(b"a\nb\n", b"a\nc\n")
    "line 2: 'b' is now 'c'"
    """
    if old.startswith(b"PK") and new.startswith(b"PK"):
        return _parts(old, new)
    try:
        before, after = old.decode().split("\n"), new.decode().split("\n")
    except UnicodeDecodeError:
        return ""
    for number in range(max(len(before), len(after))):
        was = before[number] if number < len(before) else None
        now = after[number] if number < len(after) else None
        if was != now:
            return f"line {number + 1}: {_around(was, now)}"
    return ""


def _around(was: str | None, now: str | None) -> str:
    """Show two lines from where they part, not whole: one may hold a picture."""
    if was is None or now is None:
        return "the text ends there" if now is None else "the text goes on"
    same = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), None)
    start = max(0, (min(len(was), len(now)) if same is None else same) - 20)
    return f"'{was[start : start + 60]}' is now '{now[start : start + 60]}'"


def _parts(old: bytes, new: bytes) -> str:
    """Name the parts of two archives, such as .docx, that differ."""
    try:
        with zipfile.ZipFile(io.BytesIO(old)) as one, zipfile.ZipFile(io.BytesIO(new)) as other:
            before = {item.filename: item.CRC for item in one.infolist()}
            after = {item.filename: item.CRC for item in other.infolist()}
    except zipfile.BadZipFile:
        return "it is no whole archive"
    names = sorted(n for n in {*before, *after} if before.get(n) != after.get(n))
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"in {shown}" if names else "only in how it is packed"


def causes(record: Mapping[str, object], folder: ReviewFolder) -> Iterator[str]:
    """Say which inputs, settings and versions are others than recorded."""
    inputs: Mapping[str, str] = record["inputs"]  # type: ignore[assignment]
    for name in sorted({*inputs, *folder.inputs}):
        if name not in folder.inputs:
            yield f"input {name} is gone"
        elif name not in inputs:
            yield f"input {name} is new"
        elif inputs[name] != folder.inputs[name]:
            yield f"input {name} was changed"
    was = dict(_flat(record["settings"]))
    now = dict(_flat(folder.settings.model_dump(mode="json")))
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key):
            yield f"setting {key} was {_shown(was, key)} and is {_shown(now, key)}"
    packages = {f"package {name}": number for name, number in _flat(record["packages"])}
    versions = {
        "themeweave": record.get("themeweave"),
        "Python": record.get("python"),
        **packages,
    }
    current: dict[str, object] = {
        "themeweave": themeweave.__version__,
        "Python": python_version(),
        **{f"package {name}": number for name, number in package_versions().items()},
    }
    for name, number in current.items():
        if versions.get(name) != number:
            yield f"{name} was {versions.get(name) or 'not recorded'} and is {number}"


def _flat(value: object, before: str = "") -> Iterator[tuple[str, object]]:
    """Give settings as single keys with dots, as messages name them."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{before}.{key}" if before else str(key))
    else:
        yield before, value


def _shown(values: Mapping[str, object], key: str) -> str:
    return json.dumps(values[key], ensure_ascii=False) if key in values else "not set"
