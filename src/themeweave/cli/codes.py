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
