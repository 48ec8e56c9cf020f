"""The report in a real browser: no request, no error, and it does what it says."""

import shutil

import pytest

from themeweave.report.page import write_page

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


def counted(page, words):
    sync_api.expect(page.locator("output")).to_contain_text(words)


def outside(record):
    """Leave out the one request for the page itself and its pictures, which are in the page."""
    return [
        entry
        for entry in record
        if entry[0] != "request" or not entry[1].startswith(("file:", "data:"))
    ]


@pytest.mark.parametrize("kind", ["plain", "hostile"])
def test_the_page_opens_without_any_request_error_or_dialogue(visit, kind, report):
    page = visit(report(kind))
    page.wait_for_timeout(100)
    assert outside(page.record) == []
    assert sum(kind == "request" and url.startswith("file:") for kind, url in page.record) == 1
    assert page.locator("img[src='x']").count() == 0
    assert len(shown(page)) == 3


def test_filters_and_search_narrow_the_findings_and_can_be_cleared(visit, report):
    page = visit(report())
    page.select_option("[name=perspective]", "staff")
    counted(page, "1 of 3")
    assert shown(page) == ["F002"]
    page.click("button[type=reset]")
    page.fill("[name=search]", "TRUST time")
    counted(page, "1 of 3")
    assert shown(page) == ["F037"]
    page.fill("[name=search]", "nothing like it")
    page.wait_for_selector(".nothing:visible")
    page.click(".nothing button")
    counted(page, "3 of 3")
    page.select_option("[name=state]", "unsure")
    counted(page, "1 of 3")
    assert shown(page) == ["F002"]


def test_a_permalink_leads_to_its_finding_even_behind_a_filter(visit, report):
    page = visit(report(), "#finding-F037")
    assert page.evaluate("document.querySelector(':target').dataset.id") == "F037"
    page.select_option("[name=perspective]", "staff")
    counted(page, "1 of 3")
    page.evaluate("location.hash = '#finding-F001'")
    counted(page, "3 of 3")
    assert "F001" in shown(page)


def test_the_map_highlights_paths_and_filters_by_mouse_and_keyboard(visit, report):
    page = visit(report(), viewport={"width": 1280, "height": 900})
    page.locator(".node[data-id=s1]").hover()
    lit = page.eval_on_selector_all(".edge.on", "e => e.map(x => x.dataset.target)")
    assert sorted(lit) == ["s1", "s1", "t1"]
    page.locator("a:has(.node[data-id=t2])").focus()
    assert page.locator(".node[data-id=s2].on").count() == 1
    page.keyboard.press("Enter")
    counted(page, "1 of 3")
    assert shown(page) == ["F002"]
    assert page.evaluate("document.activeElement.id") == "findings-heading"


def test_a_table_cell_leads_to_the_findings_behind_it(visit, report):
    page = visit(report())
    page.click("[data-sources='F001'] button")
    counted(page, "1 of 3")
    assert shown(page) == ["F001"]


@pytest.mark.parametrize("width", [320, 400, 800, 1280])
def test_the_page_never_scrolls_sideways(visit, width, report):
    page = visit(report("long"), viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_every_finding_can_be_read(visit, report):
    page = visit(report(), java_script_enabled=False)
    assert page.locator(".finding").count() == 3
    assert page.locator(".finding >> visible=true").count() == 3
    assert not page.locator("form.filters").is_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visit, report):
    page = visit(report())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
