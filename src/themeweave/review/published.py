"""What a review publishes beside its core tables: characteristics, details, matrix, codebooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from themeweave.codes.agreement import gwet, krippendorff, percent, read_labels
from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import settle
from themeweave.evidence.support import inclusion_lists
from themeweave.report.characteristics_table import Known, characteristics_table
from themeweave.report.codebook_table import Framed, codebook_table, coding_frame_table
from themeweave.report.coded import CodedFinding
from themeweave.report.framework_matrix import framework_matrix
from themeweave.report.key_findings_table import Subject, key_findings_table
from themeweave.report.references import References
from themeweave.report.tables import Table
from themeweave.report.theme_detail_table import Contrast, theme_detail_table
from themeweave.review.appraised import statistics_words
from themeweave.review.evidence_outputs import supporting
from themeweave.review.folder import PERSPECTIVES, THEMES, ReviewFolder
from themeweave.review.judged import confidences, ratings_of
from themeweave.review.places import place_words
from themeweave.review.synthesis import Synthesis
from themeweave.review.theme_evidence import contradictions_of


def published_tables(synthesis: Synthesis, refs: References) -> Iterator[Table]:
    """Build the tables that this review has something for."""
    folder = synthesis.folder
    included = [review.id for review in folder.reviews if review.role == "included"]
    if included:
        voices = {code.id: code.name for code in folder.book(PERSPECTIVES).codes}
        yield characteristics_table(folder.reviews, known_of(folder), refs, voices)
    subjects = subjects_of(synthesis)
    if subjects:
        most = folder.settings.report.key_findings
        yield key_findings_table(subjects, most, supporting(folder), ratings_of(folder), refs)
    coded = in_themes(synthesis)
    if any(c.theme.told for c in coded):
        yield theme_detail_table(
            [c for c in coded if c.theme.told],
            folder.book(THEMES),
            supporting(folder),
            quotations_of(synthesis),
            contrasts_of(synthesis),
            refs,
        )
        yield framework_matrix(
            coded, folder.book(THEMES), folder.book(PERSPECTIVES), included, refs
        )
    yield from codebook_tables(synthesis)


def known_of(folder: ReviewFolder) -> dict[str, Known]:
    """Say of each review what the folder knows: studies, findings, rating."""
    lists, ratings = inclusion_lists(folder.citations), ratings_of(folder)
    own = {
        judgement.subject
        for appraised in folder.appraisals.values()
        for judgement in appraised.judgements
    }
    findings: dict[str, list[str]] = {}
    for finding in folder.findings:
        for review in dict.fromkeys(finding.cited):
            findings.setdefault(review, []).append(finding.id)
    return {
        review.id: Known(
            len(lists[review.id]) if review.id in lists else None,
            tuple(findings.get(review.id, ())),
            ratings.get(review.id, ""),
            review.id in own and review.id in ratings,
        )
        for review in folder.reviews
    }


def in_themes(synthesis: Synthesis) -> list[CodedFinding]:
    """Give the findings of the strand that is coded to themes."""
    strand = synthesis.folder.settings.book(THEMES).strand
    return [c for c in synthesis.coded if not strand or c.finding.strand == strand]


def in_framework(synthesis: Synthesis) -> list[CodedFinding]:
    """Give the findings of the strand that is coded to the framework."""
    folder = synthesis.folder
    strand = folder.settings.book(folder.framework.id).strand
    return [c for c in synthesis.coded if not strand or c.finding.strand == strand]


def subjects_of(synthesis: Synthesis) -> list[Subject]:
    """Give the themes and domains that findings stand in, each under its question."""
    folder = synthesis.folder
    judged = {one.theme: one.overall for one in confidences(folder, synthesis.coded)}
    residual = {code.id for code in folder.book(THEMES).codes if code.level == "residual"}
    strand = folder.settings.book(THEMES).strand
    found = _grouped(in_themes(synthesis), "theme", folder.book(THEMES), strand or "themes")
    subjects = [
        replace(one, confidence=judged.get(one.id, "")) for one in found if one.id not in residual
    ]
    framework = folder.framework
    strand = folder.settings.book(framework.id).strand
    title = strand or framework.title
    return [*subjects, *_grouped(in_framework(synthesis), "domain", framework, title)]


def _grouped(
    coded: list[CodedFinding], field: str, book: Codebook, question: str
) -> Iterator[Subject]:
    groups: dict[str, list[CodedFinding]] = {}
    for c in coded:
        if getattr(c, field).told:
            groups.setdefault(getattr(c, field).code_id, []).append(c)
    rank = {code.id: place for place, code in enumerate(book.codes)}
    for code in sorted(groups, key=lambda code: (rank.get(code, len(rank)), code)):
        members = groups[code]
        answers = [getattr(c, field) for c in members]
        star = "*" if any(a.basis == "suggested" for a in answers) else ""
        name = book.name(code) if code in book.by_id else answers[0].text
        sure = sum(a.confirmed for a in answers)
        yield Subject(question.capitalize(), code, name + star, tuple(members), sure, field)


def quotations_of(synthesis: Synthesis) -> dict[str, str]:
    """Quote the findings that stand word for word in a document, each with its place."""
    documents = synthesis.folder.documents
    return {
        finding.id: f"“{finding.text}” ({place})"
        for finding in synthesis.folder.findings
        if (place := place_words(finding, documents))
    }


def contrasts_of(synthesis: Synthesis) -> list[Contrast]:
    """Give pairs of findings of one theme that point in opposite directions."""
    return [Contrast(one.against, one.for_it) for one in contradictions_of(synthesis)]


def codebook_tables(synthesis: Synthesis) -> Iterator[Table]:
    """Build each codebook's table, and the coding frame with the agreement of coders."""
    framed = []
    for book in synthesis.books.values():
        if not book.codes:
            continue
        codings = tuple(c for c in synthesis.codings if c.codebook == book.id)
        yield codebook_table(book, codings)
        alone = alone_of(synthesis.folder, book)
        framed.append(Framed(book, codings, alone, agreement_words(alone)))
    if framed:
        yield coding_frame_table(framed)


def alone_of(folder: ReviewFolder, book: Codebook) -> dict[str, dict[str, str]]:
    """Give what each coder's own decisions settle to: by finding, the code at the top."""
    coders = sorted({d.coder for d in folder.decisions if d.codebook == book.id})
    found = {}
    for coder in coders:
        own = [d for d in folder.decisions if d.coder == coder and d.codebook == book.id]
        codes: dict[str, set[str]] = {}
        for coding in settle([], own, {book.id: book}):
            codes.setdefault(coding.finding_id, set()).add(book.top(coding.code_id))
        found[coder] = {finding: "+".join(sorted(tops)) for finding, tops in codes.items()}
    return {coder: said for coder, said in found.items() if said}


def agreement_words(alone: dict[str, dict[str, str]]) -> str:
    """Say how far coders agreed at the top of the codebook, or why that is unknown."""
    if not alone:
        return "no decision by a person, so agreement is unknown"
    if len(alone) == 1:
        return "one coder, so agreement is unknown"
    units = sorted({finding for said in alone.values() for finding in said})
    labels = [[said.get(finding) for said in alone.values()] for finding in units]
    read = read_labels(labels)
    return f"{len(alone)} coders, " + statistics_words(
        (percent(read), krippendorff(read), gwet(read))
    )
