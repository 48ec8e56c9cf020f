"""The theme map: which reviews carry which subthemes, and which themes those make up.

A layered drawing: reviews on the left, subthemes in the middle, overarching themes on the right.
A line's width tells the number of findings, its colour whose perspective they take; it is solid
where every finding behind it is confirmed by a person and dashed where some are suggested.

The last column keeps the order it is given, the subthemes of a theme stay together, and within
that nodes are ordered by the barycentres of their neighbours, which keeps lines from crossing
(Sugiyama, Tagawa & Toda 1981, IEEE Trans. Systems, Man and Cybernetics 11:109-125).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from textwrap import wrap


@dataclass(frozen=True, slots=True)
class Node:
    """A review, subtheme or theme; layers count from the left, from 0."""

    id: str
    label: str
    layer: int
    kind: str = ""  # review, subtheme, theme: a word for readers of the page
    findings: int = 0
    barriers: int = 0  # of these findings; the strip along the foot of the box shows their share
    facilitators: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """Findings that join two nodes, of one perspective."""

    source: str
    target: str
    findings: int
    confirmed: int  # of these findings
    perspective: str = ""  # such as service_users; empty where perspectives are not parted


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its place; all lengths in the drawing's own units."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """An edge in its place: from the right side of one box to the left side of another."""

    edge: Edge
    start: tuple[float, float]
    end: tuple[float, float]
    width: float
    color: str


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend in its place: a sample of a line, and what it means."""

    name: str
    color: str
    dashed: bool
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole drawing, ready for any canvas."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    paths: tuple[Path, ...]
    headings: tuple[tuple[float, float, str], ...]  # x, y and text
    legend: tuple[Key, ...]


# Okabe & Ito (2008), without yellow (too faint for a line on white), then greys: told apart with
# every common colour vision.
COLORS: Mapping[str, str] = {
    "peer_workers": "#0072b2",
    "service_users": "#d55e00",
    "staff": "#009e73",
    "carers": "#cc79a7",
    "managers_policy": "#56b4e9",
    "group_members": "#e69f00",
    "community": "#8c6d1f",
    "mixed": "#5f5f5f",
    "unclear": "#9a9a9a",
}
PLAIN = "#5f5f5f"
BARRIER, FACILITATOR = "#8c2d04", "#54278f"  # unlike any perspective; left and right as well
_SPARE = ("#7b3294", "#1b7837", "#a6611a", "#2166ac")

_BOX_WIDTHS, _GAPS = (170.0, 250.0, 220.0), 190.0
_LINE, _PAD, _APART, _TOP = 15.0, 5.0, 7.0, 62.0
_CHARACTER = 6.6  # width of one at 12 units, on average
_SWEEPS = 12


def strips(box: Box) -> list[tuple[float, float, str]]:
    """Give the strips at the foot of a box: left, width and colour, as wide as their shares."""
    node = box.node
    if not node.findings:
        return []
    room = box.width - 8.0
    barrier, facilitator = (
        room * min(count, node.findings) / node.findings
        for count in (node.barriers, node.facilitators)
    )
    found = [
        (box.x + 4.0, barrier, BARRIER),
        (box.x + 4.0 + room - facilitator, facilitator, FACILITATOR),
    ]
    return [strip for strip in found if strip[1] > 0]


def color_of(perspective: str, others: Sequence[str] = ()) -> str:
    """Give a perspective's colour, the same in every figure and on the page.

    Examples
    --------
    >>> color_of("service_users"), color_of("Service users")
    ('#d55e00', '#d55e00')
    """
    key = perspective.strip().lower().replace(" ", "_")
    if not key:
        return PLAIN
    unknown = [other for other in others if other.strip().lower().replace(" ", "_") not in COLORS]
    spare = _SPARE[unknown.index(perspective) % len(_SPARE)] if perspective in unknown else PLAIN
    return COLORS.get(key, spare)


def lay_out(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    headings: Sequence[str] = ("Reviews", "Subthemes", "Overarching themes"),
) -> Layout:
    """Place nodes in columns, in the order that lets few lines cross.

    Parameters
    ----------
    nodes
        In an order that decides ties, such as the codebook's.
    edges
        Between nodes of different layers; those that name an unknown node raise `KeyError`.

    Examples
    --------
    >>> nodes = [Node("r1", "Ng 2020", 0), Node("s1", "Trust", 1)]
    >>> layout = lay_out(nodes, [Edge("r1", "s1", 2, 1)])
    >>> [box.node.id for box in layout.boxes], layout.paths[0].start < layout.paths[0].end
    (['r1', 's1'], True)
    """
    columns = _ordered(nodes, edges)
    ends = Counter(end for edge in edges for end in (edge.source, edge.target))
    heights = {node.id: _height(node, ends[node.id]) for node in nodes}
    tallest = max((_column_height(c, heights) for c in columns.values()), default=0.0)
    widths = [_BOX_WIDTHS[min(layer, len(_BOX_WIDTHS) - 1)] for layer in columns]
    width = max(24.0 + sum(widths) + _GAPS * (len(widths) - 1), 200.0)
    perspectives = sorted({edge.perspective for edge in edges if edge.perspective})
    colors = {view: color_of(view, perspectives) for view in ["", *perspectives]}
    directed = any(node.barriers or node.facilitators for node in nodes)
    legend = _legend(perspectives, colors, width, directed=directed)
    top = legend[-1].y - 16.0 + _TOP
    boxes: dict[str, Box] = {}
    titles: list[tuple[float, float, str]] = []
    x = 12.0
    for box_width, (layer, column) in zip(widths, columns.items(), strict=True):
        titles.append((x, top - 12.0, headings[layer] if layer < len(headings) else ""))
        slack = tallest - _column_height(column, heights)
        gap = _APART + slack / (len(column) + 1)
        y = top + slack / (len(column) + 1)
        for node in column:
            boxes[node.id] = Box(node, x, y, box_width, heights[node.id], _label_lines(node))
            y += heights[node.id] + gap
        x += box_width + _GAPS
    paths = tuple(_paths(edges, boxes, colors))
    return Layout(width, top + tallest + 12.0, tuple(boxes.values()), paths, tuple(titles), legend)


def _legend(
    perspectives: Sequence[str], colors: Mapping[str, str], width: float, *, directed: bool
) -> tuple[Key, ...]:
    """Place the legend's entries in as many lines as the width asks for."""
    entries = [(view.replace("_", " "), colors[view], False) for view in perspectives]
    entries += [("confirmed", PLAIN, False), ("some only suggested", PLAIN, True)]
    if directed:
        entries += [
            ("barriers (foot of a box)", BARRIER, False),
            ("facilitators", FACILITATOR, False),
        ]
    keys: list[Key] = []
    x, y = 12.0, 16.0
    for name, color, dashed in entries:
        room = 50.0 + 7.0 * len(name)
        if x > 12.0 and x + room > width:
            x, y = 12.0, y + 20.0
        keys.append(Key(name, color, dashed, x, y))
        x += room
    return tuple(keys)


def _height(node: Node, ends: int) -> float:
    """Give room for the label and, on the right, for the lines that arrive."""
    label = _LINE * len(_label_lines(node)) + 2 * _PAD - (4.0 if node.layer == 0 else 0.0)
    return max(label, min(3.0 * ends, 110.0)) if node.layer > 1 else label


def _label_lines(node: Node) -> tuple[str, ...]:
    width = _BOX_WIDTHS[min(node.layer, len(_BOX_WIDTHS) - 1)]
    characters = int((width - 42.0) / _CHARACTER)  # the number of findings stands at the right
    return tuple(wrap(node.label, characters, max_lines=3, placeholder=" …")) or (node.id,)


def _column_height(column: Sequence[Node], heights: Mapping[str, float]) -> float:
    return sum(heights[node.id] for node in column) + _APART * max(len(column) - 1, 0)


def _ordered(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[int, list[Node]]:
    """Order each layer by the barycentres of its neighbours, and keep the best of the sweeps."""
    columns: dict[int, list[Node]] = {
        layer: [node for node in nodes if node.layer == layer]
        for layer in sorted({node.layer for node in nodes})
    }
    neighbours: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for edge in edges:
        neighbours[edge.source].append((edge.target, edge.findings))
        neighbours[edge.target].append((edge.source, edge.findings))
    best, fewest = columns, _crossings(columns, edges)
    layers = list(columns)
    for sweep in range(_SWEEPS):
        columns = dict(columns)
        for layer in layers[:-1] if sweep % 2 else reversed(layers[:-1]):
            columns[layer] = _by_barycentre(columns, layer, neighbours)
        crossings = _crossings(columns, edges)
        if crossings < fewest:
            best, fewest = columns, crossings
    return best


def _by_barycentre(
    columns: Mapping[int, Sequence[Node]],
    layer: int,
    neighbours: Mapping[str, Sequence[tuple[str, int]]],
) -> list[Node]:
    places = _places(columns)
    layers = {node.id: number for number, column in columns.items() for node in column}
    first = min(columns)

    def barycentre(node: Node) -> float:
        weighted = [(places[other], weight) for other, weight in neighbours.get(node.id, ())]
        total = sum(weight for _, weight in weighted)
        if not total:
            return places[node.id]
        return sum(place * weight for place, weight in weighted) / total

    def parent(node: Node) -> float:
        """Find the place of the node on the right that shares most findings with this one."""
        right = [(w, -places[o]) for o, w in neighbours.get(node.id, ()) if layers[o] > layer]
        return -max(right)[1] if right and layer > first else 1.0

    return sorted(columns[layer], key=lambda node: (parent(node), barycentre(node)))


def _places(columns: Mapping[int, Sequence[Node]]) -> dict[str, float]:
    """Give each node its place in its column, from 0 to 1."""
    return {
        node.id: (number + 0.5) / len(column)
        for column in columns.values()
        for number, node in enumerate(column)
    }


def _crossings(columns: Mapping[int, Sequence[Node]], edges: Sequence[Edge]) -> int:
    """Count crossing pairs between the same two layers: inversions, by a Fenwick tree."""
    layer_of = {node.id: layer for layer, column in columns.items() for node in column}
    rank = {node.id: n for column in columns.values() for n, node in enumerate(column, start=1)}
    groups: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for source, target in {(edge.source, edge.target) for edge in edges}:
        groups[layer_of[source], layer_of[target]].append((rank[source], rank[target]))
    return sum(_inversions(pairs) for pairs in groups.values())


def _inversions(pairs: Iterable[tuple[int, int]]) -> int:
    ordered = sorted(pairs)
    tree = [0] * (max((right for _, right in ordered), default=0) + 1)
    count = 0
    for seen, (_, right) in enumerate(ordered):
        place, below = right, 0
        while place:  # how many earlier ones end at or before this one
            below += tree[place]
            place &= place - 1
        count += seen - below
        place = right
        while place < len(tree):
            tree[place] += 1
            place += place & -place
    return count


def _paths(
    edges: Sequence[Edge], boxes: Mapping[str, Box], colors: Mapping[str, str]
) -> Iterable[Path]:
    """Give each edge a port of its own on both boxes, in the order of its other end."""
    ports: dict[tuple[int, str], float] = {}
    for side in ("source", "target"):
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for number, edge in enumerate(edges):
            groups[getattr(edge, side)].append(number)
        for node_id, numbers in groups.items():
            other = "target" if side == "source" else "source"
            numbers.sort(key=lambda n: (boxes[getattr(edges[n], other)].y, edges[n].perspective))
            box = boxes[node_id]
            room = box.height - 8.0
            for place, number in enumerate(numbers):
                ports[number, side] = box.y + 4.0 + room * (place + 0.5) / len(numbers)
    for number, edge in enumerate(edges):
        source, target = boxes[edge.source], boxes[edge.target]
        yield Path(
            edge,
            (source.x + source.width, ports[number, "source"]),
            (target.x, ports[number, "target"]),
            0.8 + 1.1 * sqrt(edge.findings),
            colors[edge.perspective],
        )
