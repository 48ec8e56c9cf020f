"""Overlap of a review folder: the matrix as it stands, its numbers in every scope, its picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave.corpus.records import Citation, PrimaryStudy, Review
from themeweave.corpus.sheets import Sheet
from themeweave.evidence.matrix import Gaps, headings, matrix_rows, structural_gaps
from themeweave.evidence.overlap import Overlap, citation_overlap
from themeweave.findings.records import Finding
from themeweave.report.addresses import row_key
from themeweave.report.coded import CodedFinding
from themeweave.report.figures.canvas import Picture
from themeweave.report.figures.heat_map import MOST_REVIEWS, heat_map
from themeweave.report.overlap_table import Scope
from themeweave.report.words import counted
from themeweave.review.folder import THEMES, ReviewFolder

_Scoped = tuple[str, str]  # what kind of scope, and the id or name of what it holds


@dataclass(frozen=True, slots=True)
class Overlaps:
    """What is known of overlap in a folder."""

    reviews: tuple[Review, ...]  # whose inclusion lists are known
    unknown: tuple[Review, ...]  # whose are not
    studies: tuple[PrimaryStudy, ...]  # the rows, threads merged
    citations: tuple[Citation, ...]  # the ticks, threads merged
    gaps: Gaps
    scopes: tuple[Scope, ...]  # all reviews first
    choices: tuple[str, ...]  # how the matrix was made, in sentences

    @property
    def overall(self) -> Overlap:
        """The overlap of all known lists."""
        return self.scopes[0].overlap


def overlaps(folder: ReviewFolder, coded: Sequence[CodedFinding] = ()) -> Overlaps:
    """Compute the overlap of a folder's reviews: of all, by strand, by outcome, by theme.

    Parameters
    ----------
    coded
        Findings with their themes; without them there is no scope by theme.
    """
    listed = {tick.review_id for tick in folder.citations}
    reviews = tuple(review for review in folder.reviews if review.id in listed)
    gaps = structural_gaps(folder.citations, folder.studies, reviews)
    scopes = []
    names = {c.theme.code_id: c.theme.text for c in coded}
    names |= {code.id: code.name for code in folder.book(THEMES).codes}
    everything: Mapping[_Scoped, set[str]] = {
        ("all", ""): {review.id for review in folder.reviews},
        **_by_strand(folder.reviews, folder.findings),
        **_by_outcome(folder.effects),
        **_by_theme(coded),
    }
    for (kind, of), ids in everything.items():
        shown = names[of] if kind == "theme" else of
        name = f"{kind.capitalize()}: {shown}" if of else _everything(folder.reviews)
        key = row_key(kind, of) if of else kind
        known = [review.id for review in reviews if review.id in ids]
        overlap = citation_overlap(folder.citations, known, gaps.cells)
        scopes.append(Scope(name, key, len(ids), overlap))
    return Overlaps(
        reviews,
        tuple(review for review in folder.reviews if review.id not in listed),
        folder.studies,
        folder.citations,
        gaps,
        tuple(scopes),
        tuple(_choices(folder, reviews, gaps)),
    )


def _by_strand(
    reviews: Iterable[Review], findings: Iterable[Finding]
) -> Mapping[_Scoped, set[str]]:
    """Give the reviews of each strand: by their own word, and those that its findings cite."""
    strands: dict[_Scoped, set[str]] = {}
    for review in reviews:
        for strand in review.strands:
            strands.setdefault(("strand", strand), set()).add(review.id)
    for finding in findings:
        if finding.strand:
            strands.setdefault(("strand", finding.strand), set()).update(finding.cited)
    return dict(sorted(strands.items()))


def _by_outcome(effects: Sheet | None) -> Mapping[_Scoped, set[str]]:
    """Give the reviews that report on each outcome domain."""
    outcomes: dict[_Scoped, set[str]] = {}
    for row in effects.rows if effects else ():
        name = row["outcome_domain"] or row["outcome"]
        if row["level"] != "study" and row["source"] and name:
            sources = {part.strip() for part in row["source"].split(";")}
            outcomes.setdefault(("outcome", name), set()).update(sources)
    return dict(sorted(outcomes.items()))


def _by_theme(coded: Sequence[CodedFinding]) -> Mapping[_Scoped, set[str]]:
    themes: dict[_Scoped, set[str]] = {}
    for c in coded:
        if c.theme.code_id and c.theme.basis != "unclear":
            themes.setdefault(("theme", c.theme.code_id), set()).update(c.finding.cited)
    return themes


def _everything(reviews: Sequence[Review]) -> str:
    """Name the scope of all reviews, which holds sources that the synthesis does not count."""
    background = sum(review.role == "background" for review in reviews)
    if not background:
        return "All reviews"
    return f"All reviews: {len(reviews) - background} included, {background} background"


def _choices(folder: ReviewFolder, reviews: Sequence[Review], gaps: Gaps) -> Iterable[str]:
    """Say every choice that moves the number."""
    background = [review.label for review in reviews if review.role == "background"]
    said = f"Inclusion lists known for {len(reviews)} of {counted(len(folder.reviews), 'review')}"
    yield f"{said}; {', '.join(background)} as a background source." if background else f"{said}."
    if folder.merged:
        merged = counted(folder.merged, "further publication")
        yield f"Publications of one study are one row: {merged} merged."
    yield (
        f"Impossible cells: {len(gaps.cells)}, of studies that appeared after the review's last "
        "search"
        + (
            f" (by the review's own year for {counted(gaps.by_publication, 'review')})."
            if gaps.by_publication
            else "."
        )
    )
    if gaps.contradicted:
        yield (
            f"{counted(len(gaps.contradicted), 'inclusion')} contradict the years and count as "
            "inclusions: the study appeared after the review's year."
        )
    if gaps.undated:
        yield f"Without a year, so without impossible cells: {gaps.undated} studies or reviews."


def matrix(found: Overlaps) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Give the rows and columns of the citation matrix."""
    rows = matrix_rows(found.citations, found.studies, found.reviews, found.gaps.cells)
    return rows, ("study", "label", "year", *headings(found.reviews).values())


def overlap_picture(found: Overlaps) -> Picture | None:
    """Draw the heat map of the reviews that overlap most; None with fewer than two lists."""
    if len(found.reviews) < 2:
        return None
    strength: dict[str, float] = {}
    for pair in found.overall.pairs:
        for review in (pair.review, pair.other):
            strength[review] = max(strength.get(review, 0.0), pair.cca or 0.0)
    ids = [review.id for review in found.reviews]
    kept = set(sorted(ids, key=lambda review: -strength.get(review, 0.0))[:MOST_REVIEWS])
    studies: dict[str, int] = {}
    for tick in found.citations:
        studies[tick.review_id] = studies.get(tick.review_id, 0) + 1
    left = len(ids) - len(kept)
    notes = [f"Not shown: {left} reviews that overlap less."] if left else []
    if found.unknown:
        further = counted(len(found.unknown), "further review")
        background = sum(review.role == "background" for review in found.unknown)
        among = f", {background} of them background sources" if background else ""
        notes.append(f"Not known: the inclusion lists of {further}{among}.")
    return heat_map(
        [review for review in ids if review in kept],
        [pair for pair in found.overall.pairs if {pair.review, pair.other} <= kept],
        studies,
        {review.id: review.label for review in found.reviews},
        "Overlap of primary studies between reviews",
        " ".join(notes),
    )
