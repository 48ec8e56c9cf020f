"""Directions are counted, never guessed."""

import csv
import json
import math
from pathlib import Path

import pytest

from themeweave.effects.directions import direction_plot, vote_count
from themeweave.errors import ReviewError

SHARED = Path(__file__).parents[2].parent / "shared"


def votes(better, worse, unchanged=0):
    return ["better"] * better + ["worse"] * worse + ["unchanged"] * unchanged


def test_votes_agree_with_published_tables():
    # R 4.2.2: binom.test(7, 9) and prop.test(7, 9, correct = FALSE)
    count = vote_count(votes(7, 2, 3))
    assert (count.better, count.worse, count.no_direction) == (7, 2, 3)
    assert count.proportion == pytest.approx(0.777777777777778)
    assert count.p_sign == pytest.approx(0.1796875)
    assert (count.exact_low, count.exact_high) == pytest.approx(
        (0.399906426283688, 0.971855026522102)
    )
    assert (count.wilson_low, count.wilson_high) == pytest.approx(
        (0.452588969106989, 0.936774892882153)
    )


def test_votes_agree_with_the_reference():
    path = SHARED / "reference" / "meta" / "conversions" / "cases.json"
    if not path.is_file():
        pytest.skip("the reference results (../shared/reference/meta) are not at hand")
    cases = [
        case
        for case in json.loads(path.read_text(encoding="utf-8"))
        if case["op"] == "vote_count_sign_test"
    ]
    assert cases
    for case in cases:
        benefit, total = case["inputs"]["n_benefit"], case["inputs"]["n_total"]
        count = vote_count(votes(benefit, total - benefit))
        ours = {
            "proportion": count.proportion,
            "p_two_sided": count.p_sign,
            "wilson_lb": count.wilson_low,
            "wilson_ub": count.wilson_high,
            "clopper_lb": count.exact_low,
            "clopper_ub": count.exact_high,
        }
        assert ours == pytest.approx(case["expected"], rel=1e-10)


def test_both_sides_of_the_count_mirror_each_other():
    a, b = vote_count(votes(8, 3)), vote_count(votes(3, 8))
    assert a.p_sign == b.p_sign
    assert (a.exact_low, a.wilson_low) == pytest.approx((1 - b.exact_high, 1 - b.wilson_high))


def test_all_on_one_side_reaches_the_end_of_the_scale():
    assert vote_count(votes(6, 0)).exact_high == vote_count(votes(6, 0)).wilson_high == 1
    assert vote_count(votes(0, 6)).exact_low == vote_count(votes(0, 6)).wilson_low == 0


def test_no_clear_direction_is_a_reason_and_no_number():
    count = vote_count(votes(0, 0, 4))
    assert math.isnan(count.proportion)
    assert math.isnan(count.p_sign)
    assert count.no_direction == 4
    assert count.note == "not estimable (no result with a clear direction)"


def test_a_word_that_is_no_direction_is_refused():
    with pytest.raises(ReviewError, match="'significant' is not a direction"):
        vote_count(["better", "significant"])


def test_a_level_in_percent_is_refused():
    with pytest.raises(ReviewError, match="level of 95 is not between 0 and 1"):
        vote_count(["better"], level=95)


def result(review="A", outcome="hope", **cells):
    row = {"review": review, "outcome": outcome, "measure": "SMD", "better_when": "higher"}
    return row | {key: str(value) for key, value in cells.items()}


@pytest.mark.parametrize(
    ("cells", "direction"),
    [
        ({"estimate": "0.2"}, "better"),
        ({"estimate": "-0.2"}, "worse"),
        ({"estimate": "0.00"}, "unchanged"),
        ({"estimate": "-0.2", "better_when": "lower"}, "better"),
        ({"estimate": "0.8", "measure": "OR"}, "worse"),
        ({"estimate": "0.8", "measure": "RR", "better_when": "lower"}, "better"),
        ({"estimate": "0.8", "measure": "log OR"}, "better"),
        ({"direction": "improvement", "better_when": ""}, "better"),
        ({"direction": "no_effect"}, "unchanged"),
        ({"direction": "mixed"}, "conflicting"),
        ({"direction": "increase", "better_when": "lower"}, "worse"),
        ({"direction": "decrease", "better_when": "lower"}, "better"),
    ],
)
def test_a_result_falls_on_the_side_that_the_table_calls_better(cells, direction):
    assert direction_plot([result(**cells)]).cells[0].direction == direction


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"estimate": "0.2", "better_when": ""}, "column 'better_when': not set"),
        ({"estimate": "0.2", "better_when": "yes"}, "'yes' is neither higher nor lower"),
        ({"direction": "increase", "better_when": ""}, "column 'better_when': not set"),
        ({"estimate": "0.2", "measure": ""}, "no direction from the measure ''"),
        ({"estimate": "0.2", "measure": "prevalence"}, "no direction from the measure"),
        ({"estimate": "ns"}, "column 'estimate': 'ns' is not a number"),
        ({"estimate": "0.2", "n": "many"}, "column 'n': 'many' is not a number"),
        ({}, "neither a direction nor an estimate"),
        ({"direction": "sideways"}, "'sideways' is not a direction"),
        ({"estimate": "0.2", "outcome": ""}, "column 'outcome': empty"),
        ({"estimate": "0.2", "review": " "}, "column 'review': empty"),
    ],
)
def test_a_direction_is_never_guessed(cells, fault):
    with pytest.raises(ReviewError, match="without a direction that can be shown: 1") as caught:
        direction_plot([result(estimate="0.1"), result(**cells)], where="effects.csv")
    assert caught.value.faults[0].startswith("row 2, column")
    assert fault in caught.value.faults[0]
    assert "effects.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("words", "direction"),
    [
        ("better " * 7 + "worse " * 3, "better"),
        ("better " * 6 + "worse " * 3, "conflicting"),
        ("better worse", "conflicting"),
        ("unchanged " * 3 + "better", "unchanged"),
        ("better better conflicting", "conflicting"),
        ("worse " * 3, "worse"),
    ],
)
def test_seven_tenths_in_one_direction_make_the_arrow(words, direction):
    (cell,) = direction_plot([result(direction=word) for word in words.split()]).cells
    assert cell.direction == direction
    assert cell.results == len(words.split())
    assert cell.better + cell.worse + cell.unchanged + cell.conflicting == cell.results


@pytest.mark.parametrize(
    ("n", "size"),
    [("49", "small"), ("50", "medium"), ("300", "medium"), ("1,301", "large"), ("", "unknown")],
)
def test_the_arrow_grows_with_the_sample(n, size):
    assert direction_plot([result(estimate="0.1", n=n)]).cells[0].size == size


def test_each_review_has_one_vote_per_outcome():
    rows = [result("A", direction="better")] * 3 + [result("B", direction="worse")]
    vote = direction_plot(rows).votes["hope"]
    assert (vote.better, vote.worse) == (1, 1)


def test_rows_and_columns_keep_the_order_of_the_table():
    rows = [
        result("Z; A", "stigma", direction="better", quality="low"),
        result("A", "hope", direction="worse"),
    ]
    plot = direction_plot(rows)
    assert (plot.reviews, plot.outcomes) == (("Z", "A"), ("stigma", "hope"))
    assert [(c.review, c.outcome) for c in plot.cells] == [
        ("Z", "stigma"),
        ("A", "stigma"),
        ("A", "hope"),
    ]
    assert plot.quality == {"Z": "low", "A": "low"}
    assert "share primary studies" in plot.caution


@pytest.mark.parametrize("share", [0.5, 1.2])
def test_a_share_that_lets_two_directions_win_is_refused(share):
    with pytest.raises(ReviewError, match=f"a share of {share:g}"):
        direction_plot([result(direction="better")], share=share)


def test_the_directions_told_in_an_umbrella_review_can_be_plotted():
    path = SHARED / "example" / "gold" / "effect_directions.csv"
    if not path.is_file():
        pytest.skip("the example tables (../shared/example/gold) are not at hand")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["reviews"]]
    plot = direction_plot(rows)
    assert "clinical" in plot.outcomes
    assert sum(cell.results for cell in plot.cells) > len(rows)  # several reviews in a row
    pitt = [
        row for row in rows if "Pitt 2013" in row["reviews"] and row["outcome_domain"] == "clinical"
    ]
    (cell,) = [c for c in plot.cells if (c.review, c.outcome) == ("Pitt 2013", "clinical")]
    assert cell.results == len(pitt)  # one review by two reference numbers counts once
