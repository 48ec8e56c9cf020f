"""Codebooks edited in their files: the change is there, and everything else as people wrote it."""

from dataclasses import replace
from pathlib import Path

import pytest

from themeweave.codes.codebook import Code, Example
from themeweave.codes.edited import add_code, edit_code
from themeweave.codes.files import read_codebook
from themeweave.errors import ReviewError

BOOKS = Path(__file__).parents[2] / "codebooks"
WRITTEN = b"""\
# ours, see the protocol
codebook: pay
codes:
  - id: low   # an old one
    name: 'Low pay'
    cues:
      - wage
      # said by staff
      - "salary"
      - pay rise

    # about money only
  - id: late
    name: Late pay
    definition: >-
      Paid
      late. # not a comment
  - {id: flow, name: Flow}
# the end
"""
CHANGES = {
    "name": "Pay: new # name",
    "definition": "What \u201cpay\u201d means, said at such length that it takes several lines of "
    "the file to say it all, and then some more of it.",
    "include": ("when: always", "no"),
    "cues": ("wage", "new cue", "pay rise"),
    "examples": (Example("They left."), Example("They stayed -> here.", "facilitator")),
    "retired": True,
}


def code(code_id):
    return read_codebook(WRITTEN, "pay.yaml").by_id[code_id]


def test_a_list_keeps_the_items_that_stay_with_their_comments():
    changed = replace(code("low"), cues=("wage", "salary", "tips"))
    assert edit_code(WRITTEN, "pay.yaml", changed) == WRITTEN.replace(
        b"      - pay rise\n", b"      - tips\n"
    )


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("code_id", ["low", "late", "flow"])
def test_a_change_leaves_every_other_line(code_id, field):
    changed = replace(code(code_id), **{field: CHANGES[field]})
    edited = edit_code(WRITTEN, "pay.yaml", changed)
    assert read_codebook(edited, "pay.yaml").by_id[code_id] == changed
    for line in (b"# ours, see the protocol\n", b"    # about money only\n", b"# the end\n"):
        assert line in edited
    back = edit_code(edited, "pay.yaml", code(code_id))
    assert read_codebook(back, "pay.yaml") == read_codebook(WRITTEN, "pay.yaml")


@pytest.mark.parametrize("name", ["valence", "themes"])
def test_shipped_codebooks_can_be_edited(name):
    raw = (BOOKS / f"{name}.yaml").read_bytes()
    book = read_codebook(raw, name)
    one = book.codes[len(book.codes) // 2]
    changed = replace(one, **CHANGES)
    edited = edit_code(raw, name, changed)
    found = read_codebook(edited, name).codes
    assert found == tuple(changed if c.id == one.id else c for c in book.codes)
    assert len(set(raw.splitlines()) - set(edited.splitlines())) < 40


def test_windows_line_ends_stay():
    raw = WRITTEN.replace(b"\n", b"\r\n")
    edited = edit_code(raw, "pay.yaml", replace(code("low"), name="Poor pay"))
    assert edited == raw.replace(b"'Low pay'", b"Poor pay")


def test_a_new_code_stands_behind_its_kin():
    raw = add_code(WRITTEN, "pay.yaml", Code("tips", "Tips", parent="low"))
    assert [c.id for c in read_codebook(raw, "pay.yaml").codes] == ["low", "tips", "late", "flow"]
    assert raw.index(b"tips") < raw.index(b"# about money only")


def test_what_cannot_be_done_is_refused_and_changes_nothing():
    with pytest.raises(ReviewError) as refused:
        add_code(WRITTEN, "pay.yaml", Code("low", "Low"))
    assert str(refused.value) == (
        "there is a code 'low' already\n  in pay.yaml\n  Give it another id."
    )
    with pytest.raises(ReviewError) as refused:
        edit_code(WRITTEN, "pay.yaml", Code("gone", "Gone"))
    assert str(refused.value) == (
        "the code 'gone' is not in this file\n  in pay.yaml\n  Load the codebook again."
    )
    with pytest.raises(ReviewError) as refused:
        add_code(b"codebook: v\ncodes: []\n", "v.yaml", Code("a", "A"))
    assert str(refused.value) == (
        "the codebook is written so that this cannot be changed without touching the rest\n"
        "  in v.yaml\n  Nothing was changed. Change it in a text editor; the workbench notices."
    )
