"""The whole path of the sample review in real browsers, by two people.

The program is started as they start it. Ana works at a desk, by keyboard; Ben on a narrow screen,
by pointing. They read, make a finding, code, arrange themes, code a pilot blind, submit, compare,
settle, run, and take a table along. Every screen on the way is looked at in both widths and both
colour schemes.
"""

import csv
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from contextlib import contextmanager

import pytest

from themeweave.review.log import read_log

from .selecting import SELECT

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
WIDE, NARROW = 1280, 400
PILOT = 4
SERVE = [sys.executable, "-u", "-c", "from themeweave.cli import main; main()", "serve"]


class Person:
    """Somebody at the workbench, in a browser of their own; what must not happen is recorded."""

    def __init__(self, browser, link, name, width):
        self.name, self.width, self.record = name, width, []
        self.page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        self.page.set_default_timeout(60_000)
        self.at = link.partition("/start")[0]
        note = self.record.append
        self.page.on("console", lambda line: note(("console", line.text)))
        self.page.on("pageerror", lambda error: note(("error", str(error))))
        self.page.on("dialog", lambda box: (note(("dialog", box.message)), box.dismiss()))
        self.page.on("request", lambda r: r.url.startswith(self.at) or note(("elsewhere", r.url)))
        self.page.on("response", lambda r: r.status < 400 or note((str(r.status), r.url)))
        # what a page still asked for when it was left, and what is taken along, count as aborted
        self.page.on(
            "requestfailed",
            lambda r: r.failure == "net::ERR_ABORTED" or note((r.failure, r.url)),
        )
        self.page.goto(link)
        self.page.wait_for_url("**/who")

    def go(self, screen):
        self.page.locator(".top").get_by_role("link", name=screen, exact=True).click()
        self.page.wait_for_url(re.compile(f"/{screen.lower()}"), wait_until="load")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def get(self, path):
        answer = self.page.request.get(f"{self.at}{path}")
        assert answer.ok or (path, answer.status) == ("/compare/agreement", 422)
        return answer.text()

    def expect(self, place, words):
        sync_api.expect(self.page.locator(place)).to_contain_text(words, timeout=30_000)

    def card(self):
        """Wait for a finding's card with its suggestions, and its script; gives the finding."""
        ready = self.page.locator(".card[tabindex]:not(:has([data-waiting]))")
        ready.wait_for(timeout=120_000)
        return ready.get_attribute("data-finding")

    def open_panels(self):
        return self.page.locator('.panel[data-state="open"]').count()

    def saved(self):
        sync_api.expect(self.page.locator("#saved")).to_have_text("saved", timeout=30_000)

    def look(self):
        """Nothing beside the page, nothing that people with impairments cannot use."""
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                where = self.page.url.removeprefix(self.at), width, scheme
                assert self.page.evaluate("document.documentElement.scrollWidth") <= width, where
                found = axe.Axe().run(self.page).response["violations"]
                faults = [(one["id"], one["nodes"][0]["html"][:90]) for one in found]
                assert (where, faults) == (where, [])
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": self.width, "height": 800})


@contextmanager
def served(review):
    """Give the address that the program prints when it is started on the review."""
    command = [*SERVE, str(review), "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            yield next(line.split()[-1] for line in program.stdout if "token=" in line)
        finally:
            program.terminate()
            program.wait(timeout=20)


def test_two_people_go_the_whole_way_from_reading_to_the_table(review, article, tmp_path):
    spare = shutil.copytree(review, tmp_path / "spare" / "review")
    try:
        go_the_whole_way(review)
    except sync_api.TimeoutError:  # on a busy machine a wait may run out once, but not twice
        go_the_whole_way(spare)


def go_the_whole_way(review):
    with served(review) as link, sync_api.sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        ana = Person(browser, link, "ana", WIDE)
        ben = Person(browser, link, "ben", NARROW)
        come_in(ana, ben)
        read(ana, review)
        code_twenty(ana, review)
        arrange(ana, review)
        shared = assign_pilot(ana, review)
        said = {"ana": code_blind(ana, shared), "ben": {}}
        assert_blind(ben, ana, shared)
        submit(ana, "It waits for ben")
        assert_blind(ben, ana, shared)
        said["ben"] = code_blind_by_pointing(ben, shared)
        assert_blind(ana, ben, shared)
        assert_nothing_blind_in_outputs(ana, shared)
        submit(ben, "")
        settled = compare(ben, ana, said)
        check_table(ana, review, said, settled)
        browser.close()
    assert (ana.record, ben.record) == ([], [])


def come_in(*people):
    people[0].look()
    for person in people:
        person.page.get_by_label("name").last.fill(person.name)
        person.page.get_by_role("button", name="Go on").click()
        person.page.wait_for_selector(".masthead")
    home = people[0].page
    sync_api.expect(home.get_by_text("not known yet")).to_have_count(0, timeout=240_000)
    people[0].look()


def read(ana, review):
    """Words, behind an emoji, become a finding that knows its place."""
    ana.go("Read")
    ana.look()
    ana.page.get_by_role("link", name="mentors.md").click()
    ana.page.wait_for_url("**/read/*", wait_until="load")
    words = "mentors eased their workload"
    ana.page.evaluate(SELECT, words)
    ana.expect("#selected-words", words)
    ana.look()
    ana.page.evaluate(SELECT, words)
    ana.press("Enter")
    ana.page.wait_for_url("**#f-*", wait_until="load")
    ana.expect(".note.held", words)
    (made,) = own(review, "ana", "finding")
    assert made.body["did"] == "made"
    ana.page.locator(".note.held").get_by_role("link", name="Code it").click()
    ana.page.wait_for_url("**/code?finding=*", wait_until="load")
    ana.expect(".card .text", words)


def code_twenty(ana, review):
    """Twenty findings by keyboard alone, the order chosen by keyboard too; one is undone."""
    ana.press("g", "c")
    ana.page.wait_for_url("**/code", wait_until="load")
    ana.look()
    ana.page.locator("[name=order]").focus()
    with ana.page.expect_response("**/code/card?*order=sheet*"):
        ana.page.keyboard.type("as in")
    ana.page.locator("[name=order]").press("Escape")
    ana.page.wait_for_selector(".card[data-finding=F001]")
    pressed, coded = 0, []
    for _ in range(20):
        here = ana.card()
        coded.append(here)
        keys = ["1"] * ana.open_panels() + ["Enter"]
        ana.press(*keys)
        pressed += len(keys)
        wait_for_another(ana, here)
    ana.saved()
    assert len(set(coded)) == 20
    assert 20 <= pressed <= 40
    assert {event.body["finding"] for event in own(review, "ana", "decision")} == set(coded)
    ana.press("z")
    ana.page.wait_for_selector(f'.card[data-finding="{coded[-1]}"]')
    taken = {event.body["event"] for event in own(review, "ana", "withdrawal")}
    left = [event for event in own(review, "ana", "decision") if event.id not in taken]
    assert {event.body["finding"] for event in left} == set(coded[:-1])
    ana.press(*["1"] * ana.open_panels(), "Enter")
    wait_for_another(ana, coded[-1])
    ana.saved()


def arrange(ana, review):
    """A finding moves by mouse, another by keyboard; two themes are merged, and taken apart."""
    ana.go("Themes")
    first = ana.page.locator("[data-hold]").first
    sync_api.expect(first).not_to_have_text("…", timeout=60_000)
    ana.look()
    into = ana.page.locator('.column[data-theme="T07"]')
    ana.page.locator('[data-finding="F051"]').drag_to(into)
    ana.expect("#said", "F051 moved to T07")
    ana.page.locator('[data-finding="F064"]').focus()
    ana.press("m")
    ana.page.keyboard.type("identities")
    ana.press("Enter")
    ana.expect("#said", "F064 moved to T21")
    low_pay = ana.page.locator('.column[data-theme="T26"]')
    low_pay.get_by_role("button", name="Change").click()
    ana.page.get_by_text("Merge into …").click()
    ana.page.locator("#change [name=target]").select_option("T31")
    ana.page.locator("#change [name=reason]").fill("one subject")
    ana.page.get_by_role("button", name="Merge it").click()
    ana.expect("#said", "T26 'Low pay' merged into T31")
    assert low_pay.count() == 0
    ana.press("z")
    low_pay.wait_for()
    acts = own(review, "ana", "theme")
    assert [act.body["act"] for act in acts] == ["place", "place", "merge"]
    assert len(own(review, "ana", "withdrawal")) > 0


def assign_pilot(ana, review):
    ana.go("Compare")
    ana.look()
    ana.page.get_by_label("ben", exact=True).check()  # he is here, though he said nothing yet
    ana.page.get_by_label("Findings of the pilot").fill(str(PILOT))
    ana.page.get_by_label("Findings on").select_option("experiences")
    ana.page.get_by_role("button", name="Assign").click()
    ana.page.wait_for_selector("article.assignment")
    (made,) = own(review, "ana", "assignment")
    assert made.body["shares"]["ana"] == made.body["shares"]["ben"]
    assert not {"F064", "F051"} & set(made.body["shares"]["ana"])
    return made.body["shares"]["ana"]


def code_blind(ana, shared):
    """Ana takes what is suggested, and leaves a memo that nobody else may see."""
    ana.page.get_by_role("link", name="Code my share").click()
    said = {}
    for _ in shared:
        here = ana.card()
        assert_nobody_else_in(ana.page.inner_html("#card"), ana)
        ana.press(*["1"] * ana.open_panels())
        ana.press("m")
        ana.page.keyboard.type(f"memo of ana on {here}")
        ana.press("Escape")
        ana.saved()
        said[here] = theme_chosen(ana)
        ana.press("Enter")
        wait_for_another(ana, here)
    ana.saved()
    assert set(said) == set(shared)
    return said


def code_blind_by_pointing(ben, shared):
    """Ben points; of two findings he takes another theme than the one that is suggested."""
    ben.go("Compare")
    ben.page.get_by_role("link", name="Code my share").click()
    said = {}
    for number in range(len(shared)):
        here = ben.card()
        for _ in range(ben.open_panels()):
            ben.page.locator(".offers:visible .offer").first.click()
        if number < 2:
            panel = ben.page.locator('.panel[data-book="themes"]')
            if not panel.locator(".offers").is_visible():  # it is open where it was unclear
                panel.locator(".head").click()
            panel.locator('.offer[aria-pressed="false"]').first.click()
        said[here] = theme_chosen(ben)
        if number == 0:
            ben.look()
        ben.page.locator(".memo textarea").fill(f"memo of ben on {here}")
        ben.page.get_by_role("button", name="Keep and go on").click()
        wait_for_another(ben, here)
    ben.saved()
    assert set(said) == set(shared)
    return said


def submit(person, words):
    person.go("Compare")
    person.page.get_by_role("button", name="Submit my share").click()
    sync_api.expect(person.page.locator(".assignment .submit")).to_have_count(0)
    if words:
        person.expect(".assignment", words)


def assert_blind(viewer, other, shared):
    """What the other said of the shared findings is on no screen and in no download."""
    everything = {
        path: viewer.get(path)
        for path in (
            "/",
            "/themes?show=all",
            "/themes/board?show=all",
            "/themes/evidence",
            "/codebook/themes",
            "/compare",
            "/compare/agreement",
            "/compare/consensus.csv",
            "/trail",
            "/trail/trail.csv",
            "/outputs",
            *(f"/code/card?finding={finding}" for finding in shared),
            *(f"/code?show=all&finding={finding}" for finding in shared),
            *(f"/trail?finding={finding}" for finding in shared),
        )
    }
    for path, text in everything.items():
        assert f"memo of {other.name}" not in text, path
    for finding in shared:
        assert_nobody_else_in(everything[f"/code/card?finding={finding}"], viewer)
        assert_nobody_else_in(everything[f"/code?show=all&finding={finding}"], viewer)
        rows = re.findall(r"(?s)<tr.*?</tr>", everything[f"/trail?finding={finding}"])
        assert not [row for row in rows if f"<td>{other.name}</td>" in row]
        for card in re.findall(
            rf'(?s)<li class="finding [^>]*data-finding="{finding}".*?</li>',
            everything["/themes/board?show=all"],
        ):
            assert f"✓ {other.name}" not in card
            assert "disputed" not in card
    for row in csv.DictReader(io.StringIO(everything["/trail/trail.csv"].lstrip("\ufeff"))):
        assert row["coder"] != other.name or row["finding"] not in shared, row
    assert 'id="differ"' not in everything["/compare"]
    assert len(everything["/compare/consensus.csv"].strip().splitlines()) == 1


def assert_nobody_else_in(card, viewer):
    """Beside what the viewer chose there are only suggestions: no word of anybody."""
    assert 'data-basis="others"' not in card
    assert {*re.findall(r'class="by">by ([^<]+)', card)} <= {viewer.name}
    assert "memo-other" not in card


def assert_nothing_blind_in_outputs(person, shared):
    person.go("Outputs")
    person.look()
    held = run(person)
    for name, content in held.items():
        assert b"memo of" not in content, name
    codings = [row for row in rows_of(held["outputs/codings.csv"]) if row["finding"] in shared]
    assert {row["finding"] for row in codings} == set(shared)
    assert {row["basis"] for row in codings} == {"suggested"}
    assert not [row for row in codings if "@" not in row["by"]]  # of programs alone


def run(person):
    """Run the review, and take everything along."""
    button = person.page.get_by_role("button", name="Run the review")
    button.click()
    sync_api.expect(button).to_be_disabled()
    sync_api.expect(button).to_be_enabled(timeout=300_000)
    person.expect("#doing", "files made")
    person.page.wait_for_selector(".files")
    person.look()
    with person.page.expect_download() as taken:
        person.page.get_by_role("link", name="Download all").click()
    with person.page.context.expect_page() as opened:
        person.page.get_by_role("link", name="look at report.html").click()
    opened.value.wait_for_selector("#overview-heading")
    assert opened.value.evaluate("self.origin") == "null"
    opened.value.close()
    packed = zipfile.ZipFile(io.BytesIO(taken.value.path().read_bytes()))
    return {name: packed.read(name) for name in packed.namelist()}


def compare(ben, ana, said):
    """Both see where they differ; one difference is settled by keyboard, with a reason."""
    differ = {finding for finding, theme in said["ana"].items() if said["ben"][finding] != theme}
    assert len(differ) == 2
    ben.page.wait_for_selector("h2#differ")
    ben.page.wait_for_selector("#agreement table", timeout=60_000)
    ben.look()
    ana.go("Compare")
    # suggestions learn meanwhile, so that in other codebooks the two may have taken different ones
    number = int(ana.page.inner_text("#open"))
    cards = ana.page.locator('.difference[data-codebook="themes"]')
    assert {card.get_attribute("data-finding") for card in cards.all()} == differ
    ana.press("j")
    while ana.page.evaluate("document.activeElement.dataset.codebook") != "themes":
        ana.press("j")
    finding = ana.page.evaluate("document.activeElement.dataset.finding")
    ana.press("2")
    ana.page.keyboard.type("read again: ben is right")
    ana.press("Enter")
    ana.page.wait_for_selector(f"#open:text-is('{number - 1}')")
    ben.page.reload()
    ben.expect("main", "read again: ben is right")
    with ben.page.expect_download() as taken:
        ben.page.get_by_role("link", name="Download the consensus log").click()
    (row,) = rows_of(taken.value.path().read_bytes())
    assert (row["finding"], row["codes"]) == (finding, said["ben"][finding])
    ben.go("Trail")
    ben.look()
    ben.expect(".trail", "read again: ben is right")
    return {finding: said["ben"][finding]}


def check_table(ana, review, said, settled):
    """The downloaded theme table holds what was moved, agreed and settled, and no more."""
    ana.go("Outputs")
    held = run(ana)
    with ana.page.expect_download() as taken:
        ana.page.get_by_role("link", name="Download theme_table.csv").click()
    assert taken.value.path().read_bytes() == held["outputs/theme_table.csv"]
    agreed = {f: theme for f, theme in said["ana"].items() if said["ben"][f] == theme}
    stands = agreed | settled | {"F051": "T07", "F064": "T21"}
    themes = ana.page.request.get(f"{ana.at}/themes/board?show=all").json()["themes"]
    names = {one["id"]: one["name"] for one in themes if one["depth"]}
    wanted = Counter(names[theme] for theme in stands.values() if theme in names)
    found = Counter()
    for row in rows_of(held["outputs/theme_table.csv"]):
        confirmed = re.search(r"\((\d+) confirmed\)", row["Findings"])
        name = row["Subtheme"].splitlines()[0] if row["Subtheme"] else ""
        found[name.rstrip("*▼ ")] += int(confirmed[1])
    assert +found == wanted


def own(review, coder, kind):
    events = read_log(review / "decisions" / f"{coder}.jsonl").events
    return [event for event in events if event.kind == kind]


def wait_for_another(person, finding):
    person.page.wait_for_function(
        "id => document.querySelector('.card')?.dataset.finding !== id", arg=finding
    )


def theme_chosen(person):
    chosen = person.page.locator('.panel[data-book="themes"] .offer[aria-pressed="true"]')
    return chosen.get_attribute("data-code")


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
