"""Citations are found as printed, resolved without guessing, and what is none is left alone."""

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.corpus.citations import (
    ambiguous_reviews,
    markers,
    match_reviews,
    resolve,
)
from themeweave.corpus.readers import read_document
from themeweave.corpus.records import Reference, Review
from themeweave.corpus.references import parse_entry

EXAMPLE = Path(__file__).parents[2].parent / "shared" / "example"


def keys(text: str) -> list[tuple[str, ...]]:
    return [marker.keys for marker in markers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Hope grew [3, 5-8].", [("3", "5", "6", "7", "8")], id="a list and a range"),
        pytest.param("Hope grew [ 23 , 34 ].", [("23", "34")], id="set with spaces"),
        pytest.param("Hope [4–6; 9] grew.", [("4", "5", "6", "9")], id="a long dash, a semicolon"),
        pytest.param("Hope [3]–[5] grew.", [("3", "4", "5")], id="a range between brackets"),
        pytest.param("Hope grew [3][4], [5].", [("3",), ("4",), ("5",)], id="side by side"),
        pytest.param("Hope grew (3,5) and (7-9).", [("3", "5"), ("7", "8", "9")], id="round"),
        pytest.param(
            "So (3). Or (4, 5). And (6-8).", [("3",), ("4", "5"), ("6", "7", "8")], id="round, one"
        ),
        pytest.param("Hope grew.³,⁵ It fell⁷⁻⁹ soon.", [("3", "5"), ("7", "8", "9")], id="raised"),
        pytest.param(
            "Hope grew.12,13 It fell.14–16 Staff,3 too, saw it. ",
            [("12", "13"), ("14", "15", "16"), ("3",)],
            id="figures behind a stop where the text cites so",
        ),
        pytest.param("Hope grew.12 It", [], id="once is no style"),
        pytest.param(
            "(Roe et al., 2019a; 2020)", [("Roe et al. 2019a", "Roe et al. 2020")], id="same author"
        ),
        pytest.param(
            "(Roe et al., 2019a; Jones & Li 2018)",
            [("Roe et al. 2019a", "Jones & Li 2018")],
            id="two",
        ),
        pytest.param("As Roe and Lee (2019) say", [("Roe & Lee 2019",)], id="names in the text"),
        pytest.param(
            "Roe, Ng, and Lee (2019a, b) say",
            [("Roe et al. 2019a", "Roe et al. 2019b")],
            id="three",
        ),
        pytest.param(
            "van der Berg et al. (2015) say", [("van der Berg et al. 2015",)], id="a particle"
        ),
        pytest.param("Roe’s (2019) view", [("Roe 2019",)], id="a possessive"),
        pytest.param(
            "It is (see also Ng, 2011; e.g. Roe, 2012)", [("Ng 2011", "Roe 2012")], id="see also"
        ),
        pytest.param(
            "(but see O’Hara & Lloyd-Jones, 2015, p. 44)",
            [("O’Hara & Lloyd-Jones 2015",)],
            id="page",
        ),
        pytest.param("[Roe, Ng & Lee, 2019]", [("Roe et al. 2019",)], id="in square brackets"),
        pytest.param(
            "(World Health Organization, 2013)",
            [("World Health Organization 2013",)],
            id="an organisation",
        ),
        pytest.param("(Rossi, in press)", [("Rossi in press",)], id="in press"),
        pytest.param("(J. R. Roe, 2018)", [("Roe 2018",)], id="initials"),
    ],
)
def test_citations_are_found_as_they_are_printed(text, expected):
    assert keys(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It rose in (2019) and in 2020.",
        "Searched (2012–2022), then [2012-2022], then [2019].",
        "She was [sic] there […] [the worker] [P11].",
        "It grew [95% CI].",
        "It grew (95% CI [2, 5]).",
        "It grew (95% CI 0.2, 0.4), IQR [3-7], range (3-7).",
        "By equation (3), and Eq. (4), so",
        "y = a + b   (3)",
        "Few (n = 3) were; N = [12].",
        "We asked (1) who, (2) why, and (3) when.",
        "The area was 4 m² and 5 cm³; I² = 4, χ² = 3, R² = .2, 10³, Ca²⁺.",
        "F(2, 45) = 3.1 and t(34) = 2.",
        "See [12](https://a.uk) there.",
        "(May 2020) (Table 2, 2019) (since 2012) (version 2.1 of 2019)",
        "p < .05 The mean of 3.12 Statistical",
    ],
)
def test_what_looks_like_a_citation_is_left_alone(text):
    assert keys(text) == []


def test_a_place_and_a_year_is_no_citation_where_the_text_cites_by_number():
    text = "So [1], so [2], so [3] (London, 2019), as Roe et al. (2018) say. RevMan (2014) ran."
    assert keys(text) == [("1",), ("2",), ("3",), ("Roe et al. 2018",)]


def test_a_range_of_the_text_gives_the_markers_inside_it():
    text = "Hope [1]. Trust [2]. Debt [3]."
    assert [(m.start, m.end, m.keys) for m in markers(text, 10, 20)] == [(16, 19, ("2",))]


LISTED = [
    Reference("1", authors=("Roe", "Lee"), year="2019", title="Hope"),
    Reference("2", authors=("Roe", "Ng", "Lee"), year="2019", title="Trust"),
    Reference("3", authors=("Smith",), year="2020a"),
    Reference("4", authors=("Smith",), year="2020b"),
    Reference("5", authors=("Müller-Lüdenscheidt",), year="2001"),
    Reference("6", authors=("Department of Health and Social Care",), year="2012"),
    Reference("7", authors=("Rossi",), year=""),
]


def resolved(text: str):
    return [(r.references, r.unresolved, r.why) for r in resolve(markers(text), LISTED)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        pytest.param("x [1, 3-5]", ("1", "3", "4", "5"), id="numbers"),
        pytest.param("(Roe & Lee, 2019)", ("1",), id="the second author decides"),
        pytest.param("(Roe et al., 2019)", ("2",), id="et al. is three or more"),
        pytest.param("(Smith, 2020b)", ("4",), id="the letter decides"),
        pytest.param("(Smith, 2020a, b)", ("3", "4"), id="two letters"),
        pytest.param("(Muller-Ludenscheidt, 2001)", ("5",), id="accents"),
        pytest.param("(Department of Health and Social Care, 2012)", ("6",), id="and in a name"),
        pytest.param("(Rossi, in press)", ("7",), id="in press"),
    ],
)
def test_markers_resolve_to_references(text, ids):
    assert resolved(text) == [(ids, (), ())]


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        pytest.param("x [3-1]", "3-1", "the range runs backwards", id="backwards"),
        pytest.param(
            "x [1-99999]", "1-99999", "the range names more than 100 references", id="wide"
        ),
        pytest.param("x [99]", "99", "the reference list has no such number", id="no number"),
        pytest.param("(Smith, 20199)", "Smith 20199", "20199 is not a year", id="no year"),
        pytest.param("(Smith, 2020)", "Smith 2020", "2 entries fit: 3, 4", id="two fit"),
        pytest.param(
            "(Roe, 2018)",
            "Roe 2018",
            "the reference list has this author with 2019 only",
            id="another year",
        ),
        pytest.param(
            "(Bloggs, 2018)",
            "Bloggs 2018",
            "the reference list has no entry whose first author this is",
            id="nobody",
        ),
    ],
)
def test_what_does_not_resolve_stays_visible_with_the_reason(text, key, why):
    assert resolved(text) == [((), (key,), (why,))]


def test_a_marker_keeps_what_resolves_beside_what_does_not():
    assert resolved("x [1, 99, 2]") == [
        (("1", "2"), ("99",), ("the reference list has no such number",))
    ]


def test_a_number_that_two_entries_have_is_not_guessed():
    twice = [Reference("CR3"), Reference("X3"), Reference("CR4")]
    one, two = resolve(markers("x [3] y [4]"), twice)
    assert (one.references, one.why) == ((), ("2 entries have this number: CR3, X3",))
    assert two.references == ("CR4",)


def test_reviews_match_by_doi_then_pmid_then_title_year_and_author_then_label():
    listed = [
        Reference("1", authors=("Roe",), year="2019", title="Hope", doi="10.1000/x"),
        Reference("2", authors=("Roe",), year="2019", title="Trust", pmid="1234567"),
        Reference("3", authors=("Lee",), year="2020", title="Debt: a scoping review"),
        Reference("4", authors=("du Plessis",), year="2021", title="Peers"),
        Reference("5", authors=("Nobody",), year="2021", title="Peers"),
    ]
    reviews = [
        Review("A", "Other 1999", title="Hope", doi="https://doi.org/10.1000/X"),
        Review("B", "Roe 2019", title="Trust", doi="PMID 1234567"),
        Review("C", "Lee et al., 2020", title="Debt - A Scoping Review."),
        Review("D", "du Plessis 2021"),
    ]
    assert match_reviews(listed, reviews) == {"1": "A", "2": "B", "3": "C", "4": "D"}
    assert ambiguous_reviews(listed, reviews) == {}


@pytest.mark.parametrize(
    ("references", "reviews", "expected"),
    [
        pytest.param(
            [Reference("1", title="Hope", doi="10.1000/x")],
            [Review("A", "A", doi="10.1000/x"), Review("B", "B", doi="10.1000/x")],
            {"1": ("A", "B")},
            id="one DOI at two reviews",
        ),
        pytest.param(
            [Reference("1", title="Hope on wards", doi="10.1000/x")],
            [Review("A", "A", title="Debt advice", doi="10.1000/x")],
            {"1": ("A",)},
            id="one DOI, two titles",
        ),
        pytest.param(
            [Reference("1", title="Hope", doi="10.1000/x")],
            [Review("A", "A", title="Hope", doi="10.1000/y")],
            {"1": ("A",)},
            id="one title, two DOIs",
        ),
        pytest.param(
            [Reference("1", ("Roe 2019"), ("Roe",), "2019"), Reference("2", "", ("Roe",), "2019")],
            [Review("A", "Roe 2019")],
            {"1": ("A",), "2": ("A",)},
            id="one label, two references",
        ),
    ],
)
def test_what_may_be_several_reviews_is_reported_and_not_matched(references, reviews, expected):
    assert match_reviews(references, reviews) == {}
    assert ambiguous_reviews(references, reviews) == expected


def test_a_year_or_author_that_differs_is_another_work():
    listed = [Reference("1", authors=("Roe",), year="2019", title="Peer support")]
    assert match_reviews(listed, [Review("A", "Roe 2012", title="Peer support")]) == {}
    assert match_reviews(listed, [Review("A", "Lee 2019", title="Peer support")]) == {}
    assert match_reviews(listed, [Review("A", "A", title="Peer support")]) == {"1": "A"}


TRICKY = st.text(st.sampled_from("aRoe12019.,;:()[]–-&²³⁵ \n")) | st.text()


@given(TRICKY)
def test_markers_are_in_order_inside_the_text_and_every_key_is_accounted_for(text):
    found = markers(text)
    edges = [edge for marker in found for edge in (marker.start, marker.end)]
    assert edges == sorted(edges)
    assert all(0 <= marker.start < marker.end <= len(text) and marker.keys for marker in found)
    for one in resolve(found, LISTED):
        assert len(one.unresolved) == len(one.why)
        assert one.references or one.unresolved


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param("..[111 111 " * 9_000, id="the citation list bomb"),
        pytest.param("[" + "1," * 50_000, id="a list that never closes"),
        pytest.param("(" + "1," * 50_000 + "1)", id="a list of 100 kB"),
        pytest.param("(Roe " * 20_000 + "2019)", id="names"),
        pytest.param("(Roe, " + "2019, " * 15_000 + ")", id="years"),
        pytest.param("and " * 25_000 + "(2019)", id="words before a year"),
        pytest.param("a.1,1" * 20_000, id="raised figures"),
        pytest.param("²," * 50_000, id="raised signs"),
        pytest.param("[1-99]" * 1_000, id="ranges"),
    ],
)
def test_no_text_takes_long(bomb):
    began = time.process_time()
    resolve(markers(bomb), LISTED)
    assert time.process_time() - began < 2  # a hang guard


def test_the_citations_of_the_published_findings_resolve_exactly():
    article = EXAMPLE / "corpus" / "cooper-2024.md"
    if not article.exists():
        pytest.skip("the example data is not beside the repository")
    document = read_document(article.read_bytes(), article.name)
    assert len(document.references) == 76
    found = resolve(markers(document.text), document.references)
    assert [one for one in found if one.unresolved] == []
    with (EXAMPLE / "gold" / "cooper_findings.csv").open(encoding="utf-8", newline="") as sheet:
        rows = list(csv.DictReader(sheet))
    exact = 0
    for row in rows:
        start, end = int(row["char_start"]), int(row["char_end"])
        inside = {
            number
            for one in found
            if start <= one.marker.start and one.marker.end <= end
            for number in one.references
        }
        exact += inside == {number for number in row["cited_refs"].split(";") if number}
    assert exact / len(rows) >= 0.98


def test_the_reviews_of_the_published_list_are_matched_by_title_alone():
    article = EXAMPLE / "corpus" / "cooper-2024.md"
    if not article.exists():
        pytest.skip("the example data is not beside the repository")
    printed = article.read_text("utf-8").split("\n## References\n")[1]
    listed = [parse_entry(entry) for entry in re.findall(r"^\d+\. .+$", printed, re.M)]
    with (EXAMPLE / "gold" / "cooper_reviews.csv").open(encoding="utf-8", newline="") as sheet:
        rows = list(csv.DictReader(sheet))
    reviews = [
        Review(
            row["ref_number"],
            f"{row['first_author']} {row['year']}",
            title=row["title"],
            doi=row["doi"],
        )
        for row in rows
    ]
    assert match_reviews(listed, reviews) == {row["ref_number"]: row["ref_number"] for row in rows}
    labels = [Review(review.id, review.label) for review in reviews]
    by_label = match_reviews(listed, labels)
    assert all(reference == review for reference, review in by_label.items())
    assert set(ambiguous_reviews(listed, labels)) == {
        "41",
        "42",
    }  # two papers of 2013 by one author


@pytest.mark.parametrize(
    "text",
    [
        "We asked (1) who, (2) why, and (3) when.",
        "By equation (3), and Eq. (4), so.",
        "y = a + b   (3)",
        "It ran in (2019) with F(2, 45), range (3-7), n = (4, 5), t (34).",
        "(1) First item\n(2) Second item",
    ],
)
def test_round_brackets_that_cite_nothing_are_left_alone_where_others_cite(text):
    cites = "Lists (4, 5) cite. So do (6, 7) and the single (8).\n"
    assert keys(cites + text) == [("4", "5"), ("6", "7"), ("8",)]
