import io
import json

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Coding
from themeweave.corpus.records import Review
from themeweave.findings.records import Finding
from themeweave.themes.graph import theme_graph, to_dot, to_gexf, to_graphml, to_json
from themeweave.themes.propose import Placement

BOOKS = {
    "themes": Codebook(
        "themes",
        "Themes",
        (
            Code("T1", "Organisation", "overarching"),
            Code("T2", "Low pay", "subtheme", "T1"),
            Code("T3", "Other", "residual"),
        ),
        exclusive=True,
    ),
    "perspectives": Codebook("perspectives", "Views", (Code("staff", "Staff", "perspective"),)),
    "cfir": Codebook(
        "cfir",
        "CFIR",
        (
            Code("D", "Inner", "domain"),
            Code("C", "Money", "construct", "D"),
            Code("A", "Access", "construct", "D"),
        ),
    ),
    "valence": Codebook("valence", "Valence", (Code("barrier", "Barrier"),)),
}
FINDINGS = [
    Finding("F2", "Nobody was trained.", ("R1",)),
    Finding("F1", "Pay was low.", ("R1", "R2")),
    Finding("F3", "Uncoded."),
]
REVIEWS = [Review("R1", "Ana 2020"), Review("R2", "Bo 2021"), Review("R3", "Without findings")]
CODINGS = [
    Coding("F1", "themes", "T1", "confirmed", ("ana", "bo")),
    Coding("F1", "themes", "T2", "suggested", ("blend@1",), unsure=True, score=0.4),
    Coding("F1", "perspectives", "staff", "disputed", ("ana",)),
    Coding("F1", "cfir", "D", "suggested", ("blend@1",), score=0.6),
    Coding("F1", "cfir", "C", "suggested", ("blend@1",), score=0.7),
    Coding("F1", "valence", "barrier", "confirmed", ("ana",)),
    Coding("F1", "themes", "T9", "confirmed", ("ana",)),
    Coding("F9", "themes", "T2", "confirmed", ("ana",)),
]
PLACEMENTS = [
    Placement("F1", "c01", "Pay", "o1", "Work", 0.9, False),
    Placement("F2", "c02", "Training", "o1", "Work", 0.5, True),
]


def graph(codings=CODINGS, placements=PLACEMENTS, findings=FINDINGS):
    return theme_graph(findings, REVIEWS, codings, BOOKS, placements, "cfir")


def edges(made, kind):
    return {(u, v): d for u, v, k, d in made.edges(keys=True, data=True) if k == kind}


def test_nodes_have_the_kinds_of_the_synthesis():
    kinds = {node: data["kind"] for node, data in graph().nodes(data=True)}
    assert kinds == {
        "review:R1": "review",
        "review:R2": "review",
        "finding:F1": "finding",
        "finding:F2": "finding",
        "finding:F3": "finding",
        "themes:T1": "theme",
        "themes:T2": "subtheme",
        "candidate:c02": "subtheme",
        "candidate:o1": "theme",
        "cfir:C": "construct",
        "perspectives:staff": "perspective",
    }


def test_every_edge_says_on_whose_word_it_stands():
    made = graph()
    states = edges(made, "states")
    assert set(states) == {
        ("review:R1", "finding:F1"),
        ("review:R2", "finding:F1"),
        ("review:R1", "finding:F2"),
    }
    assert {data["basis"] for data in states.values()} == {"confirmed"}
    assert edges(made, "voiced by")["finding:F1", "perspectives:staff"]["basis"] == "disputed"
    (codes,) = edges(made, "codes").values()
    assert (codes["basis"], codes["weight"], codes["by"]) == ("suggested", 0.7, "blend@1")


def test_a_confirmed_theme_is_kept_beside_a_subtheme_that_is_suggested_below_it():
    belongs = edges(graph(), "belongs to")
    above, below = (belongs["finding:F1", node] for node in ("themes:T1", "themes:T2"))
    assert (above["basis"], above["by"], above["weight"]) == ("confirmed", "ana;bo", 1.0)
    assert (below["basis"], below["unsure"], below["weight"]) == ("suggested", True, 0.4)


def test_a_finding_in_a_subtheme_does_not_also_hang_on_the_theme():
    both = [Coding("F1", "themes", code, "confirmed", ("ana",)) for code in ("T1", "T2")]
    assert set(edges(graph(both), "belongs to")) == {
        ("finding:F1", "themes:T2"),
        ("finding:F2", "candidate:c02"),
    }


def test_a_finding_placed_in_a_theme_alone_hangs_on_it():
    top = [Coding("F2", "themes", "T3", "confirmed", ("ana",))]
    assert ("finding:F2", "themes:T3") in edges(graph(top), "belongs to")


def test_candidates_stand_only_where_the_themes_codebook_says_nothing():
    belongs = edges(graph(), "belongs to")
    assert ("finding:F1", "candidate:c01") not in belongs
    candidate = belongs["finding:F2", "candidate:c02"]
    assert (candidate["basis"], candidate["weight"]) == ("candidate", 0.5)
    assert (candidate["by"], candidate["unsure"]) == ("propose@4", True)


def test_part_of_weighs_the_findings_that_come_up_through_it():
    extra = [*CODINGS, Coding("F2", "themes", "T2", "confirmed", ("ana",))]
    assert edges(graph(), "part of")["themes:T2", "themes:T1"]["weight"] == 1
    assert edges(graph(extra), "part of")["themes:T2", "themes:T1"]["weight"] == 2


def alike(one, other):
    """Tell whether two graphs hold the same nodes, edges and values, the keys of edges aside."""

    def parts(made):
        nodes = {node: dict(data) for node, data in made.nodes(data=True)}
        lines = sorted((u, v, d["kind"], d["basis"], d["by"]) for u, v, d in made.edges(data=True))
        return {n: (d["kind"], d["label"], d["text"]) for n, d in nodes.items()}, lines

    return parts(one) == parts(other)


def reopened(made):
    """Write a graph in each format that networkx reads, and read it again."""
    yield nx.read_graphml(io.BytesIO(to_graphml(made)), force_multigraph=True)
    yield nx.read_gexf(io.BytesIO(to_gexf(made)))
    yield nx.node_link_graph(json.loads(to_json(made)), edges="edges")


def test_every_export_opens_again_as_it_was():
    made = graph()
    for again in reopened(made):
        assert again.is_directed()
        assert alike(made, again)


hostile = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [
        '<script>alert("x")</script>',
        "]]>&amp;",
        "a\x00b\ud800",
        '"; } digraph {',
        "\\",
        "\r\n\t",
        "🤝",
    ]
)


@settings(max_examples=40, deadline=None)
@given(hostile)
def test_hostile_text_neither_breaks_a_file_nor_becomes_part_of_it(text):
    made = graph(findings=[Finding("F1", text, (text or "R1",))])
    for again in reopened(made):
        assert len(again) == len(made)
        assert again.number_of_edges() == made.number_of_edges()
    assert b"<" not in to_json(made)
    assert b"<script" not in to_graphml(made) + to_gexf(made)


def test_a_dot_file_quotes_its_texts():
    labels = [Finding("F1", "x", ('R"; } \\\n',))]
    dot = to_dot(theme_graph(labels, [], [], BOOKS)).decode()
    assert '"review:R\\"; } \\\\" -> "finding:F1" [label="states", style=solid];' in dot


@pytest.mark.parametrize("write", [to_graphml, to_gexf, to_json, to_dot])
def test_the_bytes_depend_on_the_content_alone(write):
    codings = [*CODINGS, Coding("F1", "cfir", "A", "suggested", ("blend@1",), score=0.1)]
    turned = theme_graph(
        FINDINGS[::-1], REVIEWS[::-1], codings[::-1], BOOKS, PLACEMENTS[::-1], "cfir"
    )
    assert write(turned) == write(graph(codings))
    assert write(graph(placements=[])) != write(graph())


def test_gexf_holds_neither_date_nor_program_version():
    text = to_gexf(graph()).decode().lower()
    assert "lastmodified" not in text
    assert "networkx " not in text
