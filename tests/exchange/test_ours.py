"""Our sidecar: codebooks come back equal, and a record that was tampered with is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.codes.files import read_codebook
from themeweave.codes.written import code_lines, write_codebook
from themeweave.exchange.ours import codebook_of, record_of

# What YAML folds, escapes or reads as something else; ends are trimmed when a codebook is read.
TEXT = st.text(st.sampled_from("aé中😀 :#-{}[]&*!|>'\"%@`\n\t\\\u2028\x85yes0"), max_size=12).map(
    str.strip
)
IDS = st.sampled_from(["T01", "no", "1.10", "a-b", "é"])


@st.composite
def codebooks(draw):
    codes = []
    for own in draw(st.lists(IDS, unique=True, max_size=4)):
        parent = draw(st.sampled_from(["", *(c.id for c in codes)]))
        lists = [tuple(filter(None, draw(st.lists(TEXT, max_size=2)))) for _ in range(3)]
        examples = tuple(Example(draw(TEXT), draw(TEXT)) for _ in range(draw(st.integers(0, 2))))
        name, level, told = draw(TEXT) or own, draw(TEXT), draw(TEXT)
        codes.append(Code(own, name, level, parent, told, *lists, examples, draw(st.booleans())))
    title, version = draw(TEXT) or "b", draw(TEXT) or "1"
    return Codebook("b", title, tuple(codes), draw(st.booleans()), version, draw(TEXT))


@given(codebooks())
def test_any_codebook_written_is_read_back_equal(book):
    assert read_codebook(write_codebook(book), "b.yaml") == book
    assert codebook_of("b", record_of(book)) == book


@given(codebooks())
def test_codes_put_behind_others_are_read_with_them(book):
    before = "codebook: b\ncodes:\n  - id: first\n    name: First\n"
    raw = (before + "".join(f"{line}\n" for line in code_lines(book.codes))).encode()
    assert read_codebook(raw, "b.yaml").codes[1:] == book.codes


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"codes": 3},
        {"codes": ["x"]},
        {"codes": [{"name": "no id"}]},
        {"codes": [{"id": "a"}, {"id": "a"}]},
        {"codes": [{"id": "a;b"}]},
        {"codes": [{"id": "a", "parent": "gone"}]},
        {"codes": [{"id": "a", "parent": "b"}, {"id": "b", "parent": "a"}]},
        {"codes": [{"id": "a", "cues": "not a list"}]},
        {"codes": [{"id": "a", "examples": [1]}]},
    ],
)
def test_a_damaged_record_is_none(record):
    assert codebook_of("b", record) is None
