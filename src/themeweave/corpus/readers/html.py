"""HTML: the article on a saved web page, as a person reads it.

Where the page marks its article (``<article>`` or ``<main>``), that is what is read. Menus,
scripts, forms and hidden parts are left out and counted. A link to an entry of the reference list
becomes a citation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from themeweave.corpus.readers.canonical import ENCODINGS, canonical, decode, document, repairs
from themeweave.corpus.readers.flow import BLOCK, LINE, Flow, nested, raised, whole_links
from themeweave.corpus.readers.reference_list import Entry, entries, read_list
from themeweave.corpus.readers.xml_gate import MOST_BYTES, UNSAFE, check_depth
from themeweave.corpus.records import Document, Link
from themeweave.errors import ReviewError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

VERSION = "html@1"
_DEEPEST = 250
_SKIPPED = {
    "script": "script",
    "style": "style sheet",
    "noscript": "script",
    "template": "template",
    "svg": "drawing",
    "canvas": "drawing",
    "nav": "menu",
    "footer": "page footer",
    "form": "form",
    "button": "button",
    "select": "form",
    "textarea": "form",
    "iframe": "embedded page",
    "object": "embedded page",
    "audio": "recording",
    "video": "recording",
    "dialog": "dialog",
}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "details", "div",
    "dl", "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "main", "menu", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "tfoot", "thead", "ul",
}  # fmt: skip
_LINES = {"br", "dd", "dt", "li", "tr"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
# HTML reads the numbers of the C1 controls as cp1252 (HTML Standard, 13.2.5.80).
_C1 = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


def read(raw: bytes, name: str, encoding: str = "") -> Document:
    r"""Read an HTML page.

    Parameters
    ----------
    raw, name, encoding
        As in `canonical.decode`; where the bytes are not UTF-8, the page's own ``<meta charset>``
        is followed, with a note.

    Raises
    ------
    ReviewError
        For bytes in no encoding that is known, for a page that is too large or nested too deep,
        and where there is no text.

    Examples
    --------
    >>> page = read(b"<h2>Results</h2><p>Peers <b>helped</b>.</p><script>x</script>", "a.html")
    >>> page.text, page.notes
    ('Results\n\nPeers helped.\n', ('skipped 1 script',))
    """
    from lxml import html

    decoded, notes = _decoded(raw, name, encoding)
    source = re.sub(r"\A\s*<\?xml[^>]*\?>", "", canonical(decoded))
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    if not source.strip():
        raise ReviewError("no text found", name, "Is this the right file? Open it and look.")
    page = html.document_fromstring(source.encode("utf-8"), parser=parser)
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise ReviewError(f"elements are nested deeper than {_DEEPEST} levels", name, UNSAFE)
    check_depth(page, name, _DEEPEST)
    article, around = _article(page)
    walk = _Walk()
    walk.into(article)
    flow = walk.flow
    text = flow.text()
    sections = nested(flow.heads, len(text))
    references, doubts = read_list(text, sections)
    links = _tied(walk, entries(text, sections))
    return document(
        name,
        text,
        VERSION,
        sections=sections,
        references=references,
        links=whole_links(text, links, references),
        notes=(*notes, *repairs(decoded), *around, *flow.notes(), *_counted(walk.skipped), *doubts),
    )


def _decoded(raw: bytes, name: str, encoding: str) -> tuple[str, tuple[str, ...]]:
    if len(raw) > MOST_BYTES:
        raise ReviewError(
            f"the page is larger than {MOST_BYTES // 1_000_000} MB", name, "Split the file."
        )
    try:
        return decode(raw, name, encoding)
    except ReviewError:
        declared = _CHARSET.search(raw[:4096])
        label = declared[1].decode("ascii").lower() if declared else ""
        # The web reads Latin-1 and ASCII as cp1252 (Encoding Standard).
        known = {"iso-8859-1": "cp1252", "us-ascii": "cp1252", "windows-1252": "cp1252"}
        codec = known.get(label, label)
        if encoding or codec not in ENCODINGS or codec.startswith("utf"):
            raise
        return decode(raw, name, codec)[0], (f"read as {codec}: the page says '{label}'",)


def _article(page: HtmlElement) -> tuple[HtmlElement, tuple[str, ...]]:
    """Choose the part of the page that is the article."""
    for tag in ("article", "main"):
        found = page.findall(f".//{tag}")
        if len(found) == 1 and len("".join(found[0].itertext()).strip()) > 200:
            return found[0], (f"read the page's <{tag}>; what stands around it is left out",)
    body = page.find("body")
    return (page if body is None else body), ()


def _tied(walk: _Walk, printed: list[Entry]) -> list[Link]:
    """Tie links to the entries of the reference list that they lead to."""
    text = walk.flow.text()
    starts = [entry.start for entry in printed]
    ids: dict[str, str] = {}
    for key, place in walk.anchors.items():
        blank = re.compile(r"\s*").match(text, place)
        place = blank.end() if blank else place
        at = bisect_right(starts, place) - 1
        if at >= 0 and place < printed[at].end:
            ids[key] = printed[at].number
    return [
        Link(link.start, link.end, (ids[link.references[0]],))
        for link in walk.flow.links
        if link.references[0] in ids
    ]


class _Walk:
    """The way through a page, and what was met on it."""

    def __init__(self) -> None:
        self.flow = Flow()
        self.skipped: Counter[str] = Counter()
        self.anchors: dict[str, int] = {}
        self.on_one_line = self.verbatim = self.raised = False

    def into(self, element: HtmlElement) -> None:
        """Read an element, what it holds in order."""
        tag = element.tag if isinstance(element.tag, str) else ""
        hidden = "hidden" in element.attrib or _HIDDEN.search(element.get("style", ""))
        if tag in _SKIPPED or hidden:
            self.skipped[_SKIPPED.get(tag, "hidden part")] += 1
            return
        gap = LINE if tag in _LINES else BLOCK if tag in _BLOCKS else ""
        self._end(gap)
        for key in (element.get("id"), element.get("name")):
            if key:
                self.anchors.setdefault(key, self.flow.here())
        if tag == "br":
            return
        if self.on_one_line:
            self._phrase(element, tag)
        else:
            self._block(element, tag)
        self._end(gap)

    def _block(self, element: HtmlElement, tag: str) -> None:
        if tag in _HEADINGS:
            self.flow.open_heading()
            self._with(element, on_one_line=True)
            self.flow.close_heading(int(tag[1]))
        elif tag == "tr" and not _is_layout(element):
            self._row(element)
        elif tag == "ol":
            self._numbered(element)
        elif tag == "pre":
            self._with(element, verbatim=True)
        else:
            self._phrase(element, tag)

    def _phrase(self, element: HtmlElement, tag: str) -> None:
        target = element.get("href", "") if tag == "a" else ""
        if tag == "img":
            self.skipped["picture"] += 1
        elif tag == "sup":
            words = "".join(element.itertext())
            self._with(element, raised=raised(words) != words)
        elif target.startswith("#"):
            start = self.flow.here()
            self._children(element)
            self.flow.link(start, (unquote(target[1:]),))
        else:
            self._children(element)

    def _children(self, element: HtmlElement) -> None:
        self._write(element.text or "")
        for child in element:
            self.into(child)
            self._write(child.tail or "")

    def _with(
        self,
        element: HtmlElement,
        *,
        on_one_line: bool = False,
        verbatim: bool = False,
        raised: bool = False,
    ) -> None:
        """Read an element in a way that holds up to its end."""
        before = self.on_one_line, self.verbatim, self.raised
        self.on_one_line = self.on_one_line or on_one_line
        self.verbatim = self.verbatim or verbatim
        self.raised = self.raised or raised
        self._children(element)
        self.on_one_line, self.verbatim, self.raised = before

    def _row(self, row: HtmlElement) -> None:
        """Write a row of a table on one line."""
        for place, cell in enumerate(child for child in row if child.tag in ("td", "th")):
            if place:
                self.flow.write(" | ")
            self._with(cell, on_one_line=True)

    def _numbered(self, element: HtmlElement) -> None:
        """Write a list with the numbers that a browser shows."""
        start = element.get("start", "1")
        number = int(start) if re.fullmatch(r"\d{1,6}", start) else 1
        for item in element:
            if item.tag == "li":
                own = item.get("value", "")
                number = int(own) if re.fullmatch(r"\d{1,6}", own) else number
                words = "".join(item.itertext()).strip()
                if words and not re.match(rf"[\[(]?{number}\b", words):
                    self.flow.end(LINE)
                    self.anchors.setdefault(item.get("id") or "", self.flow.here())
                    self.flow.lead(f"{number}. ")
                number += 1
            self.into(item)
            self.flow.lead("")

    def _end(self, gap: str) -> None:
        if gap and self.on_one_line:
            self.flow.write(" ")
        elif gap:
            self.flow.end(gap)

    def _write(self, text: str) -> None:
        text = text.translate(_C1)
        self.flow.write(
            raised(text) if self.raised else text, verbatim=self.verbatim and not self.on_one_line
        )


def _is_layout(row: HtmlElement) -> bool:
    """Tell whether a table only places parts of the page."""
    return any(True for _ in row.iter("table", *_HEADINGS))


def _counted(skipped: Counter[str]) -> tuple[str, ...]:
    return tuple(
        f"skipped {count} {what}{'s' if count > 1 else ''}"
        for what, count in sorted(skipped.items())
    )
