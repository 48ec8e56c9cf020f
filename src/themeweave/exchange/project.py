"""A project of another program: what programs for qualitative analysis have in common.

Every reader makes one and every writer takes one. Ids are the program's own (GUIDs in REFI-QDA);
texts are canonical (`corpus.readers.canonical`) and offsets are Python string indices into them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class User:
    """Who coded."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CodeNode:
    """A code and its place in the tree."""

    id: str
    name: str
    parent: str = ""  # id of the code above; empty at the top
    description: str = ""
    codable: bool = True  # False for a heading that only holds other codes
    color: str = ""  # #RRGGBB


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was coded; ``text`` is empty where the file did not bring it."""

    id: str
    name: str
    text: str = ""
    description: str = ""
    kind: str = "text"  # text, pdf, transcript
    user: str = ""
    at: str = ""
    values: Mapping[str, str] = field(default_factory=dict)  # variables, such as year or design


@dataclass(frozen=True, slots=True)
class Selection:
    """A quotation: ``text == source.text[start:end]`` where its place is known."""

    id: str
    source: str
    text: str
    start: int | None = None  # None where only the words are known
    end: int | None = None
    comment: str = ""
    user: str = ""
    at: str = ""  # when it was made, as the file says
    page: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """A code that somebody gave to a quotation."""

    id: str
    selection: str
    code: str
    user: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """A note, and the ids of what it speaks of."""

    id: str
    name: str
    text: str
    about: tuple[str, ...] = ()
    user: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of codes, sources or memos."""

    id: str
    name: str
    members: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation that somebody drew between two things."""

    id: str
    origin: str
    target: str
    name: str = ""
    direction: str = "Associative"  # OneWay, Bidirectional


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn network: things at places (x, y), and lines between them by position in the list."""

    id: str
    name: str
    points: tuple[tuple[str, int, int], ...]  # id of the thing, x, y
    lines: tuple[tuple[int, int, str], ...] = ()  # from, to, direction


@dataclass(frozen=True)
class Project:
    """Everything that was read, or is to be written."""

    name: str
    origin: str = ""  # program and version
    users: tuple[User, ...] = ()
    codes: tuple[CodeNode, ...] = ()  # parents before their children
    sources: tuple[Source, ...] = ()
    selections: tuple[Selection, ...] = ()
    applied: tuple[Applied, ...] = ()
    memos: tuple[Memo, ...] = ()
    groups: tuple[Group, ...] = ()
    ties: tuple[Tie, ...] = ()
    pictures: tuple[Picture, ...] = ()
    works: tuple[Mapping[str, str], ...] = ()  # reviews listed: label, title, year, doi, ...
    extras: Mapping[str, object] = field(default_factory=dict)  # of our own, beside the standard

    @cached_property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """The names from the top of the tree down to each code, by its id."""
        found: dict[str, tuple[str, ...]] = {}
        for code in self.codes:
            found[code.id] = (*found.get(code.parent, ()), code.name)
        return found

    def children(self, parent: str) -> Iterator[CodeNode]:
        """Iterate the codes directly below one; those at the top for an empty id."""
        return iter(self._below.get(parent, ()))

    @cached_property
    def _below(self) -> dict[str, list[CodeNode]]:
        below: dict[str, list[CodeNode]] = {}
        for code in self.codes:
            below.setdefault(code.parent, []).append(code)
        return below
