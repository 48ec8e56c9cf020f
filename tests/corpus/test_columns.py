"""Columns by the names that people give them, and the page that lists the names."""

from pathlib import Path

import pytest

from themeweave.corpus.columns import SYNONYMS, Match, key, match

PAGE = Path(__file__).parents[2] / "docs" / "folder.md"


def read_as(columns, sheet="findings", **chosen):
    return {m.ours: m.column for m in match(columns, sheet, chosen)}


@pytest.mark.parametrize("name", ["Key finding", "KEY_FINDING", "key-finding:", " Key  Finding "])
def test_capitals_spaces_and_punctuation_do_not_matter(name):
    assert read_as([name]) == {"text": name}


def test_a_number_sign_is_a_number_and_never_the_finding_itself():
    assert read_as(["Finding #", "Finding"]) == {"id": "Finding #", "text": "Finding"}


def test_a_column_of_our_own_name_comes_before_any_synonym():
    assert read_as(["Finding", "text", "review", "cited"]) == {}


def test_of_several_that_fit_the_first_in_the_list_is_read_and_the_others_are_named():
    assert match(["Statement", "Finding"], "findings") == [
        Match("text", "Finding", chosen=False, passed_over=("Statement",))
    ]


def test_a_persons_word_comes_before_our_name_and_the_list():
    columns = ["text", "Finding", "What they said"]
    assert match(columns, "findings", {"text": "what they said"}) == [
        Match("text", "What they said", chosen=True)
    ]


def test_a_chosen_column_is_not_read_as_another_by_its_name():
    assert read_as(["Ref", "Finding"], cited="Ref") == {"cited": "Ref", "text": "Finding"}


def test_where_a_chosen_column_is_not_there_no_other_is_read_for_it():
    assert read_as(["Finding"], text="Result") == {}


def test_no_name_is_given_to_two_columns_of_a_sheet():
    for table in SYNONYMS.values():
        keys = [key(name) for ours, names in table.items() for name in (ours, *names)]
        assert len(keys) == len(set(keys))


def test_the_documented_table_is_the_one_in_use():
    page = PAGE.read_text("utf-8")
    for sheet, table in SYNONYMS.items():
        for ours, names in table.items():
            assert not names or f"| {sheet} | {ours} | {', '.join(names)} |" in page
