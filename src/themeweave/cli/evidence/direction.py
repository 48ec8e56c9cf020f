"""evidence direction."""

from __future__ import annotations

from pathlib import Path

import click

from themeweave.cli.effects.printing import notes, p_value, paragraph, show, span, table
from themeweave.cli.terminal import folder_option, read, suffix_of, write


@click.command(short_help="Count on which side results fall.")
@click.argument("sheet", metavar="[IN]", required=False)
@click.option("--each", is_flag=True, help="Each outcome for itself, not by domain.")
@click.option("--plot", metavar="OUT", help="Draw the effect direction plot: .svg or .png.")
@click.option(
    "--table", "out", metavar="OUT", help="Write the table: .docx, .xlsx, .html, .md, ..."
)
@folder_option
def direction(
    sheet: str | None, each: bool, plot: str | None, out: str | None, folder: Path
) -> None:
    """Show on which side results fall, and count, where nothing can be pooled.

    IN holds one result a row: review (or reviews), outcome or outcome_domain, and direction, or
    estimate with measure and better_when. Without IN the folder's effects are taken. Rows whose
    direction cannot be told are listed, never guessed; the command then exits with 3.

    \b
    Example:
      themeweave evidence direction directions.csv --each --plot directions.png
    """
    from themeweave.corpus.sheets import read_sheet
    from themeweave.report.writers import write_table
    from themeweave.review import evidence

    suffix = evidence.picture_suffix(plot) if plot else ""
    found = evidence.direction(read_sheet(*read(sheet)) if sheet else None, folder, each)
    if plot:
        write(plot, found.picture(suffix))
    if out:
        write(out, write_table(found.table(), suffix_of(out)))
    rows = [
        [
            outcome,
            f"{vote.better}",
            f"{vote.worse}",
            f"{vote.no_direction}",
            span(vote.exact_low, vote.exact_high) if vote.better + vote.worse else "-",
            p_value(vote.p_sign),
        ]
        for outcome, vote in found.data.votes.items()
    ]
    heads = ["outcome", "better", "worse", "neither", "share better, exact 95%", "sign test p"]
    show(table(heads, rows))
    show(notes(found.notes))
    show(paragraph(found.data.caution))
    for fault in found.set_aside:
        click.echo(f"Set aside: {fault}", err=True)
    if found.set_aside:
        raise click.exceptions.Exit(3)
