"""evidence confidence and joint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themeweave.cli.effects.printing import paragraph, show
from themeweave.cli.terminal import folder_option, progress, sheet_suffix, write

if TYPE_CHECKING:
    from themeweave.report.joint_table import Meeting
    from themeweave.review.evidence.confidence import Stated


@click.command()
@click.option("--sheet", metavar="OUT", help="Write the CERQual worksheet, with proposals.")
@click.option("--conqual", metavar="OUT", help="Write the ConQual worksheet of a meta-aggregation.")
@folder_option
def confidence(sheet: str | None, conqual: str | None, folder: Path) -> None:
    """Say how much confidence each theme's statement deserves.

    GRADE-CERQual: the program proposes concerns from ratings, studies and overlap; people fill in
    judgement and explanation and save the sheet as confidence/cerqual.csv. A proposal never counts.
    ConQual: give each finding U, C or NS and save the sheet as confidence/conqual.csv.

    \b
    Example:
      themeweave evidence confidence --sheet confidence/cerqual.csv
      themeweave evidence confidence
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review import evidence

    for name, make in ((sheet, evidence.cerqual_sheet), (conqual, evidence.conqual_sheet)):
        if name:
            suffix = sheet_suffix(name)
            with progress() as doing:
                rows, columns = make(folder, doing)
            write(name, write_sheet(rows, columns, suffix))
            click.echo(f"{len(rows)} rows to judge in {name}.", err=True)
    if not sheet and not conqual:
        with progress() as doing:
            found = evidence.confidence(folder, doing)
        show(_stated(found))


def _stated(found: Stated) -> Iterator[str]:
    from themeweave.evidence.confidence import COMPONENTS, OVERALL
    from themeweave.report.support_words import support_words

    for one in found.statements:
        judged = one.judged.get(OVERALL)
        yield from paragraph(f"{one.theme}: {one.statement}")
        yield from paragraph(support_words(one.support), "  ")
        for part in COMPONENTS:
            own, proposed = one.judged.get(part), one.proposals[part]
            said = f"{own.level} ({own.explanation})" if own else "not judged"
            if not own and proposed.level:
                said += f", proposed: {proposed.level} ({proposed.why})"
            yield from paragraph(f"{part}: {said}", "  ")
        words = f"{judged.level} ({judged.explanation})" if judged else "not judged"
        if not judged and one.proposals[OVERALL].level:
            words += f", proposed: {one.proposals[OVERALL].level}"
        yield from paragraph(f"confidence: {words}", "  ")
    for group in found.aggregated:
        said = group.score.level if group.score else f"unknown ({', '.join(group.unknown)})"
        yield from paragraph(f"ConQual, {group.theme}: {said}, by the {found.across} study")


@click.command(short_help="Put effects beside experiences.")
@click.option("--suggest", metavar="OUT", help="Write the sheet of links, with suggestions.")
@folder_option
def joint(suggest: str | None, folder: Path) -> None:
    """Put effects and experiences of the same subject side by side.

    People link outcomes to themes: write yes into the column 'linked' of the suggested sheet, say
    in 'note' how the two meet, and save it as confidence/links.csv. Then 'themeweave run' makes the
    joint display.

    \b
    Example:
      themeweave evidence joint --suggest confidence/links.csv
      themeweave evidence joint
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review import evidence

    if suggest:
        suffix = sheet_suffix(suggest)
        with progress() as doing:
            rows, columns = evidence.links_sheet(folder, doing)
        write(suggest, write_sheet(rows, columns, suffix))
        open_ = sum(row["linked"] != "yes" for row in rows)
        click.echo(f"{open_} suggested links to judge in {suggest}.", err=True)
        return
    with progress() as doing:
        found = evidence.joint(folder, doing)
    show(_joint(found))


def _joint(found: list[Meeting]) -> Iterator[str]:
    if not found:
        yield "No outcome is linked to a theme yet: --suggest writes a sheet to start from."
    for one in found:
        yield from paragraph(f"{one.outcome}: {'; '.join(one.effect.splitlines())}")
        certainty = one.certainty.replace("\n", ", ")
        yield from paragraph(f"directions {one.direction}; certainty {certainty}", "  ")
        yield from paragraph(f"people say: {one.statement} ({one.rests_on})", "  ")
        yield from paragraph(f"confidence {one.confidence}", "  ")
        if one.together:
            yield from paragraph(f"together: {one.together}", "  ")
