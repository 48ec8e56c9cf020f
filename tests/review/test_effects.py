"""Effect steps: a sheet is opened once, and what was not pooled is said."""

import json
import math
from pathlib import Path

import pytest

from themeweave.corpus.sheets import read_sheet
from themeweave.effects import effect_sizes, pool
from themeweave.effects.sizes.catalogue import Options
from themeweave.errors import ReviewError
from themeweave.review.effects import (
    KINDS,
    Pooling,
    audit_sheet,
    bias_sheet,
    classes_sheet,
    directions_sheet,
    draw,
    finite,
    influence_sheet,
    pool_by,
    pool_sheet,
    regress_sheet,
    size_sheet,
    subgroup_sheet,
)
from themeweave.review.effects.judge import read_profile

SAMPLE = Path(__file__).parents[2] / "corpus" / "effects.csv"
CONTRACT = (
    *("estimate", "se", "ci_lb", "ci_ub", "pval", "tau2", "Q", "Q_df", "Q_pval", "I2", "H2"),
    *("pi_lb", "pi_ub", "k", "tau2_lb", "tau2_ub", "notes", "measure", "weights"),
)


def sheet(text, name="e.csv"):
    return read_sheet(text.encode(), name, ".csv")


@pytest.fixture(scope="module")
def sample():
    return read_sheet(SAMPLE.read_bytes(), "corpus/effects.csv", ".csv")


def ready(*effects, more=""):
    """A sheet of ready effects, one study each."""
    header = "study,yi,vi" + (",more" if more else "")
    lines = [f"S{i},{y},0.04{more}" for i, y in enumerate(effects, start=1)]
    return sheet("\n".join([header, *lines]) + "\n")


def test_a_pooled_sheet_is_the_library_pooled():
    table = {"ai": [4, 6, 3], "n1i": [123, 306, 231], "ci": [11, 29, 11], "n2i": [139, 303, 220]}
    rows = zip(*table.values(), strict=True)
    text = "ai,n1i,ci,n2i\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows)
    ours = pool_sheet(sheet(text), Pooling("RR", "DL", "z"))
    sizes = effect_sizes(table, "RR")
    theirs = pool(sizes.yi, sizes.vi, "DL", "z")
    for name in CONTRACT[:16]:
        assert ours[name] == getattr(theirs, name), name
    assert set(CONTRACT) <= set(ours)
    assert ours["n"] == sum(table["n1i"]) + sum(table["n2i"])


def test_only_study_results_are_pooled_and_given_effects_are_taken(sample):
    pooled = pool_sheet(sample, Pooling(cluster="study"))
    study = [row for row in sample.rows if row["level"] == "study"]
    assert pooled["k"] == len({row["study"] for row in study}) == 5
    assert pooled["notes"][0] == "64 rows that are not study results were left out"
    by_hand = pool_sheet(sample, Pooling("GEN", cluster="study"))
    assert pooled["estimate"] == by_hand["estimate"]


def test_people_of_a_study_count_once(sample):
    assert pool_sheet(sample, Pooling())["n"] == pool_sheet(sample, Pooling(cluster="study"))["n"]


def test_several_results_of_a_study_without_a_cluster_are_warned_of(sample):
    loose = pool_sheet(sample, Pooling())
    assert any("5 studies give several results (Druss 2010: 2)" in note for note in loose["notes"])
    assert not loose["independent"]
    tied = pool_sheet(sample, Pooling(cluster="study"))
    assert tied["independent"]
    assert not any("several results" in note for note in tied["notes"])


def test_each_outcome_is_pooled_as_if_it_stood_alone(sample):
    how = Pooling(cluster="study")
    groups = {g["group"]: g for g in pool_by(sample, how, "outcome")["groups"]}
    for name, group in groups.items():
        alone = pool_sheet(sample, Pooling(cluster="study", only=(("outcome", name),)))
        for key in ("estimate", "ci_lb", "k", "n", "I2"):
            assert group[key] == pytest.approx(alone[key], nan_ok=True), (name, key)


def test_outcomes_agree_with_those_of_a_run(sample):
    from themeweave.effects.outcomes import pool_outcomes
    from themeweave.effects.presets import COCHRANE2025
    from themeweave.effects.sheets import study_rows

    run = {o.name: o.random for o in pool_outcomes(study_rows(sample, "SMD"), COCHRANE2025)}
    how = Pooling(cluster="study", preset="cochrane2025")
    ours = {g["group"]: g for g in pool_by(sample, how, "outcome")["groups"]}
    assert {name: g["estimate"] for name, g in ours.items()} == {
        name: pooled.estimate for name, pooled in run.items()
    }


def test_a_preset_brings_its_formulas_and_is_written_out():
    text = "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,5,2,20,4,2,20\nB,6,2,12,4,3,15\nC,5,1,30,5,1,30\n"
    revman = pool_sheet(sheet(text), Pooling(preset="revman5"))
    sizes = effect_sizes(
        {c: [float(x) for x in v] for c, v in _columns(text).items()},
        correction="approximate",
        variance="revman",
    )
    assert revman["estimate"] == pool(sizes.yi, sizes.vi, "DL").estimate
    assert revman["preset"]["binary_pooling"] == "Mantel-Haenszel"
    assert revman["preset"]["smd_variance"] == "revman"
    assert math.isnan(revman["pi_lb"])


def _columns(text):
    header, *rows = (line.split(",") for line in text.strip().splitlines())
    return dict(zip(header[1:], list(zip(*rows, strict=True))[1:], strict=True))


def test_revman_and_a_ratio_of_tables_say_what_differs():
    text = "study,ai,n1i,ci,n2i\nA,4,123,11,139\nB,6,306,29,303\n"
    notes = pool_sheet(sheet(text), Pooling("OR", preset="revman5"))["notes"]
    assert any("Mantel-Haenszel" in note for note in notes)


@pytest.mark.parametrize("k", [0, 1, 2])
def test_few_studies_are_data_not_a_crash(k):
    few = sheet("study,yi,vi,year\n" + "".join(f"S{i},0.{i},0.04,20{i}0\n" for i in range(1, k + 1))
                + "gap,,,2000\n")  # fmt: skip
    how = Pooling("GEN")
    pooled = pool_sheet(few, how)
    assert pooled["k"] == k
    assert any("row" in note and "gap" in note for note in pooled["notes"])
    assert math.isnan(pooled["estimate"]) == (k == 0)
    assert any(f"not estimable (k < {k + 1})" in note for note in pooled["notes"]) or k == 2
    groups = pool_by(few, how, "study")["groups"]
    assert [group["k"] for group in groups] == [1] * k
    assert math.isnan(bias_sheet(few, how)["egger_classic"]["pval"])
    assert len(influence_sheet(few, how)["rows"]) == (2 if k == 2 else 0)
    assert math.isnan(subgroup_sheet(few, how, "study")["pval"])
    assert regress_sheet(few, how, ("year",))["k"] == k
    assert len(classes_sheet(few, how, "study", read_profile("trials"))["rows"]) == k
    assert json.dumps(finite(pooled), allow_nan=False)


def test_a_note_on_a_formula_is_told_once_with_its_count():
    text = "study,yi,ci_lb,ci_ub\nA,0.2,0,0.4\nB,0.3,0.1,0.5\n"
    notes = pool_sheet(sheet(text), Pooling("GEN"))["notes"]
    assert notes[0] == "variance from the interval (2 of 2 rows)"


def test_standard_errors_in_the_column_of_variances_are_pointed_out():
    rows = "".join(f"S{i},0.{i},{math.sqrt(4 / n)},{n}\n" for i, n in enumerate((400, 900, 600), 1))
    notes = pool_sheet(sheet("study,yi,vi,n\n" + rows), Pooling("GEN"))["notes"]
    assert any("look like standard errors" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "how", "what", "hint"),
    [
        ("yi,vi\n0.1,0.1\n", Pooling("SDM"), "unknown measure 'SDM'", "Did you mean 'SMD'"),
        ("yi,vi\n0.1,0.1\n", Pooling("GEN", "RELM"), "unknown method 'RELM'", "'REML'"),
        ("yi,vi\n0.1,0.1\n", Pooling(preset="revman"), "unknown preset 'revman'", "'revman5'"),
        (
            *("study,mean_1\nA,2\n", Pooling("SMD")),
            *("SMD (standardised mean difference) needs columns", "Add them, or give"),
        ),
        (
            *("study,yi,vi\nA,1,1\n", Pooling("GEN", cluster="stuudy")),
            *("there is no column 'stuudy'", "Did you mean 'study'"),
        ),
        (
            *("study,yi,vi\nA,1,1\n", Pooling("GEN", only=(("study", "AA"),))),
            *("no row has study=AA", "Did you mean 'A'?"),
        ),
        (
            *("level,yi,vi\npooled,1,1\n", Pooling("GEN")),
            *("there are no study results to pool", "Pooled estimates are not pooled again"),
        ),
        (
            *("study,yi,vi\nA,1,1\n,2,1\n", Pooling("GEN", cluster="study")),
            *("results that do not say which cluster they belong to", "row 3: empty"),
        ),
        (
            *("study,yi,vi\nA,1,1\n", Pooling("GEN", better_when="up")),
            *("'up' is neither 'higher' nor 'lower' nor a column", "The header has: study"),
        ),
        (
            *("study,yi,vi,way\nA,1,1,\n", Pooling("GEN", better_when="way")),
            *("rows that do not say which direction is better", "row 2, column 'way': empty"),
        ),
    ],
)
def test_bad_input_is_named_with_what_to_do(text, how, what, hint):
    with pytest.raises(ReviewError) as caught:
        pool_sheet(sheet(text), how)
    assert what in caught.value.what
    assert hint in str(caught.value)


def test_cells_that_cannot_be_are_listed_at_once_by_their_rows_in_the_sheet():
    text = (
        "level,study,yi,vi,ai,n1i,ci,n2i\npooled,,,,,,,\n"
        "study,A,,,30,20,1,20\nstudy,B,0.1,-1,,,,\nstudy,C,,,1,9,x,20\nstudy,D,0.1,0.1,,,,\n"
    )
    with pytest.raises(ReviewError) as caught:
        pool_sheet(sheet(text), Pooling("RR"))
    assert caught.value.where == "e.csv"
    assert caught.value.faults == (
        "row 4 (B), column 'vi': -1 is not above 0",
        "row 5 (C), column 'ci': 'x' is not a number",
        "row 3 (A), column 'ai': 30 events among 20",
    )


def test_directions_are_harmonised_by_a_column():
    text = "study,yi,vi,better_when\nA,0.2,0.1,higher\nB,-0.3,0.1,lower\n"
    plain = pool_sheet(sheet(text), Pooling("GEN", "FE"))
    turned = pool_sheet(sheet(text), Pooling("GEN", "FE", better_when="better_when"))
    assert plain["estimate"] == pytest.approx(-0.05)
    assert turned["estimate"] == pytest.approx(0.25)


def test_a_sized_sheet_keeps_every_row_and_says_what_has_no_effect(sample):
    text = (
        "id,study,level,ai,n1i,ci,n2i\n1,A,study,4,123,11,139\n2,B,pooled,,,,\n3,C,study,,9,1,9\n"
    )
    sized = size_sheet(sheet(text), Pooling("RR"), Options())
    assert [row["id"] for row in sized.rows] == ["1", "2", "3"]
    assert [round(row.get("yi") or 0, 4) for row in sized.rows] == [-0.8893, 0, 0]
    assert sized.set_aside == ("row 4 (C): missing: events_1",)
    given = size_sheet(sample, Pooling(), Options())
    assert "34 effects stand ready" in given.notes[1]


def test_a_study_in_two_subgroups_is_pointed_out(sample):
    found = subgroup_sheet(sample, Pooling(cluster="study"), "outcome")
    assert any("stands in several groups" in note for note in found["notes"])
    assert [g["n"] for g in found["groups"]][:2] == [161, 35]


def test_a_regression_with_clusters_is_tested_robustly(sample):
    found = regress_sheet(sample, Pooling(cluster="study"), ("n_1",))
    assert found["model"].endswith("CR2 tests")
    assert [c["term"] for c in found["coefficients"]] == ["intercept", "n_1"]
    assert found["coefficients"][1]["df"] < 4
    single = regress_sheet(sample, Pooling(), ("n_1",))
    assert single["model"] == "mixed-effects, REML, tests by knha"


def test_cumulative_results_end_at_the_whole(sample):
    how = Pooling(cluster="study")
    found = influence_sheet(sample, how, "n_1")
    assert found["cumulative"][-1]["estimate"] == pytest.approx(pool_sheet(sample, how)["estimate"])
    assert [row["influential"] for row in found["rows"]].count(True) == 1


def test_the_audit_of_the_sample_raises_no_false_alarm(sample):
    found = audit_sheet(sample)
    assert found["rows"] == 64
    assert set(found["counts"]) == {"agrees", "cannot tell"}
    twice = [f for f in found["findings"] if f["check"] == "printed twice"]
    assert {f["id"] for f in twice} == {"E019", "E025"}


def test_an_audit_names_rows_as_the_sheet_numbers_them():
    text = "id,level,estimate,ci_lb,ci_ub,p,measure\nx,study,,,,,\nE1,pooled,0.2,0.1,0.3,0.9,SMD\n"
    found = audit_sheet(sheet(text))
    wrong = [f for f in found["findings"] if f["verdict"] == "disagrees"]
    assert [(f["row"], f["id"], f["column"]) for f in wrong] == [(3, "E1", "p")]
    assert found["notes"] == ["1 study results were left out: they are no printed results"]


def test_classes_count_the_people_of_each_study_once(sample):
    found = classes_sheet(sample, Pooling(cluster="study"), "outcome", read_profile("trials"))
    rows = {row["factor"]: row for row in found["rows"]}
    assert rows["self-esteem"]["n_total"] == 83
    assert rows["self-esteem"]["class"] == "IV"
    assert "nan" not in rows["depression"]["missed"]


def test_pooled_estimates_get_no_class_without_their_overlap():
    text = "factor,study,yi,vi,k,n_total\nhope,A,0.3,0.01,9,900\nhope,B,0.2,0.01,7,700\n"
    how, profile = Pooling("GEN"), read_profile("trials")
    with pytest.raises(ReviewError, match="these rows are pooled estimates"):
        classes_sheet(sheet(text), how, "factor", profile)
    shown = classes_sheet(sheet(text), how, "factor", profile, {"hope": 3.5})
    assert "overlap by 3.5%" in shown["rows"][0]["notes"]


def test_directions_are_never_guessed(sample):
    found = directions_sheet(sample)
    assert [fault.partition(",")[0] for fault in found["set_aside"]] == [
        "row 9",
        "row 64",
        "row 65",
    ]
    assert all("better_when" in fault for fault in found["set_aside"])
    assert found["votes"]["recovery"]["better"] == 2
    with pytest.raises(ReviewError, match="no row says on which side its result falls") as caught:
        directions_sheet(sheet("review,outcome,estimate,measure\nA,hope,0.2,SMD\n"))
    assert caught.value.faults == ("row 2, column 'better_when': not set",)


@pytest.mark.parametrize("kind", KINDS)
def test_every_plot_is_drawn_from_the_sample_with_the_same_bytes(kind, sample):
    how = Pooling(cluster="study")
    first, second = (draw(kind, sample, how, on="n_1", by="") for _ in range(2))
    assert first.picture.svg.startswith(b"<?xml")
    assert first.picture == second.picture


def test_a_forest_of_groups_that_share_studies_has_no_overall_effect(sample):
    drawn = draw("forest", sample, Pooling(cluster="study"), by="outcome")
    assert "no overall effect: some studies stand in several groups" in drawn.notes


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "direction"])
@pytest.mark.parametrize("k", [1, 2])
def test_plots_of_one_or_two_studies_are_drawn(kind, k):
    few = sheet("study,yi,vi,x\n" + "".join(f"S{i},0.{i},0.04,{i}\n" for i in range(1, k + 1)))
    assert draw(kind, few, Pooling("GEN"), on="x").picture.png[1:4] == b"PNG"


def test_a_plot_of_nothing_says_why():
    with pytest.raises(ReviewError, match="there is nothing to draw") as caught:
        draw("forest", sheet("study,yi,vi\nA,,\n"), Pooling("GEN"))
    assert caught.value.faults == ("row 2 (A) left out: missing: yi; missing: vi",)
