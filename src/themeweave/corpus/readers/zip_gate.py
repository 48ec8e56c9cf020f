"""The one way into ZIP files from strangers: members are read by name into memory, never unpacked.

The whole archive is refused where its names could leave a folder or hide one another, where it is
locked, or where it would grow beyond the limits. Archives inside are never opened.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from themeweave.errors import ReviewError

UNSAFE = "Nothing was read from it. Ask whoever sent the file for another copy."
_ARCHIVES = re.compile(r"\.(?:zip|docx|xlsx|pptx|jar|qdpx|7z|rar|gz|tgz|tar)$", re.IGNORECASE)
_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold."""

    members: int = 5_000
    bytes_each: int = 200_000_000
    bytes_all: int = 400_000_000
    ratio: int = 200  # of a member that unpacks to more than a megabyte


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that passed the gate: its members by name, and those that are archives."""

    members: Mapping[str, zipfile.ZipInfo]
    nested: tuple[str, ...]
    name: str
    limits: Limits
    file: zipfile.ZipFile  # over bytes in memory: nothing to close

    def read(self, member: str) -> bytes:
        """Unpack one member, watching its size as it grows.

        Raises
        ------
        ReviewError
            Where there is no such member, where it is damaged, and where it is larger than it says.
        """
        if member not in self.members:
            raise ReviewError(f"the archive has no '{member}'", self.name)
        info = self.members[member]
        parts: list[bytes] = []
        size = 0
        try:
            with self.file.open(info) as stream:
                while part := stream.read(_READ):
                    size += len(part)
                    if size > min(info.file_size, self.limits.bytes_each):
                        raise ReviewError(f"'{member}' is larger than it says", self.name, UNSAFE)
                    parts.append(part)
        # ValueError: a directory that places the member before the file's start.
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
            raise ReviewError(
                f"'{member}' in the archive is damaged", self.name, "Fetch the file again."
            ) from None
        return b"".join(parts)


def open_archive(raw: bytes, name: str, limits: Limits = LIMITS) -> Archive:
    """Check a ZIP file from its directory, before anything is unpacked.

    Parameters
    ----------
    raw, name
        The bytes, and the file's name for messages.
    limits
        What the archive may hold.

    Raises
    ------
    ReviewError
        With all faults at once: names that are absolute, climb (``..``), hold a drive letter, a
        backslash or a control character, or differ only in case; links; locked members; too many
        members, too many bytes, too high a ratio. Also for a file that is no ZIP.

    Examples
    --------
    >>> open_archive(b"PK", "a.docx")
    Traceback (most recent call last):
        ...
    themeweave.errors.ReviewError: the file is not a ZIP archive, or it is cut short
      in a.docx
      Fetch the file again.
    """
    # Directory entries are counted in the bytes: to parse a million of them would fill the memory.
    if raw.count(b"PK\x01\x02") > limits.members:
        raise ReviewError(f"the archive has more than {limits.members:,} members", name, UNSAFE)
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise ReviewError(
            "the file is not a ZIP archive, or it is cut short", name, "Fetch the file again."
        ) from None
    infos = archive.infolist()
    faults = [fault for info in infos for fault in _faults(info, limits)]
    seen: dict[str, str] = {}
    for info in infos:
        key = unicodedata.normalize("NFC", info.filename).casefold()
        if key in seen:
            faults.append(f"'{_shown(info.filename)}' and '{_shown(seen[key])}' have one name")
        seen[key] = info.filename
    total = sum(info.file_size for info in infos)
    if total > limits.bytes_all:
        faults.append(f"it would unpack to {total / 1e6:,.0f} MB")
    if faults:
        raise ReviewError("the archive is not safe to read", name, UNSAFE, faults=faults[:20])
    files = {info.filename: info for info in infos if not info.is_dir()}
    return Archive(files, tuple(n for n in files if _ARCHIVES.search(n)), name, limits, archive)


def _faults(info: zipfile.ZipInfo, limits: Limits) -> list[str]:
    name, shown = info.orig_filename, _shown(info.orig_filename)
    faults = []
    if (
        not name
        or name.startswith("/")
        or "\\" in name
        or re.match(r"[A-Za-z]:", name)
        or ".." in name.split("/")
        or any(unicodedata.category(sign) == "Cc" for sign in name)
    ):
        faults.append(f"'{shown}' is no plain name inside the archive")
    if stat.S_ISLNK(info.external_attr >> 16):
        faults.append(f"'{shown}' is a link")
    if info.flag_bits & 1:
        faults.append(f"'{shown}' is locked with a password")
    if info.file_size > limits.bytes_each:
        faults.append(f"'{shown}' would unpack to {info.file_size / 1e6:,.0f} MB")
    if info.file_size > 1_000_000 and info.file_size > limits.ratio * max(info.compress_size, 1):
        faults.append(f"'{shown}' would unpack to more than {limits.ratio} times its size")
    return faults


def _shown(name: str) -> str:
    return name.encode("unicode_escape").decode("ascii")[:120].replace("\\\\", "\\")
