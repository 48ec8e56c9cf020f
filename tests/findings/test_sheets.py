"""Reading findings from an extraction sheet."""

from themeweave.corpus.sheets import read_sheet
from themeweave.findings.records import Finding
from themeweave.findings.sheets import read_findings


def read(text, reviews=None):
    return read_findings(read_sheet(text.encode(), "findings.csv", ".csv"), reviews)


def test_a_finding_is_read_whole_and_other_columns_are_left_alone():
    header = "id,text,cited,strand,section,coder\n"
    row = "F1,Staff were unsure,R2; R1,experiences,Results,ana\n"
    assert read(header + row) == (
        [Finding("F1", "Staff were unsure", ("R2", "R1"), "experiences", "Results")],
        [],
    )


def test_all_faults_are_listed_with_row_and_column():
    text = 'id,text,cited\nF1,"two\nlines",R1;R9\n\n,No id,\nF1,,R8\n,,\nF2,Fine,R2\n'
    assert read(text, {"R1", "R2"})[1] == [
        "findings.csv, row 2, column 'cited': 'R9' is not listed in reviews.csv",
        "findings.csv, row 4, column 'id': empty",
        "findings.csv, row 5, column 'id': 'F1' already stands in row 2",
        "findings.csv, row 5, column 'text': empty",
        "findings.csv, row 5, column 'cited': 'R8' is not listed in reviews.csv",
    ]


def test_without_a_list_of_reviews_any_may_be_cited():
    assert read("id,text,cited\nF1,a,anything\n")[1] == []


def test_an_empty_list_of_reviews_allows_none():
    assert len(read("id,text,cited\nF1,a,R1\n", ())[1]) == 1
