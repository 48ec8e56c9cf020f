"""The commands of coding in teams; the pages of docs/teams.md run the common ones."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from themeweave.cli import main
from themeweave.review.log import Entry, append

ROOT = Path(__file__).parents[2]
AT = "2026-01-02T03:04:05Z"


@pytest.fixture
def review(tmp_path):
    folder = tmp_path / "review"
    folder.mkdir()
    for name in ("review.toml", "corpus", "codebooks", "decisions"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    return folder


@pytest.fixture
def call(review):
    def run(*arguments):
        result = CliRunner().invoke(main, [*map(str, arguments), "-C", str(review)])
        found = result.exception
        assert found is None or isinstance(found, SystemExit), found
        return SimpleNamespace(status=result.exit_code, out=result.stdout, err=result.stderr)

    return run


@pytest.fixture
def submitted(call):
    """Two findings, coded blind by ana and ben, who differ on one."""
    people = ("--to", "ana", "--to", "ben", "--codebook", "themes", "--coder", "ana")
    assert call("team", "assign", "first", "F067", "F070", *people).status == 0
    for coder, code in (("ana", "T02"), ("ben", "T07")):
        call("decide", "F067", "T02", "--coder", coder)
        call("decide", "F070", code, "--because", f"so {coder} says", "--coder", coder)
    note = call("check").out
    assert (
        "Note: 6 rulings, memos and marks are blind still: they count once their coders have all "
        "submitted ('themeweave team status')\n"
    ) in note
    for coder in ("ana", "ben"):
        assert call("team", "submit", "first", "--coder", coder).status == 0
    assert "blind still" not in call("check").out
    return call


def test_nothing_assigned_is_said(call):
    assert call("team", "status").out == (
        "Nothing is assigned yet: 'themeweave team assign' gives findings to coders.\n"
    )
    assert call("team", "consensus").out == "0 settled.\n"


def test_differences_settled_and_moved_are_shown_with_all(submitted, tmp_path):
    submitted("team", "adjudicate", "F070", "T07", "--because", "both gain", "--coder", "ben")
    assert submitted("team", "disagreements").out == "1 difference, 0 of them open.\n"
    lines = submitted("team", "disagreements", "first", "--all").out.splitlines()
    assert lines[1:4] == [
        "  ana: Confusion over the peer role [T02], because so ana says",
        "  ben: Help that benefits both sides [T07], because so ben says",
        "  settled by ben: Help that benefits both sides, because both gain",
    ]
    sheet = tmp_path / "consensus.csv"
    assert submitted("team", "consensus", "-o", sheet).status == 0
    assert "F070,themes,T07,Help that benefits both sides,ben," in sheet.read_text("utf-8-sig")


def test_a_coder_who_came_round_is_named(submitted):
    submitted("decide", "F070", "T07", "--coder", "ana")
    out = submitted("team", "disagreements", "--all").out
    assert "  since then ana ruled otherwise, and they agree\n" in out


def test_none_of_the_codes_needs_the_codebook(submitted):
    bare = submitted("team", "adjudicate", "F070", "--because", "x", "--coder", "ana")
    assert (bare.status, "give a code, or --codebook where none holds" in bare.err) == (2, True)
    done = submitted(
        *("team", "adjudicate", "F070", "--codebook", "themes", "--because", "staff"),
        *("--coder", "ana"),
    )
    assert done.out.startswith("Settled: F070 is nothing of what was said (")


def test_agreement_by_code_is_told_with_its_intervals(submitted):
    out = submitted("team", "agreement", "first", "--codes", "--draws", "50").out
    assert "  same code: percent agreement: 0.500 (0.000 to 1.000)\n" in out
    assert "  Confusion over the peer role [T02]: 1 by all, 1 by some, 0 by none\n" in out


def test_a_share_is_given_back_by_an_adjudicator_alone(submitted):
    refused = submitted(
        "team", "reopen", "first", "ana", "--because", "too early", "--coder", "ben"
    )
    assert refused.status == 1
    assert refused.err.startswith(
        "Error: 'ben' is no adjudicator, and only they give a share back\n"
    )


def test_a_merge_says_what_differs_and_exits_with_3(call, review, tmp_path):
    other = Path(shutil.copytree(review, tmp_path / "other"))
    body = {"finding": "F067", "codebook": "themes", "code": "T07", "accepted": True}
    append(other / "decisions" / "ben.jsonl", "ben", [Entry("b", AT, "decision", body)])
    findings = other / "corpus" / "findings.csv"
    findings.write_bytes(findings.read_bytes() + b"F999,New one.,experiences,R08,explicit\n")
    made = call("merge", other)
    assert (made.status, made.out) == (3, "ben: 1 new event taken in\n")
    assert made.err == "To settle: corpus/findings.csv differs: 1 row only there (F999)\n"
    assert call("merge").out == "There was nothing new.\n"
