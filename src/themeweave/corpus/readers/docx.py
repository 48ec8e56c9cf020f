"""Word: paragraphs and tables in order, as the document reads once all changes are accepted.

The XML is read itself, because text also stands where a Word library does not look: in content
controls (citation managers use them), insertions and fields. Deletions, footnotes, comments, text
boxes and pictures are left out and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from themeweave.corpus.readers.canonical import document
from themeweave.corpus.readers.flow import BLOCK, LINE, Flow, nested, raised
from themeweave.corpus.readers.reference_list import is_reference_heading, read_list
from themeweave.corpus.readers.text import heading_level
from themeweave.corpus.readers.xml_gate import parse
from themeweave.corpus.readers.zip_gate import Archive, open_archive
from themeweave.corpus.records import Document
from themeweave.errors import ReviewError

if TYPE_CHECKING:
    from lxml.etree import _Element

VERSION = "docx@1"
LONGEST_BOLD = 120  # characters of a bold line that may be a heading
_SKIPPED = {
    "del": "tracked deletion",
    "moveFrom": "tracked move",
    "footnoteReference": "footnote",
    "endnoteReference": "endnote",
    "commentReference": "comment",
    "sym": "symbol of a picture font",
    "object": "embedded object",
    "altChunk": "embedded document",
}
_SILENT = {"pPr", "rPr", "sdtPr", "sdtEndPr", "instrText", "delText", "delInstrText", "Fallback"}
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NO = ("0", "false", "off", "none")


def read(raw: bytes, name: str) -> Document:
    """Read a Word document.

    Parameters
    ----------
    raw, name
        The bytes of a .docx file, and its name for messages.

    Returns
    -------
    Document
        Headings are paragraphs of a heading style or outline level; where the document has none,
        lines that read as headings, and bold ones below them. A row of a table is a line, its
        cells divided by " | ". Numbers that Word makes itself are not part of the text.

    Raises
    ------
    ReviewError
        For an archive that is unsafe or damaged, XML with a DOCTYPE, and where there is no text.
    """
    archive = open_archive(raw, name)
    main = _main_part(archive, name)
    body = _child(parse(archive.read(main), f"{name}, {main}"), "body")
    if body is None:
        raise ReviewError("the Word document has no body", name, "Open it in Word and save it.")
    walk = _Walk(_styles(archive, main, name), body)
    walk.blocks(body)
    walk.skipped["page header or footer"] = sum(
        1 for member in archive.members if re.search(r"/(?:header|footer)\d*\.xml$", member)
    )
    text = walk.flow.text()
    sections = nested(walk.flow.heads, len(text))
    references, doubts = read_list(text, sections)
    return document(
        name,
        text,
        VERSION,
        sections=sections,
        references=references,
        notes=(*walk.notes(), *walk.flow.notes(), *doubts),
    )


def _main_part(archive: Archive, name: str) -> str:
    """Find the part with the text: mostly word/document.xml, but Word may call it otherwise."""
    if "_rels/.rels" in archive.members:
        for relation in parse(archive.read("_rels/.rels"), f"{name}, _rels/.rels"):
            target = relation.get("Target", "").lstrip("/")
            if relation.get("Type", "").endswith("/officeDocument") and target in archive.members:
                return target
    if "word/document.xml" in archive.members:
        return "word/document.xml"
    raise ReviewError(
        "the Word document is damaged: its text is missing", name, "Open it in Word and save it."
    )


def _styles(archive: Archive, main: str, name: str) -> dict[str, tuple[str, int]]:
    """Give each paragraph style its name and its level as a heading: 0 for body, -1 for a title."""
    member = main.rsplit("/", 1)[0] + "/styles.xml"
    if member not in archive.members:
        return {}
    styles = {
        _value(style, "styleId"): style
        for style in parse(archive.read(member), f"{name}, {member}")
        if _local(style) == "style"
    }
    found: dict[str, tuple[str, int]] = {}
    for key, style in styles.items():
        own_name = _of_child(style, "name")
        step: _Element | None = style
        level, seen = 0, set()
        while step is not None and not level and id(step) not in seen:
            seen.add(id(step))
            level = _level(_of_child(step, "name"), _child(step, "pPr"))
            step = styles.get(_of_child(step, "basedOn"))
        found[key] = own_name, level
    return found


def _level(style_name: str, properties: _Element | None) -> int:
    outline = _of_child(properties, "outlineLvl")
    if outline.isdigit():
        return int(outline) + 1 if int(outline) < 9 else 0
    heading = re.fullmatch(r"heading ([1-9])", style_name.lower())
    if heading:
        return int(heading[1])
    return -1 if style_name.lower() == "title" else 0


class _Walk:
    """The way through a document's body, and what was met on it."""

    def __init__(self, styles: Mapping[str, tuple[str, int]], body: _Element) -> None:
        self.flow = Flow()
        self.skipped: Counter[str] = Counter()
        self.inserted = 0
        self._styles = styles
        levels = [self._outline(p) for p in body.iter() if _local(p) == "p"]
        self._titled = -1 in levels
        self._styled = any(level > 0 for level in levels)
        self._in_references = self._in_list = False

    def notes(self) -> list[str]:
        """Say what was left out and how headings were found."""
        notes = [f"kept {_counted(self.inserted, 'tracked insertion')}"] if self.inserted else []
        notes += [f"skipped {_counted(n, what)}" for what, n in sorted(self.skipped.items()) if n]
        if self.flow.heads and not self._styled:
            notes.append("no heading styles: headings are read from the look of the lines")
        return notes

    def blocks(self, element: _Element) -> None:
        """Read paragraphs and tables in order."""
        for child in element:
            tag = _local(child)
            if tag == "p":
                self._paragraph(child)
            elif tag == "tbl":
                self._table(child)
            elif tag in _SKIPPED:
                self.skipped[_SKIPPED[tag]] += 1
            elif tag not in _SILENT and tag != "sectPr":
                self.inserted += tag == "ins"
                self.blocks(child)

    def _paragraph(self, paragraph: _Element) -> None:
        style = self._styles.get(_of_child(_child(paragraph, "pPr"), "pStyle"), ("", 0))[0]
        runs = list(self._runs(paragraph))
        words = _joined(runs).strip()
        if style.lower().startswith("toc ") and words:
            self.skipped["line of the table of contents"] += 1
            return
        listed = _child(_child(paragraph, "pPr"), "numPr") is not None
        level = self._heading(paragraph, words, runs) if words else 0
        self.flow.end(LINE if listed and self._in_list and not level else BLOCK)
        self._in_list = listed and not level
        if level:
            self.flow.open_heading()
        self.flow.write(words, verbatim=True)
        if level:
            self.flow.close_heading(level)
            self._in_references = is_reference_heading(words)

    def _heading(self, paragraph: _Element, words: str, runs: list[tuple[str, bool, bool]]) -> int:
        """Give the level of a paragraph as a heading, 0 for body text."""
        level = self._outline(paragraph)
        if self._styled or level:
            return 1 if level < 0 else level + self._titled if level else 0
        seen = heading_level(words)
        if seen and not (self._in_references and words[0].isdigit()):
            return seen + self._titled
        bold = all(is_bold for part, _, is_bold in runs if part.strip())
        short = len(words) <= LONGEST_BOLD and words[-1] not in ".,;"
        return 2 + self._titled if bold and short and not self._in_references else 0

    def _outline(self, paragraph: _Element) -> int:
        properties = _child(paragraph, "pPr")
        if _child(properties, "outlineLvl") is not None:
            return _level("", properties)
        return self._styles.get(_of_child(properties, "pStyle"), ("", 0))[1]

    def _table(self, table: _Element) -> None:
        rows = list(_within(table, "tr"))
        narrow = all(sum(1 for _ in _within(row, "tc")) <= 1 for row in rows)
        self.flow.end()
        for row in rows:
            if _child(_child(row, "trPr"), "del") is not None:
                self.skipped["tracked deletion"] += 1
            elif narrow:  # a frame around text
                for cell in _within(row, "tc"):
                    self.blocks(cell)
            else:
                cells = [self._cell(cell) for cell in _within(row, "tc")]
                self.flow.end(LINE)
                self.flow.write(" | ".join(cells) if any(cells) else "")
        self.flow.end()
        self._in_list = False

    def _cell(self, cell: _Element) -> str:
        paragraphs = (_joined(self._runs(paragraph)) for paragraph in _within(cell, "p"))
        return " ".join(" ".join(paragraphs).split())

    def _runs(self, element: _Element) -> Iterator[tuple[str, bool, bool]]:
        """Give the runs of a paragraph: their words, whether raised, whether bold."""
        for child in element:
            tag = _local(child)
            if tag in ("drawing", "pict"):
                boxes = sum(1 for inner in child.iter() if _local(inner) == "txbxContent")
                self.skipped["text box" if boxes else "picture"] += boxes or 1
            elif tag in _SKIPPED:
                self.skipped[_SKIPPED[tag]] += 1
            elif tag == "r" and _is_on(_child(child, "rPr"), "vanish"):
                self.skipped["hidden run of text"] += 1
            elif tag == "r":
                look = _child(child, "rPr")
                is_raised = _is_raised(look)
                for words, *_ in self._runs(child):
                    yield words, is_raised, _is_on(look, "b")
            elif tag == "t":
                yield child.text or "", False, False
            elif tag in _SIGNS:
                yield _SIGNS[tag], False, False
            elif tag not in _SILENT:
                self.inserted += tag == "ins"
                yield from self._runs(child)


def _joined(runs: Iterator[tuple[str, bool, bool]] | list[tuple[str, bool, bool]]) -> str:
    """Join runs; superscript numbers that Word cut into several runs are taken together."""
    parts: list[tuple[str, bool]] = []
    for words, is_raised, _ in runs:
        if parts and parts[-1][1] and is_raised:
            parts[-1] = parts[-1][0] + words, True
        else:
            parts.append((words, is_raised))
    return "".join(raised(words) if is_raised else words for words, is_raised in parts)


def _within(element: _Element, tag: str) -> Iterator[_Element]:
    """Give the nearest elements of a kind inside one, also through content controls."""
    for child in element:
        if _local(child) == tag:
            yield child
        elif _local(child) not in _SILENT:
            yield from _within(child, tag)


def _local(element: _Element) -> str:
    """Give an element's name without its namespace, of which Word has two."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: _Element | None, tag: str) -> _Element | None:
    if element is None:
        return None
    return next((child for child in element if _local(child) == tag), None)


def _value(element: _Element, key: str = "val") -> str:
    return next((str(v) for k, v in element.attrib.items() if str(k).endswith(f"}}{key}")), "")


def _of_child(element: _Element | None, tag: str) -> str:
    child = _child(element, tag)
    return "" if child is None else _value(child)


def _is_raised(look: _Element | None) -> bool:
    """Tell superscripts, which LibreOffice writes as text set higher than its line."""
    height = _of_child(look, "position")
    return _of_child(look, "vertAlign") == "superscript" or (height.isdigit() and int(height) > 0)


def _is_on(look: _Element | None, tag: str) -> bool:
    child = _child(look, tag)
    return child is not None and _value(child).lower() not in _NO


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"
