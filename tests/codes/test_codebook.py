"""The tree of codes."""

import pytest

from themeweave.codes.codebook import Code, Codebook

BOOK = Codebook(
    "b",
    "B",
    (
        Code("inner", "Inner setting"),
        Code("culture", "Culture", parent="inner"),
        Code("learning", "Learning", parent="culture"),
        Code("old", "Old", parent="inner", retired=True),
        Code("other", "Other", level="residual"),
    ),
)


def test_a_path_leads_from_the_top_to_the_code():
    assert BOOK.path("learning") == ("inner", "culture", "learning")
    assert BOOK.top("learning") == "inner"


@pytest.mark.parametrize(
    ("code", "ancestor", "expected"),
    [
        pytest.param("learning", "inner", True, id="two levels up"),
        pytest.param("culture", "culture", True, id="the code itself"),
        pytest.param("inner", "culture", False, id="not the other way"),
        pytest.param("other", "inner", False, id="another branch"),
    ],
)
def test_is_below_counts_the_code_itself(code, ancestor, expected):
    assert BOOK.is_below(code, ancestor) is expected


def test_the_lowest_of_some_codes_have_none_of_the_others_below():
    assert BOOK.lowest(["inner", "learning", "other"]) == ["learning", "other"]
    assert BOOK.lowest(["inner", "culture", "old"]) == ["culture", "old"]
    assert BOOK.lowest([]) == []


def test_retired_and_residual_codes_are_not_suggested():
    assert [code.id for code in BOOK.suggestible()] == ["inner", "culture", "learning"]


def test_roots_are_the_codes_without_a_parent():
    assert [code.id for code in BOOK.roots()] == ["inner", "other"]


def test_a_retired_code_keeps_its_name_for_the_decisions_that_name_it():
    assert BOOK.name("old") == "Old"
