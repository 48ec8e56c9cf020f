"""Revising themes: what people did to them, replayed on the codebook as it is written.

An act is one event of a coder's log: rename, merge, split and so on. The codebook file is never
changed; every run replays all acts on it, so a re-run keeps people's work and undoing an act is
leaving it out. Acts are replayed in one order, whatever the order of reading the logs: an act
comes after all that its coder had seen when it was written, and acts that did not know of each
other follow their place in the logs, an adjudicator's last. What cannot be applied is listed,
never dropped silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Decision, Suggestion

KINDS = (
    "new",
    "rename",
    "describe",
    "merge",
    "split",
    "move",
    "promote",
    "retire",
    "restore",
    "mark",
    "place",
)
ORIGINS = ("a priori", "derived")
ABSTRACTIONS = ("descriptive", "analytical")


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did to one theme."""

    id: str
    coder: str
    sequence: int  # the event's place in the coder's own log
    kind: str  # one of KINDS
    theme: str  # the theme acted on; for new, the id it gets
    text: str = ""  # the new name (new, rename, split), the description, or the mark
    target: str = ""  # merge: into which; move, new: under which; split: the id of the new theme
    findings: tuple[str, ...] = ()  # new: as proposed; split and place: moved by the person
    reason: str = ""
    at: str = ""  # UTC, ISO 8601; shown, never used to order
    seen: Mapping[str, int] = field(
        default_factory=dict
    )  # other coders -> events then in their log


@dataclass(frozen=True, slots=True)
class Unapplied:
    """An act that is kept and does not count, and why."""

    act: Act
    why: str


@dataclass(frozen=True, slots=True)
class Contest:
    """Two coders, neither knowing of the other, said different things of one theme."""

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
    return one.coder != other.coder and one.sequence > other.seen.get(one.coder, 0) and differs


def in_order(acts: Iterable[Act], adjudicators: Collection[str] = ()) -> list[Act]:
    """Put acts in the order of replay: each after what its coder had seen.

    Examples
    --------
    >>> acts = [Act("b", "ben", 1, "promote", "T1", seen={"ana": 9}),
    ...         Act("a", "ana", 9, "retire", "T1")]
    >>> [act.id for act in in_order(acts)]
    ['a', 'b']
    """
    logs: defaultdict[str, list[Act]] = defaultdict(list)
    for act in sorted(acts, key=lambda act: (act.coder, act.sequence, act.id)):
        logs[act.coder].append(act)
    place = dict.fromkeys(logs, 0)
    ordered: list[Act] = []

    def key(coder: str) -> tuple[bool, int, str]:
        return coder in adjudicators, logs[coder][place[coder]].sequence, coder

    def waits(act: Act) -> bool:
        return any(
            other != act.coder
            and other in logs
            and place[other] < len(logs[other])
            and logs[other][place[other]].sequence <= upto
            for other, upto in act.seen.items()
        )

    open_logs = set(logs)
    while open_logs:
        free = [coder for coder in open_logs if not waits(logs[coder][place[coder]])]
        coder = min(free or open_logs, key=key)  # none is free only where logs were tampered with
        ordered.append(logs[coder][place[coder]])
        place[coder] += 1
        if place[coder] == len(logs[coder]):
            open_logs.remove(coder)
    return ordered


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


def carried(decisions: Iterable[Decision], revision: Revision) -> list[Decision]:
    """Give the decisions as they count after a revision.

    Acceptances of a merged theme count for what it became part of; rejections of it do not, since
    the theme it became is wider. Where a theme was split, rulings that the split knew of go along
    with their findings. Splitting and moving findings are acceptances themselves.
    """
    followers: defaultdict[str, list[tuple[int, Act]]] = defaultdict(list)
    for order, act in enumerate(revision.applied):
        if act.kind in ("merge", "split"):
            followers[act.theme].append((order, act))
    made = [*decisions, *_placed(revision)]
    return [now for was in made if (now := _now(was, followers, revision))]


def _placed(revision: Revision) -> Iterator[Decision]:
    """Give the acceptances that splits and moves of findings are."""
    for act in revision.applied:
        if act.kind in ("split", "place"):
            theme = act.target if act.kind == "split" else act.theme
            for finding in act.findings:
                yield Decision(
                    finding,
                    revision.book.id,
                    theme,
                    True,
                    act.coder,
                    act.sequence,
                    act.at,
                    act.reason,
                )


def _now(
    was: Decision, followers: Mapping[str, Sequence[tuple[int, Act]]], revision: Revision
) -> Decision | None:
    if was.codebook != revision.book.id or was.code_id not in followers:
        return was
    theme, passed, merged = was.code_id, -1, False
    while step := next(
        ((n, act) for n, act in followers.get(theme, ()) if n > passed and _goes(was, act)), None
    ):
        passed, act = step
        if act.kind == "merge":
            # what the target had been merged into by then is the theme that took it in
            theme, merged = revision.became[act.theme], True
        else:
            theme = act.target
    if merged and not was.accepted:
        return None
    return replace(was, code_id=theme)


def _goes(was: Decision, act: Act) -> bool:
    """Tell whether a ruling on the act's theme goes along with it."""
    if act.kind == "merge":
        return True
    known = was.sequence < act.sequence if was.coder == act.coder else False
    known = known or was.sequence <= act.seen.get(was.coder, 0)
    return known and was.finding_id in act.findings


def kept(revision: Revision) -> list[Suggestion]:
    """Give the places that kept candidate themes brought along: suggestions until confirmed."""
    found: dict[str, Suggestion] = {}
    for act in revision.applied:
        if act.kind == "new":
            theme = act.theme
            while theme in revision.became:
                theme = revision.became[theme]
            if theme not in revision.book.by_id or revision.book.by_id[theme].retired:
                continue
            for finding in act.findings:
                found[finding] = Suggestion(
                    finding,
                    revision.book.id,
                    theme,
                    1.0,
                    f"kept by {act.coder}",
                    "in the candidate theme that was kept as this theme",
                )
    return [found[finding] for finding in sorted(found)]


def followed(suggestions: Iterable[Suggestion], revision: Revision) -> list[Suggestion]:
    """Give suggestions as they count after a revision: merged themes followed, others left out.

    Examples
    --------
    >>> revised = revise(Codebook("themes", "Themes", (Code("T1", "Pay"), Code("T2", "Wages"))),
    ...                  [Act("e1", "ana", 1, "merge", "T2", target="T1")])
    >>> [guess.code_id for guess in followed([Suggestion("F1", "themes", "T2", 1, "x")], revised)]
    ['T1']
    """
    found: list[Suggestion] = []
    for guess in suggestions:
        theme = guess.code_id
        while theme in revision.became:
            theme = revision.became[theme]
        if theme in revision.book.by_id and not revision.book.by_id[theme].retired:
            found.append(guess if theme == guess.code_id else replace(guess, code_id=theme))
    return found


def said(act: Act, name: str = "") -> str:
    """Put an act in words.

    Examples
    --------
    >>> said(Act("e", "ana", 1, "merge", "T2", target="T1"))
    'T2 merged into T1'
    >>> said(Act("e", "ana", 1, "place", "T2", findings=("F1", "F2")), "Pay")
    "F1, F2 moved to T2 'Pay'"
    """
    theme = f"{act.theme} '{name}'" if name else act.theme
    findings = ", ".join(act.findings)
    match act.kind:
        case "new":
            below = f" under {act.target}" if act.target else ""
            brought = f", with {len(act.findings)} findings as proposed" if act.findings else ""
            return f"{act.theme} '{act.text}' added{below}{brought}"
        case "rename":
            return f"{theme} renamed '{act.text}'"
        case "describe":
            return f"{theme} described: {act.text}"
        case "merge":
            return f"{theme} merged into {act.target}"
        case "split":
            return f"{theme} split: {act.target} '{act.text}' with {findings}"
        case "move":
            return (
                f"{theme} moved under {act.target}" if act.target else f"{theme} moved to the top"
            )
        case "promote":
            return f"{theme} promoted to overarching"
        case "mark":
            return f"{theme} marked {act.text}"
        case "place":
            return f"{findings} moved to {theme}"
        case _:
            return f"{theme} {act.kind}d"
