import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from themeweave.effects.sizes import conversions as convert
from themeweave.effects.sizes.continuous import hedges_j
from themeweave.effects.sizes.quantiles import mean_sd_from_quantiles
from themeweave.effects.without_effects import count_directions, fisher, stouffer
from themeweave.errors import ReviewError

sds = st.floats(0.1, 10)


@given(st.floats(-5, 5), st.floats(0.001, 4))
def test_d_and_log_odds_ratio_convert_there_and_back(d, v):
    back = convert.log_or_to_d(*convert.d_to_log_or(d, v))
    assert (float(back[0]), float(back[1])) == pytest.approx((d, v), rel=1e-12)


@given(st.floats(-0.99, 0.99))
def test_r_converts_to_d_and_z_and_back(r):
    d = convert.r_to_d(r)[0]
    assert float(convert.d_to_r(d, 50, 50)[0]) == pytest.approx(r, abs=1e-12)
    assert float(convert.z_to_r(convert.r_to_z(r)[0])[0]) == pytest.approx(r, abs=1e-12)


def test_variances_travel_with_the_effect_by_the_delta_method():
    step = 1e-6
    slope = (convert.d_to_r(0.5 + step, 20, 40)[0] - convert.d_to_r(0.5 - step, 20, 40)[0]) / (
        2 * step
    )
    assert float(convert.d_to_r(0.5, 20, 40, v=0.1)[1]) == pytest.approx(0.1 * slope**2, rel=1e-6)
    slope = (convert.r_to_d(0.4 + step)[0] - convert.r_to_d(0.4 - step)[0]) / (2 * step)
    assert float(convert.r_to_d(0.4, v=0.1)[1]) == pytest.approx(0.1 * slope**2, rel=1e-6)
    assert float(convert.z_to_r(0.0, v=0.1)[1]) == pytest.approx(0.1)
    assert float(convert.r_to_z(0.4, n=103)[1]) == pytest.approx(0.01)


@given(st.floats(-3, 3).filter(lambda d: abs(d) > 0.01), st.integers(2, 90), st.integers(2, 90))
def test_t_f_and_p_of_one_test_give_one_d(d, n1, n2):
    t = d / np.sqrt(1 / n1 + 1 / n2)
    from_t, p = convert.d_from_t(t, n1, n2)
    assert float(from_t) == pytest.approx(d)
    assert float(convert.d_from_f(t**2, n1, n2, np.sign(d))) == pytest.approx(d)
    if 1e-12 < p < 0.999:
        assert float(convert.d_from_p(p, n1, n2, np.sign(d))) == pytest.approx(d, rel=1e-3)


@given(sds, sds, st.floats(-0.95, 0.95))
def test_the_sd_of_a_change_and_its_correlation_belong_together(before, after, r):
    change = convert.sd_of_change(before, after, r)
    assert float(convert.correlation_of_change(before, after, change)) == pytest.approx(r, abs=1e-9)


def test_a_correlation_beyond_one_is_not_a_correlation():
    assert np.isnan(convert.correlation_of_change(1.0, 1.0, 9.0))


@given(st.lists(st.floats(-9, 9), min_size=2, max_size=9), st.lists(st.floats(-9, 9), min_size=2))
def test_combined_groups_are_what_all_people_together_give(one, other):
    n, mean, sd = convert.combine_groups(
        *(len(one), np.mean(one), np.std(one, ddof=1)),
        *(len(other), np.mean(other), np.std(other, ddof=1)),
    )
    people = one + other
    expected = len(people), np.mean(people), np.std(people, ddof=1)
    assert (float(n), float(mean), float(sd)) == pytest.approx(expected, rel=1e-9, abs=1e-7)


def test_what_cannot_be_converted_is_nan():
    assert np.isnan(convert.se_from_ci(1.0, 0.5))
    assert np.isnan(convert.log_ratio_from_ci(-1.0, 0.5, 2.0)[0])
    assert np.isnan(convert.se_from_p(0.3, 0.0))
    assert np.isnan(convert.se_from_p(0.0, 0.5))
    assert np.isnan(convert.r_to_d(1.0)[0])
    assert np.isnan(convert.sd_from_ci(1.0, 2.0, 1))


@pytest.mark.parametrize("m", [2, 3, 10, 99, 101, 102, 103, 500])
def test_hedges_factor_is_one_curve_across_its_two_ways_of_computing(m):
    exact = np.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / np.sqrt(m / 2)
    assert float(hedges_j(np.array([m]))[0]) == pytest.approx(exact, rel=2e-12)


def test_hedges_factor_keeps_its_digits_in_large_groups():
    # 1 - 3 / (4m) - 7 / (32 m^2) to first orders, far below what log-gammas resolve
    j = float(hedges_j(np.array([1e8]))[0])
    assert 1 - j == pytest.approx(0.75e-8, rel=1e-6)


def test_hedges_factor_needs_two_degrees_of_freedom():
    assert np.isnan(hedges_j(np.array([1.0, 0.0, np.nan]))).all()


# --- quantiles ------------------------------------------------------------------------------------


def test_plain_averages_are_those_of_wan_and_hozo():
    five = {"median": 5.0, "q1": 4.0, "q3": 7.0, "minimum": 1.0, "maximum": 9.0}
    mean, _ = mean_sd_from_quantiles(40, **five, mean_by="wan")
    assert float(mean) == pytest.approx((1 + 2 * 4 + 2 * 5 + 2 * 7 + 9) / 8)
    mean, _ = mean_sd_from_quantiles(40, 5.0, 4.0, 7.0, mean_by="wan")
    assert float(mean) == pytest.approx((4 + 5 + 7) / 3)
    mean, _ = mean_sd_from_quantiles(40, 5.0, minimum=1.0, maximum=9.0, mean_by="wan")
    assert float(mean) == pytest.approx((1 + 2 * 5 + 9) / 4)


def test_wan_averages_the_two_spreads_that_shi_weights():
    _, by_range = mean_sd_from_quantiles(40, 5.0, minimum=1.0, maximum=9.0)
    _, by_quartiles = mean_sd_from_quantiles(40, 5.0, 4.0, 7.0)
    _, wan = mean_sd_from_quantiles(40, 5.0, 4.0, 7.0, 1.0, 9.0, sd_by="wan")
    _, shi = mean_sd_from_quantiles(40, 5.0, 4.0, 7.0, 1.0, 9.0)
    assert float(wan) == pytest.approx(float(by_range + by_quartiles) / 2)
    assert min(by_range, by_quartiles) < shi < max(by_range, by_quartiles)


def test_quantiles_out_of_order_and_groups_of_one_are_nan():
    assert np.isnan(mean_sd_from_quantiles(40, 8.0, 4.0, 7.0)).all()
    assert np.isnan(mean_sd_from_quantiles(1, 5.0, 4.0, 7.0)).all()


def test_a_median_alone_is_refused():
    with pytest.raises(ReviewError, match="a median alone tells nothing about the spread"):
        mean_sd_from_quantiles(40, 5.0, q1=4.0)
    with pytest.raises(ReviewError, match="unknown estimator of the mean 'hozo'"):
        mean_sd_from_quantiles(40, 5.0, 4.0, 7.0, mean_by="hozo")


# --- without effects ------------------------------------------------------------------------------


def test_combined_p_values_are_the_sums_they_are_defined_as():
    from scipy.stats import combine_pvalues

    p = [0.01, 0.2, 0.3]
    for ours, name in ((fisher(p), "fisher"), (stouffer(p), "stouffer")):
        theirs = combine_pvalues(p, method=name)
        assert (ours.stat, ours.pval) == pytest.approx((theirs.statistic, theirs.pvalue))


@pytest.mark.parametrize("p", [[0.5, 0.0], [0.5, 1.2], [0.5, np.nan]])
def test_p_values_that_cannot_be_are_named(p):
    with pytest.raises(ReviewError) as error:
        fisher(p)
    assert error.value.faults[0].startswith("row 2: ")
    with pytest.raises(ReviewError, match="there are no p values"):
        stouffer([])


@pytest.mark.parametrize(("benefit", "total"), [(0, 7), (7, 7), (3, 7), (4, 8), (0, 1), (1, 1)])
def test_counted_directions_agree_with_the_exact_binomial(benefit, total):
    from scipy.stats import binomtest

    ours, exact = count_directions(benefit, total), binomtest(benefit, total)
    interval, wilson = exact.proportion_ci(), exact.proportion_ci(method="wilson")
    assert ours.pval == pytest.approx(exact.pvalue)
    assert (ours.exact_lb, ours.exact_ub) == pytest.approx((interval.low, interval.high))
    assert (ours.wilson_lb, ours.wilson_ub) == pytest.approx((wilson.low, wilson.high), abs=1e-12)


def test_more_benefits_than_effects_cannot_be_counted():
    with pytest.raises(ReviewError, match="8 of 7 directions cannot be counted"):
        count_directions(8, 7)
    with pytest.raises(ReviewError, match="0 of 0 directions"):
        count_directions(0, 0)
