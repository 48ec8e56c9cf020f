"""The example findings: many, varied, of every construct, and labelled twice."""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from themeweave.codes.examples import FILES, read_examples
from themeweave.errors import ReviewError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "codebooks" / "examples"
PUBLISHED = ROOT.parent / "shared" / "example" / "corpus"
UMBRELLAS = {  # codes that gather others, or state an outcome; a finding is seldom theirs
    "assessing_needs",
    "external_pressure",
    "implementation_outcome",
    "reflecting_and_evaluating",
    "structural_characteristics",
}


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def cfir():
    return rows("cfir.csv")


def test_there_are_more_than_8000_in_cfir_over_more_than_40_topics(cfir):
    assert len(cfir) > 8_000
    assert len({row["topic"] for row in cfir}) > 40
    assert Counter(row["voice"] for row in cfir).keys() == {"review", "quote", "table", "note"}


def test_every_construct_has_a_hundred_and_both_directions(cfir, shipped):
    of = defaultdict(list)
    for row in cfir:
        of[row["construct"]].append(row["valence"])
    wanted = {code.id for code in shipped["cfir-2022"].codes if code.parent} - UMBRELLAS
    assert {code: len(of[code]) for code in sorted(wanted) if len(of[code]) < 100} == {}
    assert [
        code for code in sorted(wanted) if not {"barrier", "facilitator"} <= set(of[code])
    ] == []


def test_codes_are_those_of_the_shipped_codebooks(cfir, shipped):
    constructs = set(shipped["cfir-2022"].by_id) | {"implementation_outcome"}
    for row in cfir:
        for column, known in (
            ("construct", constructs),
            ("second", constructs | {""}),
            ("construct_2", constructs | {""}),
            ("valence", set(shipped["valence"].by_id)),
            ("perspective", set(shipped["perspectives"].by_id) | {""}),
        ):
            assert row[column] in known, (row["id"], column)


def test_ids_and_texts_stand_once():
    every = [row for name in FILES for row in rows(name)]
    assert len({row["id"] for row in every}) == len(every)
    texts = [re.sub(r"\W+", " ", row["text"].lower()).strip() for row in every]
    assert [text for text, n in Counter(texts).items() if n > 1] == []


def test_most_were_read_a_second_time_and_the_readers_mostly_agree(cfir, shipped):
    twice = [row for row in cfir if row["construct_2"]]
    assert len(twice) > 0.85 * len(cfir)
    top = shipped["cfir-2022"].tops
    spoken = [row for row in twice if row["id"].startswith("w")]  # written to tell who speaks
    other = [row for row in twice if not row["id"].startswith("w")]

    def agree(rows, column, of=lambda code: code):
        return sum(of(row[column]) == of(row[f"{column}_2"]) for row in rows) / len(rows)

    assert agree(other, "construct", top.get) > 0.9
    assert agree(spoken, "perspective") > 0.95
    assert agree(twice, "valence") > 0.95


@pytest.mark.skipif(
    not PUBLISHED.exists(), reason="the published texts are not beside the repository"
)
def test_no_example_shares_eight_words_in_a_row_with_a_published_text():
    def runs(text):
        words = re.findall(r"[a-z0-9'’]+", text.lower())
        return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}

    published = set().union(*(runs(path.read_text("utf-8")) for path in PUBLISHED.glob("*.md")))
    every = [row for name in FILES for row in rows(name)]
    assert [row["id"] for row in every if runs(row["text"]) & published] == []


def test_a_code_on_which_the_two_readers_differ_is_no_evidence():
    raw = (
        b"id,text,construct,construct_2,valence,valence_2\n"
        b"a1,T,money,time,barrier,barrier\na2,U,money,,neutral,\n"
    )
    first, second = read_examples(raw, "x.csv")
    assert first.codes == {"valence": "barrier"}
    assert second.codes == {}


def test_rows_that_people_left_blank_or_short_are_no_fault():
    raw = b"id,text,construct,construct_2\na1,T,money,money\n\na2,U\n"
    assert [(one.id, dict(one.codes)) for one in read_examples(raw, "x.csv")] == [
        ("a1", {"construct": "money"}),
        ("a2", {}),
    ]


def test_a_sheet_without_texts_is_refused():
    with pytest.raises(ReviewError) as caught:
        list(read_examples(b"id,construct\na1,money\n", "codebooks/examples/mine.csv"))
    assert str(caught.value) == (
        "a sheet of examples without the column 'text'\n"
        "  in codebooks/examples/mine.csv\n"
        "  It needs id and text, and a column for each question, such as construct."
    )
