"""Chosen spans: a stretch of a document that a person selected, made a candidate as others are."""

from __future__ import annotations

from themeweave.corpus.records import Document
from themeweave.errors import ReviewError
from themeweave.findings.clauses import references, unresolved, without
from themeweave.findings.extract import Candidate, citations
from themeweave.findings.headings import stretches
from themeweave.findings.subjects import abbreviations, display

LONGEST = 5_000  # characters: more than a finding states


def chosen(document: Document, start: int, end: int) -> Candidate:
    r"""Make a candidate of a span, white space around it left out.

    Cited are the references whose citations stand inside the span.

    Raises
    ------
    ReviewError
        Where the span holds no letter, is longer than a finding, or not in the document.

    Examples
    --------
    >>> from themeweave.corpus.readers import read_document
    >>> article = read_document(b"# Rotas\n## Results\nRotas were unfair. Pay too.\n", "a.md")
    >>> found = chosen(article, 19, 38)
    >>> found.section, found.text
    ('Results', 'Rotas were unfair.')
    """
    text = document.text[max(0, start) : end]
    first = max(0, start) + len(text) - len(text.lstrip())
    last = first + len(text.strip())
    if not any(sign.isalpha() for sign in text):
        raise ReviewError("nothing is selected", document.name, "Select the words of the finding.")
    if last - first > LONGEST:
        raise ReviewError(
            f"{last - first:,} characters are selected, more than a finding states",
            document.name,
            f"Select {LONGEST:,} at most; several findings are made one by one.",
        )
    inside = [c for c in citations(document) if first <= c.start and c.end <= last]
    parts = stretches(document.text, document.sections)
    plain = without(document.text, first, last, inside)
    return Candidate(
        first,
        last,
        document.text[first:last],
        next((part.path for part in parts if part.start <= first < part.end), ""),
        references(inside),
        "explicit" if inside else "",
        1.0,
        "finding",
        "",
        display(plain, abbreviations(document.text)),
        "selected by a person",
        unresolved(inside),
    )
