"""The outputs: every file of outputs/ as bytes, made from one synthesis.

Pure: the same synthesis gives the same bytes. Nothing here is counted twice; each file shows
what the records hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from themeweave import plugins
from themeweave.corpus.records import Document
from themeweave.corpus.sheets import Sheet, write_sheet
from themeweave.findings.records import Finding
from themeweave.report.cfir_table import cfir_table
from themeweave.report.coded import CodedFinding
from themeweave.report.effects_table import pooled_table, reported_table
from themeweave.report.page.records import Graph
from themeweave.report.prose import to_markdown
from themeweave.report.references import references
from themeweave.report.tables import Table
from themeweave.report.theme_table import theme_table
from themeweave.report.writers.docx import write_picture, write_prose
from themeweave.review.arranged import arrange
from themeweave.review.evidence_outputs import evidence_pictures, evidence_tables, supporting
from themeweave.review.files import Progress
from themeweave.review.flow import flow_document
from themeweave.review.folder import PERSPECTIVES, THEMES
from themeweave.review.overlap import matrix
from themeweave.review.page_data import page_data
from themeweave.review.pictures import (
    effect_pictures,
    graph_page,
    saturation_picture,
    theme_picture,
    theme_threads,
)
from themeweave.review.places import page_of
from themeweave.review.published import published_tables
from themeweave.review.reported import checklist_tables
from themeweave.review.synthesis import Synthesis
from themeweave.review.theme_evidence import standard_crosstabs, sureness_tables
from themeweave.review.theme_steps import state_of
from themeweave.review.told import narrative_of
from themeweave.review.wording import effects_words, package_versions, python_version
from themeweave.themes import state
from themeweave.themes.graph import theme_graph, to_dot, to_gexf, to_graphml, to_json

Files = dict[str, bytes]
APART = ("codebook_", "checklist_")  # tables that stand beside the report, not in it
SHEETS = ("xlsx", "csv")  # of crosstabs, which are too wide for a page


def render(synthesis: Synthesis, progress: Progress) -> Files:
    """Make every output file but the manifest, by name."""
    files: Files = {
        "findings.csv": _findings_csv(synthesis),
        "codings.csv": _codings_csv(synthesis),
        "themes.csv": _themes_csv(synthesis),
        state.NAME: state.to_json(state_of(synthesis.folder.book(THEMES), synthesis.coded)),
    }
    progress("drawing the evidence")
    pictures = evidence_pictures(synthesis) | saturation_picture(synthesis)
    for name, drawn in pictures.items():
        files[f"{name}.svg"], files[f"{name}.png"] = drawn.svg, drawn.png
    tables = tables_of(synthesis)
    for table in tables:
        progress(f"writing {table.name}")
        for name in synthesis.folder.settings.report.formats:
            files[f"{table.name}.{name}"] = plugins.load("writers", name)(table)
        word = f"{table.name}.docx"
        if table.name in pictures and word in files:  # Word holds the picture above its table
            files[word] = write_picture(table, pictures[table.name].png)
    progress("writing the narrative")
    refs = references(synthesis.folder.reviews, synthesis.folder.settings.report.references)
    told = narrative_of(synthesis, refs)
    files["narrative.docx"], files["narrative.md"] = write_prose(told), to_markdown(told)
    progress("crossing themes with voices and reviews")
    for table in standard_crosstabs(synthesis):
        for name in SHEETS:
            files[f"{table.name}.{name}"] = plugins.load("writers", name)(table)
    progress("drawing the theme graph")
    graph = theme_graph(
        synthesis.folder.findings,
        synthesis.folder.reviews,
        synthesis.codings,
        synthesis.books,
        synthesis.candidates.placements if synthesis.candidates else (),
    )
    files["theme_graph.graphml"] = to_graphml(graph)
    files["theme_graph.gexf"] = to_gexf(graph)
    files["theme_graph.json"] = to_json(graph)
    files["theme_graph.dot"] = to_dot(graph)
    nodes, edges, picture = theme_picture(synthesis)
    drawn_graph = Graph(tuple(nodes), tuple(edges), theme_threads(synthesis))
    files["theme_graph.html"] = graph_page(synthesis.folder.settings.review.title, drawn_graph)
    files["theme_graph.svg"], files["theme_graph.png"] = picture.svg, picture.png
    if synthesis.overlaps.reviews:
        files["citation_matrix.csv"] = _matrix_csv(synthesis)
    if synthesis.folder.flow:
        files["flow.docx"] = flow_document(synthesis.folder.flow)
    progress("drawing forest plots")
    forests = effect_pictures(synthesis.outcomes)
    for name, drawn in forests.items():
        files[f"{name}.svg"], files[f"{name}.png"] = drawn.svg, drawn.png
    progress("writing the report")
    shown = [table for table in tables if not table.name.startswith(APART)]
    files["report.html"] = page_data(synthesis, shown, drawn_graph, pictures, forests)
    return files


def tables_of(synthesis: Synthesis) -> list[Table]:
    """Build the tables that this review has something for, in the order of the report."""
    found = list(_tables(synthesis))
    found += checklist_tables(synthesis, [table.name for table in found])
    return arrange(found, synthesis.folder.settings.tables)


def _tables(synthesis: Synthesis) -> Iterator[Table]:
    settings = synthesis.folder.settings
    themes = synthesis.books.get(THEMES)
    perspectives = synthesis.books.get(PERSPECTIVES)
    books = [book for book in (themes, perspectives) if book]

    counting = supporting(synthesis.folder)
    refs = references(synthesis.folder.reviews, settings.report.references)
    yield theme_table(synthesis.coded, books, counting, settings.book(THEMES).strand, refs)
    if synthesis.folder.framework.codes:
        framework = synthesis.folder.framework
        strand = settings.book(framework.id).strand
        yield cfir_table(synthesis.coded, framework, counting, strand, refs)
    yield from published_tables(synthesis, refs)
    yield from evidence_tables(synthesis, refs)
    yield from sureness_tables(synthesis)
    if synthesis.outcomes:
        grade = synthesis.folder.confidence.grade
        certainty = {name: judged.level for name, judged in grade.items()}
        how = effects_words(synthesis)
        yield pooled_table(synthesis.outcomes, how, certainty, _domains(synthesis.folder.effects))
    if synthesis.folder.effects is not None:
        yield reported_table(synthesis.folder.effects, refs)


def _domains(effects: Sheet | None) -> dict[str, str]:
    """Give the domain of each outcome that study results name, where they state one."""
    rows = effects.rows if effects else ()
    return {
        row["outcome"]: row["outcome_domain"]
        for row in rows
        if row["level"] == "study" and row["outcome_domain"]
    }


FINDING_COLUMNS = ("id", "text", "strand", "cited", "reviews")
ANSWERS = ("perspective", "domain", "construct", "valence", "theme", "subtheme")
PLACE_COLUMNS = ("document", "section", "page", "start", "end")


def _findings_csv(synthesis: Synthesis) -> bytes:
    answers = [column for field in ANSWERS for column in (field, f"{field}_basis")]
    documents = synthesis.folder.documents
    rows = (_finding_row(c) | _place_row(c.finding, documents) for c in synthesis.coded)
    return write_sheet(rows, (*FINDING_COLUMNS, *answers, *PLACE_COLUMNS), ".csv")


def _finding_row(c: CodedFinding) -> dict[str, object]:
    row: dict[str, object] = {
        "id": c.finding.id,
        "text": c.finding.text,
        "strand": c.finding.strand,
        "cited": ";".join(c.finding.cited),
        "reviews": ";".join(c.reviews),
    }
    for field in ANSWERS:
        answer = getattr(c, field)
        row[field], row[f"{field}_basis"] = answer.text, answer.basis
    return row


def _place_row(finding: Finding, documents: Mapping[str, Document]) -> dict[str, object]:
    passage = finding.passage
    if passage is None or passage.document_id not in documents:
        return {"section": finding.section}
    return {
        "document": documents[passage.document_id].name,
        "section": passage.section,
        "page": page_of(finding, documents) or "",
        "start": passage.start,
        "end": passage.end,
    }


def _matrix_csv(synthesis: Synthesis) -> bytes:
    """Primary studies by reviews: 1 for an inclusion, NA where the review is older."""
    return write_sheet(*matrix(synthesis.overlaps), ".csv")


def _codings_csv(synthesis: Synthesis) -> bytes:
    columns = ["finding", "codebook", "code", "name", "basis", "by", "unsure", "score", "reason"]
    rows = [
        {
            "finding": c.finding_id,
            "codebook": c.codebook,
            "code": c.code_id,
            "name": synthesis.books[c.codebook].name(c.code_id),
            "basis": c.basis,
            "by": ";".join(c.by),
            "unsure": "yes" if c.unsure else "",
            "score": "" if c.score is None else f"{c.score:.4f}",
            "reason": c.reason,
        }
        for c in synthesis.codings
    ]
    return write_sheet(rows, columns, ".csv")


def _themes_csv(synthesis: Synthesis) -> bytes:
    """Candidate themes, beside what the finding settled to."""
    columns = [
        "id",
        "theme",
        "theme_label",
        "overarching",
        "overarching_label",
        "stability",
        "loosely_placed",
        "settled_theme",
        "settled_basis",
        "settled_subtheme",
        "settled_subtheme_basis",
    ]
    settled = {c.finding.id: c for c in synthesis.coded}
    placements = synthesis.candidates.placements if synthesis.candidates else ()
    rows = [
        {
            "id": p.id,
            "theme": p.theme,
            "theme_label": p.theme_label,
            "overarching": p.overarching,
            "overarching_label": p.overarching_label,
            "stability": f"{p.stability:.3f}",
            "loosely_placed": "yes" if p.loosely else "",
            "settled_theme": settled[p.id].theme.text,
            "settled_basis": settled[p.id].theme.basis,
            "settled_subtheme": settled[p.id].subtheme.text,
            "settled_subtheme_basis": settled[p.id].subtheme.basis,
        }
        for p in placements
    ]
    return write_sheet(rows, columns, ".csv")


def manifest(
    synthesis: Synthesis,
    files: Mapping[str, bytes],
    version: str,
    stays: Mapping[str, str] | None = None,
) -> bytes:
    """Write down what the outputs were made from: inputs, settings, versions, seeds, hashes.

    Parameters
    ----------
    stays
        Hashes of outputs of an earlier run that could not be replaced.
    """
    from hashlib import sha256

    made = {name: sha256(content).hexdigest() for name, content in files.items()}
    record = {
        "themeweave": version,
        "python": python_version(),
        "packages": package_versions(),
        "seed": synthesis.folder.settings.themes.seed,
        "suggesters": sorted({s.suggester for s in synthesis.suggestions}),
        "settings": synthesis.folder.settings.model_dump(mode="json"),
        "inputs": dict(synthesis.folder.inputs),
        "outputs": dict(sorted((made | dict(stays or {})).items())),
    }
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
