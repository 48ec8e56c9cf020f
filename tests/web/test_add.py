"""Documents that a browser sends: added, there already or refused, and never more than may come."""

import errno
import os

import pytest
from starlette.testclient import TestClient

from themeweave.errors import ReviewError
from themeweave.review import arriving
from themeweave.review.documents import documents
from themeweave.web.screens import read_add

from ..corpus.readers.made_pdf import LEFT, PROSE, column, doubling_forms, encrypted, pdf, placed
from .conftest import HERE

NOTES = "# Notes\n\n## Results\n\nStaff felt that mentors helped them through it [1].\n"


@pytest.fixture
def client(bench):
    return bench.come("ana")


def send(client, name, content):
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/read/add", params={"name": name}, content=raw)


def kept(bench):
    folder = bench.folder / "corpus" / "documents"
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def wrong(answer):
    assert answer.status_code == 422
    said = answer.json()["error"]
    return said["what"], said["where"], said["next"]


def test_a_file_is_added_as_by_the_command_line_and_once_only(bench, client):
    found = send(client, "notes.md", NOTES).json()
    (held,) = documents(bench.folder)
    assert found == {
        "name": "notes.md",
        "how": "added",
        "words": "2 headings, 0 references",
        "notes": [],
        "document": held.id,
    }
    assert kept(bench) == [f"{held.id}.json", f"{held.id}.txt"]
    again = send(client, "notes.md", NOTES).json()
    assert (again["how"], again["words"], again["document"]) == ("there", "", held.id)
    other = send(client, "copy.md", NOTES).json()
    assert (other["how"], other["words"]) == (
        "there",
        f"copy.md has the same text as notes.md ({held.id})",
    )
    assert f'href="/read/{held.id}"' in client.get("/read").text
    assert len(documents(bench.folder)) == 1


def test_a_pdf_is_added_with_its_pages(bench, client):
    found = send(client, "a.pdf", pdf(placed(column(LEFT, 700, PROSE)))).json()
    assert found["how"] == "added"
    assert client.get(f"/read/{found['document']}/pages/1/picture").status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.md", b"  ", "no text found: the file is empty. Restore it, or leave it out."),
        (
            "scan.png",
            b"\x89PNG\r\n\x1a\n" + b"0" * 50,
            (
                "the file is a picture (PNG), for which there is no reader. A picture holds no "
                "text: run OCR over it first (ocrmypdf makes a PDF with text)."
            ),
        ),
        (
            "sheet.csv",
            b"id,text\nF1,Pay was low\nF2,Staff left\n",
            (
                "the file is a sheet, not a document. Put it into corpus/ as findings, or start "
                "with 'themeweave init --findings'."
            ),
        ),
        (
            "locked.pdf",
            encrypted("s3cret-words", column(60, 700, PROSE)),
            (
                "the PDF is encrypted and opens only with its password. Save a copy without one; "
                "or add it on the command line with --password, which asks for it, uses it once "
                "and does not keep it."
            ),
        ),
        (
            "wide.txt",
            "Peers helped.".encode("utf-16-le"),
            (
                "the file looks like UTF-16 without a byte-order mark (utf-16-le). As that it "
                "begins: 'Peers helped.'. If this is right, read it on the command line with "
                "--encoding utf-16-le; or save it as UTF-8 in the program that made it."
            ),
        ),
    ],
    ids=["empty", "a picture", "a sheet", "under a password", "wide letters"],
)
def test_what_cannot_be_read_is_refused_with_the_reason_and_leaves_nothing(
    bench, client, name, content, words
):
    found = send(client, name, content).json()
    assert (found["how"], found["words"], found["document"]) == ("refused", words, "")
    assert kept(bench) == []


def test_a_hostile_pdf_is_ended_and_refused(bench, client, monkeypatch):
    from themeweave.corpus.readers import pdf as reader

    monkeypatch.setitem(reader.read.__kwdefaults__, "seconds", 2)
    found = send(client, "evil.pdf", doubling_forms(12)).json()
    assert found["how"] == "refused"
    assert found["words"].startswith("the PDF could not be read safely: it took more than 2")
    assert kept(bench) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../../evil.md",
        "..\\..\\evil.md",
        "/etc/evil.md",
        "C:\\evil.md",
        "evil\x00.md",
        ".evil.md",
    ],
)
def test_the_name_that_a_browser_says_is_shown_and_is_no_path(bench, client, name):
    before = {file for file in bench.folder.parent.rglob("*") if file.is_file()}
    found = send(client, name, NOTES).json()
    assert found["name"] == "evil.md"
    after = {file for file in bench.folder.parent.rglob("*") if file.is_file()}
    inside = bench.folder / "corpus" / "documents"
    assert {file.parent for file in after - before} == {inside}


@pytest.mark.parametrize("name", ["", "/", "..", "\x00"])
def test_a_file_without_a_name_is_refused(client, name):
    assert wrong(send(client, name, NOTES)) == (
        "the file has no name",
        "",
        "Give it one, and add it again.",
    )


def test_a_long_name_keeps_its_suffix():
    assert arriving.name_of("x" * 500 + ".pdf") == "x" * 146 + ".pdf"
    assert len(arriving.name_of("x" * 500)) == 150


@pytest.mark.parametrize("honest", [True, False], ids=["stated", "not stated"])
def test_a_file_that_is_too_large_is_refused_and_nothing_of_it_stays(
    bench, client, monkeypatch, honest
):
    monkeypatch.setattr(arriving, "LARGEST", 1_000_000)

    def parts():
        for _ in range(40):
            yield b"words " * 10_000

    content = b"x" * 1_000_001 if honest else parts()
    answer = client.post("/read/add", params={"name": "a.txt"}, content=content)
    assert wrong(answer) == (
        "the file is larger than 1 MB",
        "a.txt",
        "Add it on the computer that keeps the folder, with 'themeweave corpus add'.",
    )
    assert kept(bench) == []


def test_a_folder_that_holds_as_much_as_may_arrive_takes_no_more(bench, client, monkeypatch):
    assert send(client, "notes.md", NOTES).json()["how"] == "added"
    monkeypatch.setattr(arriving, "IN_ALL", 10)
    assert wrong(send(client, "more.md", NOTES + "More.\n")) == (
        "the folder's documents fill more than 0 GB",
        "more.md",
        "Add it on the computer that keeps the folder, with 'themeweave corpus add'.",
    )


def test_a_disk_that_is_full_says_so_and_loses_nothing(bench, client, monkeypatch):
    class Full:
        def write(self, part):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    take = arriving.Arrival.take

    def full(self, part):
        self._file = Full()
        take(self, part)

    monkeypatch.setattr(arriving.Arrival, "take", full)
    assert wrong(send(client, "notes.md", NOTES)) == (
        "the file could not be taken in: No space left on device",
        "notes.md",
        "Nothing was added. Make room on the disk that keeps the folder, and try again.",
    )
    assert kept(bench) == []


def test_a_folder_that_cannot_be_written_to_says_so(client, monkeypatch):
    def denied(**_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(arriving.tempfile, "mkstemp", denied)
    assert wrong(send(client, "notes.md", NOTES)) == (
        "the folder cannot be written to: Permission denied",
        "corpus/documents",
        "Nothing was added.",
    )


def test_a_file_that_stops_coming_is_let_go(bench, client, monkeypatch):
    monkeypatch.setattr(read_add, "PAUSE", 0.05)

    async def stuck(self, **_):
        import asyncio

        yield b"# Not"
        await asyncio.sleep(5)

    monkeypatch.setattr(read_add.Request, "stream", stuck)
    assert wrong(send(client, "notes.md", NOTES)) == (
        "the file did not come whole",
        "notes.md",
        "Nothing was added. Add it again.",
    )
    assert kept(bench) == []


def test_what_a_crash_left_of_an_arrival_is_swept_away(bench):
    from themeweave.review.files import sweep

    with arriving.arriving(bench.folder, "notes.md") as arrival:
        arrival.take(b"half a file")
        os.utime(arrival.path, (0, 0))
        assert sweep(bench.folder) == [arrival.path]
    assert kept(bench) == []


def test_a_new_version_takes_its_findings_along(bench, client):
    from themeweave.review.documents import load

    first = send(client, "notes.md", NOTES).json()["document"]
    words = "mentors helped them through it"
    start = load(bench.folder, first).text.index(words)
    place = {"document": first, "start": start, "end": start + len(words), "text": words}
    made = client.post("/read/make", json=place).json()["finding"]
    longer = NOTES.replace("## Results", "Some words that were not there.\n\n## Results")
    found = send(client, "notes.md", longer).json()
    assert found["words"] == ("2 headings, 0 references, a new version of one that was there")
    assert found["notes"] == ["1 finding tied to their place in the new version"]
    passage = bench.session.findings[made].passage
    assert passage.document_id == found["document"]
    assert load(bench.folder, found["document"]).text[passage.start : passage.end] == words


def test_a_new_version_is_there_even_where_the_sheet_cannot_be_written(bench, client, monkeypatch):
    send(client, "notes.md", NOTES)

    def refused(_):
        raise ReviewError("a sheet that ends in '.xlsx' is read, but not written", "corpus/", "Go.")

    monkeypatch.setattr(arriving.kept, "reanchor", refused)
    found = send(client, "notes.md", NOTES + "\nAnd a line more.\n").json()
    assert (found["how"], found["notes"]) == (
        "added",
        [
            (
                "findings stay tied to the version before: corpus/: "
                "a sheet that ends in '.xlsx' is read, but not written. Go."
            )
        ],
    )
    assert len(documents(bench.folder)) == 2


def test_a_closed_folder_and_a_stranger_add_nothing(opened):
    bench = opened(closed="the folder is read-only")
    assert wrong(send(bench.come("ana"), "notes.md", NOTES))[0] == "the folder is read-only"
    assert "Nothing can be added: the folder is read-only." in bench.come("ana").get("/read").text
    assert wrong(send(bench.come(""), "notes.md", NOTES))[0] == "the folder is read-only"
    stranger = TestClient(bench.app, base_url=HERE)
    answer = stranger.post("/read/add?name=a.md", content=NOTES, headers={"origin": HERE})
    assert answer.status_code == 401
    form = {"token": "guess"}
    ours = bench.come("ana")
    del ours.headers["x-themeweave-token"]
    assert ours.post("/read/add?name=a.md", data=form).status_code == 403
    assert kept(bench) == []
