"""Which words of a finding an answer rests on."""

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.codes.reading import Reading, Without
from themeweave.codes.weighing import (
    LONGEST,
    LONGEST_TEXT,
    MOST,
    content,
    counts,
    decisive,
    heaviest,
    phrases,
    shortened,
    stands,
)

FINDINGS = Path(__file__).parents[2] / "corpus" / "findings.csv"
WORD = re.compile(r"\w+")
PIECES = ["the", "nurses,", "and", "felt", "(in)", "to", "who", "–", "because;", "own", "3.5%"]


def quoted(text):
    return [phrase.of(text) for phrase in phrases(text)]


def holds(text):
    """Every word stands in one phrase, whole, and phrases follow each other."""
    found = phrases(text)
    places = [(phrase.start, phrase.end) for phrase in found]
    assert all(start < end for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert all(phrase.start <= phrase.quoted < phrase.end for phrase in found)
    for word in WORD.finditer(text):
        assert [s <= word.start() and word.end() <= e for s, e in places].count(True) == 1
    return found


@given(st.text())
def test_every_word_of_any_text_stands_in_one_phrase(text):
    holds(text)


@given(st.lists(st.sampled_from(PIECES)))
def test_every_word_of_a_sentence_stands_in_one_phrase(words):
    holds(" ".join(words))


def test_phrases_of_the_sample_review_are_short_and_lean_on_nothing_behind_them():
    with FINDINGS.open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    found = [(text, phrase) for text in texts for phrase in holds(text)]
    assert len(found) > 3 * len(texts)
    lengths = [len(WORD.findall(phrase.of(text))) for text, phrase in found]
    assert sum(length <= LONGEST for length in lengths) > 0.97 * len(lengths)
    ends = {phrase.of(text).split()[-1] for text, phrase in found}
    assert not ends & {"the", "a", "their", "of", "and", "could", "not"}


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        pytest.param(
            "Peer workers also found that the job could damage their own recovery and wellbeing.",
            "could damage their own recovery",
            id="verb with its object",
        ),
        pytest.param(
            "They work in models in which, for instance, doctors see service users least.",
            "doctors see service users least",
            id="not across a comma",
        ),
        pytest.param(
            "They could feel alone when what the others had lived through was unlike their own.",
            "was unlike their own",
            id="a particle stays with its verb",
        ),
        pytest.param(
            "Vague job descriptions; no supervision", "Vague job descriptions", id="table entry"
        ),
        pytest.param("Therapists lack time for goal setting", "Therapists lack time", id="short"),
        pytest.param(
            "\u201cWe came, and the chef d\u2019équipe left.\u201d", "We came", id="quotation"
        ),
        pytest.param(
            "The collision of old and new could cause friction.",
            "The collision of old and new",
            id="two nouns before one verb",
        ),
        pytest.param(
            "Carers praised it and staff were glad.", "staff were glad", id="two statements"
        ),
        pytest.param(
            "Peer workers told of being left out of social events.",
            "being left out of social events",
            id="a verb in two words",
        ),
        pytest.param(
            "Staff who held stigmatising attitudes stood in the way of implementation.",
            "Staff who held stigmatising attitudes",
            id="with its relative clause",
        ),
    ],
)
def test_phrases_are_what_one_would_quote(text, phrase):
    assert phrase in quoted(text)


def test_words_that_only_join_are_left_out_with_a_phrase_and_not_quoted():
    text = "Pay was low, and rotas changed."
    assert quoted(text) == ["Pay was low", "rotas changed"]
    assert [text[p.start : p.end] for p in phrases(text)] == ["Pay was low", "and rotas changed"]


def test_each_phrase_is_left_out_and_two_in_a_row_without_a_sign_between():
    text = "Pay was low. The job could harm them, and it harmed them on the busy wards."
    assert shortened(text) == [
        ("Pay was low", False, ". The job could harm them, and it harmed them on the busy wards."),
        ("The job could harm them", False, "Pay was low. , and it harmed them on the busy wards."),
        ("it harmed them", False, "Pay was low. The job could harm them, on the busy wards."),
        ("on the busy wards", False, "Pay was low. The job could harm them, and it harmed them ."),
        ("it harmed them on the busy wards", True, "Pay was low. The job could harm them, ."),
    ]


@pytest.mark.parametrize("text", ["", " ... ", "Cost", "High price of kit"])
def test_a_text_of_one_phrase_is_left_whole(text):
    assert shortened(text) == []


def test_of_a_very_long_text_the_first_phrases_are_left_out():
    left_out = shortened("Nurses were tired; they left. " * 45)
    assert sum(not pair for _, pair, _ in left_out) == MOST


def reading(now, *without):
    return Reading(
        {"a": now, "b": 1 - now},
        without=tuple(
            Without(phrase, {"a": s, "b": 1 - s}, " " in phrase) for phrase, s in without
        ),
    )


@pytest.mark.parametrize(
    ("now", "without", "expected"),
    [
        pytest.param(0.68, [("x", 0.05), ("y", 0.5)], ("x", 0.05, "b"), id="most is lost"),
        pytest.param(0.95, [("x", 0.7)], ("x", 0.7, "a"), id="odds halved and a fifth lost"),
        pytest.param(0.99, [("x", 0.9)], None, id="odds halved, and little lost"),
        pytest.param(0.55, [("x", 0.44)], ("x", 0.44, "b"), id="another is first"),
        pytest.param(0.51, [("x", 0.49)], None, id="another is first by a hair"),
        pytest.param(0.3, [("x", 0.29)], None, id="another was first anyway"),
        pytest.param(0.3, [("x", 0.05)], ("x", 0.05, "a"), id="of one that is not first"),
        pytest.param(0.9, [("x", 0.1), ("x y", 0.01)], ("x", 0.1, "b"), id="one phrase before two"),
        pytest.param(0.9, [("x", 0.85), ("x y", 0.2)], ("x y", 0.2, "b"), id="two where none does"),
        pytest.param(0.55, [("x y", 0.44)], None, id="two have to halve the odds"),
        pytest.param(0.9, [], None, id="nothing was tried"),
    ],
)
def test_a_phrase_decides_by_what_is_left_without_it(now, without, expected):
    found = decisive(reading(now, *without), "a", dict)
    assert (found and (found.phrase, found.after, found.first)) == expected
    assert found is None or found.before == now


def test_phrases_that_tell_only_who_speaks_or_nothing_are_left_aside():
    said = ("Members of the groups said", "they took", "they took risks", "in time")
    reading = Reading({}, without=tuple(Without(one, {}) for one in said))
    assert [one.phrase for one in content(reading).without] == ["they took risks", "in time"]


def test_of_phrases_that_decide_it_is_the_one_that_says_most_by_itself():
    def one(phrase, left, own):
        return Without(phrase, {"a": left, "b": 1 - left}, alone={"a": own, "b": 1 - own})

    def found(*without):
        return decisive(Reading({"a": 0.8, "b": 0.2}, without=without), "a", dict).phrase

    assert found(one("least seen", 0.2, 0.8), one("difficulty", 0.5, 0.95)) == "difficulty"
    assert found(one("least seen", 0.2, 0.8), one("difficulty", 0.75, 0.95)) == "least seen"
    assert found(one("first", 0.5, 0.9), one("second", 0.2, 0.9)) == "second"


@pytest.mark.parametrize(
    ("without", "named"),
    [
        pytest.param([("x", 0.9), ("y", 0.98)], ("x",), id="one weighs most"),
        pytest.param([("x", 0.96), ("y", 0.95), ("z", 0.94)], ("z", "y"), id="two at most"),
        pytest.param([("x", 0.985), ("y", 0.99)], ("x",), id="a fifth of the odds and more"),
        pytest.param([("x", 0.989)], (), id="less than a fifth"),
        pytest.param([("x y", 0.5)], (), id="two phrases are not asked"),
        pytest.param([], (), id="nothing was tried"),
    ],
)
def test_the_phrases_that_weigh_most_are_named(without, named):
    assert heaviest(reading(0.99, *without), "a", dict) == named


def test_an_answer_stands_that_is_first_whichever_phrase_is_left_out():
    assert stands(reading(0.9, ("x", 0.6), ("x y", 0.1)), "a", dict)
    assert not stands(reading(0.9, ("x", 0.6), ("y", 0.4)), "a", dict)


def test_words_count_where_the_phrase_around_them_weighs_like_the_weightiest():
    found = reading(0.9, ("low pay", 0.3), ("nurses", 0.88))
    found = Reading(found.shares, without=tuple(Without(o.phrase, o.shares) for o in found.without))
    assert counts(found, "Pay", "a", dict)
    assert not counts(found, "nurses", "a", dict)
    assert counts(found, "elsewhere", "a", dict)  # that was not tried


def test_a_passage_is_not_read_again_and_again_without_each_of_its_phrases():
    sentence = "Pay was low, and rotas changed. "
    assert shortened(sentence * 20)
    assert len(sentence * 60) > LONGEST_TEXT
    assert shortened(sentence * 60) == []
