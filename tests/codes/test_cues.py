"""Cue phrases: where they stand, and which of them speaks."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.codes import cues
from themeweave.codes.codebook import Code
from themeweave.codes.cues import Hit, compile_cues, phrases, totals

TIME = Code("time", "Time", cues=("lack of time", "time", "busy"))
MONEY = Code("money", "Money", cues=("lack of funding", "paid"))


def found(text, *codes):
    return [(hit.code_id, text[hit.start : hit.end]) for hit in compile_cues(codes).hits([text])[0]]


def test_a_hit_is_the_phrase_as_it_stands_in_the_text():
    text = "Ärzte – too BUSY; a lack of time."
    assert found(text, TIME) == [("time", "BUSY"), ("time", "lack of time")]


def test_where_one_phrase_contains_another_the_longer_one_speaks():
    assert found("lack of time", TIME) == [("time", "lack of time")]


def test_the_longer_phrase_speaks_even_where_it_is_another_codes():
    other = Code("other", "Other", cues=("time for talk",))
    assert found("There was time for talk.", TIME, other) == [("other", "time for talk")]


@pytest.mark.parametrize("text", ["PAID work", "Paid work", "paid work"])
def test_case_does_not_matter(text):
    assert found(text, MONEY) == [("money", text[:4])]


@pytest.mark.parametrize(
    ("cue", "text", "expected"),
    [
        pytest.param("nurse", "Nurses spoke", ["Nurses"], id="one more s in the text"),
        pytest.param("nurses", "a nurse spoke", ["nurse"], id="one s less in the text"),
        pytest.param("peer worker", "peer workers", ["peer workers"], id="at the phrase's end"),
        pytest.param("stress", "distress and stres", [], id="neither parts of words nor ss cut"),
        pytest.param("unpaid", "paid", [], id="whole words"),
    ],
)
def test_a_cue_is_found_in_both_numbers(cue, text, expected):
    assert [phrase for _, phrase in found(text, Code("c", "C", cues=(cue,)))] == expected


def test_longer_phrases_weigh_more_and_shared_ones_less():
    other = Code("other", "Other", cues=("paid",))
    hits = compile_cues([TIME, MONEY, other]).hits(["lack of time, busy and paid"])[0]
    assert {(hit.code_id, hit.weight) for hit in hits} == {
        ("time", math.sqrt(3)),
        ("time", 1.0),
        ("money", 0.5),
        ("other", 0.5),
    }


def test_a_cue_that_a_code_lists_twice_counts_once():
    code = Code("c", "C", cues=("Staff", "staff", "staffs"))
    assert compile_cues([code]).hits(["Staff spoke"]) == [[Hit("c", 0, 5, 1.0)]]


def test_a_text_without_cues_and_codes_without_cues_have_no_hits():
    assert compile_cues([TIME]).hits(["", "nothing here"]) == [[], []]
    assert compile_cues([Code("c", "C")]).hits(["time"]) == [[]]


@given(st.lists(st.sampled_from(["time", "Lack", "of", "-", "é", "n't", "  ", "busy,", "paid"])))
def test_offsets_are_exact_and_hits_stand_in_the_order_of_the_text(words):
    text = " ".join(words)
    hits = compile_cues([TIME, MONEY]).hits([text])[0]
    cues = {"time", "times", "lack of time", "lack of times", "busy", "paid"}
    assert all(text[hit.start : hit.end].lower() in cues for hit in hits)
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)


def test_what_is_found_in_a_text_does_not_depend_on_the_texts_beside_it():
    matcher = compile_cues([TIME, MONEY])
    texts = ["busy and paid", "lack of time", "", "paid"]
    assert matcher.hits(texts) == [matcher.hits([text])[0] for text in texts]


def test_totals_and_phrases_gather_by_code():
    text = "paid, busy, paid"
    hits = compile_cues([TIME, MONEY]).hits([text])[0]
    assert totals(hits) == {"money": 2.0, "time": 1.0}
    assert phrases(text, hits, "money") == ["paid"]
    assert phrases(text, hits, "other") == []


def test_words_that_spacy_forgets_on_the_way_change_nothing(monkeypatch):
    codes = [Code("time", "Time", cues=("lack of time",))]
    before = compile_cues(codes)
    found = before.hits(["A lack of time."])
    monkeypatch.setattr(cues, "_MOST_WORDS", 0)
    after = compile_cues(codes)
    assert after is not before
    assert after.hits(["A lack of time."]) == before.hits(["A lack of time."]) == found
