"""Commands on codebooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themeweave.cli.terminal import InOrder, folder_option, note, read, sheet_suffix, write

if TYPE_CHECKING:
    from themeweave.codes.score import Score
    from themeweave.review.explain import Explanation


@click.group(cls=InOrder)
def codes() -> None:
    """Codebooks: the codes that findings are coded against."""


@codes.command("list")
@click.argument("codebook", required=False)
@folder_option
def list_(codebook: str | None, folder: Path) -> None:
    """List the codes of the review's codebooks, or of one CODEBOOK.

    Outside a review folder the codebooks that come with themeweave are listed.

    \b
    Example:
      themeweave codes list themes
    """
    from themeweave.review.codebooks import codebooks_at

    for book in codebooks_at(folder, codebook):
        click.echo(f"{book.id}: {book.title} ({len(book.codes)} codes)")
        for code in book.codes:
            indent = "  " * len(book.path(code.id))
            retired = " (retired)" if code.retired else ""
            click.echo(f"{indent}{code.id}  {code.name}{retired}")


@codes.command(short_help="Show why a finding got its suggested codes.")
@click.argument("finding")
@folder_option
def explain(finding: str, folder: Path) -> None:
    """Show why FINDING got its suggested codes, and what people decided.

    \b
    Example:
      themeweave codes explain F037
    """
    from themeweave.review.explain import explain as explained

    found = explained(folder, finding)
    click.echo(f"{found.finding.id}: {found.finding.text}")
    for review in found.cited:
        asked = f"asked: {', '.join(review.sampled)}" if review.sampled else "sample not known"
        click.echo(f"  from {review.label} [{review.review}], {asked}")
    for one in found.books:
        _show(one)
    if tried := [one for one in found.books if one.trial and one.suggested]:
        click.echo("\nWhat decisions teach the program so far:")
        for one in tried:
            click.echo(f"  {one.book.id}: {one.trial}")


def _show(one: Explanation) -> None:
    """Show what one codebook's suggester makes of a finding, and what people said of it."""
    click.echo(f"\n{one.book.title} ({one.suggester})")
    if one.within:
        click.echo(f"  within {one.within}:")
    if one.suggested:
        rule = f"; a suggestion takes half, and {100 * one.needed:.0f} points more than the next"
        click.echo(f"  {_first(one)} ({one.lead}{rule if one.unsure else ''})")
        if one.means:
            click.echo(f"        by the codebook: {one.means}")
        click.echo(f"        {one.why}")
    for belief in one.beliefs:
        click.echo(f"  {belief.share:4.0%}  {belief.name} [{belief.code_id}]")
        if belief.reason and belief.reason not in one.why:
            click.echo(f"        {belief.reason}")
    for more in one.further:
        name = one.book.name(more.code_id)
        click.echo(f"  perhaps also {name} [{more.code_id}]: {more.reason}")
    for ruling in one.decisions:
        did = "accepted" if ruling.accepted else "rejected"
        because = f": {ruling.reason}" if ruling.reason else ""
        name = one.book.name(ruling.code_id) if ruling.code_id in one.book.by_id else ""
        click.echo(f"  {ruling.coder} {did} {name} [{ruling.code_id}]{because}")


def _first(one: Explanation) -> str:
    """Name what is suggested, or that it is unclear and what would come first."""
    if not one.unsure:
        return f"suggested: {one.suggested}"
    if one.beliefs and one.beliefs[0].code_id == "unclear":  # the perspective of no group
        return "unclear"
    return f"unclear, best guess: {one.suggested}"


@codes.command("next", short_help="Say how far coding has come, and what to decide next.")
@click.argument("codebook", default="")
@click.option("-n", "--number", default=10, show_default=True, help="How many findings to name.")
@folder_option
def next_(codebook: str, number: int, folder: Path) -> None:
    """Say how far coding has come, and which findings to decide next.

    The findings are those where the program is least sure: deciding them teaches most.

    \b
    Example:
      themeweave codes next cfir-2022
    """
    from themeweave.review.explain import outlook

    for one in outlook(folder, codebook, number):
        click.echo(
            f"{one.book.title}: {one.decided} findings decided, {one.undecided} suggestions open, "
            f"of which some {one.expected_wrong:.0f} are likely wrong"
        )
        if one.compared:
            click.echo(
                f"  where people decided, the program alone would have been right for "
                f"{one.agreed} of {one.compared}"
            )
        for place in one.next:
            rival = f" or {place.second}" if place.second else ""
            apart = f"{100 * place.choice.margin:.0f} points apart"
            click.echo(f"  {place.finding.id}  {place.name}{rival} ({apart})")
            click.echo(f"        {place.finding.text[:90]}")


@codes.command(short_help="Say what keeps a codebook's codes from being told apart.")
@click.argument("codebook")
@folder_option
def lint(codebook: str, folder: Path) -> None:
    """Say what in CODEBOOK keeps its codes from being told apart.

    CODEBOOK is the id of one of the review's codebooks, outside a review folder of one that comes
    with themeweave, or the path of a .yaml file. Looked for are codes without definition, cues or
    examples, cues that several codes share, examples that are nearer to another code, names that
    stand twice, ids that other programs would misread, and rules that name no code. Exits with 1
    where there is something to look at.

    \b
    Example:
      themeweave codes lint themes
    """
    from themeweave.review.codebooks import codebooks_at, look_through

    (book,) = codebooks_at(folder, codebook)
    found = look_through(book)
    for advice in found:
        click.echo(f"- {advice}")
    click.echo(f"{book.id}: {len(book.codes)} codes, {len(found)} things to look at.")
    if found:
        raise click.exceptions.Exit(1)


@codes.command()
@click.argument("gold")
@click.argument("coded")
@click.option("--by", default="", metavar="COLUMN", help="Score by this column of GOLD too.")
@click.option("-o", "--output", default="", metavar="OUT", help="A sheet of all confusions.")
def score(gold: str, coded: str, by: str, output: str) -> None:
    """Score a CODED sheet against GOLD, one that people coded.

    Both have the column id and one or several of perspective, cfir_domain, cfir_construct,
    valence. A finding counts as right where one of its codes in GOLD was suggested. Kappa and
    alpha take off what chance would give; macro-F1 takes every code alike.

    \b
    Example:
      themeweave codes score decided.csv coded.csv --by topic -o confusions.csv
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review import scoring

    suffix = sheet_suffix(output) if output else ""
    scores = scoring.score_sheets(read(gold), read(coded), by)
    for field, found in scores.by_field.items():
        for line in _scored(field, found, by):
            click.echo(line)
    if scores.only_gold:
        shown = ", ".join(scores.only_gold[:5]) + (", ..." if len(scores.only_gold) > 5 else "")
        note(f"{len(scores.only_gold)} findings of {gold} are not in {coded}: {shown}")
    if scores.only_coded:
        note(f"{scores.only_coded} findings of {coded} are not in {gold}")
    if output:
        rows = scoring.confusion_rows(scores)
        write(output, write_sheet(rows, scoring.CONFUSION_COLUMNS, suffix))


def _scored(field: str, found: Score, by: str) -> Iterator[str]:
    within = "" if found.within_two is None else f", within the first two {found.within_two:.2f}"
    yield f"{field}: {found.findings} findings, accuracy {found.accuracy:.2f}{within}"
    yield f"  macro-F1: {found.macro_f1:.2f}; {found.kappa}; {found.alpha}"
    if found.accuracy_of_sure is not None and found.sure < found.findings:
        yield f"  not marked unsure: {found.sure}, accuracy {found.accuracy_of_sure:.2f}"
    for decided, suggested, findings in found.confusion[:5]:
        yield f"  {findings} x decided {decided}, suggested {suggested or 'nothing'}"
    for one in found.groups:
        alpha = "undefined" if one.alpha.value is None else f"{one.alpha.value:.2f}"
        yield (
            f"  {by} {one.group}: {one.findings} findings, accuracy {one.accuracy:.2f}, "
            f"macro-F1 {one.macro_f1:.2f}, alpha {alpha}"
        )


@codes.command(short_help="Move codes to another version of their framework.")
@click.argument("sheet")
@click.option("--from", "old", default="cfir-2009", show_default=True, metavar="CODEBOOK")
@click.option("--to", "new", default="cfir-2022", show_default=True, metavar="CODEBOOK")
@click.option(
    "--column", default="", help="The column of codes: code or cfir_construct if not given."
)
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
def crosswalk(sheet: str, old: str, new: str, column: str, output: str) -> None:
    """Move the codes of SHEET to another version of their framework, where that is certain.

    A code that has one heir is replaced by it; the code before stands in 'code_before'. Where it
    has several heirs or none, the cell is left empty: 'candidates' has the heirs, 'note' says what
    to look at. These rows are listed, and the command exits with 3.

    \b
    Example:
      themeweave codes crosswalk coded-2009.csv -o coded-2022.csv
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review.crossing import cross_sheet

    suffix = sheet_suffix(output)
    crossed = cross_sheet(*read(sheet), old, new, column)
    write(output, write_sheet(crossed.rows, crossed.columns, suffix))
    click.echo(f"Moved {crossed.moved} of {len(crossed.rows)} rows from {old} to {new}.", err=True)
    for words in crossed.undecided:
        click.echo(f"To decide: {words}", err=True)
    if crossed.undecided:
        raise click.exceptions.Exit(3)
