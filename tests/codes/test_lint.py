"""Advice on codebooks: each look finds its planted fault and nothing in a sound codebook."""

import numpy as np
import pytest

from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.codes.lint import lint


def by_first_letter(texts):
    """An engine that finds texts alike that begin with the same letter."""
    rows = np.zeros((len(texts), 128), np.float32)
    for row, text in enumerate(texts):
        rows[row, ord(text[0]) % 128] = 1.0
    return rows


def sound(code_id, **changed):
    fields = {"name": code_id.title(), "definition": f"{code_id}.", "cues": (f"{code_id} cue",)}
    return Code(code_id, **{**fields, **changed})


def advice(*codes):
    return [str(one) for one in lint(Codebook("b", "B", codes), by_first_letter)]


def test_a_sound_codebook_gives_no_advice():
    pay = sound("pay", examples=(Example("Pay was low."),), exclude=("Hours -> time",))
    assert advice(pay, sound("time")) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"definition": ""}, "pay: it has no definition", id="definition"),
        pytest.param(
            {"cues": ()},
            "pay: it has neither cues nor examples, so only its name and definition speak for it",
            id="cues and examples",
        ),
        pytest.param(
            {"exclude": ("Hours -> time or hours; money -> pay",)},
            "pay: a rule sends findings to 'hours', which is no code",
            id="rule",
        ),
        pytest.param(
            {"cues": ("TIME cue",)},
            "pay: its cue 'time cue' is also one of 'time', so it tells them apart less",
            id="cue",
        ),
        pytest.param(
            {"examples": (Example("Time was short."),)},
            "pay: the example 'Time was short.' is nearer to 'time'",
            id="example",
        ),
    ],
)
def test_what_keeps_codes_from_being_told_apart_is_named(changed, words):
    assert advice(sound("pay", **changed), sound("time")) == [words]


def test_names_that_stand_twice_are_named():
    assert advice(sound("pay"), sound("time", name="PAY")) == [
        "time: its name is also that of 'pay'"
    ]


@pytest.mark.parametrize("code_id", ["no", "Yes", "on", "~", "1.10", "007", "1e5", "0x1F", "12:30"])
def test_ids_that_other_programs_would_misread_are_named(code_id):
    (found,) = advice(sound(code_id, name="A", definition="A."))
    assert found == (
        f"{code_id}: other programs that read YAML would not take this id as text; choose one with "
        "more letters"
    )


@pytest.mark.parametrize("code_id", ["T01", "pay", "north", "1a", "v1.10"])
def test_ids_that_every_program_reads_as_text_are_left_alone(code_id):
    assert advice(sound(code_id, name="A", definition="A.")) == []


def test_a_code_and_the_one_above_it_may_share_words():
    above = Code("work", "Work", definition="Work.", cues=("hours",))
    below = sound("pay", parent="work", cues=("hours",), examples=(Example("Work was hard."),))
    assert advice(above, below) == []


def test_codes_that_are_not_suggested_are_not_looked_at():
    assert advice(Code("old", "Old", retired=True), Code("rest", "Rest", level="residual")) == []
