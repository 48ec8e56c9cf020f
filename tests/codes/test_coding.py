"""What suggestions and decisions settle to: each rule of `settle`."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Decision, Suggestion, at_odds, by_finding, settle

#   staff          users
#   |- nurses      |- young
#   |  `- night
#   `- doctors
CODES = (
    Code("staff", "Staff"),
    Code("nurses", "Nurses", parent="staff"),
    Code("night", "Night nurses", parent="nurses"),
    Code("doctors", "Doctors", parent="staff"),
    Code("users", "Users"),
    Code("young", "Young users", parent="users"),
)
ONE = Codebook("one", "One code a finding", CODES, exclusive=True)
MANY = Codebook("many", "Several codes a finding", CODES)
BOOKS = {"one": ONE, "many": MANY}


def guess(code, book="one", finding="F1", suggester="cues@1", score=0.7):
    return Suggestion(finding, book, code, score, suggester, f"says '{code}'", unsure=True)


def ruling(coder, code, accepted=True, sequence=1, book="one", finding="F1", reason=""):
    return Decision(finding, book, code, accepted, coder, sequence, reason=reason)


def settled(suggestions, decisions, adjudicators=()):
    return [(c.code_id, c.basis) for c in settle(suggestions, decisions, BOOKS, adjudicators)]


def test_an_undecided_suggestion_stays_a_suggestion_with_its_score_and_reason():
    (coding,) = settle([guess("staff")], [], BOOKS)
    assert (coding.basis, coding.by) == ("suggested", ("cues@1",))
    assert (coding.score, coding.unsure, coding.reason) == (0.7, True, "says 'staff'")


def test_an_accepted_code_is_confirmed_and_names_its_coders_and_their_reasons():
    decisions = [
        ruling("ben", "staff", reason="says nurses"),
        ruling("ana", "staff", reason="two nurses"),
    ]
    (coding,) = settle([guess("staff")], decisions, BOOKS)
    assert (coding.basis, coding.by, coding.score, coding.unsure) == (
        "confirmed",
        ("ana", "ben"),
        None,
        False,
    )
    assert coding.reason == "two nurses; says nurses"


def test_a_decision_needs_no_suggestion():
    assert settled([], [ruling("ana", "users")]) == [("users", "confirmed")]


@pytest.mark.parametrize("book", ["one", "many"])
def test_a_later_ruling_of_the_same_coder_on_a_code_replaces_the_earlier(book):
    accepted = ruling("ana", "staff", sequence=1, book=book)
    rejected = ruling("ana", "staff", accepted=False, sequence=2, book=book)
    accepted_again = ruling("ana", "staff", sequence=3, book=book)
    assert settled([], [accepted, rejected]) == []
    assert settled([], [accepted, rejected, accepted_again]) == [("staff", "confirmed")]


def test_in_an_exclusive_codebook_a_later_acceptance_replaces_those_in_other_branches():
    earlier = [ruling("ana", "staff", sequence=1), ruling("ana", "nurses", sequence=2)]
    assert settled([], [*earlier, ruling("ana", "users", sequence=3)]) == [("users", "confirmed")]


def test_in_an_exclusive_codebook_a_code_and_its_parent_stand_together():
    decisions = [ruling("ana", "staff", sequence=1), ruling("ana", "nurses", sequence=2)]
    assert settled([], decisions) == [("staff", "confirmed"), ("nurses", "confirmed")]


def test_in_an_exclusive_codebook_siblings_replace_each_other_and_keep_their_parent():
    decisions = [
        ruling("ana", "staff", sequence=1),
        ruling("ana", "nurses", sequence=2),
        ruling("ana", "doctors", sequence=3),
    ]
    assert settled([], decisions) == [("staff", "confirmed"), ("doctors", "confirmed")]


def test_in_a_codebook_that_is_not_exclusive_acceptances_stand_side_by_side():
    decisions = [
        ruling("ana", "staff", sequence=1, book="many"),
        ruling("ana", "users", sequence=2, book="many"),
        ruling("ben", "young", book="many"),
    ]
    assert settled([], decisions) == [
        ("staff", "confirmed"),
        ("users", "confirmed"),
        ("young", "confirmed"),
    ]


@pytest.mark.parametrize("book", ["one", "many"])
def test_a_coder_who_rejects_a_code_takes_back_what_they_accepted_below_it(book):
    decisions = [
        ruling("ana", "night", sequence=1, book=book),
        ruling("ana", "staff", accepted=False, sequence=2, book=book),
    ]
    assert settled([], decisions) == []


@pytest.mark.parametrize("book", ["one", "many"])
def test_a_coder_who_accepts_a_code_takes_back_rejections_above_it(book):
    decisions = [
        ruling("ana", "staff", accepted=False, sequence=1, book=book),
        ruling("ana", "nurses", sequence=2, book=book),
    ]
    assert settled([guess("night", book)], decisions) == [
        ("nurses", "confirmed"),
        ("night", "suggested"),
    ]


@pytest.mark.parametrize("book", ["one", "many"])
def test_a_code_that_some_accept_and_others_reject_is_disputed(book):
    decisions = [ruling("ana", "staff", book=book), ruling("ben", "staff", False, book=book)]
    (coding,) = settle([], decisions, BOOKS)
    assert (coding.basis, coding.by) == ("disputed", ("ana",))


@pytest.mark.parametrize("book", ["one", "many"])
def test_a_code_is_disputed_where_others_reject_a_code_above_it(book):
    decisions = [ruling("ana", "night", book=book), ruling("ben", "staff", False, book=book)]
    assert settled([], decisions) == [("night", "disputed")]


def test_a_rejection_below_an_accepted_code_disputes_nothing():
    decisions = [ruling("ana", "staff"), ruling("ben", "nurses", False)]
    assert settled([], decisions) == [("staff", "confirmed")]


def test_two_branches_of_an_exclusive_codebook_accepted_by_different_coders_are_disputed():
    decisions = [ruling("ana", "nurses"), ruling("ben", "users")]
    assert settled([], decisions) == [("nurses", "disputed"), ("users", "disputed")]


def test_coders_who_go_down_the_same_branch_to_different_depths_do_not_dispute():
    decisions = [ruling("ana", "staff"), ruling("ben", "night")]
    assert settled([], decisions) == [("staff", "confirmed"), ("night", "confirmed")]


def test_siblings_in_an_exclusive_codebook_are_disputed_and_their_parent_is_not():
    decisions = [
        ruling("ana", "staff", sequence=1),
        ruling("ana", "nurses", sequence=2),
        ruling("ben", "staff", sequence=1),
        ruling("ben", "doctors", sequence=2),
    ]
    assert settled([], decisions) == [
        ("staff", "confirmed"),
        ("nurses", "disputed"),
        ("doctors", "disputed"),
    ]


@pytest.mark.parametrize("judge", ["abe", "zoe"])
def test_an_adjudicator_ends_a_dispute_over_one_code_whatever_their_name(judge):
    dispute = [ruling("ana", "staff"), ruling("ben", "staff", False)]
    assert settled([], [*dispute, ruling(judge, "staff")], [judge]) == [("staff", "confirmed")]
    assert settled([], [*dispute, ruling(judge, "staff", False)], [judge]) == []


def test_an_adjudicator_ends_a_dispute_between_branches():
    dispute = [ruling("ana", "nurses"), ruling("ben", "users")]
    (coding,) = settle([], [*dispute, ruling("judge", "users")], BOOKS, ["judge"])
    assert (coding.code_id, coding.basis, coding.by) == ("users", "confirmed", ("judge",))


def test_an_adjudicator_leaves_rulings_that_their_own_can_stand_beside():
    decisions = [
        ruling("ana", "staff", book="many"),
        ruling("ana", "users", sequence=2, book="many"),
        ruling("ben", "users", False, book="many"),
        ruling("judge", "users", False, book="many"),
    ]
    assert settled([], decisions, ["judge"]) == [("staff", "confirmed")]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        pytest.param(True, [("night", "confirmed")], id="accepts the code below"),
        pytest.param(False, [], id="rejects the code below"),
    ],
)
def test_an_adjudicator_ends_a_dispute_with_a_rejection_above(accepted, expected):
    dispute = [ruling("ana", "night"), ruling("ben", "staff", False)]
    assert settled([], [*dispute, ruling("judge", "night", accepted)], ["judge"]) == expected


def test_of_several_adjudicators_the_last_in_the_order_of_names_is_heard():
    decisions = [ruling("zoe", "users"), ruling("abe", "staff"), ruling("ana", "staff")]
    assert settled([], decisions, ["abe", "zoe"]) == [("users", "confirmed")]


def test_an_adjudicator_who_says_nothing_ends_nothing():
    dispute = [ruling("ana", "staff"), ruling("ben", "users")]
    assert settled([], dispute, ["judge"]) == [("staff", "disputed"), ("users", "disputed")]


@pytest.mark.parametrize("book", ["one", "many"])
def test_below_an_accepted_code_suggestions_remain_and_elsewhere_they_go(book):
    suggestions = [guess(code, book) for code in ("staff", "nurses", "doctors", "users", "young")]
    assert settled(suggestions, [ruling("ana", "staff", book=book)]) == [
        ("staff", "confirmed"),
        ("nurses", "suggested"),
        ("doctors", "suggested"),
    ]


@pytest.mark.parametrize("book", ["one", "many"])
def test_suggestions_refine_the_lowest_accepted_code_and_not_its_parent(book):
    decisions = [
        ruling("ana", "staff", sequence=1, book=book),
        ruling("ana", "nurses", sequence=2, book=book),
    ]
    assert settled([guess("doctors", book), guess("night", book)], decisions) == [
        ("staff", "confirmed"),
        ("nurses", "confirmed"),
        ("night", "suggested"),
    ]


def test_a_rejected_code_takes_the_suggestions_below_it_along():
    suggestions = [guess(code) for code in ("staff", "nurses", "night", "doctors")]
    assert settled(suggestions, [ruling("ana", "nurses", False)]) == [
        ("staff", "suggested"),
        ("doctors", "suggested"),
    ]


def test_a_rejection_below_an_accepted_code_leaves_the_other_suggestions_below_it():
    decisions = [ruling("ana", "staff", sequence=1), ruling("ana", "nurses", False, sequence=2)]
    assert settled([guess("night"), guess("doctors")], decisions) == [
        ("staff", "confirmed"),
        ("doctors", "suggested"),
    ]


def test_a_decision_in_one_codebook_or_finding_leaves_the_others_alone():
    suggestions = [guess("staff", "many"), guess("staff", finding="F2")]
    assert settled(suggestions, [ruling("ana", "users")]) == [
        ("staff", "suggested"),
        ("users", "confirmed"),
        ("staff", "suggested"),
    ]


def test_decisions_on_codes_and_codebooks_that_are_not_there_are_left_out():
    decisions = [ruling("ana", "gone"), ruling("ana", "staff", book="gone")]
    assert settled([guess("staff")], decisions) == [("staff", "suggested")]


def test_codings_come_by_finding_codebook_and_the_codebooks_order():
    suggestions = [
        guess("young", "many", "F2"),
        guess("users", "one", "F2"),
        guess("night", "many", "F2"),
        guess("users", "many", "F10"),
    ]
    assert [(c.finding_id, c.codebook, c.code_id) for c in settle(suggestions, [], BOOKS)] == [
        ("F10", "many", "users"),
        ("F2", "many", "night"),
        ("F2", "many", "young"),
        ("F2", "one", "users"),
    ]


def test_where_a_log_has_forked_the_order_of_its_branches_does_not_matter():
    fork = [ruling("ana", "staff"), ruling("ana", "users"), ruling("ana", "users", False)]
    assert len({str(settle([], order, BOOKS)) for order in permutations(fork)}) == 1


codes = st.sampled_from([code.id for code in CODES])
books = st.sampled_from(["one", "many"])
findings = st.sampled_from(["F1", "F2"])
suggestion_lists = st.lists(
    st.builds(
        guess, codes, books, findings, st.sampled_from(["a@1", "b@1"]), st.sampled_from([0.2, 0.9])
    ),
    max_size=8,
)
decision_lists = st.lists(
    st.builds(
        ruling,
        st.sampled_from(["ana", "ben", "judge"]),
        codes,
        st.booleans(),
        st.integers(1, 4),
        books,
        findings,
    ),
    max_size=10,
)


@given(suggestion_lists, decision_lists, st.randoms(use_true_random=False))
def test_the_order_of_suggestions_and_decisions_does_not_matter(suggestions, decisions, random):
    expected = settle(suggestions, decisions, BOOKS, ["judge"])
    random.shuffle(suggestions)
    random.shuffle(decisions)
    assert settle(suggestions, decisions, BOOKS, ["judge"]) == expected


@given(suggestion_lists, decision_lists)
def test_a_suggestion_never_yields_a_confirmed_or_disputed_coding(suggestions, decisions):
    accepted = {(d.finding_id, d.codebook, d.code_id) for d in decisions if d.accepted}
    for coding in settle(suggestions, decisions, BOOKS, ["judge"]):
        is_decided = (coding.finding_id, coding.codebook, coding.code_id) in accepted
        assert is_decided or coding.basis == "suggested"
        assert (coding.score is not None) == (coding.basis == "suggested")


@given(suggestion_lists, decision_lists)
def test_an_exclusive_codebook_is_never_confirmed_in_two_branches(suggestions, decisions):
    confirmed = [
        coding
        for coding in settle(suggestions, decisions, BOOKS, ["judge"])
        if coding.codebook == "one" and coding.basis == "confirmed"
    ]
    for one in confirmed:
        for other in confirmed:
            if one.finding_id == other.finding_id:
                ids = one.code_id, other.code_id
                assert ONE.is_below(*ids) or ONE.is_below(*reversed(ids))


@given(suggestion_lists, decision_lists)
def test_the_sole_ruling_of_an_adjudicator_always_stands(suggestions, decisions):
    others = [decision for decision in decisions if decision.coder != "judge"]
    codings = settle(suggestions, [*others, ruling("judge", "night")], BOOKS, ["judge"])
    standing = {(c.finding_id, c.codebook, c.code_id): c.basis for c in codings}
    assert standing["F1", "one", "night"] == "confirmed"


# One coder in two places


def there(code, accepted=True, sequence=2, branch="b", seen=(("a", 1),)):
    return replace(ruling("ana", code, accepted, sequence), branch=branch, seen=seen)


def here(code, accepted=True, sequence=2, seen=()):
    return there(code, accepted, sequence, "a", seen)


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        pytest.param(
            [here("staff"), there("users")],
            [("staff", "disputed"), ("users", "disputed")],
            id="two codes",
        ),
        pytest.param(
            [here("staff"), there("staff", False)], [("staff", "disputed")], id="yes and no"
        ),
        pytest.param(
            [here("staff"), there("staff")], [("staff", "confirmed")], id="the same twice"
        ),
        pytest.param(
            [here("staff", sequence=1), there("users")], [("users", "confirmed")], id="known"
        ),
        pytest.param(
            [here("doctors"), there("users"), here("nurses", sequence=3, seen=(("b", 2),))],
            [("nurses", "confirmed")],
            id="ruled once more, knowing of both",
        ),
        pytest.param(
            [here("staff"), there("users"), here("staff", sequence=9)],
            [("staff", "disputed"), ("users", "disputed")],
            id="ruled once more, knowing of one",
        ),
    ],
)
def test_what_a_coder_ruled_in_two_places_is_disputed_where_it_contradicts(decisions, expected):
    for order in (decisions, decisions[::-1]):
        assert settled([], order) == expected
    odds = at_odds(decisions, BOOKS)
    assert bool(odds) == any(basis == "disputed" for _, basis in expected)
    assert all({one.branch, other.branch} == {"a", "b"} for one, other in odds)


# Double coding


def test_an_adjudicators_share_of_double_coding_ends_no_dispute():
    decisions = [ruling("ben", "users"), replace(ruling("judge", "staff"), rank="coder")]
    assert settled([], decisions, ["judge"]) == [("staff", "disputed"), ("users", "disputed")]


def test_what_the_coders_agreed_on_ends_their_dispute_whoever_wrote_it_down():
    agreed = replace(ruling("ana", "nurses"), rank="final")
    decisions = [ruling("ana", "doctors", sequence=7), ruling("ben", "users"), agreed]
    assert settled([], decisions) == [("nurses", "confirmed")]


def test_by_finding_gives_one_codebook_with_peoples_codings_first():
    suggestions = [guess("nurses"), guess("staff", "many"), guess("users", finding="F2")]
    codings = settle(suggestions, [ruling("ana", "staff")], BOOKS)
    groups = by_finding(sorted(codings, key=lambda c: c.basis, reverse=True), "one")
    assert {finding: [c.code_id for c in group] for finding, group in groups.items()} == {
        "F1": ["staff", "nurses"],
        "F2": ["users"],
    }
