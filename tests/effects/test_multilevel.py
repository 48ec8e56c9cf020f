"""Three-level models, robust tests and composites, against R, brute force and themselves."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.effects.multilevel.three_level import aggregate, multilevel
from themeweave.errors import ReviewError

# The districts of the 56 schools in Konstantopoulos (2011).
DISTRICT = [11] * 4 + [12] * 4 + [18] * 3 + [27] * 4 + [56] * 4 + [58] * 11 + [71] * 3
DISTRICT += [86] * 8 + [91] * 6 + [108] * 5 + [644] * 4


def coefficients(rows):
    fields = ("estimate", "se", "stat", "pval", "ci_lb", "ci_ub")
    name = {"intercept": "intrcpt"}
    return [
        {"term": name.get(c.term, c.term), **{field: getattr(c, field) for field in fields}}
        for c in rows
    ]


def columns(rows):
    names = {"t": "stat"}
    fields = ("estimate", "se", "t", "df", "pval", "ci_lb", "ci_ub")
    return {f: [getattr(c, names.get(f, f)) for c in rows] for f in fields}


def fitted(fit):
    return {
        "coef": coefficients(fit.coefficients),
        "sigma2": [fit.sigma2_between, fit.sigma2_within],
        "QE": fit.QE,
        "QEp": fit.QE_pval,
        "QM": fit.QM,
        "QMp": fit.QM_pval,
        "logLik": fit.loglik,
        "AIC": fit.aic,
        "I2_total": fit.I2,
        "I2_levels": [fit.I2_between, fit.I2_within],
        "df": fit.coefficients[0].df,
        "rho": fit.rho,
        "robust": {
            "CR0": {"coef": coefficients(fit.cr0), "df": fit.cr0[0].df},
            "CR1_adjusted": {"coef": coefficients(fit.cr1), "df": fit.cr1[0].df},
            "CR2": columns(fit.cr2),
        },
    }


def test_multilevel_blocks_agree_with_the_reference(references, tally, record_property):
    for data in references:
        for name in ("multilevel", "multilevel_mods"):
            block = dict(data.expected.get(name) or {})
            if not block:
                continue
            cluster = data.columns[block.pop("cluster")]
            formula = block.pop("formula", None)
            moderators = None
            if formula:
                moderators = {t: data.moderator(t) for t in formula.lstrip("~ ").split(" + ")}
            aggregated = block.pop("aggregate_rho0.6", None)
            size = {"n_cluster": block.pop("n_cluster"), "k": block.pop("k")}
            for key, theirs in block.items():
                fit = multilevel(
                    data.yi,
                    data.vi,
                    cluster,
                    moderators=moderators,
                    method="ML" if "_ML_" in key else "REML",
                    test="t" if key.endswith("_t") else "z",
                    rho=theirs.get("rho", 0.0),
                )
                where = f"{data.name}.{name}.{key}"
                theirs = {k: v for k, v in theirs.items() if k != "optimizer_rel_tol"}
                estimates = [row["estimate"] for row in theirs["coef"]]
                ours = [c.estimate for c in fit.coefficients]
                tally.walk(f"{where}.fixed", ours, estimates, 1e-6)
                # R's optimiser stops at about 1e-11 where a component is 0, so the rest of the
                # model is good to about 1e-5.
                tally.walk(where, fitted(fit), theirs, 2e-5, floor=1e-10)
                tally.walk(where, {"n_cluster": fit.n_clusters, "k": fit.k}, size, 0)
            if aggregated:
                found = aggregate(data.yi, data.vi, cluster, rho=0.6)
                place = [found.clusters.index(c) for c in aggregated["cluster"]]
                assert sorted(place) == list(range(len(found.clusters)))
                ours = {"yi": found.yi[place].tolist(), "vi": found.vi[place].tolist()}
                theirs = {name: aggregated[name] for name in ("yi", "vi")}
                tally.walk(f"{data.name}.aggregate", ours, theirs, 1e-10)
                if aggregated.get("REML"):
                    from themeweave.effects import pool

                    pooled = pool(found.yi, found.vi)
                    ours = {f: getattr(pooled, f) for f in ("estimate", "se", "tau2")}
                    tally.walk(f"{data.name}.aggregate.REML", ours, aggregated["REML"], 1e-6)
    tally.settle(record_property, at_least=1900)


def test_a_small_model_agrees_with_metafor():
    # metafor 3.8-1 with clubSandwich 0.5.8: rma.mv(yi, vi, random = ~ 1 | district/school) and
    # aggregate(rho = 0.6), to 4 places. Effects and variances as published by Konstantopoulos S
    # (2011), Research Synthesis Methods 2:61-76.
    effects = [-0.18, -0.22, 0.23, -0.30, 0.13, -0.26, 0.19, 0.32, 0.45, 0.38, 0.29]
    effects += [0.16, 0.65, 0.36, 0.60, 0.08, 0.04, 0.19, -0.06]
    effects += [-0.18, 0.00, 0.00, -0.28, -0.04, -0.30, 0.07, 0.00, 0.05, -0.08, -0.09]
    effects += [0.30, 0.98, 1.19, -0.07, -0.05, -0.01, 0.02, -0.03, 0.00, 0.01, -0.10]
    effects += [0.50, 0.66, 0.20, 0.00, 0.05, 0.07, -0.52, 0.70, -0.03, 0.27, -0.34]
    effects += [0.12, 0.61, 0.04, -0.05]
    variances = [0.118, 0.118, 0.144, 0.144, 0.014, 0.014, 0.015, 0.024, 0.023, 0.043, 0.012]
    variances += [0.020, 0.004, 0.004, 0.007, 0.019, 0.007, 0.005, 0.004]
    variances += [0.020, 0.018, 0.019, 0.022, 0.020, 0.021, 0.006, 0.007, 0.007, 0.007, 0.007]
    variances += [0.015, 0.011, 0.010, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001]
    variances += [0.010, 0.011, 0.010, 0.009, 0.013, 0.013, 0.031, 0.031, 0.030, 0.030, 0.030]
    variances += [0.087, 0.082, 0.067, 0.067]
    fit = multilevel(effects, variances, DISTRICT)
    model, robust = fit.coefficients[0], fit.cr2[0]
    assert (model.estimate, model.se) == pytest.approx((0.1847, 0.0846), abs=5e-5)
    found = (fit.sigma2_between, fit.sigma2_within)
    assert found == pytest.approx((0.0651, 0.0327), abs=5e-5)
    assert fit.loglik == pytest.approx(-7.9587, abs=5e-5)
    assert (fit.I2, fit.I2_between) == pytest.approx((95.1873, 63.3248), abs=5e-4)
    assert (robust.se, robust.df) == pytest.approx((0.0845, 9.8632), abs=5e-5)
    composite = aggregate(effects, variances, DISTRICT, rho=0.6)
    assert (composite.yi[0], composite.vi[0]) == pytest.approx((-0.1498, 0.0895), abs=5e-5)


def dense_loglik(y, v, cluster, components, rho, restricted):
    """The log-likelihood from the full covariance matrix, written down independently."""
    same = np.equal.outer(cluster, cluster)
    off = same & ~np.eye(len(y), dtype=bool)
    M = np.diag(v + components[1]) + components[0] * same
    M += rho * off * np.sqrt(np.outer(v, v))
    W, ones = np.linalg.inv(M), np.ones(len(y))
    information = ones @ W @ ones
    r = y - (ones @ W @ y) / information
    value = np.linalg.slogdet(M)[1] + r @ W @ r
    n = len(y) - restricted
    if restricted:
        value += math.log(information) - math.log(len(y))
    return -0.5 * (value + n * math.log(2 * math.pi))


@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_no_point_of_the_likelihood_lies_above_the_fit(method, rho):
    grid = np.concatenate([[0.0], np.geomspace(1e-5, 10, 40)])
    for seed in range(6):
        rng = np.random.default_rng(seed)
        cluster = np.sort(rng.integers(0, 4 + seed, 14))
        v = rng.uniform(0.01, 0.5, 14)
        y = rng.normal(0, np.sqrt(v)) + rng.normal(0, 0.4, 12)[cluster] * (seed % 3)
        fit = multilevel(y, v, cluster.tolist(), method=method, rho=rho)
        at = (fit.sigma2_between, fit.sigma2_within)
        restricted = method == "REML"
        best = dense_loglik(y, v, cluster, at, rho, restricted)
        assert fit.loglik == pytest.approx(best, abs=1e-9)
        heights = [dense_loglik(y, v, cluster, (a, b), rho, restricted) for a in grid for b in grid]
        assert max(heights) <= best + 1e-9


def test_a_component_on_the_boundary_is_exactly_zero():
    # Clusters differ, effects within a cluster do not.
    apart = multilevel([0.0, 0.0, 1.0, 1.0, 2.0, 2.0], [0.1] * 6, list("AABBCC"))
    assert apart.sigma2_within == 0.0
    assert apart.sigma2_between > 0.5
    # And the reverse: within a cluster effects differ, cluster means do not.
    alike = multilevel([-1.0, 1.0, -1.0, 1.0, -1.0, 1.0], [0.1] * 6, list("AABBCC"))
    assert alike.sigma2_between == 0.0
    assert alike.sigma2_within > 0.5
    homogeneous = multilevel([0.1, 0.1, 0.1, 0.1], [0.1] * 4, list("AABB"))
    assert (homogeneous.sigma2_between, homogeneous.sigma2_within) == (0.0, 0.0)


def test_one_effect_a_cluster_is_the_ordinary_random_effects_model():
    from themeweave.effects import pool

    y, v = [0.1, 0.5, 0.9, -0.3, 0.4], [0.02, 0.05, 0.03, 0.08, 0.01]
    fit, pooled = multilevel(y, v, list("ABCDE")), pool(y, v)
    assert fit.coefficients[0].estimate == pytest.approx(pooled.estimate, rel=1e-9)
    assert fit.sigma2_between == pytest.approx(pooled.tau2, rel=1e-8)
    pooled = pool(y, v, prediction="z")
    assert (fit.pi_lb, fit.pi_ub) == pytest.approx((pooled.pi_lb, pooled.pi_ub), rel=1e-8)
    assert (fit.sigma2_within, fit.loglik) == (0.0, pytest.approx(pooled.loglik, rel=1e-9))
    assert any("cannot be told apart" in note for note in fit.notes)


def test_at_rho_0_the_working_model_is_the_three_level_model_and_rho_moves_it():
    y, v, cluster = [0.1, 0.5, 0.9, -0.3, 0.4, 0.2], [0.02, 0.05, 0.03, 0.08, 0.01, 0.1], "AABBCC"
    plain = multilevel(y, v, list(cluster))
    assert plain.rho == 0.0
    assert plain.QE != multilevel(y, v, list(cluster), rho=0.6).QE


def test_few_degrees_of_freedom_of_cr2_are_flagged():
    y, v = [0.1, 0.5, 0.9, -0.3, 0.4, 0.2], [0.02, 0.05, 0.03, 0.08, 0.01, 0.1]
    few = multilevel(y, v, list("AABBCC"))
    assert few.cr2[0].df < 4
    assert any("below 4" in note for note in few.notes)
    many = multilevel(y * 4, v * 4, [i // 2 for i in range(24)])
    assert many.cr2[0].df > 4
    assert not any("below 4" in note for note in many.notes)


@pytest.mark.parametrize(
    ("k", "word"),
    [(0, "not estimable (k < 1)"), (1, "not estimable (k < 2)"), (2, "1 cluster")],
)
def test_too_few_effects_are_data_not_a_crash(k, word):
    fit = multilevel([0.2, 0.4][:k], [0.1, 0.2][:k], ["A", "A"][:k])
    assert fit.k == k
    assert any(word in note for note in fit.notes)
    assert len(aggregate([0.2, 0.4][:k], [0.1, 0.2][:k], ["A", "A"][:k]).yi) == min(k, 1)


effects = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 2), st.sampled_from("ABCD")),
    min_size=5,
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(effects, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, chance):
    turned = list(rows)
    chance.shuffle(turned)
    one, other = (multilevel(*map(list, zip(*r, strict=True)), rho=0.3) for r in (rows, turned))
    assert one.loglik == pytest.approx(other.loglik, abs=1e-8)
    a, b = one.coefficients[0], other.coefficients[0]
    assert (a.estimate, a.se) == pytest.approx((b.estimate, b.se), rel=1e-5, abs=1e-6)
    pairs = [aggregate(*map(list, zip(*r, strict=True))) for r in (rows, turned)]
    first, second = (dict(zip(p.clusters, p.yi.tolist(), strict=True)) for p in pairs)
    assert first == pytest.approx(second, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(effects, st.floats(-5, 5), st.floats(0.01, 100))
def test_shift_and_scale_pass_through(rows, shift, scale):
    y, v, cluster = map(list, zip(*rows, strict=True))
    one = multilevel(y, v, cluster)
    other = multilevel([scale * (x + shift) for x in y], [x * scale**2 for x in v], cluster)
    a, b = one.coefficients[0], other.coefficients[0]
    assert b.estimate == pytest.approx(scale * (a.estimate + shift), rel=1e-5, abs=1e-5 * scale)
    assert b.se == pytest.approx(scale * a.se, rel=1e-5)
    assert math.isclose(one.I2, other.I2, rel_tol=1e-4, abs_tol=1e-4)


def test_a_composite_says_how_many_effects_it_holds_and_warns_of_negative_weights():
    found = aggregate([0.1, 0.2, 0.5], [0.01, 1.0, 0.04], ["A", "A", "B"], rho=0.9)
    assert found.n_effects.tolist() == [2, 1]
    assert found.yi[0] < 0.1
    assert "the composite of A lies outside its effects" in found.notes[0]
    assert aggregate([0.1, 0.2], [0.01, 0.02], ["A", "A"], rho=0.2).notes == ()


def test_rows_with_something_missing_are_left_out_and_counted():
    fit = multilevel([0.1, math.nan, 0.4, 0.2], [0.1] * 4, ["A", "A", None, "B"])
    assert fit.k == 2
    assert fit.notes[0] == "2 of 4 rows left out: a value is missing"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: aggregate([0.1], [0.1], ["A"], rho=1.0), "rho is 1: "),
        (lambda: multilevel([0.1], [0.1], ["A"], rho=-0.1), "rho is -0.1: "),
        (lambda: multilevel([0.1], [0.1], ["A"], method="DL"), "unknown method 'DL'"),
        (lambda: multilevel([0.1], [0.1], ["A"], test="F"), "unknown test 'F'"),
        (lambda: multilevel([0.1], [0.1], ["A"], level=95), "the level of an interval is 95"),
        (lambda: multilevel([0.1, 0.2], [0.1, 0.0], ["A", "B"]), "row 2: variance 0"),
        (lambda: multilevel([0.1, 0.2], [0.1, 0.2], ["A"]), "'labels' has 1 values"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ReviewError) as caught:
        call()
    assert message in str(caught.value)
