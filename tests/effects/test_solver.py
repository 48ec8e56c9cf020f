import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from themeweave.effects.projection import generalised_q, log_likelihood
from themeweave.effects.solver import ESTIMATORS, ready, solve, tau2, tau2_se
from themeweave.errors import ReviewError

# Log risk ratios of the 13 BCG trials; tau2 by metafor 3.8-1 (R 4.2.2), iterations to 1e-12.
BCG = [
    *((4, 123, 11, 139), (6, 306, 29, 303), (3, 231, 11, 220), (62, 13598, 248, 12867)),
    *((33, 5069, 47, 5808), (180, 1541, 372, 1451), (8, 2545, 10, 629), (505, 88391, 499, 88391)),
    *((29, 7499, 45, 7277), (17, 1716, 65, 1665), (186, 50634, 141, 27338), (5, 2498, 3, 2341)),
    (27, 16913, 29, 17854),
]
a, n1, c, n2 = np.array(BCG, dtype=float).T
BCG_Y = np.log(a / n1) - np.log(c / n2)
BCG_V = 1 / a - 1 / n1 + 1 / c - 1 / n2
BCG_TAU2 = {
    "DL": 0.308760262862376,
    "HE": 0.328563857995769,
    "HS": 0.228362863676907,
    "SJ": 0.345515701598595,
    "ML": 0.280028137268671,
    "REML": 0.313243258136486,
    "EB": 0.318068452205031,
    "PM": 0.318068452205024,
}
BCG_SE_TAU2 = {
    "DL": 0.229869992511026,
    "HE": 0.207087178298934,
    "HS": 0.12790455661328,
    "SJ": 0.149680511347343,
    "ML": 0.144251949382776,
    "REML": 0.166425752836973,
    "EB": 0.17366302746276,
    "PM": 0.173663027462756,
}

effects = st.lists(st.floats(-5, 5), min_size=2, max_size=12)


@st.composite
def data_sets(draw, most=10, lightest=-4.0, heaviest=1.0):
    """Effects with variances over up to five orders of magnitude."""
    k = draw(st.integers(2, most))
    y = draw(st.lists(st.floats(-10, 10), min_size=k, max_size=k))
    v = draw(st.lists(st.floats(lightest, heaviest), min_size=k, max_size=k))
    return np.array(y), 10.0 ** np.array(v)


@pytest.mark.parametrize("method", ESTIMATORS)
def test_tau2_and_its_error_agree_with_metafor_on_the_bcg_trials(method):
    s = ready(BCG_Y, BCG_V)
    t = solve(s, method)
    assert t[0] == pytest.approx(BCG_TAU2[method], rel=1e-10)
    assert tau2_se(s, t, method)[0] == pytest.approx(BCG_SE_TAU2[method], rel=1e-10)


def test_of_two_likelihood_peaks_the_higher_is_returned():
    # The restricted likelihood has a peak at 4.28 (height -5.111) and one at 0 (height -5.065);
    # an iteration started from a moment estimate ends on the first.
    y, v = [-1.9, -1.8, 4.2], [0.488, 0.64, 6.355]
    s = ready(y, v)
    grid = np.array([0.0, 1.0, 4.2813])
    low, dip, high = log_likelihood(s.take(np.zeros(3, dtype=int)), grid, restricted=True)
    assert dip < high < low
    assert tau2(y, v, "REML")[0] == 0.0


def test_a_peak_beside_a_falling_start_is_not_missed():
    # The likelihood falls at 0, rises again and peaks at 0.1018, 0.023 above its height at 0; an
    # interval that is not proved to hold one peak at most would hide it.
    y, v = [0.2, -2.3, 1.4], [0.3326, 15.6768, 0.0577]
    assert tau2(y, v, "ML")[0] == pytest.approx(0.101817855, rel=1e-8)


@settings(max_examples=120, deadline=None)
@given(data_sets(), st.booleans())
def test_no_tau2_on_a_dense_grid_has_a_higher_likelihood(data, restricted):
    y, v = data
    s = ready(y, v)
    best = solve(s, "REML" if restricted else "ML")
    grid = np.concatenate([[0.0], 10.0 ** np.linspace(-7, 4, 1200)])
    heights = log_likelihood(s.take(np.zeros(len(grid), dtype=int)), grid, restricted)
    top = log_likelihood(s, best, restricted)[0]
    assert heights.max() <= top + 1e-9 * max(1.0, abs(top))


@settings(max_examples=60, deadline=None)
@given(data_sets(), st.booleans())
def test_no_residual_tau2_on_a_dense_grid_has_a_higher_likelihood(data, restricted):
    y, v = data
    assume(len(y) >= 4)
    x = np.column_stack([np.ones(len(y)), np.arange(len(y)) % 3])
    s = ready(y, v, x)
    best = solve(s, "REML" if restricted else "ML")
    grid = np.concatenate([[0.0], 10.0 ** np.linspace(-7, 4, 400)])
    heights = log_likelihood(s.take(np.zeros(len(grid), dtype=int)), grid, restricted)
    top = log_likelihood(s, best, restricted)[0]
    assert heights.max() <= top + 1e-8 * max(1.0, abs(top))


@settings(max_examples=100, deadline=None)
@given(data_sets())
def test_paule_mandel_brings_q_to_its_expectation_or_is_zero(data):
    s = ready(*data)
    t = solve(s, "PM")
    q = generalised_q(s, t)[0][0]
    if t[0] > 0:
        assert q == pytest.approx(s.df[0], rel=1e-9)
    else:
        assert q <= s.df[0] * (1 + 1e-12)


@pytest.mark.parametrize("method", ESTIMATORS)
@settings(max_examples=25, deadline=None)
@given(data=data_sets(lightest=-2.0), shift=st.floats(-100, 100), power=st.integers(-20, 20))
def test_tau2_ignores_a_shift_and_grows_with_the_square_of_the_unit(method, data, shift, power):
    y, v = data
    unit = 2.0**power
    here = tau2(y, v, method)[0]
    # A likelihood with two peaks of one height may choose either once rounding is disturbed.
    assume(method not in ("ML", "REML") or _one_clear_peak(y, v, method))
    assert tau2(y + shift, v, method)[0] == pytest.approx(here, rel=1e-6, abs=1e-9)
    assert tau2(unit * y, unit**2 * v, method)[0] == pytest.approx(unit**2 * here, rel=1e-9)


def _one_clear_peak(y, v, method):
    s = ready(y, v)
    grid = np.concatenate([[0.0], 10.0 ** np.linspace(-5, 4, 600)])
    h = log_likelihood(s.take(np.zeros(len(grid), dtype=int)), grid, method == "REML")
    inner = (h[1:-1] > h[:-2]) & (h[1:-1] >= h[2:])
    return int(inner.sum()) + int(h[0] >= h[1]) == 1


@pytest.mark.parametrize("method", ESTIMATORS)
@settings(max_examples=30, deadline=None)
@given(data=data_sets(), seed=st.integers(0, 99))
def test_the_order_of_the_rows_does_not_matter(method, data, seed):
    y, v = data
    order = np.random.default_rng(seed).permutation(len(y))
    here, there = tau2(y, v, method)[0], tau2(y[order], v[order], method)[0]
    assert there == pytest.approx(here, rel=1e-6, abs=1e-9 * float(v.min()))


@pytest.mark.parametrize("method", ["DL", "HE", "HS", "PM", "EB"])
def test_tau2_rises_from_zero_without_a_jump(method):
    spread = np.linspace(0.0, 3.0, 3001)
    y = np.array([-1.0, -0.2, 0.3, 1.0])
    values = tau2(spread[:, None] * y, np.tile([0.3, 0.5, 0.2, 0.8], (3001, 1)), method)
    assert values[0] == 0.0
    assert values[-1] > 1.0
    assert np.all(np.diff(values) >= 0)
    assert np.diff(values).max() < 0.01


@pytest.mark.parametrize("method", ["DL", "HE", "PM", "EB", "REML"])
@given(y=effects, v=st.floats(0.01, 10))
def test_equal_variances_give_the_textbook_variance_component(method, y, v):
    expected = max(0.0, float(np.var(y, ddof=1)) - v)
    assert tau2(y, [v] * len(y), method)[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(y=effects, v=st.floats(0.01, 10))
def test_ml_with_equal_variances_divides_by_k(y, v):
    expected = max(0.0, float(np.var(y)) - v)
    assert tau2(y, [v] * len(y), "ML")[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("method", ESTIMATORS)
def test_equal_effects_and_single_rows_give_zero(method):
    assert tau2([0.3, 0.3, 0.3], [0.1, 0.2, 0.3], method)[0] == 0.0
    assert tau2([0.3], [0.1], method)[0] == 0.0
    assert tau2([np.nan, np.nan], [0.1, 0.2], method)[0] == 0.0


@pytest.mark.parametrize("method", ESTIMATORS)
def test_padded_data_sets_are_solved_as_if_alone(method):
    nan = np.nan
    y = [[0.1, 0.9, -0.4, 2.0], [1.0, nan, 3.0, nan], [nan, 0.5, nan, nan]]
    v = [[0.1, 0.2, 0.1, 0.4], [0.2, 0.1, 0.3, nan], [0.1, 0.1, nan, nan]]
    together = tau2(y, v, method)
    alone = [tau2([0.1, 0.9, -0.4, 2.0], v[0], method), tau2([1.0, 3.0], [0.2, 0.3], method), [0.0]]
    assert together == pytest.approx(np.concatenate(alone), rel=1e-12)


@pytest.mark.parametrize("method", ESTIMATORS)
def test_an_intercept_given_as_a_design_changes_nothing(method):
    one = np.ones((len(BCG_Y), 1))
    assert tau2(BCG_Y, BCG_V, method, one)[0] == pytest.approx(BCG_TAU2[method], rel=1e-9)


@pytest.mark.parametrize("scale", [1e-60, 1e-30, 1e30, 1e60])
def test_extreme_units_neither_overflow_nor_vanish(scale):
    value = tau2(np.array([1.0, 2.0, 5.0]) * scale, np.array([0.5, 0.3, 0.9]) * scale**2, "REML")[0]
    here = tau2([1.0, 2.0, 5.0], [0.5, 0.3, 0.9], "REML")[0]
    assert value / scale / scale == pytest.approx(here, rel=1e-9)


def test_a_dominant_study_costs_no_digits():
    # With one nearly exact study the others' distance from it is known, so the moment equation of
    # PM is sum((y - y1)^2 / (v + t)) = k - 1 up to 1e-12.
    y, v = np.array([1000.0, 1001.0, 998.5, 1000.7]), np.array([1e-13, 0.1, 0.2, 0.1])
    s = ready(y, v)
    t = solve(s, "PM")
    w = 1 / (v + t[0])
    mean = (w * (y - 1000)).sum() / w.sum()
    assert (w * (y - 1000 - mean) ** 2).sum() == pytest.approx(3, rel=1e-9)


@pytest.mark.parametrize("method", ["FE", "EE", "fe"])
def test_a_common_effect_has_no_between_study_variance(method):
    assert tau2(BCG_Y, BCG_V, method)[0] == 0.0


def test_an_unknown_method_is_answered_with_the_nearest_names():
    with pytest.raises(ReviewError) as error:
        tau2([0.1, 0.2], [0.1, 0.1], "RELM")
    assert "unknown method 'RELM'" in str(error.value)
    assert "Did you mean 'REML'" in str(error.value)


def test_all_variances_that_cannot_be_are_named_at_once():
    with pytest.raises(ReviewError) as error:
        tau2([0.1, 0.2, 0.3, np.nan], [0.1, 0.0, -1.0, -1.0])
    assert error.value.faults == ("row 2: variance 0", "row 3: variance -1")
    with pytest.raises(ReviewError) as error:
        tau2([[0.1, 0.2], [0.3, 0.4]], [[0.1, 0.1], [0.1, 0.0]])
    assert error.value.faults == ("data set 2, row 2: variance 0",)


def test_effects_and_variances_of_different_number_are_refused():
    with pytest.raises(ReviewError, match="3 effects but 2 variances"):
        tau2([0.1, 0.2, 0.3], [0.1, 0.1])


def test_a_design_that_does_not_fit_is_refused():
    y, v = [0.1, 0.2, 0.3], [0.1, 0.1, 0.1]
    with pytest.raises(ReviewError, match=r"the design has shape \(2, 1\) for 3 effects"):
        tau2(y, v, "REML", np.ones((2, 1)))
    with pytest.raises(ReviewError, match="the columns of the design are not independent"):
        tau2(y, v, "REML", np.ones((3, 2)))
