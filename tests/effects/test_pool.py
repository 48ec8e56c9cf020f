import math
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.effects import pool, pool_batch
from themeweave.effects.pool import INTERVALS, METHODS, PREDICTIONS
from themeweave.errors import ReviewError

# Log risk ratios of the 13 BCG trials: events and group sizes, vaccinated first.
BCG = [
    *((4, 123, 11, 139), (6, 306, 29, 303), (3, 231, 11, 220), (62, 13598, 248, 12867)),
    *((33, 5069, 47, 5808), (180, 1541, 372, 1451), (8, 2545, 10, 629), (505, 88391, 499, 88391)),
    *((29, 7499, 45, 7277), (17, 1716, 65, 1665), (186, 50634, 141, 27338), (5, 2498, 3, 2341)),
    (27, 16913, 29, 17854),
]
a, n1, c, n2 = np.array(BCG, dtype=float).T
Y = np.log(a / n1) - np.log(c / n2)
V = 1 / a - 1 / n1 + 1 / c - 1 / n2

# metafor 3.8-1 (R 4.2.2): rma(yi, vi, method=...) with iterations to 1e-12
BCG_EXPECTED = {
    "FE": {
        "estimate": -0.430285163654091,
        "se": 0.0404987517108638,
        "tau2": 0.0,
        "Q": 152.233008082373,
        "I2": 92.1173468545621,
        "H2": 12.6860840068644,
    },
    "DL": {
        "estimate": -0.714117222073227,
        "tau2": 0.308760262862376,
        "se_tau2": 0.229869992511026,
        "Q": 152.233008082373,
        "I2": 92.1173468545621,
        "H2": 12.6860840068644,
    },
    "REML": {
        "estimate": -0.71453234215814,
        "se": 0.179781516105207,
        "stat": -3.97444830613176,
        "pval": 7.05425810164237e-05,
        "ci_lb": -1.06689763881035,
        "ci_ub": -0.362167045505926,
        "tau2": 0.313243258136486,
        "tau2_lb": 0.119718361141261,
        "tau2_ub": 1.11147908406093,
        "I2": 92.2213845212691,
        "I2_lb": 81.9205745585966,
        "I2_ub": 97.6780749578874,
        "H2": 12.8557582353094,
        "H2_lb": 5.53114922396767,
        "H2_ub": 43.0677124309817,
        "loglik": -12.2023714154936,
        "aic": 28.4047428309871,
        "bic": 29.3745561305631,
    },
}


@pytest.mark.parametrize("method", BCG_EXPECTED)
def test_pooling_agrees_with_metafor_on_the_bcg_trials(method):
    pooled = pool(Y, V, method)
    for name, expected in BCG_EXPECTED[method].items():
        assert getattr(pooled, name) == pytest.approx(expected, rel=1e-10), name


@pytest.mark.parametrize(
    ("ci", "prediction", "expected"),
    [
        # metafor 3.8-1 on the BCG trials, REML: se, interval, prediction interval
        ("z", "z", (0.179781516105207, -1.06689763881035, -1.8666922179029, 0.437627533586617)),
        ("t", "k-1", (0.179781516105207, -1.10624261598519, -1.99534195850911, 0.566277274192836)),
        ("t", "k-2", (0.179781516105207, -1.10624261598519, -2.00837590692259, 0.579311222606309)),
        (
            "knha",
            "k-1",
            (0.180791744092848, -1.10844371368555, -1.99601683419621, 0.566952149879932),
        ),
        (
            "knha",
            "k-2",
            (0.180791744092848, -1.10844371368555, -2.00905765037112, 0.579992966054843),
        ),
    ],
)
def test_each_interval_agrees_with_metafor(ci, prediction, expected):
    pooled = pool(Y, V, ci=ci, prediction=prediction)
    got = pooled.se, pooled.ci_lb, pooled.pi_lb, pooled.pi_ub
    assert got == pytest.approx(expected, rel=1e-9)


def test_knapp_hartung_may_shrink_and_says_so_while_adhoc_keeps_the_floor():
    # edge_homogeneous; metafor 3.8-1: 0.0062234900558624 and 0.0716114874039433
    y, v = [0.21, 0.19, 0.2, 0.22, 0.18, 0.2], [0.02, 0.03, 0.05, 0.04, 0.02, 0.06]
    knha, adhoc = pool(y, v, ci="knha"), pool(y, v, ci="adhoc")
    assert knha.se == pytest.approx(0.0062234900558624, rel=1e-10)
    assert adhoc.se == pytest.approx(0.0716114874039433, rel=1e-10)
    assert any("0.0869 times Wald's" in note for note in knha.notes)
    assert adhoc.notes == ()


def test_one_study_is_its_own_estimate_and_the_rest_is_told_as_not_estimable():
    pooled = pool([0.3], [0.04], ci="knha")
    assert (pooled.estimate, pooled.tau2, pooled.Q, pooled.I2, pooled.H2) == (0.3, 0, 0, 0, 1)
    assert all(math.isnan(x) for x in (pooled.ci_lb, pooled.pi_lb, pooled.tau2_ub, pooled.se_tau2))
    assert pooled.notes == (
        "tau2 and heterogeneity: not estimable (k < 2); tau2 is taken as 0",
        "interval of the estimate (knha): not estimable (k < 2)",
        "prediction interval (k-1): not estimable (k < 2)",
    )
    wald = pool([0.3], [0.04])
    assert (wald.se, wald.ci_lb) == pytest.approx((0.2, 0.3 - 0.2 * 1.959963984540054))


def test_two_studies_have_no_prediction_interval_with_k_minus_2_df():
    pooled = pool([0.1, 0.9], [0.05, 0.04], prediction="k-2")
    assert math.isnan(pooled.pi_lb)
    assert pooled.notes == ("prediction interval (k-2): not estimable (k < 3)",)
    assert math.isfinite(pool([0.1, 0.9], [0.05, 0.04], prediction="k-1").pi_lb)


@pytest.mark.parametrize("ci", INTERVALS)
@pytest.mark.parametrize("method", METHODS)
def test_few_studies_never_fail(method, ci):
    for k in (1, 2, 3):
        for prediction in PREDICTIONS:
            for y in ([0.1, 0.5, 0.9], [0.5, 0.5, 0.5]):
                pooled = pool(y[:k], [0.1, 0.2, 0.3][:k], method, ci, prediction=prediction)
                assert math.isfinite(pooled.estimate)
                assert pooled.k == k


def test_rows_without_an_effect_are_left_out_and_named():
    pooled = pool([0.1, np.nan, 0.9, 0.4], [0.1, 0.1, np.nan, 0.2])
    assert pooled.k == 2
    assert pooled.notes == ("rows left out, as the effect or its variance is missing: 2, 3",)
    assert np.isnan(pooled.weights).tolist() == [False, True, True, False]
    assert np.nansum(pooled.weights) == pytest.approx(100)


@settings(max_examples=50, deadline=None)
@given(
    y=st.lists(st.floats(-5, 5), min_size=2, max_size=8),
    seed=st.integers(0, 1000),
    shift=st.floats(-50, 50),
    power=st.integers(-10, 10),
)
def test_the_result_moves_with_the_origin_and_the_unit(y, seed, shift, power):
    v = np.random.default_rng(seed).uniform(0.5, 2.0, len(y))
    y, unit = np.array(y), 2.0**power
    here, moved = pool(y, v, ci="knha"), pool(y + shift, v, ci="knha")
    scaled = pool(unit * y, unit**2 * v, ci="knha")
    for name in ("estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub"):
        value = getattr(here, name)
        assert getattr(moved, name) == pytest.approx(value + shift, rel=1e-6, abs=1e-6)
        assert getattr(scaled, name) == pytest.approx(unit * value, rel=1e-9, abs=1e-12 * unit)
    for name in ("I2", "H2", "Q"):
        assert getattr(scaled, name) == pytest.approx(getattr(here, name), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_batch_gives_what_each_pool_gives_alone(method):
    nan = np.nan
    rows = [Y, np.where(np.arange(13) < 5, Y, nan), np.where(np.arange(13) == 3, Y, nan)]
    batch = pool_batch(rows, [V] * 3, method, ci="adhoc", prediction="k-2", intervals=True)
    shared = {f.name for f in fields(batch)} - {"method", "ci", "level", "prediction"}
    for i, row in enumerate(rows):
        alone = pool(row, V, method, ci="adhoc", prediction="k-2")
        for name in shared:
            got, expected = getattr(batch, name)[i], getattr(alone, name)
            assert got == pytest.approx(expected, rel=1e-12, nan_ok=True), name


def test_a_batch_without_a_usable_row_is_nan_and_not_an_error():
    batch = pool_batch([[0.1, 0.2], [np.nan, np.nan]], [[0.1, 0.1], [0.1, np.nan]])
    assert batch.k.tolist() == [2, 0]
    for name in ("estimate", "tau2", "Q", "Q_pval", "I2", "H2", "pi_lb", "pval"):
        assert np.isnan(getattr(batch, name)).tolist() == [False, True], name


def test_common_effect_i2_and_h2_are_those_of_q():
    pooled = pool(Y, V, "EE")
    i2, h2 = pooled.I2, pooled.H2
    assert (i2, h2) == pytest.approx((pooled.I2_Q, pooled.Q / pooled.Q_df))
    assert math.isnan(pooled.tau2_lb)
    assert "by definition" in pooled.notes[0]


def test_nothing_to_pool_is_refused():
    with pytest.raises(ReviewError, match="none of 2 rows has an effect and a variance"):
        pool([np.nan, 0.1], [0.1, np.nan])
    with pytest.raises(ReviewError, match="none of 0 rows"):
        pool([], [])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "DerSimonian"}, "unknown method 'DerSimonian'"),
        ({"ci": "hksj"}, "unknown interval 'hksj'"),
        ({"prediction": "k-3"}, "Did you mean 'k-2' or 'k-1'"),
        ({"level": 95}, "the level is 95"),
    ],
)
def test_an_unknown_option_is_refused_with_what_is_on_offer(options, message):
    with pytest.raises(ReviewError) as error:
        pool([0.1, 0.2], [0.1, 0.1], **options)
    assert message in str(error.value)


def test_what_is_no_list_of_numbers_is_refused():
    with pytest.raises(ReviewError, match="an effect is not a number"):
        pool(["0,3", "0.2"], [0.1, 0.1])
    with pytest.raises(ReviewError, match="a sampling variance is not a number"):
        pool([0.3, 0.2], [0.1, object()])
    with pytest.raises(ReviewError, match="2 sets of effects were given, where one is pooled"):
        pool([[0.3, 0.2], [0.1, 0.2]], [[0.1, 0.1], [0.1, 0.2]])
    with pytest.raises(ReviewError, match=r"numbers of shape \(1, 1, 1\)"):
        pool_batch([[[0.3]]], [[[0.1]]])


def test_none_and_missing_values_of_a_data_frame_are_left_out():
    series = pd.Series([0.3, None, 0.5], dtype="Float64")
    assert pool(series, [0.1, 0.1, None]).k == 1
    assert pool([0.3, None, 0.5], pd.Series([0.1, 0.1, 0.1])).k == 2


def test_variances_that_cannot_be_are_named():
    with pytest.raises(ReviewError, match="row 2: variance 0"):
        pool([0.1, 0.2], [0.1, 0.0])
