"""The flow of a folder: read with its sums, drawn by a run."""

from pathlib import Path

import pytest

from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.review import evidence, steps
from themeweave.review.folder import open_folder

ROOT = Path(__file__).parents[2]


def test_the_sample_review_s_numbers_hold_together_with_its_reviews_and_papers():
    found = evidence.flow_of(ROOT)
    assert (found.n("screened"), found.n("assessed"), found.n("reports")) == (777, 93, 36)


def test_a_run_draws_the_flow_and_refuses_one_that_does_not_add_up(review, write):
    write("corpus/flow.csv", "box,label,n\nassessed,,5\nexcluded full text,,2\nincluded,,3\n")
    steps.run(review)
    assert {"flow.svg", "flow.png", "flow.docx"} <= {
        file.name for file in (review / "outputs").iterdir()
    }
    write("corpus/flow.csv", "box,label,n\nassessed,,5\nexcluded full text,,2\nincluded,,4\n")
    with pytest.raises(ReviewError) as refused:
        open_folder(review)
    assert refused.value.faults == (
        "corpus/flow.csv: assessed 5 less excluded 2 is 3, not included 4",
        "corpus/flow.csv: included 4, but the folder lists 3 included reviews",
    )


def test_numbers_that_cannot_be_read_or_are_not_there_are_refused(review):
    sheet = read_sheet(b"box,label,n\nscreened,,many\nassessed,,1.5\n", "flow.csv", ".csv")
    with pytest.raises(ReviewError) as refused:
        evidence.flow_of(review, sheet)
    assert str(refused.value) == (
        "numbers of the flow that cannot be read\n  in flow.csv\n"
        "  - flow.csv, row 2, column 'n': 'many' is no whole number\n"
        "  - flow.csv, row 3, column 'n': '1.5' is no whole number\n"
        "  Give whole numbers, and leave empty what is not reported."
    )
    with pytest.raises(ReviewError) as missing:
        evidence.flow_of(review)
    assert str(missing.value) == (
        "there are no numbers of the flow\n  in corpus/flow.csv\n"
        "  Write them there (columns: box, label, n); --blank writes a sheet to fill in."
    )
    with pytest.raises(ReviewError) as unknown:
        evidence.flow_suffix("flow.pdf")
    assert str(unknown.value) == (
        "no flow diagram can be written as '.pdf'\n  in flow.pdf\n  Use one of .svg, .png, .docx."
    )


def test_a_review_in_several_papers_counts_its_reports(review, write):
    write("corpus/reviews.csv", "id,label,reports\nR1,Ng 2020,12;13\nR2,Ode 2021,\nR3,Pal,\n")
    assert [one.reports for one in open_folder(review).reviews] == [("12", "13"), (), ()]
