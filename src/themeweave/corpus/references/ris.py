"""RIS, read by rispy, record by record.

rispy passes over a record that has no TY line without a word, so the file is cut into records
first, each record is given to rispy alone, and one that gives nothing back is a failure.
"""

from __future__ import annotations

import re
from typing import Any

from themeweave.corpus.records import Reference
from themeweave.corpus.references.identity import doi_in, family_name, pmid_in, year_in
from themeweave.corpus.references.records import Failure, Records

_TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9]) {1,2}- ?(.*)")
_TITLES = ("title", "primary_title", "translated_title", "short_title")
_AUTHORS = ("authors", "first_authors", "secondary_authors")
_YEARS = ("year", "publication_year", "date")


def read(text: str) -> Records:
    r"""Read the records of a RIS file.

    A record begins at a TY line, or at the first tagged line after another has ended. One without
    its TY or ER line may be cut short and is a failure.

    Examples
    --------
    >>> records = read("TY  - JOUR\nTI  - Hope\nER  - \nTI  - No type\nER  - \n")
    >>> records.found, records.references[0].title, records.failures[0].why
    (2, 'Hope', 'it has no TY line')
    """
    from rispy import RisParser

    parser = RisParser()
    references: list[Reference] = []
    failures: list[Failure] = []
    cut = _cut(text)
    for number, (line, lines) in enumerate(cut, start=1):
        raw = "\n".join(lines)
        tags = [found.group(1) for found in map(_TAG.match, lines) if found]
        why, parsed = "", []
        if "TY" not in tags:
            why = "it has no TY line"
        elif "ER" not in tags:
            why = "it has no ER line: it may be cut short"
        else:
            parsed = parser.parse("\n".join(map(_spaced, lines)))
            why = "" if len(parsed) == 1 else "it could not be read"
        reference = _reference(str(number), raw, parsed[0]) if not why else None
        if reference and not (reference.title or reference.authors):
            why = "it has neither a title nor an author"
        if reference and not why:
            references.append(reference)
        else:
            failures.append(Failure(number, line, why, raw))
    return Records(len(cut), tuple(references), tuple(failures))


def _cut(text: str) -> list[tuple[int, list[str]]]:
    """Cut a file into records: the number of the line where each begins, and its lines."""
    records: list[tuple[int, list[str]]] = []
    opened = False
    for number, line in enumerate(text.split("\n"), start=1):
        found = _TAG.match(line)
        tag = found.group(1) if found else ""
        if tag == "TY" or (tag and not opened):
            records.append((number, []))
            opened = True
        if opened:
            records[-1][1].append(line)
        if tag == "ER":
            opened = False
    return records


def _spaced(line: str) -> str:
    """Write a tag as rispy wants it, with two spaces before the dash."""
    found = _TAG.match(line)
    return f"{found.group(1)}  - {found.group(2)}" if found else line


def _reference(number: str, raw: str, record: dict[str, Any]) -> Reference:
    authors: list[str] = next((record[key] for key in _AUTHORS if record.get(key)), [])
    accession = _first(record, ("accession_number",))
    database = _first(record, ("name_of_database", "database_provider")).lower()
    from_pubmed = "pubmed" in database or "medline" in database
    links = " ".join(record.get("urls") or [])
    return Reference(
        number,
        raw.strip(),
        tuple(name for author in authors if (name := family_name(author))),
        year_in(_first(record, _YEARS)),
        _first(record, _TITLES),
        doi_in(_first(record, ("doi",)) or links),
        accession if from_pubmed and accession.isdigit() else pmid_in(accession),
    )


def _first(record: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((" ".join(str(record[key]).split()) for key in keys if record.get(key)), "")
