from themeweave.corpus.records import Citation, PrimaryStudy, Review
from themeweave.evidence.matrix import headings, matrix_rows, merge_threads, structural_gaps

PAPERS = [
    PrimaryStudy("p2", "Roe 2012", "2012", "p1"),
    PrimaryStudy("p1", "Roe 2010", "2010"),
    PrimaryStudy("p3", "Lee 2019", "2019"),
]


def test_publications_of_one_study_are_one_row_with_the_earliest_year():
    ticks = [Citation("A", "p1"), Citation("A", "p2"), Citation("B", "p2"), Citation("B", "p3")]
    merged, rows = merge_threads(ticks, PAPERS)
    assert merged == [Citation("A", "p1"), Citation("B", "p1"), Citation("B", "p3")]
    assert rows == [PrimaryStudy("p1", "Roe 2010", "2010"), PAPERS[2]]


def test_a_thread_may_be_named_after_no_publication():
    papers = [PrimaryStudy("x", "Ng 2015", "2015", "NG"), PrimaryStudy("y", "Ng 2013", "", "NG")]
    merged, rows = merge_threads([Citation("A", "x"), Citation("B", "y")], papers)
    assert merged == [Citation("A", "NG"), Citation("B", "NG")]
    assert rows == [PrimaryStudy("NG", "Ng 2015", "2015")]


def test_a_study_newer_than_the_last_search_cannot_be_in_the_review():
    reviews = [
        Review("A", "A 2015", year="2015"),
        Review("B", "B 2020", year="2020", searched="June 2018"),
        Review("C", "C"),
    ]
    gaps = structural_gaps([Citation("A", "p3")], PAPERS, reviews)
    assert gaps.cells == (Citation("B", "p3"),)
    assert gaps.contradicted == (Citation("A", "p3"),)
    assert (gaps.undated, gaps.by_publication) == (1, 1)


def test_the_year_of_the_search_itself_is_possible():
    same = Review("A", "A", searched="2019")
    assert structural_gaps([], [PAPERS[2]], [same]).cells == ()


def test_the_matrix_tells_no_tick_from_no_room():
    reviews = [Review("A", "Ng 2020"), Review("B", "Ng 2020")]
    assert headings(reviews) == {"A": "Ng 2020 (A)", "B": "Ng 2020 (B)"}
    rows = matrix_rows([Citation("A", "p1")], PAPERS[1:], reviews, [Citation("B", "p3")])
    assert [list(row.values()) for row in rows] == [
        ["p1", "Roe 2010", "2010", "1", "0"],
        ["p3", "Lee 2019", "2019", "0", "NA"],
    ]
