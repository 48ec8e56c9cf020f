"""What a run shows of evidence: the tables and pictures that the folder has something for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from themeweave.effects.directions import DirectionPlot
from themeweave.evidence.confidence import Confidence
from themeweave.evidence.support import Support, inclusion_lists, support
from themeweave.report.confidence_table import (
    ConQualRow,
    conqual_table,
    evidence_profile,
    summary_of_findings,
)
from themeweave.report.direction_table import direction_table
from themeweave.report.figures.canvas import Picture
from themeweave.report.figures.direction_plot import effect_directions
from themeweave.report.figures.flow import flow_diagram
from themeweave.report.joint_table import joint_display
from themeweave.report.overlap_table import overlap_table
from themeweave.report.references import References
from themeweave.report.support_table import support_table
from themeweave.report.support_words import Supporting, independent_words
from themeweave.report.tables import Table
from themeweave.review.appraised import appraisal_of, appraisal_pictures
from themeweave.review.directed import directions_in
from themeweave.review.folder import THEMES, ReviewFolder
from themeweave.review.joint import meetings
from themeweave.review.judged import Aggregated, aggregated, confidences
from themeweave.review.overlap import overlap_picture
from themeweave.review.synthesis import Synthesis
from themeweave.review.wording import bounds_words


def supporting(folder: ReviewFolder) -> Supporting:
    """Give the function that counts what findings of some reviews rest on."""
    lists = inclusion_lists(folder.citations)

    def found(reviews: Iterable[str], findings: int, confirmed: int) -> Support:
        return support(reviews, lists, findings, confirmed)

    return found


def evidence_tables(synthesis: Synthesis, refs: References) -> Iterator[Table]:
    """Build the tables of evidence."""
    folder = synthesis.folder
    labels = refs.labels
    books = [book for book in (synthesis.books.get(THEMES), folder.framework) if book]
    yield support_table(synthesis.coded, books, supporting(folder), labels)
    if synthesis.overlaps.reviews:
        choices = [*synthesis.overlaps.choices, bounds_words(folder)]
        yield overlap_table(synthesis.overlaps.scopes, labels, [c for c in choices if c])
    for appraised in folder.appraisals.values():
        yield appraisal_of(appraised, labels)
    judged = confidences(folder, synthesis.coded)
    if folder.confidence.cerqual:
        yield from _confidence(judged, refs)
    if rows := [conqual_row(one) for one in aggregated(folder)]:
        yield conqual_table(rows, folder.confidence.across)
    directions = directions_in(folder)
    if directions:
        ids = {review.label: review.id for review in folder.reviews}
        yield direction_table(directions, worth_of(folder, directions), ids)
    if folder.confidence.links:
        yield joint_display(meetings(synthesis, judged, directions))


def worth_of(folder: ReviewFolder, directions: DirectionPlot) -> dict[str, str]:
    """Say by outcome what the reviews with a direction are worth once overlap is taken off."""
    counting, ids = supporting(folder), {review.label: review.id for review in folder.reviews}
    reviews: dict[str, set[str]] = {}
    for cell in directions.cells:
        reviews.setdefault(cell.outcome, set()).add(ids.get(cell.review, cell.review))
    return {name: independent_words(counting(held, 0, 0)) for name, held in reviews.items()}


def _confidence(judged: list[Confidence], refs: References) -> Iterator[Table]:
    """Show the statements that people began to judge."""
    begun = [one for one in judged if one.judged]
    if begun:
        yield summary_of_findings(begun, refs)
        yield evidence_profile(begun, refs)


def conqual_row(one: Aggregated) -> ConQualRow:
    """Say what the ConQual table shows of a synthesised finding."""
    counts = Counter(scored.credibility for scored in one.findings)
    kinds = ", ".join(f"{counts[kind]} {kind}" for kind in ("U", "C", "NS") if counts[kind])
    unknown = ", ".join(one.unknown)
    return ConQualRow(
        one.theme,
        one.statement,
        f"{len(one.findings)} ({kinds})",
        tuple(scored.finding for scored in one.findings),
        len({scored.study for scored in one.findings if scored.study}),
        one.score,
        f"unknown: no dependability of {unknown}" if unknown else "",
    )


def evidence_pictures(synthesis: Synthesis) -> dict[str, Picture]:
    """Draw the pictures of evidence, by file stem."""
    drawn: dict[str, Picture] = {}
    if heat := overlap_picture(synthesis.overlaps):
        drawn["overlap"] = heat
    drawn |= appraisal_pictures(synthesis.folder)
    if directions := directions_in(synthesis.folder):
        drawn["effect_directions"] = effect_directions(directions, "Directions of effect")
    if synthesis.folder.flow:
        drawn["flow"] = flow_diagram(synthesis.folder.flow, "Flow of records through the review")
    return drawn
