"""NBIB, PubMed's tagged fields: a tag of up to four letters, a dash, and lines set in below it."""

from __future__ import annotations

import re

from themeweave.corpus.records import Reference
from themeweave.corpus.references.identity import doi_in, family_name, year_in
from themeweave.corpus.references.records import Failure, Records

_TAG = re.compile(r"\ufeff?([A-Z]{2,4}) {0,2}- ?(.*)")


def read(text: str) -> Records:
    r"""Read the records of an NBIB file.

    A record begins at its PMID, or at the first tagged line after an empty one. PubMed ends each
    with its source (SO), so one without that line was cut and is a failure.

    Examples
    --------
    >>> records = read("PMID- 12\nTI  - Hope\n      and trust\nSO  - J. 2019\n\nPMID- 13\nTI  - Cu")
    >>> records.found, records.references[0].title, records.failures[0].why
    (2, 'Hope and trust', 'it ends before its SO line: the file may be cut short')
    """
    references: list[Reference] = []
    failures: list[Failure] = []
    cut = _cut(text)
    for number, (line, lines) in enumerate(cut, start=1):
        raw = "\n".join(lines).strip()
        fields = _fields(lines)
        pmid = _one(fields, "PMID")
        if not pmid.isdigit():
            why = "it has no PMID"
        elif "SO" not in fields:
            why = "it ends before its SO line: the file may be cut short"
        elif not _title(fields):
            why = "it has no title"
        else:
            references.append(_reference(pmid, raw, fields))
            continue
        failures.append(Failure(number, line, why, raw))
    return Records(len(cut), tuple(references), tuple(failures))


def _cut(text: str) -> list[tuple[int, list[str]]]:
    records: list[tuple[int, list[str]]] = []
    opened = False
    for number, line in enumerate(text.split("\n"), start=1):
        found = _TAG.match(line)
        if found and (found.group(1) == "PMID" or not opened):
            records.append((number, []))
            opened = True
        if opened and line.strip():
            records[-1][1].append(line)
        elif not line.strip():
            opened = False
    return records


def _fields(lines: list[str]) -> dict[str, list[str]]:
    fields: dict[str, list[list[str]]] = {}
    current: list[str] = []
    for line in lines:
        found = _TAG.match(line)
        if found:
            current = [found.group(2).strip()]
            fields.setdefault(found.group(1), []).append(current)
        else:
            current.append(line.strip())
    return {tag: [" ".join(parts) for parts in values] for tag, values in fields.items()}


def _one(fields: dict[str, list[str]], tag: str) -> str:
    return fields.get(tag, [""])[0]


def _title(fields: dict[str, list[str]]) -> str:
    return _one(fields, "TI") or _one(fields, "BTI") or _one(fields, "TT")


def _reference(pmid: str, raw: str, fields: dict[str, list[str]]) -> Reference:
    printed = fields.get("FAU") or fields.get("AU") or fields.get("CN") or []
    identifiers = fields.get("LID", []) + fields.get("AID", [])
    return Reference(
        pmid,
        raw,
        tuple(name for author in printed if (name := family_name(author))),
        year_in(_one(fields, "DP")),
        _title(fields).removesuffix("."),
        next((doi_in(value) for value in identifiers if value.endswith("[doi]")), ""),
        pmid,
    )
