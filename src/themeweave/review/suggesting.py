"""Suggesting while a folder is open: beliefs in all codebooks, and places in themes.

Up to `LEARNED` findings it is what `run` does, decisions learned from. Of more findings the
readings are made a chunk at a time, so that the memory holds them, without such learning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Suggestion
from themeweave.review.beliefs import Beliefs
from themeweave.review.files import Progress
from themeweave.review.folder import THEMES, ReviewFolder
from themeweave.review.readings import read
from themeweave.review.synthesis import in_strand, place_in_themes, read_book, suggest_themes
from themeweave.review.theme_stage import Placing

LEARNED = 5_000  # findings
_CHUNK = 1_000
_BEFORE = 20  # findings before a chunk that are read with it: one may go on from those before


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was suggested for a folder as it stood."""

    beliefs: Mapping[str, Beliefs]  # by codebook
    placed: Mapping[str, Suggestion]  # finding -> the theme suggested
    placing: Placing | None  # None where there are too many findings to group them meanwhile


def suggest(folder: ReviewFolder, books: Mapping[str, Codebook], progress: Progress) -> Suggested:
    """Suggest codes for every finding of a folder."""
    if not folder.findings:
        return Suggested({}, {}, None)
    whole = len(folder.findings) <= LEARNED
    beliefs = {
        name: (_learned if whole else _in_chunks)(folder, book, progress)
        for name, book in books.items()
        if book.codes
    }
    if not whole:
        return Suggested(beliefs, {}, None)
    progress("placing findings in themes")
    placing = place_in_themes(folder)
    placed = {s.finding_id: s for s in suggest_themes(folder, placing)} if THEMES in books else {}
    return Suggested(beliefs, placed, placing)


def _learned(folder: ReviewFolder, book: Codebook, progress: Progress) -> Beliefs:
    """Read all findings at once, learning from the decisions."""
    progress(f"coding against {book.id}")
    findings = in_strand(folder.findings, folder.settings.book(book.id).strand)
    beliefs = Beliefs(book, [finding.id for finding in findings])
    made = read_book(folder, book, learn=book.id != THEMES)
    beliefs.add(made.readings, made.suggester)
    beliefs.trial = made.trial
    return beliefs


def _in_chunks(folder: ReviewFolder, book: Codebook, progress: Progress) -> Beliefs:
    """Read so many findings at a time, each with those before it."""
    settings = folder.settings.book(book.id)
    findings = in_strand(folder.findings, settings.strand)
    beliefs = Beliefs(book, [finding.id for finding in findings])
    for start in range(0, len(findings), _CHUNK):
        progress(f"coding against {book.id}: {start:,} of {len(findings):,} findings")
        before = max(0, start - _BEFORE)
        chunk = findings[before : start + _CHUNK]
        where = f"review.toml, codebooks.{book.id}"
        made = read(settings.suggester, chunk, book, folder.reviews, None, where)
        beliefs.add(made.readings[start - before :], made.suggester)
    return beliefs
