"""Writing REFI-QDA: strictly to the schema, in its order, with GUIDs that stay the same.

Positions are counted as the standard says, in code points with the end behind the last character,
or as a named program reads them. Our own extras go into a sidecar that others pass over.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from themeweave.errors import ReviewError
from themeweave.exchange.guids import guid, plain
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import CodeNode, Group, Project, Selection
from themeweave.exchange.refi.archive import SIDECAR

if TYPE_CHECKING:
    from lxml.etree import _Element

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
PROGRAMS = ("standard", "nvivo")  # who reads it: NVivo counts UTF-16 units
_DATE = (1980, 1, 1, 0, 0, 0)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTIONS = ("Associative", "OneWay", "Bidirectional")


def write_qdpx(project: Project, losses: Losses, program: str = "standard") -> bytes:
    """Write a project as .qdpx.

    Parameters
    ----------
    project
        Selections without a place are put into a text of their own.
    losses
        Told of what finds no place in the format.
    program
        Of `PROGRAMS`: whose way of counting positions is used.

    Raises
    ------
    ReviewError
        For another program.
    """
    if program not in PROGRAMS:
        raise ReviewError(
            f"there is no way of counting positions for '{program}'",
            "",
            f"Choose one of: {', '.join(PROGRAMS)}.",
        )
    project = with_places(project, losses)
    files = {"project.qde": _xml(_project(project, losses, wide=program == "nvivo"))}
    for source in project.sources:
        if source.text:
            own = _id("source", source.id)
            files[f"sources/{own}.txt"] = source.text.encode("utf-8", "replace")
    if project.extras:
        text = json.dumps(project.extras, ensure_ascii=False, indent=1, sort_keys=True)
        files[SIDECAR] = (text + "\n").encode("utf-8", "backslashreplace")
    return zipped(files)


def write_qdc(project: Project, losses: Losses) -> bytes:
    """Write the codes of a project as .qdc.

    Raises
    ------
    ReviewError
        Where there are no codes.
    """
    from lxml import etree

    if not project.codes:
        raise ReviewError("there are no codes to write", project.name, "Add some to codebooks/.")
    root = etree.fromstring(f'<CodeBook xmlns="{CODEBOOK}"/>')
    root.set("origin", _safe(project.origin))
    _codes(etree.SubElement(root, f"{{{CODEBOOK}}}Codes"), project, {}, losses)
    codes = {code.id for code in project.codes}
    groups = [g for g in project.groups if set(g.members) & codes]
    if groups:
        sets = etree.SubElement(root, f"{{{CODEBOOK}}}Sets")
        for group in groups:
            element = _add(sets, "Set", guid=_id("set", group.id), name=group.name)
            _text(element, "Description", group.description)
            for member in group.members:
                if member in codes:
                    _add(element, "MemberCode", guid=_id("code", member))
    return _xml(root)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files so that the same content gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return stream.getvalue()


def with_places(project: Project, losses: Losses) -> Project:
    """Give each selection a place: where its text is not there, in a text made of quotations."""
    texts = {source.id: source.text for source in project.sources}
    made: dict[str, list[str]] = defaultdict(list)
    length: dict[str, int] = defaultdict(int)
    selections: list[Selection] = []
    for selection in project.selections:
        text, quoted = texts.get(selection.source, ""), selection.text
        if selection.start is not None and text:
            selections.append(selection)
            continue
        if not quoted or selection.source not in texts:
            losses.dropped("selection", selection.id, "it has neither a place nor words")
            continue
        if text:
            at = text.find(quoted)
            if at < 0:
                losses.dropped("selection", selection.id, "its words are not in its source's text")
                continue
            losses.repaired("selection", selection.id, "placed where its words first stand")
        else:
            at = length[selection.source]
            made[selection.source].append(quoted)
            length[selection.source] += len(quoted) + 2
        selections.append(replace(selection, start=at, end=at + len(quoted)))
    sources = []
    for source in project.sources:
        if source.id in made:
            losses.repaired("source", source.name, "its text is made of its quotations")
        joined = "\n\n".join(made[source.id]) if source.id in made else source.text
        sources.append(replace(source, text=joined))
    kept = {selection.id for selection in selections}
    applied = tuple(a for a in project.applied if a.selection in kept)
    return replace(project, sources=tuple(sources), selections=tuple(selections), applied=applied)


def _id(kind: str, own: str) -> str:
    return plain(own) or guid(kind, own)


def _project(project: Project, losses: Losses, *, wide: bool) -> _Element:
    from lxml import etree

    root = etree.fromstring(f'<Project xmlns="{PROJECT}"/>')
    root.set("name", _safe(project.name) or "project")
    root.set("origin", _safe(project.origin) + (", positions as NVivo's" if wide else ""))
    about = _about(project)
    if project.users:
        users = _add(root, "Users")
        for user in project.users:
            _add(users, "User", guid=_id("user", user.id), name=user.name)
            losses.read("user", user.name)
    if project.codes:
        _codes(_add(_add(root, "CodeBook"), "Codes"), project, about, losses)
    _variables(root, project)
    if project.sources:
        _sources(root, project, about, losses, wide=wide)
    _notes(root, project, losses)
    _links(root, project, losses)
    _sets(root, project, losses)
    _graphs(root, project, losses)
    _refer(root, about, "project")
    return root


def _notes(root: _Element, project: Project, losses: Losses) -> None:
    notes = _add(root, "Notes") if project.memos else root
    for memo in project.memos:
        note = _add(notes, "Note", guid=_id("memo", memo.id), name=memo.name)
        _who(note, memo.user, memo.at)
        _text(note, "PlainTextContent", memo.text)
        losses.read("memo", memo.name)


def _links(root: _Element, project: Project, losses: Losses) -> None:
    links = _add(root, "Links") if project.ties else root
    kinds = _kinds(project) if project.ties else {}
    for tie in project.ties:
        link = _add(links, "Link", guid=_id("link", tie.id), name=tie.name)
        link.set("direction", tie.direction if tie.direction in _DIRECTIONS else "Associative")
        for key, end in (("originGUID", tie.origin), ("targetGUID", tie.target)):
            link.set(key, kinds.get(end, ("", ""))[1] or _id("thing", end))
        losses.read("link", tie.name)


def _about(project: Project) -> dict[str, list[str]]:
    """Give for each thing the GUIDs of the memos on it."""
    about: dict[str, list[str]] = defaultdict(list)
    for memo in project.memos:
        for thing in memo.about:
            about[thing].append(_id("memo", memo.id))
    return about


def _codes(
    parent: _Element, project: Project, about: Mapping[str, Iterable[str]], losses: Losses
) -> None:
    waiting: list[tuple[_Element, CodeNode]] = [(parent, c) for c in project.children("")]
    waiting.reverse()
    while waiting:
        above, code = waiting.pop()
        element = _add(above, "Code", guid=_id("code", code.id), name=code.name or "unnamed")
        element.set("isCodable", "true" if code.codable else "false")
        if re.fullmatch(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", code.color):
            element.set("color", code.color)
        _text(element, "Description", code.description)
        _refer(element, about, code.id)
        losses.read("code", code.name)
        waiting += [(element, below) for below in reversed(list(project.children(code.id)))]


def _variables(root: _Element, project: Project) -> None:
    names = dict.fromkeys(name for source in project.sources for name in source.values)
    if not names:
        return
    variables = _add(root, "Variables")
    for name in names:
        _add(variables, "Variable", guid=guid("variable", name), name=name, typeOfVariable="Text")
    cases = _add(root, "Cases")
    for source in project.sources:
        if source.values:
            case = _add(cases, "Case", guid=guid("case", source.id), name=source.name)
            for name, value in source.values.items():
                held = _add(case, "VariableValue")
                _add(held, "VariableRef", targetGUID=guid("variable", name))
                _text(held, "TextValue", value)
            _add(case, "SourceRef", targetGUID=_id("source", source.id))


def _sources(
    root: _Element,
    project: Project,
    about: Mapping[str, Iterable[str]],
    losses: Losses,
    *,
    wide: bool,
) -> None:
    chosen: dict[str, list[Selection]] = defaultdict(list)
    for selection in project.selections:
        chosen[selection.source].append(selection)
    codings = defaultdict(list)
    for applied in project.applied:
        codings[applied.selection].append(applied)
    listed = _add(root, "Sources")
    for source in project.sources:
        own = _id("source", source.id)
        element = _add(listed, "TextSource", guid=own, name=source.name)
        if source.text:
            element.set("plainTextPath", f"internal://{own}.txt")
        _who(element, source.user, source.at)
        _text(element, "Description", source.description)
        if not source.text:
            _add(element, "PlainTextContent")  # one of the two must be there
        if source.kind == "text":
            losses.read("source", source.name)
        else:
            losses.repaired(
                "source", source.name, f"written as text: the {source.kind} is not kept"
            )
        counting = _Counting(source.text, wide=wide)
        for selection in chosen[source.id]:
            made = _selection(element, selection, counting)
            losses.read("selection", selection.id)
            for one in codings[selection.id]:
                coding = _add(made, "Coding", guid=_id("coding", one.id))
                _who(coding, one.user, one.at)
                _add(coding, "CodeRef", targetGUID=_id("code", one.code))
                _refer(coding, about, one.id)
                losses.read("coding", one.id)
            _refer(made, about, selection.id)
        _refer(element, about, source.id)


def _selection(parent: _Element, selection: Selection, counting: _Counting) -> _Element:
    made = _add(parent, "PlainTextSelection", guid=_id("selection", selection.id))
    made.set("name", _safe(" ".join(selection.text.split())))
    made.set("startPosition", counting.position(selection.start))
    made.set("endPosition", counting.position(selection.end))
    _who(made, selection.user, selection.at)
    _text(made, "Description", selection.comment)
    return made


def _refer(element: _Element, about: Mapping[str, Iterable[str]], thing: str) -> None:
    for memo in about.get(thing, ()):
        _add(element, "NoteRef", targetGUID=memo)


class _Counting:
    """Leads an index of a text to the position that the reading program counts."""

    def __init__(self, text: str, *, wide: bool) -> None:
        signs = re.finditer("[\U00010000-\U0010ffff]", text) if wide else ()
        self._wide = [sign.start() for sign in signs]

    def position(self, index: int | None) -> str:
        return str((index or 0) + bisect_left(self._wide, index or 0))


def _kinds(project: Project) -> dict[str, tuple[str, str]]:
    """Give for each thing its kind and GUID."""
    things: list[tuple[str, Iterable[str]]] = [
        ("code", (code.id for code in project.codes)),
        ("source", (source.id for source in project.sources)),
        ("memo", (memo.id for memo in project.memos)),
        ("selection", (selection.id for selection in project.selections)),
        ("coding", (applied.id for applied in project.applied)),
        ("user", (user.id for user in project.users)),
    ]
    return {own: (kind, _id(kind, own)) for kind, listed in things for own in listed}


def _sets(root: _Element, project: Project, losses: Losses) -> None:
    if not project.groups:
        return
    kinds = _kinds(project)
    sets = _add(root, "Sets")
    for group in project.groups:
        element = _add(sets, "Set", guid=_id("set", group.id), name=group.name or "unnamed")
        _text(element, "Description", group.description)
        _members(element, group, kinds, losses)
        losses.read("set", group.name)


def _members(
    element: _Element, group: Group, kinds: Mapping[str, tuple[str, str]], losses: Losses
) -> None:
    for kind, name in (("code", "MemberCode"), ("source", "MemberSource"), ("memo", "MemberNote")):
        for member in group.members:
            if member in kinds and kinds[member][0] == kind:
                _add(element, name, targetGUID=kinds[member][1])
    lost = sum(kinds.get(m, ("",))[0] not in ("code", "source", "memo") for m in group.members)
    if lost:
        losses.dropped("members of set", group.name, f"{lost} members are not in what is written")


def _graphs(root: _Element, project: Project, losses: Losses) -> None:
    if not project.pictures:
        return
    kinds = _kinds(project)
    graphs = _add(root, "Graphs")
    for picture in project.pictures:
        own = _id("graph", picture.id)
        graph = _add(graphs, "Graph", guid=own, name=picture.name)
        points = [guid("vertex", own, str(n)) for n in range(len(picture.points))]
        for point, (thing, x, y) in zip(points, picture.points, strict=True):
            vertex = _add(graph, "Vertex", guid=point)
            vertex.set("representedGUID", kinds.get(thing, ("", ""))[1] or _id("thing", thing))
            vertex.set("firstX", str(x))
            vertex.set("firstY", str(y))
        for n, (start, end, direction) in enumerate(picture.lines):
            edge = _add(graph, "Edge", guid=guid("edge", own, str(n)))
            edge.set("sourceVertex", points[start])
            edge.set("targetVertex", points[end])
            edge.set("direction", direction if direction in _DIRECTIONS else "Associative")
        losses.read("graph", picture.name)


def _add(parent: _Element, name: str, /, **attributes: str) -> _Element:
    from lxml import etree

    namespace = etree.QName(parent).namespace
    element = etree.SubElement(parent, f"{{{namespace}}}{name}")
    for key, value in attributes.items():
        element.set(key, _safe(value))
    return element


def _text(parent: _Element, name: str, text: str) -> None:
    if text:
        _add(parent, name).text = _safe(text)


def _who(element: _Element, user: str, at: str) -> None:
    if user:
        element.set("creatingUser", _id("user", user))
    if _TIME.fullmatch(at):
        element.set("creationDateTime", at)


def _safe(text: str) -> str:
    """Leave out characters that XML cannot hold; canonical texts have none."""
    return _NOT_XML.sub("", text)


def _xml(root: _Element) -> bytes:
    from lxml import etree

    raw: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return raw
