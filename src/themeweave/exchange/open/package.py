"""A data package for an archive: tables as CSV, what each column means, codebook and README.

Source: Data Package specification 1 (frictionlessdata.io), one ``datapackage.json`` beside its
tables, all in one ZIP file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping

from themeweave.exchange.content import Content
from themeweave.exchange.open import rows
from themeweave.exchange.refi.write import zipped

_MEANS = {
    "findings": {
        "id": "the finding's id",
        "text": "what is stated",
        "strand": "the strand of the review",
        "cited": "ids of the reviews that state it, separated by semicolons",
        "reviews": "their labels",
        "document": "the document it stands in",
        "section": "the heading it stands under",
        "page": "the page, where known",
        "start": "its first character in the document, in code points from 0",
        "end": "behind its last character",
    },
    "codes": {
        "codebook": "the codebook's id",
        "code": "the code's id",
        "name": "its name",
        "parent": "id of the code above",
        "level": "domain, construct, overarching, subtheme, ...",
        "path": "names from the top down",
        "definition": "what it means",
    },
    "codings": {
        "finding": "a finding's id",
        "codebook": "a codebook's id",
        "code": "a code's id",
        "basis": "confirmed by people, disputed among them, or suggested by the program",
        "by": "coders, or the suggester, separated by semicolons",
        "reason": "why",
    },
    "reviews": {
        "id": "the review's id",
        "label": "first author and year",
        "role": "included, or background for what is not counted",
        "type": "type of review",
        "population": "population",
        "amstar2": "AMSTAR 2 rating",
        "title": "title",
        "year": "year of publication",
        "doi": "digital object identifier",
    },
}
_KEYS = {
    "findings": ["id"],
    "codes": ["codebook", "code"],
    "reviews": ["id"],
}
_REFERENCES = {
    "codings": [
        {"fields": "finding", "reference": {"resource": "findings", "fields": "id"}},
        {
            "fields": ["codebook", "code"],
            "reference": {"resource": "codes", "fields": ["codebook", "code"]},
        },
    ]
}


def write(content: Content) -> dict[str, bytes]:
    """Write the package as a ZIP file."""
    made: dict[str, Iterable[Mapping[str, object]]] = {
        "findings": [rows.finding_row(content, finding) for finding in content.findings],
        "codes": rows.code_rows(content),
        "codings": rows.coding_rows(content),
        "reviews": rows.review_rows(content),
    }
    tables = {name: _csv(listed, list(_MEANS[name])) for name, listed in made.items()}
    files = {f"data/{name}.csv": table for name, table in tables.items()}
    files["codebook.md"] = _codebook(content).encode("utf-8")
    files["README.md"] = _readme(content).encode("utf-8")
    record = {
        "profile": "tabular-data-package",
        "name": re.sub(r"[^a-z0-9._-]+", "-", content.title.casefold()).strip("-.") or "review",
        "title": content.title,
        "description": content.base(),
        "resources": [_resource(name, table) for name, table in tables.items()],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    return {".zip": zipped({"datapackage.json": text.encode("utf-8"), **files})}


def _csv(listed: Iterable[Mapping[str, object]], columns: list[str]) -> bytes:
    """Write a table for machines: cells as they are, no mark in front."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode("utf-8")


def _resource(name: str, table: bytes) -> dict[str, object]:
    schema: dict[str, object] = {
        "fields": [
            {
                "name": column,
                "type": "integer" if column in ("start", "end") else "string",
                "description": means,
            }
            for column, means in _MEANS[name].items()
        ],
        "missingValues": [""],
    }
    if name in _KEYS:
        schema["primaryKey"] = _KEYS[name]
    if name in _REFERENCES:
        schema["foreignKeys"] = _REFERENCES[name]
    return {
        "name": name,
        "path": f"data/{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(table),
        "hash": f"sha256:{hashlib.sha256(table).hexdigest()}",
        "schema": schema,
    }


def _codebook(content: Content) -> str:
    lines: list[str] = ["# Codebook", ""]
    for book in content.books.values():
        lines += [f"## {book.title} ({book.id})", ""]
        lines += [book.source, ""] if book.source else []
        for code in book.codes:
            indent = "  " * (len(book.path(code.id)) - 1)
            told = f": {' '.join(code.definition.split())}" if code.definition else ""
            lines.append(f"{indent}- **{code.name}** ({code.id}){told}")
        lines.append("")
    return "\n".join(lines)


def _readme(content: Content) -> str:
    lines = [f"# {content.title}", "", f"Holds {content.base()}.", ""]
    lines += ["Made by " + content.program + ".", "", "| file | what it holds |", "| --- | --- |"]
    told = {
        "data/findings.csv": "findings, with where they stand",
        "data/codes.csv": "codes of all codebooks",
        "data/codings.csv": "which finding was given which code, on whose word",
        "data/reviews.csv": "the reviews that findings cite",
        "codebook.md": "the codebooks to read",
        "datapackage.json": "what each column means (Data Package)",
    }
    lines += [f"| {name} | {words} |" for name, words in told.items()]
    lines += ["", "Before you publish it: findings may hold words of people who were interviewed."]
    return "\n".join(lines) + "\n"
