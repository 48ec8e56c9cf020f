"""evidence consistency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themeweave.cli.effects.printing import paragraph, show
from themeweave.cli.terminal import folder_option

if TYPE_CHECKING:
    from themeweave.evidence.consistency.counts import Contradiction


def _pairs(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Read REF=REF."""
    for text in given:
        if text.count("=") != 1:
            raise click.BadParameter(f"'{text}' is not REF=REF")
    return [(one.strip(), other.strip()) for one, other in (text.split("=") for text in given)]


@click.command(short_help="Find numbers of a manuscript that clash.")
@click.argument("names", nargs=-1, required=True, metavar="MANUSCRIPT...")
@click.option(
    "--same",
    multiple=True,
    metavar="REF=REF",
    callback=_pairs,
    help="Two references that are reports of one review; may be repeated.",
)
@folder_option
def consistency(names: tuple[str, ...], same: list[tuple[str, str]], folder: Path) -> None:
    """Find numbers of a manuscript that cannot all be right.

    Counts are held against the references listed for them, parts against wholes, percentages
    against their numbers, lists against the sections they are about, claims against the effects of
    the folder, and several manuscripts against each other. What is found is a question to the
    authors, not a verdict. Exits with 1 where there is any.

    \b
    Example:
      themeweave evidence consistency manuscript.docx --same 42=41
    """
    from themeweave.review import evidence

    found = evidence.consistency(names, folder, same)
    for name, checked in found.checked.items():
        click.echo(
            f"{name}: {checked.counts} counts and {checked.lists} citations in "
            f"{checked.sentences} sentences, {len(checked.contradictions)} contradictions"
        )
        show(_listed(checked.contradictions))
    if found.between:
        click.echo(f"Between the texts: {len(found.between)} contradictions")
        show(_listed(found.between))
    if found.found:
        raise click.exceptions.Exit(1)


def _listed(contradictions: Iterable[Contradiction]) -> Iterator[str]:
    for one in contradictions:
        yield from paragraph(f"line {one.line}, {one.rule}: {one.why}", "  ")
        yield from paragraph(f"“{one.quote}”", "    ")
