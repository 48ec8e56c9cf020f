"""The pictures: from coded findings to the theme map, from outcomes to forest plots."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from themeweave.effects.outcomes import Outcome, StudyEffect, heterogeneity_words
from themeweave.effects.records import PooledEffect
from themeweave.report.coded import CodedFinding
from themeweave.report.figures.canvas import Picture
from themeweave.report.figures.estimates import Effect
from themeweave.report.figures.fold import folded_labels, folding
from themeweave.report.figures.forest import forest
from themeweave.report.figures.forest_rows import Forest
from themeweave.report.figures.saturation_plot import saturation_plot
from themeweave.report.figures.theme_map import Edge, Node
from themeweave.report.figures.theme_map_drawing import theme_map
from themeweave.report.graph_view import Thread, write_graph
from themeweave.report.page.records import Graph
from themeweave.review.synthesis import Synthesis
from themeweave.review.theme_evidence import saturation_of


def theme_picture(synthesis: Synthesis) -> tuple[list[Node], list[Edge], Picture]:
    """Draw reviews, subthemes and overarching themes, and give the nodes and edges drawn."""
    placed = [c for c in synthesis.coded if c.theme.code_id]
    nodes, edges, _ = folded_map(placed, {r.id: r.label for r in synthesis.folder.reviews})
    title = f"Theme map: {synthesis.folder.settings.review.title}"
    return nodes, edges, theme_map(nodes, edges, title=title)


def folded_map(
    placed: Sequence[CodedFinding], labels: Mapping[str, str]
) -> tuple[list[Node], list[Edge], dict[str, str]]:
    """Count the nodes and edges that a reader can take in, and say which were folded into which."""
    nodes, edges = map_of(placed, labels)
    into = folding(nodes, edges)
    if not into:
        return nodes, edges, into
    return *map_of(placed, labels, into, folded_labels(nodes, into)), into


def map_of(
    placed: Sequence[CodedFinding],
    labels: Mapping[str, str],
    into: Mapping[str, str] = MappingProxyType({}),
    called: Mapping[str, str] = MappingProxyType({}),
) -> tuple[list[Node], list[Edge]]:
    """Count findings between reviews and subthemes, and between subthemes and themes.

    A finding of several reviews counts on each of their edges. Findings whose subtheme is
    unclear stand together under their theme.

    Parameters
    ----------
    labels
        Of reviews, by id.
    into, called
        Nodes that are drawn as another one, and what that one is called.
    """
    counts: Counter[tuple[str, int]] = Counter()
    pointing: Counter[tuple[str, int, str]] = Counter()
    names: dict[tuple[str, int], str] = {}
    edges: defaultdict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for c in placed:
        own_theme, own_subtheme, clear = nodes_of(c)
        theme, subtheme = into.get(own_theme, own_theme), into.get(own_subtheme, own_subtheme)
        valence = c.valence.code_id
        perspective = c.perspective.code_id or "unclear"
        names[theme, 2] = called.get(theme, c.theme.text)
        told = c.subtheme.text if clear else "Subtheme unclear"
        names[subtheme, 1] = called.get(subtheme, told)
        counts[theme, 2] += 1
        counts[subtheme, 1] += 1
        pointing[theme, 2, valence] += 1
        pointing[subtheme, 1, valence] += 1
        edges[subtheme, theme, perspective].append(c.theme.confirmed)
        for review in _reviews_of(c, into):
            own = review.removeprefix("review:")
            names[review, 0] = called.get(review) or labels.get(own, own)
            counts[review, 0] += 1
            pointing[review, 0, valence] += 1
            edges[review, subtheme, perspective].append(c.subtheme.confirmed)
    kinds = ("review", "subtheme", "theme")
    nodes = [
        Node(
            node_id,
            names[node_id, layer],
            layer,
            kinds[layer],
            count,
            pointing[node_id, layer, "barrier"],
            pointing[node_id, layer, "facilitator"],
        )
        for (node_id, layer), count in sorted(counts.items(), key=lambda item: item[0][::-1])
    ]
    drawn = [
        Edge(source, target, len(confirmed), sum(confirmed), perspective)
        for (source, target, perspective), confirmed in sorted(edges.items())
    ]
    return nodes, drawn


def _reviews_of(c: CodedFinding, into: Mapping[str, str]) -> tuple[str, ...]:
    """Give the nodes of the reviews that a finding cites, each once."""
    nodes = (f"review:{review}" for review in c.finding.cited)
    return tuple(dict.fromkeys(into.get(node, node) for node in nodes))


def nodes_of(c: CodedFinding) -> tuple[str, str, bool]:
    """Give the nodes of a finding's theme and subtheme, and whether the subtheme is clear."""
    clear = bool(c.subtheme.code_id) and c.subtheme.basis != "unclear"
    theme = c.theme.code_id
    return theme, c.subtheme.code_id if clear else f"unclear in {theme}", clear


def theme_threads(synthesis: Synthesis) -> tuple[Thread, ...]:
    """Give every finding in a theme with the nodes of the theme picture that it runs through."""
    placed = [c for c in synthesis.coded if c.theme.code_id]
    _, _, into = folded_map(placed, {r.id: r.label for r in synthesis.folder.reviews})
    threads = []
    for c in placed:
        theme, subtheme, _ = nodes_of(c)
        threads.append(
            Thread(
                c.finding.id,
                c.finding.text,
                _reviews_of(c, into),
                into.get(subtheme, subtheme),
                into.get(theme, theme),
                c.perspective.code_id or "unclear",
                c.perspective.text or "Unclear",
                "" if c.domain.basis == "unclear" else c.domain.text,
                "" if c.valence.basis == "unclear" else c.valence.text,
                c.theme.confirmed,
                "; ".join(c.reviews),
            )
        )
    return tuple(threads)


def graph_page(title: str, graph: Graph) -> bytes:
    """Write the theme graph as a page of its own, with every finding behind it."""
    return write_graph(f"Theme graph: {title}", graph.nodes, graph.edges, graph.threads)


def saturation_picture(synthesis: Synthesis) -> dict[str, Picture]:
    """Draw how themes come up as reviews are read, by file stem; none with fewer than two."""
    curve = saturation_of(synthesis)
    if len(curve.points) < 2:
        return {}
    title = f"Saturation: {synthesis.folder.settings.review.title}"
    return {"theme_saturation": saturation_plot(curve, title)}


def effect_pictures(outcomes: Sequence[Outcome]) -> dict[str, Picture]:
    """Draw a forest plot for each outcome with two studies or more, by file stem."""
    return {
        forest_name(outcome): forest(forest_of(outcome))
        for outcome in outcomes
        if len(outcome.studies) > 1
    }


def forest_name(outcome: Outcome) -> str:
    """Name an outcome's forest plot, in letters that every file system takes."""
    words = re.findall(r"[a-z0-9]+", outcome.name.lower())
    return "forest_" + ("_".join(words) or "outcome")


def forest_of(outcome: Outcome) -> Forest:
    """Put an outcome's numbers in the order of a forest plot."""
    low, high = outcome.random.pi_lb, outcome.random.pi_ub
    return Forest(
        title=outcome.name[:1].upper() + outcome.name[1:],
        measure="SMD",
        studies=tuple(_studies(outcome)),
        common=_pooled("Common effect", outcome.common, outcome.n),
        random=_pooled("Random effects", outcome.random, outcome.n),
        prediction=None if low != low else (low, high),
        heterogeneity=heterogeneity_words(outcome.random),
        n=outcome.n,
        favours=("favours control", "favours intervention"),
    )


def _studies(outcome: Outcome) -> Iterator[Effect]:
    for study, weight in zip(outcome.studies, outcome.random.weights, strict=True):
        yield _study(study, float(weight), outcome.random.level)


def _study(study: StudyEffect, weight: float, level: float) -> Effect:
    from statistics import NormalDist

    reach = NormalDist().inv_cdf((1 + level) / 2) * study.vi**0.5
    several = f" ({study.n_effects} results)" if study.n_effects > 1 else ""
    return Effect(
        f"{study.study}{several}",
        study.yi,
        study.yi - reach,
        study.yi + reach,
        weight,
        study.n,
    )


def _pooled(label: str, pooled: PooledEffect, n: int | None) -> Effect:
    return Effect(label, pooled.estimate, pooled.ci_lb, pooled.ci_ub, 100.0, n)
