"""evidence flow."""

from __future__ import annotations

from pathlib import Path

import click

from themeweave.cli.effects.printing import show, table
from themeweave.cli.terminal import folder_option, read, sheet_suffix, write


@click.command(short_help="Draw the PRISMA flow, sums checked.")
@click.argument("sheet", metavar="[IN]", required=False)
@click.option("-o", "--output", metavar="OUT", help="The diagram: .svg, .png or .docx.")
@click.option("--blank", metavar="OUT", help="Write a sheet of all boxes to fill in.")
@click.option(
    "--of",
    default="reviews",
    show_default=True,
    type=click.Choice(["reviews", "studies"]),
    help="What is included.",
)
@folder_option
def flow(sheet: str | None, output: str | None, blank: str | None, of: str, folder: Path) -> None:
    """Draw the flow of records (PRISMA 2020) from numbers, with every sum checked.

    IN holds one number a row: box, label, n. A row without a label is the whole box; rows with one
    are its parts, such as databases or reasons. Leave n empty where a number is not reported.
    Without IN the folder's corpus/flow is taken and held against its included reviews.

    \b
    Example:
      themeweave evidence flow --blank corpus/flow.csv
      themeweave evidence flow -o flow.docx
    """
    from themeweave.corpus.sheets import read_sheet
    from themeweave.review import evidence

    if blank:
        write(blank, evidence.blank_flow(sheet_suffix(blank)))
        return
    suffix = evidence.flow_suffix(output) if output else ""
    given = read_sheet(*read(sheet), ("box", "label", "n")) if sheet else None
    found = evidence.flow_of(folder, given)
    if output:
        write(output, evidence.flow_bytes(found, suffix, of))
    rows = [
        [name, "not reported" if box.n is None else f"{box.n:,}"]
        for name, box in found.boxes.items()
    ]
    show(table(["box", "n"], rows))
    click.echo("Every sum that these numbers allow comes out.")
