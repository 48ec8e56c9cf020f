"""Reference lists become reviews, once each, and nothing is lost in silence."""

from themeweave.corpus.sheets import read_sheet
from themeweave.review.reference_lists import add_references

RIS = (
    "TY  - JOUR\nAU  - Tan, A\nPY  - 2019\nTI  - Hope on wards\nDO  - 10.1/hope\nER  - \n"
    "TY  - JOUR\nAU  - Roe, B\nPY  - 2021\nTI  - Pay of peers\nER  - \n"
)


def reviews(folder):
    path = folder / "corpus" / "reviews.csv"
    return read_sheet(path.read_bytes(), "reviews.csv", ".csv").rows


def test_works_are_added_behind_the_reviews_that_are_there(review):
    before = [row["id"] for row in reviews(review)]
    done = add_references(review, RIS.encode(), "included.ris")
    assert (done.found, done.added, done.there, done.failed) == (2, 2, 0, ())
    rows = reviews(review)
    assert [row["id"] for row in rows][: len(before)] == before
    assert [row["label"] for row in rows][len(before) :] == ["Tan 2019", "Roe 2021"]


def test_the_same_list_again_changes_nothing(review):
    add_references(review, RIS.encode(), "included.ris")
    before = (review / "corpus" / "reviews.csv").read_bytes()
    done = add_references(review, RIS.encode(), "included.ris")
    assert (done.added, done.there) == (0, 2)
    assert (review / "corpus" / "reviews.csv").read_bytes() == before


def test_a_record_that_cannot_be_read_is_counted_and_named(review):
    done = add_references(
        review, (RIS + "AU  - Lost, C\nTI  - No type\nER  - \n").encode(), "a.ris"
    )
    assert done.found == done.added + done.there + len(done.failed)
    assert len(done.failed) == 1


def test_a_folder_without_a_sheet_of_reviews_gets_one(review):
    (review / "corpus" / "reviews.csv").unlink()
    assert add_references(review, RIS.encode(), "included.ris").added == 2
    assert [row["role"] for row in reviews(review)] == ["included", "included"]
