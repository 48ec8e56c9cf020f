"""What a review knows that reporting checklists ask for, and in which output it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator

import themeweave
from themeweave.report.checklist_items import CHECKLISTS
from themeweave.report.checklist_table import Answer, checklist_table
from themeweave.report.support_words import independent_words
from themeweave.report.tables import Table
from themeweave.report.words import counted
from themeweave.review.directed import directions_in
from themeweave.review.evidence_outputs import supporting
from themeweave.review.folder import THEMES
from themeweave.review.judged import confidences
from themeweave.review.published import agreement_words, alone_of
from themeweave.review.synthesis import Synthesis
from themeweave.review.wording import bounds_words, effects_words, package_versions

Where = Callable[..., str]  # from names of tables to those that were made, in words


def checklist_tables(synthesis: Synthesis, made: Collection[str]) -> Iterator[Table]:
    """Fill the checklists that the settings name.

    Parameters
    ----------
    made
        Names of the tables of this run: only what was made is pointed to.
    """
    answers = dict(_answers(synthesis, made))
    for name in synthesis.folder.settings.report.checklists:
        yield checklist_table(CHECKLISTS[name], answers)


def _answers(synthesis: Synthesis, made: Collection[str]) -> Iterator[tuple[str, Answer]]:
    folder = synthesis.folder
    review = folder.settings.review

    def where(*names: str) -> str:
        return ", ".join(name for name in names if name in made)

    yield "title", Answer(review.title, "review.toml", "that the title names the kind of work")
    if review.question:
        yield "question", Answer(review.question, "review.toml, report.html")
    yield "extraction", _extraction(synthesis)
    included = [one for one in folder.reviews if one.role == "included"]
    if included:
        kinds = Counter(one.type for one in included if one.type).most_common()
        named = "; ".join(f"{number} {kind}" for kind, number in kinds)
        said = counted(len(included), "included review") + (f": {named}" if named else "")
        yield "characteristics", Answer(f"{said}.", where("characteristics"))
    if folder.flow:
        boxes = folder.flow.boxes.items()
        said = ", ".join(f"{name} {box.n:,}" for name, box in boxes if box.n is not None)
        yield "flow", Answer(f"{said}.", "flow.docx, flow.svg", "reasons not in the sheet of flow")
    yield from _overlap(synthesis, where("overlap"))
    yield from _appraisal(synthesis, made)
    yield from _certainty(synthesis, where("qualitative_findings", "evidence_profile"))
    yield from _coding(synthesis, where)
    yield from _effects(synthesis, where)
    yield (
        "material",
        Answer(
            "Findings, codings with reasons, themes, tables, and a manifest of inputs, settings, "
            "versions and hashes; the outputs can be made again byte for byte.",
            "findings.csv, codings.csv, themes.csv, manifest.json",
            "where they can be had",
        ),
    )


def _extraction(synthesis: Synthesis) -> Answer:
    folder = synthesis.folder
    reviews = {review for finding in folder.findings for review in finding.cited}
    passages = sum(finding.passage is not None for finding in folder.findings)
    said = f"{counted(len(folder.findings), 'finding')} of {counted(len(reviews), 'review')}"
    place = "none of them tied to a place in a document"
    if passages:
        place = f"{passages} of them tied to their place in a document"
    return Answer(
        f"{said}; {place}.", "corpus/findings, findings.csv", "who extracted them, and how"
    )


def _overlap(synthesis: Synthesis, where: str) -> Iterator[tuple[str, Answer]]:
    folder = synthesis.folder
    included = [one.id for one in folder.reviews if one.role == "included"]
    found = supporting(folder)(included, 0, 0)
    bounds = bounds_words(folder)
    if not found.known and not bounds:
        return
    said = f"Inclusion lists known for {len(found.known)} of {counted(len(included), 'review')}"
    if found.cca is not None:
        said += f"; CCA {100 * found.cca:.1f}%, independent reviews {independent_words(found)}"
    yield "overlap", Answer(f"{said}. {bounds}".strip(), where, "what was done about it")


def _appraisal(synthesis: Synthesis, made: Collection[str]) -> Iterator[tuple[str, Answer]]:
    folder = synthesis.folder
    if folder.appraisals:
        said, people = [], set()
        for one in folder.appraisals.values():
            subjects = len({j.subject for j in one.judgements})
            of = counted(subjects, one.profile.of)
            said.append(f"{one.profile.tool}, profile {one.profile.name}: {of}")
            people |= {j.appraiser for j in one.judgements} - {"consensus"}
        where = ", ".join(sorted(name for name in made if name.startswith("appraisal_")))
        yield "appraisal", Answer("; ".join(said) + ".", where)
        yield "appraisers", Answer(f"{counted(len(people), 'appraiser')}.", where)
        return
    rated = Counter(one.amstar2 for one in folder.reviews if one.role == "included" and one.amstar2)
    if rated:
        named = ", ".join(
            f"{number} {rating.replace('_', ' ')}" for rating, number in rated.items()
        )
        yield (
            "appraisal",
            Answer(
                f"AMSTAR 2 ratings in the sheet of reviews: {named}.",
                "characteristics",
                "who rated them, and the ratings that are unknown",
            ),
        )


def _certainty(synthesis: Synthesis, where: str) -> Iterator[tuple[str, Answer]]:
    folder = synthesis.folder
    judged = sum(bool(one.overall) for one in confidences(folder, synthesis.coded))
    graded = len(folder.confidence.grade)
    conqual = len({scored.theme for scored in folder.confidence.conqual})
    parts = [
        f"GRADE-CERQual: {counted(judged, 'statement')} judged" if judged else "",
        f"ConQual: {counted(conqual, 'synthesised finding')}" if conqual else "",
        f"GRADE: {counted(graded, 'outcome')}" if graded else "",
    ]
    said = "; ".join(part for part in parts if part)
    if said:
        yield "certainty", Answer(f"{said}.", where or "confidence/")


def _coding(synthesis: Synthesis, where: Where) -> Iterator[tuple[str, Answer]]:
    folder = synthesis.folder
    coders = sorted({decision.coder for decision in folder.decisions})
    books = [book for book in synthesis.books.values() if book.codes]
    titles = "; ".join(f"{book.title} (version {book.version})" for book in books)
    yield (
        "coders",
        Answer(
            f"{counted(len(coders), 'coder')} with {counted(len(folder.decisions), 'decision')}.",
            "decisions/, report.html",
            "who they are, and what they bring",
        ),
    )
    agreed = "; ".join(f"{b.title}: {agreement_words(alone_of(folder, b))}" for b in books)
    coded = sum(
        any(getattr(c, f).confirmed for f in ("theme", "domain", "perspective", "valence"))
        for c in synthesis.coded
    )
    yield (
        "coding",
        Answer(
            f"Findings were coded against {titles}. The program suggests, people decide; of "
            f"{counted(len(synthesis.coded), 'finding')} a person confirmed a code for {coded}. "
            f"Agreement: {agreed}.",
            where("coding_frame", "codebook_themes"),
        ),
    )
    versions = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    yield "software", Answer(f"themeweave {themeweave.__version__} ({versions}).", "manifest.json")
    themes = folder.book(THEMES).codes
    origins = Counter(code.origin for code in themes if code.origin)
    named = ", ".join(f"{number} {origin}" for origin, number in origins.items())
    said = f"Codebook of themes with {counted(len(themes), 'code')}" if themes else "No codebook"
    said += f"; origin stated for {sum(origins.values())} ({named})" if named else ""
    said += "; origin not stated for the codes" if themes and not named else ""
    if synthesis.candidates:
        said += f". Candidate themes by the program: {synthesis.candidates.reason.rstrip('.')}"
    yield "derivation", Answer(f"{said}.", where("codebook_themes"), "how themes were arrived at")
    yield (
        "comparison",
        Answer(
            "Findings of each review by perspective and theme; contrasting findings.",
            where("framework_matrix", "contradictions", "theme_table"),
        ),
    )
    quoted = sum(finding.passage is not None for finding in folder.findings)
    if quoted:
        yield (
            "quotations",
            Answer(
                f"{counted(quoted, 'finding')} with the words around them.", where("theme_detail")
            ),
        )
    yield (
        "grouping",
        Answer(
            "By theme and perspective, by domain and construct, by outcome.",
            where("theme_table", "cfir_table", "effects_reported"),
            "why so",
        ),
    )
    yield (
        "results",
        Answer(
            "Themes by perspective; barriers and facilitators; key findings; effects where there "
            "are any; what contrasts.",
            where(
                *(
                    "theme_table",
                    "cfir_table",
                    "key_findings",
                    "effects_pooled",
                    "effects_reported",
                ),
                "contradictions",
            ),
        ),
    )
    yield (
        "display",
        Answer("Tables in all formats, theme graph, plots where there are numbers.", "report.html"),
    )


def _effects(synthesis: Synthesis, where: Where) -> Iterator[tuple[str, Answer]]:
    methods = [
        (
            "Findings coded and grouped into themes; support counted in findings, reviews and "
            "distinct primary studies"
        )
    ]
    if synthesis.outcomes:
        how = effects_words(synthesis)
        measure = synthesis.folder.settings.effects.measure
        outcomes = counted(len(synthesis.outcomes), "outcome")
        methods.append(f"{outcomes} pooled: {how.rstrip('.')}")
        yield "measures", Answer(f"{measure} for {outcomes}.", where("effects_pooled"))
        yield (
            "heterogeneity",
            Answer(
                "Q, I², tau² and prediction intervals of pooled outcomes.", where("effects_pooled")
            ),
        )
        studies = counted(sum(len(o.studies) for o in synthesis.outcomes), "study result")
        yield "study_results", Answer(f"{studies}, as forest plots.", "forest plots")
    yield "synthesis", Answer("; ".join(methods) + ".", "narrative.docx, Methods", "why so")
    if directions_in(synthesis.folder):
        yield (
            "directions",
            Answer(
                "Votes by direction of effect, never by significance, with exact intervals.",
                where("effect_directions"),
                "why effects were not pooled",
            ),
        )
