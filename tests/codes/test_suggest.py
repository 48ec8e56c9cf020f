"""From readings to one suggested code a finding."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.reading import Reading
from themeweave.codes.suggest import NOTHING, choose, reason, suggestions

#   A 0.05           B 0.2
#   |- a1 0.2        `- b1 0.25
#   |  `- a11 0.05
#   `- a2 0.25
BOOK = Codebook(
    "book",
    "Book",
    (
        Code("A", "Domain A"),
        Code("a1", "First", parent="A"),
        Code("a11", "Below the first", parent="a1"),
        Code("a2", "Second", parent="A"),
        Code("B", "Domain B"),
        Code("b1", "Third", parent="B"),
    ),
)
READING = Reading({"A": 0.05, "a1": 0.2, "a11": 0.05, "a2": 0.25, "B": 0.2, "b1": 0.25})


def suggested(accepted=(), margin=0.0, reading=READING):
    return suggestions(["F1"], [reading], BOOK, "blend@1", margin, {"F1": accepted}, {})


def test_the_branch_is_chosen_first_and_then_the_code_within_it():
    # b1 is as likely as a2, but the branch A holds more
    choice = choose(READING, BOOK)
    assert (choice.branch, choice.code_id) == ("A", "a2")
    assert (choice.second_branch, choice.second_code) == ("B", "b1")
    assert (choice.score, choice.margin) == pytest.approx((0.55, 0.1))


def test_a_branch_with_nothing_below_it_is_itself_the_code():
    flat = Codebook("flat", "Flat", (Code("x", "X"), Code("y", "Y")))
    choice = choose(Reading({"x": 0.3, "y": 0.7}), flat)
    assert (choice.code_id, choice.branch, choice.second_code) == ("y", "y", "x")


def test_where_branches_tie_the_codebooks_order_decides():
    flat = Codebook("flat", "Flat", (Code("x", "X"), Code("y", "Y")))
    assert choose(Reading({"x": 0.5, "y": 0.5}), flat).code_id == "x"


def test_with_one_branch_there_is_no_second_and_the_margin_is_its_whole_share():
    choice = choose(Reading({"A": 0.4, "a1": 0.6}), BOOK)
    assert (choice.second_branch, choice.second_code, choice.margin) == ("", "", 1.0)


def test_a_codebook_with_nothing_to_suggest_gives_nothing():
    assert choose(Reading({}), BOOK) == NOTHING
    assert suggested(reading=Reading({})) == []


@pytest.mark.parametrize(
    ("accepted", "expected", "score"),
    [
        pytest.param(["B"], "b1", 1.0, id="below a domain, although another has more"),
        pytest.param(["A"], "a2", 0.5, id="below the domain that has most"),
        pytest.param(["a1"], "a11", 1.0, id="below a construct, as a share of what stands there"),
        pytest.param(["A", "a1"], "a11", 1.0, id="below the lowest, not below its parent"),
        pytest.param(["a1", "B"], "b1", 0.8333, id="below several, the most believed"),
    ],
)
def test_a_suggestion_stands_below_what_people_accepted(accepted, expected, score):
    (suggestion,) = suggested(accepted)
    assert (suggestion.code_id, suggestion.score) == (expected, score)


@pytest.mark.parametrize("accepted", [["a2"], ["a11"], ["A", "a2"], ["b1", "a2"]])
def test_an_accepted_code_with_nothing_below_it_gets_no_suggestion(accepted):
    assert suggested(accepted) == []


@pytest.mark.parametrize(
    ("accepted", "margin", "unsure"),
    [
        pytest.param((), 0.1, False, id="at the margin"),
        pytest.param((), 0.11, True, id="below it, between branches"),
        pytest.param(["A"], 0.09, False, id="between codes below an accepted one: 0.25 to 0.2"),
        pytest.param(["A"], 0.11, True, id="of what stands there: 0.05 of 0.5"),
        pytest.param(["B"], 1.0, False, id="with no rival"),
    ],
)
def test_a_choice_closer_than_the_margin_is_marked_unsure(accepted, margin, unsure):
    (suggestion,) = suggested(accepted, margin)
    assert suggestion.unsure is unsure


def test_each_finding_gets_its_own_suggestion_with_the_suggesters_name():
    made = suggestions(["F1", "F2"], [READING, Reading({"b1": 1.0})], BOOK, "blend@1", 0.0, {}, {})
    assert [(s.finding_id, s.codebook, s.code_id, s.suggester) for s in made] == [
        ("F1", "book", "a2", "blend@1"),
        ("F2", "book", "b1", "blend@1"),
    ]


def test_after_a_rejection_the_next_best_is_suggested():
    (made,) = suggestions(["F1"], [READING], BOOK, "blend@1", 0.0, {}, {"F1": ["A"]})
    assert made.code_id == "b1"


def test_ids_and_readings_of_different_number_are_a_bug():
    with pytest.raises(ValueError, match="zip"):
        suggestions(["F1"], [], BOOK, "blend@1", 0.0, {}, {})


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        pytest.param(
            Reading({}, {"a1": ("low pay",), "A": ("pay",)}, {"a1": "two groups"}),
            "says 'low pay', 'pay'; two groups",
            id="the code's phrases before its parent's, then the note",
        ),
        pytest.param(Reading({}, {"b1": ("rent",)}), None, id="another code's phrases are none"),
        pytest.param(Reading({}, {}, {"a1": "no cue"}), "no cue", id="a note alone"),
        pytest.param(
            Reading({}, {"a1": tuple("abcdef")}), "says 'a', 'b', 'c', 'd'", id="four at most"
        ),
    ],
)
def test_a_reason_is_said_in_words(reading, words):
    assert reason(reading, BOOK, "a1") == (
        words or "worded most like the codebook's text for First"
    )
