"""Words out of a PDF page: what PDFium says of each character, gathered into words with boxes.

PDFium gives characters in the order in which the file draws them, each with its box and the
point it stands on. A word ends at white space, where the writing jumps, and where its size or
baseline changes, so that a raised citation number is a word of its own.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points

BOLD = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|-bd|[-_]?medi$", re.IGNORECASE)
FIXED_PITCH = 1  # a flag of a font; narrow letters stand apart in it
SKEW = math.radians(10)  # text turned further than this off the axes is a watermark or a figure


@dataclass(frozen=True, slots=True)
class Word:
    """Characters drawn together, in a frame where their line runs from left to right."""

    text: str
    box: Box  # of the ink
    baseline: float
    size: float  # of the type as printed, in points
    bold: bool
    glued: bool  # no white space stands between it and the word drawn before it
    turn: int = 0  # quarter turns of the frame: 1 where the page's lines run upwards


@dataclass(frozen=True, slots=True)
class Drawn:
    """The words of one page, and how many characters were left out, and why."""

    words: tuple[Word, ...]
    unmapped: int  # characters to which the file gives no meaning
    skewed: int  # characters at an angle to the page
    dots: tuple[Box, ...]  # small round or square shapes: bullets, perhaps


def turned(box: Box, turn: int) -> Box:
    """Turn a box clockwise about the origin, by quarter turns.

    Examples
    --------
    >>> turned((1.0, 10.0, 2.0, 30.0), 1)
    (10.0, -2.0, 30.0, -1.0)
    >>> turned(turned((1.0, 10.0, 2.0, 30.0), 1), 3)
    (1.0, 10.0, 2.0, 30.0)
    """
    left, bottom, right, top = box
    match turn % 4:
        case 1:
            return bottom, -right, top, -left
        case 2:
            return -right, -top, -left, -bottom
        case 3:
            return -top, left, -bottom, right
    return box


def around(first: Box, second: Box) -> Box:
    """Give the smallest box around two boxes."""
    # Spelled out, since it is asked for every character.
    return (
        first[0] if first[0] < second[0] else second[0],
        first[1] if first[1] < second[1] else second[1],
        first[2] if first[2] > second[2] else second[2],
        first[3] if first[3] > second[3] else second[3],
    )


def draw(page: Any, text_page: Any) -> Drawn:
    """Read the words of a page, in the order in which the file draws them.

    Parameters
    ----------
    page, text_page
        A ``PdfPage`` of pypdfium2 and its ``PdfTextPage``.
    """
    from pypdfium2 import raw

    handle = ctypes.cast(text_page.raw, ctypes.c_void_p).value
    unicode_at = _plain(raw.FPDFText_GetUnicode, ctypes.c_uint, 2)
    object_at = _plain(raw.FPDFText_GetTextObject, ctypes.c_void_p, 2)
    box_at = _plain(raw.FPDFText_GetCharBox, ctypes.c_int, 6)
    edges = (ctypes.c_double * 4)()
    left, right, bottom, top = (ctypes.addressof(edges) + 8 * place for place in range(4))
    pens = _Pens(text_page)
    pen = now = NO_PEN
    last: int | None = -1
    words: list[Word] = []
    letters, glued = "", False
    box: Box = (0.0, 0.0, 0.0, 0.0)
    unmapped = skewed = 0

    def close() -> None:
        if letters:
            words.append(Word(letters, box, pen.baseline, pen.size, pen.bold, glued, pen.turn))

    for index in range(text_page.count_chars()):
        letter = _letter(unicode_at(handle, index))
        if letter == " ":
            close()
            letters, glued = "", False
            continue
        drawn = object_at(handle, index)
        if drawn != last or not drawn:
            last, now = drawn, pens.at(index)
        if not letter or now.skewed:
            unmapped += not letter
            skewed += now.skewed
            continue
        box_at(handle, index, left, right, bottom, top)
        west, east, south, north = edges[:]
        ink: Box = (west, south, east, north)
        ink = turned(ink, now.turn) if now.turn else ink
        reached = -0.6 * pen.size < ink[0] - box[2] < pen.reach
        if letters and (now is not pen or not reached):
            jump = not reached or _jumps(pen, now)
            if jump or _changes(pen, now):
                close()
                letters, glued = "", not jump
        if letters:
            letters += letter
            box = around(box, ink)
        else:
            letters, box, pen = letter, ink, now
    close()
    return Drawn(tuple(words), unmapped, skewed, tuple(_dots(page)))


def _plain(function: Any, gives: Any, takes: int) -> Any:
    """Give one of PDFium's functions so that it takes handles as plain numbers.

    It is called for every character; made with pointers, most of the time goes into making them.
    """
    kind = ctypes.CFUNCTYPE(gives, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * (takes - 2))
    return kind(ctypes.cast(function, ctypes.c_void_p).value or 0)


def _dots(page: Any) -> Iterator[Box]:
    """Find the bullets that are drawn as shapes, as browsers do."""
    from pypdfium2 import raw

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(raw.FPDFPage_CountObjects(page)):
        shape = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(shape) == raw.FPDF_PAGEOBJ_PATH:
            raw.FPDFPageObj_GetBounds(shape, left, bottom, right, top)
            wide, high = right.value - left.value, top.value - bottom.value
            if 1 < wide < 8 and abs(wide - high) < 0.2 * wide:
                yield left.value, bottom.value, right.value, top.value


@lru_cache(maxsize=4096)
def _letter(code: int) -> str:
    """Give a character's text: a space for white space, nothing for what has no meaning."""
    if 0x20 < code < 0x7F:
        return chr(code)
    if code in (0x02, 0xFFFE):
        return "-"  # what PDFium makes of a hyphen at the end of a line
    if code <= 0x20 or code in (0x7F, 0x85, 0xA0, 0x202F, 0x3000, 0x2028, 0x2029):
        return " " if code else ""
    if 0x2000 <= code <= 0x200B or 0x80 <= code < 0xA0:
        return " "
    if code in (0xFFFD, 0xFFFF, 0xFEFF) or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return ""
    return chr(code)


class _Pen(NamedTuple):
    """What the characters of one text object share."""

    baseline: float
    size: float
    bold: bool
    turn: int
    skewed: bool
    reach: float  # a wider gap parts words, even without a space


NO_PEN = _Pen(0.0, 0.0, False, 0, False, 0.0)


def _jumps(pen: _Pen, now: _Pen) -> bool:
    """Whether the writing leaves its line."""
    return now.turn != pen.turn or abs(now.baseline - pen.baseline) > 0.6 * pen.size


def _changes(pen: _Pen, now: _Pen) -> bool:
    """Whether the writing is raised, lowered or of another size."""
    rise = abs(now.baseline - pen.baseline)
    return rise > 0.1 * pen.size or abs(now.size - pen.size) > 0.5


class _Pens:
    """The pens of a page; asking PDFium once for each look of the type."""

    def __init__(self, text_page: Any) -> None:
        from pypdfium2 import raw

        self.raw = raw
        self.text_page = text_page
        self.pen = NO_PEN
        self.matrix = raw.FS_MATRIX()
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.looks: dict[tuple[float, ...], tuple[float, bool, int, bool, float]] = {}

    def at(self, index: int) -> _Pen:
        """Give the pen of a character; the same object as long as nothing changes."""
        pen = self._ask(index)
        if pen != self.pen:
            self.pen = pen
        return self.pen

    def _ask(self, index: int) -> _Pen:
        raw, matrix, x, y = self.raw, self.matrix, self.x, self.y
        raw.FPDFText_GetMatrix(self.text_page, index, matrix)
        drawn = raw.FPDFText_GetTextObject(self.text_page, index)
        font = raw.FPDFTextObj_GetFont(drawn) if drawn else None
        size = raw.FPDFText_GetFontSize(self.text_page, index)
        handle = ctypes.addressof(font.contents) if font else 0
        key = (handle, size, matrix.a, matrix.b, matrix.c, matrix.d)
        look = self.looks.get(key)
        if look is None:
            look = self.looks[key] = self._look(index, abs(size))
        raw.FPDFText_GetCharOrigin(self.text_page, index, x, y)
        baseline = y.value
        if look[2]:
            baseline = turned((x.value, y.value, x.value, y.value), look[2])[1]
        return _Pen(baseline, *look)

    def _look(self, index: int, size: float) -> tuple[float, bool, int, bool, float]:
        matrix = self.matrix
        size *= math.hypot(matrix.c, matrix.d) or 1.0
        angle = math.atan2(matrix.b, matrix.a)
        turn = round(angle / (math.pi / 2))
        skewed = abs(angle - turn * math.pi / 2) > SKEW
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self.raw.FPDFText_GetFontInfo(self.text_page, index, name, 128, flags)
        bold = BOLD.search(name.value.decode("utf-8", "replace")) is not None
        reach = (0.6 if flags.value & FIXED_PITCH else 0.28) * size
        return round(size, 2), bold, turn % 4, skewed, reach
