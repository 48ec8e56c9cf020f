"""Standing: how far the coding of an open folder has come, for one coder and for all."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from themeweave.codes.codebook import Codebook
from themeweave.review.session import Session


@dataclass(frozen=True, slots=True)
class BookStanding:
    """How far coding against one codebook has come; all counts are of findings."""

    book: Codebook
    findings: int  # that are coded against it
    own: int  # that the viewer ruled on
    ruled: int  # that anybody ruled on
    unclear: int | None  # not ruled on, with a suggestion below its margin; None where unknown


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
        books = tuple(_of_book(session, book, viewer) for book in session.books.values())
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


def _of_book(session: Session, book: Codebook, viewer: str) -> BookStanding:
    own, everybody = session.tally.ruled(viewer, book.id), session.tally.ruled_by_anybody(book.id)
    coded = [f.id for f in session.findings.values() if book in session.books_of(f)]
    here = set(coded)
    return BookStanding(
        book,
        len(coded),
        len(own & here),
        len(everybody & here),
        _unclear(session, book, everybody),
    )


def _unclear(session: Session, book: Codebook, ruled: Set[str]) -> int | None:
    """Count the findings that nobody ruled on and for which two codes are about as likely."""
    beliefs = session.suggestions.beliefs.get(book.id)
    if beliefs is None:
        return None
    close = np.flatnonzero(beliefs.margins < session.margin(book.id))
    return sum(beliefs.findings[row] not in ruled for row in close)
