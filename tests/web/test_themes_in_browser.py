"""The board of themes in a real browser: cards moved by mouse and by keyboard, merge, undo."""

import shutil

import pytest

from themeweave.review.log import read_log
from themeweave.review.theme_board import board_of

from .live import serving

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture
def bench(review):
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with serving(review, "ana") as (session, links), sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.record = []
        page.on("console", lambda line: page.record.append(line.text))
        page.on("pageerror", lambda error: page.record.append(str(error)))
        page.goto(links["ana"])
        page.wait_for_url("**/")
        page.session = session
        yield page
        browser.close()
        assert page.record == []


def where(page, finding):
    columns = board_of(page.session, "ana").columns.values()
    return [(c.code.name, p.basis) for c in columns for p in c.places if p.finding == finding]


def column(page, name):
    return page.locator(f'.column[data-name="{name}"]')


def said(page, words):
    sync_api.expect(page.locator("#said")).to_contain_text(words)


def test_cards_move_by_mouse_and_by_keyboard_and_undo_takes_it_back(bench):
    page = bench
    page.goto(page.url + "themes")
    page.keyboard.press("z")
    said(page, "Nothing to undo: 'ana' has done nothing to themes that could be undone.")
    assert where(page, "F051") == [("Way back to work and a place in society", "suggested")]
    page.locator('[data-finding="F051"]').drag_to(column(page, "Help that benefits both sides"))
    said(page, "F051 moved to T07")
    assert where(page, "F051") == [("Help that benefits both sides", "confirmed")]

    page.locator('[data-finding="F037"]').focus()
    page.keyboard.press("m")
    page.keyboard.type("hope")
    page.keyboard.press("Enter")
    said(page, "F037 moved to T08")
    assert where(page, "F037") == [("Living examples and hope", "confirmed")]
    assert page.evaluate("document.activeElement.dataset.finding") == "F051"
    page.keyboard.press("z")
    said(page, "F037 moved to T08")
    page.wait_for_selector('[data-finding="F037"][data-basis="suggested"]')
    assert where(page, "F037") == [("Help that benefits both sides", "suggested")]


def test_a_click_on_the_board_counts_from_the_first_moment(bench):
    page = bench
    page.add_init_script("performance.now = () => 120")  # milliseconds: a quick machine
    page.goto(page.url + "themes")
    fold = column(page, "Low pay").locator(".fold")
    fold.click()
    sync_api.expect(fold).to_have_attribute("aria-expanded", "false")


def test_themes_are_merged_split_renamed_and_given_back(bench):
    page = bench
    page.goto(page.url + "themes")
    pay, work = (len(board_of(page.session, "ana").columns[t].places) for t in ("T26", "T31"))
    assert pay > 0
    column(page, "Low pay").get_by_role("button", name="Change").click()
    page.get_by_text("Merge into …").click()
    page.locator("#change [name=target]").select_option("T31")
    page.locator("#change [name=reason]").fill("one subject")
    page.get_by_role("button", name="Merge it").click()
    said(page, "T26 'Low pay' merged into T31")
    assert column(page, "Low pay").count() == 0
    assert len(board_of(page.session, "ana").columns["T31"].places) == pay + work
    last = read_log(page.session.path / "decisions" / "ana.jsonl").events[-1]
    assert (last.body["act"], last.body["reason"]) == ("merge", "one subject")
    page.keyboard.press("z")
    column(page, "Low pay").wait_for()
    assert len(board_of(page.session, "ana").columns["T26"].places) == pay

    page.locator('[data-finding="F064"]').click()
    page.locator("#picked-split").click()
    page.locator("#change [name=text]").fill("Disclosure that helps")
    page.get_by_role("button", name="Split it").click()
    column(page, "Disclosure that helps").locator('[data-finding="F064"]').wait_for()
    column(page, "Disclosure that helps").get_by_role("button", name="Change").click()
    page.locator("#change [name=text]").fill("Low pay")
    page.get_by_role("button", name="Rename it").click()
    wrong = page.locator("#change-wrong")
    sync_api.expect(wrong).to_contain_text("there is a theme with the name 'Low pay' already (T26)")
    page.record.clear()  # the browser tells of the refusal too
    page.get_by_role("button", name="Cancel").click()
