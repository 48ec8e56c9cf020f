"""Revising themes: people's acts, replayed on the codebook as it is written.

The codebook file is never changed; every run replays all acts on it, so a re-run keeps people's
work and undoing an act is leaving it out. What cannot be applied is listed, never dropped
silently.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from themeweave.codes.codebook import Code, Codebook
from themeweave.themes.acts import ABSTRACTIONS, ORIGINS, Act, in_order


@dataclass(frozen=True, slots=True)
class Unapplied:
    """An act that is kept and does not count, and why."""

    act: Act
    why: str


@dataclass(frozen=True, slots=True)
class Contest:
    """Two coders, or one in two places, said different things of one theme unknowingly."""

    stands: Act
    other: Act
    of: str  # what they differ on: name, description, place, ...


@dataclass(frozen=True, slots=True)
class Revision:
    """The themes as they are after every act."""

    book: Codebook
    applied: tuple[Act, ...] = ()  # in the order of the replay
    became: Mapping[str, str] = field(default_factory=dict)  # merged theme -> what it is part of
    unapplied: tuple[Unapplied, ...] = ()
    contests: tuple[Contest, ...] = ()


def revise(book: Codebook, acts: Iterable[Act], adjudicators: Collection[str] = ()) -> Revision:
    """Replay acts on a codebook.

    Parameters
    ----------
    book
        As it is written in the file.
    acts
        Those that were not withdrawn, in any order.
    adjudicators
        Coders whose act ends a contest.

    Returns
    -------
    Revision
        The same for the same acts in any order. The tree has no circle: a move that would close
        one is not applied. Ids stay; a merged theme leaves the book and ``became`` says where to.

    Examples
    --------
    >>> book = Codebook("themes", "Themes", (Code("T1", "Pay"), Code("T2", "Wages")))
    >>> acts = [Act("e1", "ana", 1, "merge", "T2", target="T1"),
    ...         Act("e2", "ana", 2, "rename", "T1", "Low pay")]
    >>> revised = revise(book, acts)
    >>> [code.name for code in revised.book.codes], revised.became
    (['Low pay'], {'T2': 'T1'})
    """
    state = _Themes(book)
    last: dict[tuple[str, str], Act] = {}
    for act in in_order(acts, adjudicators):
        why = state.apply(act)
        if why:
            state.unapplied.append(Unapplied(act, why))
            continue
        state.applied.append(act)
        about = act.theme, _ABOUT.get(act.kind) or next(iter(_fields(act)), "")
        before = last.get(about)
        if before and _contradict(before, act) and act.coder not in adjudicators:
            state.contests.append(Contest(act, before, about[1]))
        if act.kind in _ABOUT or act.kind == "mark":
            last[about] = act
    codes = tuple(state.codes.values())
    return Revision(
        replace(book, codes=codes),
        tuple(state.applied),
        state.became,
        tuple(state.unapplied),
        tuple(state.contests),
    )


_ABOUT = {  # kind of act -> what it settles of a theme; marks settle one thing each
    "rename": "name",
    "describe": "description",
    "move": "place",
    "promote": "place",
    "retire": "use",
    "restore": "use",
}


def _contradict(one: Act, other: Act) -> bool:
    """Tell whether the later of two acts differs from an earlier one that its coder had not seen.

    Of marks only those on the same question come here.
    """
    differs = (one.kind, one.text, one.target) != (other.kind, other.text, other.target)
    if one.coder == other.coder:
        branch = dict(other.branches).get(one.branch, 0)
        known = one.branch == other.branch or one.sequence <= branch
    else:
        known = one.sequence <= other.seen.get(one.coder, 0)
    return differs and not known


def _fields(act: Act) -> dict[str, str | bool]:
    """Give what an act writes into its theme's code; empty for acts on the tree."""
    marks = dict.fromkeys(ORIGINS, "origin") | dict.fromkeys(ABSTRACTIONS, "abstraction")
    match act.kind:
        case "rename":
            return {"name": act.text}
        case "describe":
            return {"definition": act.text}
        case "retire" | "restore":
            return {"retired": act.kind == "retire"}
        case "mark" if act.text in marks:
            return {marks[act.text]: act.text}
        case _:
            return {}


class _Themes:
    """The codes as they stand during the replay."""

    def __init__(self, book: Codebook) -> None:
        self.codes = dict(book.by_id)
        self.became: dict[str, str] = {}
        self.applied: list[Act] = []
        self.unapplied: list[Unapplied] = []
        self.contests: list[Contest] = []

    def now(self, theme: str) -> str:
        """Follow merges to the theme that an id means now."""
        while theme in self.became:
            theme = self.became[theme]
        return theme

    def apply(self, act: Act) -> str:
        """Apply an act; gives why it cannot be, or nothing."""
        if act.kind == "new":
            return self._new(act.theme, act.text, act.target)
        if act.theme in self.became:
            return f"'{act.theme}' was merged into '{self.now(act.theme)}'"
        if act.theme not in self.codes:
            return f"there is no theme '{act.theme}'"
        target = self.now(act.target)
        if act.kind in ("merge", "move") and target and target not in self.codes:
            return f"there is no theme '{act.target}'"
        fields = _fields(act)
        if fields:
            self._change(act.theme, **fields)
            return ""
        match act.kind:
            case "merge":
                return self._merge(act.theme, target)
            case "split":
                return self._split(act)
            case "move" | "promote":
                return self._move(act.theme, target if act.kind == "move" else "")
            case "place":
                return ""
            case _:
                return f"this version does not know '{act.kind} {act.text}'"

    def _change(self, theme: str, **fields: str | bool) -> None:
        code = self.codes[theme]
        self.codes[theme] = replace(code, **fields)  # type: ignore[arg-type]

    def _new(self, theme: str, name: str, parent: str) -> str:
        parent = self.now(parent)
        if theme in self.codes or theme in self.became:
            return f"there is a theme '{theme}' already"
        if parent and parent not in self.codes:
            return f"there is no theme '{parent}'"
        level = "subtheme" if parent else "overarching"
        self.codes[theme] = Code(theme, name, level, parent, origin="derived")
        return ""

    def _split(self, act: Act) -> str:
        old = self.codes[act.theme]
        why = self._new(act.target, act.text, old.parent)
        if not why:
            self._change(act.target, level=old.level)
        return why

    def _above(self, theme: str) -> Iterator[str]:
        while theme:
            yield theme
            theme = self.codes[theme].parent

    def _move(self, theme: str, parent: str) -> str:
        if parent and theme in self._above(parent):
            return f"'{theme}' would stand below itself, since '{parent}' is below it"
        level = self.codes[theme].level
        if level in ("", "overarching", "subtheme"):
            level = "subtheme" if parent else "overarching"
        self._change(theme, parent=parent, level=level)
        return ""

    def _merge(self, theme: str, into: str) -> str:
        if theme == into:
            return f"'{theme}' would be merged into itself"
        if theme in self._above(into):
            self._move(into, self.codes[theme].parent)
        for code in list(self.codes.values()):
            if code.parent == theme:
                self._change(code.id, parent=into)
        del self.codes[theme]
        self.became[theme] = into
        return ""
