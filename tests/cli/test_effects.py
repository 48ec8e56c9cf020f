"""Effect commands: each reads a sheet, calls one step, prints within 80 columns or as JSON."""

import io
import json
import re
import shutil
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner

from themeweave.cli import main
from themeweave.cli.effects import effects
from themeweave.corpus.sheets import read_sheet, write_sheet

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "corpus" / "effects.csv"
TRIALS = "study,events_1,n_1,events_2,n_2\nA,4,123,11,139\nB,6,306,29,303\nC,3,231,11,220\n"
# One way to run each command on the sample review.
RUNS = {
    "size": ["size", "corpus/effects.csv"],
    "pool": ["pool", "corpus/effects.csv", "--measure", "SMD"],
    "pool by": ["pool", "corpus/effects.csv", "--by", "outcome", "--cluster", "study"],
    "pool preset": ["pool", "corpus/effects.csv", "--preset", "cochrane2025", "--methods"],
    "subgroup": ["subgroup", "corpus/effects.csv", "--by", "outcome", "--cluster", "study"],
    "regress": ["regress", "corpus/effects.csv", "--on", "n_1", "--on", "outcome_domain"],
    "bias": ["bias", "corpus/effects.csv", "--cluster", "study"],
    "influence": ["influence", "corpus/effects.csv", "--cluster", "study", "--cumulative", "n_1"],
    "audit": ["audit", "corpus/effects.csv"],
    "classes": ["classes", "corpus/effects.csv", "--cluster", "study"],
    "directions": ["directions", "corpus/effects.csv"],
    "plot": ["plot", "forest", "corpus/effects.csv", "--cluster", "study", "-o", "forest.svg"],
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "corpus").mkdir()
    shutil.copy(SAMPLE, tmp_path / "corpus" / "effects.csv")
    (tmp_path / "trials.csv").write_text(TRIALS, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words, stdin=None):
    return CliRunner().invoke(main, ["effects", *words], input=stdin)


def record(*words, code=0):
    done = run(*words, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_every_command_has_a_run_here():
    assert {name.partition(" ")[0] for name in RUNS} == set(effects.commands)


@pytest.mark.parametrize("words", RUNS.values(), ids=RUNS)
def test_every_command_runs_on_the_sample_review_in_80_columns(words):
    done = run(*words)
    assert done.exit_code == (3 if words[0] == "directions" else 0), done.output
    if words[0] != "size":  # which prints a sheet
        assert max(map(len, done.stdout.splitlines())) <= 80
    assert "nan" not in re.findall(r"\w+", done.stdout)


@pytest.mark.parametrize("words", RUNS.values(), ids=RUNS)
def test_every_command_prints_json_without_numbers_that_json_lacks(words):
    done = run(*words, "--json")
    parsed = json.loads(done.stdout, parse_constant=pytest.fail)
    assert isinstance(parsed, dict)


@pytest.mark.parametrize("name", effects.commands)
def test_every_help_fits_80_columns_and_shows_one_example(name):
    shown = CliRunner().invoke(main, ["effects", name, "--help"], terminal_width=80).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.count("Example:") == 1
    assert f"themeweave effects {name} " in shown


@pytest.mark.parametrize("name", effects.commands)
def test_every_example_in_a_help_runs(name):
    text = effects.commands[name].help
    example = re.search(r"themeweave effects (.*)", text)[1].split()
    assert run(*example).exit_code in {0, 3}


def test_no_command_says_a_number_that_its_option_does_not_have():
    for command in effects.commands.values():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name != "as_json":
                assert parameter.help or parameter.show_default, (command.name, parameter.name)


def test_keys_that_scripts_rely_on_are_there():
    pooled = record("pool", "trials.csv", "--measure", "RR", "--method", "DL", "--ci", "z")
    keys = ["estimate", "se", "ci_lb", "ci_ub", "pval", "tau2", "Q", "Q_df", "Q_pval", "I2", "H2"]
    keys += ["pi_lb", "pi_ub", "k"]
    assert set(keys) <= set(pooled)
    # metafor 3.8-1: rma(ai, n1i, ci, n2i, measure="RR", method="DL") on the first 3 BCG trials
    assert pooled["estimate"] == pytest.approx(-1.3302, abs=5e-5)
    assert pooled["k"] == 3


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".xlsx", ".parquet"])
def test_every_form_of_sheet_gives_the_same_result(suffix, folder):
    sheet = read_sheet(TRIALS.encode(), "trials.csv", ".csv")
    name = f"other{suffix}"
    rows = [dict(row.cells) for row in sheet.rows]
    (folder / name).write_bytes(write_sheet(rows, sheet.columns, suffix))
    assert record("pool", name, "--measure", "OR") == record(
        "pool", "trials.csv", "--measure", "OR"
    )


def test_a_sheet_may_come_from_standard_input():
    piped = run("pool", "-", "--measure", "OR", "--json", stdin=TRIALS)
    assert json.loads(piped.stdout) == record("pool", "trials.csv", "--measure", "OR")


def test_sized_effects_are_pooled_to_the_same(folder):
    assert run("size", "trials.csv", "--measure", "RR", "-o", "sized.xlsx").exit_code == 0
    sized = record("pool", "sized.xlsx", "--measure", "GEN")
    direct = record("pool", "trials.csv", "--measure", "RR")
    assert sized["estimate"] == pytest.approx(direct["estimate"], rel=1e-12)
    page = openpyxl.load_workbook(io.BytesIO((folder / "sized.xlsx").read_bytes())).active
    header = [cell.value for cell in page[1]]
    assert header == [
        "study",
        "events_1",
        "n_1",
        "events_2",
        "n_2",
        "yi",
        "vi",
        "se",
        "effect_note",
    ]


def test_rows_without_an_effect_are_listed_and_the_exit_is_3():
    done = run("size", "-", "--measure", "RR", stdin=TRIALS + "D,,10,3,10\n")
    assert done.exit_code == 3
    assert "Set aside: row 5 (D): missing: events_1" in done.stderr
    assert len(done.stdout.splitlines()) == 5


def test_ratios_are_shown_as_ratios():
    assert "as a ratio    0.26" in run("pool", "trials.csv", "--measure", "RR").stdout
    table = run("pool", "trials.csv", "--measure", "RR", "--by", "study").stdout
    assert "0.41" in table
    assert "-0.8" not in table


def test_a_preset_and_a_choice_that_it_makes_do_not_go_together():
    done = run("pool", "trials.csv", "--measure", "RR", "--preset", "revman5", "--ci", "t")
    assert done.exit_code == 2
    assert "--preset revman5 decides on --ci" in done.stderr
    alone = record("pool", "trials.csv", "--measure", "RR", "--preset", "revman5")
    assert (alone["method"], alone["ci"], alone["pi_lb"]) == ("DL", "z", None)


def test_the_methods_paragraph_and_both_scripts_are_printed():
    words = ["pool", "trials.csv", "--measure", "RR"]
    assert "The log risk ratios of 3 studies were pooled" in " ".join(
        run(*words, "--methods").stdout.split()
    )
    r, python = (run(*words, "--script", language).stdout for language in ("r", "python"))
    assert "library(metafor)" in r
    exec(python, {})  # which stops where it gives another number
    assert record(*words, "--script", "r")["script"] == r


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["pool", "none.csv"], 1, "the file could not be read"),
        (["pool", "trials.csv", "--measure", "SDM"], 1, "Did you mean 'SMD'"),
        (["pool", "trials.csv", "--measure", "OR", "--method", "RELM"], 1, "'REML'"),
        (["pool", "trials.csv", "--measure", "SMD"], 1, "needs columns that the table does not"),
        (["pool", "trials.csv", "--measure", "OR", "--level", "95"], 2, "range 0<x<1"),
        (["pool", "trials.csv", "--measure", "OR", "--rho", "2", "--cluster", "study"], 1, "rho"),
        (["pool", "trials.csv", "--ci", "wald"], 2, "is not one of"),
        (["pool", "trials.csv", "--only", "study"], 2, "'study' is not COLUMN=VALUE"),
        (["pool", "trials.csv", "--by", "study", "--script", "r"], 2, "one by one"),
        (["pool"], 2, "Missing argument 'IN'"),
        (["subgroup", "trials.csv", "--by", "sudy", "--measure", "OR"], 1, "Did you mean 'study'"),
        (["regress", "trials.csv", "--measure", "OR"], 2, "Missing option '--on'"),
        (["classes", "trials.csv", "--measure", "OR"], 1, "there is no column 'outcome'"),
        (["classes", "trials.csv", "--profile", "trails"], 1, "Did you mean 'trials'"),
        (["classes", "trials.csv", "--overlap", "hope"], 2, "'hope' is not FACTOR=PERCENT"),
        (["audit", "trials.csv"], 1, "no column of printed results"),
        (["directions", "trials.csv"], 1, "there is no column 'review'"),
        (["plot", "pie", "trials.csv", "-o", "x.svg"], 2, "is not one of 'forest', 'funnel'"),
        (["plot", "forest", "trials.csv", "-o", "x.pdf"], 2, "neither in .svg nor in .png"),
        (["plot", "bubble", "trials.csv", "-o", "x.svg"], 2, "needs --on COLUMN"),
    ],
)
def test_a_mistake_is_said_in_words_with_its_exit_code(words, code, said):
    done = run(*words)
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert not done.stdout


def test_the_audit_shows_what_does_not_agree_and_writes_the_rest(folder):
    done = run("audit", "corpus/effects.csv", "-o", "audit.csv")
    assert done.stdout.startswith("64 printed results, 99 checks: 96 agree, 3 cannot tell\n")
    assert "row 20 (E019), estimate: cannot tell" in done.stdout
    assert len((folder / "audit.csv").read_text("utf-8").splitlines()) == 100
    assert len(run("audit", "corpus/effects.csv", "--all").stdout) > 10 * len(done.stdout)


def test_classes_follow_a_profile_of_ones_own(folder):
    shipped = ROOT / "src" / "themeweave" / "effects" / "profiles" / "trials.toml"
    own = shipped.read_text("utf-8").replace('name = "trials"', 'name = "ours"')
    (folder / "ours.toml").write_text(own.replace("p_below = 0.05", "p_below = 0.5"), "utf-8")
    words = ["classes", "corpus/effects.csv", "--cluster", "study"]
    rows = {r["factor"]: r for r in record(*words, "--profile", "ours.toml")["rows"]}
    assert rows["hope, empowerment & self-efficacy"]["class"] == "IV"
    assert rows["depression"]["profile"] == "ours 1"


def test_rows_whose_direction_is_not_told_are_listed_and_the_exit_is_3():
    done = run("directions", "corpus/effects.csv")
    assert done.exit_code == 3
    assert "Set aside: row 9, column 'better_when': not set" in done.stderr
    assert run("directions", "corpus/effects.csv", "--only", "source=B01").exit_code == 0


@pytest.mark.parametrize("name", ["forest.svg", "forest.png"])
def test_a_plot_is_written_in_the_format_of_its_name(name, folder):
    done = run("plot", "forest", "trials.csv", "--measure", "RR", "-o", name)
    assert done.stdout == f"Drew {name}.\n"
    start = (folder / name).read_bytes()[:8]
    assert start == (b"\x89PNG\r\n\x1a\n" if name.endswith("png") else b"<?xml ve")
