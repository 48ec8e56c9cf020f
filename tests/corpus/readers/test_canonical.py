import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.corpus.readers.canonical import (
    MOST_MARKS,
    canonical,
    decode,
    document,
    repairs,
    unmarked_utf16,
)
from themeweave.corpus.records import Section
from themeweave.errors import ReviewError

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\r\n\x00\x07\x85\u2028\ufeff\u0301\u0323e\u1100\u1161\u11a8\u202e\u200d👩"
        ),
    )
)


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_canonical_text_is_a_fixed_point(text):
    once = canonical(text)
    assert canonical(once) == once
    assert repairs(once.replace("\ufffd", "")) == ()


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_canonical_text_has_one_line_end_no_mark_and_composed_letters(text):
    once = canonical(text)
    assert len(once.splitlines()) == len(once.removesuffix("\n").split("\n")) * bool(once)
    assert "\ufeff" not in once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode("utf-8").decode("utf-8") == once


@settings(deadline=None)
@given(ANY_TEXT, st.data())
def test_a_quote_keeps_its_offsets_through_storing(text, data):
    once = canonical(text + "a")
    start = data.draw(st.integers(0, len(once)))
    end = data.draw(st.integers(start, len(once)))
    read = document("a.txt", once, "text@1", sections=[Section("", 1, start, end)])
    stored = read.text.encode("utf-8").decode("utf-8")
    assert stored[start:end] == once[start:end]
    assert canonical(stored) == once


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"\xef\xbb\xbfa\r\nb\rc\n", "a\nb\nc\n", id="mark, CRLF, lone CR"),
        pytest.param("cafe\u0301".encode(), "caf\u00e9", id="combining accent"),
        pytest.param("a\u2028b\x0cc".encode(), "a\nb\nc", id="other line ends"),
        pytest.param("𝄞 quote".encode("utf-16"), "𝄞 quote", id="UTF-16 with a mark"),
        pytest.param("quote".encode("utf-32"), "quote", id="UTF-32 with a mark"),
        pytest.param(b"a\x00\x07b\xc2\x96", "ab", id="control characters"),
        pytest.param("שלום עולם 支援 👩‍⚕️".encode(), "שלום עולם 支援 👩‍⚕️", id="kept as it is"),
    ],
)
def test_bytes_become_canonical_text(raw, text):
    assert canonical(decode(raw, "a.txt")[0]) == text


def test_what_is_removed_or_was_lost_is_said():
    assert repairs("\ufeffa\x00b\x00\ufffd") == (
        "removed 2 control characters that cannot be shown: 2 x U+0000",
        "the file holds 1 replacement character (U+FFFD): an earlier program lost a letter there",
    )


def test_cp1252_is_shown_but_not_trusted():
    raw = "Peers é\nThey “helped” us\n".encode("cp1252")
    with pytest.raises(ReviewError) as caught:
        decode(raw, "notes.txt")
    error = caught.value
    assert error.what == "the file is not in UTF-8: byte 6 (0xe9) does not belong to it"
    assert error.where == "notes.txt, line 1"
    assert "it would read: 'Peers é'" in error.next_step
    assert "with --encoding cp1252" in error.next_step


def test_a_file_in_two_encodings_is_named_by_its_first_bad_byte():
    raw = "é stays\n".encode() + "it’s".encode("cp1252")
    with pytest.raises(ReviewError, match=r"byte 11 \(0x92\)") as caught:
        decode(raw, "a.txt")
    assert caught.value.where == "a.txt, line 2"
    assert "'it’s'" in caught.value.next_step


def test_the_place_of_a_bad_byte_counts_the_mark():
    with pytest.raises(ReviewError, match=r"byte 5 \(0xff\)"):
        decode(b"\xef\xbb\xbfab\xff", "a.txt")


def test_an_encoding_that_a_person_chose_is_followed_and_noted():
    assert decode(b"it\x92s", "a.txt", "CP1252") == ("it’s", ("read as cp1252, as was asked",))


def test_an_encoding_that_does_not_fit_is_refused():
    with pytest.raises(ReviewError, match="cannot be read as cp1252: byte 1 "):
        decode(b"a\x81", "a.txt", "cp1252")


def test_an_encoding_that_is_not_known_is_refused_with_the_list():
    with pytest.raises(ReviewError, match="encoding 'latin-99' is not one") as caught:
        decode(b"a", "a.txt", "latin-99")
    assert "cp1252" in caught.value.next_step


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_asks(codec):
    raw = "Peers helped them".encode(codec)
    assert unmarked_utf16(raw) == codec
    with pytest.raises(ReviewError, match=f"without a byte-order mark \\({codec}\\)") as caught:
        decode(raw, "a.txt")
    assert "'Peers helped them'" in caught.value.next_step
    assert decode(raw, "a.txt", codec)[0] == "Peers helped them"


def test_utf_16_cut_in_a_letter_is_refused():
    with pytest.raises(ReviewError, match="cannot be read as utf-16"):
        decode("ab".encode("utf-16") + b"c", "a.txt")


def test_accents_without_end_are_refused_before_they_are_sorted():
    with pytest.raises(ReviewError, match="more than 1,000 accents stand on one letter"):
        canonical("e" + "\u0301\u0323" * MOST_MARKS * 50)


def test_a_document_goes_by_the_hash_of_its_text():
    one = document("a.txt", "Peers", "text@1")
    assert one.id == document("b.md", "Peers", "markdown@1").id == one.sha256[:12]
    assert one.id != document("a.txt", "Peers.", "text@1").id


@pytest.mark.parametrize("text", ["", " \n", "---\n", "\u200b"])
def test_a_document_without_a_word_is_refused(text):
    with pytest.raises(ReviewError, match="no text found"):
        document("a.txt", text, "text@1")


@pytest.mark.parametrize(
    ("text", "sections", "fault"),
    [
        ("cafe\u0301", [], "not canonical"),
        ("a\r\n", [], "not canonical"),
        ("abc", [Section("", 1, 2, 4)], "the span 2 to 4 in a text of 3"),
        ("abc", [Section("", 1, 2, 1)], "the span 2 to 1"),
    ],
)
def test_a_reader_that_breaks_the_contract_is_a_bug(text, sections, fault):
    with pytest.raises(ValueError, match=fault):
        document("a.txt", text, "text@1", sections=sections)
