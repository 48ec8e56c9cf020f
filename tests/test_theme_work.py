"""The whole work on themes, by commands alone: from candidates to the published themes and on."""

import csv
import json
from collections import defaultdict
from pathlib import Path

from click.testing import CliRunner

from themeweave.cli import main

ROOT = Path(__file__).parents[1]
NAMES = {"T01": "What the role can bring", "T02": "Confusion", "T03": "Organisation"}
LATER = 10  # findings that come after the first run


def published():
    """The overarching theme of each finding as its authors placed it, and the findings."""
    with (ROOT / "corpus" / "findings.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["strand"] == "experiences"]
    log = (ROOT / "decisions" / "published.jsonl").read_text("utf-8").splitlines()
    bodies = [json.loads(line)["body"] for line in log]
    theme = {b["finding"]: b["code"] for b in bodies if b["codebook"] == "themes"}
    return [row for row in rows if theme.get(row["id"]) in NAMES], theme


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, ["id", "text", "cited"], extrasaction="ignore")
        sheet.writeheader()
        sheet.writerows(rows)


def test_a_person_goes_from_candidates_to_the_published_themes_and_a_later_run_keeps_it_all(
    tmp_path,
):
    rows, gold = published()
    first, later = rows[:-LATER], rows[-LATER:]
    write(tmp_path / "sheet.csv", first)
    review = tmp_path / "review"

    def call(*arguments):
        folder = () if arguments[0] == "init" else ("-C", str(review))
        done = CliRunner(env={"THEMEWEAVE_CODER": "ana"}).invoke(main, [*arguments, *folder])
        assert done.exit_code == 0, done.output
        return done.stdout

    call("init", str(review), "--findings", str(tmp_path / "sheet.csv"))
    call("themes", "propose")
    call("themes", "keep", "all")
    kept = [line for line in call("themes", "list").splitlines() if line.startswith("t")]
    for name in NAMES.values():
        call("themes", "new", name, "--because", "as published")
    members = defaultdict(list)
    for row in first:
        members[gold[row["id"]]].append(row["id"])
    for theme, findings in members.items():
        call("themes", "move", *findings, "--to", NAMES[theme])
    for line in kept:
        call("themes", "retire", line.split()[0], "--because", "taken apart")
    call("run")

    def places():
        with (review / "outputs" / "findings.csv").open(encoding="utf-8-sig") as file:
            return {r["id"]: (r["theme"], r["theme_basis"]) for r in csv.DictReader(file)}

    expected = {row["id"]: (NAMES[gold[row["id"]]], "confirmed") for row in first}
    assert places() == expected

    write(review / "corpus" / "findings.csv", rows)
    listed = call("themes", "diff").splitlines()
    assert [line.split()[0] for line in listed if " is new: " in line] == [r["id"] for r in later]
    said = call("run")
    assert "Changes in the themes since the last run: 10\n" in said
    after = places()
    assert {finding: after[finding] for finding in expected} == expected
    placed = [after[row["id"]] for row in later]
    assert all(basis != "confirmed" for _, basis in placed)
    assert call("themes", "diff") == "Nothing changed.\n"
