"""Reading codebooks: text stays text, and every fault is named by its line."""

from pathlib import Path

import pytest

from themeweave.codes import nodes
from themeweave.codes.codebook import Code, Example
from themeweave.codes.files import by_id, read_codebook
from themeweave.errors import ReviewError

FOLDER = Path(__file__).parents[2] / "codebooks"
BOOK_KEYS = "codebook, title, version, source, exclusive, codes"
CODE_KEYS = (
    "id, name, parent, level, definition, include, exclude, cues, examples, retired, "
    "origin, abstraction"
)
HEAD = "codebook: view\ncodes:\n"  # two lines: codes start in line 3


def read(codes, head=HEAD):
    return read_codebook((head + codes).encode(), "codebooks/view.yaml")


def refusal(text):
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ReviewError) as raised:
        read_codebook(raw, "codebooks/view.yaml")
    return raised.value


def message(codes, head=HEAD):
    return str(refusal(head + codes))


def test_a_codebook_is_read_whole():
    book = read_codebook(
        b"""\
codebook: view
title: Whose view
version: "2"
source: Our own.
exclusive: true
codes:
- id: staff
  name: Staff
  level: perspective
  definition: >-
    People who work in the service
    without being peers.
  include:
    - Staff speak.
  exclude:
    - Peers speak -> peers
  cues: [nurses, doctors]
  examples:
    - Nurses were tired.
    - text: Doctors welcomed it.
      valence: facilitator
- id: peers
  parent: staff
  retired: true
""",
        "view.yaml",
    )
    assert (book.id, book.title, book.version, book.source, book.exclusive) == (
        "view",
        "Whose view",
        "2",
        "Our own.",
        True,
    )
    assert book.codes == (
        Code(
            "staff",
            "Staff",
            "perspective",
            "",
            "People who work in the service without being peers.",
            ("Staff speak.",),
            ("Peers speak -> peers",),
            ("nurses", "doctors"),
            (Example("Nurses were tired."), Example("Doctors welcomed it.", "facilitator")),
        ),
        Code("peers", "peers", parent="staff", retired=True),
    )


@pytest.mark.parametrize(
    "written", ["no", "1.10", "2024-01-01", "null", "~", "true", "0x1F", "1e3", "012", "yes"]
)
def test_an_id_stays_the_text_that_was_written(written):
    assert read(f"- id: {written}\n").codes[0].id == written


def test_an_id_stays_text_where_it_is_named_as_a_parent():
    book = read("- id: 1.10\n- id: 1.1\n  parent: 1.10\n")
    assert book.path("1.1") == ("1.10", "1.1")


def test_a_cue_may_be_a_word_that_yaml_has_a_use_for():
    assert read("- id: a\n  cues: [no, 12, =, null]\n").codes[0].cues == ("no", "12", "=", "null")


def test_a_byte_order_mark_and_windows_line_ends_are_read_alike():
    text = "codebook: view\ncodes:\n- id: a\n  name: Ä\n"
    raw = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert read_codebook(raw, "view.yaml") == read_codebook(text.encode(), "view.yaml")


def test_all_faults_of_the_tree_are_listed_at_once_with_their_lines():
    assert (
        message("""\
- id: a
  parent: b
- id: b
  parent: c
- id: c
  parent: a
- id: d
  parent: gone
- id: a
  name: Again
- id: e
  parent: e
- name: Nameless
- id: f;g
""")
        == """\
the codebook cannot be read
  in codebooks/view.yaml
  - line 3: parents in a circle: a -> b -> c -> a
  - line 9: the parent 'gone' of 'd' is not a code of this codebook
  - line 11: the id 'a' is already used in line 3
  - line 13: parents in a circle: e -> e
  - line 15: a code without an id
  - line 16: the id 'f;g' holds one of ; , tab or a line break
  Nothing was loaded. Mend the lines above, then run the command again."""
    )


def test_codes_that_lead_into_a_circle_are_not_named_as_part_of_it():
    lines = "- {id: x, parent: a}\n- {id: a, parent: b}\n- {id: b, parent: a}\n"
    assert refusal(HEAD + lines).faults == ("line 4: parents in a circle: a -> b -> a",)


def test_unknown_keys_repeated_keys_and_wrong_kinds_are_listed_with_their_lines():
    codes = """\
- id: a
  colour: red
  name: One
  name: Two
  cues: many
  definition: [one, two]
  retired: yes
- just words
- id: b
  examples:
    - text: Fine.
      weight: 2
"""
    assert refusal("codebook: view\nowner: me\ncodes:\n" + codes).faults == (
        f"line 2: unknown key 'owner'; a codebook has: {BOOK_KEYS}",
        f"line 5: unknown key 'colour'; a code has: {CODE_KEYS}",
        "line 7: the key 'name' stands twice",
        "line 8: a list was expected here, one '- item' a line",
        "line 9: text was expected here, not a list or a mapping",
        "line 10: 'yes' must be true or false",
        "line 11: a code must be written as 'key: value' lines",
        "line 15: unknown key 'weight'; an example has: text, valence",
    )


def test_a_list_as_a_key_is_refused():
    assert refusal("? [a]\n: b\ncodebook: view\ncodes: []\n").faults == (
        "line 1: text was expected here, not a list or a mapping",
    )


def test_a_codebook_without_its_id_or_its_codes_is_refused():
    assert refusal("title: Views\n").faults == (
        "line 1: the key 'codebook' (the codebook's id) is missing",
        "line 1: the key 'codes' is missing; an empty codebook says 'codes: []'",
    )


def test_an_empty_codebook_that_says_so_is_read():
    assert read_codebook(b"codebook: view\ncodes: []\n", "view.yaml").codes == ()


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "\ufeff"])
def test_an_empty_file_is_refused(text):
    assert str(refusal(text)) == (
        "the codebook is empty\n  in codebooks/view.yaml\n"
        "  Restore it from a copy: a file of comments says nothing."
    )


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        pytest.param(
            "- !!python/object/apply:os.system {id: a}",
            "tag:yaml.org,2002:python/object/apply:os.system",
            id="an object",
        ),
        pytest.param(
            "- id: !!python/name:os.system a",
            "tag:yaml.org,2002:python/name:os.system",
            id="a name",
        ),
        pytest.param("- id: !mine a", "!mine", id="a tag of the writer's own"),
        pytest.param("- {id: a, cues: !!set {b}}", "tag:yaml.org,2002:set", id="a set"),
        pytest.param("- id: !!binary aGk=", "tag:yaml.org,2002:binary", id="binary"),
    ],
)
def test_a_tag_is_refused_and_nothing_is_made_of_it(code, tag):
    assert f"line 3: the tag '{tag}' is not read here" in refusal(HEAD + code).faults


@pytest.mark.parametrize(
    ("codes", "lines"),
    [
        pytest.param("- id: &a x\n- id: b\n  name: *a", [3], id="of a text"),
        pytest.param("- &a {id: x}\n- *a", [3], id="of a code"),
        pytest.param("- id: x\n  cues: &a [b]\n- id: y\n  cues: *a", [4], id="of a list"),
    ],
)
def test_anchors_and_aliases_are_refused_where_the_anchor_stands(codes, lines):
    assert refusal(HEAD + codes).faults[: len(lines)] == tuple(
        f"line {line}: anchors and aliases (& and *) are not read here" for line in lines
    )


def test_an_alias_bomb_is_refused_without_being_unfolded():
    # 9 lists of 9 aliases each, one in the other: 9 ** 9 items if it were unfolded
    lists = ["a0: &a0 [lol]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)
    ]
    error = refusal("codebook: view\n" + "\n".join(lists) + "\ncodes: *a9\n")
    assert "line 11: anchors and aliases (& and *) are not read here" in error.faults


def test_text_that_is_not_utf8_is_refused_by_its_line():
    assert str(refusal("codebook: view\ncodes:\n- id: Ärzte\n".encode("cp1252"))) == (
        "the file is not in UTF-8: byte 28 is 0xc4\n  in codebooks/view.yaml, line 3\n"
        "  As cp1252 (Windows, Western Europe) it would read: '- id: Ärzte'. In an editor save it "
        "with the encoding UTF-8; in Excel choose 'Save as', 'CSV UTF-8'."
    )


def test_a_merge_that_git_left_unfinished_is_refused_by_its_lines():
    text = "- id: a\n<<<<<<< HEAD\n  name: One\n=======\n  name: Two\n>>>>>>> theirs\n"
    assert (
        message(text)
        == """\
two versions of the file were merged by git and left unfinished
  in codebooks/view.yaml
  - line 4: <<<<<<<
  - line 6: =======
  - line 8: >>>>>>>
  Keep what is right of both sides and delete the lines with the marks."""
    )


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        pytest.param(
            "codebook: view\ncodes:\n- id: 'a\n",
            "found unexpected end of stream",
            ", line 4",
            id="an open quote",
        ),
        pytest.param(
            "codebook: view\ncodes: []\n---\ncodebook: two\n",
            "but found another document",
            ", line 3",
            id="two documents",
        ),
        pytest.param(
            "codebook: view\ncodes: *gone\n", "found undefined alias 'gone'", ", line 2", id="alias"
        ),
        pytest.param(
            "codebook: view\n\ncodes: \x00\n",
            "it holds the control character 0x00",
            ", line 3",
            id="a control character",
        ),
        pytest.param(
            "codebook: view\ncodes: " + "[" * 20_000,
            "lists or mappings stand too deep inside one another",
            "",
            id="nesting without end",
        ),
    ],
)
def test_what_is_not_yaml_is_refused_by_its_line(text, what, place):
    assert str(refusal(text)) == (
        f"the codebook is not valid YAML: {what}\n  in codebooks/view.yaml{place}\n"
        "  Compare the indentation and the quotes of this line with the lines around it."
    )


def test_a_file_too_large_to_be_a_codebook_is_refused_unread(monkeypatch):
    monkeypatch.setattr(nodes, "LARGEST_FILE", 1_000)
    assert str(refusal(b"x" * 1_001)) == (
        "the codebook is too large to be one (1,001 bytes)\n  in codebooks/view.yaml\n"
        "  The largest file that is read has 1,000 bytes."
    )


def test_ten_thousand_codes_in_one_deep_branch_are_read():
    lines = ["- id: c0"] + [f"- {{id: c{n}, parent: c{n - 1}}}" for n in range(1, 10_000)]
    assert len(read("\n".join(lines)).path("c9999")) == 10_000


def test_two_codebooks_of_one_id_are_refused():
    book = read("- id: a\n")
    with pytest.raises(ReviewError) as raised:
        by_id([("one.yaml", book), ("two.yaml", book)])
    assert str(raised.value) == (
        "two codebooks have the id 'view'\n  in two.yaml\n"
        "  Give one of them another id in its first line."
    )
    assert by_id([("one.yaml", book)]) == {"view": book}


SHIPPED = ["cfir-2009", "cfir-2022", "com-b", "perspectives", "tdf", "themes", "valence"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_codebook_is_read_as_another_yaml_reader_reads_it(name):
    from ruamel.yaml import YAML

    raw = (FOLDER / f"{name}.yaml").read_bytes()
    book, other = read_codebook(raw, name), YAML(typ="safe", pure=True).load(raw)
    assert (book.id, book.title, book.exclusive) == (
        other["codebook"],
        other["title"],
        other["exclusive"],
    )
    for code, record in zip(book.codes, other["codes"], strict=True):
        assert (code.id, code.name, code.parent) == (
            record["id"],
            record["name"],
            record.get("parent", ""),
        )
        assert code.definition == record["definition"]
        assert list(code.include) == record.get("include", [])
        assert list(code.exclude) == record.get("exclude", [])
        assert list(code.cues) == record.get("cues", [])
        assert [{"text": e.text, "valence": e.valence} for e in code.examples] == [
            {"valence": "", **example} for example in record.get("examples", [])
        ]
