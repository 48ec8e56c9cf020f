import errno
import os

import pytest

from themeweave.errors import ReviewError
from themeweave.review import shipped, steps
from themeweave.review import start as module
from themeweave.review.folder import open_folder
from themeweave.review.settings import read_settings
from themeweave.review.start import start

SHEET = b"id,text\nF1,Pay was low.\nF2,Nobody knew the role.\n", "mine.csv", ".csv"


def test_a_started_review_opens_and_holds_the_sheet_as_it_was(tmp_path):
    folder = tmp_path / "my review"
    made = start(folder, "Peer support", SHEET)
    assert made == [
        "codebooks/cfir-2022.yaml",
        "codebooks/perspectives.yaml",
        "codebooks/themes.yaml",
        "codebooks/valence.yaml",
        "corpus/findings.csv",
        "review.toml",
    ]
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*")) == made
    assert (folder / "corpus" / "findings.csv").read_bytes() == SHEET[0]
    opened = open_folder(folder)
    assert [f.id for f in opened.findings] == ["F1", "F2"]
    assert opened.settings.review.title == "Peer support"
    assert opened.framework.codes
    assert opened.warnings == ()


def test_a_review_started_without_a_sheet_opens_and_asks_for_one(tmp_path):
    start(tmp_path / "new", "x", None)
    assert (tmp_path / "new" / "corpus").is_dir()
    (warning,) = open_folder(tmp_path / "new").warnings
    assert warning.startswith("there are no findings yet")
    with pytest.raises(ReviewError, match="there are no findings yet"):
        steps.run(tmp_path / "new")


@pytest.mark.parametrize(
    "title",
    [
        'What "peer support" means',
        r"C:\reviews\new",
        "it's {braces} {title}",
        "two\nlines\tand a tab",
        "Ünïcode 支持 🙂",
        "controls \x00\x1f\x7f",
        '"""',
        "# no comment",
    ],
)
def test_any_title_comes_back_as_it_was(tmp_path, title):
    start(tmp_path / "new", title, SHEET)
    raw = (tmp_path / "new" / "review.toml").read_bytes()
    assert read_settings(raw).review.title == title


def test_a_folder_that_holds_something_is_refused_and_stays(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ReviewError) as caught:
        start(tmp_path, "x", SHEET)
    assert str(caught.value) == (
        "the folder is not empty, so no review is started there\n"
        f"  in {tmp_path}\n"
        "  Give the name of a new folder."
    )
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_of_hidden_files_alone_counts_as_empty(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    start(tmp_path, "x", SHEET)
    assert open_folder(tmp_path).findings


def test_a_file_of_that_name_is_refused(tmp_path):
    (tmp_path / "new").write_text("mine")
    with pytest.raises(ReviewError) as caught:
        start(tmp_path / "new", "x", SHEET)
    assert str(caught.value) == (
        "there is a file of that name, so no review is started there\n"
        f"  in {tmp_path / 'new'}\n"
        "  Give the name of a new folder."
    )


def test_every_fault_of_a_sheet_is_listed_and_nothing_is_written(tmp_path):
    raw = b"id,text\nF1,Pay was low.\nF1,Again.\n,x\nF4,\n"
    with pytest.raises(ReviewError) as caught:
        start(tmp_path / "new", "x", (raw, "mine.csv", ".csv"))
    assert str(caught.value) == (
        "the extraction sheet has faults\n"
        "  in mine.csv\n"
        "  - mine.csv, row 3, column 'id': 'F1' already stands in row 2\n"
        "  - mine.csv, row 4, column 'id': empty\n"
        "  - mine.csv, row 5, column 'text': empty\n"
        "  Nothing was written. Mend the rows above, then run the command again."
    )
    assert not (tmp_path / "new").exists()


def test_a_disk_that_fills_up_leaves_no_half_review(tmp_path, monkeypatch):
    real, written = module.write_file, []

    def full(path, content):
        if len(written) == 3:
            reason = os.strerror(errno.ENOSPC)
            raise ReviewError(f"the file could not be written: {reason}", str(path))
        written.append(path)
        real(path, content)

    monkeypatch.setattr(module, "write_file", full)
    with pytest.raises(ReviewError, match="No space left on device"):
        start(tmp_path / "new", "x", SHEET)
    assert len(written) == 3
    assert list((tmp_path / "new").iterdir()) == []
    monkeypatch.undo()
    assert start(tmp_path / "new", "x", SHEET)


def test_a_chosen_encoding_is_recorded_and_the_sheet_stays_as_it_was(tmp_path):
    raw = "id,text\nF1,Zoë was paid.\n".encode("cp1252")
    start(tmp_path / "new", "x", (raw, "mine.csv", ".csv"), "CP1252")
    assert (tmp_path / "new" / "corpus" / "findings.csv").read_bytes() == raw
    opened = open_folder(tmp_path / "new")
    assert opened.settings.encodings == {"findings": "cp1252"}
    assert [f.text for f in opened.findings] == ["Zoë was paid."]


def test_without_a_chosen_encoding_the_sheet_is_refused_with_a_preview(tmp_path):
    raw = "id,text\nF1,Zoë was paid.\n".encode("cp1252")
    with pytest.raises(ReviewError, match="is 0xeb") as caught:
        start(tmp_path / "new", "x", (raw, "mine.csv", ".csv"))
    assert "it would read: 'F1,Zoë was paid.'" in caught.value.next_step
    assert not (tmp_path / "new").exists()


def test_what_was_read_as_what_is_said(tmp_path):
    said = []
    start(tmp_path / "new", "x", (b"Nr,Finding\n1,Pay\n", "m.csv", ".csv"), say=said.append)
    assert said == ["m.csv: read 'Nr' as id", "m.csv: read 'Finding' as text"]
    assert open_folder(tmp_path / "new").notes == (
        "corpus/findings.csv: read 'Nr' as id",
        "corpus/findings.csv: read 'Finding' as text",
    )


OWN = "codebook: sleep\ncodes:\n- id: noise\n  definition: Sounds that wake people.\n"


def test_a_review_is_started_with_another_framework_that_comes_with_the_program(tmp_path):
    made = start(tmp_path / "new", "x", SHEET, framework="com-b")
    assert "codebooks/com-b.yaml" in made
    assert "codebooks/cfir-2022.yaml" not in made
    opened = open_folder(tmp_path / "new")
    assert (opened.framework.id, len(opened.framework.codes)) == ("com-b", 9)
    assert opened.warnings == ()


def test_a_review_is_started_with_a_codebook_of_the_teams_own(tmp_path):
    (tmp_path / "ours.yaml").write_text(OWN, "utf-8")
    made = start(tmp_path / "new", "x", SHEET, framework=str(tmp_path / "ours.yaml"))
    assert "codebooks/ours.yaml" in made
    assert [code.id for code in open_folder(tmp_path / "new").framework.codes] == ["noise"]


@pytest.mark.parametrize(
    ("file", "text"), [("themes.yaml", OWN), ("ours.yaml", OWN.replace("sleep", "valence"))]
)
def test_a_codebook_named_as_one_that_every_review_has_is_no_framework(tmp_path, file, text):
    (tmp_path / file).write_text(text, "utf-8")
    with pytest.raises(ReviewError) as caught:
        start(tmp_path / "new", "x", SHEET, framework=str(tmp_path / file))
    assert str(caught.value) == (
        "the codebook is no framework: every review has one of that name already\n"
        f"  in {file}\n"
        "  Name one of cfir-2009, cfir-2022, com-b, tdf, or give your codebook another file name "
        "and another id in its first line."
    )
    assert not (tmp_path / "new").exists()


def test_a_framework_named_later_is_asked_for_with_the_place_of_the_shipped_one(tmp_path):
    start(tmp_path, "x", SHEET)
    with (tmp_path / "review.toml").open("a") as settings:
        settings.write("framework = 'tdf'\n[codebooks.tdf]\nmargin = 0.1\n")
    with pytest.raises(ReviewError) as caught:
        open_folder(tmp_path)
    (fault,) = caught.value.faults  # once, though two keys name it
    assert fault == (
        "review.toml: there is no codebook 'tdf' in codebooks/; it comes with themeweave: "
        f"copy {shipped.folder() / 'tdf.yaml'} there"
    )
