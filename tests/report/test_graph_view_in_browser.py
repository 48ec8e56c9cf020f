"""The theme graph in a real browser: a path followed by mouse and by keyboard, filters, search."""

import shutil

import pytest

from themeweave.report.figures.theme_map import Edge, Node
from themeweave.report.graph_view import Thread, write_graph

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
TRAP = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def thread(name, text, reviews, subtheme, theme, view, *, confirmed=True, valence="Barrier"):
    labels = "; ".join(f"{review.removeprefix('review:')} 2020" for review in reviews)
    return Thread(
        name, text, reviews, subtheme, theme, view, view.title(), "", valence, confirmed, labels
    )


THREADS = [
    thread("F1", f"Trust takes time. {TRAP}", ("review:Ng", "review:Ode"), "s1", "t1", "staff"),
    thread("F2", "Trust was quick.", ("review:Ode",), "s1", "t1", "users", valence="Facilitator"),
    thread("F3", "Pay was low.", ("review:Pal",), "s2", "t2", "staff", confirmed=False),
]
NODES = [
    Node("review:Ng", "Ng 2020", 0, "review", 1, 1, 0),
    Node("review:Ode", "Ode 2020", 0, "review", 2, 1, 1),
    Node("review:Pal", "Pal 2020", 0, "review", 1, 1, 0),
    Node("s1", "Trust", 1, "subtheme", 2, 1, 1),
    Node("s2", "Low pay", 1, "subtheme", 1, 1, 0),
    Node("t1", f"Relations {TRAP}", 2, "theme", 2, 1, 1),
    Node("t2", "Conditions", 2, "theme", 1, 1, 0),
]
EDGES = [
    Edge("review:Ng", "s1", 1, 1, "staff"),
    Edge("review:Ode", "s1", 1, 1, "staff"),
    Edge("review:Ode", "s1", 1, 1, "users"),
    Edge("review:Pal", "s2", 1, 0, "staff"),
    Edge("s1", "t1", 1, 1, "staff"),
    Edge("s1", "t1", 1, 1, "users"),
    Edge("s2", "t2", 1, 0, "staff"),
]


@pytest.fixture(scope="module")
def browser():
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


@pytest.fixture
def page(browser, tmp_path):
    path = tmp_path / "graph.html"
    path.write_bytes(write_graph("Graph", NODES, EDGES, THREADS))
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    opened.record = []
    opened.on("request", lambda request: opened.record.append(request.url))
    opened.on("console", lambda line: opened.record.append(line.text))
    opened.on("pageerror", lambda error: opened.record.append(str(error)))
    opened.on("dialog", lambda d: (opened.record.append(d.message), d.dismiss()))
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def on(page, what):
    name = (
        "n => n.dataset.id" if what == "node" else "n => n.dataset.source + '>' + n.dataset.target"
    )
    return page.eval_on_selector_all(f".{what}.on", f"found => found.map({name})")


def listed(page):
    return page.eval_on_selector_all(".threads li", "found => found.map(n => n.dataset.id)")


@in_browser
def test_the_page_asks_for_nothing_and_runs_nothing_that_a_text_says(page):
    page.wait_for_timeout(100)
    assert [entry for entry in page.record if not entry.startswith("file:")] == []
    assert page.locator("img").count() == 0
    assert listed(page) == ["F1", "F2", "F3"]


@in_browser
def test_a_path_shows_only_what_findings_state(page):
    page.locator(".node[data-id='review:Ng'] rect").hover()
    assert on(page, "node") == ["review:Ng", "review:Ode", "s1", "t1"]
    assert on(page, "edge") == ["review:Ng>s1", "review:Ode>s1", "s1>t1"]
    assert listed(page) == ["F1"]
    assert page.locator("output").text_content() == (
        "1 of 3 findings through 'Ng 2020' (1 confirmed), from 2 reviews drawn"
    )


@in_browser
def test_a_review_is_followed_to_its_theme_by_keyboard_and_held(page):
    focused = "document.activeElement.querySelector('.node')?.dataset.id"
    page.locator("button[type=reset]").focus()
    for _ in range(3):  # past the drawing's own scroll area, where the browser makes it a stop
        page.keyboard.press("Tab")
        if page.evaluate(focused):
            break
    visited = [page.evaluate(focused)]
    for _ in range(2):
        page.keyboard.press("ArrowDown")
        visited.append(page.evaluate(focused))
    assert sorted(visited) == ["review:Ng", "review:Ode", "review:Pal"]
    for _ in range(2 - visited.index("review:Pal")):
        page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "review:Pal"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "s2"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "t2"
    assert listed(page) == ["F3"]
    page.keyboard.press("Enter")
    page.locator(".node[data-id=s1] rect").hover()
    assert listed(page) == ["F3"]  # held
    page.keyboard.press("Escape")
    page.locator(".node[data-id=s2] rect").hover()
    page.locator(".node[data-id=s1] rect").hover()
    assert listed(page) == ["F1", "F2"]


@in_browser
def test_filters_and_search_narrow_what_is_lit_and_clear_lets_go(page):
    page.select_option("[name=perspective]", "Users")
    assert (listed(page), on(page, "node")) == (["F2"], ["review:Ode", "s1", "t1"])
    page.click("button[type=reset]")
    page.select_option("[name=standing]", "suggested")
    assert listed(page) == ["F3"]
    page.click("button[type=reset]")
    page.keyboard.press("/")
    page.keyboard.type("TRUST quick")
    assert listed(page) == ["F2"]
    page.fill("[name=search]", "pal 2020")
    assert on(page, "edge") == ["review:Pal>s2", "s2>t2"]
    page.click("button[type=reset]")
    page.wait_for_timeout(20)
    assert listed(page) == ["F1", "F2", "F3"]
    assert on(page, "node") == []
