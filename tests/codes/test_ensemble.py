"""An engine's belief, weighed with the codebook's own words."""

import pytest

from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.codes.ensemble import read

TREE = Codebook(
    "frame",
    "Framework",
    (
        Code("inner", "Inner"),
        Code("money", "Money", parent="inner", cues=("purse",)),
        Code("culture", "Culture", parent="inner"),
        Code("outer", "Outer"),
        Code("law", "Law", parent="outer", cues=("by-law",)),
    ),
)


def best(toy, text, book=TREE):
    (reading,) = read(toy, [text], book)
    assert sum(reading.shares.values()) == pytest.approx(1)
    return max(reading.shares, key=reading.shares.get)


def test_the_head_speaks_where_it_knows_the_codes(toy):
    assert best(toy, "The law forbids it.") == "law"


def test_a_cue_that_a_person_added_tips_what_the_engine_leaves_open(toy):
    assert best(toy, "The purse was empty.") == "money"
    assert best(toy, "A by-law was in the way.") == "law"


def test_the_phrases_found_are_the_evidence(toy):
    (reading,) = read(toy, ["The purse was empty."], TREE)
    assert reading.phrases == {"money": ("purse",)}


def test_a_code_that_the_engine_does_not_know_can_still_win_by_its_cues(toy):
    garden = Code("garden", "Garden", parent="inner", cues=("garden", "tending the garden"))
    book = Codebook("frame", "Framework", (*TREE.codes, garden))
    assert best(toy, "They were tending the garden.", book) == "garden"


def test_another_codebook_is_read_by_likeness_to_its_sentences(toy):
    book = Codebook(
        "mine",
        "Mine",
        (
            Code("a", "Ours", definition="what staff say", examples=(Example("staff said so"),)),
            Code("b", "Theirs", definition="what patients say"),
        ),
    )
    assert best(toy, "patients told us", book) == "b"
    assert best(toy, "staff told us", book) == "a"


def test_a_codebook_of_names_alone_is_believed_less(toy):
    def sure(more):
        codes = [Code(name, f"{name} say", definition=more) for name in ("Staff", "Patients")]
        (reading,) = read(toy, ["Staff told us"], Codebook("mine", "Mine", tuple(codes)))
        return reading.shares["Staff"]

    assert 0.5 < sure("") < sure("to us, in so many words")


def test_a_branch_of_many_unlikely_codes_is_not_likelier_than_one_likely_code(toy):
    many = [Code(f"m{n}", "Patients", definition="", parent="many") for n in range(9)]
    one = Code("one", "Staff say to us", parent="few", definition="in so many words")
    book = Codebook("mine", "Mine", (Code("many", "Patients"), *many, Code("few", "Staff"), one))
    (reading,) = read(toy, ["Staff told us"], book)
    branch = {
        top: sum(share for code, share in reading.shares.items() if book.top(code) == top)
        for top in ("many", "few")
    }
    assert reading.shares["one"] > max(reading.shares[f"m{n}"] for n in range(9))
    assert branch["few"] > branch["many"]


def test_belief_in_likeness_is_no_firmer_where_an_engine_is_trusted_less(toy):
    more = "to us, in so many words"
    codes = Code("A", "Staff say", definition=more), Code("B", "B say", definition=more)
    book = Codebook("mine", "Mine", codes)
    firm, less = (read(toy, ["Staff told us"], book, trust)[0].shares["A"] for trust in (1.0, 0.5))
    assert 0.5 < less < firm


def test_a_text_in_another_language_is_hardly_believed_and_says_why(toy):
    (reading,) = read(toy, ["Die Kosten waren nicht zu tragen und das law ist streng."], TREE)
    assert max(reading.shares.values()) - min(reading.shares.values()) <= 0.1
    assert set(reading.notes.values()) == {
        "the text is not in English (it looks like German), so this is hardly a guess"
    }


@pytest.mark.parametrize("texts", [[], [""]])
def test_nothing_to_read_is_no_fault(toy, texts):
    assert len(read(toy, texts, TREE)) == len(texts)


def test_a_codebook_without_codes_gives_empty_readings(toy):
    (reading,) = read(toy, ["money"], Codebook("empty", "Empty", ()))
    assert reading.shares == {}


def test_what_is_said_of_a_text_does_not_depend_on_the_texts_beside_it(toy):
    alone = read(toy, ["The law forbids it."], TREE)
    among = read(toy, ["Money.", "The law forbids it.", "Culture."], TREE)
    assert among[1] == alone[0]


VOICES = Codebook(
    "perspectives",
    "Perspectives",
    (
        Code("users", "Users", cues=("patients",)),
        Code("staff", "Staff", cues=("nurses",)),
        Code("mixed", "Mixed"),
        Code("unclear", "Unclear"),
    ),
    exclusive=True,
)
WAYS = Codebook(
    "valence",
    "Valence",
    (
        Code("barrier", "Barrier", cues=("stigma",)),
        Code("facilitator", "Facilitator", cues=("trust",)),
        Code("mixed", "Mixed"),
        Code("neutral", "Neutral"),
    ),
    exclusive=True,
)


def share(engine, text, book, code):
    return read(engine, [text], book)[0].shares[code]


def test_who_speaks_in_the_words_outweighs_whom_the_engine_hears(hearing):
    assert best(hearing, "Nurses reported that patients pressed for pills.", VOICES) == "staff"
    assert best(hearing, "Patients wanted pills.", VOICES) == "users"


def test_a_group_that_is_inferred_is_believed_less_where_others_or_nobody_are_named(hearing):
    said = share(hearing, "I was never asked.", VOICES, "users")
    assert share(hearing, "Time was short.", VOICES, "users") < said
    assert share(hearing, "The role of nurses was vague.", VOICES, "users") < said


def test_that_a_sample_is_mixed_is_believed_less_where_nobody_is_said_to_speak(
    hearing, monkeypatch
):
    monkeypatch.setattr(type(hearing), "voice", (0.1, 0.1, 0.7, 0.1))
    joined = share(hearing, "Nurses and patients felt heard.", VOICES, "mixed")
    assert share(hearing, "Time was short.", VOICES, "mixed") < 0.6 < 0.7 < joined


def test_a_direction_is_believed_less_where_every_cue_speaks_for_the_other(hearing):
    bare = share(hearing, "The ward was painted.", WAYS, "barrier")
    assert share(hearing, "There was trust.", WAYS, "barrier") < bare
    assert share(hearing, "There was stigma.", WAYS, "barrier") > bare


def test_what_is_only_required_or_recommended_is_hardly_believed_to_be_a_barrier(hearing):
    (reading,) = read(hearing, ["Rooms should be booked early."], WAYS)
    assert reading.shares["barrier"] < 0.5
    assert reading.notes["neutral"] == "says what is required or recommended, 'should be'"


def test_what_is_required_is_surely_a_facilitator_only_where_a_cue_says_so(hearing, monkeypatch):
    monkeypatch.setattr(type(hearing), "way", (0.1, 0.8, 0.05, 0.05))
    rule = share(hearing, "Badges were required.", WAYS, "facilitator")
    plain = share(hearing, "Badges were bought.", WAYS, "facilitator")
    said = share(hearing, "Badges were required for trust.", WAYS, "facilitator")
    assert rule < 0.65 < 0.8 < plain < said


def test_that_no_cue_was_found_is_no_reason_where_an_engine_speaks(hearing):
    assert read(hearing, ["The ward was painted."], WAYS)[0].notes == {}
    assert read(hearing, ["Time was short."], VOICES)[0].notes == {
        "unclear": "no group is named",
        **dict.fromkeys(
            ["users", "staff", "mixed"], "no group is named; by its wording as a whole"
        ),
    }
