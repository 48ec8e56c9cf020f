"""Who may do what: every route of the workbench, asked by everybody who could ask.

The routes are those that the app has. A route that is new, or a way to use one, fails the first
test until it stands in `ASKED`, with what somebody sends to it and who is let through.
"""

import re
from collections import namedtuple

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from themeweave.review.log import Entry
from themeweave.review.teamwork.assign import Act, Plan, assign

from .test_pages import article as printed_article
from .test_pages import stored

HERE = "http://127.0.0.1:8740"
AT = "2026-01-02T03:04:05Z"
OPEN, BLIND = "F070", "F067"  # two coders differ on one, revealed; the other one is coded blind

Asked = namedtuple("Asked", "sent may", defaults=({}, "ana ben eve dan"))
EVERYBODY = "ana ben eve dan"  # two coders, an adjudicator, and a coder without a share
ASKED = {  # a route, with what is sent to it: the coders who are let through
    "GET /": Asked(),
    "GET /doing": Asked(),
    "GET /start": Asked(),  # the door itself; see below
    "GET /who": Asked(),
    "POST /who": Asked({"name": "{who}"}),
    "GET /read": Asked(),
    "GET /read/{document}": Asked(),
    "GET /read/{document}/pages": Asked(),
    "GET /read/{document}/pages/{page}": Asked(),
    "GET /read/{document}/pages/{page}/picture": Asked(),
    "POST /read/add": Asked(),  # the bytes of a file; see below
    "POST /read/make": Asked({"document": "{document}", "text": "Nurses", "start": 69, "end": 75}),
    "POST /read/rule": Asked({"document": "{document}", "proposed": "{proposed}", "keep": False}),
    "GET /code": Asked(),
    "GET /code/card": Asked(),
    "GET /code/codes": Asked(),
    "POST /code/decide": Asked(
        {"finding": BLIND, "seen": 0, "books": {"themes": {"codes": ["T02"]}}, "id": "{who}d"}
    ),
    "POST /code/memo": Asked({"finding": BLIND, "text": "{who}", "id": "{who}m"}),
    "POST /code/undo": Asked({"id": "{who}u"}),
    "GET /themes": Asked(),
    "GET /themes/board": Asked(),
    "GET /themes/cards": Asked(),
    "GET /themes/evidence": Asked(),
    "POST /themes/act": Asked({"kind": "new", "text": "A theme of {who}", "id": "{who}t"}),
    "POST /themes/undo": Asked({"id": "{who}tu"}),
    "GET /codebook": Asked(),
    "GET /codebook/{book}": Asked(),
    "GET /codebook/{book}/advice": Asked(),
    "POST /codebook/{book}/preview": Asked({"code": "mixed", "said": {"definition": "{who}"}}),
    "POST /codebook/{book}/change": Asked(
        {"code": "mixed", "said": {"definition": "Said by {who}."}, "id": "{who}c"}
    ),
    "POST /codebook/{book}/undo": Asked({"id": "{who}cu"}),
    "GET /compare": Asked(),
    "GET /compare/agreement": Asked(),
    "GET /compare/consensus.csv": Asked(),
    "POST /compare/assign": Asked({"name": "by {who}", "coders": ["ana", "ben"], "pilot": 1}),
    "POST /compare/settle": Asked(
        {"finding": OPEN, "codebook": "themes", "codes": ["T02"], "reason": "r", "id": "{who}s"},
        "eve",
    ),
    "GET /trail": Asked(),
    "GET /trail/trail.csv": Asked(),
    "POST /trail/undo": Asked(),
    # when it is submitted it cannot be undone, so that comes after
    "POST /compare/submit": Asked({"assignment": "pilot", "unfinished": True}, "ana ben"),
    "GET /outputs": Asked(),
    "GET /outputs/job": Asked(),
    "GET /outputs/all": Asked(),
    "GET /outputs/file/{name}": Asked(),
    "POST /outputs/run": Asked(),
    "POST /outputs/stop": Asked(),
    "GET /static": Asked(),  # files that are everybody's
}
IN_PATHS = {"{book}": "valence", "{name}": "findings.csv", "{page}": "1"}


def routes(app):
    """Every route that the app has, with each way to use it."""
    for route in app.app.routes:
        if isinstance(route, Mount):
            yield f"GET {route.path}"
        else:
            assert isinstance(route, Route), f"{route} is of a kind that the guard does not know"
            yield from (f"{method} {route.path}" for method in route.methods - {"HEAD"})


@pytest.fixture
def team(review, article, opened, tmp_path):
    """A team at work: a finding coded blind, one revealed, an adjudicator, a run's output."""
    with (review / "review.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[coders.eve]\nrole = "adjudicator"\n')
    for name, finding in (("pilot", BLIND), ("talk", OPEN)):
        plan = Plan(name, ("ana", "ben"), (finding,), ("themes",))
        assign(review, Act("eve", AT, f"assigned {name}"), plan)
    (review / "outputs").mkdir(exist_ok=True)
    (review / "outputs" / "findings.csv").write_text("id\n", "utf-8")
    printed = stored(review, tmp_path, printed_article())
    bench = opened()
    talk = bench.session.whole.team.assignments[1].id
    for coder, code in (("ana", "T02"), ("ben", "T07")):
        said = {"finding": OPEN, "codebook": "themes", "code": code, "accepted": True}
        bench.session.write(coder, [Entry(f"{coder}1", AT, "decision", said)])
        submission = {"assignment": talk, "missing": []}
        bench.session.write(coder, [Entry(f"{coder}2", AT, "submission", submission)])
    shelved = bench.app.app.state.desk.library.open(article)
    bench.words = {"document": article, "printed": printed, "proposed": shelved.proposed[0][0]}
    return bench


def ask(bench, client, route, who="ana", **headers):
    """Ask as a page would."""
    method, path = route.split(" ")
    if route == "GET /static":
        path = "/static/app.js"
    document = bench.words["printed" if "/pages" in path else "document"]
    for name, filled in (IN_PATHS | {"{document}": document}).items():
        path = path.replace(name, filled)
    if method == "GET":
        return client.get(path, headers=headers)

    def fill(value):
        if isinstance(value, dict):
            return {key: fill(one) for key, one in value.items()}
        return value.format(who=who, **bench.words) if isinstance(value, str) else value

    if route == "POST /read/add":
        return client.post(
            f"{path}?name={who}.md", content=b"# Notes\n\nA file.\n", headers=headers
        )
    sent = fill(ASKED[route].sent)
    if route == "POST /who":
        form = {**sent, "token": client.headers.get("x-themeweave-token", "")}
        return client.post(path, data=form, headers=headers)
    return client.post(path, json=sent, headers=headers)


def test_every_route_of_the_app_says_who_may_use_it(bench):
    assert set(routes(bench.app)) == set(ASKED)


@pytest.mark.parametrize("who", EVERYBODY.split())
def test_a_coder_may_do_what_is_theirs_and_nothing_else(team, who):
    client = team.come(who)
    for route, asked in ASKED.items():
        if route == "GET /start":
            continue
        answer = ask(team, client, route, who)
        if who in asked.may.split():
            assert answer.status_code in (200, 303), (route, answer.text)
        else:
            assert answer.status_code == 403, (route, answer.text)
            assert answer.json()["error"]["what"].startswith(f"'{who}' "), route
    team.background.running.end()


def test_who_was_not_let_in_gets_nothing(team):
    stranger = TestClient(team.app, base_url=HERE, follow_redirects=False)
    stranger.headers.update({"origin": HERE, "accept": "application/json"})
    for route in ASKED:
        status = ask(team, stranger, route).status_code
        assert status == (200 if route == "GET /static" else 401), route


def test_who_did_not_say_who_they_are_can_only_say_it(team):
    client = team.come("")
    for route in ASKED:
        if route in ("GET /start", "POST /who", "GET /static", "GET /who"):
            continue
        answer = ask(team, client, route, "")
        if route == "GET /":
            assert answer.headers["location"] == "/who"
        else:
            assert answer.status_code == 422, (route, answer.text)
            assert answer.json()["error"]["what"] == "who you are is not known yet", route


@pytest.mark.parametrize(
    ("headers", "status", "also"),
    [
        pytest.param({"host": "evil.example"}, 400, "GET POST", id="a wrong host"),
        pytest.param({"origin": "http://evil.example"}, 403, "POST", id="a wrong origin"),
        pytest.param({"x-themeweave-token": "guess"}, 403, "POST", id="a wrong token"),
    ],
)
def test_a_request_from_elsewhere_gets_nothing_though_a_coder_is_let_in(
    team, headers, status, also
):
    client = team.come("ana")
    before = {f: f.read_bytes() for f in team.folder.rglob("*") if f.is_file()}
    for route in ASKED:
        method, path = route.split(" ")
        if method in also.split():
            if route == "POST /who" and "x-themeweave-token" in headers:
                answer = client.post(path, data={"name": "eve", "token": "guess"}, headers=headers)
            else:
                answer = ask(team, client, route, "ana", **headers)
            assert answer.status_code == status, route
    assert {f: f.read_bytes() for f in team.folder.rglob("*") if f.is_file()} == before


def test_a_link_of_ones_own_lets_nobody_be_the_adjudicator(opened):
    bench = opened(coders=("ana", "eve"))
    client = bench.come("ana")
    form = {"name": "eve", "token": client.headers["x-themeweave-token"]}
    answer = client.post("/who", data=form)
    assert answer.status_code == 403
    assert re.match("your link is that of 'ana'", answer.json()["error"]["what"])
