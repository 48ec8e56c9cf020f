import json
import os
import random
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.codes.coding import came_before
from themeweave.errors import ReviewError
from themeweave.review import log as module
from themeweave.review.events import event_hash, heads, parse_log, read_log
from themeweave.review.log import Entry, append, take_in
from themeweave.review.united import decisions, unite

SRC = Path(__file__).parents[2] / "src"
AT = "2026-01-02T03:04:05Z"


def ruling(event_id, finding="F1", code="T01", accepted=True, **more):
    body = {"finding": finding, "codebook": "themes", "code": code, "accepted": accepted, **more}
    return Entry(event_id, AT, "decision", body)


@pytest.fixture
def path(tmp_path):
    """A log of three decisions."""
    path = tmp_path / "decisions" / "ana.jsonl"
    append(path, "ana", [ruling("a", "F1"), ruling("b", "F2"), ruling("c", "F3", reason="größer")])
    return path


def lines(path):
    return path.read_bytes().splitlines(keepends=True)


def ids(log):
    return [event.id for event in log.events]


def run_child(code, *arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # or lines that were read ahead are lost to communicate()
        **more,
    )


APPENDING = """
import sys
from pathlib import Path
from themeweave.review.log import Entry, append
path, coder, start, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
for number in range(start, start + count):
    body = {"finding": f"F{number}", "codebook": "themes", "code": "T01", "accepted": True}
    append(path, coder, [Entry(f"{coder}-{number}", "2026-01-02T03:04:05Z", "decision", body)])
    print(f"{coder}-{number}", flush=True)
"""


# What is written


def test_what_is_appended_is_read_back(path):
    log = read_log(path)
    assert (ids(log), log.torn, log.damage) == (["a", "b", "c"], b"", "")
    assert [event.sequence for event in log.events] == [1, 2, 3]
    assert {event.coder for event in log.events} == {"ana"}
    assert log.events[2].body["reason"] == "größer"


def test_each_line_carries_the_hash_of_the_line_before(path):
    records = [json.loads(line) for line in lines(path)]
    assert [r["previous"] for r in records] == ["0" * 64, records[0]["hash"], records[1]["hash"]]
    # the hash, made without our code: SHA-256 of the fields in the order of their names
    first = {key: value for key, value in records[0].items() if key != "hash"}
    text = json.dumps(first, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert records[0]["hash"] == sha256(text.encode()).hexdigest()


def test_events_are_flushed_to_disk_before_they_are_acknowledged(path, monkeypatch):
    held = []
    real = os.fsync
    monkeypatch.setattr(
        module.os, "fsync", lambda handle: (held.append(os.fstat(handle).st_size), real(handle))
    )
    append(path, "ana", [ruling("d")])
    assert path.stat().st_size in held


def test_an_event_id_is_written_once(path):
    before = path.read_bytes()
    assert append(path, "ana", [ruling("b"), ruling("c")]) == 0
    assert path.read_bytes() == before
    assert append(path, "ana", [ruling("d"), ruling("d"), ruling("a")]) == 1
    assert ids(read_log(path)) == ["a", "b", "c", "d"]


def test_nothing_to_append_makes_no_log(tmp_path):
    path = tmp_path / "decisions" / "bo.jsonl"
    assert append(path, "bo", []) == 0
    assert not path.exists()


def test_text_that_is_not_unicode_is_kept_exactly(path):
    append(path, "ana", [ruling("d", reason="a\udcff\u2028b\n")])
    assert read_log(path).events[3].body["reason"] == "a\udcff\u2028b\n"
    path.read_bytes().decode("utf-8")


# Crashes


def test_a_kill_loses_no_acknowledged_decision(tmp_path):
    chance = random.Random(20261123)
    path = tmp_path / "decisions" / "ana.jsonl"
    acknowledged = []
    for repetition in range(20):
        child = run_child(APPENDING, path, "ana", 200 * repetition, 200)
        assert child.stdout.readline() == b"ready\n"
        said = b"".join(child.stdout.readline() for _ in range(chance.randrange(12)))
        # somewhere inside of the next append, which takes about a millisecond
        time.sleep(chance.uniform(0, 0.003))
        child.kill()
        rest, errors = child.communicate()
        assert errors == b""
        acknowledged += (said + rest).decode().split("\n")[:-1]
        if path.exists():
            log = read_log(path)
            assert log.damage == ""
            assert set(acknowledged) <= set(ids(log))
    assert 20 < len(acknowledged) < 4000
    assert append(path, "ana", [ruling("last")]) == 1
    log = read_log(path)
    assert (ids(log)[-1], log.damage, log.torn) == ("last", "", b"")


def test_a_last_line_cut_anywhere_costs_only_itself(path, tmp_path):
    whole = path.read_bytes()
    start = len(b"".join(lines(path)[:2]))
    for end in range(start + 1, len(whole) - 1):
        path.write_bytes(whole[:end])
        log = read_log(path)
        assert (ids(log), log.torn, log.damage) == (["a", "b"], whole[start:end], "")
        assert append(path, "ana", [ruling("d")]) == 1
        assert ids(read_log(path)) == ["a", "b", "d"]
        name = sha256(whole[start:end]).hexdigest()[:8]
        assert (path.parent / f"ana.torn-{name}").read_bytes() == whole[start:end]
        assert path.read_bytes().startswith(whole[:start] + b"{")
    # without its newline alone the event is whole, and counts
    path.write_bytes(whole[:-1])
    assert ids(read_log(path)) == ["a", "b", "c"]


def test_a_crash_in_the_first_append_leaves_no_empty_log(tmp_path, monkeypatch):
    path = tmp_path / "decisions" / "bo.jsonl"
    monkeypatch.setattr(module, "_flush", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        append(path, "bo", [ruling("a")])
    assert not path.exists()
    monkeypatch.undo()
    assert append(path, "bo", [ruling("a")]) == 1


# Damage


def changed(kept):
    kept[1] = kept[1].replace(b'"accepted": true', b'"accepted": false')
    return kept


CHANGED = "the event was changed after it was written (its own hash does not fit)"
CHAIN = "the line before it is not the one it was written after: a line was removed, moved or added"
MERGE = "a merge conflict mark of git: the log went on in two places at once"


@pytest.mark.parametrize(
    ("edit", "damage", "counted"),
    [
        pytest.param(changed, f"line 2: {CHANGED}", 1, id="changed"),
        pytest.param(lambda k: k[:1] + k[2:], f"line 2: {CHAIN}", 1, id="removed"),
        pytest.param(lambda k: k[1:], f"line 1: {CHAIN}", 0, id="first removed"),
        pytest.param(lambda k: [k[0], k[2], k[1]], f"line 2: {CHAIN}", 1, id="moved"),
        pytest.param(
            lambda k: [k[0], b'{"finding": "F1"}\n', *k[1:]],
            "line 2: this is not a decision event",
            1,
            id="added without a hash",
        ),
        pytest.param(
            lambda k: [k[0], b"\n", b"hello\n", *k[1:]],
            "line 3: this is not a decision event",
            1,
            id="text after an empty line",
        ),
        pytest.param(
            lambda k: [*k[:2], b"<<<<<<< HEAD\n", k[2]], f"line 3: {MERGE}", 2, id="merge begins"
        ),
        pytest.param(lambda k: [*k, b"=======\n"], f"line 4: {MERGE}", 3, id="merge divides"),
        pytest.param(lambda k: [*k, b">>>>>>> x"], f"line 4: {MERGE}", 3, id="merge ends, cut"),
        pytest.param(
            lambda k: [*k[:2], changed([b"", k[2]])[1].rstrip(b"\n")],
            f"line 3: {CHANGED}",
            2,
            id="changed, and the last newline gone",
        ),
        pytest.param(
            lambda k: [k[0][:100], b"\n", *k[1:]],
            "line 1: this is not a decision event",
            0,
            id="cut at half",
        ),
    ],
)
def test_damage_is_named_by_its_line_and_what_stands_before_it_counts(path, edit, damage, counted):
    path.write_bytes(b"".join(edit(lines(path))))
    log = read_log(path)
    assert log.damage == damage
    assert ids(log) == ["a", "b", "c"][:counted]
    assert len(decisions([log])) == counted
    before = path.read_bytes()
    with pytest.raises(ReviewError) as caught:
        append(path, "ana", [ruling("d")])
    assert str(caught.value) == (
        "the decision log is damaged, so nothing is added to it\n"
        f"  in decisions/ana.jsonl, {damage.partition(':')[0]}\n"
        "  Run 'themeweave check': it says what is wrong and how to mend it."
    )
    assert path.read_bytes() == before


# A log that went on in two places


def elsewhere(path, name, *entries):
    """The log as it went on in another folder: a copy of its own, then further events."""
    other = path.parent.parent / name / "decisions" / path.name
    other.parent.mkdir(parents=True)
    other.write_bytes(path.read_bytes())
    append(other, "ana", entries)
    return other


def test_a_line_that_stands_twice_counts_once(path):
    path.write_bytes(path.read_bytes() + lines(path)[1])
    log = read_log(path)
    assert (ids(log), log.damage) == (["a", "b", "c"], "")


def test_lines_of_two_branches_in_one_file_all_count(path):
    other = elsewhere(path, "laptop", ruling("e", "F5"), ruling("f", "F6"))
    append(path, "ana", [ruling("d", "F4")])
    assert take_in(path, lines(other)) == 2
    assert take_in(path, lines(other)) == 0
    log = read_log(path)
    assert (ids(log), log.damage) == (["a", "b", "c", "d", "e", "f"], "")
    assert [event.sequence for event in log.events] == [1, 2, 3, 4, 4, 5]
    assert len(heads(log.events)) == 2


def test_the_next_line_comes_after_the_ends_of_all_branches(path):
    other = elsewhere(path, "laptop", ruling("e", "F5"))
    append(path, "ana", [ruling("d", "F4")])
    take_in(path, lines(other))
    append(path, "ana", [ruling("g", "F7"), ruling("h", "F8")])
    log = read_log(path)
    by_id = {event.id: event for event in log.events}
    assert by_id["g"].previous == by_id["e"].hash
    assert by_id["g"].joins == (by_id["d"].hash,)
    assert by_id["h"].joins == ()
    assert heads(log.events) == [by_id["h"].hash]
    # the branches' own places, then both before what came after them
    placed = {one.event.id: one for one in unite([log])}
    assert [placed[i].sequence for i in "abcdegh"] == [1, 2, 3, 4, 4, 5, 6]
    assert placed["d"].branch != placed["e"].branch
    assert all(came_before(placed[i], placed["g"]) for i in "abcde")
    assert not came_before(placed["d"], placed["e"])


def test_the_next_line_knows_of_a_copy_that_a_sync_program_made(path):
    copy = path.with_name("ana (conflicted copy).jsonl")
    copy.write_bytes(path.read_bytes())
    append(copy, "ana", [ruling("e", "F5")])
    copied = read_log(copy).events[-1].hash
    append(path, "ana", [ruling("d", "F4")])
    assert read_log(path).events[-1].joins == (copied,)
    assert append(path, "ana", [ruling("e", "F5")]) == 0  # the copy holds it
    placed = {one.event.id: one for one in unite([read_log(path), read_log(copy)])}
    assert came_before(placed["e"], placed["d"])


def test_other_coders_logs_and_files_that_are_none_are_not_taken_for_copies(path):
    append(path.with_name("bo.jsonl"), "bo", [ruling("x")])
    for name, raw in (("empty", b""), ("list", b"[1]\n"), ("deep", b"[" * 100_000)):
        path.with_name(f"{name}.jsonl").write_bytes(raw)
    assert append(path, "ana", [ruling("x")]) == 1
    assert read_log(path).events[-1].joins == ()


def test_branches_count_alike_whatever_file_they_stand_in_and_in_any_order(path):
    other = elsewhere(path, "laptop", ruling("e", "F5"), ruling("f", "F6"))
    append(path, "ana", [ruling("d", "F4")])
    apart = [read_log(path), read_log(other)]
    made = decisions(apart)
    assert sorted(d.finding_id for d in made) == ["F1", "F2", "F3", "F4", "F5", "F6"]
    assert decisions(apart[::-1]) == made
    take_in(path, lines(other))
    assert decisions([read_log(path)]) == made


# Bytes that flip


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_byte_that_flips_never_crashes_and_never_counts_wrongly(data):
    whole = FLIPPED
    place = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda v: v != whole[place]))
    raw = whole[:place] + bytes([value]) + whole[place + 1 :]
    log = parse_log(Path("ana.jsonl"), raw)
    line = whole[:place].count(b"\n") + 1
    events = parse_log(Path("ana.jsonl"), whole).events
    # either the byte means nothing (a space between fields), or its line is the first bad one
    if log.events != events:
        assert log.events == events[: line - 1]
        assert log.damage.startswith(f"line {line}: ") or (log.torn and line == len(events))


def _chained(*bodies, kind="decision"):
    raw, previous = b"", "0" * 64
    for number, body in enumerate(bodies, start=1):
        record = {"sequence": number, "id": f"e{number}", "at": AT, "coder": "ana", "kind": kind}
        record |= {"body": body, "previous": previous}
        previous = record["hash"] = event_hash(record)
        raw += json.dumps(record).encode() + b"\n"
    return raw


GOOD = {"finding": "F1", "codebook": "themes", "code": "T01", "accepted": True}
FLIPPED = _chained(GOOD, GOOD | {"accepted": False, "reason": "café"}, GOOD)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param("decision", {k: v for k, v in GOOD.items() if k != "code"}, id="no code"),
        pytest.param("decision", GOOD | {"accepted": "false"}, id="accepted is text"),
        pytest.param("decision", GOOD | {"finding": 7}, id="the finding is a number"),
        pytest.param("withdrawal", {}, id="a withdrawal of nothing"),
    ],
)
def test_an_event_that_says_too_little_is_damage_and_no_crash(kind, body):
    log = parse_log(Path("ana.jsonl"), _chained(body, kind=kind))
    assert log.damage == (
        f"line 1: the {kind} lacks a field, or a field is not text or true or false"
    )
    assert decisions([log]) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"[" * 100_000, id="nested too deep to read"),
        pytest.param(_chained(GOOD).replace(b": 1,", b": 1e999,"), id="an endless number"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(b"7", id="a number"),
        pytest.param(b"\xff\xfe{\x00}\x00", id="UTF-16"),
        pytest.param(_chained(GOOD).replace(b'"body": {', b'"body": 3, "x": {'), id="no body"),
    ],
)
def test_what_is_no_event_is_named_and_no_crash(line):
    log = parse_log(Path("ana.jsonl"), line.strip() + b"\n")
    assert log.damage == "line 1: this is not a decision event"


# What editors and other programs do


@pytest.mark.parametrize(
    "save",
    [
        pytest.param(lambda raw: b"\xef\xbb\xbf" + raw, id="byte-order mark"),
        pytest.param(lambda raw: raw.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda raw: raw.removesuffix(b"\n"), id="no last newline"),
        pytest.param(lambda raw: raw.replace(b"\n", b"\n\n"), id="empty lines"),
        pytest.param(
            lambda raw: b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n").removesuffix(b"\r\n"),
            id="all three",
        ),
        pytest.param(
            lambda raw: b"".join(
                json.dumps(json.loads(line), indent=None, separators=(" ,", " :")).encode() + b"\n"
                for line in raw.splitlines()
            ),
            id="spaced anew",
        ),
    ],
)
def test_line_ends_and_spacing_change_nothing(path, save):
    before = read_log(path).events
    path.write_bytes(save(path.read_bytes()))
    assert read_log(path).events == before
    assert append(path, "ana", [ruling("d")]) == 1
    log = read_log(path)
    assert (ids(log), log.damage, log.torn) == (["a", "b", "c", "d"], "", b"")
    assert path.read_bytes().endswith(b"}\n")


@pytest.mark.parametrize("raw", [b"", b"\n\r\n ", b"\x00" * 512, b"\xef\xbb\xbf"])
def test_an_empty_log_is_named_and_not_taken_for_no_decisions(path, raw):
    path.write_bytes(raw)
    for use in (lambda: read_log(path), lambda: append(path, "ana", [ruling("d")])):
        with pytest.raises(ReviewError) as caught:
            use()
        assert str(caught.value) == (
            "the decision log is empty\n"
            "  in decisions/ana.jsonl\n"
            "  Restore it from a copy. If no decision was ever made, delete the empty file."
        )
    assert path.read_bytes() == raw


# What counts


def test_unknown_kinds_of_events_are_kept_and_do_not_count(path):
    append(path, "ana", [Entry("m", AT, "sketch", {"text": "later"}), ruling("d", "F4")])
    log = read_log(path)
    assert ids(log) == ["a", "b", "c", "m", "d"]
    assert [d.finding_id for d in decisions([log])] == ["F1", "F2", "F3", "F4"]


def test_a_withdrawn_decision_no_longer_stands(path):
    append(path, "ana", [Entry("w", AT, "withdrawal", {"event": "b"})])
    assert [d.finding_id for d in decisions([read_log(path)])] == ["F1", "F3"]


def test_two_coders_who_import_the_same_sheet_both_count(path):
    other = path.with_name("bo.jsonl")
    append(other, "bo", [ruling("a", "F1"), ruling("b", "F2")])
    append(other, "bo", [Entry("w", AT, "withdrawal", {"event": "b"})])
    made = decisions([read_log(path), read_log(other)])
    assert [(d.coder, d.finding_id) for d in made] == [
        ("ana", "F1"),
        ("ana", "F2"),
        ("ana", "F3"),
        ("bo", "F1"),
    ]
    assert decisions([read_log(other), read_log(path)]) == made


def test_a_copy_of_a_log_counts_each_event_once(path):
    copy = path.with_name("ana (conflicted copy).jsonl")
    copy.write_bytes(path.read_bytes())
    append(path, "ana", [Entry("w", AT, "withdrawal", {"event": "b"})])
    made = decisions([read_log(path), read_log(copy)])
    assert sorted(d.finding_id for d in made) == ["F1", "F3"]


# Several processes, full disks, read-only folders


def test_two_processes_that_append_at_once_both_complete(path):
    children = [run_child(APPENDING, path, coder, 0, 40) for coder in ("one", "two")]
    said = [child.communicate(timeout=60) for child in children]
    assert [errors for _, errors in said] == [b"", b""]
    log = read_log(path)
    assert log.damage == ""
    assert len(log.events) == 83
    assert {i for i in ids(log) if "-" in i} == {
        f"{c}-{n}" for c in ("one", "two") for n in range(40)
    }


HOLDING = """
import sys
from pathlib import Path
from themeweave.review.log import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_who_holds_a_log_is_told(path, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    child = run_child(HOLDING, path, stdin=subprocess.PIPE)
    assert child.stdout.readline() == b"held\n"
    before = path.read_bytes()
    with pytest.raises(ReviewError) as caught:
        append(path, "ana", [ruling("d")])
    assert str(caught.value) == (
        f"the log is being written to by process {child.pid} on {module.socket.gethostname()}\n"
        "  in decisions/ana.jsonl\n"
        "  Wait until it is done, or close the other program, and repeat."
    )
    assert path.read_bytes() == before
    child.kill()
    child.communicate()
    assert append(path, "ana", [ruling("d")]) == 1


FULL = """
import resource, signal, sys
from pathlib import Path
from themeweave.errors import ReviewError
from themeweave.review.log import Entry, append
path, size = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
body = {"finding": "F9", "codebook": "themes", "code": "T01", "accepted": True}
ids = [f"n{number}" for number in range(int(sys.argv[3]))]
entries = [Entry(id, "2026-01-02T03:04:05Z", "decision", body) for id in ids]
try:
    append(path, "ana", entries)
except ReviewError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
@pytest.mark.parametrize(("room", "events"), [(0, 3), (100, 1), (700, 3), (700, 50), (9000, 50)])
def test_a_disk_that_fills_up_in_mid_write_leaves_the_log_as_it_was(path, room, events):
    before = path.read_bytes()
    said, errors = run_child(FULL, path, len(before) + room, events).communicate(timeout=60)
    assert errors == b""
    assert said.decode() == (
        "the decision could not be written: File too large\n"
        "  in decisions/ana.jsonl\n"
        "  Nothing was half-written. Free some space, or make the folder writable, and repeat.\n"
    )
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
def test_a_full_disk_leaves_no_new_log_behind(tmp_path):
    path = tmp_path / "decisions" / "ana.jsonl"
    said, _ = run_child(FULL, path, 100, 1).communicate(timeout=60)
    assert said.decode().startswith("the decision could not be written: File too large\n")
    assert [p.name for p in path.parent.iterdir() if p.suffix != ".lock"] == []


def test_a_disk_that_fails_to_flush_leaves_the_log_as_it_was(path, monkeypatch):
    import errno

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = path.read_bytes()
    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(ReviewError, match="could not be written: No space left on device"):
        append(path, "ana", [ruling("d")])
    assert path.read_bytes() == before


def test_a_read_only_folder_is_said_to_be_one(path):
    path.parent.chmod(0o500)
    try:
        if os.access(path.parent, os.W_OK):
            pytest.skip("permissions are not enforced here (running as root)")
        with pytest.raises(ReviewError) as caught:
            append(path.with_name("bo.jsonl"), "bo", [ruling("a")])
        assert str(caught.value) == (
            "the decision could not be written: Permission denied\n"
            "  in decisions/bo.jsonl\n"
            "  Nothing was half-written. Free some space, or make the folder writable, and repeat."
        )
    finally:
        path.parent.chmod(0o700)
