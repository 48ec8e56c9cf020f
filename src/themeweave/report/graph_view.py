"""The theme graph as a page of its own: follow a review to its themes, filter, search, by keyboard.

Self-contained: the drawing, every finding behind it, and the script stand in one file that opens
from disk. What is lit is counted from findings, so a path never shows more than was stated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from themeweave.report.figures.theme_map import Edge, Node
from themeweave.report.figures.theme_map_drawing import theme_map_svg
from themeweave.report.tables import printable
from themeweave.report.writers.html import asset, content_policy, environment


@dataclass(frozen=True, slots=True)
class Thread:
    """One finding and the nodes that it runs through."""

    id: str
    text: str
    reviews: tuple[str, ...]  # ids of nodes
    subtheme: str
    theme: str
    view: str  # the perspective's code, as edges have it
    perspective: str
    domain: str  # empty where unclear
    valence: str
    confirmed: bool  # its theme, by a person
    cited: str  # labels of the reviews


def write_graph(
    title: str, nodes: Sequence[Node], edges: Sequence[Edge], threads: Sequence[Thread]
) -> bytes:
    """Write the page.

    Parameters
    ----------
    nodes, edges
        As drawn by `themeweave.report.figures.theme_map_drawing.theme_map_svg`.
    threads
        Every finding that the edges stand for.

    Examples
    --------
    >>> page = write_graph("Graph", [Node("t", "Trust", 0)], [], [])
    >>> b"<svg" in page, b"<script src" in page
    (True, False)
    """
    css, script = asset("graph.css"), asset("stops.js") + asset("graph.js")
    data = json.dumps([asdict(thread) for thread in threads], ensure_ascii=True)
    page = (
        environment()
        .get_template("graph.html.j2")
        .render(
            title=printable(title),
            css=css,
            script=script,
            csp=content_policy(css, script),
            svg=theme_map_svg(
                nodes,
                edges,
                title=title,
                links={node.id: "#findings" for node in nodes},
            ),
            data=data.replace("<", "\\u003c").replace("&", "\\u0026"),
            filters=[
                ("perspective", "Perspective", _values(t.perspective for t in threads)),
                ("domain", "CFIR domain", _values(t.domain for t in threads)),
                ("valence", "Direction", _values(t.valence for t in threads)),
            ],
            total=len(threads),
        )
    )
    return page.encode()


def _values(found: Iterable[str]) -> list[str]:
    return sorted({printable(value) for value in found if value})
