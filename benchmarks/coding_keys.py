"""How many keys it takes to code a finding in the workbench, with suggestions and without.

Run with ``python benchmarks/coding_keys.py [FINDINGS]``: so many findings (40 by default) of
benchmarks/unseen_findings.csv, whose writer knew neither the examples that the program was taught
nor the program, are coded in chromium to the codes that their writer gave them: whose view, the
CFIR construct, the direction. Once a person goes by what is suggested: they keep what is right,
choose among the codes that are offered, and search the others. Once every code is searched by its
name, with as few letters as put it first. Keys are counted by the page as they are pressed; clicks
are what the same choices take with a mouse. How long a person thinks is not counted, and it is most
of the time.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).parents[1]
UNSEEN = ROOT / "benchmarks" / "unseen_findings.csv"
BOOKS = ("perspectives", "cfir-2022", "valence")
COUNT = (
    "window.keys = 0; addEventListener('keydown', (e) => { if (e.key !== 'Shift') keys++; }, true)"
)


def make_review(folder: Path, number: int) -> dict[str, dict[str, str]]:
    """Make a review of the findings; gives what each is truly coded to, by codebook."""
    (folder / "corpus").mkdir(parents=True)
    (folder / "codebooks").mkdir()
    (folder / "review.toml").write_text("[review]\ntitle = 'Unseen findings'\n", "utf-8")
    for book in BOOKS:
        shutil.copy(ROOT / "codebooks" / f"{book}.yaml", folder / "codebooks")
    with UNSEEN.open(encoding="utf-8", newline="") as file:
        every = list(csv.DictReader(file))
    rows = every[:: max(1, len(every) // number)][:number]  # from all articles alike
    with (folder / "corpus" / "findings.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, ["id", "text"], extrasaction="ignore")
        sheet.writeheader()
        sheet.writerows(rows)
    said = ("perspective", "construct", "valence")
    return {
        row["id"]: {book: row[name] for book, name in zip(BOOKS, said, strict=True) if row[name]}
        for row in rows
    }


class Coder:
    """Somebody who codes by keyboard; what they do is counted by kind."""

    def __init__(self, page: Page, true: dict[str, dict[str, str]]) -> None:
        self.page, self.true = page, true
        self.kinds: Counter[str] = Counter()  # of panels
        self.clicks = 0
        self.names = {
            book: {one["id"]: one["name"] for one in codes}
            for book, codes in page.request.get(f"{page.url}code/codes").json().items()
        }

    def code(self, name: str, *, by_suggestion: bool) -> tuple[float, float]:
        """Code every finding; gives keys and clicks a finding."""
        self.clicks = 0
        self.page.goto(f"{self.page.url.split('/code')[0].rstrip('/')}/code?order=sheet&show=all")
        self.page.evaluate(COUNT)
        for place in range(len(self.true)):
            self.page.wait_for_selector(".card")
            finding = self.page.locator(".card").get_attribute("data-finding") or ""
            for panel in self.page.locator(".panel").all():
                book = panel.get_attribute("data-book") or ""
                wanted = self._id(book, self.true[finding].get(book, ""))
                if wanted:
                    self._choose(panel, wanted, by_suggestion)
            self.page.keyboard.press("Enter")
            if self.page.locator('.panel[data-state="open"]').count():
                self.page.keyboard.press("Enter")  # left open: its writer did not say
            self.clicks += 1
            if place < len(self.true) - 1:
                self.page.wait_for_function(
                    "id => document.querySelector('.card')?.dataset.finding !== id", arg=finding
                )
        keys: int = self.page.evaluate("keys")
        print(f"{name}: {keys / len(self.true):.1f} keys a finding", flush=True)
        return keys / len(self.true), self.clicks / len(self.true)

    def _id(self, book: str, code: str) -> str:
        """Find a code by its id, or by the last part of it."""
        return next((one for one in self.names[book] if one.split(".")[-1] == code), "")

    def _choose(self, panel: Locator, wanted: str, by_suggestion: bool) -> None:
        chosen = panel.locator('.offer[aria-pressed="true"]')
        codes = [one.get_attribute("data-code") for one in chosen.all()]
        if by_suggestion and codes == [wanted]:
            self.kinds["suggested rightly"] += 1
            return
        key = panel.get_attribute("data-key") or ""
        if panel.locator(".offers").is_hidden():
            self.page.keyboard.press(key)
            self.clicks += 1
        offers = [one.get_attribute("data-code") for one in panel.locator(".offer").all()]
        if by_suggestion and wanted in offers:
            self.kinds["chosen from the five offered"] += 1
            self.page.keyboard.press(str(offers.index(wanted) + 1))
            self.clicks += 1
            return
        self.kinds["searched"] += by_suggestion
        self.page.keyboard.press("/")
        self.page.wait_for_selector("#search[open] [role=option]")
        for letter in self.names[panel.get_attribute("data-book") or ""][wanted].lower():
            first = self.page.locator('#search [aria-selected="true"]')
            if first.count() and first.get_attribute("data-code") == wanted:
                break
            self.page.keyboard.press("Space" if letter == " " else letter)
        self.page.keyboard.press("Enter")
        self.clicks += 2  # search, and take; the letters are keys with a mouse too


def main() -> None:
    """Serve the review, code it twice, print both figures and their ratio."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    program = [sys.executable, "-u", "-c", "from themeweave.cli import main; main()", "serve"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        review = Path(folder) / "review"
        true = make_review(review, number)
        command = [*program, str(review), "--port", "0", "--no-browser"]
        command += ["--coder", "ana", "--coder", "ben"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
            assert serving.stdout
            links = {}
            for line in serving.stdout:
                if found := re.match(r"(ana|ben): (http\S+)", line):
                    links[found[1]] = found[2]
                if line.startswith("Ctrl-C"):
                    break
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            counted = {}
            for coder, name in (("ana", "with suggestions"), ("ben", "every code searched")):
                page = browser.new_context().new_page()
                page.goto(links[coder])
                page.wait_for_selector(".masthead")
                page.get_by_text("not known yet").first.wait_for(state="detached", timeout=180_000)
                somebody = Coder(page, true)
                counted[coder] = somebody.code(name, by_suggestion=coder == "ana")
                if coder == "ana":
                    all_panels = sum(somebody.kinds.values())
                    for kind, panels in somebody.kinds.most_common():
                        print(
                            f"  {kind}: {panels} of {all_panels} panels ({panels / all_panels:.0%})"
                        )
            browser.close()
            serving.terminate()
        (keys, clicks), (all_keys, all_clicks) = counted["ana"], counted["ben"]
        print(f"keys, searched / with suggestions: {all_keys / keys:.1f} x on {number} findings")
        print(f"clicks: {clicks:.1f} a finding with suggestions, {all_clicks:.1f} without")


if __name__ == "__main__":
    main()
