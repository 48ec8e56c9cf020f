"""Commands that bring in and give out what other programs keep."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from themeweave.cli.terminal import folder_option, read, write


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--as", "coder", default="", metavar="CODER", help="Whose codings these all are.")
@click.option("--into", default="", metavar="CODEBOOK", help="The codebook for codes that are new.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--report", default="", metavar="FILE", help="Write the whole loss report as JSON.")
@folder_option
def import_(file: str, coder: str, into: str, yes: bool, report: str, folder: Path) -> None:
    """Take a project, codebook or sheet of another program into the review.

    What would be written is shown first, with every element that was repaired or dropped; nothing
    is written until you say yes. Importing a file again adds only what is new in it.

    \b
    Examples:
      themeweave import team.qdpx
      themeweave import team.qdpx --as ana --yes
    """
    from themeweave.review.exchange import prepare
    from themeweave.review.exchange import write as writing

    raw, _, _ = read(file)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    preview = prepare.prepare(folder, raw, file, at, coder=coder, into=into)
    project = preview.plan.project
    click.echo(f"{preview.file}: {project.origin or 'program not named'}, '{project.name}'")
    for line in preview.words():
        click.echo(f"  {line}")
    click.echo("What became of its elements:")
    for line in preview.losses.lines():
        click.echo(f"  {line}")
    if report:
        write(report, preview.losses.json())
    if not yes and not click.confirm("Write this into the review?", default=False):
        click.echo("Nothing was written.")
        return
    writing.write(preview, at)
    click.echo("Imported. 'themeweave check' looks the review over, 'themeweave run' makes it.")
