"""Texts cut into pieces of a vocabulary, as the encoder was trained on them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.findings.encoder import SHIPPED
from themeweave.findings.wordpiece import WordPiece, normal

VOCABULARY = (SHIPPED / "vocabulary.txt").read_text("utf-8").splitlines()
WORDS = WordPiece(VOCABULARY)


def pieces(text, longest=128):
    return [VOCABULARY[i] for i in WORDS.ids(text, longest)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # tokenizers 0.23.3, BertWordPieceTokenizer on the vocabulary of all-MiniLM-L6-v2
        ("Peer workers' roles", "[CLS] peer workers ' roles [SEP]"),
        ("deprescribing", "[CLS] de ##pres ##cr ##ib ##ing [SEP]"),
        ("Naïve Ångström – “quoted” …", "[CLS] naive ang ##strom – “ quoted ” … [SEP]"),
        ("3.5% [12,13]", "[CLS] 3 . 5 % [ 12 , 13 ] [SEP]"),
        ("x_y", "[CLS] x _ y [SEP]"),
        ("e\u0301tude", "[CLS] et ##ude [SEP]"),
        ("", "[CLS] [SEP]"),
        (" \n\t ", "[CLS] [SEP]"),
    ],
)
def test_pieces_are_those_of_the_reference(text, expected):
    assert pieces(text) == expected.split()


def test_what_the_vocabulary_lacks_is_unknown_as_a_whole_word():
    assert pieces("職員 no") == ["[CLS]", "[UNK]", "[UNK]", "no", "[SEP]"]
    assert pieces("a" * 101) == ["[CLS]", "[UNK]", "[SEP]"]


def test_a_long_text_is_cut_at_the_end_and_keeps_both_marks():
    ids = WORDS.ids("word " * 100_000, 16)
    assert [VOCABULARY[i] for i in ids] == ["[CLS]", *["word"] * 14, "[SEP]"]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_cut_and_joined_pieces_spell_its_known_words(text):
    found = pieces(text)
    assert found[0] == "[CLS]"
    assert found[-1] == "[SEP]"
    spelt = "".join(piece.removeprefix("##") for piece in found[1:-1] if piece != "[UNK]")
    assert set(spelt) <= set(normal(text)) or len(found) == 128


def test_remembered_words_are_cut_like_new_ones():
    fresh = WordPiece(VOCABULARY)
    text = "Deprescribing, deprescribing."
    assert fresh.ids(text) == fresh.ids(text) == WORDS.ids(text)
