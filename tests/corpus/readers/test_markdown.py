import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.corpus.readers.canonical import canonical
from themeweave.corpus.readers.markdown import front_matter_end, read


def heads(text):
    return [(s.heading, s.level) for s in read(text.encode(), "a.md").sections]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# A\n\nx\n\n###### B #\n", [("A", 1), ("B", 6)], id="number signs"),
        pytest.param("A\n===\n\nB\nc\n---\n", [("A", 1), ("B c", 2)], id="underlined"),
        pytest.param("#A\n####### B\n\n    # C\n", [], id="no heading"),
        pytest.param("x\n\n---\n\ny\n", [], id="a rule across the page"),
        pytest.param("- a\n---\n", [], id="a rule below a list"),
        pytest.param("~~~\n# A\n~~~\n# B\n", [("B", 1)], id="inside a fence"),
        pytest.param("```\n# A\n~~~\n# B\n", [], id="a fence that is not closed"),
        pytest.param("## **Results** {#r .x}\n", [("Results", 2)], id="marks of emphasis"),
        pytest.param(
            "# C# and peer_workers_x\n", [("C# and peer_workers_x", 1)], id="signs inside"
        ),
        pytest.param("#\n\nx\n", [], id="an empty heading"),
    ],
)
def test_headings_are_those_of_commonmark(text, expected):
    assert heads(text) == expected


def test_sections_nest_and_start_at_their_mark():
    page = read(b"# A\n\nx\n\n## B\n\ny\n\n# C\n", "a.md")
    assert [page.text[s.start : s.end] for s in page.sections] == [
        "# A\n\nx\n\n## B\n\ny\n\n",
        "## B\n\ny\n\n",
        "# C\n",
    ]


def test_front_matter_stays_in_the_text_and_out_of_the_sections():
    page = read(b"---\ntitle: A\n# no heading\n---\n\n# B\n\nx\n", "a.md")
    assert page.text.startswith("---\ntitle")
    assert [(s.heading, s.start) for s in page.sections] == [("B", 31)]


@pytest.mark.parametrize("text", ["# A\n---\n", "--- \nx\n---\n", "---\nx: y\n", "\n---\nx\n---\n"])
def test_what_only_looks_like_front_matter_is_text(text):
    assert front_matter_end(text) == 0


@settings(deadline=None)
@given(st.lists(st.sampled_from(["# A", "## B ##", "x", "===", "---", "```", "- i", "", "\t# C"])))
def test_every_section_stands_on_its_heading_and_inside_the_one_above(lines):
    text = "\n".join([*lines, "end"])
    page = read(text.encode(), "a.md")
    assert page.text == canonical(text)
    starts = [s.start for s in page.sections]
    assert starts == sorted(set(starts))
    for section in page.sections:
        assert section.heading[0] in page.text[section.start : section.end].split("\n")[0]
        for other in page.sections:
            if section.start < other.start < section.end:
                assert other.end <= section.end
                assert other.level > section.level


@pytest.mark.parametrize("bomb", ["*_", " {#", " #", " ", "`", "**a "])
def test_a_heading_made_to_slow_the_reader_is_read_at_once(bomb):
    assert len(read(f"# a{bomb * 100_000} x".encode(), "a.md").text) > 100_000
