import pytest

from themeweave.review.log import read_log


@pytest.fixture
def client(bench):
    return bench.come("ana")


def send(client, finding="F067", act="a1", seen=0, **more):
    body = {"id": act, "finding": finding, "seen": seen, "books": {}, "status": "", **more}
    return client.post("/code/decide", json=body)


def own(bench, coder="ana"):
    log = read_log(bench.session.path / "decisions" / f"{coder}.jsonl")
    return [
        (e.kind, e.body.get("code", e.body.get("status")), e.body.get("accepted"))
        for e in log.events
    ]


def test_what_a_coder_says_of_a_finding_is_one_act_in_their_log(bench, client):
    books = {"valence": {"codes": ["barrier"]}, "themes": {"codes": ["T03"]}}
    answer = send(client, books=books)
    assert (answer.status_code, answer.json()["seen"]) == (200, 2)
    assert own(bench) == [("decision", "barrier", True), ("decision", "T03", True)]
    taken = client.post("/code/undo", json={"id": "u"}).json()
    assert taken["finding"] == "F067"
    assert len(taken["said"]) == 2
    assert bench.session.view("F067", "ana").panels[1].own == ()


def test_sending_an_act_again_changes_nothing(bench, client):
    for _ in range(3):
        assert send(client, books={"valence": {"codes": ["barrier"]}}).status_code == 200
    assert len(own(bench)) == 1


def test_a_page_that_slept_gets_a_conflict_and_what_stands_now(bench, client):
    assert send(client, books={"valence": {"codes": ["barrier"]}}).status_code == 200
    late = send(client, act="a2", seen=0, books={"valence": {"codes": ["mixed"]}})
    assert late.status_code == 409
    assert late.json()["error"] == {
        "what": "you have coded F067 elsewhere since this page was made",
        "where": "",
        "next": "Nothing was lost: what stands now is shown, and what you had chosen here beside "
        "it.",
        "faults": [],
    }
    assert 'data-seen="1"' in late.json()["now"]["html"]
    assert len(own(bench)) == 1


def test_choosing_another_code_takes_the_first_back(bench, client):
    send(client, books={"valence": {"codes": ["barrier"]}})
    send(client, act="a2", seen=1, books={"valence": {"codes": ["mixed"]}})
    (panel,) = (p for p in bench.session.view("F067", "ana").panels if p.book.id == "valence")
    assert [(c.code_id, c.basis) for c in panel.codings] == [("mixed", "confirmed")]


def test_none_where_nothing_is_suggested_finishes_the_finding(bench, client):
    view = bench.session.view("F067", "ana")
    books = {panel.book.id: {"codes": [], "none": True} for panel in view.panels}
    send(client, books=books)
    assert own(bench) == [("status", "done", None)]
    assert "F067" in bench.session.tally.done("ana")


def test_unsure_takes_a_finding_out_of_the_queue_and_keeps_it_apart(bench, client):
    first = client.get("/code/card?order=sheet").json()["finding"]
    send(client, finding=first, status="unsure")
    assert client.get("/code/card?order=sheet").json()["finding"] != first
    assert client.get("/code/card?order=sheet&show=unsure").json()["finding"] == first


def test_a_code_that_is_not_there_is_refused_and_nothing_written(bench, client):
    answer = send(client, books={"valence": {"codes": ["barier"]}, "themes": {"codes": ["T03"]}})
    assert answer.status_code == 422
    assert answer.json()["error"] == {
        "what": "decisions that cannot be taken",
        "where": "",
        "next": "Nothing was written. 'themeweave codes list' shows every code.",
        "faults": ["there is no code 'barier'; did you mean 'barrier'?"],
    }
    assert not (bench.session.path / "decisions" / "ana.jsonl").exists()


@pytest.mark.parametrize(
    "body",
    [[], {"seen": "x"}, {"seen": 0, "books": []}, {"seen": 0, "books": {"valence": {"codes": 3}}}],
    ids=str,
)
def test_what_a_page_cannot_have_sent_is_refused(client, body):
    answer = client.post("/code/decide", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["what"] == "the page sent something that is not understood"


def test_a_memo_is_kept_and_replaced(bench, client):
    for number, text in enumerate(("first", "second")):
        body = {"id": f"m{number}", "finding": "F067", "text": text}
        assert client.post("/code/memo", json=body).status_code == 200
    assert bench.session.view("F067", "ana").memo == "second"
    assert bench.session.view("F067", "ben").memos == (("ana", "second"),)


def test_a_suggestion_that_is_sure_is_chosen_beforehand_and_an_unsure_one_is_not(bench, client):
    session = bench.session
    session.suggest()
    kinds = set()
    for finding in list(session.findings)[:40]:
        html = client.get(f"/code/card?finding={finding}").json()["html"]
        unclear = 0
        for panel in session.view(finding, "ana").panels:
            people = [c for c in panel.codings if c.basis != "suggested"]
            guess = panel.suggested
            unclear += not people and (guess is None or guess.unsure)
            kinds.add("people" if people else "unsure" if guess and guess.unsure else "sure")
        assert html.count("data-unclear") == unclear, finding
    assert kinds == {"people", "unsure", "sure"}


def test_the_least_certain_finding_comes_first(bench, client):
    bench.session.suggest()
    smallest = {}
    for beliefs in bench.session.suggestions.beliefs.values():
        for finding, margin in zip(beliefs.findings, beliefs.margins, strict=True):
            smallest[finding] = min(margin, smallest.get(finding, 1))
    first = client.get("/code/card?order=unsure").json()["finding"]
    assert smallest[first] == min(smallest.values())
