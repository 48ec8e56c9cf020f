"""The workbench in a real browser: what may go wrong beside the whole path."""

import contextlib
import shutil
import threading
from types import SimpleNamespace

import pytest

from themeweave.review.log import read_log
from themeweave.review.session import Session
from themeweave.web.app import make_app
from themeweave.web.background import Background
from themeweave.web.serve import Place, hosts, listening
from themeweave.web.visits import Visits

from .selecting import SELECT

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
uvicorn = pytest.importorskip("uvicorn", reason="uvicorn is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


@contextlib.contextmanager
def served(review):
    """Serve a review from a thread of this process; suggestions are there before it begins."""
    session = Session(review)
    session.suggest()
    background = Background(session)
    with listening(Place(port=0)) as listener:
        port = listener.getsockname()[1]
        visits = Visits((), port)
        app = make_app(session, visits, hosts(Place(), port), background)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        address = f"http://127.0.0.1:{port}"
        link = f"{address}/start?token={visits.links()[0][1]}"
        try:
            yield SimpleNamespace(address=address, link=link, session=session)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def site(review, article):
    with served(review) as found:
        yield found


@pytest.fixture
def visit(browser, site):
    """Open a page as a coder, keeping a record of what must not happen."""
    contexts = []

    def come(width=1280, coder="ana"):
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        page.record = []
        page.on("console", lambda line: page.record.append(("console", line.text)))
        page.on("pageerror", lambda error: page.record.append(("error", str(error))))
        page.on("dialog", lambda d: (page.record.append(("dialog", d.message)), d.dismiss()))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(site.address) or page.record.append(("request", request.url))
            ),
        )
        page.goto(site.link)
        page.wait_for_url("**/who")
        page.get_by_label("Or another name").fill(coder)
        page.keyboard.press("Enter")
        page.wait_for_selector(".masthead")
        return page

    yield come
    for context in contexts:
        context.close()


def saved(page):
    sync_api.expect(page.locator("#saved")).to_have_text("saved", timeout=15_000)


def shown(page):
    return page.locator(".card").get_attribute("data-finding")


def own(site, kind, coder="ana"):
    events = read_log(site.session.path / "decisions" / f"{coder}.jsonl").events
    return [event for event in events if event.kind == kind]


def test_another_code_is_searched_and_added_and_a_memo_written(visit, site):
    page = visit()
    page.goto(f"{site.address}/code?finding=F001&show=all")
    for _ in range(page.locator('.panel[data-state="open"]').count()):
        page.keyboard.press("1")  # what is unclear is chosen first
    page.keyboard.press("f")
    page.keyboard.press("/")
    page.locator("#search-words").fill("access to knowledge")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("m")
    page.keyboard.type("a memo: ä 🙂 <b>")
    page.keyboard.press("Escape")
    saved(page)
    page.keyboard.press("Enter")
    page.locator('.card:not([data-finding="F001"])').wait_for()
    saved(page)
    codes = {event.body["code"] for event in own(site, "decision")}
    assert "access_to_knowledge_and_information" in codes
    assert len([e for e in own(site, "decision") if e.body["codebook"] == "cfir-2022"]) == 2
    assert own(site, "memo")[0].body["text"] == "a memo: ä 🙂 <b>"
    assert page.record == []


def test_undo_with_nothing_to_undo_says_so_and_is_no_fault(visit, site):
    page = visit()
    page.goto(f"{site.address}/code?finding=F001&show=all")
    page.keyboard.press("z")
    banner = page.locator("#banner.note")
    sync_api.expect(banner).to_have_text(
        "Nothing to undo: 'ana' has done nothing that could be undone."
    )
    assert page.record == []


def test_an_act_waits_in_the_browser_while_the_workbench_does_not_answer(visit, site):
    page = visit()
    page.goto(f"{site.address}/code?finding=F001&show=all")
    page.wait_for_selector(".card[tabindex]")  # its script is there
    page.route("**/code/decide*", lambda route: route.abort())
    page.keyboard.press("u")
    sync_api.expect(page.locator("#banner")).to_contain_text("Not saved yet")
    page.unroute("**/code/decide*")
    page.reload()
    saved(page)
    assert [event.body["status"] for event in own(site, "status")] == ["unsure"]


def test_a_tab_that_slept_shows_what_stands_and_keeps_what_was_chosen(visit, site):
    page = visit()
    page.goto(f"{site.address}/code?finding=F067&show=all")
    other = page.context.new_page()
    other.goto(f"{site.address}/code?finding=F067&show=all")
    other.keyboard.press("d")
    other.keyboard.press("1")
    other.keyboard.press("Enter")
    saved(other)
    page.keyboard.press("d")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    box = page.locator(".conflict")
    sync_api.expect(box).to_contain_text("you have coded F067 elsewhere since this page was made")
    assert shown(page) == "F067"
    box.get_by_role("button").click()
    page.keyboard.press("Enter")
    saved(page)
    valence = [e.body["code"] for e in own(site, "decision") if e.body["codebook"] == "valence"]
    assert len(valence) == 2
    assert valence[0] != valence[1]


def test_words_behind_an_emoji_become_a_finding_and_a_proposed_one_is_kept(visit, site):
    page = visit()
    page.goto(f"{site.address}/read")
    page.click("text=mentors.md")
    page.wait_for_url("**/read/*", wait_until="load")
    words = "mentors eased their workload"
    page.evaluate(SELECT, words)
    sync_api.expect(page.locator("#selected-words")).to_have_text(words)
    page.locator("#make").click()
    page.wait_for_url("**#f-*", wait_until="load")
    page.wait_for_selector(".note.held")
    (made,) = own(site, "finding")
    assert site.session.findings[str(made.body["finding"])].text == words
    page.keyboard.press("j")
    page.keyboard.press("y")
    saved(page)
    sync_api.expect(page.locator("#kept .note")).to_have_count(2)
    page.keyboard.press("x")
    sync_api.expect(page.locator("#proposed .note")).to_have_count(0)
    sync_api.expect(page.locator("#left")).to_have_text("0")
    sync_api.expect(page.locator("#number")).to_have_text("2")
    assert page.record == []
