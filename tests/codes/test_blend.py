"""The suggester for any codebook: likeness to its words, and its cues."""

import pytest

from themeweave.codes.blend import prototype, read
from themeweave.codes.codebook import Code, Codebook, Example

BOOK = Codebook(
    "b",
    "B",
    (
        Code("pay", "Pay", definition="Wages and salaries.", cues=("low pay", "paid little")),
        Code("training", "Training", definition="Courses before and during the work."),
        Code("old", "Old", cues=("low pay",), retired=True),
        Code("rest", "Other", level="residual"),
    ),
)
TEXTS = ["They were paid little.", "Courses came late.", "Zzz.", ""]


def best(reading):
    return max(reading.shares, key=reading.shares.get)


def test_shares_add_up_to_one_over_the_codes_that_may_be_suggested():
    for reading in read(TEXTS, BOOK):
        assert list(reading.shares) == ["pay", "training"]
        assert sum(reading.shares.values()) == pytest.approx(1.0)


def test_cues_and_likeness_each_lead_to_their_code():
    money, courses, *_ = read(TEXTS, BOOK)
    assert (best(money), money.phrases) == ("pay", {"pay": ("paid little",)})
    assert (best(courses), courses.phrases) == ("training", {})


def test_a_phrase_counts_for_more_as_a_cue_than_as_other_words_of_a_code():
    written = Code("written", "Pay", definition="low pay")
    cued = Code("cued", "Pay", cues=("low pay",))
    (reading,) = read(["They named low pay."], Codebook("b", "B", (written, cued)))
    assert reading.shares["cued"] > 0.9


def test_a_text_with_nothing_in_common_is_shared_evenly():
    assert read(["", "qqq"], BOOK)[0].shares == pytest.approx({"pay": 0.5, "training": 0.5})


def test_what_is_said_of_a_finding_does_not_depend_on_the_others():
    assert read(TEXTS, BOOK) == [read([text], BOOK)[0] for text in TEXTS]


def test_exclusions_stay_out_of_the_text_of_a_code():
    code = Code(
        "c", "Name", "", "", "Defined.", ("Rule in.",), ("Rule out.",), ("cue",), (Example("Ex."),)
    )
    assert prototype(code) == "Name. Defined. Rule in. cue Ex."


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param((Code("A", "A"), Code("B", "B")), id="names of one letter"),
        pytest.param((Code("x", "The"), Code("y", "And")), id="names of stop words"),
    ],
)
def test_a_codebook_without_a_word_to_compare_says_nothing_rather_than_failing(codes):
    (reading,) = read(["zzz"], Codebook("b", "B", codes))
    assert list(reading.shares.values()) == pytest.approx([0.5, 0.5])


def test_no_texts_and_no_codes_give_empty_readings():
    assert read([], BOOK) == []
    assert [reading.shares for reading in read(["a"], Codebook("e", "E", ()))] == [{}]


def test_the_examples_of_cfir_2022_are_mostly_found_in_their_own_domain(shipped):
    # The examples are in the codebook itself, so this guards the wiring and measures nothing.
    book = shipped["cfir-2022"]
    pairs = [(code.id, e.text) for code in book.codes for e in code.examples][::5]
    readings = read([text for _, text in pairs], book)
    right = [
        book.top(best(reading)) == book.top(code)
        for (code, _), reading in zip(pairs, readings, strict=True)
    ]
    assert sum(right) / len(right) > 0.9
