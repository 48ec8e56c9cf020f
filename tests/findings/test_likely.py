"""Whether a sentence reads like a finding."""

import importlib.util
from pathlib import Path

import pytest

from themeweave.findings import likely as module
from themeweave.findings.extract import extract
from themeweave.findings.likely import likely

spec = importlib.util.spec_from_file_location(
    "marked_articles", Path(__file__).with_name("marked_articles.py")
)
articles = importlib.util.module_from_spec(spec)
spec.loader.exec_module(articles)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nurses felt that the visits took too long and that nobody had asked them.", "finding"),
        ("Two reviewers screened titles and extracted data independently.", "method"),
        ("Depression is a leading cause of disability worldwide.", "background"),
        ("Twelve studies were set in hospitals and nine in clinics.", "overview"),
        ("Future programmes should train peer workers before they start.", "recommendation"),
    ],
)
def test_a_sentence_reads_like_what_it_is(text, kind):
    (one,) = likely([text])
    assert one.kind == kind
    assert (one.share > 0.5) is (kind == "finding")


def test_findings_are_likelier_than_the_other_sentences_of_the_results():
    """Counted on the articles of our own, whose findings were marked before any rule was run.

    The share of pairs of a finding and another sentence in which the finding is likelier (the
    area under the ROC curve): 0.5 is chance; the score of the rules gives 0.86.
    """
    found, other = [], []
    for name in articles.NAMES:
        document, marked, _ = articles.marked(name)
        spans = {(start, end) for start, end in marked}
        for candidate in extract(document, wider=("effects", "discussion", "tables", "rest")):
            hit = any(_shared(candidate, start, end) >= 0.8 for start, end in spans)
            (found if hit else other).append(candidate.text)
    shares = [one.share for one in likely([*found, *other])]
    ours, theirs = shares[: len(found)], shares[len(found) :]
    wins = sum((a > b) + (a == b) / 2 for a in ours for b in theirs)
    assert wins / (len(ours) * len(theirs)) > 0.9


def _shared(candidate, start, end):
    common = min(candidate.end, end) - max(candidate.start, start)
    return max(0, common) / (max(candidate.end, end) - min(candidate.start, start))


def test_without_the_encoder_nothing_is_said(monkeypatch):
    monkeypatch.setattr(module, "why_not", lambda: "no such module")
    assert likely(["Nurses felt that the visits took too long."]) is None
