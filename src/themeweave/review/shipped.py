"""The codebooks that come with the program: for folders that start, and for batch work.

They stand in codebooks/ at the top of the repository, where people edit them; a built package
carries a copy.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.crosswalk import Crosswalk, read_crosswalk
from themeweave.codes.examples import read_examples
from themeweave.codes.files import read_codebook
from themeweave.codes.nearest import Stock
from themeweave.errors import ReviewError
from themeweave.findings.answers import units
from themeweave.findings.encoder import SHIPPED as ENGINE

PERSPECTIVES, THEMES, VALENCE = EVERY_REVIEW = "perspectives", "themes", "valence"


def folder() -> Path:
    """Give the folder of shipped codebooks."""
    packaged = Path(str(files("themeweave"))) / "shipped"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "codebooks"


def codebook(name: str) -> Codebook:
    """Read a shipped codebook by its name, or any codebook by its path.

    Raises
    ------
    ReviewError
        Where there is neither.
    """
    return read_codebook(*source(name))


def source(name: str) -> tuple[bytes, str]:
    """Give the bytes of a codebook and the name of its file.

    Raises
    ------
    ReviewError
        Where there is none of that name.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else folder() / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(names())
        raise ReviewError(
            f"there is no codebook '{name}'",
            "",
            f"Name one that comes with themeweave ({known}) or the path of a .yaml file.",
        )
    return path.read_bytes(), path.name


def crosswalk(old: str, new: str) -> Crosswalk:
    """Read the shipped crosswalk between two shipped codebooks.

    Raises
    ------
    ReviewError
        Where there is none.
    """
    path = folder() / f"crosswalk-{old}-{new.rpartition('-')[2]}.yaml"
    if not path.is_file():
        raise ReviewError(
            f"there is no crosswalk from '{old}' to '{new}'",
            "",
            "One comes with themeweave: from cfir-2009 to cfir-2022.",
        )
    return read_crosswalk(path.read_bytes(), path.name, codebook(old), codebook(new))


@lru_cache(maxsize=1)
def stock() -> Stock:
    """Read the example findings, with the vectors that the reader gave them when it was built.

    Examples that were added since have no vector yet, and are left out.
    """
    import numpy as np

    with np.load(ENGINE / "examples.npz", allow_pickle=False) as arrays:
        place = {str(id_): row for row, id_ in enumerate(arrays["ids"])}
        vectors = units(arrays["vectors"].astype(np.float32))
        directions = arrays["directions"]
    path = folder() / "examples" / "cfir.csv"
    known = [e for e in read_examples(path.read_bytes(), path.name) if e.id in place]
    return Stock(tuple(known), vectors[[place[e.id] for e in known]], directions)


def names() -> list[str]:
    """List the shipped codebooks."""
    return sorted(p.stem for p in folder().glob("*.yaml") if not p.name.startswith("crosswalk"))


@lru_cache(maxsize=1)
def frameworks() -> frozenset[str]:
    """Name the shipped codebooks of which a review uses one: not those that every review has."""
    return frozenset(names()) - set(EVERY_REVIEW)
