"""Decoding the text files that people keep: UTF-8, and no half-finished merge in them."""

from __future__ import annotations

import re

from themeweave.errors import ReviewError

_HINT = "In an editor save it with the encoding UTF-8; in Excel choose 'Save as', 'CSV UTF-8'."
_MARK = re.compile(r"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)


def decode(raw: bytes, name: str) -> str:
    r"""Decode UTF-8, with or without a byte-order mark; anything else is refused by its place.

    Raises
    ------
    ReviewError
        Naming the line: bytes that are not UTF-8, the marks that git leaves where two versions
        of a file could not be merged.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfid,text", "new.csv")
    'id,text'
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReviewError("the file is in UTF-16, not UTF-8", name, _HINT)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ReviewError(
            f"the file is not in UTF-8: byte {error.start} is 0x{raw[error.start]:02x}",
            f"{name}, line {line}",
            _HINT,
        ) from None
    marks = [(text.count("\n", 0, mark.start()) + 1, mark[0]) for mark in _MARK.finditer(text)]
    if any(mark.startswith("<") for _, mark in marks):
        raise ReviewError(
            "two versions of the file were merged by git and left unfinished",
            name,
            "Keep what is right of both sides and delete the lines with the marks.",
            faults=[f"line {line}: {mark.strip()}" for line, mark in marks],
        )
    return text
