"""Sentences are found where readers see them, nothing is lost, and no text takes long."""

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.corpus.segments import paragraphs, sentences
from themeweave.corpus.segments_spacy import register

HERE = Path(__file__).parent
EXAMPLE = Path(__file__).parents[2].parent / "shared" / "example"
MARK = "‖"  # stands where a sentence begins in sentences.txt


def marked(block: str) -> tuple[str, set[tuple[int, int]]]:
    """The text of a marked block, and its sentences without the space around them."""
    parts = block.split(MARK)
    text, spans = parts[0], set()
    for part in parts[1:]:
        spans.add((len(text), len(text) + len(part.rstrip())))
        text += part
    return text, spans


def styles() -> dict[str, str]:
    found = re.split(r"^%% (.+)\n", (HERE / "sentences.txt").read_text("utf-8"), flags=re.M)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


def found_in(text: str) -> set[tuple[int, int]]:
    spans = set()
    for start, end in sentences(text):
        body = text[start:end].strip()
        if body:
            first = text.index(body[0], start)
            spans.add((first, first + len(body)))
    return spans


def wrong_in(text: str, gold: set[tuple[int, int]]) -> list[str]:
    return [text[slice(*span)] for span in sorted(found_in(text) ^ gold)]


def test_the_marked_set_has_three_hundred_sentences_in_five_styles():
    counts = [block.count(MARK) for block in styles().values()]
    assert len(counts) == 5
    assert min(counts) >= 60
    assert sum(counts) >= 300


@pytest.mark.parametrize("style", styles())
def test_precision_and_recall_are_at_least_99_in_100_in_each_style(style):
    text, gold = marked(styles()[style])
    found = found_in(text)
    right = len(found & gold)
    assert right / len(found) >= 0.99, wrong_in(text, gold)
    assert right / len(gold) >= 0.99, wrong_in(text, gold)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Trust grew.[12,13] Staff saw it.", 2, id="a citation closes its sentence"),
        pytest.param("Hope rose.12,13 Staff saw it.", 2, id="raised figures close theirs"),
        pytest.param("Hope rose to .05 The", 1, id="a decimal is no stop"),
        pytest.param("See www.nhs.uk. Staff did.", 2, id="an address keeps its dots"),
        pytest.param("(It helped. It lasted.) Staff agreed.", 3, id="a bracket with sentences"),
        pytest.param("Peers (cf. Table 2. Note 3) agreed.", 1, id="a bracket inside a sentence"),
        pytest.param("It ended there.The staff left.", 2, id="a lost space"),
        pytest.param("“Why?” Anna asked. Nobody knew.", 2, id="a question that someone asked"),
        pytest.param("Peers (staff said. They left. ok", 2, id="a bracket that never closes"),
        pytest.param("## What is X? A review\nStaff agreed.", 2, id="a heading is one segment"),
    ],
)
def test_what_ends_a_sentence(text, expected):
    assert len(sentences(text)) == expected, [text[a:b] for a, b in sentences(text)]


TRICKY = st.text(st.sampled_from("aA1 .?!…,;()[]“”\"'\n\t|#-*²³•–°é中\u0301\u200b🙂")) | st.text()


@given(TRICKY)
def test_the_joined_sentences_are_the_text(text):
    spans = sentences(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)


@given(TRICKY, st.integers(0, 40), st.integers(0, 40))
def test_the_sentences_of_a_range_tile_it_within_its_paragraphs(text, start, length):
    start, end = min(start, len(text)), min(start + length, len(text))
    spans = sentences(text, start, end)
    edges = [start, *(last for _, last in spans)]
    assert edges[-1] == end
    assert [first for first, _ in spans] == edges[:-1]
    assert {first for first, _ in paragraphs(text, start, end)} <= {first for first, _ in spans}


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param("..[111 111 111 111 111 111 111 111 111 111", id="the list that hung pysbd"),
        pytest.param("..[111 111 " * 9_000, id="100 kB of it"),
        pytest.param("..[" + "111 " * 25_000, id="one list of 100 kB"),
        pytest.param("(" * 50_000 + ")" * 50_000, id="nested brackets"),
        pytest.param("a. " * 35_000, id="labels"),
        pytest.param("x. (a) " + "(b) " * 25_000, id="fragments"),
        pytest.param("x." + "1,1" * 35_000, id="raised figures"),
        pytest.param("X.\n" * 35_000, id="lines"),
        pytest.param("." + " " * 100_000 + ".", id="space"),
        pytest.param("”" * 50_000 + "." * 50_000, id="closers and stops"),
    ],
)
def test_no_text_takes_long(bomb):
    began = time.process_time()
    spans = sentences(bomb)
    assert time.process_time() - began < 1  # a hang guard: each takes under a tenth of it
    assert "".join(bomb[start:end] for start, end in spans) == bomb


def test_sentences_of_the_published_findings_are_found():
    article = EXAMPLE / "corpus" / "cooper-2024.md"
    if not article.exists():
        pytest.skip("the example data is not beside the repository")
    text = article.read_text("utf-8")
    with (EXAMPLE / "gold" / "cooper_findings.csv").open(encoding="utf-8", newline="") as sheet:
        rows = [row for row in csv.DictReader(sheet) if row["unit"] == "sentence"]
    found = found_in(text)
    missed = [
        row["text"] for row in rows if (int(row["char_start"]), int(row["char_end"])) not in found
    ]
    assert len(rows) == 68
    assert missed == []


def test_a_spacy_pipeline_gives_the_same_sentences():
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    pipeline.add_pipe(register())
    text, _ = marked(styles()["interview quotations"])
    spans = [(sent.start_char, sent.end_char) for sent in pipeline(text).sents]
    assert {text[start:end].strip() for start, end in spans} == {
        text[start:end].strip() for start, end in sentences(text)
    }
    assert register() == register()
