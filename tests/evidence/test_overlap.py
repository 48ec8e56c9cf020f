import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.corpus.records import Citation
from themeweave.errors import ReviewError
from themeweave.evidence.overlap import (
    band,
    citation_overlap,
    corrected_covered_area,
    overlap_bounds,
)

MATRICES = Path(__file__).parents[2].parent / "shared" / "reference" / "meta" / "overlap_cca"
PUBLISHED = {"1": 300, "2": 72, "3": 18, "4-8": 35, "9": 1}

ticks = st.sets(st.builds(Citation, st.sampled_from("ABCDE"), st.sampled_from("12345678")))


def read_matrix(path):
    """Read ticks, reviews and impossible cells of a reference matrix."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    reviews = [name for name in rows[0] if name != "study"]
    cells = {
        mark: [Citation(r, row["study"]) for row in rows for r in reviews if row[r] == mark]
        for mark in ("1", "NA")
    }
    return cells["1"], reviews, cells["NA"]


@pytest.mark.skipif(not MATRICES.exists(), reason="the reference matrices are not beside the tree")
@pytest.mark.parametrize("name", [f"matrix_{number}.csv" for number in range(1, 7)])
def test_overlap_agrees_with_the_reference_matrices(name):
    expected = json.loads((MATRICES / "expected.json").read_text())["matrices"][name]
    overlap = citation_overlap(*read_matrix(MATRICES / name))
    assert (overlap.ticks, overlap.studies, overlap.reviews, overlap.impossible) == (
        expected["N"],
        expected["r"],
        expected["c"],
        expected["structural_missing"],
    )
    assert overlap.cca == pytest.approx(expected["cca"], abs=1e-12)
    assert overlap.cca_possible == pytest.approx(expected["cca_adjusted"], abs=1e-12)
    assert overlap.band == expected["band"]
    assert {str(k): n for k, n in overlap.studies_by_reviews} == expected["counts"]
    found = {(p.review, p.other): (p.shared, p.studies, p.cca) for p in overlap.pairs}
    wanted = {tuple(sorted((p["a"], p["b"]))): p for p in expected["pairwise"]}
    assert found.keys() == wanted.keys()
    for key, pair in wanted.items():
        assert found[key] == pytest.approx((pair["shared"], pair["unique_studies"], pair["cca"]))


@pytest.mark.parametrize(
    ("percent", "name"),
    [
        (5, "slight"),
        (5.0001, "moderate"),
        (10, "moderate"),
        (10.4, "high"),
        (15, "high"),
        (15.4, "very high"),
    ],
)
def test_bands_go_by_the_value_that_is_not_rounded(percent, name):
    assert band(percent / 100) == name


@pytest.mark.parametrize(
    ("citations", "reviews", "reason"),
    [
        pytest.param([], ["A", "B"], "no primary study", id="no study"),
        pytest.param([], [], "no primary study", id="nothing at all"),
        pytest.param([Citation("A", "s1")], ["A"], "single review", id="one review"),
    ],
)
def test_overlap_that_is_undefined_is_not_zero(citations, reviews, reason):
    overlap = citation_overlap(citations, reviews)
    assert overlap.cca is None
    assert overlap.band.startswith("undefined")
    assert reason in overlap.band


def test_a_known_list_without_studies_is_a_column_and_an_unnamed_review_is_not():
    lists = [Citation("A", "s1"), Citation("B", "s1"), Citation("C", "s9")]
    assert citation_overlap(lists, ["A", "B"]).cca == 1.0
    assert citation_overlap(lists, ["A", "B", "D"]).cca == 0.5
    assert citation_overlap(lists, ["A", "B"]).studies == 1


def test_no_cell_left_is_undefined():
    overlap = citation_overlap([Citation("A", "s1")], ["A", "B"], [Citation("B", "s1")])
    assert overlap.cca == 0.0
    assert overlap.cca_possible is None


def test_a_cell_cannot_be_both_ticked_and_impossible():
    tick = Citation("R1", "S7")
    with pytest.raises(ReviewError, match="said to be impossible") as caught:
        citation_overlap([tick, Citation("R2", "S7")], impossible=[tick])
    assert caught.value.faults == ("review 'R1', study 'S7'",)


@given(ticks)
def test_cca_lies_between_none_shared_and_all_shared(cells):
    overlap = citation_overlap(cells)
    assert overlap.cca is None or 0 <= overlap.cca <= 1
    assert sum(k * n for k, n in overlap.studies_by_reviews) == overlap.ticks == len(cells)
    assert citation_overlap([*cells, *cells]) == overlap


def test_published_totals_of_the_sample_review_bound_the_overlap():
    # Cooper et al. 2024: 426 primary studies in 35 reviews
    bounds = overlap_bounds(PUBLISHED, 35)
    assert (bounds.studies, bounds.ticks) == (426, (647, 787))
    assert bounds.cca == pytest.approx((221 / 14484, 361 / 14484))
    assert bounds.bands == ("slight", "slight")


def test_bounds_hold_for_every_matrix_with_these_totals():
    low, high = overlap_bounds({"1": 2, "2-4": 3}, 5).ticks
    assert (low, high) == (8, 14)


@pytest.mark.parametrize(("totals", "reviews"), [({}, 35), ({"1": 4}, 1)])
def test_bounds_that_are_undefined_say_so(totals, reviews):
    bounds = overlap_bounds(totals, reviews)
    assert bounds.cca is None
    assert bounds.bands[0].startswith("undefined")


def test_totals_that_cannot_be_are_all_listed():
    with pytest.raises(ReviewError, match="do not hold together") as caught:
        overlap_bounds({"many": 3, "8-4": 1, "40": 2, "2": -1, "0": 5}, 35, "review.toml")
    assert caught.value.faults == (
        "'many' is neither a number nor a range such as 4-8",
        "'8-4' must rise and lie from 1 to 35, the number of reviews",
        "'40' must rise and lie from 1 to 35, the number of reviews",
        "'2' has a negative number of studies, -1",
        "'0' must rise and lie from 1 to 35, the number of reviews",
    )
    assert caught.value.where == "review.toml"


def test_without_studies_or_with_one_review_the_area_is_undefined():
    assert corrected_covered_area(0, 0, 3) is None
    assert corrected_covered_area(5, 5, 1) is None
    assert corrected_covered_area(5, 5, 2) == 0
