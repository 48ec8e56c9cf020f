"""SQLite: the review as tables with keys, and a view that joins them, for people who query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sqlite3 import Connection

from themeweave.corpus.records import Document
from themeweave.exchange.content import Content
from themeweave.exchange.open import rows

_TABLES = """
CREATE TABLE reviews (id TEXT PRIMARY KEY, label TEXT NOT NULL, role TEXT, type TEXT,
  population TEXT, amstar2 TEXT, title TEXT, year TEXT, doi TEXT);
CREATE TABLE documents (id TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE findings (id TEXT PRIMARY KEY, text TEXT NOT NULL, strand TEXT, section TEXT,
  page TEXT, document TEXT REFERENCES documents (id), start INTEGER, "end" INTEGER);
CREATE TABLE cited (finding TEXT NOT NULL REFERENCES findings (id), review TEXT NOT NULL,
  PRIMARY KEY (finding, review));
CREATE TABLE included_studies (review TEXT NOT NULL, study TEXT NOT NULL,
  PRIMARY KEY (review, study));
CREATE TABLE codes (codebook TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, parent TEXT,
  level TEXT, path TEXT NOT NULL, definition TEXT, PRIMARY KEY (codebook, code));
CREATE TABLE codings (finding TEXT NOT NULL REFERENCES findings (id), codebook TEXT NOT NULL,
  code TEXT NOT NULL, basis TEXT NOT NULL, "by" TEXT, reason TEXT,
  PRIMARY KEY (finding, codebook, code, basis, "by"),
  FOREIGN KEY (codebook, code) REFERENCES codes (codebook, code));
CREATE INDEX codings_by_code ON codings (codebook, code);
CREATE VIEW coded AS SELECT f.id, f.text, k.codebook, k.code, c.path, k.basis, k."by"
  FROM findings f JOIN codings k ON k.finding = f.id
  JOIN codes c ON c.codebook = k.codebook AND c.code = k.code;
"""


def write(content: Content) -> dict[str, bytes]:
    """Write the database."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(_TABLES)
        _fill(base, "reviews", rows.review_rows(content))
        documents = ({"id": d.id, "name": d.name, "text": d.text} for d in _documents(content))
        _fill(base, "documents", documents)
        _fill(base, "findings", _findings(content))
        cited = {(f.id, review): None for f in content.findings for review in f.cited}
        _fill(base, "cited", ({"finding": f, "review": r} for f, r in cited))
        studies = ({"review": c.review_id, "study": c.study_id} for c in content.citations)
        _fill(base, "included_studies", studies)
        _fill(base, "codes", rows.code_rows(content))
        _fill(base, "codings", rows.coding_rows(content))
        base.commit()
        return {".sqlite": base.serialize()}


def _documents(content: Content) -> list[Document]:
    return sorted(content.documents.values(), key=lambda d: d.id)


def _findings(content: Content) -> Iterable[dict[str, object]]:
    for f in content.findings:
        row = {"id": f.id, "text": f.text, "strand": f.strand, "section": f.section}
        place = f.passage
        known = place is not None and place.document_id in content.documents
        yield row | {
            "page": content.pages.get(f.id, ""),
            "document": place.document_id if place and known else None,
            "start": place.start if place else None,
            "end": place.end if place else None,
        }


def _fill(base: Connection, table: str, made: Iterable[Mapping[str, object]]) -> None:
    for row in made:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        base.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
