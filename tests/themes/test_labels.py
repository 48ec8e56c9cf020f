import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.themes.labels import label_groups

PAY = ["Low pay was common among peer workers.", "Peer workers left because of low pay."]
CALM = ["Peer workers gained hope.", "Seeing recovery gave peer workers a sense of hope."]
TEAMS = ["Peer workers met hostile colleagues.", "Hostile colleagues ignored the peer workers."]

words = st.sampled_from(
    ["the", "of", "pay", "low", "hope", "Stigma", "felt", "team_work", "staff's", "[3]", "12", "—"]
)
groups = st.lists(
    st.lists(st.lists(words, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=4),
    min_size=1,
    max_size=5,
)


def names(*given_groups, taken=()):
    return [label.name for label in label_groups(given_groups, taken)]


def test_a_label_is_what_a_group_says_and_others_do_not():
    assert names(PAY, CALM, TEAMS) == ["Low pay", "Hope", "Hostile colleagues"]


def test_words_of_most_findings_are_in_no_label():
    for label in label_groups([PAY, CALM, TEAMS]):
        assert "peer" not in " ".join([label.name, *label.terms]).lower()


def test_groups_that_say_the_same_are_still_told_apart():
    found = names(["Low pay was common."], ["Low pay was common."], ["Low pay was common."])
    assert len({name.casefold() for name in found}) == 3


def test_names_that_are_taken_are_left():
    assert names(PAY, CALM, TEAMS, taken=["Low pay"])[0] != "Low pay"


def test_singular_and_plural_count_as_one_in_the_form_said_most():
    ending = ["A contract ended.", "Their contracts ended.", "No contracts."]
    assert names(ending, CALM, TEAMS)[0] == "Contracts"


@pytest.mark.parametrize("rule", ["of", "the", "felt", "gained"])
def test_no_label_starts_or_ends_with_a_word_that_carries_nothing(rule):
    said = [f"Pay {rule} hope {rule}.", f"{rule} pay {rule} hope {rule} pay.", f"{rule} pay."]
    for label in label_groups([said, TEAMS]):
        for name in (label.name, *label.terms):
            assert rule not in (name.lower().split()[0], name.lower().split()[-1])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("They spoke of it.", "They spoke of it", id="function words alone"),
        pytest.param("12 34", "Without words", id="numbers alone"),
    ],
)
def test_a_group_without_phrases_is_named_by_its_first_words(text, name):
    assert names([text], PAY)[0] == name


@settings(max_examples=60, deadline=None)
@given(groups)
def test_labels_differ_and_read_like_phrases(made):
    found = [label.name for label in label_groups(made)]
    assert len(found) == len(made)
    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert "_" not in name
        assert name[0].isupper()
        assert 1 <= len(name.split(" (")[0].split()) <= 4
