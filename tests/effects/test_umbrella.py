"""Umbrella rows and classes of evidence, against R and against the rules themselves."""

import csv
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from themeweave.effects.classes import Evidence, classify, parse_profile, shipped_profile
from themeweave.effects.umbrella import umbrella
from themeweave.errors import ReviewError

META = Path(__file__).parents[2].parent / "shared" / "reference" / "meta"
NAMES = (
    "umbrella_hr_example",
    "umbrella_or_example",
    "umbrella_own_binary",
    "umbrella_radua2019_or",
    "umbrella_smd_example",
)
PROFILE = shipped_profile("observational")


def as_expected(row, first):
    """An umbrella row under the names of the reference."""
    p, e, x = row.pooled, row.excess, row.excess_chi2
    esb = {
        "observed": e.observed,
        "expected": e.expected,
        "p_TESS": e.p_tess,
        "p_PSST": e.p_psst,
        "p_TESSPSST": e.p_smaller,
    }
    chi2 = {
        "observed": x.observed,
        "expected": x.expected,
        "X2": x.X2,
        "p_chi2_two_sided": x.pval_chi2,
    }
    numbers = {
        "k": row.k,
        "n_cases": row.n_cases,
        "n_total": row.n_total,
        "estimate": p.estimate,
        "se": p.se,
        "ci_lb": p.ci_lb,
        "ci_ub": p.ci_ub,
        "pval": p.pval,
        "tau2": p.tau2,
        "I2": p.I2,
        "Q": p.Q,
        "Q_pval": p.Q_pval,
        "pi_lb": p.pi_lb,
        "pi_ub": p.pi_ub,
        "egger_t": row.egger.stat,
        "egger_p": row.egger.pval,
        "largest_row": row.largest.row - first + 1,
        "largest_yi": row.largest.estimate,
        "largest_ci_lb": row.largest.ci_lb,
        "largest_ci_ub": row.largest.ci_ub,
        "small_study_effect": row.small_study_effect,
        "leave1out_max_p": row.leave_one_out_max_p,
    }
    return numbers, esb, chi2


@pytest.mark.parametrize("name", NAMES)
def test_umbrella_rows_agree_with_the_reference(name, tally, record_property):
    # R 4.2.2 with metafor 3.8-1; classes by the rule that the reference states
    folder = META / name
    if not folder.is_dir():
        pytest.skip("the reference results (../shared/reference/meta) are not at hand")
    with (folder / "data.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    first = {}
    for number, row in enumerate(table, start=1):
        first.setdefault(row["factor"], number)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["factors"]
    keys = {"common": ("esb_UWLS", "ioannidis_trikalinos_FE")}
    keys["largest"] = ("esb_largest", "ioannidis_trikalinos_largest")
    for effect, (esb_key, chi2_key) in keys.items():
        rows = umbrella(table, profile=replace(PROFILE, excess_effect=effect))
        assert {row.factor for row in rows} == set(expected)
        for row in rows:
            numbers, esb, chi2 = as_expected(row, first[row.factor])
            ours = {**numbers, esb_key: esb, chi2_key: chi2}
            if effect == "common":
                ours["class"] = row.evidence_class.name
            theirs = {key: expected[row.factor][key] for key in ours}
            tally.walk(row.factor, ours, theirs, 1e-6)
    tally.settle(record_property, 30 * 2 * len(expected))


TRIALS = [
    {"factor": "hope", "study": "A", "yi": "0.2", "vi": "0.01", "n_cases": "90", "n_total": "400"},
    {"factor": "hope", "study": "B", "yi": "0.3", "vi": "0.02", "n_cases": "45", "n_total": "200"},
    {"factor": "hope", "study": "C", "yi": "0.1", "vi": "0.02", "n_cases": "50", "n_total": "210"},
    {"factor": "stigma", "study": "D", "yi": "-0.4", "vi": "0.04", "n_cases": "", "n_total": "90"},
]


def test_a_meta_analysis_becomes_one_row():
    # by hand: weights 100, 50, 50; estimate 0.2, se 1/sqrt(200); Q = 50 * 0.01 * 2 = 1, below df
    row, single = umbrella(TRIALS)
    assert (row.factor, row.k, row.n_cases, row.n_total) == ("hope", 3, 185, 810)
    assert row.pooled.estimate == pytest.approx(0.2, abs=1e-12)
    assert row.pooled.se == pytest.approx(200**-0.5)
    assert pytest.approx(1) == row.pooled.Q
    reach = 12.706204736 * 200**-0.5  # t(k - 2) with 1 df
    assert row.pooled.pi_ub == pytest.approx(0.2 + reach)
    assert (row.largest.study, row.largest.by) == ("A", "participants")
    assert (single.k, single.factor) == (1, "stigma")


def test_a_meta_analysis_of_one_study_is_a_row_with_reasons():
    single = umbrella(TRIALS)[1]
    assert math.isnan(single.egger.pval)
    assert math.isnan(single.leave_one_out_max_p)
    assert math.isnan(single.pooled.pi_lb)
    assert math.isnan(single.n_cases)
    assert any("k < 3" in note for note in single.notes)
    assert single.evidence_class.name == "IV"
    assert "unknown number of cases" in " ".join(single.evidence_class.missed)


def test_rows_without_an_effect_are_left_out_and_counted():
    blank = {**TRIALS[0], "yi": "", "n_total": "5000"}
    row = umbrella([*TRIALS[:3], blank])[0]
    assert (row.k, row.n_total) == (3, 810)
    assert "1 of 4 rows have no effect or no variance" in row.notes


def test_standard_errors_may_stand_for_variances():
    with_se = [{**row, "vi": "", "se": repr(math.sqrt(float(row["vi"])))} for row in TRIALS]
    a, b = umbrella(with_se)[0].pooled, umbrella(TRIALS)[0].pooled
    assert a.estimate == pytest.approx(b.estimate)
    assert a.se == pytest.approx(b.se)


def test_of_equally_large_studies_the_smallest_effect_is_taken():
    twins = [{**row, "n_total": "200"} for row in TRIALS[:3]]
    assert umbrella(twins)[0].largest.study == "C"


def test_without_numbers_the_most_precise_study_is_the_largest():
    unknown = [{**TRIALS[0], "n_total": ""}, *TRIALS[1:3]]
    largest = umbrella(unknown)[0].largest
    assert (largest.study, largest.by) == ("A", "standard error")


def test_a_flat_row_names_every_number_once():
    flat = umbrella(TRIALS)[0].flat()
    assert flat["class"] == "IV"
    assert flat["profile"] == "observational 1"
    assert flat["estimate"] == pytest.approx(0.2, abs=1e-12)
    assert flat["missed"].startswith("I: p ")


REVIEWS = [
    {"factor": "hope", "study": "Fuhr", "yi": 0.24, "vi": 0.0126, "k": 3},
    {"factor": "hope", "study": "Wang", "yi": 0.27, "vi": 0.0120, "k": 4},
]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(REVIEWS, id="several studies in a row"),
        pytest.param(
            [{**row, "k": None, "result_type": "pooled"} for row in REVIEWS], id="called pooled"
        ),
    ],
)
def test_pooled_estimates_are_refused_without_their_overlap(rows):
    with pytest.raises(ReviewError, match="may rest on the same primary studies") as caught:
        umbrella(rows, where="effects.csv")
    assert caught.value.faults == ("'hope': 2 pooled estimates",)
    assert "corrected covered area" in caught.value.next_step


def test_pooled_estimates_are_pooled_with_their_overlap_written_beside():
    row = umbrella(REVIEWS, overlap={"hope": 4.2})[0]
    assert "pools pooled estimates; their studies overlap by 4.2% (CCA)" in row.notes


def test_an_overlap_that_is_no_percentage_is_refused():
    with pytest.raises(ReviewError, match="overlap of 420 is no percentage") as caught:
        umbrella(REVIEWS, overlap={"hope": 420})
    assert "factor 'hope'" in str(caught.value)


def test_all_faults_of_a_table_are_listed_at_once():
    rows = [
        {"factor": "hope", "yi": "x", "vi": "0.1"},
        {"factor": "hope", "yi": "0.1", "vi": "0"},
        {"factor": "", "yi": "0.1", "vi": "0.1"},
        {"factor": "stigma", "yi": "", "vi": ""},
    ]
    with pytest.raises(ReviewError, match="has 4 faults") as caught:
        umbrella(rows, where="table.csv")
    assert caught.value.faults == (
        "row 1, column 'yi': 'x' is not a number",
        "row 2, column 'vi': 0 is not above 0",
        "row 3, column 'factor': empty",
        "'stigma' has no row with an effect and a variance",
    )


def test_missing_columns_are_named():
    with pytest.raises(ReviewError, match=r"columns are missing: yi, vi \(or se\)"):
        umbrella([{"factor": "hope"}])
    with pytest.raises(ReviewError, match="the table has no rows"):
        umbrella([])


CONVINCING = Evidence(
    estimate=0.5, p=1e-9, amount=5000, i2=20, pi_lb=0.1, pi_ub=0.9,
    largest_lb=0.3, largest_ub=0.6, small_study_p=0.4, excess_p=0.6,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, "I"),
        ({"i2": 50}, "II"),
        ({"pi_lb": -0.1}, "II"),
        ({"small_study_p": 0.05}, "II"),
        ({"excess_p": 0.01}, "II"),
        ({"i2": math.nan}, "II"),
        ({"i2": 60, "largest_lb": -0.1}, "III"),
        ({"i2": 60, "largest_lb": -0.6, "largest_ub": -0.3}, "III"),
        ({"p": 1e-6}, "III"),
        ({"p": 1e-3}, "IV"),
        ({"amount": 1000}, "IV"),
        ({"amount": math.nan}, "IV"),
        ({"p": 0.05}, "ns"),
        ({"p": math.nan}, "ns"),
    ],
)
def test_the_first_class_whose_criteria_are_all_met_is_given(change, name):
    assert classify(replace(CONVINCING, **change), PROFILE).name == name


def test_a_negative_effect_is_confirmed_by_a_negative_largest_study():
    turned = replace(
        CONVINCING, estimate=-0.5, pi_lb=0, pi_ub=0.1, largest_lb=-0.6, largest_ub=-0.3
    )
    assert classify(turned, PROFILE).name == "II"


def test_what_kept_evidence_out_of_a_class_is_told():
    found = classify(replace(CONVINCING, i2=71.4, excess_p=0.01), PROFILE)
    assert found.missed == (
        "I: I2 71.4% is not below 50%",
        "I: excess significance not ruled out (p 0.01)",
    )
    assert found.profile == "observational 1"


@pytest.mark.parametrize(
    ("outcome", "estimate", "low", "high", "n", "name"),
    [
        ("personal recovery", 0.20, 0.11, 0.29, 4104, "III"),
        ("hope", 0.12, 0.02, 0.22, 1642, "IV"),
        ("self-advocacy", 0.17, 0.03, 0.31, 800, "IV"),
        ("anxiety", -0.21, -0.40, -0.02, 1400, "IV"),
    ],
)
def test_printed_results_are_classed_as_far_as_they_go(outcome, estimate, low, high, n, name):
    # Egmose et al. (2023), Psychiatric Services
    z = abs(estimate) / ((high - low) / 2 / 1.959964)
    printed = Evidence(estimate, math.erfc(z / math.sqrt(2)), n)
    assert classify(printed, shipped_profile("trials")).name == name


def test_trials_count_participants_and_differ_in_nothing_else():
    trials = shipped_profile("trials")
    assert trials.count == "participants"
    same = replace(trials, name=PROFILE.name, reason=PROFILE.reason, count=PROFILE.count)
    assert same == PROFILE


def test_the_pooling_of_a_profile_is_followed():
    row = umbrella(TRIALS, profile=replace(PROFILE, method="DL", ci="knha"))[0]
    assert (row.pooled.method, row.pooled.ci) == ("DL", "knha")


def test_an_unknown_profile_is_refused_with_a_guess():
    with pytest.raises(ReviewError, match="unknown profile 'trial'") as caught:
        shipped_profile("trial")
    assert "Did you mean 'trials'?" in caught.value.next_step


TEXT = """
name = "mine"
version = "1"
reason = "a test"
count = "cases"
method = "REML"
ci = "z"
small_study_alpha = 0.05
excess_alpha = 0.05
excess_test = "smaller"
excess_effect = "common"

[[classes]]
name = "A"
label = "all"
p_below = 0.5
"""


def test_a_profile_of_ones_own_is_read():
    profile = parse_profile(TEXT)
    assert classify(replace(CONVINCING, p=0.3), profile).name == "A"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('ci = "z"', "", "'ci' is missing"),
        ('ci = "z"', 'ci = "wald"', "'ci' is 'wald', not one of z, t, knha, adhoc"),
        ('count = "cases"', "count = 3", "'count' is 3, not text"),
        ("excess_alpha = 0.05", "excess_alpha = true", "'excess_alpha' is True, not a number"),
        ('version = "1"', 'version = "1"\ncolour = "red"', "unknown key 'colour'"),
        ("p_below = 0.5", "p_below = -1", "class 1: 'p_below' is -1, not a number above 0"),
        ("p_below = 0.5", "p_over = 1", "class 1: unknown key 'p_over'"),
        (
            "p_below = 0.5",
            "no_small_study_effect = 1",
            "class 1: 'no_small_study_effect' is 1, not true or false",
        ),
        ('[[classes]]\nname = "A"', "[other]", "'classes' is missing"),
        ('\n[[classes]]\nname = "A"', 'classes = []\n[[x]]\nname = "A"', "'classes' has no class"),
    ],
)
def test_faults_of_a_profile_are_told(old, new, fault):
    with pytest.raises(ReviewError, match="profile of evidence classes has") as caught:
        parse_profile(TEXT.replace(old, new), "mine.toml")
    assert any(fault in told for told in caught.value.faults), caught.value.faults
    assert "mine.toml" in str(caught.value)


def test_a_profile_that_is_no_toml_is_refused():
    with pytest.raises(ReviewError, match="not a TOML file") as caught:
        parse_profile("name = ", "mine.toml")
    assert caught.value.where == "mine.toml"
