"""Every record of a reference file comes out, as a reference or as a failure with a reason."""

import contextlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.corpus.references import read_references
from themeweave.errors import ReviewError

RIS = """TY  - JOUR
AU  - du Plessis, Clara
AU  - Roe, Ann B.
PY  - 2020/03//
TI  - Peer support on wards:
a mixed study
DO  - https://doi.org/10.1000/ABC.1
ER  -

TY  - CHAP
A1  - World Health Organization
Y1  - 1999
T1  - Guidance
DB  - PubMed
AN  - 1234567
ER  -
"""
NBIB = """PMID- 31234567
DP  - 2019 Mar 4
TI  - Hope after
      peer contact.
LID - 10.1000/ABC.1 [doi]
FAU - du Plessis, Clara
FAU - Roe, Ann B
SO  - J Peer. 2019 Mar 4;3(1):1-9.

PMID- 31234568
TI  - Trust.
DP  - 2020
AID - S1 [pii]
FAU - Roe, Ann B
SO  - J Peer. 2020;4:2.
"""
BIB = r"""@string{jp = "J Peer"}
@comment{made by hand}
@article{plessis2020,
  author = {du Plessis, Clara and Ann van der Berg and {World Health Organization} and others},
  title = {Peer support: caf{\'e}s and {UK} wards},
  year = 2020, journal = jp, doi = {https://doi.org/10.1000/ABC.1}
}
@book(roe1999, author = "Roe, A.", title = "Trust", date = "1999-05-01", pmid = {31234568})
"""
CSL = json.dumps(
    [
        {
            "id": "http://zotero.org/1",
            "title": "Peer support on wards",
            "author": [
                {"family": "Plessis", "non-dropping-particle": "du", "given": "C"},
                {"literal": "World Health Organization"},
            ],
            "issued": {"date-parts": [["2020", 3]]},
            "DOI": "10.1000/ABC.1",
        },
        {"id": 7, "title": "Trust", "issued": {"raw": "May 1999"}, "note": "PMID: 31234568"},
    ]
)
ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?>
<xml><records><record><rec-number>4</rec-number>
<contributors><authors><author><style face="normal">du Plessis, Clara</style></author>
<author>Roe, Ann</author></authors></contributors>
<titles><title><style face="normal">Peer support </style><style>on wards</style></title></titles>
<dates><year><style>2020</style></year></dates>
<electronic-resource-num>https://doi.org/10.1000/ABC.1</electronic-resource-num>
</record><record><titles><title>Trust</title></titles><dates><year>1999</year></dates>
<accession-num>31234568</accession-num><remote-database-name>NLM</remote-database-name>
</record></records></xml>
"""
FILES = {
    "refs.ris": RIS,
    "refs.nbib": NBIB,
    "refs.bib": BIB,
    "refs.json": CSL,
    "refs.xml": ENDNOTE,
}


def read(text: str, name: str = "refs.txt"):
    listed = read_references(text.encode(), name)
    assert listed.found == len(listed.references) + len(listed.failures)
    return listed


def fields(reference):
    return reference.authors, reference.year, reference.title, reference.doi, reference.pmid


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        (
            "refs.ris",
            "RIS",
            [
                (
                    ("du Plessis", "Roe"),
                    "2020",
                    "Peer support on wards: a mixed study",
                    "10.1000/abc.1",
                    "",
                ),
                (("World Health Organization",), "1999", "Guidance", "", "1234567"),
            ],
        ),
        (
            "refs.nbib",
            "NBIB",
            [
                (
                    ("du Plessis", "Roe"),
                    "2019",
                    "Hope after peer contact",
                    "10.1000/abc.1",
                    "31234567",
                ),
                (("Roe",), "2020", "Trust", "", "31234568"),
            ],
        ),
        (
            "refs.bib",
            "BibTeX",
            [
                (
                    ("du Plessis", "van der Berg", "World Health Organization"),
                    "2020",
                    "Peer support: cafés and UK wards",
                    "10.1000/abc.1",
                    "",
                ),
                (("Roe",), "1999", "Trust", "", "31234568"),
            ],
        ),
        (
            "refs.json",
            "CSL-JSON",
            [
                (
                    ("du Plessis", "World Health Organization"),
                    "2020",
                    "Peer support on wards",
                    "10.1000/abc.1",
                    "",
                ),
                ((), "1999", "Trust", "", "31234568"),
            ],
        ),
        (
            "refs.xml",
            "EndNote XML",
            [
                (("du Plessis", "Roe"), "2020", "Peer support on wards", "10.1000/abc.1", ""),
                ((), "1999", "Trust", "", "31234568"),
            ],
        ),
    ],
)
def test_each_format_gives_authors_year_title_and_identifiers(name, form, expected):
    listed = read(FILES[name])  # the name says nothing: the content decides
    assert listed.format == form
    assert [fields(reference) for reference in listed.references] == expected
    assert listed.failures == ()
    assert listed.conflicts == ()


@pytest.mark.parametrize(
    ("text", "found", "why"),
    [
        pytest.param(
            RIS.replace("TY  - CHAP\n", ""), 2, ["it has no TY line"], id="RIS without TY"
        ),
        pytest.param(
            RIS.replace("ER  -\n", "", 1),
            2,
            ["it has no ER line: it may be cut short"],
            id="RIS without ER between records",
        ),
        pytest.param(
            RIS[: RIS.index("DB  -")],
            2,
            ["it has no ER line: it may be cut short"],
            id="RIS cut at the end",
        ),
        pytest.param(
            RIS + "TY  - JOUR\nPY  - 2001\nER  -\n",
            3,
            ["it has neither a title nor an author"],
            id="RIS with an empty record",
        ),
        pytest.param(
            NBIB[: NBIB.index("AID")],
            2,
            ["it ends before its SO line: the file may be cut short"],
            id="NBIB cut",
        ),
        pytest.param(
            NBIB.replace("PMID- 31234568\n", ""), 2, ["it has no PMID"], id="NBIB without PMID"
        ),
        pytest.param(
            NBIB.replace("TI  - Trust.\n", ""), 2, ["it has no title"], id="NBIB without title"
        ),
        pytest.param(
            NBIB.replace("31234568", "31234567"),
            2,
            ["the key '31234567' stands twice"],
            id="NBIB with one record twice",
        ),
        pytest.param(
            BIB.replace("wards},", "wards,"),
            2,
            ["Unexpected block start: `@book`. Was still looking for field-value closing"],
            id="BibTeX unclosed",
        ),
        pytest.param(
            BIB + "@article{roe1999, title={Again}}\n",
            3,
            ["the key 'roe1999' stands twice"],
            id="BibTeX with a key twice",
        ),
        pytest.param(
            BIB + "@article{, title={Again}}\n@misc{x, year=1999}",
            4,
            ["it has no key", "it has neither a title nor an author"],
            id="BibTeX without key, without words",
        ),
        pytest.param(
            '[{"title": "Hope"}, 5, {"id": "a"}, null]',
            4,
            ["it is no object", "it has neither a title nor an author", "it is no object"],
            id="CSL with items that are none",
        ),
        pytest.param(
            ENDNOTE.replace("<titles><title>Trust</title></titles>", ""),
            2,
            ["it has neither a title nor an author"],
            id="EndNote without words",
        ),
    ],
)
def test_what_cannot_be_read_is_counted_and_listed(text, found, why):
    listed = read(text)
    assert listed.found == found
    assert [failure.why.split(" `,`")[0] for failure in listed.failures] == why
    assert all(failure.text for failure in listed.failures)
    if len(why) == 1 and found == 2:
        assert len(listed.references) == 1


def test_a_failure_says_which_record_and_line():
    failure = read(RIS.replace("TY  - CHAP\n", "")).failures[0]
    assert (failure.number, failure.line) == (2, 10)
    assert failure.text.startswith("A1  - World Health Organization")


@pytest.mark.parametrize(
    ("raw", "name", "what"),
    [
        pytest.param(b" \n", "refs.ris", "the file is empty", id="empty"),
        pytest.param(b"Dear all,", "a.txt", "no list of references that is read", id="a letter"),
        pytest.param(b"Dear all,", "a.bib", "no reference was found in the file", id="no record"),
        pytest.param(b"\xff\xfeT\x00Y", "a.ris", "cannot be read as utf-16", id="UTF-16 cut"),
        pytest.param(b"TY  - JOUR\nTI  - \xe9", "a.ris", "UTF-8|utf-8", id="another encoding"),
        pytest.param(b'[{"title": "Ho', "a.json", "the JSON cannot be read", id="JSON cut"),
        pytest.param(b"[" * 100_000, "a.json", "nested too deep", id="JSON nested"),
        pytest.param(b"[" + b"9" * 5_000 + b"]", "a.json", "a huge number", id="a huge number"),
        pytest.param(b'{"items": 4}', "a.json", "holds no list of references", id="no list"),
        pytest.param(b"[]", "a.json", "no reference was found", id="an empty list"),
        pytest.param(b"<xml><records><rec", "a.xml", "not well formed", id="XML cut"),
        pytest.param(
            b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><record>&a;</record></xml>',
            "a.xml",
            "DOCTYPE",
            id="an external entity",
        ),
        pytest.param(b"<a>" * 100_000, "a.xml", "nested|well formed", id="XML nested"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_named(raw, name, what):
    with pytest.raises(ReviewError, match=what) as caught:
        read_references(raw, name)
    assert name in caught.value.where


def test_one_doi_at_two_titles_is_a_conflict_and_both_stay():
    other = RIS.replace("Peer support on wards", "A trial of housing first").replace(
        "a mixed study", "cost"
    )
    listed = read(RIS.split("\nTY  - CHAP")[0] + "\n" + other)
    assert len(listed.references) == 3
    assert [(c.identifier, c.references) for c in listed.conflicts] == [
        ("doi 10.1000/abc.1", ("1", "2"))
    ]


def test_one_doi_at_a_title_with_and_without_its_subtitle_is_no_conflict():
    listed = read(RIS + RIS.replace(":\na mixed study", ""))
    assert len(listed.references) == 4
    assert listed.conflicts == ()


def test_line_ends_marks_and_narrow_tags_change_nothing():
    plain = [fields(reference) for reference in read(RIS).references]
    odd = "\ufeff" + RIS.replace("  - ", " - ").replace("\n", "\r\n")
    assert [fields(reference) for reference in read(odd).references] == plain


def test_latex_cannot_read_a_file():
    listed = read(r"@misc{a, title={Hope \input{/etc/passwd} \include{/etc/passwd}}}")
    assert "root" not in listed.references[0].title


PIECES = st.sampled_from(
    [
        *("TY  - JOUR\n", "ER  - \n", "ER  -", "TI  - a\n", "AU  - Roe, A\n", "\n", "\x00", "é"),
        *("PMID- 1\n", "SO  - x\n", "FAU - Roe\n", "\u2028", "[", "]", ":", "null", "1e999"),
        *("@article{", "@book(", "a,", "title", "=", "{", "}", '"', "#", ", ", "@comment{", "$"),
        *('@string{s = "x"}', "author = {A and B}", "\\'e", "\\input{x}", "\\begin{a}", '{"id"'),
        *('"title"', "<xml>", "<records>", "<record>", "</record>", "<title>", "&amp;", "&x;"),
        "<!DOCTYPE x>",
    ]
)


@settings(max_examples=300, deadline=2000)
@given(st.lists(PIECES | st.text(max_size=5), max_size=30), st.sampled_from(sorted(FILES)))
def test_no_text_hangs_or_breaks_a_parser(pieces, name):
    with contextlib.suppress(ReviewError):
        read("".join(pieces), name)


@settings(max_examples=200, deadline=2000)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_file_cut_anywhere_loses_no_record_silently(name, data):
    text = FILES[name]
    cut = data.draw(st.integers(0, len(text)))
    try:
        listed = read(text[:cut], name)
    except ReviewError:
        return
    # What is left of a record is a reference or a failure, and none appears from nowhere.
    assert listed.found <= 2
    assert all(reference.text in text for reference in listed.references if name == "refs.ris")


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param("@article{" * 20_000, id="BibTeX openings"),
        pytest.param("@a{b,c={" + "{" * 100_000, id="BibTeX braces"),
        pytest.param("@a{b,title={" + "{" * 20_000 + "}" * 20_000 + "}}", id="nested braces"),
        pytest.param("@a{b,author={" + "A and " * 20_000 + "}}", id="names"),
        pytest.param("@string{s={x}}\n" * 5_000 + "@a{b,title=s}\n", id="strings"),
        pytest.param("TY  - \n" * 20_000, id="RIS openings"),
        pytest.param("TY  - JOUR\nTI  - " + "\nx" * 50_000, id="RIS lines"),
        pytest.param("PMID- \n" * 20_000, id="NBIB openings"),
    ],
)
def test_no_file_takes_long(bomb):
    began = time.process_time()
    with contextlib.suppress(ReviewError):
        read(bomb, "bomb.bib")
    assert time.process_time() - began < 10  # a hang guard
