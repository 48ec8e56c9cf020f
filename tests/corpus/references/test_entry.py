"""Printed entries give up their authors, year and title where their style tells."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.corpus.references import parse_entry
from themeweave.corpus.references.identity import plain

EXAMPLE = Path(__file__).parents[3].parent / "shared" / "example"


@pytest.mark.parametrize(
    ("entry", "authors", "year", "title"),
    [
        pytest.param(
            "1. Roe A, O’Hara BC, Lloyd-Jones D, et al. Peer roles. What now? J Peer. 2014;65:4–9.",
            ("Roe", "O’Hara", "Lloyd-Jones"),
            "2014",
            "Peer roles",
            id="Vancouver",
        ),
        pytest.param(
            "Roe A. What is a peer? A review. J Peer. Sep 1999;33(5):6-9.",
            ("Roe",),
            "1999",
            "What is a peer? A review",
            id="a question and a subtitle",
        ),
        pytest.param(
            "de Vries, A. B., Roe, C., & Lee, D.-H. (2019a, May). Hope vs. fear. J Peer, 3, 1.",
            ("de Vries", "Roe", "Lee"),
            "2019a",
            "Hope vs. fear",
            id="APA",
        ),
        pytest.param(
            "Roe A, Lee B. 2003. Hope in 1990. J Peer 3:1.",
            ("Roe", "Lee"),
            "2003",
            "Hope in 1990",
            id="Harvard, where the title holds a year",
        ),
        pytest.param(
            "Roe A, Lee B: Hope on wards. BMC Peer 2010, 3:45.",
            ("Roe", "Lee"),
            "2010",
            "Hope on wards",
            id="a colon after the authors",
        ),
        pytest.param(
            "[4] A. Roe and B. C. Lee, “Hope on wards,” J. Peer, vol. 3, 2010.",
            ("Roe", "Lee"),
            "2010",
            "Hope on wards",
            id="IEEE",
        ),
        pytest.param(
            "Ministry of Works. Plan for peers. London; 2011. https://a.uk/2 Accessed 4 May 2020",
            ("Ministry of Works",),
            "2011",
            "Plan for peers",
            id="an organisation; the day of looking it up is no year",
        ),
        pytest.param("NICE. Peer guide. 2016.", ("NICE",), "2016", "Peer guide", id="letters"),
        pytest.param(
            "Peer Mates. https://a.uk Accessed 4 May 2020.", (), "", "Peer Mates", id="web"
        ),
        pytest.param("", (), "", "", id="nothing"),
    ],
)
def test_authors_year_and_title_are_told_from_the_print(entry, authors, year, title):
    read = parse_entry(entry)
    assert (read.authors, read.year) == (authors, year)
    assert read.title.startswith(title)
    assert read.text == entry


def test_identifiers_and_the_number_are_found():
    read = parse_entry("12) Roe A. Hope. J Peer. 2014;6:4. doi:10.1000/ab(c)1. PMID: 1234567.")
    assert (read.id, read.doi, read.pmid) == ("12", "10.1000/ab(c)1", "1234567")
    assert parse_entry("12. Roe A. Hope. 2014.", "B12").id == "B12"


def test_the_included_reviews_of_the_published_list_are_read_as_printed():
    article = EXAMPLE / "corpus" / "cooper-2024.md"
    if not article.exists():
        pytest.skip("the example data is not beside the repository")
    printed = article.read_text("utf-8").split("\n## References\n")[1]
    entries = {ref.id: ref for ref in map(parse_entry, re.findall(r"^\d+\. .+$", printed, re.M))}
    with (EXAMPLE / "gold" / "cooper_reviews.csv").open(encoding="utf-8", newline="") as sheet:
        rows = list(csv.DictReader(sheet))
    assert len(rows) == 36
    for row in rows:
        read = entries[row["ref_number"]]
        assert (read.authors[0], read.year) == (row["first_author"], row["year"])
        assert plain(read.title) == plain(row["title"])


@given(st.text() | st.text(st.sampled_from("Roe AB,.;:&()[]“”2019 et al\n10./")))
def test_any_entry_is_read(text):
    read = parse_entry(text, "1")
    assert (read.id, read.text) == ("1", text.strip())
