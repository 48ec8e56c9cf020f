"""Confidence: worksheets out, what is judged, and what links outcomes to themes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from themeweave.errors import ReviewError
from themeweave.evidence.confidence import Confidence
from themeweave.report.joint_table import Meeting
from themeweave.review.directed import directions_in
from themeweave.review.files import Progress, quiet
from themeweave.review.folder import THEMES, open_folder
from themeweave.review.joint import LINK_COLUMNS, meetings, suggested_links
from themeweave.review.judged import (
    CERQUAL_COLUMNS,
    Aggregated,
    aggregated,
    cerqual_rows,
    confidences,
)
from themeweave.review.synthesis import Synthesis, synthesise

CONQUAL_COLUMNS = ("theme", "name", "finding", "text", "credibility", "study", "dependability")
Rows = tuple[list[dict[str, str]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Stated:
    """The statements of a folder with what is judged and proposed of each."""

    statements: tuple[Confidence, ...]
    aggregated: tuple[Aggregated, ...]  # of a meta-aggregation
    across: str


def _synthesis(path: Path, progress: Progress) -> Synthesis:
    folder = open_folder(path)
    if not folder.book(THEMES).codes:
        raise ReviewError(
            "there are no themes to judge",
            "codebooks/themes.yaml",
            "Write your themes there; candidate themes of the program are no statements.",
        )
    return synthesise(folder, progress, weighs=False)


def confidence(path: Path, progress: Progress = quiet) -> Stated:
    """Give the confidence in every theme and subtheme of a folder.

    Raises
    ------
    ReviewError
        Where the folder has faults, or no themes.
    """
    synthesis = _synthesis(path, progress)
    folder = synthesis.folder
    found = confidences(folder, synthesis.coded)
    return Stated(tuple(found), tuple(aggregated(folder)), folder.confidence.across)


def cerqual_sheet(path: Path, progress: Progress = quiet) -> Rows:
    """Give the CERQual worksheet, with proposals; judgements that are there stay."""
    synthesis = _synthesis(path, progress)
    found = confidences(synthesis.folder, synthesis.coded)
    return list(cerqual_rows(synthesis.folder, found)), CERQUAL_COLUMNS


def conqual_sheet(path: Path, progress: Progress = quiet) -> Rows:
    """Give the ConQual worksheet: each finding in its theme; what is there already stays."""
    synthesis = _synthesis(path, progress)
    book = synthesis.folder.book(THEMES)
    there = {(s.theme, s.finding): s for s in synthesis.folder.confidence.conqual}
    rows = []
    for c in synthesis.coded:
        theme = c.subtheme.code_id if c.subtheme.code_id in book.by_id else c.theme.code_id
        if theme not in book.by_id:
            continue
        scored = there.get((theme, c.finding.id))
        count = scored.dependability if scored else None
        rows.append(
            {
                "theme": theme,
                "name": book.name(theme),
                "finding": c.finding.id,
                "text": c.finding.text,
                "credibility": scored.credibility if scored else "",
                "study": scored.study if scored else ";".join(c.finding.cited),
                "dependability": "" if count is None else str(count),
            }
        )
    place = {code.id: number for number, code in enumerate(book.codes)}
    return sorted(rows, key=lambda row: (place[row["theme"]], row["finding"])), CONQUAL_COLUMNS


def joint(path: Path, progress: Progress = quiet) -> list[Meeting]:
    """Give the outcomes and themes that people linked, with what is known of both."""
    synthesis = _synthesis(path, progress)
    found = confidences(synthesis.folder, synthesis.coded)
    return meetings(synthesis, found, directions_in(synthesis.folder))


def links_sheet(path: Path, progress: Progress = quiet) -> Rows:
    """Give the sheet of links with suggestions by likeness of words; links that are made stay.

    Raises
    ------
    ReviewError
        Where there are neither effects nor links.
    """
    rows = suggested_links(_synthesis(path, progress))
    if not rows:
        raise ReviewError(
            "there is no outcome to link a theme to",
            "corpus/effects",
            "Put what the reviews measured there (columns: id, level, outcome).",
        )
    return rows, LINK_COLUMNS
