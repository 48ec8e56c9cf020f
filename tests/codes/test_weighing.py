"""Which words of a finding an answer rests on."""

import pytest

from themeweave.codes.reading import Reading, Without
from themeweave.codes.weighing import content, counts, decisive, heaviest, stands


def reading(now, *without):
    return Reading(
        {"a": now, "b": 1 - now},
        without=tuple(
            Without(phrase, {"a": s, "b": 1 - s}, " " in phrase) for phrase, s in without
        ),
    )


@pytest.mark.parametrize(
    ("now", "without", "expected"),
    [
        pytest.param(0.68, [("x", 0.05), ("y", 0.5)], ("x", 0.05, "b"), id="most is lost"),
        pytest.param(0.95, [("x", 0.7)], ("x", 0.7, "a"), id="odds halved and a fifth lost"),
        pytest.param(0.99, [("x", 0.9)], None, id="odds halved, and little lost"),
        pytest.param(0.55, [("x", 0.44)], ("x", 0.44, "b"), id="another is first"),
        pytest.param(0.51, [("x", 0.49)], None, id="another is first by a hair"),
        pytest.param(0.3, [("x", 0.29)], None, id="another was first anyway"),
        pytest.param(0.3, [("x", 0.05)], ("x", 0.05, "a"), id="of one that is not first"),
        pytest.param(0.9, [("x", 0.1), ("x y", 0.01)], ("x", 0.1, "b"), id="one phrase before two"),
        pytest.param(0.9, [("x", 0.85), ("x y", 0.2)], ("x y", 0.2, "b"), id="two where none does"),
        pytest.param(0.55, [("x y", 0.44)], None, id="two have to halve the odds"),
        pytest.param(0.9, [], None, id="nothing was tried"),
    ],
)
def test_a_phrase_decides_by_what_is_left_without_it(now, without, expected):
    found = decisive(reading(now, *without), "a", dict)
    assert (found and (found.phrase, found.after, found.first)) == expected
    assert found is None or found.before == now


def test_phrases_that_tell_only_who_speaks_or_nothing_are_left_aside():
    said = ("Members of the groups said", "they took", "they took risks", "in time")
    reading = Reading({}, without=tuple(Without(one, {}) for one in said))
    assert [one.phrase for one in content(reading).without] == ["they took risks", "in time"]


def test_of_phrases_that_decide_it_is_the_one_that_says_most_by_itself():
    def one(phrase, left, own):
        return Without(phrase, {"a": left, "b": 1 - left}, alone={"a": own, "b": 1 - own})

    def found(*without):
        return decisive(Reading({"a": 0.8, "b": 0.2}, without=without), "a", dict).phrase

    assert found(one("least seen", 0.2, 0.8), one("difficulty", 0.5, 0.95)) == "difficulty"
    assert found(one("least seen", 0.2, 0.8), one("difficulty", 0.75, 0.95)) == "least seen"
    assert found(one("first", 0.5, 0.9), one("second", 0.2, 0.9)) == "second"


@pytest.mark.parametrize(
    ("without", "named"),
    [
        pytest.param([("x", 0.9), ("y", 0.98)], ("x",), id="one weighs most"),
        pytest.param([("x", 0.96), ("y", 0.95), ("z", 0.94)], ("z", "y"), id="two at most"),
        pytest.param([("x", 0.985), ("y", 0.99)], ("x",), id="a fifth of the odds and more"),
        pytest.param([("x", 0.989)], (), id="less than a fifth"),
        pytest.param([("x y", 0.5)], (), id="two phrases are not asked"),
        pytest.param([], (), id="nothing was tried"),
    ],
)
def test_the_phrases_that_weigh_most_are_named(without, named):
    assert heaviest(reading(0.99, *without), "a", dict) == named


def test_an_answer_stands_that_is_first_whichever_phrase_is_left_out():
    assert stands(reading(0.9, ("x", 0.6), ("x y", 0.1)), "a", dict)
    assert not stands(reading(0.9, ("x", 0.6), ("y", 0.4)), "a", dict)


def test_words_count_where_the_phrase_around_them_weighs_like_the_weightiest():
    found = reading(0.9, ("low pay", 0.3), ("nurses", 0.88))
    found = Reading(found.shares, without=tuple(Without(o.phrase, o.shares) for o in found.without))
    assert counts(found, "Pay", "a", dict)
    assert not counts(found, "nurses", "a", dict)
    assert counts(found, "elsewhere", "a", dict)  # that was not tried
