"""What a file is, from what it holds; its name is a hint among kinds of text and never more.

A file that is two things at once, or something unknown, is refused: a reader that guesses wrong
shows a person another text than the one that others see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from themeweave.corpus.readers.canonical import decode, unmarked_utf16
from themeweave.corpus.readers.xml_gate import prolog_end
from themeweave.errors import ReviewError

DOCUMENTS = ("pdf", "docx", "html", "jats", "markdown", "text")
REFERENCE_LISTS = ("ris", "nbib", "bibtex", "csl-json", "endnote-xml")
SHEETS = ("csv", "tsv", "xlsx", "jsonl", "parquet")
SUFFIXES = {
    "pdf": (".pdf",),
    "docx": (".docx", ".docm", ".dotx"),
    "html": (".html", ".htm", ".xhtml"),
    "jats": (".xml", ".nxml", ".jats"),
    "markdown": (".md", ".markdown", ".mkd", ".qmd", ".rmd"),
    "text": (".txt", ".text"),
    "ris": (".ris",),
    "nbib": (".nbib",),
    "bibtex": (".bib", ".bibtex"),
    "csl-json": (".json",),
    "endnote-xml": (".xml",),
    "csv": (".csv",),
    "tsv": (".tsv", ".tab"),
    "xlsx": (".xlsx", ".xlsm"),
    "jsonl": (".jsonl",),
    "parquet": (".parquet",),
}
_HEAD = 1 << 16
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BINARIES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc", "an old Office file (.doc, .xls)"),
    (b"{\\rtf", "rtf", "a Rich Text file"),
    (b"\x89PNG\r\n\x1a\n", "image", "a picture (PNG)"),
    (b"\xff\xd8\xff", "image", "a picture (JPEG)"),
    (b"GIF8", "image", "a picture (GIF)"),
    (b"II*\x00", "image", "a picture (TIFF)"),
    (b"MM\x00*", "image", "a picture (TIFF)"),
    (b"\x1f\x8b", "gzip", "a compressed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "an archive (7z)"),
    (b"Rar!", "rar", "an archive (RAR)"),
    (b"SQLite format 3\x00", "sqlite", "a database (SQLite)"),
    (b"PAR1", "parquet", "a table (Parquet)"),
    (b"\x7fELF", "program", "a program"),
    (b"MZ\x90", "program", "a program"),
)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAGS = re.compile(r"<(?:p|div|h[1-6]|table|article|section|ul|ol)\b[^<>]*>", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_JATS = re.compile(r"-//NLM//DTD|JATS|<(?:front|article-meta|journal-meta|body|sub-article)\b")
_ATX = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A kind of file, what it is in words, and what was odd about it."""

    kind: str
    words: str
    notes: tuple[str, ...] = ()


def sniff(raw: bytes, name: str, encoding: str = "") -> Sniffed:
    r"""Tell what a file is.

    Parameters
    ----------
    raw, name
        The bytes, and the file's name. The name decides only where the content fits several
        kinds (Markdown or text); where it says something else than the content, a note says so.
    encoding
        As in `canonical.decode`, for kinds of text.

    Returns
    -------
    Sniffed
        ``kind`` is one of `DOCUMENTS`, `REFERENCE_LISTS` or `SHEETS`, or another short name.

    Raises
    ------
    ReviewError
        For an empty file, a file that is two things at once, an unknown binary, and text in an
        encoding that is not known.

    Examples
    --------
    >>> sniff(b"<html><p>Peers", "saved.txt")
    Sniffed(kind='html', words='an HTML page',
            notes=("the name ends in '.txt', but it is an HTML page",))
    """
    if not raw.strip():
        raise ReviewError("no text found: the file is empty", name, "Restore it, or leave it out.")
    found = _binary(raw, name) or _of_text(raw, name, encoding)
    suffix = PurePath(name).suffix.lower()
    fitting = SUFFIXES.get(found.kind, ())
    if found.kind == "text" and suffix not in {s for group in SUFFIXES.values() for s in group}:
        return found
    if suffix and fitting and suffix not in fitting:
        note = f"the name ends in '{suffix}', but it is {found.words}"
        return Sniffed(found.kind, found.words, (*found.notes, note))
    return found


def _binary(raw: bytes, name: str) -> Sniffed | None:
    """Know a file by its first bytes; None for one that may be text."""
    start = raw[:1024].lstrip(b"\xef\xbb\xbf\x00\t\n\x0c\r ")
    pdf_at = raw.find(b"%PDF-", 0, 1024)
    ends_pdf = b"%%EOF" in raw[-2048:]
    starts_zip, ends_zip = raw.startswith(_ZIP_STARTS), _ends_as_zip(raw)
    starts_pdf = start.startswith(b"%PDF-")
    two = ""
    if starts_pdf and ends_zip:
        two = "a PDF and a ZIP archive"
    elif starts_zip and pdf_at >= 0:
        two = "a ZIP archive and a PDF"
    elif pdf_at > 0 and not starts_pdf and ends_pdf:
        two = "a PDF and something else before it"
    elif ends_zip and not starts_zip:
        two = "a ZIP archive and something else before it"
    if two:
        raise ReviewError(
            f"the file is two things at once: {two}",
            name,
            "Open it in the program that you trust and save it anew.",
        )
    if starts_pdf:
        notes = () if raw.startswith(b"%PDF-") else ("the PDF does not start at the first byte",)
        return Sniffed("pdf", "a PDF", notes)
    if starts_zip:
        return _zip(raw, name)
    for mark, kind, words in _BINARIES:
        if raw.startswith(mark):
            return Sniffed(kind, words)
    return None


def _ends_as_zip(raw: bytes) -> bool:
    """Tell whether the file ends with the directory of a ZIP archive."""
    at = raw.rfind(b"PK\x05\x06", max(0, len(raw) - 65_557))
    return 0 <= at <= len(raw) - 22 and (
        at + 22 + int.from_bytes(raw[at + 20 : at + 22], "little") == len(raw)
    )


def _zip(raw: bytes, name: str) -> Sniffed:
    from themeweave.corpus.readers.zip_gate import open_archive

    members = open_archive(raw, name).members
    for member, kind, words in (
        ("word/document.xml", "docx", "a Word document"),
        ("xl/workbook.xml", "xlsx", "an Excel workbook"),
        ("ppt/presentation.xml", "pptx", "a PowerPoint file"),
        ("META-INF/container.xml", "epub", "an e-book (EPUB)"),
        ("content.xml", "odt", "an OpenDocument file"),
        ("project.qde", "qdpx", "a REFI-QDA project"),
    ):
        if member in members:
            return Sniffed(kind, words)
    return Sniffed("zip", "a ZIP archive")


def _of_text(raw: bytes, name: str, encoding: str) -> Sniffed:
    head = raw[:_HEAD]
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
    wide = wide or bool(unmarked_utf16(raw)) or encoding.startswith("utf-16")
    controls = sum(
        head.count(bytes([sign])) for sign in (*range(9), *range(14, 27), *range(28, 32))
    )
    if not wide and controls > len(head) * 0.05 + 8:
        raise ReviewError(
            "the file is neither a document nor text: its kind is not known",
            name,
            f"Read are: {', '.join(s for kind in DOCUMENTS for s in SUFFIXES[kind][:1])}.",
        )
    suffix = PurePath(name).suffix.lower()
    # The encoding is judged by the reader; here only letters and marks of ASCII count.
    text = decode(raw, name, encoding)[0][:_HEAD] if wide else head.decode("latin-1")
    text = text.removeprefix("\u00ef\u00bb\u00bf").removeprefix("\ufeff").replace("\r", "\n")
    return _markup(text, suffix) or _list_or_sheet(text, suffix) or _plain(text, suffix)


def _markup(text: str, suffix: str) -> Sniffed | None:
    body = text[prolog_end(text) :]
    html = Sniffed("html", "an HTML page")
    if _HTML.match(body) or (suffix in SUFFIXES["html"] and _TAGS.search(body)):
        return html
    if body[:9].upper() == "<!DOCTYPE":
        root = re.match(r"<!DOCTYPE\s+([\w.:-]+)", body, re.IGNORECASE)
    else:
        root = _ROOT.match(body)
    is_xml = text.lstrip().startswith("<?xml") or suffix in (".xml", ".nxml", ".jats")
    if not root or not (is_xml or body[:9].upper() == "<!DOCTYPE" or _JATS.search(body)):
        return None
    kind = root[1].split(":")[-1]
    if kind in ("article", "pmc-articleset", "OAI-PMH") or _JATS.search(body[:2048]):
        return Sniffed("jats", "a JATS article")
    if kind == "xml" and "<record" in body:
        return Sniffed("endnote-xml", "an EndNote XML list of references")
    if kind == "TEI":
        return Sniffed("tei", "a TEI document")
    if is_xml or body[:9].upper() == "<!DOCTYPE":
        return Sniffed("xml", f"XML of a kind that is not known (its root is '{kind[:60]}')")
    return None


def _list_or_sheet(text: str, suffix: str) -> Sniffed | None:
    start = text.lstrip()
    if re.match(r"TY  ?- ?\S", start):
        return Sniffed("ris", "a list of references (RIS)")
    if re.match(r"PMID ?- ?\d", start):
        return Sniffed("nbib", "a list of references (NBIB)")
    if re.search(r"^[ \t]*@[A-Za-z]+[ \t]*[{(][^,\n]*,[ \t]*$", text[:4096], re.MULTILINE):
        return Sniffed("bibtex", "a list of references (BibTeX)")
    if start[:1] in ("[", "{") and re.match(r"[\[{]\s*(?:[\[{]|\"[^\"\n]*\"\s*:)", start):
        if suffix == ".jsonl":
            return Sniffed("jsonl", "a sheet (JSON Lines)")
        listed = '"type"' in start and ('"issued"' in start or '"title"' in start)
        return (
            Sniffed("csl-json", "a list of references (CSL-JSON)")
            if listed
            else Sniffed("json", "a JSON file")
        )
    if suffix in (".csv", ".tsv"):
        return Sniffed(suffix[1:], "a sheet")
    return None


def _plain(text: str, suffix: str) -> Sniffed:
    if suffix in SUFFIXES["markdown"]:
        return Sniffed("markdown", "a Markdown text")
    if len(_ATX.findall(text)) >= 2:
        note = "its headings are marked with #, so it is read as Markdown"
        return Sniffed("markdown", "a Markdown text", (note,))
    return Sniffed("text", "a plain text")
