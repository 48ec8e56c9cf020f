"""What a finding's answers are, on whose word, and what is never shown as one."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Coding
from themeweave.corpus.records import Review
from themeweave.findings.records import Finding
from themeweave.report.coded import coded_findings, count_confirmed

FRAME = Codebook(
    "cfir",
    "CFIR",
    (
        Code("inner", "Inner setting"),
        Code("culture", "Culture", parent="inner"),
        Code("outer", "Outer setting"),
        Code("laws", "Laws", parent="outer"),
    ),
)
FINDING = Finding("F1", "Staff were welcoming.", ("R1", "R9"))


def coding(code, basis="suggested", *, unsure=False, by=("blend@1",)):
    return Coding("F1", "cfir", code, basis, by, unsure, reason="says 'welcoming'")


def answers(*codings):
    (coded,) = coded_findings(
        [FINDING], [Review("R1", "Ng 2020")], list(codings), {"cfir": FRAME}, "cfir", {}
    )
    return coded


def test_a_suggested_construct_suggests_its_domain():
    coded = answers(coding("culture"))
    assert (coded.domain.text, coded.domain.basis) == ("Inner setting", "suggested")
    assert (coded.construct.text, coded.construct.basis) == ("Culture", "suggested")


def test_a_suggestion_below_its_margin_is_unclear_and_its_guess_stays_in_the_reason():
    coded = answers(coding("culture", unsure=True))
    assert (coded.construct.code_id, coded.construct.text) == ("unclear", "Unclear")
    assert coded.construct.reason == "best guess Culture: says 'welcoming'"
    assert coded.domain.basis == "unclear"


def test_a_confirmed_domain_keeps_a_suggested_construct_below_it():
    coded = answers(coding("inner", "confirmed", by=("ana",)), coding("culture"))
    assert (coded.domain.basis, coded.domain.by) == ("confirmed", ("ana",))
    assert coded.construct.basis == "suggested"


def test_a_confirmed_construct_confirms_its_domain():
    coded = answers(coding("laws", "confirmed", by=("ana",)))
    assert (coded.domain.text, coded.domain.basis) == ("Outer setting", "confirmed")
    assert (coded.construct.text, coded.construct.basis) == ("Laws", "confirmed")


def test_what_coders_dispute_names_both_sides_and_confirms_nothing():
    coded = answers(coding("culture", "disputed", by=("ana",)), coding("laws", "disputed"))
    assert coded.construct.text == "Culture / Laws (disputed)"
    assert not coded.construct.confirmed
    assert not coded.domain.confirmed


def test_reviews_are_shown_by_label_and_by_id_where_there_is_none():
    assert answers().reviews == ("Ng 2020", "R9")


def test_a_candidate_theme_stands_only_where_the_codebook_says_nothing():
    book = Codebook("themes", "Themes", (Code("T1", "Hope"),), True)
    candidate = {"F1": ("o1", "Feelings", "c1", "Welcome")}
    settled = Coding("F1", "themes", "T1", "confirmed", ("ana",))
    for codings, shown in (([settled], "Hope"), ([], "Feelings")):
        (coded,) = coded_findings([FINDING], [], codings, {"themes": book}, "cfir", candidate)
        assert coded.theme.text == shown


@pytest.mark.parametrize(
    ("bases", "said"), [((), "0 (0 confirmed)"), (("confirmed", "unclear"), "2 (1 confirmed)")]
)
def test_every_count_says_how_much_is_confirmed(bases, said):
    from themeweave.report.coded import Answer

    assert count_confirmed(Answer("a", "A", basis) for basis in bases) == said
