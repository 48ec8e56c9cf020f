"""The report in a real browser: no request, no error, and it does what it says."""

import shutil

import pytest

from themeweave.report.page.write import write_page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Open a report from disk, keeping a record of requests, console lines and dialogues."""
    opened = []

    def open_page(data, anchor="", **options):
        path = tmp_path / "report.html"
        path.write_bytes(write_page(data))
        page = browser.new_page(**options)
        opened.append(page)
        page.record = []
        page.on("request", lambda request: page.record.append(("request", request.url)))
        page.on("console", lambda line: page.record.append(("console", line.text)))
        page.on("pageerror", lambda error: page.record.append(("error", str(error))))
        page.on("dialog", lambda d: (page.record.append(("dialog", d.message)), d.dismiss()))
        page.goto(path.as_uri() + anchor)
        return page

    yield open_page
    for page in opened:
        page.close()


def shown(page):
    return page.eval_on_selector_all(
        ".finding", "rows => rows.filter(r => r.offsetParent).map(r => r.dataset.id)"
    )


def open_sections(page):
    return page.eval_on_selector_all(".view.open", "views => views.map(v => v.id)")


def matching(page, words):
    sync_api.expect(page.locator("#findings output")).to_contain_text(words)


def outside(record):
    """Leave out the one request for the page itself and its pictures, which are in the page."""
    return [
        entry
        for entry in record
        if entry[0] != "request" or not entry[1].startswith(("file:", "data:"))
    ]


@pytest.mark.parametrize("kind", ["plain", "hostile", "mixed"])
def test_the_page_opens_without_any_request_error_or_dialogue(visit, kind, report):
    page = visit(report(kind), "#all")
    page.wait_for_timeout(100)
    assert outside(page.record) == []
    assert sum(kind == "request" and url.startswith("file:") for kind, url in page.record) == 1
    assert page.locator("img[src='x']").count() == 0
    assert len(shown(page)) == 3


def test_one_section_is_open_at_a_time_and_has_its_address(visit, report):
    page = visit(report())
    assert open_sections(page) == ["overview"]
    page.click("nav a[href='#themes']")
    assert open_sections(page) == ["themes"]
    page.click("#themes a[href='#theme-s1']")
    assert open_sections(page) == ["theme-s1"]
    assert page.evaluate("document.activeElement.textContent.trim()") == "Trust"
    assert page.locator("nav [aria-current]").inner_text() == "Themes"
    page.go_back()
    assert open_sections(page) == ["themes"]


def test_filters_combine_hold_in_every_section_and_stand_in_the_address(visit, report):
    page = visit(report(), "#findings")
    page.select_option("[name=perspective]", "staff")
    matching(page, "1 of 1 matching findings, 3 in all")
    assert shown(page) == ["F037"]
    page.select_option("[name=valence]", "facilitator")
    page.wait_for_selector(".nothing:visible")
    page.select_option("[name=valence]", "barrier")
    page.fill("#findings [name=q]", "TRUST time")
    sync_api.expect(page.locator(".active p")).to_contain_text("“TRUST time”")
    address = page.evaluate("location.hash")
    assert address == "#findings?q=TRUST%20time&perspective=staff&valence=barrier"
    again = visit(report(), address)
    assert shown(again) == ["F037"]
    again.click("nav a[href='#themes']")
    again.click("#themes a[href='#theme-t1']")
    listed = ".theme-page.open .voice-group .entry >> visible=true"
    assert again.locator(listed).count() == 1
    assert again.locator(".active p").inner_text() == (
        "1 of 3 findings: “TRUST time” · Staff · Barrier. "
        "Counts in headings and tables are of all findings."
    )
    again.click(".active button")
    assert again.locator(listed).count() == 2


def test_search_finds_all_kinds_of_things_and_says_whose_findings_they_are(visit, report):
    page = visit(report())
    page.keyboard.press("/")
    page.keyboard.type("trust")
    found, facets = page.locator("#search h3"), page.locator("#search.open .facets a")
    sync_api.expect(found).to_have_text(["Themes (1)", "Findings (2)"])
    sync_api.expect(facets).to_have_text(["Service users 1", "Staff 1"])
    page.click(".facets a:has-text('Service users')")
    assert shown(page) == ["F001"]
    for asked in ("37", "F37", "f037", "finding 37"):
        page.fill("#search-words", "")
        sync_api.expect(page.locator("#search .result")).to_have_count(0)
        page.fill("#search-words", asked)
        page.wait_for_selector("#search.open .result")
        assert page.locator(".result .meta a").all_inner_texts()[:1] == ["F037"], asked
    page.fill("#search-words", "G37")
    sync_api.expect(page.locator("#search .result")).to_have_count(0)
    page.fill("#search-words", "nothing like it")
    sync_api.expect(page.locator("#search .hint")).to_have_text(
        "Nothing in this report has “nothing like it”. Try fewer words, or the beginning of one."
    )


def test_a_permalink_leads_to_its_finding_even_behind_a_filter_and_opens_its_decisions(
    visit, report
):
    page = visit(report(), "#finding-F002")
    assert page.evaluate("document.querySelector(':target').dataset.id") == "F002"
    assert page.locator("#finding-F002 .decided").is_visible()
    page.select_option("[name=perspective]", "staff")
    matching(page, "1 of 1")
    page.evaluate("location.hash = '#finding-F001'")
    matching(page, "3 of 3")
    assert "F001" in shown(page)


def test_the_graph_shows_paths_by_mouse_and_keyboard_and_lists_what_is_held(visit, report):
    page = visit(report(), "#graph", viewport={"width": 1280, "height": 900})
    page.locator(".node[data-id=s1] rect").hover()
    lit = page.eval_on_selector_all(".edge.on", "e => e.map(x => x.dataset.target)")
    assert sorted(lit) == ["s1", "s1", "t1"]
    page.locator("a:has(.node[data-id=s2])").focus()
    page.keyboard.press("ArrowRight")
    focused = "document.activeElement.querySelector('.node').dataset.id"
    assert page.evaluate(focused) == "t2"
    page.keyboard.press("Enter")
    assert page.locator(".graph-count").inner_text() == (
        "1 of 2 findings in a theme through “Confusion”"
    )
    assert page.locator(".graph-list a").all_inner_texts() == [
        "Open the page of this theme",
        "F002",
    ]


def test_a_table_cell_is_traced_to_findings_reviews_studies_and_decisions(visit, report):
    page = visit(report(), "#tables")
    page.click("[data-address='themes:t1:findings'] button")
    page.wait_for_selector("#trace[open]")
    assert page.evaluate("location.hash") == "#cell=themes%3At1%3Afindings"
    said = page.locator("#trace").inner_text()
    for words in (
        "2 findings",
        "It grew. Shared experience builds trust. They said so.",
        "Direction: nobody has decided. The program suggests Facilitator",
        "Ng 2020 1 finding; quality: low; primary studies: Ash",
        "Ode 2021 2 findings; quality: unknown; primary studies unknown",
    ):
        assert words in said
    page.click("#trace .rest button")
    matching(page, "2 of 2 matching findings")
    assert shown(page) == ["F001", "F037"]
    again = visit(report(), "#cell=themes:t1:findings")
    assert again.locator("#trace[open]").count() == 1
    again.keyboard.press("Escape")
    again.wait_for_url(lambda url: url.endswith("#tables"))


def test_decisions_are_narrowed_by_finding_and_person(visit, report):
    page = visit(report(), "#trail?finding=F002&who=ana")
    assert page.locator("#trail tbody tr >> visible=true").count() == 1
    assert page.locator("#trail output").inner_text() == (
        "Showing 1 of 1 matching decision, 2 in all"
    )
    page.click("#trail button[type=reset]")
    assert page.locator("#trail tbody tr >> visible=true").count() == 2


@pytest.mark.parametrize("width", [320, 400, 768, 1280])
def test_no_section_scrolls_sideways(visit, width, report):
    page = visit(report("long"), "#all", viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_every_section_can_be_read(visit, report):
    page = visit(report(), java_script_enabled=False)
    assert page.locator(".finding >> visible=true").count() == 3
    assert page.locator(".theme-page >> visible=true").count() == 5
    assert not page.locator("#findings form").is_visible()
    assert not page.locator("#search").is_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visit, report):
    page = visit(report())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_section(visit, report, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not there")
    page = visit(report(), "#all", color_scheme=scheme)
    found = axe.Axe().run(page).response["violations"]
    page.evaluate("location.hash = '#cell=themes:t1:findings'")
    page.wait_for_selector("#trace[open]")
    found += axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
