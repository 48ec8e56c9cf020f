"""The codebook in a real browser: what a change would recode is shown, then it is applied."""

import shutil
from dataclasses import replace

import pytest

from themeweave.review.codebook_changes import apply

from .live import serving

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


def test_a_change_is_previewed_applied_and_taken_back(review):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    file = review / "codebooks" / "valence.yaml"
    before = file.read_bytes()
    with serving(review, "ana") as (session, links), sync_api.sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet).new_page(
            viewport={"width": 1280, "height": 800}
        )
        page.set_default_timeout(60_000)
        record = []
        page.on("console", lambda line: record.append(line.text))
        page.on("pageerror", lambda error: record.append(str(error)))
        page.goto(links["ana"])
        page.wait_for_url("**/")
        page.goto(page.url + "codebook/valence?code=facilitator")
        page.locator("[name=retired]").check()
        page.get_by_role("button", name="Preview what it recodes").click()
        page.get_by_text("findings would be suggested otherwise").wait_for()
        assert page.locator("#outlook li").count() > 10
        assert file.read_bytes() == before
        assert (found := axe.Axe().run(page)).violations_count == 0, found.generate_report()
        page.locator("[name=reason]").fill("tried")
        page.get_by_role("button", name="Apply").click()
        page.get_by_text("Take back your latest change").wait_for()
        assert file.read_bytes().count(b"\n") == before.count(b"\n") + 1
        assert session.folder.book("valence").by_id["facilitator"].retired
        page.set_viewport_size({"width": 400, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.get_by_text("Take back your latest change").click()
        page.get_by_text("taken back").wait_for()
        assert file.read_bytes() == before
        assert (found := axe.Axe().run(page)).violations_count == 0, found.generate_report()
        assert record == []
        page.locator("[name=definition]").fill("Mine.")
        was = session.folder.book("valence").by_id["facilitator"]
        code = replace(was, definition="Theirs.", cues=("eased",))
        apply(session, "ben", "valence", code, "", "2026-01-02T03:04:05Z", "b")
        page.get_by_role("button", name="Apply").click()
        page.locator(".outlook").wait_for()  # shown first; a second press writes
        page.get_by_role("button", name="Apply").click()
        page.get_by_text("What stands there now").wait_for()
        assert page.locator("#meanwhile dd").all_text_contents() == ["Theirs."]
        assert page.locator("[name=definition]").input_value() == "Mine."
        assert session.folder.book("valence").by_id["facilitator"].definition == "Theirs."
        assert (found := axe.Axe().run(page)).violations_count == 0, found.generate_report()
        page.get_by_role("button", name="Apply").click()
        page.get_by_text("Take back your latest change").wait_for()
        both = session.folder.book("valence").by_id["facilitator"]
        assert (both.definition, both.cues) == ("Mine.", ("eased",))  # untouched here, so theirs
