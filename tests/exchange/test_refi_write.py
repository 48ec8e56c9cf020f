"""Writing REFI-QDA: what was written is read back equal, and the official schemas accept it."""

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from themeweave.corpus.readers.canonical import canonical
from themeweave.errors import ReviewError
from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
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
from themeweave.exchange.refi.write import PROGRAMS, write_qdc, write_qdpx

REAL = ("nvivo12win_97codings_masked", "nvivo12mac_297codings_masked", "qc120_demo_213codings")
XSD = "REFI-QDA_Project_v1.0_2019-03-18.xsd"


def qde(raw):
    return zipfile.ZipFile(io.BytesIO(raw)).read("project.qde")


def schema(real, name):
    return etree.XMLSchema(etree.fromstring(real(name)))


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", [*REAL, "atlasti8mac_standard_project", "atlasti23win_blank"])
def test_a_real_project_written_again_is_valid_by_the_official_schema(real, name, program):
    project, _ = read_refi(real(f"{name}.qdpx"), name)
    raw = write_qdpx(project, Losses(), program)
    valid = schema(real, XSD)
    assert valid.validate(etree.fromstring(qde(raw))), valid.error_log


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", REAL)
def test_a_real_project_written_again_is_read_equal(real, name, program):
    project, _ = read_refi(real(f"{name}.qdpx"), name)
    again, losses = read_refi(write_qdpx(project, Losses(), program), name)
    assert replace(again, origin=project.origin) == project
    assert (losses.count("repaired"), losses.count("dropped")) == (0, 0)


@pytest.mark.parametrize("name", [*REAL, "atlasti8mac_standard_project"])
def test_a_codebook_written_is_valid_by_the_official_schema_and_read_equal(real, name):
    project, _ = read_refi(real(f"{name}.qdpx"), name)
    raw = write_qdc(project, Losses())
    valid = schema(real, "REFI-QDA_Codebook_v1.0.xsd")
    assert valid.validate(etree.fromstring(raw)), valid.error_log
    assert read_refi(raw, "c.qdc")[0].codes == project.codes


# any project --------------------------------------------------------------------------------------

# Line ends, letters in two forms, signs beyond 16 bits, tabs, marks that XML must escape.
LETTERS = st.sampled_from("aé\u0301中 😀\n\t<&>\"']x1.\u2028")
LINE = st.text(st.sampled_from("aé中😀<&>\"'-x1"), min_size=1, max_size=8)


@st.composite
def projects(draw):
    def ids(kind, most):
        return [guid(kind, str(n)) for n in range(draw(st.integers(0, most)))]

    users = [User(own, draw(LINE)) for own in ids("user", 3)]
    codes = []
    for own in ids("code", 5):
        parent = draw(st.sampled_from(["", *(c.id for c in codes)]))
        color = draw(st.sampled_from(["", "#00ff00", "#0F0"]))
        codes.append(CodeNode(own, draw(LINE), parent, draw(LINE), draw(st.booleans()), color))
    sources, selections, applied = [], [], []
    for own in ids("source", 3):
        text = canonical("a" + draw(st.text(LETTERS, max_size=40)))
        values = draw(st.dictionaries(LINE, LINE, max_size=2))
        sources.append(Source(own, draw(LINE), text, draw(LINE), values=values))
        for n in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            if text[start:end].isspace():
                continue
            chosen = Selection(guid("s", own, str(n)), own, text[start:end], start, end, draw(LINE))
            selections.append(chosen)
            for code in draw(st.lists(st.sampled_from(codes), unique_by=id)) if codes else ():
                who = draw(st.sampled_from(users)).id if users else ""
                made = guid("a", chosen.id, code.id)
                applied.append(Applied(made, chosen.id, code.id, who, "2026-01-02T03:04:05Z"))
    things = [x.id for x in (*codes, *sources, *selections, *applied)]
    memos = [
        Memo(own, draw(LINE), draw(LINE), (draw(st.sampled_from(things)),) if things else ())
        for own in ids("memo", 2)
    ]
    members = sorted([c.id for c in codes]) + [s.id for s in sources] + [m.id for m in memos]
    groups = [Group(own, draw(LINE), tuple(members), draw(LINE)) for own in ids("set", 2)]
    ties = [Tie(own, things[0], things[-1], draw(LINE)) for own in ids("link", 2) if things]
    pictures = [
        Picture(own, draw(LINE), ((things[0], 1, -2), (things[-1], 3, 4)), ((0, 1, "OneWay"),))
        for own in ids("graph", 1)
        if things
    ]
    # Codes stand in a file as a tree, each above those below it.
    tree = Project("", codes=tuple(codes))
    ordered, waiting = [], list(tree.children(""))[::-1]
    while waiting:
        ordered.append(waiting.pop())
        waiting += list(tree.children(ordered[-1].id))[::-1]
    return Project(
        draw(LINE),
        "themeweave 0",
        tuple(users),
        tuple(ordered),
        tuple(sources),
        tuple(selections),
        tuple(applied),
        tuple(memos),
        tuple(groups),
        tuple(ties),
        tuple(pictures),
        extras=draw(st.dictionaries(LINE, LINE, max_size=1)),
    )


@given(projects(), st.sampled_from(PROGRAMS))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
def test_any_project_written_is_read_back_equal(project, program):
    raw = write_qdpx(project, Losses(), program)
    again, losses = read_refi(raw, "own.qdpx")
    assert replace(again, origin=project.origin) == project
    assert losses.count("dropped") == 0
    assert write_qdpx(project, Losses(), program) == raw


@given(projects())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
def test_any_project_is_valid_by_the_official_schema(make, project):
    if not (make.shared / XSD).is_file():
        pytest.skip(f"needs ../shared/interop/refi_qda/{XSD}")
    valid = etree.XMLSchema(etree.parse(make.shared / XSD))
    assert valid.validate(etree.fromstring(qde(write_qdpx(project, Losses())))), valid.error_log


def test_a_selection_without_a_place_gets_a_text_made_of_quotations():
    project = Project(
        "P",
        sources=(Source("s", "Sheet"),),
        selections=(Selection("1", "s", "Pay was low"), Selection("2", "s", "Hope grew")),
    )
    losses = Losses()
    again, _ = read_refi(write_qdpx(project, losses), "p.qdpx")
    assert again.sources[0].text == "Pay was low\n\nHope grew"
    assert [s.text for s in again.selections] == ["Pay was low", "Hope grew"]
    assert [line for line in losses.lines() if "read" not in line] == [
        "repaired: source Sheet: its text is made of its quotations"
    ]


def test_a_selection_with_neither_place_nor_words_is_dropped_with_a_line():
    sources = (Source("s", "Sheet", "Pay was low"), Source("t", "Empty"))
    gone = Selection("1", "s", "Hope"), Selection("2", "t", "")
    losses = Losses()
    write_qdpx(Project("P", sources=sources, selections=gone), losses)
    assert [line for line in losses.lines() if line.startswith("dropped")] == [
        "dropped: selection 1: its words are not in its source's text",
        "dropped: selection 2: it has neither a place nor words",
    ]


def test_what_cannot_be_written_is_refused_in_words():
    with pytest.raises(ReviewError) as raised:
        write_qdpx(Project("P"), Losses(), "excel")
    assert str(raised.value) == (
        "there is no way of counting positions for 'excel'\n  Choose one of: standard, nvivo."
    )
    with pytest.raises(ReviewError) as raised:
        write_qdc(Project("P"), Losses())
    assert str(raised.value) == ("there are no codes to write\n  in P\n  Add some to codebooks/.")


def test_ids_of_other_programs_become_guids_that_stay_the_same():
    project = Project("P", codes=(CodeNode("T01", "Hope"), CodeNode("T02", "Trust", "T01")))
    again, _ = read_refi(write_qdc(project, Losses()), "p.qdc")
    assert [c.id for c in again.codes] == [guid("code", "T01"), guid("code", "T02")]
    assert again.codes[1].parent == guid("code", "T01")
