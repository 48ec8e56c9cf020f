import csv
import re
from dataclasses import replace

import pytest

from themeweave.errors import ReviewError
from themeweave.findings.chosen import chosen
from themeweave.review.documents import load


@pytest.fixture
def client(article, bench):
    return bench.come("ana")


def rows(bench):
    with (bench.folder / "corpus" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def place(bench, article, words):
    text = load(bench.folder, article).text
    start = text.index(words)
    return {"document": article, "start": start, "end": start + len(words), "text": words}


def test_a_document_is_shown_with_headings_citations_and_what_is_proposed(client, article):
    assert ">mentors.md</a>" in client.get("/read").text
    page = client.get(f"/read/{article}").text
    assert '<h2 class="block"' in page
    assert '<span class="citation" title="Cites 1">' not in page  # it stands inside a proposed one
    assert page.count('data-kind="proposed"') == 2


def test_selected_words_become_a_finding_at_their_offsets(bench, client, article):
    words = "mentors eased their workload [1]"
    made = client.post("/read/make", json=place(bench, article, words))
    assert made.status_code == 200
    row = rows(bench)[made.json()["finding"]]
    text = load(bench.folder, article).text
    assert text[int(row["start"]) : int(row["end"])] == row["text"] == words
    assert (row["references"], row["section"]) == ("1", "Results > Staff views")
    assert made.json()["finding"] in bench.session.findings
    again = client.post("/read/make", json=place(bench, article, words))
    assert again.status_code == 422
    assert again.json()["error"]["what"] == (
        f"these words are a finding already: {made.json()['finding']}"
    )


def test_a_finding_is_corrected_and_keeps_its_id_and_its_codings(bench, client, article):
    made = client.post("/read/make", json=place(bench, article, "mentors eased")).json()["finding"]
    body = {"id": "a", "finding": made, "seen": 0, "books": {"valence": {"codes": ["barrier"]}}}
    assert client.post("/code/decide", json=body).status_code == 200
    wider = place(bench, article, "mentors eased their workload") | {"instead": made}
    assert client.post("/read/make", json=wider).status_code == 200
    assert rows(bench)[made]["text"] == "mentors eased their workload"
    assert [d.code_id for d in bench.session.folder.decisions if d.finding_id == made] == [
        "barrier"
    ]
    assert "corrected" in client.get(f"/trail?finding={made}").text


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"text": "other words"}, "the words selected are not those at that place of the document"),
        ({"start": 1, "end": 2, "text": " "}, "nothing is selected"),
        ({"end": "x"}, "the page sent something that is not understood"),
        ({"document": "../../etc"}, "the document's text is missing or damaged"),
        ({"instead": "F9999"}, "there is no finding 'F9999'; did you mean 'F099'?"),
    ],
    ids=["other words", "only white space", "no numbers", "a path", "no such finding"],
)
def test_a_selection_that_does_not_hold_is_refused(bench, client, article, change, what):
    before = rows(bench)
    answer = client.post("/read/make", json=place(bench, article, "mentors eased") | change)
    assert answer.status_code == 422
    assert answer.json()["error"]["what"] == what
    assert rows(bench) == before


def test_too_much_selected_is_refused(bench, client, article):
    long = replace(load(bench.folder, article), text="a" * 6000)
    with pytest.raises(ReviewError) as caught:
        chosen(long, 0, 6000)
    assert str(caught.value) == (
        "6,000 characters are selected, more than a finding states\n"
        "  in mentors.md\n"
        "  Select 5,000 at most; several findings are made one by one."
    )


def test_proposed_findings_are_kept_or_rejected_and_do_not_come_again(bench, client, article):
    first, second = re.findall(
        r'data-id="(F[0-9a-f]+)" data-kind="proposed"', client.get(f"/read/{article}").text
    )
    for identity, keep in ((first, True), (second, False)):
        body = {"document": article, "proposed": identity, "keep": keep, "strand": "experiences"}
        assert client.post("/read/rule", json=body).status_code == 200
    assert rows(bench)[first]["strand"] == "experiences"
    assert second not in rows(bench)
    page = client.get(f"/read/{article}").text
    assert 'data-kind="proposed"' not in page
    assert f'data-id="{first}" data-kind="finding"' in page
    assert client.post("/trail/undo", json={"event": ""}).status_code == 200  # of the rejection
    assert f'data-id="{second}" data-kind="proposed"' in client.get(f"/read/{article}").text


def test_a_finding_that_is_not_proposed_cannot_be_kept(client, article):
    answer = client.post("/read/rule", json={"document": article, "proposed": "F0", "keep": True})
    assert answer.json()["error"]["what"] == "no finding 'F0' is proposed here"


def test_a_document_that_is_not_there_is_said(client):
    answer = client.get("/read/ffffffffffff")
    assert answer.status_code == 422
    assert answer.json()["error"]["what"] == "there is no document 'ffffffffffff'"
