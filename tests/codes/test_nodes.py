"""Nodes: the two parsers read a plain file alike, and only one of them names faults."""

import random
from pathlib import Path

import pytest

from themeweave.codes import nodes
from themeweave.codes.nodes import Node, compose, tree
from themeweave.errors import ReviewError

FOLDER = Path(__file__).parents[2] / "codebooks"
PLAIN = """\
codebook: view
title: "Whose: view"  # a comment
codes:
- id: staff
  name: 'it''s'
  definition: >-
    People who work
    without being peers.

    more
  include:
    - Staff speak: now.
    - |
      block
       text
  cues: [nurses, "a b", c:d, {text: x, valence: y}]
- {id: peers, parent: staff, retired: true}
- id: multi
  name: plain text
    goes on
"""
SIGNS = (
    *"\n -:?,[]{}#&*!|>'\"%@`\\\t~=<\x07\u0085\u2028\u00a0\ufeffé😀\r",
    *("--- ", "...\n", "? ", "- ", ": ", "\\n", "\\x41", "\\/", "\\u00e9", "#c", "%YAML 1.2\n"),
)


def shape(node):
    """A node without its line: where a value is missing, the parsers name neighbouring lines."""
    if node.kind == "scalar":
        return node.value
    if node.kind == "sequence":
        return [shape(item) for item in node.value]
    return [(shape(key), shape(value)) for key, value in node.value]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_files_are_read_alike_by_both_parsers_to_the_line(path):
    quick = nodes._quickly(path.read_text("utf-8"))
    slow = nodes._node(compose(path.read_bytes(), path.name, "codebook"))

    def lines(node):
        if node.kind == "scalar":
            return [node.line]
        if node.kind == "sequence":
            return [node.line, *map(lines, node.value)]
        return [node.line, *((lines(key), lines(value)) for key, value in node.value)]

    assert shape(quick) == shape(slow)
    assert lines(quick) == lines(slow)


@pytest.mark.parametrize("seed", range(4))
def test_what_the_quick_parser_takes_the_other_one_reads_likewise(seed):
    chance = random.Random(seed)
    taken = 0
    for _ in range(250):
        text = PLAIN
        for _ in range(chance.choice([1, 1, 2])):
            start = chance.randrange(len(text) + 1)
            end = start + chance.choice([0, 0, 1, 2, 6])
            text = text[:start] + chance.choice(SIGNS) * chance.choice([1, 1, 2]) + text[end:]
        quick = nodes._quickly(text)
        if quick is None:
            continue
        try:
            slow = nodes._node(compose(text.encode(), "view.yaml", "codebook"))
        except Exception:  # the stricter one, or, on lines of blanks, the one that fails
            continue
        taken += 1
        assert shape(quick) == shape(slow), text
    assert taken > 60


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- &a x\n- *a\n", id="an anchor"),
        pytest.param("- !secret x\n", id="a tag"),
        pytest.param("a: b\n---\nc: d\n", id="two documents"),
        pytest.param("- a\tb\n", id="a tab"),
        pytest.param("- a\u2028b\n", id="a line end of YAML 1.1"),
        pytest.param("a: [b\n", id="a fault"),
        pytest.param("# nothing\n", id="nothing"),
        pytest.param("[" * 100_000, id="too deep"),
    ],
)
def test_what_is_not_plain_is_left_to_the_other_parser(text):
    assert nodes._quickly(text) is None


def test_without_libyaml_files_are_read_by_the_other_parser(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "yaml.cyaml", None)
    assert tree(b"a: [b, no]", "v.yaml", "codebook") == Node(
        "mapping",
        [
            (
                Node("scalar", "a", 1, "tag:yaml.org,2002:str"),
                Node(
                    "sequence",
                    [
                        Node("scalar", "b", 1, "tag:yaml.org,2002:str"),
                        Node("scalar", "no", 1, "tag:yaml.org,2002:str"),
                    ],
                    1,
                    "tag:yaml.org,2002:seq",
                ),
            )
        ],
        1,
        "tag:yaml.org,2002:map",
    )


def test_an_anchor_that_holds_itself_is_not_followed():
    assert tree(b"- &a [*a]\n", "v.yaml", "codebook").value[0].anchor == "a"


def test_lists_that_stand_too_deep_are_refused():
    with pytest.raises(ReviewError) as error:
        tree(b"[" * 100_000, "v.yaml", "codebook")
    assert str(error.value) == (
        "the codebook is not valid YAML: lists or mappings stand too deep inside one another\n"
        "  in v.yaml\n"
        "  Compare the indentation and the quotes of this line with the lines around it."
    )
