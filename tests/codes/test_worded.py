"""What the words of a finding do to what an engine believes of it."""

import pytest

from themeweave.codes import voice
from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.worded import BESIDE, FRAMEWORK

VOICES = Codebook(
    "perspectives",
    "Perspectives",
    (
        Code("users", "Users", cues=("patients",)),
        Code("staff", "Staff", cues=("nurses",)),
        Code("unclear", "Unclear"),
    ),
    exclusive=True,
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Patients felt rushed.", 1.0),
        ("Patients were sent home.", 0.6),
        ("There was no bed for patients.", 0.4),
        ("Beds were short.", 0.4),
        ("Nurses felt rushed.", 0.6),  # it is staff who speak
        ("Patients were seen as rude.", 0.2),
        ("I was sent home.", 1.0),
    ],
)
def test_belief_in_a_group_is_doubted_the_less_it_is_said_to_hold_the_view(text, left):
    support = BESIDE["perspective"].supports(voice.read([text], VOICES), ["users"])
    assert support.tolist() == [[left]]


def test_words_that_say_a_direction_outright_weigh_more():
    texts = ["Old habits stood in the way.", "Old habits were kept."]
    assert BESIDE["valence"].weights(texts).tolist() == [[0.5], [0.3]]
    assert FRAMEWORK.weights(texts).tolist() == [[0.3], [0.3]]


def test_no_direction_is_leaned_to_where_a_cue_speaks_for_a_barrier():
    ways = Codebook(
        "valence",
        "Valence",
        (Code("barrier", "", cues=("stigma",)), Code("facilitator", "", cues=("trust",))),
    )
    beside = BESIDE["valence"]
    readings = beside.read(["Stigma was common.", "Trust was common."], ways)
    assert beside.leanings(readings, ["barrier", "facilitator"]).tolist() == [[0, 0], [0, 0.25]]
