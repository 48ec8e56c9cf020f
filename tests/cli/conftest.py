"""Commands run inside this process; a folder started by the program itself stands ready."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from themeweave.cli import main

FINDINGS = """\
id,text
F1,Peer workers felt that sharing their story gave others hope.
F2,Managers were unsure what the role was meant to do.
F3,Pay was low and contracts were short.
F4,People trusted somebody who had been through the same.
F5,Training before the start prepared peer workers well.
F6,Nobody on the ward had been told about the new role.
"""
SETTINGS = "[review]\ntitle = 'A small review'\n"
THEMES = """\
codebook: themes
title: Themes
exclusive: true
codes:
- {id: T01, name: What the role brings, level: overarching}
- {id: T02, name: Hope, level: subtheme, parent: T01}
"""


@pytest.fixture
def call():
    """Run a command line: its exit status, and what it said on stdout and stderr."""

    def run(*arguments, stdin=None, **environment):
        result = CliRunner(env=environment).invoke(main, [str(a) for a in arguments], input=stdin)
        return SimpleNamespace(
            status=result.exit_code,
            out=result.stdout,
            err=result.stderr,
            raw=result.stdout_bytes,
            exception=result.exception,
        )

    return run


@pytest.fixture
def review(tmp_path):
    """A review with findings and one codebook."""
    folder = tmp_path / "review"
    for name, text in {
        "review.toml": SETTINGS,
        "corpus/findings.csv": FINDINGS,
        "codebooks/themes.yaml": THEMES,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def sheet(tmp_path):
    """An extraction sheet outside any review."""
    path = tmp_path / "findings.csv"
    path.write_text(FINDINGS, "utf-8")
    return path
