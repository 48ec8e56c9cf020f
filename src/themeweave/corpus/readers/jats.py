"""JATS: the XML in which journals keep articles, with real sections and real citation targets.

The text is what a person reads: title, abstract, body, back matter, the reference list. A citation
link (``xref``) becomes a `Link` to the entries that it names, the middle of a range included.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from themeweave.corpus.readers.canonical import canonical, document
from themeweave.corpus.readers.flow import BLOCK, LINE, Flow, nested, raised, whole_links
from themeweave.corpus.readers.xml_gate import parse
from themeweave.corpus.records import Document, Reference
from themeweave.errors import ReviewError

if TYPE_CHECKING:
    from lxml.etree import _Element

VERSION = "jats@1"
DOCTYPES = ("-//NLM//DTD",)
_PARTS = {
    "abstract", "ack", "app", "bio", "boxed-text", "def-list", "glossary", "notes", "ref-list",
    "sec",
}  # fmt: skip
_BLOCKS = _PARTS | {
    "array", "attrib", "caption", "disp-formula", "disp-quote", "fig", "fig-group", "list",
    "media", "p", "preformat", "speech", "statement", "subtitle", "supplementary-material",
    "table", "table-wrap", "table-wrap-group", "title", "verse-group",
}  # fmt: skip
_LINES = {"break", "def-item", "list-item", "ref", "term", "tr", "verse-line"}
_LABELLED = {"disp-formula", "fig", "list-item", "statement", "table-wrap"}
_SKIPPED = {
    "fn": "footnote",
    "fn-group": "group of footnotes",
    "graphic": "picture",
    "inline-graphic": "picture",
    "tex-math": "formula in TeX",
    "object-id": "",
    "alt-text": "",
    "long-desc": "",
    "permissions": "",
    "label": "",  # written with its title, caption or item
    "sub-article": "article inside the article",
    "response": "article inside the article",
    "floats-group": "",  # read after the body
    "table-wrap-foot": "table footnote",
    "sec-meta": "",
    "kwd-group": "",
    "processing-meta": "",
}


def read(raw: bytes, name: str) -> Document:
    """Read a JATS article.

    Parameters
    ----------
    raw, name
        The bytes, and the file's name for messages.

    Returns
    -------
    Document
        References go by their number where the list prints one, by the id that the file gives
        otherwise; they carry the DOI and PMID that the file states.

    Raises
    ------
    ReviewError
        For XML that is unsafe or not well formed, for a file that holds several articles or none,
        and where there is no text.
    """
    root = parse(raw, name, DOCTYPES)
    article = _article(root, name)
    listed = _references(article)
    walk = _Walk({ident: reference.id for ident, reference in listed if ident})
    walk.article(article)
    text = walk.flow.text()
    references = tuple(reference for _, reference in listed)
    twice = [key for key, n in Counter(r.id for r in references).items() if n > 1]
    skipped = sorted((what, n) for what, n in walk.skipped.items() if what)
    return document(
        name,
        text,
        VERSION,
        sections=nested(walk.flow.heads, len(text)),
        references=references,
        links=whole_links(text, walk.flow.links, references),
        notes=(
            *(
                f"skipped {n} {what}{'s' if n > 1 and what[-1] != 'X' else ''}"
                for what, n in skipped
            ),
            *(f"citations name '{key}', which is not in the list" for key in sorted(walk.unknown)),
            *(f"the reference list has the number {key} more than once" for key in twice),
            *walk.flow.notes(),
        ),
    )


def _article(root: _Element, name: str) -> _Element:
    found = [e for e in root.iter() if _local(e) == "article"]
    if len(found) != 1:
        raise ReviewError(
            f"the file holds {len(found) or 'no'} articles, not one",
            name,
            "Save each article in a file of its own." if found else "Is this the right file?",
        )
    return found[0]


class _Walk:
    """The way through an article, and what was met on it."""

    def __init__(self, ids: dict[str, str]) -> None:
        self.flow = Flow()
        self.skipped: Counter[str] = Counter()
        self.unknown: set[str] = set()
        self._ids = ids
        self._level = 1
        self._on_one_line = self._raised = False

    def article(self, article: _Element) -> None:
        """Read the parts of an article in the order of print."""
        for title in _all(article, "front", "article-meta", "title-group", "article-title"):
            self._head(title, "")
        for abstract in _all(article, "front", "article-meta", "abstract"):
            self._part(abstract, "Abstract")
        for tag in ("body", "floats-group"):
            for part in _all(article, tag):
                self._level = 2
                self._children(part)
        for back in _all(article, "back"):
            for part in back:
                self._level = 2
                usual = {"ack": "Acknowledgements", "ref-list": "References"}
                if _local(part) in _PARTS:
                    self._part(part, usual.get(_local(part), ""))
                else:
                    self._into(part)

    def _part(self, part: _Element, usual: str) -> None:
        """Read a part with its title, or the title that readers expect, one level deeper inside."""
        self._level, before = (2 if usual else self._level), self._level
        titles = [*_all(part, "title"), *_all(part, "caption", "title")]
        title = titles[0] if titles else None
        if title is not None:
            self._head(title, _label(part))
        elif usual:
            self.flow.open_heading()
            self.flow.write(usual)
            self.flow.close_heading(self._level)
        self._level += title is not None or bool(usual)
        for child in part:
            if child is not title:
                self._into(child)
        self._level = before
        self.flow.end()

    def _head(self, title: _Element, label: str) -> None:
        self.flow.open_heading()
        self.flow.write(f"{label} " if label else "")
        self._inline(title)
        self.flow.close_heading(self._level)

    def _into(self, element: _Element) -> None:
        tag = _local(element)
        if tag in _SKIPPED:
            self.skipped[_SKIPPED[tag]] += 1
            return
        gap = LINE if tag in _LINES else BLOCK if tag in _BLOCKS else ""
        self._end(gap)
        if tag == "break":
            return
        if self._on_one_line:
            self._phrase(element, tag)
        else:
            self._block(element, tag)
        self._end(gap)

    def _block(self, element: _Element, tag: str) -> None:
        if tag == "ref":
            self._reference(element)
        elif tag in _PARTS:
            self._part(element, "")
        elif tag == "title":
            self._head(element, "")
        elif tag == "tr":
            self._row(element)
        elif tag == "caption":
            self._captioned(element)
        elif tag in _LABELLED:
            label = _label(element)
            self.flow.lead(f"{label} " if label else "")
            self._children(element)
            self.flow.lead("")
        else:
            self._phrase(element, tag)

    def _phrase(self, element: _Element, tag: str) -> None:
        if tag == "xref":
            self._cited(element)
        elif tag == "sup":
            words = _words(element)
            before, self._raised = self._raised, raised(words) != words
            self._children(element)
            self._raised = before
        else:
            self._children(element)

    def _children(self, element: _Element) -> None:
        self._write(element.text or "")
        for child in element:
            self._into(child)
            self._write(child.tail or "")

    def _inline(self, element: _Element) -> None:
        """Read an element on one line."""
        before, self._on_one_line = self._on_one_line, True
        self._children(element)
        self._on_one_line = before

    def _captioned(self, caption: _Element) -> None:
        """Read a caption: its title is a line of text, or was the heading of a box."""
        above = caption.getparent()
        boxed = above is not None and _local(above) in _PARTS
        for child in caption:
            if not (boxed and _local(child) == "title"):
                self._inline(child)
                self._end(BLOCK if _local(child) == "p" else LINE)

    def _row(self, row: _Element) -> None:
        for place, cell in enumerate(child for child in row if _local(child) in ("td", "th")):
            self._write(" | " if place else "")
            self._inline(cell)

    def _cited(self, xref: _Element) -> None:
        start = self.flow.here()
        self._children(xref)
        if xref.get("ref-type") == "bibr":
            keys = (xref.get("rid") or "").split()
            self.unknown.update(key for key in keys if key not in self._ids)
            self.flow.link(start, (self._ids[key] for key in keys if key in self._ids))

    def _reference(self, ref: _Element) -> None:
        """Write an entry of the list in one line."""
        number = _printed_number(ref)
        self.flow.write(f"{number}. {_entry_words(ref)}" if number else _entry_words(ref))

    def _end(self, gap: str) -> None:
        if gap and self._on_one_line:
            self.flow.write(" ")
        elif gap:
            self.flow.end(gap)

    def _write(self, text: str) -> None:
        self.flow.write(raised(text) if self._raised else text)


def _references(article: _Element) -> list[tuple[str, Reference]]:
    """Give the reference list, each entry with the id by which the file links to it."""
    for given in article.iter():
        before = given.getprevious()
        if _local(given) == "given-names" and before is not None and not before.tail:
            before.tail = " "  # "Roe A", not "RoeA"
    refs = [ref for ref in article.iter() if _local(ref) == "ref" and not _in(ref, "sub-article")]
    return [
        (ref.get("id") or "", _reference(ref, _printed_number(ref) or ref.get("id") or str(place)))
        for place, ref in enumerate(refs, start=1)
    ]


def _reference(ref: _Element, key: str) -> Reference:
    ids = {
        (e.get("pub-id-type") or "").lower(): _words(e) for e in ref.iter() if _local(e) == "pub-id"
    }
    links = " ".join(str(v) for e in ref.iter() for k, v in e.attrib.items() if "href" in str(k))
    words = _entry_words(ref)
    doi = ids.get("doi", "") or _doi(links) or _doi(words)
    year = re.search(r"\d{4}[a-z]?", _first(ref, "year")) or re.search(r"\b(?:19|20)\d\d\b", words)
    return Reference(
        id=key,
        text=words,
        authors=_families(ref),
        year=year[0] if year else "",
        title=_first(ref, "article-title") or _first(ref, "chapter-title") or _first(ref, "source"),
        doi=_doi(doi) or doi.lower(),
        pmid=ids.get("pmid", ""),
    )


def _families(ref: _Element) -> tuple[str, ...]:
    """Give the family names of an entry's authors; editors and translators are not authors."""
    families = []
    for name in ref.iter():
        if _local(name) in ("surname", "collab"):
            groups = [a for a in name.iterancestors() if _local(a) == "person-group"]
            if not groups or groups[0].get("person-group-type", "author") == "author":
                families.append(_words(name))
    return tuple(families)


def _entry_words(ref: _Element) -> str:
    """Give an entry as a line; one that is kept in fields only is joined by spaces."""
    cited = [c for c in ref if _local(c) not in ("label", "note")]
    parts = []
    for citation in cited:
        if _local(citation) == "citation-alternatives":
            mixed = [c for c in citation if _local(c) == "mixed-citation"]
            citation = (mixed or list(citation) or [citation])[0]
        in_fields = not (citation.text or "").strip() and not any(
            (child.tail or "").strip() for child in citation
        )
        parts.append(_words(citation, " " if in_fields else ""))
    return " ".join(parts)


def _printed_number(ref: _Element) -> str:
    label = _first(ref, "label")
    number = re.fullmatch(r"[\[(]?\s*(\d{1,5})\s*[\])]?\.?", label)
    return str(int(number[1])) if number else ""


def _label(element: _Element) -> str:
    return next((_words(child) for child in element if _local(child) == "label"), "")


def _words(element: _Element, between: str = "") -> str:
    return canonical(" ".join(between.join(map(str, element.itertext())).split()))


def _first(ref: _Element, tag: str) -> str:
    return next((_words(element) for element in ref.iter() if _local(element) == tag), "")


def _doi(words: str) -> str:
    found = re.search(r"\b10\.\d{4,9}/[^\s\"<>]+", words)
    return found[0].rstrip(".,;)").lower() if found else ""


def _all(element: _Element, *path: str) -> list[_Element]:
    found = [element]
    for tag in path:
        found = [child for parent in found for child in parent if _local(child) == tag]
    return found


def _in(element: _Element, tag: str) -> bool:
    return any(_local(above) == tag for above in element.iterancestors())


def _local(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
