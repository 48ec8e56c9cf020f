"""Coding findings outside a review folder: what a row says, and what it leaves open."""

from dataclasses import replace

import pytest

from themeweave.findings.records import Finding
from themeweave.review.batch import Coder

BOOK = """\
codebook: small
title: Small
codes:
  - id: inner
    name: Inner
  - id: pay
    name: Purse A
    parent: inner
    cues: [empty purse]
  - id: rent
    name: Purse B
    parent: inner
    cues: [empty purse]
  - id: outer
    name: Outer
  - id: law
    name: Law
    parent: outer
    cues: [statute]
"""


@pytest.fixture
def coder(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(BOOK, "utf-8")
    return Coder("blend", str(path))


def test_a_construct_that_is_open_within_a_sure_domain_is_marked_by_itself(coder):
    (row,) = coder.rows([Finding("F1", "There was an empty purse.")])
    assert row["cfir_domain"] == "inner"
    assert "cfir_construct" in row["unsure"].split(";")
    assert "cfir" not in row["unsure"].split(";")
    assert row["why"].startswith(
        "cfir: says 'empty purse'. Which code within Inner is open: Purse A or Purse B"
    )


def test_a_field_below_its_margin_says_what_speaks_for_the_next_code(coder):
    (row,) = coder.rows([Finding("F1", "An empty purse: a purse, the law, the statute")])
    assert "cfir" in row["unsure"].split(";")
    assert "cfir_construct" not in row["unsure"].split(";")
    assert ". Against it, " in row["why"].partition(" | ")[0]


def test_what_is_clear_is_marked_by_nothing(coder):
    (row,) = coder.rows([Finding("F1", "The statute forbids it.")])
    assert (row["cfir_construct"], {"cfir", "cfir_construct"} & set(row["unsure"].split(";"))) == (
        "law",
        set(),
    )


def test_with_reasons_why_says_what_a_suggestion_rests_on_and_nothing_else_changes(coder):
    findings = [Finding("F1", "The statute forbids it, said the nurses."), Finding("F2", "Cost")]
    plain, more = coder.rows(findings), replace(coder, reasons=True).rows(findings)
    assert "rests" not in plain[0]["why"]
    assert more[0]["why"].startswith("cfir: rests on 'The statute forbids it': without it, ")
    assert [{**row, "why": ""} for row in more] == [{**row, "why": ""} for row in plain]
