"""Standing: how far the coding of an open folder has come, for one coder and for all."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from themeweave.codes.codebook import Codebook
from themeweave.codes.learned import Trial
from themeweave.codes.suggest import EVEN
from themeweave.review.folder import THEMES
from themeweave.review.session import Session


@dataclass(frozen=True, slots=True)
class BookStanding:
    """How far coding against one codebook has come; all counts are of findings."""

    book: Codebook
    findings: int  # that are coded against it
    own: int  # that the viewer ruled on
    ruled: int  # that anybody ruled on
    left: Left | None  # None where suggestions are being made still


@dataclass(frozen=True, slots=True)
class Left:
    """Suggestions on which nobody has ruled; counts are of findings."""

    findings: int
    unclear: int  # of these: below the margin
    wrong: float | None  # of these: likely wrong, see `left`; None where it is not estimated
    trial: Trial | None  # how suggestions did on findings that people decided; None where too few


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the review has come."""

    findings: int
    reviews: int  # that findings cite
    coders: tuple[str, ...]  # who have a log
    books: tuple[BookStanding, ...]
    unsure: int  # findings that the viewer marked so
    left: int  # findings that the viewer has not finished
    warnings: tuple[str, ...]


def standing(session: Session, viewer: str) -> Standing:
    """Count what was done and what is left."""
    with session.lock:
        findings = list(session.findings.values())
        coded: dict[str, set[str]] = {name: set() for name in session.books}
        for finding in findings:
            for book in session.books_of(finding):
                coded[book.id].add(finding.id)
        books = tuple(_of_book(session, b, coded[b.id], viewer) for b in session.books.values())
        done = session.tally.done(viewer)
        return Standing(
            len(findings),
            len({review for finding in findings for review in finding.cited}),
            tuple(session.coders()),
            books,
            len(session.tally.unsure(viewer)),
            sum(finding.id not in done for finding in findings),
            session.folder.warnings,
        )


def _of_book(session: Session, book: Codebook, coded: Set[str], viewer: str) -> BookStanding:
    own, everybody = session.tally.ruled(viewer, book.id), session.tally.ruled_by_anybody(book.id)
    return BookStanding(
        book, len(coded), len(own & coded), len(everybody & coded), left(session, book)
    )


def left(session: Session, book: Codebook) -> Left | None:
    """Count the suggestions on which nobody has ruled, and estimate how many are wrong.

    None where suggestions are being made still.

    The estimate adds up the belief that is not on the branch suggested. Beliefs are calibrated on
    topics that the engine was not trained on, not on this review: the trial says how suggestions
    did here. Places in themes come from likeness, which is no belief, so nothing is estimated.
    """
    with session.lock:
        beliefs, placed = session.suggestions.beliefs.get(book.id), session.suggestions.placed
        ruled = session.tally.ruled_by_anybody(book.id)
    if beliefs is None:
        return None
    known = ~np.isnan(beliefs.scores)
    known[beliefs.rows(ruled)] = False
    near = beliefs.margins[known] < session.margin(book.id)
    unclear = int(np.sum(near | (beliefs.scores[known] < EVEN)))
    if book.id == THEMES:
        there = len(placed.keys() - ruled)
        return Left(there, min(unclear, there), None, None)
    wrong = float(np.sum(1 - beliefs.scores[known]))
    return Left(int(known.sum()), unclear, wrong, beliefs.trial)
