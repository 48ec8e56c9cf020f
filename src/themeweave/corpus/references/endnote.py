"""EndNote XML, through the gate that lets no DTD, entity or network in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themeweave.corpus.records import Reference
from themeweave.corpus.references.identity import doi_in, family_name, pmid_in, year_in
from themeweave.corpus.references.records import Failure, Records

if TYPE_CHECKING:
    from lxml.etree import _Element


def read(raw: bytes, name: str) -> Records:
    r"""Read the records of an EndNote XML file.

    Raises
    ------
    ReviewError
        From `themeweave.corpus.readers.xml_gate.parse`: a DOCTYPE, XML that is not well formed,
        too large or too deep.

    Examples
    --------
    >>> xml = b"<xml><records><record><titles><title>Hope</title></titles></record></records></xml>"
    >>> read(xml, "refs.xml").references[0].title
    'Hope'
    """
    from lxml import etree

    from themeweave.corpus.readers.xml_gate import parse

    records = list(parse(raw, name).iter("record"))
    references: list[Reference] = []
    failures: list[Failure] = []
    for number, record in enumerate(records, start=1):
        text = etree.tostring(record, encoding="unicode", with_tail=False)
        reference = _reference(str(number), text, record)
        if reference.title or reference.authors:
            references.append(reference)
        else:
            why = "it has neither a title nor an author"
            failures.append(Failure(number, getattr(record, "sourceline", 0) or 0, why, text))
    return Records(len(records), tuple(references), tuple(failures))


def _reference(number: str, text: str, record: _Element) -> Reference:
    accession = _words(record, "accession-num")
    database = (
        _words(record, "remote-database-name") + _words(record, "remote-database-provider")
    ).lower()
    from_pubmed = accession.isdigit() and any(
        provider in database for provider in ("nlm", "pubmed", "medline")
    )
    printed = [_text(author) for author in record.iterfind("contributors/authors/author")]
    return Reference(
        number,
        text,
        tuple(family for author in printed if (family := family_name(author))),
        year_in(_words(record, "dates/year")),
        _words(record, "titles/title"),
        doi_in(_words(record, "electronic-resource-num")),
        accession if from_pubmed else pmid_in(accession),
    )


def _words(record: _Element, path: str) -> str:
    found = record.find(path)
    return _text(found) if found is not None else ""


def _text(element: _Element) -> str:
    """Give an element's words; EndNote wraps them in <style> by face and font."""
    return " ".join("".join(str(part) for part in element.itertext()).split())
