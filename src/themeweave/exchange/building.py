"""Building a project from rows: things are named once, under ids made from what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from themeweave.corpus.readers.canonical import canonical
from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import (
    Applied,
    CodeNode,
    Memo,
    Project,
    Selection,
    Source,
    User,
)


class Building:
    """A project in the making.

    Examples
    --------
    >>> made = Building("tags.csv", Losses())
    >>> quotation = made.quotation("Ng 2020", "Pay was low")
    >>> made.apply(quotation, made.code(["Work", "Pay"]), "ana")
    >>> project = made.project("Tags", "Taguette")
    >>> project.paths[project.applied[0].code]
    ('Work', 'Pay')
    """

    def __init__(self, file: str, losses: Losses) -> None:
        self.losses = losses
        self.file = file
        self._users: dict[str, User] = {}
        self._codes: dict[tuple[str, ...], CodeNode] = {}
        self._sources: dict[str, Source] = {}
        self._selections: dict[str, Selection] = {}
        self._applied: dict[tuple[str, str, str], Applied] = {}
        self.memos: list[Memo] = []
        self.works: list[Mapping[str, str]] = []

    def user(self, name: str) -> str:
        """Give the id of a user."""
        name = one_line(name)
        if not name:
            return ""
        if name not in self._users:
            self._users[name] = User(guid("user in", name), name)
            self.losses.read("user", name)
        return self._users[name].id

    def code(
        self, path: Iterable[str], description: str = "", color: str = "", *, listed: bool = False
    ) -> str:
        """Give the id of a code by its path of names; those above it are made as well."""
        names = tuple(filter(None, map(one_line, path))) or ("unnamed",)
        for n in range(1, len(names) + 1):
            part = names[:n]
            if part not in self._codes:
                parent = self._codes[part[:-1]].id if n > 1 else ""
                self._codes[part] = CodeNode(guid("code in", *part), part[-1], parent)
                self.losses.read("code", " > ".join(part))
            elif listed and n == len(names):
                why = "stands more than once in the list; taken once"
                self.losses.repaired("code", " > ".join(part), why)
        node = self._codes[names]
        told = canonical(description).strip() or node.description
        self._codes[names] = CodeNode(node.id, node.name, node.parent, told, True, color)
        return node.id

    def source(
        self,
        name: str,
        text: str = "",
        description: str = "",
        values: Mapping[str, str] | None = None,
        *,
        key: str = "",
    ) -> str:
        """Give the id of a source; ``key`` tells apart those of one name."""
        name = one_line(name) or "without a name"
        key = key or name
        if key not in self._sources:
            own = guid("source in", self.file if text else "", key)
            self._sources[key] = Source(
                own, name, text, canonical(description), values=values or {}
            )
            self.losses.read("source", name)
        return self._sources[key].id

    def quotation(
        self,
        source: str,
        text: str,
        *,
        key: str = "",
        comment: str = "",
        page: str = "",
        user: str = "",
        at: str = "",
    ) -> str:
        """Give the id of a quotation that is known by its words; empty where it has none."""
        words = canonical(text).strip()
        if not any(sign.isalnum() for sign in words):
            self.losses.dropped("quotation", key or "", "it holds no letter or digit")
            return ""
        place = self.source(source)
        own = guid("quotation in", place, key, words)
        if own not in self._selections:
            told, who = canonical(comment), self.user(user)
            self.placed(Selection(own, place, words, None, None, told, who, at, page))
        return own

    def placed(self, selection: Selection) -> None:
        """Add a quotation whose place is known; one that is there gains the other's comment."""
        held = self._selections.get(selection.id)
        if held is not None and held.comment != selection.comment:
            told = "\n".join(filter(None, (held.comment, selection.comment)))
            selection = replace(selection, comment=told)
        self._selections[selection.id] = selection
        self.losses.read("quotation", selection.id)

    def apply(self, selection: str, code: str, user: str = "", at: str = "") -> None:
        """Give a quotation a code, once a user."""
        if not selection:
            self.losses.dropped("coding", code, "its quotation was dropped")
            return
        who = self.user(user)
        if (selection, code, who) in self._applied:
            self.losses.dropped("coding", code, "the same code of the same quotation, again")
            return
        own = guid("coding in", selection, code, who)
        self._applied[selection, code, who] = Applied(own, selection, code, who, at)
        self.losses.read("coding", own)

    def memo(self, name: str, text: str, about: str = "", user: str = "", at: str = "") -> None:
        """Add a memo, if it says anything."""
        text = canonical(text).strip()
        if text:
            own = guid("memo in", self.file, name, text)
            self.memos.append(
                Memo(
                    own, one_line(name) or "memo", text, (about,) * bool(about), self.user(user), at
                )
            )
            self.losses.read("memo", name)

    def project(self, name: str, origin: str) -> Project:
        """Give the project: a tree of codes, parents before their children."""
        return Project(
            name,
            origin,
            tuple(self._users.values()),
            tuple(self._codes.values()),
            tuple(self._sources.values()),
            tuple(self._selections.values()),
            tuple(self._applied.values()),
            tuple(self.memos),
            works=tuple(self.works),
        )


def one_line(text: str) -> str:
    """Join the lines and spaces of a name."""
    return " ".join(text.split())
