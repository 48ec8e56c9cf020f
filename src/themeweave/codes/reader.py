"""Reader: the suggester that reads findings with the shipped encoder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from themeweave.codes import ensemble
from themeweave.codes.codebook import Codebook
from themeweave.codes.reading import Reading, Suggester
from themeweave.findings.encoder import Encoder, shipped

VERSION = "reader@6"


def read(texts: Sequence[str], book: Codebook) -> list[Reading]:
    """Read texts against any codebook; see `ensemble.read`."""
    return ensemble.read(shipped(), texts, book)


@lru_cache(maxsize=1)
def in_folder(folder: Path) -> tuple[str, Suggester]:
    """Load a reader that somebody else built, with its name and version.

    Parameters
    ----------
    folder
        Holds what `Encoder` wants; training/build.py writes such folders.

    Raises
    ------
    ReviewError
        Where a file is missing or damaged.
    """
    encoder = Encoder(folder)

    def read(texts: Sequence[str], book: Codebook) -> list[Reading]:
        return ensemble.read(encoder, texts, book)

    return f"{encoder.description.name}@{encoder.description.version}", read
