"""Decoding the text files that people keep: UTF-8, and no half-finished merge in them.

No other encoding is guessed. Where the bytes are not UTF-8, the message shows how they would read
in the two encodings that Excel and Windows write, and a person says which is right.
"""

from __future__ import annotations

import re

from themeweave.corpus.readers.canonical import ENCODINGS, unmarked_utf16
from themeweave.errors import ReviewError

HINT = "In an editor save it with the encoding UTF-8; in Excel choose 'Save as', 'CSV UTF-8'."
_MARK = re.compile(r"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_SHOWN = 60  # bytes of a preview on either side


def decode(raw: bytes, name: str, encoding: str = "", hint: str = HINT) -> str:
    r"""Decode UTF-8, with or without a byte-order mark, or the encoding that a person chose.

    Parameters
    ----------
    raw, name
        The file's bytes, and its name for messages.
    encoding
        One of `ENCODINGS`; empty for UTF-8.
    hint
        What to do about a file in another encoding.

    Raises
    ------
    ReviewError
        Naming the line: bytes that the encoding does not allow, with a preview of what they would
        be in others; the marks that git leaves where two versions of a file could not be merged.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfid,text", "new.csv")
    'id,text'
    >>> decode(b"Zo\xeb", "new.csv", "cp1252")
    'Zoë'
    """
    text = _chosen(raw, name, encoding) if encoding else _utf8(raw, name, hint)
    marks = [(text.count("\n", 0, mark.start()) + 1, mark[0]) for mark in _MARK.finditer(text)]
    if any(mark.startswith("<") for _, mark in marks):
        raise ReviewError(
            "two versions of the file were merged by git and left unfinished",
            name,
            "Keep what is right of both sides and delete the lines with the marks.",
            faults=[f"line {line}: {mark.strip()}" for line, mark in marks],
        )
    return text


def _chosen(raw: bytes, name: str, encoding: str) -> str:
    codec = encoding.lower().replace("_", "-")
    if codec not in ENCODINGS:
        raise ReviewError(
            f"the encoding '{encoding}' is not one that is read",
            name,
            f"Choose one of: {', '.join(ENCODINGS)}.",
        )
    try:
        return raw.decode("utf-8-sig" if codec == "utf-8" else codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ReviewError(
            f"the file cannot be read as {codec}: byte {error.start} does not belong to it",
            _line(raw, name, error.start),
            f"Choose another encoding, or none. {HINT}",
        ) from None


def _utf8(raw: bytes, name: str, hint: str) -> str:
    wide = "UTF-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    if not wide and unmarked_utf16(raw):
        wide = f"{unmarked_utf16(raw).upper()} without a byte-order mark"
    if wide:
        what = f"the file is in {wide}, not UTF-8"
        raise ReviewError(what, name, f"{_previews(raw, 0)} {hint}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start + len(raw) - len(error.object)  # counted from behind the mark
        raise ReviewError(
            f"the file is not in UTF-8: byte {place} is 0x{raw[place]:02x}",
            _line(raw, name, place),
            f"{_previews(raw, place)} {hint}",
        ) from None


def _line(raw: bytes, name: str, place: int) -> str:
    line = raw.count(b"\n", 0, place) + 1
    return f"{name}, line {line}"


def _previews(raw: bytes, place: int) -> str:
    """Show what stands at a place as cp1252, and how a file that may be UTF-16 begins as that."""
    start = max(raw.rfind(b"\n", 0, place) + 1, place - _SHOWN)
    end = raw.find(b"\n", place)
    line = raw[start : min(len(raw) if end < 0 else end, place + _SHOWN)]
    utf16 = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else unmarked_utf16(raw)
    windows = _visible(line.decode("cp1252", "replace"))
    shown = f"As cp1252 (Windows, Western Europe) it would read: '{windows}'"
    if utf16:
        head = raw[: 2 * _SHOWN].decode(utf16, "replace")
        shown += f"; as {utf16}: '{_visible(head)}'"
    return f"{shown}."


def _visible(text: str) -> str:
    return " ".join("".join(s if s.isprintable() else " " for s in text).split())
