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
    while page.request.get(start + "doing").json()["doing"]:  # suggestions are being made
        page.wait_for_timeout(1000)
    page.goto(start)
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
    cues.fill(cues.input_value() + "\nirrelevant\nvague\nworn out")
    page.get_by_role("button", name="Preview what it recodes").click()
    page.locator("#outlook h3").wait_for(timeout=120_000)
    page.evaluate("document.querySelector('[name=cues]').closest('label').scrollIntoView()")
    take("7-codebook")
    page.goto(start + "outputs")
    page.get_by_role("button", name=re.compile("^Run")).first.click()
    page.get_by_text(re.compile("report.html")).first.wait_for(timeout=300_000)
    take("8-outputs")


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
