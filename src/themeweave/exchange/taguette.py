"""Taguette: a project's SQLite file, whose highlights count bytes over the words of a page.

Sources: taguette/database/models.py and taguette/extract.py of Taguette 1.5 for what is counted.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from html.parser import HTMLParser
from itertools import accumulate

from themeweave.corpus.readers.canonical import canonical
from themeweave.errors import ReviewError
from themeweave.exchange.building import Building, one_line
from themeweave.exchange.database import Database
from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
from themeweave.exchange.positions import Dialect, Stored
from themeweave.exchange.project import Project, Selection

TABLES = ("documents", "tags", "highlights", "highlight_tags")
_BLOCKS = re.compile(
    "address|article|blockquote|br|d[dlt]|div|h[1-6r]|li|ol|p|pre|section|table|t[dhr]|ul"
)
_DEEPEST = 1_000_000  # tags of one page


class Page(HTMLParser):
    r"""The words of a page as Taguette counts them, and as people read them, line by line.

    Examples
    --------
    >>> page = Page("<p>Peers gave h&#246;pe.</p><p>Pay was low.</p>")
    >>> page.text
    'Peers gave höpe.\nPay was low.'
    >>> page.text[slice(*page.place(17, 20))]
    'Pay'
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._length = 0
        self._breaks: list[int] = []  # where a line ends that no character ends
        self._tags = 0
        self.feed(html)
        self.close()
        words = "".join(self._parts)
        breaks = [at for at in dict.fromkeys(self._breaks) if 0 < at < len(words)]
        self._breaks = [at for at in breaks if words[at - 1] != "\n" and words[at] != "\n"]
        wide = [
            (m.start(), len(m[0].encode("utf-8", "surrogatepass")) - 1)
            for m in re.finditer(r"[^\x00-\x7f]", words)
        ]
        self._wide = [at for at, _ in wide]
        self._extra = [0, *accumulate(extra for _, extra in wide)]
        self._behind = [at + 1 + self._extra[n + 1] for n, at in enumerate(self._wide)]
        shown = [words[a:b] for a, b in zip([0, *self._breaks], [*self._breaks, None], strict=True)]
        self._shown = Stored("\n".join(shown))
        self.text = self._shown.text

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002, D102
        self._tags += 1
        if self._tags > _DEEPEST:
            raise ReviewError("a page has more than a million tags", "", "Split the document.")
        if _BLOCKS.fullmatch(tag):
            self._breaks.append(self._length)

    def handle_endtag(self, tag: str) -> None:  # noqa: D102
        if _BLOCKS.fullmatch(tag):
            self._breaks.append(self._length)

    def handle_data(self, data: str) -> None:  # noqa: D102
        self._parts.append(data)
        self._length += len(data)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Lead bytes over the words to indices into ``text``."""
        first, last = self._index(start), self._index(end)
        shown = first + bisect_right(self._breaks, first), last + bisect_left(self._breaks, last)
        begin, stop = (self._shown.place(at, Dialect())[0] for at in shown)
        return begin, stop

    def _index(self, position: int) -> int:
        """Lead bytes to an index of the words."""
        k = bisect_right(self._behind, position)
        index = position - self._extra[k]
        if k < len(self._wide) and index > self._wide[k]:  # inside a character
            index = self._wide[k]
        return min(index, self._length)


def read_taguette(raw: bytes, name: str) -> tuple[Project, Losses]:
    """Read a project of Taguette from its SQLite file.

    Raises
    ------
    ReviewError
        Where the file is no such database, or is damaged.
    """
    losses = Losses()
    base = Database(raw, name, losses)
    try:
        return _project(base, losses), losses
    finally:
        base.close()


def _project(base: Database, losses: Losses) -> Project:
    made = Building(base.name, losses)
    projects = [row["name"] for row in base.rows("projects", "name")] if _has(base) else []
    if len(projects) > 1:
        losses.repaired("project", ", ".join(projects), "several projects; read as one")
    tags = {
        row["id"]: made.code([row["path"]], row["description"])
        for row in base.rows("tags", "id", "path", "description")
    }
    pages, sources = _documents(base, made)
    given: dict[str, list[str]] = defaultdict(list)
    for row in base.rows("highlight_tags", "highlight_id", "tag_id"):
        given[row["highlight_id"]].append(row["tag_id"])
    who = _who(base)
    columns = ("id", "document_id", "start_offset", "end_offset", "snippet")
    for row in base.rows("highlights", *columns):
        user, at = who.get(row["id"], ("", ""))
        own = _highlight(row, pages, sources, made, user, at)
        for tag in given.pop(row["id"], ()):
            if tag not in tags:
                losses.dropped("coding", row["id"], "it names a tag that is not there")
            else:
                made.apply(own, tags[tag], user, at)
    for lost in given:
        losses.dropped("coding", lost, "it names a highlight that is not there")
    return made.project("; ".join(projects) or "Taguette project", "Taguette")


def _has(base: Database) -> bool:
    return "projects" in base.tables


def _documents(base: Database, made: Building) -> tuple[dict[str, Page], dict[str, str]]:
    pages: dict[str, Page] = {}
    sources: dict[str, str] = {}
    for row in base.rows("documents", "id", "name", "description", "contents"):
        page = Page(row["contents"])
        pages[row["id"]] = page
        key = f"{row['id']} {row['name']}"
        if not any(sign.isalnum() for sign in page.text):
            made.losses.dropped("text of source", row["name"], "it holds no letter or digit")
        sources[row["id"]] = made.source(row["name"], page.text, row["description"], key=key)
    return pages, sources


def _who(base: Database) -> dict[str, tuple[str, str]]:
    """Give who made each highlight, and when, from the history of commands."""
    found: dict[str, tuple[str, str]] = {}
    if "commands" not in base.tables:
        return found
    for row in base.rows("commands", "date", "user_login", "payload"):
        try:
            payload = json.loads(row["payload"])
            if payload["type"] == "highlight_add":
                at = row["date"].replace(" ", "T").partition(".")[0]
                found[str(payload["highlight_id"])] = row["user_login"], f"{at}Z"
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return found


def _highlight(
    row: dict[str, str],
    pages: dict[str, Page],
    sources: dict[str, str],
    made: Building,
    user: str,
    at: str,
) -> str:
    """Place a highlight by its bytes, checked against the words that the file keeps of it."""
    page = pages.get(row["document_id"])
    snippet = one_line(Page(row["snippet"]).text)
    if page is None or not (row["start_offset"].isdigit() and row["end_offset"].isdigit()):
        made.losses.dropped("highlight", row["id"], "it stands in no document")
        return ""
    stated = min(int(row["start_offset"]), 2**53), min(int(row["end_offset"]), 2**53)
    start, end = page.place(*stated)
    if snippet and one_line(page.text[start:end]).replace(" ", "") != snippet.replace(" ", ""):
        start = page.text.find(canonical(snippet))
        end = start + len(canonical(snippet))
        if start < 0:
            made.losses.repaired("highlight", row["id"], "its words are kept, its place is not")
            own = guid("highlight", made.file, row["id"])
            who = made.user(user)
            made.placed(Selection(own, sources[row["document_id"]], snippet, user=who, at=at))
            return own
        made.losses.repaired("highlight", row["id"], "placed where its words stand")
    if start >= end or not any(sign.isalnum() for sign in page.text[start:end]):
        made.losses.dropped("highlight", row["id"], "it holds no letter or digit")
        return ""
    own, text = guid("highlight", made.file, row["id"]), page.text[start:end]
    source, who = sources[row["document_id"]], made.user(user)
    made.placed(Selection(own, source, text, start, end, user=who, at=at))
    return own
