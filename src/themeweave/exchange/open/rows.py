"""Tidy rows: one a finding and code, with the path of names in columns of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from themeweave.exchange.content import Content
from themeweave.findings.records import Finding

PLACE = ("id", "text", "strand", "cited", "reviews", "document", "section", "page", "start", "end")
CODED = ("codebook", "code", "name", "basis", "by", "reason")


def columns(content: Content) -> list[str]:
    """Give the columns of tidy rows: as many levels of codes as the codebooks have."""
    depth = max((len(content.names(coding)) for coding in content.codings), default=1)
    return [*PLACE, *CODED, *(f"level_{n}" for n in range(1, depth + 1))]


def tidy(content: Content) -> Iterator[dict[str, object]]:
    """Iterate one row a finding and code; a finding without codes has one row."""
    for finding in content.findings:
        place = finding_row(content, finding)
        codings = content.by_finding[finding.id]
        for coding in codings:
            names = content.names(coding)
            yield place | {
                "codebook": coding.codebook,
                "code": coding.code_id,
                "name": names[-1],
                "basis": coding.basis,
                "by": ";".join(coding.by),
                "reason": coding.reason,
                **{f"level_{n}": name for n, name in enumerate(names, start=1)},
            }
        if not codings:
            yield place


def finding_row(content: Content, finding: Finding) -> dict[str, object]:
    """Give a finding as a row: what it says, whom it cites, where it stands."""
    row: dict[str, object] = {
        "id": finding.id,
        "text": finding.text,
        "strand": finding.strand,
        "cited": ";".join(finding.cited),
        "reviews": ";".join(content.labels.get(review, review) for review in finding.cited),
        "section": finding.section,
        "page": content.pages.get(finding.id, ""),
    }
    if finding.passage is not None:
        document = content.documents.get(finding.passage.document_id)
        row["document"] = document.name if document else finding.passage.document_id
        row["start"], row["end"] = finding.passage.start, finding.passage.end
    return row


def matrix(content: Content) -> tuple[list[str], list[dict[str, object]]]:
    """Give the 0/1 matrix: a row a finding, a column a code that any finding has.

    1 where the finding has the code itself, 0 where it has not; a code above it has a column only
    where it was given itself.
    """
    given = {(c.codebook, c.code_id) for c in content.codings}
    codes = [
        (book.id, code.id)
        for book in content.books.values()
        for code in book.codes
        if (book.id, code.id) in given
    ]
    headings = _headings(content, codes)
    rows: list[dict[str, object]] = []
    for finding in content.findings:
        has = {(c.codebook, c.code_id) for c in content.by_finding[finding.id]}
        rows.append(
            {"id": finding.id, "text": finding.text}
            | {headings[code]: int(code in has) for code in codes}
        )
    return ["id", "text", *headings.values()], rows


def _headings(content: Content, codes: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Name columns by codebook and path; two of one name are told apart by the code's id."""
    headings: dict[tuple[str, str], str] = {}
    for own, code in codes:
        book = content.books[own]
        path = " > ".join(book.name(up) for up in book.path(code))
        name = f"{own}: {path}"
        headings[own, code] = name if name not in headings.values() else f"{name} ({code})"
    return headings


def code_rows(content: Content) -> Iterator[dict[str, object]]:
    """Iterate the codes of all codebooks."""
    for book in content.books.values():
        for code in book.codes:
            yield {
                "codebook": book.id,
                "code": code.id,
                "name": code.name,
                "parent": code.parent,
                "level": code.level,
                "path": " > ".join(book.name(up) for up in book.path(code.id)),
                "definition": code.definition,
            }


def review_rows(content: Content) -> Iterator[dict[str, object]]:
    """Iterate the reviews."""
    for r in content.reviews:
        yield {
            "id": r.id,
            "label": r.label,
            "role": r.role,
            "type": r.type,
            "population": r.population,
            "amstar2": r.amstar2,
            "title": r.title,
            "year": r.year,
            "doi": r.doi,
        }


def coding_rows(content: Content) -> Iterator[dict[str, object]]:
    """Iterate the codings."""
    for c in content.codings:
        yield {
            "finding": c.finding_id,
            "codebook": c.codebook,
            "code": c.code_id,
            "basis": c.basis,
            "by": ";".join(c.by),
            "reason": c.reason,
        }
