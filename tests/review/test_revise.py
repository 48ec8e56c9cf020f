"""Revising themes in a folder: what is refused, what is written, and that it is replayed."""

import json

import pytest

from themeweave.errors import ReviewError
from themeweave.review import steps, theme_steps
from themeweave.review.files import quiet
from themeweave.review.folder import open_folder
from themeweave.review.revise import PROPOSED, Who, Wish, act, keep, move, undo
from themeweave.review.theme_list import history, theme_rows

AT = "2026-01-02T03:04:05Z"


def who(coder="ana", command="c1", reason=""):
    return Who(coder, AT, command, reason)


def listed(review):
    return [str(row) for row in theme_rows(review)]


def names(review):
    return {code.id: code.name for code in open_folder(review).book("themes").codes}


def test_an_act_is_an_event_with_its_reason_and_the_codebook_file_stays(review, snapshot):
    before = snapshot()
    said = act(
        review, who(reason="clearer"), [Wish("rename", "Hope through a living example", "Hope")]
    )
    assert said == ["T02 'Hope through a living example' renamed 'Hope'"]
    assert names(review)["T02"] == "Hope"
    assert {name for name, raw in snapshot().items() if before.get(name) != raw} == {
        "decisions/ana.jsonl"
    }
    (line,) = (review / "decisions" / "ana.jsonl").read_text("utf-8").splitlines()
    event = json.loads(line)
    assert (event["kind"], event["body"]) == (
        "theme",
        {"act": "rename", "theme": "T02", "text": "Hope", "reason": "clearer"},
    )
    assert history(review) == ["2026-01-02 03:04:05 ana: T02 renamed 'Hope', because clearer"]


def test_an_act_carries_how_far_its_coder_had_seen_the_other_logs(review):
    act(review, who("ben", "c1"), [Wish("promote", "T02"), Wish("move", "T02", target="T01")])
    act(review, who("ana", "c2"), [Wish("rename", "T02", "Hope")])
    last = open_folder(review).revision.applied[-1]
    assert (last.coder, dict(last.seen)) == ("ana", {"ben": 2})


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        pytest.param(
            Wish("rename", "T2", "x"),
            "there is no theme 'T2'; did you mean 'T02'?\n"
            "  'themeweave themes list' shows every theme.",
            id="unknown theme",
        ),
        pytest.param(
            Wish("merge", "T02", target="T9"),
            "there is no theme 'T9'\n  'themeweave themes list' shows every theme.",
            id="unknown target",
        ),
        pytest.param(
            Wish("move", "T01", target="T02"),
            "T01 'What the role brings' moved under T02: this cannot be\n"
            "  'T01' would stand below itself, since 'T02' is below it. Nothing was written.",
            id="circle",
        ),
        pytest.param(
            Wish("merge", "T01", target="T01"),
            "T01 'What the role brings' merged into T01: this cannot be\n"
            "  'T01' would be merged into itself. Nothing was written.",
            id="merge into itself",
        ),
        pytest.param(
            Wish("place", "T01", findings=("F1", "F99", "X")),
            "findings that are not there\n"
            "  - there is no finding 'F99'\n"
            "  - there is no finding 'X'\n"
            "  Nothing was written.",
            id="unknown findings",
        ),
        pytest.param(
            Wish("rename", "T01", " "),
            "a theme needs a name\n  Give it in quotes.",
            id="no name",
        ),
        pytest.param(
            Wish("new", text="mixed FEELINGS"),
            "there is a theme with the name 'mixed FEELINGS' already (mixed)\n"
            "  Give another name, or merge the two with 'themeweave themes merge'.",
            id="a name that is taken",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(review, snapshot, wish, message):
    before = snapshot()
    with pytest.raises(ReviewError) as caught:
        act(review, who(), [Wish("retire", "T02"), wish])
    assert str(caught.value) == message
    assert snapshot() == before


def test_a_name_that_several_themes_have_asks_for_an_id(review, write):
    write(
        "codebooks/themes.yaml",
        "codebook: themes\ncodes:\n- {id: A, name: Hope}\n- {id: B, name: hope}\n",
    )
    with pytest.raises(ReviewError) as caught:
        act(review, who(), [Wish("retire", "HOPE")])
    assert str(caught.value) == "several themes have the name 'HOPE'\n  Give an id: A, B."


def test_findings_and_themes_are_moved_apart(review):
    assert move(review, who(), ["F2", "F3"], "T02") == [
        "F2, F3 moved to T02 'Hope through a living example'"
    ]
    assert move(review, who(command="c2"), ["T02"], "mixed") == [
        "T02 'Hope through a living example' moved under mixed"
    ]
    with pytest.raises(ReviewError) as caught:
        move(review, who(), ["F2", "T02"], "T01")
    assert str(caught.value) == (
        "there is no finding 'T02'\n  Move findings and themes in separate commands."
    )


def test_undo_takes_back_the_whole_of_the_latest_command_and_then_the_one_before(review):
    act(review, who(command="a"), [Wish("rename", "T02", "Hope")])
    act(review, who(command="b"), [Wish("retire", "T02"), Wish("promote", "T02")])
    assert undo(review, "ana", AT, "u1") == [
        "T02 retired",
        "T02 promoted to overarching",
    ]
    assert names(review)["T02"] == "Hope"
    assert undo(review, "ana", AT, "u2") == ["T02 renamed 'Hope'"]
    assert names(review)["T02"] == "Hope through a living example"
    with pytest.raises(ReviewError) as caught:
        undo(review, "ana", AT, "u3")
    assert str(caught.value) == (
        "'ana' has done nothing to themes that could be undone\n"
        "  in decisions/ana.jsonl\n"
        "  Each coder can undo their own acts only, under their own name."
    )


def test_what_rested_on_an_undone_act_is_kept_and_listed(review):
    act(review, who(command="a"), [Wish("new", text="Fear")])
    fear = next(theme for theme, name in names(review).items() if name == "Fear")
    act(review, who("ben", "b"), [Wish("describe", "Fear", "Of losing the job.")])
    undo(review, "ana", AT, "u")
    assert open_folder(review).warnings == (
        (
            f"decisions/ben.jsonl, event 1: {fear} described: Of losing the job.: there is no "
            f"theme '{fear}'. It is kept and does not count"
        ),
    )
    assert history(review) == [
        (
            f"2026-01-02 03:04:05 ben: {fear} described: Of losing the job. "
            f"(does not count: there is no theme '{fear}')"
        )
    ]


def test_coders_who_differ_are_told_so_by_check(review):
    act(review, who("ana"), [Wish("rename", "T02", "Hope")])
    log = review / "decisions" / "ana.jsonl"
    held = log.read_bytes()
    log.unlink()
    act(review, who("ben"), [Wish("rename", "T02", "Faith")])
    log.write_bytes(held)
    assert open_folder(review).warnings == (
        (
            "ben and ana differ on the name of 'T02': T02 renamed 'Faith' (stands); "
            "T02 renamed 'Hope'. Whoever is right says it once more, or an adjudicator does"
        ),
    )
    act(review, who("eve", "e"), [Wish("rename", "T02", "Hope")])
    assert names(review)["T02"] == "Hope"


def test_the_list_counts_findings_by_whose_word_it_is(review):
    move(review, who(), ["F2"], "T02")
    act(review, who(command="m"), [Wish("mark", "T02", "analytical"), Wish("retire", "mixed")])
    assert listed(review)[1:] == [
        "  T02  Hope through a living example [analytical]: 8 findings (1 confirmed)",
        "mixed  Mixed feelings [retired]: 0 findings (0 confirmed)",
    ]


def propose(review):
    return theme_steps.propose_in(review, quiet).candidates


def test_candidates_are_kept_as_they_were_shown_and_stay_suggestions(review):
    with pytest.raises(ReviewError) as caught:
        keep(review, who(), ["c01"])
    assert str(caught.value) == (
        f"no themes were proposed yet\n  in {PROPOSED}\n  Run 'themeweave themes propose' first."
    )
    found = propose(review)
    first = found.themes[0]
    keep(review, who(), [first.id], name="Seen on wards", under="T01")
    theme = next(t for t, name in names(review).items() if name == "Seen on wards")
    row = next(row for row in theme_rows(review) if row.code.id == theme)
    assert (row.depth, row.confirmed, row.suggested) == (1, 0, len(first.findings))
    undo(review, "ana", AT, "u")
    keep(review, who(command="k"), [first.id], confirm=True)
    row = next(row for row in theme_rows(review) if row.code.name == first.label)
    assert (row.depth, row.confirmed, row.suggested) == (0, len(first.findings), 0)


def test_all_candidates_are_kept_with_their_overarching_themes(review):
    found = propose(review)
    keep(review, who(), ["all"])
    kept = [c for c in open_folder(review).book("themes").codes if c.origin == "derived"]
    alone = [top for top in found.overarching if sum(t.parent == top.id for t in found.themes) == 1]
    assert len(kept) == len(found.themes) + len(found.overarching) - len(alone)
    assert sum(len(s.findings) for s in open_folder(review).revision.applied) == len(
        found.placements
    )


@pytest.mark.parametrize(
    ("candidates", "options", "message"),
    [
        pytest.param(
            ["c99"],
            {},
            "there is no candidate theme 'c99'",
            id="unknown",
        ),
        pytest.param(
            ["c01", "c02"],
            {"name": "x"},
            "one name was given for 2 themes\n  Keep them one by one.",
            id="one name for two",
        ),
    ],
)
def test_a_candidate_that_is_not_there_is_refused(review, candidates, options, message):
    propose(review)
    with pytest.raises(ReviewError) as caught:
        keep(review, who(), candidates, **options)
    assert str(caught.value).startswith(message)


def test_too_few_findings_for_themes_is_said(review, write):
    write("corpus/findings.csv", "id,text\nF1,Pay was low.\n")
    with pytest.raises(ReviewError) as caught:
        propose(review)
    assert str(caught.value) == (
        "fewer than 5 findings are left to be grouped\n"
        "  in corpus/findings\n"
        "  0 fit themes that have findings already: see 'themeweave themes list'. Which findings "
        "are coded to themes, codebooks.themes.strand in review.toml says."
    )


def test_a_run_says_what_changed_since_the_last_and_diff_compares_with_any_copy(
    review, write, tmp_path
):
    with pytest.raises(ReviewError) as caught:
        theme_steps.diff(review, None, quiet)
    assert str(caught.value) == (
        "there is nothing to compare with: no run was made yet\n"
        "  in outputs/theme_state.json\n"
        "  Run 'themeweave run', or name an earlier copy of the review folder."
    )
    assert steps.run(review).changes == ()
    state = tmp_path / "may.json"
    state.write_bytes((review / "outputs" / "theme_state.json").read_bytes())
    move(review, who(), ["F2"], "T02")
    text = (review / "corpus" / "findings.csv").read_text("utf-8")
    write("corpus/findings.csv", text + "F9,A role model gave others hope.,R1,experiences\n")
    changed = theme_steps.diff(review, None, quiet)
    # suggestions for others may follow what was decided on F2; they come between these two
    assert changed[0] == (
        "F2 confirmed: 'What the role brings > Hope through a living example' (confirmed)"
    )
    assert changed[-1] == (
        "F9 is new: 'What the role brings > Hope through a living example' (suggested)"
    )
    assert all(" moved: from " in line for line in changed[1:-1])
    assert list(steps.run(review).changes) == changed
    assert steps.run(review).changes == ()
    assert theme_steps.diff(review, state, quiet) == changed


def test_what_is_no_state_is_refused(review, tmp_path):
    other = tmp_path / "other.json"
    other.write_text("[]", "utf-8")
    with pytest.raises(ReviewError) as caught:
        theme_steps.diff(review, other, quiet)
    assert str(caught.value) == (
        "this is not a state of the themes\n"
        f"  in {other}\n"
        "  Name an earlier copy of the review folder, or theme_state.json of its outputs/."
    )


@pytest.mark.parametrize(
    "body",
    [
        {"act": "rename"},
        {"act": "rename", "theme": "T02", "text": 3},
        {"act": "place", "theme": "T02", "findings": "F1"},
        {"act": "place", "theme": "T02", "findings": [1]},
        {"act": "rename", "theme": "T02", "text": "x", "seen": {"ben": "1"}},
        {"act": "rename", "theme": "T02", "text": "x", "seen": []},
    ],
    ids=str,
)
def test_an_act_that_cannot_be_read_is_damage_and_is_named(review, body):
    from themeweave.review.log import Entry, append

    append(review / "decisions" / "ana.jsonl", "ana", [Entry("e1", AT, "theme", body)])
    (warning,) = open_folder(review).warnings
    assert warning.startswith(
        "decisions/ana.jsonl, line 1: the theme lacks a field, or a field is not text"
    )
