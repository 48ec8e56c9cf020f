"""The child process that draws a page: ``python -m themeweave.corpus.readers.pdf_painter ...``.

Its arguments are its limits in seconds and megabytes, the page from 1 (0 asks for the sizes of all
pages instead) and the width in pixels. Standard input holds the file; the answer that
`pdf_pictures` expects goes to standard output. Nothing is written anywhere else.
"""

from __future__ import annotations

import ctypes
import math
import struct
import sys
import zlib
from typing import Any

from themeweave.corpus.readers.pdf_child import FAULTS, limit
from themeweave.corpus.readers.pdf_pages import draw
from themeweave.corpus.readers.pdf_pictures import PAGES, PIXELS, PNG, Affine, records_of

_FINE = 1_000_000  # parts of a page's width and height that places are told in


def main(seconds: int, megabytes: int, page: int, width: int) -> None:
    """Draw a page of the PDF on standard input under limits, or give the sizes of all."""
    limit(seconds, megabytes)
    try:
        answer = _answer(sys.stdin.buffer.read(), page, width)
    except MemoryError:
        answer = b"memory\n"
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _answer(raw: bytes, number: int, width: int) -> bytes:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
        if number == 0:
            sizes = [document.get_page_size(n) for n in range(min(len(document), PAGES))]
            return b"done\n" + "".join(f"{w:.2f}\t{h:.2f}\n" for w, h in sizes).encode()
        if not 0 < number <= len(document):
            return b"no such page\n"
        page = document[number - 1]
        words = draw(page, page.get_textpage()).words
        picture = _picture(page, width)
    except pypdfium2.PdfiumError as error:
        return b"locked\n" if FAULTS.get(error.err_code) == "locked" else b"broken\n"
    return b"done\n" + records_of(_to_page(page), words) + picture


def _picture(page: Any, width: int) -> bytes:
    wide, high = page.get_size()
    scale = min(width / wide, math.sqrt(PIXELS / (wide * high)))
    drawn = page.render(scale=scale, rev_byteorder=True)
    line = drawn.width * drawn.n_channels
    kept = bytes(drawn.buffer)
    rows = [kept[at : at + line] for at in range(0, drawn.stride * drawn.height, drawn.stride)]
    return png(drawn.width, rows, drawn.n_channels)


def png(width: int, rows: list[bytes], channels: int) -> bytes:
    """Write a picture as PNG: red, green and blue, or grey where no point has a colour.

    Parameters
    ----------
    rows
        Of 8 bits a channel; of four channels the last is left out.
    """
    points = b"".join(rows)
    red, green, blue = (points[place::channels] for place in (0, 1 % channels, 2 % channels))
    grey = red == green == blue
    if grey:
        rows = [red[at : at + width] for at in range(0, len(red), width)]
    elif channels == 4:
        joined = bytearray(3 * len(red))
        joined[0::3], joined[1::3], joined[2::3] = red, green, blue
        rows = [bytes(joined[at : at + 3 * width]) for at in range(0, len(joined), 3 * width)]
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 0 if grey else 2, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows), 3)
    return PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", content) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def _to_page(page: Any) -> Affine:
    """Say how the file's points are shown: the page may be turned, or a part of its sheet only."""
    from pypdfium2 import raw

    def shown(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
        return across.value / _FINE, down.value / _FINE

    (e, f), (x1, y1), (x2, y2) = shown(0, 0), shown(1000, 0), shown(0, 1000)
    return (x1 - e) / 1000, (y1 - f) / 1000, (x2 - e) / 1000, (y2 - f) / 1000, e, f


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:5]))
