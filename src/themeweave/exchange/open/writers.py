"""The open formats by name, each a function from content to files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave.corpus.sheets import write_sheet
from themeweave.exchange.content import Content
from themeweave.exchange.open import package, references, rows, sqlite, web_annotations
from themeweave.report.writers.csv import inert

Files = dict[str, bytes]  # suffix, with a dot or a part of the name before it -> content


@dataclass(frozen=True, slots=True)
class Format:
    """An open format."""

    name: str
    words: str
    write: Callable[[Content], Files]


def _tidy(content: Content) -> Files:
    return {".csv": write_csv(rows.tidy(content), rows.columns(content))}


def _matrix(content: Content) -> Files:
    columns, made = rows.matrix(content)
    return {".csv": write_csv(made, columns)}


def _parquet(content: Content) -> Files:
    return {".parquet": write_sheet(rows.tidy(content), rows.columns(content), ".parquet")}


def _json_lines(content: Content) -> Files:
    lines = []
    for finding in content.findings:
        row = {k: v for k, v in rows.finding_row(content, finding).items() if v not in ("", None)}
        row["cited"] = list(finding.cited)
        row["reviews"] = [content.labels.get(review, review) for review in finding.cited]
        row["codings"] = [
            {
                "codebook": c.codebook,
                "code": c.code_id,
                "path": content.names(c),
                "basis": c.basis,
                "by": list(c.by),
                **({"reason": c.reason} if c.reason else {}),
            }
            for c in content.by_finding[finding.id]
        ]
        lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    return {".jsonl": "".join(lines).encode("utf-8"), ".schema.json": as_json(SCHEMA)}


def _graph(suffix: str) -> Callable[[Content], Files]:
    def write(content: Content) -> Files:
        from themeweave.themes import graph

        made = graph.theme_graph(
            content.findings, content.reviews, content.codings, content.books, ()
        )
        writers = {".graphml": graph.to_graphml, ".gexf": graph.to_gexf, ".dot": graph.to_dot}
        return {suffix: writers[suffix](made)}

    return write


def as_json(record: object) -> bytes:
    """Write JSON as people read it."""
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def write_csv(made: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    """Write CSV whose cells no spreadsheet runs as formulas, headings included."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([inert(column) for column in columns])
    for row in made:
        cells = ("" if row.get(c) is None else row.get(c) for c in columns)
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


_TEXTS = {"type": "array", "items": {"type": "string"}}
SCHEMA: Mapping[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A finding with its codings, one a line",
    "type": "object",
    "required": ["id", "text", "cited", "reviews", "codings"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "text": {"type": "string", "minLength": 1},
        "strand": {"type": "string"},
        "cited": _TEXTS,
        "reviews": _TEXTS,
        "document": {"type": "string"},
        "section": {"type": "string"},
        "page": {"type": "string"},
        "start": {"type": "integer", "minimum": 0, "description": "code points into the document"},
        "end": {"type": "integer", "minimum": 0, "description": "behind the last character"},
        "codings": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["codebook", "code", "path", "basis", "by"],
                "additionalProperties": False,
                "properties": {
                    "codebook": {"type": "string"},
                    "code": {"type": "string"},
                    "path": {**_TEXTS, "minItems": 1},
                    "basis": {"enum": ["confirmed", "disputed", "suggested"]},
                    "by": _TEXTS,
                    "reason": {"type": "string"},
                },
            },
        },
    },
}
FORMATS = {
    made.name: made
    for made in (
        Format("csv", "tidy rows, one a finding and code", _tidy),
        Format("matrix", "0/1 matrix of findings and codes, as CSV", _matrix),
        Format("jsonl", "one JSON record a finding, with a JSON Schema", _json_lines),
        Format("parquet", "tidy rows for R, pandas and DuckDB", _parquet),
        Format("sqlite", "a database to query, also in Datasette", sqlite.write),
        Format("package", "a data package for an archive, with codebook and README", package.write),
        Format("annotations", "quotations as W3C Web Annotations", web_annotations.write),
        Format("graphml", "the theme graph for Gephi, Cytoscape, yEd", _graph(".graphml")),
        Format("gexf", "the theme graph for Gephi", _graph(".gexf")),
        Format("dot", "the theme graph for Graphviz", _graph(".dot")),
        Format("ris", "the reviews for a reference manager", references.ris),
        Format("bibtex", "the reviews as BibTeX", references.bibtex),
        Format("csl", "the reviews as CSL-JSON", references.csl),
    )
}
