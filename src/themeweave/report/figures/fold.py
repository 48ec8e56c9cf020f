"""Folding a theme map that has more nodes than a reader can take in.

In a layer that has too many, the nodes with most findings stay; the others become one node that
says how many they are, subthemes one for each theme. No finding is lost: lines of folded nodes are added up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

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


def fold(
    nodes: Sequence[Node], edges: Sequence[Edge], into: Mapping[str, str]
) -> tuple[list[Node], list[Edge]]:
    """Fold nodes as `folding` says.

    Examples
    --------
    >>> nodes = [Node("a", "A", 0, findings=3), Node("b", "B", 0, findings=1), Node("t", "T", 1)]
    >>> edges = [Edge("a", "t", 3, 1), Edge("b", "t", 1, 0)]
    >>> fold(nodes, edges, {"a": "x", "b": "x"})[1]
    [Edge(source='x', target='t', findings=4, confirmed=1, perspective='')]
    """
    if not into:
        return list(nodes), list(edges)
    kept = [node for node in nodes if node.id not in into]
    groups: defaultdict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        if node.id in into:
            groups[into[node.id]].append(node)
    for name, group in groups.items():
        first = group[0]
        words = _WORDS[min(first.layer, len(_WORDS) - 1)]
        kept.append(
            replace(
                first,
                id=name,
                label=f"{len(group)} {words}",
                findings=sum(node.findings for node in group),
                barriers=sum(node.barriers for node in group),
                facilitators=sum(node.facilitators for node in group),
            )
        )
    added: dict[tuple[str, str, str], Edge] = {}
    for edge in edges:
        key = into.get(edge.source, edge.source), into.get(edge.target, edge.target)
        was = added.get((*key, edge.perspective), Edge(*key, 0, 0, edge.perspective))
        added[*key, edge.perspective] = replace(
            was, findings=was.findings + edge.findings, confirmed=was.confirmed + edge.confirmed
        )
    return kept, list(added.values())
