"""A theme map with more nodes than a reader can take in is folded, and counts findings once."""

import random

from themeweave.findings.records import Finding
from themeweave.report.coded import NO_ANSWER, Answer, CodedFinding
from themeweave.report.figures.fold import KEPT
from themeweave.review.pictures import folded_map, map_of


def placed(findings, reviews, subthemes, themes, seed=1):
    """Make findings, each of one to three reviews, in a subtheme and its theme."""
    chance = random.Random(seed)
    made = []
    for number in range(findings):
        cited = tuple(sorted({f"R{chance.randrange(reviews)}" for _ in range(3)}))
        sub = number % subthemes
        theme = Answer(f"t{sub % themes}", f"Theme {sub % themes}", "confirmed")
        subtheme = Answer(f"s{sub}", f"Subtheme {sub}", "suggested")
        finding = Finding(f"F{number}", "Text", cited)
        rest = dict.fromkeys(("perspective", "domain", "construct", "valence"), NO_ANSWER)
        made.append(CodedFinding(finding, cited, theme=theme, subtheme=subtheme, **rest))
    return made


def test_a_map_that_can_be_read_is_not_folded():
    made = placed(100, 35, 30, 4)
    nodes, edges, into = folded_map(made, {})
    assert into == {}
    assert (nodes, edges) == map_of(made, {})


def test_ten_times_that_is_folded_and_no_finding_is_lost_or_counted_twice():
    made = placed(1000, 350, 300, 12)
    nodes, edges, into = folded_map(made, {"R1": "Ng 2020"})
    layers = [[node for node in nodes if node.layer == layer] for layer in range(3)]
    assert [len(layer) for layer in layers] == [KEPT[0] + 1, KEPT[1] + 12, 12]
    [more] = [node for node in layers[0] if node.id not in {f"review:R{n}" for n in range(350)}]
    hidden = {review for review, name in into.items() if name == more.id}
    assert more.label == "320 more reviews"
    assert len(hidden) == 320
    citing = [c for c in made if hidden & {f"review:{review}" for review in c.finding.cited}]
    assert more.findings == len(citing)
    for layer in layers[1:]:
        assert sum(node.findings for node in layer) == 1000
    folded = [node for node in layers[1] if node.id in into.values()]
    assert all(node.label.endswith(" smaller subthemes") for node in folded)
    known = {node.id for node in nodes}
    assert all(edge.source in known and edge.target in known for edge in edges)
    assert sum(edge.findings for edge in edges if edge.target.startswith("t")) == 1000
