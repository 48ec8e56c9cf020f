"""Revising themes: what a person does to them, checked and appended to the coder's log.

Every act names its theme by id or by name, is refused where the replay would not apply it, and
carries how far its coder had seen the other logs, so that the order of the replay is settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.corpus.sheets import read_sheet
from themeweave.errors import NothingToUndo, ReviewError
from themeweave.review.decide import check_coder
from themeweave.review.events import command_of
from themeweave.review.folder import THEMES, ReviewFolder, open_folder
from themeweave.review.log import Entry, append
from themeweave.review.nearest import nearest
from themeweave.review.united import acts, standing, unite
from themeweave.themes.acts import Act, said
from themeweave.themes.revise import revise

PROPOSED = "outputs/proposed.csv"  # what `themes propose` last showed, for `keep`
_HINT = "'themeweave themes list' shows every theme."


@dataclass(frozen=True, slots=True)
class Who:
    """Whose act it is, when, why, and the id of the command: several acts may share it."""

    coder: str
    at: str  # UTC, ISO 8601
    command: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """An act as a person words it: themes by id or name."""

    kind: str
    theme: str = ""
    text: str = ""
    target: str = ""
    findings: tuple[str, ...] = ()


def act(path: Path, who: Who, wishes: Sequence[Wish]) -> list[str]:
    """Append acts to a coder's log, all of them or none; gives each in words.

    Raises
    ------
    ReviewError
        Where a theme or finding is not there, or an act cannot be applied to the themes as they
        are; nothing is written then.
    """
    check_coder(who.coder)
    folder = open_folder(path, who.coder)
    return _write(folder, who, wishes)


def _write(folder: ReviewFolder, who: Who, wishes: Sequence[Wish]) -> list[str]:
    entries, words = act_entries(folder, who, wishes)
    append(folder.path / "decisions" / f"{who.coder}.jsonl", who.coder, entries)
    return words


def act_entries(
    folder: ReviewFolder, who: Who, wishes: Sequence[Wish]
) -> tuple[list[Entry], list[str]]:
    """Make the events of some acts, without writing them; gives each act in words too.

    Raises
    ------
    ReviewError
        As for `act`.
    """
    seen = {one.event.coder: one.sequence for one in unite(folder.logs)}
    sequence = seen.pop(who.coder, 0)
    before, words, made = list(acts(folder.logs)), list[str](), list[Act]()
    book, adjudicators = folder.book(THEMES), folder.settings.adjudicators()
    for number, wish in enumerate(wishes, start=1):
        event_id = f"{who.command}-{number}"
        theme = _new_id(event_id) if wish.kind == "new" else find_theme(book, wish.theme)
        name = book.by_id[theme].name if theme in book.by_id else ""
        target = _new_id(event_id) if wish.kind == "split" else wish.target
        if wish.kind != "split" and target:
            target = find_theme(book, target)
        done = Act(
            event_id,
            who.coder,
            sequence + number,
            wish.kind,
            theme,
            wish.text.strip(),
            target,
            wish.findings,
            who.reason,
            who.at,
            seen,
        )
        _check(folder, book, done)
        revised = revise(folder.themes_as_written, [*before, *made, done], adjudicators)
        why = next((lost.why for lost in revised.unapplied if lost.act is done), "")
        if why:
            raise ReviewError(
                f"{said(done, name)}: this cannot be", "", f"{_sentence(why)} Nothing was written."
            )
        made.append(done)
        book = revised.book
        words.append(said(done, "" if wish.kind == "new" else name))
    return [Entry(done.id, who.at, "theme", _body(done)) for done in made], words


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:]}."


def _body(done: Act) -> dict[str, object]:
    body: dict[str, object] = {"act": done.kind, "theme": done.theme}
    for key in ("text", "target", "reason"):
        if value := getattr(done, key):
            body[key] = value
    if done.findings:
        body["findings"] = list(done.findings)
    if done.seen:
        body["seen"] = dict(done.seen)
    return body


def _new_id(event_id: str) -> str:
    """Make the id of a new theme: it holds neither a name nor a position, nor meets another's."""
    return f"t{sha256(event_id.encode()).hexdigest()[:6]}"


def find_theme(book: Codebook, asked: str) -> str:
    """Find a theme by its id or its name.

    Raises
    ------
    ReviewError
        Where there is none, or several have the name.
    """
    if asked in book.by_id:
        return asked
    same = [code.id for code in book.codes if code.name.casefold() == asked.strip().casefold()]
    if len(same) == 1:
        return same[0]
    if same:
        raise ReviewError(
            f"several themes have the name '{asked}'", "", f"Give an id: {', '.join(same)}."
        )
    known = [name for code in book.codes for name in (code.id, code.name)]
    raise ReviewError(f"there is no theme '{asked}'{nearest(asked, known)}", "", _HINT)


def _check(folder: ReviewFolder, book: Codebook, done: Act) -> None:
    """Refuse what the replay would apply and a person cannot mean."""
    known = {finding.id for finding in folder.findings}
    faults = [
        f"there is no finding '{finding}'{nearest(finding, known)}"
        for finding in done.findings
        if finding not in known
    ]
    if faults:
        raise ReviewError("findings that are not there", "", "Nothing was written.", faults=faults)
    if done.kind in ("new", "rename", "split"):
        if not done.text:
            raise ReviewError("a theme needs a name", "", "Give it in quotes.")
        taken = [c.id for c in book.codes if c.name.casefold() == done.text.casefold()]
        if [other for other in taken if other != done.theme]:
            raise ReviewError(
                f"there is a theme with the name '{done.text}' already ({taken[0]})",
                "",
                "Give another name, or merge the two with 'themeweave themes merge'.",
            )


def undo(path: Path, coder: str, at: str, command: str) -> list[str]:
    """Withdraw what a coder's latest command did to themes; gives it in words.

    Raises
    ------
    NothingToUndo
        Where nothing of the coder's stands.
    """
    check_coder(coder)
    folder = open_folder(path, coder)
    entries, words = undo_entries(folder, coder, at, command)
    append(folder.path / "decisions" / f"{coder}.jsonl", coder, entries)
    return words


def undo_entries(
    folder: ReviewFolder, coder: str, at: str, command: str
) -> tuple[list[Entry], list[str]]:
    """Make the events that withdraw a coder's latest command on themes, without writing them.

    Raises
    ------
    ReviewError
        As for `undo`.
    """
    last = [one.event for one in standing(folder.logs, "theme") if one.event.coder == coder]
    if not last:
        raise NothingToUndo(
            f"'{coder}' has done nothing to themes that could be undone",
            f"decisions/{coder}.jsonl",
            "Each coder can undo their own acts only, under their own name.",
        )
    together = [event for event in last if command_of(event.id) == command_of(last[-1].id)]
    entries = [
        Entry(f"{command}-{number}", at, "withdrawal", {"event": event.id})
        for number, event in enumerate(reversed(together), start=1)
    ]
    done = {act.id: act for act in acts(folder.logs) if act.coder == coder}
    return entries, [said(done[event.id]) for event in together]


def keep(
    path: Path,
    who: Who,
    candidates: Sequence[str],
    *,
    name: str = "",
    under: str = "",
    confirm: bool = False,
) -> list[str]:
    """Make themes of candidate themes as they were last proposed.

    Parameters
    ----------
    candidates
        Their ids; an overarching one brings those below it along. ``all`` means every one.
    name
        For a single candidate; otherwise each keeps its label.
    under
        An overarching theme of the codebook that takes them in; else they bring their own.
    confirm
        The findings are confirmed as theirs, not only suggested.

    Raises
    ------
    ReviewError
        Where nothing was proposed yet, a candidate is not among those proposed, or as for `act`.
    """
    check_coder(who.coder)
    folder = open_folder(path, who.coder)
    file = folder.path / PROPOSED
    if not file.is_file():
        raise ReviewError(
            "no themes were proposed yet", PROPOSED, "Run 'themeweave themes propose' first."
        )
    wanted = ("id", "theme", "theme_label", "overarching", "overarching_label")
    rows = read_sheet(file.read_bytes(), PROPOSED, ".csv", wanted).rows
    present = {finding.id for finding in folder.findings}
    members: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    parents: dict[str, str] = {}
    for row in rows:
        labels[row["theme"]], labels[row["overarching"]] = (
            row["theme_label"],
            row["overarching_label"],
        )
        parents[row["theme"]] = row["overarching"]
        if row["id"] in present:
            members.setdefault(row["theme"], []).append(row["id"])
    chosen = _chosen(candidates, labels, parents)
    if name and len(chosen) != 1:
        raise ReviewError(
            f"one name was given for {len(chosen)} themes", "", "Keep them one by one."
        )
    wishes: list[Wish] = []
    for candidate in chosen:
        own = [name or labels[candidate]] if candidate in members else []
        below = [c for c in parents if parents[c] == candidate]
        if below and not own:
            wishes.append(Wish("new", text=name or labels[candidate], target=under))
        for one in [candidate] if own else below:
            called = own[0] if own else labels[one]
            above = under if own else (name or labels[candidate])
            found = tuple(sorted(members.get(one, ())))
            wishes.append(Wish("new", text=called, target=above, findings=found))
            if confirm and found:
                wishes.append(Wish("place", called, findings=found))
    return _write(folder, who, wishes)


def _chosen(
    candidates: Sequence[str], labels: Mapping[str, str], parents: Mapping[str, str]
) -> list[str]:
    """Give the candidates that are meant; one that stands alone under its parent is kept once."""
    if list(candidates) == ["all"]:
        candidates = list(dict.fromkeys(parents.values()))
    chosen: list[str] = []
    for asked in candidates:
        if asked not in labels:
            raise ReviewError(
                f"there is no candidate theme '{asked}'{nearest(asked, labels)}",
                PROPOSED,
                "'themeweave themes propose' shows the candidates as they are now.",
            )
        below = [theme for theme in parents if parents[theme] == asked]
        chosen.append(below[0] if len(below) == 1 else asked)
    return list(dict.fromkeys(chosen))


def move(path: Path, who: Who, what: Sequence[str], to: str) -> list[str]:
    """Move findings into a theme, or themes under one; not both at once.

    Raises
    ------
    ReviewError
        Where something is neither, or as for `act`.
    """
    folder = open_folder(path)
    known = {finding.id for finding in folder.findings}
    findings = tuple(asked for asked in what if asked in known)
    if findings and len(findings) < len(what):
        other = next(asked for asked in what if asked not in known)
        raise ReviewError(
            f"there is no finding '{other}'{nearest(other, known)}",
            "",
            "Move findings and themes in separate commands.",
        )
    if findings:
        return act(path, who, [Wish("place", to, findings=findings)])
    return act(path, who, [Wish("move", asked, target=to) for asked in what])
