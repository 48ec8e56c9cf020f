"""The canvas: the one door to matplotlib, set so that a figure has the same bytes every time.

Nothing depends on the machine: the font is the one that matplotlib ships, the ids inside an SVG
come from a fixed salt, and no file holds a date or a version. Text is never read as mathematics.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE, ACCENT = "#1f2528", "#566066", "#c9c9c4", "#0b5d66"
_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.parse_math": False,
    "text.usetex": False,
    "text.color": INK,
    "axes.unicode_minus": True,
    "svg.fonttype": "path",  # drawn letters: no font is needed where the figure is opened
    "svg.hashsalt": "themeweave",
    "path.simplify": False,
    "path.sketch": None,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure in both formats."""

    svg: bytes
    png: bytes


@contextmanager
def canvas(width: float, height: float) -> Iterator[tuple[Figure, Axes]]:
    """Open an empty figure of a size in inches; its axes run from 0 to 1 and show nothing.

    Everything drawn inside the ``with`` block, the writing of the file included, follows the
    fixed style, whatever the user's own matplotlib settings say.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        settings: Any = mpl.rcParams  # whose type knows only literal names
        settings.update(_STYLE)
        figure = Figure(figsize=(width, height), facecolor="white")
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.axis("off")
        yield figure, axes


def to_svg(figure: Figure) -> bytes:
    """Write a figure as SVG, inside its `canvas` block."""
    out = io.BytesIO()
    unnamed = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(out, format="svg", metadata=unnamed)
    return out.getvalue()


def to_png(figure: Figure, dpi: int = 200) -> bytes:
    """Write a figure as PNG, inside its `canvas` block."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()


def to_picture(figure: Figure) -> Picture:
    """Write a figure in both formats, inside its `canvas` block."""
    return Picture(to_svg(figure), to_png(figure))
