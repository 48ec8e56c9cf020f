"""What report.html says: the synthesis put into the words and rows of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import themeweave
from themeweave.corpus.records import Document
from themeweave.effects.outcomes import heterogeneity_words, interval_words
from themeweave.report.coded import Answer, CodedFinding
from themeweave.report.figures.canvas import Picture
from themeweave.report.figures.theme_map import Edge, Node
from themeweave.report.page import (
    EffectRow,
    Fact,
    FindingRow,
    PageData,
    Reading,
    TrailRow,
    write_page,
)
from themeweave.report.support_words import rests_words
from themeweave.report.tables import Table
from themeweave.report.words import counted
from themeweave.review.evidence_outputs import supporting
from themeweave.review.folder import THEMES
from themeweave.review.pictures import forest_name
from themeweave.review.places import context_words, place_words
from themeweave.review.synthesis import Synthesis
from themeweave.review.wording import effects_words, package_versions, studies_fact
from themeweave.themes.revise import said


def page_data(
    synthesis: Synthesis,
    tables: Sequence[Table],
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    forests: Mapping[str, Picture],
) -> bytes:
    """Write the page."""
    review = synthesis.folder.settings.review
    return write_page(
        PageData(
            title=review.title,
            question=review.question,
            facts=tuple(_facts(synthesis)),
            tables=tuple(tables),
            nodes=tuple(nodes),
            edges=tuple(edges),
            findings=tuple(_row(c, synthesis.folder.documents) for c in synthesis.coded),
            effects=tuple(_effects(synthesis, forests)),
            trail=tuple(_trail(synthesis)),
            methods=tuple(_methods(synthesis)),
            rests=tuple(_rests(synthesis)),
        )
    )


def _rests(synthesis: Synthesis) -> Iterator[tuple[str, str]]:
    """Say of each theme and subtheme what its reviews are worth."""
    counting = supporting(synthesis.folder)
    cited: dict[str, set[str]] = {}
    for c in synthesis.coded:
        for answer in (c.theme, c.subtheme):
            cited.setdefault(answer.code_id, set()).update(c.finding.cited)
    for code, reviews in cited.items():
        yield code, rests_words(counting(reviews, 0, 0))


def _facts(synthesis: Synthesis) -> Iterator[Fact]:
    """Headline counts; each says its base and how much is confirmed."""
    folder = synthesis.folder
    coded = synthesis.coded
    included = [review for review in folder.reviews if review.role == "included"]
    cited = {review for c in coded for review in c.finding.cited}
    yield Fact("Findings", str(len(coded)), f"from {counted(len(cited), 'review')}")
    yield Fact("Reviews", str(len(included)), f"{len(cited)} of them carry findings")
    yield Fact("Primary studies", *studies_fact(synthesis))
    yield _confirmed("Placed in a theme", [c.theme for c in coded])
    yield _confirmed("Coded to a framework domain", [c.domain for c in coded])
    yield _confirmed("Perspective told", [c.perspective for c in coded])
    yield _confirmed("Barrier or facilitator told", [c.valence for c in coded])
    people = {decision.coder for decision in folder.decisions}
    yield Fact(
        "Decisions",
        str(len(folder.decisions)),
        f"by {counted(len(people), 'coder')}",
    )


def _confirmed(label: str, answers: Sequence[Answer]) -> Fact:
    told = [a for a in answers if a.code_id and a.basis != "unclear"]
    confirmed = sum(a.confirmed for a in told)
    unclear = sum(a.basis == "unclear" for a in answers)
    note = f"findings; {confirmed} confirmed by a person, {len(told) - confirmed} suggested"
    return Fact(label, str(len(told)), f"{note}, {unclear} more unclear" if unclear else note)


def _row(c: CodedFinding, documents: Mapping[str, Document]) -> FindingRow:
    return FindingRow(
        id=c.finding.id,
        text=c.finding.text,
        strand=c.finding.strand,
        reviews=c.reviews,
        perspective=_readings(c.perspective),
        domain=_readings(c.domain),
        construct=_readings(c.construct),
        valence=_readings(c.valence),
        theme=_readings(c.theme),
        subtheme=_readings(c.subtheme),
        quotation=context_words(c.finding, documents),
        place=place_words(c.finding, documents),
    )


def _readings(answer: Answer) -> tuple[Reading, ...]:
    if not answer.code_id:
        return ()
    unclear = answer.basis == "unclear"
    return (
        Reading(
            answer.code_id,
            answer.text,
            basis=(
                "confirmed"
                if answer.basis == "confirmed"
                else "disputed"
                if answer.basis == "disputed"
                else "suggested"
            ),
            unsure=unclear,
            reason=answer.reason,
            by=", ".join(answer.by),
        ),
    )


def _effects(synthesis: Synthesis, forests: Mapping[str, Picture]) -> Iterator[EffectRow]:
    for outcome in synthesis.outcomes:
        pooled = outcome.random
        studies = counted(pooled.k, "study")
        interval = interval_words(pooled.estimate, pooled.ci_lb, pooled.ci_ub)
        picture = forests.get(forest_name(outcome))
        yield EffectRow(
            outcome.name,
            f"{studies}, SMD {interval}; {heterogeneity_words(pooled)}",
            picture.svg if picture else b"",
        )


def _trail(synthesis: Synthesis) -> Iterator[TrailRow]:
    names = {book.id: book for book in synthesis.books.values()}
    coders = synthesis.folder.settings.coders
    for d in synthesis.folder.decisions:
        book = names.get(d.codebook)
        code = book.name(d.code_id) if book and d.code_id in book.by_id else d.code_id
        verb = "is" if d.accepted else "is not"
        who = coders[d.coder].name or d.coder if d.coder in coders else d.coder
        yield TrailRow(
            d.decided_at.replace("T", " ").removesuffix("Z"),
            who,
            f"{d.finding_id} {verb} '{code}' ({book.title if book else d.codebook})",
            d.reason,
            d.finding_id,
        )

    names_of = synthesis.folder.book(THEMES).by_id
    for act in synthesis.folder.revision.applied:
        if act.kind in ("split", "place"):
            continue  # their findings stand above, each by itself
        who = coders[act.coder].name or act.coder if act.coder in coders else act.coder
        name = names_of[act.theme].name if act.theme in names_of else ""
        when = act.at.replace("T", " ").removesuffix("Z")
        yield TrailRow(when, who, said(act, "" if act.kind == "new" else name), act.reason, "")


def _methods(synthesis: Synthesis) -> Iterator[str]:
    yield f"themeweave {themeweave.__version__}."
    used = sorted({f"{s.codebook} by {s.suggester}" for s in synthesis.suggestions})
    if used:
        yield (
            f"Suggestions: {'; '.join(used)}. Suggestions below their margin are shown as unclear. "
            "No suggestion counts as confirmed."
        )
    if synthesis.candidates:
        yield f"Candidate themes: {synthesis.candidates.reason}"
    if synthesis.outcomes:
        yield f"Pooled effects: {effects_words(synthesis)}"
    versions = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    yield f"Packages: {versions}."
    for name, digest in synthesis.folder.inputs.items():
        yield f"Input {name}: SHA-256 {digest}"
