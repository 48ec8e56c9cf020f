"""Readers: a document's bytes in, its canonical text with sections, references and citations out.

`read_document` tells from the content what a file is. Each reader stands in a module of its own
with a ``read(raw, name)`` and a ``VERSION``, because offsets depend on both; it is found by its
kind through the entry points ``themeweave.readers``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themeweave import plugins
from themeweave.corpus.records import Document
from themeweave.errors import ReviewError

TEXT = ("text", "markdown", "html")  # kinds whose encoding a person may have to say
_ADVICE = {
    "doc": "Open it in Word or LibreOffice and save it as .docx.",
    "rtf": "Open it in Word or LibreOffice and save it as .docx.",
    "odt": "Open it in LibreOffice and save it as .docx.",
    "image": "A picture holds no text: run OCR over it first (ocrmypdf makes a PDF with text).",
    "zip": "Unpack it and give the documents inside.",
    "qdpx": "It is brought in as a project, not as a document.",
}


def read_document(
    raw: bytes,
    name: str,
    encoding: str = "",
    *,
    password: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Document:
    r"""Read one document.

    Parameters
    ----------
    raw, name
        The file's bytes, and its name: for messages, and as a hint where content leaves a choice.
    encoding
        For plain text, Markdown and HTML that are not in UTF-8: what a person says they are in.
    password
        Of a PDF that is encrypted; neither kept nor shown.
    progress
        Called after each page of a PDF with the pages read and the pages in all.

    Returns
    -------
    Document
        Its notes begin with what was odd about the file, such as a wrong suffix.

    Raises
    ------
    ReviewError
        Where the file is empty, damaged, unsafe, in an unknown encoding, or of a kind that has no
        reader; a list of references and a sheet are named as what they are.

    Examples
    --------
    >>> document = read_document(b"# Results\r\n\r\nPeers helped.\r\n", "notes.md")
    >>> document.text, document.reader
    ('# Results\n\nPeers helped.\n', 'markdown@1')
    """
    from themeweave.corpus.readers.sniff import REFERENCE_LISTS, SHEETS, sniff

    found = sniff(raw, name, encoding)
    document: Document
    if found.kind in TEXT:
        document = plugins.load("readers", found.kind)(raw, name, encoding)
    elif encoding:
        raise ReviewError(
            f"an encoding cannot be chosen for {found.words}", name, "Leave the encoding out."
        )
    elif found.kind == "pdf":
        read = plugins.load("readers", "pdf")
        document = read(raw, name, password=password, progress=progress)
    elif found.kind in plugins.names("readers"):
        document = plugins.load("readers", found.kind)(raw, name)
    elif found.kind in REFERENCE_LISTS:
        raise ReviewError(
            f"the file is {found.words}, not a document",
            name,
            "Add its works with 'themeweave corpus references'.",
        )
    elif found.kind in SHEETS:
        raise ReviewError(
            f"the file is {found.words}, not a document",
            name,
            "Put it into corpus/ as findings, or start with 'themeweave init --findings'.",
        )
    else:
        raise ReviewError(
            f"the file is {found.words}, for which there is no reader",
            name,
            _ADVICE.get(found.kind, "Save it as .docx, .html, .txt or .md, or print it to .pdf."),
        )
    return replace(document, notes=(*found.notes, *document.notes))
