"""The board of themes: every finding where it stands now, as somebody may see it.

A finding stands in the lowest theme that people or the program put it in; people's word goes
first. What is suggested below its margin is no place: the finding stays where people put it, or
among those without a theme, and the board says where it may belong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Coding, by_finding, settle
from themeweave.errors import ReviewError
from themeweave.review.folder import THEMES, ReviewFolder
from themeweave.review.revise import Who, Wish, act_entries, undo_entries
from themeweave.review.session import Session
from themeweave.review.synthesis import in_strand
from themeweave.themes.carry import kept
from themeweave.themes.propose import Proposal, Theme

ABOVE = "+"  # in place of a theme: the one that a candidate's overarching candidate becomes
SHOWS = ("all", "open", "disputed")  # cards: every one, those nobody confirmed, disputed ones


@dataclass(frozen=True, slots=True)
class Place:
    """A finding in a theme, or without one."""

    finding: str
    theme: str  # empty for none
    basis: str  # confirmed, disputed, suggested; empty without a theme
    by: tuple[str, ...] = ()  # the coders who put it there
    reason: str = ""
    perhaps: str = ""  # where it may belong: suggested below the margin
    above: str = ""  # the theme above, where people confirmed that one and this is suggested


@dataclass(frozen=True, slots=True)
class Column:
    """A theme with the findings that stand in it, not in one below."""

    code: Code
    places: tuple[Place, ...]  # disputed ones first, then suggested, then confirmed

    def number(self, basis: str) -> int:
        """Count the findings of one basis."""
        return sum(place.basis == basis for place in self.places)


@dataclass(frozen=True, slots=True)
class Group:
    """A theme at the top, and those below it."""

    column: Column
    below: tuple[Column, ...]  # all that stand below it, in the order of the tree

    @property
    def findings(self) -> int:
        """Count the findings in it and below."""
        return len({p.finding for column in (self.column, *self.below) for p in column.places})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate theme for findings that have none."""

    theme: Theme
    above: str  # the label of its overarching candidate
    places: tuple[Place, ...]
    loosely: frozenset[str]  # of its findings: those no nearer to it than to another


@dataclass(frozen=True, slots=True)
class Board:
    """All themes and findings as a viewer may see them."""

    book: Codebook
    groups: tuple[Group, ...]
    candidates: tuple[Candidate, ...]
    without: tuple[Place, ...]  # findings in no theme and no candidate

    @property
    def columns(self) -> dict[str, Column]:
        """Every theme's column, by the theme's id."""
        return {c.code.id: c for group in self.groups for c in (group.column, *group.below)}

    def number(self, basis: str) -> int:
        """Count the findings that stand somewhere on one basis."""
        places = [p for column in self.columns.values() for p in column.places]
        return len({place.finding for place in places if place.basis == basis})

    @property
    def refined(self) -> int:
        """Count the findings that are suggested below a theme that people confirmed."""
        places = [p for column in self.columns.values() for p in column.places]
        return len({place.finding for place in places if place.above})

    def places(self, where: str) -> tuple[Place, ...]:
        """Give the places in a theme or a candidate; an empty name means without either."""
        if not where:
            return self.without
        if where in self.columns:
            return self.columns[where].places
        return next((c.places for c in self.candidates if c.theme.id == where), ())


def in_sight(session: Session, viewer: str) -> ReviewFolder:
    """Give the folder as a viewer may see it: the board is made of nothing else."""
    return session.seen_by(viewer)


def board_of(session: Session, viewer: str, show: str = "all") -> Board:
    """Put the board together.

    Parameters
    ----------
    show
        One of `SHOWS`: which findings stand on it.
    """
    with session.lock:
        folder, suggested = in_sight(session, viewer), session.suggestions
        guesses, placing = dict(suggested.placed), suggested.placing
    book = folder.book(THEMES)
    guesses |= {guess.finding_id: guess for guess in kept(folder.revision)}
    known = [guess for guess in guesses.values() if guess.code_id in book.by_id]
    settled = settle(known, folder.decisions, {THEMES: book}, folder.settings.adjudicators())
    codings = by_finding(settled, THEMES)
    findings = in_strand(folder.findings, folder.settings.book(THEMES).strand)
    held: defaultdict[str, list[Place]] = defaultdict(list)
    for finding in findings:
        for place in _places(finding.id, codings.get(finding.id, ()), book):
            if _shown(place, show):
                held[place.theme].append(place)
    for places in held.values():
        places.sort(key=lambda p: ("disputed", "suggested", "confirmed", "").index(p.basis))
    loose = {place.finding: place for place in held.pop("", ())}
    candidates = tuple(_candidates(placing.candidates if placing else None, loose))
    taken = {place.finding for candidate in candidates for place in candidate.places}
    without = tuple(place for place in loose.values() if place.finding not in taken)
    return Board(book, tuple(_groups(book, held)), candidates, without)


def _shown(place: Place, show: str) -> bool:
    if show == "open":
        return place.basis != "confirmed"
    return show == "all" or place.basis == show


def _places(finding: str, codings: Sequence[Coding], book: Codebook) -> Iterator[Place]:
    """Give where a finding stands: once, or in each theme that people differ on."""
    people = [coding for coding in codings if coding.basis != "suggested"]
    guess = next((coding for coding in codings if coding.basis == "suggested"), None)
    perhaps = guess.code_id if guess and guess.unsure else ""
    lowest = set(book.lowest([coding.code_id for coding in people]))
    if guess and not guess.unsure:
        above = next((c.code_id for c in people if book.is_below(guess.code_id, c.code_id)), "")
        if above in lowest or not people:
            yield Place(finding, guess.code_id, "suggested", (), guess.reason, above=above)
            lowest.discard(above)
    for coding in people:
        if coding.code_id in lowest:
            yield Place(finding, coding.code_id, coding.basis, coding.by, coding.reason, perhaps)
    if not people and (guess is None or guess.unsure):
        yield Place(finding, "", "", reason=guess.reason if guess else "", perhaps=perhaps)


def _groups(book: Codebook, held: Mapping[str, Sequence[Place]]) -> Iterator[Group]:
    below: defaultdict[str, list[Code]] = defaultdict(list)
    for code in book.codes:
        below[code.parent].append(code)

    def under(code: Code) -> Iterator[Column]:
        for one in below[code.id]:
            yield Column(one, tuple(held.get(one.id, ())))
            yield from under(one)

    for code in below[""]:
        yield Group(Column(code, tuple(held.get(code.id, ()))), tuple(under(code)))


def _candidates(proposal: Proposal | None, loose: Mapping[str, Place]) -> Iterator[Candidate]:
    """Give the candidate themes with those of their findings that have no theme now."""
    if proposal is None:
        return
    above = {theme.id: theme.label for theme in proposal.overarching}
    loosely = frozenset(p.id for p in proposal.placements if p.loosely)
    for theme in proposal.themes:
        places = tuple(loose[finding] for finding in theme.findings if finding in loose)
        if places:
            yield Candidate(theme, above.get(theme.parent, ""), places, loosely)


def act_on_themes(session: Session, who: Who, wishes: Sequence[Wish]) -> list[str]:
    """Do something to themes in an open folder, all of it or nothing; gives it in words.

    A command that was written already is not repeated, so that a page may send it again.

    Raises
    ------
    ReviewError
        As for `revise.act`.
    """
    if session.knows(who.coder, f"{who.command}-1"):
        return []
    with session.lock:
        folder = in_sight(session, who.coder)
    entries, words = act_entries(folder, who, wishes)
    session.write(who.coder, entries)
    return words


def undo_on_themes(session: Session, coder: str, at: str, command: str) -> list[str]:
    """Take back what a coder's latest command did to themes; gives it in words.

    Raises
    ------
    ReviewError
        As for `revise.undo`.
    """
    with session.lock:
        folder = in_sight(session, coder)
    entries, words = undo_entries(folder, coder, at, command)
    session.write(coder, entries)
    return words


def keeping(board: Board, candidate: str, name: str, under: str, *, confirm: bool) -> list[Wish]:
    """Word the wish to make a theme of a candidate, with its findings as they stand.

    Parameters
    ----------
    under
        The theme that takes it in; empty for none, `ABOVE` for one of its overarching candidate.

    Raises
    ------
    ReviewError
        Where the candidate is not there any more.
    """
    found = next((c for c in board.candidates if c.theme.id == candidate), None)
    if found is None:
        raise ReviewError(
            f"the candidate theme '{candidate}' is not there any more",
            "",
            "Candidates are proposed anew as people place findings. Load the page again.",
        )
    called = name.strip() or found.theme.label
    findings = tuple(sorted(place.finding for place in found.places))
    wishes = []
    if under == ABOVE:
        under = found.above
        if under.casefold() not in {code.name.casefold() for code in board.book.codes}:
            wishes.append(Wish("new", text=under))
    wishes.append(Wish("new", text=called, target=under, findings=findings))
    if confirm:
        wishes.append(Wish("place", called, findings=findings))
    return wishes
