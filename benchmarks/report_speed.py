"""How the report opens with 100 and with 5,000 findings, in Chromium, without and with a filter.

Printed are seconds of this computer and the ratio of the large report to the small one: until the
first words are painted, until every part works, and for one filter and one change of section.

    python benchmarks/report_speed.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from themeweave.report.page.records import Bases, FindingRow, PageData, Reading, ThemeRow
from themeweave.report.page.write import write_page

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd / 1000"
TIMED = """async () => {
  const begun = performance.now();
  %s
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return (performance.now() - begun) / 1000;
}"""
FILTER = """const field = document.querySelector('[name=perspective]');
  field.value = 'p1';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((done) => setTimeout(done, 1));"""
SECTION = "location.hash = '#themes'; await new Promise((done) => setTimeout(done, 1));"


def review(findings: int) -> PageData:
    """Make up a review: every finding in one of 60 subthemes, with six readings."""
    themes = [ThemeRow(f"t{n}", f"Theme {n}", bases=Bases(1, 0, 1, "unknown")) for n in range(5)]
    for number in range(60):
        parent = f"t{number % 5}"
        themes.append(ThemeRow(f"s{number}", f"Subtheme {number}", parent))

    def read(code: str) -> tuple[Reading, ...]:
        return (Reading(code, f"Code {code}", reason="says 'trust'", by="reader@1"),)

    rows = tuple(
        FindingRow(
            f"F{n}",
            f"Trust grows where people of ward {n} meet. " * 4,
            reviews=(f"Ng {1900 + n % 120}",),
            perspective=read(f"p{n % 4}"),
            domain=read(f"d{n % 5}"),
            construct=read(f"c{n % 40}"),
            valence=read(("barrier", "facilitator")[n % 2]),
            theme=read(f"t{n % 5}"),
            subtheme=read(f"s{n % 60}"),
        )
        for n in range(findings)
    )
    return PageData("Speed", themes=tuple(themes), findings=rows)


def main() -> None:
    """Open both reports and print how long it took."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium on this computer")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = []
        for number in (100, 5000):
            path = Path(folder) / f"{number}.html"
            path.write_bytes(write_page(review(number)))
            page = browser.new_page()
            page.goto(f"{path.as_uri()}#findings")
            times = [page.evaluate(PAINTED), page.evaluate(LOADED)]
            times += [page.evaluate(TIMED % FILTER), page.evaluate(TIMED % SECTION)]
            found.append(times)
            page.close()
        browser.close()
    for name, small, large in zip(
        ("first words", "all works", "a filter", "a section"), *found, strict=True
    ):
        print(f"{name:12} {small:6.2f} s {large:6.2f} s  ratio {large / small:5.1f}")


if __name__ == "__main__":
    main()
