import pytest

from themeweave.errors import ReviewError
from themeweave.review import shipped
from themeweave.review.codebooks import codebooks_at


def test_every_shipped_codebook_is_read_and_has_the_id_of_its_file():
    names = shipped.names()
    assert set(names) == {
        *("cfir-2009", "cfir-2022", "com-b", "tdf"),
        *("perspectives", "themes", "valence"),
    }
    assert [shipped.codebook(name).id for name in names] == names


def test_a_codebook_is_read_by_its_path_too(review):
    assert shipped.codebook(str(review / "codebooks" / "themes.yaml")).title == "Themes"


@pytest.mark.parametrize("name", ["cfir-2023", "nowhere/mine.yaml", "../codebooks"])
def test_a_codebook_that_is_not_there_is_refused_with_those_that_are(name):
    with pytest.raises(ReviewError) as caught:
        shipped.codebook(name)
    assert str(caught.value) == (
        f"there is no codebook '{name}'\n"
        f"  Name one that comes with themeweave ({', '.join(shipped.names())}) "
        "or the path of a .yaml file."
    )


def test_in_a_review_its_own_codebooks_are_given(review):
    assert [book.id for book in codebooks_at(review)] == ["cfir-mini", "perspectives", "themes"]
    assert [book.title for book in codebooks_at(review, "themes")] == ["Themes"]


def test_outside_a_review_the_shipped_ones_are_given(tmp_path):
    assert [book.id for book in codebooks_at(tmp_path)] == shipped.names()
    assert [book.id for book in codebooks_at(tmp_path, "valence")] == ["valence"]


def test_a_codebook_that_the_review_lacks_is_refused_with_those_it_has(review):
    with pytest.raises(ReviewError) as caught:
        codebooks_at(review, "valence")
    assert str(caught.value) == (
        "there is no codebook 'valence'\n"
        f"  in {review / 'codebooks'}\n"
        "  There are: cfir-mini, perspectives, themes."
    )
