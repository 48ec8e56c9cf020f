"""The command that traces what stands in a table back to where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from themeweave.cli.terminal import folder_option, progress

if TYPE_CHECKING:
    from themeweave.report.page.records import TrailRow
    from themeweave.review.trace import Read, Trace, TracedFinding, TracedReview

_WIDTH = 80


@click.command(short_help="Show what a cell, theme, finding or review rests on.")
@click.argument("address", required=False, default="")
@click.option("--list", "listing", is_flag=True, help="List the tables, or the cells of ADDRESS.")
@click.option("--json", "as_json", is_flag=True, help="Give everything as JSON.")
@folder_option
def trace(address: str, listing: bool, as_json: bool, folder: Path) -> None:
    """Show what ADDRESS rests on: findings, quotations, reviews, primary studies, decisions.

    ADDRESS is a cell as table:row:column (the report shows it when you choose "Trace" in a cell),
    or the id of a finding, a theme or a review. --list shows the tables, --list TABLE the
    addresses in a table.

    \b
    Examples:
      themeweave trace F037
      themeweave trace theme_table:T01:theme
      themeweave trace --list theme_table
    """
    from themeweave.review import trace as step

    if not address and not listing:
        raise click.UsageError("give an ADDRESS, or --list to see which there are")
    with progress() as doing:
        if listing:
            rows = step.listed(folder, address, doing)
        else:
            found = step.trace(folder, address, doing)
    if as_json:
        click.echo(_json([*map(_named, rows)] if listing else found))
        return
    for line in _rows(rows) if listing else _lines(found):
        click.echo(line)


def _named(row: tuple[str, str]) -> dict[str, str]:
    return {"address": row[0], "text": row[1]}


def _json(record: object) -> str:
    import json
    from dataclasses import asdict, is_dataclass

    plain = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record
    return json.dumps(plain, indent=2, ensure_ascii=False)


def _rows(rows: list[tuple[str, str]]) -> Iterator[str]:
    for name, text in rows:
        words = " ".join(text.split())
        yield name
        if words:
            yield f"    {words[:72]}{'...' if len(words) > 72 else ''}"


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    for paragraph in text.split("\n"):
        yield from wrap(paragraph, _WIDTH, initial_indent=indent, subsequent_indent=indent)


def _lines(found: Trace) -> Iterator[str]:
    yield found.address
    if found.kind != "finding":  # which is told in full below
        yield from _wrapped(found.text or "(empty)", "  ")
    yield from _wrapped(found.about, "  ")
    for act in found.acts:
        yield from _decision(act, "  ")
    yield ""
    if not found.findings:
        yield "No finding stands behind it."
    for finding in found.findings:
        yield from _finding(finding)
    if found.reviews:
        yield f"Reviews ({len(found.reviews)}) and their primary studies"
        for review in found.reviews:
            yield from _review(review)


def _finding(finding: TracedFinding) -> Iterator[str]:
    yield finding.id
    yield from _wrapped(finding.text, "    ")
    if place := finding.place:
        where = [place.document, place.section, f"page {place.page}" if place.page else ""]
        where.append(f"characters {place.start} to {place.end}")
        yield from _wrapped(f"in {', '.join(part for part in where if part)}:", "    ")
        yield from _wrapped(f'"{" ".join(place.context.split())}"', "      ")
    yield from _wrapped(f"stated by {'; '.join(finding.reviews) or 'no review cited'}", "    ")
    for read in finding.readings:
        yield from _reading(read)
    for row in finding.decisions:
        yield from _decision(row, "    ")
    yield ""


def _reading(read: Read) -> Iterator[str]:
    if read.basis in ("confirmed", "disputed"):
        yield from _wrapped(f"{read.field}: {read.name} ({read.basis})", "    ")
        return
    what = "the program is unsure" if read.basis == "unclear" else f"suggested: {read.name}"
    why = f" ({read.reason})" if read.reason else ""
    yield from _wrapped(f"{read.field}: nobody has decided; {what}{why}", "    ")


def _decision(row: TrailRow, indent: str) -> Iterator[str]:
    taken_back = "withdrawn: " if row.withdrawn else ""
    why = f"; because: {row.why}" if row.why else ""
    yield from _wrapped(f"{row.when} {row.who}: {taken_back}{row.what}{why}", indent)


def _review(review: TracedReview) -> Iterator[str]:
    yield f"  {review.id}  {review.label}"
    yield from _wrapped(review.title, "      ")
    studies = f"primary studies: {'; '.join(review.studies)}"
    if not review.studies:
        studies = "primary studies unknown"
    named = f"states {', '.join(review.findings)}" if review.findings else "states none of these"
    quality = f"quality: {review.rating or 'unknown'}"
    yield from _wrapped(f"{named}; {quality}; {studies}", "      ")
