"""The narrative of a folder: what its themes and domains say, and how that was made."""

from __future__ import annotations

from collections.abc import Iterator

import themeweave
from themeweave.evidence.confidence import OVERALL
from themeweave.report.coded import CodedFinding
from themeweave.report.key_findings_table import quality_words
from themeweave.report.narrative import Section, Story, narrative
from themeweave.report.prose import Prose
from themeweave.report.references import References
from themeweave.report.words import counted, suggester_words
from themeweave.review.evidence_outputs import supporting
from themeweave.review.folder import PERSPECTIVES
from themeweave.review.judged import confidences, ratings_of
from themeweave.review.published import (
    agreement_words,
    alone_of,
    contrasts_of,
    in_framework,
    in_themes,
    subjects_of,
)
from themeweave.review.synthesis import Synthesis
from themeweave.review.wording import bounds_words, effects_words, package_versions, withheld_words


def narrative_of(synthesis: Synthesis, refs: References) -> Prose:
    """Write the draft of methods and results."""
    folder = synthesis.folder
    counting, ratings = supporting(folder), ratings_of(folder)
    judged = _confidence_sentences(synthesis)
    contrasts = tuple(contrasts_of(synthesis))
    themes: list[Section] = []
    domains: list[Section] = []
    framed = {c.finding.id for c in in_framework(synthesis)}
    voices = {code.id: place for place, code in enumerate(folder.book(PERSPECTIVES).codes)}
    heard = {c.perspective.text for c in in_themes(synthesis) if c.perspective.told}
    for subject in subjects_of(synthesis):
        members = subject.members
        reviews = {review for c in members for review in c.finding.cited}
        of_domain = subject.field == "domain"
        here = {c.perspective.text for c in members if c.perspective.told}
        section = Section(
            subject.name,
            members,
            counting(reviews, len(members), subject.confirmed),
            quality_words(sorted(reviews), ratings),
            "" if of_domain else judged.get(subject.id, _UNJUDGED),
            () if of_domain else contrasts,
            () if of_domain else tuple(sorted(heard - here)),
        )
        (domains if of_domain else themes).append(section)
    in_framework_now = [c for c in synthesis.coded if c.finding.id in framed]
    return narrative(
        Story(
            folder.settings.review.title,
            folder.settings.review.question,
            tuple(_methods(synthesis)),
            tuple(themes),
            _base(in_themes(synthesis), "theme", "a theme"),
            tuple(domains),
            _base(in_framework_now, "domain", "a domain"),
            folder.framework.title,
            voices,
        ),
        refs,
    )


_UNJUDGED = "Nobody has judged the confidence in this theme (GRADE-CERQual) yet."


def _confidence_sentences(synthesis: Synthesis) -> dict[str, str]:
    found = {}
    for one in confidences(synthesis.folder, synthesis.coded):
        if judged := one.judged.get(OVERALL):
            why = f" {judged.explanation.rstrip('.')}." if judged.explanation else ""
            found[one.theme] = f"Confidence (GRADE-CERQual) was judged {judged.level}.{why}"
    return found


def _base(coded: list[CodedFinding], field: str, what: str) -> str:
    """Say how many findings there are, how many are placed, and how many a person placed."""
    placed = [c for c in coded if getattr(c, field).told]
    reviews = {review for c in placed for review in c.finding.cited}
    sure = sum(getattr(c, field).confirmed for c in placed)
    left = len(coded) - len(placed)
    said = (
        f"{len(placed)} of {counted(len(coded), 'finding')} stand in {what}, from "
        f"{counted(len(reviews), 'review')}; a person confirmed {sure} of these places."
    )
    return said + (f" The other {left} are left out below." if left else "")


def _methods(synthesis: Synthesis) -> Iterator[str]:
    """Say in sentences what was done, with versions and settings."""
    folder = synthesis.folder
    included = [review for review in folder.reviews if review.role == "included"]
    cited = {review for finding in folder.findings for review in finding.cited}
    carrying = sum(review.id in cited for review in included)
    share = "all" if carrying == len(included) else f"{carrying} of the"
    of = f" {share} {counted(len(included), 'included review')}" if included else " the reviews"
    yield (
        f"{counted(len(folder.findings), 'finding')} were extracted from{of}. Each finding was "
        "coded to codebooks: the program suggested codes, people decided, and no suggestion "
        "counts as confirmed. A suggestion nearer to the next one than its margin is called "
        "unclear."
    )
    coders = sorted({decision.coder for decision in folder.decisions})
    made = counted(len(folder.decisions), "decision")
    yield (
        f"{counted(len(coders), 'coder')} made {made}." if coders else "No person has decided yet."
    )
    if blind := withheld_words(folder):
        yield f"{blind}."
    for book in synthesis.books.values():
        if not book.codes:
            continue
        settings = folder.settings.book(book.id)
        strand = f", on findings of the strand ‘{settings.strand}’" if settings.strand else ""
        used = sorted({s.suggester for s in synthesis.suggestions if s.codebook == book.id})
        words = "; ".join(f"{suggester_words(one)} ({one})" for one in used)
        by = f", suggestions by {words}, with a margin of {settings.margin:g}"
        agreement = agreement_words(alone_of(folder, book))
        yield (
            f"Codebook ‘{book.title}’ (version {book.version}){strand}{by if used else ''}. "
            f"Agreement of coders: {agreement}."
        )
    if synthesis.candidates:
        yield f"Candidate themes for findings without one: {synthesis.candidates.reason}"
    yield (
        "Support was counted in findings, reviews and distinct primary studies. Overlap is the "
        "corrected covered area of the known inclusion lists; independent reviews are the distinct "
        "studies over the mean number of studies in a review. " + bounds_words(folder)
    ).strip()
    for appraised in folder.appraisals.values():
        profile = appraised.profile
        people = sorted({j.appraiser for j in appraised.judgements if j.appraiser != "consensus"})
        yield (
            f"{counted(len({j.subject for j in appraised.judgements}), profile.of)} appraised by "
            f"{profile.tool} (profile {profile.name}, version {profile.version}) by "
            f"{counted(len(people), 'appraiser')}."
        )
    if synthesis.outcomes:
        yield f"Effects were pooled: {effects_words(synthesis)}"
    versions = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    yield (
        f"Software: themeweave {themeweave.__version__} ({versions}), seed "
        f"{folder.settings.themes.seed}; manifest.json lists every input with its hash."
    )
