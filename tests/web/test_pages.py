"""A document as its pages: pictures, words and marks at their places, without a browser."""

import errno
import os
import re
from pathlib import Path

import pytest

from themeweave.errors import ReviewError
from themeweave.review import printed
from themeweave.review.documents import Reading, add, load
from themeweave.review.files import quiet
from themeweave.review.printed import Lately

from ..corpus.readers.made_pdf import LEFT, PROSE, column, encrypted, pdf, placed

LINES = [
    "Nurses felt that mentors eased their work-",
    "load very much and gave them back some hope.",
    "Patients reported that mentors gave them hope.",
]


def article():
    first = [
        (LEFT, 740, "Mentors on wards: an umbrella review", 18, True),
        (LEFT, 715, "Results", 14, True),
        *column(LEFT, 690, LINES),
    ]
    return pdf(placed(first, column(LEFT, 700, PROSE)))


def stored(review, tmp_path, raw, **said):
    file = tmp_path / "mentors.pdf"
    file.write_bytes(raw)
    (one,) = add(review, [file], quiet, Reading(**said)).stored
    return one.id


@pytest.fixture
def printed_article(review, tmp_path):
    return stored(review, tmp_path, article())


@pytest.fixture
def client(printed_article, bench):
    return bench.come("ana")


def wrong(answer):
    assert answer.status_code == 422
    said = answer.json()["error"]
    return said["what"], said["where"], said["next"]


def test_text_and_pages_lead_to_one_another(client, printed_article):
    assert f'href="/read/{printed_article}/pages"' in client.get("/read").text
    text = client.get(f"/read/{printed_article}").text
    assert f'href="/read/{printed_article}/pages?at=0">Show its pages</a>' in text
    pages = client.get(f"/read/{printed_article}/pages?at=150").text
    assert 'data-page="2"' in pages
    assert re.findall(r'<section class="sheet" id="(page-\d)"', pages) == ["page-1", "page-2"]
    assert f'href="/read/{printed_article}?at=150">Show its text</a>' in pages


def test_a_long_document_is_shown_some_pages_at_a_time(review, tmp_path, bench):
    pages = [column(LEFT, 700, [f"{word} {number}" for word in PROSE]) for number in range(45)]
    client = bench.come()
    found = stored(review, tmp_path, pdf(placed(*pages)))
    first = client.get(f"/read/{found}/pages").text
    assert first.count('class="sheet"') == 40
    assert 'href="?page=41">Pages from 41</a>' in first
    second = client.get(f"/read/{found}/pages?page=45").text
    assert second.count('class="sheet"') == 5
    assert 'href="?page=40">Pages before 41</a>' in second


def test_a_picture_is_drawn_once_and_a_browser_that_holds_it_is_told_so(
    client, printed_article, monkeypatch
):
    drawn = []
    draw = printed.draw_page
    monkeypatch.setattr(printed, "draw_page", lambda *a: drawn.append(a[2:]) or draw(*a))
    path = f"/read/{printed_article}/pages/1/picture"
    answer = client.get(f"{path}?width=700")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert client.get(f"{path}?width=700").content == answer.content
    client.get(f"/read/{printed_article}/pages/1")
    held = client.get(f"{path}?width=700", headers={"if-none-match": answer.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")
    assert drawn == [(1, 700)]
    other = client.get(f"{path}?width=1234")  # no width that is drawn: one of those that are
    assert other.headers["etag"] != answer.headers["etag"]
    assert drawn == [(1, 700), (1, 1100)]


def test_the_words_of_a_page_are_those_of_the_document_at_their_offsets(
    bench, client, printed_article
):
    text = load(bench.folder, printed_article).text
    found = [client.get(f"/read/{printed_article}/pages/{page}").json() for page in (1, 2)]
    words = [word for page in found for word in page["words"]]
    assert "".join(word[2] for word in words) == text
    assert all(text[start:end] == said.strip() for start, end, said, *_ in words)


def test_findings_and_what_is_proposed_to_the_reader_are_marked(bench, client, printed_article):
    text = load(bench.folder, printed_article).text
    words = "mentors eased their workload"
    start = text.index(words)
    place = {"document": printed_article, "start": start, "end": start + len(words), "text": words}
    made = client.post("/read/make", json=place).json()["finding"]
    marks = client.get(f"/read/{printed_article}/pages/1").json()["marks"]
    kinds = {mark["id"]: mark["kind"] for mark in marks}
    assert kinds.pop(made) == "kept"
    assert set(kinds.values()) == {"proposed"}
    ours = next(mark for mark in marks if mark["id"] == made)
    assert (ours["start"], ours["end"], ours["text"]) == (start, start + len(words), words)
    assert len(ours["boxes"]) == 2  # a line each
    left, top, right, _ = ours["boxes"][0]
    assert left * 612 == pytest.approx(LEFT + 69, abs=3)  # behind "Nurses felt that "
    assert ours["boxes"][1][1] > top
    assert ours["boxes"][1][0] < left < right
    other = client.get(f"/read/{printed_article}/pages/2").json()["marks"]
    assert [mark["id"] for mark in other if mark["id"] == made] == []
    # what ana rejects is marked no more for her, and for ben as before
    rejected = next(iter(kinds))
    body = {"document": printed_article, "proposed": rejected, "keep": False}
    assert client.post("/read/rule", json=body).status_code == 200
    for who, there in (("ana", False), ("ben", True)):
        marks = bench.come(who).get(f"/read/{printed_article}/pages/1").json()["marks"]
        assert (rejected in {mark["id"] for mark in marks}) is there


@pytest.mark.parametrize("page", ["0", "3", "x", "-1", "²", "9" * 30])
def test_a_page_that_is_not_there_is_said(client, printed_article, page):
    for path in ("", "/picture"):
        assert wrong(client.get(f"/read/{printed_article}/pages/{page}{path}")) == (
            f"there is no page '{page[:20]}'",
            "mentors.pdf",
            "It has pages 1 to 2.",
        )


def test_pages_are_shown_to_nobody_who_has_not_said_who_they_are(bench, printed_article):
    client = bench.come("")
    for path in ("", "/1", "/1/picture"):
        assert wrong(client.get(f"/read/{printed_article}/pages{path}"))[0] == (
            "who you are is not known yet"
        )


def test_a_document_without_pages_and_one_that_is_not_there_are_said(bench, client, tmp_path):
    notes = tmp_path / "notes.md"
    notes.write_text("# Notes\n\nStaff were wary of them at first.\n", "utf-8")
    (one,) = add(bench.folder, [notes], quiet).stored
    assert wrong(client.get(f"/read/{one.id}/pages")) == (
        "the pages of this document are not kept in the folder",
        f"corpus/documents/{one.id}.pdf",
        "If it is a PDF, add the same file again; then its pages are kept too.",
    )
    assert "Show its pages" not in client.get(f"/read/{one.id}").text
    assert wrong(client.get("/read/ffffffffffff/pages"))[0] == (
        "there is no document 'ffffffffffff'"
    )


def test_adding_a_pdf_again_keeps_its_pages(bench, client, printed_article, tmp_path):
    kept = bench.folder / "corpus" / "documents" / f"{printed_article}.pdf"
    kept.unlink()
    assert "pages not kept" in client.get(f"/read/{printed_article}").text
    assert client.get(f"/read/{printed_article}/pages").status_code == 422
    again = add(bench.folder, [tmp_path / "mentors.pdf"], quiet)
    assert (again.stored, again.known) == ([], ["mentors.pdf"])
    assert kept.read_bytes() == article()
    assert client.get(f"/read/{printed_article}/pages").status_code == 200


def test_a_pdf_that_was_exchanged_is_not_shown(bench, client, printed_article):
    kept = bench.folder / "corpus" / "documents" / f"{printed_article}.pdf"
    kept.write_bytes(pdf(placed(column(LEFT, 700, PROSE))))
    assert wrong(client.get(f"/read/{printed_article}/pages/1/picture")) == (
        "the PDF is not the one that the text was read from, so its pages are not shown",
        f"corpus/documents/{printed_article}.pdf",
        "Delete it and add the right file again.",
    )


def test_a_pdf_that_is_too_large_is_read_as_text(client, printed_article, monkeypatch):
    monkeypatch.setattr(printed, "LARGEST", 100)
    assert wrong(client.get(f"/read/{printed_article}/pages")) == (
        "the PDF is larger than 0 MB, so its pages are not shown",
        f"corpus/documents/{printed_article}.pdf",
        "Read the document as text.",
    )


def test_a_pdf_that_cannot_be_read_is_said(client, printed_article, monkeypatch):
    def broken(self):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda self: broken(self) if self.suffix == ".pdf" else read(self)
    )
    assert wrong(client.get(f"/read/{printed_article}/pages")) == (
        "the file could not be read: Input/output error",
        f"corpus/documents/{printed_article}.pdf",
        "",
    )


def test_a_pdf_under_a_password_is_read_as_text(review, tmp_path, bench):
    raw = encrypted("secret", column(LEFT, 700, PROSE))
    found = stored(review, tmp_path, raw, password="secret")
    assert wrong(bench.come().get(f"/read/{found}/pages")) == (
        "the page cannot be shown: the PDF opens only with its password, which is not kept",
        "mentors.pdf",
        "Read the document as text, which is kept apart.",
    )


def test_what_fails_is_tried_again_after_a_while_and_not_before(monkeypatch):
    tried = []

    def make():
        tried.append(1)
        raise ReviewError("busy")

    kept = Lately(10, len)
    for _ in range(3):
        with pytest.raises(ReviewError, match="busy"):
            kept.get("a", make)
    assert len(tried) == 1
    now = printed.time.monotonic()
    monkeypatch.setattr(printed.time, "monotonic", lambda: now + printed.AGAIN + 1)
    assert kept.get("a", lambda: "done") == "done"
    assert kept.get("a", make) == "done"


def test_pictures_fill_no_more_memory_than_they_may():
    kept = Lately(100, len)
    for key in range(50):
        kept.get(key, lambda: b"x" * 30)
    assert list(kept.held) == [47, 48, 49]
    kept.get("large", lambda: b"x" * 1000)
    assert list(kept.held) == ["large"]
