"""Reading REFI-QDA: strict about harm, lenient about form, and nothing left out unsaid.

What the schema forbids but whose meaning is plain is read and listed as repaired. What has no
place in a project of texts (areas of pictures, stretches of sound) is listed as dropped.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from themeweave.corpus.readers.canonical import canonical
from themeweave.exchange.guids import guid, plain
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import CodeNode, Group, Memo, Picture, Project, Tie, User
from themeweave.exchange.refi.archive import Container
from themeweave.exchange.refi.elements import children, identity, tag, whole, words
from themeweave.exchange.refi.sources import read_sources

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARTS = {
    "Project": (
        *("Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Links", "Sets"),
        *("Graphs", "Description", "NoteRef"),
    ),
    "CodeBook": ("Codes", "Sets"),
    "Code": ("Description", "NoteRef", "Code"),
    "Set": ("Description", "MemberCode", "MemberSource", "MemberNote"),
}
_COLOR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")


def read_refi(raw: bytes, name: str) -> tuple[Project, Losses]:
    """Read a .qdpx project, a .qdc codebook or a bare .qde.

    Parameters
    ----------
    raw, name
        The bytes, and the file's name for messages.

    Returns
    -------
    project, losses
        What was read, and what became of every element.

    Raises
    ------
    ReviewError
        For archives and XML that are not safe or are damaged, and for files that are no such
        project.

    Examples
    --------
    >>> book = b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code name="Hope" '
    >>> book += b'guid="5215cc69-b628-4e02-afb9-9beeaee55808" isCodable="true"/></Codes></CodeBook>'
    >>> project, losses = read_refi(book, "themes.qdc")
    >>> project.codes[0].name, list(losses.lines())
    ('Hope', ['read: 1 CodeBook, 1 Code'])
    """
    losses = Losses()
    container = Container(raw, name, losses)
    root = container.root
    kind = tag(root)
    losses.read(kind, str(root.get("name") or name))
    _unknown(root, kind, losses)
    parts = {tag(child): child for child in root}
    book = root if kind == "CodeBook" else parts.get("CodeBook")
    users = _users(parts.get("Users"), losses)
    codes = _codes(book, losses)
    origin = str(root.get("origin") or "")
    found = read_sources(container, parts, origin, {c.id for c in codes}, losses)
    sources, selections, applied = found.sources, found.selections, found.applied
    known = {user.id for user in users}
    named = [a.user for a in applied] + [s.user for s in selections]
    for missing in sorted(set(filter(None, named)) - known):
        losses.repaired("User", missing, "not listed in the project; given a name")
        users.append(User(missing, f"user {missing[:8]}"))
    project = Project(
        name=str(root.get("name") or ""),
        origin=origin,
        users=tuple(users),
        codes=tuple(codes),
        sources=tuple(sources),
        selections=tuple(selections),
        applied=tuple(applied),
        memos=tuple(_memos(container, parts, root, found.about, losses)),
        groups=tuple(_groups(root, losses)),
        ties=tuple(_ties(parts.get("Links"), losses)),
        pictures=tuple(_graphs(parts.get("Graphs"), losses)),
        extras=_extras(container.sidecar, losses),
    )
    for member in container.unused():
        losses.dropped("file", member, "nothing in the project names it as a text")
    return project, losses


def _unknown(element: _Element, kind: str, losses: Losses) -> None:
    """Note children that the standard does not have there."""
    for child in element:
        if tag(child) not in _PARTS[kind]:
            losses.dropped(tag(child), str(child.get("name") or ""), f"unknown inside {kind}")


def _users(element: _Element | None, losses: Losses) -> list[User]:
    users: list[User] = []
    seen: set[str] = set()
    for child in element if element is not None else ():
        if tag(child) != "User":
            losses.dropped(tag(child), "", "unknown inside Users")
            continue
        made = identity(child, seen, losses)
        name = str(child.get("name") or child.get("id") or f"user {made[:8]}").strip()
        losses.read("User", name)
        users.append(User(made, name))
    return users


def _codes(book: _Element | None, losses: Losses) -> list[CodeNode]:
    codes: list[CodeNode] = []
    seen: set[str] = set()
    waiting: list[tuple[_Element, str]] = []
    for listed in children(book, "Codes") if book is not None else ():
        waiting += [(child, "") for child in listed]
    waiting.reverse()
    while waiting:
        element, parent = waiting.pop()
        if tag(element) != "Code":
            losses.dropped(tag(element), "", "unknown inside Codes")
            continue
        _unknown(element, "Code", losses)
        code = _code(element, parent, seen, losses)
        codes.append(code)
        losses.read("Code", code.name)
        waiting += [(child, code.id) for child in reversed(list(children(element, "Code")))]
    twice = Counter((code.parent, code.name) for code in codes)
    for (_, name), times in twice.items():
        if times > 1:
            losses.repaired("Code", name, f"{times} codes have this name in one place; all kept")
    return codes


def _code(element: _Element, parent: str, seen: set[str], losses: Losses) -> CodeNode:
    name = " ".join(str(element.get("name") or "").split())
    if not name:
        losses.repaired("Code", str(element.get("guid") or ""), "without a name; called 'unnamed'")
        name = "unnamed"
    codable = str(element.get("isCodable") or "").strip().lower()
    if codable not in ("true", "false", "1", "0"):
        losses.repaired("Code", name, "does not say whether it can be given; taken as it can")
    color = str(element.get("color") or "").strip()
    if color and not _COLOR.fullmatch(color):
        fits = re.match(r"#[0-9A-Fa-f]{6}", color)
        losses.repaired("Code", name, f"'{color[:20]}' is no colour of the standard")
        color = fits[0] if fits else ""
    return CodeNode(
        identity(element, seen, losses, parent),
        name,
        parent,
        canonical(words(element, "Description")),
        codable not in ("false", "0"),
        color,
    )


def _memos(
    container: Container,
    parts: dict[str, _Element],
    root: _Element,
    about: dict[str, list[str]],
    losses: Losses,
) -> list[Memo]:
    for reference in children(root, "NoteRef"):
        about.setdefault(plain(str(reference.get("targetGUID"))), []).append("project")
    if "CodeBook" in parts:
        for code in parts["CodeBook"].iter("{*}Code"):
            for reference in children(code, "NoteRef"):
                target = plain(str(reference.get("targetGUID")))
                about.setdefault(target, []).append(plain(str(code.get("guid"))))
    memos: list[Memo] = []
    seen: set[str] = set()
    for element in children(parts["Notes"], "Note") if "Notes" in parts else ():
        text = words(element, "PlainTextContent")
        path = str(element.get("plainTextPath") or "")
        if not text and path:
            stored = container.text(path)
            if isinstance(stored, str):
                losses.dropped("text of Note", str(element.get("name") or path), stored)
            else:
                text = stored.text
        described = words(element, "Description")
        made = identity(element, seen, losses)
        name = str(element.get("name") or "").strip() or "memo"
        losses.read("Note", name)
        memos.append(
            Memo(
                made,
                name,
                canonical("\n\n".join(filter(None, (text, described)))),
                tuple(about.get(made, ())),
                plain(str(element.get("creatingUser") or "")),
                str(element.get("creationDateTime") or ""),
            )
        )
    if described := words(root, "Description"):
        losses.read("Description", "of the project")
        made = guid("memo", "project", str(root.get("name")))
        memos.append(Memo(made, "About the project", canonical(described), ("project",)))
    return memos


def _groups(root: _Element, losses: Losses) -> list[Group]:
    groups: list[Group] = []
    seen: set[str] = set()
    for listed in children(root, "Sets"):
        for element in children(listed, "Set"):
            _unknown(element, "Set", losses)
            members = [
                plain(str(m.get("targetGUID") or m.get("guid") or ""))
                for m in children(element, "MemberCode", "MemberSource", "MemberNote")
            ]
            name = str(element.get("name") or "").strip() or "unnamed"
            losses.read("Set", name)
            made = identity(element, seen, losses)
            described = canonical(words(element, "Description"))
            groups.append(Group(made, name, tuple(filter(None, members)), described))
    return groups


def _ties(element: _Element | None, losses: Losses) -> list[Tie]:
    ties: list[Tie] = []
    seen: set[str] = set()
    for link in children(element, "Link") if element is not None else ():
        name = str(link.get("name") or "").strip()
        origin = plain(str(link.get("originGUID") or ""))
        target = plain(str(link.get("targetGUID") or ""))
        if not origin or not target:
            losses.dropped("Link", name, "one of its ends names nothing")
            continue
        losses.read("Link", name)
        direction = str(link.get("direction") or "Associative")
        ties.append(Tie(identity(link, seen, losses), origin, target, name, direction))
    return ties


def _graphs(element: _Element | None, losses: Losses) -> list[Picture]:
    pictures: list[Picture] = []
    seen: set[str] = set()
    for graph in children(element, "Graph") if element is not None else ():
        name = str(graph.get("name") or "").strip() or "graph"
        place: dict[str, int] = {}
        points: list[tuple[str, int, int]] = []
        for vertex in children(graph, "Vertex"):
            x, y = whole(vertex.get("firstX")), whole(vertex.get("firstY"))
            stands_for = plain(str(vertex.get("representedGUID") or ""))
            if x is None or y is None or not stands_for:
                losses.dropped(
                    "Vertex", str(vertex.get("name") or ""), "stands for nothing we read"
                )
                continue
            place[plain(str(vertex.get("guid") or ""))] = len(points)
            points.append((stands_for, x, y))
        lines: list[tuple[int, int, str]] = []
        for edge in children(graph, "Edge"):
            ends = [
                place.get(plain(str(edge.get(k) or ""))) for k in ("sourceVertex", "targetVertex")
            ]
            if ends[0] is None or ends[1] is None:
                losses.dropped("Edge", str(edge.get("name") or ""), "one of its ends is not there")
                continue
            lines.append((ends[0], ends[1], str(edge.get("direction") or "Associative")))
        losses.read("Graph", name)
        made = identity(graph, seen, losses)
        pictures.append(Picture(made, name, tuple(points), tuple(lines)))
    return pictures


def _extras(raw: bytes, losses: Losses) -> dict[str, object]:
    """Read our own sidecar, which only helps: a broken one is dropped."""
    if not raw:
        return {}
    try:
        record = json.loads(raw)
        if not isinstance(record, dict):
            raise ValueError("not an object")
    except (ValueError, RecursionError):
        losses.dropped("file", "themeweave.json", "not JSON; the project is read without it")
        return {}
    losses.read("file", "themeweave.json")
    return record
