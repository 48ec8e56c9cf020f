"""The way from candidates to themes of one's own, by commands alone."""

import pytest


@pytest.fixture
def themes(call, review):
    return lambda *arguments: call("themes", *arguments, "-C", review, THEMEWEAVE_CODER="ana")


def test_themes_are_revised_by_commands_and_every_act_can_be_undone(themes):
    assert themes("rename", "hope", "Hope regained", "--because", "clearer").out == (
        "T02 'Hope' renamed 'Hope regained'\n"
    )
    added = themes("new", "Conditions").out
    assert added.endswith(" 'Conditions' added\n")
    assert themes("describe", "Conditions", "Pay and time.").status == 0
    assert themes("new", "Pay", "--under", "Conditions").status == 0
    assert themes("move", "F3", "--to", "Pay").status == 0
    assert themes("split", "Hope regained", "F1", "--name", "Hope by story").status == 0
    assert themes("merge", "Hope by story", "--into", "Hope regained").status == 0
    assert themes("promote", "Pay").status == 0
    assert themes("mark", "Pay", "--a-priori").status == 0
    assert themes("retire", "Conditions").status == 0
    assert themes("retire", "Conditions", "--restore").status == 0
    listed = themes("list").out
    assert "Pay [a priori]: " in listed
    assert "Hope regained: " in listed
    trail = themes("list", "--history").out.splitlines()
    assert len(trail) == 11
    assert trail[0].endswith("ana: T02 renamed 'Hope regained', because clearer")
    undone = themes("undo").out
    assert undone.startswith("Taken back: ")
    assert undone.endswith(" restored\n")


def test_nothing_done_yet_is_said(themes, call, tmp_path):
    assert themes("list", "--history").out == "Nothing yet.\n"
    assert themes("undo").status == 1
    (tmp_path / "review" / "codebooks" / "themes.yaml").unlink()
    assert themes("list").out == "No themes yet: see 'themeweave themes propose'.\n"


def test_candidates_of_a_review_are_shown_and_kept(themes):
    shown = themes("propose")
    assert shown.out.startswith("o1  ")
    assert shown.out.endswith("Next: themeweave themes keep CANDIDATE..., or 'all'\n")
    kept = themes("keep", "all", "--confirm")
    assert "added" in kept.out
    assert "moved to" in kept.out


def test_what_changed_is_said_by_run_and_by_diff(themes, call, review):
    assert "Changes in the themes" not in call("run", "-C", review).out
    assert themes("diff").out == "Nothing changed.\n"
    themes("move", "F1", "F2", "--to", "T02")
    assert "F2 " in themes("diff").out
    said = call("run", "-C", review).out
    assert "Changes in the themes since the last run: " in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["mark", "T02"], "give a mark: --a-priori, --derived, --descriptive or --analytical"),
        (["propose", "--themes", "3"], "these options are for a sheet"),
    ],
)
def test_a_slip_is_status_2_and_says_how(themes, arguments, says):
    done = themes(*arguments)
    assert done.status == 2
    assert says in done.err


def test_sureness_and_crosstabs_are_shown_and_written(themes, tmp_path):
    assert themes("sure").out.startswith("## How sure each theme is\n")
    out = tmp_path / "against.csv"
    assert themes("sure", "--against", "-o", out).status == 0
    assert "Barrier" in out.read_text("utf-8-sig")
    assert themes("sure", "--between").out.startswith("## Findings between themes\n")
    assert themes("crosstab", "theme", "perspective").out.startswith("## Theme by perspective\n")
    done = themes("crosstab", "theme", "review", "-o", "x.png")
    assert done.status == 2
    assert "must end in one of .csv, .docx, .html, .md, .tex, .xlsx" in done.err
