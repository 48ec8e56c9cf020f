"""What the choice of a code rests on, in words."""

import csv
import re
from pathlib import Path

import pytest

from themeweave.codes import blend
from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.phrases import shortened
from themeweave.codes.reading import Reading, Without
from themeweave.codes.reasons import percent, reason, speaks_for
from themeweave.codes.suggest import choose, suggestions

BOOK = Codebook(
    "book",
    "Book",
    (
        Code("A", "Domain A"),
        Code("a1", "First", parent="A"),
        Code("a2", "Second", parent="A"),
        Code("B", "Domain B"),
        Code("b1", "Third", parent="B"),
    ),
)
FLAT = Codebook("flat", "Flat", (Code("bad", "Barrier"), Code("good", "Facilitator")))
FINDINGS = Path(__file__).parents[2] / "corpus" / "findings.csv"


def flat(bad, without, phrases=(), notes=None):
    """A reading of a direction, and what is left of the barrier without each phrase."""
    left_out = [Without(one, {"bad": s, "good": 1 - s}) for one, s in without.items()]
    found = {"bad": tuple(phrases)}
    return Reading({"bad": bad, "good": 1 - bad}, found, notes or {}, tuple(left_out))


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        pytest.param(
            Reading({}, {"a1": ("low pay",), "A": ("pay",)}, {"a1": "two groups"}),
            "says 'low pay'; two groups",
            id="the code's phrases, no word twice, then the note",
        ),
        pytest.param(Reading({}, {"b1": ("rent",)}), None, id="another code's phrases are none"),
        pytest.param(
            Reading({}, {"a1": ("rent",), "A": ("pay",)}),
            "says 'rent', 'pay'",
            id="the code's phrases before its parent's",
        ),
        pytest.param(
            Reading({}, {"a1": ("Vague", "vague", "too little", "too little support")}),
            "says 'Vague', 'too little support'",
            id="no word twice, whatever its case",
        ),
        pytest.param(Reading({}, {}, {"a1": "no cue"}), "no cue", id="a note alone"),
        pytest.param(
            Reading({}, {}, {"a1": "two", "A": "decided so"}),
            "two; decided so",
            id="the branch's note comes after",
        ),
        pytest.param(
            Reading({}, {"a1": tuple("abcdef")}), "says 'a', 'b', 'c', 'd'", id="four at most"
        ),
    ],
)
def test_a_reason_is_said_in_words(reading, words):
    assert reason(reading, BOOK, "a1") == (words or "by its wording as a whole")


def test_the_phrase_that_decides_comes_first_and_a_cue_elsewhere_is_not_shown():
    reading = flat(0.68, {"the job": 0.66, "could damage their own": 0.05}, ["job"])
    assert reason(reading, FLAT, "bad") == (
        "rests on 'could damage their own': without it, its share falls from 68% to 5%, "
        "and Facilitator would be first"
    )


def test_where_the_answer_stands_without_it_a_phrase_decides_mostly():
    assert reason(flat(0.95, {"felt under threat": 0.6, "staff": 0.9}), FLAT, "bad") == (
        "rests in part on 'felt under threat': without it, its share falls from 95% to 60%"
    )


@pytest.mark.parametrize(
    ("without", "words"),
    [
        pytest.param(
            {"pay": 0.89, "rota": 0.9},
            "no phrase decides alone; it stays first whichever is left out",
            id="none counts",
        ),
        pytest.param(
            {"pay": 0.8, "rota": 0.82},
            "no phrase decides alone; 'pay' and 'rota' weigh most",
            id="two count",
        ),
        pytest.param(
            {"pay": 0.8, "rota": 0.9}, "no phrase decides alone; 'pay' weighs most", id="one counts"
        ),
        pytest.param({}, "by its wording as a whole", id="it was not tried"),
    ],
)
def test_that_no_phrase_decides_is_said_only_where_that_was_tried(without, words):
    assert reason(flat(0.9, without), FLAT, "bad") == words


def test_a_cue_is_shown_where_no_phrase_decides_and_it_stands_where_most_weighs():
    without = {"a real threat": 0.98, "the recovery model": 0.99}
    cues = ["threat", "recovery model"]
    assert reason(flat(0.99, without, cues), FLAT, "bad") == "says 'threat'"


def test_beside_a_cue_that_does_not_decide_a_phrase_is_named_that_weighs_as_much():
    without = {"wider social networks": 0.965, "made them feel better": 0.96, "the job": 0.99}
    assert reason(flat(0.99, without, ["networks"]), FLAT, "bad") == (
        "says 'networks'; 'made them feel better' weighs too"
    )


def test_a_cue_that_the_decisive_phrase_holds_or_touches_is_not_said_twice():
    reading = flat(0.9, {"was clearly better": 0.1, "nurses": 0.9}, ["better", "better than"])
    assert "says" not in reason(reading, FLAT, "bad")


def test_that_nothing_can_be_pointed_at_is_not_said_beside_a_phrase():
    notes = {"bad": "no group is named; by its wording as a whole"}
    said = reason(flat(0.9, {"pay": 0.1}, notes=notes), FLAT, "bad")
    assert said.endswith("would be first; no group is named")
    assert reason(flat(0.9, {"pay": 0.9}, notes=notes), FLAT, "bad") == notes["bad"]


def test_that_it_is_unclear_whose_view_it_is_rests_on_no_phrase():
    book = Codebook("p", "P", (Code("unclear", "Unclear"), Code("staff", "Staff")), True)
    without = (Without("pay", {"unclear": 0.1, "staff": 0.9}),)
    reading = Reading({"unclear": 0.8, "staff": 0.2}, without=without)
    assert reason(reading, book, "unclear") == "no words say whose view it is"


def test_a_code_that_is_not_chosen_has_what_speaks_for_it_or_nothing():
    reading = flat(0.6, {"but they hoped": 0.9, "nurses": 0.6})
    assert speaks_for(reading, FLAT, "good") == [
        "says 'but they hoped', without which its share falls from 40% to 10%"
    ]
    notes = {"good": "by its wording as a whole"}
    assert speaks_for(flat(0.6, {"nurses": 0.6}, notes=notes), FLAT, "good") == []


def test_what_the_chosen_code_rests_on_speaks_for_no_other():
    reading = flat(0.6, {"could be stressful": 0.9, "nurses": 0.6})
    why = "rests on 'could be stressful': without it, its share falls"
    assert speaks_for(reading, FLAT, "good", (), why) == []
    assert speaks_for(reading, FLAT, "good", (), "rests on 'users could be stressful'") == []
    assert speaks_for(reading, FLAT, "good", (), "rests on 'stress'")
    cue = Reading({"bad": 0.6, "good": 0.4}, {"good": ("hope", "trust")}, {"good": "two groups"})
    assert speaks_for(cue, FLAT, "good", (), "says 'hope'; two groups") == ["says 'trust'"]


def tree(a1, a2, b1, **without):
    shares = {"A": 0.0, "a1": a1, "a2": a2, "B": 0.0, "b1": b1}
    left_out = (
        Without(phrase, dict(zip(shares, (0.0, s[0], s[1], 0.0, s[2]), strict=True)))
        for phrase, s in without.items()
    )
    return Reading(shares, without=tuple(left_out))


def test_the_branch_is_weighed_among_branches_and_the_code_within_it():
    reading = tree(0.6, 0.2, 0.2, pay=(0.1, 0.1, 0.8), rota=(0.08, 0.72, 0.2))
    assert reason(reading, BOOK, "a1") == (
        "rests on 'pay': without it, the share of Domain A falls from 80% to 20%, and Domain B "
        "would be first; within it, First rests on 'rota'"
    )
    within = tree(0.6, 0.2, 0.2, rota=(0.08, 0.72, 0.2))
    assert reason(within, BOOK, "a1") == (
        "within Domain A, rests on 'rota': without it, its share falls from 75% to 10%, "
        "and Second would be first"
    )


def test_below_an_accepted_code_shares_are_of_the_codes_there():
    reading = tree(0.6, 0.2, 0.2, rota=(0.12, 0.68, 0.2))
    (made,) = suggestions(["F1"], [reading], BOOK, "stub@1", 0.0, {"F1": ["A"]}, {})
    assert made.reason == (
        "rests on 'rota': without it, its share falls from 75% to 15%, and Second would be first"
    )


def test_that_the_program_alone_would_file_it_elsewhere_is_said_last():
    reading = tree(0.3, 0.1, 0.6, rota=(0.05, 0.35, 0.6))
    (made,) = suggestions(["F1"], [reading], BOOK, "stub@1", 0.0, {"F1": ["A"]}, {})
    assert made.score == 0.75
    assert made.reason == (
        "rests on 'rota': without it, its share falls from 75% to 13%, and Second would be first; "
        "the program alone would have filed it under Domain B"
    )
    many = Reading({"A": 0.0, "a1": 0.4, "a2": 0.0, "B": 0.3, "b1": 0.3})  # none there is likelier
    (made,) = suggestions(["F1"], [many], BOOK, "stub@1", 0.0, {"F1": ["A"]}, {})
    assert "alone would" not in made.reason


def alone(bad, phrases, cues=()):
    """A reading of a direction: what is left of the barrier without each phrase, and by itself."""
    left_out = (
        Without(one, {"bad": left, "good": 1 - left}, alone={"bad": own, "good": 1 - own})
        for one, (left, own) in phrases.items()
    )
    return Reading({"bad": bad, "good": 1 - bad}, {"bad": tuple(cues)}, without=tuple(left_out))


@pytest.mark.parametrize(
    ("phrases", "cues", "words"),
    [
        pytest.param(
            {"Carers said": (0.99, 0.98), "it hurt": (0.98, 0.9), "it cost": (0.98, 0.8)},
            [],
            "'it hurt' and 'it cost' say so, each by itself (90% and 80%)",
            id="two say the same, so that none is missed; who says it does not",
        ),
        pytest.param(
            {"the job": (0.98, 0.5), "it hurt": (0.98, 0.9)},
            [],
            "'it hurt' says so by itself (90%)",
            id="one",
        ),
        pytest.param(
            {"they were expected": (0.57, 0.4), "could cause friction": (0.93, 0.96)},
            [],
            "'could cause friction' says so by itself (96%); rests in part on 'they were "
            "expected': without it, its share falls from 99% to 57%",
            id="before one that is missed more and says less",
        ),
        pytest.param(
            {"it hurt": (0.57, 0.95), "could cause friction": (0.93, 0.96)},
            [],
            "rests in part on 'it hurt': without it, its share falls from 99% to 57%; "
            "'could cause friction' says so too (96%)",
            id="after one that says as much",
        ),
        pytest.param(
            {"it hurt": (0.57, 0.95), "could cause friction": (0.985, 0.96)},
            [],
            "rests in part on 'it hurt': without it, its share falls from 99% to 57%",
            id="not where it is hardly missed",
        ),
        pytest.param(
            {"they had support": (0.995, 0.96), "it hurt": (0.98, 0.9)},
            [],
            "'it hurt' says so by itself (90%)",
            id="not what the finding says more firmly without",
        ),
        pytest.param(
            {"they were expected": (0.1, 0.4), "could cause friction": (0.93, 0.96)},
            [],
            "rests on 'they were expected': without it, its share falls from 99% to 10%, and "
            "Facilitator would be first; 'could cause friction' says so too (96%)",
            id="after one on which the choice turns",
        ),
        pytest.param(
            {"the job": (0.99, 0.5), "could cause friction": (0.99, 0.96)},
            ["friction"],
            "says 'friction'",
            id="a cue in it is shown, though none is missed",
        ),
    ],
)
def test_phrases_that_say_so_by_themselves_are_told(phrases, cues, words):
    assert reason(alone(0.99, phrases, cues), FLAT, "bad") == words


def test_beside_a_cue_no_phrase_is_named_that_by_itself_speaks_against_it():
    left = {"a worry": (0.98, 0.8), "the job": (0.8, 0.5)}
    assert reason(alone(0.99, left, ["worry"]), FLAT, "bad") == (
        "says 'worry'; 'the job' weighs too"
    )
    left["the job"] = (0.8, 0.1)
    assert reason(alone(0.99, left, ["worry"]), FLAT, "bad") == "says 'worry'"


def test_what_says_so_by_itself_says_nothing_of_whose_view_it_is():
    book = Codebook("p", "P", (Code("unclear", "Unclear"), Code("bad", "Staff"), Code("good", "")))
    reading = alone(0.99, {"nurses": (0.99, 0.9), "the ward": (0.99, 0.9)})
    assert reason(reading, book, "bad") == (
        "no phrase decides alone; it stays first whichever is left out"
    )


def directions(**phrases):
    codes = ("barrier", "facilitator", "mixed")
    left_out = (
        Without(one, {"mixed": 0.9}, alone=dict(zip(codes, own, strict=True)))
        for one, own in phrases.items()
    )
    shares = {"barrier": 0.05, "facilitator": 0.05, "mixed": 0.9}
    return Reading(shares, {}, {"mixed": "it turns at 'yet'"}, tuple(left_out))


def test_a_mixed_direction_shows_what_speaks_for_either_side(shipped):
    book = shipped["valence"]
    both = directions(hurt=(0.9, 0.1, 0), hoped=(0.05, 0.9, 0.05), job=(0.4, 0.6, 0))
    assert reason(both, book, "mixed") == (
        "'hurt' speaks for Barrier or challenge and 'hoped' for Facilitator or benefit; "
        "it turns at 'yet'"
    )
    one = directions(hurt=(0.9, 0.1, 0), job=(0.4, 0.6, 0))
    assert "speaks for" not in reason(one, book, "mixed")


def test_a_code_that_people_rejected_is_not_said_to_be_first_without_a_phrase():
    reading = tree(0.3, 0.1, 0.6, pay=(0.05, 0.05, 0.9))
    choice = choose(reading, BOOK, without=["B"])
    assert choice.reason == (
        "rests in part on 'pay': without it, the share of Domain A falls from 40% to 10%"
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [
        pytest.param(0.0, "0%", id="nothing"),
        pytest.param(0.004, "under 1%", id="little"),
        pytest.param(0.006, "1%", id="one"),
        pytest.param(0.996, "over 99%", id="nearly all"),
        pytest.param(1.0, "100%", id="all"),
    ],
)
def test_a_share_can_be_read_aloud(share, words):
    assert percent(share) == words


def test_a_reason_quotes_only_words_of_the_finding(shipped):
    """With the suggester of words, over the sample review: what is quoted stands in the text."""
    book = shipped["valence"]
    texts = [row["text"] for row in csv.DictReader(FINDINGS.open(encoding="utf-8"))][:40]
    for text, reading in zip(texts, blend.read(texts, book), strict=True):
        left_out = shortened(text)
        again = blend.read([one[2] for one in left_out], book)
        without = [
            Without(phrase, read.shares, pair)
            for (phrase, pair, _), read in zip(left_out, again, strict=True)
        ]
        whole = Reading(reading.shares, reading.phrases, {}, tuple(without))
        said = choose(whole, book).reason
        quoted = re.findall(r"(?<= )'(.+?)'(?=[:,;.]| and '| weighs?|$)", said)
        assert quoted or said.startswith("no phrase decides alone")
        assert all(words in text for words in quoted)


@pytest.mark.parametrize("accepted", [(), ("A",)])
@pytest.mark.parametrize(
    ("shares", "words"),
    [
        pytest.param((0.2, 0.18, 0.14), "no code stands out", id="faint, the next is near"),
        pytest.param((0.25, 0.18, 0.14), "rests on 'the rota'", id="a quarter"),
        pytest.param((0.2, 0.13, 0.13), "rests on 'the rota'", id="the next is far behind"),
    ],
)
def test_where_no_code_stands_out_no_phrase_is_made_a_reason(shares, words, accepted):
    rest = [(1 - sum(shares)) / 5] * 5
    names = "abcdefgh"
    under = "A" if accepted else ""
    codes = [Code("A", "A")] * len(accepted) + [Code(one, one, parent=under) for one in names]
    without = Without("the rota", dict(zip(names, (0.05, 0.3, *[0.65 / 6] * 6), strict=True)))
    reading = Reading(dict(zip(names, (*shares, *rest), strict=True)), without=(without,))
    book = Codebook("m", "Many", tuple(codes))
    (made,) = suggestions(["F1"], [reading], book, "stub@1", 0.3, {"F1": accepted}, {})
    assert (made.code_id, made.unsure) == ("a", True)
    assert made.reason.startswith(words)
    assert ("'the rota'" in made.reason) is (words != "no code stands out")
