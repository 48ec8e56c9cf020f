"""Home: what needs a coder next, how far their shares are, and how many suggestions are wrong."""

import re

import pytest

from themeweave.codes.suggest import choose
from themeweave.review.standing import standing
from themeweave.review.teamwork.assign import Act, Plan, assign

AT = "2026-01-02T03:04:05Z"


def words(client):
    """The page as it reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", client.get("/").text))


def code(client, finding, code="T02"):
    seen = int(re.search(r'data-seen="(\d+)"', client.get(f"/code?finding={finding}").text)[1])
    act = {"id": f"{finding}{seen}", "finding": finding, "seen": seen, "status": "done"}
    sent = client.post("/code/decide", json={**act, "books": {"themes": {"codes": [code]}}})
    assert sent.status_code == 200


def submit(client):
    sent = client.post("/compare/submit", json={"id": "s", "assignment": "pilot"})
    assert sent.status_code == 200


def test_a_share_is_followed_from_the_assignment_to_what_is_to_be_settled(bench):
    ana, ben = bench.come("ana"), bench.come("ben")
    assert "Your shares" not in words(ana)
    plan = Plan("pilot", ("ana", "ben"), ("F067", "F070"), ("themes",))
    assign(bench.session.path, Act("eve", AT, "assigned"), plan)
    bench.session.refresh()
    assert "Code your share: 2 findings" in words(ana)
    assert "pilot 0 of 2 findings coded, not submitted" in words(ana)
    assert "Your shares" not in words(bench.come("eve"))
    code(ana, "F067")
    assert "pilot 1 of 2 findings coded, not submitted" in words(ana)
    code(ana, "F070")
    assert "Submit your share: it is coded" in words(ana)
    submit(ana)
    assert "pilot 2 of 2 findings coded, submitted; it waits for ben" in words(ana)
    assert "Settle" not in words(ana)
    code(ben, "F067", "T07")
    code(ben, "F070")
    submit(ben)
    for client in (ana, ben):
        assert "submitted and revealed" in words(client)
        assert "Settle 1 difference" in words(client)
    assert "Settle" not in words(bench.come("eve"))  # who did not code it cannot settle it


def test_without_themes_a_finding_is_finished_all_the_same_and_home_leads_to_them(review, opened):
    (review / "codebooks" / "themes.yaml").write_text(
        "codebook: themes\ntitle: Themes\ncodes: []\n", "utf-8"
    )
    (review / "decisions" / "published.jsonl").unlink()
    bench = opened()
    client = bench.come("ana")
    assert "Find themes" in words(client)
    assert "Theme 0 0 of 0 findings no codes yet" in words(client)
    card = client.get("/code/card?finding=F067").json()["html"]
    assert re.findall(r'data-book="([^"]*)"', card) == ["perspectives", "valence"]
    books = {"perspectives": {"codes": ["staff"]}, "valence": {"codes": ["barrier"]}}
    act = {"id": "a", "finding": "F067", "seen": 0, "status": "", "books": books}
    assert client.post("/code/decide", json=act).json()["done"] == 1
    assert "putting findings together" in client.get("/themes").text


def test_suggestions_left_are_counted_and_how_many_are_likely_wrong_estimated(bench):
    client, session = bench.come("ana"), bench.session
    assert "not known yet" in words(client)
    session.suggest()
    left = {one.book.id: one.left for one in standing(session, "ana").books}
    beliefs = session.suggestions.beliefs["valence"]
    choices = [choose(beliefs.reading(finding), beliefs.book) for finding in session.findings]
    assert left["valence"].findings == 100  # the sample's log says nothing of directions
    assert left["valence"].wrong == pytest.approx(sum(1 - choice.score for choice in choices))
    assert left["valence"].unclear == sum(
        choice.margin < session.margin("valence") for choice in choices
    )
    assert left["valence"].trial is None
    assert left["cfir-2022"].findings == 0
    assert left["cfir-2022"].trial.decided == 33
    assert left["themes"].wrong is None
    assert "Framework, on the 33 findings that people coded, each review left out" in words(client)
    assert "Likely wrong among the suggestions left: whose view about" in words_of_code(client)


def words_of_code(client):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", client.get("/code").text))
