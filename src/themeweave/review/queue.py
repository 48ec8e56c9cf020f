"""The queue: in which order a coder is shown findings, and which comes next.

Orders are made once for what was suggested; the next finding is then found without a look at the
others. A finding that was passed over comes again at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.folder import THEMES
from themeweave.review.session import Session
from themeweave.review.tally import EVERY

Order = Literal["unsure", "theme", "review", "sheet"]
Show = Literal["open", "unsure", "share", "all"]
ORDERS: tuple[Order, ...] = get_args(Order)
SHOWS: tuple[Show, ...] = get_args(Show)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a coder wants to see, in which order."""

    order: Order = "unsure"  # the least certain suggestion first; by theme, by review, as listed
    show: Show = "open"  # not finished yet, marked as unsure, of their share, or all
    codebook: str = EVERY  # coded against this one alone


@dataclass(frozen=True, slots=True)
class Place:
    """Where a coder stands in the queue."""

    finding: str  # empty where nothing is left
    done: int  # findings of the queue that the coder has finished
    total: int


@dataclass(frozen=True, slots=True)
class _Made:
    """An order, and what it was made of."""

    of: tuple[object, ...]
    order: list[str]
    place: dict[str, int]


class Queues:
    """The queues of an open folder."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: dict[tuple[str, str], _Made] = {}

    def first(self, coder: str, ask: Ask) -> Place:
        """Give the first finding that a coder is shown."""
        return self._find(coder, ask, "", 1)

    def standing(self, coder: str, ask: Ask, finding: str = "") -> Place:
        """Say how far a coder has come, at a finding that is named."""
        with self._session.lock:
            order, _ = self._order(ask)
            return Place(finding, len(self._session.tally.done(coder, ask.codebook)), len(order))

    def next(self, coder: str, ask: Ask, after: str) -> Place:
        """Give the finding that comes after another one."""
        return self._find(coder, ask, after, 1)

    def before(self, coder: str, ask: Ask, before: str) -> Place:
        """Give the finding that comes before another one, finished or not."""
        return self._find(coder, ask, before, -1)

    def _find(self, coder: str, ask: Ask, at: str, step: int) -> Place:
        session = self._session
        with session.lock:
            order, place = self._order(ask)
            done = session.tally.done(coder, ask.codebook)
            unsure = session.tally.unsure(coder)
            if ask.show == "share":
                share = session.share(coder)
                order = [one for one in order if one in share]
                place = {one: number for number, one in enumerate(order)}
                done = done & share
            start = place.get(at, -1 if step > 0 else len(order))
            found = ""
            for distance in range(1, len(order) + 1):
                one = order[(start + step * distance) % len(order)]
                wanted = one in unsure if ask.show == "unsure" else one not in done
                if one != at and (ask.show == "all" or step < 0 or wanted):
                    found = one
                    break
            return Place(found, len(done), len(order))

    def _order(self, ask: Ask) -> tuple[list[str], dict[str, int]]:
        """Give the findings in order, and the place of each; made anew after new suggestions."""
        session = self._session
        stamp = (session.suggestions.made, session.findings, session.books)
        key = ask.order, ask.codebook
        kept = self._made.get(key)
        if kept is None or any(a is not b for a, b in zip(kept.of, stamp, strict=True)):
            order = _ordered(session, ask)
            kept = _Made(stamp, order, {finding: place for place, finding in enumerate(order)})
            self._made[key] = kept
        return kept.order, kept.place


def asked(order: str, show: str, codebook: str, session: Session) -> Ask:
    """Read what a coder wants to see.

    Raises
    ------
    ReviewError
        Where it is nothing that there is.
    """
    for name, value, known in (
        ("order", order, ORDERS),
        ("show", show, SHOWS),
        ("codebook", codebook, (EVERY, *session.books)),
    ):
        if value not in known:
            raise ReviewError(
                f"there is no {name} '{value}'", "", f"There are: {', '.join(filter(None, known))}."
            )
    return Ask(order, show, codebook)  # type: ignore[arg-type]


def _ordered(session: Session, ask: Ask) -> list[str]:
    findings = [
        finding
        for finding in session.findings.values()
        if any(ask.codebook in (EVERY, book.id) for book in session.books_of(finding))
    ]
    if ask.order == "unsure":
        margins = _margins(session, findings, ask.codebook)
        return [findings[row].id for row in np.argsort(margins, kind="stable")]
    if ask.order == "review":
        findings.sort(key=lambda finding: _first_review(session, finding).casefold())
    elif ask.order == "theme":
        themes = session.books.get(THEMES)
        place = {code.id: n for n, code in enumerate(themes.codes)} if themes else {}
        held = session.themes_shown()
        last = len(place)
        findings.sort(key=lambda f: (place.get(held.get(f.id, ""), last), held.get(f.id, "~")))
    return [finding.id for finding in findings]


def _first_review(session: Session, finding: Finding) -> str:
    """Give the label of the first review that a finding cites; those without one come last."""
    return session.labels.get(finding.cited[0], finding.cited[0]) if finding.cited else "~"


def _margins(session: Session, findings: Sequence[Finding], codebook: str) -> np.ndarray:
    """Give the smallest margin of each finding's suggestions; unknown ones count as the largest."""
    row = {finding.id: number for number, finding in enumerate(findings)}
    smallest = np.full(len(findings), 2.0)
    for name, beliefs in session.suggestions.beliefs.items():
        if codebook in (EVERY, name):
            rows = np.array([row.get(finding, -1) for finding in beliefs.findings], dtype=int)
            there = (rows >= 0) & ~np.isnan(beliefs.margins)
            smallest[rows[there]] = np.minimum(smallest[rows[there]], beliefs.margins[there])
    return smallest
