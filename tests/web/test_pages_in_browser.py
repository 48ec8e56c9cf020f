"""Pages, adding, taking back and touch in a real browser, on one workbench."""

import re
import shutil
from pathlib import Path

import pytest

from themeweave.corpus.readers.pdf_pictures import WIDTHS
from themeweave.errors import ReviewError
from themeweave.review import printed
from themeweave.review.documents import add, load
from themeweave.review.files import quiet
from themeweave.review.theme_board import board_of

from ..corpus.readers.made_pdf import LEFT, PROSE, column, pdf, placed
from .live import serving
from .test_pages import article

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
ROOT = Path(__file__).parents[2]
SLOW = 60_000  # milliseconds: other programs may keep the computer busy


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A workbench on a copy of the sample review, with a PDF of two pages, and a browser."""
    folder = tmp_path_factory.mktemp("site")
    review = folder / "review"
    review.mkdir()
    for name in ("review.toml", "corpus", "codebooks", "decisions"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, review / name)
    file = folder / "mentors.pdf"
    file.write_bytes(article())
    document = add(review, [file], quiet).stored[0].id
    quiet_browser = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with serving(review, "ana") as (session, links), sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet_browser)
        yield {
            "session": session,
            "link": links["ana"],
            "browser": browser,
            "document": document,
            "folder": folder,
        }
        browser.close()


@pytest.fixture
def visit(site):
    """Open a page, keeping a record of what must not happen."""
    contexts = []

    def come(width=1280, touch=False):
        context = site["browser"].new_context(
            viewport={"width": width, "height": 800}, has_touch=touch
        )
        context.set_default_timeout(SLOW)
        contexts.append(context)
        page = context.new_page()
        page.record = []
        page.on("console", lambda line: page.record.append(line.text))
        page.on("pageerror", lambda error: page.record.append(str(error)))
        page.goto(site["link"])
        page.wait_for_url(re.compile(r":\d+/$"))
        page.start = page.url
        return page

    yield come
    for context in contexts:
        context.close()


def expect(found):
    return sync_api.expect(found)


def middle(found):
    box = found.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_card_is_dragged_by_touch_at_400_pixels_and_the_page_scrolls_along(visit, site):
    page = visit(400, touch=True)
    page.goto(f"{page.start}themes")

    def where():
        columns = board_of(site["session"], "ana").columns.values()
        return [(c.code.name, p.basis) for c in columns for p in c.places if p.finding == "F051"]

    sender = page.context.new_cdp_session(page)

    def touch(kind, *points):
        touches = [{"x": x, "y": y} for x, y in points]
        sender.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def scrolled():
        return page.evaluate("scrollY")

    target = page.locator('.column[data-name="Help that benefits both sides"]')
    card = page.locator('.finding[data-finding="F051"]').first
    fold = page.locator('.column:has([data-finding="F051"]) .fold').first
    expect(fold).to_have_attribute("aria-expanded", "false", timeout=SLOW)  # the script folds all
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "true")
    card.scroll_into_view_if_needed()
    touch("touchStart", middle(card))
    page.locator(".finding.ghost").wait_for()
    before = scrolled()
    touch("touchMove", (200, 790))
    page.wait_for_function("was => scrollY > was + 50", arg=before)  # near the edge it scrolls
    while not 120 < target.bounding_box()["y"] < 700:
        touch("touchMove", (200, 20 if target.bounding_box()["y"] < 400 else 780))
        page.wait_for_function(
            """() => {
              const box = document.querySelector('[data-name="Help that benefits both sides"]')
                .getBoundingClientRect();
              return box.top > 120 && box.top < 700;
            }"""
        )
        touch("touchMove", (200, 400))  # it stops
    box = target.bounding_box()
    touch("touchMove", (box["x"] + 60, box["y"] + 15))
    expect(target).to_have_class(re.compile("over"))
    touch("touchEnd")
    expect(page.locator("#said")).to_contain_text("F051 moved to T07", timeout=SLOW)
    assert where() == [("Help that benefits both sides", "confirmed")]
    assert page.locator(".ghost").count() == 0
    assert page.locator("#picked").is_hidden()  # the lift chose nothing
    assert page.record == []


def test_words_on_a_page_become_a_finding_and_undo_takes_it_back(visit, site):
    page = visit()
    page.goto(f"{page.start}read/{site['document']}/pages")
    words = page.locator("#page-1 .words span")
    words.first.wait_for(state="attached")
    assert page.locator("#page-1 img").evaluate("image => image.decode().then(() => true)")
    start = words.filter(has_text=re.compile("^mentors")).first
    x, y = start.bounding_box()["x"], middle(start)[1]
    end = words.filter(has_text="load").first
    page.mouse.move(x + 1, y)
    page.mouse.down()
    page.mouse.move(*middle(end), steps=4)
    box = end.bounding_box()
    page.mouse.move(box["x"] + 0.8 * box["width"], middle(end)[1])
    page.mouse.up()
    expect(page.locator("#selected-words")).to_have_text("mentors eased their workload")
    page.keyboard.press("Enter")
    message = page.locator(".message")
    expect(message).to_contain_text("of these words", timeout=SLOW)
    (made,) = [f for f in site["session"].findings.values() if f.passage]
    text = load(site["session"].path, site["document"]).text
    assert (
        text[made.passage.start : made.passage.end] == made.text == "mentors eased their workload"
    )
    expect(page.locator(f'.mark.kept.held[data-ids="{made.id}"]')).to_have_count(2, timeout=SLOW)

    # a box is reached by keyboard, by pointing and by a tap, and leads to its finding
    page.mouse.move(*middle(words.filter(has_text="eased")))
    expect(page.locator(f'.note.hint[data-id="{made.id}"]')).to_have_count(1)
    page.mouse.click(*middle(words.filter(has_text="wards")))
    expect(page.locator(".note.held")).to_have_count(0)
    page.mouse.click(*middle(words.filter(has_text="eased")))
    expect(page.locator(".note.held")).to_have_attribute("data-id", made.id)
    page.keyboard.press("j")
    mark = page.locator(f'button.mark[data-ids="{made.id}"]')
    expect(mark).to_have_attribute("aria-label", f"Finding {made.id}: {made.text}")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".note.held")).to_have_attribute("data-id", made.id)

    page.keyboard.press("z")
    expect(message).to_contain_text(f"Taken back: {made.id} made", timeout=SLOW)
    assert made.id not in site["session"].findings
    page.goto(f"{page.start}trail")
    expect(page.locator(".trail tbody tr").first).to_contain_text(f"taken back: {made.id} made")
    assert page.record == []


def test_pages_are_turned_and_sized_by_keyboard_and_lead_to_the_same_place_in_the_text(visit, site):
    page = visit()
    page.goto(f"{page.start}read/{site['document']}/pages")
    page.locator("#page-1 .words").wait_for(state="attached")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#page-number")).to_have_value("2")
    page.locator("#page-2 .words").wait_for(state="attached")
    wide = page.locator("#page-2").bounding_box()["width"]
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.locator("#page-2").bounding_box()["width"] == pytest.approx(wide * 1.5625, abs=2)
    sizes = page.locator("#page-2 img").get_attribute("sizes")
    assert float(sizes.removesuffix("px")) == pytest.approx(wide * 1.5625, abs=10)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.keyboard.press("0")
    assert page.locator("#page-2").bounding_box()["width"] == pytest.approx(wide, abs=1)
    page.locator("#page-number").fill("1")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.locator("#other-view").click()
    page.wait_for_url("**/read/*?at=*", wait_until="load")
    text = load(site["session"].path, site["document"]).text
    place = int(page.url.rpartition("=")[2])
    assert text[place:].startswith(PROSE[0])
    page.locator("#other-view").click()
    page.wait_for_url("**/pages?at=*", wait_until="load")
    page.locator("#page-2 .words").wait_for(state="attached")
    assert page.record == []


def test_a_page_that_cannot_be_drawn_says_so_in_its_place(visit, site, monkeypatch):
    draw = printed.draw_page

    def hostile(raw, name, number, width):
        if number == 2 and width != WIDTHS[-1]:
            raise ReviewError("the page cannot be shown: it is hostile", name, "Read the text.")
        return draw(raw, name, number, width)

    monkeypatch.setattr(printed, "draw_page", hostile)
    file = site["folder"] / "two.pdf"
    file.write_bytes(pdf(placed(column(LEFT, 700, PROSE), column(LEFT, 600, PROSE))))
    document = add(site["session"].path, [file], quiet).stored[0].id
    page = visit()
    page.goto(f"{page.start}read/{document}/pages")
    said = page.locator("#page-2 .wrong")
    told = "the page cannot be shown: it is hostile (two.pdf) Read the text."
    expect(said).to_have_text(told, timeout=SLOW)
    with page.expect_response("**/pages/2"):  # its picture fails after its words did
        page.locator("#page-2 img").dispatch_event("error")
    page.locator("#page-1 .words span").first.wait_for(state="attached")
    expect(said).to_have_text(told, timeout=SLOW)
    assert all("422" in line for line in page.record)
    page.record.clear()  # the browser tells of the refusals too


def test_files_are_chosen_by_keyboard_or_dropped_and_each_gets_an_answer(visit, site):
    page = visit()
    notes, scan = site["folder"] / "notes.md", site["folder"] / "scan.png"
    notes.write_text("# Notes\n\nStaff felt that mentors helped them.\n", "utf-8")
    scan.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    page.goto(f"{page.start}read")
    with page.expect_file_chooser() as chooser:
        page.locator("#files").press("Space")
    chooser.value.set_files([notes, scan, site["folder"] / "mentors.pdf"])
    expect(page.locator("#adding")).to_have_text(
        "1 added, 1 already there, 1 refused.", timeout=SLOW
    )
    answers = page.locator("#arrived > li")
    assert answers.all_text_contents() == [
        "Added notes.md, 1 heading, 0 references",
        (
            "Refused scan.png: the file is a picture (PNG), for which there is no reader. A "
            "picture holds no text: run OCR over it first (ocrmypdf makes a PDF with text)."
        ),
        "Already there mentors.pdf",
    ]
    expect(page.locator(".documents")).to_contain_text("notes.md")
    transfer = page.evaluate_handle(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File(['Peers were kind to all of us.'], '../dropped.txt'));
          return held;
        }"""
    )
    page.locator("#add").dispatch_event("dragover", {"dataTransfer": transfer})
    expect(page.locator("#add")).to_have_class("add over")
    page.locator("#add").dispatch_event("drop", {"dataTransfer": transfer})
    expect(answers.last).to_have_text("Added dropped.txt, 0 headings, 0 references", timeout=SLOW)
    assert page.record == []


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_and_adding_can_be_used_by_everybody(visit, site, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe")
    page = visit(width)
    page.emulate_media(color_scheme=scheme)
    for path in (f"read/{site['document']}/pages", "read", ""):
        page.goto(page.start + path)
        if path.endswith("pages"):
            page.locator("#page-1 .mark").first.wait_for(state="attached")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = axe.Axe().run(page).response["violations"]
        assert [(path, v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == []
