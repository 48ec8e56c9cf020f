"""Commands that bring in and give out what other programs keep."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from themeweave.cli.terminal import InOrder, folder_option, progress, read, write

mapping_option = click.option(
    "--mapping", default="", metavar="FILE", help="For a plain sheet: which column is which (TOML)."
)
_LOOKED_FOR = (
    "Texts of findings, documents and codes go out word for word. In them, coders' names, e-mail\n"
    "addresses and telephone numbers were looked for, nothing else: read them before you share."
)


def _mapping(file: str) -> dict[str, str] | None:
    if not file:
        return None
    from themeweave.exchange.tables import read_mapping

    return read_mapping(read(file)[0], file)


@click.command("import", short_help="Take in what another program keeps.")
@click.argument("file", type=click.Path(exists=True))
@click.option("--as", "coder", default="", metavar="CODER", help="Whose codings these all are.")
@click.option("--into", default="", metavar="CODEBOOK", help="The codebook for codes that are new.")
@mapping_option
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--report", default="", metavar="FILE", help="Write the whole loss report as JSON.")
@folder_option
def import_(
    file: str, coder: str, into: str, mapping: str, yes: bool, report: str, folder: Path
) -> None:
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

    raw, name = prepare.file_of(file)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    preview = prepare.prepare(
        folder, raw, name, at, coder=coder, into=into, mapping=_mapping(mapping)
    )
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


@click.command(short_help="Give the review out in a format.")
@click.argument("name", metavar="FORMAT")
@click.option(
    "-o", "--output", default="", metavar="FILE", help="Where to; beside you if not given."
)
@click.option("--for", "program", default="standard", help="With qdpx: 'nvivo' if NVivo reads it.")
@click.option("--suggested", is_flag=True, help="Take unconfirmed suggestions along, marked so.")
@click.option(
    "--without-people", is_flag=True, help="Leave out who coded, to deposit or share the review."
)
@click.option("--report", default="", metavar="FILE", help="Write the loss report as JSON.")
@folder_option
def export(
    name: str,
    output: str,
    program: str,
    suggested: bool,
    without_people: bool,
    report: str,
    folder: Path,
) -> None:
    """Give the review out as FORMAT; 'themeweave exchange formats' lists all.

    \b
    Examples:
      themeweave export qdpx --for nvivo
      themeweave export csv -o codings.csv
      themeweave export qdpx --without-people --report look.json
    """
    from themeweave.review.exchange import export as step

    with progress() as doing:
        made = step.export(
            folder,
            name,
            program,
            suggested=suggested,
            people=not without_people,
            progress=doing,
        )
    first, *_ = made.files
    base = output.removesuffix(first) if output.endswith(first) else ""
    base = base or output or made.stem
    for suffix, content in made.files.items():
        file = output if output and suffix == first else f"{base}{suffix}"
        write(file, content)
        if file != "-":
            click.echo(f"Wrote {file}", err=output == "-")
    click.echo(f"It holds {made.base}.", err=output == "-")
    for line in made.losses.lines():
        if not line.startswith("read"):
            click.echo(f"  {line}", err=output == "-")
    if without_people:
        click.echo(_LOOKED_FOR, err=output == "-")
    if report:
        write(report, made.losses.json())


@click.group(cls=InOrder)
def exchange() -> None:
    """See what goes in and out, and what survives."""


@exchange.command()
def formats() -> None:
    """List what can be exported and imported.

    \b
    Example:
      themeweave exchange formats
    """
    from themeweave.exchange.formats import READ
    from themeweave.review.exchange.export import formats as known

    click.echo("themeweave export:")
    for name, words in known().items():
        click.echo(f"  {name:12} {words}")
    click.echo("themeweave import:")
    for suffix, words in READ.items():
        click.echo(f"  {suffix:12} {words}")


@exchange.command()
@click.argument("file", type=click.Path(exists=True))
@mapping_option
def roundtrip(file: str, mapping: str) -> None:
    """Say what of FILE would survive each trip. Nothing is kept.

    \b
    Example:
      themeweave exchange roundtrip team.qdpx
    """
    from themeweave.review.exchange.prepare import file_of
    from themeweave.review.exchange.trips import trips

    for trip in trips(*file_of(file), _mapping(mapping)):
        click.echo(f"{trip.words}:")
        if trip.stopped:
            click.echo(f"  cannot be made: {trip.stopped}")
        for kind in trip.kinds:
            lost = "" if kind.came == kind.went else f"   {kind.went - kind.came} lost"
            click.echo(f"  {kind.came:6} of {kind.went:6} {kind.kind}{lost}")
