"""Synced: whether a folder lies where a sync program or a server keeps it, known by its place.

Such a program copies files while they are written, and two computers can change one file at the
same time; locks do not hold across computers. Decisions bear that, since each coder's log is only
ever added to. Sheets and codebooks do not, so people are told, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePath

from themeweave.errors import ReviewError
from themeweave.review.files import write_file

TOLD = ".synced"  # in a review folder: of which program people were told
_NAMES = (  # how the folder of a sync program begins, in lower case, and the program
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("com~apple~clouddocs", "iCloud Drive"),
    ("iclouddrive", "iCloud Drive"),
    ("icloud drive", "iCloud Drive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("seafile", "Seafile"),
    ("syncthing", "Syncthing"),
    ("sync.com", "Sync.com"),
    ("pcloud", "pCloud"),
    ("box sync", "Box"),
    ("megasync", "MEGA"),
)
_MARKS = (  # what a sync program puts into the folder that it keeps
    (".stfolder", "Syncthing"),
    (".dropbox.cache", "Dropbox"),
)
_REMOTE = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "sshfs", "fuse.sshfs", "davfs")


def keeper(folder: Path) -> str:
    r"""Name the program or the network that keeps a folder; empty where none is known to.

    Examples
    --------
    >>> keeper(Path("/home/ana/OneDrive - University/reviews/peers"))
    'OneDrive'
    """
    if by_name := named(folder):
        return by_name
    above = (folder, *folder.parents)
    marked = (program for place in above for mark, program in _MARKS if (place / mark).exists())
    return next(marked, "a network drive" if _is_remote(folder) else "")


def named(folder: PurePath) -> str:
    r"""Name the program that keeps a folder by the names of the folders above it.

    Examples
    --------
    >>> from pathlib import PureWindowsPath
    >>> named(PureWindowsPath(r"C:\Users\ana\Dropbox (Team)\peers"))
    'Dropbox'
    >>> named(PureWindowsPath(r"C:\Users\ana\boxes\peers"))
    ''
    """
    for part in folder.parts:
        low = part.casefold()
        for name, program in _NAMES:
            rest = low.removeprefix(name)
            if low.startswith(name) and not rest[:1].isalnum():
                return program
    return ""


def _is_remote(folder: Path) -> bool:
    """Tell whether a folder is on another computer, where the system lists what it holds."""
    try:
        lines = Path("/proc/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    kinds = {fields[1]: fields[2] for line in lines if len(fields := line.split()) > 2}
    return remote(folder, kinds)


def remote(folder: PurePath, kinds: Mapping[str, str]) -> bool:
    """Tell whether the nearest mount above a folder is one of another computer.

    Examples
    --------
    >>> from pathlib import PurePosixPath
    >>> remote(PurePosixPath("/mnt/team/peers"), {"/": "ext4", "/mnt/team": "cifs"})
    True
    """
    above: Iterable[PurePath] = (folder, *folder.parents)
    return next((kinds[str(p)] for p in above if str(p) in kinds), "") in _REMOTE


def warning(folder: Path) -> str:
    """Give what people should know of where a folder lies; empty where they need not."""
    if not (program := keeper(folder.resolve())):
        return ""
    return (
        f"this folder is kept in step by {program}. Let one person at a time change sheets and "
        "codebooks, and let it finish before you go on on another computer. Decisions are safe: "
        "'themeweave merge' takes in what it leaves as copies"
    )


def told_once(folder: Path) -> str:
    """Give the warning where it was not given for this folder yet, and note that it was."""
    said, note = warning(folder), folder / TOLD
    known = f"{keeper(folder.resolve())}\n".encode()
    if not said or (note.is_file() and note.read_bytes() == known):
        return ""
    with suppress(ReviewError):  # a folder that cannot be written to warns each time
        write_file(note, known)
    return said
