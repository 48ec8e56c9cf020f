"""The commands of exchange: shown before written, and said in words what went where."""

import io
import json
import re
import sqlite3
import zipfile

import pytest

from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import Applied, CodeNode, Project, Selection, Source, User
from themeweave.exchange.refi.write import write_qdpx

TEXT = "Peers gave hope to many. Nurses had no time."
PROJECT = Project(
    "Ward study",
    "NVivo 12",
    (User(guid("u"), "ana"),),
    (CodeNode(guid("c"), "Hope"),),
    (Source(guid("s"), "Ng 2020", TEXT),),
    (Selection(guid("q"), guid("s"), "hope", 11, 15),),
    (Applied(guid("a"), guid("q"), guid("c"), guid("u"), "2026-01-02T03:04:05Z"),),
)


@pytest.fixture
def team(tmp_path):
    file = tmp_path / "team.qdpx"
    file.write_bytes(write_qdpx(PROJECT, Losses()))
    return file


def tree(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


def test_an_import_is_shown_and_written_only_after_a_yes(call, review, team):
    before = tree(review)
    shown = call("import", team, "-C", review, stdin="n\n")
    assert shown.status == 0
    assert shown.out.splitlines()[:5] == [
        "team.qdpx: NVivo 12, 'Ward study'",
        "  1 text, 1 of them new",
        "  1 quotation at 1 place: 1 new finding, 0 known",
        "  1 code: 1 new in 'team'",
        "  1 new decision by ana",
    ]
    assert shown.out.endswith("Write this into the review? [y/N]: n\nNothing was written.\n")
    assert tree(review) == before
    done = call("import", team, "-C", review, stdin="y\n")
    assert "Imported." in done.out
    assert (review / "decisions" / "ana.jsonl").is_file()


def test_the_loss_report_is_written_as_json(call, review, team, tmp_path):
    report = tmp_path / "losses.json"
    call("import", team, "-C", review, "--as", "eve", "--into", "ours", "--report", report, "--yes")
    record = json.loads(report.read_bytes())
    assert record["counts"] == {"read": 7, "repaired": 0, "dropped": 0}
    assert {e["element"] for e in record["elements"]} >= {"Code", "Coding", "PlainTextSelection"}
    assert (review / "codebooks" / "ours.yaml").is_file()
    assert (review / "decisions" / "eve.jsonl").is_file()


def test_an_export_says_what_it_wrote_and_what_it_holds(call, review, tmp_path):
    call("decide", "F1", "T02", "--coder", "ana", "-C", review)
    file = tmp_path / "out.csv"
    done = call("export", "csv", "-o", file, "-C", review)
    assert done.out.splitlines() == [
        f"Wrote {file}",
        (
            "It holds 6 findings, 1 codings, of which people confirmed 1, 0 are disputed, "
            "0 suggested."
        ),
    ]
    assert b"Hope" in file.read_bytes()


def test_an_export_of_several_files_names_them_alike(call, review, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call("export", "jsonl", "-C", review)
    assert re.findall(r"Wrote (\S+)", done.out) == ["review.jsonl", "review.schema.json"]
    done = call("export", "jsonl", "-o", "ours.jsonl", "-C", review)
    assert re.findall(r"Wrote (\S+)", done.out) == ["ours.jsonl", "ours.schema.json"]


def test_an_export_to_standard_output_says_the_rest_beside_it(call, review):
    done = call("export", "qdpx", "-o", "-", "-C", review)
    assert zipfile.ZipFile(io.BytesIO(done.raw)).namelist()[0] == "project.qde"
    assert "It holds 6 findings" in done.err


def test_an_export_without_people_says_so_and_what_was_looked_for(call, review, monkeypatch):
    call("decide", "F1", "T02", "--coder", "ana", "-C", review)
    (review.parent / "out").mkdir()
    monkeypatch.chdir(review.parent / "out")
    done = call("export", "csv", "--without-people", "-C", review)
    assert done.out.splitlines()[0] == "Wrote review.csv"
    assert done.out.endswith(
        "Texts of findings, documents and codes go out word for word. In them, coders' names, "
        "e-mail\naddresses and telephone numbers were looked for, nothing else: read them before "
        "you share.\n"
    )
    assert b"Coder 1" in (review.parent / "out" / "review.csv").read_bytes()


def test_a_round_trip_says_what_would_survive(call, team):
    done = call("exchange", "roundtrip", team)
    assert done.status == 0
    assert "written as .qdc:" in done.out
    assert "       0 of      1 codings with their coder   1 lost" in done.out


def test_a_trip_that_cannot_be_made_says_why(call, tmp_path):
    file = tmp_path / "tags.csv"
    file.write_text("id,document,tag,content\n1,Ng 2020,,Pay was low\n")
    done = call("exchange", "roundtrip", file)
    assert "written as .qdc:\n  cannot be made: there are no codes to write\n" in done.out


def test_formats_are_listed(call):
    done = call("exchange", "formats")
    assert "  qdpx         a REFI-QDA project" in done.out
    assert "  .sqlite3     projects of Taguette" in done.out


def test_a_mapping_says_which_column_is_which(call, review, tmp_path):
    (tmp_path / "map.toml").write_text('[columns]\ntext = "Quote"\ncode = "Theme"\ncoder = "Who"\n')
    (tmp_path / "ours.csv").write_text("Quote,Theme,Who\nPay was low,Pay,ana\n")
    done = call(
        "import", tmp_path / "ours.csv", "--mapping", tmp_path / "map.toml", "-C", review, "--yes"
    )
    assert (done.status, done.err) == (0, "")
    assert "  1 new decision by ana" in done.out


def test_a_folder_of_qualcoder_is_taken_by_the_project_inside(call, review, tmp_path):
    folder = tmp_path / "ward.qda"
    folder.mkdir()
    refused = call("import", folder, "-C", review)
    assert refused.status == 1
    assert refused.err == (
        f"Error: this is a folder without a data.qda, as QualCoder has it\n  in {folder}\n"
        "  Name the file to import. Articles go in with 'themeweave corpus add'.\n"
    )
    with sqlite3.connect(folder / "data.qda") as base:
        base.executescript(
            "CREATE TABLE code_cat (catid, name, memo, supercatid);"
            "CREATE TABLE code_name (cid, name, memo, catid, color);"
            "CREATE TABLE source (id, name, fulltext, memo);"
            "CREATE TABLE code_text (cid, fid, seltext, pos0, pos1, owner, date, memo);"
            "INSERT INTO code_name VALUES (1, 'Hope', '', NULL, '');"
            "INSERT INTO source VALUES (1, 'Ng', 'Peers gave hope.', '');"
            "INSERT INTO code_text VALUES (1, 1, 'hope', 11, 15, 'ana', '', '');"
        )
    done = call("import", folder, "-C", review, "--yes")
    assert "1 quotation at 1 place: 1 new finding" in done.out


def test_a_file_that_memory_may_not_hold_is_refused(call, review, team, monkeypatch):
    monkeypatch.setattr("themeweave.review.exchange.prepare.LARGEST_FILE", 100)
    done = call("import", team, "-C", review)
    assert done.err == (
        f"Error: the file is larger than 0 MB\n  in {team}\n"
        "  Export the project without its media: only texts are read.\n"
    )


# files that would do harm -------------------------------------------------------------------------


def packed(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def linked():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("project.qde", "<Project/>")
        info = zipfile.ZipInfo("sources/a.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


BOMB = (
    '<!DOCTYPE Project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<Project>&b;</Project>"
)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(packed(**{"../x": "x"}), "no plain name", id="a name that climbs"),
        pytest.param(packed(**{"/x": "x"}), "no plain name", id="an absolute name"),
        pytest.param(packed(**{"C:\\x": "x"}), "no plain name", id="a drive"),
        pytest.param(packed(**{"a.txt": "x", "A.txt": "y"}), "have one name", id="one name twice"),
        pytest.param(linked(), "is a link", id="a link"),
        pytest.param(packed(x=bytes(10**7)), "200 times its size", id="a bomb by ratio"),
        pytest.param(
            packed(**{f"m{n}": "" for n in range(5001)}), "5,000 members", id="too many members"
        ),
        pytest.param(packed(**{"project.qde": BOMB}), "declares entities", id="entities"),
        pytest.param(
            packed(**{"project.qde": '<!DOCTYPE P SYSTEM "http://x/y.dtd"><P/>'}),
            "names a document type",
            id="a DTD elsewhere",
        ),
        pytest.param(
            packed(**{"project.qde": "<Project><Codes></Project>"}), "not well formed", id="cut"
        ),
        pytest.param(packed(**{"a.txt": "x"}), "holds no project", id="no project"),
        pytest.param(b"PK\x03\x04", "not a ZIP archive", id="truncated"),
        pytest.param(b"<Other/>", "no REFI-QDA project", id="another XML"),
    ],
)
def test_a_harmful_file_is_refused_in_words_and_the_folder_stays(call, review, tmp_path, raw, said):
    (tmp_path / "bad.qdpx").write_bytes(raw)
    before, beside = tree(review), tree(tmp_path)
    done = call("import", tmp_path / "bad.qdpx", "-C", review, "--yes")
    assert done.status == 1
    assert said in done.err
    assert (tree(review), tree(tmp_path)) == (before, beside)
