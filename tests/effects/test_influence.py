"""Influence diagnostics, against R and against themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.effects.influence import (
    baujat,
    blup,
    cumulative,
    influence,
    leave_one_out,
    standardised_residuals,
)
from themeweave.errors import ReviewError

POOLED = {"Qp": "Q_pval"}
FIELDS = ("estimate", "se", "ci_lb", "ci_ub", "pval", "Q", "Qp", "tau2", "I2")


def pooled(batch):
    return {name: getattr(batch, POOLED.get(name, name)).tolist() for name in FIELDS}


def arrays(record, **names):
    return {theirs: np.asarray(getattr(record, ours)).tolist() for theirs, ours in names.items()}


def everything(yi, vi, key):
    """Our results for one key of the reference."""
    kind, method = key.split("_")
    if kind == "leave1out":
        return pooled(leave_one_out(yi, vi, method=method).pooled)
    if kind == "cumul":
        return pooled(cumulative(yi, vi, method=method).pooled) | {"order": "row order"}
    if kind == "influence":
        same = ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "QE_del", "hat", "dfbs")
        names = {name: name for name in same} | {
            "weight_pct": "weight",
            "influential": "influential",
        }
        return arrays(influence(yi, vi, method=method), **names)
    if kind == "rstandard":
        found = standardised_residuals(yi, vi, method=method)
        return arrays(found, resid="resid", se="se", z="z")
    if kind == "baujat":
        return arrays(baujat(yi, vi, method=method), x="x", y="y")
    if kind == "blup":
        return arrays(blup(yi, vi, method=method), pred="pred", se="se", pi_lb="lb", pi_ub="ub")
    return None


def test_influence_block_agrees_with_the_reference(references, tally, record_property):
    for data in references:
        for key, theirs in (data.expected.get("influence") or {}).items():
            ours = everything(data.yi, data.vi, key)
            if ours is None:
                tally.not_offered.append(f"{data.name}.{key}")
                continue
            rel = 1e-6 if "REML" in key else 1e-9
            tally.walk(f"{data.name}.{key}", ours, theirs, rel, floor=1e-9)
    tally.settle(record_property, at_least=10_000)


def test_the_bcg_trials_agree_with_metafor(bcg):
    # metafor 3.8-1: leave1out, cumul, influence, rstandard, baujat and blup of rma(..., "REML") on
    # dat.bcg, log risk ratios; first and second trial
    pooled = leave_one_out(*bcg).pooled
    assert pooled.estimate[:2] == pytest.approx((-0.7071, -0.6540), abs=5e-5)
    assert pooled.tau2[:2] == pytest.approx((0.3362, 0.2926), abs=5e-5)
    assert cumulative(*bcg).pooled.estimate[:2] == pytest.approx((-0.8893, -1.3250), abs=5e-5)
    found = influence(*bcg)
    assert found.rstudent[:2] == pytest.approx((-0.2181, -1.2918), abs=5e-5)
    assert found.dffits[:2] == pytest.approx((-0.0407, -0.3436), abs=5e-5)
    assert found.cook_d[:2] == pytest.approx((0.0017, 0.1132), abs=5e-5)
    assert found.cov_r[:2] == pytest.approx((1.1164, 1.0102), abs=5e-5)
    assert found.dfbs[:2] == pytest.approx((-0.0403, -0.3459), abs=5e-5)
    assert found.hat[:2] == pytest.approx((0.0506, 0.0636), abs=5e-5)
    assert standardised_residuals(*bcg).z[:2] == pytest.approx((-0.2244, -1.2629), abs=5e-5)
    plot = baujat(*bcg)
    assert (plot.x[1], plot.y[1]) == pytest.approx((1.4934, 0.1121), abs=5e-5)
    assert blup(*bcg).pred[:2] == pytest.approx((-0.8002, -1.2517), abs=5e-5)


def test_leaving_one_out_is_pooling_the_rest(bcg):
    from themeweave.effects import pool

    batch = leave_one_out(*bcg, ci="knha").pooled
    for i in range(len(bcg[0])):
        rest = pool(*(x[:i] + x[i + 1 :] for x in bcg), ci="knha")
        assert batch.estimate[i] == pytest.approx(rest.estimate, rel=1e-12)
        assert (batch.ci_lb[i], batch.pi_ub[i]) == pytest.approx((rest.ci_lb, rest.pi_ub))


def test_the_last_step_of_the_cumulative_analysis_is_the_whole(bcg):
    from themeweave.effects import pool

    years = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976]
    found = cumulative(*bcg, order=years)
    assert found.pooled.estimate[-1] == pytest.approx(pool(*bcg).estimate, rel=1e-9)
    assert [years[i] for i in found.order] == sorted(years)
    assert found.pooled.k.tolist() == list(range(1, 14))


def test_rows_without_an_order_are_left_out_and_text_is_sorted_by_code_point():
    found = cumulative([0.1, 0.2, 0.3], [0.1] * 3, order=["2010b", None, "2010a"])
    assert found.order.tolist() == [2, 0]
    assert found.notes == ("1 of 3 rows left out: a value is missing",)


def test_an_outlier_is_flagged_and_an_ordinary_study_is_not():
    found = influence([0.1, 0.2, 0.15, 0.12, 3.0], [0.02] * 5)
    assert found.influential == (False, False, False, False, True)


def test_without_heterogeneity_every_true_effect_is_predicted_to_be_the_pooled_one():
    found = blup([0.2, 0.2, 0.2], [0.1, 0.2, 0.3])
    assert found.pred == pytest.approx([0.2] * 3)


@pytest.mark.parametrize("k", [0, 1])
def test_too_few_studies_are_data_not_a_crash(k):
    y, v = [0.2][:k], [0.1][:k]
    assert len(leave_one_out(y, v).pooled.k) == 0
    assert leave_one_out(y, v).notes == ("not estimable (k < 2)",)
    assert influence(y, v).notes == standardised_residuals(y, v).notes == baujat(y, v).notes
    assert influence(y, v).notes == ("not estimable (k < 2)",)
    assert len(cumulative(y, v).order) == len(blup(y, v).pred) == k


def test_two_studies_leave_one_each():
    found = leave_one_out([0.2, 0.6], [0.1, 0.3]).pooled
    assert found.estimate == pytest.approx([0.6, 0.2])
    assert found.tau2.tolist() == [0.0, 0.0]


studies = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 2)), min_size=3, max_size=10)


@settings(deadline=None, max_examples=40)
@given(studies, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, chance):
    order = list(range(len(rows)))
    chance.shuffle(order)
    y, v = map(np.array, zip(*rows, strict=True))
    one, other = influence(y, v, method="DL"), influence(y[order], v[order], method="DL")
    for name in ("rstudent", "dffits", "cook_d", "cov_r", "hat", "dfbs"):
        a, b = getattr(one, name)[order], getattr(other, name)
        assert a == pytest.approx(b, rel=1e-6, abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(studies, st.floats(-3, 3), st.floats(0.01, 100))
def test_diagnostics_have_no_unit(rows, shift, scale):
    y, v = map(np.array, zip(*rows, strict=True))
    one, other = influence(y, v), influence(scale * (y + shift), scale**2 * v)
    for name in ("rstudent", "dffits", "cook_d", "cov_r", "hat", "dfbs"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-4, abs=1e-5)
    assert other.tau2_del == pytest.approx(scale**2 * one.tau2_del, rel=1e-5, abs=1e-6 * scale**2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: influence([0.1, 0.2], [0.1, 0.0]), "row 2: variance 0"),
        (lambda: leave_one_out([0.1, 0.2], [0.1]), "'variances' has 1 values"),
        (lambda: baujat([0.1, 0.2], [0.1, 0.1], method="RELM"), "Did you mean 'REML'"),
        (lambda: blup([0.1, 0.2], [0.1, 0.1], level=95), "the level is 95"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ReviewError) as caught:
        call()
    assert message in str(caught.value)
