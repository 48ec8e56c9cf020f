"""The report page: one file, everything in it as text, nothing that could run or load."""

import base64
import hashlib
import re

import pytest
from lxml import html

from themeweave.report.page import FindingRow, PageData, Reading, write_page


@pytest.fixture(scope="module", params=["plain", "hostile"])
def page(request, report):
    return html.fromstring(write_page(report(request.param)).decode())


def policy(page):
    meta = page.xpath("//meta[@http-equiv='Content-Security-Policy']")
    return dict(part.split(" ", 1) for part in meta[0].get("content").split("; "))


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_just_the_script_and_style_that_are_there(page):
    (script,), (style,) = page.xpath("//script"), page.xpath("//style")
    allowed = policy(page)
    assert allowed["default-src"] == "'none'"
    assert allowed["script-src"] == digest(script.text)
    assert allowed["style-src"] == digest(style.text)


def test_nothing_in_the_page_points_outside_it(page):
    addresses = page.xpath("//@href | //@src | //@action | //@srcset | //@poster | //@data")
    assert addresses
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert "@import" not in page.xpath("//style")[0].text
    assert "url(" not in page.xpath("//style")[0].text


def test_data_brings_no_element_and_no_style_attribute(page):
    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//@onerror | //@style")
    assert len(page.xpath("//img")) == 1  # the forest plot


def test_every_reference_within_the_page_has_its_target(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in page.xpath("//@href") if address[0] == "#"} <= set(ids)
    assert {i for names in page.xpath("//@aria-labelledby") for i in names.split()} <= set(ids)


def test_a_finding_says_on_whose_word_it_is_read(report):
    page = html.fromstring(write_page(report()).decode())
    finding = page.get_element_by_id("finding-F002")
    words = " ".join(finding.text_content().split())
    assert "Perspective unclear" in words
    assert "Direction Barrier confirmed" in words
    assert "Direction: Barrier ana: as published" in words
    assert finding.get("data-states").split() == ["suggested", "unsure"]


def test_themes_count_findings_confirmations_and_reviews(report):
    page = html.fromstring(write_page(report()).decode())
    words = " ".join(page.get_element_by_id("theme-t1").text_content().split())
    assert "What the role brings 1 finding (1 confirmed) in 2 reviews" in words


def test_without_javascript_every_row_is_visible_and_the_filters_are_not(report):
    page = html.fromstring(write_page(report()).decode())
    assert page.xpath("//form[@hidden]")
    assert len(page.xpath("//article[contains(@class, 'finding')]")) == 3
    assert not page.xpath("//article[@hidden]")


def test_the_same_data_gives_the_same_bytes(report):
    assert write_page(report()) == write_page(report())


def test_an_empty_review_has_a_page_too():
    page = html.fromstring(write_page(PageData("Nothing yet")).decode())
    assert "No findings yet." in page.text_content()
    assert not page.xpath("//svg")


def test_five_thousand_findings_stay_a_few_kilobytes_each():
    reading = (Reading("t1", "Trust", "suggested", reason="phrases: trust"),)
    rows = (FindingRow(f"F{n}", "Trust grows. " * 10, theme=reading) for n in range(5000))
    size = len(write_page(PageData("Large", findings=tuple(rows))))
    assert size < 5000 * 2500


def test_control_characters_leave_every_field(report):
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", write_page(report("hostile")))
