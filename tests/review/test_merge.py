"""Folders brought together: nothing lost, nothing twice, the same in any order."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import at_odds, settle
from themeweave.errors import ReviewError
from themeweave.review.events import read_log
from themeweave.review.folder import open_folder
from themeweave.review.log import Entry, append, take_in
from themeweave.review.merge import _lines, merge
from themeweave.review.united import decisions, unite

AT = "2026-01-02T03:04:05Z"
CODERS = ("ana", "ben", "cem")
BOOK = Codebook("one", "One", tuple(Code(c, c) for c in ("a", "b", "c")), exclusive=True)


def ruling(event_id, finding="F1", code="T02", accepted=True):
    body = {"finding": finding, "codebook": "themes", "code": code, "accepted": accepted}
    return Entry(event_id, AT, "decision", body)


def decide(folder, coder, *entries):
    append(folder / "decisions" / f"{coder}.jsonl", coder, entries)


@pytest.fixture
def other(review):
    """Another copy of the review, as a colleague took it home."""
    decide(review, "ana", ruling("a1", "F1"))
    return Path(shutil.copytree(review, review.parent / "other"))


def ids(folder):
    return sorted(e.id for log in open_folder(folder).logs for e in log.events)


# Random histories of three coders


def read(folder):
    return [read_log(file) for file in sorted(folder.glob("*.jsonl"))]


def unite_into(folder, other):
    """The logs' part of a merge, without sheets around it."""
    for file in sorted(other.glob("*.jsonl")):
        log = read_log(file)
        own = folder / f"{log.coder}.jsonl"
        if file != own:
            take_in(own, list(_lines(file.read_bytes(), log)))


def outcome(folder):
    """All that depends on the logs: decisions, codings, contradictions."""
    made = decisions(read(folder))
    books = {BOOK.id: BOOK}
    return made, settle([], made, books, ["cem"]), at_odds(made, books)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("decide"),
            st.integers(0, 3),  # which folder
            st.sampled_from(CODERS),
            st.sampled_from(["F1", "F2"]),
            st.sampled_from(["a", "b", "c"]),
            st.booleans(),
        ),
        st.tuples(st.just("withdraw"), st.integers(0, 3), st.sampled_from(CODERS)),
        st.tuples(st.just("sheet"), st.integers(0, 3), st.sampled_from(CODERS)),
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("copy"), st.integers(0, 3), st.integers(0, 3), st.sampled_from(CODERS)),
    ),
    max_size=24,
)
COPIES = (
    "{} (Bo's conflicted copy 2026-01-02).jsonl",
    "{}.sync-conflict-20260102-030405-ABC.jsonl",
)


def live(steps, folders):
    """Play a history; gives the id of every event that was acknowledged, with its coder."""
    acknowledged = set()
    for number, (kind, at, *rest) in enumerate(steps):
        folder = folders[at]
        if kind == "merge":
            unite_into(folder, folders[rest[0]])
            continue
        if kind == "copy":  # a sync program brings another folder's log beside this one's
            source = folders[rest[0]] / f"{rest[1]}.jsonl"
            target = folder / COPIES[number % 2].format(rest[1])
            if source.exists() and source.parent != folder and not target.exists():
                shutil.copy(source, target)
            continue
        coder, *what = rest
        if kind == "decide":
            finding, code, accepted = what
            body = {"finding": finding, "codebook": "one", "code": code, "accepted": accepted}
            entry = Entry(f"e{number}", AT, "decision", body)
        elif kind == "sheet":  # the same sheet brought in at several places has the same ids
            body = {"finding": "F1", "codebook": "one", "code": "a", "accepted": True}
            entry = Entry("sheet-1", AT, "decision", body)
        else:
            own = [e for log in read(folder) for e in log.events if e.coder == coder]
            if not own:
                continue
            entry = Entry(f"w{number}", AT, "withdrawal", {"event": own[-1].id})
        append(folder / f"{coder}.jsonl", coder, [entry])
        acknowledged.add((coder, entry.id))
    return acknowledged


@settings(
    max_examples=int(os.environ.get("THEMEWEAVE_MERGE_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, chance=st.randoms(use_true_random=False))
def test_merging_is_lossless_the_same_in_any_order_and_idempotent(steps, chance, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # many small files: not to the disk
    with tempfile.TemporaryDirectory() as scratch:
        folders = [Path(scratch, name) for name in ("one", "two", "three", "four")]
        for folder in folders:
            folder.mkdir()
        acknowledged = live(steps, folders)
        outcomes, held = [], []
        for number in range(3):
            final = Path(scratch, f"final{number}")
            final.mkdir()
            order = chance.sample(folders, len(folders))
            note(f"order: {[folder.name for folder in order]}")
            for folder in order:
                unite_into(final, folder)
            unite_into(final, final)
            outcomes.append(outcome(final))
            held.append({(e.event.coder, e.event.id) for e in unite(read(final))})
            before = {file.name: file.read_bytes() for file in final.glob("*.jsonl")}
            for folder in folders:
                unite_into(final, folder)
            assert {f.name: f.read_bytes() for f in final.glob("*.jsonl")} == before
        # the folders themselves come to the same, whoever merges with whom, copies left beside
        for folder in folders:
            for source in chance.sample(folders, len(folders)):
                unite_into(folder, source)
            outcomes.append(outcome(folder))
        assert held == [acknowledged] * 3
        assert all(found == outcomes[0] for found in outcomes)
        assert all(log.damage == "" for folder in folders for log in read(folder))


def test_every_ruling_of_a_coder_in_two_places_is_kept_and_contradictions_are_disputed(
    review, other
):
    decide(review, "ana", ruling("a2", "F2", "T02"), ruling("a3", "F3", "T01"))
    decide(other, "ana", ruling("a4", "F2", "mixed"), ruling("a5", "F4", "T01"))
    made = merge(review, other)
    assert made.taken == {"ana": 2}
    assert ids(review) == ["a1", "a2", "a3", "a4", "a5"]
    assert made.folder.warnings == (
        (
            "ana ruled on F2 in two places, neither knowing of the other: 'Hope through a living "
            "example' accepted (2026-01-02 03:04:05) and 'Mixed feelings' accepted (2026-01-02 "
            "03:04:05). Both are kept as a dispute; ana decides once more"
        ),
    )
    decide(review, "ana", ruling("a6", "F2", "mixed"))
    assert open_folder(review).warnings == ()
    codings = settle([], open_folder(review).decisions, open_folder(review).codebooks)
    assert [(c.code_id, c.basis) for c in codings if c.finding_id == "F2"] == [
        ("mixed", "confirmed")
    ]


def test_logs_of_several_people_are_taken_in_and_the_other_folder_is_only_read(review, other):
    decide(other, "ben", ruling("b1", "F1"), ruling("b2", "F2"))
    before = {f: f.read_bytes() for f in other.rglob("*") if f.is_file()}
    made = merge(review, other)
    assert (made.taken, made.added, made.differing) == ({"ben": 2}, (), ())
    assert {f: f.read_bytes() for f in other.rglob("*") if f.is_file()} == before
    assert (review / "decisions" / "ben.jsonl").read_bytes() == (
        other / "decisions" / "ben.jsonl"
    ).read_bytes()
    again = merge(review, other)
    assert (again.taken, again.added, again.differing) == ({}, (), ())


def test_without_another_folder_copies_of_logs_are_taken_in(review, other):
    decide(other, "ana", ruling("a2", "F2"))
    copy = review / "decisions" / "ana.sync-conflict-20260102-030405-ABC.jsonl"
    shutil.copy(other / "decisions" / "ana.jsonl", copy)
    kept = copy.read_bytes()
    made = merge(review)
    assert made.taken == {"ana": 1}
    assert copy.read_bytes() == kept
    assert made.folder.warnings == (
        (
            f"decisions/{copy.name} is a copy of ana.jsonl, as Syncthing makes it; all its events "
            "are there, so you may delete it"
        ),
    )


def test_what_git_leaves_of_two_branches_counts_once_its_marks_are_deleted(review, other):
    decide(review, "ana", ruling("a2", "F2"))
    decide(other, "ana", ruling("a3", "F3"))
    ours, theirs = (
        (folder / "decisions" / "ana.jsonl").read_text("utf-8").splitlines(keepends=True)
        for folder in (review, other)
    )
    log = review / "decisions" / "ana.jsonl"
    marked = [ours[0], "<<<<<<< HEAD\n", ours[1], "=======\n", theirs[1], ">>>>>>> ben\n"]
    log.write_text("".join(marked), "utf-8")
    assert ids(review) == ["a1"]
    log.write_text("".join(line for line in marked if line.startswith("{")), "utf-8")
    assert ids(review) == ["a1", "a2", "a3"]
    assert open_folder(review).warnings == ()


# Other files


def test_files_that_only_the_other_folder_has_are_added(review, other):
    (other / "codebooks" / "more.yaml").write_text("codebook: more\ncodes:\n- id: a\n", "utf-8")
    (other / "corpus" / "documents").mkdir()
    (other / "corpus" / "documents" / "d1.txt").write_text("A text.\n", "utf-8")
    (other / "outputs").mkdir()
    (other / "outputs" / "x.csv").write_text("x\n", "utf-8")
    made = merge(review, other)
    assert made.added == ("codebooks/more.yaml", "corpus/documents/d1.txt")
    assert not (review / "outputs").exists()


def test_sheets_and_codebooks_that_differ_are_said_and_left_as_they_are(review, other, write):
    findings = review / "corpus" / "findings.csv"
    text = findings.read_text("utf-8")
    (other / "corpus" / "findings.csv").write_text(
        text.replace("Pay was low", "Pay was very low").replace("F8,", "F9,"), "utf-8"
    )
    themes = other / "codebooks" / "themes.yaml"
    themes.write_text(themes.read_text("utf-8").replace("Mixed feelings", "Mixed"), "utf-8")
    toml = other / "review.toml"
    toml.write_text(toml.read_text("utf-8").replace("margin = 0.1", "margin = 0.2"), "utf-8")
    (other / "corpus" / "citations.csv").rename(other / "corpus" / "citations.tsv")
    reviews = other / "corpus" / "reviews.csv"
    reviews.write_bytes(reviews.read_bytes().replace(b"\n", b"\r\n"))
    before = {f: f.read_bytes() for f in review.rglob("*") if f.is_file()}
    made = merge(review, other)
    assert made.differing == (
        "review.toml differs: 1 line here, 1 line there, the first is line 9",
        "corpus/citations.tsv is there, citations.csv here; put both into one",
        (
            "corpus/findings.csv differs: 1 row only here (F8); 1 row only there (F9); 1 row not "
            "alike (F3)"
        ),
        (
            "corpus/reviews.csv differs: its rows are alike, their order or the text around them "
            "is not"
        ),
        "codebooks/themes.yaml differs: 1 code not alike (mixed)",
    )
    assert {f: f.read_bytes() for f in review.rglob("*") if f.is_file()} == before


def test_a_sheet_that_cannot_be_read_is_said_to_be_one(review, other):
    (other / "codebooks" / "themes.yaml").write_text("codebook: [\n", "utf-8")
    (said,) = merge(review, other).differing
    assert said.startswith("codebooks/themes.yaml differs: one cannot be read, ")


def test_a_text_that_differs_in_its_line_ends_only_is_said_to(review, other):
    toml = other / "review.toml"
    toml.write_bytes(toml.read_bytes().replace(b"\n", b"\r\n"))
    assert merge(review, other).differing == ("review.toml differs: only in its line ends",)


# What is refused


def test_what_is_no_review_and_the_folder_itself_are_refused(review, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ReviewError) as caught:
        merge(review, empty)
    assert str(caught.value) == (
        "this is not a review folder: it has no review.toml\n"
        f"  in {empty}\n"
        "  Name the folder that holds the other copy of the review."
    )
    with pytest.raises(ReviewError) as caught:
        merge(review, review)
    assert str(caught.value) == (
        "a folder cannot be merged with itself\n"
        f"  in {review}\n"
        "  Without a folder, 'themeweave merge' takes in copies of logs that stand beside them."
    )


def test_damaged_logs_and_names_that_leave_the_folder_are_refused_and_nothing_is_changed(
    review, other
):
    decide(other, "ben", ruling("b1"))
    append(other / "decisions" / "evil.jsonl", "../../evil", [ruling("x")])
    log = other / "decisions" / "ana.jsonl"
    log.write_bytes(log.read_bytes() + b"hello\n")
    (other / "decisions" / "cem.jsonl").write_bytes(b"")
    (other / "codebooks" / "more.yaml").write_text("codebook: more\ncodes:\n- id: a\n", "utf-8")
    before = {f: f.read_bytes() for f in review.rglob("*") if f.is_file()}
    with pytest.raises(ReviewError) as caught:
        merge(review, other)
    assert str(caught.value) == (
        "logs that cannot be taken in\n"
        f"  in {other}\n"
        "  - decisions/ana.jsonl, line 2: this is not a decision event\n"
        "  - decisions/cem.jsonl: the decision log is empty\n"
        "  - decisions/evil.jsonl: '../../evil' cannot be a coder's name\n"
        "  Nothing was changed. 'themeweave check' in that folder says how to mend them."
    )
    assert {f: f.read_bytes() for f in review.rglob("*") if f.is_file()} == before
    assert not (review.parent.parent / "evil.jsonl").exists()


def test_a_file_with_which_the_folder_would_have_faults_is_not_left_there(review, other):
    (other / "codebooks" / "again.yaml").write_text("codebook: themes\ncodes:\n- id: a\n", "utf-8")
    decide(other, "ben", ruling("b1"))
    before = {f: f.read_bytes() for f in review.rglob("*") if f.is_file()}
    with pytest.raises(ReviewError, match="the review folder has faults"):
        merge(review, other)
    assert {f: f.read_bytes() for f in review.rglob("*") if f.is_file()} == before


def test_a_torn_last_line_of_the_other_log_was_never_acknowledged_and_is_left(review, other):
    decide(other, "ana", ruling("a2", "F2"))
    log = other / "decisions" / "ana.jsonl"
    log.write_bytes(log.read_bytes() + b'{"sequence": 3')
    merge(review, other)
    assert ids(review) == ["a1", "a2"]
