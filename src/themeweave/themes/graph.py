"""The theme graph: reviews state findings, findings belong to themes, codes and voices.

Every statement that the graph makes is an edge with its basis, so that a reader can follow one
review to a theme and see how much of the way a person confirmed. networkx enters here only.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Coding, by_finding
from themeweave.corpus.records import Review
from themeweave.findings.records import Finding
from themeweave.themes.propose import NAME as PROPOSER
from themeweave.themes.propose import Placement

THEMES, PERSPECTIVES = "themes", "perspectives"
_STATES, _BELONGS, _PART, _CODES, _VOICED = (
    "states",
    "belongs to",
    "part of",
    "codes",
    "voiced by",
)
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def theme_graph(
    findings: Sequence[Finding],
    reviews: Iterable[Review],
    codings: Sequence[Coding],
    books: Mapping[str, Codebook],
    placements: Iterable[Placement] = (),
    framework: str = "",
) -> Any:
    """Build the theme graph.

    Parameters
    ----------
    findings
        All become nodes, coded or not.
    reviews
        For their labels; reviews that no finding cites are left out.
    codings
        As settled, of the codebooks ``themes``, ``perspectives`` and the framework; others are
        passed over. A coding on a code that the book does not hold is passed over too.
    books
        By id.
    placements
        Candidate themes, taken for findings of which the themes codebook says nothing.
    framework
        The codebook of constructs; empty for none.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes ``review:R01``, ``finding:F001``, ``themes:T01``, ``candidate:c01`` with kind
        (review, finding, subtheme, theme, construct, perspective), level (the codebook's word, or
        candidate), label and text. Edges, keyed by their kind:

        * *states*, review to finding;
        * *belongs to*, finding to subtheme, or to the theme where nothing below it is coded;
        * *part of*, subtheme to theme;
        * *codes*, finding to construct; *voiced by*, finding to perspective.

        Each edge has basis (confirmed, suggested, disputed, candidate), weight, by (whose word
        it is) and unsure (below the suggester's margin). What a sheet or a codebook says is
        confirmed. The weight is the suggestion's score or the placement's stability, 1 for
        people's word, and the number of findings for *part of*.

        A finding that people placed in a theme, and a suggestion below it, gives both edges: the
        confirmed one to the theme and the suggested one to the subtheme.
    """
    import networkx as nx

    graph = nx.MultiDiGraph()
    labels = {review.id: review.label for review in reviews}
    for review_id in sorted({review for finding in findings for review in finding.cited}):
        _node(graph, f"review:{review_id}", "review", labels.get(review_id, review_id))
    for finding in sorted(findings, key=lambda finding: finding.id):
        node = f"finding:{finding.id}"
        _node(graph, node, "finding", finding.id, text=finding.text)
        for review_id in finding.cited:
            _edge(graph, f"review:{review_id}", node, _STATES, "confirmed", 1.0, "findings")
    placed: set[str] = set()
    for book_id, kind in ((THEMES, _BELONGS), (framework, _CODES), (PERSPECTIVES, _VOICED)):
        if book_id in books:
            coded = by_finding(codings, book_id)
            placed |= _add_codings(graph, books[book_id], coded, kind)
    for placement in sorted(placements, key=lambda placement: placement.id):
        node = f"finding:{placement.id}"
        if node in graph and placement.id not in placed:
            _add_placement(graph, node, placement)
    _weigh_parts(graph)
    return graph


def _node(graph: Any, node: str, kind: str, label: str, level: str = "", text: str = "") -> None:
    graph.add_node(node, kind=kind, level=level or kind, label=label, text=text)


def _edge(
    graph: Any,
    source: str,
    target: str,
    kind: str,
    basis: str,
    weight: float,
    by: str,
    unsure: bool = False,
) -> None:
    graph.add_edge(
        source, target, kind, kind=kind, basis=basis, weight=weight, by=by, unsure=unsure
    )


def _add_codings(
    graph: Any, book: Codebook, coded: Mapping[str, Sequence[Coding]], kind: str
) -> set[str]:
    """Add one codebook's codings; give the findings that it places in a theme."""
    placed: set[str] = set()
    for finding_id in sorted(coded):
        node = f"finding:{finding_id}"
        known = [coding for coding in coded[finding_id] if coding.code_id in book.by_id]
        if node not in graph:
            continue
        for coding in _deepest(known, book):
            target = _add_code(graph, book, coding.code_id, kind)
            weight = 1.0 if coding.score is None else float(coding.score)
            by = ";".join(coding.by)
            _edge(graph, node, target, kind, coding.basis, weight, by, coding.unsure)
            if kind == _BELONGS:
                placed.add(finding_id)
    return placed


def _deepest(codings: Sequence[Coding], book: Codebook) -> Iterator[Coding]:
    """Iterate the codings below which none of the same standing lies."""
    for coding in codings:
        below = (
            other.code_id != coding.code_id
            and book.is_below(other.code_id, coding.code_id)
            and (other.basis == coding.basis)
            for other in codings
        )
        if not any(below):
            yield coding


def _add_code(graph: Any, book: Codebook, code_id: str, kind: str) -> str:
    """Add a code, and in the themes codebook the codes above it; give its node."""
    node = f"{book.id}:{code_id}"
    code = book.by_id[code_id]
    what = {_CODES: "construct", _VOICED: "perspective"}.get(kind, "")
    _node(graph, node, what or ("subtheme" if code.parent else "theme"), code.name, code.level)
    if kind == _BELONGS and code.parent:
        above = _add_code(graph, book, code.parent, kind)
        _edge(graph, node, above, _PART, "confirmed", 0.0, book.id)
    return node


def _add_placement(graph: Any, node: str, placement: Placement) -> None:
    theme, top = f"candidate:{placement.theme}", f"candidate:{placement.overarching}"
    _node(graph, theme, "subtheme", placement.theme_label, "candidate")
    _node(graph, top, "theme", placement.overarching_label, "candidate")
    unsure = placement.loosely
    _edge(graph, node, theme, _BELONGS, "candidate", placement.stability, PROPOSER, unsure)
    _edge(graph, theme, top, _PART, "candidate", 0.0, PROPOSER)


def _weigh_parts(graph: Any) -> None:
    """Weigh each *part of* by the findings that come up through it."""
    below: Counter[str] = Counter()
    for _, target, kind in graph.edges(keys=True):
        if kind == _BELONGS:
            below.update(_up(graph, target))
    for source, _, kind, data in graph.edges(keys=True, data=True):
        if kind == _PART:
            data["weight"] = float(below[source])


def _up(graph: Any, node: str) -> Iterator[str]:
    """Iterate a theme's node and those above it."""
    yield node
    for _, above, kind in graph.out_edges(node, keys=True):
        if kind == _PART:
            yield from _up(graph, above)


def to_graphml(graph: Any) -> bytes:
    """Write GraphML, which networkx, Gephi, igraph and yEd open.

    Characters that XML cannot hold, such as NUL, become U+FFFD.
    """
    from networkx.readwrite.graphml import GraphMLWriter

    writer = GraphMLWriter(encoding="utf-8", prettyprint=True)
    writer.add_graph_element(_ordered(graph))
    return _xml(str(writer))


def to_gexf(graph: Any) -> bytes:
    """Write GEXF 1.2, for Gephi, without the date and the program version in its head.

    Characters that XML cannot hold become U+FFFD.
    """
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(_ordered(graph), encoding="utf-8", prettyprint=True)
    for meta in writer.xml.findall("meta"):
        writer.xml.remove(meta)
    return _xml(str(writer))


def to_json(graph: Any) -> bytes:
    """Write JSON in node-link form: ``networkx.node_link_graph(json.loads(...), edges="edges")``.

    ``<`` is written as an escape, so that the text can stand inside a page.
    """
    ordered = _ordered(graph)
    data = {
        "directed": True,
        "multigraph": True,
        "graph": {},
        "nodes": [{"id": node, **values} for node, values in ordered.nodes(data=True)],
        "edges": [
            {"source": source, "target": target, "key": key, **values}
            for source, target, key, values in ordered.edges(keys=True, data=True)
        ],
    }
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".replace("<", "\\u003c").encode()


def to_dot(graph: Any) -> bytes:
    """Write DOT, for Graphviz: boxes from left to right, dashed where a person has not decided."""
    ordered = _ordered(graph)
    lines = ["digraph themes {", "  rankdir=LR;", "  node [shape=box];"]
    for node, values in ordered.nodes(data=True):
        lines.append(f"  {_quoted(node)} [label={_quoted(values['label'])}];")
    for source, target, key, values in ordered.edges(keys=True, data=True):
        style = "solid" if values["basis"] == "confirmed" else "dashed"
        ends = f"{_quoted(source)} -> {_quoted(target)}"
        lines.append(f"  {ends} [label={_quoted(key)}, style={style}];")
    return "\n".join([*lines, "}", ""]).encode()


def _quoted(text: str) -> str:
    """Quote for DOT; a line break becomes a space, and a backslash stays one."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _ordered(graph: Any) -> Any:
    """Copy a graph with nodes and edges sorted, and its texts fit for any file."""
    import networkx as nx

    ordered = nx.MultiDiGraph()
    for node, values in sorted(graph.nodes(data=True), key=lambda item: str(item[0])):
        ordered.add_node(_clean(node), **{name: _clean(values[name]) for name in sorted(values)})
    for source, target, key, values in sorted(
        graph.edges(keys=True, data=True), key=lambda edge: edge[:3]
    ):
        ends = _clean(source), _clean(target), _clean(key)
        ordered.add_edge(*ends, **{name: _clean(values[name]) for name in sorted(values)})
    return ordered


def _clean(value: Any) -> Any:
    return _NOT_IN_XML.sub("\ufffd", value) if isinstance(value, str) else value


def _xml(text: str) -> bytes:
    """Give the file: a declaration, the text, a line end."""
    head = "<?xml version='1.0' encoding='utf-8'?>\n"
    return f"{text if text.startswith('<?xml') else head + text}\n".encode()
