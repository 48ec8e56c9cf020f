"""Reference lists: files that reference managers and databases export.

Every record of a file comes out, as a reference or as a failure that says why: what goes in is
counted apart from what could be read.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from themeweave.corpus.records import Reference
from themeweave.corpus.references.entry import parse_entry
from themeweave.corpus.references.identity import conflicts
from themeweave.corpus.references.records import Conflict, Failure, Records, ReferenceList
from themeweave.errors import ReviewError

__all__ = ["Conflict", "Failure", "ReferenceList", "parse_entry", "read_references"]

_SUFFIXES = {
    ".ris": "RIS",
    ".nbib": "NBIB",
    ".bib": "BibTeX",
    ".bibtex": "BibTeX",
    ".json": "CSL-JSON",
    ".xml": "EndNote XML",
}
_MARKS = (
    ("EndNote XML", re.compile(r"\A\s*<")),
    ("CSL-JSON", re.compile(r"\A\s*[\[{]")),
    ("RIS", re.compile(r"^TY {1,2}- ", re.MULTILINE)),
    ("NBIB", re.compile(r"^PMID ?- ", re.MULTILINE)),
    ("BibTeX", re.compile(r"^[ \t]*@[ \t]*\w+[ \t]*[{(]", re.MULTILINE)),
)


def read_references(raw: bytes, name: str) -> ReferenceList:
    r"""Read a file of references: .ris, .nbib, .bib, CSL-JSON or EndNote XML.

    Parameters
    ----------
    raw, name
        The file's bytes, and its name for messages. What it holds decides how it is read; its
        suffix only where that says nothing.

    Returns
    -------
    ReferenceList
        With ``found == len(references) + len(failures)``. A key that stands twice makes the second
        a failure. Identifiers that stand at different titles are listed as conflicts.

    Raises
    ------
    ReviewError
        Where the file is empty or in another encoding than UTF-8, is no list of references, holds
        no record, or cannot be parsed at all (JSON or XML that is damaged or unsafe).

    Examples
    --------
    >>> listed = read_references(b"TY  - JOUR\nAU  - Roe, A\nTI  - Hope\nER  - \n", "refs.ris")
    >>> listed.format, listed.references[0].authors, listed.failures
    ('RIS', ('Roe',), ())
    """
    from themeweave.corpus.readers.canonical import canonical, decode

    if not raw.strip():
        raise ReviewError("the file is empty", name, "Export the references again.")
    xml = raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    text = "<" if xml else canonical(decode(raw, name)[0])
    form = next((form for form, mark in _MARKS if mark.search(text[:20_000])), "")
    form = form or _SUFFIXES.get(PurePath(name).suffix.lower(), "")
    records = _read(form, raw, text, name)
    if not records.found:
        raise ReviewError(
            f"no reference was found in the file ({form})",
            name,
            "Export the references again, or give another file.",
        )
    references, repeated = _unique(records)
    return ReferenceList(
        name,
        form,
        records.found,
        references,
        tuple(sorted((*records.failures, *repeated), key=lambda failure: failure.number)),
        conflicts(references),
    )


def _read(form: str, raw: bytes, text: str, name: str) -> Records:
    from themeweave.corpus.references import bib, csl, endnote, nbib, ris

    if form == "RIS":
        return ris.read(text)
    if form == "NBIB":
        return nbib.read(text)
    if form == "BibTeX":
        return bib.read(text)
    if form == "CSL-JSON":
        return csl.read(text, name)
    if form == "EndNote XML":
        return endnote.read(raw, name)
    raise ReviewError(
        "the file is no list of references that is read",
        name,
        "Read are RIS, NBIB, BibTeX, CSL-JSON and EndNote XML; export the references as one.",
    )


def _unique(records: Records) -> tuple[tuple[Reference, ...], list[Failure]]:
    """Part references whose key is new from those whose key stands twice."""
    failed = {failure.number for failure in records.failures}
    numbers = (number for number in range(1, records.found + 1) if number not in failed)
    references: dict[str, Reference] = {}
    repeated: list[Failure] = []
    for number, reference in zip(numbers, records.references, strict=True):
        if reference.id in references:
            why = f"the key '{reference.id}' stands twice"
            repeated.append(Failure(number, 0, why, reference.text))
        references.setdefault(reference.id, reference)
    return tuple(references.values()), repeated
