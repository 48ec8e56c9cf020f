"""The nearest example of a code, as evidence beside a suggestion."""

import numpy as np
import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.examples import ExampleFinding
from themeweave.codes.nearest import Stock, with_examples
from themeweave.codes.reading import Reading

LONG = "Nurses on the night shift " + "who worked alone " * 10 + "asked for a second pair of hands."
STOCK = Stock(
    (
        ExampleFinding("a1", "The money ran out in May.", {"construct": "money"}),
        ExampleFinding("a2", "Money was short.", {"construct": "money"}),
        ExampleFinding("a3", LONG, {"construct": "staffing"}),
        ExampleFinding("a4", "Read by one person only.", {}),
    ),
    np.array([[1, 0], [0.8, 0.6], [0, 1], [1, 0]], np.float32),
    np.eye(3, 2, dtype=np.float32),
)


BOOK = Codebook(
    "frame",
    "Frame",
    (
        Code("inner", "Inner"),
        Code("money", "Money", parent="inner"),
        Code("staffing", "Staffing", parent="inner"),
        Code("outer", "Outer"),
        Code("law", "Law", parent="outer"),
    ),
)
FLAT = Codebook("flat", "Flat", (Code("money", "Money"), Code("staffing", "Staffing")))


def shown(vector, book=BOOK, phrases=None, **shares):
    (reading,) = with_examples(
        [Reading(shares, phrases or {})],
        np.array([vector], np.float32),
        STOCK,
        "construct",
        book,
    )
    return reading


def test_the_nearest_example_of_the_first_code_of_each_branch_is_shown_with_its_code():
    assert shown([0.7, 0.7, 0], FLAT, money=0.6, staffing=0.4).notes == {
        "money": 'like "Money was short.", an example of Money',
        "staffing": 'like "Nurses on the night shift who worked alone who worked alone who worked '
        'alone who worked alone who ...", an example of Staffing',
    }
    assert shown([0.7, 0.7, 0], money=0.6, staffing=0.3, law=0.1).notes.keys() == {"money"}


@pytest.mark.parametrize(
    ("direction", "text"),
    [
        ("barrier", "Money was short."),
        ("facilitator", "A grant had been found."),
        ("mixed", "A grant had been found."),
    ],
)
def test_an_example_that_goes_the_other_way_is_passed_over(direction, text):
    stock = Stock(
        (
            ExampleFinding("e1", "Money was short.", {"construct": "money", "valence": "barrier"}),
            ExampleFinding(
                "e2", "A grant had been found.", {"construct": "money", "valence": "facilitator"}
            ),
        ),
        np.array([[0.8, 0.6, 0], [1, 0, 0]], np.float32),
        np.eye(3, dtype=np.float32),
    )
    (reading,) = with_examples(
        [Reading({"money": 1.0})],
        np.array([[1, 0, 0]], np.float32),
        stock,
        "construct",
        FLAT,
        [direction],
    )
    assert reading.notes == {"money": f'like "{text}", an example of Money'}


def test_an_example_that_is_not_alike_is_not_shown():
    assert shown([-0.2, 1, 0], FLAT, money=0.9, staffing=0.1).notes.keys() == {"staffing"}
    assert shown([0, 0, 1], FLAT, money=0.9, staffing=0.1).notes == {}


def test_where_nothing_can_be_shown_the_codes_of_a_framework_come_closer():
    bare = shown([0, 0, 1], money=0.6, staffing=0.2, law=0.2)
    assert bare.shares["money"] < 0.6
    assert bare.shares["money"] > bare.shares["staffing"] > 0.2
    assert sum(bare.shares.values()) == pytest.approx(1)
    for reading in (
        shown([1, 0, 0], money=0.6, staffing=0.2, law=0.2),
        shown([0, 0, 1], BOOK, {"money": ("purse",)}, money=0.6, staffing=0.2, law=0.2),
    ):
        assert reading.shares == pytest.approx({"money": 0.6, "staffing": 0.2, "law": 0.2})


def test_codes_without_a_tree_stay_as_far_apart_as_they_were():
    assert shown([0, 0, 1], FLAT, money=0.9, staffing=0.1).shares == {"money": 0.9, "staffing": 0.1}


def test_an_example_goes_behind_what_was_noted_before():
    before = Reading({"money": 1.0}, notes={"money": "stands under the heading 'Pay'"})
    (reading,) = with_examples(
        [before], np.array([[1, 0, 0]], np.float32), STOCK, "construct", BOOK
    )
    assert reading.notes["money"] == (
        "stands under the heading 'Pay'; like \"The money ran out in May.\", an example of Money"
    )
