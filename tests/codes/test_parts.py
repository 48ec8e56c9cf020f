"""Further codes of findings that state several things."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.parts import further, parts
from themeweave.codes.reading import Reading

BOOK = Codebook(
    "f",
    "F",
    (
        Code("inner", "Inner"),
        Code("space", "Space", parent="inner"),
        Code("people", "People"),
        Code("leaders", "Leaders", parent="people"),
        Code("outer", "Outer"),
    ),
)
SPACE = {"space": 0.9, "leaders": 0.06, "outer": 0.04}
LEADERS = {"space": 0.1, "leaders": 0.8, "outer": 0.1}


def by_word(texts, book):
    """Read *rooms* as space, *managers* as leaders, both as either."""
    read = []
    for text in texts:
        rooms, managers = "Rooms" in text or "rooms" in text, "managers" in text
        shares = SPACE if rooms and not managers else LEADERS
        if rooms and managers:
            shares = {"space": 0.7, "leaders": 0.3, "outer": 0.0}
        read.append(Reading(shares))
    return read


def found(text, margin=0.2, whole=None):
    readings = [Reading(whole)] if whole else by_word([text], BOOK)
    return further([text], readings, BOOK, by_word, margin)[0]


def test_a_part_that_speaks_for_another_branch_gives_a_further_code():
    (one,) = found("Rooms were too small, and managers did not turn up.")
    assert (one.code_id, one.score) == ("leaders", 0.8)
    assert one.reason == "by itself, 'managers did not turn up'"


@pytest.mark.parametrize(
    ("text", "margin", "whole"),
    [
        ("Rooms were too small for six.", 0.2, None),  # it states one thing
        ("Rooms were too small, and managers did not turn up.", 0.75, None),  # not clear enough
        (
            "Rooms were too small, and managers did not turn up.",
            0.2,
            {"space": 0.9, "leaders": 0.09, "outer": 0.01},  # the whole does not lean that way
        ),
        ("Rooms were too small, and rooms were cold too.", 0.2, None),  # the same branch twice
    ],
)
def test_otherwise_there_is_none(text, margin, whole):
    assert found(text, margin, whole) == ()


def test_below_a_code_that_people_accepted_further_ones_are_of_those_below_it():
    shelf = Code("shelf", "Shelf", parent="inner")
    book = Codebook("f", "F", (*BOOK.codes, shelf))

    def by_shelf(texts, _):
        return [
            Reading({"space": 0.1, "shelf": 0.2, "leaders": 0.7})
            if "shelves" in text
            else Reading({"space": 0.5, "shelf": 0.1, "leaders": 0.4})
            for text in texts
        ]

    text = "Rooms were too small, and shelves did not hold."
    (more,) = further(
        [text], [Reading({"space": 0.4, "shelf": 0.1})], book, by_shelf, 0.2, ["inner"]
    )
    assert [(one.code_id, one.reason) for one in more] == [
        ("shelf", "by itself, 'shelves did not hold'")
    ]
    leaning_away = Reading({"space": 0.95, "shelf": 0.05})
    assert further([text], [leaning_away], book, by_shelf, 0.2, ["inner"]) == [()]


def test_a_part_that_is_believed_by_less_than_two_thirds_gives_none(monkeypatch):
    monkeypatch.setitem(LEADERS, "leaders", 0.6)
    assert found("Rooms were too small, and managers did not turn up.") == ()


def test_a_branch_is_named_once_however_many_parts_speak_for_it():
    text = "Rooms were too small, managers did not turn up, and managers had no time."
    assert [one.code_id for one in found(text)] == ["leaders"]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (
            "Pay was too low; managers were not there",
            ["Pay was too low", "managers were not there"],
        ),
        ("It was liked. It cost too much.", ["It was liked", "It cost too much"]),
        ("Staff were few and beds were fewer", ["Staff were few", "beds were fewer"]),
        ("Staff were few, but beds were few and far", ["Staff were few", "beds were few and far"]),
        ("a, b, c, d", []),
        ("one two three, " * 7, []),  # an enumeration
        ("", []),
    ],
)
def test_findings_are_cut_where_a_new_statement_begins(text, cut):
    assert parts(text) == cut


def test_findings_read_together_get_what_each_gets_alone():
    texts = ["Rooms were too small, and managers did not turn up.", "Rooms were too small."]
    both = further(texts, by_word(texts, BOOK), BOOK, by_word, 0.2)
    assert both == [found(text) for text in texts]
