"""Sheets: every cell the text that a person sees, every row under its number, every fault said."""

import csv
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.corpus.sheets import Row, read_sheet, values, write_sheet
from themeweave.errors import ReviewError

ALL = (".csv", ".tsv", ".jsonl", ".xlsx", ".parquet")
TEXT = (".csv", ".tsv", ".jsonl", ".xlsx")
CHOOSE = (
    "Where one of the two is right, say so: 'themeweave init --encoding', or in review.toml under "
    "[encodings]. "
    "In an editor save it with the encoding UTF-8; in Excel choose 'Save as', 'CSV UTF-8'."
)


def suffixes(*names):
    return pytest.mark.parametrize("suffix", names)


def read(raw, suffix=".csv", required=(), **more):
    raw = raw.encode() if isinstance(raw, str) else raw
    return read_sheet(raw, f"new{suffix}", suffix, required, **more)


def refusal(raw, suffix=".csv", required=()):
    with pytest.raises(ReviewError) as raised:
        read(raw, suffix, required)
    return str(raised.value)


def rows(raw, suffix=".csv"):
    return [(row.number, dict(row.cells)) for row in read(raw, suffix).rows]


def needs_parquet(suffix):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")


def workbook(*lines):
    import openpyxl

    book, stream = openpyxl.Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(stream)
    return stream.getvalue()


def edited(raw, part, change):
    """Rewrite one part of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


# Reading ------------------------------------------------------------------------------------------


def test_rows_keep_the_number_that_a_spreadsheet_shows():
    text = 'id,text\nF1,"two\nlines"\n\n , \nF2,a\n'
    assert rows(text) == [(2, {"id": "F1", "text": "two\nlines"}), (5, {"id": "F2", "text": "a"})]


def test_rows_of_a_workbook_keep_their_number_over_blank_rows():
    raw = workbook(["id", "text"], ["F1", "a"], [], [" ", None], ["F2", "b"])
    assert [number for number, _ in rows(raw, ".xlsx")] == [2, 5]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\xef\xbb\xbfid,text\nF1,\xc3\xa4\n", id="a byte-order mark"),
        pytest.param(b"id,text\r\nF1,\xc3\xa4\r\n", id="Windows line ends"),
        pytest.param(b"id,text\rF1,\xc3\xa4\r", id="old Mac line ends"),
        pytest.param(b" id , text \n F1 , \xc3\xa4 ", id="spaces around cells, no last line end"),
        pytest.param(b"id,text,,\nF1,\xc3\xa4,,\n", id="empty columns at the end, as Excel writes"),
        pytest.param(b'"id","text"\n"F1","\xc3\xa4"\n', id="quotes around every cell"),
    ],
)
def test_what_programs_do_to_a_csv_file_does_not_matter(raw):
    sheet = read(raw)
    assert sheet.columns == ("id", "text")
    assert sheet.rows == (Row(2, {"id": "F1", "text": "ä"}),)


def test_a_cell_or_column_that_a_row_lacks_reads_as_empty():
    row = read("id,text,note\nF1,a\n").rows[0]
    assert (row["note"], row["cited"]) == ("", "")


def test_nothing_becomes_a_number_or_a_date_when_text_is_read():
    text = "id\n007\n1.10\n2024-01-01\n1e3\nTRUE\n"
    assert [cells["id"] for _, cells in rows(text)] == ["007", "1.10", "2024-01-01", "1e3", "TRUE"]


def test_values_of_a_workbook_read_as_a_person_sees_them():
    line = [12, 12.0, 0.5, -3.0, date(2024, 1, 31), datetime(2024, 1, 31, 9, 30), None, " a "]
    names = [f"c{n}" for n in range(len(line))]
    assert list(rows(workbook(names, line), ".xlsx")[0][1].values()) == [
        "12",
        "12",
        "0.5",
        "-3",
        "2024-01-31",
        "2024-01-31 09:30:00",
        "",
        "a",
    ]


def test_a_number_too_large_for_its_digits_is_not_written_out():
    assert rows('{"n": 1e300}', ".jsonl") == [(1, {"n": "1e+300"})]


def test_a_workbook_that_states_a_wrong_size_is_still_read_whole():
    def shrink(xml):
        assert b'ref="A1:B3"' in xml
        return xml.replace(b'ref="A1:B3"', b'ref="A1"')

    raw = edited(
        workbook(["id", "text"], ["F1", "a"], ["F2", "b"]), "xl/worksheets/sheet1.xml", shrink
    )
    assert [cells["text"] for _, cells in rows(raw, ".xlsx")] == ["a", "b"]


def test_json_values_read_as_text_and_missing_keys_as_empty():
    text = '{"id": 1, "text": " a "}\n\n{"id": 2.0, "cited": ["R1", "R2"], "note": null}\n'
    sheet = read(text, ".jsonl")
    assert sheet.columns == ("id", "text", "cited", "note")
    assert [
        (row.number, row["id"], row["text"], row["cited"], row["note"]) for row in sheet.rows
    ] == [
        (1, "1", "a", "", ""),
        (3, "2", "", "R1;R2", ""),
    ]


def test_parquet_is_read_with_numbers_as_text():
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    stream = io.BytesIO()
    table = pyarrow.table({"n": [12.0, None], "day": [date(2024, 1, 31), None], "t": ["a", " b "]})
    parquet.write_table(table, stream)
    assert rows(stream.getvalue(), ".parquet") == [
        (1, {"n": "12", "day": "2024-01-31", "t": "a"}),
        (2, {"n": "", "day": "", "t": "b"}),
    ]


def test_a_column_is_read_by_a_synonym_unless_the_sheet_has_the_name_itself():
    names = {"finding": "text"}
    assert read("id,finding\n1,a\n", required=("text",), synonyms=names).rows[0]["text"] == "a"
    both = read("id,finding,text\n1,a,b\n", synonyms=names)
    assert (both.rows[0]["text"], both.rows[0]["finding"]) == ("b", "a")


def book_of(*merged, **sheets):
    """A workbook with named sheets; cells of the first are merged."""
    import openpyxl

    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, lines in sheets.items():
        page = book.create_sheet(title)
        for line in lines:
            page.append(line)
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    book.save(stream)
    return stream.getvalue()


def test_a_merged_cell_stands_in_every_row_that_it_covers():
    lines = [
        ["review", "text", "note"],
        ["Ng 2020", "a", "seen"],
        [None, "b"],
        [None, "c"],
        ["Ode 2021", "d", "last"],
        [None, "e"],
    ]
    found = rows(book_of("A2:A4", "A5:A6", "C5:C6", S=lines), ".xlsx")
    assert [cells["review"] for _, cells in found] == ["Ng 2020"] * 3 + ["Ode 2021"] * 2
    assert [cells.get("note", "") for _, cells in found] == ["seen", "", "", "last", "last"]


def test_a_merged_cell_makes_no_row_of_blank_ones_and_no_row_of_the_header():
    lines = [["id", "text"], ["F1", "a"], [None, None], ["F2", "b"]]
    found = rows(book_of("A2:A3", S=lines), ".xlsx")
    assert [number for number, _ in found] == [2, 4]
    headed = [["id", "text"], [None, "a"], ["F2", "b"]]
    assert rows(book_of("A1:A2", S=headed), ".xlsx")[0][1]["id"] == ""


def test_cells_merged_to_the_end_of_the_sheet_or_across_others_cost_nothing():
    lines = [["id", "text", "x"], ["F1", "a"], ["", "b"]]
    raw = book_of("A2:A1048576", "B2:C2", S=lines)
    assert [list(cells.values()) for _, cells in rows(raw, ".xlsx")] == [["F1", "a"], ["F1", "b"]]


def test_of_several_sheets_the_first_with_the_needed_columns_is_read_and_named():
    raw = book_of(Read_me=[["How to fill this in"]], A=[["id", "text"], ["F1", "a"]], Empty=[])
    sheet = read(raw, ".xlsx", ("id", "text"))
    assert sheet.name == "new.xlsx, sheet 'A'"
    assert sheet.notes == ("new.xlsx, sheet 'A': this sheet is read, and not 'Read_me'",)
    assert sheet.place(sheet.rows[0], "text") == "new.xlsx, sheet 'A', row 2, column 'text'"


def test_where_no_sheet_has_the_needed_columns_all_headers_are_shown():
    raw = book_of(A=[["id", "note"], ["1", "2"]], B=[["text"], ["a"]])
    assert refusal(raw, ".xlsx", ("id", "text")) == (
        "no sheet of the workbook has the columns 'id', 'text'\n  in new.xlsx\n"
        "  - new.xlsx, sheet 'A', row 1: id, note\n"
        "  - new.xlsx, sheet 'B', row 1: text\n"
        "  Rename a column, or add the missing one."
    )


def test_blank_rows_and_columns_after_the_last_are_left_out():
    raw = workbook(["id", "text", None, " "], ["F1", "a", None, ""], [None, " "], ["", ""])
    sheet = read(raw, ".xlsx")
    assert (sheet.columns, len(sheet.rows)) == (("id", "text"), 1)


def test_a_column_that_is_renamed_and_stands_twice_is_refused():
    with pytest.raises(ReviewError, match="more than once in the header: 'finding'"):
        read("id,finding,finding\n1,a,b\n", required=("text",), synonyms={"finding": "text"})


# Refusing -----------------------------------------------------------------------------------------


@suffixes(*ALL)
@pytest.mark.parametrize("raw", [b"", b" \r\n\n"])
def test_an_empty_sheet_is_refused(raw, suffix):
    assert refusal(raw, suffix) == (
        f"the sheet is empty\n  in new{suffix}\n  Restore it, or add a header and rows."
    )


@pytest.mark.parametrize(
    ("raw", "suffix"),
    [
        pytest.param(b"\xef\xbb\xbf", ".csv", id="only a byte-order mark"),
        pytest.param(b"\nid,text\nF1,a\n", ".csv", id="a blank line first"),
        pytest.param(b",,\nF1,a,\n", ".tsv", id="a row of commas in a file of tabs", marks=[]),
        pytest.param(workbook([], ["id", "text"]), ".xlsx", id="a blank row first in a workbook"),
        pytest.param(workbook(), ".xlsx", id="an empty workbook"),
        pytest.param(b"{}\n", ".jsonl", id="records without fields"),
    ],
)
def test_a_sheet_without_a_header_is_refused(raw, suffix):
    if suffix == ".tsv":
        raw = raw.replace(b",", b"\t")
    assert refusal(raw, suffix) == (
        f"the sheet has no header\n  in new{suffix}, row 1\n"
        "  The first row must hold the names of the columns."
    )


def test_a_header_without_rows_is_refused():
    assert refusal("id,text\n\n , \n") == (
        "the sheet has a header but no rows\n  in new.csv\n  Add at least one row below the header."
    )


def test_columns_that_stand_more_than_once_are_all_named():
    assert refusal("id,text,id,text ,note,,\n1,2,3,4,5\n") == (
        "columns that stand more than once in the header: 'id', 'text'\n  in new.csv, row 1\n"
        "  Rename or delete all but one of each."
    )


@pytest.mark.parametrize(
    ("required", "what"),
    [
        (("id", "text"), "missing column 'text'"),
        (("text", "cited"), "missing columns 'text', 'cited'"),
    ],
)
def test_missing_columns_are_all_named_beside_those_that_are_there(required, what):
    assert refusal("id,note\n1,2\n", required=required) == (
        f"{what}\n  in new.csv, row 1\n"
        "  The header has: id, note. Rename a column, or add the missing one."
    )


def test_rows_longer_than_the_header_are_all_named():
    assert refusal("id,text\nF1,a,b\nF2,ok\n\nF3,a,b,c\n") == (
        "rows do not fit the header\n  in new.csv\n"
        "  - row 2 has 3 cells, the header has 2; "
        "a comma or a quote inside a cell needs double quotes around the cell\n"
        "  - row 5 has 4 cells, the header has 2; "
        "a comma or a quote inside a cell needs double quotes around the cell"
    )


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        pytest.param(
            'id,text\nF1,"a\nb"\nF2,"open\nF3,c\nF4,d\n',
            "unexpected end of data",
            4,
            id="never closed",
        ),
        pytest.param('id,text\n\nF1,"a" b\n', "',' expected after '\"'", 3, id="text after it"),
        pytest.param('"id,text\nF1,a\n', "unexpected end of data", 1, id="in the header"),
    ],
)
def test_a_double_quote_out_of_place_is_refused_by_the_line_its_row_begins_on(text, why, line):
    assert refusal(text) == (
        f"the sheet cannot be read as rows: {why}\n"
        f"  in new.csv, in the row that begins on line {line}\n"
        "  Look for a double quote that is not closed."
    )


@suffixes(".csv", ".tsv", ".jsonl")
def test_utf16_is_named(suffix):
    said = refusal("id,text\nF1,a\n".encode("utf-16"), suffix)
    assert said.startswith(f"the file is in UTF-16, not UTF-8\n  in new{suffix}\n")
    assert f"as utf-16: 'id,text F1,a'. {CHOOSE}" in said


@suffixes(".csv", ".tsv", ".jsonl")
def test_another_encoding_is_refused_by_its_line(suffix):
    said = refusal("id,text\nF1,plain\nF2,Zoë\n".encode("cp1252"), suffix)
    assert said.startswith(
        f"the file is not in UTF-8: byte 22 is 0xeb\n  in new{suffix}, line 3\n  As cp1252 "
    )
    assert said.endswith(CHOOSE)


@suffixes(".csv", ".tsv", ".jsonl")
def test_a_chosen_encoding_is_read(suffix):
    raw = write([{"id": "F1", "text": "Zoë"}], suffix).decode().replace("\\u00eb", "ë")
    assert read(raw.encode("utf-16"), suffix, encoding="utf-16").rows[0]["text"] == "Zoë"


@suffixes(".xlsx", ".parquet")
def test_an_encoding_is_not_chosen_for_a_file_that_states_its_own(suffix):
    with pytest.raises(ReviewError) as raised:
        read(b"x", suffix, encoding="cp1252")
    assert str(raised.value) == (
        f"an encoding cannot be chosen for a file that ends in '{suffix}': it states its own\n"
        f"  in new{suffix}\n  Leave the encoding out."
    )


def test_a_merge_that_git_left_unfinished_is_refused():
    text = "id,text\n<<<<<<< HEAD\nF1,a\n=======\nF1,b\n>>>>>>> theirs\n"
    assert refusal(text).startswith("two versions of the file were merged by git")


def test_lines_that_are_not_json_objects_are_all_named():
    digits = "1" * 5_000
    text = f'{{"id": 1}}\nF2\n[3]\n{{"n": {digits}}}\n{{"t": "\\ud800"}}\n'
    message = refusal(text, ".jsonl").splitlines()
    assert message[:5] == [
        "the file is not one JSON object a line",
        "  in new.jsonl",
        "  - line 2: not JSON (Expecting value: line 1 column 1 (char 0))",
        "  - line 3: not a JSON object",
        message[4],
    ]
    assert message[4].startswith("  - line 4: not JSON (Exceeds the limit")
    assert message[5:] == ["  - line 5: half a character (\\ud800 to \\udfff alone)"]


def test_json_nested_without_end_is_refused():
    assert "line 1: not JSON (maximum recursion depth" in refusal("[" * 100_000, ".jsonl")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"id,text\nF1,a\n", id="a .csv under another name"),
        pytest.param(b"\xd0\xcf\x11\xe0 an old .xls", id="an old or locked workbook"),
        pytest.param(workbook(["id"], ["F1"])[:-200], id="cut short"),
        pytest.param(
            edited(workbook(["id"], ["F1"]), "xl/worksheets/sheet1.xml", lambda xml: xml[:-40]),
            id="a sheet cut short inside",
        ),
        pytest.param(
            edited(workbook(["id"], ["F1"]), "xl/workbook.xml", lambda xml: b"<a/>"),
            id="no list of sheets",
        ),
    ],
)
def test_what_is_not_a_workbook_is_refused(raw):
    assert refusal(raw, ".xlsx") == (
        "the file is not an Excel workbook, or is damaged\n  in new.xlsx\n"
        "  Open it in Excel and save it as .xlsx."
    )


def test_what_is_not_parquet_is_refused():
    pytest.importorskip("pyarrow")
    assert refusal(b"id,text\n", ".parquet") == (
        "the file is not a Parquet file, or is damaged\n  in new.parquet\n"
        "  Write it again, or as .csv."
    )


@pytest.mark.parametrize("use", [lambda: read(b"PAR1", ".parquet"), lambda: write([], ".parquet")])
def test_without_pyarrow_parquet_is_refused_with_what_to_install(use, monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ReviewError) as raised:
        use()
    assert raised.value.what == (
        "reading and writing .parquet needs the package pyarrow, which is not installed"
    )
    assert raised.value.next_step == (
        "Install it with: pip install 'themeweave[parquet]', or save the sheet as .csv."
    )


def test_other_endings_are_not_read_or_written():
    assert refusal(b"id\n1\n", ".ods") == (
        "sheets with the ending '.ods' are not read\n  in new.ods\n"
        "  Save it as one of: .csv, .tsv, .jsonl, .xlsx, .parquet."
    )
    with pytest.raises(ReviewError) as raised:
        write_sheet([], ["id"], ".ods")
    assert str(raised.value) == (
        "sheets with the ending '.ods' are not written\n"
        "  Choose one of: .csv, .tsv, .jsonl, .xlsx, .parquet."
    )


# Writing ------------------------------------------------------------------------------------------


def write(records, suffix, columns=("id", "text")):
    return write_sheet(records, columns, suffix)


RECORDS = [
    {"id": "F1", "text": 'a "quoted", text;\twith\ntwo lines'},
    {"id": "007", "text": "=1+1"},
    {"id": "F3", "text": "line\u2028separator and next\u0085line"},
    {"id": "F4"},
]


@suffixes(*ALL)
def test_what_is_written_is_read_back(suffix):
    needs_parquet(suffix)
    sheet = read(write(RECORDS, suffix), suffix)
    assert sheet.columns == ("id", "text")
    assert [(row["id"], row["text"]) for row in sheet.rows] == [
        (record["id"], record.get("text", "")) for record in RECORDS
    ]


@suffixes(*ALL)
def test_the_same_rows_give_the_same_bytes(suffix):
    needs_parquet(suffix)
    assert write(RECORDS, suffix) == write(RECORDS, suffix)


@suffixes(*ALL)
def test_missing_values_are_written_empty_and_numbers_keep_their_digits(suffix):
    needs_parquet(suffix)
    records = [{"id": 1, "text": 1 / 3}, {"id": 0, "text": None}, {"id": 12.0, "text": ""}]
    assert [(r["id"], r["text"]) for r in read(write(records, suffix), suffix).rows] == [
        ("1", "0.3333333333333333"),
        ("0", ""),
        ("12" if suffix not in (".csv", ".tsv") else "12.0", ""),
    ]


@suffixes(*ALL)
def test_numbers_and_words_may_share_a_column(suffix):
    needs_parquet(suffix)
    records = [{"id": 1, "text": "not reported"}, {"id": 2, "text": 0.5}]
    assert [r["text"] for r in read(write(records, suffix), suffix).rows] == ["not reported", "0.5"]


@suffixes(".csv", ".tsv", ".xlsx", ".parquet")
def test_a_sheet_without_rows_keeps_its_header(suffix):
    needs_parquet(suffix)
    with pytest.raises(ReviewError, match="a header but no rows"):
        read(write([], suffix), suffix, ("id", "text"))


def test_text_never_becomes_a_formula_a_number_or_a_link_in_a_workbook():
    import openpyxl

    texts = ["=1+1", "+1", "@SUM(A1)", "{=1}", "-5", "007", "http://example.org", "1e3"]
    raw = write([{text: text for text in texts}], ".xlsx", texts)
    page = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    for row in page.iter_rows():  # the header and the row
        assert [(cell.value, cell.data_type, cell.hyperlink) for cell in row] == [
            (text, "s", None) for text in texts
        ]


def test_numbers_are_numbers_in_a_workbook_and_what_excel_has_no_number_for_is_text():
    import openpyxl

    raw = write([{"id": 0.25, "text": float("nan")}, {"id": 1, "text": True}], ".xlsx")
    page = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    assert [cell.value for row in page.iter_rows(min_row=2) for cell in row] == [
        0.25,
        "nan",
        1,
        "True",
    ]


def test_a_cell_longer_than_excel_can_hold_is_refused():
    with pytest.raises(ReviewError) as raised:
        write([{"id": "F1"}, {"id": "F2", "text": "x" * 40_000}], ".xlsx")
    assert str(raised.value) == (
        "a cell is longer than Excel can hold (32,767 characters)\n  in row 3, column 'text'\n"
        "  Write a .csv file instead; it has no such limit."
    )
    assert read(write([{"id": "F2", "text": "x" * 40_000}], ".csv")).rows[0]["text"] == "x" * 40_000


def test_more_columns_than_excel_can_hold_are_refused():
    with pytest.raises(ReviewError) as raised:
        write([{}], ".xlsx", [f"c{n}" for n in range(16_385)])
    assert str(raised.value) == (
        "the sheet is larger than Excel can hold (1,048,576 rows, 16,384 columns)\n"
        "  in row 2, column 'c16384'\n  Write a .csv file instead; it has no such limit."
    )


def test_line_ends_inside_a_cell_do_not_split_the_row():
    raw = write([{"id": "a\rb", "text": "c\r\nd"}], ".csv")
    assert rows(raw) == [(2, {"id": "a\nb", "text": "c\nd"})]


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12
)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_any_text_survives_writing_and_reading_but_for_outer_spaces(suffix, pairs):
    records = [{"id": f"F{n}{a}", "text": b} for n, (a, b) in enumerate(pairs)]
    raw = write(records, suffix)

    def seen(text):
        lined = text if suffix == ".jsonl" else text.replace("\r\n", "\n").replace("\r", "\n")
        return lined.strip()

    assert [(row["id"], row["text"]) for row in read(raw, suffix).rows] == [
        (seen(record["id"]), seen(record["text"])) for record in records
    ]


def test_other_programs_read_the_csv_that_is_written():
    assert list(csv.DictReader(io.StringIO(write(RECORDS, ".csv").decode()))) == [
        {"id": record["id"], "text": record.get("text", "")} for record in RECORDS
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("R01; R02;", ("R01", "R02")), ("", ()), (" ; ", ()), ("R01, R02", ("R01, R02",))],
)
def test_a_cell_lists_its_values_with_semicolons(cell, expected):
    assert values(cell) == expected


def test_a_workbook_that_unpacks_to_far_more_than_it_holds_is_stopped_before_it_is_unpacked():
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b" " * 30_000_000)
    with pytest.raises(ReviewError) as caught:
        read_sheet(stream.getvalue(), "findings.xlsx", ".xlsx")
    assert "xl/workbook.xml" in str(caught.value)
