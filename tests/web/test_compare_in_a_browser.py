"""Two coders in two browsers: blind, revealed, settled by keyboard."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# what a page's own script does when a code is chosen; the keyboard of that screen has its tests
CODE = """async ([finding, code]) => {
  const token = document.querySelector('meta[name="form-token"]').content;
  const asked = await fetch(`/code/card?finding=${finding}`);
  const card = await asked.json();
  const seen = Number(/data-seen="(\\d+)"/.exec(card.html)[1]);
  const books = {themes: {codes: [code]}};
  const body = {id: finding + code, finding, seen, books, status: 'done'};
  const answer = await fetch('/code/decide', {method: 'POST', body: JSON.stringify(body),
    headers: {'content-type': 'application/json', 'x-themeweave-token': token}});
  return answer.status;
}"""


@pytest.fixture
def served(review):
    """The workbench as people start it, with a link for each coder."""
    command = [sys.executable, "-u", "-c", "from themeweave.cli import main; main()", "serve"]
    options = ["--port", "0", "--coder", "ana", "--coder", "ben", "--no-browser"]
    with subprocess.Popen(
        [*command, str(review), *options], stdout=subprocess.PIPE, text=True
    ) as program:
        found = {}
        for line in program.stdout:
            if link := re.match(r"(ana|ben): (http\S+)", line):
                found[link[1]] = link[2]
            if line.startswith("Ctrl-C"):
                break
        yield found
        program.terminate()
        program.wait(timeout=20)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
def test_two_coders_code_blind_see_each_other_and_settle_where_they_differ(
    served, review, tmp_path
):
    said: list[str] = []
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        pages = {}
        for coder, link in served.items():
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto(link)
            page.wait_for_url(re.compile(r"/(who)?$"))
            pages[coder] = page
        ana, ben = pages["ana"], pages["ben"]

        here = f"{ana.url.removesuffix('who').rstrip('/')}/compare"
        ana.goto(here)
        ana.fill("input[name=name]", "pilot")
        ana.fill("input[name=others]", "ben")
        ana.fill("input[name=pilot]", "3")
        ana.select_option("select[name=strand]", "experiences")
        ana.click("text=Assign, blind")
        ana.wait_for_selector("article.assignment")
        log = (review / "decisions" / "ana.jsonl").read_text("utf-8")
        shared = json.loads(log.splitlines()[0])["body"]["shares"]["ana"]

        for finding in shared:
            assert ana.evaluate(CODE, [finding, "T02"]) == 200
        ana.reload()
        ana.click("text=Submit my share")
        ana.wait_for_selector("text=It waits for ben")
        ben.goto(here)
        assert "Where coders differ" not in ben.content()
        ben.goto(here.replace("/compare", f"/code?finding={shared[0]}"))
        assert "ana" not in ben.inner_text("#card")

        for finding, code in zip(shared, ("T02", "T07", "T07"), strict=True):
            assert ben.evaluate(CODE, [finding, code]) == 200
        ben.goto(here)
        ben.click("text=Submit my share")
        ben.wait_for_selector("h2#differ")
        assert ben.inner_text("#open") == "2"
        ben.wait_for_selector("#agreement table")
        _looked_at(ben, tmp_path)

        ben.keyboard.press("j")
        ben.keyboard.press("2")
        ben.keyboard.type("both sides gain")
        ben.keyboard.press("Enter")
        ben.wait_for_selector("#open:text-is('1')")
        ben.keyboard.press("1")
        ben.keyboard.type("the role is unclear here")
        ben.keyboard.press("Enter")
        ben.wait_for_selector("text=Nothing is open")
        ben.wait_for_selector("text=both sides gain")
        ana.goto(here)
        assert "the role is unclear here" in ana.inner_text("main")
        with ana.expect_download() as download:
            ana.click("text=Download the consensus log")
        sheet = Path(download.value.path()).read_text("utf-8-sig")
        assert sorted(re.findall(r",(T0\d),", sheet)) == ["T02", "T07"]
        browser.close()
    assert said == []


def _looked_at(page, folder):
    """Nothing that people with impairments cannot use, at either width; nothing beside the page."""
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        found = axe.Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:90]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=folder / f"compare-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
