"""From a cell, a theme, a finding or a review back to quotations, studies and decisions."""

import pytest

from themeweave.errors import ReviewError
from themeweave.report.addresses import addresses
from themeweave.review.decide import Ruling, decide, undo
from themeweave.review.documents import add
from themeweave.review.files import quiet
from themeweave.review.folder import open_folder
from themeweave.review.outputs import tables_of
from themeweave.review.synthesis import synthesise
from themeweave.review.trace import listed, trace, traced

TEXT = "# Results\n\nNurses said so. Pay was low. It drove some away.\n"
START = TEXT.index("Pay")


@pytest.fixture
def decided(review, tmp_path):
    """The small review; F3 stands in a document, and two coders have spoken of it."""
    article = tmp_path / "ode.md"
    article.write_text(TEXT, "utf-8")
    (held,) = add(review, [article], quiet).stored
    sheet = review / "corpus" / "findings.csv"
    lines = [f"{line},,," for line in sheet.read_text("utf-8").splitlines()]
    lines[0] = "id,text,cited,strand,document,start,end"
    lines[3] = f"F3,Pay was low.,R2,implementation,{held.id},{START},{START + 12}"
    sheet.write_text("\n".join(lines) + "\n", "utf-8")
    rulings = [Ruling("F3", "staff", reason="they say we"), Ruling("F3", "users")]
    decide(review, "ana", rulings[:1], "2026-01-02T03:04:05Z", ["a1"])
    decide(review, "ben", rulings[1:], "2026-01-03T00:00:00Z", ["b1"])
    undo(review, "ben", "2026-01-04T00:00:00Z", "b2")
    return review


def test_a_finding_leads_to_its_place_its_reviews_studies_and_decisions(decided):
    found = trace(decided, "F3")
    assert (found.address, found.kind) == ("finding:F3", "finding")
    (finding,) = found.findings
    assert finding.place.context == "Nurses said so. Pay was low. It drove some away."
    assert (finding.place.document, finding.place.start, finding.place.page) == (
        "ode.md",
        START,
        None,
    )
    (review,) = found.reviews
    assert (review.label, review.studies, review.rating) == ("Ode 2021", ("Abe 2001",), "")
    assert [(d.when, d.who, d.what, d.why, d.withdrawn) for d in finding.decisions] == [
        ("2026-01-02 03:04:05", "ana", "F3 is 'Staff' (Whose voice)", "they say we", False),
        ("2026-01-03 00:00:00", "ben", "F3 is 'Service users' (Whose voice)", "", True),
    ]
    voice = next(read for read in finding.readings if read.field == "perspective")
    assert (voice.name, voice.basis, voice.by) == ("Staff", "confirmed", ("ana",))


def test_every_cell_that_rests_on_findings_is_traced_to_just_these(decided):
    synthesis = synthesise(open_folder(decided), quiet)
    cells = {
        place: cell
        for table in tables_of(synthesis)
        for place, cell in addresses(table).items()
        if cell.sources
    }
    assert len(cells) > 50
    for place, cell in list(cells.items())[::7]:
        found = traced(synthesis, place)
        assert {finding.id for finding in found.findings} == set(cell.sources), place
        assert found.text == cell.text
        stated = {finding for review in found.reviews for finding in review.findings}
        assert stated == {f.id for f in found.findings if f.reviews}, place


def test_a_review_is_found_by_its_label_and_leads_to_its_findings(decided):
    found = trace(decided, "Ode 2021")
    assert (found.address, [f.id for f in found.findings]) == ("review:R2", ["F1", "F3", "F5"])
    (review,) = found.reviews
    assert review.findings == ("F1", "F3", "F5")


def test_the_addresses_of_a_table_are_listed_and_lead_back(decided):
    tables = listed(decided, "")
    assert ("theme_table", "Overarching themes and subthemes by perspective") in tables
    places = listed(decided, "theme_table")
    assert trace(decided, places[0][0]).text == places[0][1]


HINT = (
    "  Give the id of a finding, a theme or a review, or a cell as table:row:column; 'themeweave "
    "trace --list TABLE' shows the addresses of a table."
)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("F33", "there is no finding, theme or review 'F33'; did you mean 'F3'?"),
        ("review:R12", "there is no review 'R12'; did you mean 'R2'?"),
        ("theme:", "there is no finding, theme or review 'theme:'"),
    ],
)
def test_an_unknown_address_names_what_is_near(decided, address, said):
    with pytest.raises(ReviewError) as caught:
        trace(decided, address)
    assert str(caught.value) == f"{said}\n  in address '{address}'\n{HINT}"


def test_an_unknown_table_names_what_is_near_and_all_there_are(decided):
    with pytest.raises(ReviewError) as caught:
        trace(decided, "theme_tabel:T1:theme")
    first, second = str(caught.value).splitlines()
    assert first == "there is no table 'theme_tabel'; did you mean 'theme_table'?"
    assert second.startswith("  Tables: theme_table, ")
    assert second.endswith(". 'themeweave trace --list' says what they show.")


def test_an_id_of_two_kinds_asks_for_the_kind(decided):
    sheet = decided / "corpus" / "findings.csv"
    sheet.write_text(sheet.read_text("utf-8").replace("F8,", "R1,"), "utf-8")
    with pytest.raises(ReviewError) as caught:
        trace(decided, "R1")
    assert str(caught.value) == (
        "'R1' is the id of a finding and of a review\n  Say which: finding:R1 or review:R1."
    )
    assert trace(decided, "review:R1").kind == "review"
