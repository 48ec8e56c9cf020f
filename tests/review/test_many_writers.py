"""Twenty people at once: every decision that was acknowledged is stored, once, in its place."""

import os
from concurrent.futures import ThreadPoolExecutor

from themeweave.review.events import Log, read_log
from themeweave.review.log import Entry
from themeweave.review.open_log import OpenLog
from themeweave.review.united import decisions, unite

AT = "2026-01-02T03:04:05Z"
CODERS = [f"coder-{number:02}" for number in range(20)]
EACH = 1_000


def entry(coder, number):
    body = {"finding": f"F{number}", "codebook": "themes", "code": "T01", "accepted": True}
    return Entry(f"{coder}-{number}", AT, "decision", body)


def test_twenty_writers_of_a_thousand_decisions_each_are_stored_exactly(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # counted here, not flushed

    def write(coder):
        log = OpenLog(coder, Log(tmp_path / f"{coder}.jsonl", ()))
        return sum(len(log.append([entry(coder, number)])) for number in range(EACH))

    with ThreadPoolExecutor(len(CODERS)) as people:
        assert list(people.map(write, CODERS)) == [EACH] * len(CODERS)
    logs = [read_log(tmp_path / f"{coder}.jsonl") for coder in CODERS]
    assert {log.damage for log in logs} == {""}
    made = decisions(logs)
    assert len(made) == 20_000
    assert {(d.coder, d.finding_id) for d in made} == {
        (coder, f"F{number}") for coder in CODERS for number in range(EACH)
    }


def test_twenty_who_write_to_one_log_at_once_leave_one_chain(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    log = OpenLog("ana", Log(tmp_path / "ana.jsonl", ()))

    def write(number):
        return [log.append([entry(f"x{number}", place)]) for place in range(50)]

    with ThreadPoolExecutor(20) as people:
        list(people.map(write, range(20)))
    found = read_log(tmp_path / "ana.jsonl")
    assert (found.damage, len(found.events), len({e.id for e in found.events})) == ("", 1000, 1000)
    assert {one.branch for one in unite([found])} == {""}


def test_the_place_in_the_log_orders_and_not_the_clock(tmp_path):
    log = OpenLog("ana", Log(tmp_path / "ana.jsonl", ()))
    times = ("2026-05-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
    for number, at in enumerate(times):
        body = {"finding": "F1", "codebook": "themes", "code": f"T{number}", "accepted": True}
        log.append([Entry(f"e{number}", at, "decision", body)])
    made = decisions([read_log(tmp_path / "ana.jsonl")])
    assert [(d.sequence, d.code_id) for d in made] == [(1, "T0"), (2, "T1"), (3, "T2")]
