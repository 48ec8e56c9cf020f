"""effects plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from themeweave.cli.effects.options import json_option, opened, sheet_argument, with_pooling
from themeweave.cli.effects.printing import notes, show, show_json
from themeweave.cli.terminal import suffix_of, write

if TYPE_CHECKING:
    from themeweave.review.effects import Pooling

KINDS = ("forest", "funnel", "baujat", "bubble", "leave-one-out", "direction", "orchard")


@click.command()
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@sheet_argument
@click.option("-o", "--output", required=True, metavar="FILE", help="Ends in .svg or .png.")
@click.option(
    "--by", default="", metavar="COLUMN", help="Subgroups of a forest, rows of an orchard."
)
@click.option("--on", default="", metavar="COLUMN", help="The moderator of a bubble plot.")
@click.option("--title", default="", help="The heading; the sheet's name, if not given.")
@with_pooling
@json_option
def plot(
    kind: str,
    sheet: str,
    output: str,
    by: str,
    on: str,
    title: str,
    how: Pooling,
    as_json: bool,
) -> None:
    """Draw effects: KIND is one of the plots below.

    \b
    forest         each result, what they pool to, subgroups with --by
    funnel         effects against standard errors, with contours
    baujat         which results make the heterogeneity
    bubble         effects against a moderator, --on COLUMN
    leave-one-out  the pooled effect without each result in turn
    direction      on which side each review's results fall
    orchard        all results, and their pooled effect by a three-level model

    \b
    Example:
      themeweave effects plot forest corpus/effects.csv -o forest.svg
    """
    from themeweave.review.effects import draw

    suffix = suffix_of(output)
    if suffix not in (".svg", ".png"):
        raise click.BadParameter(f"'{output}' ends neither in .svg nor in .png", param_hint="-o")
    if kind == "bubble" and not on:
        raise click.UsageError("a bubble plot needs --on COLUMN, its moderator.")
    drawn = draw(kind, opened(sheet), how, by=by, on=on, title=title)
    write(output, drawn.picture.svg if suffix == ".svg" else drawn.picture.png)
    if as_json:
        show_json({"kind": kind, "file": output, "notes": drawn.notes})
        return
    click.echo(f"Drew {output}.")
    show(notes(drawn.notes))
