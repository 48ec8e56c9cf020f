"""The command line: one file a noun; each command reads, calls one step, prints."""

from __future__ import annotations

import sys
from importlib import import_module

import click

import themeweave
from themeweave.cli import (
    batch,
    codes,
    corpus,
    decide,
    effects,
    evidence,
    exchange,
    findings,
    folder,
    team,
    themes,
    trace,
)
from themeweave.cli.terminal import InOrder
from themeweave.errors import ReviewError

# Commands of the room beside this one, by name: the two never import each other.
BESIDE = {"serve": "themeweave.web.command:serve"}


class _Program(InOrder):
    """All commands; a `ReviewError` becomes its message and status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *BESIDE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in BESIDE:
            module, _, name = BESIDE[cmd_name].partition(":")
            command: click.Command = getattr(import_module(module), name)
            return command
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ReviewError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(1)


@click.group(
    cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(themeweave.__version__, message="themeweave %(version)s")
def main() -> None:
    """Weave what many reviews say into themes that can be traced back.

    \b
    Start a review from your extraction sheet, and make every table:
      themeweave init my-review --findings extraction.xlsx
      cd my-review
      themeweave run

    What the program codes is a suggestion until a person decides. Nothing leaves this computer.
    """


for command in (
    folder.init,
    folder.run,
    folder.check,
    folder.reproduce,
    corpus.corpus,
    findings.findings,
    batch.code,
    themes.themes,
    evidence.evidence,
    effects.effects,
    codes.codes,
    decide.decide,
    trace.trace,
    team.team,
    team.merge,
    exchange.import_,
    exchange.export,
    exchange.exchange,
):
    main.add_command(command)
