import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.corpus.records import Citation
from themeweave.evidence.support import studies_behind, support
from themeweave.findings.records import Finding

FINDINGS = {
    "F1": Finding("F1", "Pay was low.", ("R1", "R2")),
    "F2": Finding("F2", "Pay came late.", ("R2", "R3")),
    "F3": Finding("F3", "Nobody said whose view it was."),
}
LISTS = [Citation("R1", "s1"), Citation("R1", "s2"), Citation("R2", "s2"), Citation("R9", "s9")]


@pytest.mark.parametrize(
    ("findings", "confirmed", "words"),
    [
        pytest.param(
            ["F1", "F2"],
            ["F1", "F9"],
            "2 findings (1 confirmed), 3 reviews, "
            "2+ primary studies (lists known for 2 of 3 reviews)",
            id="some lists known",
        ),
        pytest.param(
            ["F1"], [], "1 finding (0 confirmed), 2 reviews, 2 primary studies", id="all known"
        ),
        pytest.param(["F3"], [], "1 finding (0 confirmed), no review cited", id="no review"),
        pytest.param([], [], "0 findings (0 confirmed), no review cited", id="nothing"),
    ],
)
def test_support_says_what_it_rests_on_and_what_is_not_known(findings, confirmed, words):
    assert str(support(findings, FINDINGS, LISTS, confirmed)) == words


def test_a_list_that_is_not_known_is_not_zero_studies():
    behind = studies_behind(["R3"], LISTS)
    assert not behind.exact
    assert str(behind) == "primary studies unknown (lists known for 0 of 1 review)"


def test_findings_reviews_and_studies_count_once():
    once, twice = ["F1", "F2"], ["F1", "F1", "F2", "F2"]
    assert support(twice, FINDINGS, LISTS * 2) == support(once, FINDINGS, LISTS)


@given(st.sets(st.sampled_from(sorted(FINDINGS))), st.sets(st.sampled_from(sorted(FINDINGS))))
def test_more_findings_never_rest_on_less(some, more):
    less, all_of = (support(ids, FINDINGS, LISTS) for ids in (some, some | more))
    assert less.findings <= all_of.findings
    assert less.reviews <= all_of.reviews
    assert less.behind.studies <= all_of.behind.studies
