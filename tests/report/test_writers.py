"""The writers: every format shows the same words and numbers, and none of them can run."""

import csv
import io
import re
import time
import zipfile

import docx
import openpyxl
import pytest
from lxml import html as lxml_html

from themeweave.errors import ReviewError
from themeweave.report.tables import Cell, Column, Table, grid, printable
from themeweave.report.writers import SUFFIXES, write_table
from themeweave.report.writers.docx import KEPT_TOGETHER
from themeweave.report.writers.tex import escape as tex_escape
from themeweave.report.writers.xlsx import CELL_LIMIT

from .reading_back import READERS

LONG = "trust and hope " * 2700  # 40,500 characters
NASTY = {
    "formula": "=cmd()|' /C calc'!A0",
    "full-width formula": "＝1+1",
    "tab before a formula": "\t=1+1",
    "script": "<script>alert(1)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "template": "{{ 7*7 }}",
    "right to left": "שלום לכולם",
    "emoji": "🎉 👩🏽‍⚕️",
    "control": "peer\x00 support\x1b",
    "latex": r"\input{/etc/passwd} 50% a_b $x$ {y} ~ ^ # & [z]",
    "markdown": "a|b *c* _d_ `e` [f](javascript:alert(1)) # g ~h~",
    "lines": "first\r\nsecond\n\nfourth",
    "not quite a number": "-x",
    "entities": "&lt;b&gt; &amp;",
}
SAMPLE = Table(
    "theme table/1",
    "Table 6. Themes <b>& more</b>",
    (
        Column("=Theme", 1.5),
        Column("Text", 3),
        Column("n", 0.5, "right"),
        Column("n", 0.7, "right"),
    ),
    (
        (
            Cell("What it brings", rows=len(NASTY), strong=True),
            Cell(NASTY["formula"]),
            Cell("-0.31", number=-0.31),
            Cell("38%", number=38.0),
        ),
        *(
            (Cell(text, quiet=True, sources=("F1", "F2")), Cell("1,234", number=1234.0), Cell(""))
            for name, text in NASTY.items()
            if name != "formula"
        ),
        (Cell("Confusion"), Cell("plain"), Cell("12", number=12.0), Cell("3 (2)", number=3.0)),
    ),
    ("Italic: suggested, not confirmed.", "=note()"),
)
LENGTHY = Table(
    "long",
    "Long",
    (Column("Theme"), Column("Quotation", 3)),
    ((Cell("A", rows=2), Cell(LONG)), (Cell("short"),), (Cell("B"), Cell("🎉" * 20_000))),
)


def expected():
    """Give heading and rows as every format must show them."""
    heading = [column.heading for column in SAMPLE.columns]
    return [heading, *([printable(cell.text) for cell in row] for row in grid(SAMPLE))]


@pytest.mark.parametrize("suffix", [".csv", ".docx", ".html", ".md"])
def test_every_format_shows_the_same_words_cell_by_cell(suffix):
    shown = READERS[suffix](write_table(SAMPLE, suffix), len(SAMPLE.columns))
    wanted = expected()
    if suffix == ".md":  # a line of a pipe table begins and ends without blanks
        wanted = [["\n".join(p.strip() for p in t.split("\n")) for t in row] for row in wanted]
    assert shown == wanted


def test_latex_shows_every_cell_once_and_escaped():
    text = write_table(SAMPLE, ".tex").decode()
    for row in SAMPLE.rows:
        for cell in row:
            assert tex_escape(printable(cell.text)) in text
    assert r"\input" not in text
    assert r"\textbackslash{}input\{/etc/passwd\} 50\%" in text
    assert r"\endhead" in text


def test_excel_shows_the_same_words_and_real_numbers():
    sheet = openpyxl.load_workbook(io.BytesIO(write_table(SAMPLE, ".xlsx"))).active
    assert sheet["A1"].value == SAMPLE.title
    full = expected()[1:]
    covered = 0
    for number, row in enumerate(grid(SAMPLE)):
        for column, cell in enumerate(row):
            place = sheet.cell(number + 3, column + 1)
            if column == 0 and covered:
                assert place.value is None
            elif cell.number is not None and cell.text != "3 (2)":
                assert place.data_type == "n"
                assert place.value == cell.number
                assert place.number_format in ("0.00", '0"%"', "#,##0", "0")
            else:
                assert (place.value or "") == full[number][column]
                assert place.data_type != "f"
        covered = (row[0].rows - 1) if number == 0 else max(0, covered - 1)
    assert [c.value for c in sheet[2]] == [column.heading for column in SAMPLE.columns]
    assert f"A3:A{2 + len(NASTY)}" in {str(cells) for cells in sheet.merged_cells.ranges}


def test_excel_header_is_frozen_repeated_in_print_and_fits_the_page():
    sheet = openpyxl.load_workbook(io.BytesIO(write_table(SAMPLE, ".xlsx"))).active
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0  # one page wide, as many high as it takes


def test_excel_splits_text_that_is_too_long_over_rows_and_says_so():
    sheet = openpyxl.load_workbook(io.BytesIO(write_table(LENGTHY, ".xlsx"))).active
    texts = [sheet.cell(row, 2).value for row in range(3, 9)]
    assert all(len(t.encode("utf-16-le")) <= 2 * CELL_LIMIT for t in texts if t)
    assert "".join(texts[:2]) == LONG
    assert texts[2] == "short"
    assert "".join(texts[3:5]) == "🎉" * 20_000
    assert "A3:A5" in {str(cells) for cells in sheet.merged_cells.ranges}
    notes = [sheet.cell(row, 1).value or "" for row in range(8, 12)]
    assert any("Row 3, column 'Quotation'" in note and "40,500" in note for note in notes)


def test_csv_keeps_numbers_and_makes_formulas_inert():
    data = write_table(SAMPLE, ".csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["'=Theme", "Text", "n", "n"]
    assert rows[1][1:] == ["'" + NASTY["formula"], "-0.31", "38%"]
    assert {"'＝1+1", "'\t=1+1", "'-x"} <= {row[1] for row in rows}


def test_word_header_repeats_and_short_rows_stay_whole():
    long_row = (Cell("C"), Cell("y" * (KEPT_TOGETHER + 1)))
    table = Table("w", "W", (Column("a"), Column("b", 3)), ((Cell("x"), Cell("y")), long_row))
    document = docx.Document(io.BytesIO(write_table(table, ".docx")))
    rows = document.tables[0].rows
    header, short, long = (row._tr.xml for row in rows)
    assert "w:tblHeader" in header
    assert "w:tblHeader" not in short
    assert "w:cantSplit" in short
    assert "w:cantSplit" not in long
    first, second = document.tables[0].columns
    assert second.width == pytest.approx(3 * first.width, rel=0.001)
    assert 'w:tblLayout w:type="fixed"' in document.tables[0]._tbl.xml


def test_word_page_turns_where_columns_need_it_and_the_table_fits_it():
    document = docx.Document(io.BytesIO(write_table(LENGTHY, ".docx")))
    assert document.sections[0].page_width < document.sections[0].page_height
    wide = Table("w", "W", tuple(Column(str(n)) for n in range(7)), ())
    section = docx.Document(io.BytesIO(write_table(wide, ".docx"))).sections[0]
    assert section.page_width > section.page_height


def test_word_sets_suggestions_in_italic_and_headings_in_bold():
    table = docx.Document(io.BytesIO(write_table(SAMPLE, ".docx"))).tables[0]
    assert table.rows[1].cells[0].paragraphs[0].runs[0].bold
    assert table.rows[2].cells[1].paragraphs[0].runs[0].italic
    assert not table.rows[1].cells[1].paragraphs[0].runs[0].italic


def test_html_holds_no_element_that_data_brought():
    page = lxml_html.fromstring(write_table(SAMPLE, ".html").decode())
    assert not page.xpath("//script | //img | //caption//b | //@style | //@onerror")
    assert page.xpath("//td[@data-sources='F1 F2']")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "table", [SAMPLE, LENGTHY, Table("empty", "", (), ())], ids=lambda t: t.name
)
def test_the_same_table_gives_the_same_bytes_on_another_day(suffix, table, monkeypatch):
    first = write_table(table, suffix)
    moved = time.time() + 400 * 86400
    later = time.localtime(moved)
    monkeypatch.setattr(time, "time", lambda: moved)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert write_table(table, suffix.upper()) == first


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_office_files_hold_no_date_of_writing(suffix):
    with zipfile.ZipFile(io.BytesIO(write_table(SAMPLE, suffix))) as members:
        assert {member.date_time[0] for member in members.infolist()} <= {1980, 2000}
        core = members.read("docProps/core.xml").decode()
    assert set(re.findall(r">(\d{4})-\d\d-\d\dT", core)) == {"2000"}


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(ReviewError) as fault:
        write_table(SAMPLE, ".pdf")
    assert "'.pdf'" in str(fault.value)
    assert ".docx, .xlsx, .html" in fault.value.next_step


NOTED = Table(
    "noted",
    "Effects",
    (Column("Outcome", key="outcome"), Column("k", align="right", key="k")),
    (
        (Cell("hope", notes=("As printed.",)), Cell("7", number=7.0, notes=("One study twice.",))),
        (Cell("trust"), Cell("1,234", number=1234.0, notes=("As printed.", "One study twice."))),
    ),
    ("Base: 2 outcomes.",),
    references=("[3] Ng 2020. Hope & trust.",),
)


def test_notes_on_cells_have_markers_in_reading_order_and_stand_below_the_table():
    document = docx.Document(io.BytesIO(write_table(NOTED, ".docx")))
    runs = document.tables[0].rows[2].cells[1].paragraphs[0].runs
    assert [(run.text, bool(run.font.superscript)) for run in runs] == [
        ("1,234", False),
        ("a, b", True),
    ]
    assert [paragraph.text for paragraph in document.paragraphs] == [
        "Effects",
        "Base: 2 outcomes.",
        "a As printed.",
        "b One study twice.",
        "References",
        "[3] Ng 2020. Hope & trust.",
    ]
    page = lxml_html.fromstring(write_table(NOTED, ".html").decode())
    assert [mark.text for mark in page.xpath("//td/sup")] == ["a", "b", "a, b"]
    assert page.xpath("//figcaption/p")[-1].text_content() == "[3] Ng 2020. Hope & trust."
    text = write_table(NOTED, ".md").decode()
    assert "| hope<sup>a</sup> | 7<sup>b</sup> |" in text
    assert "<sup>b</sup> One study twice." in text
    assert r"1{,}234\textsuperscript{a, b}" in write_table(NOTED, ".tex").decode()


def test_excel_keeps_a_number_a_number_though_a_note_stands_on_it():
    data = write_table(NOTED, ".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert (sheet["B3"].value, sheet["B3"].data_type) == (7, "n")
    shown = READERS[".xlsx"](data, 2)
    assert shown[1:3] == [["hope [a]", "7 [b]"], ["trust", "1,234 [a, b]"]]
    assert [row[0] for row in shown[4:]] == [
        "Base: 2 outcomes.",
        "[a] As printed.",
        "[b] One study twice.",
        "References",
        "[3] Ng 2020. Hope & trust.",
    ]


def test_csv_holds_values_only_without_markers():
    rows = READERS[".csv"](write_table(NOTED, ".csv"), 2)
    assert rows == [["Outcome", "k"], ["hope", "7"], ["trust", "1,234"]]
