"""What themes rest on, read from a whole folder: support, contradictions, crosstabs."""

import pytest

from themeweave.errors import ReviewError
from themeweave.review.files import quiet
from themeweave.review.folder import open_folder
from themeweave.review.revise import Who, move
from themeweave.review.synthesis import synthesise
from themeweave.review.theme_evidence import crosstab_of, sureness_tables, tables_of
from themeweave.review.theme_next import look_next


def decide(review, finding, theme, number=1):
    who = Who("ana", "2026-01-02T03:04:05Z", f"c{finding}{number}")
    move(review, who, [finding], theme)


def cells(table):
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def test_support_says_its_base_and_what_one_review_takes_away(review):
    decide(review, "F1", "T01")
    decide(review, "F3", "mixed")
    support = cells(tables_of(review, quiet)[0])
    assert set(support) <= {"What the role brings", "Mixed feelings"}
    found = {name: row[0] for name, row in support.items()}
    assert all("confirmed)" in words for words in found.values())
    assert "(1 confirmed)" in found["Mixed feelings"]
    notes = tables_of(review, quiet)[0].notes
    assert notes[2].startswith("Saturation: ")


def test_without_any_finding_in_a_theme_there_are_no_tables(review, write):
    write("corpus/findings.csv", "id,text\nF1,Pay was low.\n")
    write("codebooks/themes.yaml", "codebook: themes\ncodes: []\n")
    assert sureness_tables(synthesise(open_folder(review), quiet)) == []


def test_an_empty_cell_tells_whether_somebody_looked(review, write):
    write("corpus/findings.csv", "id,text,cited\nF1,a b,R1\nF2,c d,R2\nF3,e f,R1\n")
    decide(review, "F1", "T02")
    decide(review, "F2", "mixed")
    table = crosstab_of(review, "review", "theme", "findings", quiet)
    ng, ode, pal = (row for row in table.rows)
    assert [c.heading for c in table.columns][1:3] == ["What the role brings", "Mixed feelings"]
    assert [c.text for c in ode] == ["Ode 2021", "0", "1 (1)", "0"]  # looked, not found
    assert [c.text for c in pal] == ["Pal 2022", "–", "–", "0"]  # no finding at all
    assert ng[1].text.startswith(("1 (1)", "2 (1)"))
    assert ng[1].sources[0] == "F1"


@pytest.mark.parametrize("base", ["findings", "reviews", "studies"])
def test_a_crosstab_counts_in_the_base_that_is_asked_for(review, base):
    decide(review, "F1", "T01")  # cites R1 and R2
    decide(review, "F8", "T01")  # cites R1 and R3
    table = crosstab_of(review, "theme", "strand", base, quiet)
    row = next(row for row in table.rows if row[0].text == "What the role brings")
    column = next(n for n, c in enumerate(table.columns) if c.heading == "experiences")
    first = row[column].text.split()[0]
    assert table.notes[0].startswith(f"Base: {base}; ")
    if base == "findings":
        assert int(first) >= 2
    elif base == "reviews":
        assert first == "3"
    else:
        assert row[column].text.startswith("2+ (2 of 3 lists known)")


@pytest.mark.parametrize(
    ("down", "across", "message"),
    [
        (
            "themes",
            "review",
            (
                "there is no axis 'themes'; did you mean 'theme'?\n"
                "  Axes: theme, subtheme, perspective, domain, construct, valence, review, strand."
            ),
        ),
        ("theme", "theme", "'theme' was to be crossed with itself\n  Name two axes."),
    ],
)
def test_an_axis_that_is_not_there_is_refused(review, down, across, message):
    with pytest.raises(ReviewError) as caught:
        crosstab_of(review, down, across, "findings", quiet)
    assert str(caught.value) == message


def test_what_to_look_at_next_is_undecided_and_says_why(review):
    decide(review, "F1", "T02")
    found = look_next(review, 20, quiet)
    assert found
    assert "F1" not in {one.id for one in found}
    assert len({one.id for one in found}) == len(found)
    assert all(one.why and one.text for one in found)
    assert [one.id for one in look_next(review, 2, quiet)] == [one.id for one in found[:2]]
    with pytest.raises(ReviewError) as caught:
        look_next(review, 0, quiet)
    assert str(caught.value) == "0 findings cannot be shown\n  Give a number from 1 up."
