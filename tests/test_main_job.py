"""The main job on the sample review: one run, and what a team finds in outputs/."""

import csv
import io
import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from themeweave.review import steps

ROOT = Path(__file__).parents[1]
TABLES = ("theme_table", "cfir_table", "effects_pooled", "effects_reported")
FORMATS = ("docx", "xlsx", "html", "md", "csv")
OTHERS = (
    "findings.csv",
    "codings.csv",
    "themes.csv",
    "theme_graph.graphml",
    "theme_graph.gexf",
    "theme_graph.json",
    "theme_graph.svg",
    "theme_graph.png",
    "report.html",
    "manifest.json",
)


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    """A copy of the sample review, run once."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copy(ROOT / "review.toml", folder)
    for name in ("corpus", "codebooks", "decisions"):
        shutil.copytree(ROOT / name, folder / name)
    steps.run(folder)
    return folder


def rows(review, name):
    text = (review / "outputs" / name).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def contents(review):
    return {p.name: p.read_bytes() for p in sorted((review / "outputs").iterdir())}


def test_every_output_is_there(review):
    expected = {*OTHERS, *(f"{table}.{suffix}" for table in TABLES for suffix in FORMATS)}
    assert expected - set(contents(review)) == set()


def test_a_second_run_changes_no_byte_and_deleted_outputs_come_back(review):
    before = contents(review)
    steps.run(review)
    assert contents(review) == before
    shutil.rmtree(review / "outputs")
    steps.run(review)
    assert contents(review) == before


def test_the_manifest_names_every_input_and_output_by_its_hash(review):
    record = json.loads((review / "outputs" / "manifest.json").read_bytes())
    assert (
        record["inputs"]["corpus/findings.csv"]
        == sha256((review / "corpus" / "findings.csv").read_bytes()).hexdigest()
    )
    files = contents(review)
    made = {name: sha256(files[name]).hexdigest() for name in files if name != "manifest.json"}
    assert record["outputs"] == made


def test_no_suggestion_counts_as_confirmed(review):
    codings = rows(review, "codings.csv")
    assert {row["by"] for row in codings if row["basis"] == "confirmed"} == {"published"}
    suggested = [row for row in codings if row["basis"] == "suggested"]
    assert suggested
    assert all("@" in row["by"] and row["reason"] for row in suggested)


def test_the_published_domains_perspectives_and_themes_stand(review):
    confirmed = [row for row in rows(review, "codings.csv") if row["basis"] == "confirmed"]
    counted = {}
    for row in confirmed:
        counted.setdefault(row["codebook"], {}).setdefault(row["code"], []).append(row["finding"])
    # Cooper et al. 2024: 33 implementation findings by CFIR domain, 67 on experiences by theme
    assert {code: len(found) for code, found in counted["cfir-2022"].items()} == {
        "innovation": 2,
        "outer_setting": 6,
        "inner_setting": 12,
        "individuals": 8,
        "implementation_process": 5,
    }
    assert {code: len(found) for code, found in counted["themes"].items()} == {
        "T01": 24,
        "T02": 21,
        "T03": 21,
        "T04": 1,
    }
    assert sum(len(found) for found in counted["perspectives"].values()) == 67


def test_each_finding_of_a_strand_stands_in_its_table_once(review):
    findings = rows(review, "findings.csv")
    table = rows(review, "theme_table.csv")
    counts = [int(row["Findings"].split()[0]) for row in table if row["Findings"][:1].isdigit()]
    assert sum(counts) == sum(row["strand"] == "experiences" for row in findings)
    cfir = (review / "outputs" / "cfir_table.md").read_text("utf-8")
    for row in findings:
        assert cfir.count(f"{row['id']}\\]") == (row["strand"] == "implementation"), row["id"]


def test_what_is_unclear_is_never_shown_as_an_answer(review):
    unclear = [row for row in rows(review, "findings.csv") if row["construct_basis"] == "unclear"]
    assert unclear
    assert {row["construct"] for row in unclear} == {"Unclear"}


def test_studies_of_reviews_without_a_known_list_are_unknown_and_not_zero(review):
    cells = {row["Primary studies"] for row in rows(review, "theme_table.csv")}
    assert "unknown (0 of 1 lists known)" in cells
    assert not any(cell.startswith("0") for cell in cells)


def test_an_output_edited_by_hand_is_kept_beside_the_new_one(review):
    path = review / "outputs" / "theme_table.md"
    made = path.read_bytes()
    path.write_text("my own words", "utf-8")
    run = steps.run(review)
    (aside,) = run.set_aside
    assert (review / "outputs" / aside).read_text("utf-8") == "my own words"
    assert path.read_bytes() == made
    (review / "outputs" / aside).unlink()


def test_the_report_opens_from_disk_without_request_or_error(review):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    report = review / "outputs" / "report.html"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    record = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
        page = browser.new_page()
        page.on("request", lambda request: record.append(request.url))
        page.on("console", lambda line: record.append(line.text))
        page.on("pageerror", lambda error: record.append(str(error)))
        page.goto(report.as_uri() + "#finding-F037")
        assert page.locator("[id='finding-F037']").is_visible()
        assert page.locator("svg [data-id='T01']").count() >= 1
        browser.close()
    assert record == [report.as_uri()]
