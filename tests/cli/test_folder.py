import json
import shutil
from pathlib import Path

from themeweave.review.log import Entry, append


def holds(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# init


def test_init_starts_a_review_from_a_sheet_and_says_what_is_next(call, tmp_path, sheet):
    folder = tmp_path / "my review"
    done = call("init", folder, "--findings", sheet)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0] == f"Started a review in {folder}:"
    assert [line.strip() for line in done.out.splitlines()[1:-1]] == holds(folder)
    assert done.out.splitlines()[-1] == f"Next: themeweave run -C '{folder}'"
    assert 'title = "my review"' in (folder / "review.toml").read_text("utf-8")
    assert call("check", "-C", folder).status == 0


def test_init_takes_the_sheet_from_standard_input_too(call, tmp_path, sheet):
    done = call("init", tmp_path / "new", "--findings", "-", stdin=sheet.read_bytes())
    assert done.status == 0
    assert (tmp_path / "new" / "corpus" / "findings.csv").read_bytes() == sheet.read_bytes()


def test_init_without_a_sheet_says_where_it_belongs(call, tmp_path):
    done = call("init", tmp_path / "new", "--title", "T")
    assert done.status == 0
    assert "Put your findings into corpus/findings.csv: columns id, text" in done.out


def test_init_refuses_a_bad_sheet_with_status_1_and_writes_nothing(call, tmp_path):
    (tmp_path / "bad.csv").write_text("id,text\nF1,\nF1,x\n")
    done = call("init", tmp_path / "new", "--findings", tmp_path / "bad.csv")
    assert (done.status, done.out) == (1, "")
    assert "row 2, column 'text': empty" in done.err
    assert "row 3, column 'id': 'F1' already stands in row 2" in done.err
    assert not (tmp_path / "new").exists()


# check


def test_check_counts_and_finds_nothing_to_mend(call, review):
    done = call("check", "-C", review)
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        "6 findings, 0 reviews, 0 decisions in 0 logs.\n"
        "Nothing to mend.\n"
        "outputs/ was not made from the folder as it is now: 'themeweave run' makes it.\n"
    )
    assert not (review / "outputs").exists()


def test_check_explains_a_log_edited_by_hand_with_status_1(call, review):
    body = {"finding": "F1", "codebook": "themes", "code": "T02", "accepted": True}
    log = review / "decisions" / "ana.jsonl"
    append(log, "ana", [Entry(f"e{n}", "2026-01-02T03:04:05Z", "decision", body) for n in range(3)])
    log.write_text(log.read_text("utf-8").replace('"id": "e1"', '"id": "e9"'), "utf-8")
    done = call("check", "-C", review)
    assert done.status == 1
    assert done.out.splitlines()[:2] == [
        "6 findings, 0 reviews, 1 decisions in 1 logs.",
        (
            "- decisions/ana.jsonl, line 2: the event was changed after it was written (its own "
            "hash does not fit). The 1 events before it count, it and those after it do not. "
            "Restore the file from a copy, or move that line and all after it into a file of "
            "their own and decide those again"
        ),
    ]


def test_check_lists_every_fault_of_the_folder(call, review):
    (review / "corpus" / "findings.csv").write_text("id,text\nF1,\nF1,x\n")
    (review / "review.toml").write_text("[review]\ntitle = 'x'\npaint = 1\n")
    done = call("check", "-C", review)
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[:5] == [
        "Error: the review folder has faults",
        f"  in {review}",
        "  - review.toml: unknown key 'review.paint'",
        "  - corpus/findings.csv, row 2, column 'text': empty",
        "  - corpus/findings.csv, row 3, column 'id': 'F1' already stands in row 2",
    ]


# run


def test_run_says_what_was_made_and_what_to_open(call, review):
    done = call("run", "-C", review)
    assert done.status == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "6 findings from 0 reviews, 0 decisions by people."
    assert lines[1].split(": ")[1].startswith("0 confirmed, ")
    assert "Open first:" in done.out
    assert (review / "outputs" / "report.html").is_file()
    assert call("check", "-C", review).out.splitlines()[1:] == ["Nothing to mend."]
    shutil.rmtree(review / "outputs")


def test_run_with_nothing_to_run_on_writes_nothing(call, review):
    (review / "corpus" / "findings.csv").unlink()
    before = holds(review)
    done = call("run", "-C", review)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("Error: there are no findings yet")
    assert holds(review) == before


def test_run_warns_of_what_does_not_count_on_standard_error(call, review):
    body = {"finding": "F77", "codebook": "themes", "code": "T02", "accepted": True}
    log = review / "decisions" / "ana.jsonl"
    append(log, "ana", [Entry("e", "2026-01-02T03:04:05Z", "decision", body)])
    done = call("run", "-C", review)
    assert done.status == 0
    assert done.err.startswith("Warning: there is no finding with the id 'F77'")
    assert "Warning" not in done.out


def test_outputs_that_cannot_be_written_are_named_without_a_traceback(call, review):
    (review / "outputs").write_text("mine")
    done = call("run", "-C", review)
    assert (done.status, done.out) == (1, "")
    assert "Error: the file could not be written: " in done.err


def test_an_output_that_another_program_holds_is_named_and_all_others_are_done(call, review):
    held = review / "outputs" / "theme_table.docx"
    held.mkdir(parents=True)  # like a file that is open in Word: nothing can take its place
    done = call("run", "-C", review)
    assert done.status == 3
    said = done.err.splitlines()
    assert said[-3] == "Not written, so these are as they were before; all others are done:"
    assert said[-2].startswith("- outputs/theme_table.docx: the file could not be written: ")
    assert said[-1] == "Close them in the other program and run the command again."
    made = json.loads((review / "outputs" / "manifest.json").read_bytes())["outputs"]
    assert "theme_table.docx" not in made
    assert {"theme_table.xlsx", "report.html", "narrative.docx"} <= set(made)
    assert all((review / "outputs" / name).is_file() for name in made)
    held.rmdir()
    assert call("run", "-C", review).status == 0
    assert held.is_file()
    assert [path.name for path in held.parent.glob("*edited*")] == []


def test_what_was_edited_while_it_was_held_is_kept_by_the_next_run(call, review, monkeypatch):
    call("run", "-C", review)
    held = review / "outputs" / "theme_table.md"
    before = json.loads((review / "outputs" / "manifest.json").read_bytes())["outputs"]
    settings = review / "review.toml"
    settings.write_text(settings.read_text() + '\n[tables.theme_table]\ntitle = "Table 6"\n')
    refuse = {held}

    def replace(self, target, into=Path.replace):
        if target in refuse:
            raise PermissionError(13, "Permission denied")
        return into(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    assert call("run", "-C", review).status == 3
    made = json.loads((review / "outputs" / "manifest.json").read_bytes())["outputs"]
    assert made["theme_table.md"] == before["theme_table.md"]
    held.write_text("edited in the other program")
    refuse.clear()
    done = call("run", "-C", review)
    assert done.status == 0
    assert held.read_text().startswith("## Table 6")
    (kept,) = held.parent.glob("theme_table.edited-*.md")
    assert kept.read_text() == "edited in the other program"


# sheets as people keep them


def test_init_and_check_say_what_was_read_as_what_and_check_still_passes(call, tmp_path):
    (tmp_path / "mine.csv").write_text("Nr,Key finding\n1,Pay was low.\n")
    done = call("init", tmp_path / "new", "--findings", tmp_path / "mine.csv")
    assert done.status == 0
    assert done.err.splitlines()[1].endswith("mine.csv: read 'Key finding' as text")
    checked = call("check", "-C", tmp_path / "new")
    assert checked.status == 0
    assert "Note: corpus/findings.csv: read 'Key finding' as text\n" in checked.out


def test_init_reads_the_sheet_in_the_encoding_it_is_told(call, tmp_path):
    (tmp_path / "mine.csv").write_bytes("id,text\nF1,Zoë was paid.\n".encode("cp1252"))
    refused = call("init", tmp_path / "new", "--findings", tmp_path / "mine.csv")
    assert refused.status == 1
    assert "it would read: 'F1,Zoë was paid.'" in refused.err
    told = ("--findings", tmp_path / "mine.csv", "--encoding", "cp1252")
    assert call("init", tmp_path / "new", *told).status == 0
    assert call("check", "-C", tmp_path / "new").status == 0


def test_init_refuses_an_encoding_without_a_sheet(call, tmp_path):
    done = call("init", tmp_path / "new", "--encoding", "cp1252")
    assert done.status == 2
    assert "give --findings too" in done.err
