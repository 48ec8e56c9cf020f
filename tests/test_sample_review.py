"""The sample review: counts of the publications, what stands on what, and no sentence copied."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from themeweave.codes.files import read_codebook
from themeweave.corpus.reviews import read_citations, read_reviews
from themeweave.corpus.sheets import read_sheet
from themeweave.findings.sheets import read_findings
from themeweave.review.events import read_log
from themeweave.review.united import decisions

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT.parent / "shared" / "example"
WORDS_IN_A_ROW = 6  # findings share fewer with the published texts

needs_example = pytest.mark.skipif(
    not EXAMPLE.exists(), reason="the published texts are not beside the repository"
)


def sheet(name):
    path = ROOT / "corpus" / f"{name}.csv"
    return read_sheet(path.read_bytes(), f"corpus/{name}.csv", ".csv")


def codebook(name):
    path = ROOT / "codebooks" / f"{name}.yaml"
    return read_codebook(path.read_bytes(), path.name)


def gold(name):
    with (EXAMPLE / "gold" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def runs_of_words(text, length=WORDS_IN_A_ROW):
    """Every run of so many words, without case and punctuation."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


@pytest.fixture(scope="module")
def reviews():
    listed, faults = read_reviews(sheet("reviews"), codebook("perspectives").by_id)
    assert faults == []
    return listed


@pytest.fixture(scope="module")
def findings(reviews):
    read, faults = read_findings(sheet("findings"), {review.id for review in reviews})
    assert faults == []
    return read


@pytest.fixture(scope="module")
def studies_of(reviews):
    citations, _, faults = read_citations(sheet("citations"), reviews)
    assert faults == []
    held = {}
    for citation in citations:
        held.setdefault(citation.review_id, set()).add(citation.study_id)
    return held


@pytest.fixture(scope="module")
def log():
    return read_log(ROOT / "decisions" / "published.jsonl")


def test_there_are_100_findings_33_on_implementation_and_67_on_experiences(findings):
    assert Counter(finding.strand for finding in findings) == {
        "implementation": 33,
        "experiences": 67,
    }
    assert len({finding.text for finding in findings}) == 100


def test_every_finding_cites_reviews_that_are_listed_and_included(findings, reviews):
    included = {review.id for review in reviews if review.role == "included"}
    for finding in findings:
        assert finding.cited, finding.id
        assert set(finding.cited) <= included, finding.id
        assert len(set(finding.cited)) == len(finding.cited), finding.id


def test_35_reviews_are_included_of_the_published_types(reviews):
    assert Counter(review.type for review in reviews if review.role == "included") == {
        "systematic review with meta-analysis": 13,
        "systematic review without meta-analysis": 13,
        "systematic review with qualitative synthesis": 3,
        "scoping review": 6,
    }


def test_reviews_whose_lists_are_known_hold_the_published_number_of_studies(reviews, studies_of):
    labels = {review.id: review.label for review in reviews}
    assert {labels[review]: len(studies) for review, studies in studies_of.items()} == {
        "White 2020": 19,
        "Høgh Egmose 2023": 49,
    }
    assert (labels["R16"], labels["B01"]) == ("White 2020", "Høgh Egmose 2023")
    assert len(studies_of["R16"] & studies_of["B01"]) == 9


def test_a_study_has_one_label_and_a_label_one_study():
    pairs = {(row["study"], row["label"]) for row in sheet("citations").rows}
    assert len(pairs) == len({study for study, _ in pairs}) == len({label for _, label in pairs})


def test_there_are_98_effects_of_listed_reviews(reviews):
    rows = sheet("effects").rows
    assert Counter(row["level"] for row in rows) == {
        "pooled": 55,
        "subgroup": 4,
        "single": 4,
        "test": 1,
        "study": 34,
    }
    assert {row["source"] for row in rows} <= {review.id for review in reviews}
    assert len({row["id"] for row in rows}) == 98


def test_the_167_published_decisions_stand_in_an_intact_chain(log):
    assert (len(log.events), log.damage, log.torn) == (167, "", b"")
    assert {event.coder for event in log.events} == {"published"}


def test_every_decision_names_a_finding_and_a_code_that_are_there(log, findings):
    strands = {finding.id: finding.strand for finding in findings}
    books = {name: codebook(name) for name in ("cfir-2022", "perspectives", "themes")}
    made = decisions([log])
    assert Counter((strands[d.finding_id], d.codebook) for d in made) == {
        ("implementation", "cfir-2022"): 33,
        ("experiences", "perspectives"): 67,
        ("experiences", "themes"): 67,
    }
    assert all(d.accepted and d.code_id in books[d.codebook].by_id for d in made)


def test_the_published_themes_are_the_codebooks_overarching_ones(log):
    book = codebook("themes")
    used = {d.code_id for d in decisions([log]) if d.codebook == "themes"}
    assert used == {code.id for code in book.roots()}


@needs_example
def test_decisions_are_those_of_the_publication(log, findings):
    perspective = {
        "peer_support_workers": "peer_workers",
        "service_users": "service_users",
        "non_peer_staff": "staff",
        "peer_support_group_members": "group_members",
        "mixed_samples": "mixed",
    }
    theme = {
        "psw_role_contribution": "T01",
        "psw_role_confusion": "T02",
        "organisational_challenges": "T03",
        "other": "T04",
    }
    expected = set()
    for finding, row in zip(findings, gold("cooper_findings"), strict=True):
        if row["cfir_domain"]:
            expected.add((finding.id, "cfir-2022", row["cfir_domain"]))
        if row["perspective"]:
            expected.add((finding.id, "perspectives", perspective[row["perspective"]]))
        if row["overarching_theme"]:
            expected.add((finding.id, "themes", theme[row["overarching_theme"]]))
    made = {(d.finding_id, d.codebook, d.code_id) for d in decisions([log])}
    assert made == expected


@needs_example
def test_findings_cite_what_the_publication_cites(findings, reviews):
    labels = {review.id: review.label for review in reviews}
    review_of = {row["ref_number"]: row["review_id"] for row in gold("cooper_reviews")}
    label_of = {
        row["review_id"]: f"{row['first_author']} {row['year']}" for row in gold("cooper_reviews")
    }
    for finding, row in zip(findings, gold("cooper_findings"), strict=True):
        cited = row["cited_refs"] or row["inherited_refs"]
        expected = {label_of[review_of[reference]] for reference in cited.split(";")}
        assert {labels[review] for review in finding.cited} == expected, finding.id


@needs_example
def test_no_finding_and_no_codebook_copies_from_the_published_texts(findings):
    published = set()
    for row in gold("cooper_findings"):
        published |= runs_of_words(row["text"])
    for article in sorted((EXAMPLE / "corpus").glob("*.md")):
        published |= runs_of_words(article.read_text("utf-8"))
    assert len(published) > 10_000
    copied = {f.id: runs_of_words(f.text) & published for f in findings}
    assert {finding: runs for finding, runs in copied.items() if runs} == {}
    for name in ("cfir-2009", "cfir-2022", "com-b", "perspectives", "tdf", "themes", "valence"):
        for code in codebook(name).codes:
            texts = (
                code.definition,
                *code.include,
                *code.exclude,
                *(e.text for e in code.examples),
            )
            assert not set().union(*map(runs_of_words, texts)) & published, (name, code.id)


def test_the_comparison_of_words_sees_a_copied_sentence():
    ours = runs_of_words("It was said that Peer workers, often, had no desk of their own.")
    assert ours & runs_of_words("peer workers often had no desk")
    assert not ours & runs_of_words("peer workers often lacked a desk of their own")
