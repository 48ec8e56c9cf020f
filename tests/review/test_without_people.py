"""An export without people: no byte of it names who made the review; what it lists to look at."""

import io
import re
import sqlite3
import unicodedata
import zipfile

import pytest

from themeweave.corpus.sheets import read_sheet
from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
from themeweave.exchange.mentions import People
from themeweave.exchange.project import (
    Applied,
    CodeNode,
    Group,
    Memo,
    Picture,
    Project,
    Selection,
    Source,
    Tie,
    User,
)
from themeweave.exchange.refi.read import read_refi
from themeweave.exchange.refi.write import write_qdpx
from themeweave.review.decide import Ruling, decide
from themeweave.review.exchange.export import export, formats
from themeweave.review.exchange.prepare import prepare
from themeweave.review.exchange.write import write
from themeweave.review.log import Entry, append
from themeweave.review.start import start

AT = "2026-01-02T03:04:05Z"
LATER = "2026-01-09T08:07:06Z"
TEXT = "Peers gave hope to many.\nNurses had no time."
CODERS = ("Zoë Quillfeather", "Umberto", "wexford_m", "Ithaca")
PLANTED = (*CODERS, "Zoë", "Quillfeather", "Wexford", "Vandersloot", "2026-01-0", "2026-01-10")
USER = guid("nvivo", "user")


@pytest.fixture
def named(tmp_path, write_into):
    """A review with its coders' names in logs, memos, reasons, file names and metadata."""
    folder = write_into(tmp_path / "umberto-review")
    settings = (folder / "review.toml").read_text("utf-8")
    settings = settings.replace("A small review", "Umberto's small review")
    (folder / "review.toml").write_text(settings.replace("coders.eve", "coders.Ithaca"), "utf-8")
    themes = (folder / "codebooks" / "themes.yaml").read_text("utf-8")
    themes = themes.replace("title: Themes", "title: Themes\nsource: kept by M. Wexford")
    (folder / "codebooks" / "themes.yaml").write_text(themes, "utf-8")
    decomposed = unicodedata.normalize("NFD", "Zoë_quillfeather NotesUmberto.docx")
    project = Project(
        "Ward study of Umberto",
        users=(User(USER, CODERS[0]),),
        codes=(CodeNode(guid("c"), "Hope"),),
        sources=(Source(guid("s"), decomposed, TEXT),),
        selections=(Selection(guid("q"), guid("s"), "hope", 11, 15),),
        applied=(Applied(guid("a"), guid("q"), guid("c"), USER, AT),),
        memos=(Memo(guid("m"), "Umberto asks", "Vandersloot told us so", (guid("q"),), USER, AT),),
        groups=(Group(guid("g"), "Wexford's", (guid("s"), guid("m")), "Vandersloot chose"),),
        ties=(
            Tie(guid("t"), guid("m"), guid("c"), "says"),
            Tie(guid("t2"), guid("s"), guid("c"), "Umberto's"),
        ),
        pictures=(Picture(guid("p"), "of Umberto", ((guid("m"), 1, 2),)),),
    )
    raw = write_qdpx(project, Losses())
    write(prepare(folder, raw, "wexford-codes.qdpx", AT, into="wexford-codes"), AT)
    decide(folder, "Umberto", [Ruling("F1", "T02", reason="Vandersloot said so")], LATER, ["u1"])
    said = Ruling("F1", "T02", accepted=False, reason="not as Umberto thinks")
    decide(folder, "wexford_m", [said], "2026-01-10T00:00:00Z", ["w1"])
    memo = {"finding": "F1", "text": "ask Vandersloot"}
    append(folder / "decisions" / "Umberto.jsonl", "Umberto", [Entry("m1", LATER, "memo", memo)])
    return folder


@pytest.fixture
def write_into(small_review):
    return small_review


def everything(name, raw):
    """Every byte of a file, and of every file inside it, with names and cells unpacked."""
    whole = name.encode() + b"\n" + raw
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for one in archive.infolist():
                whole += everything(one.filename, archive.read(one)) + one.comment + one.extra
            whole += archive.comment
    if name.endswith(".parquet"):
        whole += str(read_sheet(raw, name, ".parquet").rows).encode()
    if name.endswith(".sqlite"):
        with sqlite3.connect(":memory:") as base:
            base.deserialize(raw)
            whole += "\n".join(base.iterdump()).encode()
    return whole


def names_in(made):
    """What of the planted is in an export's files, however it is written."""
    raw = b"".join(everything(made.stem + suffix, raw) for suffix, raw in made.files.items())
    raw += made.losses.json() + made.base.encode()
    text = unicodedata.normalize("NFC", raw.decode("utf-8", "replace")).casefold()
    coded = text.encode("unicode_escape").decode()
    guids = {guid("user", coder) for coder in CODERS} | {USER}
    wanted = {one.casefold() for one in PLANTED} | guids
    escaped = {one.encode("unicode_escape").decode() for one in wanted}
    return {one for one in wanted | escaped if one in text or one in coded}


def lines(made):
    return [line for line in made.losses.lines() if not line.startswith("read")]


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("suggested", [False, True], ids=["decided", "suggested"])
def test_no_byte_of_the_whole_export_names_a_coder_or_holds_what_they_wrote(named, name, suggested):
    assert not names_in(export(named, name, people=False, suggested=suggested))


@pytest.mark.parametrize("name", ["qdpx", "csv", "sqlite", "package", "jsonl", "parquet"])
def test_the_search_finds_the_names_where_they_are_left_in(named, name):
    assert {"umberto", "vandersloot"} <= names_in(export(named, name))


def test_it_says_what_was_replaced_and_left_out(named):
    replaced = "the name of a coder was replaced in it"
    wrote, points = (
        "coders wrote them in their own name",
        "they point at memos or coders, which are left out",
    )
    assert lines(export(named, "csv", people=False)) == [
        (
            "repaired: coders 4: named 'Coder 1' and so on by their first decision; "
            "who is which is written nowhere"
        ),
        "dropped: dates of decisions 3: they can tell who worked on that day",
        f"dropped: reasons of decisions 2: {wrote}",
        f"dropped: memos 1: {wrote}",
        f"repaired: title Coder 2's small review: {replaced}",
        f"repaired: document Coder 1 NotesCoder 2.docx: {replaced}",
        f"repaired: codebook's source kept by M. Coder 3: {replaced}",
        f"repaired: codebook Coder 3-codes: {replaced}",
        f"repaired: codebook's title Coder 3-codes: {replaced}",
        f"dropped: links 1: {points}",
        f"dropped: drawn networks 1: {points}",
        "dropped: descriptions of sets 1: somebody wrote them in their own name",
    ]


def test_who_is_called_by_a_number_elsewhere_does_not_keep_that_id(tmp_path):
    folder = tmp_path / "r"
    start(folder, "R", None)
    project = Project(
        "P",
        users=(User(USER, "Coder 1"),),
        codes=(CodeNode(guid("c"), "Hope"),),
        sources=(Source(guid("s"), "Ng 2020", TEXT),),
        selections=(Selection(guid("q"), guid("s"), "hope", 11, 15),),
        applied=(Applied(guid("a"), guid("q"), guid("c"), USER, AT),),
    )
    write(prepare(folder, write_qdpx(project, Losses()), "p.qdpx", AT), AT)
    assert USER in names_in(export(folder, "qdpx"))
    assert not names_in(export(folder, "qdpx", people=False))


@pytest.mark.parametrize("name", formats())
def test_a_text_that_was_listed_as_a_review_does_not_keep_its_files_name(tmp_path, name):
    folder = tmp_path / "r"
    start(folder, "R", None)
    project = Project(
        "P",
        users=(User(USER, "Umberto"),),
        codes=(CodeNode(guid("c"), "Hope"),),
        sources=(Source(guid("s"), "Talk with Umberto", TEXT), Source(guid("z"), "umberto 2")),
        selections=(
            Selection(guid("q"), guid("s"), "hope", 11, 15),
            Selection(guid("y"), guid("z"), "no text of its own"),
        ),
        applied=(Applied(guid("a"), guid("q"), guid("c"), USER, AT),),
    )
    write(prepare(folder, write_qdpx(project, Losses()), "p.qdpx", AT), AT)
    assert b"Umberto" in (folder / "corpus" / "reviews.csv").read_bytes()
    assert not names_in(export(folder, name, people=False))


def test_coders_have_numbers_by_their_first_decision_and_disputes_stay(named):
    made, _ = read_refi(next(iter(export(named, "qdpx", people=False).files.values())), "x.qdpx")
    assert sorted(user.name for user in made.users) == ["Coder 1", "Coder 2", "Coder 3"]
    assert {user.id for user in made.users} == {guid("user", f"Coder {n}") for n in (1, 2, 3)}
    assert not made.memos
    assert not any(one.at for one in made.applied)
    whose = {user.id: user.name for user in made.users}
    assert sorted(whose[one.user] for one in made.applied) == ["Coder 1", "Coder 2"]
    assert "1 are disputed" in export(named, "csv", people=False).base


def test_it_can_be_imported_and_exported_as_any_other(named, tmp_path, write_into):
    raw = next(iter(export(named, "qdpx", people=False).files.values()))
    assert raw == next(iter(export(named, "qdpx", people=False).files.values()))
    again = write_into(tmp_path / "again")
    write(prepare(again, raw, "given.qdpx", AT), AT)
    assert sorted(log.stem for log in (again / "decisions").glob("*.jsonl")) == [
        "Coder 1",
        "Coder 2",
        "Coder 3",
    ]


def test_what_only_a_person_can_judge_is_listed_with_its_place_and_not_repeated(named):
    sheet = named / "corpus" / "findings.csv"
    rows = sheet.read_text("utf-8").replace(
        "Pay was low", "Umberto (u.b@ward.org; 020 7946 0000) said pay was low 2010-2019"
    )
    sheet.write_text(rows, "utf-8")
    made = export(named, "csv", people=False)
    assert [line for line in lines(made) if line.startswith("look")] == [
        "look: finding F3, characters 0-7: the name of Coder 2",
        "look: finding F3, characters 9-21: an e-mail address",
        "look: finding F3, characters 23-36: perhaps a telephone number",
    ]
    assert b"Umberto" in made.files[".csv"]  # findings stay word for word
    assert b"Umberto" not in made.losses.json()


def test_codes_are_listed_by_the_part_that_mentions_somebody(named):
    book = named / "codebooks" / "themes.yaml"
    text = book.read_text("utf-8").replace("role model]", "as Umberto saw]")
    book.write_text(text, "utf-8")
    told = lines(export(named, "qdc", people=False))
    assert "look: code themes=T02, cue 2, characters 3-10: the name of Coder 2" in told


def test_authors_of_published_reviews_stay(named):
    sheet = named / "corpus" / "reviews.csv"
    text = sheet.read_text("utf-8").replace("Ng 2020", "Umberto 2020")
    sheet.write_text(text, "utf-8")
    made = export(named, "ris", people=False)
    assert re.findall(rb"AU  - (.*)\r", made.files[".ris"])[0] == b"Umberto"
    assert "look: review R1, label, characters 0-7: the name of Coder 2" in lines(made)


def test_a_name_counts_as_a_word_and_not_within_one():
    people = People({"Ana Lopes": "Coder 1", "ana ruiz": "Coder 2", "李雷": "Coder 3"})
    assert people.replaced("ANA LOPES, ana-lopes; analopes.") == "Coder 1, Coder 1; Coder 1."
    assert people.replaced("Ana's notes by Ruiz2") == "a coder's notes by Coder 22"
    assert people.replaced("banana, analysis, LOPESIAN") == "banana, analysis, LOPESIAN"
    assert people.replaced("问李雷吧") == "问Coder 3吧"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+44 (0)20 7946 0000", True),
        ("(555) 123-4567", True),
        ("555-123-4567", True),
        ("0341/97-15800", True),
        ("2010-2019", False),
        ("p = 0.00012345", False),
        ("10.1016/0277-9536", False),
        ("n = 1234567890", False),
        ("0 of 12 and 3 of 4", False),
    ],
)
def test_telephone_numbers_are_known_by_how_they_begin(text, found):
    told = [one.what for one in People({}).mentions(text)]
    assert told == ["perhaps a telephone number"] * found
