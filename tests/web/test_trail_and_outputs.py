import io
import time
import zipfile

import pytest


@pytest.fixture
def client(bench):
    return bench.come("ana")


def code(client, finding, act, code="barrier"):
    view = client.get(f"/code/card?finding={finding}").json()
    seen = int(view["html"].partition('data-seen="')[2].partition('"')[0])
    body = {"id": act, "finding": finding, "seen": seen, "books": {"valence": {"codes": [code]}}}
    assert client.post("/code/decide", json=body).status_code == 200


def test_the_trail_shows_everything_and_is_filtered(client):
    code(client, "F067", "a1")
    page = client.get("/trail?coder=ana").text
    assert "F067 is &#39;Barrier or challenge&#39;" in page
    assert "1 event, 1 to 1" in page
    assert "167 events, 1 to 100" in client.get("/trail?coder=published").text
    assert "0 events" in client.get("/trail?words=nothing+like+this").text
    assert "0 events" in client.get("/trail?words=%28a%2B%29%2B%24%25_%22%27%5B").text
    assert client.get("/trail/trail.csv").text.count("\n") == 169


def test_any_act_of_ones_own_is_taken_back_and_stays_in_the_trail(bench, client):
    code(client, "F067", "a1")
    code(client, "F063", "a2")
    assert client.post("/trail/undo", json={"event": "a1-1"}).json() == {
        "said": ["F067 is 'Barrier or challenge'"]
    }
    assert "taken back: F067 is" in client.get("/trail").text
    again = client.post("/trail/undo", json={"event": "a1-1"})
    assert again.json()["error"]["what"] == "there is nothing of yours to take back here"
    ben = bench.come("ben").post("/trail/undo", json={"event": "a2-1"})
    assert ben.status_code == 422


@pytest.mark.parametrize(
    ("screen", "what"), [("code", ""), ("themes", " to themes"), ("trail", "")]
)
def test_undo_where_nothing_is_left_is_answered_and_no_fault(client, screen, what):
    answer = client.post(f"/{screen}/undo", json={})
    assert answer.status_code == 200
    assert answer.json() == {
        "said": [],
        "nothing": f"Nothing to undo: 'ana' has done nothing{what} that could be undone.",
    }


def test_an_act_on_themes_is_taken_back_by_undo_alone(bench, client):
    from themeweave.review.revise import Who, Wish, act

    act(bench.folder, Who("ana", "2026-01-01T00:00:00Z", "c1"), [Wish("new", text="Hope")])
    bench.session.refresh()
    answer = client.post("/trail/undo", json={"event": "c1-1"})
    assert answer.json()["error"]["what"] == "later acts may rest on an act on themes"
    assert client.post("/trail/undo", json={}).json()["said"] == ["tb3101a 'Hope' added"]


def run(client):
    assert client.post("/outputs/run", json={}).json()["doing"] == "reading the folder"
    second = client.post("/outputs/run", json={})
    assert second.json()["error"]["what"] == "a run is going on already"
    for _ in range(3000):
        job = client.get("/outputs/job").json()
        if not job["doing"]:
            return job
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_a_run_makes_outputs_to_look_at_and_to_take_along(bench, client):
    assert "Nothing was made yet" in client.get("/outputs").text
    job = run(client)
    assert (job["failed"], job["said"][0].endswith("files made")) == (False, True)
    assert "made from the review as it is now" in client.get("/outputs").text
    kept = client.get("/outputs/file/report.html")
    assert kept.headers["content-disposition"] == 'attachment; filename="report.html"'
    look = client.get("/outputs/file/report.html?look")
    assert look.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert look.content == (bench.folder / "outputs" / "report.html").read_bytes()
    packed = zipfile.ZipFile(io.BytesIO(client.get("/outputs/all").content))
    assert "outputs/theme_table.docx" in packed.namelist()
    code(client, "F067", "a1")
    assert "The review has changed since" in client.get("/outputs").text


def test_a_run_that_is_stopped_leaves_what_was_there(bench, client):
    bench.background.run()
    bench.background.stop_run()
    for _ in range(300):
        if not bench.background.job.doing:
            break
        time.sleep(0.1)
    assert bench.background.job.said == ("Stopped. What was there before stays.",)
    assert not (bench.folder / "outputs").exists()


def test_what_fails_in_the_background_is_said_and_does_not_end_it(bench, monkeypatch, capsys):
    from themeweave.web import background

    monkeypatch.setattr(background, "PAUSE", 0.001)
    monkeypatch.setattr(bench.background.suggesting, "ask", lambda *_: 1 / 0)
    with bench.background:
        for _ in range(300):
            if bench.background.fault:
                break
            time.sleep(0.01)
    assert bench.background.fault == "the program has a fault; its window says more"
    assert "ZeroDivisionError" in capsys.readouterr().err
