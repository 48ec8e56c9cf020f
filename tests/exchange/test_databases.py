"""Taguette's and QualCoder's databases: read whole, placed by what they count, and never run."""

import random
import sqlite3
from collections import Counter

import pytest

from themeweave.errors import ReviewError
from themeweave.exchange.database import Database
from themeweave.exchange.formats import read_any
from themeweave.exchange.losses import Losses
from themeweave.exchange.taguette import Page

PAGE = "<h1>Ward 1</h1>\n<p>Peers gave höpe &amp; time.</p><p>Nurses 😀 had <b>no time</b>.</p>"
WORDS = "Ward 1\nPeers gave höpe & time.Nurses 😀 had no time."  # as Taguette counts them


def at(words, text=WORDS):
    start = len(text[: text.index(words)].encode())
    return start, start + len(words.encode())


def database(script, *rows):
    base = sqlite3.connect(":memory:")
    base.executescript(script)
    for statement, values in rows:
        base.execute(statement, values)
    base.commit()
    return base.serialize()


TAGUETTE = """
CREATE TABLE projects (id INTEGER, name TEXT);
CREATE TABLE documents (id INTEGER, name TEXT, description TEXT, contents TEXT);
CREATE TABLE tags (id INTEGER, path TEXT, description TEXT);
CREATE TABLE highlights (id INTEGER, document_id INTEGER, start_offset INTEGER,
  end_offset INTEGER, snippet TEXT);
CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
CREATE TABLE commands (id INTEGER, date TEXT, user_login TEXT, payload TEXT);
INSERT INTO projects VALUES (1, 'Ward study');
INSERT INTO tags VALUES (1, 'Hope', 'What gives hope'), (2, 'Time', '');
INSERT INTO highlight_tags VALUES (1, 1), (2, 2), (2, 1), (3, 2), (9, 1), (1, 8);
INSERT INTO commands VALUES
  (1, '2026-01-02 03:04:05.6', 'ana', '{"type": "highlight_add", "highlight_id": 1}'),
  (2, '2026-01-02 03:04:05', 'ben', 'not json');
"""


def taguette(*more):
    highlights = [
        (1, 1, *at("höpe & time"), "höpe &amp; time"),
        (2, 1, *at("no time"), "<b>no time</b>"),
        (3, 1, 0, 4, "had no"),  # its place is wrong
        (4, 1, 999, 1000, ""),
    ]
    return database(
        TAGUETTE,
        ("INSERT INTO documents VALUES (1, 'Ng 2020.html', '', ?)", (PAGE,)),
        *(("INSERT INTO highlights VALUES (?, ?, ?, ?, ?)", h) for h in [*highlights, *more]),
    )


def told(losses, fate):
    return [f"{i.element} {i.name}: {i.why}" for i in losses.items if i.fate == fate]


def test_the_bytes_that_taguette_counts_are_led_to_the_words():
    page = Page(PAGE)
    assert page.text == "Ward 1\nPeers gave höpe & time.\nNurses 😀 had no time."
    for words in ("Ward", "höpe & time", "Nurses 😀 had", "no time", "time.", "."):
        start, end = page.place(*at(words))
        assert page.text[start:end] == words


def test_a_taguette_project_is_read_with_tags_places_and_who_highlighted():
    project, losses = read_any(taguette(), "ward.sqlite3")
    assert (project.name, project.origin) == ("Ward study", "Taguette")
    text = project.sources[0].text
    names = {code.id: code.name for code in project.codes}
    users = {user.id: user.name for user in project.users}
    found = {s.text: s for s in project.selections}
    assert set(found) == {"höpe & time", "no time", "had no"}
    assert all(text[s.start : s.end] == s.text for s in found.values())
    first = found["höpe & time"]
    assert (users[first.user], first.at) == ("ana", "2026-01-02T03:04:05Z")
    codings = Counter((names[a.code], a.selection) for a in project.applied)
    assert codings == {
        ("Hope", first.id): 1,
        ("Time", found["no time"].id): 1,
        ("Hope", found["no time"].id): 1,
        ("Time", found["had no"].id): 1,
    }
    assert told(losses, "repaired") == ["highlight 3: placed where its words stand"]
    assert told(losses, "dropped") == [
        "coding 1: it names a tag that is not there",
        "highlight 4: it holds no letter or digit",
        "coding 9: it names a highlight that is not there",
    ]


QUALCODER = """
CREATE TABLE code_cat (catid INTEGER, name TEXT, memo TEXT, supercatid INTEGER);
CREATE TABLE code_name (cid INTEGER, name TEXT, memo TEXT, catid INTEGER, color TEXT);
CREATE TABLE source (id INTEGER, name TEXT, fulltext TEXT, memo TEXT);
CREATE TABLE code_text (cid INTEGER, fid INTEGER, seltext TEXT, pos0 INTEGER, pos1 INTEGER,
  owner TEXT, date TEXT, memo TEXT);
CREATE TABLE journal (name TEXT, jentry TEXT, owner TEXT);
CREATE TABLE annotation (fid INTEGER, pos0 INTEGER, pos1 INTEGER, memo TEXT, owner TEXT);
CREATE TABLE code_image (memo TEXT);
INSERT INTO code_cat VALUES (1, 'Work', 'About work', NULL), (2, 'Load', '', 1),
  (3, 'A', '', 4), (4, 'B', '', 3);
INSERT INTO code_name VALUES (1, 'No time', 'm', 2, '#ff0000'), (2, 'Hope', '', NULL, ''),
  (3, 'Lost', '', 3, '');
INSERT INTO source VALUES (1, 'Ng 2020', 'Peers 😀 gave hope. Nurses had no time.', 'read twice'),
  (2, 'Photo', NULL, '');
INSERT INTO code_text VALUES (2, 1, 'gave hope', 8, 17, 'ana', '2026-01-02 03:04:05', 'strong'),
  (1, 1, 'no time', 30, 37, 'ben', '', ''), (2, 1, 'no time', 30, 37, 'ben', '', ''),
  (1, 1, 'elsewhere', 3, 9, 'ben', '', ''), (7, 1, 'x', 0, 1, 'ben', '', '');
INSERT INTO journal VALUES ('Plan', 'Code again in May.', 'ana');
INSERT INTO annotation VALUES (1, 0, 5, 'who?', 'ben');
INSERT INTO code_image VALUES ('a photo');
"""


def test_a_qualcoder_project_is_read_with_categories_codings_and_memos():
    project, losses = read_any(database(QUALCODER), "ward.qda")
    paths = {"/".join(path): project.paths for path in project.paths.values()}
    assert {"Work/Load/No time", "Hope"} <= set(paths)
    assert [(s.text, s.start, s.comment) for s in project.selections] == [
        ("gave hope", 8, "strong"),
        ("no time", 30, ""),
        ("elsewhere", None, ""),
    ]
    assert project.sources[0].description == "read twice"
    assert len(project.applied) == 4
    assert [(m.name, m.text) for m in project.memos] == [
        ("Plan", "Code again in May."),
        ("annotation at 0 to 5", "who?"),
    ]
    assert told(losses, "repaired")[-1] == (
        "code_text 'elsewhere': its words are not at its place; kept by words"
    )
    assert any("categories in a circle" in line for line in told(losses, "repaired"))
    assert told(losses, "dropped") == [
        "text of source Photo: it holds no letter or digit",
        "code_text 'x': it names a code or source that is not there",
        "code_image a photo: an area of a picture holds no text",
    ]


# refused ------------------------------------------------------------------------------------------


def refusal(raw, name="x.sqlite3"):
    with pytest.raises(ReviewError) as raised:
        read_any(raw, name)
    return str(raised.value)


def test_another_database_is_refused():
    assert refusal(database("CREATE TABLE a (b)")) == (
        "the database is that of no program that is known\n  in x.sqlite3\n"
        "  Taguette's and QualCoder's are read. Export the project as .qdpx."
    )


def test_what_is_no_database_or_too_large_is_refused(monkeypatch):
    advice = "Close the project in the other program, and copy its file again."
    with pytest.raises(ReviewError) as raised:
        Database(b"hope", "x.qda", Losses())
    assert str(raised.value) == f"the file is no SQLite database\n  in x.qda\n  {advice}"
    monkeypatch.setattr("themeweave.exchange.database.MOST_BYTES", 1000)
    with pytest.raises(ReviewError) as raised:
        Database(taguette(), "x.qda", Losses())
    assert str(raised.value) == "the database is larger than 0 MB\n  in x.qda\n  Split it."


def test_a_damaged_database_is_refused_or_read_but_never_an_uncaught_error():
    raw = taguette()
    assert refusal(raw[:4096]).startswith(("the database is", "the table"))
    chance = random.Random(1)
    said = Counter()
    for _ in range(300):
        broken = bytearray(raw)
        for _ in range(chance.randint(1, 30)):
            broken[chance.randrange(100, len(raw))] = chance.randrange(256)
        try:
            read_any(bytes(broken), "x.sqlite3")
            said["read"] += 1
        except ReviewError as error:
            said[error.what.partition(" '")[0]] += 1
    assert said["the database is damaged"] + said["the table"] > 10


def test_a_page_of_more_tags_than_people_write_is_refused(monkeypatch):
    monkeypatch.setattr("themeweave.exchange.taguette._DEEPEST", 2)
    with pytest.raises(ReviewError) as raised:
        Page(PAGE)
    assert str(raised.value) == "a page has more than a million tags\n  Split the document."


def test_a_table_that_is_missing_is_named():
    base = Database(taguette(), "x.sqlite3", Losses())
    with pytest.raises(ReviewError) as raised:
        list(base.rows("gone", "id"))
    assert str(raised.value).startswith("the database has no table 'gone'\n  in x.sqlite3")


def test_views_that_pose_as_tables_are_not_read():
    raw = database(
        TAGUETTE.replace(
            "CREATE TABLE tags (id INTEGER, path TEXT, description TEXT);", ""
        ).replace("INSERT INTO tags VALUES (1, 'Hope', 'What gives hope'), (2, 'Time', '');", "")
        + "CREATE TABLE t (id INTEGER); CREATE VIEW tags AS "
        "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n;"
    )
    assert refusal(raw).startswith("the database is that of no program that is known")


def test_reading_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("themeweave.exchange.database.MOST_STEPS", 0)
    many = ";".join(["INSERT INTO tags SELECT id, path, '' FROM tags"] * 19)
    raw = database(f"{TAGUETTE}{many};")
    assert refusal(raw) == (
        "the table 'tags' of the database is damaged\n  in x.sqlite3\n"
        "  Close the project in the other program, and copy its file again."
    )


def test_a_database_in_wal_mode_is_read_and_said():
    raw = bytearray(taguette())
    raw[18:20] = b"\x02\x02"
    _, losses = read_any(bytes(raw), "x.sqlite3")
    assert told(losses, "repaired")[0] == (
        "file x.sqlite3: changes that stand in a -wal file beside it are not read"
    )
