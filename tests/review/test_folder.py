import errno
import os
import stat
import sys

import pytest

from themeweave.errors import ReviewError
from themeweave.review import files as module
from themeweave.review.files import read_input, write_file
from themeweave.review.folder import open_folder
from themeweave.review.log import Entry, append

AT = "2026-01-02T03:04:05Z"


def faults(folder):
    with pytest.raises(ReviewError) as caught:
        open_folder(folder)
    assert (caught.value.what, caught.value.where) == (
        "the review folder has faults",
        str(folder),
    )
    assert caught.value.next_step == (
        "Nothing was written. Mend the places above, then run the command again."
    )
    return list(caught.value.faults)


def decided(folder, *rulings, coder="ana"):
    entries = [
        Entry(
            f"{coder}-{n}",
            AT,
            "decision",
            {"finding": f, "codebook": b, "code": c, "accepted": True},
        )
        for n, (f, b, c) in enumerate(rulings)
    ]
    append(folder / "decisions" / f"{coder}.jsonl", coder, entries)


def test_a_review_is_read_whole(review, snapshot):
    decided(review, ("F1", "themes", "T02"))
    before = snapshot()
    opened = open_folder(review)
    assert [finding.id for finding in opened.findings] == [f"F{n}" for n in range(1, 9)]
    assert [r.id for r in opened.reviews] == ["R1", "R2", "R3"]
    assert sorted(opened.codebooks) == ["cfir-mini", "perspectives", "themes"]
    assert opened.framework.id == "cfir-mini"
    assert len(opened.citations) == 3
    assert len(opened.decisions) == 1
    assert opened.warnings == ()
    assert sorted(opened.inputs) == sorted(before)
    assert snapshot() == before


# Each bad input is named by file, row and column


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param(
            "corpus/findings.csv",
            "",
            ["corpus/findings.csv: the sheet is empty (Restore it, or add a header and rows.)"],
            id="a sheet of 0 bytes",
        ),
        pytest.param(
            "corpus/findings.csv",
            "id,text\n",
            [
                (
                    "corpus/findings.csv: the sheet has a header but no rows "
                    "(Add at least one row below the header.)"
                )
            ],
            id="a sheet without rows",
        ),
        pytest.param(
            "corpus/findings.csv",
            "id,what\nF1,Pay was low.\n",
            [
                (
                    "corpus/findings.csv, row 1: missing column 'text' "
                    "(The header has: id, what. Rename a column, or add the missing one, "
                    'or say in review.toml which it is: [columns.findings] text = "Its name".)'
                )
            ],
            id="no text column",
        ),
        pytest.param(
            "corpus/findings.csv",
            "id,text,cited\nF1,a,R1\nF2,b,\nF1,c,\n,d,\nF5,,R9\n",
            [
                "corpus/findings.csv, row 4, column 'id': 'F1' already stands in row 2",
                "corpus/findings.csv, row 5, column 'id': empty",
                "corpus/findings.csv, row 6, column 'text': empty",
                "corpus/findings.csv, row 6, column 'cited': 'R9' is not listed in reviews.csv",
            ],
            id="several faults in rows",
        ),
        pytest.param(
            "corpus/findings.csv",
            "id,text\nF1,Größe\n".encode("cp1252"),
            [
                "corpus/findings.csv, line 2: the file is not in UTF-8",
            ],
            id="wrong encoding",
        ),
        pytest.param(
            "corpus/effects.csv",
            'id,level,source,outcome,estimate,ci_lb\nE1,pooled,R9,hope,"0,2",low\nE2,meta,R1,hope,,\n',
            [
                "corpus/effects.csv, row 2, column 'source': 'R9' is not in reviews.csv",
                (
                    "corpus/effects.csv, row 2, column 'estimate': '0,2' is not a number; "
                    "write a decimal point"
                ),
                "corpus/effects.csv, row 2, column 'ci_lb': 'low' is not a number",
                (
                    "corpus/effects.csv, row 3, column 'level': 'meta' must be one of "
                    "pooled, subgroup, single, study, test"
                ),
            ],
            id="numbers that are none",
        ),
        pytest.param(
            "corpus/citations.csv",
            "review,study\nR1,S1\nR9,S1\nR1,\nR1,S1\n",
            [
                "corpus/citations.csv, row 3, column 'review': 'R9' is not listed in reviews.csv",
                "corpus/citations.csv, row 4, column 'study': empty",
                "corpus/citations.csv, row 5: the same ",
            ],
            id="citations",
        ),
        pytest.param(
            "codebooks/themes.yaml",
            "codebook: themes\ncodes:\n- id: a\n  parent: b\n- id: b\n  parent: a\n",
            ["codebooks/themes.yaml: line 3: parents in a circle: a -> b -> a"],
            id="a codebook with a circle",
        ),
        pytest.param(
            "codebooks/again.yml",
            "codebook: themes\ncodes: []\n",
            [
                (
                    "codebooks/themes.yaml: two codebooks have the id 'themes' "
                    "(Give one of them another id in its first line.)"
                )
            ],
            id="two codebooks of one id",
        ),
        pytest.param(
            "review.toml",
            "[review]\ntitle = 'x'\ncolour = 1\n",
            ["review.toml: unknown key 'review.colour'"],
            id="unknown key",
        ),
        pytest.param(
            "review.toml",
            "[review]\ntitle = 'x'\nformat = 2\n",
            [
                (
                    "review.toml: the folder has format 2, this version reads up to 1 "
                    "(Install a newer themeweave; nothing was changed.)"
                )
            ],
            id="newer format",
        ),
        pytest.param(
            "review.toml",
            "[review]\ntitle = 'x'\nframework = 'cfir-mine'\n[codebooks.theme]\nmargin = 0.1\n",
            [
                "review.toml: there is no codebook 'theme' in codebooks/; did you mean 'themes'?",
                (
                    "review.toml: there is no codebook 'cfir-mine' in codebooks/; "
                    "did you mean 'cfir-mini'?"
                ),
            ],
            id="codebooks that are not there",
        ),
        pytest.param(
            "decisions/ana.jsonl",
            b"",
            [
                (
                    "decisions/ana.jsonl: the decision log is empty (Restore it from a copy. "
                    "If no decision was ever made, delete the empty file.)"
                )
            ],
            id="an empty log",
        ),
        pytest.param(
            "corpus/findings.xlsx",
            b"not a workbook",
            ["corpus/findings.csv and corpus/findings.xlsx both exist; keep one of them"],
            id="two sheets of findings",
        ),
    ],
)
def test_a_bad_file_is_named_with_row_and_column_and_nothing_is_written(
    review, write, snapshot, name, content, expected
):
    write(name, content)
    before = snapshot()
    found = faults(review)
    # each begins so; what a room before this one advises behind it is held by that room's tests
    assert [f[: len(e)] for f, e in zip(found, expected, strict=True)] == expected
    assert snapshot() == before


def test_the_faults_of_all_files_are_listed_at_once(review, write):
    write("review.toml", "[review]\ntitel = 'x'\n")
    write("codebooks/themes.yaml", "codebook: themes\ncodes: 3\nname: x\n")
    write("corpus/findings.csv", "id\nF1\n")
    write("corpus/effects.csv", "id,level,outcome,k\nE1,pooled,hope,many\n")
    write("decisions/ana.jsonl", "")
    files = [fault.split(",")[0].split(":")[0] for fault in faults(review)]
    assert files == [
        "codebooks/themes.yaml",
        "codebooks/themes.yaml",
        "review.toml",
        "review.toml",
        "corpus/findings.csv",
        "corpus/effects.csv",
        "decisions/ana.jsonl",
    ]


def test_a_review_sheet_that_cannot_be_read_brings_no_faults_of_others_along(review, write):
    write("corpus/reviews.csv", "id\nR1\n")
    (fault,) = faults(review)
    assert fault.startswith("corpus/reviews.csv, row 1: missing column 'label'")


def test_citations_without_a_sheet_of_reviews_are_one_fault(review, write):
    (review / "corpus" / "reviews.csv").unlink()
    assert faults(review) == ["corpus/citations.csv is there, but no corpus/reviews.csv"]


def test_a_folder_that_stands_where_a_file_should_is_a_fault_and_no_crash(review):
    (review / "corpus" / "reviews.csv").unlink()
    (review / "corpus" / "reviews.csv").mkdir()
    (review / "decisions" / "ana.jsonl").mkdir(parents=True)
    assert {
        "corpus/reviews.csv: the file could not be read: Is a directory",
        "decisions/ana.jsonl: the file could not be read: Is a directory",
    } <= set(faults(review))


@pytest.mark.parametrize("make", ["empty", "absent", "file"])
def test_what_is_no_review_folder_is_said_to_be_none(tmp_path, make):
    path = tmp_path / "here"
    if make == "empty":
        path.mkdir()
    if make == "file":
        path.write_text("x")
    with pytest.raises(ReviewError) as caught:
        open_folder(path)
    assert str(caught.value) == (
        "this is not a review folder: it has no review.toml\n"
        f"  in {path}\n"
        "  Start one with 'themeweave init FOLDER', or change into the folder that has it."
    )


def test_crosswalks_and_hidden_files_are_no_codebooks(review, write):
    write("codebooks/crosswalk-a-b.yaml", "not: a codebook")
    write("codebooks/.draft.yaml", "not: a codebook")
    write("codebooks/README.md", "words")
    assert sorted(open_folder(review).codebooks) == ["cfir-mini", "perspectives", "themes"]


def test_a_default_framework_need_not_be_there(review, write):
    write("review.toml", "[review]\ntitle = 'x'\n")
    assert open_folder(review).framework.codes == ()


# What does not stop the work is a warning


def test_a_decision_on_what_is_no_longer_there_is_kept_and_warned_of_with_the_nearest(review):
    decided(review, ("F10", "themes", "T02"), ("F2", "themes", "T2"), ("F3", "theme", "T02"))
    decided(review, *[("F10", "themes", "T01")] * 3, coder="bo")
    opened = open_folder(review)
    assert len(opened.decisions) == 6
    end = "Decisions that name it are kept and do not count:"
    assert opened.warnings == (
        (
            "there is no code of 'themes' with the id 'T2'; did you mean 'T02'? "
            f"{end} decisions/ana.jsonl, event 2"
        ),
        (
            "there is no codebook with the id 'theme'; did you mean 'themes'? "
            f"{end} decisions/ana.jsonl, event 3"
        ),
        (
            "there is no finding with the id 'F10'; did you mean 'F1'? "
            f"{end} decisions/ana.jsonl, event 1; decisions/bo.jsonl, event 1; "
            "decisions/bo.jsonl, event 2 and 1 more"
        ),
    )


def test_a_name_with_none_near_it_is_warned_of_without_a_guess(review):
    decided(review, ("Q-77", "themes", "T02"))
    assert open_folder(review).warnings == (
        (
            "there is no finding with the id 'Q-77'. Decisions that name it are kept and do not "
            "count: decisions/ana.jsonl, event 1"
        ),
    )


def test_a_damaged_log_is_a_warning_and_the_events_before_count(review):
    decided(review, ("F1", "themes", "T02"), ("F2", "themes", "T02"))
    log = review / "decisions" / "ana.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"F2"', b'"F3"'))
    opened = open_folder(review)
    assert [d.finding_id for d in opened.decisions] == ["F1"]
    assert opened.warnings == (
        (
            "decisions/ana.jsonl, line 2: the event was changed after it was written (its own hash "
            "does not fit). The 1 events before it count, it and those after it do not. Restore "
            "the file from a copy, or move that line and all after it into a file of their own and "
            "decide those again"
        ),
    )


def test_a_torn_line_and_unknown_events_are_warned_of(review):
    decided(review, ("F1", "themes", "T02"))
    log = review / "decisions" / "ana.jsonl"
    append(log, "ana", [Entry("m1", AT, "sketch", {}), Entry("m2", AT, "sketch", {})])
    log.write_bytes(log.read_bytes() + b'{"sequence": 4')
    assert open_folder(review).warnings == (
        (
            "decisions/ana.jsonl: the last line was cut short and never acknowledged; it does not "
            "count. The next decision sets it aside in a file of its own"
        ),
        "decisions/ana.jsonl: events of the unknown kind 'sketch' (2) are kept and do not count",
    )


def test_a_review_without_findings_says_so(review):
    (review / "corpus" / "findings.csv").unlink()
    assert open_folder(review).warnings == (
        "there are no findings yet: put them into corpus/findings.csv (columns: id, text)",
    )


# Writing a file


def test_a_file_is_written_with_the_usual_rights_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "outputs" / "a.csv"
    write_file(path, b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]
    if sys.platform != "win32":
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()]
)
def test_a_failure_before_the_rename_leaves_the_old_file_and_no_part(
    tmp_path, monkeypatch, call, failure
):
    def fail(*_):
        raise failure

    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    monkeypatch.setattr(
        *((module.os, "fsync") if call == "fsync" else (module.Path, "replace")), fail
    )
    with pytest.raises((ReviewError, KeyboardInterrupt)) as caught:
        write_file(path, b"new")
    if isinstance(failure, OSError):
        assert str(caught.value) == (
            "the file could not be written: No space left on device\n"
            f"  in {path}\n"
            "  Check that the folder may be written to, that the disk has space, and that no "
            "other program has the file open."
        )
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_file_in_the_place_of_a_folder_is_an_error_in_words(tmp_path):
    (tmp_path / "outputs").write_text("mine")
    with pytest.raises(ReviewError, match="the file could not be written: "):
        write_file(tmp_path / "outputs" / "a.csv", b"new")
    assert (tmp_path / "outputs").read_text() == "mine"


def test_a_sheet_that_is_not_there_is_named():
    with pytest.raises(ReviewError) as caught:
        read_input("nowhere.csv")
    assert str(caught.value) == (
        "the file could not be read: No such file or directory\n"
        "  in nowhere.csv\n"
        "  Check its name and place."
    )
    assert read_input("-", b"id\n") == (b"id\n", "standard input", ".csv")


def test_sheets_are_read_by_the_columns_and_encodings_that_review_toml_names(review, write):
    settings = (review / "review.toml").read_text("utf-8")
    write(
        "review.toml",
        settings + "\n[columns.findings]\ntext = 'Ergebnis'\n[columns.reviews]\nlabel = 'Kurz'\n"
        "[encodings]\nreviews = 'cp1252'\n",
    )
    write("corpus/findings.csv", "id,Ergebnis,cited\nF1,Pay was low.,R1\n")
    write("corpus/reviews.csv", "id,Kurz\nR1,Zoë 2020\nR2,b\nR3,c\n".encode("cp1252"))
    opened = open_folder(review)
    assert opened.findings[0].text == "Pay was low."
    assert opened.reviews[0].label == "Zoë 2020"
    assert opened.notes == ()


def test_a_refused_encoding_is_shown_among_the_faults(review, write):
    write("corpus/reviews.csv", "id,label\nR1,Zoë 2020\n".encode("cp1252"))
    with pytest.raises(ReviewError) as caught:
        open_folder(review)
    (fault,) = [f for f in caught.value.faults if "UTF-8" in f]
    assert fault.startswith("corpus/reviews.csv, line 2: the file is not in UTF-8: byte ")
    assert "would read: 'R1,Zoë 2020'" in fault


def test_an_eppi_reviewer_export_may_stand_as_the_findings(review, write):
    (review / "corpus" / "findings.csv").unlink()
    code = '{"AttributeId": 1, "AdditionalText": "Pay was low."}'
    item = f'{{"ItemId": 1, "ShortTitle": "R1", "Codes": [{code}]}}'
    write("corpus/findings.json", f'{{"CodeSets": [], "References": [{item}]}}')
    opened = open_folder(review)
    assert [(f.text, f.cited) for f in opened.findings] == [("Pay was low.", ("R1",))]
    assert "corpus/findings.json" in opened.inputs
