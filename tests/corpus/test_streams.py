import io

import pytest

from themeweave.corpus import streams
from themeweave.corpus.extraction import stream_findings
from themeweave.corpus.sheets import read_pages, write_sheet
from themeweave.corpus.streams import stream_sheets
from themeweave.errors import ReviewError

ROWS = [{"id": f"F{n}", "text": f"Nurses, on ward {n},\nsaid “no”"} for n in range(7)]


@pytest.fixture(autouse=True)
def three_rows_together(monkeypatch):
    monkeypatch.setattr(streams, "_TOGETHER", 3)


def streamed(raw, suffix):
    return list(stream_sheets(io.BytesIO(raw), f"f{suffix}", suffix))


@pytest.mark.parametrize("suffix", streams.STREAMED)
def test_a_stream_has_the_rows_of_the_sheet_read_whole(suffix):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow", reason="needs the package pyarrow")
    raw = write_sheet(ROWS, ("id", "text"), suffix)
    small = streamed(raw, suffix)
    whole = read_pages(raw, f"f{suffix}", suffix)[0]
    assert [len(sheet.rows) for sheet in small] == [3, 3, 1]
    assert {sheet.columns for sheet in small} == {whole.columns}
    assert [row for sheet in small for row in sheet.rows] == list(whole.rows)


@pytest.mark.parametrize(
    ("raw", "suffix"),
    [
        pytest.param(b"", ".csv", id="empty"),
        pytest.param(b" \n" * 70_000, ".jsonl", id="only white space, and much of it"),
        pytest.param(b"id,text\nF1,ok\nF2,caf\xe9\n", ".csv", id="Windows"),
        pytest.param("id,text\nF1,ok\n".encode("utf-16"), ".csv", id="UTF-16"),
        pytest.param("id,text\nF1,ok\n".encode("utf-16-le"), ".csv", id="UTF-16 without a mark"),
        pytest.param(
            b"id,text\n<<<<<<< ours\nF1,a\n=======\nF1,b\n>>>>>>> theirs\n", ".csv", id="merge"
        ),
        pytest.param(b'id,text\nF1,"never closed\n', ".csv", id="quote"),
        pytest.param(b"id,text\nF1,a,b\nF2,a\nF3,a,b,c\n", ".csv", id="too many cells"),
        pytest.param(b'{"id": 1}\n[]\nno\n', ".jsonl", id="not JSON"),
        pytest.param(b"PAR1 and no more", ".parquet", id="not Parquet"),
    ],
)
def test_a_fault_reads_as_that_of_the_sheet_read_whole(raw, suffix):
    with pytest.raises(ReviewError) as whole:
        read_pages(raw, f"f{suffix}", suffix)
    with pytest.raises(ReviewError) as small:
        streamed(raw, suffix)
    assert str(small.value) == str(whole.value)


def test_what_only_looks_like_a_merge_mark_is_read():
    raw = b'id,text\rF1,"a\r<<<<<<< b"\r'
    assert streamed(raw, ".csv")[0].rows == read_pages(raw, "f.csv", ".csv")[0].rows


def test_the_file_stays_open_for_who_gave_it():
    file = io.BytesIO(b"id,text\nF1,a\n")
    list(stream_sheets(file, "f.csv", ".csv"))
    assert not file.closed


def test_a_column_that_only_a_late_object_has_is_there_from_the_start():
    raw = b'{"id": 1, "text": "a"}\n' * 4 + b'{"id": 2, "text": "b", "cited": "R1"}\n'
    assert {sheet.columns for sheet in streamed(raw, ".jsonl")} == {("id", "text", "cited")}


def test_findings_are_streamed_under_our_names_and_exports_come_whole():
    raw = b"Nr,Finding\n" + b"1,Low pay\n" * 5
    small = list(stream_findings(io.BytesIO(raw), "f.csv", ".csv"))
    assert [len(sheet.rows) for sheet in small] == [3, 2]
    assert {row["text"] for sheet in small for row in sheet.rows} == {"Low pay"}
    raw = b"Media Title,Excerpt Copy\n" + b"Ng 2020.pdf,Low pay\n" * 5
    whole = list(stream_findings(io.BytesIO(raw), "f.csv", ".csv"))
    assert [len(sheet.rows) for sheet in whole] == [5]
    assert whole[0].rows[0]["cited"] == "Ng 2020"
