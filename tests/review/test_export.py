"""Exporting a review: what goes out comes back equal, and every open format says the same."""

import csv
import io
import json
import sqlite3
import zipfile
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from themeweave.codes.coding import settle
from themeweave.corpus.references import read_references
from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import Applied, CodeNode, Project, Selection, Source, User
from themeweave.exchange.refi.read import read_refi
from themeweave.exchange.refi.write import write_qdpx
from themeweave.review.decide import Ruling, decide
from themeweave.review.exchange.export import export, formats
from themeweave.review.exchange.prepare import prepare
from themeweave.review.exchange.trips import trips
from themeweave.review.exchange.write import write
from themeweave.review.folder import open_folder
from themeweave.review.start import start

AT = "2026-01-02T03:04:05Z"
SHARED = Path(__file__).parents[2].parent / "shared" / "interop" / "refi_qda"


@pytest.fixture
def decided(review):
    """The small review with decisions: two accepted by Ana, one rejected by Ben, one with why."""
    rulings = [Ruling("F1", "T02", reason="hope is the point"), Ruling("F5", "training")]
    decide(review, "ana", rulings, AT, ["a1", "a2"])
    decide(review, "ben", [Ruling("F1", "T02", accepted=False, reason="no")], AT, ["b1"])
    decide(review, "ben", [Ruling("F3", "perspectives=staff")], AT, ["b2"])
    return review


def only(folder, name, **more):
    return next(iter(export(folder, name, **more).files.values()))


def cells(raw):
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def held(folder):
    """What a review says, without how it is filed."""
    opened = open_folder(folder)
    standing = {
        coder: [
            (c.finding_id, c.codebook, c.code_id, c.reason)
            for c in settle([], [d for d in opened.decisions if d.coder == coder], opened.codebooks)
        ]
        for coder in {d.coder for d in opened.decisions}
    }
    refused = sorted(
        (d.coder, d.finding_id, d.code_id, d.reason) for d in opened.decisions if not d.accepted
    )
    findings = sorted(
        (f.id, f.text, f.strand, f.section, f.passage and (f.passage.start, f.passage.end))
        for f in opened.findings
    )
    books = {own: book for own, book in opened.codebooks.items() if book.codes}
    texts = {own: document.text for own, document in opened.documents.items()}
    return standing, refused, findings, books, texts


def back(folder, tmp_path, name="again"):
    """Export a review and import it into a fresh one."""
    raw = only(folder, "qdpx")
    start(tmp_path / name, "Again", None)
    for file in (tmp_path / name / "codebooks").iterdir():
        file.unlink()
    write(prepare(tmp_path / name, raw, "own.qdpx", AT), AT)
    return tmp_path / name


# projects -----------------------------------------------------------------------------------------


def test_the_projects_are_valid_by_the_official_schemas(decided):
    for name, schema in (
        ("qdpx", "REFI-QDA_Project_v1.0_2019-03-18.xsd"),
        ("qdc", "REFI-QDA_Codebook_v1.0.xsd"),
    ):
        if not (SHARED / schema).is_file():
            pytest.skip(f"needs ../shared/interop/refi_qda/{schema}")
        raw = only(decided, name)
        if name == "qdpx":
            raw = zipfile.ZipFile(io.BytesIO(raw)).read("project.qde")
        valid = etree.XMLSchema(etree.parse(SHARED / schema))
        assert valid.validate(etree.fromstring(raw)), valid.error_log


def test_a_review_comes_back_from_its_own_export_as_it_was(decided, tmp_path):
    standing, refused, _, books, _ = held(decided)
    came = held(back(decided, tmp_path))
    assert came[0] == standing
    assert came[1] == refused
    assert came[3] == books
    words = {f.id: (f.text, f.strand) for f in open_folder(decided).findings}
    opened = open_folder(tmp_path / "again")
    assert {f.id: (f.text, f.strand) for f in opened.findings} == words


def test_an_export_into_the_review_it_came_from_changes_nothing(decided):
    raw = only(decided, "qdpx")
    preview = prepare(decided, raw, "own.qdpx", AT)
    assert not any(preview.entries.values())
    assert (preview.plan.findings, preview.plan.new_books, preview.plan.new_codes) == ([], {}, {})
    assert preview.missing == 0


def test_two_exports_are_the_same_bytes(decided):
    assert only(decided, "qdpx") == only(decided, "qdpx")


def test_guids_stay_when_a_code_is_renamed_and_a_finding_added(decided, write):
    before = read_refi(only(decided, "qdpx"), "a.qdpx")[0]
    themes = (decided / "codebooks" / "themes.yaml").read_text()
    write("codebooks/themes.yaml", themes.replace("Mixed feelings", "Both"))
    findings = (decided / "corpus" / "findings.csv").read_text()
    write("corpus/findings.csv", findings + "F0,A new one.,R1,experiences\n")
    after = read_refi(only(decided, "qdpx"), "b.qdpx")[0]
    assert {c.id for c in before.codes} == {c.id for c in after.codes}
    assert {s.id for s in before.selections} < {s.id for s in after.selections}


def test_what_has_no_place_elsewhere_is_said(decided):
    losses = export(decided, "qdpx").losses
    assert [line for line in losses.lines() if not line.startswith("read")] == [
        ("repaired: codebook themes: its rules, cues and examples go into the sidecar only"),
        "repaired: codebook perspectives: its rules, cues and examples go into the sidecar only",
        "repaired: codebook cfir-mini: its rules, cues and examples go into the sidecar only",
        (
            "repaired: rejections 1: no other program has a place for them; they go into the "
            "sidecar only"
        ),
    ]


def test_suggestions_go_out_by_a_user_of_their_own_and_never_come_back_as_decisions(
    decided, tmp_path
):
    plain = read_refi(only(decided, "qdpx"), "a.qdpx")[0]
    project = read_refi(only(decided, "qdpx", suggested=True), "a.qdpx")[0]
    names = {user.id: user.name for user in project.users}
    by = Counter(names[a.user] for a in project.applied)
    assert by["suggested, not confirmed (themeweave)"] == len(project.applied) - len(plain.applied)
    assert by["suggested, not confirmed (themeweave)"] > 0
    preview = prepare(decided, only(decided, "qdpx", suggested=True), "own.qdpx", AT)
    assert not any(preview.entries.values())
    assert [line for line in preview.losses.lines() if line.startswith("dropped")] == [
        (
            f"dropped: codings {len(project.applied) - len(plain.applied)}: suggestions of the "
            "program, which no person confirmed; they are made anew"
        )
    ]


def test_what_another_program_changed_comes_in_and_nothing_else(decided):
    """The other program drops our sidecar, adds a code and a coding, and renews ids of sources."""
    with zipfile.ZipFile(io.BytesIO(only(decided, "qdpx"))) as archive:
        held = {n: archive.read(n) for n in archive.namelist() if n != "themeweave.json"}
    root = etree.fromstring(held["project.qde"])
    code = next(c for c in root.iter("{*}Code") if c.get("name") == "What the role brings")
    etree.SubElement(code, code.tag, guid=guid("new"), name="Pride", isCodable="true")
    chosen = next(s for s in root.iter("{*}PlainTextSelection") if s.get("name").startswith("Pay"))
    user = next(u for u in root.iter("{*}User") if u.get("name") == "ana").get("guid")
    coding = etree.Element(chosen.tag.replace("PlainTextSelection", "Coding"))
    coding.set("guid", guid("new coding"))
    coding.set("creatingUser", user)
    etree.SubElement(coding, coding.tag.replace("Coding", "CodeRef"), targetGUID=guid("new"))
    chosen.append(coding)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in {**held, "project.qde": etree.tostring(root)}.items():
            archive.writestr(name, content)
    preview = prepare(decided, stream.getvalue(), "back.qdpx", AT)
    assert preview.plan.findings == []
    assert {own: [c.name for c in codes] for own, codes in preview.plan.new_codes.items()} == {
        "themes": ["Pride"]
    }
    assert preview.plan.new_codes["themes"][0].parent == "T01"
    (entry,) = [e for made in preview.entries.values() for e in made]
    assert (entry.body["finding"], entry.body["codebook"]) == ("F3", "themes")
    write(preview, AT)
    assert len(open_folder(decided).decisions) == 5


@pytest.mark.parametrize(
    "name",
    ["nvivo12win_97codings_masked", "nvivo12mac_297codings_masked", "qc120_demo_213codings"],
)
def test_a_project_goes_through_a_review_and_back_under_its_own_ids(tmp_path, name):
    file = SHARED / f"{name}.qdpx"
    if not file.is_file():
        pytest.skip(f"needs ../shared/interop/refi_qda/{name}.qdpx")
    start(tmp_path / "r", "R", None)
    write(prepare(tmp_path / "r", file.read_bytes(), file.name, AT), AT)
    before, after = (
        read_refi(file.read_bytes(), "a")[0],
        read_refi(only(tmp_path / "r", "qdpx", program="nvivo"), "b")[0],
    )
    assert {c.id: before.paths[c.id] for c in before.codes}.items() <= after.paths.items()
    assert {s.id for s in after.sources} == {s.id for s in before.sources}
    assert {s.id for s in after.selections} < {s.id for s in before.selections}
    used = {a.user for a in before.applied}
    assert {u.id for u in after.users} == used


# any review ---------------------------------------------------------------------------------------

TEXT = "Peers gave 😀 hope.\nNo time, said nurses.\n\nIt <hurt> & healed: 希望."
LINE = st.text(st.sampled_from("aé中😀<&'-x1 :#{}"), min_size=1, max_size=6).map(
    lambda s: " ".join(f"n{s}".split())
)


@st.composite
def reviews(draw):
    codes = []
    for n in range(draw(st.integers(1, 5))):
        parent = draw(st.sampled_from(["", *(c.id for c in codes)]))
        codes.append(CodeNode(guid("c", str(n)), draw(LINE), parent, draw(LINE)))
    tree = Project("", codes=tuple(codes))
    ordered, waiting = [], list(tree.children(""))[::-1]
    while waiting:
        ordered.append(waiting.pop())
        waiting += list(tree.children(ordered[-1].id))[::-1]
    users = [User(guid("u", str(n)), draw(LINE)) for n in range(2)]
    selections, applied = [], []
    for n, text in enumerate((TEXT, "Once more. " + TEXT)):
        for m in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            if not any(sign.isalnum() for sign in text[start:end]):
                continue
            own = guid("s", str(n), str(m))
            selections.append(Selection(own, guid(str(n)), text[start:end], start, end))
            for code in draw(st.lists(st.sampled_from(codes), unique_by=id)):
                user = draw(st.sampled_from(users)).id
                applied.append(Applied(guid("a", own, code.id), own, code.id, user, AT))
    sources = (
        Source(guid("0"), draw(LINE), TEXT),
        Source(guid("1"), draw(LINE), f"Once more. {TEXT}"),
    )
    return Project(
        "P", "x", tuple(users), tuple(ordered), sources, tuple(selections), tuple(applied)
    )


@given(reviews(), st.data())
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)
def test_any_review_comes_back_from_its_own_export_as_it_was(tmp_path_factory, project, data):
    place = tmp_path_factory.mktemp("trip")
    start(place / "r", "R", None)
    for file in (place / "r" / "codebooks").iterdir():
        file.unlink()
    write(prepare(place / "r", write_qdpx(project, Losses()), "p.qdpx", AT, into="ours"), AT)
    opened = open_folder(place / "r")
    for n, finding in enumerate(opened.findings):
        if data.draw(st.booleans()):
            code = data.draw(st.sampled_from(opened.codebooks["ours"].codes)).id
            ruling = Ruling(finding.id, f"ours={code}", accepted=False, reason="no")
            decide(place / "r", "eve", [ruling], AT, [f"e{n}"])
    assert held(back(place / "r", place)) == held(place / "r")


# open formats -------------------------------------------------------------------------------------


def test_tidy_rows_give_each_coding_with_its_path_and_its_basis(decided):
    rows = cells(only(decided, "csv"))
    assert list(rows[0])[:5] == ["id", "text", "strand", "cited", "reviews"]
    assert [(r["id"], r["code"], r["basis"], r["by"]) for r in rows if r["code"]] == [
        ("F1", "T02", "disputed", "ana"),
        ("F3", "staff", "confirmed", "ben"),
        ("F5", "training", "confirmed", "ana"),
    ]
    assert (rows[0]["level_1"], rows[0]["level_2"]) == (
        "What the role brings",
        "Hope through a living example",
    )
    assert {r["id"] for r in rows} == {f"F{n}" for n in range(1, 9)}
    assert export(decided, "csv").base == (
        "8 findings, 3 codings, of which people confirmed 2, 1 are disputed, 0 suggested"
    )


def test_the_matrix_says_one_where_a_finding_has_the_code(decided):
    rows = cells(only(decided, "matrix"))
    assert list(rows[0]) == [
        "id",
        "text",
        "themes: What the role brings > Hope through a living example",
        "perspectives: Staff",
        "cfir-mini: Inner setting > Training",
    ]
    assert [list(r.values())[2:] for r in rows[:5]] == [
        ["1", "0", "0"],
        ["0", "0", "0"],
        ["0", "1", "0"],
        ["0", "0", "0"],
        ["0", "0", "1"],
    ]


def test_json_lines_hold_what_their_schema_says(decided):
    files = export(decided, "jsonl").files
    schema = json.loads(files[".schema.json"])
    lines = [json.loads(line) for line in files[".jsonl"].decode().splitlines()]
    assert len(lines) == 8
    for line in lines:
        assert set(schema["required"]) <= set(line) <= set(schema["properties"])
        for coding in line["codings"]:
            inner = schema["properties"]["codings"]["items"]
            assert set(inner["required"]) <= set(coding) <= set(inner["properties"])
            assert coding["basis"] in inner["properties"]["basis"]["enum"]
    assert lines[0]["codings"][0]["path"] == [
        "What the role brings",
        "Hope through a living example",
    ]


def test_the_database_is_whole_and_answers_questions(decided):
    with sqlite3.connect(":memory:") as base:
        base.deserialize(only(decided, "sqlite"))
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        assert base.execute("SELECT id, path, basis FROM coded ORDER BY id").fetchall() == [
            ("F1", "What the role brings > Hope through a living example", "disputed"),
            ("F3", "Staff", "confirmed"),
            ("F5", "Inner setting > Training", "confirmed"),
        ]
        assert base.execute("SELECT count(*) FROM included_studies").fetchall() == [(3,)]


def test_parquet_says_what_the_tidy_rows_say(decided):
    sheet = read_sheet(only(decided, "parquet"), "x.parquet", ".parquet")
    rows = cells(only(decided, "csv"))
    assert [dict(row.cells) for row in sheet.rows] == rows


def test_the_data_package_describes_every_table_and_column_that_it_holds(decided):
    with zipfile.ZipFile(io.BytesIO(only(decided, "package"))) as archive:
        record = json.loads(archive.read("datapackage.json"))
        for resource in record["resources"]:
            raw = archive.read(resource["path"])
            assert resource["hash"] == f"sha256:{sha256(raw).hexdigest()}"
            assert resource["bytes"] == len(raw)
            header = raw.decode().splitlines()[0].split(",")
            assert [f["name"] for f in resource["schema"]["fields"]] == header
            assert all(f["description"] for f in resource["schema"]["fields"])
        codings = list(csv.DictReader(io.StringIO(archive.read("data/codings.csv").decode())))
        assert len(codings) == 3
        assert "Hope through a living example" in archive.read("codebook.md").decode()
        assert "of which people confirmed 2" in archive.read("README.md").decode()


def test_annotations_find_each_quotation_by_place_and_by_words(tmp_path):
    start(tmp_path / "r", "R", None)
    at = TEXT.index("hope")
    project = Project(
        "P",
        users=(User(guid("u"), "ana"),),
        codes=(CodeNode(guid("c"), "Hope"),),
        sources=(Source(guid("s"), "Ng 2020", TEXT),),
        selections=(Selection(guid("q"), guid("s"), "hope", at, at + 4),),
        applied=(Applied(guid("a"), guid("q"), guid("c"), guid("u"), AT),),
    )
    write(prepare(tmp_path / "r", write_qdpx(project, Losses()), "p.qdpx", AT), AT)
    record = json.loads(only(tmp_path / "r", "annotations"))
    assert (record["type"], record["total"]) == ("AnnotationCollection", 1)
    (item,) = record["first"]["items"]
    position, quote = item["target"]["selector"]
    assert position == {"type": "TextPositionSelector", "start": at, "end": at + 4}
    assert (quote["exact"], quote["suffix"][:2]) == ("hope", ".\n")
    assert item["body"][0]["value"] == "Hope"
    assert item["body"][0]["creator"] == [{"type": "Person", "name": "ana"}]


@pytest.mark.parametrize(
    ("name", "suffix"), [("ris", ".ris"), ("bibtex", ".bib"), ("csl", ".json")]
)
def test_reviews_as_references_are_read_back_with_author_year_and_title(decided, name, suffix):
    found = read_references(only(decided, name), f"x{suffix}")
    assert [(r.authors, r.year, r.title) for r in found.references] == [
        (("Ng",), "2020", "Ng 2020"),
        (("Ode",), "2021", "Ode 2021"),
        (("Pal",), "2022", "Pal 2022"),
    ]


@pytest.mark.parametrize("name", ["graphml", "gexf", "dot"])
def test_the_theme_graph_goes_out(decided, name):
    assert b"Hope through a living example" in only(decided, name)


def test_no_cell_of_a_csv_is_run_as_a_formula(decided, write):
    findings = (decided / "corpus" / "findings.csv").read_text()
    write("corpus/findings.csv", findings + "=F9,=1+1,R1,+x\n")
    row = cells(only(decided, "csv"))[-1]
    assert (row["id"], row["text"], row["strand"]) == ("'=F9", "'=1+1", "'+x")


# refused ------------------------------------------------------------------------------------------


def refusal(*arguments, **more):
    with pytest.raises(ReviewError) as raised:
        export(*arguments, **more)
    return str(raised.value)


def test_an_unknown_format_is_refused_with_the_nearest(decided):
    assert refusal(decided, "qdx") == (
        f"there is no format 'qdx'; did you mean 'qdpx'?\n  Choose one of: {', '.join(formats())}."
    )


def test_a_review_without_findings_is_refused(tmp_path):
    start(tmp_path / "r", "R", None)
    assert refusal(tmp_path / "r", "csv") == (
        "there are no findings to export\n  in corpus/\n  Import or extract some first."
    )


# round trips --------------------------------------------------------------------------------------


def test_trips_say_what_would_survive_each(decided):
    made = trips(only(decided, "qdpx"), "own.qdpx")
    told = {trip.words: {k.kind: (k.came, k.went) for k in trip.kinds} for trip in made}
    assert list(told) == [
        "written as .qdpx by the standard",
        "written as .qdpx for NVivo",
        "written as .qdc",
        "into a review and out as .qdpx",
    ]
    assert all(came == went for came, went in told["written as .qdpx by the standard"].values())
    assert told["written as .qdc"]["codings with their coder"] == (0, 3)
    assert told["into a review and out as .qdpx"]["codings with their coder"] == (3, 3)
