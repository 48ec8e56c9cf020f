"""Decoding what people keep: UTF-8, whole and merged."""

import pytest

from themeweave.corpus.encoding import decode
from themeweave.errors import ReviewError

HINT = "In an editor save it with the encoding UTF-8; in Excel choose 'Save as', 'CSV UTF-8'."


def refusal(raw):
    with pytest.raises(ReviewError) as raised:
        decode(raw, "corpus/findings.csv")
    return str(raised.value)


def test_a_byte_order_mark_is_left_out():
    assert decode(b"\xef\xbb\xbf\xc3\xa4", "a.csv") == "ä"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_named(encoding):
    raw = "\ufeffid,text".encode(encoding)
    assert refusal(raw) == f"the file is in UTF-16, not UTF-8\n  in corpus/findings.csv\n  {HINT}"


def test_another_encoding_is_refused_by_its_byte_and_line():
    raw = "id,text\nF1,plain\nF2,Zoë\n".encode("cp1252")
    assert refusal(raw) == (
        f"the file is not in UTF-8: byte 22 is 0xeb\n  in corpus/findings.csv, line 3\n  {HINT}"
    )


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
