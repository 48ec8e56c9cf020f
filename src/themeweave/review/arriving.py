"""Documents that arrive through the page: laid down inside the folder, then added as any other.

What a browser says of a file is its name, which is shown and never a path. The bytes go to a hidden
file beside the documents, are counted as they come, and are read by the same step as `corpus add`.
"""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from themeweave.errors import ReviewError
from themeweave.review import kept
from themeweave.review.documents import FOLDER, Reading, add, documents, one_line
from themeweave.review.files import quiet
from themeweave.review.session import Session

LARGEST = 100_000_000  # bytes of one file
IN_ALL = 5_000_000_000  # bytes that the folder's documents may fill, for more to arrive
_LONGEST = 150  # characters of a name
_BY_COMMAND = "Add it on the computer that keeps the folder, with 'themeweave corpus add'."


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of a file."""

    name: str
    how: str  # added, there or refused
    words: str
    notes: tuple[str, ...] = ()
    document: str = ""  # its id, where it is in the folder


def name_of(sent: str) -> str:
    r"""Give the name of a file as it is shown: the last part of what a browser sent, shortened.

    Raises
    ------
    ReviewError
        Where nothing is left of it.

    Examples
    --------
    >>> name_of("C:\\papers\\Ng 2020.pdf"), name_of("../../etc/passwd"), name_of("a\u202eb\n.md")
    ('Ng 2020.pdf', 'passwd', 'ab.md')
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", sent))[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    if not shown:
        raise ReviewError("the file has no name", "", "Give it one, and add it again.")
    stem, dot, suffix = shown.rpartition(".")
    if len(shown) > _LONGEST and dot and len(suffix) < 10:
        return f"{stem[: _LONGEST - len(suffix) - 1]}.{suffix}"
    return shown[:_LONGEST]


class Arrival:
    """The file of an arrival, as far as it has come."""

    def __init__(self, path: Path, file: BinaryIO, name: str) -> None:
        self.path = path
        self.name = name
        self._file = file
        self._size = 0

    def take(self, part: bytes) -> None:
        """Lay down a part; an empty one says that all has come.

        Raises
        ------
        ReviewError
            Where the file is too large, or the disk does not take it.
        """
        self._size += len(part)
        check_size(self._size, self.name)
        try:
            self._file.write(part)
            if not part:
                self._file.flush()
        except OSError as error:
            raise ReviewError(
                f"the file could not be taken in: {error.strerror}",
                self.name,
                "Nothing was added. Make room on the disk that keeps the folder, and try again.",
            ) from None


def check_size(size: int, name: str) -> None:
    """Refuse a file that is larger than a page takes in.

    Raises
    ------
    ReviewError
        Saying how large it may be.
    """
    if size > LARGEST:
        raise ReviewError(f"the file is larger than {LARGEST // 1_000_000} MB", name, _BY_COMMAND)


@contextmanager
def arriving(folder: Path, name: str) -> Iterator[Arrival]:
    """Make room for a file that arrives; what was laid down is gone afterwards.

    What a crash leaves is swept away as other half written files are (`files.sweep`).

    Raises
    ------
    ReviewError
        Where the folder holds as much as may arrive, or cannot be written to.
    """
    target = folder / FOLDER
    held = sum(file.stat().st_size for file in target.glob("*") if file.is_file())
    if held > IN_ALL:
        raise ReviewError(
            f"the folder's documents fill more than {IN_ALL // 1_000_000_000} GB", name, _BY_COMMAND
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix=".", suffix=".part", dir=target)
    except OSError as error:
        raise ReviewError(
            f"the folder cannot be written to: {error.strerror}", FOLDER, "Nothing was added."
        ) from None
    file = os.fdopen(handle, "wb")
    try:
        yield Arrival(Path(path), file, name)
    finally:
        with suppress(OSError):  # of a full disk, which was told already
            file.close()
        Path(path).unlink(missing_ok=True)


def take_in(session: Session, arrival: Arrival) -> Arrived:
    """Add a file that has come, as `corpus add` does; findings are tied to a new version."""
    arrival.take(b"")
    added = add(session.path, [arrival.path], quiet, Reading(name=arrival.name))
    if added.failed:
        return Arrived(arrival.name, "refused", added.failed[0].removeprefix(f"{arrival.name}: "))
    if not added.stored:
        return _there(session.path, arrival.name, added.duplicates)
    (one,) = added.stored
    words = f"{_counted(one.sections, 'heading')}, {_counted(one.references, 'reference')}"
    if one.replaces:
        words += ", a new version of one that was there"
    notes = (*one.notes, *(_tied(session) if one.replaces else ()))
    session.refresh()
    return Arrived(one.name, "added", words, notes, one.id)


def _tied(session: Session) -> list[str]:
    """Tie findings to their place in a new version; gives what a person should know of it."""
    try:
        with session.writing:
            anchored = kept.reanchor(session.path)
    except ReviewError as error:  # the document is there; its findings stay with the old version
        return [f"findings stay tied to the version before: {one_line(error, '')}"]
    tied = [f"{_counted(anchored.moved, 'finding')} tied to their place in the new version"]
    return [
        *(tied if anchored.moved else []),
        *(f"look at {found}" for found in anchored.similar),
        *(f"no longer matches: {found}" for found in anchored.lost),
    ]


def _there(folder: Path, name: str, duplicates: list[str]) -> Arrived:
    """Say that a file, or its text, was there already."""
    named = next((one.id for one in documents(folder) if one.name == name), "")
    return Arrived(name, "there", "".join(duplicates), (), named)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
