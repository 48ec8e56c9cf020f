"""Where a finding stands, and what happens when its text no longer stands there."""

import pytest

from themeweave.corpus.records import Document, PageSpan, Passage
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.documents import add
from themeweave.review.files import quiet
from themeweave.review.folder import open_folder
from themeweave.review.places import context_words, page_of, place_words

TEXT = "# Results\nNurses said pay was low. It drove some away.\n\nOther matters."
START = TEXT.index("It drove")
FINDING = Finding("F1", "It drove some away.", passage=Passage("d1", START, START + 19, "Results"))
PAPER = Document("d1", "ng.pdf", TEXT, "", places=(PageSpan(START, START + 19, 3, (0, 0, 9, 9)),))


def test_the_place_names_document_section_page_and_characters():
    assert place_words(FINDING, {"d1": PAPER}) == (
        f"ng.pdf, Results, page 3, characters {START} to {START + 19}"
    )
    assert page_of(FINDING, {"d1": PAPER}) == 3


def test_the_context_is_the_paragraph_around_it():
    assert context_words(FINDING, {"d1": PAPER}) == "Nurses said pay was low. It drove some away."


def test_a_long_paragraph_is_cut_at_words_on_both_sides():
    text = "word " * 100 + "Here it is." + " word" * 100
    start = text.index("Here")
    finding = Finding("F1", "Here it is.", passage=Passage("d1", start, start + 11))
    shown = context_words(finding, {"d1": Document("d1", "a", text, "")})
    assert shown.startswith("… word")
    assert shown.endswith("word …")
    assert len(shown) < 340


def test_a_finding_from_a_sheet_has_no_place():
    assert (place_words(Finding("F1", "x"), {}), context_words(Finding("F1", "x"), {})) == ("", "")


@pytest.mark.parametrize(("shift", "faults"), [(0, 0), (1, 1)])
def test_a_text_that_does_not_stand_at_its_place_is_refused(review, tmp_path, shift, faults):
    article = tmp_path / "ng.md"
    article.write_text(TEXT, "utf-8")
    (held,) = add(review, [article], quiet).stored
    (review / "corpus" / "findings.csv").write_text(
        "id,text,document,start,end\n"
        f"F1,It drove some away.,{held.id},{START + shift},{START + 19 + shift}\n",
        "utf-8",
    )
    if not faults:
        assert open_folder(review).documents[held.id].name == "ng.md"
        return
    with pytest.raises(ReviewError) as caught:
        open_folder(review)
    (fault,) = caught.value.faults
    assert fault == (
        f"corpus/findings, 'F1': the text is not what stands at {START + 1} to {START + 20} of "
        f"the document {held.id}; keep the text verbatim, or empty the columns document, start "
        "and end"
    )
