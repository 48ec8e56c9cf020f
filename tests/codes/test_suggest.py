"""From readings to one suggested code a finding."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.reading import Reading
from themeweave.codes.suggest import NOTHING, between, choose, is_open, suggestions

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
        pytest.param(["a1"], 1.0, False, id="with no rival"),
    ],
)
def test_a_choice_closer_than_the_margin_is_marked_unsure(accepted, margin, unsure):
    (suggestion,) = suggested(accepted, margin)
    assert suggestion.unsure is unsure


@pytest.mark.parametrize(("share", "unsure"), [(0.49, True), (0.5, False)])
def test_what_is_believed_by_less_than_half_is_unsure_however_far_behind_the_next_is(share, unsure):
    book = Codebook("flat", "Flat", tuple(Code(name, name) for name in "abcdef"))
    reading = Reading({"a": share} | dict.fromkeys("bcdef", (1 - share) / 5))
    (made,) = suggestions(["F1"], [reading], book, "blend@1", 0.3, {}, {})
    assert (made.code_id, made.unsure) == ("a", unsure)


def test_below_a_code_that_the_reading_would_not_have_chosen_its_reason_says_so():
    # in both, a2 has three quarters of what stands below A
    near = choose(Reading({"a1": 0.15, "a2": 0.45, "B": 0.1, "b1": 0.3}), BOOK, ["A"])
    far = choose(Reading({"a1": 0.05, "a2": 0.15, "B": 0.1, "b1": 0.7}), BOOK, ["A"])
    assert (near.score, near.margin) == (far.score, far.margin) == pytest.approx((0.75, 0.5))
    assert near.reason == "by its wording as a whole"
    assert far.reason == f"{near.reason}; the program alone would have filed it under Domain B"


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


def test_what_speaks_for_a_branch_is_no_reason_below_the_branch_that_people_chose():
    reading = Reading(
        {"a1": 0.6, "a2": 0.4}, {"A": ("pay",), "a1": ("rent",)}, {"A": "like F7", "a1": "two"}
    )
    assert choose(reading, BOOK).reason == "says 'rent', 'pay'; two; like F7"
    assert choose(reading, BOOK, ["A"]).reason == "says 'rent'; two"


@pytest.mark.parametrize(
    ("phrases", "notes", "words"),
    [
        pytest.param(
            {"a2": ("pay",), "b1": ("rent",)},
            {},
            "says 'pay'. Against it, Third: says 'rent'",
            id="both have something",
        ),
        pytest.param(
            {"a2": ("pay",)}, {}, "says 'pay'. Nearly as likely: Third", id="the other has nothing"
        ),
        pytest.param(
            {"a2": ("pay",)},
            {"b1": "no group is named; by its wording as a whole"},
            "says 'pay'. Nearly as likely: Third",
            id="what is only inferred is nothing",
        ),
        pytest.param(
            {},
            {"a2": "the review asked both", "b1": "the review asked both"},
            "the review asked both. Nearly as likely: Third",
            id="what both have is said once",
        ),
    ],
)
def test_an_unsure_suggestion_says_what_speaks_for_the_next_code(phrases, notes, words):
    (made,) = suggested(margin=0.2, reading=Reading(READING.shares, phrases, notes))
    assert (made.code_id, made.unsure, made.reason) == ("a2", True, words)


def test_the_next_code_is_called_near_only_where_it_is_and_is_not_named_far_behind():
    def said(a2, b1):
        (made,) = suggested(margin=1.0, reading=Reading({"a2": a2, "b1": b1}))
        return made.reason.removeprefix("by its wording as a whole")

    assert said(0.55, 0.45) == ". Nearly as likely: Third"
    assert said(0.7, 0.3) == ". Next: Third"
    assert said(0.9, 0.1) == ""


def test_below_an_accepted_code_the_next_code_there_is_named():
    (made,) = suggested(["A"], 0.2)
    assert made.reason == ("by its wording as a whole. Nearly as likely: First")


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        pytest.param({"a1": 0.4, "a2": 0.5, "b1": 0.1}, "A", id="two codes of a branch"),
        pytest.param({"a1": 0.4, "a11": 0.5, "b1": 0.1}, "a1", id="a code and the one above it"),
        pytest.param({"a1": 0.1, "a2": 0.8, "b1": 0.1}, "a2", id="far enough apart"),
    ],
)
def test_where_the_branch_is_sure_and_the_code_is_not_what_they_share_is_suggested(
    shares, expected
):
    (made,) = suggested(margin=0.2, reading=Reading(shares))
    assert (made.code_id, made.unsure) == (expected, False)
    choice = choose(Reading(shares), BOOK)
    assert is_open(choice, 0.2) is (expected != "a2")
    assert made.score == choice.score


def test_it_is_said_between_which_codes_of_a_branch_it_is_open():
    choice = choose(Reading({"a1": 0.4, "a2": 0.5, "b1": 0.1}), BOOK)
    assert (choice.within, choice.rival) == (pytest.approx(0.1111), "a1")
    assert between(choice, BOOK) == "Which code within Domain A is open: Second or First"
