"""Appraisal sheets out and in, blind, and the consensus; agreement of coders on any sheet."""

import pytest

from themeweave.corpus.sheets import read_sheet, write_sheet
from themeweave.errors import ReviewError
from themeweave.evidence.profiles import read_profile, shipped_text
from themeweave.review import evidence, steps
from themeweave.review.appraisals import Appraised, consensus_rows, read_folder
from themeweave.review.folder import open_folder

JBI = read_profile(shipped_text("jbi-reviews"))


def wide(*rows):
    items = ",".join(item.id for item in JBI.items)
    return f"review,profile,{items}\n" + "".join(f"{row}\n" for row in rows)


YES = "R1,jbi-reviews," + ",".join(["yes"] * 11)


def test_a_blank_sheet_holds_nobody_s_answers_and_comes_back_filled(review, write):
    write("appraisals/ben.csv", wide(YES))
    rows, columns = evidence.blank_sheet(review, "jbi-reviews", ["R1"])
    assert len(rows) == 11
    assert {row["answer"] for row in rows} == {""}
    filled = [row | {"answer": "Y" if row["item"] != "4" else "N"} for row in rows]
    write("appraisals/ana.csv", write_sheet(filled, columns, ".csv"))
    (one,) = open_folder(review).appraisals.values()
    sheet, columns = consensus_rows(one, {})
    assert [(row["item"], row["ana"], row["ben"]) for row in sheet if not row["answer"]] == [
        ("4", "no", "yes")
    ]
    decided = [row | {"answer": row["answer"] or "no"} for row in sheet]
    write("appraisals/consensus.csv", write_sheet(decided, columns, ".csv"))
    steps.run(review)
    table = (review / "outputs" / "appraisal_jbi_reviews.md").read_text("utf-8")
    assert "| consensus | Alone: ana open, ben open. |" in table
    assert (review / "outputs" / "appraisal_jbi_reviews_summary.png").exists()


def test_agreement_waits_until_every_appraiser_is_done(review, write, capsys):
    write("appraisals/ana.csv", wide(YES))
    write("appraisals/ben.csv", wide("R1,jbi-reviews,yes" + "," * 10))
    steps.run(review)
    table = (review / "outputs" / "appraisal_jbi_reviews.md").read_text("utf-8")
    assert "Agreement is computed once all are done: ben lacks 10 of 11 answers." in table


def test_every_fault_of_the_sheets_is_listed_and_nothing_is_written(review, write, snapshot):
    write(
        "appraisals/ana.csv",
        "review,profile,item,answer\nR1,jbi-reviews,1,yes\nR1,jbi-reviews,1,no\n"
        "R7,jbi-reviews,1,yes\nR1,jbi,1,yes\nR1,,1,yes\n,jbi-reviews,1,yes\nR1,jbi-reviews,12,no\n",
    )
    write("appraisals/ben.csv", "paper,profile\nR1,jbi-reviews\n")
    write("appraisals/ben.tsv", "review\tprofile\nR1\tjbi-reviews\n")
    write("appraisals/mine.toml", "name = 'mine'")
    write("appraisals/cal.csv", "review,profile,item,answer\nR1,mine,1,yes\n")
    before = snapshot()
    with pytest.raises(ReviewError) as refused:
        steps.run(review)
    assert snapshot() == before
    places = [fault.partition(": ")[::2] for fault in refused.value.faults]
    assert [place for place, _ in places] == [
        "appraisals/ana.csv, row 3",
        "appraisals/ana.csv, row 4, column 'review'",
        "appraisals/ana.csv, row 5, column 'profile'",
        "appraisals/ana.csv, row 6, column 'profile'",
        "appraisals/ana.csv, row 7, column 'review'",
        "appraisals/ana.csv, row 8",
        "appraisals/ben.csv, row 1",
        "appraisals/ben.tsv and appraisals/ben.csv are both sheets of 'ben'",
        "appraisals/cal.csv, row 2, column 'profile'",
    ]
    said = [words for _, words in places]
    assert said[0] == "item 1 of 'R1' stands in row 2 too"
    assert said[1] == "'R7' is not listed in reviews.csv"
    assert said[2].startswith("there is no appraisal profile 'jbi'. Shipped: amstar2, ")
    assert said[3:5] == ["empty", "empty"]
    assert said[5] == "'12' is no item of the profile jbi-reviews; did you mean '2'?"
    assert said[6] == "there is no column 'subject', 'review' or 'study'"
    assert said[8].startswith("the appraisal profile has 7 faults. 'tool' is missing; ")


def test_a_folder_s_own_profile_comes_before_a_shipped_one(review, write):
    write("appraisals/jbi-reviews.toml", shipped_text("jbi-reviews").replace(
        'version = "1"', 'version = "7"'))  # fmt: skip
    write("appraisals/ana.csv", wide(YES))
    (one,) = open_folder(review).appraisals.values()
    assert one.profile.version == "7"
    assert evidence.profile_text(review, "jbi-reviews").count('version = "7"') == 1


def test_a_folder_without_appraisals_has_none(review):
    assert read_folder(review, {}, lambda file: file.read_bytes()) == ({}, [])


def test_what_cannot_be_appraised_is_refused(review, write):
    with pytest.raises(ReviewError) as unknown:
        evidence.blank_sheet(review, "amstar2", ["R9"])
    assert str(unknown.value) == (
        "there is nothing to appraise called 'R9'\n  in corpus/reviews.csv\n"
        "  Name ids as they stand there."
    )
    with pytest.raises(ReviewError) as none:
        evidence.appraisals(review, (), "amstar2")
    assert str(none.value) == (
        "there are no appraisals by the profile 'amstar2'\n  in appraisals/\n"
        "  Write a sheet with --blank, fill it in, and save it there under your name."
    )
    write("corpus/citations.csv", "review,study\nR1,S1\n")
    (review / "corpus" / "citations.csv").unlink()
    with pytest.raises(ReviewError) as empty:
        evidence.blank_sheet(review, "jbi-qualitative")
    assert str(empty.value) == (
        "there is nothing to appraise with jbi-qualitative\n  in corpus/citations.csv\n"
        "  List each study there."
    )


def test_sheets_outside_a_folder_are_read_and_their_faults_listed(tmp_path):
    file = tmp_path / "ana.csv"
    file.write_text(wide(YES), "utf-8")
    found = evidence.appraisals(tmp_path, [str(file)])
    assert list(found) == ["jbi-reviews"]
    file.write_text("review,profile,item,answer\n,jbi-reviews,1,yes\n", "utf-8")
    with pytest.raises(ReviewError) as refused:
        evidence.appraisals(tmp_path, [str(file)])
    assert str(refused.value) == (
        f"appraisal sheets with faults\n  - {file}, row 2, column 'review': empty\n"
        "  Mend the places above."
    )
    two = {"a": Appraised(JBI, ()), "b": Appraised(JBI, ())}
    with pytest.raises(ReviewError) as several:
        evidence.consensus_sheet(two, tmp_path, "")
    assert str(several.value) == (
        "appraisals by several profiles\n  Choose one with --profile: a, b."
    )


def labels(text):
    return read_sheet(text.encode(), "labels.csv", ".csv", ("unit", "coder", "label"))


def test_agreement_on_any_sheet_of_labels():
    text = "unit,coder,label,document\n" + "".join(
        f"u{n},{coder},{label},d{n % 4}\n"
        for n in range(12)
        for coder, label in (("ana", n % 3), ("ben", n % 3 if n else 2))
    )
    found = evidence.agreement_of(labels(text), "interval")
    assert (found.units, found.coders, found.labels) == (12, 2, 24)
    assert found.statistics[0].value == 11 / 12
    assert "Krippendorff's alpha, interval" in [one.statistic for one in found.statistics]
    assert found.notes[0] == "Intervals by drawing 4 documents 1000 times, with all their units."
    ordered = evidence.agreement_of(labels(text), "ordinal", ["0", "1", "2"])
    assert ordered.statistics[0].value == 11 / 12


def test_a_sheet_of_labels_with_faults_is_refused():
    with pytest.raises(ReviewError) as refused:
        evidence.agreement_of(labels("unit,coder,label\nu1,ana,x\nu1,ana,y\n,ben,x\nu2,,x\n"))
    assert str(refused.value) == (
        "a sheet of labels with faults\n  in labels.csv\n"
        "  - labels.csv, row 3: 'ana' labels 'u1' twice\n"
        "  - labels.csv, row 4, column 'unit': empty\n"
        "  - labels.csv, row 5, column 'coder': empty\n"
        "  Give each coder one label a unit, empty where there is none."
    )
    with pytest.raises(ReviewError) as unordered:
        evidence.agreement_of(labels("unit,coder,label\nu1,ana,no\nu1,ben,yes\n"), "ordinal")
    assert str(unordered.value) == (
        "the ordinal level needs labels that are numbers, or their order\n  in labels.csv\n"
        "  Give all labels in order, from one end to the other: --order no,partly,yes."
    )
