import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from themeweave.effects.profile import profile_likelihood, q_profile
from themeweave.effects.projection import generalised_q, log_likelihood
from themeweave.effects.solver import ready, solve
from themeweave.errors import ReviewError

K2 = [0.1, 0.9], [0.05, 0.04]
K6 = [0.21, 0.19, 0.2, 0.22, 0.18, 0.2], [0.02, 0.03, 0.05, 0.04, 0.02, 0.06]


def test_q_profile_is_the_exact_root_and_zero_below_it():
    # metafor 3.8-1 with tightened roots, constructed data sets edge_k2 and edge_homogeneous
    low, high = q_profile(ready(*K2))
    assert (low[0], high[0]) == pytest.approx((0.0186957104657321, 325.797646310294), rel=1e-9)
    low, high = q_profile(ready(*K6))
    assert (low[0], high[0]) == (0.0, 0.0)


def test_profile_likelihood_agrees_with_metafor():
    # metafor 3.8-1, constructed data sets edge_k2 and edge_homogeneous
    reml = profile_likelihood(*K2, method="REML")
    assert reml == pytest.approx((0.00239915327419579, 40.1629976291065), rel=1e-8)
    assert profile_likelihood(*K2, method="ML") == pytest.approx((0.0, 2.75766876966056), rel=1e-8)
    assert profile_likelihood(*K6) == pytest.approx((0.0, 0.0385799409142795), rel=1e-8)


data = st.integers(2, 8).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(-5, 5), min_size=k, max_size=k),
        st.lists(st.floats(0.01, 10), min_size=k, max_size=k),
    )
)


@settings(max_examples=60, deadline=None)
@given(data, st.floats(0.5, 0.99))
def test_q_at_each_bound_is_the_quantile(data, level):
    s = ready(*data)
    for bound, share in zip(q_profile(s, level), ((1 + level) / 2, (1 - level) / 2), strict=True):
        q, target = generalised_q(s, bound)[0][0], chi2.ppf(share, s.df[0])
        assert q == pytest.approx(target, rel=1e-9) if bound[0] > 0 else q <= target * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(data, st.sampled_from(["REML", "ML"]))
def test_the_likelihood_has_fallen_by_the_quantile_at_each_inner_bound(data, method):
    s, restricted = ready(*data), method == "REML"
    top = log_likelihood(s, solve(s, method), restricted)[0]
    low, high = profile_likelihood(*data, method=method)
    for bound in (low, high):
        fall = 2 * (top - log_likelihood(s, np.array([bound]), restricted)[0])
        if bound > 0:
            assert fall == pytest.approx(chi2.ppf(0.95, 1), rel=1e-6)
        else:
            assert fall <= chi2.ppf(0.95, 1)
    assert low <= solve(s, method)[0] <= high


def test_one_study_has_no_interval():
    assert np.isnan(profile_likelihood([0.3], [0.1])).all()
    assert np.isnan(q_profile(ready([0.3], [0.1]))).all()


def test_only_likelihood_estimators_have_a_profile_likelihood():
    with pytest.raises(ReviewError, match="unknown likelihood 'DL'"):
        profile_likelihood([0.3, 0.4], [0.1, 0.1], method="DL")
