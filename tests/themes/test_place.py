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


def test_a_theme_s_name_speaks_like_two_findings_less_what_names_share():
    rows = np.vstack([np.eye(3), directions(np.array([[0.55, 0.5, 0.67]]))])
    seeds = {0: "pay", 1: "hope"}
    names = {"pay": np.array([0.6, 0.8, 0.0]), "hope": np.array([0.0, 0.8, 0.6])}
    without, with_names = nearest_theme(rows, seeds), nearest_theme(rows, seeds, names)
    assert [near.titles[near.theme[3]] for near in (without, with_names)] == ["pay", "hope"]
    assert with_names.cosine[3] == pytest.approx(rows[3] @ np.eye(3)[1])  # to the finding alone
    # names less their mean point to (1, 0, -1) and (-1, 0, 1); twice that and a finding each
    pay = directions(np.array([[1 + 2**0.5, 0.0, -(2**0.5)]]))[0]
    hope = directions(np.array([[-(2**0.5), 1.0, 2**0.5]]))[0]
    assert with_names.margin[3] == pytest.approx(rows[3] @ (hope - pay))
    assert with_names.theme[:2].tolist() == without.theme[:2].tolist()


def test_a_theme_that_has_only_a_name_takes_part_and_without_findings_nothing_fits():
    rows = cloud([0, 1, 2])
    axes = dict(zip(("pay", "hope", "trust"), np.eye(6), strict=False))
    near = nearest_theme(rows, {0: "pay", 1: "pay"}, axes)
    assert [near.titles[theme] for theme in near.theme[::10]] == ["pay", "hope", "trust"]
    unseeded = nearest_theme(rows, {}, axes)
    assert unseeded.theme.tolist() == near.theme.tolist()
    assert not unseeded.fits.any()


def test_findings_of_an_overarching_theme_speak_for_the_subthemes_below_it():
    axes = np.eye(6)
    rows = directions(np.vstack([axes[0], axes[1], axes[4] + 0.3 * axes[1]]))
    names = {name: axes[3] + axes[at] for name, at in (("a1", 4), ("b1", 4), ("a2", 5), ("b2", 5))}
    above = {"a1": "A", "a2": "A", "b1": "B", "b2": "B"}
    near = nearest_theme(rows, {0: "A", 1: "B"}, names, above)
    assert near.titles == ("A", "B", "a1", "a2", "b1", "b2")
    assert near.titles[near.theme[2]] == "b1"  # its name alone says no more than that of a1
    assert [near.titles[theme] for theme in near.theme[:2]] == ["A", "B"]
    empty = nearest_theme(rows, {}, names | {"A": axes[0], "B": axes[1]}, above)
    assert near.titles[empty.theme[0]] in ("a1", "a2")  # A has no finding of its own, so none joins


def test_the_margin_is_between_overarching_themes_where_there_are_several():
    rows = directions(np.array([[1.0, 0.9, 0, 0]]))
    names = {"low": np.eye(4)[0], "late": np.eye(4)[1], "hope": np.eye(4)[2]}
    within = nearest_theme(rows, {}, names, {"low": "pay", "late": "pay"})
    apart = nearest_theme(rows, {}, names)
    assert apart.margin[0] < 0.1 < 0.5 < within.margin[0]


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
