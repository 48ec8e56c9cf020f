"""Decoding what people keep: UTF-8, whole and merged."""

import pytest

from themeweave.corpus.encoding import decode
from themeweave.errors import ReviewError

HINT = "In an editor save it with the encoding UTF-8; in Excel choose 'Save as', 'CSV UTF-8'."


def refusal(raw, encoding=""):
    with pytest.raises(ReviewError) as raised:
        decode(raw, "corpus/findings.csv", encoding)
    return str(raised.value)


def test_a_byte_order_mark_is_left_out():
    assert decode(b"\xef\xbb\xbf\xc3\xa4", "a.csv") == "ä"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_named_and_shown(encoding):
    what, where, then = refusal("\ufeffid,text".encode(encoding)).split("\n")
    assert (what, where) == ("the file is in UTF-16, not UTF-8", "  in corpus/findings.csv")
    assert then.endswith(f"; as utf-16: 'id,text'. {HINT}")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_named_and_shown(encoding):
    said = refusal("id,text\nF1,Zoë".encode(encoding))
    assert said.startswith(f"the file is in {encoding.upper()} without a byte-order mark, not")
    assert f"; as {encoding}: 'id,text F1,Zoë'. {HINT}" in said


def test_another_encoding_is_refused_by_its_byte_and_line_and_shown_as_it_would_read():
    raw = "id,text\nF1,plain\nF2,Zoë\n".encode("cp1252")
    what, where, then = refusal(raw).split("\n")
    assert what == "the file is not in UTF-8: byte 22 is 0xeb"
    assert where == "  in corpus/findings.csv, line 3"
    assert then.startswith("  As cp1252 (Windows, Western Europe) it would read: 'F2,Zoë'. ")


def test_the_byte_is_counted_with_the_byte_order_mark():
    raw = b"\xef\xbb\xbfid\nZo\xeb"
    assert refusal(raw).startswith(f"the file is not in UTF-8: byte {raw.index(0xEB)} is 0xeb\n")


@pytest.mark.parametrize(
    "encoding", ["cp1252", "CP1252", "utf-16", "utf-16-le", "utf-8", "gb18030"]
)
def test_a_chosen_encoding_is_read_as_it_is(encoding):
    text = "id,text\nF1,plain ASCII\n"
    assert decode(text.encode(encoding), "a.csv", encoding) == text
    assert decode(b"Zo\xeb", "a.csv", "cp1252") == "Zoë"


def test_a_chosen_encoding_that_does_not_fit_is_refused_and_nothing_is_replaced():
    assert refusal(b"id\nF1\x81", "cp1252") == (
        "the file cannot be read as cp1252: byte 5 does not belong to it\n"
        f"  in corpus/findings.csv, line 2\n  Choose another encoding, or none. {HINT}"
    )


def test_an_unknown_encoding_is_refused_with_those_that_are_read():
    said = refusal(b"id", "klingon")
    assert said.startswith("the encoding 'klingon' is not one that is read\n")
    assert "Choose one of: utf-8, utf-16, " in said


def test_a_merge_that_git_left_unfinished_is_refused_by_its_lines():
    raw = b"id,label\r\n<<<<<<< HEAD\r\nR1,a\r\n=======\r\nR1,b\r\n>>>>>>> theirs\r\n"
    assert refusal(raw) == (
        "two versions of the file were merged by git and left unfinished\n"
        "  in corpus/findings.csv\n"
        "  - line 2: <<<<<<<\n"
        "  - line 4: =======\n"
        "  - line 6: >>>>>>>\n"
        "  Keep what is right of both sides and delete the lines with the marks."
    )


@pytest.mark.parametrize(
    "text", ["Results\n=======\ntext\n", "id,text\nF1,<<<<<<< HEAD\n", "<<<<<<<< eight\n"]
)
def test_lines_that_only_resemble_the_marks_are_read(text):
    assert decode(text.encode(), "a.md") == text
