"""Presets repeat what the programs they are named after compute."""

import inspect
import math
from dataclasses import fields, replace

import pytest

from themeweave.effects import pool
from themeweave.effects.pool import INTERVALS, METHODS, PREDICTIONS
from themeweave.effects.presets import (
    CMA,
    COCHRANE2025,
    DEFAULT,
    METAFOR,
    PRESETS,
    REVMAN5,
    pool_as,
    preset,
)
from themeweave.effects.sizes.binary import ADD_TO
from themeweave.effects.sizes.continuous import CORRECTIONS, SMD_VARIANCES
from themeweave.errors import ReviewError

# Teachers' expectancy and pupils' IQ, 19 experiments: Raudenbush SW (1984), Journal of Educational
# Psychology 76:85-97.
Y = [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80]
Y += [0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30, 0.07, -0.07]
V = [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630]
V += [0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303]

# metafor 3.8-1 (R 4.2.2), rma and predict with iterations to 1e-12
EXPECTED = {
    "metafor": {
        "estimate": 0.0837012418833189,
        "ci_lb": -0.017512614128782,
        "pi_lb": -0.203585937814367,
        "I2": 41.846670248086,
        "tau2_ub": 0.197700666299949,
    },
    "default": {
        "ci_lb": -0.017512614128782,
        "pi_lb": 0.0837012418833189 - 0.3079484992920389,  # predict(..., test = "t")
    },
    "cochrane2025": {
        "estimate": 0.0837012418833189,
        "ci_lb": -0.0456721076127762,
        "pi_lb": -0.232208563883969,
        "I2": 41.846670248086,
        "tau2_ub": 0.197700666299949,
    },
    "revman5": {
        "estimate": 0.0893220844315025,
        "ci_lb": -0.0200319985721697,
        "I2": 49.7621184670353,
        "pi_lb": math.nan,
        "tau2_ub": math.nan,
    },
    "cma": {
        "estimate": 0.0893220844315025,
        "ci_lb": -0.0200319985721697,
        "pi_lb": -0.270069590736804,
        "I2": 49.7621184670353,
        "H2": 1.99052979442182,
    },
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_preset_pools_as_its_program_does(name):
    pooled = pool_as(preset(name), Y, V)
    ours = {key: getattr(pooled, key) for key in EXPECTED[name]}
    assert ours == pytest.approx(EXPECTED[name], rel=1e-6, nan_ok=True)


def test_presets_agree_with_the_reference_on_every_dataset(references, tally, record_property):
    for data in references:
        expected = data.expected.get("pool", {}).get(data.expected["main_measure"], {})
        if "REML" not in expected or "DL" not in expected:
            continue
        for name, method, prediction in (
            ("metafor", "REML", "pi"),
            ("default", "REML", None),
            ("cochrane2025", "REML", "pi"),
            ("revman5", "DL", None),
            ("cma", "DL", "pi_hts"),
        ):
            pooled = pool_as(PRESETS[name], data.yi, data.vi)
            theirs = expected[method].get({"knha": "test_knha"}.get(pooled.ci, "test_z"))
            if theirs is None:
                continue
            for key in ("se", "pval", "ci_lb", "ci_ub"):
                where = f"{data.name}.{name}.{key}"
                tally.walk(where, getattr(pooled, key), theirs[key], 1e-5)
            if f"{prediction}_lb" in theirs and pooled.ci == PRESETS[name].ci:
                where = f"{data.name}.{name}.pi_lb"
                tally.walk(where, pooled.pi_lb, theirs[f"{prediction}_lb"], 1e-5)
    tally.settle(record_property, 400)


def test_the_default_is_what_pool_does_by_itself():
    by_itself = inspect.signature(pool).parameters
    for name in ("method", "ci", "level", "prediction"):
        assert getattr(DEFAULT, name) == by_itself[name].default
    a, b = pool_as(DEFAULT, Y, V), pool(Y, V)
    assert (a.estimate, a.ci_lb, a.pi_ub, a.I2) == (b.estimate, b.ci_lb, b.pi_ub, b.I2)


@pytest.mark.parametrize("chosen", PRESETS.values(), ids=PRESETS)
def test_every_choice_of_a_preset_is_one_that_exists(chosen):
    assert chosen.method in METHODS
    assert {chosen.ci, chosen.ci_fallback} <= set(INTERVALS)
    assert chosen.prediction == "none" or chosen.prediction in PREDICTIONS
    assert chosen.zero_cells in ADD_TO
    assert chosen.smd_correction in CORRECTIONS
    assert chosen.smd_variance in SMD_VARIANCES
    assert all(getattr(chosen, field.name) not in (None, "") for field in fields(chosen))


def test_the_reason_of_each_preset_is_told():
    assert "least biased" in DEFAULT.reason
    assert all(len(chosen.reason) > 40 for chosen in PRESETS.values())


@pytest.mark.parametrize(
    ("y", "v", "why"),
    [
        pytest.param(
            [0.1, 0.9], [0.01, 0.02], "there are fewer than three studies", id="two studies"
        ),
        pytest.param([0.1, 0.2, 0.15], [0.1] * 3, "tau2 is estimated as 0", id="homogeneous"),
    ],
)
def test_knapp_hartung_gives_way_where_cochrane_advises_against_it(y, v, why):
    pooled = pool_as(COCHRANE2025, y, v)
    assert pooled.ci == "z"
    assert pooled.notes[1] == f"Wald's interval was used instead of Knapp and Hartung's, as {why}"
    assert pooled.ci_lb == pool(y, v, ci="z").ci_lb


def test_the_preset_stands_first_in_the_notes():
    assert pool_as(REVMAN5, Y, V).notes == ("preset revman5: Review Manager 5",)


def test_a_changed_preset_is_followed():
    changed, plain = pool_as(replace(CMA, method="PM"), Y, V), pool(Y, V, "PM")
    assert changed.estimate == plain.estimate
    assert changed.I2 == plain.I2_Q != plain.I2


def test_names_are_read_in_any_case():
    assert preset("MetaFor") is METAFOR


def test_an_unknown_preset_is_refused_with_a_guess():
    with pytest.raises(ReviewError, match="unknown preset 'revman'") as caught:
        preset("revman")
    assert "Did you mean 'revman5'?" in caught.value.next_step
