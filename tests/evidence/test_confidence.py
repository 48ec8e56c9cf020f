import pytest

from themeweave.evidence.confidence import (
    COMPONENTS,
    Judged,
    concern,
    proposals,
    propose_adequacy,
    propose_limitations,
    propose_overall,
)
from themeweave.evidence.support import support


def resting_on(*lists, unknown=0):
    """Support of reviews with these lists, each a word of studies, and some unknown ones."""
    held = {f"R{number}": frozenset(studies) for number, studies in enumerate(lists)}
    return support([*held, *(f"U{number}" for number in range(unknown))], held)


@pytest.mark.parametrize(
    ("rests", "level"),
    [
        pytest.param(resting_on("abcdef", "ghijkl", "mno"), "none or very minor", id="three apart"),
        pytest.param(resting_on("abcd", "efgh"), "minor", id="two reviews"),
        pytest.param(resting_on("abcd", "abcd", "abcd"), "moderate", id="three that are one"),
        pytest.param(resting_on("a", "b"), "moderate", id="two studies"),
        pytest.param(resting_on("abcdefg"), "serious", id="one review"),
        pytest.param(resting_on("a", "a"), "serious", id="one study"),
        pytest.param(resting_on(unknown=1), "serious", id="one, unknown"),
        pytest.param(resting_on("ab", unknown=1), "moderate", id="two, one unknown"),
        pytest.param(resting_on(unknown=4), "minor", id="four, unknown"),
        pytest.param(resting_on(unknown=5), "none or very minor", id="five, unknown"),
    ],
)
def test_adequacy_is_proposed_from_studies_and_independent_reviews(rests, level):
    assert propose_adequacy(rests).level == level


def test_reviews_that_overlap_are_proposed_weaker_than_reviews_that_do_not():
    same, apart = resting_on("abcd", "abcd", "abcd"), resting_on("abcd", "efgh", "ijkl")
    assert propose_adequacy(same).level == "moderate"
    assert propose_adequacy(apart).level == "none or very minor"


def test_what_rests_on_unknown_lists_says_that_they_may_overlap():
    assert propose_adequacy(resting_on(unknown=3)).why == "3 reviews, whose overlap is unknown"
    assert propose_adequacy(support([], {})).why == "not proposed: no review is cited"


@pytest.mark.parametrize(
    ("ratings", "level"),
    [
        (["high", "moderate"], "none or very minor"),
        (["high", "high", "low"], "minor"),
        (["high", "low"], "moderate"),
        (["low", "critically_low"], "moderate"),
        (["critically_low", "Critically low"], "serious"),
        (["", ""], ""),
    ],
)
def test_limitations_are_proposed_from_the_ratings_of_reviews(ratings, level):
    assert propose_limitations(ratings).level == level


@pytest.mark.parametrize(
    ("concerns", "level"),
    [
        (("minor", "minor", "minor", "minor"), "high"),
        (("moderate", "minor", "minor", "minor"), "high"),
        (("moderate", "moderate", "minor", "minor"), "moderate"),
        (("serious", "minor", "minor", "minor"), "moderate"),
        (("serious", "moderate", "moderate", "minor"), "low"),
        (("serious",) * 4, "very low"),
    ],
)
def test_the_whole_is_proposed_from_judged_concerns(concerns, level):
    assert propose_overall(dict(zip(COMPONENTS, concerns, strict=True))).level == level


def test_the_whole_is_never_proposed_from_proposals():
    found = proposals(resting_on("a"), ["critically low"], {"coherence": Judged("minor", "x")})
    assert found["adequacy"].level == "serious"
    assert found["overall"].level == ""
    assert found["overall"].why == (
        "not proposed: methodological limitations, adequacy, relevance not judged yet"
    )


def test_concerns_may_be_written_in_the_usual_ways():
    written = ["No concerns", "none", "MINOR concerns", "moderate", "substantial", "huge"]
    assert [concern(word) for word in written] == [
        *("none or very minor", "none or very minor", "minor", "moderate", "serious", ""),
    ]
