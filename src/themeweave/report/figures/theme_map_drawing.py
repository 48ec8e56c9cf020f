"""The theme map drawn twice from one layout: as live SVG for the page, as a figure for print.

The page's SVG is text of our own: every node and line carries its data, nodes are links that a
keyboard reaches, and no style attribute or script stands in it, so a strict page can show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from themeweave.report.figures.canvas import Picture, canvas, to_picture
from themeweave.report.figures.theme_map import (
    Box,
    Edge,
    Key,
    Layout,
    Node,
    Path,
    lay_out,
    strips,
)
from themeweave.report.tables import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _SOFT, _LINE, _FILL = "#1f2528", "#566066", "#b9b6ad", "#ffffff"
_FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_DASHES = (5.0, 4.0)
_OPACITY, _FAINTEST = 0.6, 0.25  # of lines
_MANY = 300  # lines from which each is drawn fainter, so that bundles do not hide the boxes


def theme_map_svg(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    title: str = "Theme map",
    description: str = "",
    links: Mapping[str, str] | None = None,
) -> str:
    """Write the theme map as one SVG element.

    Parameters
    ----------
    nodes, edges
        See `themeweave.report.figures.theme_map.lay_out`.
    description
        What a reader who does not see the drawing should know; by default the numbers of nodes.
    links
        Node id -> address within the page. With links the drawing is a group of links for a
        screen reader, without any it is one image.

    Examples
    --------
    >>> svg = theme_map_svg([Node("s1", "Trust & hope", 0)], [])
    >>> 'role="img"' in svg, "Trust &amp; hope" in svg
    (True, True)
    """
    layout = lay_out(nodes, edges)
    role = "group" if links else "img"
    size = f"{layout.width:.0f} {layout.height:.0f}"
    about = description or _describe(nodes, edges)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="theme-map" viewBox="0 0 {size}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" role="{role}" '
        f'aria-labelledby="theme-map-name theme-map-about" font-family="{_FONT}" font-size="12">'
    )
    parts = [
        opening,
        f'<title id="theme-map-name">{_text(title)}</title>',
        f'<desc id="theme-map-about">{_text(about)}</desc>',
        f'<rect class="paper" width="100%" height="100%" fill="{_FILL}"/>',
        *_legend(layout),
        '<g class="edges" fill="none">',
        *(_edge(path, _opacity(len(layout.paths))) for path in layout.paths),
        '</g><g class="nodes">',
        *(_node(box, (links or {}).get(box.node.id, "")) for box in layout.boxes),
        "</g></svg>",
    ]
    return "\n".join(parts)


def _describe(nodes: Sequence[Node], edges: Sequence[Edge]) -> str:
    layers = sorted({node.layer for node in nodes})
    counts = ", ".join(str(sum(node.layer == layer for node in nodes)) for layer in layers)
    return f"A layered drawing with {counts} nodes from left to right, joined by {len(edges)} lines"


def _text(text: str) -> str:
    return escape(printable(text))


def _value(text: str) -> str:
    return quoteattr(printable(text))


def _legend(layout: Layout) -> list[str]:
    """Headings of the columns, and what colours and dashes mean."""
    headings = [
        f'<text class="heading" x="{x:.0f}" y="{y:.0f}" font-weight="600" fill="{_INK}">'
        f"{_text(heading)}</text>"
        for x, y, heading in layout.headings
    ]
    return [*headings, *(_sample(key) for key in layout.legend)]


def _sample(key: Key) -> str:
    dashes = ' stroke-dasharray="5 4"' if key.dashed else ""
    return (
        f'<line x1="{key.x:.0f}" x2="{key.x + 22:.0f}" y1="{key.y:.0f}" y2="{key.y:.0f}" '
        f'stroke="{key.color}" stroke-width="3"{dashes}/>'
        f'<text class="key" x="{key.x + 28:.0f}" y="{key.y + 4:.0f}" fill="{_SOFT}">'
        f"{_text(key.name)}</text>"
    )


def _opacity(lines: int) -> float:
    """Give the opacity of a line among so many."""
    return max(_FAINTEST, min(_OPACITY, _OPACITY * _MANY / max(1, lines)))


def _edge(path: Path, opacity: float) -> str:
    edge = path.edge
    (x1, y1), (x2, y2) = path.start, path.end
    middle = (x1 + x2) / 2
    solid = edge.confirmed >= edge.findings
    dashes = "" if solid else f' stroke-dasharray="{_DASHES[0]:.0f} {_DASHES[1]:.0f}"'
    view = f", {edge.perspective.replace('_', ' ')}" if edge.perspective else ""
    about = f"{_findings(edge.findings)}{view}, {edge.confirmed} confirmed"
    return (
        f'<path class="edge" data-source={_value(edge.source)} data-target={_value(edge.target)} '
        f'data-perspective={_value(edge.perspective)} data-findings="{edge.findings}" '
        f'data-confirmed="{edge.confirmed}" '
        f'd="M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}" '
        f'stroke="{path.color}" stroke-width="{path.width:.2f}" '
        f'stroke-opacity="{opacity:.2g}"{dashes}>'
        f"<title>{_text(about)}</title></path>"
    )


def _node(box: Box, link: str) -> str:
    node = box.node
    weight = ' font-weight="600"' if node.layer > 1 else ""
    lines = "".join(
        f'<text class="label" x="{box.x + 8:.0f}" y="{y:.1f}" fill="{_INK}"{weight}>'
        f"{_text(line)}</text>"
        for line, y in zip(box.lines, _baselines(box), strict=True)
    )
    count = (
        f'<text class="count" x="{box.x + box.width - 8:.0f}" y="{_baselines(box)[0]:.1f}" '
        f'text-anchor="end" fill="{_SOFT}">{node.findings}</text>'
    )
    feet = "".join(
        f'<path class="foot" d="M{left:.1f} {box.y + box.height - 2:.1f}h{width:.1f}" '
        f'stroke="{color}" stroke-width="3"/>'
        for left, width, color in strips(box)
    )
    kind = f"{node.kind}: " if node.kind else ""
    name = f"{kind}{node.label}, {_findings(node.findings)}"
    body = (
        f"<title>{_text(name)}</title>"
        f'<rect x="{box.x:.0f}" y="{box.y:.1f}" width="{box.width:.0f}" '
        f'height="{box.height:.1f}" rx="4" fill="{_FILL}" stroke="{_LINE}"/>{lines}{count}{feet}'
    )
    group = (
        f'<g class="node layer-{node.layer}" data-id={_value(node.id)} '
        f"data-label={_value(node.label)}>{body}</g>"
    )
    return f"<a href={_value(link)} aria-label={_value(name)}>{group}</a>" if link else group


def _findings(count: int) -> str:
    return f"{count} finding{'' if count == 1 else 's'}"


def _baselines(box: Box) -> list[float]:
    first = box.y + (box.height - 15.0 * len(box.lines)) / 2 + 11.5
    return [first + 15.0 * number for number in range(len(box.lines))]


def theme_map(nodes: Sequence[Node], edges: Sequence[Edge], *, title: str = "") -> Picture:
    """Draw the theme map for publication, as SVG and PNG (200 dpi), 11 inches wide.

    Examples
    --------
    >>> nodes = [Node("r1", "Ng 2020", 0, findings=2), Node("s1", "Trust", 1, findings=2)]
    >>> theme_map(nodes, [Edge("r1", "s1", 2, 1)]).png[1:4]
    b'PNG'
    """
    layout = lay_out(nodes, edges)
    scale = 11.0 / layout.width  # inches for one unit
    lines = wrap(title, int(layout.width / 9.5))
    head = 20.0 * len(lines) + 6.0 if lines else 0.0
    with canvas(11.0, (layout.height + head) * scale) as (figure, axes):
        axes.set_xlim(0, layout.width)
        axes.set_ylim(layout.height, -head)
        points = 72 * scale  # for one unit
        for number, line in enumerate(lines, start=1):
            axes.text(12.0, 20.0 * number - head, line, weight="bold", size=13 * points)
        _draw_legend(axes, layout, points)
        for path in layout.paths:
            _draw_edge(axes, path, points, _opacity(len(layout.paths)))
        for box in layout.boxes:
            _draw_node(axes, box, points)
        return to_picture(figure)


def _draw_legend(axes: Axes, layout: Layout, points: float) -> None:
    for x, y, heading in layout.headings:
        axes.text(x, y, heading, weight="bold", size=12 * points)
    for key in layout.legend:
        style = "--" if key.dashed else "-"
        axes.plot([key.x, key.x + 22], [key.y] * 2, color=key.color, lw=3 * points, ls=style)
        axes.text(key.x + 28, key.y + 4, key.name, color=_SOFT, size=11 * points)


def _draw_edge(axes: Axes, path: Path, points: float, opacity: float) -> None:
    (x1, y1), (x2, y2) = path.start, path.end
    steps = [step / 40 for step in range(41)]
    middle = (x1 + x2) / 2
    xs = [_bezier(t, x1, middle, middle, x2) for t in steps]
    ys = [_bezier(t, y1, y1, y2, y2) for t in steps]
    solid = path.edge.confirmed >= path.edge.findings
    style = "-" if solid else (0.0, (_DASHES[0] / path.width, _DASHES[1] / path.width))
    axes.plot(xs, ys, color=path.color, lw=path.width * points, alpha=opacity, ls=style, zorder=1)


def _bezier(t: float, a: float, b: float, c: float, d: float) -> float:
    u = 1 - t
    return u**3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t**3 * d


def _draw_node(axes: Axes, box: Box, points: float) -> None:
    left, right, top, bottom = box.x, box.x + box.width, box.y, box.y + box.height
    axes.fill(
        [left, right, right, left],
        [top, top, bottom, bottom],
        facecolor=_FILL,
        edgecolor=_LINE,
        lw=points,
        zorder=2,
    )
    for start, width, color in strips(box):
        axes.plot([start, start + width], [bottom - 2] * 2, color=color, lw=3 * points, zorder=3)
    baselines = _baselines(box)
    weight = "bold" if box.node.layer > 1 else "normal"
    size = 10.4 * points  # DejaVu is wider than the page's fonts
    for line, y in zip(box.lines, baselines, strict=True):
        axes.text(left + 8, y, line, size=size, weight=weight, zorder=3)
    count = str(box.node.findings)
    axes.text(right - 8, baselines[0], count, size=size, color=_SOFT, ha="right", zorder=3)
