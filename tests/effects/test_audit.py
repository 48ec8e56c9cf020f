"""What an audit of printed results finds, and what it leaves in peace."""

import csv
from pathlib import Path

import pytest

from themeweave.effects.audit.audit import audit
from themeweave.effects.audit.check_between import outcome_name
from themeweave.effects.audit.printed import overlap, read_printed
from themeweave.effects.audit.printed_rows import read_rows
from themeweave.errors import ReviewError

SHARED = Path(__file__).parents[2].parent / "shared"
POOLED = SHARED / "reference" / "meta" / "peer_support_pooled"
GOLD = SHARED / "example" / "gold" / "pooled_effects_reported.csv"


def rows(header, *lines):
    names = header.split()
    return [dict(zip(names, line.split("|"), strict=True)) for line in lines]


# Printed in White et al. (2020), BMC Psychiatry 20:534.
WHITE = rows(
    "outcome measure k n estimate ci_low ci_high p i2 q q_p better_when",
    "hospitalised|RR|5|497|0.86|0.66|1.13||38%|||lower",
    "days in hospital|SMD|5|453|-0.10|-0.34|0.14||39%|||lower",
    "overall psychiatric symptoms|SMD|6|857|-0.01|-0.21|0.20||53%|10.7|0.057|lower",
    "quality of life|SMD|5|688|0.08|-0.11|0.26||32%|||higher",
    "recovery|SMD|3|593|0.22|0.01|0.42|0.042|38%|||higher",
    "empowerment|SMD|4|519|0.23|0.04|0.42|0.020|14%|||higher",
    "satisfaction with services|SMD|2|286|0.19|-0.05|0.42||0%|||higher",
    "general and social functioning|SMD|3|181|0.01|-0.32|0.35||21%|||",
    "social network support|SMD|4|512|0.09|-0.25|0.42||67%|9.2|0.027|higher",
    "working alliance, client rated|SMD|3|213|0.24|-0.03|0.51|0.080|0%|||higher",
    "working alliance, staff rated|SMD|2|139|0.15|-0.18|0.48||0%|||higher",
)

# Printed in Egmose et al. (2023), Psychiatric Services.
EGMOSE = rows(
    "subgroup outcome measure k n estimate ci_low ci_high p i2 q_p",
    "general|personal recovery|SMD|17|4,104|0.20|0.11|0.29|<0.001|47%|0.02",
    "general|hope|SMD|8|1,642|0.12|0.02|0.22|0.015|0%|0.6",
    "general|self-advocacy|SMD|2|800|0.17|0.03|0.31|0.02|0%|0.7",
    "general|anxiety|SMD|4|1,400|-0.21|-0.40|-0.02|0.03|68%|0.03",
    "added|personal recovery|SMD|10|2,230|0.22|0.09|0.34|<0.001|49%|0.04",
    "added|self-efficacy|SMD|3|407|0.36|0.09|0.62|0.008|39%|0.2",
    "added|hope|SMD|6|853|0.16|0.02|0.29|0.03|0%|0.4",
    "added|overall symptoms|SMD|2|480|-0.22|-0.40|-0.04|0.02|0%|0.3",
    "independent|self-advocacy|SMD|2|800|0.17|0.03|0.31|0.02|0%|0.7",
    "online|personal recovery|SMD|2|746|0.27|-0.02|0.56|0.07|72%|0.07",
    "online|network or social support|SMD|2|339|0.19|-0.04|0.41|0.11|0%|0.7",
    "online|depression|SMD|2|485|-0.14|-0.79|0.50|0.67|75%|0.05",
)


def of(findings, verdict):
    return {(finding.row, finding.check) for finding in findings if finding.verdict == verdict}


def only(row, check):
    (finding,) = [f for f in audit([row]) if f.check == check]
    return finding


def test_an_honest_review_raises_no_alarm():
    assert of(audit(WHITE), "disagrees") == set()
    assert of(audit(WHITE), "cannot tell") == set()
    assert of(audit(EGMOSE), "disagrees") == set()


def test_what_a_review_printed_is_reproduced():
    white, egmose = of(audit(WHITE), "agrees"), of(audit(EGMOSE), "agrees")
    assert {(3, "I2 from Q"), (9, "I2 from Q"), (3, "p of Q"), (9, "p of Q")} <= white
    assert {(row, "p from the interval") for row in (5, 6, 10)} <= white
    assert {(row, "p from the interval") for row in range(1, 13)} <= egmose
    assert {(row, "p of Q from I2") for row in range(1, 13) if row != 10} <= egmose


def test_a_digit_that_was_cut_off_is_no_contradiction():
    # I2 of 72% with 1 df means p 0.057 to 0.061; the review prints 0.07
    (finding,) = [f for f in audit(EGMOSE) if f.check == "p of Q from I2" and f.row == 10]
    assert finding.verdict == "cannot tell"
    assert finding.recomputed == pytest.approx((0.0565, 0.0610), abs=5e-5)
    assert "cut off or rounded up" in finding.why


def test_a_test_of_subgroups_is_reproduced():
    row = {"measure": "Qint", "estimate": "4.27", "p": "0.039", "subgroup": "adjunctive vs added"}
    assert only(row, "subgroup test").verdict == "agrees"
    assert only(row | {"p": "0.39"}, "subgroup test").verdict == "disagrees"
    assert only(row | {"subgroup": ""}, "subgroup test").verdict == "cannot tell"
    three = row | {"subgroup": "a vs b vs c", "p": "0.118"}
    assert only(three, "subgroup test").verdict == "agrees"


def test_a_decimal_comma_is_found_and_read():
    row = WHITE[9] | {"ci_low": "-0,03"}
    findings = audit([row], where="white.csv")
    (comma,) = [f for f in findings if f.check == "decimal comma"]
    assert (comma.verdict, comma.printed, comma.recomputed) == (
        "disagrees",
        "-0,03",
        (-0.03, -0.03),
    )
    assert comma.where == "white.csv, row 1, column 'ci_low'"
    assert (1, "p from the interval") in of(findings, "agrees")


(FANG,) = rows(
    "review year outcome measure k n est lb ub p I2 Q Q_df Q_p z",
    "Fang|2022|perinatal mood|SMD|16|3154|-0.39|-0.54|-0.24|<0.00001|78|91.38|20|<0.00001|9.42",
)


def test_z_and_degrees_of_freedom_that_contradict_the_row_are_found():
    # Fang 2022 as printed in Cooper et al. (2024), BMC Medicine 22:72, table 2
    findings = audit([FANG])
    assert of(findings, "disagrees") == {(1, "Z against the interval"), (1, "k against df")}
    (z,) = [f for f in findings if f.check == "Z against the interval"]
    assert z.recomputed == pytest.approx((4.87, 5.34), abs=0.005)
    (df,) = [f for f in findings if f.check == "k against df"]
    assert df.where.endswith("row 1 (Fang), column 'Q_df'")
    assert df.recomputed == (15, 15)


HOPE = rows(
    "review year outcome measure k n est lb ub Q direction_note",
    "Fuhr|2014|hope (to 6 months)|SMD|3|967|0.24|0.02|0.46|5.74|",
    "Lloyd-Evans|2014|hope (follow-up)|SMD|3|967|-0.24|-0.46|-0.02|5.74|negative favours",
    "Wang|2022|hope (last follow-up)|SMD|4|1000|0.27|0.06|0.49|7.16|positive favours",
)


def test_the_same_numbers_from_two_sources_are_one_body_of_evidence():
    twice = [f for f in audit(HOPE) if f.check == "printed twice"]
    assert [(f.row, f.verdict) for f in twice] == [(1, "disagrees"), (2, "disagrees")]
    assert "row 2 (Lloyd-Evans 2014, hope (follow-up)) with the sign turned" in twice[0].why


def test_the_same_numbers_are_found_without_an_interval():
    bare = [row | {"lb": "", "ub": ""} for row in HOPE]
    assert {f.row for f in audit(bare) if f.check == "printed twice"} == {1, 2}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"n": "968"}, id="another n"),
        pytest.param({"Q": "5.84"}, id="another Q"),
        pytest.param({"est": "-0.22"}, id="another estimate"),
        pytest.param({"lb": "-0.50"}, id="another interval"),
        pytest.param({"measure": "MD"}, id="another measure"),
        pytest.param({"n": "", "Q": ""}, id="neither n nor Q printed"),
        pytest.param({"Q": "", "est": ""}, id="too little printed"),
    ],
)
def test_numbers_that_differ_are_two_bodies_of_evidence(change):
    findings = audit([HOPE[0], HOPE[1] | change])
    assert not [f for f in findings if f.check == "printed twice"]


def test_a_turned_ratio_is_the_same_evidence():
    shared = {"measure": "OR", "k": "5", "n": "812", "outcome": "relapse"}
    pair = [
        shared | {"source": "A", "estimate": "0.80", "ci_low": "0.64", "ci_high": "0.99"},
        shared | {"source": "B", "estimate": "1.25", "ci_low": "1.01", "ci_high": "1.56"},
    ]
    assert of(audit(pair), "disagrees") >= {(1, "printed twice"), (2, "printed twice")}


def test_one_source_that_repeats_itself_is_asked_about():
    assert {row for row, check in of(audit(EGMOSE), "cannot tell") if check == "printed twice"} == {
        3,
        9,
    }


RECOVERY = rows(
    "review outcome measure est lb ub better_when",
    "Lloyd-Evans|self-rated recovery (post)|SMD|-0.24|-0.39|-0.09|lower",
    "Lyons|recovery (post)|SMD|0.18|0.07|0.29|higher",
    "Peck|self-perceived recovery|SMD|0.29|0.12|0.46|higher",
    "Sun|recovery (post)|SMD|-0.14|-0.42|0.14|higher",
)


def test_a_sign_against_the_others_on_the_same_outcome_is_found():
    signs = {f.row: f for f in audit(RECOVERY) if f.check == "sign against the others"}
    assert {row: f.verdict for row, f in signs.items()} == {
        1: "disagrees",
        2: "agrees",
        3: "agrees",  # and nothing of row 4, whose interval holds 0
    }
    assert "here lower is better, there the other way" in signs[1].why


def test_two_rows_that_contradict_each_other_are_both_found():
    assert of(audit(RECOVERY[:2]), "disagrees") == {
        (1, "sign against the others"),
        (2, "sign against the others"),
    }


def test_an_outcome_by_another_name_is_compared_when_told():
    hope = [HOPE[0] | {"outcome": "hopefulness", "n": "900"}, HOPE[1]]
    check = "sign against the others"
    assert not [f for f in audit(hope) if f.check == check]
    told = audit(hope, same_outcome={"hopefulness": "hope"})
    assert [f.row for f in told if f.check == check] == [1, 2]


def test_an_outcome_named_by_qualifiers_alone_keeps_its_name():
    assert outcome_name("Overall (self-rated)", {}) == "overall (self-rated)"


PLAIN = {"measure": "SMD", "k": "5", "estimate": "0.20", "ci_low": "0.10", "ci_high": "0.30"}


@pytest.mark.parametrize(
    ("change", "column", "why"),
    [
        ({"ci_low": "0.30", "ci_high": "0.10"}, "ci_low", "reversed"),
        ({"estimate": "0.35"}, "estimate", "above its interval"),
        ({"estimate": "0.05"}, "estimate", "below its interval"),
        ({"i2": "101"}, "i2", "between 0 and 100"),
        ({"p": "1.2"}, "p", "between 0 and 1"),
        ({"q": "-3.1"}, "q", "negative"),
        ({"variance": "-0.01"}, "variance", "negative"),
        ({"tau2": "-0.02"}, "tau2", "negative"),
        ({"k": "0"}, "k", "at least one study"),
        ({"k": "2.5"}, "k", "whole number"),
        ({"n": "3"}, "n", "fewer participants than studies"),
        ({"measure": "OR", "ci_low": "-0.10"}, "ci_low", "a ratio cannot be"),
        ({"measure": "COR", "ci_high": "1.30"}, "ci_high", "between -1 and 1"),
    ],
)
def test_impossible_values_are_found(change, column, why):
    assert not [f for f in audit([PLAIN]) if f.check == "possible value"]
    found = [f for f in audit([PLAIN | change]) if f.check == "possible value"]
    assert [f.verdict for f in found] == ["disagrees"]
    assert found[0].where.endswith(f"column '{column}'")
    assert why in found[0].why


@pytest.mark.parametrize(
    ("change", "check", "verdict"),
    [
        ({"p": "0.0001"}, "p from the interval", "agrees"),
        ({"p": "0.02"}, "p from the interval", "disagrees"),
        ({"p": "<0.001"}, "p from the interval", "agrees"),
        ({"p": ">0.05"}, "p from the interval", "disagrees"),
        ({"estimate": "0.23"}, "centre of the interval", "disagrees"),
        ({"z": "-3.92"}, "Z against the interval", "agrees"),
        ({"z": "3.92", "p": "0.02"}, "p from Z", "disagrees"),
        ({"se": "0.051"}, "se against the interval", "agrees"),
        ({"se": "0.0026"}, "se against the interval", "disagrees"),
        ({"i2": "45", "q": "7.3"}, "I2 from Q", "agrees"),
        ({"i2": "54", "q": "7.3"}, "I2 from Q", "disagrees"),
        ({"i2": "0.45", "q": "7.3"}, "I2 from Q", "cannot tell"),
        ({"q_p": "0.12", "q": "7.3"}, "p of Q", "agrees"),
        ({"q_p": "0.012", "q": "7.3"}, "p of Q", "disagrees"),
        ({"q_p": "0.012", "i2": "0"}, "p of Q from I2", "disagrees"),
        ({"significant": "yes"}, "significance", "agrees"),
        ({"significant": "no"}, "significance", "disagrees"),
        ({"significant": "no", "ci_low": "0.00"}, "significance", "cannot tell"),
    ],
)
def test_each_check_tells_right_from_wrong(change, check, verdict):
    assert only(PLAIN | change, check).verdict == verdict


def test_standard_error_and_variance_in_the_wrong_place_are_named():
    assert "swapped" in only(PLAIN | {"se": "0.0026"}, "se against the interval").why


def test_an_interval_by_student_t_is_no_false_alarm():
    # Knapp-Hartung, k = 5: t = 0.2 / 0.1 * 2.776 = 5.55, p = 0.0052; by the normal 0.0001
    finding = only(PLAIN | {"p": "0.005"}, "p from the interval")
    assert finding.verdict == "cannot tell"
    assert "Knapp-Hartung" in finding.why


@pytest.mark.parametrize(
    ("measure", "estimate", "low", "high", "verdict"),
    [
        ("OR", "2.00", "1.00", "4.00", "agrees"),
        ("SMD", "2.00", "1.00", "4.00", "disagrees"),
        ("log OR", "2.00", "1.00", "4.00", "disagrees"),
        ("", "2.00", "1.00", "4.00", "agrees"),  # may be a ratio
        ("COR", "0.60", "0.22", "0.82", "agrees"),  # atanh 0.693, 0.224, 1.157
        ("prevalence", "0.05", "0.01", "0.20", "cannot tell"),
        ("OR", "0.20", "0.00", "9.00", "agrees"),  # a bound that was rounded to 0
    ],
)
def test_an_interval_is_symmetric_on_the_scale_of_its_measure(
    measure, estimate, low, high, verdict
):
    row = {"measure": measure, "estimate": estimate, "ci_low": low, "ci_high": high}
    assert only(row, "centre of the interval").verdict == verdict


def test_a_cell_that_is_no_number_is_named_and_left_out():
    findings = audit([PLAIN | {"p": "n.s."}], where="effects.csv")
    (finding,) = [f for f in findings if f.check == "number"]
    assert (finding.verdict, finding.where) == ("cannot tell", "effects.csv, row 1, column 'p'")
    assert "'n.s.' is not a number" in finding.why
    assert not [f for f in findings if f.check == "p from the interval"]


def test_a_data_frame_read_as_text_gives_the_same_as_mappings():
    import pandas as pd

    assert audit(pd.DataFrame(WHITE).replace("", None)) == audit(WHITE)


def test_numbers_instead_of_text_are_judged_no_harder():
    row = PLAIN | {"estimate": 0.2, "ci_low": 0.1, "ci_high": 0.3, "k": 5.0, "p": 0.0001}
    assert of(audit([row]), "disagrees") == set()


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.20", 0.195, 0.205),
        ("-0.03", -0.035, -0.025),
        ("−0.03", -0.035, -0.025),
        ("0·03", 0.025, 0.035),
        (".5", 0.45, 0.55),
        ("38%", 37.5, 38.5),
        ("p<0.001", 0, 0.001),
        ("≤ .05", 0, 0.05),
        (">0.05", 0.05, float("inf")),
        ("1.2e-5", 1.15e-5, 1.25e-5),
        ("1.2×10-5", 1.15e-5, 1.25e-5),
        ("-0,03", -0.035, -0.025),
        ("1,265,000", 1264999.5, 1265000.5),
        (0.2, 0.15, 0.25),
        (38.0, 37.5, 38.5),
    ],
)
def test_digits_stand_for_every_value_that_rounds_to_them(text, low, high):
    assert read_printed(text).range == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize("cell", ["", " ", None, float("nan"), "NR", "n/a", "–"])
def test_an_empty_cell_is_no_number(cell):
    assert read_printed(cell) is None


def test_a_count_may_have_a_thousands_separator():
    assert read_printed("4,104", whole=True).range == (4104, 4104)


@pytest.mark.parametrize("text", ["n.s.", "0.1.2", "1.234,5", "0.1 (0.2)", "1e999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ReviewError, match="is not a number"):
        read_printed(text)


def test_ranges_that_touch_share_a_value():
    assert overlap((0.0, 0.1), (0.1, 0.2))
    assert not overlap((0.0, 0.1), (0.1001, 0.2))


def test_a_table_without_results_is_refused():
    with pytest.raises(ReviewError, match="no column of printed results") as caught:
        audit([{"outcome": "hope"}], where="effects.csv")
    assert "effects.csv" in str(caught.value)
    assert "estimate, ci_low, ci_high" in str(caught.value)
    assert audit([]) == []


def test_a_level_in_percent_is_refused():
    with pytest.raises(ReviewError, match="level of 95 is not between 0 and 1"):
        audit(WHITE, level=95)


def test_a_row_is_named_by_its_id_and_its_own_columns():
    (row,) = read_rows([{"effect_id": "PE-01", "EST": "0.1"}], "t.csv")
    assert row.finding("x", "estimate", "agrees", "").where == "t.csv, row 1 (PE-01), column 'EST'"


def read(path):
    if not path.is_file():
        pytest.skip(f"the reference tables ({path.name}) are not at hand")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["white2020", "egmose2023"])
def test_the_reference_rows_of_two_reviews_raise_no_alarm(name):
    findings = audit(read(POOLED / f"{name}.csv"))
    assert of(findings, "disagrees") == set()
    assert len(of(findings, "agrees")) > 15


def test_the_gold_table_raises_no_alarm():
    findings = audit(read(GOLD))
    assert of(findings, "disagrees") == set()
    assert (16, "subgroup test") in of(findings, "agrees")
    assert of(findings, "cannot tell") == {
        (19, "printed twice"),
        (25, "printed twice"),
        (26, "p of Q from I2"),
    }


def test_the_known_contradictions_of_an_umbrella_review_are_found_and_no_other():
    findings = audit(read(POOLED / "cooper2024_tables2to4_partial.csv"))
    assert of(findings, "disagrees") == {
        (1, "k against df"),  # Fang 2022
        (1, "Z against the interval"),
        (5, "sign against the others"),  # Lloyd-Evans 2014, recovery
        (11, "sign against the others"),  # Lloyd-Evans 2014, hope
    }
    assert sum(check == "I2 from Q" for _, check in of(findings, "agrees")) == 14
