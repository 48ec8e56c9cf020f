import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.effects import effect_sizes
from themeweave.effects.sizes.catalogue import MEASURES
from themeweave.effects.sizes.columns import SYNONYMS
from themeweave.errors import ReviewError

ARMS = {"m1i": 20.16, "sd1i": 2.61, "n1i": 8, "m2i": 10.9, "sd2i": 4.03, "n2i": 9}


def row(**cells):
    return {name: [cell] for name, cell in cells.items()}


@pytest.mark.parametrize(
    ("measure", "options", "yi", "vi"),
    [
        # escalc() of metafor 3.8-1 except where named: 20.16 (2.61, 8) against 10.9 (4.03, 9)
        ("SMD", {}, 2.55381992295928, 0.427934528725927),
        ("SMD", {"variance": "LS2"}, 2.55381992295928, 0.404468720499886),
        ("SMD", {"variance": "UB"}, 2.55381992295928, 0.48195802046838),
        (  # Review Manager 5
            "SMD",
            {"correction": "approximate", "variance": "revman"},
            2.55421000367074,
            0.485880971097775,
        ),
        (  # textbook and CMA
            "SMD",
            {"correction": "approximate", "variance": "LS2"},
            2.55421000367074,
            0.404592290289958,
        ),
        ("SMDH", {}, 2.58840329453277, 0.459467952731559),
        ("SMD1", {}, 2.07420170467582, 0.475128483982227),
        ("MD", {}, 9.26, 2.65605694444444),
        ("MD", {"md_variance": "pooled"}, 9.26, 2.79574287037037),
        ("ROM", {}, 0.61493765396807, 0.0172836147179309),
    ],
)
def test_each_formula_for_means_goes_by_its_name(measure, options, yi, vi):
    effects = effect_sizes(row(**ARMS), measure, **options)
    assert (effects.yi[0], effects.vi[0]) == pytest.approx((yi, vi), rel=1e-10)


def test_the_correction_can_be_left_out():
    biased = effect_sizes(row(**ARMS), "SMD", correction="none").yi[0]
    assert biased == pytest.approx((20.16 - 10.9) / math.sqrt((7 * 2.61**2 + 8 * 4.03**2) / 15))


def test_metafor_5_definitions_are_offered_by_name():
    # metafor 5.1-12 on a trial of the furukawa2003 data would differ in these two only
    plain, corrected = (effect_sizes(row(**ARMS), "ROM", rom=x) for x in ("plain", "corrected"))
    half = 0.5 * (2.61**2 / (8 * 20.16**2) - 4.03**2 / (9 * 10.9**2))
    assert corrected.yi[0] - plain.yi[0] == pytest.approx(half)
    assert corrected.vi[0] == plain.vi[0]
    shrunk, bonett = (
        effect_sizes(row(**ARMS), "SMDH", smdh_variance=x).vi[0] for x in ("shrunk", "bonett")
    )
    assert bonett > shrunk


@pytest.mark.parametrize(
    ("measure", "yi", "vi"),
    [
        # metafor 3.8-1: 0 of 60 against 35 of 70
        ("OR", -4.79579054559674, 2.07286695378885),
        ("RR", -4.11087386417331, 1.9976910644193),
        ("RD", -0.491803278688525, 0.00365439782730465),
        ("AS", -0.785398163397448, 0.00773809523809524),
        ("PETO", -2.46072404371585, 0.152495574540137),
        ("PHI", -0.561951486949016, 0.00244360902255639),
        ("YUQ", -0.983606557377049, 0.000547977639466287),
        ("YUY", -0.833333333333333, 0.0120957224830464),
        ("OR2DL", -2.64405790417812, 0.63007599987292),
        ("OR2DN", -2.90653972460409, 0.761383637755316),
    ],
)
def test_each_measure_of_a_table_agrees_with_metafor(measure, yi, vi):
    effects = effect_sizes(row(ai=0, n1i=60, ci=35, n2i=70), measure)
    assert (effects.yi[0], effects.vi[0]) == pytest.approx((yi, vi), rel=1e-10)


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_every_measure_gives_one_effect_a_row_and_says_what_it_is(measure):
    spec = MEASURES[measure]
    cells = {"n": 50, "n_1": 50, "n_2": 50, "r": 0.4, "time": 90, "time_1": 90, "time_2": 80}
    cells |= {"estimate": 0.8, "ci_lb": 0.6, "ci_ub": 1.1, "yi": 0.2, "vi": 0.1}
    table = {name: [cells.get(name, 7.0), math.nan] for name in spec.needs}
    effects = effect_sizes(table, measure)
    assert np.isfinite(effects.yi).tolist() == [True, False]
    assert effects.vi[0] > 0
    assert effects.notes[1].startswith(("missing: ", "not estimable: "))
    assert effects.definition.startswith(f"{measure}: ")


@pytest.mark.parametrize(
    ("to", "drop00", "finite"),
    [
        ("only0", False, [True, True, True]),
        ("only0", True, [True, True, False]),
        ("none", False, [True, False, False]),
    ],
)
def test_the_zero_cell_policy_decides_which_tables_count(to, drop00, finite):
    table = {"ai": [4, 0, 0], "n1i": [20, 20, 20], "ci": [8, 3, 0], "n2i": [20, 20, 20]}
    effects = effect_sizes(table, "OR", to=to, drop00=drop00)
    assert np.isfinite(effects.yi).tolist() == finite
    for note, known in zip(effects.notes, finite, strict=True):
        assert note == "" if known else note.startswith("not estimable: no events")


def test_if0all_corrects_every_table_once_one_has_a_zero():
    table = {"ai": [4, 0], "n1i": [20, 20], "ci": [8, 3], "n2i": [20, 20]}
    apart = effect_sizes({name: column[:1] for name, column in table.items()}, "OR", to="if0all")
    together = effect_sizes(table, "OR", to="if0all")
    assert together.yi[0] != apart.yi[0]
    assert together.yi[0] == effect_sizes(table, "OR", to="all").yi[0]


def test_cells_may_be_given_instead_of_totals():
    cells = effect_sizes(row(ai=4, bi=119, ci=11, di=128), "OR")
    totals = effect_sizes(row(ai=4, n1i=123, ci=11, n2i=139), "OR")
    assert cells.yi[0] == totals.yi[0]


def test_rows_of_authors_are_named_with_their_years():
    table = {"author": ["Comstock", "Comstock 1976", "Ng"], "year": [1974.0, "1976", ""]}
    effects = effect_sizes({**table, "yi": [0.1, 0.2, 0.3], "vi": [0.1] * 3}, "GEN")
    assert effects.slab == ("Comstock 1974", "Comstock 1976", "Ng")


def test_a_data_frame_with_plain_names_text_and_missing_cells_is_read():
    frame = pd.DataFrame(
        {
            "Study": ["Adams", "Baker", "Chen"],
            "Mean_1": ["20.16", "−5", None],
            "sd_1": [2.61, 1.0, 1.0],
            "n_1": [8, 10, 10],
            "mean_2": [10.9, 3.0, 3.0],
            "sd_2": [4.03, 1.0, 1.0],
            "n_2": [9, 10, pd.NA],
            "p": ["<0.001", "ns", ""],
        }
    )
    effects = effect_sizes(frame, "MD")
    assert effects.slab == ("Adams", "Baker", "Chen")
    assert effects.yi[:2] == pytest.approx([9.26, -8.0])
    assert effects.notes == ("", "", "missing: mean_1; missing: n_2")
    assert len(effects) == 3
    assert effects.se[1] ** 2 == pytest.approx(effects.vi[1])


# --- what is reported instead ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        pytest.param(
            {"se_1": 2.61 / 8**0.5, "se_2": 4.03 / 9**0.5}, "SD in group 1 from the SE", id="SE"
        ),
        pytest.param(
            {
                "ci_lb_1": 20.16 - 2.364624251592785 * 2.61 / 8**0.5,
                "ci_ub_1": 20.16 + 2.364624251592785 * 2.61 / 8**0.5,
                "ci_lb_2": 10.9 - 2.306004135204166 * 4.03 / 9**0.5,
                "ci_ub_2": 10.9 + 2.306004135204166 * 4.03 / 9**0.5,
            },
            "SD in group 1 from the interval of the mean",
            id="interval of the mean",
        ),
    ],
)
def test_a_missing_sd_is_found_from_what_is_printed_and_the_row_says_so(cells, note):
    known = {name: ARMS[name] for name in ("m1i", "n1i", "m2i", "n2i")}
    effects = effect_sizes(row(**known, **cells), "SMD")
    assert effects.yi[0] == pytest.approx(2.55381992295928, rel=1e-9)
    assert note in effects.notes[0]


def test_medians_and_quartiles_stand_in_for_means_and_sds():
    cells = {"median_1": 19.2, "q1_1": 16.05, "q3_1": 21.275, "n_1": 40}
    cells |= {"median_2": 20.8, "q1_2": 16.9, "q3_2": 22.925, "n_2": 40}
    effects = effect_sizes(row(**cells), "MD")
    # Luo 2018: 18.818509375 and 20.170096875
    assert effects.yi[0] == pytest.approx(18.818509375 - 20.170096875, rel=1e-10)
    assert "mean and SD in group 2 from median and quartiles" in effects.notes[0]


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        ({"d": 0.5}, "d as printed"),
        ({"t": 0.5 / math.sqrt(1 / 30 + 1 / 30)}, "d from t"),
        ({"f": 0.25 / (1 / 30 + 1 / 30), "sign": 1}, "d from F"),
        ({"p": 0.057669, "sign": 1}, "d from p"),
    ],
)
def test_test_statistics_stand_in_for_means(cells, note):
    effects = effect_sizes(row(**cells, n_1=30, n_2=30), "SMD", correction="none")
    assert effects.yi[0] == pytest.approx(0.5, rel=1e-4)
    assert effects.notes == (note,)


def test_f_and_p_without_a_sign_are_not_given_one():
    table = {"p": [0.03], "sign": [math.nan], "n_1": [30], "n_2": [30]}
    assert np.isnan(effect_sizes(table, "SMD").yi[0])


def test_a_ratio_with_its_interval_comes_out_on_the_log_scale():
    effects = effect_sizes(row(hr=0.86, ci_lb=0.66, ci_ub=1.13), "HR")
    assert effects.yi[0] == pytest.approx(math.log(0.86))
    assert effects.se[0] == pytest.approx(math.log(1.13 / 0.66) / (2 * 1.959963984540054))
    assert effects.notes == ("variance from the interval",)


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        ({"hr": 0.86, "ci_lb": 1.13, "ci_ub": 0.66}, "the bounds of the interval are reversed"),
        ({"hr": 0.86, "ci_lb": 0.0, "ci_ub": 0.66}, "a ratio or its bound is not above 0"),
        ({"hr": 0.70, "ci_lb": 0.66, "ci_ub": 1.13}, "not in the middle of its interval"),
    ],
)
def test_an_interval_that_cannot_be_is_pointed_out(cells, note):
    assert note in effect_sizes(row(**cells), "HR").notes[0]


def test_standard_errors_and_variances_are_told_apart_by_their_column():
    by_v = effect_sizes({"yi": [0.2], "vi": [0.04]}, "GEN")
    by_se = effect_sizes({"yi": [0.2], "sei": [0.2]}, "GEN")
    assert by_v.vi[0] == pytest.approx(by_se.vi[0])
    both = effect_sizes({"yi": [0.2], "vi": [0.04], "se": [0.04]}, "GEN")
    assert both.vi[0] == 0.04
    assert both.notes == ("variance and standard error disagree",)


@pytest.mark.parametrize(
    ("column", "power", "note"),
    [
        ("vi", 0.5, "the variances look like standard errors: check"),
        ("se", 1.0, "the standard errors look like variances: check"),
        ("vi", 1.0, ""),
        ("se", 0.5, ""),
    ],
)
def test_a_swap_of_standard_errors_and_variances_is_pointed_out(column, power, note):
    n = np.array([60, 80, 120, 200, 400])
    table = {"yi": [0.1, 0.2, 0.3, 0.1, 0.2], "n": n, column: (4 / n) ** power}
    notes = effect_sizes(table, "GEN").notes
    assert all(note in line for line in notes) if note else notes == ("",) * 5


def test_words_among_test_statistics_do_no_harm_beside_means():
    words = row(**ARMS, p="ns", t="not given", direction="benefit")
    assert effect_sizes(words, "SMD").yi[0] == effect_sizes(row(**ARMS), "SMD").yi[0]
    with pytest.raises(ReviewError, match="'ns' is not a number"):
        effect_sizes(row(t="ns", n_1=30, n_2=30), "SMD")


# --- direction ------------------------------------------------------------------------------------


def test_direction_is_turned_only_where_lower_is_said_to_be_better():
    table = {"yi": [0.2, -0.3], "vi": [0.1, 0.1]}
    assert effect_sizes(table, "GEN").yi.tolist() == [0.2, -0.3]
    assert effect_sizes(table, "GEN", better_when="lower").yi.tolist() == [-0.2, 0.3]
    mixed = effect_sizes(table, "GEN", better_when=["higher", "lower"])
    assert mixed.yi.tolist() == [0.2, 0.3]
    assert mixed.definition.endswith("positive favours group 1")


def test_a_direction_that_is_no_direction_is_refused():
    with pytest.raises(ReviewError, match="neither 'higher' nor 'lower'"):
        effect_sizes({"yi": [0.2], "vi": [0.1]}, "GEN", better_when="up")
    with pytest.raises(ReviewError, match="better_when has no meaning for PLO"):
        effect_sizes({"xi": [2], "ni": [10]}, "PLO", better_when="lower")


@given(st.sampled_from(["SMD", "MD", "ROM", "SMDH"]), st.floats(0.5, 20), st.floats(0.1, 5))
def test_exchanging_the_groups_turns_the_effect_round(measure, mean, sd):
    there = row(m1i=mean, sd1i=sd, n1i=12, m2i=3.0, sd2i=1.0, n2i=20)
    back = row(m1i=3.0, sd1i=1.0, n1i=20, m2i=mean, sd2i=sd, n2i=12)
    one, other = effect_sizes(there, measure), effect_sizes(back, measure)
    assert other.yi[0] == pytest.approx(-one.yi[0], rel=1e-12, abs=1e-12)
    assert other.vi[0] == pytest.approx(one.vi[0], rel=1e-12)


# --- bad input ------------------------------------------------------------------------------------


def test_an_unknown_measure_is_answered_with_the_nearest_names():
    with pytest.raises(ReviewError) as error:
        effect_sizes(row(**ARMS), "SMDX")
    assert "unknown measure 'SMDX'" in str(error.value)
    assert "'SMD'" in str(error.value)


def test_missing_columns_are_named_with_their_synonyms():
    with pytest.raises(ReviewError) as error:
        effect_sizes({"ai": [4], "ci": [11]}, "RR")
    assert "needs columns that the table does not have: n_1, n_2" in str(error.value)
    assert any("n1i" in fault for fault in error.value.faults)


def test_all_cells_that_cannot_be_are_listed_at_once():
    table = {
        "study": ["Adams", "Baker", "Chen"],
        "ai": [4, 25, -1],
        "n1i": [20, 20, 20],
        "ci": ["0,03", 5, 5],
        "n2i": [20, 0, "many"],
    }
    with pytest.raises(ReviewError) as error:
        effect_sizes(table, "OR")
    assert set(error.value.faults) == {
        "row 1 (Adams), column 'ci': '0,03' is not a number (a decimal comma?)",
        "row 3 (Chen), column 'n2i': 'many' is not a number",
        "row 3 (Chen), column 'ai': -1 is below 0",
        "row 2 (Baker), column 'n2i': 0 is not above 0",
        "row 2 (Baker), column 'ai': 25 events among 20",
        "row 2 (Baker), column 'ci': 5 events among 0",
    }


@pytest.mark.parametrize(
    ("table", "measure", "fault"),
    [
        ({"yi": [0.1], "se": [0.0]}, "GEN", "column 'se': 0 is not above 0"),
        ({"yi": [0.1], "vi": [-0.2]}, "GEN", "column 'vi': -0.2 is not above 0"),
        ({"ri": [1.2], "ni": [20]}, "ZCOR", "column 'ri': 1.2 is not a correlation"),
        ({"t": [1], "p": [1.2], "n1i": [5], "n2i": [5]}, "SMD", "column 'p': 1.2 is not a prob"),
        ({"yi": ["inf"], "vi": [0.2]}, "GEN", "column 'yi': 'inf' is not finite"),
    ],
)
def test_numbers_that_cannot_be_are_refused(table, measure, fault):
    with pytest.raises(ReviewError) as error:
        effect_sizes(table, measure)
    assert any(fault in line for line in error.value.faults)


def test_columns_of_different_length_and_things_that_are_no_table_are_refused():
    with pytest.raises(ReviewError, match="the columns have different lengths: 1, 2"):
        effect_sizes({"yi": [0.1, 0.2], "vi": [0.1]}, "GEN")
    with pytest.raises(ReviewError, match="a table is needed, not a list"):
        effect_sizes([1, 2], "GEN")


def test_options_out_of_range_are_refused():
    with pytest.raises(ReviewError, match=r"add is -1 and level is 0\.95"):
        effect_sizes({"xi": [2], "ni": [10]}, "PLO", add=-1)
    with pytest.raises(ReviewError, match="unknown zero-cell policy 'sometimes'"):
        effect_sizes({"xi": [2], "ni": [10]}, "PLO", to="sometimes")


def test_no_name_of_a_column_stands_for_two_things_in_one_measure():
    for name, spec in MEASURES.items():
        seen = {}
        for column in spec.columns():
            for synonym in SYNONYMS[column]:
                assert seen.setdefault(synonym, column) == column, (name, synonym)


@pytest.mark.parametrize(
    ("measure", "table", "expected"),
    [
        # metafor 3.8-1
        ("ZCOR", {"ri": [-0.367], "ni": [200]}, (-0.384951707289887, 0.0050761421319797)),
        ("PLO", {"xi": [0], "ni": [10]}, (-3.04452243772342, 2.0952380952381)),
        ("PFT", {"xi": [30], "ni": [30]}, (1.48050371969955, 0.00819672131147541)),
        (
            "IRR",
            {"x1i": [0], "t1i": [775], "x2i": [10], "t2i": [740]},
            (-3.09073528087855, 2.0952380952381),
        ),
    ],
)
def test_one_group_and_rate_measures_agree_with_metafor(measure, table, expected):
    effects = effect_sizes(table, measure)
    assert (effects.yi[0], effects.vi[0]) == pytest.approx(expected, rel=1e-10)


def test_a_change_within_one_group_uses_the_correlation():
    table = row(mean_1=12.0, sd_1=4.0, mean_2=10.0, sd_2=3.0, n=25, r=0.5)
    change = effect_sizes(table, "MC")
    assert (change.yi[0], change.vi[0]) == pytest.approx((2.0, (16 + 9 - 12) / 25))
    raw = effect_sizes(table, "SMCR", correction="none")
    assert (raw.yi[0], raw.vi[0]) == pytest.approx((0.5, 2 * 0.5 / 25 + 0.25 / 50))
    by_change = effect_sizes(table, "SMCC", correction="none")
    assert by_change.yi[0] == pytest.approx(2 / math.sqrt(13))
