"""An engine's heads: which speaks for a codebook, and what it gives each code."""

import numpy as np
import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.heads import head_for, head_of_tops, shares

TREE = Codebook(
    "frame",
    "Framework",
    (
        Code("inner", "Inner"),
        Code("money", "Money", parent="inner"),
        Code("culture", "Culture", parent="inner"),
        Code("outer", "Outer"),
        Code("law", "Law", parent="outer"),
    ),
)


def given(toy, text, book=TREE):
    codes = list(book.suggestible())
    found = shares(toy([text]), toy.description, book, codes)
    return dict(zip((code.id for code in codes), found[0].tolist(), strict=True))


def test_a_head_speaks_for_a_codebook_by_its_codes_and_not_by_its_name(toy):
    assert head_for(TREE, toy.description).question == "construct"
    assert head_of_tops(TREE, toy.description).question == "domain"


def test_a_codebook_of_other_codes_has_no_head(toy):
    other = Codebook("mine", "Mine", (Code("a", "A"), Code("b", "B"), Code("law", "Law")))
    assert head_for(other, toy.description) is None
    assert shares(toy(["law"]), toy.description, other, list(other.codes)) is None


def test_a_codebook_without_codes_has_no_head(toy):
    assert head_for(Codebook("empty", "Empty", ()), toy.description) is None


def test_tops_get_what_both_heads_say_on_average_and_leaves_share_it_as_theirs_does(toy):
    found = given(toy, "money money law")
    leaf = np.exp([4, 0, 2]) / np.exp([4, 0, 2]).sum()
    inner = (leaf[0] + leaf[1] + 3 / 5) / 2
    assert found["money"] + found["culture"] == pytest.approx(inner)
    assert found["money"] / found["culture"] == pytest.approx(leaf[0] / leaf[1])
    assert found["inner"] == found["outer"] == 0
    assert sum(found.values()) == pytest.approx(1)


def test_a_retired_code_gets_nothing_and_the_rest_adds_up(toy):
    codes = tuple(
        Code(c.id, c.name, parent=c.parent, retired=c.id == "culture") for c in TREE.codes
    )
    found = given(toy, "culture", Codebook("frame", "Framework", codes))
    assert set(found) == {"inner", "money", "outer", "law"}
    assert sum(found.values()) == pytest.approx(1)
