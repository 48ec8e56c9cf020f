"""The folder step: documents added once, kept whole, found again in a new version."""

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from themeweave.corpus.sheets import read_sheet, write_sheet
from themeweave.errors import ReviewError
from themeweave.review import candidates, documents, kept
from themeweave.review.folder import open_folder

ARTICLE = """\
# Night work on small wards

## Results

Nurses felt alone with decisions at night [1]. A shared meal kept teams together [2]. Managers \
were rarely seen on the ward [1, 2]. Rest rooms were often locked, which made breaks worthless [2].

## References

1. Adler P. Rotas. 2011.
2. Brand K. Night nurses. 2012.
"""


def quiet(doing):
    pass


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "in" / "night.md"
    path.parent.mkdir()
    path.write_text(ARTICLE, "utf-8")
    return path


@pytest.fixture
def empty(review):
    (review / "corpus" / "findings.csv").unlink()
    return review


def sheet_of(made):
    return read_sheet(write_sheet(made.rows, candidates.COLUMNS, ".csv"), "c.csv", ".csv")


def rows_of(folder):
    with (folder / "corpus" / "findings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_document_is_kept_whole_and_read_back_as_it_was(review, article):
    added = documents.add(review, [article], quiet)
    _, document = documents.read_file(article)
    assert [held.name for held in added.stored] == ["night.md"]
    assert documents.load(review, document.id) == document


def test_adding_again_skips_what_is_there(review, article, snapshot):
    documents.add(review, [article], quiet)
    before = snapshot()
    assert documents.add(review, [article], quiet).known == ["night.md"]
    assert snapshot() == before


def test_the_same_text_under_another_name_is_a_duplicate(review, article):
    other = article.with_name("copy.md")
    other.write_text("\ufeff" + ARTICLE.replace("\n", "\r\n"), "utf-8", newline="")
    added = documents.add(review, [article.parent], quiet)
    assert len(added.stored) == 1
    assert "has the same text as" in added.duplicates[0]


def test_a_file_that_cannot_be_read_is_listed_and_the_others_go_on(review, article):
    article.with_name("a-bad.pdf").write_bytes(b"%PDF-1.7 broken")
    article.with_name("empty.txt").write_bytes(b"  ")
    added = documents.add(review, [article.parent], quiet)
    assert len(added.stored) == 1
    assert len(added.failed) == 2
    assert added.failed[0].startswith("a-bad.pdf")


def test_an_adding_that_was_killed_is_taken_up_and_holds_no_half_document(review, tmp_path):
    source = tmp_path / "many"
    source.mkdir()
    for number in range(60):
        (source / f"{number:02}.md").write_text(ARTICLE + f"\nNote {number}.\n", "utf-8")
    code = (
        "import sys; from pathlib import Path; from themeweave.review import documents as d;"
        "d.add(Path(sys.argv[1]), [Path(sys.argv[2])], lambda doing: print(doing, flush=True))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(review), str(source)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    while child.stdout.readline() and not documents.documents(review):
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    there = documents.documents(review)
    assert 0 < len(there) < 60
    for held in there:
        documents.load(review, held.id)
    added = documents.add(review, [source], quiet)
    assert len(added.known) == len(there)
    assert len(documents.documents(review)) == 60


def test_a_text_that_was_edited_is_refused(review, article):
    held = documents.add(review, [article], quiet).stored[0]
    text = review / documents.FOLDER / f"{held.id}.txt"
    text.write_text(ARTICLE.replace("alone", "lonely"), "utf-8")
    with pytest.raises(ReviewError, match="the stored text was changed"):
        documents.load(review, held.id)


def test_a_missing_text_and_a_damaged_record_are_named(review, article):
    held = documents.add(review, [article], quiet).stored[0]
    record = review / documents.FOLDER / f"{held.id}.json"
    (record.with_suffix(".txt")).unlink()
    with pytest.raises(ReviewError, match="text is missing or damaged"):
        documents.load(review, held.id)
    record.write_text("{", "utf-8")
    with pytest.raises(ReviewError, match="record of a document is damaged"):
        documents.documents(review)


def test_a_record_of_a_newer_program_is_refused(review, article):
    held = documents.add(review, [article], quiet).stored[0]
    record = review / documents.FOLDER / f"{held.id}.json"
    record.write_text(record.read_text("utf-8").replace('"format": 1', '"format": 9'), "utf-8")
    with pytest.raises(ReviewError, match="has format 9, this version reads up to 1"):
        documents.documents(review)


def test_another_folder_no_file_and_a_missing_file_are_said(review, tmp_path):
    with pytest.raises(ReviewError, match="not a review folder"):
        documents.add(tmp_path, [tmp_path], quiet)
    (tmp_path / "none").mkdir()
    with pytest.raises(ReviewError, match="there are no files to add"):
        documents.add(review, [tmp_path / "none"], quiet)
    failed = documents.add(review, [tmp_path / "gone.md"], quiet).failed
    assert "could not be read" in failed[0]
    with pytest.raises(ReviewError, match="could not be read"):
        documents.read_file(tmp_path / "gone.md")


def test_ids_hold_where_the_text_around_a_finding_changes():
    from themeweave.corpus.readers.canonical import document
    from themeweave.findings.extract import extract

    one = document("a.txt", "Staff felt ill [1]. Staff felt ill [1].", "text@1")
    found = extract(one)
    identities = list(candidates.ids(one, found))
    assert identities == list(candidates.ids(one, found))
    assert list(candidates.ids(one, found[:1])) == identities[:1]
    assert len(set(identities)) == len(identities)


def test_what_a_person_keeps_becomes_rows_and_no_row_is_written_over(empty, article):
    documents.add(empty, [article], quiet)
    sheet = sheet_of(candidates.extract_folder(empty, quiet))
    assert candidates.keep(empty, sheet, everything=True).added == 4
    path = empty / "corpus" / "findings.csv"
    path.write_text(path.read_text("utf-8").replace("Managers were", "MANAGERS were"), "utf-8")
    before = path.read_bytes()
    again = candidates.keep(empty, sheet, everything=True)
    assert (again.added, again.there) == (0, 4)
    assert path.read_bytes() == before


def test_rows_that_are_there_stay_when_others_are_added(review, article):
    before = rows_of(review)
    documents.add(review, [article], quiet)
    candidates.keep(review, sheet_of(candidates.extract_folder(review, quiet)), everything=True)
    after = rows_of(review)
    assert [{key: row[key] for key in before[0]} for row in after[: len(before)]] == before
    assert len(after) == len(before) + 4


def test_reviews_that_a_sheet_cites_stay_named_when_cited_works_are_listed(review, article):
    """A review that began with a sheet alone has no sheet of reviews until a finding is kept."""
    for file in (review / "corpus").glob("*.csv"):
        if file.name != "findings.csv":
            file.unlink()
    cited = {code for row in rows_of(review) for code in row["cited"].split(";") if code}
    documents.add(review, [article], quiet)
    candidates.keep(review, sheet_of(candidates.extract_folder(review, quiet)), everything=True)
    sheet = read_sheet((review / "corpus" / "reviews.csv").read_bytes(), "r.csv", ".csv", ("id",))
    named = {row["id"] for row in sheet.rows}
    assert cited
    assert cited < named
    assert {review.id for review in open_folder(review).reviews} == named


def test_only_rows_marked_yes_are_kept(empty, article):
    documents.add(empty, [article], quiet)
    made = candidates.extract_folder(empty, quiet)
    for row in made.rows:
        row["keep"] = "yes" if "Managers" in row["text"] else "no"
    columns = (*candidates.COLUMNS, "keep")
    sheet = read_sheet(write_sheet(made.rows, columns, ".csv"), "c.csv", ".csv")
    assert candidates.keep(empty, sheet).added == 1
    for row in made.rows:
        row["keep"] = ""
    with pytest.raises(ReviewError, match="no candidate is marked to be kept"):
        candidates.keep(empty, read_sheet(write_sheet(made.rows, columns, ".csv"), "c.csv", ".csv"))


def test_a_candidate_that_does_not_stand_in_a_document_is_refused(empty, article):
    documents.add(empty, [article], quiet)
    made = candidates.extract_folder(empty, quiet)
    made.rows[1]["start"] = 3
    made.rows[2]["end"] = "x"
    with pytest.raises(ReviewError, match="not in the review's documents") as told:
        candidates.keep(empty, sheet_of(made), everything=True)
    assert [fault.split(":")[0] for fault in told.value.faults] == ["row 3", "row 4"]
    assert not (empty / "corpus" / "findings.csv").exists()


def test_references_become_reviews_and_others_are_said(empty, article):
    (empty / "corpus" / "reviews.csv").write_text(
        "id,label,title,year\nR1,Adler 2011,Rotas,2011\n", "utf-8"
    )
    documents.add(empty, [article], quiet)
    sheet = sheet_of(candidates.extract_folder(empty, quiet))
    made = candidates.keep(empty, sheet, everything=True)
    assert [row["references"] for row in rows_of(empty)] == ["1", "2", "1;2", "2"]
    assert all(row["cited"] in ("R1", "") for row in rows_of(empty))
    assert "night.md: cited, but no review of reviews.csv" in made.unmatched[0]


def test_findings_of_a_review_are_its_own(empty, article):
    (empty / "corpus" / "reviews.csv").write_text(
        "id,label,title\nR9,Night 2020,Night work on small wards\n", "utf-8"
    )
    documents.add(empty, [article], quiet)
    candidates.keep(empty, sheet_of(candidates.extract_folder(empty, quiet)), everything=True)
    assert {row["cited"] for row in rows_of(empty)} == {"R9"}


def test_faulty_reviews_and_a_review_without_documents_are_said(empty, article):
    with pytest.raises(ReviewError, match="the review has no documents"):
        candidates.extract_folder(empty, quiet)
    documents.add(empty, [article], quiet)
    (empty / "corpus" / "reviews.csv").write_text("id,label\nR1,A\nR1,B\n", "utf-8")
    with pytest.raises(ReviewError, match="rows that cannot be read"):
        candidates.keep(empty, sheet_of(candidates.extract_folder(empty, quiet)), everything=True)


def test_rows_are_not_added_to_a_workbook(empty, article):
    documents.add(empty, [article], quiet)
    (empty / "corpus" / "findings.xlsx").write_bytes(
        write_sheet([{"id": "F1", "text": "Staff felt ill."}], ("id", "text"), ".xlsx")
    )
    with pytest.raises(ReviewError, match="is read, but not written"):
        candidates.keep(empty, sheet_of(candidates.extract_folder(empty, quiet)), everything=True)


@pytest.fixture
def revised(empty, article):
    """The folder after a new version of its document was added."""
    documents.add(empty, [article], quiet)
    candidates.keep(empty, sheet_of(candidates.extract_folder(empty, quiet)), everything=True)
    changed = (
        ARTICLE.replace("# Night", "A line in front.\n\n# Night")
        .replace("A shared meal kept", "A shared\nmeal kept")
        .replace("rarely seen on the ward", "hardly ever seen on the ward")
        .replace("Rest rooms were often locked, which made breaks worthless", "It was dark")
    )
    article.write_text(changed, "utf-8")
    return empty, documents.add(empty, [article], quiet)


def test_findings_of_a_new_version_are_tied_to_it_and_those_that_are_lost_are_listed(revised):
    folder, added = revised
    old = rows_of(folder)
    anchored = kept.reanchor(folder)
    new = rows_of(folder)
    assert added.stored[0].replaces == old[0]["document"]
    assert [row["anchor"].split()[0] for row in new if row["anchor"]] == [
        "exact",
        "spacing",
        "similar",
    ]
    assert (anchored.moved, len(anchored.similar), len(anchored.lost)) == (3, 1, 1)
    assert "Rest rooms" in anchored.lost[0]
    text = documents.load(folder, new[0]["document"]).text
    assert text[int(new[0]["start"]) : int(new[0]["end"])] == new[0]["text"]
    assert [row["text"] for row in new] == [row["text"] for row in old]  # what was coded stays
    assert new[3]["document"] == old[3]["document"]


def test_tying_again_changes_nothing_and_a_copy_of_the_sheet_is_kept(revised, snapshot):
    folder, _ = revised
    before = (folder / "corpus" / "findings.csv").read_bytes()
    kept.reanchor(folder)
    copies = list((folder / "corpus").glob("findings.before-*.csv"))
    assert [copy.read_bytes() for copy in copies] == [before]
    settled = snapshot()
    assert kept.reanchor(folder).moved == 0
    assert snapshot() == settled


def test_another_paper_of_the_same_name_is_no_new_version(review, article):
    documents.add(review, [article], quiet)
    article.write_text("# Something else\n\n## Results\n\nTeachers felt proud [1].\n", "utf-8")
    assert documents.add(review, [article], quiet).stored[0].replaces == ""


def test_findings_are_found_by_words_review_strand_and_likeness(review):
    assert [row["id"] for row in kept.find(review, ["ROLE", "ward"])] == ["F6"]
    assert [row["id"] for row in kept.find(review, review="R3", strand="implementation")] == ["F5"]
    assert kept.find(review, ["(a+)+$", "%"]) == []
    assert kept.find(review, like="F7")[0]["id"] in ("F1", "F5")  # peer workers
    with pytest.raises(ReviewError, match="there is no finding 'F99'"):
        kept.find(review, like="F99")


def test_a_sheet_with_a_header_and_no_rows_is_an_empty_one(review, article):
    path = review / "corpus" / "findings.csv"
    path.write_text("id,text,cited,strand\n", "utf-8")
    assert kept.find(review) == []
    documents.add(review, [article], quiet)
    candidates.keep(review, sheet_of(candidates.extract_folder(review, quiet)), everything=True)
    assert Path(path).read_text("utf-8").startswith("id,text,cited,strand,")


def test_findings_under_headings_of_peoples_own_are_found_and_not_written(review):
    sheet = review / "corpus" / "findings.csv"
    sheet.write_text("Nr,Key finding\n1,Nurses had hope.\n", "utf-8")
    settings = review / "review.toml"
    text = settings.read_text("utf-8") + '\n[columns.findings]\nid = "Nr"\ntext = "Key finding"\n'
    settings.write_text(text, "utf-8")
    assert [row["text"] for row in kept.find(review, ["hope"])] == ["Nurses had hope."]
    with pytest.raises(ReviewError) as caught:
        kept.findings_sheet(review)
    assert caught.value.what == "missing columns 'id', 'text', so nothing is written to it"
    assert caught.value.next_step == (
        "Findings are added to a sheet with the columns id and text, saved as CSV UTF-8; headings "
        "of your own are read, but not written."
    )
