"""Commands that revise themes; each is one event or more in the coder's log."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from themeweave.cli.terminal import coder_option, folder_option, now, user

if TYPE_CHECKING:
    from themeweave.review.revise import Who

Command = TypeVar("Command", bound=Callable[..., None])


def _signed(command: Command) -> Command:
    """Add the options that every act takes: why, who, where."""
    because = click.option("--because", default="", metavar="TEXT", help="Why; kept in the trail.")
    return because(coder_option(folder_option(command)))


def _who(coder: str | None, because: str = "") -> Who:
    from themeweave.review.revise import Who

    return Who(coder or user(), now(), uuid.uuid4().hex, because)


def _act(folder: Path, coder: str | None, because: str, *wishes: tuple[str, str, str, str]) -> None:
    """Do what is wished, each (kind, theme, text, target), and say it."""
    from themeweave.review import revise as step

    _say(step.act(folder, _who(coder, because), [step.Wish(*wish) for wish in wishes]))


def _say(words: Sequence[str]) -> None:
    for line in words:
        click.echo(line)


@click.command(short_help="Make themes of candidate themes.")
@click.argument("candidate", nargs=-1, required=True)
@click.option("--name", default="", help="Of the theme, instead of the proposed label.")
@click.option("--under", default="", metavar="THEME", help="The theme that it becomes part of.")
@click.option("--confirm", is_flag=True, help="You have read its findings: they are confirmed.")
@_signed
def keep(
    candidate: tuple[str, ...],
    name: str,
    under: str,
    confirm: bool,
    because: str,
    coder: str | None,
    folder: Path,
) -> None:
    """Make themes of CANDIDATE themes as 'themes propose' showed them; 'all' means every one.

    Their findings stay suggestions until you confirm them.

    \b
    Examples:
      themeweave themes keep o1 o3
      themeweave themes keep c04 --name "Fear of losing the job" --confirm
    """
    from themeweave.review import revise as step

    who = _who(coder, because)
    _say(step.keep(folder, who, candidate, name=name, under=under, confirm=confirm))


@click.command()
@click.argument("name")
@click.option("--under", default="", metavar="THEME", help="The theme that it is part of.")
@_signed
def new(name: str, under: str, because: str, coder: str | None, folder: Path) -> None:
    """Add a theme called NAME.

    \b
    Example:
      themeweave themes new "What the role brings"
    """
    _act(folder, coder, because, ("new", "", name, under))


@click.command()
@click.argument("theme")
@click.argument("name")
@_signed
def rename(theme: str, name: str, because: str, coder: str | None, folder: Path) -> None:
    """Call THEME (its id or name) NAME from now on.

    \b
    Example:
      themeweave themes rename T07 "Hope on both sides" --because "clearer"
    """
    _act(folder, coder, because, ("rename", theme, name, ""))


@click.command(short_help="Say what a theme is about.")
@click.argument("theme")
@click.argument("text")
@_signed
def describe(theme: str, text: str, because: str, coder: str | None, folder: Path) -> None:
    """Describe THEME: what it is about.

    \b
    Example:
      themeweave themes describe T07 "Peers and users both gain hope."
    """
    _act(folder, coder, because, ("describe", theme, text, ""))


@click.command(short_help="Merge themes into another one.")
@click.argument("theme", nargs=-1, required=True)
@click.option("--into", required=True, metavar="THEME", help="The theme that takes them in.")
@_signed
def merge(theme: tuple[str, ...], into: str, because: str, coder: str | None, folder: Path) -> None:
    """Merge each THEME into another one, with its findings and what stands below it.

    \b
    Example:
      themeweave themes merge "Low pay" T12 --into "Conditions"
    """
    _act(folder, coder, because, *(("merge", one, "", into) for one in theme))


@click.command(short_help="Take findings out of a theme into a new one.")
@click.argument("theme")
@click.argument("finding", nargs=-1, required=True)
@click.option("--name", required=True, help="Of the new theme.")
@_signed
def split(
    theme: str,
    finding: tuple[str, ...],
    name: str,
    because: str,
    coder: str | None,
    folder: Path,
) -> None:
    """Take each FINDING out of THEME into a new theme beside it.

    \b
    Example:
      themeweave themes split T07 F037 F041 --name "Hope for staff"
    """
    from themeweave.review import revise as step

    wish = step.Wish("split", theme, name, findings=finding)
    _say(step.act(folder, _who(coder, because), [wish]))


@click.command()
@click.argument("what", nargs=-1, required=True)
@click.option("--to", required=True, metavar="THEME", help="The theme that they go to.")
@_signed
def move(what: tuple[str, ...], to: str, because: str, coder: str | None, folder: Path) -> None:
    """Move findings into a theme, or themes under one.

    \b
    Examples:
      themeweave themes move F037 F041 --to "Hope"
      themeweave themes move T07 --to T02
    """
    from themeweave.review import revise as step

    _say(step.move(folder, _who(coder, because), what, to))


@click.command()
@click.argument("theme")
@_signed
def promote(theme: str, because: str, coder: str | None, folder: Path) -> None:
    """Make THEME an overarching one.

    \b
    Example:
      themeweave themes promote T07
    """
    _act(folder, coder, because, ("promote", theme, "", ""))


@click.command()
@click.argument("theme")
@click.option("--restore", is_flag=True, help="Take it into use again.")
@_signed
def retire(theme: str, restore: bool, because: str, coder: str | None, folder: Path) -> None:
    """Suggest THEME no longer; what people decided on it stays.

    \b
    Example:
      themeweave themes retire T07 --because "one finding only"
    """
    _act(folder, coder, because, ("restore" if restore else "retire", theme, "", ""))


@click.command(short_help="Mark where a theme comes from, or how far it goes.")
@click.argument("theme")
@click.option("--a-priori", "mark", flag_value="a priori", help="From a framework.")
@click.option("--derived", "mark", flag_value="derived", help="From the findings.")
@click.option("--descriptive", "mark", flag_value="descriptive", help="Close to the studies.")
@click.option("--analytical", "mark", flag_value="analytical", help="Going beyond them.")
@_signed
def mark(theme: str, mark: str | None, because: str, coder: str | None, folder: Path) -> None:
    """Mark where THEME comes from, or how far it goes; one mark a command.

    \b
    Example:
      themeweave themes mark T07 --analytical
    """
    if not mark:
        raise click.UsageError("give a mark: --a-priori, --derived, --descriptive or --analytical")
    _act(folder, coder, because, ("mark", theme, mark, ""))


@click.command(short_help="Take back what your latest command did to themes.")
@coder_option
@folder_option
def undo(coder: str | None, folder: Path) -> None:
    """Take back what your latest command did to themes; again for the one before.

    \b
    Example:
      themeweave themes undo
    """
    from themeweave.review import revise as step

    for line in step.undo(folder, coder or user(), now(), uuid.uuid4().hex):
        click.echo(f"Taken back: {line}")


@click.command("list")
@click.option("--history", "trail", is_flag=True, help="What people did to the themes, and why.")
@folder_option
def list_(trail: bool, folder: Path) -> None:
    """List the themes as they stand, with the findings in each.

    \b
    Example:
      themeweave themes list
    """
    from themeweave.review.theme_list import history, theme_rows

    rows = history(folder) if trail else theme_rows(folder)
    for row in rows:
        click.echo(str(row))
    if not rows:
        click.echo("Nothing yet." if trail else "No themes yet: see 'themeweave themes propose'.")


COMMANDS = (
    list_,
    keep,
    new,
    rename,
    describe,
    merge,
    split,
    move,
    promote,
    retire,
    mark,
    undo,
)
