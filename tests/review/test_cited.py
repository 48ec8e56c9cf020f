"""The first list of reviews, made of what findings cite."""

from themeweave.corpus.records import Document, Reference
from themeweave.review.cited import cited_works

ONE = Reference("1", "Ng A. Peers. 2020.", ("Ng", "Roe"), "2020", "Peers at work", "10.1/x")
SAME = Reference("7", "Ng A, Roe B. Peers at work.", ("Ng",), "2020", "Peers at work", "10.1/x")
OTHER = Reference("2", "Ng A. Hope. 2020.", ("Ng",), "2020", "Hope at work")
BARE = Reference("3", "National policy on peers, ministry", (), "", "")


def paper(*references):
    return Document("d1", "a.md", "", "", references=references)


def test_a_work_that_two_documents_cite_is_one_review_with_one_id():
    first, second = paper(ONE), Document("d2", "b.md", "", "", references=(SAME,))
    assert len(cited_works([(first, "1"), (second, "7"), (first, "1")])) == 1


def test_two_works_of_one_author_and_year_are_told_apart():
    rows = cited_works([(paper(ONE, OTHER), "1"), (paper(ONE, OTHER), "2")])
    assert [row["label"] for row in rows] == ["Ng 2020", "Ng 2020b"]
    assert len({row["id"] for row in rows}) == 2


def test_a_reference_without_author_goes_by_its_first_words():
    (row,) = cited_works([(paper(BARE), "3")])
    assert row["label"] == "National policy on peers"


def test_a_marker_that_the_reference_list_lacks_is_passed_over():
    assert cited_works([(paper(ONE), "9")]) == []
