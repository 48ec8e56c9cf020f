"""The crosswalk between two codebooks, held against both."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.crosswalk import CrosswalkRow, Move, move, read_crosswalk
from themeweave.errors import ReviewError


def book(name, *codes):
    return Codebook(name, name, (Code("top", "Top"), *(Code(c, c, parent="top") for c in codes)))


OLD, NEW = book("v1", "a", "b", "c"), book("v2", "x", "y", "z")
HEAD = "crosswalk: v1-v2\nfrom: v1\nto: v2\nrows:\n"
GOOD = """\
- {from: a, to: [x], kind: one_to_one, note: Renamed.}
- {from: b, to: [x, y], kind: one_to_many, note: Split.}
- {from: c, to: [], kind: removed, note: Gone.}
- {to: [z], kind: new, note: Not there before.}
"""


def read(rows, head=HEAD):
    return read_crosswalk((head + rows).encode(), "codebooks/crosswalk.yaml", OLD, NEW)


def faults(rows, head=HEAD):
    with pytest.raises(ReviewError) as raised:
        read(rows, head)
    return raised.value.faults


def test_a_crosswalk_is_read_in_the_order_of_the_file():
    crosswalk = read(GOOD)
    assert (crosswalk.id, crosswalk.old, crosswalk.new) == ("v1-v2", "v1", "v2")
    assert crosswalk.rows == (
        CrosswalkRow("a", ("x",), "one_to_one", "Renamed."),
        CrosswalkRow("b", ("x", "y"), "one_to_many", "Split."),
        CrosswalkRow("c", (), "removed", "Gone."),
        CrosswalkRow("", ("z",), "new", "Not there before."),
    )


def test_all_faults_are_listed_at_once_with_their_lines():
    rows = """\
- {from: a, to: [x], kind: one_to_one}
- {from: a, to: [gone], kind: one_to_one}
- {from: lost, to: [x, x], kind: one_to_many}
- {from: b, to: [x], kind: renamed, weight: 2}
"""
    with pytest.raises(ReviewError) as raised:
        read(rows)
    assert (
        str(raised.value)
        == """\
the crosswalk cannot be read
  in codebooks/crosswalk.yaml
  - line 1: no row leads to 'y' of 'v2'
  - line 1: no row leads to 'z' of 'v2'
  - line 1: no row says where 'c' of 'v1' went
  - line 6: 'a' has a row in line 5 already
  - line 6: 'gone' is not a code of 'v2'
  - line 7: 'lost' is not a code of 'v1'
  - line 7: 'x' stands more than once under 'to'
  - line 8: the kind 'renamed' must be one of: one_to_one, one_to_many, removed, new
  - line 8: unknown key 'weight'; a row has: from, to, kind, note
  Nothing was loaded. Mend the lines above, then run the command again."""
    )


@pytest.mark.parametrize(
    ("was", "row", "meaning"),
    [
        pytest.param(
            "to: [x], kind: one_to_one",
            "to: [x, y], kind: one_to_one",
            "'one_to_one' means one code on each side",
            id="one to one with two heirs",
        ),
        pytest.param(
            "to: [x, y], kind: one_to_many",
            "to: [y], kind: one_to_many",
            "'one_to_many' means one old and several new codes",
            id="one to many with one heir",
        ),
        pytest.param(
            "to: [], kind: removed",
            "to: [x], kind: removed",
            "'removed' means an old code and no new one",
            id="removed with an heir",
        ),
        pytest.param(
            "{to: [z], kind: new",
            "{to: [z], kind: one_to_one",
            "'one_to_one' means one code on each side",
            id="one to one without a forerunner",
        ),
    ],
)
def test_a_kind_agrees_with_the_number_of_codes(was, row, meaning):
    assert was in GOOD
    (fault,) = faults(GOOD.replace(was, row))
    assert fault.endswith(f"the kind {meaning}")


def test_a_new_code_has_no_forerunner():
    assert faults(GOOD.replace("to: [x, y]", "to: [x, y, z]")) == (
        "line 8: 'z' is not new: another row leads to it",
    )


def test_a_crosswalk_of_other_codebooks_is_refused():
    assert faults(GOOD, HEAD.replace("from: v1", "from: v0").replace("to: v2", "to: v3")) == (
        "line 2: 'from' names the codebook 'v0', but 'v1' was given",
        "line 3: 'to' names the codebook 'v3', but 'v2' was given",
    )


def test_an_empty_crosswalk_and_one_that_is_not_yaml_are_refused():
    with pytest.raises(ReviewError, match=r"^the crosswalk is empty\n"):
        read("", head="")
    with pytest.raises(ReviewError, match=r"^the crosswalk is not valid YAML: .*\n  .*, line 5"):
        read("- {from: a", head=HEAD)


def test_the_shipped_crosswalk_fits_both_codebooks(shipped, crosswalk_file):
    old, new = shipped["cfir-2009"], shipped["cfir-2022"]
    crosswalk = read_crosswalk(crosswalk_file, "crosswalk.yaml", old, new)
    left = [row.old for row in crosswalk.rows if row.old]
    assert len(left) == 39
    assert sorted(left) == sorted(code.id for code in old.codes if code.parent)
    reached = {code for row in crosswalk.rows for code in row.new}
    assert reached == {code.id for code in new.codes if code.parent}
    assert all(row.note for row in crosswalk.rows)


def test_the_shipped_crosswalk_removes_what_the_2022_update_made_outcomes(shipped, crosswalk_file):
    # Damschroder et al. 2022, Implementation Science 17:75: climate and readiness left the list
    crosswalk = read_crosswalk(
        crosswalk_file, "crosswalk.yaml", shipped["cfir-2009"], shipped["cfir-2022"]
    )
    assert [row.old for row in crosswalk.rows if row.kind == "removed"] == [
        "implementation_climate",
        "readiness_for_implementation",
    ]


@pytest.mark.parametrize(
    ("code_id", "heir", "candidates"),
    [
        pytest.param("relative_advantage", "innovation_relative_advantage", 1, id="one heir"),
        pytest.param("networks_and_communications", "", 2, id="two heirs"),
        pytest.param("implementation_climate", "", 0, id="removed"),
    ],
)
def test_only_a_code_with_one_heir_moves(shipped, crosswalk_file, code_id, heir, candidates):
    old = shipped["cfir-2009"]
    walk = read_crosswalk(crosswalk_file, "crosswalk.yaml", old, shipped["cfir-2022"])
    moved = move(walk, code_id, old)
    assert (moved.code_id, len(moved.candidates)) == (heir, candidates)
    assert moved.note


@pytest.mark.parametrize(
    ("code_id", "note"),
    [
        ("inner_setting", "'inner_setting' gathers other codes and is not moved: give one of them"),
        ("pay", "'pay' is not a code of 'cfir-2009'"),
        ("", "no code"),
    ],
)
def test_what_cannot_move_says_why(shipped, crosswalk_file, code_id, note):
    old = shipped["cfir-2009"]
    walk = read_crosswalk(crosswalk_file, "crosswalk.yaml", old, shipped["cfir-2022"])
    assert move(walk, code_id, old) == Move("", (), note)
