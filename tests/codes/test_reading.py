"""Readings: shares of belief, gathered by branch."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.reading import Reading, shares_below

BOOK = Codebook(
    "b",
    "B",
    (
        Code("A", "A"),
        Code("a1", "a1", parent="A"),
        Code("a11", "a11", parent="a1"),
        Code("B", "B"),
    ),
)
READING = Reading({"A": 0.1, "a1": 0.2, "a11": 0.3, "B": 0.4})


def test_a_branch_holds_its_own_share_and_all_below():
    assert shares_below(READING, BOOK, ["A", "B"]) == pytest.approx({"A": 0.6, "B": 0.4})


def test_a_root_may_stand_inside_the_tree():
    assert shares_below(READING, BOOK, ["a1"]) == pytest.approx({"a1": 0.5})
