"""Subgroups and meta-regression, against R and against themselves."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.effects.moderators import meta_regression, subgroups
from themeweave.errors import ReviewError

# Latitude and allocation of the 13 BCG trials.
LATITUDE = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]
ALLOCATION = ["random"] * 4 + ["alternate"] * 2 + ["random"] * 3 + ["systematic"] * 4


def coefficient(c, term=None):
    fields = ("estimate", "se", "stat", "pval", "ci_lb", "ci_ub")
    name = {"intercept": "intrcpt"}.get(c.term, c.term)
    return {"term": term or name, **{field: getattr(c, field) for field in fields}}


def regression(fit):
    same = ("k", "tau2", "QM", "QE", "QE_df", "I2", "H2", "R2")
    return {
        **{name: getattr(fit, name) for name in same},
        "coef": [coefficient(c) for c in fit.coefficients],
        "QM_df": [fit.QM_df, fit.QM_df2],
        "QMp": fit.QM_pval,
        "QEp": fit.QE_pval,
    }


def subgroup_results(yi, vi, groups, key):
    kind, _, method, *ci = key.split("_")
    if kind == "separate":
        found = subgroups(yi, vi, groups, method=method)
        same = ("level", "k", "estimate", "se", "ci_lb", "ci_ub", "pval", "tau2", "Q", "I2")
        return {
            "groups": [
                {"Qp": g.Q_pval, **{name: getattr(g, name) for name in same}} for g in found.groups
            ],
            "Q_between": found.Q_between,
            "df": found.df,
            "pval": found.pval,
        }
    found = subgroups(yi, vi, groups, tau2="common", method=method, ci=ci[0])
    fields = ("estimate", "se", "stat", "pval", "ci_lb", "ci_ub")
    fit = meta_regression(yi, vi, {"g": groups}, method=method, ci=ci[0])
    return {
        "group_estimates": [
            {"term": "g" + g.level, **{name: getattr(g, name) for name in fields}}
            for g in found.groups
        ],
        "tau2": found.groups[0].tau2,
        "QM": found.Q_between,
        "QM_df": [found.df, found.df2],
        "QMp": found.pval,
        "QE": fit.QE,
        "QEp": fit.QE_pval,
    }


def test_subgroup_block_agrees_with_the_reference(references, tally, record_property):
    for data in references:
        for variable, block in (data.expected.get("subgroup") or {}).items():
            groups = [cell if cell not in ("", "NA") else None for cell in data.columns[variable]]
            where = f"{data.name}.{variable}"
            # Those of R were sorted by a locale.
            assert sorted(block["levels"]) == sorted({g for g in groups if g}), where
            for key, theirs in block.items():
                if key in ("variable", "levels"):
                    continue
                name = "groups" if "groups" in theirs else "group_estimates"
                label = "level" if "groups" in theirs else "term"
                theirs = {**theirs, name: sorted(theirs[name], key=lambda row: row[label])}
                ours = subgroup_results(data.yi, data.vi, groups, key)
                rel = 1e-9 if "FE" in key or "DL" in key else 1e-6
                tally.walk(f"{where}.{key}", ours, theirs, rel)
    tally.settle(record_property, at_least=2000)


def test_metaregression_block_agrees_with_the_reference(references, tally, record_property):
    for data in references:
        for model, block in (data.expected.get("metaregression") or {}).items():
            names = block["formula"].lstrip("~ ").split(" + ")
            columns = {name: data.moderator(name) for name in names}
            for key, theirs in block.items():
                if key == "formula":
                    continue
                method, ci = key.split("_")
                fit = meta_regression(data.yi, data.vi, columns, method=method, ci=ci)
                rel = 1e-8 if method in ("FE", "DL") else 1e-6
                tally.walk(f"{data.name}.{model}.{key}", regression(fit), theirs, rel)
    tally.settle(record_property, at_least=1000)


def test_the_bcg_trials_agree_with_metafor(bcg):
    # metafor 3.8-1: rma(yi, vi, mods = ~ ablat) on dat.bcg, log risk ratios, with and without knha
    wald = meta_regression(*bcg, {"ablat": LATITUDE})
    start, slope = wald.coefficients
    assert (start.estimate, slope.estimate) == pytest.approx((0.2515, -0.0291), abs=5e-5)
    assert (slope.se, wald.tau2) == pytest.approx((0.0072, 0.0763), abs=5e-5)
    shares = [wald.QM, wald.QE, wald.I2, wald.R2]
    assert shares == pytest.approx([16.3582, 30.7331, 68.3912, 75.6266], abs=5e-5)
    knha = meta_regression(*bcg, {"ablat": LATITUDE}, ci="knha")
    assert (knha.QM, knha.QM_df, knha.QM_df2) == (pytest.approx(12.5910, abs=5e-5), 1, 11)


@pytest.mark.parametrize("ci", ["z", "t", "knha", "adhoc"])
@pytest.mark.parametrize("effects", [[0.1, 0.5, 0.9, -0.3], [0.30, 0.31, 0.29, 0.30]])
def test_a_regression_on_nothing_is_the_pooled_effect(effects, ci):
    from themeweave.effects import pool

    variances = [0.02, 0.05, 0.03, 0.08]
    alone, pooled = meta_regression(effects, variances, {}, ci=ci), pool(effects, variances, ci=ci)
    c = alone.coefficients[0]
    ours = [c.estimate, c.se, c.pval, c.ci_lb, c.ci_ub, alone.tau2, alone.I2, alone.H2, alone.QE]
    names = ("estimate", "se", "pval", "ci_lb", "ci_ub", "tau2", "I2", "H2", "Q")
    assert ours == pytest.approx([getattr(pooled, name) for name in names], rel=1e-8, abs=1e-12)


def test_q_between_depends_on_whether_tau2_is_shared(bcg):
    # metafor 3.8-1: rma per level of alloc and chi-square between them; rma(mods = ~ alloc)
    separate = subgroups(*bcg, ALLOCATION)
    common = subgroups(*bcg, ALLOCATION, tau2="common")
    knha = subgroups(*bcg, ALLOCATION, tau2="common", ci="knha")
    assert [g.level for g in separate.groups] == ["alternate", "random", "systematic"]
    assert len({g.tau2 for g in common.groups}) == 1
    assert len({g.tau2 for g in separate.groups}) == 3
    assert separate.Q_between == pytest.approx(1.8614, abs=5e-5)
    assert common.Q_between == pytest.approx(1.7675, abs=5e-5)
    assert (knha.df, knha.df2, separate.df2, common.df2) == (2, 10, None, None)


def test_text_is_coded_against_its_first_level_in_code_point_order():
    fit = meta_regression(
        [0.1, 0.4, 0.8, 0.9], [0.1] * 4, {"at": ["home", "Ward", "home", "clinic"]}
    )
    assert [c.term for c in fit.coefficients] == ["intercept", "atclinic", "athome"]
    assert fit.coefficients[0].estimate == pytest.approx(0.4)


def test_common_effect_q_between_and_q_within_add_up_to_q(bcg):
    from themeweave.effects import pool

    found = subgroups(*bcg, ALLOCATION, method="FE")
    total = found.Q_between + sum(g.Q for g in found.groups)
    assert total == pytest.approx(pool(*bcg, method="FE").Q, rel=1e-12)


def test_a_moderator_that_cannot_be_estimated_is_left_out_and_named():
    y, v = [0.1, 0.4, 0.8, 0.9], [0.1] * 4
    fit = meta_regression(y, v, {"dose": [1, 2, 3, 4], "copy": [2, 4, 6, 8], "all": ["x"] * 4})
    assert [c.term for c in fit.coefficients] == ["intercept", "dose"]
    assert fit.notes == (
        "'all' cannot be estimated: it has one level only",
        "'copy' cannot be estimated: it follows from the other terms",
    )


def test_more_coefficients_than_studies_leave_tau2_not_estimable():
    fit = meta_regression([0.1, 0.4], [0.1, 0.1], {"dose": [1.0, 2.0]})
    assert (fit.tau2, fit.QE_df) == (0.0, 0)
    assert "not estimable (k < 3)" in fit.notes[0]


@pytest.mark.parametrize("tau2", ["separate", "common"])
@pytest.mark.parametrize("k", [0, 1, 2])
def test_one_level_or_none_is_data_not_a_crash(k, tau2):
    found = subgroups([0.2, 0.4][:k], [0.1, 0.2][:k], ["A", "A"][:k], tau2=tau2)
    assert (found.k, len(found.groups)) == (k, min(k, 1))
    assert math.isnan(found.pval)
    assert any("fewer than 2 levels" in note for note in found.notes)


def test_no_complete_row_is_data_not_a_crash():
    fit = meta_regression([math.nan], [0.1], {"dose": [1.0]})
    assert (fit.k, fit.coefficients) == (0, ())
    assert fit.notes[-1] == "not estimable: no complete row"


def test_identical_effects_have_no_heterogeneity_to_account_for():
    fit = meta_regression([0.0] * 5, [0.1] * 5, {"dose": [1, 2, 3, 4, 5]}, method="FE")
    assert (fit.I2, fit.QE) == (0.0, 0.0)
    assert math.isnan(fit.R2)


def test_far_away_years_lose_no_digits(bcg):
    near = meta_regression(*bcg, {"x": LATITUDE})
    far = meta_regression(*bcg, {"x": [x + 1e6 for x in LATITUDE]})
    assert far.coefficients[1].estimate == pytest.approx(near.coefficients[1].estimate, rel=1e-7)
    assert far.tau2 == pytest.approx(near.tau2, rel=1e-7)


trials = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 2), st.integers(0, 9)), min_size=5, max_size=12
).filter(lambda rows: len({row[2] for row in rows}) > 2)


@settings(deadline=None, max_examples=40)
@given(trials, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, chance):
    turned = list(rows)
    chance.shuffle(turned)
    one, other = (
        meta_regression(y, v, {"x": x}, method="DL")
        for y, v, x in (zip(*r, strict=True) for r in (rows, turned))
    )
    assert math.isclose(one.QE, other.QE, rel_tol=1e-9, abs_tol=1e-12)
    assert one.coefficients[1].estimate == pytest.approx(
        other.coefficients[1].estimate, rel=1e-6, abs=1e-9
    )


@settings(deadline=None, max_examples=40)
@given(trials, st.floats(-3, 3), st.floats(0.01, 100))
def test_shift_and_scale_pass_through(rows, shift, scale):
    y, v, x = map(list, zip(*rows, strict=True))
    one = meta_regression(y, v, {"x": x})
    moved = meta_regression([scale * (e + shift) for e in y], [scale**2 * e for e in v], {"x": x})
    assert moved.tau2 == pytest.approx(scale**2 * one.tau2, rel=1e-6, abs=1e-8 * scale**2)
    a, b = one.coefficients[1], moved.coefficients[1]
    assert (b.estimate, b.se) == pytest.approx(
        (scale * a.estimate, scale * a.se), rel=1e-6, abs=1e-8 * scale
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: meta_regression([0.1], [0.1], {}, method="RELM"), "Did you mean 'REML'"),
        (lambda: meta_regression([0.1], [0.1], {}, ci="knah"), "Did you mean 'knha'"),
        (lambda: meta_regression([0.1], [0.1], {}, level=95), "the level is 95"),
        (lambda: meta_regression([0.1], [0.1], {"dose": [1, 2]}), "'dose' has 2 values"),
        (lambda: meta_regression([0.1], [0.0], {}), "row 1: variance 0"),
        (lambda: subgroups([0.1], [0.1], ["A"], tau2="shared"), "unknown kind of tau2 'shared'"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ReviewError) as caught:
        call()
    assert message in str(caught.value)
