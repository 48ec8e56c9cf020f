"""Findings move to the group whose middle they are nearest to."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from themeweave.themes.settle import grouped, settled, settled_below
from themeweave.themes.tree import cut, directions, grow, sums

EAST, NORTH = [1.0, 0.0], [0.0, 1.0]


def rows(*given):
    return directions(np.array(given, dtype=float))


def test_a_row_that_was_joined_early_goes_where_it_is_nearest():
    vectors = rows(EAST, EAST, [1, 0.2], NORTH, NORTH)
    assert settled(vectors, np.array([0, 0, 1, 1, 1])).tolist() == [0, 0, 0, 1, 1]


def test_before_a_group_would_be_emptied_all_stay():
    vectors = rows([1, 0, 0.1], [-1, 0, 0.1], [1, 0.2, 0], [-1, 0.2, 0])
    assert settled(vectors, np.array([0, 0, 1, 2])).tolist() == [0, 0, 1, 2]


def test_a_row_stays_where_it_is_as_near_as_elsewhere():
    vectors = rows(EAST, [1, 1], NORTH)
    assert settled(vectors, np.array([0, 1, 1])).tolist() == [0, 1, 1]
    assert settled(vectors, np.array([0, 0, 1])).tolist() == [0, 0, 1]


def test_a_row_goes_nowhere_that_is_not_open_to_it():
    vectors = rows(EAST, EAST, [1, 0.2], NORTH)
    shut = np.array([[True, True], [True, True], [False, True], [True, True]])
    assert settled(vectors, np.array([0, 0, 1, 1]), shut).tolist() == [0, 0, 1, 1]


def test_a_theme_goes_where_most_of_its_findings_went_and_the_others_find_one_there():
    vectors = rows(EAST, EAST, [1, 0.1], [1, 0.2], NORTH, [0.1, 1], [0.3, 1])
    theme = np.array([0, 0, 1, 1, 2, 2, 1])
    top = np.array([0, 0, 1, 1, 1, 1, 1])  # the second theme was joined to the wrong one
    below, above = settled_below(vectors, theme, top)
    assert above.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert below.tolist() == [0, 0, 1, 1, 2, 2, 2]


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 4))
def test_themes_stay_as_many_and_each_under_one_overarching_theme(seed, themes, tops):
    vectors = directions(np.random.default_rng(seed).normal(size=(20, 3)))
    tree = grow(vectors)
    theme, top = settled_below(vectors, cut(tree, themes), cut(tree, min(tops, themes)))
    assert sorted(set(theme)) == list(range(themes))
    assert sorted(set(top)) == list(range(len(set(top))))
    assert len(set(top)) <= min(tops, themes)
    assert len({(below, above) for below, above in zip(theme, top, strict=True)}) == themes


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_rows_end_no_farther_from_their_middles_than_the_tree_left_them(seed, number):
    vectors = directions(np.random.default_rng(seed).normal(size=(30, 4)))

    def nearness(group):
        return float((vectors * directions(sums(vectors, group))[group]).sum())

    before = cut(grow(vectors), number)
    assert nearness(settled(vectors, before)) >= nearness(before) - 1e-4


def test_grouping_gives_as_many_groups_as_were_asked_for():
    vectors = directions(np.random.default_rng(1).normal(size=(40, 5)))
    assert sorted(set(grouped(vectors, 7))) == list(range(7))
