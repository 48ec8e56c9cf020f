"""Exports of other programs: known by their headers, read into our columns, nothing lost unsaid."""

import json
from pathlib import Path

import pytest

from themeweave.corpus.exports import read_eppi, translate
from themeweave.corpus.extraction import open_sheet
from themeweave.corpus.sheets import read_pages, write_sheet
from themeweave.errors import ReviewError

SHARED = Path(__file__).parents[2].parent / "shared" / "interop" / "refi_qda"
BOTH = pytest.mark.parametrize("suffix", [".csv", ".xlsx"])


def opened(raw, kind="findings", suffix=".csv", chosen=None):
    raw = raw.encode() if isinstance(raw, str) else raw
    required = ["text"] if kind == "findings" else ["id", "label"]
    return open_sheet(raw, f"new{suffix}", suffix, kind, required, chosen)


def cells(sheet, *columns):
    return [tuple(row[column] for column in columns) for row in sheet.rows]


def records(suffix, columns, *lines):
    return write_sheet([dict(zip(columns, line, strict=True)) for line in lines], columns, suffix)


def refusal(*arguments, **more):
    with pytest.raises(ReviewError) as raised:
        opened(*arguments, **more)
    return str(raised.value)


# Taguette -----------------------------------------------------------------------------------------


@BOTH
def test_the_rows_of_a_taguette_highlight_become_one_with_all_its_tags(suffix):
    raw = records(
        suffix,
        ("id", "document", "tag", "content"),
        ("7", "Ng 2020.pdf", "Pay", "Pay was low"),
        ("7", "Ng 2020.pdf", "Role", "Pay was low"),
        ("8", "Ode et al. 2021", "Role", "Roles were unclear"),
    )
    sheet = opened(raw, suffix=suffix)
    assert cells(sheet, "id", "text", "cited", "tag") == [
        ("7", "Pay was low", "Ng 2020", "Pay; Role"),
        ("8", "Roles were unclear", "Ode et al. 2021", "Role"),
    ]
    assert sheet.notes == (
        (
            f"new{suffix}: a Taguette export of highlights: read 'content' as text, 'document' as "
            "cited; 3 rows are 2 highlights; left 'tag', which is no code here"
        ),
    )


def test_an_id_that_taguette_gave_to_two_texts_stays_twice_to_be_refused():
    raw = "id,document,tag,content\n7,a,x,one\n7,a,x,two\n"
    assert cells(opened(raw), "id", "text") == [("7", "one"), ("7", "two")]


def test_a_real_taguette_export_is_read_whole():
    path = SHARED / "taguette_highlights_20220224.csv"
    if not path.exists():
        pytest.skip("the sample exports are not beside the repository")
    sheet = opened(path.read_bytes())
    # counted by the README beside the file: 1940 rows, 1804 highlights, 17 documents, 25 tags
    assert len(sheet.rows) == 1804
    assert len({row["cited"] for row in sheet.rows}) == 17
    tags = [tag for row in sheet.rows for tag in row["tag"].split("; ")]
    assert (len(tags), len(set(tags))) == (1940, 25)


# Dedoose ------------------------------------------------------------------------------------------

DEDOOSE = ("Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Copy", "Code: Pay Applied")


@BOTH
def test_dedoose_excerpts_become_findings(suffix):
    raw = records(suffix, DEDOOSE, ("Ng 2020.docx", "0-18", "ana", "Pay was low", "True"))
    sheet = opened(raw, suffix=suffix)
    assert cells(sheet, "text", "cited", "Code: Pay Applied") == [
        ("Pay was low", "Ng 2020", "True")
    ]
    assert sheet.notes == (
        (
            f"new{suffix}: a Dedoose export of excerpts: read 'Excerpt Copy' as text, 'Media "
            "Title' as cited; left 3 columns, among them the codes that were applied"
        ),
    )


def test_descriptors_that_dedoose_repeats_do_not_stop_the_reading():
    raw = ",".join((*DEDOOSE, "Sex", "Sex")) + "\nA,0-1,ana,Pay was low,True,f,f\n"
    assert cells(opened(raw), "text") == [("Pay was low",)]


def test_a_full_dedoose_header_is_known():
    header = (
        *("Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Date", "Excerpt Copy"),
        *("Resource Creator", "Resource Date", "Codes Applied Combined"),
        *(
            "Code: Role\\Pay Applied",
            "Code: Role\\Pay Range",
            "Code: Role\\Pay Weight",
            "Sex",
            "Sex",
        ),
    )
    raw = (
        ",".join(header)
        + "\nNg 2020.docx,0-18,ana,1/2/2020,Pay was low,ana,1/1/2020,Pay,True,,,f,f\n"
    )
    sheet = opened(raw)
    assert cells(sheet, "text", "cited", "Codes Applied Combined", "Excerpt Range") == [
        ("Pay was low", "Ng 2020", "Pay", "0-18")
    ]


# Covidence ----------------------------------------------------------------------------------------

COVIDENCE = """\
Covidence #,Study ID,Title,Reviewer Name,Key findings ,Setting
#12,Ng 2020,Peers,Ana,Pay was low,ward
#12,Ng 2020,Peers,Ben,Low pay,ward
#12,Ng 2020,Peers,Consensus,Pay was low.,ward
#13,Ode 2021,Roles,Ana,Roles were unclear,home
"""


def test_of_covidence_the_consensus_is_read_and_single_reviewers_where_there_is_none():
    sheet = opened(COVIDENCE)
    assert [(row.number, row["cited"], row["text"]) for row in sheet.rows] == [
        (4, "Ng 2020", "Pay was low."),
        (5, "Ode 2021", "Roles were unclear"),
    ]
    assert sheet.notes == (
        (
            "new.csv: a Covidence export of extracted data: read 'Study ID' as cited; left 2 rows "
            "of single reviewers, where a consensus stands"
        ),
        "new.csv: read 'Key findings' as text",
    )


def test_a_covidence_field_of_any_name_is_read_where_a_person_says_so():
    raw = COVIDENCE.replace("Key findings ", "What we saw")
    assert "say in review.toml which it is: [columns.findings] text = " in refusal(raw)
    sheet = opened(raw, chosen={"text": "What we saw"})
    assert cells(sheet, "text") == [("Pay was low.",), ("Roles were unclear",)]


def test_a_covidence_list_of_studies_gives_reviews():
    raw = "Title,Authors,Published Year,DOI,Covidence #,Study\nPeers,Ng A,2020,10.1/x,#12,Ng 2020\n"
    assert cells(opened(raw, "reviews"), "id", "label", "title", "year", "doi") == [
        ("Ng 2020", "Ng 2020", "Peers", "2020", "10.1/x")
    ]


# Columns as public export files have them; the values are ours.
COVIDENCE_LIST = (
    *("Title", "Authors", "Abstract", "Published Year", "Published Month", "Journal", "Volume"),
    *("Issue", "Pages", "Accession Number", "DOI", "Ref", "Covidence #", "Study", "Notes", "Tags"),
)


def study(number, label, year, notes=""):
    given = {"Title": f"On {label}", "Authors": "Ng, A; Ode, B", "Published Year": year}
    given |= {"Covidence #": number, "Study": label, "Notes": notes, "DOI": f"10.1/{number[1:]}"}
    return tuple(given.get(column, "") for column in COVIDENCE_LIST)


@BOTH
def test_of_a_full_covidence_list_the_excluded_studies_are_left_and_counted(suffix):
    raw = records(
        suffix,
        COVIDENCE_LIST,
        study("#12", "Ng 2020", "2020"),
        study("#13", "Pal 2021", "2021", "Exclusion reason: Wrong setting;"),
    )
    sheet = opened(raw, "reviews", suffix)
    assert cells(sheet, "id", "label", "title", "year", "doi") == [
        ("Ng 2020", "Ng 2020", "On Ng 2020", "2020", "10.1/12")
    ]
    assert sheet.notes == (
        (
            f"new{suffix}: a Covidence list of studies: read 'Study' as id and label, "
            "'Published Year' as year; left 1 with an exclusion reason"
        ),
    )


def test_a_covidence_list_of_excluded_studies_alone_is_refused():
    raw = records(".csv", COVIDENCE_LIST, study("#1", "Pal 2021", "2021", "Exclusion reason: x;"))
    assert refusal(raw, "reviews") == (
        "a Covidence list of studies that were all excluded\n  in new.csv\n"
        "  Export the list of included studies."
    )


def test_a_covidence_number_is_the_same_with_and_without_its_sign():
    raw = COVIDENCE.replace("#12,Ng 2020,Peers,Consensus", "12,Ng 2020,Peers,Consensus")
    assert [row.number for row in opened(raw).rows] == [4, 5]


# Rayyan -------------------------------------------------------------------------------------------

RAYYAN = (
    "key,title,authors,year,notes\n"
    'rayyan-1,Peers,"Ng, A. and Ode, B.",2020,"RAYYAN-INCLUSION: {""Ana""=>""Included"", '
    '""Ben""=>""Included""} | RAYYAN-LABELS: a,b"\n'
    'rayyan-2,Pay,"Pal, C.",2021,"RAYYAN-INCLUSION: {""Ana""=>""Included"", '
    '""Ben""=>""Excluded""}"\n'
    'rayyan-3,Roles,"Qi, D.",2022,\n'
)


def test_of_rayyan_the_records_that_were_included_become_reviews():
    sheet = opened(RAYYAN, "reviews")
    assert cells(sheet, "id", "label", "title", "year") == [
        ("rayyan-1", "Ng 2020", "Peers", "2020")
    ]
    assert sheet.notes == (
        (
            "new.csv: a Rayyan list of records: read 'key' as id, first author and year as label; "
            "took 1 records that were included, left 2 others"
        ),
    )


def test_a_rayyan_list_with_nothing_included_is_refused():
    assert refusal(RAYYAN.replace("Included", "Maybe"), "reviews") == (
        "a Rayyan list without a record that was included\n  in new.csv\n"
        "  Export it again with the decisions, or list the reviews yourself."
    )


def test_a_list_of_records_is_refused_as_findings_with_its_place():
    assert refusal(RAYYAN) == (
        "this is a Rayyan list of records: it holds reviews, not findings\n  in new.csv\n"
        "  Put it into corpus/ under the name reviews."
    )


def test_a_sheet_with_notes_of_its_own_is_no_rayyan_list():
    raw = "key,title,authors,notes,finding\n1,Peers,Ng,mine,Pay was low\n"
    assert cells(opened(raw), "text") == [("Pay was low",)]


def test_a_full_rayyan_note_is_read_by_its_votes_alone():
    raw = (
        "key,title,authors,journal,year,url,notes,abstract\n"
        'rayyan-1,Peers,"Ng, A. and Ode, B.",J,2020,,"RAYYAN-INCLUSION: {""Ana""=>""Included""} | '
        "RAYYAN-LABELS: not Excluded,b | RAYYAN-EXCLUSION-REASONS: wrong population,x | "
        'USER-NOTES: {""Ben""=>[""was Excluded first""]}",x\n'
    )
    assert cells(opened(raw, "reviews"), "id", "label") == [("rayyan-1", "Ng 2020")]


# EPPI-Reviewer ------------------------------------------------------------------------------------


def eppi(*codes, **item):
    attributes = [
        {
            "AttributeId": 1,
            "AttributeName": "Barriers",
            "Attributes": {"AttributesList": [{"AttributeId": 2, "AttributeName": "Pay"}]},
        }
    ]
    sets = [{"SetName": "Findings", "Attributes": {"AttributesList": attributes}}]
    items = [{"ItemId": 9, "ShortTitle": "Ng (2020)", "Codes": list(codes), **item}]
    return json.dumps({"CodeSets": sets, "References": items}).encode()


def coded(attribute, text="", note=""):
    details = [{"Text": text, "DocTitle": "a.pdf"}] if text else []
    return {
        "AttributeId": attribute,
        "AdditionalText": note,
        "ItemAttributeFullTextDetails": details,
    }


def test_coded_texts_and_notes_of_eppi_reviewer_become_findings():
    raw = eppi(coded(2, text="Pay was low"), coded(1, note="Roles were unclear"), coded(1))
    sheet = opened(raw, suffix=".json")
    assert cells(sheet, "text", "cited", "code", "source") == [
        ("Pay was low", "Ng (2020)", "Pay", "document"),
        ("Roles were unclear", "Ng (2020)", "Barriers", "note"),
    ]
    assert sheet.notes == (
        (
            "new.json: an EPPI-Reviewer export: read 1 coded texts and 1 notes on codes of 1 items "
            "as text, the items' short titles as cited; left the codes without text, and outcomes"
        ),
    )


@pytest.mark.parametrize("end", ['"[¬e]', '[¬e]"'])
def test_the_marks_that_eppi_reviewer_puts_around_text_of_a_pdf_become_its_page(end):
    raw = eppi(coded(2, text=f'Page 12:\n[¬s]"Pay was low"\n"and late{end}'))
    assert cells(read_eppi(raw, "e.json"), "text", "page") == [
        ("Pay was low [...] and late", "12"),
    ]


def test_the_arm_that_an_eppi_code_belongs_to_is_kept():
    code = {**coded(2, text="Pay was low"), "ArmId": 3, "ArmTitle": "Rural"}
    assert cells(read_eppi(eppi(code), "e.json"), "text", "arm") == [("Pay was low", "Rural")]


def test_an_eppi_code_of_any_kind_and_depth_has_its_name():
    """Attribute types as in public export files; codes of a second set under two others."""
    attribute = {"AttributeType": "Not selectable (no checkbox)", "AttributeDescription": ""}
    inner = {**attribute, "AttributeId": 3, "AttributeName": "Rota", "AttributeSetId": 8}
    middle = {"AttributeId": 2, "AttributeName": "Pay", "Attributes": {"AttributesList": [inner]}}
    sets = [
        {"SetName": "Screening", "SetId": 1, "ReviewSetId": 4, "Attributes": None},
        {
            "SetName": "Findings",
            "SetType": {"SetTypeName": "Standard"},
            "Attributes": {"AttributesList": [{**attribute, **middle}]},
        },
    ]
    items = [{"ItemId": 9, "Title": "A", "ShortTitle": "Ng (2020)", "Codes": [coded(3, "Rotas")]}]
    raw = json.dumps({"CodeSets": sets, "References": [*items, {"ItemId": 10}]}).encode()
    assert cells(read_eppi(raw, "e.json"), "cited", "code") == [("Ng (2020)", "Rota")]


def test_an_eppi_item_without_a_short_title_is_cited_by_its_id():
    assert cells(read_eppi(eppi(coded(2, "a"), ShortTitle=""), "e.json"), "cited") == [("9",)]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"CodeSets": 1}', b"[" * 100_000, b"id,text"])
def test_other_json_is_refused(raw):
    assert refusal(raw, suffix=".json") == (
        "the file is not a JSON export of EPPI-Reviewer\n  in new.json\n"
        "  Export the items with their coding from EPPI-Reviewer again, as JSON."
    )


def test_an_eppi_export_without_text_is_refused():
    assert refusal(eppi(coded(1)), suffix=".json").startswith(
        "the EPPI-Reviewer export holds no coded text and no notes on codes\n  in new.json\n"
    )


def test_an_eppi_report_is_read_by_its_short_titles():
    sheet = opened("Item ID,Short Title,Findings\n9,Ng (2020),Pay was low\n")
    assert cells(sheet, "text", "cited") == [("Pay was low", "Ng (2020)")]


# In general ---------------------------------------------------------------------------------------


def test_a_sheet_with_our_own_columns_is_never_taken_for_an_export():
    (page,) = read_pages(b"id,text,document,tag,content\n1,a,b,c,d\n", "f.csv", ".csv")
    assert translate(page, "findings") is page


def test_a_column_named_in_review_toml_that_is_not_there_is_refused():
    assert refusal("id,text\n1,a\n", chosen={"text": "Result", "cited": "text"}) == (
        "review.toml names columns that the sheet does not have: text = 'Result'\n  in new.csv\n"
        "  Mend [columns.findings]. The header has: id, text."
    )
