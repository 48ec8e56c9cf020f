"""Compare: two coders blind, revealed, settled; and no route that tells what is blind."""

import json
import re

import pytest

from themeweave.review.teamwork.assign import Act, Plan, assign

AT = "2026-01-02T03:04:05Z"
SECRET = "zanzibar"  # a reason that only ben's blind rulings have
FINDINGS = ("F067", "F070")


@pytest.fixture
def pair(bench):
    """Two findings, ana's and ben's, blind against themes; ben has coded both."""
    plan = Plan("pilot", ("ana", "ben"), FINDINGS, ("themes",))
    assign(bench.session.path, Act("eve", AT, "assigned"), plan)
    bench.session.refresh()
    ben = bench.come("ben")
    for finding in FINDINGS:
        said(ben, finding, "T02", SECRET)
        memo = {"id": f"m{finding}", "finding": finding, "text": SECRET}
        assert ben.post("/code/memo", json=memo).status_code == 200
    return bench


def said(client, finding, code, reason=""):
    seen = int(re.search(r'data-seen="(\d+)"', client.get(f"/code?finding={finding}").text)[1])
    books = {"themes": {"codes": [code]}}
    act = {"id": f"{finding}{code}{seen}", "finding": finding, "seen": seen, "books": books}
    answer = client.post("/code/decide", json={**act, "status": "", "reason": reason})
    assert answer.status_code == 200, answer.json()


def submitted(client, **more):
    return client.post("/compare/submit", json={"id": "s", "assignment": "pilot", **more})


def reading_routes(bench):
    """Every route that can be asked for, with all that a coder might put into it."""
    for screen in bench.app.app.state.desk.screens:
        for route in screen.routes:
            if "GET" not in route.methods or route.path in ("/start",):
                continue
            for finding in FINDINGS:
                path = re.sub(r"\{[^}]*\}", finding, route.path)
                yield f"{path}?finding={finding}&assignment=pilot&show=all&coder=ben&who=ben&q=zanz"


def test_no_route_tells_a_coder_what_another_one_codes_blind(pair):
    pair.session.suggest()
    for viewer in ("ana", "eve", "nobody"):
        client = pair.come(viewer)
        for path in reading_routes(pair):
            answer = client.get(path)
            assert SECRET.encode() not in answer.content.replace(b"q=zanz", b""), (viewer, path)
    own = pair.come("ben").get("/code?finding=F067").text
    assert SECRET in own  # so that the search would have found it


def told(answer):
    error = answer.json()["error"]
    return error["what"], error["next"]


def test_what_another_one_codes_blind_changes_no_page(pair):
    """Not by a word, a count or a mark: ben rules otherwise, and nothing is otherwise for ana."""
    pair.session.suggest()
    clients = [pair.come("ana"), pair.come("eve")]

    def pages():
        for client in clients:
            for path in reading_routes(pair):
                text = client.get(path).text
                yield path, re.sub(r'(name="form-token" content="|token=)[^"]*', "", text)

    before = dict(pages())
    ben = pair.come("ben")
    for finding in FINDINGS:
        said(ben, finding, "T07", "another reason")
    after = dict(pages())
    assert {path for path in before if before[path] != after[path]} == set()


def test_every_route_that_writes_answers_without_what_is_blind(pair):
    client = pair.come("ana")
    for finding in FINDINGS:
        for path in ("/code/decide", "/code/memo", "/code/undo", "/compare/settle"):
            sent = {"id": "x", "finding": finding, "codebook": "themes", "codes": ["T01"]}
            answer = client.post(path, json={**sent, "seen": 0, "reason": "r", "text": "t"})
            assert SECRET not in answer.text, path


def test_a_share_is_submitted_revealed_and_settled(pair):
    ana, ben = pair.come("ana"), pair.come("ben")
    assert submitted(ben).json() == {"said": ["It waits for ana."]}
    assert told(submitted(ana)) == (
        "2 findings of 'pilot' are not coded yet",
        "F067, F070. Code them, or submit the share unfinished: they stay missing.",
    )
    said(ana, "F067", "T02")
    said(ana, "F070", "T07")
    assert "Where coders differ" not in ana.get("/compare").text
    assert submitted(ana).json() == {"said": ["All is revealed."]}
    page = ana.get("/compare").text
    assert SECRET in page
    assert 'data-finding="F070"' in page
    assert 'data-finding="F067"' not in page
    verdict = {"finding": "F070", "codebook": "themes", "codes": ["T07"]}
    refused = ana.post("/compare/settle", json={"id": "v", **verdict})
    assert told(refused) == (
        "settling a finding needs a reason",
        "Say why the team settles on it.",
    )
    sent = {"id": "v", "reason": "both gain", **verdict}
    for _ in range(2):  # sending it again changes nothing
        assert ana.post("/compare/settle", json=sent).status_code == 200
    page = ben.get("/compare").text
    assert 'data-finding="F070"' not in page
    assert "by ana: “both gain”" in page
    sheet = ben.get("/compare/consensus.csv").text
    assert sheet.count("both gain") == 1
    (panel,) = (p for p in pair.session.view("F070", "ben").panels if p.book.id == "themes")
    standing = [(c.code_id, c.basis) for c in panel.codings if c.basis != "suggested"]
    assert ("T07", "confirmed") in standing
    assert ("T02", "confirmed") not in standing


def test_a_coder_is_shown_their_share_alone(pair):
    ana = pair.come("ana")
    assert "my share" in ana.get("/code").text
    shown = ana.get("/code/card?show=share").json()
    assert (shown["finding"] in FINDINGS, shown["done"], shown["total"]) == (True, 0, 2)
    other = ana.get(f"/code/card?show=share&after={shown['finding']}").json()["finding"]
    assert {shown["finding"], other} == set(FINDINGS)
    submitted(ana, unfinished=True)
    assert ana.get("/code/card?show=share").json()["finding"] == ""
    assert "my share" not in ana.get("/code").text


def test_agreement_is_shown_with_intervals(pair):
    ana, ben = pair.come("ana"), pair.come("ben")
    hidden = ana.get("/compare/agreement")
    assert hidden.json()["error"]["what"] == (
        "nothing was coded by several people and revealed yet"
    )
    for finding in FINDINGS:
        said(ana, finding, "T02")
    submitted(ana)
    submitted(ben)
    shown = ana.get("/compare/agreement").text
    assert "Unit: the finding. 2 coded by several of ana, ben." in shown
    assert "<td>percent agreement</td><td>1.00</td>" in shown


def test_findings_are_assigned_from_the_page(bench):
    client = bench.come("ana")
    plan = {"id": "a", "name": "first", "coders": ["ana", "ben"], "pilot": "3"}
    assert client.post("/compare/assign", json=plan).json() == {
        "said": ["ana got 3 findings", "ben got 3 findings"]
    }
    page = client.get("/compare").text
    assert "first" in page
    assert "pilot, blind" in page
    again = client.post("/compare/assign", json={**plan, "id": "b"})
    assert told(again) == (
        "there is an assignment 'first' already",
        "Give another name. There are: first.",
    )
    odd = client.post("/compare/assign", json={**plan, "id": "c", "name": "x", "pilot": "many"})
    assert odd.json()["error"]["what"] == "the pilot must be a number"


def test_texts_of_unusual_length_and_assignments_that_are_not_there_are_refused(bench):
    client = bench.come("ana")
    long = client.post("/compare/assign", json={"id": "a", "name": "x" * 10_001})
    assert long.json()["error"]["what"] == "the name is longer than 10,000 characters"
    nothing = client.get("/compare?assignment=no")
    assert told(nothing) == ("there is no assignment 'no'", "Nothing was assigned yet.")


def test_assigning_what_cannot_be_shared_out_is_refused_in_words_of_the_page(bench):
    """What is said names no option of the command line, which the page does not have."""
    client = bench.come("ana")
    alone = {"id": "a", "name": "x", "coders": ["ana"], "pilot": 2}
    assert told(client.post("/compare/assign", json=alone)) == (
        "double coding needs two coders",
        "Name a second one, or have nothing coded twice.",
    )
    nobody = client.post("/compare/assign", json={**alone, "coders": []})
    assert told(nobody) == ("each coder is named once", "Name all who are to code.")


def test_reflexive_work_shows_no_statistics(pair):
    toml = pair.session.path / "review.toml"
    toml.write_text(toml.read_text("utf-8") + "\n[team]\nstatistics = false\n", "utf-8")
    pair.session.refresh()
    ana = pair.come("ana")
    submitted(pair.come("ben"))
    submitted(ana, unfinished=True)
    page = ana.get("/compare").text
    assert "This review does without statistics of agreement" in page
    assert ana.get("/compare/agreement").json()["error"]["what"] == (
        "this review does without statistics of agreement"
    )


def test_what_people_write_is_inert_on_the_page(pair):
    ana, ben = pair.come("ana"), pair.come("ben")
    said(ana, "F067", "T07", "<script>alert(1)</script>")
    submitted(ana, unfinished=True)
    submitted(ben)
    page = ana.get("/compare").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    (codes,) = {c for c in re.findall(r'data-codes="([^"]*)"', page) if "T07" in c}
    assert json.loads(codes.replace("&#34;", '"')) == ["T07"]
