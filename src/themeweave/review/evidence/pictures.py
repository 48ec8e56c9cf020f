"""Pictures of evidence commands: the format that a file's suffix names."""

from __future__ import annotations

from pathlib import Path

from themeweave.errors import ReviewError
from themeweave.report.figures.canvas import Picture

PICTURES = (".svg", ".png")


def picture_suffix(name: str) -> str:
    """Give the suffix of a picture to draw, before the work starts.

    Raises
    ------
    ReviewError
        Where it is neither .svg nor .png.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in PICTURES:
        raise ReviewError(
            f"no picture can be written as '{suffix}'", name, "Use one of .svg, .png."
        )
    return suffix


def of_suffix(drawn: Picture, suffix: str) -> bytes:
    """Give the bytes of a picture in the format of a suffix."""
    return drawn.svg if suffix == ".svg" else drawn.png
