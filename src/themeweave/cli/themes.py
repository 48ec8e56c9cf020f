"""Commands on themes."""

from __future__ import annotations

import click

from themeweave.cli.terminal import InOrder, note, progress, read, sheet_suffix, write


@click.group(cls=InOrder)
def themes() -> None:
    """Candidate themes."""


@themes.command(short_help="Group findings into candidate themes.")
@click.argument("sheet", metavar="IN")
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
@click.option("--seeds", metavar="SHEET", help="Labelled findings: columns id and theme.")
@click.option("--themes", "number", default="auto", metavar="N|auto", help="How many subthemes.")
@click.option("--seed", default=0, show_default=True, help="Starts every random choice.")
def propose(sheet: str, output: str, seeds: str | None, number: str, seed: int) -> None:
    """Group the findings of a sheet into candidate themes, each finding in one.

    IN has the columns id and text. The grouping is a suggestion: where it is unstable, the
    column 'stability' is low.

    \b
    Example:
      themeweave themes propose findings.csv -o themes.csv
    """
    from themeweave.corpus.sheets import read_sheet, write_sheet
    from themeweave.review import batch

    if number != "auto" and not (number.isdigit() and int(number) > 0):
        raise click.BadParameter("a whole number above 0, or auto", param_hint="--themes")
    suffix = sheet_suffix(output)
    with progress() as doing:
        findings, set_aside = batch.findings_of(*read(sheet), note)
        labelled = None
        if seeds:
            labelled = batch.read_seeds(read_sheet(*read(seeds), ("id", "theme")), findings)
        doing(f"grouping {len(findings):,} findings")
        count = None if number == "auto" else int(number)
        rows, reason = batch.propose_themes(findings, count or "auto", labelled, seed)
        write(output, write_sheet(rows, batch.THEME_COLUMNS, suffix))
    click.echo(reason, err=True)
    for fault in set_aside:
        click.echo(f"Set aside: {fault}", err=True)
    if set_aside:
        raise click.exceptions.Exit(3)
