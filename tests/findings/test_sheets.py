"""Reading findings from an extraction sheet."""

import pytest

from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.findings.sheets import findings_sheet, read_findings


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


# As people keep them ------------------------------------------------------------------------------


def opened(text, columns=None):
    return findings_sheet(text.encode(), "findings.csv", ".csv", columns)


def test_lines_inside_a_cell_become_one_space():
    text = 'id,text\nF1,"“Nobody\n told  us\tabout\r\n\nthe role”, they said"\n'
    assert read(text)[0][0].text == "“Nobody told us about the role”, they said"


def test_a_text_that_stands_in_a_document_is_kept_to_the_letter():
    text = 'id,text,document,start,end\nF1,"two\nlines",d1,0,9\n'
    assert read(text)[0][0].text == "two\nlines"


def test_a_review_may_have_several_rows_and_a_row_several_reviews():
    text = "Finding,Review\nPay was low,R1\nRoles were unclear,R1 ; R2;\n"
    assert [f.cited for f in read_findings(opened(text))[0]] == [("R1",), ("R1", "R2")]


def test_faults_name_columns_as_the_sheet_does():
    sheet = opened("Nr,Key finding,Source\n1,,R9\n,Pay was low,R1\n")
    assert read_findings(sheet, {"R1"})[1] == [
        "findings.csv, row 2, column 'Key finding': empty",
        "findings.csv, row 2, column 'Source': 'R9' is not listed in reviews.csv",
        "findings.csv, row 3, column 'Nr': empty",
    ]


def ids(text):
    return {row["text"]: row["id"] for row in opened(text).rows}


def test_without_a_column_of_ids_they_are_made_from_text_and_cited_and_said_so():
    sheet = opened("text,cited,note\nPay was low,R1,x\n")
    assert sheet.notes[-1].startswith("findings.csv: there is no column of ids, so they are made")
    assert read_findings(sheet)[1] == []
    first = ids("text,cited,note\nPay was low,R1,x\nRoles were unclear,R2,\n")
    moved = ids("note,cited,text\n,R2,Roles were unclear\nnew,R1,Pay was low\n")
    assert first == moved
    assert ids("text,cited\nPay was low,R2\n") != ids("text,cited\nPay was low,R1\n")


def test_the_same_row_twice_has_two_made_ids():
    rows = opened("text\nPay was low\nPay was low\n").rows
    assert rows[1]["id"] == f"{rows[0]['id']}-2"


def test_an_empty_id_beside_others_is_a_fault_and_none_is_made():
    assert read_findings(opened("id,text\n,a\nF2,b\n"))[1] == [
        "findings.csv, row 2, column 'id': empty"
    ]


def test_a_sheet_without_a_column_of_texts_says_what_may_be_done():
    with pytest.raises(ReviewError) as raised:
        opened("id,Ergebnis\nF1,a\n")
    assert str(raised.value) == (
        "missing column 'text'\n  in findings.csv, row 1\n  The header has: id, Ergebnis. "
        "Rename a column, or add the missing one, or say in review.toml which it is: "
        '[columns.findings] text = "Its name".'
    )
    assert opened("id,Ergebnis\nF1,a\n", {"text": "Ergebnis"}).notes == ()
