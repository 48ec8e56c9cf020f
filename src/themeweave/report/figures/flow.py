"""Flow diagram: the boxes of PRISMA 2020, from records identified to reports included."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave.evidence.flow import BOXES, Box, Flow
from themeweave.report.figures.canvas import INK, LINE, SOFT, Picture, canvas, to_picture
from themeweave.report.figures.lettering import broken

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDE, _GAP, _SIDE, _EDGE, _LINE = 2.35, 0.35, 0.4, 0.15, 0.165  # inches
_PHASES = {  # phase: its rows
    "Identification": (("identified", "removed", "other identified", ""),),
    "Screening": (
        ("screened", "excluded", "", ""),
        ("sought", "not retrieved", "other sought", "other not retrieved"),
        ("assessed", "excluded full text", "other assessed", "other excluded full text"),
    ),
    "Included": (("included", "", "", ""),),
}
_CHAINS = (  # from, to
    *(("identified", "removed"), ("screened", "excluded"), ("sought", "not retrieved")),
    *(("assessed", "excluded full text"), ("other sought", "other not retrieved")),
    ("other assessed", "other excluded full text"),
)


@dataclass(frozen=True, slots=True)
class _Placed:
    left: float
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.left + _WIDE / 2

    @property
    def bottom(self) -> float:
        return self.top - self.height


def flow_diagram(data: Flow, title: str = "", of: str = "reviews") -> Picture:
    """Draw the flow diagram; boxes that are not given are left out.

    Parameters
    ----------
    data
        As `themeweave.evidence.flow.flow` checks it.
    title
        The heading.
    of
        What is included: reviews, or studies.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), the same bytes for the same data.

    Examples
    --------
    >>> from themeweave.evidence.flow import flow
    >>> flow_diagram(flow([("screened", "", 777), ("reports", "", 36)])).png[1:4]
    b'PNG'
    """
    texts = {name: _lines(box, of) for name, box in data.boxes.items() if name != "reports"}
    if "reports" in data.boxes:
        texts["included"] = [
            *(texts.get("included") or []),
            *_lines(data.boxes["reports"], of),
        ]
    used = [column for column in range(4) if any(row[column] in texts for row in _all_rows())]
    columns = max(used, default=0) + 1
    width = max(6.0, _EDGE + _SIDE + columns * (_WIDE + _GAP))
    heading = broken(title, int(width * 10.5), 3)
    top = -0.3 - 0.22 * len(heading)
    places: dict[str, _Placed] = {}
    phases: list[tuple[str, float, float]] = []
    y = top
    for phase, rows in _PHASES.items():
        start = y
        for row in rows:
            names = [name for name in row if name in texts]
            if not names:
                continue
            tall = max(0.16 + _LINE * len(texts[name]) for name in names)
            for name in names:
                left = _EDGE + _SIDE + row.index(name) * (_WIDE + _GAP)
                places[name] = _Placed(left, y, 0.16 + _LINE * len(texts[name]))
            y -= tall + 0.32
        if y < start:
            phases.append((phase, start, y + 0.32))
    with canvas(width, -y + 0.05) as (figure, axes):
        axes.set_xlim(0, width)
        axes.set_ylim(y - 0.05, 0)
        for number, line in enumerate(heading):
            axes.text(_EDGE, -0.22 - 0.22 * number, line, weight="bold", size=10.5, va="center")
        for phase, start, end in phases:
            _phase(axes, phase, start, end)
        for name, place in places.items():
            _box(axes, place, texts[name], name)
        _arrows(axes, places)
        return to_picture(figure)


def _all_rows() -> list[Sequence[str]]:
    return [row for rows in _PHASES.values() for row in rows]


def _lines(box: Box, of: str) -> list[str]:
    """Write a box: its name, its number, its parts."""
    name = BOXES[box.name].replace("Studies or reviews", of.capitalize())
    name = name.replace("studies or reviews", of)
    number = "not reported" if box.n is None else f"n\u00a0=\u00a0{box.n:,}"
    lines = broken(f"{name} ({number})", 36, 4)
    for label, count in box.parts:
        lines += [f"  {line}" for line in broken(f"{label} (n\u00a0=\u00a0{count:,})", 36, 3)]
    return lines


def _box(axes: Axes, place: _Placed, lines: Sequence[str], name: str) -> None:
    xs = [place.left, place.left + _WIDE, place.left + _WIDE, place.left]
    ys = [place.top, place.top, place.bottom, place.bottom]
    gid = f"box-{name.replace(' ', '-')}"
    axes.fill(xs, ys, facecolor="#ffffff", edgecolor=INK, lw=0.8, gid=gid, zorder=2)
    for number, line in enumerate(lines):
        y = place.top - 0.16 - _LINE * number
        part = line.startswith("  ")
        x = place.left + (0.2 if part else 0.08)
        axes.text(x, y, line.strip(), size=7.5 if part else 8, va="center", zorder=3)


def _phase(axes: Axes, phase: str, start: float, end: float) -> None:
    xs = [_EDGE, _EDGE + 0.24, _EDGE + 0.24, _EDGE]
    axes.fill(xs, [start, start, end, end], facecolor="#dfeaea", edgecolor=LINE, lw=0.5)
    tall = start - end
    size = 8.0 if tall > 1.0 else 6.5 if tall > 0.75 else 5.0
    axes.text(
        _EDGE + 0.12,
        (start + end) / 2,
        phase,
        size=size,
        rotation=90,
        ha="center",
        va="center",
        color=SOFT,
    )


def _arrows(axes: Axes, places: dict[str, _Placed]) -> None:
    for source, target in _CHAINS:
        if source in places and target in places:
            one, other = places[source], places[target]
            y = one.top - 0.16
            _arrow(axes, [one.left + _WIDE, other.left], [y, y])
    down = [name for name in ("identified", "screened", "sought", "assessed") if name in places]
    for one_name, next_name in zip(down, [*down[1:], "included"], strict=True):
        if next_name in places:
            one, other = places[one_name], places[next_name]
            _arrow(axes, [one.middle, one.middle], [one.bottom, other.top])
    aside = [n for n in ("other identified", "other sought", "other assessed") if n in places]
    for above, below in itertools.pairwise(aside):
        one, other = places[above], places[below]
        _arrow(axes, [one.middle, one.middle], [one.bottom, other.top])
    if aside and "included" in places:
        last, end = places[aside[-1]], places["included"]
        y = end.top - end.height / 2
        _arrow(axes, [last.middle, last.middle, end.left + _WIDE], [last.bottom, y, y])


def _arrow(axes: Axes, xs: Sequence[float], ys: Sequence[float]) -> None:
    """Draw a line with a head at its end."""
    axes.plot(xs, ys, color=INK, lw=0.9, zorder=1, solid_joinstyle="miter")
    x, y = xs[-1], ys[-1]
    across, down = x - xs[-2], y - ys[-2]
    if abs(across) > abs(down):
        step = 0.07 if across > 0 else -0.07
        axes.fill([x, x - step, x - step], [y, y + 0.04, y - 0.04], color=INK, lw=0, zorder=1)
    else:
        axes.fill([x, x - 0.04, x + 0.04], [y, y + 0.07, y + 0.07], color=INK, lw=0, zorder=1)
