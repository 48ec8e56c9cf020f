"""The formats that are read: told by what a file holds, where its name does not say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from themeweave.corpus.sheets import SUFFIXES
from themeweave.errors import ReviewError
from themeweave.exchange import qualcoder, taguette
from themeweave.exchange.database import START, Database
from themeweave.exchange.eppi import read_eppi
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import Project
from themeweave.exchange.refi.read import read_refi
from themeweave.exchange.tables import read_table

READ = {
    ".qdpx, .qde": "REFI-QDA projects of NVivo, ATLAS.ti, MAXQDA, QualCoder, qc and others",
    ".qdc": "REFI-QDA codebooks",
    ".sqlite3": "projects of Taguette",
    ".qda": "projects of QualCoder: its folder, or the data.qda inside",
    ".json": "exports of EPPI-Reviewer",
    "sheets": "Taguette, Dedoose, Covidence, EPPI-Reviewer, Rayyan, ASReview; lists of codes of",
    "": "NVivo, MAXQDA, Taguette; JBI findings; any other with --mapping",
}


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
    if not raw.strip():
        raise ReviewError("the file is empty", name, "Export it again.")
    if raw.startswith(START):
        return _database(raw, name)
    if suffix in (".qdpx", ".qdc", ".qde") or raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return read_refi(raw, name)
    if suffix == ".json":
        return read_eppi(raw, name)
    if suffix in SUFFIXES:
        return read_table(raw, name, suffix, mapping)
    raise ReviewError(
        f"files that end in '{suffix}' are not imported",
        name,
        "'themeweave exchange formats' lists what is. Articles go in with 'themeweave corpus add'.",
    )


def _database(raw: bytes, name: str) -> tuple[Project, Losses]:
    """Tell the project of one program from that of another by its tables."""
    base = Database(raw, name, Losses())
    tables = set(base.tables)
    base.close()
    if tables.issuperset(taguette.TABLES):
        return taguette.read_taguette(raw, name)
    if tables.issuperset(qualcoder.TABLES):
        return qualcoder.read_qualcoder(raw, name)
    raise ReviewError(
        "the database is that of no program that is known",
        name,
        "Taguette's and QualCoder's are read. Export the project as .qdpx.",
    )
