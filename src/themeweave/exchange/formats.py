"""The formats that are read: told by what a file holds, whatever its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from themeweave.errors import ReviewError
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import Project
from themeweave.exchange.refi.read import read_refi

READ = (".qdpx, .qde   REFI-QDA projects of NVivo, ATLAS.ti, MAXQDA, QualCoder, qc and others",)


def read_any(
    raw: bytes, name: str, mapping: Mapping[str, str] | None = None
) -> tuple[Project, Losses]:
    """Read a file of another program.

    Parameters
    ----------
    raw, name
        The bytes, and the file's name.
    mapping
        For plain sheets: our columns, each with the name that it has there.

    Raises
    ------
    ReviewError
        For a file that no reader knows, and as the readers say.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in (".qdpx", ".qdc", ".qde"):
        return read_refi(raw, name)
    raise ReviewError(f"files that end in {suffix} are not read {mapping}", name)
