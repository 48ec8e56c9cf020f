import numpy as np
import pytest

from themeweave.themes.bridges import bridges
from themeweave.themes.contradictions import contradictions
from themeweave.themes.saturation import saturation
from themeweave.themes.stability import across_reviews
from themeweave.themes.sureness import Stated, sureness


def stated(name, theme, reviews, voice="", valence="", confirmed=False):
    return Stated(name, theme, confirmed, tuple(reviews.split()), voice, valence)


FINDINGS = [
    stated("F1", "pay", "R1", "staff", confirmed=True),
    stated("F2", "pay", "R1 R2", "staff"),
    stated("F3", "pay", "R1"),
    stated("F4", "hope", "R3", "users"),
    stated("F5", "hope", "R3", "staff"),
    stated("F6", "time", ""),
]


def test_a_theme_is_looked_at_without_each_review_and_without_those_rated_low():
    pay, hope, time = sureness(FINDINGS, {"R1": "critically_low", "R2": "high", "R3": ""})
    assert (pay.findings, pay.confirmed, pay.reviews) == (("F1", "F2", "F3"), 1, ("R1", "R2"))
    assert (pay.weakest, pay.left, pay.alone) == ("R1", pytest.approx(1 / 3), ())
    assert (pay.without_low, pay.unrated) == (1, 0)
    assert (hope.weakest, hope.left, hope.alone, hope.without_low, hope.unrated) == (
        "R3",
        0.0,
        ("R3",),
        2,
        1,
    )
    assert (time.weakest, time.left, time.alone, time.without_low) == ("", 1.0, (), 1)


def test_perspectives_that_a_theme_lacks_are_named():
    pay, hope, time = sureness(FINDINGS, {})
    assert (pay.heard, pay.silent) == ({"staff": 2}, ("users",))
    assert (hope.heard, hope.silent) == ({"staff": 1, "users": 1}, ())
    assert time.silent == ("staff", "users")


def test_the_curve_rises_to_all_themes_and_is_the_same_for_the_same_seed():
    themes = {f"R{n:02}": frozenset({f"T{n % 5}", "T0"}) for n in range(20)}
    curve = saturation(themes)
    assert curve == saturation(dict(reversed(themes.items())))
    medians = [point.median for point in curve.points]
    assert medians == sorted(medians)
    assert (curve.points[-1].low, curve.points[-1].high) == (5, 5)
    assert all(point.low <= point.median <= point.high for point in curve.points)


def test_saturation_is_reached_where_the_next_reviews_bring_nothing_and_not_before():
    new_each = {f"R{n}": frozenset({f"T{n}"}) for n in range(9)}
    assert saturation(new_each).reached is None
    assert str(saturation(new_each)) == (
        "9 themes over 9 reviews; not reached (base 4, run 2, threshold 5%): the last reviews "
        "still bring new themes"
    )
    assert saturation({}).points == ()
    assert str(saturation({})) == "no review is cited for a finding in a theme"
    assert saturation({"R1": frozenset({"T1"})}).reached is None


def test_opposite_directions_on_one_subject_are_paired_nearest_first():
    findings = [
        stated("F1", "pay", "", "staff", "barrier"),
        stated("F2", "pay", "", "staff", "facilitator"),
        stated("F3", "pay", "", "users", "facilitator"),
        stated("F4", "pay", "", "users", "barrier"),
        stated("F5", "hope", "", "users", "barrier"),  # no opposite in its theme
        stated("F6", "pay", "", "users", "mixed"),
    ]
    rows = np.array([[1, 0], [0.9, 0.436], [0.6, 0.8], [0.5, 0.866], [1, 0], [1, 0]], dtype=float)
    found = contradictions(findings, rows)
    assert [(c.theme, c.against, c.for_it, c.within) for c in found] == [
        ("pay", "F4", "F3", "users"),
        ("pay", "F1", "F2", "staff"),
    ]
    assert len(contradictions(findings, rows, most=1)) == 1
    assert contradictions([], np.empty((0, 2))) == []


def test_what_has_no_subject_in_common_is_no_contradiction():
    findings = [stated("F1", "pay", "", "", "barrier"), stated("F2", "pay", "", "", "facilitator")]
    assert contradictions(findings, np.array([[1.0, 0.0], [-1.0, 0.0]])) == []


def test_findings_near_two_themes_are_bridges_and_one_theme_has_none():
    rows = np.array([[1, 0, 0], [0.8, 0.6, 0], [0, 1, 0], [0.6, 0.8, 0], [0, 0, 1.0]])
    found = [stated(f"F{n}", theme, "") for n, theme in enumerate("aabbc")]
    listed = bridges(found, rows)
    assert [(b.finding, b.theme, b.other) for b in listed[:2]] == [
        ("F1", "a", "b"),
        ("F3", "b", "a"),
    ]
    assert "F4" not in {b.finding for b in listed}
    assert len(bridges(found, rows, most=1)) == 1
    assert bridges(found[:2], rows[:2]) == []


def test_company_within_one_review_does_not_count_across_reviews():
    rows = np.array([[1, 0], [1, 0], [0.9, 0.436], [0, 1], [0, 1]], dtype=float)
    group = np.array([0, 0, 0, 1, 1])
    held = across_reviews(rows, group, [["R1"], ["R1"], ["R2"], ["R3"], []])
    assert held.tolist() == [True, True, True, True, True]
    one_review = across_reviews(rows, group, [["R1"], ["R1"], ["R1"], ["R3"], []])
    assert one_review.tolist() == [False, False, False, True, True]
    assert across_reviews(rows, np.zeros(5, dtype=int), [["R1"]] * 5).tolist() == [False] * 5
