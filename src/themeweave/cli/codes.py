"""Commands on codebooks."""

from __future__ import annotations

from pathlib import Path

import click

from themeweave.cli.terminal import InOrder, folder_option


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


@codes.command()
@click.argument("finding")
@folder_option
def explain(finding: str, folder: Path) -> None:
    """Show why FINDING got its suggested codes, and what people decided.

    \b
    Example:
      themeweave codes explain F037
    """
    from themeweave.review.explain import explain as explained

    found, books = explained(folder, finding)
    click.echo(f"{found.id}: {found.text}")
    for one in books:
        unsure = ", unclear: below its margin" if one.unsure else ""
        click.echo(f"\n{one.book.title} ({one.suggester}, margin {one.margin:.2f}{unsure})")
        for belief in one.beliefs:
            click.echo(f"  {belief.share:4.0%}  {belief.name} [{belief.code_id}]")
            click.echo(f"        {belief.reason}")
        if one.trial:
            click.echo(f"  {one.trial}")
        for ruling in one.decisions:
            did = "accepted" if ruling.accepted else "rejected"
            because = f": {ruling.reason}" if ruling.reason else ""
            name = one.book.name(ruling.code_id) if ruling.code_id in one.book.by_id else ""
            click.echo(f"  {ruling.coder} {did} {name} [{ruling.code_id}]{because}")


@codes.command("next")
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
            click.echo(
                f"  {place.finding.id}  {place.name}{rival} ({place.choice.margin:.2f} apart)"
            )
            click.echo(f"        {place.finding.text[:90]}")
