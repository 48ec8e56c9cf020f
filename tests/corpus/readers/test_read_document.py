"""Reading documents of every kind through one door, and the example corpus to the character."""

import csv
import io
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave import plugins
from themeweave.corpus.readers import read_document
from themeweave.errors import ReviewError

EXAMPLE = Path(__file__).parents[3].parent / "shared" / "example"
with_example = pytest.mark.skipif(not EXAMPLE.exists(), reason="needs ../shared/example")


@with_example
@pytest.mark.parametrize(
    ("name", "references", "sections"),
    [("cooper-2024", 76, 70), ("white-2020", 88, 49), ("shalaby-2020", 127, 33)],
)
def test_an_article_of_the_example_is_kept_byte_for_byte(name, references, sections):
    raw = (EXAMPLE / "corpus" / f"{name}.md").read_bytes()
    article = read_document(raw, f"{name}.md")
    assert article.text.encode("utf-8") == raw
    assert [r.id for r in article.references] == [str(n + 1) for n in range(references)]
    assert len(article.sections) == sections
    assert article.notes == ()


@with_example
def test_every_gold_finding_stands_at_its_offsets_and_below_its_headings():
    article = read_document((EXAMPLE / "corpus/cooper-2024.md").read_bytes(), "cooper-2024.md")
    with (EXAMPLE / "gold/cooper_findings.csv").open(encoding="utf-8", newline="") as sheet:
        findings = list(csv.DictReader(sheet))
    assert len(findings) == 100
    for finding in findings:
        start, end = int(finding["char_start"]), int(finding["char_end"])
        above = [s.heading for s in article.sections if s.start <= start < s.end and s.level > 1]
        assert article.text[start:end] == finding["text"]
        assert " > ".join(above) == finding["section_path"]


def word(words):
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(words)
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "reader"),
    [
        (b"Peers helped.", "text@1"),
        (b"# A\n\nPeers helped.\n\n## B", "markdown@1"),
        (b"<html><p>Peers helped.", "html@1"),
        (b"<article><front/><body><p>Peers helped.</p></body></article>", "jats@1"),
        (word("Peers helped."), "docx@1"),
    ],
)
def test_the_content_chooses_the_reader(raw, reader):
    document = read_document(raw, "file")
    assert document.reader == reader
    assert "Peers helped." in document.text
    assert read_document(raw, "other").id == document.id


def test_a_wrong_suffix_is_noted_first():
    document = read_document(b"<html><p>Peers<script>x</script>", "a.docx")
    assert document.notes == (
        "the name ends in '.docx', but it is an HTML page",
        "skipped 1 script",
    )


@pytest.mark.parametrize(
    ("raw", "name", "what", "next_step"),
    [
        (
            b"TY  - JOUR\nER  - \n",
            "a.txt",
            "list of references (RIS), not a document",
            "themeweave corpus references",
        ),
        (b"id,text\n1,a\n", "a.csv", "a sheet, not a document", "themeweave init --findings"),
        (b"\x89PNG\r\n\x1a\n.", "a.pdf", "a picture (PNG), for which there is no", "OCR"),
        (b"{\\rtf1 x}", "a.docx", "a Rich Text file, for which there is no reader", ".docx"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "its root is 'a'), for which", "Save it as"),
    ],
)
def test_a_file_that_is_no_document_is_named_as_what_it_is(raw, name, what, next_step):
    with pytest.raises(ReviewError) as caught:
        read_document(raw, name)
    assert what in caught.value.what
    assert next_step in caught.value.next_step
    assert caught.value.where == name


def test_an_encoding_is_for_text_only():
    assert read_document(b"it\x92s", "a.txt", "cp1252").text == "it’s"
    with pytest.raises(ReviewError, match="an encoding cannot be chosen for a Word document"):
        read_document(word("Peers"), "a.docx", "cp1252")


def test_another_package_may_read_a_kind_that_we_do_not(monkeypatch):
    peers = read_document(b"Peers", "a.txt")
    monkeypatch.setattr(plugins, "names", lambda kind: ["tei"])
    monkeypatch.setattr(plugins, "load", lambda kind, name: lambda raw, n: peers)
    assert read_document(b"<?xml version='1.0'?><TEI/>", "a.xml").text == "Peers"


@settings(deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.xml", "a.docx", "a"])
)
def test_any_bytes_give_a_document_or_an_error_in_words(raw, name):
    try:
        document = read_document(raw, name)
    except ReviewError:
        return
    assert document.text
    assert "\ufffd" not in document.text or b"\xef\xbf\xbd" in raw


@settings(deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300),
    st.sampled_from(["a.txt", "a.md", "a.html"]),
)
def test_any_text_gives_a_document_whose_offsets_hold(text, name):
    raw = f"# Peers\n\n<p>{text}".encode()
    document = read_document(raw, name)
    for section in document.sections:
        assert document.text[section.start : section.end].strip()
