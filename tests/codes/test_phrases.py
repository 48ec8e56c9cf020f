"""A finding cut as people would quote it."""

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.codes.phrases import LONGEST, LONGEST_TEXT, MOST, phrases, shortened

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
    for phrase in found:
        first, last = phrase.quoted
        assert phrase.start <= first < last <= phrase.end
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
        ("The form hasn't been made too simple either.", "hasn't been made too simple either"),
        ("They kept it locked since it costs so much they said.", "since it costs so much"),
        ("They came when I was fed up with the house at night.", "when I was fed up"),
        pytest.param(
            "Peer workers also found that the job could damage their own recovery and wellbeing.",
            "could damage their own recovery",
            id="verb with its object",
        ),
        pytest.param(
            "Care was easier to put in place where national policy and funding covered hiring.",
            "where national policy and funding",
            id="two nouns before a verb that is in no list",
        ),
        pytest.param(
            "Peer workers thought the role ambiguous, as nobody had defined it clearly.",
            "as nobody had defined it clearly",
            id="what denies stays with its verb",
        ),
        pytest.param(
            "It was hindered because being employed interfered with welfare benefits.",
            "interfered with welfare benefits",
            id="a verb with what it governs",
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


def test_words_that_lead_on_are_left_out_with_a_phrase_and_not_quoted():
    text = "It was hard to fit into traditional models in which, for instance, doctors decide."
    assert [(text[p.start : p.end], p.of(text)) for p in phrases(text)][1] == (
        "into traditional models in which",
        "into traditional models",
    )


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


def test_a_passage_is_not_read_again_and_again_without_each_of_its_phrases():
    sentence = "Pay was low, and rotas changed. "
    assert shortened(sentence * 20)
    assert len(sentence * 60) > LONGEST_TEXT
    assert shortened(sentence * 60) == []
