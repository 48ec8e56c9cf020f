"""Why a finding got its codes, how far coding has come, and what to look at next."""

import re

import pytest

from themeweave.codes.coding import Suggestion
from themeweave.codes.reasons import percent
from themeweave.errors import ReviewError
from themeweave.review.decide import Ruling, decide
from themeweave.review.explain import explain, outlook
from themeweave.review.shipped import source


def rule(review, *pairs, coder="ana"):
    rulings = [Ruling(finding, code, reason="as it says") for finding, code in pairs]
    ids = [f"e{n}" for n in range(len(rulings))]
    decide(review, coder, rulings, "2026-01-02T03:04:05Z", ids)


def test_a_finding_is_explained_for_every_codebook_it_is_coded_against(review):
    found = explain(review, "F5")
    assert found.finding.text.startswith("Training before the start")
    assert [one.book.id for one in found.books] == ["perspectives", "cfir-mini", "themes"]
    frame = found.books[1]
    assert frame.suggester.startswith("reader@")
    assert frame.beliefs[0].code_id == "training"
    assert frame.beliefs[0].reason == frame.why
    assert frame.decisions == ()


def test_the_reviews_that_a_finding_comes_from_are_named_with_whom_they_asked(review):
    found = explain(review, "F1")
    assert [(one.review, one.label, one.sampled) for one in found.cited] == [
        ("R1", "Ng 2020", ("Staff",)),
        ("R2", "Ode 2021", ()),
    ]


def test_the_definition_of_what_is_suggested_stands_beside_it(review):
    frame = explain(review, "F5").books[1]
    assert frame.means == frame.book.by_id["training"].definition


def test_what_people_decided_stands_beside_what_is_suggested(review):
    rule(review, ("F5", "training"))
    books = explain(review, "F5").books
    assert [(d.coder, d.code_id, d.reason) for d in books[1].decisions] == [
        ("ana", "training", "as it says")
    ]


def test_a_finding_that_is_not_there_is_refused_with_the_nearest(review):
    with pytest.raises(ReviewError) as caught:
        explain(review, "F11")
    assert caught.value.what.startswith("there is no finding 'F11'")
    assert caught.value.next_step == "'themeweave findings list' shows every finding."


def test_what_is_decided_is_not_asked_again_and_counts_say_what_remains(review):
    before = {one.book.id: one for one in outlook(review)}
    assert before["perspectives"].decided == 0
    assert before["perspectives"].undecided == 8
    rule(review, ("F2", "staff"), ("F1", "perspectives=mixed"))
    (after,) = outlook(review, "perspectives")
    assert (after.decided, after.undecided, after.compared) == (2, 6, 2)
    assert {"F1", "F2"}.isdisjoint(one.finding.id for one in after.next)
    assert 0 <= after.expected_wrong <= after.undecided


def test_the_least_sure_come_first_and_the_list_is_no_longer_than_asked(review):
    (one,) = outlook(review, "perspectives", number=3)
    assert len(one.next) == 3
    (every,) = outlook(review, "perspectives", number=99)
    assert one.next[0].choice.margin == min(place.choice.margin for place in every.next)


def test_an_unknown_codebook_is_refused_with_those_there_are(review):
    with pytest.raises(ReviewError) as caught:
        outlook(review, "theme")
    assert str(caught.value) == (
        "there is no codebook 'theme'; did you mean 'themes'?\n"
        "  There are: perspectives, cfir-mini, themes."
    )


def test_asking_changes_nothing_in_the_folder(review, snapshot):
    before = snapshot()
    explain(review, "F1")
    outlook(review)
    assert snapshot() == before


def test_a_finding_that_states_several_things_may_bear_further_codes(review, write):
    write(
        "review.toml",
        '[review]\ntitle = "A small review"\n'
        '[innovation]\nname = "peer support"\ndeliverers = ["befrienders"]\n',
    )
    write("codebooks/cfir-2022.yaml", source("cfir-2022")[0])
    time = "There was not enough time for sessions, but ward managers praised it in every meeting."
    skill = "Befrienders did not feel confident in talking about suicide."
    write("corpus/findings.csv", f'id,text,cited\nF1,"{time}",R1\nF2,{skill},R1\n')
    books = explain(review, "F1").books
    (more,) = next(one.further for one in books if one.book.id == "cfir-2022")
    assert more.code_id == "available_resources"
    assert more.reason == "by itself, 'There was not enough time for sessions'"
    assert all(one.further == () for one in books if one.book.id != "cfir-2022")
    books = explain(review, "F2").books
    (role,) = next(one.further for one in books if one.book.id == "cfir-2022")
    assert role.code_id == "innovation_deliverers"
    assert role.reason == "capability of those who deliver peer support: 'Befrienders did not feel'"


def test_below_what_people_accepted_only_the_codes_there_are_explained_as_the_tables_show_them(
    review,
):
    rule(review, ("F5", "inner"))
    books = explain(review, "F5").books
    assert [belief.code_id for belief in books[1].beliefs] == ["training"]
    rule(review, ("F5", "training"), coder="ben")
    books = explain(review, "F5").books
    assert (books[1].beliefs, books[1].unsure) == ((), False)


def test_it_says_what_tables_and_workbench_say(review):
    from themeweave.review.folder import open_folder
    from themeweave.review.synthesis import place_in_themes, suggest, suggest_themes

    folder = open_folder(review)
    books = explain(review, "F5").books
    placed = suggest_themes(folder, place_in_themes(folder))
    for one in books:
        every = placed if one.book.id == "themes" else suggest(folder, one.book)[0]
        (made,) = [s for s in every if s.finding_id == "F5"]
        assert (one.suggested, one.why) == (one.book.name(made.code_id), made.reason)
        assert one.unsure is made.unsure


def test_shares_below_what_people_accepted_are_of_the_codes_there_and_who_accepted_is_said(review):
    book = review / "codebooks" / "themes.yaml"
    more = "  - {id: T03, name: Pay, definition: wages and contracts, parent: T01}\n"
    book.write_text(book.read_text("utf-8") + more, "utf-8")
    rule(review, ("F1", "themes=T01"))
    books = explain(review, "F1").books
    one = books[-1]
    assert one.within == f"{one.book.name('T01')}, which ana accepted"
    assert (
        one.lead == f"{percent(one.beliefs[0].share)}, next Pay {percent(1 - one.beliefs[0].share)}"
    )
    assert books[0].within == ""


def test_where_one_code_stands_below_what_people_accepted_that_is_said(review):
    rule(review, ("F5", "themes=T01"))
    one = explain(review, "F5").books[-1]
    assert (one.lead, one.why.split(";")[0]) == ("100%", "the only code there")


def test_how_surely_a_branch_is_chosen_is_said_in_words(review):
    books = explain(review, "F1").books
    themes = books[-1]
    assert themes.suggested == "Hope through a living example"  # the branch above it is judged
    assert re.fullmatch(r"What the role brings \d\d%, next Mixed feelings \d+%", themes.lead)


def test_no_line_is_repeated_for_codes_that_nothing_speaks_for(review):
    for finding in ("F1", "F5"):
        for one in explain(review, finding).books:
            said = [belief.reason for belief in one.beliefs[1:] if belief.reason]
            assert len(said) == len(set(said))
            assert not any("as a whole" in reason for reason in said)


def test_of_very_many_findings_only_explain_says_what_they_rest_on(review, monkeypatch):
    from themeweave.review import synthesis
    from themeweave.review.folder import open_folder

    folder = open_folder(review)
    (book, *_) = [one for one in folder.codebooks.values() if one.id == "themes"]
    rests = [s for s in synthesis.suggest(folder, book)[0] if "rests" in s.reason]
    assert rests
    monkeypatch.setattr(synthesis, "MOST_WEIGHED", len(folder.findings) - 1)
    assert not [s for s in synthesis.suggest(folder, book)[0] if "rests" in s.reason]
    books = explain(review, rests[0].finding_id).books
    assert books[-1].why == rests[0].reason


def test_a_theme_that_the_findings_of_people_speak_for_is_the_one_explained(review, monkeypatch):
    guess = Suggestion("F5", "themes", "T01", 0.7, "themes@2", "nearest to F1")
    monkeypatch.setattr("themeweave.review.explain.suggest_themes", lambda *_: [guess])
    themes = explain(review, "F5").books[-1]
    assert (themes.suggested, themes.lead, themes.why) == (
        themes.book.name("T01"),
        "70%",
        "nearest to F1",
    )
