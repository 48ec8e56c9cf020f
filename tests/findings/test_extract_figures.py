"""The figures on the worked example: found and cited as its curator marked it."""

import csv
from pathlib import Path

import pytest

from themeweave.corpus.readers import read_document
from themeweave.findings.extract import extract

EXAMPLE = Path(__file__).parents[2].parent / "shared" / "example"
pytestmark = pytest.mark.skipif(not EXAMPLE.is_dir(), reason="../shared/example is not there")
OVERLAP = 0.8  # of the characters of two spans, shared by both


@pytest.fixture(scope="module")
def proposed():
    article = EXAMPLE / "corpus" / "cooper-2024.md"
    document = read_document(article.read_bytes(), article.name)
    with (EXAMPLE / "gold" / "cooper_findings.csv").open(encoding="utf-8", newline="") as file:
        gold = list(csv.DictReader(file))
    found = [c for c in extract(document) if c.kind == "finding"]
    return document, found, gold, pairs(found, gold)


def pairs(found, gold):
    """Pair each marked finding with the candidate that overlaps it most, each candidate once."""
    paired = {}
    for number, row in enumerate(gold):
        start, end = int(row["char_start"]), int(row["char_end"])
        best, place = max(
            (
                max(0, min(c.end, end) - max(c.start, start))
                / (max(c.end, end) - min(c.start, start)),
                n,
            )
            for n, c in enumerate(found)
        )
        if best >= OVERLAP and place not in paired.values():
            paired[number] = place
    return paired


def test_nearly_all_marked_findings_are_proposed(proposed):
    _, _, gold, paired = proposed
    assert len(paired) / len(gold) >= 0.95


def test_little_else_is_proposed_in_the_qualitative_results(proposed):
    _, found, _, paired = proposed
    inside = {n for n, c in enumerate(found) if "RQ 2" in c.section or "RQ 3" in c.section}
    assert len(inside & set(paired.values())) / len(inside) >= 0.85


def test_little_else_is_proposed_in_the_whole_article(proposed):
    _, found, _, paired = proposed
    assert len(paired) / len(found) >= 0.75


def test_citations_and_their_basis_are_those_marked(proposed):
    _, found, gold, paired = proposed
    right = sum(
        set(found[place].cited) == set((row["cited_refs"] or row["inherited_refs"]).split(";"))
        and found[place].cited_basis == row["citation_basis"]
        for number, place in paired.items()
        for row in [gold[number]]
    )
    assert right / len(paired) >= 0.98


@pytest.mark.parametrize("name", ["cooper-2024.md", "white-2020.md", "shalaby-2020.md"])
def test_every_span_is_verbatim(name):
    document = read_document((EXAMPLE / "corpus" / name).read_bytes(), name)
    found = extract(document)
    assert found
    assert all(c.text == document.text[c.start : c.end] for c in found)


def test_a_meta_analysis_yields_hardly_any_qualitative_finding():
    raw = (EXAMPLE / "corpus" / "white-2020.md").read_bytes()
    assert len(extract(read_document(raw, "white-2020.md"))) < 10


def test_a_meta_analysis_yields_its_effects_and_conclusions_where_they_are_asked_for():
    raw = (EXAMPLE / "corpus" / "white-2020.md").read_bytes()
    found = extract(read_document(raw, "white-2020.md"), wider=("effects", "discussion"))
    kinds = [c.kind for c in found]
    assert kinds.count("effect") >= 10
    assert kinds.count("conclusion") >= 5
    assert all(
        c.section.startswith(("Discussion", "Conclusions")) for c in found if c.kind == "conclusion"
    )
