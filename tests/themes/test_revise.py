"""What people did to themes, replayed: every act, any order of reading, contradictions, circles."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Decision
from themeweave.themes.acts import KINDS, Act, in_order, said
from themeweave.themes.carry import carried, kept
from themeweave.themes.revise import revise

BOOK = Codebook(
    "themes",
    "Themes",
    (
        Code("T1", "What the role brings", "overarching"),
        Code("T2", "Hope", "subtheme", "T1"),
        Code("T3", "Trust", "subtheme", "T1"),
        Code("T4", "Conditions", "overarching"),
        Code("T5", "Pay", "subtheme", "T4"),
    ),
    exclusive=True,
)


def act(kind, theme, text="", target="", findings=(), coder="ana", sequence=1, seen=None):
    return Act(
        f"{coder}-{sequence}",
        coder,
        sequence,
        kind,
        theme,
        text,
        target,
        tuple(findings),
        seen=seen or {},
    )


def tree(revision):
    return {code.id: code.parent for code in revision.book.codes}


def code(revision, theme):
    return revision.book.by_id[theme]


@pytest.mark.parametrize(
    ("done", "field", "value"),
    [
        pytest.param(act("rename", "T2", "Hope regained"), "name", "Hope regained", id="rename"),
        pytest.param(act("describe", "T2", "Of hope."), "definition", "Of hope.", id="describe"),
        pytest.param(act("retire", "T2"), "retired", True, id="retire"),
        pytest.param(act("restore", "T2"), "retired", False, id="restore"),
        pytest.param(act("mark", "T2", "a priori"), "origin", "a priori", id="origin"),
        pytest.param(
            act("mark", "T2", "analytical"), "abstraction", "analytical", id="abstraction"
        ),
        pytest.param(act("promote", "T2"), "level", "overarching", id="promote"),
        pytest.param(act("move", "T2", target="T4"), "parent", "T4", id="move"),
        pytest.param(act("move", "T4", target="T1"), "level", "subtheme", id="a move sets levels"),
    ],
)
def test_an_act_changes_its_theme_and_no_other(done, field, value):
    revised = revise(BOOK, [done])
    assert getattr(code(revised, done.theme), field) == value
    others = [c for c in revised.book.codes if c.id != done.theme]
    assert others == [c for c in BOOK.codes if c.id != done.theme]
    assert (revised.unapplied, revised.contests) == ((), ())


def test_a_merged_theme_gives_up_what_stands_below_it_and_its_id_is_known():
    revised = revise(BOOK, [act("merge", "T4", target="T1")])
    assert tree(revised) == {"T1": "", "T2": "T1", "T3": "T1", "T5": "T1"}
    assert revised.became == {"T4": "T1"}


def test_merging_a_theme_into_one_below_it_leaves_no_circle():
    deep = revise(BOOK, [act("move", "T3", target="T2")]).book
    assert tree(revise(deep, [act("merge", "T1", target="T3")])) == {
        "T2": "T3",
        "T3": "",
        "T4": "",
        "T5": "T4",
    }


def test_a_split_makes_a_theme_beside_and_takes_rulings_along_that_it_knew_of():
    split = act("split", "T2", "Hope for staff", "t9", ["F1", "F2"], sequence=2, seen={"ben": 1})
    revised = revise(BOOK, [split])
    assert (code(revised, "t9").parent, code(revised, "t9").origin) == ("T1", "derived")
    rulings = [
        Decision("F1", "themes", "T2", True, "ben", 1),
        Decision("F2", "themes", "T2", True, "ben", 2),  # the split did not know of it
        Decision("F3", "themes", "T2", True, "ben", 1),
    ]
    found = [(d.finding_id, d.code_id, d.coder) for d in carried(rulings, revised)]
    assert found == [
        ("F1", "t9", "ben"),
        ("F2", "T2", "ben"),
        ("F3", "T2", "ben"),
        ("F1", "t9", "ana"),
        ("F2", "t9", "ana"),
    ]


def test_acceptances_follow_a_merge_and_rejections_do_not():
    revised = revise(
        BOOK, [act("merge", "T2", target="T3"), act("merge", "T3", target="T5", sequence=2)]
    )
    rulings = [
        Decision("F1", "themes", "T2", True, "ben", 1),
        Decision("F2", "themes", "T2", False, "ben", 2),
        Decision("F3", "cfir", "T2", False, "ben", 3),  # another codebook's code
    ]
    assert [(d.finding_id, d.code_id) for d in carried(rulings, revised)] == [
        ("F1", "T5"),
        ("F3", "T2"),
    ]


def test_a_merge_into_a_theme_that_is_gone_goes_where_that_went():
    revised = revise(
        BOOK,
        [act("merge", "T3", target="T2"), act("merge", "T5", target="T3", coder="ben")],
    )
    rulings = [Decision("F1", "themes", "T5", True, "eve", 1)]
    assert [d.code_id for d in carried(rulings, revised)] == ["T2"]
    assert revised.became == {"T3": "T2", "T5": "T2"}


def test_findings_that_were_moved_are_accepted_by_who_moved_them():
    revised = revise(BOOK, [act("place", "T5", findings=["F1", "F2"], sequence=4)])
    assert [(d.finding_id, d.code_id, d.coder, d.sequence) for d in carried([], revised)] == [
        ("F1", "T5", "ana", 4),
        ("F2", "T5", "ana", 4),
    ]


def test_a_candidate_that_was_kept_suggests_its_findings_until_it_is_gone():
    new = act("new", "t9", "Fear", findings=["F2", "F1"])
    (one, two) = kept(revise(BOOK, [new]))
    assert (one.finding_id, one.code_id, one.suggester) == ("F1", "t9", "kept by ana")
    assert two.finding_id == "F2"
    merged = revise(BOOK, [new, act("merge", "t9", target="T2", sequence=2)])
    assert {s.code_id for s in kept(merged)} == {"T2"}
    assert kept(revise(BOOK, [new, act("retire", "t9", sequence=2)])) == []


def test_two_moves_that_would_close_a_circle_have_one_winner_and_the_other_is_listed():
    acts = [
        act("move", "T2", target="T3"),
        act("move", "T3", target="T2", coder="ben"),
    ]
    for order in itertools.permutations(acts):
        revised = revise(BOOK, order)
        assert tree(revised)["T2"] == "T3"
        assert [(lost.act.coder, lost.why) for lost in revised.unapplied] == [
            ("ben", "'T3' would stand below itself, since 'T2' is below it")
        ]


def test_two_merges_into_each_other_are_one_merge():
    revised = revise(
        BOOK,
        [act("merge", "T2", target="T3"), act("merge", "T3", target="T2", coder="ben")],
    )
    assert revised.became == {"T2": "T3"}
    assert [lost.why for lost in revised.unapplied] == ["'T3' would be merged into itself"]


@pytest.mark.parametrize(
    ("done", "why"),
    [
        pytest.param(act("rename", "T9", "x"), "there is no theme 'T9'", id="unknown theme"),
        pytest.param(act("move", "T2", target="T9"), "there is no theme 'T9'", id="unknown target"),
        pytest.param(act("new", "t1", "x", "T9"), "there is no theme 'T9'", id="unknown parent"),
        pytest.param(act("new", "T2", "x"), "there is a theme 'T2' already", id="an id that is"),
        pytest.param(
            act("move", "T1", target="T2"),
            "'T1' would stand below itself, since 'T2' is below it",
            id="circle",
        ),
        pytest.param(
            act("move", "T1", target="T1"),
            "'T1' would stand below itself, since 'T1' is below it",
            id="under itself",
        ),
        pytest.param(
            act("mark", "T2", "green"), "this version does not know 'mark green'", id="unknown mark"
        ),
        pytest.param(
            act("paint", "T2"), "this version does not know 'paint '", id="of a newer version"
        ),
    ],
)
def test_what_cannot_be_applied_is_listed_with_its_reason_and_changes_nothing(done, why):
    revised = revise(BOOK, [done])
    assert revised.book == BOOK
    assert [(lost.act, lost.why) for lost in revised.unapplied] == [(done, why)]


def test_acts_on_a_theme_that_was_merged_meanwhile_are_listed():
    revised = revise(
        BOOK, [act("merge", "T2", target="T3"), act("rename", "T2", "x", coder="ben", sequence=2)]
    )
    assert [lost.why for lost in revised.unapplied] == ["'T2' was merged into 'T3'"]


def test_contradictions_of_coders_who_did_not_know_of_each_other_are_listed():
    one, other = act("rename", "T2", "Hope now"), act("rename", "T2", "Faith", coder="ben")
    revised = revise(BOOK, [one, other])
    assert code(revised, "T2").name == "Faith"
    assert [(c.stands, c.other, c.of) for c in revised.contests] == [(other, one, "name")]


@pytest.mark.parametrize(
    ("second", "adjudicators"),
    [
        pytest.param(
            act("rename", "T2", "Faith", coder="ben", seen={"ana": 1}), (), id="had seen it"
        ),
        pytest.param(act("rename", "T2", "Hope now", coder="ben"), (), id="says the same"),
        pytest.param(act("rename", "T2", "Faith", coder="aby"), {"aby"}, id="adjudicator"),
        pytest.param(act("describe", "T2", "Faith", coder="ben"), (), id="another matter"),
        pytest.param(act("rename", "T2", "Faith", sequence=2), (), id="changed their own mind"),
    ],
)
def test_what_is_settled_is_no_contradiction_and_the_later_stands(second, adjudicators):
    revised = revise(BOOK, [act("rename", "T2", "Hope now"), second], adjudicators)
    assert revised.contests == ()
    assert revised.applied[-1] == second


def test_an_act_comes_after_everything_its_coder_had_seen():
    acts = [
        act("rename", "T2", "a", coder="zoe", sequence=7),
        act("rename", "T2", "b", coder="ana", sequence=1, seen={"zoe": 7}),
        act("rename", "T2", "c", coder="ben", sequence=1, seen={"ana": 1}),
    ]
    assert [one.text for one in in_order(acts[::-1])] == ["a", "b", "c"]


def test_logs_that_claim_to_have_seen_each_other_still_give_one_order():
    acts = [
        act("rename", "T2", "a", seen={"ben": 1}),
        act("rename", "T2", "b", coder="ben", seen={"ana": 1}),
    ]
    assert in_order(acts) == in_order(acts[::-1]) == acts


THEMES = st.sampled_from(["T1", "T2", "T3", "T4", "T5", "t6", "t7", "nowhere"])


@st.composite
def histories(draw):
    """Acts of three coders, who may have seen any part of each other's logs."""
    acts = []
    for coder in ("ana", "ben", "eve"):
        for sequence in range(1, draw(st.integers(1, 5)) + 1):
            seen = {
                other: draw(st.integers(0, 4)) for other in ("ana", "ben", "eve") if other < coder
            }
            acts.append(
                act(
                    draw(st.sampled_from(KINDS)),
                    draw(THEMES),
                    draw(st.sampled_from(["Name", "derived", "analytical"])),
                    draw(THEMES),
                    draw(st.lists(st.sampled_from(["F1", "F2"]), max_size=2)),
                    coder,
                    sequence,
                    seen,
                )
            )
    return acts


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_any_history_gives_a_tree_without_circles_in_any_order_of_reading(acts, chance):
    revised = revise(BOOK, acts, {"eve"})
    shuffled = [*acts]
    chance.shuffle(shuffled)
    assert revise(BOOK, shuffled, {"eve"}) == revised
    book = revised.book
    for theme in book.codes:
        assert not theme.parent or theme.parent in book.by_id
        assert len(set(book.path(theme.id))) == len(book.path(theme.id))
    for merged, into in revised.became.items():
        assert merged not in book.by_id
        assert into in book.by_id or into in revised.became
    assert len(revised.applied) + len(revised.unapplied) == len(acts)
    rulings = [
        Decision("F1", "themes", theme, True, coder, n)
        for n, (theme, coder) in enumerate(itertools.product(("T1", "T2", "T5"), ("ana", "ben")), 1)
    ]
    for ruling in carried(rulings, revised):
        assert ruling.code_id in book.by_id


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (act("new", "t1", "Fear"), "t1 'Fear' added"),
        (
            act("new", "t1", "Fear", "T4", ["F1", "F2"]),
            "t1 'Fear' added under T4, with 2 findings as proposed",
        ),
        (act("rename", "T2", "Faith"), "T2 'Hope' renamed 'Faith'"),
        (act("describe", "T2", "Of hope."), "T2 'Hope' described: Of hope."),
        (act("merge", "T2", target="T3"), "T2 'Hope' merged into T3"),
        (act("split", "T2", "Faith", "t1", ["F1"]), "T2 'Hope' split: t1 'Faith' with F1"),
        (act("move", "T2", target="T4"), "T2 'Hope' moved under T4"),
        (act("promote", "T2"), "T2 'Hope' promoted to overarching"),
        (act("retire", "T2"), "T2 'Hope' retired"),
        (act("restore", "T2"), "T2 'Hope' restored"),
        (act("mark", "T2", "derived"), "T2 'Hope' marked derived"),
        (act("place", "T2", findings=["F1", "F2"]), "F1, F2 moved to T2 'Hope'"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_every_act_has_words(done, words):
    assert said(done, "" if done.kind == "new" else "Hope") == words
