"""Findings are drawn towards those that they are nearest to, and nowhere else."""

import numpy as np
import pytest

from themeweave.themes.company import neighbours, with_company
from themeweave.themes.tree import cut, directions, grow


def test_neighbours_are_the_nearest_and_of_equals_the_first():
    rows = directions(np.array([[1.0, 0], [1, 0.2], [1, 0.2], [1, 0.2], [1, 0.2], [-1, 0]]))
    ties = neighbours(rows, most=3)
    assert sorted(ties[0].nonzero()[1]) == [1, 2, 3]
    assert ties[5].nnz == 0  # no cosine above 0


def test_neighbours_agree_with_scikit_learn():
    from sklearn.neighbors import NearestNeighbors

    rows = directions(np.random.default_rng(2).normal(size=(1500, 8)))  # more than one block
    theirs = NearestNeighbors(n_neighbors=4, metric="cosine").fit(rows).kneighbors(rows)[1]
    ties = neighbours(rows)
    for row in range(0, 1500, 100):
        assert set(ties[row].nonzero()[1]) == set(theirs[row]) - {row}


def test_one_that_strayed_is_drawn_back_to_its_company():
    chance = np.random.default_rng(3)
    centres = np.repeat(np.eye(20)[:2], 15, axis=0)
    rows = directions(centres + chance.normal(scale=0.35, size=centres.shape))
    gold = np.repeat([0, 1], 15)
    alone, drawn = cut(grow(rows), 2), cut(grow(with_company(rows)), 2)
    wrong = [min((found != gold).sum(), (found == gold).sum()) for found in (alone, drawn)]
    assert wrong[1] < wrong[0]
    assert np.linalg.norm(with_company(rows), axis=1) == pytest.approx(1, abs=1e-5)


def test_a_single_row_stays_as_it_is():
    assert with_company(np.array([[0.6, 0.8]])).tolist() == [[0.6, 0.8]]


def test_groups_that_are_small_draw_in_few():
    rows = directions(np.random.default_rng(5).normal(size=(12, 4)))
    np.testing.assert_array_equal(with_company(rows, groups=12), np.round(rows, 6))
    one, two = with_company(rows, groups=6), with_company(rows, groups=4)
    assert (one != two).any()
    np.testing.assert_array_equal(with_company(rows, groups=3), with_company(rows))
