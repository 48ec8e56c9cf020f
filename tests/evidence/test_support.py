import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.corpus.records import Citation
from themeweave.evidence.overlap import citation_overlap
from themeweave.evidence.support import inclusion_lists, independent_reviews, support

LISTS = {
    "R1": frozenset({"s1", "s2"}),
    "R2": frozenset({"s2"}),
    "R9": frozenset({"s9"}),
}
some_lists = st.dictionaries(
    st.sampled_from("ABCDEF"), st.frozensets(st.sampled_from("123456789"), min_size=1), min_size=1
)


def test_a_list_that_is_not_known_is_not_zero_studies():
    found = support(["R3"], LISTS, findings=2)
    assert not found.exact
    assert (found.known, found.independent, found.cca) == ((), None, None)


def test_reviews_and_studies_count_once():
    once = support(["R1", "R2"], LISTS, 2, 1)
    assert support(["R1", "R2", "R2", "R1"], LISTS, 2, 1) == once
    assert (once.studies, once.ticks, once.reviews) == (2, 3, ("R1", "R2"))
    twice = [Citation("R1", "s1"), Citation("R1", "s1"), Citation("R1", "s2")]
    assert inclusion_lists(twice) == {"R1": LISTS["R1"]}


@given(some_lists)
def test_disjoint_reviews_are_worth_their_number(lists):
    apart = {name: frozenset(f"{name}{s}" for s in held) for name, held in lists.items()}
    found = support(apart, apart)
    assert found.independent == pytest.approx(len(apart))
    assert not found.collapses
    assert not found.contained


@given(st.frozensets(st.sampled_from("123456789"), min_size=1), st.integers(2, 8))
def test_identical_reviews_are_worth_one(held, reviews):
    lists = {f"R{number}": held for number in range(reviews)}
    found = support(lists, lists)
    assert found.independent == pytest.approx(1)
    assert found.collapses
    assert found.closest.cca == 1


@given(some_lists)
def test_independent_reviews_lie_from_one_to_their_number_and_go_by_the_covered_area(lists):
    found = support(lists, lists)
    assert 1 - 1e-9 <= found.independent <= len(lists) + 1e-9
    ticks = [Citation(review, study) for review, held in lists.items() for study in held]
    cca = citation_overlap(ticks).cca
    assert found.cca == cca
    if cca is not None:  # Kish's effective sample size
        n = len(lists)
        assert found.independent == pytest.approx(n / (1 + (n - 1) * cca))


@given(some_lists)
def test_a_shared_study_never_makes_reviews_more_independent(lists):
    together = {name: held | {"shared"} for name, held in lists.items()}
    apart = {name: held | {f"own of {name}"} for name, held in lists.items()}
    assert support(together, together).independent <= support(apart, apart).independent + 1e-9


@pytest.mark.parametrize(
    ("lists", "collapses"),
    [
        pytest.param(["abc", "abd"], True, id="two that share half: 2 x 4 / 6 = 1.33"),
        pytest.param(["abc", "ade"], False, id="two that share a fifth: 2 x 5 / 6 = 1.67"),
        pytest.param(["ab", "a"], True, id="two at 2 x 2 / 3 = 1.33"),
        pytest.param(["ab", "bc"], True, id="at the limit: 2 x 3 / 4 = 1.5"),
        pytest.param(["a", "b", "c", "a", "b", "c", "a"], True, id="seven reviews of 3 studies"),
        pytest.param(["a"], False, id="one review"),
    ],
)
def test_support_collapses_by_the_rule(lists, collapses):
    named = {f"R{number}": frozenset(held) for number, held in enumerate(lists)}
    assert support(named, named).collapses is collapses


def test_a_review_that_adds_no_study_is_named_once():
    found = support(["R1", "R2"], LISTS)
    assert found.contained == (("R2", "R1"),)
    same = {"A": frozenset("x"), "B": frozenset("x")}
    assert support(same, same).contained == (("B", "A"),)


def test_no_study_is_worth_nothing_that_can_be_said():
    assert independent_reviews(0, 0, 3) is None
    assert support([], LISTS).independent is None
