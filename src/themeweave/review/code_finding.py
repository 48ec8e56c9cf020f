"""Coding one finding: all that a coder says of it at once, as one act that is undone as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from themeweave.errors import ReviewError
from themeweave.review.decide import Ruling
from themeweave.review.log import Entry
from themeweave.review.rulings import STATUSES
from themeweave.review.session import Session
from themeweave.review.views import Conflict, View


@dataclass(frozen=True, slots=True)
class Said:
    """What a coder says of a finding in one codebook."""

    codes: tuple[str, ...] = ()  # it speaks to these, and to no other
    none: bool = False  # it speaks to no code: what is suggested is rejected


@dataclass(frozen=True, slots=True)
class Act:
    """What a coder says of a finding."""

    id: str  # made once by the page: sending it again changes nothing
    finding: str
    seen: int  # the coder's latest event on the finding when the page was made
    books: Mapping[str, Said]  # codebooks that are not named stay as they are
    status: str = ""  # done or unsure; empty leaves it to the rulings
    reason: str = ""


def code_finding(session: Session, coder: str, act: Act, at: str) -> list[str]:
    """Write what a coder says of a finding; gives it in words, nothing where nothing is new.

    Raises
    ------
    Conflict
        Where the coder has said something of the finding since the page was made.
    ReviewError
        Where a code is not there; nothing is written then.
    """
    if session.knows(coder, f"{act.id}-1"):
        return []
    if act.status not in STATUSES:
        raise ReviewError(f"'{act.status}' is no status of a finding", "", "Load the page again.")
    view = session.view(act.finding, coder)
    if view.seen != act.seen:
        raise Conflict(
            f"you have coded {act.finding} elsewhere since this page was made",
            "",
            "Nothing was lost: what stands now is shown, and what you had chosen here beside it.",
        )
    rulings = _rulings(view, act)
    status = act.status or _status(view, act)
    ids = [f"{act.id}-{number}" for number in range(1, len(rulings) + 1)]
    further: list[Entry] = []
    if status != view.status:
        body = {"finding": act.finding, "status": status}
        further.append(Entry(f"{act.id}-{len(rulings) + 1}", at, "status", body))
    words = session.decide(coder, rulings, at, ids, further) if rulings or further else []
    return words + [f"{act.finding} is marked {status}" for _ in further if status]


def _rulings(view: View, act: Act) -> list[Ruling]:
    """Give the rulings that make what the coder says of what they said before."""
    rulings: list[Ruling] = []
    for panel in view.panels:
        said = act.books.get(panel.book.id)
        if said is None:
            continue
        held = {ruling.code_id: ruling.accepted for ruling in panel.own}
        new = [code for code in said.codes if not held.get(code)]
        gone = [
            code
            for code, accepted in held.items()
            if accepted and code not in said.codes and not (panel.book.exclusive and said.codes)
        ]
        if said.none and panel.suggested and panel.suggested.code_id not in held:
            gone.append(panel.suggested.code_id)
        rulings += [_ruling(act, panel.book.id, code, True) for code in new]
        rulings += [_ruling(act, panel.book.id, code, False) for code in dict.fromkeys(gone)]
    return rulings


def _ruling(act: Act, book: str, code: str, accepted: bool) -> Ruling:
    return Ruling(act.finding, f"{book}={code}", accepted, act.reason)


def _status(view: View, act: Act) -> str:
    """Say whether the coder is done, where the rulings alone do not say so.

    Who finds that no code of a codebook fits, and nothing was suggested, rules on nothing; the
    finding is done all the same.
    """
    said = {panel.book.id: act.books.get(panel.book.id, Said()) for panel in view.panels}
    answered = all(
        panel.own or said[panel.book.id].codes or said[panel.book.id].none for panel in view.panels
    )
    silent = any(
        said[panel.book.id].none and not panel.own and panel.suggested is None
        for panel in view.panels
    )
    return "done" if answered and silent else ""


def write_memo(session: Session, coder: str, finding: str, text: str, act_id: str, at: str) -> None:
    """Write a coder's memo on a finding in place of the one before; an empty text takes it away.

    Raises
    ------
    ReviewError
        Where there is no such finding.
    """
    session.finding(finding)
    body = {"finding": finding, "text": text.strip()}
    session.write(coder, [Entry(f"{act_id}-1", at, "memo", body)])


def said_of(found: object) -> dict[str, Said]:
    """Read what a page says of a finding: ``{codebook: {codes: [...], none: true or false}}``.

    Raises
    ------
    ReviewError
        Where it cannot be read so.
    """
    wrong = ReviewError("the page sent something that is not understood", "", "Load it again.")
    if not isinstance(found, dict):
        raise wrong
    said: dict[str, Said] = {}
    for book, one in found.items():
        codes = one.get("codes", []) if isinstance(one, dict) else None
        if not isinstance(codes, Sequence) or not all(isinstance(code, str) for code in codes):
            raise wrong
        said[str(book)] = Said(tuple(codes), one.get("none") is True)
    return said
