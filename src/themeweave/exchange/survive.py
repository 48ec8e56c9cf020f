"""What survives a trip: a project compared with what came back, whatever the ids have become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from themeweave.exchange.project import Project


@dataclass(frozen=True, slots=True)
class Survival:
    """How many of one kind of thing came back as they went."""

    kind: str
    went: int
    came: int


def survival(before: Project, after: Project) -> list[Survival]:
    """Compare two projects by what a person sees: names, paths, words and places.

    Returns
    -------
    list of Survival
        For each kind that the first project has. A thing that stands twice counts twice.

    Examples
    --------
    >>> from themeweave.exchange.project import CodeNode
    >>> one = Project("P", codes=(CodeNode("1", "Hope"), CodeNode("2", "Fear")))
    >>> survival(one, Project("P", codes=(CodeNode("9", "Hope"),)))
    [Survival(kind='codes with their path', went=2, came=1)]
    """
    seen, again = _seen(before), _seen(after)
    return [
        Survival(kind, sum(things.values()), sum((things & again[kind]).values()))
        for kind, things in seen.items()
        if things
    ]


def _seen(project: Project) -> Mapping[str, Counter[object]]:
    texts = {source.id: source for source in project.sources}
    users = {user.id: user.name for user in project.users}
    quoted = {
        s.id: (texts[s.source].name if s.source in texts else "", s.text)
        for s in project.selections
        if s.text
    }
    # A quotation that another program lists once a coding is one quotation.
    places = {
        (quoted[s.id], s.start, s.end)
        for s in project.selections
        if s.id in quoted and s.start is not None
    }
    coded = [a for a in project.applied if a.selection in quoted and a.code in project.paths]
    names = {code.id: code.name for code in project.codes}
    names |= {source.id: source.name for source in project.sources}
    kinds: dict[str, Iterable[object]] = {
        "codes with their path": project.paths.values(),
        "descriptions of codes": (
            (project.paths[c.id], c.description) for c in project.codes if c.description
        ),
        "colours of codes": ((project.paths[c.id], c.color) for c in project.codes if c.color),
        "headings that cannot be given": (
            project.paths[c.id] for c in project.codes if not c.codable
        ),
        "texts": (source.text for source in project.sources if source.text),
        "variables of texts": (
            (s.name, key.casefold(), value)
            for s in project.sources
            for key, value in s.values.items()
        ),
        "quotations": set(quoted.values()),
        "quotations at their place": places,
        "codings with their coder": {
            (quoted[a.selection], project.paths[a.code], users.get(a.user, "")) for a in coded
        },
        "comments on quotations": {
            (quoted[s.id], s.comment) for s in project.selections if s.comment and s.id in quoted
        },
        "memos": ((memo.name, memo.text) for memo in project.memos),
        "sets": (
            (g.name, tuple(sorted(names[m] for m in g.members if m in names)))
            for g in project.groups
        ),
        "links": ((tie.name, tie.direction) for tie in project.ties),
        "drawn networks": ((p.name, len(p.points), len(p.lines)) for p in project.pictures),
    }
    return {kind: Counter(things) for kind, things in kinds.items()}
