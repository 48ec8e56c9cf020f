"""Places: where in a document a finding stands, in words and in its context."""

from __future__ import annotations

from collections.abc import Mapping

from themeweave.corpus.records import Document
from themeweave.findings.records import Finding

AROUND = 160  # characters of context on either side


def page_of(finding: Finding, documents: Mapping[str, Document]) -> int | None:
    """Give the page on which a finding begins; None where its document has no pages."""
    passage = finding.passage
    if passage is None or passage.document_id not in documents:
        return None
    places = documents[passage.document_id].places
    return next((place.page for place in places if place.end > passage.start), None)


def place_words(finding: Finding, documents: Mapping[str, Document]) -> str:
    r"""Say where a finding stands: document, section, page, characters.

    Examples
    --------
    >>> from themeweave.corpus.records import Passage
    >>> paper = Document("d1", "ng.md", "# Results\nPay was low.", "", "markdown@1")
    >>> finding = Finding("F1", "Pay was low.", passage=Passage("d1", 10, 22, "Results"))
    >>> place_words(finding, {"d1": paper})
    'ng.md, Results, characters 10 to 22'
    """
    passage = finding.passage
    if passage is None or passage.document_id not in documents:
        return ""
    parts = [documents[passage.document_id].name]
    if passage.section:
        parts.append(passage.section)
    if page := page_of(finding, documents):
        parts.append(f"page {page}")
    return ", ".join([*parts, f"characters {passage.start} to {passage.end}"])


def context_words(finding: Finding, documents: Mapping[str, Document]) -> str:
    """Quote a finding with the words around it, cut at the ends of words and paragraphs."""
    return "".join(around(finding, documents))


def around(finding: Finding, documents: Mapping[str, Document]) -> tuple[str, str, str]:
    """Give the words before a finding in its document, its own, and those after; or nothing."""
    passage = finding.passage
    if passage is None or passage.document_id not in documents:
        return "", "", ""
    text = documents[passage.document_id].text
    before = text[max(0, passage.start - AROUND) : passage.start].rpartition("\n")[2]
    after = text[passage.end : passage.end + AROUND].partition("\n")[0]
    if len(before) == AROUND:
        before = "… " + before.partition(" ")[2]
    if len(after) == AROUND:
        after = after.rpartition(" ")[0] + " …"
    return before, text[passage.start : passage.end], after
