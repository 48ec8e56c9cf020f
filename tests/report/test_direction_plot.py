"""The effect direction plot: arrows, sizes, counts and shades by the published convention."""

import re
from html import unescape
from pathlib import Path

import pytest
from lxml import etree

from themeweave.effects.directions import direction_plot
from themeweave.errors import ReviewError
from themeweave.report.figures.direction_plot import effect_directions


def words(svg):
    return [unescape(text.strip()) for text in re.findall(r"<!--(.*?)-->", svg.decode(), re.S)]


def places(svg, name):
    """Give the places of the points or corners drawn under an id, in the units of the SVG."""
    drawn = etree.fromstring(svg).xpath(f"//*[@id='{name}']")
    if not drawn:
        return []
    uses = drawn[0].xpath(".//*[local-name()='use']")
    if uses:
        return [(float(use.get("x")), float(use.get("y"))) for use in uses]
    path = drawn[0].xpath(".//*[local-name()='path']/@d")[0]
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def result(review, outcome, direction, n="100", quality=""):
    return {
        "review": review,
        "outcome": outcome,
        "direction": direction,
        "n": n,
        "quality": quality,
    }


ROWS = [
    result("Ng 2020 $x_1$ & <b>", "hope", "improvement", "400", "high"),
    result("Ng 2020 $x_1$ & <b>", "stigma", "worse", "20", "high"),
    result("Li 2021", "hope", "no effect", "100", "critically low"),
    result("Li 2021", "stigma", "improvement", "100", "critically low"),
    result("Li 2021", "stigma", "worse", "100", "critically low"),
]


def ids(svg):
    return [str(name) for name in etree.fromstring(svg).xpath("//@id")]


def test_arrows_point_up_for_better_and_down_for_worse():
    svg = effect_directions(direction_plot(ROWS)).svg
    left, tip, _right = places(svg, "better-large-0")[:3]
    assert tip[1] < left[1]  # y grows downwards
    left, tip, _right = places(svg, "worse-small-1")[:3]
    assert tip[1] > left[1]


def test_no_change_is_filled_and_conflicting_is_open():
    svg = effect_directions(direction_plot(ROWS)).svg
    fill = "//*[@id='{}']//*[local-name()='path']/@style"
    tree = etree.fromstring(svg)
    assert "fill: #ffffff" not in tree.xpath(fill.format("unchanged-medium-2"))[0]
    assert "fill: #ffffff" in tree.xpath(fill.format("conflicting-medium-3"))[0]
    assert places(svg, "conflicting-medium-3-right")


def test_size_follows_the_sample():
    rows = [result(f"R{n}", "hope", "better", n) for n in ("20", "100", "400")]
    svg = effect_directions(direction_plot(rows)).svg
    wide = []
    for number, size in enumerate(("small", "medium", "large")):
        xs = [x for x, _ in places(svg, f"better-{size}-{number}")]
        wide.append(max(xs) - min(xs))
    assert wide[0] < wide[1] < wide[2]
    assert {"n < 50", "n 50 to 300", "n > 300"} <= set(words(svg))
    assert "n not stated" not in words(svg)


def test_reviews_run_down_and_outcomes_across():
    svg = effect_directions(direction_plot(ROWS)).svg
    first, beside, below = (
        places(svg, name)[1] for name in ("better-large-0", "worse-small-1", "unchanged-medium-2")
    )
    assert beside[0] > first[0] + 20
    assert below[1] > first[1] + 15


def test_a_small_figure_counts_the_results_that_an_arrow_combines():
    shown = words(effect_directions(direction_plot(ROWS)).svg)
    assert shown.count("2") == 1


@pytest.mark.parametrize(
    ("rating", "shade"),
    [
        ("High", "ffffff"),
        ("moderate", "f1f3f3"),
        ("low", "e2e5e6"),
        ("Critically low", "d3d7d8"),
        ("low risk of bias", "ffffff"),
        ("B+", "ffffff"),
    ],
)
def test_rows_are_shaded_by_quality_which_also_stands_in_words(rating, shade):
    rows = [result("Ng", "hope", "better", quality=rating)]
    svg = effect_directions(direction_plot(rows)).svg
    assert [name for name in ids(svg) if name.startswith("row-")] == [f"row-{shade}"]
    assert rating in " ".join(words(svg))


def test_the_votes_stand_at_the_foot_with_the_caution():
    rows = [result(f"R{i}", "hope", "better") for i in range(9)]
    shown = words(effect_directions(direction_plot(rows)).svg)
    assert "9 of 9" in shown
    assert "p = 0.004" in shown  # two-sided sign test, 2 / 2^9
    assert any(text.startswith("Vote counting by direction") for text in shown)


def test_text_is_text_and_the_bytes_are_stable():
    first = effect_directions(direction_plot(ROWS), "T_1 $y$ <i>")
    assert effect_directions(direction_plot(ROWS), "T_1 $y$ <i>") == first
    assert {"T_1 $y$ <i>", "Ng 2020 $x_1$ & <b>"} <= set(words(first.svg))


@pytest.mark.parametrize(
    ("reviews", "outcomes"), [pytest.param(1, 1), pytest.param(160, 2), pytest.param(3, 30)]
)
def test_every_cell_has_its_arrow_whatever_the_size(reviews, outcomes):
    rows = [
        result(f"R{i}", f"outcome number {j} with a long name to wrap", "better")
        for i in range(reviews)
        for j in range(outcomes)
    ]
    svg = effect_directions(direction_plot(rows)).svg
    drawn = [name for name in ids(svg) if name.startswith("better-")]
    assert len(drawn) == reviews * outcomes


@pytest.mark.parametrize(("reviews", "outcomes"), [(301, 1), (1, 61)])
def test_more_than_a_page_holds_is_refused(reviews, outcomes):
    rows = [result(f"R{i}", f"o{j}", "better") for i in range(reviews) for j in range(outcomes)]
    message = f"{reviews} rows and {outcomes} columns"
    with pytest.raises(ReviewError, match=message) as refused:
        effect_directions(direction_plot(rows))
    assert "outcome_domain" in refused.value.next_step


def test_the_worked_example_is_drawn_with_an_arrow_for_each_cell():
    data = Path(__file__).parents[2].parent / "shared/example/gold/effect_directions.csv"
    if not data.exists():
        pytest.skip("the worked example's gold table is not here")
    import csv

    with data.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["reviews"]]
    plot = direction_plot(rows)
    svg = effect_directions(plot, "Peer support").svg
    drawn = [
        n for n in ids(svg) if n.split("-")[0] in {"better", "worse", "unchanged", "conflicting"}
    ]
    assert len([name for name in drawn if not name.endswith("-right")]) == len(plot.cells)
    assert set(plot.reviews) <= set(words(svg))
