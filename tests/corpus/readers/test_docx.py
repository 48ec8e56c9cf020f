import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.corpus.readers import read_document
from themeweave.corpus.readers.canonical import canonical
from themeweave.corpus.readers.docx import read
from themeweave.errors import ReviewError


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_body(xml):
    document = docx.Document()
    for element in reversed(parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>")):
        document.element.body.insert(0, element)
    return read(saved(document), "a.docx")


def changed(raw, member, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == member else data)
    return out.getvalue()


def test_headings_paragraphs_and_tables_come_in_order():
    document = docx.Document()
    document.add_heading("Peer support", 0)
    document.add_heading("Results", 1)
    document.add_paragraph("Peers helped.").add_run("1,2").font.superscript = True
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("A", "B", "x\ny", "z"), strict=True):
        cell.text = words
    document.add_heading("References", 1)
    document.add_paragraph("Roe A. Peers. J Peer. 2019.", style="List Number")
    document.add_paragraph("Lee B. Staff. J Peer. 2020.", style="List Number")
    read_back = read(saved(document), "a.docx")
    assert read_back.text == (
        "Peer support\n\nResults\n\nPeers helped.¹,²\n\nA | B\nx y | z\n\nReferences\n\n"
        "Roe A. Peers. J Peer. 2019.\n\nLee B. Staff. J Peer. 2020.\n"
    )
    assert [(s.heading, s.level) for s in read_back.sections] == [
        ("Peer support", 1),
        ("Results", 2),
        ("References", 2),
    ]
    assert [(r.id, r.year) for r in read_back.references] == [("1", "2019"), ("2", "2020")]
    assert read_back.notes == ()


def run(words, look=""):
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def test_changes_are_read_as_accepted_and_counted():
    read_back = with_body(
        f"<w:p>{run('Peers ')}<w:ins w:id='1' w:author='a'>{run('really ')}</w:ins>"
        f"<w:del w:id='2' w:author='a'><w:r><w:delText>never </w:delText></w:r></w:del>"
        f"{run('helped.')}</w:p>"
    )
    assert read_back.text == "Peers really helped.\n"
    assert read_back.notes == ("kept 1 tracked insertion", "skipped 1 tracked deletion")


def test_footnotes_comments_boxes_and_pictures_are_counted():
    read_back = with_body(
        f"<w:p>{run('Peers')}<w:r><w:footnoteReference w:id='2'/></w:r>"
        "<w:r><w:footnoteReference w:id='3'/></w:r><w:r><w:commentReference w:id='1'/></w:r>"
        f"<w:r><w:pict><w:txbxContent><w:p>{run('boxed')}</w:p></w:txbxContent></w:pict></w:r>"
        f"<w:r><w:drawing/></w:r>{run('hidden', '<w:vanish/>')}{run(' helped.')}</w:p>"
    )
    assert read_back.text == "Peers helped.\n"
    assert read_back.notes == (
        "skipped 1 comment",
        "skipped 2 footnotes",
        "skipped 1 hidden run of text",
        "skipped 1 picture",
        "skipped 1 text box",
    )


def test_citations_inside_content_controls_and_fields_are_kept():
    read_back = with_body(
        f"<w:sdt><w:sdtContent><w:p>{run('Peers ')}<w:sdt><w:sdtPr/><w:sdtContent>"
        f"{run('[1]')}</w:sdtContent></w:sdt><w:fldSimple w:instr='x'>{run(' (Roe)')}</w:fldSimple>"
        f"<w:hyperlink>{run(' here')}</w:hyperlink></w:p></w:sdtContent></w:sdt>"
    )
    assert read_back.text == "Peers [1] (Roe) here\n"


def test_raised_numbers_cut_into_runs_are_taken_together():
    up = "<w:vertAlign w:val='superscript'/>"
    read_back = with_body(
        f"<w:p>{run('10')}{run('-', up)}{run('6', up)}{run(' 1')}{run('st', up)}</w:p>"
    )
    assert read_back.text == "10⁻⁶ 1st\n"


def test_without_heading_styles_headings_are_read_from_their_look():
    bold = "<w:b/>"
    read_back = with_body(
        f"<w:p>{run('METHODS')}</w:p><w:p>{run('We read.')}</w:p><w:p>{run('Results')}</w:p>"
        f"<w:p>{run('Hope on wards', bold)}</w:p><w:p>{run('Peers')}{run(' helped', bold)}</w:p>"
        f"<w:p>{run('References')}</w:p><w:p>{run('1. Roe A')}</w:p>"
    )
    assert [(s.heading, s.level) for s in read_back.sections] == [
        ("METHODS", 1),
        ("Results", 1),
        ("Hope on wards", 2),
        ("References", 1),
    ]
    assert read_back.notes == ("no heading styles: headings are read from the look of the lines",)


def test_a_style_of_ones_own_is_a_heading_when_it_is_based_on_one():
    document = docx.Document()
    style = document.styles.add_style("Journal A", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("Themes", style="Journal A")
    assert [(s.heading, s.level) for s in read(saved(document), "a.docx").sections] == [
        ("Themes", 2)
    ]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=4))
def test_any_text_comes_back(paragraphs):
    paragraphs = [p.replace("\ufffe", "").replace("\uffff", "") for p in paragraphs]
    document = docx.Document()
    document.add_heading("Peers", 1)  # so that no paragraph is taken for a heading
    for part in paragraphs:
        document.add_paragraph(part)
    seen = [canonical(part.strip()).strip() for part in ["Peers", *paragraphs]]
    text = read(saved(document), "a.docx").text
    assert text.strip() == "\n\n".join(part for part in seen if part).strip()


@pytest.mark.parametrize("member", ["word/document.xml", "word/styles.xml", "_rels/.rels"])
@pytest.mark.parametrize("declared", ["<!DOCTYPE x [<!ENTITY a 'b'>]>", "<!DOCTYPE x SYSTEM 'y'>"])
def test_a_doctype_in_any_part_that_is_read_is_refused(member, declared):
    document = docx.Document()
    document.add_paragraph("Peers")
    raw = changed(saved(document), member, lambda data: declared.encode() + data.split(b"?>", 1)[1])
    with pytest.raises(ReviewError, match="DOCTYPE") as caught:
        read_document(raw, "a.docx")
    assert caught.value.where == f"a.docx, {member}"


def test_a_bomb_in_a_word_document_is_refused():
    document = docx.Document()
    document.add_paragraph("Peers")
    raw = changed(saved(document), "word/document.xml", lambda data: data + b" " * 30_000_000)
    with pytest.raises(ReviewError, match="the archive is not safe to read"):
        read_document(raw, "a.docx")


def test_a_document_without_its_text_is_damaged():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
    with pytest.raises(ReviewError, match="its text is missing"):
        read(out.getvalue(), "a.docx")


def test_a_document_without_a_body_is_damaged():
    raw = changed(saved(docx.Document()), "word/document.xml", lambda _: b"<document/>")
    with pytest.raises(ReviewError, match="has no body"):
        read(raw, "a.docx")


def test_an_empty_document_is_refused():
    with pytest.raises(ReviewError, match="no text found"):
        read(saved(docx.Document()), "a.docx")
