"""Reading REFI-QDA: what real programs wrote is read whole, and nothing is left out unsaid."""

import json
import re
import zipfile
from collections import Counter
from hashlib import sha1
from io import BytesIO

import pytest

from themeweave.errors import ReviewError
from themeweave.exchange.refi.read import read_refi

REAL = ("nvivo12win_97codings_masked", "nvivo12mac_297codings_masked", "qc120_demo_213codings")
TEXT = "Peers gave hope to many. Nurses had no time."


def told(losses, fate):
    return [f"{i.element} {i.name}: {i.why}" for i in losses.items if i.fate == fate]


def read(raw, name="small.qdpx"):
    return read_refi(raw, name)


# real files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*REAL, "atlasti8mac_standard_project", "atlasti23win_blank"])
def test_as_many_codes_and_users_are_read_as_stand_in_the_xml(real, name):
    raw = real(f"{name}.qdpx")
    archive = zipfile.ZipFile(BytesIO(raw))
    inner = next(n for n in archive.namelist() if n.endswith(".qde"))
    tags = Counter(re.findall(r"<([A-Za-z]+)[\s/>]", archive.read(inner).decode("utf-8-sig")))
    project, losses = read(raw, f"{name}.qdpx")
    assert len(project.users) == tags["User"]
    assert len(project.codes) == tags["Code"]
    texts = tags["TextSource"] + tags["PDFSource"]
    assert len(project.sources) == texts
    placed = losses.count("read", "PlainTextSelection")
    assert placed == tags["PlainTextSelection"]
    areas = [i for i in losses.items if i.element == "PDFSelection"]
    assert (
        len({i.name for i in areas if i.fate == "dropped"}) + losses.count("read", "PDFSelection")
        == tags["PDFSelection"]
    )
    assert (len(project.groups), len(project.memos)) == (tags["Set"], tags["Note"])
    assert (len(project.ties), len(project.pictures)) == (tags["Link"], tags["Graph"])


@pytest.mark.parametrize("name", REAL)
def test_every_selection_cuts_the_expected_words_and_has_its_codes(real, make, name):
    raw = real(f"{name}.qdpx")
    expected = json.loads(real("expected_slices.json"))[f"{name}.qdpx"]["selections"]
    project, losses = read(raw, f"{name}.qdpx")
    names = {code.id: code.name for code in project.codes}
    codes = {}
    for applied in project.applied:
        codes.setdefault(applied.selection, []).append(names[applied.code])
    texts = {source.id: source.text for source in project.sources}
    found = {selection.id: selection for selection in project.selections}
    assert len(found) == len(expected)
    for one in expected:
        selection = found[one["selection"]]
        assert selection.text == texts[one["source"]][selection.start : selection.end]
        # Stored with CRLF by NVivo for Windows, which canonical text does not have.
        forms = selection.text, selection.text.replace("\n", "\r\n")
        assert one["sha1_utf8"] in [sha1(form.encode()).hexdigest() for form in forms]
        assert sorted(codes[selection.id]) == sorted(one["codes"])
    assert losses.count("repaired") == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (REAL[0], "UTF-16 units, a CRLF counts 2, {}: 20 of 20 selections"),
        (REAL[1], "UTF-16 units, a CRLF counts 2, {}: 184 of 187 selections"),
        (REAL[2], "code points, a CRLF counts 2, {}: 168 of 168 selections"),
    ],
)
def test_how_a_program_counts_is_said_with_how_well_it_fits(real, name, words):
    _, losses = read(real(f"{name}.qdpx"))
    rest = "a byte-order mark does not count, the end stands behind the last"
    (counting,) = [i.why for i in losses.items if i.element == "positions"]
    assert counting == words.format(rest) + " start and end at words, 0 repeat their name"


def test_a_codebook_is_read_with_what_can_be_given_and_what_cannot(real):
    project, losses = read(real("spec_annexA1_codebook.qdc"), "annex.qdc")
    assert [(c.name, c.codable, c.color) for c in project.codes] == [
        ("Topics", False, ""),
        ("Economy", True, "#ffff00"),
        ("Health care", True, "#33cc33"),
        ("Values", False, ""),
        ("Conservatives", True, "#ff0000"),
        ("Liberals", True, "#0000ff"),
    ]
    assert list(losses.lines()) == ["read: 1 CodeBook, 6 Code"]


def test_what_stands_twice_in_a_pdf_is_read_once(real):
    project, losses = read(real("atlasti8mac_standard_project.qdpx"))
    assert [line for line in told(losses, "dropped") if line.startswith("PDF")] == [
        (
            "PDFSelection 'favoritos. Dificultad: Media Tiempo: 2 h': the same selection stands in "
            "the text"
        ),
        "PDFSelection 'granola': the same selection stands in the text",
        "PDFSelection 'Quotation 12:3' (1 codings): an area without words",
    ]
    assert [s.page for s in project.selections if s.page] == ["2"]


# small files --------------------------------------------------------------------------------------


def test_a_small_project_is_read_whole_and_every_element_is_listed(make):
    inside = make.selection(11, 15, name="hope")
    project, losses = read(make.qdpx(make.source(inside), TEXT))
    (made,) = project.selections
    assert (made.text, made.start, made.end, made.user) == ("hope", 11, 15, make.guid(9))
    (applied,) = project.applied
    assert (applied.code, applied.selection) == (make.guid(1), make.guid(100))
    assert list(losses.lines()) == [
        ("read: 1 Project, 1 User, 1 Code, 1 TextSource, 1 PlainTextSelection, 1 Coding"),
        (
            "read: positions Some program 1.0: code points, a CRLF counts 2, a byte-order mark "
            "does not count, the end stands behind the last: 1 of 1 selections start and end at "
            "words, 1 repeat their name"
        ),
    ]
    assert json.loads(losses.json())["counts"] == {"read": 7, "repaired": 0, "dropped": 0}


BEFORE = "selection 00000000-0000-4000-8000-000000000100"


@pytest.mark.parametrize(
    ("stated", "fate", "why", "text"),
    [
        pytest.param(
            (11, 11), "dropped", "it holds no character (11 to 11)", None, id="zero length"
        ),
        pytest.param(
            (90, 95), "dropped", "90 to 95 lies outside the text", None, id="out of the text"
        ),
        pytest.param(
            (25, 90),
            "repaired",
            "25 to 90 is no place between characters; moved to one",
            "Nurses had no time.",
            id="ends behind the text",
        ),
        pytest.param(
            (15, 11),
            "repaired",
            "it ends before it starts (15, 11); turned",
            "hope",
            id="ends before it starts",
        ),
        pytest.param(
            ("x", 11), "dropped", "its positions are no whole numbers", None, id="no number"
        ),
        pytest.param(
            ("9" * 5000, 11), "dropped", "its positions are no whole numbers", None, id="long"
        ),
    ],
)
def test_a_selection_without_a_proper_place_is_repaired_or_dropped_with_a_line(
    make, stated, fate, why, text
):
    good = make.selection(0, 5, 200)
    project, losses = read(make.qdpx(make.source(good + make.selection(*stated)), TEXT))
    assert told(losses, fate) == [f"PlainTextSelection {make.guid(100)}: {why}"]
    assert [s.text for s in project.selections if s.id == make.guid(100)] == (
        [text] if text else []
    )


def test_a_selection_is_placed_by_its_name_where_its_numbers_are_shifted(make):
    shifted = make.selection(2, 21, name="Nurses had no time.")
    good = "".join(make.selection(0, 5, n) for n in range(200, 210))
    project, losses = read(make.qdpx(make.source(good + shifted), TEXT))
    assert project.selections[-1].text == "Nurses had no time."
    assert told(losses, "repaired") == [
        (
            "PlainTextSelection 'Nurses had no time.': its name stands elsewhere in the text, "
            "once; placed there"
        )
    ]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("internal://gone.txt", "its text is not in the archive"),
        (
            "absolute:///etc/passwd",
            "its text lies outside the file (absolute) and is not sought there",
        ),
        (
            "relative:///../x.txt",
            "its text lies outside the file (relative) and is not sought there",
        ),
        ("internal://../../etc/passwd", "its text is not in the archive"),
    ],
)
def test_a_text_that_is_not_inside_the_archive_is_never_sought(make, path, why):
    inside = make.source(make.selection(0, 4, name="hope")).replace(
        f"internal://{make.guid(2)}.txt", path
    )
    project, losses = read(make.qdpx(inside))
    assert told(losses, "dropped") == [f"text of source Interview: {why}"]
    assert told(losses, "repaired") == [
        "PlainTextSelection 'hope': its text is not there; its words are taken from its name"
    ]
    assert (project.selections[0].text, project.selections[0].start) == ("hope", None)


def test_what_the_schema_forbids_but_is_plain_is_read_and_listed(make):
    codes = (
        f'<Code guid="{make.guid(1)}" name="Hope" isCodable="true" color="#FF0000FF"/>'
        f'<Code guid="{make.guid(1)}" name="Fear" isCodable="true"/>'
        '<Code name="Trust"/>'
        f'<Code guid="{make.guid(4)}" isCodable="1"/><Weird/>'
    )
    project, losses = read(make.qdpx(codes=codes))
    assert [(c.name, c.color) for c in project.codes] == [
        ("Hope", "#FF0000"),
        ("Fear", ""),
        ("Trust", ""),
        ("unnamed", ""),
    ]
    assert len({c.id for c in project.codes}) == 4
    assert told(losses, "repaired") == [
        "Code Hope: '#FF0000FF' is no colour of the standard",
        "Code Fear: its GUID is used already; given another",
        "Code Trust: does not say whether it can be given; taken as it can",
        "Code Trust: no valid GUID; given one",
        f"Code {make.guid(4)}: without a name; called 'unnamed'",
    ]
    assert told(losses, "dropped") == ["Weird : unknown inside Codes"]


def test_codes_of_one_name_in_one_place_are_all_kept_and_named(make):
    codes = "".join(f'<Code guid="{make.guid(n)}" name="Hope" isCodable="true"/>' for n in (1, 2))
    project, losses = read(make.qdpx(codes=codes))
    assert len(project.codes) == 2
    assert told(losses, "repaired") == ["Code Hope: 2 codes have this name in one place; all kept"]


@pytest.mark.parametrize("namespace", ["urn:QDA-XML:project:0:4", "urn:QDA-XML:codebook:1:0", ""])
def test_another_namespace_is_read_and_said(namespace):
    raw = f'<Project name="P" xmlns="{namespace}"><CodeBook><Codes/></CodeBook></Project>'
    _, losses = read(raw.encode(), "p.qde")
    assert told(losses, "repaired") == [
        (
            f"Project {namespace or 'without a namespace'}: read as if it were in the standard's "
            "namespace"
        )
    ]


def test_a_coding_with_a_foreign_code_is_dropped_and_its_words_are_kept(make):
    inside = make.selection(11, 15, code=make.guid(77))
    project, losses = read(make.qdpx(make.source(inside), TEXT))
    assert [s.text for s in project.selections] == ["hope"]
    assert project.applied == ()
    assert told(losses, "dropped") == [
        f"Coding {make.guid(100)}: it names a code that is not in the project"
    ]


def test_variables_are_read_from_cases_and_from_sources(make):
    rest = (
        f'<Variables><Variable guid="{make.guid(31)}" name="Year" typeOfVariable="Integer"/>'
        f'<Variable guid="{make.guid(32)}" name="Design" typeOfVariable="Text"/></Variables>'
        f'<Cases><Case guid="{make.guid(33)}"><VariableValue><VariableRef targetGUID="'
        f'{make.guid(31)}"/><IntegerValue>2020</IntegerValue></VariableValue>'
        f'<SourceRef targetGUID="{make.guid(2)}"/></Case></Cases>'
    )
    inside = (
        f'<VariableValue><VariableRef targetGUID="{make.guid(32)}"/>'
        "<TextValue>interviews</TextValue></VariableValue>"
    )
    project, _ = read(make.qdpx(make.source(inside), TEXT, rest=rest))
    assert project.sources[0].values == {"Design": "interviews", "Year": "2020"}


SIDECAR = "themeweave.json"


@pytest.mark.parametrize("raw", ["{", "[1]", "[" * 100_000])
def test_a_broken_sidecar_is_dropped_and_the_project_is_read(make, raw):
    project, losses = read(make.qdpx(make.source(make.selection(11, 15)), TEXT, **{SIDECAR: raw}))
    assert project.extras == {}
    assert len(project.applied) == 1
    assert told(losses, "dropped") == [
        "file themeweave.json: not JSON; the project is read without it"
    ]


def test_a_sidecar_larger_than_any_is_dropped(make, monkeypatch):
    monkeypatch.setattr("themeweave.exchange.refi.archive._LARGEST_SIDECAR", 5)
    project, losses = read(make.qdpx(**{SIDECAR: '{"a": 1}'}))
    assert project.extras == {}
    assert told(losses, "dropped") == ["file themeweave.json: larger than a sidecar can be"]


def test_a_file_that_nothing_names_is_listed(make):
    _, losses = read(make.qdpx(**{"sources/photo.jpg": "x", "sources/.root": ""}))
    assert told(losses, "dropped") == [
        "file sources/photo.jpg: nothing in the project names it as a text"
    ]


# refused ------------------------------------------------------------------------------------------


def refusal(raw, name="bad.qdpx"):
    with pytest.raises(ReviewError) as raised:
        read_refi(raw, name)
    return str(raised.value)


def test_an_archive_without_a_project_or_with_several_is_refused(make):
    assert refusal(make.packed({"x.txt": "hope"})) == (
        "the archive holds no project\n  in bad.qdpx\n"
        "  A .qdpx file has one file project.qde inside. Export the project again."
    )
    assert refusal(make.packed({"a.qde": "<Project/>", "b.qde": "<Project/>"})) == (
        "the archive holds several projects: a.qde, b.qde\n  in bad.qdpx\n"
        "  A .qdpx file has one file project.qde inside. Export the project again."
    )


def test_another_xml_is_refused():
    assert refusal(b"<html/>", "page.qde") == (
        "the file is no REFI-QDA project or codebook: it begins with <html>\n  in page.qde\n"
        "  Export it from the other program as a REFI-QDA project (.qdpx) or codebook (.qdc)."
    )


@pytest.mark.parametrize(
    "name", ["../x.txt", "/x.txt", "C:\\x.txt", "a/../../x.txt", "sources/\x01.txt"]
)
def test_names_that_could_leave_the_folder_refuse_the_whole_archive(make, name):
    said = refusal(make.qdpx(**{name: "x"}))
    assert said.startswith("the archive is not safe to read\n  in bad.qdpx\n")
    assert "is no plain name inside the archive" in said


def test_two_members_of_one_name_refuse_the_whole_archive(make):
    said = refusal(make.qdpx(**{"sources/a.txt": "x", "Sources/A.txt": "y"}))
    assert "'Sources/A.txt' and 'sources/a.txt' have one name" in said


def test_bombs_are_stopped_before_they_are_unpacked(make):
    assert "more than 200 times its size" in refusal(make.qdpx(**{"sources/b.txt": "0" * 10**7}))
    many = make.packed({f"m{n}": "" for n in range(5_001)})
    assert refusal(many).startswith("the archive has more than 5,000 members")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Project SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_and_document_types_are_refused_unread(head):
    said = refusal(f'{head}<Project name="p">&x;</Project>'.encode(), "bad.qde")
    assert "DOCTYPE" in said


def test_only_what_is_unpacked_has_to_be_small(make, monkeypatch):
    monkeypatch.setattr("themeweave.exchange.refi.archive.LARGEST", 1_500)
    inside = make.source(make.selection(11, 15))
    _, losses = read(make.qdpx(inside, TEXT * 40, **{"sources/film.mp4": bytes(range(256)) * 99}))
    assert told(losses, "dropped")[0] == "text of source Interview: its text is larger than 0 MB"
    monkeypatch.setattr("themeweave.exchange.refi.archive.LARGEST", 100)
    assert refusal(make.qdpx(inside, TEXT)) == (
        "the project would unpack to more than 0 MB of XML\n  in bad.qdpx, project.qde\n"
        "  Nothing was read from it. Ask whoever sent the file for another copy."
    )


def test_deep_nesting_is_refused():
    deep = "<Code>" * 100_000 + "</Code>" * 100_000
    assert "nested deeper than 200 levels" in refusal(f"<Project>{deep}</Project>".encode())


def test_an_archive_that_is_cut_short_is_refused_at_every_length(make):
    raw = make.qdpx(make.source(make.selection(11, 15)), TEXT)
    for length in range(2, len(raw), 7):
        assert "Fetch the file again" in refusal(raw[:length]) or length > len(raw) - 22
