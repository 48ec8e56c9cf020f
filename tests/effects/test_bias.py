"""Small-study effects, trim-and-fill and excess significance, against R and against themselves."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.effects.bias.asymmetry import begg, egger, fail_safe, funnel
from themeweave.effects.bias.excess import ioannidis_trikalinos, tess_psst
from themeweave.effects.bias.trimfill import trim_and_fill
from themeweave.errors import ReviewError


def regression(test):
    return {
        "stat": test.stat,
        "df": test.df,
        "pval": test.pval,
        "limit_estimate": test.limit,
        "limit_ci_lb": test.limit_lb,
        "limit_ci_ub": test.limit_ub,
        "intercept": test.limit,
        "slope": test.slope,
        "slope_se": test.slope_se,
    }


def filled(found):
    after = found.after
    return {
        "side": found.side,
        "k0": found.k0,
        "k": after.k,
        **{f: getattr(after, f) for f in ("estimate", "se", "ci_lb", "ci_ub", "pval", "tau2")},
        "I2": after.I2,
        "Q": after.Q,
        **sorted_fill(found.filled_yi.tolist(), found.filled_vi.tolist()),
    }


def sorted_fill(yi, vi):
    """Filled studies in an order that does not depend on how ties were listed."""
    order = sorted(range(len(yi)), key=lambda i: (round(yi[i], 6), vi[i]))
    return {"filled_yi": [yi[i] for i in order], "filled_vi": [vi[i] for i in order]}


def rank_test(test):
    return {"tau": test.tau, "pval": test.pval}


def excess_it(test):
    return {
        "theta": test.effect,
        "observed": test.observed,
        "expected": test.expected,
        "OE_ratio": test.ratio,
        "X2": test.X2,
        "pval_chi2": test.pval_chi2,
        "power": test.power.tolist(),
        "alternative": test.alternative,
        "pval_binom": test.pval_binomial,
    }


def excess_tess(test):
    return {
        "observed": test.observed,
        "expected": test.expected,
        "ESS": test.excess,
        "z_TESS": test.z_tess,
        "p_TESS": test.p_tess,
        "z_PSST": test.z_psst,
        "p_PSST": test.p_psst,
    }


def everything(yi, vi):
    """Our results under the reference's keys, each with the tolerance that fits it."""
    found = fail_safe(yi, vi)
    results = {
        "egger_lm_sei": (regression(egger(yi, vi)), 1e-9),
        "egger_lm_vi": (regression(egger(yi, vi, predictor="variance")), 1e-9),
        "egger_rma_reml_sei": (regression(egger(yi, vi, model="mixed")), 1e-6),
        "begg_ranktest": (rank_test(begg(yi, vi)), 1e-10),
        "begg_ranktest_asymptotic": (rank_test(begg(yi, vi, exact=False)), 1e-10),
        "failsafe_Rosenthal": (found.rosenthal, 0),
        "failsafe_Orwin": (found.orwin, 0),
        "failsafe_Rosenberg": (found.rosenberg, 0),
        "excess_significance_IT": (excess_it(ioannidis_trikalinos(yi, vi)), 1e-9),
        "excess_significance_TESS_PSST": (excess_tess(tess_psst(yi, vi)), 1e-6),
    }
    for estimator in ("L0", "R0"):
        for method in ("FE", "REML", "DL"):
            ours = filled(trim_and_fill(yi, vi, estimator=estimator, method=method))
            results[f"trimfill_{estimator}_{method}"] = (ours, 1e-6)
    return results


def test_bias_block_agrees_with_the_reference(references, tally, record_property):
    for data in references:
        block = data.expected.get("bias")
        if not block:
            continue
        ours = everything(data.yi, data.vi)
        for key, theirs in block.items():
            if key not in ours:
                tally.not_offered.append(f"{data.name}.{key}")
                continue
            mine, rel = ours[key]
            if key.startswith("exc"):
                theirs = {k: v for k, v in theirs.items() if k != "note"}
            if key.startswith("trimfill"):
                theirs |= sorted_fill(theirs["filled_yi"], theirs["filled_vi"])
            tally.walk(f"{data.name}.{key}", mine, theirs, rel)
    tally.settle(record_property, at_least=3000)


def test_the_two_tests_of_egger_on_the_bcg_trials_agree_with_metafor(bcg):
    # metafor 3.8-1: regtest(model = "lm") and regtest(model = "rma") on dat.bcg, log risk ratios
    classic, mixed = egger(*bcg), egger(*bcg, model="mixed")
    assert (classic.stat, classic.df, classic.pval) == pytest.approx(
        (-1.4013, 11, 0.1887), abs=5e-5
    )
    assert (mixed.stat, mixed.pval) == pytest.approx((-0.8033, 0.4218), abs=5e-5)
    assert mixed.df is None


def test_trim_and_fill_depends_on_the_model_as_in_metafor(bcg):
    # metafor 3.8-1: trimfill(rma(yi, vi, method = ...)) on dat.bcg
    found = {m: trim_and_fill(*bcg, method=m) for m in ("FE", "REML", "DL")}
    assert {m: (f.side, f.k0) for m, f in found.items()} == {
        "FE": ("right", 4),
        "REML": ("right", 1),
        "DL": ("right", 1),
    }
    assert found["FE"].after.estimate == pytest.approx(-0.2910, abs=5e-5)
    assert found["REML"].after.estimate == pytest.approx(-0.6571, abs=5e-5)


def test_rank_test_fail_safe_and_excess_on_the_bcg_trials_agree_with_metafor(bcg):
    # metafor 3.8-1: ranktest, fsn (three types) and tes on dat.bcg
    assert begg(*bcg).tau == pytest.approx(0.0256, abs=5e-5)
    assert begg(*bcg).pval == pytest.approx(0.9524, abs=5e-5)
    found = fail_safe(*bcg)
    assert (found.rosenthal, found.orwin, found.rosenberg) == (598, 13, 370)
    test = ioannidis_trikalinos(*bcg)
    assert (test.observed, test.expected) == (8, pytest.approx(6.0927, abs=5e-5))
    assert (test.X2, test.pval_chi2) == pytest.approx((1.1238, 0.1446), abs=5e-5)
    # The same powers with tau2 and the published 1.96, by the formulas of Stanley et al. (2021)
    assert tess_psst(*bcg).p_tess == pytest.approx(0.0093, abs=5e-5)


def test_the_published_chi_square_is_two_sided_and_the_software_one_is_not(bcg):
    one, two = (ioannidis_trikalinos(*bcg, alternative=a) for a in ("greater", "two-sided"))
    assert one.X2 == two.X2
    assert two.pval_chi2 == pytest.approx(2 * one.pval_chi2)


def test_tess_can_count_one_direction_only():
    y, v = [0.8, 0.9, -0.9, 0.7], [0.04, 0.05, 0.05, 0.03]
    assert tess_psst(y, v).observed == 4
    assert tess_psst(y, v, same_direction=True).observed == 3


@pytest.mark.parametrize("k", [0, 1, 2])
def test_fewer_than_three_studies_are_data_not_a_crash(k):
    y, v = [0.2, 0.5][:k], [0.1, 0.2][:k]
    for test in (egger(y, v), egger(y, v, model="mixed"), begg(y, v)):
        assert math.isnan(test.pval)
        assert test.notes[-1] == "not estimable (k < 3)"
    found = trim_and_fill(y, v)
    assert (found.after, found.k0, found.notes) == (None, 0, ("not estimable (k < 3)",))
    assert ioannidis_trikalinos(y, v).k == tess_psst(y, v).k == fail_safe(y, v).k == k
    assert len(funnel(y, v).yi) == k


def test_equally_precise_studies_leave_nothing_for_egger_to_regress_on():
    assert egger([0.1, 0.2, 0.4], [0.1] * 3).notes == (
        "not estimable (all studies are equally precise)",
    )


def test_the_side_of_trim_and_fill_can_be_given_and_a_symmetric_funnel_is_left_alone(bcg):
    y, v = [-0.4, -0.2, 0.0, 0.2, 0.4], [0.2, 0.1, 0.02, 0.1, 0.2]
    for side in ("left", "right"):
        found = trim_and_fill(y, v, side=side)
        assert (found.side, found.k0) == (side, 0)
        assert found.after.estimate == found.before.estimate
    right = trim_and_fill(*bcg, side="left")
    assert right.k0 < trim_and_fill(*bcg).k0


def test_filled_studies_mirror_the_trimmed_ones(bcg):
    found = trim_and_fill(*bcg)
    extreme = sorted(bcg[0])[: found.k0]
    gaps = np.diff(np.sort(found.filled_yi))
    assert np.allclose(gaps, -np.diff(sorted(extreme, reverse=True)))


def test_a_fail_safe_number_of_a_null_finding_is_zero():
    found = fail_safe([0.01, -0.01, 0.02], [0.1, 0.1, 0.1])
    assert (found.rosenthal, found.rosenberg) == (0, 0)
    beyond = fail_safe([0.3, 0.4], [0.1, 0.1], orwin_target=-0.1)
    assert math.isnan(beyond.orwin)
    assert "Orwin" in beyond.notes[-1]
    assert fail_safe([-0.3, -0.5], [0.1, 0.1], orwin_target=-0.1).orwin == 6


def test_funnel_zones_follow_the_p_values_and_the_contours():
    plot = funnel([0.0, 0.18, 0.21, 0.9], [0.01] * 4)
    assert plot.zone == ("0.1 to 1", "0.05 to 0.1", "0.01 to 0.05", "0 to 0.01")
    assert plot.contour_reach == pytest.approx((1.6449, 1.9600, 2.5758), abs=5e-5)
    assert plot.centre == pytest.approx(0.3225)


studies = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 2)),
    min_size=4,
    max_size=12,
    unique_by=(lambda row: round(row[0], 6), lambda row: round(row[1], 6)),
)


@settings(deadline=None, max_examples=40)
@given(studies, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, chance):
    turned = list(rows)
    chance.shuffle(turned)
    one, other = (list(map(list, zip(*r, strict=True))) for r in (rows, turned))
    for model in ("classic", "mixed"):
        a, b = (egger(*x, model=model) for x in (one, other))
        assert (a.slope, a.limit) == pytest.approx((b.slope, b.limit), rel=1e-5, abs=1e-5)
    assert begg(*one) == begg(*other)
    assert fail_safe(*one).rosenberg == fail_safe(*other).rosenberg
    assert tess_psst(*one).p_tess == pytest.approx(tess_psst(*other).p_tess, rel=1e-6)


@settings(deadline=None, max_examples=40)
@given(studies, st.floats(-3, 3), st.floats(0.01, 100))
def test_shift_and_scale_pass_through(rows, shift, scale):
    y, v = map(list, zip(*rows, strict=True))
    moved = [scale * (x + shift) for x in y], [scale**2 * x for x in v]
    a, b = egger(y, v), egger(*moved)
    # A fit that leaves next to no residual has a statistic that is all rounding.
    if abs(a.stat) < 1e4:
        assert b.stat == pytest.approx(a.stat, rel=1e-5, abs=1e-5)
    assert b.limit == pytest.approx(scale * (a.limit + shift), rel=1e-6, abs=1e-6 * scale)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: egger([0.1], [0.1], model="clasic"), "Did you mean 'classic'"),
        (lambda: egger([0.1], [0.1], predictor="n"), "unknown predictor 'n'"),
        (lambda: egger([0.1, 0.2], [0.1, -0.1]), "row 2: variance -0.1"),
        (lambda: fail_safe([0.1], [0.1], alpha=5), "alpha is 5"),
        (lambda: funnel([0.1], [0.1], contours=(5.0,)), "a contour lies outside 0 to 1"),
        (lambda: trim_and_fill([0.1], [0.1], estimator="Q0"), "unknown estimator 'Q0'"),
        (lambda: trim_and_fill([0.1], [0.1], side="rigth"), "Did you mean 'right'"),
        (lambda: trim_and_fill([0.1], [0.1], method="RELM"), "Did you mean 'REML'"),
        (lambda: ioannidis_trikalinos([0.1], [0.1], alternative="x"), "unknown alternative 'x'"),
        (lambda: tess_psst([0.1], [0.1], alpha=0), "alpha is 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ReviewError) as caught:
        call()
    assert message in str(caught.value)
