"""The command that codes a sheet outside any review folder."""

from __future__ import annotations

import click

from themeweave.cli.terminal import note, progress, read, sheet_suffix, write


@click.command(short_help="Suggest codes for each finding of a sheet.")
@click.argument("sheet", metavar="IN")
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
@click.option(
    "--engine",
    default="reader",
    metavar="NAME",
    help="Who reads: reader, fast, or another installed suggester.",
)
@click.option(
    "--codebook",
    "framework",
    default="cfir-2022",
    metavar="NAME",
    help="The framework: cfir-2022, cfir-2009, tdf, com-b, or the path of a codebook.",
)
@click.option(
    "--reviews",
    metavar="SHEET",
    help="Reviews with the columns id and sampled: perspectives from the cited reviews' samples.",
)
def code(sheet: str, output: str, engine: str, framework: str, reviews: str | None) -> None:
    """Suggest perspective, CFIR construct and direction for each finding of a sheet.

    IN has the columns id and text; it ends in .csv, .tsv, .jsonl, .xlsx or .parquet, or is - for
    standard input. The column 'unsure' lists the fields to look at first. Rows without a text
    are set aside and listed; the command then exits with 3.

    \b
    Example:
      themeweave code findings.csv -o coded.csv
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review import batch

    suffix = sheet_suffix(output)
    with progress() as doing:
        doing("reading")
        findings, set_aside = batch.findings_of(*read(sheet), note)
        listed = batch.sampled_reviews(*read(reviews)) if reviews else ()
        doing(f"coding {len(findings):,} findings")
        rows = batch.Coder(engine, framework, listed).rows(findings)
        write(output, write_sheet(rows, batch.CODE_COLUMNS, suffix))
    for fault in set_aside:
        click.echo(f"Set aside: {fault}", err=True)
    if set_aside:
        raise click.exceptions.Exit(3)
