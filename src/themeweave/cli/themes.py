"""Commands on themes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from themeweave.cli.revise import COMMANDS
from themeweave.cli.terminal import (
    InOrder,
    folder_option,
    note,
    progress,
    read,
    sheet_suffix,
    table_writer,
    write,
)


@click.group(cls=InOrder)
def themes() -> None:
    """Themes: propose, keep and revise them, and see how sure they are."""


@themes.command(short_help="Group findings into candidate themes.")
@click.argument("sheet", metavar="[IN]", required=False)
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
@click.option("--seeds", metavar="SHEET", help="Labelled findings: columns id and theme.")
@click.option("--themes", "number", default="auto", metavar="N|auto", help="How many subthemes.")
@click.option("--seed", default=0, show_default=True, help="Starts every random choice.")
@folder_option
def propose(
    sheet: str | None,
    output: str,
    seeds: str | None,
    number: str,
    seed: int,
    folder: Path,
) -> None:
    """Group findings into candidate themes, each finding in one.

    Without IN the findings of the review are grouped; 'themeweave themes keep' makes themes of the
    candidates. IN is any sheet with the columns id and text. The grouping is a suggestion: where
    it is unstable, the column 'stability' is low.

    \b
    Examples:
      themeweave themes propose
      themeweave themes propose findings.csv -o themes.csv
    """
    if sheet is None:
        if output != "-" or seeds or number != "auto" or seed:
            raise click.UsageError(
                "these options are for a sheet; for a review its decisions are the seeds, and "
                "review.toml, [themes], has number and seed"
            )
        _propose_in(folder)
        return
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


def _propose_in(folder: Path) -> None:
    from themeweave.review.theme_steps import propose_in

    with progress() as doing:
        placing = propose_in(folder, doing)
    found = placing.candidates
    if found is None:
        return
    if placing.taken_in:
        click.echo(
            f"{placing.taken_in} findings are in themes or fit one; for the "
            f"{len(placing.remainder)} others:"
        )
    for top in found.overarching:
        click.echo(f"{top.id}  {top.label}: {len(top.findings)} findings")
        for theme in found.themes:
            if theme.parent == top.id:
                shown = ", ".join(theme.exemplars)
                click.echo(
                    f"  {theme.id}  {theme.label}: {len(theme.findings)} findings, stability "
                    f"{theme.stability:.2f}; such as {shown}\n      {theme.description}"
                )
    click.echo(found.reason)
    click.echo("Next: themeweave themes keep CANDIDATE..., or 'all'")


@themes.command("next", short_help="Show the findings from which a ruling teaches most.")
@click.option("-n", "--number", default=10, show_default=True, help="How many.")
@folder_option
def next_(number: int, folder: Path) -> None:
    """Show what to look at next: findings that nobody placed, and why these.

    \b
    Example:
      themeweave themes next -n 5
    """
    from themeweave.review.theme_next import look_next

    with progress() as doing:
        found = look_next(folder, number, doing)
    for one in found:
        click.echo(f"{one.id}  {one.text}\n      {one.why}")
    if not found:
        click.echo("Every finding is in a theme by people's word, or clearly suggested for one.")


@themes.command(short_help="Say what changed in the themes since the last run.")
@click.argument("before", required=False, type=click.Path(exists=True, path_type=Path))
@folder_option
def diff(before: Path | None, folder: Path) -> None:
    """Say what changed in the themes since the last run, or since BEFORE.

    BEFORE is an earlier copy of the review folder, or outputs/theme_state.json of one.

    \b
    Example:
      themeweave themes diff ../my-review-in-may
    """
    from themeweave.review.theme_steps import diff as step

    with progress() as doing:
        changes = step(folder, before, doing)
    for change in changes or ["Nothing changed."]:
        click.echo(change)


@themes.command(short_help="Say what each theme rests on, and what speaks against it.")
@click.option("--against", "table", flag_value=1, type=int, help="Opposite directions in a theme.")
@click.option("--between", "table", flag_value=2, type=int, help="Findings near two themes.")
@click.option("--without", "table", flag_value=3, type=int, help="Themes without some reviews.")
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
@folder_option
def sure(table: int | None, output: str, folder: Path) -> None:
    """Say how sure the themes are: what each rests on, and what it loses without one review.

    OUT ends in .csv, .md, .html, .docx, .xlsx or .tex.

    \b
    Examples:
      themeweave themes sure
      themeweave themes sure --against -o contradictions.docx
    """
    from themeweave.review.theme_evidence import tables_of

    writer = table_writer(output)
    with progress() as doing:
        tables = tables_of(folder, doing)
    if not tables:
        click.echo("No finding is in a theme yet.")
        return
    write(output, writer(tables[table or 0]))


@themes.command(short_help="Count findings, reviews or studies over two axes.")
@click.argument("down")
@click.argument("across")
@click.option(
    "--base",
    type=click.Choice(["findings", "reviews", "studies"]),
    default="findings",
    show_default=True,
    help="What is counted.",
)
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
@folder_option
def crosstab(
    down: str,
    across: str,
    base: Literal["findings", "reviews", "studies"],
    output: str,
    folder: Path,
) -> None:
    """Cross DOWN with ACROSS: theme, subtheme, perspective, domain, construct, review and so on.

    \b
    Example:
      themeweave themes crosstab theme perspective --base reviews
    """
    from themeweave.review.theme_evidence import crosstab_of

    writer = table_writer(output)
    with progress() as doing:
        table = crosstab_of(folder, down, across, base, doing)
    write(output, writer(table))


for command in COMMANDS:
    themes.add_command(command)
