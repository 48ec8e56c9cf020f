"""Importing into a review: shown first, written whole or not at all, and twice is as once."""

import json
from dataclasses import replace

import pytest

from themeweave.errors import ReviewError
from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import (
    Applied,
    CodeNode,
    Memo,
    Project,
    Selection,
    Source,
    User,
)
from themeweave.exchange.refi.write import write_qdpx
from themeweave.review import files, log
from themeweave.review.decide import Ruling, decide, undo
from themeweave.review.exchange import write as writing
from themeweave.review.exchange.prepare import prepare
from themeweave.review.folder import open_folder
from themeweave.review.start import start
from themeweave.review.steps import check

AT = "2026-01-02T03:04:05Z"
TEXT = "Peers gave hope to many. Nurses had no time for it. Managers left the ward."
ANA, BEN = User(guid("u", "1"), "Ana"), User(guid("u", "2"), "Ben")
HOPE = CodeNode(guid("c", "1"), "Hope", description="It gives hope.")
LIVING = CodeNode(guid("c", "2"), "Living example", HOPE.id)
TIME = CodeNode(guid("c", "3"), "No time")


def quote(words, number, source="s1"):
    at = TEXT.index(words)
    return Selection(guid("q", str(number)), guid(source), words, at, at + len(words))


def applied(selection, code, user=ANA):
    made = guid("a", selection.id, code.id, user.id)
    return Applied(made, selection.id, code.id, user.id, "2025-05-06T07:08:09Z")


FIRST, SECOND = quote("Peers gave hope to many.", 1), quote("Nurses had no time", 2)
PROJECT = Project(
    "Ward study",
    "NVivo 12",
    (ANA, BEN),
    (HOPE, LIVING, TIME),
    (Source(guid("s1"), "Ng 2020", TEXT, values={"Year": "2020"}),),
    (FIRST, SECOND),
    (applied(FIRST, LIVING), applied(SECOND, TIME, BEN)),
    (Memo(guid("m"), "Idea", "Look at time again.", (SECOND.id,), ANA.id),),
)


@pytest.fixture
def fresh(tmp_path):
    """A review that was just started."""
    start(tmp_path / "fresh", "Fresh", None)
    return tmp_path / "fresh"


def planned(folder, project=PROJECT, name="team.qdpx", **more):
    return prepare(folder, write_qdpx(project, Losses()), name, AT, **more)


def bring(folder, project=PROJECT, **more):
    preview = planned(folder, project, **more)
    writing.write(preview, AT)
    return preview


def holds(folder):
    hidden = {p for p in folder.rglob("*") if p.suffix == ".lock"}
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p not in hidden}
    return {name: p.read_bytes() if p.is_file() else b"" for name, p in found.items()}


def standing(folder):
    opened = open_folder(folder)
    names = {(own, c.id): c.name for own, book in opened.codebooks.items() for c in book.codes}
    texts = {f.id: f.text for f in opened.findings}
    return [
        (d.coder, texts[d.finding_id], names[d.codebook, d.code_id], d.decided_at)
        for d in opened.decisions
    ]


def test_a_project_becomes_documents_findings_codes_and_each_users_decisions(fresh):
    bring(fresh)
    assert standing(fresh) == [
        ("Ana", "Peers gave hope to many.", "Living example", "2025-05-06T07:08:09Z"),
        ("Ben", "Nurses had no time", "No time", "2025-05-06T07:08:09Z"),
    ]
    opened = open_folder(fresh)
    (document,) = opened.documents.values()
    assert (document.name, document.text) == ("Ng 2020", TEXT)
    for finding in opened.findings:
        place = finding.passage
        assert document.text[place.start : place.end] == finding.text
    themes = opened.codebooks["themes"]
    assert [(c.name, themes.by_id[c.parent].name if c.parent else "") for c in themes.codes] == [
        ("Hope", ""),
        ("Living example", "Hope"),
        ("No time", ""),
    ]
    assert themes.codes[0].definition == "It gives hope."
    assert not themes.exclusive
    assert [(r.label, r.year) for r in opened.reviews] == [("Ng 2020", "2020")]
    assert {f.cited for f in opened.findings} == {(opened.reviews[0].id,)}
    memos = (fresh / "corpus" / "memos.csv").read_text("utf-8").splitlines()
    second = next(f.id for f in opened.findings if f.text == "Nurses had no time")
    assert memos[1] == f"{PROJECT.memos[0].id},Idea,Look at time again.,finding {second},Ana,"
    assert check(fresh).problems == ()


def test_nothing_is_written_before_a_person_has_seen_it(fresh):
    before = holds(fresh)
    assert list(planned(fresh).words()) == [
        "1 text, 1 of them new",
        "2 quotations at 2 places: 2 new findings, 0 known",
        "3 codes: 3 new in 'themes'",
        "1 new decision by Ana",
        "1 new decision by Ben",
        "1 memo for corpus/memos.csv",
        "1 source for corpus/reviews: take out what is no review",
    ]
    assert holds(fresh) == before


def test_the_same_file_again_changes_nothing(fresh):
    bring(fresh)
    before = holds(fresh)
    again = bring(fresh)
    assert list(again.words())[1:4] == [
        "2 quotations at 2 places: 0 new findings, 2 known",
        "3 codes: none new",
        "0 new decisions by Ana",
    ]
    assert holds(fresh) == before


def test_what_a_coder_took_back_stays_taken_back(fresh):
    bring(fresh)
    undo(fresh, "Ana", AT, "u1")
    bring(fresh)
    assert [coder for coder, *_ in standing(fresh)] == ["Ben"]


def test_a_second_export_with_other_guids_and_shifted_places_finds_the_same_things(fresh):
    bring(fresh)
    before = standing(fresh)
    longer = "Peers gave hope to many. (Pause.) Nurses had no time for it. Managers left the ward."
    places = {w: longer.index(w) for w in (FIRST.text, SECOND.text)}
    renamed = replace(
        PROJECT,
        codes=tuple(
            replace(c, id=guid("new", c.id), parent=guid("new", c.parent) if c.parent else "")
            for c in PROJECT.codes
        ),
        sources=(replace(PROJECT.sources[0], id=guid("other"), text=longer),),
        selections=tuple(
            replace(
                s,
                id=guid("new", s.id),
                source=guid("other"),
                start=places[s.text],
                end=places[s.text] + len(s.text),
            )
            for s in PROJECT.selections
        ),
        applied=tuple(
            replace(
                a, id=guid("n", a.id), selection=guid("new", a.selection), code=guid("new", a.code)
            )
            for a in PROJECT.applied
        ),
        memos=(),
    )
    preview = bring(fresh, renamed)
    assert list(preview.words())[1:4] == [
        "2 quotations at 2 places: 0 new findings, 2 known",
        "3 codes: none new",
        "0 new decisions by Ana",
    ]
    assert standing(fresh) == before


def test_all_codings_can_be_one_coders(fresh):
    bring(fresh, coder="eve")
    assert {coder for coder, *_ in standing(fresh)} == {"eve"}


def test_codings_of_nobody_need_a_coder(fresh):
    nobody = replace(PROJECT, users=(), memos=(), applied=(replace(PROJECT.applied[0], user=""),))
    with pytest.raises(ReviewError) as raised:
        planned(fresh, nobody)
    assert str(raised.value) == (
        "the file does not say who coded\n  in team.qdpx\n  Say it with --as and a coder's name."
    )
    bring(fresh, nobody, coder="eve")
    assert len(standing(fresh)) == 1


def test_users_whose_names_cannot_be_logs_get_others_and_a_line(fresh):
    strange = replace(PROJECT, users=(replace(ANA, name="../x"), replace(BEN, name="CON")))
    preview = bring(fresh, strange)
    assert sorted(preview.coders.values()) == [f"coder-{BEN.id[:8]}", "x"]
    assert sorted(p.name for p in (fresh / "decisions").glob("*.jsonl")) == [
        f"coder-{BEN.id[:8]}.jsonl",
        "x.jsonl",
    ]
    assert [line for line in preview.losses.lines() if "User" in line and "log" in line] == [
        "repaired: User ../x: the coder's log is named 'x'",
        f"repaired: User CON: the coder's log is named 'coder-{BEN.id[:8]}'",
    ]


def test_an_empty_file_is_refused(fresh):
    with pytest.raises(ReviewError) as raised:
        planned(fresh, Project("Empty"))
    assert str(raised.value) == (
        "there is nothing in the file to import: no codes, texts, quotations or studies\n"
        "  in team.qdpx\n  Export it again, with its content."
    )


# into a review that people work in ----------------------------------------------------------------


def test_codes_known_by_their_path_are_the_reviews_own(review):
    top = CodeNode(guid("x"), "what the ROLE brings")
    known = CodeNode(guid("y"), "Hope through a  living example", top.id)
    project = replace(
        PROJECT, codes=(top, known), applied=(replace(PROJECT.applied[0], code=known.id),)
    )
    preview = bring(review, project, into="themes")
    assert preview.plan.code_of == {top.id: ("themes", "T01"), known.id: ("themes", "T02")}
    assert preview.plan.new_codes == {}
    assert standing(review)[0][2] == "Hope through a living example"


def test_new_codes_stand_behind_those_that_people_wrote_with_their_comments(review, write):
    text = (review / "codebooks" / "themes.yaml").read_text()
    write("codebooks/themes.yaml", f"# ours\n{text}  # the end\n")
    bring(review, into="themes")
    after = (review / "codebooks" / "themes.yaml").read_text()
    assert after.startswith(f"# ours\n{text}  # the end\n")
    themes = open_folder(review).codebooks["themes"]
    assert [c.name for c in themes.codes][-3:] == ["Hope", "Living example", "No time"]


def test_codes_that_cannot_stand_behind_others_are_refused_and_nothing_changes(review, write):
    write("codebooks/themes.yaml", "codebook: themes\ncodes: [{id: T01, name: Role}]\n")
    before = holds(review)
    with pytest.raises(ReviewError) as raised:
        bring(review, into="themes")
    assert str(raised.value) == (
        "codes cannot be put behind those of this codebook as it is written\n"
        "  in codebooks/themes.yaml\n"
        "  Nothing was changed. Take the codes into a codebook of their own with --into NAME."
    )
    assert holds(review) == before


def test_without_a_word_new_codes_get_a_codebook_named_after_the_file(review):
    preview = bring(review)
    assert preview.plan.new_books["team"].title == "Ward study"
    assert (review / "codebooks" / "team.yaml").is_file()


def test_a_finding_of_a_sheet_is_known_by_its_words(review):
    words = "Pay was low and contracts were short."
    own = Selection(guid("q"), guid("s"), words, 0, len(words))
    project = replace(
        PROJECT,
        sources=(Source(guid("s"), "Ode 2021", words),),
        selections=(own,),
        applied=(applied(own, TIME),),
        memos=(),
    )
    assert bring(review, project).plan.finding_of == {own.id: "F3"}


def test_a_text_that_the_list_of_reviews_does_not_have_comes_in_without_a_review(review):
    plain = replace(PROJECT, sources=(Source(guid("s1"), "Talk", TEXT),))
    writing.write(prepare(review, write_qdpx(plain, Losses()), "p.qdpx", AT, into="own"), AT)
    came = [f for f in open_folder(review).findings if f.passage]
    assert [(f.text, f.cited) for f in came] == [
        ("Peers gave hope to many.", ()),
        ("Nurses had no time", ()),
    ]


def test_what_an_exclusive_codebook_cannot_keep_is_said(review):
    both = replace(PROJECT, applied=(applied(FIRST, HOPE), applied(FIRST, TIME)), memos=())
    names = {HOPE.id: "What the role brings", TIME.id: "Mixed feelings"}
    codes = tuple(replace(c, name=names.get(c.id, c.name)) for c in (HOPE, TIME))
    preview = bring(review, replace(both, codes=codes), into="themes")
    assert [line for line in preview.losses.lines() if "codebook" in line] == [
        (
            "repaired: codebook themes: a finding takes one of its codes; of 1 findings with "
            "several branches the last coding counts. Say 'exclusive: false' in the codebook to "
            "keep all"
        )
    ]


def test_decisions_that_the_file_no_longer_has_are_counted_and_stay(fresh):
    bring(fresh)
    fewer = replace(PROJECT, applied=(PROJECT.applied[1], applied(FIRST, LIVING, BEN)))
    assert list(planned(fresh, fewer, coder="Ana").words())[-1] != ""
    opened = open_folder(fresh)
    first = next(f.id for f in opened.findings if f.text == FIRST.text)
    time = next(c.id for c in opened.codebooks["themes"].codes if c.name == "No time")
    decide(fresh, "Ana", [Ruling(first, f"themes={time}")], AT, ["x"])
    assert list(planned(fresh).words())[-1] == (
        "1 decision of the review not in the file: kept; 'themeweave decide --undo' or --reject "
        "takes one back"
    )


# nothing or all -----------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", range(8))
def test_a_failure_at_any_file_leaves_the_folder_as_it_was(fresh, monkeypatch, failing):
    before = holds(fresh)
    preview = planned(fresh)
    calls = iter(range(100))
    true = files.write_file

    def full(path, content):
        if next(calls) == failing:
            raise ReviewError("the file could not be written: No space left on device")
        true(path, content)

    for module in ("exchange.write", "documents", "kept"):
        monkeypatch.setattr(f"themeweave.review.{module}.write_file", full)
    if failing < 7:
        with pytest.raises(ReviewError, match="No space left"):
            writing.write(preview, AT)
        assert holds(fresh) == before
    else:
        writing.write(preview, AT)


def test_a_log_that_cannot_be_written_leaves_the_folder_as_it_was(fresh, monkeypatch):
    before = holds(fresh)
    true = log.append

    def second_fails(path, coder, entries):
        if coder == "Ben":
            raise ReviewError("the log is being written to by another process")
        return true(path, coder, entries)

    monkeypatch.setattr("themeweave.review.exchange.write.append", second_fails)
    with pytest.raises(ReviewError, match="being written to"):
        bring(fresh)
    assert holds(fresh) == before


def test_what_somebody_decides_meanwhile_stays_when_an_import_fails(fresh, monkeypatch):
    bring(fresh, replace(PROJECT, applied=PROJECT.applied[:1]))
    finding = open_folder(fresh).findings[0].id
    code = open_folder(fresh).codebooks["themes"].codes[0].id
    true = log.append

    def meanwhile(path, coder, entries):
        if coder == "Ben":
            decide(fresh, "Ana", [Ruling(finding, f"themes={code}")], AT, ["mine"])
            raise ReviewError("the log is being written to by another process")
        return true(path, coder, entries)

    monkeypatch.setattr("themeweave.review.exchange.write.append", meanwhile)
    more = replace(PROJECT, applied=(*PROJECT.applied, applied(SECOND, HOPE)))
    with pytest.raises(ReviewError, match="being written to"):
        bring(fresh, more)
    logged = log.read_log(fresh / "decisions" / "Ana.jsonl").events
    assert [event.id for event in logged][-1] == "mine"


def test_under_which_ids_things_came_is_written_down(fresh):
    preview = bring(fresh)
    (file,) = (fresh / "corpus" / "exchange").glob("*.json")
    record = json.loads(file.read_bytes())
    assert (record["file"], record["origin"], record["at"]) == ("team.qdpx", "NVivo 12", AT)
    assert record["users"] == {ANA.id: "Ana", BEN.id: "Ben"}
    assert record["findings"] == dict(preview.plan.finding_of)
    assert set(record["codes"].values()) == {c.id for c in PROJECT.codes}


@pytest.mark.parametrize(
    ("name", "findings", "codes", "decisions"),
    [
        ("nvivo12win_97codings_masked.qdpx", 20, 60, 97),
        ("nvivo12mac_297codings_masked.qdpx", 187, 152, 297),
        ("qc120_demo_213codings.qdpx", 167, 112, 212),
        ("atlasti8mac_standard_project.qdpx", 4, 14, 4),
        ("spec_annexA1_codebook.qdc", 0, 6, 0),
    ],
)
def test_a_real_project_is_imported_whole_and_the_review_opens(
    fresh, name, findings, codes, decisions
):
    from pathlib import Path

    file = Path(__file__).parents[2].parent / "shared" / "interop" / "refi_qda" / name
    if not file.is_file():
        pytest.skip(f"needs ../shared/interop/refi_qda/{name}")
    writing.write(prepare(fresh, file.read_bytes(), name, AT), AT)
    opened = open_folder(fresh)
    assert len(opened.findings) == findings
    assert len(opened.codebooks["themes"].codes) == codes
    assert len(opened.decisions) == decisions
    for finding in opened.findings:
        if finding.passage:
            text = opened.documents[finding.passage.document_id].text
            assert text[finding.passage.start : finding.passage.end].split() == finding.text.split()
