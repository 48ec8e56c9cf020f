"""The canonical text of a document, made before the first offset is.

Line ends are LF, there is no byte-order mark, characters are in Unicode NFC, and what cannot be
seen or stored (NUL, control characters, lone surrogates) is taken out and counted. Offsets are
Python string indices into this text: code points, from 0, the end exclusive.

Bytes are read strictly. An encoding is never guessed: it is UTF-8, or what a byte-order mark says,
or what a person says after they saw a preview.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from themeweave.corpus.records import Document, Link, PageSpan, Reference, Section
from themeweave.errors import ReviewError

ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1250",
    "cp1251",
    "cp1252",
    "iso-8859-1",
    "iso-8859-15",
    "mac-roman",
    "gb18030",
    "shift-jis",
)
MOST_MARKS = 1_000
_MARK_RUNS = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS},}}")
# The longer mark first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]"
)  # everything that no line holds: control characters, marks inside, half characters


def canonical(text: str) -> str:
    r"""Bring a text into its canonical form; doing it twice changes nothing.

    Raises
    ------
    ReviewError
        Where more than `MOST_MARKS` accents stand on one letter: to put them in order takes
        time that grows with their square.

    Examples
    --------
    >>> canonical("\ufeffCafe\u0301\r\nopen\x00") == "Caf\u00e9\nopen"
    True
    """
    text = _LINE_ENDS.sub("\n", _UNSEEN.sub("", text))
    if unicodedata.is_normalized("NFC", text):
        return text
    for run in _MARK_RUNS.finditer(text):
        if sum(1 for sign in run[0] if unicodedata.combining(sign)) > MOST_MARKS:
            raise ReviewError(
                f"more than {MOST_MARKS:,} accents stand on one letter",
                f"character {run.start()}",
                "People do not write this; look where the text comes from.",
            )
    return unicodedata.normalize("NFC", text)


def repairs(text: str) -> tuple[str, ...]:
    r"""Say in words what `canonical` takes out of a text, and what was lost before it came here.

    Examples
    --------
    >>> repairs("one\x00two\x00")
    ('removed 2 control characters that cannot be shown: 2 x U+0000',)
    """
    notes = []
    unseen = Counter(_UNSEEN.findall(text.removeprefix("\ufeff")))
    if unseen:
        total = unseen.total()
        each = ", ".join(f"{count} x U+{ord(sign):04X}" for sign, count in sorted(unseen.items()))
        notes.append(
            f"removed {total} control character{'s' if total > 1 else ''} "
            f"that cannot be shown: {each}"
        )
    lost = text.count("\ufffd")
    if lost:
        notes.append(
            f"the file holds {lost} replacement character{'s' if lost > 1 else ''} (U+FFFD): "
            "an earlier program lost a letter there"
        )
    return tuple(notes)


def decode(raw: bytes, name: str, encoding: str = "") -> tuple[str, tuple[str, ...]]:
    r"""Decode a file's bytes strictly; nothing is replaced and nothing is guessed.

    Parameters
    ----------
    raw, name
        The bytes, and the file's name for messages.
    encoding
        One of `ENCODINGS` where a person chose it; otherwise UTF-8, or what the mark at the start
        of the file says.

    Returns
    -------
    tuple of (text, notes)
        The text as the bytes spell it, not yet canonical. A note records each choice that was made.

    Raises
    ------
    ReviewError
        For bytes that the encoding does not allow, naming the first and showing how its line would
        read as cp1252; for UTF-16 without a mark; for an encoding that is not in the list.

    Examples
    --------
    >>> decode(b"\x93Peers\x94", "note.txt", "cp1252")
    ('“Peers”', ('read as cp1252, as was asked',))
    """
    if encoding:
        asked = encoding.lower().replace("_", "-")
        if asked not in ENCODINGS:
            raise ReviewError(
                f"the encoding '{encoding}' is not one that is read",
                name,
                f"Choose one of: {', '.join(ENCODINGS)}.",
            )
        return _strictly(raw, name, asked), (f"read as {asked}, as was asked",)
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            text = _strictly(raw, name, codec)
            if codec == "utf-8-sig":
                return text, ()
            return text, (f"read as {codec}, which its byte-order mark says",)
    wide = unmarked_utf16(raw)
    if wide:
        raise ReviewError(
            f"the file looks like UTF-16 without a byte-order mark ({wide})",
            name,
            "As that it begins: "
            f"'{_shown(raw[:160].decode(wide, 'backslashreplace'))}'. "
            f"If this is right, read it on the command line with --encoding {wide}; "
            "or save it as UTF-8 in the program that made it.",
        )
    return _strictly(raw, name, "utf-8"), ()


def unmarked_utf16(raw: bytes) -> str:
    r"""Name the byte order of text that looks like UTF-16 without its mark; empty for any other.

    Latin text in UTF-16 has a zero in every second byte.

    Examples
    --------
    >>> unmarked_utf16("peer support".encode("utf-16-le")), unmarked_utf16(b"peer support")
    ('utf-16-le', '')
    """
    head = raw[:4096]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0) / len(head[0::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def document(
    name: str,
    text: str,
    reader: str,
    *,
    sections: Sequence[Section] = (),
    references: Sequence[Reference] = (),
    links: Sequence[Link] = (),
    places: Sequence[PageSpan] = (),
    notes: Sequence[str] = (),
) -> Document:
    """Make the record of a document from its canonical text.

    Parameters
    ----------
    name, text, reader
        The file's name, its canonical text, and the reader's name and version (``markdown@1``).
    sections, references, links, places, notes
        As in `Document`; their offsets point into ``text``.

    Raises
    ------
    ReviewError
        Where the text holds no letter or digit.
    ValueError
        Where the text is not canonical, or an offset points outside it: a fault of the reader.

    Examples
    --------
    >>> document("note.txt", "Peers helped.", "text@1").id
    '5075db49690f'
    """
    if not any(sign.isalnum() for sign in text):
        raise ReviewError("no text found", name, "Is this the right file? Open it and look.")
    if text != canonical(text):
        raise ValueError(f"{reader} gave a text that is not canonical")
    spans = [(record.start, record.end) for record in sections]
    spans += [(record.start, record.end) for record in links]
    spans += [(record.start, record.end) for record in places]
    for start, end in spans:
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"{reader} gave the span {start} to {end} in a text of {len(text)}")
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Document(
        id=digest[:12],
        name=name,
        text=text,
        sha256=digest,
        reader=reader,
        sections=tuple(sections),
        references=tuple(references),
        links=tuple(links),
        places=tuple(places),
        notes=tuple(notes),
    )


def _strictly(raw: bytes, name: str, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        if not codec.startswith("utf-8"):
            raise ReviewError(
                f"the file cannot be read as {codec}: byte {error.start} does not belong to it",
                name,
                "Another encoding may be the right one; or save the file as UTF-8 in the program "
                "that made it.",
            ) from None
        # Codecs that strip a mark count from behind it.
        place = error.start + (len(raw) - len(error.object))
        bad = raw[place : place + 1].hex() or "nothing"
        line = raw.count(b"\n", 0, place) + 1
        start = max(raw.rfind(b"\n", 0, place) + 1, place - 60)
        end = raw.find(b"\n", place)
        preview = raw[start : min(len(raw) if end < 0 else end, place + 60)]
        raise ReviewError(
            f"the file is not in {codec.removesuffix('-sig').upper()}: "
            f"byte {place} (0x{bad}) does not belong to it",
            f"{name}, line {line}",
            f"As cp1252 (Windows, Western Europe) it would read: "
            f"'{_shown(preview.decode('cp1252', 'backslashreplace'))}'. "
            "If this is right, read it on the command line with --encoding cp1252; "
            "otherwise save it as UTF-8 in the program that made it.",
        ) from None


def _shown(text: str) -> str:
    return " ".join(canonical(text).split())
