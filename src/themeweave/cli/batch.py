"""The command that codes a sheet outside any review folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from themeweave.cli.terminal import counting, note, read, sheet_suffix


@click.command(short_help="Suggest codes for each finding of a sheet.")
@click.argument("sheet", metavar="IN")
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
@click.option(
    "--engine",
    default="auto",
    metavar="NAME",
    help="Who reads: reader, fast, or another installed suggester; auto is reader up to 20,000 "
    "findings and fast beyond.",
)
@click.option(
    "--model-dir",
    type=click.Path(exists=True, file_okay=False),
    help="Who reads: an engine like the reader that you built or were given, in a folder.",
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
@click.option(
    "--several",
    is_flag=True,
    help="Add the column cfir_also: further codes of findings that state several things.",
)
@click.option(
    "--reasons",
    is_flag=True,
    help="Say in 'why' which phrase each suggestion rests on; takes several times as long.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=1,
    metavar="N",
    help="Processes that code; the result is the same for any number.",
)
@click.option(
    "--cluster",
    default="",
    metavar="ADDRESS",
    help="Code on the workers of a dask scheduler, such as tcp://127.0.0.1:8786.",
)
@click.option(
    "--trust-network",
    is_flag=True,
    help="Allow a --cluster address that is neither this computer's nor encrypted (tls://).",
)
@click.option("--fresh", is_flag=True, help="Start anew instead of going on with OUT.part.")
def code(
    sheet: str,
    output: str,
    engine: str,
    model_dir: str | None,
    framework: str,
    reviews: str | None,
    several: bool,
    reasons: bool,
    workers: int,
    cluster: str,
    trust_network: bool,
    fresh: bool,
) -> None:
    """Suggest perspective, CFIR construct and direction for each finding of a sheet.

    IN has the columns id and text; it ends in .csv, .tsv, .jsonl, .xlsx or .parquet, or is - for
    standard input. The column 'unsure' lists the fields to look at first. Rows without a text,
    and findings that stop the engine, are set aside and listed; the command then exits with 3.

    A large sheet may be stopped with Ctrl-C at any time: the rows so far stay in OUT.part, and
    the same command goes on from there.

    \b
    Example:
      themeweave code findings.csv -o coded.csv
    """
    from themeweave.review import batch, batch_run
    from themeweave.review.files import open_input
    from themeweave.review.readings import FOLDER

    suffix = sheet_suffix(output)
    if model_dir:
        engine = f"{FOLDER}{Path(model_dir).resolve()}"
    listed = batch.sampled_reviews(*read(reviews)) if reviews else ()
    try:
        with open_input(sheet, sys.stdin.buffer) as source, counting("Coding") as show:
            done = batch_run.code_sheet(
                source,
                sys.stdout.buffer if output == "-" else Path(output),
                suffix,
                batch.Coder(engine, framework, listed, several=several, reasons=reasons),
                batch_run.Staff(workers, cluster, trust_network),
                fresh=fresh,
                say=note,
                show=show,
            )
    except batch_run.Stopped as stopped:
        click.echo(f"Stopped after {stopped.findings:,} of {stopped.of:,} findings.", err=True)
        if stopped.kept:
            kept = f"They are kept in {stopped.kept}; run the same command again to go on."
            click.echo(kept, err=True)
        raise click.exceptions.Exit(130) from None
    for fault in done.set_aside:
        click.echo(f"Set aside: {fault}", err=True)
    if done.set_aside:
        raise click.exceptions.Exit(3)
