"""Commands on a whole review folder: init, run, check."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themeweave.cli.terminal import folder_option, note, progress, read

if TYPE_CHECKING:
    from themeweave.review.folder import ReviewFolder
    from themeweave.review.steps import Run


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--findings", metavar="SHEET", help="Your extraction sheet: columns id and text.")
@click.option("--encoding", default="", metavar="NAME", help="Of the sheet, where not UTF-8.")
@click.option(
    "--framework",
    default="cfir-2022",
    metavar="NAME",
    help="Of barriers and facilitators: cfir-2022, tdf, com-b, or the path of a codebook.",
)
@click.option("--title", help="The review's title; the folder's name, if not given.")
def init(
    folder: Path, findings: str | None, encoding: str, framework: str, title: str | None
) -> None:
    """Start a review in FOLDER, with your extraction sheet.

    The sheet's columns may have other names, and it may be an export of Covidence, EPPI-Reviewer,
    Taguette or Dedoose: what was read as what is said.

    \b
    Example:
      themeweave init my-review --findings extraction.xlsx
    """
    from themeweave.review.start import start

    if encoding and not findings:
        raise click.UsageError("--encoding is that of a sheet: give --findings too")
    sheet = read(findings) if findings else None
    made = start(folder, title or folder.resolve().name, sheet, encoding, framework, note)
    click.echo(f"Started a review in {folder}:")
    for name in made:
        click.echo(f"  {name}")
    if not findings:
        click.echo(
            "Put your findings into corpus/findings.csv: columns id, text, cited, strand. Or add "
            f"articles: themeweave corpus add ARTICLE... -C {shlex.quote(str(folder))}"
        )
    click.echo(f"Next: themeweave run -C {shlex.quote(str(folder))}")


@click.command()
@folder_option
def run(folder: Path) -> None:
    """Make every table, figure and the report from the review folder.

    Exits with 3 where an output could not be written, such as one that is open in Word.

    \b
    Example:
      themeweave run
    """
    from themeweave.review import steps

    with progress() as doing:
        made = steps.run(folder, doing)
    for warning in made.warnings:
        click.echo(f"Warning: {warning}", err=True)
    for name in made.set_aside:
        click.echo(f"Kept your edited version as outputs/{name}", err=True)
    for line in _summary(made):
        click.echo(line)
    if made.held:
        click.echo("Not written, so these are as they were before; all others are done:", err=True)
        for fault in made.held:
            click.echo(f"- {fault}", err=True)
        click.echo("Close them in the other program and run the command again.", err=True)
        raise click.exceptions.Exit(3)


@click.command(short_help="Say what is missing, changed or orphaned in the folder.")
@folder_option
def check(folder: Path) -> None:
    """Say what is missing, changed or orphaned in the folder, and how to mend it.

    Exits with 1 where there is something to mend.

    \b
    Example:
      themeweave check
    """
    from themeweave.review import steps

    found = steps.check(folder)
    folder_read = found.folder
    click.echo(
        f"{len(folder_read.findings)} findings, {len(folder_read.reviews)} reviews, "
        f"{len(folder_read.decisions)} decisions in {len(folder_read.logs)} logs."
    )
    for words in (*found.notes, *_withheld(folder_read)):
        click.echo(f"Note: {words}")
    for problem in found.problems:
        click.echo(f"- {problem}")
    if not found.problems:
        click.echo("Nothing to mend.")
    if found.stale:
        click.echo("outputs/ was not made from the folder as it is now: 'themeweave run' makes it.")
    if found.problems:
        raise click.exceptions.Exit(1)


def _withheld(folder: ReviewFolder) -> Iterator[str]:
    """Say how much is coded blind, and so is not in what is made of the folder."""
    from themeweave.review.wording import withheld_words

    if blind := withheld_words(folder):
        yield blind


@click.command(short_help="Make the outputs again and say what differs from a manifest, and why.")
@click.argument("manifest", type=click.Path(path_type=Path), default=Path("outputs/manifest.json"))
@click.option(
    "-C",
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The review folder; the one that the manifest lies in, if not given.",
)
def reproduce(manifest: Path, folder: Path | None) -> None:
    """Make the outputs again, write nothing, and say what differs from MANIFEST, and why.

    Exits with 0 where every output is byte for byte as recorded, and with 1 where one is not.

    \b
    Example:
      themeweave reproduce outputs/manifest.json
    """
    from themeweave.review.reproduce import reproduce as step

    with progress() as doing:
        found = step(manifest, folder, doing)
    for one in found.differences:
        click.echo(f"- {one.name}: {one.what}")
        if one.where:
            click.echo(f"    {one.where}")
    if found.causes:
        click.echo("Other than when it was recorded:")
    for cause in found.causes:
        click.echo(f"  {cause}")
    click.echo(f"{found.same} of {found.recorded} outputs are byte for byte as recorded.")
    if found.equal:
        return
    if any(one.what == "made otherwise now" for one in found.differences) and not found.causes:
        click.echo("No input, setting or version is another: please report this.")
    raise click.exceptions.Exit(1)


def _summary(made: Run) -> Iterator[str]:
    """Say what was made, how much of it is confirmed, and what to open first."""
    synthesis = made.synthesis
    findings, decisions = len(synthesis.coded), len(synthesis.folder.decisions)
    reviews = {review for c in synthesis.coded for review in c.finding.cited}
    yield f"{findings} findings from {len(reviews)} reviews, {decisions} decisions by people."
    yield from _withheld(synthesis.folder)
    for what, answers in (
        ("in a theme", [c.theme for c in synthesis.coded]),
        ("in a framework domain", [c.domain for c in synthesis.coded]),
        ("with a perspective", [c.perspective for c in synthesis.coded]),
        ("with a direction", [c.valence for c in synthesis.coded]),
    ):
        told = [answer for answer in answers if answer.code_id and answer.basis != "unclear"]
        confirmed = sum(answer.confirmed for answer in told)
        unclear = sum(answer.basis == "unclear" for answer in answers)
        yield (
            f"  {len(told):4} {what}: {confirmed} confirmed, {len(told) - confirmed} suggested"
            + (f"; {unclear} more unclear" if unclear else "")
        )
    yield from _changes(made.changes)
    yield f"{len(made.written)} files in {made.outputs}. Open first:"
    yield f"  {made.outputs / 'report.html'}   the whole review, in your browser"
    for name, words in (
        ("theme_table.docx", "themes, subthemes and perspectives, in Word"),
        ("cfir_table.docx", "barriers and facilitators, in Word"),
        ("narrative.docx", "a draft of methods and results, in Word"),
    ):
        if name in made.written:
            yield f"  {made.outputs / name}   {words}"


_SHOWN = 12  # changes; the others are counted


def _changes(changes: Sequence[str]) -> Iterator[str]:
    if changes:
        yield f"Changes in the themes since the last run: {len(changes)}"
        yield from (f"  {change}" for change in changes[:_SHOWN])
        if len(changes) > _SHOWN:
            yield f"  ... and {len(changes) - _SHOWN} more; outputs/themes.csv has every place"
