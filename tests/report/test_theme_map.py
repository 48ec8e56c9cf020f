"""The theme map: ordered, readable, and safe whatever a label holds."""

import itertools
import random

import pytest
from lxml import etree

from themeweave.report.figures.theme_map import COLORS, Edge, Node, _crossings, color_of, lay_out
from themeweave.report.figures.theme_map_drawing import theme_map, theme_map_svg

SVG = "{http://www.w3.org/2000/svg}"


def sample(reviews=35, subthemes=30, themes=4):
    chance = random.Random(7)
    nodes = [Node(f"r{n}", f"Review {n}", 0, "review", 3) for n in range(reviews)]
    label = "a subtheme whose name takes more than one line in its box"
    nodes += [Node(f"s{n}", f"{label} {n}", 1, "subtheme", 5) for n in range(subthemes)]
    nodes += [Node(f"t{n}", f"Theme {n}", 2, "theme", 20) for n in range(themes)]
    edges = []
    for n in range(subthemes):
        for review in chance.sample(range(reviews), 4):
            view = chance.choice(["staff", "service_users"])
            edges.append(Edge(f"r{review}", f"s{n}", 2, chance.choice([0, 2]), view))
        edges.append(Edge(f"s{n}", f"t{n % themes}", 5, 5, "staff"))
    return nodes, edges


def test_no_two_boxes_of_a_large_map_overlap_and_all_are_inside():
    layout = lay_out(*sample())
    for one, other in itertools.combinations(layout.boxes, 2):
        apart = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert apart or one.x != other.x
    assert all(box.x + box.width <= layout.width for box in layout.boxes)
    assert all(box.y + box.height <= layout.height for box in layout.boxes)


def test_subthemes_of_a_theme_stand_together_and_themes_keep_their_order():
    nodes, edges = sample()
    boxes = [box.node.id for box in lay_out(nodes, edges).boxes]
    order = [int(name[1:]) % 4 for name in boxes if name.startswith("s")]
    assert [theme for theme, _ in itertools.groupby(order)] == [0, 1, 2, 3]
    assert [name for name in boxes if name.startswith("t")] == ["t0", "t1", "t2", "t3"]


def test_ordering_unties_what_can_be_untied():
    nodes = [Node(f"{side}{n}", "", layer) for layer, side in enumerate("ab") for n in range(6)]
    edges = [Edge(f"a{n}", f"b{5 - n}", 1, 1) for n in range(6)]
    columns = {layer: [n for n in nodes if n.layer == layer] for layer in (0, 1)}
    assert _crossings(columns, edges) == 15  # all pairs of six
    placed = [box.node for box in lay_out(nodes, edges).boxes]
    ordered = {layer: [n for n in placed if n.layer == layer] for layer in (0, 1)}
    assert _crossings(ordered, edges) == 0


def test_crossings_are_counted_as_by_hand():
    chance = random.Random(3)
    nodes = [Node(f"{side}{n}", "", layer) for layer, side in enumerate("ab") for n in range(9)]
    pairs = {(chance.randrange(9), chance.randrange(9)) for _ in range(30)}
    edges = [Edge(f"a{i}", f"b{j}", 1, 1) for i, j in pairs]
    columns = {layer: [n for n in nodes if n.layer == layer] for layer in (0, 1)}
    by_hand = sum((i - k) * (j - m) < 0 for (i, j), (k, m) in itertools.combinations(pairs, 2))
    assert _crossings(columns, edges) == by_hand


def test_lines_are_solid_only_where_everything_is_confirmed():
    nodes = [Node("r", "R", 0), Node("s", "S", 1)]
    edges = [Edge("r", "s", 2, 2, "staff"), Edge("r", "s", 2, 1, "carers")]
    tree = etree.fromstring(theme_map_svg(nodes, edges).encode())
    dashes = {
        path.get("data-perspective"): path.get("stroke-dasharray")
        for path in tree.iter(SVG + "path")
    }
    assert dashes["staff"] is None
    assert dashes["carers"]


def test_more_findings_make_a_wider_line():
    nodes = [Node("r", "R", 0), Node("s", "S", 1)]
    few, many = lay_out(nodes, [Edge("r", "s", 1, 1), Edge("r", "s", 9, 9, "staff")]).paths
    assert many.width > few.width


def test_a_hostile_label_is_text_in_the_svg():
    bad = '"><script>alert(1)</script>\x00'
    nodes = [Node(bad, bad, 0, bad, 1), Node("s", "Trust", 1)]
    svg = theme_map_svg(nodes, [Edge(bad, "s", 1, 0, bad)], title=bad, links={bad: f"#{bad}"})
    tree = etree.fromstring(svg.encode())
    assert not list(tree.iter(SVG + "script"))
    assert not tree.xpath("//@style | //@onclick")
    assert next(tree.iter(SVG + "title")).text == '"><script>alert(1)</script>'


def test_the_drawing_names_itself_for_a_screen_reader():
    nodes, edges = sample(5, 2, 1)
    image = etree.fromstring(theme_map_svg(nodes, edges).encode())
    assert image.get("role") == "img"
    names = {element.get("id") for element in image.iter(SVG + "title", SVG + "desc")}
    assert set(image.get("aria-labelledby").split()) <= names
    linked = etree.fromstring(theme_map_svg(nodes, edges, links={"t0": "#theme-t0"}).encode())
    assert linked.get("role") == "group"
    assert next(linked.iter(SVG + "a")).get("aria-label") == "theme: Theme 0, 20 findings"


def test_perspectives_have_colours_of_their_own():
    assert len(set(COLORS.values())) == len(COLORS)
    others = ["supervisors", "interpreters"]
    assert color_of("supervisors", others) != color_of("interpreters", others)


def test_an_edge_to_an_unknown_node_is_refused():
    with pytest.raises(KeyError, match="nowhere"):
        lay_out([Node("r", "R", 0)], [Edge("r", "nowhere", 1, 1)])


def test_print_and_page_drawings_have_stable_bytes():
    nodes, edges = sample(6, 4, 2)
    assert theme_map(nodes, edges, title="Map") == theme_map(nodes, edges, title="Map")
    assert theme_map_svg(nodes, edges) == theme_map_svg(list(nodes), list(edges))


def test_an_empty_map_is_a_drawing_too():
    assert etree.fromstring(theme_map_svg([], []).encode()).get("role") == "img"
