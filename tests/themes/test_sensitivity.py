"""A theme is looked for again without a review, and what carries it alone takes it along."""

import numpy as np

from themeweave.themes import sensitivity as module
from themeweave.themes.sensitivity import sensitivity
from themeweave.themes.sureness import Stated

ROWS = np.repeat(np.eye(3), 4, axis=0)
THEMES = ["pay"] * 4 + ["hope"] * 4 + ["stigma"] * 4


def stated(reviews):
    return [Stated(f"F{n}", THEMES[n], True, tuple(reviews[n].split())) for n in range(12)]


def by_theme(findings, ratings=None, rows=ROWS):
    return {one.theme: one for one in sensitivity(findings, rows, ratings or {})}


def test_a_theme_that_wording_tells_is_found_again_without_any_review():
    found = by_theme(stated([f"R{n % 4}" for n in range(12)]))
    for theme in ("pay", "hope", "stigma"):
        assert found[theme].whole == found[theme].sampled == 1
        assert (found[theme].middle, found[theme].again) == (1, 4)
        assert found[theme].gone == ()


def test_a_review_that_carries_a_theme_alone_takes_it_along():
    found = by_theme(stated(["R1"] * 4 + [f"R{n % 2}" for n in range(8)]))
    assert found["pay"].gone == ("R1",)
    assert (found["pay"].worst, found["pay"].middle, found["pay"].again) == ("R1", 0, 0)
    assert found["hope"].by_review == {"R0": 1.0, "R1": 1.0}


def test_a_finding_that_another_review_states_too_stays():
    found = by_theme(stated(["R1 R2"] * 4 + ["R3"] * 8))
    assert found["pay"].gone == ()
    assert found["pay"].by_review == {"R1": 1.0, "R2": 1.0}
    assert found["hope"].gone == ("R3",)


def test_reviews_rated_low_are_left_out_together_and_unrated_ones_stay():
    findings = stated(["R1", "R1", "R2", "R2"] + ["R3"] * 4 + [""] * 4)
    found = by_theme(findings, {"R1": "low", "R2": "critically_low", "R3": "moderate"})
    assert found["pay"].without_low is None
    assert found["hope"].without_low == found["stigma"].without_low == 1
    assert (found["stigma"].worst, found["stigma"].middle) == ("", 1)  # cites none


def test_a_theme_made_against_the_wording_is_not_found_even_with_all():
    findings = [
        Stated(f"F{n}", ("pay", "hope", "stigma")[n % 3], True, ("R1", "R2")) for n in range(12)
    ]
    assert all(
        max(one.whole, one.sampled) < 0.6 and one.again == 0 for one in by_theme(findings).values()
    )


def test_too_many_findings_are_not_grouped_again_and_again(monkeypatch):
    monkeypatch.setattr(module, "MOST", 11)
    assert sensitivity(stated(["R1"] * 12), ROWS, {}) == []


def test_no_finding_gives_no_row():
    assert sensitivity([], np.empty((0, 3)), {}) == []
