"""evidence studies and overlap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themeweave.cli.effects.printing import paragraph, show, show_json, table
from themeweave.cli.terminal import folder_option, progress, sheet_suffix, write

if TYPE_CHECKING:
    from themeweave.review.overlap import Overlaps

FEW_PAIRS = 10


@click.command()
@click.option("--matrix", metavar="OUT", help="Write the citation matrix to a sheet.")
@click.option("--plot", metavar="OUT", help="Draw the heat map of pairs: .svg or .png.")
@click.option("--json", "as_json", is_flag=True, help="Print every field as JSON.")
@folder_option
def overlap(matrix: str | None, plot: str | None, as_json: bool, folder: Path) -> None:
    """Measure how far the reviews hold the same primary studies.

    The lists of corpus/citations are taken: for all reviews, by strand, outcome and theme, and for
    each two reviews. A review without a list is unknown and not empty. Where only totals are
    published (review.toml, studies_in_reviews), the overlap is bounded.

    \b
    Example:
      themeweave evidence overlap --plot overlap.png
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review import evidence

    suffix = sheet_suffix(matrix) if matrix else ""
    picture = evidence.picture_suffix(plot) if plot else ""
    with progress() as doing:
        found = evidence.overlap(folder, doing)
    if matrix:
        write(matrix, write_sheet(*evidence.matrix(found.overlaps), suffix))
    if plot:
        write(plot, evidence.heat_map_of(found.overlaps, picture))
    if as_json:
        show_json(evidence.overlap_record(found))
    else:
        show(_overlap(found.overlaps, found.bounds))


def _overlap(found: Overlaps, bounds: str) -> Iterator[str]:
    from themeweave.evidence.support import independent_reviews
    from themeweave.report.overlap_table import percent

    rows = []
    for scope in found.scopes:
        own = scope.overlap
        worth = independent_reviews(own.ticks, own.studies, own.reviews)
        rows.append(
            [
                scope.name,
                f"{own.reviews} of {scope.reviews}",
                f"{own.studies}" if own.reviews else "unknown",
                percent(own.cca) if own.reviews else "unknown",
                own.band if own.cca is not None else "-",
                "unknown" if worth is None else f"{worth:.1f} of {own.reviews}",
            ]
        )
    headings = ["reviews", "lists known", "studies", "CCA", "band", "independent"]
    yield from table(headings, rows)
    labels = {review.id: review.label for review in found.reviews}
    shared = sorted(
        (pair for pair in found.overall.pairs if pair.shared), key=lambda pair: -(pair.cca or 0)
    )
    if shared:
        yield ""
        pairs = [
            [
                f"{labels[pair.review]} and {labels[pair.other]}",
                f"{pair.shared} of {pair.studies}",
                percent(pair.cca),
            ]
            for pair in shared[:FEW_PAIRS]
        ]
        yield from table(["two reviews", "studies shared", "CCA"], pairs)
        if len(shared) > FEW_PAIRS:
            yield f"... and {len(shared) - FEW_PAIRS} more pairs that share a study"
    yield ""
    for choice in found.choices:
        yield from paragraph(choice)
    if bounds:
        yield from paragraph(bounds)


@click.command(short_help="Add a review's primary studies.")
@click.argument("review", metavar="REVIEW")
@click.argument("name", metavar="LIST")
@click.option(
    "--keys", default="", metavar="3,7-12", help="Which entries of the list are included studies."
)
@folder_option
def studies(review: str, name: str, keys: str, folder: Path) -> None:
    """Add the primary studies that REVIEW includes, from a list of references.

    LIST is a file of a reference manager (.ris, .nbib, .bib, CSL-JSON, EndNote XML) or the review
    itself, with --keys for the entries of its reference list that are included studies. Studies
    that are there already are known by DOI, PubMed number or title; doubtful ones are listed and
    not added, and the command then exits with 3.

    \b
    Example:
      themeweave evidence studies R05 included.ris
      themeweave evidence studies R05 review.pdf --keys 12,15-30
    """
    from themeweave.review.files import read_input
    from themeweave.review.inclusion import add_studies

    raw, shown, _ = read_input(name)
    done = add_studies(folder, review, raw, Path(shown).name, keys)
    click.echo(
        f"{review} includes {done.added} of {done.found} as new inclusions ({done.new} studies new "
        f"to the matrix), {done.there} stood there already."
    )
    for words in done.by_name:
        click.echo(f"By author and year only: {words}", err=True)
    for words in done.doubtful:
        click.echo(f"Doubtful, not added: {words}", err=True)
    for words in done.failed:
        click.echo(f"Set aside: {words}", err=True)
    if done.doubtful or done.failed:
        raise click.exceptions.Exit(3)
