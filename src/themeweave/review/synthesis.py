"""The synthesis: one pass from the folder's findings to coded findings, themes and effects.

Pure: it takes an opened folder and gives records; nothing is read or written here. Each stage is
one function, in the order in which data flows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Coding, Suggestion, rejections, settle
from themeweave.codes.learned import Trial
from themeweave.codes.reading import Reading
from themeweave.codes.suggest import suggestions
from themeweave.effects.outcomes import Outcome, pool_outcomes
from themeweave.effects.sheets import study_rows
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.report.coded import CodedFinding, coded_findings
from themeweave.review.files import Progress
from themeweave.review.folder import THEMES, ReviewFolder, coded_books
from themeweave.review.overlap import Overlaps, overlaps
from themeweave.review.readings import MOST_WEIGHED, Read, read
from themeweave.review.theme_stage import Placing, combined, place_themes
from themeweave.themes.carry import kept
from themeweave.themes.propose import Proposal


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything the outputs are made of."""

    folder: ReviewFolder
    books: Mapping[str, Codebook]  # the codebooks that findings are coded against
    suggestions: tuple[Suggestion, ...]
    codings: tuple[Coding, ...]
    placing: Placing  # what was learned of themes, and candidates for the remainder
    coded: tuple[CodedFinding, ...]
    outcomes: tuple[Outcome, ...]
    overlaps: Overlaps
    trials: Mapping[str, Trial]  # codebook -> how learning from decisions did there

    @property
    def candidates(self) -> Proposal | None:
        """The candidate themes; None with too few findings for any."""
        return self.placing.candidates


def synthesise(folder: ReviewFolder, progress: Progress, *, weighs: bool = True) -> Synthesis:
    """Run every stage on an opened folder.

    Without ``weighs`` reasons do not say which phrase a suggestion rests on, which takes longest;
    nothing else is another.
    """
    if not folder.findings:
        raise ReviewError(
            "there are no findings yet",
            "corpus/",
            "Put your extraction sheet there as findings.csv (columns: id, text, cited).",
        )
    books = coded_books(folder)
    every, trials, placing = suggest_all(folder, books, progress, weighs=weighs)
    codings = settle(every, folder.decisions, books, folder.settings.adjudicators())
    known = {finding.id for finding in folder.findings}
    codings = [coding for coding in codings if coding.finding_id in known]
    progress("pooling effects")
    outcomes = pooled_outcomes(folder)
    coded = coded_findings(
        folder.findings,
        folder.reviews,
        codings,
        books,
        folder.framework.id,
        _candidate_labels(placing.candidates),
    )
    return Synthesis(
        folder,
        books,
        tuple(every),
        tuple(codings),
        placing,
        tuple(coded),
        tuple(outcomes),
        overlaps(folder, coded),
        trials,
    )


def suggest_all(
    folder: ReviewFolder,
    books: Mapping[str, Codebook],
    progress: Progress,
    *,
    weighs: bool = True,
) -> tuple[list[Suggestion], dict[str, Trial], Placing]:
    """Suggest codes of all codebooks, themes as they are learned and kept.

    Returns
    -------
    suggestions, trials, placing
        Of all books; how learning did, by codebook; and how findings were placed in themes.
    """
    progress("placing findings in themes")
    placing = place_in_themes(folder)
    every: list[Suggestion] = []
    trials: dict[str, Trial] = {}
    for name, book in books.items():
        progress(f"coding against {name}")
        if name == THEMES:
            every += suggest_themes(folder, placing, weighs=weighs)
            continue
        made, trial = suggest(folder, book, weighs=weighs)
        every += made
        if trial:
            trials[name] = trial
    return every, trials, placing


def place_in_themes(folder: ReviewFolder) -> Placing:
    """Learn from what people placed in themes, and propose candidates for the remainder."""
    return place_themes(folder, in_strand(folder.findings, folder.settings.book(THEMES).strand))


def suggest_themes(
    folder: ReviewFolder,
    placing: Placing,
    read_only: Sequence[Suggestion] | None = None,
    *,
    weighs: bool = True,
) -> list[Suggestion]:
    """Suggest themes: those that were kept with a finding, else what is learned or read.

    Parameters
    ----------
    read_only
        What is suggested by the codebook's words alone; it is read here where it is not given.
    """
    book = folder.book(THEMES)
    brought = kept(folder.revision)
    placed = {suggestion.finding_id for suggestion in brought}
    if read_only is None:  # themes are learned in a way of their own
        read_only, _ = suggest(folder, book, learn=False, weighs=weighs)
    found = combined(read_only, placing.learned, book)
    return [*brought, *(s for s in found if s.finding_id not in placed)]


def suggest(
    folder: ReviewFolder, book: Codebook, *, learn: bool = True, weighs: bool = True
) -> tuple[list[Suggestion], Trial | None]:
    """Suggest one code a finding of one codebook, below what people accepted.

    Returns
    -------
    suggestions, trial
        And how learning from the decisions did; None where it was not tried.
    """
    found = read_book(folder, book, learn=learn, weighed=weighed(folder) if weighs else ())
    findings = in_strand(folder.findings, folder.settings.book(book.id).strand)
    ids = [finding.id for finding in findings]
    return suggested(folder, book, ids, found.readings, found.suggester), found.trial


def suggested(
    folder: ReviewFolder,
    book: Codebook,
    findings: Sequence[str],
    readings: Sequence[Reading],
    suggester: str,
) -> list[Suggestion]:
    """Suggest one code a finding, of those with these ids, from what was read of them."""
    return suggestions(
        findings,
        readings,
        book,
        suggester,
        folder.settings.book(book.id).margin,
        accepted(folder, book),
        rejections(folder.decisions, book, folder.settings.adjudicators()),
    )


def weighed(folder: ReviewFolder) -> frozenset[str]:
    """Give the ids of findings that are read again without each phrase: of very many none is."""
    few = len(folder.findings) <= MOST_WEIGHED
    return frozenset(finding.id for finding in folder.findings if few)


def read_book(
    folder: ReviewFolder,
    book: Codebook,
    *,
    learn: bool = True,
    weighed: Collection[str] = (),
) -> Read:
    """Read the findings that are coded against a codebook, as the settings say.

    Without ``learn``, as if nobody had decided anything yet; ``weighed`` is as in `read`.
    """
    settings = folder.settings.book(book.id)
    return read(
        settings.suggester,
        in_strand(folder.findings, settings.strand),
        book,
        folder.reviews,
        accepted(folder, book) if learn and settings.learn else None,
        f"review.toml, codebooks.{book.id}",
        weighed,
    )


def accepted(folder: ReviewFolder, book: Codebook) -> dict[str, list[str]]:
    """Give the codes of a codebook that people accepted, by finding."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for coding in settle([], folder.decisions, {book.id: book}, folder.settings.adjudicators()):
        found[coding.finding_id].append(coding.code_id)
    return dict(found)


def in_strand(findings: Sequence[Finding], strand: str) -> list[Finding]:
    """Give the findings of a strand; all of them where no strand is named."""
    return [finding for finding in findings if not strand or finding.strand == strand]


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
