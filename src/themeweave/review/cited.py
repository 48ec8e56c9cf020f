"""Cited works: a first list of reviews, from the reference lists of the documents at hand.

A team that starts from documents has no sheet of reviews yet. What its findings cite is then listed
under the names that tables show; the team takes out what is no review and adds what it knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from itertools import chain, count

from themeweave.corpus.records import Document, Reference

COLUMNS = ("id", "label", "role", "year", "title", "doi")


def cited_works(
    cited: Iterable[tuple[Document, str]], taken: Collection[str] = ()
) -> list[dict[str, str]]:
    """List the works that findings cite, as rows of reviews.csv.

    Parameters
    ----------
    cited
        A document and the id of one of its references, once for each time it is cited.
    taken
        Labels that other reviews have: a further work of that author and year is 2020b.

    Returns
    -------
    list of rows
        In the order of first citing; the id comes from the work itself (its DOI, or title and
        year), so the same work has the same id in every folder. A reference that the document
        does not hold is passed over.

    Examples
    --------
    >>> work = Reference("3", "Ng A. Peers at work. 2020.", ("Ng",), "2020", "Peers at work")
    >>> paper = Document("d1", "a.md", "", "", references=(work,))
    >>> [row["label"] for row in cited_works([(paper, "3"), (paper, "3")])]
    ['Ng 2020']
    """
    rows: dict[str, dict[str, str]] = {}
    labels = set(taken)
    held: dict[str, Mapping[str, Reference]] = {}
    for document, key in cited:
        references = held.setdefault(document.id, {r.id: r for r in document.references})
        reference = references.get(key)
        if reference is None:
            continue
        work_id = "R" + sha256(_identity(reference).encode()).hexdigest()[:6]
        if work_id in rows:
            continue
        label = _free(_label(reference), labels)
        labels.add(label)
        rows[work_id] = {
            "id": work_id,
            "label": label,
            "role": "included",
            "year": reference.year,
            "title": reference.title,
            "doi": reference.doi,
        }
    return list(rows.values())


def _free(label: str, taken: Collection[str]) -> str:
    """Tell a second work of one author and year from the first: 2020b, and so on."""
    further = (label + chr(ord("a") + n) for n in range(1, 26))
    numbered = (f"{label} ({n})" for n in count(27))
    return next(one for one in chain([label], further, numbered) if one not in taken)


def _identity(reference: Reference) -> str:
    if reference.doi:
        return reference.doi
    words = reference.title or reference.text
    return "".join(sign for sign in words.casefold() if sign.isalnum()) + reference.year


def _label(reference: Reference) -> str:
    author = reference.authors[0] if reference.authors else reference.text.split(",")[0][:40]
    return f"{author} {reference.year}".strip() or f"reference {reference.id}"
