"""Commands on the documents of a review."""

from __future__ import annotations

from pathlib import Path

import click

from themeweave.cli.terminal import (
    InOrder,
    encoding_option,
    folder_option,
    password,
    password_option,
    progress,
    stoppable,
)


@click.group(cls=InOrder)
def corpus() -> None:
    """Documents: the texts that findings are quoted from."""


@corpus.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@encoding_option
@password_option
@folder_option
def add(paths: tuple[Path, ...], encoding: str, locked: bool, folder: Path) -> None:
    """Add documents, or folders of them, to the review.

    Reads .pdf, .docx, .html, JATS .xml, .txt and .md. What is there already is skipped, so the
    command can be given again after a stop. A new version of a document stands beside the old one;
    findings that quote it are tied to their place in the new text, and those that no longer match
    are listed. Files that cannot be read are listed; the command then exits with 3.

    \b
    Example:
      themeweave corpus add articles/
    """
    from themeweave.review import documents, kept

    said = documents.Reading(encoding, password(locked))
    again = "What was added is kept; give the same command again to go on."
    with stoppable(again), progress() as doing:
        added = documents.add(folder, paths, doing, said)
        doing("looking for quotations in new versions")
        anchored = kept.reanchor(folder)
    for one in added.stored:
        version = f", a new version of {one.replaces}" if one.replaces else ""
        click.echo(
            f"Added {one.name} ({one.id}): {one.sections} sections, {one.references} references"
            f"{version}"
        )
        for note in one.notes:
            click.echo(f"  {note}")
    for name in added.known:
        click.echo(f"Already there: {name}")
    for words in added.duplicates:
        click.echo(f"Duplicate: {words}")
    if anchored.moved:
        click.echo(f"{anchored.moved} findings tied to their place in the new version.")
    for words in anchored.similar:
        click.echo(f"  Look at {words}")
    for words in anchored.lost:
        click.echo(f"No longer matches: {words}", err=True)
    for words in added.failed:
        click.echo(f"Set aside: {words}", err=True)
    if added.failed:
        raise click.exceptions.Exit(3)


@corpus.command()
@click.argument("lists", nargs=-1, required=True, metavar="FILE...")
@folder_option
def references(lists: tuple[str, ...], folder: Path) -> None:
    """Add the works of reference lists to the review's reviews.

    Reads .ris, .nbib, .bib, CSL-JSON and EndNote XML. Works that are listed already stay as they
    are; what may be one of several is listed for you to settle. Records that cannot be read are
    listed; the command then exits with 3.

    \b
    Example:
      themeweave corpus references included.ris
    """
    from themeweave.review.files import read_input
    from themeweave.review.reference_lists import add_references

    failed = False
    for name in lists:
        raw, shown, _ = read_input(name)
        done = add_references(folder, raw, shown)
        click.echo(f"{shown}: {done.added} of {done.found} added, {done.there} there already.")
        for words in done.doubtful:
            click.echo(f"Doubtful, not added: {words}", err=True)
        for words in done.conflicts:
            click.echo(f"Conflict: {words}", err=True)
        for words in done.failed:
            click.echo(f"Set aside: {words}", err=True)
        failed = failed or bool(done.failed)
    if failed:
        raise click.exceptions.Exit(3)


@corpus.command("list")
@folder_option
def list_(folder: Path) -> None:
    """List the documents of the review.

    \b
    Example:
      themeweave corpus list
    """
    from themeweave.review import documents

    held = documents.documents(folder)
    newer = {one.replaces: one.id for one in held if one.replaces}
    for one in held:
        replaced = f"; replaced by {newer[one.id]}" if one.id in newer else ""
        click.echo(
            f"{one.id}  {one.name}: {one.characters:,} characters, {one.sections} sections, "
            f"{one.references} references, read by {one.reader}{replaced}"
        )
    click.echo(f"{len(held)} documents." if held else "No documents; add some with 'corpus add'.")
