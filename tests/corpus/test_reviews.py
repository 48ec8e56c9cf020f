"""The sheets of reviews and of citations."""

from themeweave.corpus.records import Citation, PrimaryStudy, Review
from themeweave.corpus.reviews import read_citations, read_reviews
from themeweave.corpus.sheets import read_sheet

VIEWS = ("staff", "users")


def sheet(text, name):
    return read_sheet(text.encode(), name, ".csv")


def reviews(text):
    return read_reviews(sheet(text, "reviews.csv"), VIEWS)


def test_a_review_is_read_whole():
    header = "id,label,role,type,population,amstar2,sampled,title,year,doi,notes\n"
    row = "R1,White 2020,background,scoping review,adults,low,staff; users,A title,2020,10.1/x,no\n"
    assert reviews(header + row) == (
        [
            Review(
                "R1",
                "White 2020",
                "background",
                "scoping review",
                "adults",
                "low",
                ("staff", "users"),
                "A title",
                "2020",
                "10.1/x",
                more=(("notes", "no"),),
            )
        ],
        [],
    )


def test_a_review_without_a_label_goes_by_its_id_and_counts_as_included():
    assert reviews("id,label\nR1,\n") == ([Review("R1", "R1", "included")], [])


def test_all_faults_of_the_reviews_are_listed_with_row_and_column():
    text = "id,label,role,sampled\nR1,a,both,staff;nobody\n,b,,\n\nR1,c,Included,nurses\n"
    assert reviews(text)[1] == [
        "reviews.csv, row 2, column 'role': 'both' must be included or background",
        "reviews.csv, row 2, column 'sampled': 'nobody' is not a code of the perspectives codebook",
        "reviews.csv, row 3, column 'id': empty",
        "reviews.csv, row 5, column 'id': 'R1' already stands in row 2",
        "reviews.csv, row 5, column 'role': 'Included' must be included or background",
        "reviews.csv, row 5, column 'sampled': 'nurses' is not a code of the perspectives codebook",
    ]


def citations(text):
    listed = [Review("R1", "One"), Review("R2", "Two")]
    return read_citations(sheet(text, "citations.csv"), listed)


def test_a_study_in_two_reviews_is_one_study():
    assert citations("review,study,label\nR1,S1,Roe 1999\nR2,S1,Roe 1999\nR2,S2,\n") == (
        [Citation("R1", "S1"), Citation("R2", "S1"), Citation("R2", "S2")],
        [PrimaryStudy("S1", "Roe 1999", "1999"), PrimaryStudy("S2", "S2")],
        [],
    )


def test_all_faults_of_the_citations_are_listed_with_row_and_column():
    assert citations("review,study\nR1,S1\nR9,S1\n,S2\nR2,\nR1,S1\n")[2] == [
        "citations.csv, row 3, column 'review': 'R9' is not listed in reviews.csv",
        "citations.csv, row 4, column 'review': empty",
        "citations.csv, row 5, column 'study': empty",
        "citations.csv, row 6: the same review and study stand in row 2",
    ]


def test_a_study_takes_its_year_from_its_own_column_or_its_label():
    text = "review,study,label,year,thread,doi\nR1,S1,Roe 1999,2001,,https://doi.org/10.1/X\n"
    text += "R1,S2,Lee et al. 2010,,S1,\nR1,S3,No year,,S3,\n"
    assert citations(text)[1] == [
        PrimaryStudy("S1", "Roe 1999", "2001"),
        PrimaryStudy("S2", "Lee et al. 2010", "2010", "S1"),
        PrimaryStudy("S3", "No year"),
    ]


def test_a_thread_within_a_thread_is_a_fault():
    text = "review,study,thread\nR1,S1,\nR1,S2,S1\nR1,S3,S2\n"
    assert citations(text)[2] == [
        (
            "citations.csv, study 'S3': its thread 'S2' is itself part of the thread 'S1'; "
            "name the one study that all are part of"
        )
    ]
