"""Inclusion lists from reference lists: what is known, what is new, what is doubtful."""

import pytest

from themeweave.errors import ReviewError
from themeweave.review import evidence
from themeweave.review.folder import open_folder
from themeweave.review.inclusion import add_studies

CITATIONS = (
    "review,study,label,title,doi\n"
    "R1,S1,Abe 2001,Hope on wards,10.1000/abe\nR1,S2,Bo 2002,Trust at work,\nR1,S3,Cy 2003,,\n"
    "R1,S4,Di 2004,Pay and pride,10.1000/di\n"
)
RIS = (
    "TY  - JOUR\nAU  - Abe, K\nPY  - 2001\nTI  - Hope on wards\nDO  - 10.1000/ABE\nER  - \n"
    "TY  - JOUR\nAU  - Bo, L\nPY  - 2002\nTI  - Trust at Work\nER  - \n"
    "TY  - JOUR\nAU  - Cy, M\nPY  - 2003\nTI  - Some trial\nER  - \n"
    "TY  - JOUR\nAU  - Di, N\nPY  - 2004\nTI  - Something else again\nDO  - 10.1000/di\nER  - \n"
    "TY  - JOUR\nAU  - Ek, O\nPY  - 2005\nTI  - New study\nDO  - 10.1000/ek\nER  - \n"
)


def test_studies_are_known_by_doi_and_title_and_what_is_doubtful_is_listed(review, write):
    write("corpus/citations.csv", CITATIONS)
    done = add_studies(review, "R2", RIS.encode(), "list.ris")
    assert (done.found, done.added, done.new, done.there) == (5, 4, 1, 0)
    assert done.by_name == ("3 (Cy 2003) is taken to be Cy 2003",)
    assert done.doubtful == ("4 may be Di 2004",)
    found = evidence.overlap(review).overlaps.overall
    assert (found.studies, found.ticks, found.reviews) == (5, 8, 2)
    (new,) = [study for study in open_folder(review).studies if study.doi == "10.1000/ek"]
    assert (new.label, new.year, new.title) == ("Ek 2005", "2005", "New study")


def test_adding_a_list_again_changes_nothing(review, write):
    write("corpus/citations.csv", CITATIONS)
    add_studies(review, "R2", RIS.encode(), "list.ris")
    before = (review / "corpus" / "citations.csv").read_bytes()
    again = add_studies(review, "R2", RIS.encode(), "list.ris")
    assert (again.added, again.there) == (0, 4)
    assert (review / "corpus" / "citations.csv").read_bytes() == before


def test_the_reference_list_of_a_review_needs_to_be_told_what_is_included(review):
    text = (
        b"# A review\n\nWe include three studies.\n\n## References\n\n"
        b"1. Ode C. How to review. J Ways. 2010.\n2. Fu P. A trial of visits. J Care. 2011.\n"
        b"3. Gy Q. A trial of calls. J Care. 2012.\n"
    )
    with pytest.raises(ReviewError) as refused:
        add_studies(review, "R3", text, "review.md")
    assert str(refused.value) == (
        "the document lists more than its studies\n  in review.md\n"
        "  Say which entries are included studies, such as --keys 3,7-12, or give a file from your "
        "reference manager."
    )
    done = add_studies(review, "R3", text, "review.md", "2-3")
    assert (done.added, done.new) == (2, 2)
    with pytest.raises(ReviewError) as missing:
        add_studies(review, "R3", text, "review.md", "2,9")
    assert str(missing.value) == (
        "entries that the reference list does not have\n  in review.md\n  - '9'\n"
        "  Its entries are 1 to 3."
    )
    with pytest.raises(ReviewError, match="has no reference list"):
        add_studies(review, "R3", b"# A review\n\nNothing is cited.\n", "review.md", "1")


def test_a_review_that_is_not_there_is_refused(review):
    with pytest.raises(ReviewError) as refused:
        add_studies(review, "R8", RIS.encode(), "list.ris")
    assert str(refused.value) == (
        "there is no review 'R8'\n  in corpus/reviews\n  Name the review by its id there."
    )


def test_a_folder_without_citations_gets_its_first_list(review):
    (review / "corpus" / "citations.csv").unlink()
    assert add_studies(review, "R1", RIS.encode(), "list.ris").added == 5
