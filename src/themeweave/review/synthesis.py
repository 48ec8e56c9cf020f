"""The synthesis: one pass from the folder's findings to coded findings, themes and effects.

Pure: it takes an opened folder and gives records; nothing is read or written here. Each stage is
one function, in the order in which data flows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave import plugins
from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Coding, Suggestion, rejections, settle
from themeweave.codes.reading import Reading
from themeweave.codes.suggest import suggestions
from themeweave.codes.voice import with_samples
from themeweave.corpus.records import Review
from themeweave.effects.outcomes import Outcome, pool_outcomes
from themeweave.effects.sheets import study_rows
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.report.coded import CodedFinding, coded_findings
from themeweave.review.files import Progress
from themeweave.review.folder import PERSPECTIVES, THEMES, VALENCE, ReviewFolder
from themeweave.review.overlap import Overlaps, overlaps
from themeweave.themes.propose import Proposal, propose

FEWEST_FOR_THEMES = 5


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything the outputs are made of."""

    folder: ReviewFolder
    books: Mapping[str, Codebook]  # the codebooks that findings are coded against
    suggestions: tuple[Suggestion, ...]
    codings: tuple[Coding, ...]
    candidates: Proposal | None  # None with too few findings for themes
    coded: tuple[CodedFinding, ...]
    outcomes: tuple[Outcome, ...]
    overlaps: Overlaps


def synthesise(folder: ReviewFolder, progress: Progress) -> Synthesis:
    """Run every stage on an opened folder."""
    if not folder.findings:
        raise ReviewError(
            "there are no findings yet",
            "corpus/",
            "Put your extraction sheet there as findings.csv (columns: id, text, cited).",
        )
    wanted = (PERSPECTIVES, folder.framework.id, VALENCE, THEMES)
    books = {name: folder.codebooks[name] for name in wanted if name in folder.codebooks}
    suggested: list[Suggestion] = []
    for name, book in books.items():
        progress(f"coding against {name}")
        suggested += suggest(folder, book)
    codings = settle(suggested, folder.decisions, books, folder.settings.adjudicators())
    known = {finding.id for finding in folder.findings}
    codings = [coding for coding in codings if coding.finding_id in known]
    progress("proposing candidate themes")
    candidates = candidate_themes(folder)
    progress("pooling effects")
    outcomes = pooled_outcomes(folder)
    coded = coded_findings(
        folder.findings,
        folder.reviews,
        codings,
        books,
        folder.framework.id,
        _candidate_labels(candidates),
    )
    return Synthesis(
        folder,
        books,
        tuple(suggested),
        tuple(codings),
        candidates,
        tuple(coded),
        tuple(outcomes),
        overlaps(folder, coded),
    )


def suggest(folder: ReviewFolder, book: Codebook) -> list[Suggestion]:
    """Suggest one code a finding of one codebook, below what people accepted."""
    settings = folder.settings.book(book.id)
    findings = in_strand(folder.findings, settings.strand)
    read = plugins.load("suggesters", settings.suggester, f"review.toml, codebooks.{book.id}")
    readings: list[Reading] = read([finding.text for finding in findings], book)
    if book.id == PERSPECTIVES:
        readings = with_samples(readings, samples(findings, folder.reviews))
    accepted: defaultdict[str, list[str]] = defaultdict(list)
    for coding in settle([], folder.decisions, {book.id: book}, folder.settings.adjudicators()):
        accepted[coding.finding_id].append(coding.code_id)
    return suggestions(
        [finding.id for finding in findings],
        readings,
        book,
        f"{settings.suggester}@{_version(read)}",
        settings.margin,
        accepted,
        rejections(folder.decisions, book, folder.settings.adjudicators()),
    )


def in_strand(findings: Sequence[Finding], strand: str) -> list[Finding]:
    """Give the findings of a strand; all of them where no strand is named."""
    return [finding for finding in findings if not strand or finding.strand == strand]


def _version(suggester: object) -> str:
    """Give the version that a suggester's module states."""
    import sys

    module = sys.modules[getattr(suggester, "__module__", __name__)]
    return str(getattr(module, "VERSION", "?")).rpartition("@")[2]


def samples(findings: Sequence[Finding], reviews: Iterable[Review]) -> list[list[tuple[str, ...]]]:
    """Give for each finding whose views its cited reviews sampled, where that is known."""
    sampled = {review.id: review.sampled for review in reviews if review.sampled}
    return [
        [sampled[review] for review in finding.cited if review in sampled] for finding in findings
    ]


def candidate_themes(folder: ReviewFolder) -> Proposal | None:
    """Propose candidate themes for the findings that are coded to themes."""
    taken = in_strand(folder.findings, folder.settings.book(THEMES).strand)
    if len(taken) < FEWEST_FOR_THEMES:
        return None
    settings = folder.settings.themes
    return propose(
        [finding.id for finding in taken],
        [finding.text for finding in taken],
        settings.number,
        seed=settings.seed,
        embedder=plugins.load("embedders", settings.embedder, "review.toml, themes.embedder"),
    )


def _candidate_labels(proposal: Proposal | None) -> dict[str, tuple[str, str, str, str]]:
    if proposal is None:
        return {}
    return {
        p.id: (p.overarching, p.overarching_label, p.theme, p.theme_label)
        for p in proposal.placements
    }


def pooled_outcomes(folder: ReviewFolder) -> list[Outcome]:
    """Pool the study rows of the effects sheet; none where there is no such row."""
    if folder.effects is None:
        return []
    settings = folder.settings
    rows = study_rows(folder.effects, settings.effects.measure)
    return pool_outcomes(rows, settings.pooling(), settings.effects.within_study_correlation)
