"""Outcomes: a study counts once, and what cannot be estimated is said."""

import math

import pytest

from themeweave.corpus.sheets import read_sheet
from themeweave.effects.outcomes import (
    StudyRow,
    heterogeneity_words,
    interval_words,
    pool_outcomes,
)
from themeweave.effects.presets import PRESETS
from themeweave.effects.sheets import check_effects, study_rows
from themeweave.errors import ReviewError

COCHRANE = PRESETS["cochrane2025"]


def test_several_results_of_a_study_are_one_result_with_their_mean():
    rows = [
        StudyRow("A", "hope", 0.6, 0.04, 50),
        StudyRow("A", "hope", -0.2, 0.16, 40),
        StudyRow("B", "hope", 0.1, 0.05, 30),
    ]
    (outcome,) = pool_outcomes(rows, COCHRANE, rho=0.5)
    first = outcome.studies[0]
    # by hand: mean of 0.6 and -0.2; (0.04 + 0.16 + 2 * 0.5 * 0.2 * 0.4) / 4
    assert (first.yi, first.vi) == pytest.approx((0.2, 0.07))
    assert (first.n_effects, first.n, outcome.n) == (2, 50, 80)
    assert outcome.random.k == 2


def test_one_study_is_shown_and_not_called_heterogeneous():
    (outcome,) = pool_outcomes([StudyRow("A", "hope", 0.3, 0.04)], COCHRANE)
    assert heterogeneity_words(outcome.random) == "one study: heterogeneity is not estimable"
    assert outcome.n is None


def test_an_interval_that_is_not_estimable_says_so():
    assert interval_words(0.5, math.nan, math.nan) == "0.50 (interval not estimable)"


def sheet(text):
    return read_sheet(text.encode(), "effects.csv", ".csv")


def test_faults_of_an_effects_sheet_are_listed_by_row_and_column():
    found = sheet(
        'id,level,source,outcome,estimate\nE1,pooled,R1,hope,"-0,03"\nE2,pool,R9,hope,high\n'
    )
    assert check_effects(found, {"R1": None}) == [
        "effects.csv, row 2, column 'estimate': '-0,03' is not a number; write a decimal point",
        (
            "effects.csv, row 3, column 'level': 'pool' must be one of pooled, subgroup, single, "
            "study, test"
        ),
        "effects.csv, row 3, column 'source': 'R9' is not in reviews.csv",
        "effects.csv, row 3, column 'estimate': 'high' is not a number",
    ]


def test_study_rows_take_ready_effects_and_compute_the_others():
    rows = study_rows(
        sheet(
            "id,level,study,outcome,yi,vi,mean_1,sd_1,n_1,mean_2,sd_2,n_2\n"
            "E1,study,A,hope,0.2,0.04,,,,,,\n"
            "E2,study,B,hope,,,10,2,20,9,2,20\n"
            "E3,pooled,,hope,,,,,,,,\n"
        ),
        "MD",
    )
    assert [(row.study, row.yi) for row in rows] == [("A", 0.2), ("B", 1.0)]
    assert rows[1].n == 40


def test_a_study_row_without_numbers_is_named():
    with pytest.raises(ReviewError) as caught:
        study_rows(
            sheet(
                "id,level,study,outcome,mean_1,sd_1,n_1,mean_2,sd_2,n_2\nE1,study,A,hope,,2,9,1,1,9\n"
            ),
            "MD",
        )
    assert caught.value.what == "the effect (MD) of some study rows cannot be computed"
    assert caught.value.faults[0].startswith("effects.csv, row 2: ")
