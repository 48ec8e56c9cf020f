"""The board and the codebook, asked without a browser: what is refused, kept and seen."""

from dataclasses import replace

import pytest

from themeweave.codes.coding import Suggestion
from themeweave.errors import ReviewError
from themeweave.review.codebook_changes import apply, changes, file_of, take_back, wished, written
from themeweave.review.events import read_log
from themeweave.review.log import Entry
from themeweave.review.revise import Who, Wish
from themeweave.review.suggesting import Suggested
from themeweave.review.theme_board import ABOVE, act_on_themes, board_of, keeping, undo_on_themes
from themeweave.review.theme_stage import Placing
from themeweave.themes.propose import Placement, Proposal, Theme

AT = "2026-01-02T03:04:05Z"


@pytest.fixture
def session(bench):
    return bench.session


def who(command, coder="ana"):
    return Who(coder, AT, command)


def stands(session, finding, viewer="ana"):
    board = board_of(session, viewer)
    found = [(t, p.basis) for t, c in board.columns.items() for p in c.places]
    places = [p for c in board.columns.values() for p in c.places if p.finding == finding]
    assert len(found) >= len(places)
    return [(p.theme, p.basis) for p in places]


def suggest(session, **themes):
    placed = {f: Suggestion(f, "themes", t, 1.0, "x") for f, t in themes.items()}
    made = Suggested({}, placed, None, session.books)
    session.suggestions.take(made, session.books, session.folder.revision)


def test_a_finding_stands_in_the_lowest_theme_with_peoples_word_first(session):
    suggest(session, F034="T05", F064="T05")
    assert stands(session, "F034") == [("T05", "suggested")]  # people said T01, which is above
    (other,) = stands(session, "F064")
    assert other == ("T02", "confirmed")  # people said something else
    assert board_of(session, "ana").refined == 1


def test_coders_who_differ_are_shown_in_both_places(session):
    for coder, theme in (("ana", "T05"), ("ben", "T19")):
        act_on_themes(session, who(f"c-{coder}", coder), [Wish("place", theme, findings=("F034",))])
    assert stands(session, "F034") == [("T05", "disputed"), ("T19", "disputed")]


def test_what_is_blind_is_not_on_the_board_of_anybody_else(session):
    shares = {"ana": ["F034"], "ben": ["F034"]}
    body = {"name": "pilot", "codebooks": ["themes"], "shares": shares, "blind": True}
    session.write("eve", [Entry("as-1", AT, "assignment", body)])
    act_on_themes(session, who("c", "ben"), [Wish("place", "T19", findings=("F034",))])
    assert ("T19", "confirmed") in stands(session, "F034", "ben")
    for viewer in ("ana", "eve"):
        assert all(theme != "T19" for theme, _ in stands(session, "F034", viewer))


def test_suggestions_follow_a_merge_and_come_back_when_it_is_undone(session):
    suggest(session, F034="T05")
    act_on_themes(session, who("m"), [Wish("merge", "T05", target="T08")])
    assert stands(session, "F034") == [("T08", "suggested")]
    assert undo_on_themes(session, "ana", AT, "u") == ["T05 merged into T08"]
    assert stands(session, "F034") == [("T05", "suggested")]


def test_a_command_that_is_sent_again_changes_nothing(session):
    for _ in range(2):
        act_on_themes(session, who("same"), [Wish("merge", "T05", target="T08")])
    assert len(read_log(session.path / "decisions" / "ana.jsonl").events) == 1


def test_a_candidate_is_kept_with_the_findings_that_have_no_theme(opened, review):
    (review / "decisions" / "published.jsonl").unlink()
    session = opened().session
    theme = Theme("c01", "Growth", "o1", ("F034", "F035"), (), (), 0.5)
    above = Theme("o1", "Gains", "", ("F034", "F035"), (), (), 0.5)
    placements = (Placement("F034", "c01", "Growth", "o1", "Gains", 0.5, True),)
    session.suggestions.placing = Placing((), (), Proposal(placements, (theme,), (above,), ""), 0)
    board = board_of(session, "ana")
    (candidate,) = board.candidates
    assert [p.finding for p in candidate.places] == ["F034", "F035"]
    assert candidate.loosely == {"F034"}
    wishes = keeping(board, "c01", "", "T01", confirm=True)
    assert [(w.kind, w.text or w.theme, w.findings) for w in wishes] == [
        ("new", "Growth", ("F034", "F035")),
        ("place", "Growth", ("F034", "F035")),
    ]
    both = keeping(board, "c01", "", ABOVE, confirm=False)
    assert [(w.text, w.target) for w in both] == [("Gains", ""), ("Growth", "Gains")]
    said = act_on_themes(session, who("k"), both)
    assert said[1].endswith("with 2 findings as proposed")
    assert [p.finding for p in board_of(session, "ana").groups[-1].below[0].places] == [
        "F034",
        "F035",
    ]
    with pytest.raises(ReviewError) as refused:
        keeping(board, "c09", "", "", confirm=False)
    assert str(refused.value) == (
        "the candidate theme 'c09' is not there any more\n"
        "  Candidates are proposed anew as people place findings. Load the page again."
    )


@pytest.mark.parametrize(
    ("act", "what"),
    [
        ({"kind": "burn"}, "'burn' is nothing that can be done to a theme Load it again."),
        (
            {"kind": "place", "theme": "T05"},
            "no finding was chosen Choose findings first, with space or x.",
        ),
        (
            {"kind": "place", "findings": "F1"},
            "the page sent something that is not understood Load it again.",
        ),
        (
            {"kind": "new", "text": "x" * 10_001},
            "the text is longer than 10,000 characters Shorten it.",
        ),
    ],
)
def test_the_page_of_themes_refuses_what_it_cannot_do(bench, act, what):
    answer = bench.come().post("/themes/act", json=act)
    error = answer.json()["error"]
    assert (answer.status_code, f"{error['what']} {error['next']}") == (422, what)


def test_the_board_comes_in_parts(bench):
    client = bench.come()
    suggest(bench.session, F034="T05")
    assert 'data-finding="F034"' in client.get("/themes/board").json()["html"]
    assert client.get("/themes/cards?theme=T05&from=0").json()["left"] == 0
    assert "T05" in client.get("/themes/evidence").json()["themes"]


def changed(session, **said):
    return wished(written(session.folder, "valence"), "mixed", said, "n")


def test_a_change_to_a_code_is_in_the_file_and_in_the_log_and_can_be_taken_back(session):
    file = file_of(session.path, "valence")
    before = file.read_bytes()
    code = changed(session, definition="Both at once.", cues=["on the one hand", ""])
    said = apply(session, "ana", "valence", code, "clearer", AT, "c1")
    assert said == ["code 'mixed' of valence changed"]
    assert apply(session, "ana", "valence", code, "clearer", AT, "c1") == []
    assert session.folder.book("valence").by_id["mixed"].cues == ("on the one hand",)
    (change,) = changes(session.folder, "valence")
    assert (change.did, change.reason, change.after["definition"]) == (
        "changed",
        "clearer",
        "Both at once.",
    )
    take_back(session, "ana", "valence", AT, "u1")
    read = session.folder.book("valence").by_id["mixed"]
    assert len(before) > 0
    assert read.definition == change.before["definition"]
    assert changes(session.folder, "valence")[0].taken_back


def test_a_code_that_is_added_and_taken_back_is_retired(session):
    book = written(session.folder, "valence")
    code = wished(book, "", {"name": "Unclear", "parent": ""}, "new")
    apply(session, "ana", "valence", code, "", AT, "c1")
    assert session.folder.book("valence").by_id[code.id].level == "valence"
    assert take_back(session, "ana", "valence", AT, "u1") == ["'Unclear' retired"]
    assert session.folder.book("valence").by_id[code.id].retired


def refusal(call):
    with pytest.raises(ReviewError) as refused:
        call()
    return str(refused.value)


def test_changes_that_cannot_be_are_refused_in_words(session):
    themes, valence = written(session.folder, "themes"), written(session.folder, "valence")
    code = changed(session, name="Both")
    assert refusal(lambda: wished(themes, "t9", {}, "n")) == (
        "the code 't9' is not in the file of this codebook\n"
        "  Themes that were added on the board are changed there."
    )
    assert refusal(lambda: wished(themes, "", {"name": "New"}, "n")) == (
        "themes are added on the board\n  Open Themes and press New theme."
    )
    assert refusal(lambda: wished(valence, "", {"name": " "}, "n")) == (
        "a code needs a name\n  Give it one."
    )
    assert refusal(lambda: wished(valence, "mixed", {"parent": "mixed"}, "n")) == (
        "'Mixed' cannot stand below 'mixed'\n  Choose another parent."
    )
    assert refusal(lambda: written(session.folder, "nothing")).startswith(
        "there is no codebook 'nothing'\n  in codebooks/\n  There are: cfir-2009, cfir-2022, "
    )
    assert refusal(lambda: file_of(session.path, "nothing")) == (
        "there is no codebook 'nothing'\n  in codebooks/\n  Load the page again: it was renamed."
    )
    assert refusal(
        lambda: apply(session, "ana", "valence", valence.by_id["mixed"], "", AT, "c")
    ) == ("nothing was changed\n  Change something first.")
    assert refusal(lambda: take_back(session, "ana", "valence", AT, "u")) == (
        "'ana' has changed nothing in 'valence' that could be taken back\n"
        "  Each coder can take back their own changes only."
    )
    apply(session, "ana", "valence", code, "", AT, "c1")
    apply(session, "ben", "valence", changed(session, name="Other"), "", AT, "c2")
    assert refusal(lambda: take_back(session, "ana", "valence", AT, "u")) == (
        "'mixed' was changed again since\n"
        "  Change it as it should be; the history shows what stood there."
    )
    file = file_of(session.path, "valence")
    file.write_bytes(file.read_bytes().replace(b"title:", b"version: '9'\ntitle:", 1))
    file.write_bytes(file.read_bytes().replace(b'version: "1"\n', b"", 1))
    assert refusal(
        lambda: apply(session, "ana", "valence", changed(session, name="X"), "", AT, "c3")
    ) == (
        "the codebook 'valence' was changed meanwhile\n  in codebooks/valence.yaml\n"
        "  Nothing was lost: load the page again and look at what stands there now."
    )


def test_a_preview_says_what_a_change_would_recode_and_writes_nothing(bench):
    client, file = bench.come(), file_of(bench.session.path, "valence")
    before = file.read_bytes()
    said = {"code": "barrier", "said": {"retired": True}}
    found = client.post("/codebook/valence/preview", json=said).json()
    assert found["recoded"] > 10
    assert "Nothing is written yet." in found["html"]
    assert file.read_bytes() == before
    assert client.get("/codebook").headers["location"] == "/codebook/perspectives"
    for page in ("valence", "themes?code=T05", "cfir-2022?code=new&under=innovation"):
        assert client.get(f"/codebook/{page}").status_code == 200
    wrong = client.post("/codebook/valence/preview", json={"code": "barrier", "said": 1})
    assert wrong.json()["error"] == {
        "what": "the page sent something that is not understood",
        "where": "",
        "next": "Load it again.",
        "faults": [],
    }


def test_a_review_without_codebooks_says_so(bench):
    bench.session.books = {}
    bench.session._folder = bench.session.version, replace(bench.session.folder, codebooks={})
    assert bench.come().get("/codebook").json()["error"] == {
        "what": "there are no codebooks yet",
        "where": "codebooks/",
        "next": "Start the review with 'themeweave init'.",
        "faults": [],
    }


def test_what_a_theme_is_called_is_shown_and_never_run(bench):
    trap = "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\""
    act_on_themes(bench.session, who("n"), [Wish("new", text=trap)])
    client = bench.come()
    pages = [client.get(path).text for path in ("/themes", "/codebook/themes")]
    for shown in (*pages, client.get("/themes/board").json()["html"]):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "onerror=alert(2)" in shown  # it is there, as text
