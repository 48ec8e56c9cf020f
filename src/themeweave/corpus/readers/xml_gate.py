"""The one way into XML from strangers: no DTD, no entities, no network, and caps on everything.

Refused before the parser sees it: a DOCTYPE (except one that a caller knows, which is then taken
out), too many bytes or elements. Refused after it: nesting deeper than people write.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING

from themeweave.corpus.readers.canonical import decode
from themeweave.errors import ReviewError

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_BYTES = 100_000_000
MOST_TAGS = 2_000_000
DEEPEST = 200
UNSAFE = "Files like this are made to harm a reader; ask whoever sent it for another copy."
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml\b([^>]*)\?>")
_ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")


def parse(raw: bytes, name: str, doctypes: tuple[str, ...] = ()) -> _Element:
    """Parse XML and give its root element.

    Parameters
    ----------
    raw, name
        The bytes, and the file's name for messages.
    doctypes
        Public identifiers, or their beginnings, of the document types that are let in. Their DTD
        is not read; of the names that it would define, those of HTML are known (``&nbsp;``).

    Raises
    ------
    ReviewError
        For any other DOCTYPE or one that declares entities, for bytes in another encoding than the
        file says, for XML that is not well formed, and beyond `MOST_BYTES`, `MOST_TAGS`, `DEEPEST`.

    Examples
    --------
    >>> parse(b"<article><p>Peers</p></article>", "a.xml")[0].text
    'Peers'
    """
    from lxml import etree

    if len(raw) > MOST_BYTES:
        raise ReviewError(
            f"the XML is larger than {MOST_BYTES // 1_000_000} MB", name, "Split the file."
        )
    text = _text(raw, name)
    if text.count("<") > MOST_TAGS:
        raise ReviewError(f"the XML has more than {MOST_TAGS:,} tags", name, "Split the file.")
    at = doctype_start(text)
    if at is not None:
        text = text[:at] + text[_allowed(text, at, name, doctypes) :]
        text = _ENTITY.sub(_character, text)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise _too_deep(name) from None
        raise ReviewError(
            f"the XML is not well formed: {error.msg}",
            name,
            "The file may be cut short; fetch it again.",
        ) from None
    check_depth(root, name)
    return root


def doctype_start(text: str) -> int | None:
    """Find a DOCTYPE before the root element.

    Examples
    --------
    >>> doctype_start("<!-- <a> --> <!DOCTYPE a><a/>"), doctype_start("<a/>")
    (13, None)
    """
    place = prolog_end(text)
    return place if text[place : place + 9].upper() == "<!DOCTYPE" else None


def prolog_end(text: str) -> int:
    """Give the offset behind the white space, comments and instructions that open an XML text."""
    place = 0
    while True:
        while place < len(text) and (text[place].isspace() or text[place] == "\ufeff"):
            place += 1
        closing = "?>" if text.startswith("<?", place) else ""
        closing = "-->" if text.startswith("<!--", place) else closing
        end = text.find(closing, place + 2) if closing else -1
        if end < 0:
            return place
        place = end + len(closing)


def check_depth(root: _Element, name: str, deepest: int = DEEPEST) -> None:
    """Refuse a tree that is nested deeper than readers walk."""
    depth = 1
    level: list[_Element] = [root]
    while level:
        if depth > deepest:
            raise _too_deep(name)
        level = [child for element in level for child in element]
        depth += 1


def _too_deep(name: str) -> ReviewError:
    return ReviewError(f"elements are nested deeper than {DEEPEST} levels", name, UNSAFE)


def _text(raw: bytes, name: str) -> str:
    """Decode as a mark or the XML declaration says, UTF-8 otherwise."""
    declared = _DECLARATION.match(raw[:400].decode("latin-1"))
    encoding = _ENCODING.search(declared[1]) if declared else None
    label = encoding[1].lower() if encoding else "utf-8"
    if label in ("utf-8", "utf8", "us-ascii", "ascii", "utf-16"):
        label = ""
    text = decode(raw, name, {"windows-1252": "cp1252"}.get(label, label))[0]
    declaration = _DECLARATION.match(text)
    # The declaration speaks of bytes, and these are now others.
    return text[declaration.end() :].lstrip() if declaration else text.lstrip("\ufeff \t\r\n")


def _character(found: re.Match[str]) -> str:
    """Give the character that HTML names so; a name that it does not know stays as it is."""
    return html5.get(f"{found[1]};", found[0])


def _allowed(text: str, at: int, name: str, doctypes: tuple[str, ...]) -> int:
    """Give the end of a DOCTYPE that the caller knows; refuse any other."""
    end = text.find(">", at)
    inside = text[at : end + 1]
    public = re.search(r"""\bPUBLIC\s+["']([^"']*)["']""", inside)
    if end < 0 or "[" in inside or "<" in inside[1:]:
        raise ReviewError("the XML declares entities of its own (DOCTYPE)", name, UNSAFE)
    if not public or not public[1].startswith(doctypes or ("\0",)):
        raise ReviewError(
            "the XML names a document type (DOCTYPE) that is not known here",
            name,
            "Remove the <!DOCTYPE ...> line if you trust the file, and try again.",
        )
    return end + 1
