"""Whether a finding speaks of a barrier or a facilitator."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.valence import read

BOOK = Codebook(
    "valence",
    "Valence",
    (
        Code("barrier", "Barrier", cues=("stigma", "burnout")),
        Code("facilitator", "Facilitator", cues=("training", "trust")),
        Code("mixed", "Mixed", cues=("views differed",)),
        Code("neutral", "Neutral", cues=("were required to",)),
    ),
    exclusive=True,
)
TWO = Codebook("valence", "Valence", BOOK.codes[:2], exclusive=True)


def valence(text, book=BOOK):
    (reading,) = read([text], book)
    return max(reading.shares, key=reading.shares.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("They named stigma.", "barrier", id="a bad thing"),
        pytest.param("They named training.", "facilitator", id="a good thing"),
        pytest.param("Views differed.", "mixed", id="said to be mixed"),
        pytest.param("Workers were required to attend.", "neutral", id="a plain requirement"),
    ],
)
def test_a_cue_speaks_for_its_code(text, expected):
    assert valence(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "There was no training.",
        "A lack of training was named.",
        "They didn't get training.",
        "They didn’t get training.",
        "They worked without training.",
        "They never felt trust.",
        "Training: too little trust.",
    ],
)
def test_a_good_thing_that_is_lacking_or_denied_is_a_barrier(text):
    assert valence(text.removeprefix("Training: ")) == "barrier"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A lack of stigma helped.", ("lack of stigma",)),
        ("The absence of any hierarchy won them trust.", ("absence of any hierarchy", "trust")),
    ],
)
def test_a_bad_thing_that_is_lacking_is_good_and_turns_nothing(text, words):
    (reading,) = read([text], BOOK)
    assert reading.phrases == {"facilitator": words}
    assert reading.shares["facilitator"] > 0.95


@pytest.mark.parametrize(
    "text",
    [
        "The work reduced stigma.",
        "There was less stigma.",
        "They overcame burnout.",
        "They did not speak of burnout.",
        "It prevents burnout.",
        "They spoke without stigma.",
        "They recovered from burnout.",
        "The rule protects them against stigma.",
    ],
)
def test_a_bad_thing_that_is_reduced_or_absent_is_a_facilitator(text):
    assert valence(text) == "facilitator"


def test_a_word_of_lack_does_not_reach_over_a_comma_or_far_ahead():
    assert valence("There was no plan, training began.") == "facilitator"
    assert (
        valence("No one who came to the very first meeting forgot the training.") == "facilitator"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met stigma but found trust.", "facilitator"),
        ("They found trust, but met stigma.", "barrier"),
        ("They found training; however, burnout.", "barrier"),
    ],
)
def test_what_follows_but_is_the_point_of_the_sentence(text, expected):
    assert valence(text, TWO) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Rooms should be booked early.",
        "A lead is needed.",
        "Volunteers were required to register.",
        "Telling one's story was thought to call for discretion.",
        "Workers were expected to rest so that it would not tire them.",
    ],
)
def test_what_is_required_or_recommended_is_no_barrier_by_that_alone(text):
    (reading,) = read([text], BOOK)
    assert reading.shares["barrier"] < min(reading.shares["facilitator"], reading.shares["neutral"])
    assert reading.notes["facilitator"].startswith("says what is required or recommended, '")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Rooms should be booked, and nobody did.", id="missing"),
        pytest.param("A lead is needed as stigma grew.", id="a cue of a barrier"),
        pytest.param("It was needed too late.", id="too late"),
    ],
)
def test_what_is_required_and_missing_or_hard_may_be_a_barrier(text):
    (reading,) = read([text], BOOK)
    assert not reading.notes.get("neutral", "").startswith("says what is required")


def test_both_sides_joined_by_a_turn_raise_mixed_and_without_a_turn_do_not():
    (turned, listed) = read(["Trust, but also stigma.", "Trust and stigma."], BOOK)
    assert turned.shares["mixed"] > 2 * listed.shares["mixed"]
    assert turned.notes == {"mixed": "it turns at 'but'"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Peers did not agree on telling others.", "did not agree"),
        ("Opinions were divided, even on trust.", "Opinions were divided"),
        ("Some feared stigma; others felt none.", "Some feared stigma; others"),
    ],
)
def test_where_views_are_said_to_differ_the_finding_may_be_mixed(text, words):
    (reading,) = read([text], BOOK)
    assert reading.notes["mixed"] == f"views differ, '{words}'"
    assert max(reading.shares, key=reading.shares.get) == "mixed"


def test_duties_that_were_divided_are_no_views():
    (reading,) = read(["Duties were divided as agreed, with trust."], BOOK)
    assert "mixed" not in reading.notes


def test_a_reading_shows_the_words_that_turned_a_cue():
    (reading,) = read(["There was no formal training."], BOOK)
    assert reading.phrases == {"barrier": ("no formal training",)}


def test_without_a_cue_nothing_is_known_and_this_is_said():
    (reading,) = read(["Zzz."], TWO)
    assert reading.notes == dict.fromkeys(["barrier", "facilitator"], "no cue phrase found")
    assert abs(reading.shares["barrier"] - reading.shares["facilitator"]) < 0.1


def test_shares_add_up_to_one_whatever_codes_the_codebook_has():
    for book in (BOOK, TWO, Codebook("v", "V", (Code("for", "For", cues=("trust",)),))):
        for reading in read(["Trust, but stigma.", ""], book):
            assert sum(reading.shares.values()) == pytest.approx(1.0)
    assert read(["Trust."], Codebook("v", "V", ()))[0].shares == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lack of funding was a barrier.", "barrier"),
        ("Peer workers didn't get enough support.", "barrier"),
        ("Strong leadership helped implementation.", "facilitator"),
        ("Training reduced stigma.", "facilitator"),
        ("Views differed on disclosure.", "mixed"),
    ],
)
def test_the_shipped_codebook_reads_plain_cases(shipped, text, expected):
    assert valence(text, shipped["valence"]) == expected


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        pytest.param(
            "Habits stood in the way of trust.", "barrier", "stood in the way", id="barrier"
        ),
        pytest.param("Rotas hindered training.", "barrier", "hindered", id="against a cue"),
        pytest.param("Rotas were a practical barrier.", "barrier", "were a practical barrier"),
        pytest.param("Talk of burnout was essential.", "facilitator", "was essential"),
        pytest.param("Burnout facilitated it.", "facilitator", "facilitated", id="facilitator"),
        pytest.param("Pay could help or hinder it.", "mixed", "help or hinder", id="both in one"),
    ],
)
def test_what_says_the_direction_outright_is_taken_at_its_word(text, expected, words):
    (reading,) = read([text], BOOK)
    assert max(reading.shares, key=reading.shares.get) == expected
    assert reading.phrases[expected][0] == words


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("They asked what stood in the way.", id="what"),
        pytest.param("Nothing hindered them.", id="nothing"),
        pytest.param("It didn\u2019t hinder; it wasn\u2019t hindered.", id="not"),
        pytest.param("Rotas hindered it and pay facilitated it.", id="both sides"),
    ],
)
def test_what_is_held_off_or_says_both_is_not(text):
    (reading,) = read([text], BOOK)
    assert reading.phrases == {}


def test_recovery_turns_nothing_round_unless_it_is_from_something():
    assert valence("Recovery and stigma were named.") == "barrier"
    assert valence("Recovery from stigma was named.") == "facilitator"
