"""The reviews as references: RIS, BibTeX and CSL-JSON.

A review's sheet names the first author and the year in its label; further authors are not known
and not made up.
"""

from __future__ import annotations

import json
import re

from themeweave.corpus.records import Review
from themeweave.exchange.content import Content

_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)[a-z]?\b")
_REST = re.compile(r"\s*(?:,?\s*et al\.?|,?\s*and others)?[\s,(]*$")


def ris(content: Content) -> dict[str, bytes]:
    """Write RIS, one record a review."""
    lines: list[str] = []
    for review in content.reviews:
        fields = [("TY", "JOUR"), ("ID", review.id), ("AU", author(review)), ("PY", year(review))]
        fields += [("TI", review.title or review.label), ("DO", review.doi), ("ER", "")]
        kept = (f for f in fields if f[1] or f[0] == "ER")
        lines += [f"{tag}  - {_line(value)}" for tag, value in kept]
    return {".ris": ("\r\n".join(lines) + "\r\n").encode("utf-8")}


def bibtex(content: Content) -> dict[str, bytes]:
    """Write BibTeX, one entry a review."""
    made: list[str] = []
    for number, review in enumerate(content.reviews, start=1):
        key = re.sub(r"[^A-Za-z0-9_-]", "", review.id) or f"review{number}"
        fields = {
            "author": author(review),
            "title": review.title or review.label,
            "year": year(review),
            "doi": review.doi,
        }
        told = ",\n".join(f"  {k} = {{{_bib(v)}}}" for k, v in fields.items() if v)
        made.append(f"@article{{{key},\n{told}\n}}\n")
    return {".bib": "\n".join(made).encode("utf-8")}


def csl(content: Content) -> dict[str, bytes]:
    """Write CSL-JSON, one item a review."""
    items: list[dict[str, object]] = []
    for review in content.reviews:
        item: dict[str, object] = {
            "id": review.id,
            "type": "article-journal",
            "title": review.title or review.label,
        }
        if author(review):
            item["author"] = [{"family": author(review)}]
        if year(review):
            item["issued"] = {"date-parts": [[int(year(review)[:4])]]}
        if review.doi:
            item["DOI"] = review.doi
        items.append(item)
    return {".json": (json.dumps(items, ensure_ascii=False, indent=1) + "\n").encode("utf-8")}


def author(review: Review) -> str:
    """Give the first author as the label names it; empty where it names none.

    Examples
    --------
    >>> author(Review("R1", "Ng et al. 2020")), author(Review("R2", "van Dam, 2021"))
    ('Ng', 'van Dam')
    """
    found = _YEAR.search(review.label)
    return _REST.sub("", review.label[: found.start()]).strip() if found else ""


def year(review: Review) -> str:
    """Give the year that the review states, or else its label."""
    found = _YEAR.search(review.year) or _YEAR.search(review.label)
    return found[1] if found else ""


def _line(value: str) -> str:
    return " ".join(value.split())


def _bib(value: str) -> str:
    """Write text so that BibTeX reads it as text: braces stay even, marks are escaped."""
    plain = _line(value).replace("\\", "\\textbackslash ")
    return re.sub(r"([{}%&#$_])", r"\\\1", plain)
