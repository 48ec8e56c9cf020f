import pytest

from themeweave.errors import ReviewError
from themeweave.evidence.overlap import PairOverlap
from themeweave.report.figures.heat_map import SHADES, heat_map

PAIRS = [
    PairOverlap("A", "B", 1, 40, 0.025),
    PairOverlap("A", "C", 0, 9, 0.0),
    PairOverlap("B", "C", 3, 4, 0.75),
]


def test_each_pair_has_its_own_cell_in_the_shade_of_its_band():
    svg = heat_map(["A", "B", "C"], PAIRS, {"A": 20, "B": 21, "C": 3}, {}).svg.decode()
    for cell, shade in {
        "cell-1-0": SHADES["slight"],
        "cell-2-0": SHADES["none"],
        "cell-2-1": SHADES["very high"],
    }.items():
        part = svg[svg.index(f'id="{cell}"') :][:400]
        assert shade in part
    assert 'id="cell-0-1"' not in svg


def test_the_same_data_give_the_same_bytes():
    both = [heat_map(["A", "B", "C"], PAIRS, {}, {"A": "<b>&"}, "T", "N") for _ in "12"]
    assert both[0] == both[1]


@pytest.mark.parametrize("reviews", [[], ["A"], [f"R{n}" for n in range(61)]])
def test_a_map_that_cannot_be_read_is_refused(reviews):
    with pytest.raises(ReviewError) as refused:
        heat_map(reviews, [], {}, {})
    assert str(refused.value) == (
        f"a heat map of {len(reviews)} reviews cannot be read\n  Choose 2 to 60 reviews."
    )
