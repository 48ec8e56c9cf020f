import pytest

from themeweave.corpus.readers.reference_list import is_reference_heading, read_list
from themeweave.corpus.readers.text import heading_level, read
from themeweave.corpus.records import Section
from themeweave.errors import ReviewError

NOTE = """PEER SUPPORT ON WARDS

Introduction

Peers helped them.
Staff said:
so.

2.1 Data extraction

Two people read all.

References

1. Roe A. Peers on wards. J Peer. 2019;3:1-9. doi:10.1000/abc.
2. Lee B. Staff views. J Peer.
2020;4:2-8.
"""


def test_a_plain_text_stays_as_it_is_and_shows_its_sections():
    note = read(NOTE.encode(), "note.txt")
    assert note.text == NOTE
    assert [(s.heading, s.level) for s in note.sections] == [
        ("PEER SUPPORT ON WARDS", 1),
        ("Introduction", 1),
        ("2.1 Data extraction", 2),
        ("References", 1),
    ]
    assert all(note.text.startswith(s.heading, s.start) for s in note.sections)
    assert [(r.id, r.year, r.doi) for r in note.references] == [
        ("1", "2019", "10.1000/abc"),
        ("2", "2020", ""),
    ]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("METHODS", 1),
        ("Conclusions", 1),
        ("3 Results of synthesis", 1),
        ("3.2.1. Themes", 3),
        ("Peers helped them a lot", 0),
        ("They met.", 0),
        ("12 people took part", 0),
        ("PSW", 0),
        ("A" * 200, 0),
    ],
)
def test_a_heading_is_known_by_its_look(line, level):
    assert heading_level(line) == level


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("References", True),
        ("REFERENCES:", True),
        ("6. Reference list", True),
        ("References to studies included in this review", True),
        ("Terms of reference", False),
        (" #" * 200_000 + " x", False),
    ],
)
def test_a_reference_heading_is_known_by_its_words(heading, expected):
    assert is_reference_heading(heading) is expected


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        pytest.param("1. Roe\n2) Lee\n[3] Poe\n(4) Kay", "1 Roe|2 Lee|3 Poe|4 Kay", id="numbers"),
        pytest.param("1. Roe\n  2019.\n\n2. Lee", "1 Roe 2019.|2 Lee", id="a wrapped year"),
        pytest.param("1 Roe A\n2 Lee B", "1 Roe A|2 Lee B", id="bare numbers"),
        pytest.param("7. Roe\n9. Lee", "7 Roe|9 Lee", id="a gap"),
        pytest.param("- Roe A\n  more\n- Lee B", "1 Roe A more|2 Lee B", id="bullets"),
        pytest.param("Roe A\nmore\n\nLee B", "1 Roe A more|2 Lee B", id="paragraphs"),
        pytest.param("Roe A\nLee B", "1 Roe A|2 Lee B", id="lines"),
        pytest.param("", "", id="none"),
    ],
)
def test_entries_are_cut_at_their_numbers(body, entries):
    text = f"References\n\n{body}"
    references, notes = read_list(text, [Section("References", 1, 0, len(text))])
    assert "|".join(f"{r.id} {r.text}" for r in references) == entries
    assert notes == ()


def test_a_number_that_stands_twice_is_kept_and_said():
    text = "References\n1. Roe\n1. Lee\n2. Poe"
    references, notes = read_list(text, [Section("References", 1, 0, len(text))])
    assert [r.id for r in references] == ["1", "1", "2"]
    assert notes == ("the reference list has the number 1 more than once",)


def test_an_encoding_is_asked_for():
    with pytest.raises(ReviewError, match="not in UTF-8"):
        read("“Peers”".encode("cp1252"), "a.txt")
    note = read("“Peers”".encode("cp1252"), "a.txt", "cp1252")
    assert (note.text, note.notes) == ("“Peers”", ("read as cp1252, as was asked",))
