"""The codebooks that come with the program: for folders that start, and for batch work.

They stand in codebooks/ at the top of the repository, where people edit them; a built package
carries a copy.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.files import read_codebook
from themeweave.errors import ReviewError


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
    path = Path(name) if name.endswith((".yaml", ".yml")) else folder() / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(names())
        raise ReviewError(
            f"there is no codebook '{name}'",
            "",
            f"Name one that comes with themeweave ({known}) or the path of a .yaml file.",
        )
    return read_codebook(path.read_bytes(), path.name)


def names() -> list[str]:
    """List the shipped codebooks."""
    return sorted(p.stem for p in folder().glob("*.yaml") if not p.name.startswith("crosswalk"))
