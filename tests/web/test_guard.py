"""What must never get through, and what every answer carries."""

import asyncio
import re
import time

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from themeweave.errors import ReviewError
from themeweave.review.session import Session
from themeweave.web import guard
from themeweave.web.screens import SCREENS
from themeweave.web.serve import Place, check_place, hosts

HERE = "http://127.0.0.1:8740"
ROUTES = [route for screen in SCREENS for route in screen.routes if isinstance(route, Route)]
READS = sorted({r.path for r in ROUTES if "GET" in r.methods})
WRITES = sorted({r.path for r in ROUTES if "POST" in r.methods})


@pytest.fixture
def review(tmp_path):
    """A review that opens at once."""
    folder = tmp_path / "review"
    for name, text in {
        "review.toml": "[review]\ntitle = 'Small'\nframework = 'small'\n",
        "corpus/findings.csv": "id,text\nF1,Pay was low.\nF2,Staff had no time.\n",
        "codebooks/small.yaml": "codebook: small\ntitle: Small\ncodes:\n- {id: pay, name: Pay}\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def filled(path):
    return re.sub(r"{\w+}", "x", path)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1:9999", "127.0.0.1", "localhost.evil.example:8740", ""]
)
def test_a_foreign_host_is_refused_on_every_route(bench, host):
    client = bench.come()
    for path in [*READS, "/static/app.js", "/nowhere"]:
        answer = client.get(filled(path), headers={"host": host})
        assert answer.status_code == 400, path
    for path in WRITES:
        assert client.post(path, json={}, headers={"host": host}).status_code == 400, path


def test_every_route_but_the_door_needs_a_visit(bench):
    stranger = TestClient(bench.app, base_url=HERE, follow_redirects=False)
    for path in READS:
        answer = stranger.get(filled(path))
        assert answer.status_code == 401, path
    for path in WRITES:
        assert stranger.post(path, json={}, headers={"origin": HERE}).status_code == 401, path
    stranger.cookies.set(bench.visits.cookie, "x" * 43)
    assert stranger.get("/").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"origin": "http://evil.example"}, id="another site"),
        pytest.param({"origin": "http://127.0.0.1:9999"}, id="another port of this computer"),
        pytest.param({"origin": "https://127.0.0.1:8740"}, id="another scheme"),
        pytest.param({"origin": "null"}, id="a page from nowhere"),
        pytest.param({"origin": "null", "sec-fetch-site": "cross-site"}, id="a sandboxed page"),
        pytest.param({"origin": ""}, id="no origin"),
        pytest.param({"sec-fetch-site": "same-site"}, id="the browser says another port"),
        pytest.param({"x-themeweave-token": "guess"}, id="a wrong token"),
        pytest.param({"x-themeweave-token": ""}, id="no token"),
    ],
)
def test_a_writing_request_from_elsewhere_is_refused_on_every_route(bench, headers):
    client = bench.come()
    for path in WRITES:
        assert client.post(path, json={}, headers=headers).status_code == 403, path


def test_a_form_of_another_site_cannot_say_who_is_there(bench):
    client = bench.come()
    del client.headers["x-themeweave-token"]
    form = {"name": "eve", "token": "guess"}
    assert client.post("/who", data=form).status_code == 403
    assert "eve" not in client.get("/who").text


def test_reading_never_writes(bench):
    def held():
        files = (f for f in bench.folder.rglob("*") if f.is_file())
        return {f.relative_to(bench.folder): f.read_bytes() for f in files}

    client = bench.come()
    before = held()
    for path in READS:
        client.get(filled(path))
    assert held() == before
    for path in WRITES:
        if path not in READS:
            assert client.get(path).status_code in (404, 405, 422), path


def test_every_answer_carries_the_policy_and_lets_nobody_else_in(bench):
    client = bench.come()
    for path in [*READS, "/static/app.js", "/nowhere"]:
        answer = client.get(filled(path))
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy or policy.startswith("sandbox "), path
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in answer.headers
    preflight = client.options("/code/decide", headers={"origin": "http://evil.example"})
    assert preflight.status_code == 403


def test_no_page_holds_a_script_or_style_of_its_own(bench):
    client = bench.come()
    client.headers["accept"] = "text/html"
    for path in ("/", "/who", "/code", "/read", "/trail", "/outputs", "/nowhere"):
        page = client.get(path).text
        assert not re.search(r"<script(?![^>]* src=)", page), path
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page), path
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page), path


def test_the_cookie_is_strict_and_out_of_reach_of_scripts(bench):
    client = TestClient(bench.app, base_url=HERE)
    answer = client.get(f"/start?token={bench.token}")
    held = answer.headers["set-cookie"]
    assert re.fullmatch(r"themeweave-8740=[\w-]{43}; HttpOnly; Path=/; SameSite=strict", held)
    assert bench.token not in held
    assert bench.token not in answer.text


def test_a_wrong_token_is_refused_whatever_it_is(bench):
    client = TestClient(bench.app, base_url=HERE)
    for token in ("", "x", bench.token[:-1], bench.token + "x", "ä\u0000", "x" * 50_000):
        answer = client.get("/start", params={"token": token})
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


def test_tokens_are_compared_in_constant_time(monkeypatch, bench):
    compared = []
    whole = guard.secrets.compare_digest
    monkeypatch.setattr(
        "secrets.compare_digest", lambda a, b: compared.append((a, b)) or whole(a, b)
    )
    bench.visits.enter("guess")
    assert compared == [(bench.token.encode(), b"guess")]


def test_without_a_network_that_is_trusted_and_links_nobody_else_is_let_in():
    for host in ("0.0.0.0", "::"):
        with pytest.raises(ReviewError) as caught:
            check_place(Place(host=host, trusted=True, coders=("ana",)))
        assert str(caught.value) == (
            f"{host} is no address that a browser could ask for\n"
            "  Give --host the address or the name that this computer has on the network."
        )
    with pytest.raises(ReviewError) as caught:
        check_place(Place(host="192.168.1.20"))
    assert str(caught.value) == (
        "with --host 192.168.1.20 others on the network could reach the review\n"
        "  What is sent is not encrypted. Give --certificate and --key, or add --trusted-network "
        "if only people whom you trust are on it; otherwise leave out --host."
    )
    with pytest.raises(ReviewError) as caught:
        check_place(Place(host="192.168.1.20", trusted=True))
    assert str(caught.value) == (
        "nobody could be told from anybody else on the network\n"
        "  Give the name of each coder, --coder ana --coder ben: each gets a link of their own."
    )
    check_place(Place(host="192.168.1.20", trusted=True, coders=("ana",)))
    check_place(Place(host="::1"))
    assert hosts(Place(), 8740) == {"127.0.0.1:8740", "localhost:8740", "[::1]:8740"}


def test_a_link_of_ones_own_is_nobody_elses(opened):
    bench = opened(coders=("ana", "ben"))
    client = bench.come("ana")
    form = {"name": "ben", "token": client.headers["x-themeweave-token"]}
    answer = client.post("/who", data=form)
    assert answer.status_code == 403
    assert answer.json()["error"]["what"] == "your link is that of 'ana'"


@pytest.mark.parametrize(
    "name", ["../x", "CON", "a/b", "a\nb", "", ".", "x" * 41, "a\\b", "nul.txt"]
)
def test_a_name_that_cannot_be_a_log_is_refused(bench, name):
    client = bench.come("")
    form = {"name": name, "token": client.headers["x-themeweave-token"]}
    answer = client.post("/who", data=form)
    assert answer.status_code == 422
    assert "cannot be a coder's name" in answer.json()["error"]["what"]
    assert not bench.visits.visit(client.cookies[bench.visits.cookie]).coder


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/review.toml",
        "..%5c..%5creview.toml",
        "%00",
        "report.html%00.png",
        "%5c%5cserver%5cshare",
        "C:%5cwindows",
        "link.html",
        "folder",
        ".hidden",
    ],
)
def test_no_path_leads_out_of_the_outputs(bench, name):
    outputs = bench.folder / "outputs"
    (outputs / "folder").mkdir(parents=True)
    (outputs / ".hidden").write_text("x", "utf-8")
    (outputs / "link.html").symlink_to(bench.folder / "review.toml")
    client = bench.come()
    for path in (f"/outputs/file/{name}", f"/static/{name}", f"/read/{name}"):
        answer = client.get(path)
        assert answer.status_code in (404, 422), path
        assert "[review]" not in answer.text


def test_a_request_that_is_too_long_is_refused_before_it_is_read(bench):
    client = bench.come()
    answer = client.post("/code/memo", content=b"x" * (guard.MOST + 1))
    assert answer.status_code == 413

    def endless():
        for _ in range(3):
            yield b"x" * 600_000

    assert client.post("/code/memo", content=endless()).status_code == 413
    lying = {"content-length": "many"}
    assert client.post("/code/memo", content=b"{}", headers=lying).status_code == 413
    many = (
        "&".join(f"a{n}=1" for n in range(10_000))
        + "&token="
        + client.headers["x-themeweave-token"]
    )
    form = {"content-type": "application/x-www-form-urlencoded"}
    started = time.monotonic()
    assert client.post("/who", content=many, headers=form).status_code in (403, 413, 422)
    assert time.monotonic() - started < 5


def test_a_request_that_arrives_too_slowly_is_let_go(bench, monkeypatch):
    monkeypatch.setattr(guard, "SLOWEST", 0.05)
    cookie = f"{bench.visits.cookie}={bench.visits.enter(bench.token)}"
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/code/memo",
        "raw_path": b"/code/memo",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1:8740"),
            (b"origin", HERE.encode()),
            (b"cookie", cookie.encode()),
            (b"accept", b"application/json"),
        ],
    }
    sent = []

    async def receive():
        await asyncio.sleep(5)

    async def send(message):
        sent.append(message)

    asyncio.run(bench.app(scope, receive, send))
    assert sent[0]["status"] == 408


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[" * 100_000, b"\xff\xfe", b'{"a": NaN}', b"null", b'"x"'],
    ids=["empty", "open", "deep", "no UTF-8", "NaN", "null", "text"],
)
def test_what_is_no_json_is_said_and_nothing_breaks(bench, body):
    client = bench.come()
    for path in ("/code/decide", "/code/memo", "/read/make", "/read/rule"):
        assert client.post(path, content=body).status_code == 422, path


def test_no_query_breaks_a_page(bench):
    client = bench.come()
    for odd in ("'", '"', "[", "(a+)+$", "%", "_", "\x00", "9" * 5000, "-1", "<script>"):
        for path in ("/code", "/code/card", "/trail", "/outputs"):
            for key in ("finding", "order", "from", "words", "after", "codebook", "kind"):
                answer = client.get(path, params={key: odd})
                assert answer.status_code in (200, 422), (path, key, odd)


def test_what_a_finding_or_name_says_is_shown_and_never_run(opened, review):
    findings = review / "corpus" / "findings.csv"
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    text = findings.read_text("utf-8").rstrip("\n")
    header = text.splitlines()[0].split(",")
    row = ",".join({"id": "F<b>", "text": f'"{evil}"'}.get(column, "") for column in header)
    findings.write_text(f"{text}\n{row}\n", "utf-8")
    client = opened().come("ana")
    body = {"finding": "F<b>", "text": evil, "id": "m"}
    assert client.post("/code/memo", json=body).status_code == 200
    client.headers["accept"] = "text/html"
    for path in ("/code?finding=F%3Cb%3E", "/trail", "/"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_a_folder_that_cannot_be_written_to_is_shown_and_takes_nothing(opened):
    bench = opened(closed="the folder cannot be written to: Read-only file system")
    client = bench.come()
    assert client.get("/code/card").status_code == 200
    for path in WRITES:
        if path not in ("/who", "/outputs/stop"):
            answer = client.post(path, json={})
            assert answer.status_code == 422, path
            assert "cannot be written to" in answer.json()["error"]["what"]
    client.headers["accept"] = "text/html"
    assert "Nothing can be decided: the folder cannot be written to" in client.get("/").text


def test_a_fault_of_the_program_keeps_its_traceback_and_shows_none(bench, monkeypatch, capsys):
    monkeypatch.setattr(Session, "view", lambda *_: 1 / 0)
    client = TestClient(bench.app, base_url=HERE, raise_server_exceptions=False)
    client.get(f"/start?token={bench.token}")
    for visit in bench.visits._visits.values():
        visit.coder = "ana"
    answer = client.get("/code/card", headers={"accept": "application/json"})
    assert (answer.status_code, "ZeroDivision" in answer.text) == (500, False)
    assert answer.headers["content-security-policy"] == guard.POLICY
    assert "ZeroDivisionError" in capsys.readouterr().err
