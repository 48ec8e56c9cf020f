import pytest

from themeweave.errors import ReviewError
from themeweave.evidence.conqual import conqual


@pytest.mark.parametrize(
    ("dependability", "credibility", "level"),
    [
        pytest.param([5, 4], "U U", "high", id="nothing down"),
        pytest.param([5], "U C", "moderate", id="U and C: one"),
        pytest.param([5], "C C", "low", id="all C: two"),
        pytest.param([5], "C NS", "very low", id="C and NS: three"),
        pytest.param([5], "NS NS", "very low", id="all NS: four, at the floor"),
        pytest.param([3], "U", "moderate", id="2 or 3 of five: one"),
        pytest.param([1], "U", "low", id="fewer: two"),
        pytest.param([2], "C", "very low", id="both"),
    ],
)
def test_the_score_goes_down_by_the_published_steps(dependability, credibility, level):
    assert conqual(dependability, credibility.split()).level == level


def test_the_rule_over_several_studies_is_said_and_chosen():
    counts = [5, 5, 1]
    assert conqual(counts, ["U"]).dependability == 2
    found = conqual(counts, ["U"], across="majority")
    assert (found.dependability, found.across) == (0, "majority")
    assert conqual([5, 1], ["U"], across="majority").dependability == 2


def test_text_and_opinion_start_low():
    assert conqual([5], ["U"], text_and_opinion=True).level == "low"


def test_values_that_cannot_be_are_refused():
    with pytest.raises(ReviewError) as refused:
        conqual([6], ["X"])
    assert str(refused.value) == (
        "a synthesised finding cannot be scored\n  in ConQual\n"
        "  - dependability 6 is not from 0 to 5\n  - credibility 'X' is not U, C or NS\n"
        "  Give the yes-count of five items for each study, and U, C or NS for each finding."
    )
    with pytest.raises(ReviewError, match="cannot be scored") as empty:
        conqual([], ["U"])
    assert empty.value.faults == ("there is no study or no finding",)
