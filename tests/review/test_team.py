"""What stays blind until when: the one rule, and everything that is made of a folder."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.errors import ReviewError
from themeweave.review import steps, team
from themeweave.review.decide import Ruling, decide, undo
from themeweave.review.errands import Suggestions
from themeweave.review.exchange.export import export, formats
from themeweave.review.explain import explain
from themeweave.review.files import quiet
from themeweave.review.folder import THEMES, open_folder
from themeweave.review.log import Entry, append
from themeweave.review.revise import Who, Wish, act
from themeweave.review.session import Session
from themeweave.review.suggesting import Suggesting
from themeweave.review.synthesis import accepted
from themeweave.review.team import Assignment, Team
from themeweave.review.teamwork.assign import Act, Plan, assign
from themeweave.review.teamwork.compare import differences, progress
from themeweave.review.teamwork.settle import Verdict, adjudicate
from themeweave.review.teamwork.submit import reopen, submit
from themeweave.review.united import Standing

AT = "2026-01-02T03:04:05Z"
SECRET = "zanzibar"  # a reason that only ben's blind rulings have


def an_act(coder, number=0, because=""):
    return Act(coder, AT, f"{coder}{number}", because)


def rule(review, coder, finding, code, because=""):
    decide(
        review,
        coder,
        [Ruling(finding, code, True, because)],
        AT,
        [f"{coder} {finding} {code} {len(because)}"],
    )


@pytest.fixture
def pair(review):
    """F1 and F4 are ana's and ben's, blind, against themes; ben has coded both."""
    plan = Plan("pilot", ("ana", "ben"), ("F1", "F4"), (THEMES,))
    assign(review, an_act("eve"), plan)
    rule(review, "ben", "F1", "T02", SECRET)
    rule(review, "ben", "F4", "themes=mixed", SECRET)
    return review


def seen(review, viewer):
    return [(d.coder, d.finding_id, d.code_id) for d in open_folder(review, viewer).decisions]


BENS = [("ben", "F1", "T02"), ("ben", "F4", "mixed")]


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [("ben", BENS), ("ana", []), ("eve", []), ("", []), (None, BENS), ("nobody", [])],
)
def test_what_is_coded_blind_only_its_coder_sees(pair, viewer, expected):
    assert seen(pair, viewer) == expected


def test_it_stays_blind_until_all_have_submitted(pair):
    submit(pair, an_act("ben", 1), "pilot")
    assert [seen(pair, viewer) for viewer in ("ana", "", "ben")] == [[], [], BENS]
    rule(pair, "ana", "F1", "T02")
    rule(pair, "ana", "F4", "T01")
    assert ("ben", "F1", "T02") not in seen(pair, "ana")
    submit(pair, an_act("ana", 1), "pilot")
    every = [("ana", "F1", "T02"), ("ana", "F4", "T01"), *BENS]
    assert [sorted(seen(pair, viewer)) for viewer in ("ana", "", "ben")] == [every] * 3


def test_a_blind_coder_sees_nobodys_ruling_on_the_finding_and_others_do(pair):
    rule(pair, "cem", "F1", "T01")
    assert [seen(pair, viewer) for viewer in ("ana", "", "eve")] == [
        [],
        [],
        [("cem", "F1", "T01")],
    ]
    assert seen(pair, "ben") == BENS


def test_other_findings_and_other_codebooks_are_not_blind(pair):
    rule(pair, "ben", "F8", "T02")
    rule(pair, "ben", "F1", "users")
    assert seen(pair, "ana") == [("ben", "F8", "T02"), ("ben", "F1", "users")]


def test_memos_and_marks_on_a_blind_finding_are_blind_in_whatever_codebook(pair):
    memo = Entry("m", AT, "memo", {"finding": "F1", "text": SECRET})
    status = Entry("s", AT, "status", {"finding": "F1", "status": "unsure"})
    append(pair / "decisions" / "ben.jsonl", "ben", [memo, status])
    for viewer in ("ana", ""):
        logs = open_folder(pair, viewer).logs
        assert SECRET not in repr(logs)
        assert [e.kind for log in logs for e in log.events if e.coder == "ben"] == ["withheld"] * 4
    bens = [e for log in open_folder(pair, "ben").logs for e in log.events if e.coder == "ben"]
    assert [e.kind for e in bens] == ["decision", "decision", "memo", "status"]


def test_findings_that_an_act_on_themes_moves_are_blind_and_the_theme_is_not(pair):
    who = Who("ben", AT, "x")
    act(pair, who, [Wish("place", "mixed", findings=("F4", "F8"))])
    act(pair, Who("ben", AT, "y"), [Wish("split", "T02", "Hope alone", findings=("F1",))])
    for viewer in ("ana", ""):
        folder = open_folder(pair, viewer)
        assert [d.finding_id for d in folder.decisions] == ["F8"]
        assert "Hope alone" in [code.name for code in folder.book(THEMES).codes]
        assert folder.warnings == ()
    assert {d.finding_id for d in open_folder(pair, "ben").decisions} == {"F1", "F4", "F8"}


def test_how_many_are_withheld_is_said(pair):
    assert [open_folder(pair, v).withheld for v in ("ana", "", "ben", None)] == [2, 2, 0, 0]


# Everything that is made of a folder


def test_no_output_holds_what_is_blind(pair):
    made = steps.run(pair, quiet)
    assert {"codings.csv", "report.html", "manifest.json"} <= set(made.written)
    for file in (pair / "outputs").iterdir():
        assert SECRET.encode() not in plain(file.read_bytes()), file.name
    for name in ("report.html", "narrative.md"):
        told = (pair / "outputs" / name).read_text("utf-8")
        assert "2 rulings, memos and marks are blind still" in told
    rows = (pair / "outputs" / "codings.csv").read_text("utf-8")
    assert "ben" not in rows
    assert "confirmed" not in rows


def plain(raw):
    """Bytes of a file, unpacked where it is an archive, as .docx, .xlsx and .qdpx are."""
    if not raw.startswith(b"PK"):
        return raw
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("name", formats())
def test_no_export_holds_what_is_blind(pair, name):
    made = b"".join(map(plain, export(pair, name).files.values()))
    assert SECRET.encode() not in made
    for coder in ("ana", "ben"):
        submit(pair, an_act(coder, 1), "pilot", unfinished=True)
    revealed = b"".join(map(plain, export(pair, name).files.values()))
    if name == "qdpx":  # others hold reviews or codes alone
        assert SECRET.encode() not in made
        assert len(revealed) > len(made)


def test_no_explanation_and_no_suggestion_is_made_of_what_is_blind(pair):
    folder = open_folder(pair, "ana")
    assert accepted(folder, folder.book(THEMES)) == {}
    assert accepted(open_folder(pair, "ben"), folder.book(THEMES)) == {
        "F1": ["T02"],
        "F4": ["mixed"],
    }
    books = explain(pair, "F1").books
    assert [one.decisions for one in books if one.book.id == THEMES] == [()]


@pytest.mark.parametrize("number", range(3))
def test_suggestions_for_a_blind_coder_are_those_before_the_other_one_coded(review, number):
    """What ben codes blind changes no suggestion for ana, whatever and how much he codes."""
    findings = ("F1", "F4", "F7", "F8")
    assign(review, an_act("eve"), Plan("all", ("ana", "ben"), findings, (THEMES,)))

    def suggested():
        session = Session(review)
        session.suggest()
        return [
            [(o.code_id, o.share) for panel in session.view(f, "ana").panels for o in panel.offers]
            for f in findings
        ]

    before = suggested()
    for place, finding in enumerate(findings):
        rule(review, "ben", finding, ("T01", "T02", "themes=mixed")[(place + number) % 3])
    assert suggested() == before


def test_the_workbench_learns_from_what_everybody_may_see(pair, monkeypatch):
    given_to = []
    suggest = Suggesting.suggest
    monkeypatch.setattr(
        Suggesting,
        "suggest",
        lambda s, f, tell, **how: given_to.append(f) or suggest(s, f, tell, **how),
    )
    Session(pair).suggest()
    assert [*Suggestions(pair)(({}, True), quiet)]  # as the workbench asks for them
    assert [folder.decisions for folder in given_to] == [(), ()]
    assert SECRET not in repr(given_to)


def test_the_session_shows_a_viewer_what_the_folder_does(pair):
    session = Session(pair)
    for viewer in ("ana", "ben", "eve", ""):
        panels = [p for f in ("F1", "F4") for p in session.view(f, viewer).panels]
        shown = [(d.coder, d.finding_id, d.code_id) for p in panels for d in (*p.own, *p.others)]
        assert sorted(shown) == sorted(seen(pair, viewer))
        coded = [c for p in panels for c in p.codings if c.basis != "suggested"]
        assert bool(coded) == (viewer == "ben")
    assert session.folder.decisions == open_folder(pair).decisions
    assert SECRET not in repr(session.folder)


def test_the_session_reveals_when_the_last_one_submits(pair):
    session = Session(pair)
    for coder in ("ana", "ben"):
        for finding in ("F1", "F4"):
            if coder == "ana":
                session.decide("ana", [Ruling(finding, "T01")], AT, [f"a{finding}"])
        assert len(session.folder.decisions) == 0
        submission = {"assignment": session.whole.team.assignments[0].id}
        session.write(coder, [Entry(f"s{coder}", AT, "submission", submission)])
    assert len(session.folder.decisions) == 4
    assert {d.coder for p in session.view("F1", "ana").panels for d in p.others} == {"ben"}


def test_an_open_assignment_hides_nothing(review):
    assign(review, an_act("eve"), Plan("talk", ("ana", "ben"), ("F1",), blind=False))
    rule(review, "ben", "F1", "T02")
    assert seen(review, "ana") == [("ben", "F1", "T02")]


def test_what_one_coder_alone_has_is_not_blind(review):
    assign(review, an_act("eve"), Plan("single", ("ana", "ben"), ("F1", "F4"), double=0))
    rule(review, "ben", "F1", "T02")
    rule(review, "ben", "F4", "T02")
    assert len(seen(review, "ana")) == 2


# Closed to further rulings


def closed(review, coder, finding, code):
    with pytest.raises(ReviewError) as caught:
        rule(review, coder, finding, code, "again")
    return str(caught.value)


NOTHING = (
    "  Nothing was written. What is submitted opens again once everybody has submitted; what is "
    "settled is settled anew with 'themeweave team adjudicate'."
)


def test_what_is_submitted_cannot_be_changed_before_the_reveal_and_can_afterwards(pair):
    submit(pair, an_act("ben", 1), "pilot")
    assert closed(pair, "ben", "F1", "T01") == (
        "findings that are closed to further rulings\n"
        "  - F1 is submitted in 'pilot', which waits for ana\n" + NOTHING
    )
    with pytest.raises(ReviewError) as caught:
        Session(pair).decide("ben", [Ruling("F1", "T01")], AT, ["new"])
    assert "F1 is submitted in 'pilot', which waits for ana" in str(caught.value)
    rule(pair, "ben", "F1", "T02", SECRET)  # the same event again changes nothing
    rule(pair, "ana", "F1", "T02")
    submit(pair, an_act("ana", 1), "pilot", unfinished=True)
    rule(pair, "ben", "F1", "T01", "again")


def test_what_is_submitted_cannot_be_withdrawn(pair):
    submit(pair, an_act("ben", 1), "pilot")
    for take_back in (
        lambda: undo(pair, "ben", AT, "u"),
        lambda: Session(pair).undo("ben", AT, "u"),
    ):
        with pytest.raises(ReviewError) as caught:
            take_back()
        assert str(caught.value) == (
            "the ruling on F4 was submitted in 'pilot' and cannot be undone\n"
            "  in decisions/ben.jsonl\n"
            "  Rule on it once more instead: the later ruling counts."
        )


def test_what_is_settled_is_closed_to_coders(pair):
    rule(pair, "ana", "F1", "T01")
    rule(pair, "ana", "F4", "themes=mixed")
    for coder in ("ana", "ben"):
        submit(pair, an_act(coder, 1), "pilot")
    adjudicate(pair, an_act("eve", 2, "hope is the point"), Verdict("F1", THEMES, ("T02",)))
    assert closed(pair, "ana", "F1", "T01") == (
        "findings that are closed to further rulings\n"
        "  - F1 is settled in 'Themes', as eve wrote down\n" + NOTHING
    )
    rule(pair, "eve", "F1", "T01", "an adjudicator may")


def test_a_share_that_was_given_back_is_blind_and_open_again(pair):
    submit(pair, an_act("ben", 1), "pilot")
    reopen(pair, an_act("eve", 2, "too early"), "pilot", "ben")
    rule(pair, "ben", "F1", "T01")
    assert progress(pair)[0].revealed == 0
    submit(pair, an_act("ben", 3), "pilot")
    assert [share.submitted for share in progress(pair)[0].shares] == ["", AT]


# The rule itself


def a_submission(coder):
    return Standing(None, 1)


@given(
    shares=st.dictionaries(
        st.sampled_from(["ana", "ben", "cem"]), st.sets(st.sampled_from("123")), min_size=1
    ),
    submitted=st.sets(st.sampled_from(["ana", "ben", "cem"])),
    blind=st.booleans(),
)
def test_nobody_sees_a_shared_finding_before_all_its_coders_have_submitted(
    shares, submitted, blind
):
    given_ = {coder: tuple(sorted(findings)) for coder, findings in shares.items()}
    done = {coder: a_submission(coder) for coder in submitted & given_.keys()}
    made = Team((Assignment("a", "a", "eve", AT, ("b",), given_, blind, submitted=done),))
    for finding in "123":
        holders = {coder for coder, findings in shares.items() if finding in findings}
        hidden = blind and len(holders) > 1 and not holders <= submitted
        for viewer in ("ana", "ben", "cem", "eve", ""):
            for coder in ("ana", "ben", "cem", "eve"):
                sees = made.may_see(viewer, coder, finding, "b")
                involved = viewer in holders or coder in holders or viewer == ""
                assert sees == (viewer == coder or not (hidden and involved))
                assert made.may_see(viewer, coder, finding, "other")


def test_two_assignments_of_one_finding_are_blind_until_both_are_revealed(pair):
    assign(pair, an_act("eve", 5), Plan("second", ("ben", "cem"), ("F1",), (THEMES,)))
    submit(pair, an_act("ben", 1), "pilot")
    rule(pair, "ana", "F1", "T01")
    submit(pair, an_act("ana", 1), "pilot", unfinished=True)
    assert ("ben", "F1", "T02") not in seen(pair, "ana")
    assert differences(pair) == []
    assert seen(pair, "cem") == [("ben", "F4", "mixed")]


def test_an_assignment_that_says_too_little_is_damage(review):
    body = {"name": "x", "shares": {"ana": "F1"}, "codebooks": [], "blind": True}
    append(review / "decisions" / "eve.jsonl", "eve", [Entry("a", AT, "assignment", body)])
    (warning,) = open_folder(review).warnings
    assert warning.startswith(
        "decisions/eve.jsonl, line 1: the assignment lacks a field, or a field is not text or "
        "true or false. "
    )
    assert json.loads((review / "decisions" / "eve.jsonl").read_text())["kind"] == "assignment"


def test_only_the_session_and_the_teams_own_steps_open_the_whole():
    """Everything else opens a folder in somebody's sight; what opens the whole asks `may_see`."""
    source = Path(team.__file__).parents[1]
    opens = re.compile(r"(?:open_folder|with_logs)\([^()]*(?:\([^()]*\)[^()]*)*, None\)")
    found = {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if opens.search(file.read_text("utf-8"))
    }
    assert found == {"review/session.py", "review/teamwork/compare.py"}
    # and of these, the team's step only counts
    text = (source / "review/teamwork/compare.py").read_text("utf-8")
    assert opens.findall(text) == ["open_folder(path, None)"]
    assert "return progress_of(open_folder(path, None))" in text
