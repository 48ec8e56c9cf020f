"""Make the pictures of the tutorial from the running workbench: `python docs/make_pictures.py`.

The sample review is copied, served and walked through in chromium, which must be installed. The
pictures go to docs/pictures.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
PROGRAM = str(Path(sys.executable).with_name("themeweave"))
ARTICLE = """# Mentors on wards: an umbrella review

## Results

### Staff views

Nurses felt that mentors eased their workload [1]. Some feared that mentors would replace them.

### Patients' views

Patients took heart from somebody who had come through the same illness [1, 2].

The meetings were short, and the ward was busy at these hours.

## References

1. Ng A, Roe B. Mentors on wards: a review. J Care. 2020.
2. Ode C. Hope and mentors: a scoping review. J Hope. 2021.
"""


def sample(folder: Path) -> Path:
    """Copy the sample review, with a short article to read, and without its outputs."""
    review = folder / "peer-support"
    review.mkdir()
    for name in ("review.toml", "corpus", "codebooks", "decisions"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, review / name)
    article = folder / "mentors-on-wards.md"
    article.write_text(ARTICLE, "utf-8")
    command = [PROGRAM, "corpus", "add", str(article), "-C", str(review)]
    subprocess.run(command, check=True, capture_output=True)
    return review


def walk(page: Page, link: str) -> None:
    """Go through the screens as the tutorial does, taking a picture of each."""

    def take(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(700)
        page.screenshot(path=PICTURES / f"{name}.png")

    page.goto(link)
    page.wait_for_url("**/who")
    page.get_by_label("name").last.fill("ana")
    take("1-who")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    start = page.url
    # suggestions are being made; the page shows them once they are there
    page.get_by_text("not known yet").first.wait_for(state="detached", timeout=300_000)
    take("2-home")
    page.goto(start + "read")
    page.locator(".documents a").first.click()
    page.locator(".paper p").filter(has_text="The meetings were short").click(click_count=3)
    take("3-read")
    page.goto(start + "code?finding=F064")
    take("4-code")
    page.goto(start + "themes")
    page.locator("[data-hold]:not([hidden])").first.wait_for(state="attached")
    page.evaluate("document.querySelector('.column:has(.against)')?.scrollIntoView()")
    take("5-themes")
    page.locator('[data-finding="F064"]').focus()
    page.keyboard.press("m")
    page.keyboard.type("recovery")
    take("6-move")
    page.keyboard.press("Escape")
    page.goto(start + "codebook/valence?code=barrier")
    cues = page.locator("[name=cues]")
    cues.fill(cues.input_value() + "\nmove out of\nalso telling\nhad a desk")
    page.get_by_role("button", name="Preview what it recodes").click()
    page.locator("#outlook h3").wait_for(timeout=120_000)
    page.evaluate("document.querySelector('[name=cues]').closest('label').scrollIntoView()")
    take("7-codebook")
    compare(page, start, link)
    take("8-compare")
    page.goto(start + "outputs")
    page.get_by_role("button", name=re.compile("^Run")).first.click()
    page.get_by_text(re.compile("report.html")).first.wait_for(timeout=300_000)
    take("9-outputs")


def compare(page: Page, start: str, link: str) -> None:
    """Let ana and ben code a pilot blind, ben with another theme, and go to where they differ."""
    browser = page.context.browser
    assert browser
    ben = browser.new_page()
    ben.goto(link)
    ben.get_by_label("name").last.fill("ben")
    ben.get_by_role("button", name="Go on").click()
    ben.wait_for_selector(".masthead")
    page.goto(start + "compare")
    page.get_by_label("ben", exact=True).check()
    page.get_by_label("Findings on").select_option("experiences")
    page.get_by_label("Findings of the pilot").fill("4")
    page.get_by_role("button", name="Assign").click()
    page.wait_for_selector("article.assignment")
    for one in (page, ben):
        one.goto(start + "code?show=share")
        while one.locator(".card").count():
            finding = one.locator(".card").get_attribute("data-finding")
            if one is ben:
                one.keyboard.press("t")
                one.keyboard.press("2")
            for _ in range(one.locator('.panel[data-state="open"]').count()):
                one.keyboard.press("1")
            one.keyboard.press("Enter")
            changed = "id => document.querySelector('.card')?.dataset.finding !== id"
            one.wait_for_function(changed, arg=finding)
        one.locator("#saved").get_by_text("saved", exact=True).wait_for()
        one.goto(start + "compare")
        one.get_by_role("button", name="Submit my share").click()
        one.locator("button.submit").wait_for(state="detached")
    page.goto(start + "compare")
    page.locator("#agreement table").first.wait_for(timeout=120_000)
    page.evaluate("document.querySelector('#differ').scrollIntoView()")


def main() -> None:
    """Serve a copy of the sample review and take every picture."""
    PICTURES.mkdir(exist_ok=True)
    quiet = ["--no-sandbox", "--disable-gpu"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        review = sample(Path(folder))
        command = [PROGRAM, "serve", str(review), "--no-browser", "--port", "0"]
        serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert serving.stdout
            link = next(line.split()[-1] for line in serving.stdout if "token=" in line)
            chromium = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
            walk(browser.new_page(viewport={"width": 1280, "height": 800}), link)
            browser.close()
        finally:
            serving.terminate()
            serving.wait()
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
