"""One program a folder: whoever keeps a review folder open says so in a file of it.

The operating system lets go of the lock when the program ends, however it ends, so a file that is
left behind after a crash holds nobody up.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from themeweave.errors import ReviewError
from themeweave.review.log import lock

NAME = ".serve.lock"


@contextmanager
def hold(folder: Path, at: str) -> Iterator[str]:
    """Hold a folder while it is kept open.

    Parameters
    ----------
    at
        What others are told: since when, and where it can be reached.

    Yields
    ------
    str
        Empty; or, where the folder cannot be written to, why. It can be read all the same.

    Raises
    ------
    ReviewError
        Where another program keeps it open; the message names it.
    """
    try:
        file = FileIO(folder / NAME, "a+")
    except OSError as error:
        yield f"the folder cannot be written to: {error.strerror}"
        return
    with file:
        if not lock(file, (0.0,)):
            file.seek(0)
            holder = file.read().decode("utf-8", "replace").strip() or "another program"
            raise ReviewError(
                f"the folder is kept open by {holder}",
                str(folder),
                "Work there, or stop it first (Ctrl-C where it was started). If the folder is in "
                "a sync or network folder, that program may run on another computer.",
            )
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}, {at}".encode())
        try:
            yield ""
        finally:
            with suppress(OSError):
                file.truncate(0)
