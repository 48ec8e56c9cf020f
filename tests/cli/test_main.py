import subprocess
import sys

import click
import pytest

from themeweave import __version__
from themeweave.cli import main
from themeweave.errors import ReviewError
from themeweave.review import steps


def commands(group=main, path=()):
    """Every command with its path, groups included."""
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context) if hasattr(group, "commands") else ():
        yield from commands(group.get_command(context, name), (*path, name))


ALL = [
    pytest.param(path, command, id=" ".join(path) or "themeweave") for path, command in commands()
]


def test_help_lists_the_commands_in_the_order_of_the_work(call):
    listed = call("--help").out.partition("Commands:")[2].split("\n")
    names = [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "]
    work = ["init", "run", "check", "code", "themes", "effects", "codes", "decide"]
    assert [name for name in names if name in work] == work


@pytest.mark.parametrize(("path", "command"), ALL)
def test_help_has_an_example_and_fits_a_terminal_of_80_columns(call, path, command):
    shown = call(*path, "--help", COLUMNS="80")
    assert shown.status == 0
    assert [line for line in shown.out.splitlines() if len(line) > 80] == []
    if hasattr(command, "commands"):
        listed = shown.out.partition("Commands:")[2]
        assert [line for line in listed.splitlines() if line.endswith("...")] == []
    else:
        assert f"themeweave {' '.join(path)}" in shown.out.partition("Example")[2]


def test_the_version_is_shown(call):
    assert call("--version").out == f"themeweave {__version__}\n"


def test_a_review_error_is_its_message_and_status_1(call, tmp_path):
    done = call("check", "-C", tmp_path)
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "Error: this is not a review folder: it has no review.toml\n"
        f"  in {tmp_path}\n"
        "  Start one with 'themeweave init FOLDER', or change into the folder that has it.\n"
    )


def test_any_other_exception_is_a_bug_and_keeps_its_traceback(call, review, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(steps, "check", broken)
    assert isinstance(call("check", "-C", review).exception, ZeroDivisionError)
    monkeypatch.setattr(steps, "check", lambda _: (_ for _ in ()).throw(ReviewError("mend me")))
    assert call("check", "-C", review).err == "Error: mend me\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["weave"],
        ["check", "--deep"],
        ["check", "-C", "nowhere"],
        ["init"],
        ["code"],
        ["code", "in.csv", "-o", "out.doc"],
        ["themes", "propose", "in.csv", "-o", "out"],
        ["themes", "propose", "in.csv", "--themes", "0"],
        ["themes", "propose", "in.csv", "--themes", "many"],
        ["decide"],
        ["decide", "F1"],
        ["decide", "F1", "T01", "--from", "x.csv"],
        ["decide", "--from", "x.csv", "--reject"],
        ["decide", "--from", "x.csv", "--because", "why"],
        ["decide", "F1", "T01", "--undo"],
        ["decide", "--undo", "--reject"],
    ],
    ids=" ".join,
)
def test_a_slip_in_the_command_is_status_2_and_says_how(call, arguments):
    done = call(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("Usage: ")
    assert "Error: " in done.err


def test_a_reader_that_stops_reading_gets_no_traceback():
    code = "from themeweave.cli import main; main()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "codes", "list", "cfir-2022"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    child.stdout.close()
    errors = child.stderr.read()
    child.wait(timeout=60)
    assert errors == b""
