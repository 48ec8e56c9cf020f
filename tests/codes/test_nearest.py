"""The nearest example of a code, as evidence beside a suggestion."""

import numpy as np

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


def notes(vector, **shares):
    (reading,) = with_examples(
        [Reading(shares)], np.array([vector], np.float32), STOCK, "construct"
    )
    return reading.notes


def test_the_nearest_example_of_each_of_the_two_codes_believed_most_is_shown():
    assert notes([0.7, 0.7, 0], money=0.6, staffing=0.3, law=0.1) == {
        "money": 'like the example "Money was short."',
        "staffing": 'like the example "Nurses on the night shift who worked alone who worked alone '
        'who worked alone who worked alone who worked ..."',
    }


def test_an_example_that_is_not_alike_is_not_shown():
    assert notes([-0.2, 1, 0], money=0.9, staffing=0.1).keys() == {"staffing"}
    assert notes([0, 0, 1], money=0.9, staffing=0.1) == {}


def test_an_example_goes_behind_what_was_noted_before():
    before = Reading({"money": 1.0}, notes={"money": "all cited reviews sampled this group"})
    (reading,) = with_examples([before], np.array([[1, 0, 0]], np.float32), STOCK, "construct")
    assert reading.notes["money"] == (
        'all cited reviews sampled this group; like the example "The money ran out in May."'
    )
