"""Commands on findings: proposing them from documents, keeping, listing and searching them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themeweave.cli.terminal import (
    InOrder,
    encoding_option,
    folder_option,
    password,
    password_option,
    progress,
    read,
    sheet_suffix,
    stoppable,
    write,
)

if TYPE_CHECKING:
    from themeweave.corpus.sheets import Row
    from themeweave.findings.extract import Wider

SHOWN = 10  # ids that a message lists


@click.group(cls=InOrder)
def findings() -> None:
    """Findings: what the reviews state, sentence by sentence."""  # noqa: D401


@findings.command()
@click.argument("names", nargs=-1, metavar="[DOC...]")
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
@click.option(
    "--include",
    type=click.Choice(["effects", "discussion", "tables", "rest"]),
    multiple=True,
    help="Propose these too, each told apart in the column 'kind'. May be given several times.",
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="The score from which a candidate is proposed.",
)
@click.option(
    "--best",
    type=click.IntRange(1),
    metavar="N",
    help="Only the N likeliest to be findings, best first.",
)
@encoding_option
@password_option
@folder_option
def extract(
    names: tuple[str, ...],
    output: str,
    include: tuple[Wider, ...],
    least: float,
    best: int | None,
    encoding: str,
    locked: bool,
    folder: Path,
) -> None:
    """Propose which sentences and clauses of documents are findings.

    Without DOC the documents of the review folder are read. Each row is verbatim: 'text' is what
    stands from 'start' to 'end' of the document. 'cited' holds ids of the document's references;
    'cited_basis' tells a citation in the text from one taken over from a neighbouring sentence.
    Nothing is final: write yes into a column 'keep' and give the sheet to 'themeweave findings
    keep'. Documents that cannot be read are listed; the command then exits with 3.

    With --include, 'effects' are statements of how well something worked, 'discussion' is what the
    authors say they found, 'tables' are cells of tables of barriers, themes and the like, and
    'rest' is what was passed over, with the reason.

    \b
    Example:
      themeweave findings extract article.pdf review.docx -o candidates.csv
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review import candidates, documents

    suffix = sheet_suffix(output)
    said = documents.Reading(encoding, password(locked))
    ask = candidates.Ask(include, least, said, best or 0)
    with stoppable("Nothing was written."), progress() as doing:
        if names:
            made = candidates.extract_files(names, doing, ask)
        else:
            made = candidates.extract_folder(folder, doing, ask)
        write(output, write_sheet(made.rows, candidates.COLUMNS, suffix))
    sources = len({row["document"] for row in made.rows})
    click.echo(f"{len(made.rows)} candidates from {sources} documents.", err=True)
    for words in made.unresolved:
        click.echo(f"Unresolved: {words}", err=True)
    for words in made.failed:
        click.echo(f"Set aside: {words}", err=True)
    if made.failed:
        raise click.exceptions.Exit(3)


@findings.command()
@click.argument("sheet", metavar="CANDIDATES")
@click.option("--all", "everything", is_flag=True, help="Keep every row, whatever is marked.")
@folder_option
def keep(sheet: str, everything: bool, folder: Path) -> None:
    """Add the candidates marked 'keep' to the review's findings.

    A row that is there already stays as it is. Cited references become reviews where reviews.csv
    has them.

    \b
    Example:
      themeweave findings keep candidates.csv
    """
    from themeweave.corpus.sheets import read_sheet
    from themeweave.review import candidates

    columns = ("id", "document", "text", "start", "end")
    kept = candidates.keep(folder, read_sheet(*read(sheet), columns), everything=everything)
    click.echo(f"{kept.added} findings added, {kept.there} there already.")
    if kept.listed:
        click.echo(
            f"Listed the {kept.listed} works they cite in corpus/reviews.csv: take out what is no "
            "review."
        )
    if kept.uncited:
        more = f" and {len(kept.uncited) - SHOWN} more" if len(kept.uncited) > SHOWN else ""
        click.echo(
            f"No review cited: {', '.join(kept.uncited[:SHOWN])}{more}. Write the review that "
            "states it into the column 'cited' of corpus/findings, or leave it empty."
        )
    for words in kept.unmatched:
        click.echo(f"Not matched: {words}", err=True)


@findings.command("list")
@click.option("--review", default="", metavar="ID", help="Only findings that cite this review.")
@click.option("--strand", default="", metavar="NAME", help="Only findings of this strand.")
@folder_option
def list_(review: str, strand: str, folder: Path) -> None:
    """List the findings of the review.

    \b
    Example:
      themeweave findings list --review R05
    """
    from themeweave.review import kept

    _show(kept.find(folder, review=review, strand=strand), folder)


@findings.command()
@click.argument("words", nargs=-1)
@click.option("--like", default="", metavar="ID", help="The findings most like this one.")
@folder_option
def search(words: tuple[str, ...], like: str, folder: Path) -> None:
    """Search the findings for WORDS, all of them, or by likeness.

    \b
    Example:
      themeweave findings search training supervision
      themeweave findings search --like F012
    """
    from themeweave.review import kept

    if not words and not like:
        raise click.UsageError("give words to search for, or --like and the id of a finding")
    _show(kept.find(folder, words, like=like), folder)


def _show(rows: Sequence[Row], folder: Path) -> None:
    from themeweave.review import documents

    names = {one.id: one.name for one in documents.documents(folder)}
    for row in rows:
        cited = f" [{row['cited'].replace(';', ', ')}]" if row["cited"] else ""
        source = names.get(row["document"], row["document"])
        place = f" ({source}, {row['start']}-{row['end']})" if source else ""
        click.echo(f"{row['id']}  {row['text']}{cited}{place}")
    click.echo(f"{len(rows)} findings." if len(rows) != 1 else "1 finding.", err=True)
