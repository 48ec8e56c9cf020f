"""Codebooks that several people change while others code: nobody overwrites anybody."""

import re

import pytest

from themeweave.review import steps
from themeweave.review.codebook_changes import file_of


@pytest.fixture
def client(bench):
    return bench.come("ana")


def shown(client, code="mixed"):
    page = client.get(f"/codebook/valence?code={code}").text
    return re.search(r'data-seen="(\w+)"', page)[1]


def change(client, seen, act="c", code="mixed", **said):
    body = {"id": act, "code": code, "seen": seen, "said": said}
    return client.post("/codebook/valence/change", json=body)


def stands(bench, code="mixed"):
    return bench.session.folder.book("valence").by_id[code]


def rule(client, finding, code, act):
    books = {"valence": {"codes": [code]}}
    body = {"id": act, "finding": finding, "seen": 0, "books": books}
    return client.post("/code/decide", json=body)


def test_the_second_of_two_who_change_a_definition_gets_both_texts(bench, client):
    ben = bench.come("ben")
    seen = shown(client)
    assert shown(ben) == seen
    assert change(client, seen, definition="Ana's words.").status_code == 200
    refused = change(ben, seen, "b", definition="Ben's words.")
    assert refused.status_code == 409
    found = refused.json()
    assert found["error"] == {
        "what": f"somebody changed '{stands(bench).name}' meanwhile",
        "where": "",
        "next": "Both are shown. Nothing was lost, and nothing is saved of yours yet: take over "
        "what you want to keep, then apply again.",
        "faults": [],
    }
    assert found["now"]["definition"] == "Ana's words."
    assert stands(bench).definition == "Ana's words."
    again = change(ben, found["seen"], "b2", definition="Ana's and Ben's words.")
    assert again.status_code == 200
    assert stands(bench).definition == "Ana's and Ben's words."
    assert change(ben, seen, "b2", definition="Ana's and Ben's words.").json()["said"] == []


def test_what_a_text_editor_changed_meanwhile_is_not_overwritten(bench, client):
    seen, file = shown(client), file_of(bench.folder, "valence")
    name = stands(bench).name
    edited = file.read_text("utf-8").replace(f"name: {name}\n", "name: Edited by hand\n")
    assert edited.count("Edited by hand") == 1
    file.write_text(edited, "utf-8")
    refused = change(client, seen, name="From the page")
    assert (refused.status_code, refused.json()["now"]["name"]) == (409, "Edited by hand")
    assert file.read_text("utf-8") == edited


def test_a_code_that_is_renamed_or_retired_keeps_the_rulings_of_those_who_apply_it(bench, client):
    ben = bench.come("ben")
    assert rule(ben, "F001", "mixed", "b1").status_code == 200
    assert change(client, shown(client), "a1", name="Both ways").status_code == 200
    assert change(client, shown(client), "a2", retired=True).status_code == 200
    assert rule(ben, "F002", "mixed", "b2").status_code == 200  # from a page loaded before
    for finding in ("F001", "F002"):
        panels = {panel.book.id: panel for panel in bench.session.view(finding, "ben").panels}
        assert [(c.code_id, c.basis) for c in panels["valence"].codings] == [("mixed", "confirmed")]
        assert panels["valence"].book.name("mixed") == "Both ways"
    assert stands(bench).retired


def test_a_code_that_is_deleted_in_the_file_loses_no_ruling(bench, client):
    ben, file = bench.come("ben"), file_of(bench.folder, "valence")
    assert rule(ben, "F001", "mixed", "b1").status_code == 200
    whole = file.read_bytes()
    start, end = whole.index(b"  - id: mixed"), whole.index(b"  - id: neutral")
    assert start < end
    file.write_bytes(whole[:start] + whole[end:])
    bench.session.refresh()
    refused = rule(ben, "F002", "mixed", "b2")
    assert refused.status_code == 422
    assert "there is no code 'mixed'" in str(refused.json()["error"]["faults"])
    lost = [words for words in steps.check(bench.folder).problems if "'mixed'" in words]
    assert len(lost) == 1
    assert "Decisions that name it are kept and do not count: decisions/ben.jsonl" in lost[0]
    file.write_bytes(whole)
    bench.session.refresh()
    panels = {panel.book.id: panel for panel in bench.session.view("F001", "ben").panels}
    assert [c.code_id for c in panels["valence"].codings] == ["mixed"]
