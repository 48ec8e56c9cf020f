"""The report page: one file, everything in it as text, nothing that could run or load."""

import base64
import hashlib
import json
import re

import pytest
from lxml import html

from themeweave.report.page.records import Bases, FindingRow, PageData, Reading, ThemeRow
from themeweave.report.page.write import write_page


@pytest.fixture(scope="module", params=["plain", "hostile"])
def page(request, report):
    return html.fromstring(write_page(report(request.param)).decode())


@pytest.fixture(scope="module")
def plain(report):
    return html.fromstring(write_page(report()).decode())


def words(element):
    return re.sub(" ([.:;])", r"\1", " ".join(" ".join(element.itertext()).split()))


def policy(page):
    meta = page.xpath("//meta[@http-equiv='Content-Security-Policy']")
    return dict(part.split(" ", 1) for part in meta[0].get("content").split("; "))


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_just_the_scripts_and_the_style_that_are_there(page):
    early, script = page.xpath("//script[not(@type)]")
    (style,) = page.xpath("//style")
    allowed = policy(page)
    assert allowed["default-src"] == "'none'"
    assert allowed["script-src"] == f"{digest(early.text)} {digest(script.text)}"
    assert allowed["style-src"] == digest(style.text)


def test_nothing_in_the_page_points_outside_it(page):
    addresses = page.xpath("//@href | //@src | //@action | //@srcset | //@poster | //@data")
    assert addresses
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert "@import" not in page.xpath("//style")[0].text
    assert "url(" not in page.xpath("//style")[0].text


def test_data_brings_no_element_and_no_style_attribute(page):
    assert [script.get("type") for script in page.xpath("//script")] == [
        None,
        "application/json",
        None,
    ]
    assert not page.xpath("//@onerror | //@style")
    assert len(page.xpath("//img")) == 2  # the forest plot and the flow


def test_every_reference_within_the_page_has_its_target(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = {address[1:].partition("?")[0] for address in page.xpath("//@href") if "#" in address}
    assert links - set(ids) == {"all"}  # every section at once
    named = page.xpath("//@aria-labelledby | //@aria-describedby")
    assert {i for names in named for i in names.split()} <= set(ids)


def test_what_the_scripts_read_is_json_that_cannot_end_its_element(page):
    (block,) = page.xpath("//script[@type='application/json']")
    assert not re.search("[<&]", block.text)
    record = json.loads(block.text)
    assert [finding["id"] for finding in record["findings"]] == ["F001", "F002", "F037"]
    assert record["findings"][1]["is"]["perspective"] == ["unclear"]
    assert record["findings"][1]["states"] == ["suggested", "unsure"]


def test_a_finding_says_who_decided_and_what_nobody_decided(plain):
    said = words(plain.get_element_by_id("finding-F002"))
    assert "Perspective unclear" in said
    assert "Direction Barrier confirmed" in said
    assert "2024-03-01 ana: F002 is 'Barrier' because: as published" in said
    assert "2024-03-02 ben (withdrawn): F002 is 'Staff'" in said
    assert "Perspective: nobody has decided. The program is unsure (x@1: near 'role')." in said


def test_a_finding_of_a_document_shows_its_quotation_in_context_and_its_place(plain):
    said = words(plain.get_element_by_id("finding-F001"))
    assert "It grew. Shared experience builds trust. They said so." in said
    assert "ng.md, Results, characters 9 to 40" in said


def test_a_finding_leads_to_the_one_that_points_the_other_way(plain):
    said = words(plain.get_element_by_id("finding-F037"))
    assert "Points the other way: F001 Shared experience builds trust." in said


def test_a_theme_page_says_what_it_rests_on_who_says_so_and_what_speaks_against_it(plain):
    said = words(plain.get_element_by_id("theme-t1"))
    assert "Findings 2 2 confirmed Reviews 2 Primary studies unknown" in said
    assert "Service users 1 finding Shared experience builds trust." in said
    assert "Staff 1 finding Trust also takes time." in said
    assert "Between perspectives · likeness of wording 0.41" in said
    assert "Ng 2020 1 low 1" in said
    assert "Ode 2021 2 unknown unknown" in said


def test_a_theme_without_findings_has_a_page_that_says_so(plain):
    assert "No finding stands in this theme yet." in words(plain.get_element_by_id("theme-t3"))


def test_the_board_shows_barriers_and_facilitators_and_domains_that_nobody_speaks_to(plain):
    said = words(plain.get_element_by_id("domain-inner-setting"))
    assert "1 finding (1 placed here by a person) in 1 review" in said
    assert "Culture Barriers 1 Nobody had written the role down. F002 Ng 2020" in said
    assert "No finding stands here." in words(plain.get_element_by_id("domain-process"))


def test_the_theme_with_the_least_support_is_named_with_its_base(plain):
    said = words(plain.get_element_by_id("overview"))
    assert (
        "Least support: Confusion rests on the fewest reviews of the overarching themes (what is "
        "left over aside): 1 review" in said
    )
    assert "not all inclusion lists of primary studies are known" in said


def test_perspectives_are_set_side_by_side(plain):
    said = words(plain.get_element_by_id("voices"))
    assert "What the role brings 1 (0 | 1) 1 (1 | 0)" in said


def test_table_cells_carry_their_address_and_findings(plain):
    (cell,) = plain.xpath("//*[@data-address='themes:t1:findings']")
    assert cell.get("data-sources") == "F001 F037"


def test_without_javascript_every_row_is_visible_and_the_filters_are_not(plain):
    assert all("script-only" in form.get("class") for form in plain.xpath("//form"))
    assert "html:not(.js) .script-only" in plain.xpath("//style")[0].text
    assert len(plain.xpath("//article[contains(@class, 'finding')]")) == 3
    assert not plain.xpath("//article[@hidden]")


def test_the_same_data_gives_the_same_bytes(report):
    assert write_page(report()) == write_page(report())


def test_an_empty_review_has_a_page_too():
    page = html.fromstring(write_page(PageData("Nothing yet")).decode())
    assert "No findings yet." in page.text_content()
    assert not page.xpath("//svg")


def large(findings=5000, subthemes=300):
    """A review of that size: every finding in a subtheme, a domain, a direction."""
    themes = [ThemeRow(f"t{n}", f"Theme {n}", bases=Bases(1, 0, 1, "unknown")) for n in range(5)]
    subs = [
        ThemeRow(f"s{n}", f"Subtheme {n}", f"t{n % 5}", bases=Bases(1, 0, 1, "unknown"))
        for n in range(subthemes)
    ]

    def read(code, label):
        return (Reading(code, label, reason="phrases: trust"),)

    rows = tuple(
        FindingRow(
            f"F{n}",
            f"Trust grows where people of ward {n} meet. " * 4,
            reviews=(f"Ng {1900 + n % 120}",),
            perspective=read(f"p{n % 4}", f"Voice {n % 4}"),
            domain=read(f"d{n % 5}", f"Domain {n % 5}"),
            construct=read(f"c{n % 40}", f"Construct {n % 40}"),
            valence=read(("barrier", "facilitator")[n % 2], "Direction"),
            theme=read(f"t{n % 5}", f"Theme {n % 5}"),
            subtheme=read(f"s{n % subthemes}", f"Subtheme {n % subthemes}"),
        )
        for n in range(findings)
    )
    ordered = [t for top in themes for t in (top, *(s for s in subs if s.parent == top.code))]
    constructs = tuple((f"c{n}", f"Construct {n}") for n in range(40))
    return PageData("Large", themes=tuple(ordered), findings=rows, constructs=constructs)


def test_five_thousand_findings_in_three_hundred_subthemes_stay_some_kilobytes_each():
    page = write_page(large())
    assert len(page) < 5000 * 5000
    assert page.count(b'class="view theme-page"') == 305


def test_a_long_quotation_stands_once_in_full_and_is_cut_elsewhere():
    long = "A" + "b" * 39_998 + "Z"
    view = (Reading("t", "Theme"),)
    row = FindingRow("F1", long, quotation=f"x {long} y", theme=view)
    page = write_page(PageData("Long", themes=(ThemeRow("t", "Theme"),), findings=(row,))).decode()
    assert page.count(long) == 2  # its text, and its quotation in context
    assert len(page) < 150_000


def test_control_characters_leave_every_field(report):
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", write_page(report("hostile")))
