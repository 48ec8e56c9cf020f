import io
import zipfile

import pytest

from themeweave.corpus.readers.sniff import sniff
from themeweave.errors import ReviewError


def zip_with(*names, stored=b"x"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, stored)
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
DOCX = zip_with("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (PDF, "pdf"),
        (b"\n" + PDF, "pdf"),
        (DOCX, "docx"),
        (zip_with("xl/workbook.xml"), "xlsx"),
        (zip_with("a.txt"), "zip"),
        (b"<!doctype HTML><p>x", "html"),
        (b"<!-- saved --><html>x", "html"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="x"/>', "html"),
        ("<html>x</html>".encode("utf-16"), "html"),
        (b"<?xml version='1.0'?><article><front/></article>", "jats"),
        (b"<!DOCTYPE article PUBLIC '-//NLM//DTD JATS' 'x.dtd'><article/>", "jats"),
        (b"<?xml version='1.0'?><xml><records><record/></records></xml>", "endnote-xml"),
        (b"<?xml version='1.0'?><TEI/>", "tei"),
        (b"<?xml version='1.0'?><Project/>", "xml"),
        (b"TY  - JOUR\r\nER  - \r\n", "ris"),
        (b"\xef\xbb\xbfTY  - JOUR\r\nER  - \r\n", "ris"),
        (b"PMID- 123\nTI  - Peers\n", "nbib"),
        (b"% made by\n@article{roe2019,\n title={Peers}}\n", "bibtex"),
        (b'[{"id": "a", "type": "article-journal", "title": "Peers"}]', "csl-json"),
        (b'{"a": 1}', "json"),
        (b"[1, 2] Peers helped.", "text"),
        (b"Peers helped.", "text"),
        (b"# One\n\nx\n\n## Two\n", "markdown"),
        (b"{\\rtf1 x}", "rtf"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "doc"),
    ],
)
def test_a_file_is_what_it_holds(raw, kind):
    assert sniff(raw, "file").kind == kind
    assert sniff(raw, "file.docm").kind == kind


@pytest.mark.parametrize(
    ("name", "kind"), [("a.md", "markdown"), ("a.txt", "text"), ("a.csv", "csv"), ("a", "text")]
)
def test_the_name_decides_among_kinds_of_text_only(name, kind):
    assert sniff(b"Peers, helped", name).kind == kind


@pytest.mark.parametrize(
    ("raw", "name", "note"),
    [
        (PDF, "a.docx", "the name ends in '.docx', but it is a PDF"),
        (DOCX, "a.pdf", "the name ends in '.pdf', but it is a Word document"),
        (b"<html>x", "a.md", "the name ends in '.md', but it is an HTML page"),
        (b"Peers", "a.pdf", "the name ends in '.pdf', but it is a plain text"),
    ],
)
def test_a_wrong_suffix_is_noted(raw, name, note):
    assert sniff(raw, name).notes == (note,)


@pytest.mark.parametrize(("raw", "name"), [(PDF, "A.PDF"), (DOCX, "a.docx"), (b"Peers", "notes")])
def test_a_right_suffix_needs_no_note(raw, name):
    assert sniff(raw, name).notes == ()


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        pytest.param(PDF + DOCX, "a PDF and a ZIP archive", id="a PDF that is a ZIP"),
        pytest.param(
            zip_with("a", stored=PDF), "a ZIP archive and a PDF", id="a ZIP that is a PDF"
        ),
        pytest.param(b"<html>x" + PDF, "a PDF and something else", id="a page that is a PDF"),
        pytest.param(b"<html>x" + DOCX, "a ZIP archive and something", id="a page that is a ZIP"),
    ],
)
def test_a_file_that_is_two_things_is_refused(raw, what):
    with pytest.raises(ReviewError, match=f"two things at once: {what}"):
        sniff(raw, "a.pdf")


def test_a_text_about_pdf_is_a_text():
    assert sniff(b"A PDF starts with %PDF-1.7.", "a.txt").kind == "text"


def test_a_binary_of_no_known_kind_is_refused():
    with pytest.raises(ReviewError, match="its kind is not known") as caught:
        sniff(bytes(range(256)) * 9, "a.txt")
    assert ".docx" in caught.value.next_step


@pytest.mark.parametrize("raw", [b"", b" \r\n\t"])
def test_an_empty_file_is_refused(raw):
    with pytest.raises(ReviewError, match="no text found: the file is empty"):
        sniff(raw, "a.txt")
