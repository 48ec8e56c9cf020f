"""A folder kept open: what was acknowledged is there, whatever happens."""

import errno
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from themeweave.errors import ReviewError
from themeweave.review import believing, open_log
from themeweave.review import log as logs
from themeweave.review.decide import Ruling, decide
from themeweave.review.events import Log, read_log
from themeweave.review.folder import open_folder
from themeweave.review.held_folder import NAME, hold
from themeweave.review.log import Entry, append, take_in
from themeweave.review.open_log import OpenLog
from themeweave.review.session import Session
from themeweave.review.suggesting import Suggesting
from themeweave.review.teamwork.assign import Act, Plan, assign

SRC = Path(__file__).parents[2] / "src"
AT = "2026-01-02T03:04:05Z"


def entry(event_id, finding="F1", code="T02", accepted=True):
    body = {"finding": finding, "codebook": "themes", "code": code, "accepted": accepted}
    return Entry(event_id, AT, "decision", body)


def fresh(path, coder="ana"):
    return OpenLog(coder, read_log(path) if path.exists() else Log(path, ()))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "decisions" / "ana.jsonl"


# One log, kept open


def test_a_log_kept_open_writes_what_a_log_read_anew_would(path, tmp_path):
    other = tmp_path / "other" / "ana.jsonl"
    open_log = fresh(path)
    for number in range(5):
        open_log.append([entry(f"e{number}")])
        append(other, "ana", [entry(f"e{number}")])
    assert path.read_bytes() == other.read_bytes()
    assert not read_log(path).damage


def test_what_another_program_wrote_is_read_before_anything_is_written(path):
    open_log = fresh(path)
    open_log.append([entry("a")])
    append(path, "ana", [entry("b")])
    assert not open_log.is_known()
    assert [event.id for event in open_log.append([entry("c"), entry("b")])] == ["c"]
    assert [event.id for event in open_log.news()] == ["a", "b", "c"]
    assert open_log.news() == []
    assert [event.id for event in read_log(path).events] == ["a", "b", "c"]
    assert open_log.is_known()


def test_a_log_that_was_replaced_is_said_to_be(path):
    open_log = fresh(path)
    open_log.append([entry("a"), entry("b")])
    path.unlink()
    append(path, "ana", [entry("z")])
    open_log.append([entry("c")])
    assert open_log.replaced
    assert [event.id for event in read_log(path).events] == ["z", "c"]


@pytest.mark.parametrize("tail", [b'{"sequence": 2, "id"', b"\n\r\n"], ids=["torn", "empty lines"])
def test_the_tail_that_a_crash_left_does_not_stop_the_next_append(path, tail):
    fresh(path).append([entry("a")])
    path.write_bytes(path.read_bytes() + tail)
    open_log = fresh(path)
    open_log.append([entry("b")])
    open_log.append([entry("c")])
    assert [event.id for event in read_log(path).events] == ["a", "b", "c"]
    assert not read_log(path).damage


def test_twenty_writers_at_once_lose_no_decision(tmp_path, monkeypatch):
    monkeypatch.setattr(logs.os, "fsync", lambda _: None)  # the disk's time is not what is tested
    names = [f"coder{number}" for number in range(5)]
    held = {name: fresh(tmp_path / "decisions" / f"{name}.jsonl", name) for name in names}
    failed = []

    def write(writer):
        try:
            for number in range(200):
                held[names[writer % 5]].append([entry(f"w{writer}-{number}")])
        except ReviewError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for place, name in enumerate(names):
        read = read_log(held[name].path)
        wanted = {f"w{w}-{n}" for w in range(20) if w % 5 == place for n in range(200)}
        assert (read.damage, len(read.events), {e.id for e in read.events}) == ("", 800, wanted)


def test_decisions_that_wait_for_the_disk_are_flushed_together(path, monkeypatch):
    open_log = fresh(path)
    open_log.append([entry("first")])
    flushed, gate = [], threading.Event()

    def slow(handle):
        flushed.append(handle)
        gate.wait(5)

    monkeypatch.setattr(logs.os, "fsync", slow)
    threads = [
        threading.Thread(target=open_log.append, args=([entry(f"t{n}")],)) for n in range(10)
    ]
    for thread in threads:
        thread.start()
    while len(open_log._waiting) < 9:
        time.sleep(0.001)
    gate.set()
    for thread in threads:
        thread.join()
    assert len(read_log(path).events) == 11
    assert len(flushed) == 2


def test_a_full_disk_loses_nothing_says_so_and_can_be_tried_again(path, monkeypatch):
    open_log = fresh(path)
    open_log.append([entry("a")])
    before, whole = path.read_bytes(), os.fsync

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(logs.os, "fsync", full)
    with pytest.raises(ReviewError) as caught:
        open_log.append([entry("b")])
    assert str(caught.value) == (
        "the decision could not be written: No space left on device\n"
        "  in decisions/ana.jsonl\n"
        "  Nothing was half-written. Free some space, or make the folder writable, and repeat."
    )
    assert path.read_bytes() == before
    monkeypatch.setattr(logs.os, "fsync", whole)
    assert [event.id for event in open_log.append([entry("b")])] == ["b"]
    assert [event.id for event in read_log(path).events] == ["a", "b"]


KILLED = """
import sys, threading
from pathlib import Path
from themeweave.review.log import Entry, Log, read_log
from themeweave.review.open_log import OpenLog
folder, run = Path(sys.argv[1]), sys.argv[2]
def write(coder, writer):
    log = held[coder]
    for number in range(100_000):
        event = f"{run}-{writer}-{number}"
        body = {"finding": "F1", "codebook": "themes", "code": "T02", "accepted": True}
        log.append([Entry(event, "2026-01-02T03:04:05Z", "decision", body)])
        with guard:
            sys.stdout.write(f"{coder} {event}\\n"); sys.stdout.flush()
guard, held = threading.Lock(), {}
for coder in ("ana", "ben"):
    path = folder / f"{coder}.jsonl"
    held[coder] = OpenLog(coder, read_log(path) if path.exists() else Log(path, ()))
for writer in range(6):
    threading.Thread(target=write, args=("ana" if writer % 2 else "ben", writer)).start()
"""


def test_a_kill_while_decisions_pour_in_loses_none_that_was_acknowledged(tmp_path):
    folder = tmp_path / "decisions"
    folder.mkdir()
    acknowledged = set()
    for run in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder), str(run)],
            env={**os.environ, "PYTHONPATH": str(SRC)},
            stdout=subprocess.PIPE,
        )
        lines = random.Random(run).randrange(20, 120)
        said = b"".join(child.stdout.readline() for _ in range(lines))
        child.kill()
        said += child.stdout.read()
        child.wait()
        acknowledged |= {
            line.split()[1]
            for line in said.decode().splitlines(keepends=True)
            if line.endswith("\n")
        }
        there = {}
        for coder in ("ana", "ben"):
            read = read_log(folder / f"{coder}.jsonl")
            assert read.damage == ""
            there |= {event.id: event for event in read.events}
        assert acknowledged <= set(there)
    assert len(acknowledged) > 4 * 20


# The folder, kept open


def test_a_decision_is_known_at_once_and_on_disk(review):
    session = Session(review)
    said = session.decide("ana", [Ruling("F1", "T02")], AT, ["a-1"])
    assert said == ["F1 is 'Hope through a living example' (Themes)"]
    assert session.tally.ruled("ana", "themes") == {"F1"}
    assert [e.id for e in read_log(review / "decisions" / "ana.jsonl").events] == ["a-1"]
    assert not session.refresh()
    assert Session(review).folder.decisions == session.folder.decisions


def test_a_decision_that_another_overtakes_costs_no_count_of_all_the_others(review, monkeypatch):
    session, append_to = Session(review), OpenLog.append
    tally = session.tally

    def overtaken(log, entries):
        """Let another decision of the coder be written and known before this one is known."""
        made = append_to(log, entries)
        if entries[0].id == "a-1":
            session.decide("ana", [Ruling("F2", "T02")], AT, ["a-2"])
            assert session.tally.ruled("ana", "themes") == {"F1", "F2"}
        return made

    monkeypatch.setattr(OpenLog, "append", overtaken)
    session.decide("ana", [Ruling("F1", "T02")], AT, ["a-1"])
    assert session.tally is tally  # and was not made anew
    assert session.folder.decisions == open_folder(review).decisions
    (log,) = session.folder.logs
    assert [event.id for event in log.events] == ["a-1", "a-2"]


def test_what_another_program_wrote_is_known_though_the_disk_is_full_for_ones_own(
    review, monkeypatch
):
    session = Session(review)
    session.decide("ana", [Ruling("F1", "T02")], AT, ["a-1"])
    decide(review, "ana", [Ruling("F2", "T02")], AT, ["b-1"])

    def full(log, lines):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(open_log, "put", full)
    with pytest.raises(ReviewError) as caught:
        session.decide("ana", [Ruling("F3", "T02")], AT, ["c-1"])
    assert str(caught.value) == (
        "the decision could not be written: No space left on device\n"
        "  in decisions/ana.jsonl\n"
        "  Nothing was half-written. Free some space, or make the folder writable, and repeat."
    )
    assert session.tally.ruled("ana", "themes") == {"F1", "F2"}
    monkeypatch.undo()
    session.decide("ana", [Ruling("F3", "T02")], AT, ["c-1"])
    assert session.tally.ruled("ana", "themes") == {"F1", "F2", "F3"}
    assert session.folder.decisions == open_folder(review).decisions


def test_what_a_command_decides_meanwhile_is_noticed(review):
    session = Session(review)
    session.decide("ana", [Ruling("F1", "T02")], AT, ["a-1"])
    decide(review, "ana", [Ruling("F2", "staff")], AT, ["b-1"])
    decide(review, "ben", [Ruling("F3", "T01", accepted=False)], AT, ["c-1"])
    assert session.refresh()
    assert {(d.coder, d.finding_id) for d in session.folder.decisions} == {
        ("ana", "F1"),
        ("ana", "F2"),
        ("ben", "F3"),
    }
    assert session.coders() == ["ana", "ben"]


def test_a_folder_that_gets_a_fault_stays_as_it_was_and_says_so(review):
    session = Session(review)
    themes = review / "codebooks" / "themes.yaml"
    whole = themes.read_text("utf-8")
    themes.write_text("codebook: [", "utf-8")
    assert session.refresh()
    assert "codebooks/themes.yaml" in str(session.fault)
    session.decide("ana", [Ruling("F1", "T02")], AT, ["a-1"])
    themes.write_text(whole + "  - {id: T03, name: New}\n", "utf-8")
    assert session.refresh()
    assert session.fault is None
    assert "T03" in session.books["themes"].by_id
    assert session.tally.ruled("ana", "themes") == {"F1"}


def test_undo_takes_back_whole_acts_the_latest_first(review):
    session = Session(review)
    session.decide("ana", [Ruling("F1", "T02")], AT, ["a-1"])
    session.decide("ana", [Ruling("F2", "T02"), Ruling("F2", "staff")], AT, ["b-1", "b-2"])
    said, finding = session.undo("ana", AT, "u1")
    assert (said, finding) == (["F2 is 'Hope through a living example'", "F2 is 'Staff'"], "F2")
    assert session.undo("ana", AT, "u2")[1] == "F1"
    with pytest.raises(ReviewError) as caught:
        session.undo("ana", AT, "u3")
    assert str(caught.value) == (
        "'ana' has done nothing that could be undone\n"
        "  in decisions/ana.jsonl\n"
        "  Each coder can undo their own acts only."
    )
    assert session.folder.decisions == ()


def test_whoever_may_not_see_a_ruling_sees_neither_it_nor_what_it_makes(review):
    assign(review, Act("eve", AT, "e"), Plan("pilot", ("ana", "ben"), ("F1",)))
    session = Session(review)
    session.decide("ana", [Ruling("F1", "T02"), Ruling("F1", "staff")], AT, ["a-1", "a-2"])
    for panel in session.view("F1", "ben").panels:
        assert (panel.others, panel.codings) == ((), ())
    assert [event.kind for event in session.events("ben")] == ["assignment"]
    assert len(session.events("ana")) == 3


def test_a_branch_that_another_program_takes_in_counts_at_once(review):
    log = review / "decisions" / "ana.jsonl"
    session = Session(review)
    session.decide("ana", [Ruling("F1", "T02")], AT, ["here-1"])
    elsewhere = review.parent / "elsewhere" / "decisions" / "ana.jsonl"
    elsewhere.parent.mkdir(parents=True)
    body = {"finding": "F1", "codebook": "themes", "code": "mixed", "accepted": True}
    append(elsewhere, "ana", [Entry("there-1", AT, "decision", body)])
    take_in(log, elsewhere.read_bytes().splitlines(keepends=True))
    session.decide("ana", [Ruling("F4", "T02")], AT, ["here-2"])
    panels = session.view("F1", "ana").panels
    (themes,) = (panel for panel in panels if panel.book.id == "themes")
    assert [(c.code_id, c.basis) for c in themes.codings if c.basis != "suggested"] == [
        ("T02", "disputed"),
        ("mixed", "disputed"),
    ]
    assert session.folder.decisions == open_folder(review).decisions


def elsewhere(review, entries):
    """Write to another copy of ana's log; gives its lines."""
    copy = review.parent / "elsewhere" / "decisions" / "ana.jsonl"
    copy.parent.mkdir(parents=True, exist_ok=True)
    log = review / "decisions" / "ana.jsonl"
    if log.exists():
        copy.write_bytes(log.read_bytes())
    append(copy, "ana", entries)
    return copy.read_bytes()


def seen(session):
    """Give all that ana sees of people's rulings."""
    views = {finding: session.view(finding, "ana") for finding in session.findings}
    return {f: (v.seen, [(p.own, p.others, p.codings) for p in v.panels]) for f, v in views.items()}


def test_a_log_with_branches_goes_on_without_a_count_of_all_decisions(review):
    there = elsewhere(review, [entry("there-1"), entry("there-2", "F4", "mixed")])
    session = Session(review)
    session.decide("ana", [Ruling("F1", "themes=mixed")], AT, ["here-1"])
    take_in(review / "decisions" / "ana.jsonl", there.splitlines(keepends=True))
    session.decide("ana", [Ruling("F4", "T02")], AT, ["here-2"])  # it joins the branches
    tally = session.tally
    session.decide("ana", [Ruling("F1", "T02"), Ruling("F2", "T02")], AT, ["here-3", "here-4"])
    session.decide("ana", [Ruling("F3", "staff")], AT, ["here-5"])
    session.undo("ana", AT, "u")
    assert session.tally is tally  # and was not made anew
    assert seen(session) == seen(Session(review))
    assert session.folder.decisions == open_folder(review).decisions


def test_a_decision_beside_a_longer_copy_of_the_log_comes_after_both(review):
    session = Session(review)
    session.decide("ana", [Ruling("F1", "T02")], AT, ["here-1"])
    there = elsewhere(review, [entry("there-1", "F1", "mixed")])
    (review / "decisions" / "ana (conflict).jsonl").write_bytes(there)
    assert session.refresh()
    session.decide("ana", [Ruling("F1", "T01")], AT, ["here-2"])
    assert seen(session) == seen(Session(review))


def test_a_second_program_is_told_who_keeps_the_folder_open(review):
    with hold(review, "since noon, at http://127.0.0.1:8740") as closed:
        assert closed == ""
        with pytest.raises(ReviewError) as caught, hold(review, "later"):
            pass
        assert str(caught.value) == (
            f"the folder is kept open by process {os.getpid()} on {os.uname().nodename}, since "
            "noon, at http://127.0.0.1:8740\n"
            f"  in {review}\n"
            "  Work there, or stop it first (Ctrl-C where it was started). If the folder is in a "
            "sync or network folder, that program may run on another computer."
        )
    with hold(review, "again"):
        pass


def test_a_lock_that_a_crash_left_behind_holds_nobody_up(review):
    (review / NAME).write_text("process 1 on a computer that is gone", "utf-8")
    with hold(review, "now") as closed:
        assert closed == ""


def test_suggestions_of_an_open_folder_are_those_of_a_run(review):
    from themeweave.review.files import quiet
    from themeweave.review.synthesis import synthesise

    decide(review, "ana", [Ruling("F1", "T02"), Ruling("F3", "staff")], AT, ["a-1", "a-2"])
    session = Session(review)
    session.suggest()
    made = synthesise(open_folder(review), quiet)
    shown = {
        (coding.finding_id, coding.codebook, coding.code_id, coding.basis, coding.score)
        for finding in session.findings
        for panel in session.view(finding, "ana").panels
        for coding in panel.codings
    }
    assert shown == {(c.finding_id, c.codebook, c.code_id, c.basis, c.score) for c in made.codings}


def test_a_new_finding_takes_no_suggestion_from_the_others(review):
    session = Session(review)
    session.suggest()
    before = {finding: session.view(finding, "ana").panels for finding in session.findings}
    changed, *same = list(session.findings)
    sheet = review / "corpus" / "findings.csv"
    lines = sheet.read_text("utf-8").splitlines()
    lines[1] = lines[1].replace(session.findings[changed].text, "Other words.")
    new = f"N1,A new one{',' * (lines[0].count(',') - 1)}"
    sheet.write_text("\n".join([*lines, new]) + "\n", "utf-8")
    assert session.refresh()
    for finding in same:
        assert session.view(finding, "ana").panels == before[finding]
    for finding in (changed, "N1"):
        panels = session.view(finding, "ana").panels
        assert not [p for p in panels if p.offers or p.suggested or p.margin is not None]
    assert session.suggestions.made is None  # hence they are made anew
    session.suggest()
    assert any(panel.offers for panel in session.view("N1", "ana").panels)


def test_readings_made_in_chunks_are_those_made_at_once(review, monkeypatch):
    session = Session(review)
    session.suggest()
    whole = session.suggestions.beliefs
    monkeypatch.setattr(believing, "CHUNK", 3)
    session = Session(review)
    session.suggest()
    for name, beliefs in session.suggestions.beliefs.items():
        for finding in beliefs.findings:
            assert beliefs.reading(finding) == whole[name].reading(finding), (name, finding)


@pytest.mark.parametrize("meanwhile", [False, True])
def test_only_what_is_suggested_for_codebooks_as_they_are_is_held(review, monkeypatch, meanwhile):
    session = Session(review)
    themes = review / "codebooks" / "themes.yaml"

    def change():
        themes.write_text(themes.read_text("utf-8") + "  - {id: T03, name: New}\n", "utf-8")
        assert session.refresh()

    session.suggest()
    made = session.suggestions.made
    assert made is not None
    assert "themes" in session.suggestions.beliefs
    monkeypatch.setattr(Suggesting, "suggest", lambda *_: change() or made)
    (session.suggest if meanwhile else change)()
    assert session.suggestions.made is None  # hence they are made anew
    kept = {name: beliefs for name, beliefs in made.beliefs.items() if name != "themes"}
    assert session.suggestions.beliefs == kept
