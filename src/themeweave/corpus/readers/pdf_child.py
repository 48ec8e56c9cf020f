"""The child process that reads a PDF: ``python -m themeweave.corpus.readers.pdf_child 120 2000``.

Its arguments are its limits in seconds and megabytes. Standard input holds the password, in
hexadecimal digits, on a line of its own, then the file; the records of `pdf_pipe` go to standard
output. Nothing is written anywhere else.
"""

from __future__ import annotations

import sys
from typing import Any

from themeweave.corpus.readers.pdf_columns import lines_of
from themeweave.corpus.readers.pdf_pages import draw
from themeweave.corpus.readers.pdf_pipe import Page, page_records

FAULTS = {4: "locked", 5: "security"}  # PDFium's error codes; any other is a broken file


def main(seconds: int, megabytes: int) -> None:
    """Read the PDF on standard input under limits; write its pages as records."""
    limit(seconds, megabytes)
    try:
        password = bytes.fromhex(sys.stdin.buffer.readline().decode("ascii")).decode("utf-8")
        _read(sys.stdin.buffer.read(), password)
    except MemoryError:
        _say("fault\tmemory\n")


def limit(seconds: int, megabytes: int) -> None:
    """Let the system end this process too, should its parent be gone."""
    try:
        import resource
    except ImportError:
        return  # Windows: the parent watches the clock
    most = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(raw: bytes, password: str) -> None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw, password=password or None)
    except pypdfium2.PdfiumError as error:
        kind = FAULTS.get(error.err_code, "broken")
        _say(f"fault\t{'wrong password' if kind == 'locked' and password else kind}\n")
        return
    _say(f"pages\t{len(document)}\n")
    for index in range(len(document)):
        _say(page_records(_page(document, index)))
    _say("end\n")


def _page(document: Any, index: int) -> Page:
    import pypdfium2

    try:
        page = document[index]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return Page(index + 1, readable=False)
    drawn = draw(page, text_page)
    text_page.close()
    page.close()
    lines = lines_of(drawn.words, drawn.dots)
    return Page(index + 1, unmapped=drawn.unmapped, skewed=drawn.skewed, lines=lines)


def _say(records: str) -> None:
    sys.stdout.buffer.write(records.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
