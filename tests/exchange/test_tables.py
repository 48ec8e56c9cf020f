"""Sheets of other programs: what each writes becomes codes, quotations and studies."""

import csv
import json

import pytest

from themeweave.corpus.sheets import write_sheet
from themeweave.errors import ReviewError
from themeweave.exchange.formats import read_any
from themeweave.exchange.tables import read_mapping

BOTH = pytest.mark.parametrize("suffix", [".csv", ".xlsx"])


def sheet(suffix, columns, *rows):
    return write_sheet([dict(zip(columns, row, strict=True)) for row in rows], columns, suffix)


def read(raw, name="sheet.csv", **mapping):
    raw = raw.encode() if isinstance(raw, str) else raw
    return read_any(raw, name, mapping or None)


def coded(project):
    texts = {s.id: s.text for s in project.selections}
    users = {user.id: user.name for user in project.users}
    return [
        (texts[a.selection], " > ".join(project.paths[a.code]), users.get(a.user, ""))
        for a in project.applied
    ]


def told(losses, fate):
    return [f"{i.element} {i.name}: {i.why}" for i in losses.items if i.fate == fate]


@BOTH
def test_a_taguette_export_gives_each_highlight_once_with_all_its_tags(suffix):
    raw = sheet(
        suffix,
        ("id", "document", "tag", "content"),
        ("7", "Ng 2020", "Pay", "Pay was low"),
        ("7", "Ng 2020", "Role", "Pay was low"),
        ("8", "Ode 2021", "", "Roles were unclear"),
    )
    project, _ = read(raw, f"tags{suffix}")
    assert coded(project) == [("Pay was low", "Pay", ""), ("Pay was low", "Role", "")]
    assert [(s.text) for s in project.selections] == ["Pay was low", "Roles were unclear"]
    assert [s.name for s in project.sources] == ["Ng 2020", "Ode 2021"]


def test_the_real_taguette_exports_are_read_whole(real):
    raw = real("taguette_highlights_20220224.csv")
    lines = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    project, losses = read(raw, "highlights.csv")
    readable = {r["id"] for r in lines if any(c.isalnum() for c in r["content"])}
    assert len(project.selections) == len(readable)
    assert {c.name for c in project.codes} == {" ".join(r["tag"].split()) for r in lines}
    assert len(project.sources) == len({r["document"] for r in lines})
    assert len(project.applied) + losses.count("dropped", "coding") == len(lines)


@pytest.mark.parametrize(("name", "tags"), [("iter0", 120), ("iter8", 22)])
def test_the_real_taguette_codebooks_are_read_whole(real, name, tags):
    project, losses = read(real(f"taguette_codebook_{name}.csv"), "codebook.csv")
    assert len(project.codes) + losses.count("repaired", "code") == tags
    assert told(losses, "dropped") == ["column number of highlights: not read"]


@BOTH
def test_a_dedoose_export_gives_the_codes_that_were_applied_with_their_path(suffix):
    raw = sheet(
        suffix,
        (
            *("Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Copy"),
            *("Code: Work\\Pay Applied", "Code: Work\\Pay Weight", "Code: Hope Applied"),
        ),
        ("Ng 2020", "0-11", "ana", "Pay was low", "True", "", "False"),
        ("Ng 2020", "12-20", "ben", "Hope grew", "False", "", "True"),
    )
    project, losses = read(raw, f"dedoose{suffix}")
    assert coded(project) == [("Pay was low", "Work > Pay", "ana"), ("Hope grew", "Hope", "ben")]
    assert told(losses, "dropped") == ["column Code: Work\\Pay Weight: not read"]


@BOTH
@pytest.mark.parametrize(
    ("columns", "rows", "origin"),
    [
        pytest.param(
            ("Name", "Description", "Files", "References"),
            [("Nodes\\Work", "About work", "3", "9"), ("Nodes\\Work\\Pay", "", "1", "2")],
            "NVivo",
            id="NVivo",
        ),
        pytest.param(
            ("Code", "Memo"), [("Work", "About work"), ("Work > Pay", "")], "MAXQDA", id="MAXQDA"
        ),
        pytest.param(
            ("name", "description"), [("Work", "About work"), ("Work > Pay", "")], "sheet", id="any"
        ),
    ],
)
def test_a_list_of_codes_is_read_as_a_tree(suffix, columns, rows, origin):
    project, _ = read(sheet(suffix, columns, *rows), f"codes{suffix}")
    assert project.origin == origin
    assert list(project.paths.values()) == [("Work",), ("Work", "Pay")]
    assert project.codes[0].description == "About work"


def test_tags_of_taguette_are_flat_whatever_stands_in_them():
    project, _ = read("tag,description,number of highlights\nhope > fear,,3\n")
    assert list(project.paths.values()) == [("hope > fear",)]


def test_a_jbi_table_gives_findings_under_synthesised_finding_and_category():
    raw = (
        "Study,Synthesised finding,Category,Finding,Illustration,Credibility\n"
        'Ng 2020,Work wears out,Pay,Pay was low,"""I could not live on it""",Unequivocal\n'
    )
    project, _ = read(raw)
    assert coded(project) == [("Pay was low", "Work wears out > Pay", "")]
    assert project.selections[0].comment == (
        'Illustration: "I could not live on it"\nCredibility: Unequivocal'
    )


def test_a_covidence_export_gives_findings_by_the_field_that_is_named():
    raw = "Covidence #,Study ID,Title,Reviewer Name,Findings\n1,Ng 2020,T,Consensus,Pay was low\n"
    project, _ = read(raw)
    assert [(s.text, project.sources[0].name) for s in project.selections] == [
        ("Pay was low", "Ng 2020")
    ]
    with pytest.raises(ReviewError) as raised:
        read(raw.replace("Findings", "What they said"))
    assert str(raised.value) == (
        "the export does not say which of its fields holds the findings\n  in sheet.csv\n"
        "  - cited, Covidence #, Title, Reviewer Name, What they said\n"
        '  Name it in a mapping file: [columns] text = "Your field", source = "Study ID".'
    )


def test_lists_of_studies_give_those_that_were_included():
    covidence = "Covidence #,Study,Title,Published Year,DOI\n#1,Ng 2020,Peers,2020,10.1/x\n"
    assert [dict(w) for w in read(covidence)[0].works] == [
        {"id": "", "label": "Ng 2020", "title": "Peers", "year": "2020", "doi": "10.1/x"}
    ]
    rayyan = (
        "key,title,authors,year,notes\n"
        'a,Peers,"Ng, A",2020,"RAYYAN-INCLUSION: {""ana""=>""Included""}"\n'
        'b,Pay,"Ode, B",2021,"RAYYAN-INCLUSION: {""ana""=>""Excluded""}"\n'
    )
    assert [w["label"] for w in read(rayyan)[0].works] == ["Ng 2020"]
    asreview = "title,authors,year,doi,included\nPeers,Ng A,2020,10.1/x,1\nPay,Ode B,2021,,0\n"
    project, losses = read(asreview)
    assert [w["label"] for w in project.works] == ["Ng A 2020"]
    assert told(losses, "dropped") == ["study Pay: not labelled as relevant"]


def eppi(**more):
    return {
        "CodeSets": [
            {
                "SetName": "Themes",
                "Attributes": {
                    "AttributesList": [
                        {
                            "AttributeId": 1,
                            "AttributeName": "Work",
                            "AttributeDescription": "About work",
                            "Attributes": {
                                "AttributesList": [{"AttributeId": 2, "AttributeName": "Pay"}]
                            },
                        }
                    ]
                },
            }
        ],
        "References": [
            {
                "ItemId": 9,
                "ShortTitle": "Ng (2020)",
                "Codes": [
                    {
                        "AttributeId": 2,
                        "AdditionalText": "clear",
                        "ItemAttributeFullTextDetails": [
                            {"Text": 'Page 3:\n[¬s]"Pay was low"\n"Hours were long"[¬e]'}
                        ],
                    },
                    {"AttributeId": 1, "AdditionalText": "a note only"},
                    {"AttributeId": 1},
                    {"AttributeId": 77, "AdditionalText": "x"},
                ],
                "Outcomes": [{}],
            }
        ],
        **more,
    }


def test_an_eppi_reviewer_export_gives_the_tree_of_codes_and_coded_texts():
    project, losses = read(json.dumps(eppi()), "eppi.json")
    assert coded(project) == [
        ("Pay was low [...] Hours were long", "Themes > Work > Pay", ""),
        ("a note only", "Themes > Work", ""),
    ]
    assert [(s.page, s.comment) for s in project.selections] == [
        ("3", "clear"),
        ("", "a note on the code, not words of the document"),
    ]
    assert told(losses, "dropped") == [
        "coding Ng (2020): Work: a code of a whole item, which is no quotation",
        "coding Ng (2020): it names a code that is not in the export",
        "outcomes Ng (2020): numbers go into corpus/effects",
    ]


@pytest.mark.parametrize(
    "raw",
    ["[]", "{", '{"CodeSets": 1, "References": []}', "[" * 100_000, json.dumps(eppi(CodeSets=[1]))],
)
def test_another_json_is_refused(raw):
    with pytest.raises(ReviewError) as raised:
        read(raw, "x.json")
    assert str(raised.value) == (
        "the file is not a JSON export of EPPI-Reviewer\n  in x.json\n"
        "  Export the items with their coding from EPPI-Reviewer again, as JSON."
    )


# any sheet, with a mapping ------------------------------------------------------------------------

ANY = "Paper,Quote,Themes,Who,Note\nNg 2020,Pay was low,Work/Pay; Hope,ana,strong\n"


def test_any_sheet_is_read_by_a_mapping():
    project, losses = read(
        ANY, text="Quote", code="Themes", source="Paper", coder="who", separator="/"
    )
    assert coded(project) == [("Pay was low", "Work > Pay", "ana"), ("Pay was low", "Hope", "ana")]
    assert told(losses, "dropped") == ["column Note: not read"]


def test_a_sheet_under_our_own_headings_needs_no_mapping():
    project, _ = read("text,code,source\nPay was low,Work > Pay,Ng 2020\n")
    assert coded(project) == [("Pay was low", "Work > Pay", "")]


def test_a_mapping_to_columns_that_are_not_there_is_refused():
    with pytest.raises(ReviewError) as raised:
        read(ANY, text="Quote", code="Topics")
    assert str(raised.value) == (
        "the mapping names columns that the sheet does not have: code = 'Topics'\n"
        "  in sheet.csv\n  The header has: Paper, Quote, Themes, Who, Note."
    )


def test_a_sheet_that_no_one_knows_is_refused_with_its_headings():
    with pytest.raises(ReviewError) as raised:
        read(ANY)
    assert str(raised.value) == (
        "the sheet's headings are those of no program that is known\n  in sheet.csv\n"
        "  - sheet.csv: Paper, Quote, Themes, Who, Note\n"
        "  Say with --mapping FILE which column is which; docs/exchange.md shows how. An "
        "extraction sheet goes into corpus/ as findings."
    )


@pytest.mark.parametrize("raw", [b"text = 1", b"[columns", b"\xff", b"columns = 3"])
def test_a_mapping_that_is_none_is_refused(raw):
    with pytest.raises(ReviewError) as raised:
        read_mapping(raw, "map.toml")
    assert str(raised.value) == (
        "the mapping is not as it should be\n  in map.toml\n"
        '  Write [columns] and below it lines like: text = "Key quote".'
    )


def test_a_mapping_with_unknown_names_is_refused():
    with pytest.raises(ReviewError) as raised:
        read_mapping(b'[columns]\ntxt = "Quote"', "map.toml")
    assert str(raised.value) == (
        "the mapping does not say text or code, or names what is not known: ['txt']\n"
        "  in map.toml\n"
        "  Choose among: text, code, source, coder, comment, page, id, description, separator."
    )


def test_an_empty_file_and_an_unknown_ending_are_refused():
    with pytest.raises(ReviewError) as raised:
        read(b" \n", "x.qdpx")
    assert str(raised.value) == "the file is empty\n  in x.qdpx\n  Export it again."
    with pytest.raises(ReviewError) as raised:
        read(b"hope", "x.nvp")
    assert str(raised.value) == (
        "files that end in '.nvp' are not imported\n  in x.nvp\n"
        "  'themeweave exchange formats' lists what is. Articles go in with 'themeweave corpus "
        "add'."
    )
