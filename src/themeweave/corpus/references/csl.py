"""CSL-JSON, as Zotero and others export it: a list of items, or an object that holds one."""

from __future__ import annotations

import json
from typing import Any

from themeweave.corpus.records import Reference
from themeweave.corpus.references.identity import doi_in, pmid_in, year_in
from themeweave.corpus.references.records import Failure, Records
from themeweave.errors import ReviewError


def read(text: str, name: str) -> Records:
    r"""Read the items of a CSL-JSON file.

    Raises
    ------
    ReviewError
        Where the file is not JSON (cut short, nested too deep), or holds no list of items: what
        cannot be parsed at all cannot be counted either.

    Examples
    --------
    >>> records = read('[{"id": "a", "title": "Hope"}, 5]', "refs.json")
    >>> records.found, records.references[0].id, records.failures[0].why
    (2, 'a', 'it is no object')
    """
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReviewError(
            f"the JSON cannot be read: {error.msg}",
            f"{name}, line {error.lineno}, column {error.colno}",
            "The file may be cut short; export it again.",
        ) from None
    except (RecursionError, ValueError) as error:
        what = "is nested too deep" if isinstance(error, RecursionError) else "holds a huge number"
        raise ReviewError(f"the JSON {what}", name, "Export the references again.") from None
    items = given.get("items", [given]) if isinstance(given, dict) else given
    if not isinstance(items, list):
        raise ReviewError("the JSON holds no list of references", name, "Export them as CSL-JSON.")
    references: list[Reference] = []
    failures: list[Failure] = []
    for number, item in enumerate(items, start=1):
        raw = _printed(item)
        reference = _reference(str(number), raw, item) if isinstance(item, dict) else None
        if reference and (reference.title or reference.authors):
            references.append(reference)
        else:
            why = "it has neither a title nor an author" if reference else "it is no object"
            failures.append(Failure(number, 0, why, raw))
    return Records(len(items), tuple(references), tuple(failures))


def _printed(item: Any) -> str:
    try:
        return json.dumps(item, ensure_ascii=False)
    except RecursionError:
        return ""


def _reference(number: str, raw: str, item: dict[str, Any]) -> Reference:
    authors = item.get("author") or item.get("editor") or []
    pmid = _words(item.get("PMID"))
    return Reference(
        _words(item.get("id")) or number,
        raw,
        tuple(name for author in authors if (name := _family(author)))
        if isinstance(authors, list)
        else (),
        _year(item.get("issued")),
        _words(item.get("title")),
        doi_in(_words(item.get("DOI")) or _words(item.get("URL"))),
        pmid if pmid.isdigit() else pmid_in(_words(item.get("note"))),
    )


def _words(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def _family(author: Any) -> str:
    if not isinstance(author, dict):
        return ""
    particle = _words(author.get("non-dropping-particle"))
    family = _words(author.get("family"))
    return f"{particle} {family}".strip() if family else _words(author.get("literal"))


def _year(issued: Any) -> str:
    if not isinstance(issued, dict):
        return ""
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return year_in(_words(parts[0][0]))
    return year_in(_words(issued.get("raw")) or _words(issued.get("literal")))
