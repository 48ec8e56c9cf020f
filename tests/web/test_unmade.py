"""What was done to findings while reading is taken back: the sheet as it was, nothing lost."""

import csv
import errno
import os

import pytest

from themeweave.errors import ReviewError
from themeweave.review import open_log
from themeweave.review.documents import load
from themeweave.review.log import Entry, read_log


@pytest.fixture
def ana(article, bench):
    return bench.come("ana")


def sheet(bench):
    return (bench.folder / "corpus" / "findings.csv").read_bytes()


def rows(bench):
    text = sheet(bench).decode("utf-8-sig")
    return {row["id"]: row for row in csv.DictReader(text.splitlines())}


def as_before(row, before):
    """A row in the columns that it had: making a finding adds those of its place."""
    return {column: row[column] for column in before}


def make(client, bench, article, words, instead=""):
    text = load(bench.folder, article).text
    start = text.index(words)
    place = {"document": article, "start": start, "end": start + len(words), "text": words}
    answer = client.post("/read/make", json=place | {"instead": instead})
    assert answer.status_code == 200
    return answer.json()["finding"], answer.json()["event"]


def undo(client, event=""):
    return client.post("/trail/undo", json={"event": event})


def wrong(answer):
    assert answer.status_code == 422
    said = answer.json()["error"]
    return said["what"], said["where"], said["next"]


def test_a_finding_that_was_made_goes_and_its_row_stays_in_the_log(ana, bench, article):
    before = rows(bench)
    made, event = make(ana, bench, article, "mentors eased their workload")
    row = rows(bench)[made]
    assert undo(ana, event).json() == {"said": [f"{made} made"]}
    assert {key: as_before(row, before[key]) for key, row in rows(bench).items()} == before
    assert made not in bench.session.findings
    last = read_log(bench.folder / "decisions" / "ana.jsonl").events[-1]
    assert (last.kind, last.body["event"], last.body["row"]) == ("withdrawal", event, row)
    page = ana.get(f"/trail?finding={made}").text
    assert f"taken back: {made} made" in page
    assert "Take back: " not in page
    assert wrong(undo(ana, event))[0] == "there is nothing of yours to take back here"


def test_what_was_said_of_it_waits_and_counts_when_it_is_made_again(ana, bench, article):
    made, event = make(ana, bench, article, "mentors eased their workload")
    body = {"id": "a", "finding": made, "seen": 0, "books": {"valence": {"codes": ["barrier"]}}}
    assert ana.post("/code/decide", json=body).status_code == 200
    assert undo(ana, event).status_code == 200
    assert ana.get("/").status_code == 200
    again, _ = make(ana, bench, article, "mentors eased their workload")
    assert again == made
    assert [d.code_id for d in bench.session.folder.decisions if d.finding_id == made] == [
        "barrier"
    ]


def test_a_proposed_finding_that_was_kept_is_proposed_again(ana, bench, article):
    before = rows(bench)
    page = ana.get(f"/read/{article}").text
    proposed = (
        page.partition('data-kind="proposed"')[0].rpartition('data-id="')[2].partition('"')[0]
    )
    body = {"document": article, "proposed": proposed, "keep": True}
    event = ana.post("/read/rule", json=body).json()["event"]
    assert proposed in rows(bench)
    assert undo(ana, event).json() == {"said": [f"{proposed} kept"]}
    assert rows(bench).keys() == before.keys()
    assert f'data-id="{proposed}" data-kind="proposed"' in ana.get(f"/read/{article}").text


def test_a_correction_goes_back_to_the_words_before_latest_first(ana, bench, article):
    made, _ = make(ana, bench, article, "mentors eased")
    first = rows(bench)[made]
    _, wider = make(ana, bench, article, " mentors eased their workload ", made)
    second = rows(bench)[made]
    _, other = make(ana, bench, article, "recovery seem possible", made)
    assert wrong(undo(ana, wider)) == (
        f"the finding '{made}' was changed since",
        "corpus/findings.csv",
        "Take the later change back first.",
    )
    assert undo(ana, other).json() == {"said": [f"{made} corrected"]}
    assert rows(bench)[made] == second
    assert undo(ana, wider).status_code == 200
    assert rows(bench)[made] == first


def test_a_finding_of_a_sheet_that_was_corrected_gets_its_own_words_back(ana, bench, article):
    before = rows(bench)["F001"]
    _, event = make(ana, bench, article, "mentors eased", "F001")
    assert undo(ana, event).status_code == 200
    assert as_before(rows(bench)["F001"], before) == before
    assert bench.session.findings["F001"].passage is None


def test_the_latest_act_may_be_one_on_a_finding(ana, bench, article):
    body = {"id": "a", "finding": "F067", "seen": 0, "books": {"valence": {"codes": ["barrier"]}}}
    assert ana.post("/code/decide", json=body).status_code == 200
    made, _ = make(ana, bench, article, "mentors eased")
    assert undo(ana).json() == {"said": [f"{made} made"]}
    assert undo(ana).json() == {"said": ["F067 is 'Barrier or challenge'"]}


def test_undo_while_coding_takes_back_coding_and_leaves_findings(ana, bench, article):
    body = {"id": "a", "finding": "F067", "seen": 0, "books": {"valence": {"codes": ["barrier"]}}}
    assert ana.post("/code/decide", json=body).status_code == 200
    made, _ = make(ana, bench, article, "mentors eased")
    assert ana.post("/code/undo", json={}).json()["said"] == ["F067 is 'Barrier or challenge'"]
    assert made in bench.session.findings


def test_a_finding_that_somebody_else_works_on_stays(ana, bench, article):
    made, event = make(ana, bench, article, "mentors eased")
    body = {"id": "b", "finding": made, "seen": 0, "books": {"valence": {"codes": ["barrier"]}}}
    assert bench.come("ben").post("/code/decide", json=body).status_code == 200
    assert wrong(undo(ana, event)) == (
        f"ben worked on the finding '{made}' meanwhile",
        "",
        "It stays, so that nobody loses their work. Talk to them; they can take theirs back.",
    )
    assert made in rows(bench)
    assert bench.come("ben").post("/code/undo", json={}).status_code == 200
    assert undo(ana, event).status_code == 200


def test_a_finding_that_was_shared_out_stays_and_nothing_blind_is_told(ana, bench, article):
    made, event = make(ana, bench, article, "mentors eased")
    shares = {"ana": [made], "ben": [made]}
    assignment = {"name": "pilot", "shares": shares, "codebooks": ["valence"], "blind": True}
    bench.session.write("ana", [Entry("s-1", "2026-01-01T00:00:00Z", "assignment", assignment)])
    said = (
        f"the finding '{made}' was shared out in 'pilot'",
        "",
        "It stays, so that nobody loses their work. Correct its words, or mark it as unsure.",
    )
    assert wrong(undo(ana, event)) == said
    body = {"id": "b", "finding": made, "seen": 0, "books": {"valence": {"codes": ["barrier"]}}}
    assert bench.come("ben").post("/code/decide", json=body).status_code == 200
    assert wrong(undo(ana, event)) == said


def test_only_ones_own_is_taken_back(ana, bench, article):
    made, event = make(ana, bench, article, "mentors eased")
    assert wrong(undo(bench.come("ben"), event))[0] == (
        "there is nothing of yours to take back here"
    )
    assert made in rows(bench)


def test_a_finding_that_is_gone_from_the_sheet_is_said(ana, bench, article):
    made, event = make(ana, bench, article, "mentors eased")
    lines = sheet(bench).splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(made.encode())]
    (bench.folder / "corpus" / "findings.csv").write_bytes(b"".join(kept))
    assert wrong(undo(ana, event)) == (
        f"the finding '{made}' is not in the sheet any more",
        "corpus/findings.csv",
        "There is nothing to take back; what was said of it stays in the trail.",
    )


def test_where_the_log_cannot_be_written_the_sheet_is_put_back(ana, bench, article, monkeypatch):
    made, event = make(ana, bench, article, "mentors eased")
    before = sheet(bench)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(open_log, "put", full)
    with pytest.raises((ReviewError, AssertionError)):
        assert undo(ana, event).status_code == 200
    monkeypatch.undo()
    assert sheet(bench) == before
    assert undo(ana, event).status_code == 200
    assert made not in rows(bench)
