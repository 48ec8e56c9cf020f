"""Extraction on articles that were marked before the rules were tried on them."""

import importlib.util
from pathlib import Path

import pytest

from themeweave.findings.extract import extract

_spec = importlib.util.spec_from_file_location(
    "marked_articles", Path(__file__).with_name("marked_articles.py")
)
articles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(articles)
WIDER = ("effects", "discussion", "tables")


@pytest.fixture(scope="module")
def all_marked():
    return [articles.marked(name) for name in articles.NAMES]


def total(all_marked, wider):
    found = spans = hit = good = 0
    for document, findings, others in all_marked:
        proposed = extract(document, wider=wider)
        sought = [*findings, *others] if wider else findings
        one_hit, one_good = articles.agreement(proposed, sought)
        found, spans = found + len(proposed), spans + len(sought)
        hit, good = hit + one_hit, good + one_good
    return hit / spans, good / found


def test_findings_of_marked_articles_are_still_found(all_marked):
    recall, precision = total(all_marked, ())
    assert recall >= 0.90
    assert precision >= 0.90


def test_what_is_asked_for_beside_them_is_found_too(all_marked):
    recall, precision = total(all_marked, WIDER)
    assert recall >= 0.90
    assert precision >= 0.90


@pytest.mark.parametrize("name", articles.NAMES)
def test_asking_for_more_takes_nothing_away(name):
    document, _, _ = articles.marked(name)
    plain = extract(document)
    wider = extract(document, wider=(*WIDER, "rest"))
    assert [c for c in wider if c in plain] == plain
    assert all(c.text == document.text[c.start : c.end] for c in wider)
    assert all(c.score <= 0.4 for c in wider if c.kind == "rest")
    assert all(c.reason.startswith("passed over: ") for c in wider if c.kind == "rest")
