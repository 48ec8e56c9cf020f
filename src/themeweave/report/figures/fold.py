"""Folding a theme map that has more nodes than a reader can take in.

In a layer that has too many, the nodes with most findings stay; the others become one node that
says how many they are, subthemes one for each theme. The map is then counted from the findings
with those nodes in their place, so that none is lost and none counted twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from themeweave.report.figures.theme_map import Edge, Node

MOST = (60, 60, 20)  # nodes of a layer, from the left, that can be drawn
KEPT = (30, 30, 12)  # nodes that stay where there are more: so few that the page can be read
_WORDS = ("more reviews", "smaller subthemes", "smaller themes")


def folding(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, str]:
    """Say which nodes are folded, and into which; empty where all can stay."""
    theme_of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    layer = {node.id: node.layer for node in nodes}
    for edge in edges:
        if layer[edge.source] == 1:
            theme_of[edge.source][edge.target] += edge.findings
    folded: dict[str, str] = {}
    for number in sorted(set(layer.values()), reverse=True):
        here = [node for node in nodes if node.layer == number]
        place = min(number, len(MOST) - 1)
        if len(here) <= MOST[place]:
            continue
        ranked = sorted(here, key=lambda node: (-node.findings, node.id))
        for node in ranked[KEPT[place] :]:
            theme = min(theme_of[node.id].most_common(), key=lambda t: (-t[1], t[0]), default=("",))
            above = folded.get(theme[0], theme[0])
            folded[node.id] = f"folded {number} {above}".strip()
    return folded


def folded_labels(nodes: Sequence[Node], into: Mapping[str, str]) -> dict[str, str]:
    """Say what the nodes that others are folded into are called.

    Examples
    --------
    >>> nodes = [Node("a", "A", 0), Node("b", "B", 0)]
    >>> folded_labels(nodes, {"a": "x", "b": "x"})
    {'x': '2 more reviews'}
    """
    groups: defaultdict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        if node.id in into:
            groups[into[node.id]].append(node)
    return {
        name: f"{len(group)} {_WORDS[min(group[0].layer, len(_WORDS) - 1)]}"
        for name, group in groups.items()
    }
