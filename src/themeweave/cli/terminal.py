"""What commands share at the terminal: progress that is quiet in pipes, input and output."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

folder_option = click.option(
    "-C",
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The review folder; where you are, if not given.",
)

encoding_option = click.option(
    "--encoding",
    default="",
    metavar="NAME",
    help="Of text files that are not in UTF-8, such as cp1252; messages show how they would read.",
)
password_option = click.option(
    "--password", "locked", is_flag=True, help="Ask for the password of encrypted PDFs."
)


def password(locked: bool) -> str:
    """Ask for a password without showing it; it is handed on and not kept."""
    return click.prompt("Password of the PDFs", hide_input=True, err=True) if locked else ""


@contextmanager
def stoppable(words: str) -> Iterator[None]:
    """Say what a person who stops the command should know, and exit as shells expect."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"\nStopped. {words}", err=True)
        raise click.exceptions.Exit(130) from None


coder_option = click.option(
    "--coder",
    envvar="THEMEWEAVE_CODER",
    help="Who decides; your user name on this computer, if not given.",
)


class InOrder(click.Group):
    """A group whose help lists its commands in the order of the work, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002, D102
        return list(self.commands)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show what is being done on one line of a terminal; say nothing elsewhere."""
    if not sys.stderr.isatty():
        yield _say_nothing
        return
    from rich.console import Console

    with Console(stderr=True).status("reading the folder") as status:
        yield lambda doing: status.update(doing)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show on one line of a terminal how many are done, how fast, and how long it still takes."""
    if not sys.stderr.isatty():
        yield _count_nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), rate, Left(compact=True))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, rate="")

        def show(done: int, of: int) -> None:
            speed = next(iter(bar.tasks)).speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(task, completed=done, total=of, rate=rate)

        yield show


def _count_nothing(done: int, of: int) -> None:
    """Report no progress."""


def note(words: str) -> None:
    """Say beside the output what a person should know of it."""
    click.echo(f"Note: {words}", err=True)


def _say_nothing(doing: str) -> None:
    """Report no progress."""


def read(name: str) -> tuple[bytes, str, str]:
    """Read a sheet by its name, or from standard input for ``-``: bytes, name, suffix."""
    from themeweave.review.files import read_input

    return read_input(name, sys.stdin.buffer.read() if name == "-" else None)


def write(name: str, content: bytes) -> None:
    """Write a whole file, or to standard output for ``-``."""
    if name == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from themeweave.review.files import write_file

    write_file(Path(name), content)


def sheet_suffix(name: str) -> str:
    """Give the suffix of a sheet to write, before the work starts, so that a slip costs no time."""
    from themeweave.corpus.sheets import SUFFIXES

    suffix = suffix_of(name)
    if suffix not in SUFFIXES:
        raise click.BadParameter(
            f"'{name}' must end in one of {', '.join(SUFFIXES)}", param_hint="--output"
        )
    return suffix


def table_writer(name: str) -> Any:
    """Give the writer of tables for a name's suffix; the terminal is given Markdown."""
    from themeweave import plugins

    suffix = "md" if name == "-" else Path(name).suffix.lower().removeprefix(".")
    known = plugins.names("writers")
    if suffix not in known:
        endings = ", ".join(f".{ending}" for ending in known)
        raise click.BadParameter(f"'{name}' must end in one of {endings}", param_hint="--output")
    return plugins.load("writers", suffix)


def suffix_of(name: str) -> str:
    """Give the suffix that decides how an output is written; ``-`` is .csv."""
    return ".csv" if name == "-" else Path(name).suffix.lower()


def user() -> str:
    """Give the name that this computer knows the person by."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise click.UsageError("this computer knows no user name: give one with --coder") from None


def now() -> str:
    """Give the time as logs write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
