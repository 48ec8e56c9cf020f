"""Every dataset, measure, method and key of the reference results, as far as this half goes.

The results were made by metafor 3.8-1 under R 4.2.2 (and, where a file says so, metafor 5.1-12);
../shared/reference/meta/README.md gives schema and tolerances.
"""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from themeweave.effects import effect_sizes, pool
from themeweave.effects.profile import profile_likelihood
from themeweave.effects.sizes import conversions
from themeweave.effects.sizes.quantiles import mean_sd_from_quantiles
from themeweave.effects.tables2x2 import cochran_mantel_haenszel, mantel_haenszel, peto, tarone
from themeweave.effects.without_effects import count_directions, fisher, stouffer

META = Path(__file__).parents[3] / "shared" / "reference" / "meta"
CLOSED = ("FE", "DL", "HE", "HS", "SJ")

pytestmark = pytest.mark.skipif(
    not META.is_dir(), reason="the reference results (../shared/reference/meta) are not at hand"
)

# metafor 3.8 and 5 give two measures different definitions; both are offered by name.
DEFINITIONS = {
    "expected.json": {"rom": "plain", "smdh_variance": "shrunk"},
    "expected_metafor5.json": {"rom": "corrected", "smdh_variance": "bonett"},
}


class Tally:
    """What was compared, and what differed."""

    def __init__(self):
        self.compared, self.faults = 0, []

    def compare(self, where, ours, theirs, rel, floor=1e-13):
        self.compared += 1
        ours = float(ours)
        if theirs is None:
            agree = math.isnan(ours)
        elif "pval" in where and 0 < theirs < 1e-300:
            return
        elif "pval" in where and min(ours, theirs) > 0:
            # A relative error in a statistic is one of about twice log p in p.
            agree = abs(math.log(ours / theirs)) <= rel * (1 + 2 * abs(math.log(theirs)))
        else:
            agree = abs(ours - theirs) <= rel * abs(theirs) + floor
        if not agree:
            self.faults.append(f"{where}: {ours!r}, not {theirs!r}")

    def settle(self, at_least):
        print(f"{self.compared} compared, {len(self.faults)} differ")
        assert self.faults == []
        assert self.compared >= at_least


def load(name):
    """Yield (dataset, file name, expected results, columns) of the single meta-analyses."""
    for path in sorted(META.glob(f"*/{name}")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(expected, dict) and "pool" in expected:
            with path.with_name("data.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            columns = {key: [row[key] for row in rows] for key in rows[0]}
            yield path.parent.name, expected, columns


@pytest.mark.parametrize("file", DEFINITIONS)
def test_effect_sizes_agree_with_metafor(file):
    tally = Tally()
    for dataset, expected, columns in load(file):
        for measure, theirs in (expected.get("effects") or {}).items():
            ours = effect_sizes(columns, measure, **DEFINITIONS[file])
            for i, (y, v) in enumerate(zip(theirs["yi"], theirs["vi"], strict=True)):
                tally.compare(f"{dataset} {measure} yi {i + 1}", ours.yi[i], y, 1e-10)
                tally.compare(f"{dataset} {measure} vi {i + 1}", ours.vi[i], v, 1e-10)
    tally.settle(at_least=3900 if file == "expected.json" else 600)


@pytest.mark.parametrize("file", DEFINITIONS)
def test_pooled_results_agree_with_metafor(file):
    tally = Tally()
    for dataset, expected, columns in load(file):
        for measure, methods in expected["pool"].items():
            effects = effect_sizes(columns, measure, **DEFINITIONS[file])
            for method, theirs in methods.items():
                where = f"{dataset} {measure} {method}"
                _compare_pool(tally, where, effects.yi, effects.vi, method, theirs)
    tally.settle(at_least=42000 if file == "expected.json" else 3700)


def _compare_pool(tally, where, y, v, method, theirs):
    # metafor's iterations stopped when tau2 moved by less than 1e-12, and everything follows tau2.
    tau2 = theirs["tau2"]
    loose = 1e-10 if method in CLOSED else max(1e-6, 1e-12 / tau2 if tau2 > 1e-11 else 0)
    floor = 1e-13 if method in CLOSED else 1e-11
    for ci in ("z", "t", "knha", "adhoc"):
        test = theirs.get(f"test_{ci}", {})
        plain = pool(y, v, method, ci, prediction="z" if ci == "z" else "k-1")
        hts = pool(y, v, method, ci, prediction="k-2")
        for key, value in test.items():
            source = hts if key.startswith("pi_hts") else plain
            ours = getattr(source, key.replace("_hts", ""))
            tally.compare(f"{where} {ci} {key}", ours, value, loose, floor)
    ours = pool(y, v, method)
    for key in ("k", "estimate", "tau2", "se_tau2", "Q", "Q_df", "Q_pval", "H2"):
        tally.compare(f"{where} {key}", getattr(ours, key), theirs[key], loose, floor)
    # Where tau2 is 0 the reference stops just above it, and I2 (percent) magnifies that.
    tally.compare(f"{where} I2", ours.I2, theirs["I2"], loose, 1e-8)
    for key, field in (("logLik", "loglik"), ("AIC", "aic"), ("BIC", "bic")):
        tally.compare(f"{where} {key}", getattr(ours, field), theirs["fit"][key], loose, 1e-10)
    used = ours.weights[np.isfinite(ours.weights)]
    given = [w for w in theirs["weights_pct"] if w is not None]
    for i, (w, expected) in enumerate(zip(used, given, strict=True)):
        tally.compare(f"{where} weight {i}", w, expected, loose)
    for key, value in theirs.get("ci_qprofile", {}).items():
        bound = theirs["ci_qprofile"]["tau2" + key[-3:]]
        rel = max(1e-6, 1e-12 / bound if bound else 0)
        mine = math.sqrt(getattr(ours, f"tau2{key[3:]}")) if key.startswith("tau_") else None
        tally.compare(f"{where} {key}", getattr(ours, key) if mine is None else mine, value, rel)
    if "ci_proflik" in theirs:
        low, high = profile_likelihood(y, v, method)
        tally.compare(f"{where} proflik lb", low, theirs["ci_proflik"]["tau2_lb"], loose, 1e-11)
        tally.compare(f"{where} proflik ub", high, theirs["ci_proflik"]["tau2_ub"], loose, 1e-11)


def test_mantel_haenszel_peto_and_their_tests_agree_with_metafor():
    names = {"Q": "QE", "Q_pval": "QEp", "k_informative": "k_pos"}
    keys = ("estimate", "se", "stat", "pval", "ci_lb", "ci_ub", "k", "I2", "H2", *names)
    tally = Tally()
    for dataset, expected, columns in load("expected.json"):
        if "mantel_haenszel" not in expected:
            continue
        table = [[float(x) for x in columns[name]] for name in ("ai", "n1i", "ci", "n2i")]
        results = {m: mantel_haenszel(*table, measure=m) for m in ("OR", "RR", "RD")}
        theirs = {**expected["mantel_haenszel"], "peto": expected["peto"]}
        results["peto"] = peto(*table)
        for measure, ours in results.items():
            for key in keys:
                value = theirs[measure][names.get(key, key)]
                if value is not None:  # metafor counts k_pos for odds ratios only
                    tally.compare(f"{dataset} {measure} {key}", getattr(ours, key), value, 1e-9)
        tests = expected["mantel_haenszel"]["OR"]["CMH"]
        for name, ours in (
            ("corrected", cochran_mantel_haenszel(*table)),
            ("uncorrected", cochran_mantel_haenszel(*table, corrected=False)),
            ("tarone", tarone(*table)),
        ):
            tally.compare(f"{dataset} {name} stat", ours.stat, tests[name]["X2"], 1e-9)
            tally.compare(f"{dataset} {name} pval", ours.pval, tests[name]["pval"], 1e-9)
    tally.settle(at_least=400)


def test_every_zero_cell_policy_agrees_with_metafor():
    tally = Tally()
    for dataset, expected, columns in load("expected.json"):
        for policy, theirs in expected.get("zero_cell_variants_logOR_DL", {}).items():
            to, drop = policy.split("_")[0], policy.endswith("drop00")
            effects = effect_sizes(columns, "OR", to=to, drop00=drop)
            ours = pool(effects.yi, effects.vi, "DL")
            for key, value in theirs.items():
                tally.compare(f"{dataset} {policy} {key}", getattr(ours, key), value, 1e-10)
    tally.settle(at_least=150)


MEANS = ("m1", "sd1", "n1", "m2", "sd2", "n2")
TWO_MEANS = {
    "smd_hedges_LS": ("SMD", {}),
    "smd_hedges_LS2": ("SMD", {"variance": "LS2"}),
    "smd_hedges_UB": ("SMD", {"variance": "UB"}),
    "cohen_d_biased": ("SMD", {}),  # the reference holds g here, with LS
    "smd_revman": ("SMD", {"correction": "approximate", "variance": "revman"}),
    "smd_borenstein": ("SMD", {"correction": "approximate", "variance": "LS2"}),
    "smd_unequal_sd": ("SMDH", {}),
    "smd_glass": ("SMD1", {}),
    "md": ("MD", {}),
    "md_pooled_var": ("MD", {"md_variance": "pooled"}),
    "rom": ("ROM", {}),
}
CONVERSIONS = {
    "d_from_t": lambda t, n1, n2: conversions.d_from_t(t, n1, n2),
    "logratio_from_ci": conversions.log_ratio_from_ci,
    "logratio_from_p": conversions.log_ratio_from_p,
    "ci90_to_se": lambda est, lb, ub, level: (conversions.se_from_ci(lb, ub, level),),
    "md_se_from_t_p": conversions.md_se_from_p,
    "sd_from_se": lambda se, n: (conversions.sd_from_se(se, n),),
    "sd_from_ci_t": lambda mean, lb, ub, n: (conversions.sd_from_ci(lb, ub, n),),
    "logOR_to_d": conversions.log_or_to_d,
    "d_to_logOR": conversions.d_to_log_or,
    "d_to_r": lambda d, n1, n2: conversions.d_to_r(d, n1, n2)[:1],
    "r_to_d": lambda r: conversions.r_to_d(r)[:1],
    "combine_groups": conversions.combine_groups,
    "or_to_rr": lambda ratio, p0: (conversions.or_to_rr(ratio, p0),),
    "nnt_from_rr": conversions.nnt_from_rr,
    "p_fisher": lambda p: (fisher(p).stat, fisher(p).pval),
    "p_stouffer": lambda p: (stouffer(p).stat, stouffer(p).pval),
}


def _effect(op, cells):
    """Return yi and vi of one row by the measure that an operation names."""
    if op in TWO_MEANS:
        measure, options = TWO_MEANS[op]
        table = {name: [cells[name]] for name in MEANS}
    elif op.startswith("bin_"):
        measure, options = op[4:], {}
        names = {"ai": "ai", "n1": "n1i", "ci": "ci", "n2": "n2i"}
        table = {names[name]: [value] for name, value in cells.items()}
    elif op.startswith(("cor_", "prop_")):
        measure, options = op.split("_")[1], {}
        table = {f"{name}i": [value] for name, value in cells.items()}
    else:
        measure, options = op.upper(), {}
        names = {"x1": "x1i", "t1": "t1i", "x2": "x2i", "t2": "t2i"}
        table = {names[name]: [value] for name, value in cells.items()}
    effects = effect_sizes(table, measure, **options)
    return effects.yi[0], effects.vi[0]


def test_every_conversion_agrees_with_its_reference():
    tally = Tally()
    cases = json.loads((META / "conversions" / "cases.json").read_text(encoding="utf-8"))
    for case in cases:
        op, inputs, expected = case["op"], case["inputs"], case["expected"]
        if op == "vote_count_sign_test":
            count = count_directions(inputs["n_benefit"], inputs["n_total"])
            ours = (count.proportion, count.pval, count.wilson_lb, count.wilson_ub)
            ours += (count.exact_lb, count.exact_ub)
        elif op in CONVERSIONS:
            ours = CONVERSIONS[op](*inputs.values())
        else:
            ours = _effect(op, inputs)
        for (key, theirs), value in zip(expected.items(), ours, strict=False):
            tally.compare(f"{op} {inputs} {key}", value, theirs, 1e-9)
        assert len(expected) <= len(tuple(ours)), op
    tally.settle(at_least=780)


def test_means_and_sds_from_quantiles_agree_with_their_reference():
    tally = Tally()
    text = (META / "conversions" / "quantile_cases.json").read_text(encoding="utf-8")
    for case in json.loads(text)["cases"]:
        x = case["inputs"]
        ours = mean_sd_from_quantiles(
            x["n"], x["median"], x.get("q1"), x.get("q3"), x.get("min"), x.get("max")
        )
        for key, value in zip(("mean", "sd"), ours, strict=True):
            tally.compare(f"{case['case']} {x} {key}", value, case["expected"][key], 1e-10)
    tally.settle(at_least=60)
