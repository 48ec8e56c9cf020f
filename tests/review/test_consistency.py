import pytest

from themeweave.errors import ReviewError
from themeweave.review import evidence


def test_the_folder_says_which_papers_are_one_review_and_what_reviews_print(review, write):
    write("corpus/reviews.csv", "id,label,reports\nR1,Ng 2020,1;2\nR2,Ode 2021,3\nR3,Pal,4\n")
    write(
        "corpus/effects.csv",
        "id,level,source,outcome,measure,estimate,ci_lb,ci_ub\n"
        "E1,pooled,R2,sleep quality,OR,1.2,0.8,1.9\nE2,pooled,R2,pain,SMD,-0.4,-0.6,-0.2\n"
        "E3,pooled,R2,hope,SMD,0.3,,\n",
    )
    text = review / "paper.md"
    text.write_text(
        "# Results\n\nTwo reviews agreed [ 1 , 2 , 4 ]. Sleep quality improved [ 3 ].\n\n"
        "Pain was reduced [ 3 ].\n",
        "utf-8",
    )
    found = evidence.consistency([str(text)], review)
    assert [one.why for one in found.checked["paper.md"].contradictions] == [
        (
            "claims an effect of Ode 2021 on sleep quality, whose own interval includes none: "
            "OR 1.2 (0.8 to 1.9)"
        )
    ]
    assert found.found == 1


def test_a_pair_needs_two_references(tmp_path):
    with pytest.raises(ReviewError) as refused:
        evidence.consistency([], tmp_path, [("41", "41")])
    assert str(refused.value) == (
        "'41=41' names one reference\n  in --same\n  Give two: --same 42=41."
    )
