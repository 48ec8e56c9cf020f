"""Overlap of a folder: its scopes, choices and pictures, and what cannot be drawn."""

from pathlib import Path

import pytest

from themeweave.errors import ReviewError
from themeweave.review import evidence, steps
from themeweave.review.folder import open_folder
from themeweave.review.overlap import overlaps

ROOT = Path(__file__).parents[2]
TEACHING = ROOT / "docs" / "teaching"


def test_the_sample_review_knows_two_lists_that_share_nine_trials_and_bounds_the_rest():
    found = evidence.overlap(ROOT)
    overall = found.overlaps.overall
    assert (overall.studies, overall.ticks, overall.reviews) == (59, 68, 2)
    assert overall.cca == pytest.approx(9 / 59)
    assert len(found.overlaps.unknown) == 36
    assert found.overlaps.scopes[0].name == "All reviews: 35 included, 3 background"
    assert found.overlaps.choices[0] == (
        "Inclusion lists known for 2 of 38 reviews; Høgh Egmose 2023 as a background source."
    )
    themes = [s for s in found.overlaps.scopes if s.name.startswith("Theme: ")]
    assert [scope.overlap.cca for scope in themes] == [None] * 4
    assert found.bounds == (
        "Published totals of the 35 included reviews (426 primary studies): CCA between 1.5% and "
        "2.5%: slight."
    )


def test_the_teaching_review_has_one_theme_that_collapses_and_one_that_does_not():
    found = evidence.overlap(TEACHING).overlaps
    scopes = {scope.name: scope.overlap for scope in found.scopes}
    calm, room = scopes["Theme: Calm and company"], scopes["Theme: Room, time and instruments"]
    assert (calm.studies, calm.ticks, calm.reviews, calm.cca) == (4, 17, 5, 13 / 16)
    assert (room.studies, room.ticks, room.reviews, room.cca) == (8, 8, 3, 0.0)
    assert found.choices == (
        "Inclusion lists known for 7 of 8 reviews.",
        "Publications of one study are one row: 1 further publication merged.",
        "Impossible cells: 8, of studies that appeared after the review's last search.",
    )


def test_a_run_shows_the_collapse_beside_the_sound_theme(tmp_path):
    import shutil

    shutil.copytree(TEACHING, tmp_path / "t")
    steps.run(tmp_path / "t")
    page = (tmp_path / "t" / "outputs" / "theme_table.md").read_text("utf-8")
    assert "5 reviews, 4 primary studies, independent reviews 1.2 of 5 ▼" in page
    assert "3 reviews, 8 primary studies, independent reviews 3.0 of 3 |" in page
    assert "2 reviews, primary studies 2+ (1 of 2 lists known)" in page
    names = {file.name for file in (tmp_path / "t" / "outputs").iterdir()}
    assert names >= {"overlap.svg", "overlap.docx", "evidence_base.xlsx", "citation_matrix.csv"}
    import docx

    for name in ("overlap", "appraisal_amstar2_qualitative", "effect_directions"):
        document = docx.Document(str(tmp_path / "t" / "outputs" / f"{name}.docx"))
        assert (len(document.inline_shapes), len(document.tables)) == (1, 1)


def test_years_that_contradict_an_inclusion_are_said_and_the_inclusion_counts(review, write):
    write("corpus/reviews.csv", "id,label,year\nR1,Ng 1990,1990\nR2,Ode 2021,2021\nR3,Pal,\n")
    found = overlaps(open_folder(review))
    assert found.overall.ticks == 3
    assert found.choices[1:] == (
        (
            "Impossible cells: 0, of studies that appeared after the review's last search (by the "
            "review's own year for 2 reviews)."
        ),
        (
            "2 inclusions contradict the years and count as inclusions: the study appeared after "
            "the review's year."
        ),
    )


def test_a_map_of_fewer_than_two_lists_is_refused(review, write):
    write("corpus/citations.csv", "review,study\nR1,S1\n")
    found = evidence.overlap(review)
    with pytest.raises(ReviewError) as refused:
        evidence.heat_map_of(found.overlaps, ".png")
    assert str(refused.value) == (
        "there are not two reviews whose primary studies are known\n  in corpus/citations.csv\n"
        "  List the studies of at least two reviews (columns: review, study)."
    )
    with pytest.raises(ReviewError) as unknown:
        evidence.picture_suffix("map.jpg")
    assert str(unknown.value) == (
        "no picture can be written as '.jpg'\n  in map.jpg\n  Use one of .svg, .png."
    )
