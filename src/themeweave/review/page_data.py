"""What report.html says: the synthesis put into the words and rows of the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import themeweave
from themeweave.corpus.records import Document
from themeweave.effects.outcomes import heterogeneity_words, interval_words
from themeweave.report.coded import Answer, CodedFinding
from themeweave.report.figures.canvas import Picture
from themeweave.report.page.records import (
    EffectRow,
    Fact,
    FindingRow,
    Graph,
    PageData,
    PictureRow,
    Reading,
    ReviewRow,
)
from themeweave.report.page.write import write_page
from themeweave.report.tables import Table
from themeweave.report.words import counted, suggester_words
from themeweave.review.judged import ratings_of
from themeweave.review.page_themes import theme_rows
from themeweave.review.page_trail import trail_rows
from themeweave.review.pictures import forest_name
from themeweave.review.places import context_words, place_words
from themeweave.review.synthesis import Synthesis
from themeweave.review.theme_evidence import contrasts_at_each_level, opposing_of
from themeweave.review.wording import effects_words, package_versions, studies_fact, withheld_words


def page_data(
    synthesis: Synthesis,
    tables: Sequence[Table],
    graph: Graph,
    pictures: Mapping[str, Picture],
    forests: Mapping[str, Picture],
) -> bytes:
    """Write the page."""
    folder = synthesis.folder
    review, framework = folder.settings.review, folder.framework
    constructs = [(code.id, code.name) for code in framework.codes if code.parent]
    return write_page(
        PageData(
            title=review.title,
            question=review.question,
            facts=tuple(_facts(synthesis)),
            tables=tuple(tables),
            graph=graph,
            themes=tuple(theme_rows(synthesis)),
            domains=tuple((code.id, code.name) for code in framework.codes if not code.parent),
            constructs=tuple(constructs),
            framework=framework.title,
            board="CFIR board" if framework.id.startswith("cfir") else "Framework board",
            findings=tuple(_row(c, folder.documents) for c in synthesis.coded),
            contrasts=tuple(contrasts_at_each_level(synthesis)),
            opposing=tuple(opposing_of(synthesis)),
            reviews=tuple(_reviews(synthesis)),
            pictures=tuple(_pictures(pictures)),
            effects=tuple(_effects(synthesis, forests)),
            trail=tuple(trail_rows(synthesis)),
            methods=tuple(_methods(synthesis)),
        )
    )


def _reviews(synthesis: Synthesis) -> Iterator[ReviewRow]:
    """Give each review with its quality and its primary studies."""
    folder = synthesis.folder
    labels = {study.id: study.label for study in folder.studies}
    held: defaultdict[str, list[str]] = defaultdict(list)
    for tick in folder.citations:
        held[tick.review_id].append(labels.get(tick.study_id, tick.study_id))
    ratings = ratings_of(folder)
    for review in folder.reviews:
        yield ReviewRow(
            review.id,
            review.label,
            review.title,
            review.type,
            review.doi,
            ratings.get(review.id, "").replace("_", " "),
            "background, not counted" if review.role == "background" else "",
            tuple(sorted(held[review.id], key=str.casefold)),
        )


_TITLES = {  # of the pictures of evidence, and what each shows
    "flow": ("Flow of records", "How many records were found, left out and included."),
    "overlap": (
        "Overlap of primary studies",
        "The share of primary studies that each two reviews have in common.",
    ),
    "theme_saturation": (
        "Saturation",
        "How many themes had come up after how many reviews, over random orders of the reviews.",
    ),
    "effect_directions": (
        "Directions of effect",
        "Which way the results of each review point, by outcome, without pooling.",
    ),
}


def _pictures(pictures: Mapping[str, Picture]) -> Iterator[PictureRow]:
    order = ("flow", "appraisal", "effect_directions", "overlap")

    def place(name: str) -> tuple[int, str]:
        first = [number for number, start in enumerate(order) if name.startswith(start)]
        return (first[0] if first else len(order)), name

    for name in sorted(pictures, key=place):
        words = name.removeprefix("appraisal_").replace("_", " ")
        title, text = _TITLES.get(
            name,
            (f"Appraisal: {words}", "What was judged of each item; see the table of that name."),
        )
        yield PictureRow(name, title, text, pictures[name].svg)


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
    unclear, of_people = answer.basis == "unclear", answer.basis in ("confirmed", "disputed")
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
            by=", ".join(answer.by if of_people else map(suggester_words, answer.by)),
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


def _methods(synthesis: Synthesis) -> Iterator[str]:
    yield f"themeweave {themeweave.__version__}."
    used = sorted({(s.codebook, s.suggester) for s in synthesis.suggestions})
    if used:
        yield (
            f"Suggestions: {'; '.join(f'{b} by {suggester_words(s)} ({s})' for b, s in used)}. "
            f"Suggestions below their margin are shown as unclear. "
            "No suggestion counts as confirmed."
        )
    if blind := withheld_words(synthesis.folder):
        yield f"{blind}."
    if synthesis.candidates:
        yield f"Candidate themes: {synthesis.candidates.reason}"
    if synthesis.outcomes:
        yield f"Pooled effects: {effects_words(synthesis)}"
    versions = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    yield f"Packages: {versions}."
    for name, digest in synthesis.folder.inputs.items():
        yield f"Input {name}: SHA-256 {digest}"
