"""Files: read with words for what goes wrong, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from themeweave.errors import ReviewError
from themeweave.review.log import sync_folder

_LEFT = 3600.0  # seconds after which a part is nobody's any more
_WRITTEN = (  # folders of a review that files are written to
    "",
    "corpus",
    "corpus/documents",
    "codebooks",
    "decisions",
    "appraisals",
    "confidence",
    "outputs",
)
Progress = Callable[[str], None]  # told what is being done, in words


def quiet(doing: str) -> None:
    """Report no progress."""


def read_input(name: str, stdin: bytes | None = None) -> tuple[bytes, str, str]:
    """Read a sheet that stands outside a review: its bytes, its name, its suffix.

    ``-`` takes the bytes from ``stdin``, as .csv.

    Raises
    ------
    ReviewError
        Where there is no such file.
    """
    if name == "-":
        return stdin or b"", "standard input", ".csv"
    path = Path(name)
    try:
        return path.read_bytes(), name, path.suffix.lower()
    except OSError as error:
        raise _unread(error, name) from None


@contextmanager
def open_input(name: str, stdin: BinaryIO) -> Iterator[tuple[BinaryIO, str, str]]:
    """Open a sheet that stands outside a review, of any size: the file, its name, its suffix.

    ``-`` is standard input, as .csv; it is laid down in a temporary file first.

    Raises
    ------
    ReviewError
        Where there is no such file.
    """
    if name == "-":
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(stdin, file)
            file.seek(0)
            yield file, "standard input", ".csv"
        return
    path = Path(name)
    try:
        opened = path.open("rb")
    except OSError as error:
        raise _unread(error, name) from None
    with opened:
        yield opened, name, path.suffix.lower()


def _unread(error: OSError, name: str) -> ReviewError:
    return ReviewError(
        f"the file could not be read: {error.strerror}", name, "Check its name and place."
    )


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; see `put_file`."""
    put_file(path, lambda file: file.write(content))


def put_file(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Fill a file whole or not at all: beside it first, flushed, then put in its place.

    Raises
    ------
    ReviewError
        Where the folder is read-only, the disk is full or another program holds the file. What
        stood there before stays.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        temporary = None
        sync_folder(path.parent)
    except OSError as error:
        raise ReviewError(
            f"the file could not be written: {error.strerror}",
            str(path),
            "Check that the folder may be written to, that the disk has space, and that no other "
            "program has the file open.",
        ) from None
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> list[Path]:
    """Take away what a crash left half written: hidden parts that nobody touched for an hour.

    They were made for their writer's eyes alone, and their writer is gone.
    """
    gone: list[Path] = []
    for place in (folder / name for name in _WRITTEN):
        for part in sorted(place.glob(".*.part")):
            with suppress(OSError):  # somebody else takes it away, or holds it
                if time.time() - part.stat().st_mtime > _LEFT:
                    part.unlink()
                    gone.append(part)
    return gone


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
