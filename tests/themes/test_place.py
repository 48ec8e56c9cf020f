"""Placing with themes that people began: what fits joins them, what does not may be new."""

import numpy as np
import pytest

from themeweave.themes.place import nearest_theme, place
from themeweave.themes.propose import propose
from themeweave.themes.tree import directions

from .test_propose import GOLD, IDS, TEXTS


def cloud(centres, each=10, spread=0.1, seed=0):
    """Make unit rows around the axes named, ``each`` on every one, in 6 dimensions."""
    chance = np.random.default_rng(seed)
    rows = np.repeat(np.eye(6)[list(centres)], each, axis=0)
    return directions(rows + chance.normal(scale=spread, size=rows.shape))


def test_a_finding_joins_the_theme_whose_findings_it_is_nearest_to():
    near = nearest_theme(cloud([0, 1]), {0: "pay", 1: "pay", 10: "hope", 11: "hope"})
    assert [near.titles[theme] for theme in near.theme] == ["pay"] * 10 + ["hope"] * 10
    assert near.fits.mean() > 0.7
    assert (near.margin > 0.5).all()


def test_a_seed_keeps_its_theme_against_its_words_and_is_told_by_the_other_seeds():
    near = nearest_theme(cloud([0, 1]), {0: "pay", 1: "pay", 2: "hope", 10: "hope", 11: "hope"})
    assert near.titles[near.theme[2]] == "hope"
    assert near.fits[2]
    assert near.margin[2] < 0
    assert near.cosine[2] < 0.3  # to the two others of its theme: without itself


def test_a_theme_s_name_speaks_like_one_finding_where_a_row_is_between_themes():
    rows = np.vstack([np.eye(3), directions(np.array([[0.55, 0.5, 0.67]]))])
    seeds = {0: "pay", 1: "hope"}
    names = {"hope": np.array([0.0, 0.0, 1.0])}
    without, with_name = nearest_theme(rows, seeds), nearest_theme(rows, seeds, names)
    assert [near.titles[near.theme[3]] for near in (without, with_name)] == ["pay", "hope"]
    assert with_name.cosine[3] == pytest.approx(0.5, abs=0.01)  # to the findings alone
    assert with_name.theme[:2].tolist() == without.theme[:2].tolist()


def test_one_seed_is_one_theme_for_all_that_points_its_way():
    near = nearest_theme(cloud([0, 1]), {0: "pay"})
    assert set(near.theme.tolist()) == {0}
    assert near.fits[:10].all()
    assert (near.margin > 0.5).all()


def test_what_fits_nowhere_and_holds_together_is_a_new_theme():
    seeds = dict.fromkeys(range(5), "pay") | {10 + row: "hope" for row in range(5)}
    placed = place(cloud([0, 1, 2]), seeds)
    assert len(set(placed.theme[20:].tolist())) == 1
    assert placed.theme[20] == 2
    assert placed.reason.startswith("3 themes: 2 of the seeds, 1 for the 1")


def test_what_fits_nowhere_and_is_scattered_joins_the_nearest_loosely():
    chance = np.random.default_rng(5)
    scattered = directions(np.hstack([np.zeros((8, 2)), chance.normal(size=(8, 4))]))
    rows = np.vstack([cloud([0, 1]), np.hstack([scattered[:, :2], scattered[:, 2:]])])
    seeds = dict.fromkeys(range(5), "pay") | dict.fromkeys(range(10, 15), "hope")
    placed = place(rows, seeds, number=2)
    assert set(placed.theme.tolist()) == {0, 1}
    assert not placed.fits[20:].any()
    assert placed.reason == "2 themes: those of the seeds"


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_number_above_the_seeds_is_met(number):
    seeds = dict.fromkeys(range(5), "pay") | dict.fromkeys(range(10, 15), "hope")
    placed = place(cloud([0, 1, 2, 3]), seeds, number=number)
    assert set(placed.theme.tolist()) == set(range(number))


def test_seeds_of_some_subjects_leave_the_others_to_new_themes_with_names_of_their_own():
    hope = [i for i, g in zip(IDS, GOLD, strict=True) if g == "hope"][:6]
    pay = [i for i, g in zip(IDS, GOLD, strict=True) if g == "pay"][:6]
    seeds = dict.fromkeys(hope, "Hope") | dict.fromkeys(pay, "Pay")
    found = propose(IDS, TEXTS, seeds=seeds, number=4)
    assert {"Hope", "Pay"} < {theme.label for theme in found.themes}
    assert len({theme.label for theme in found.themes}) == 4
    again = propose(IDS[::-1], TEXTS[::-1], seeds=seeds, number=4)
    assert {p.id: p.theme for p in again.placements} == {p.id: p.theme for p in found.placements}
