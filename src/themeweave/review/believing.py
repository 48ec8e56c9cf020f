"""Believing: one codebook's beliefs made again and again, and only as far as something changed.

What is read of a finding stays while it, those before it and the codebook stay. What was learned
stays while nobody decides anything else. So a decision costs the learning from it, a finding that
is added the reading of it, and a theme that is renamed nothing in the other codebooks. What a
finding rests on is looked for last, as it takes several times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from themeweave.codes.codebook import Codebook
from themeweave.codes.reading import Reading, Without
from themeweave.findings.records import Finding
from themeweave.review.beliefs import Beliefs
from themeweave.review.files import Progress
from themeweave.review.folder import THEMES, ReviewFolder
from themeweave.review.readings import (
    BEFORE,
    LEARNED,
    Learned,
    as_read,
    decided_rows,
    lesson_of,
    vectors_of,
    weigh,
    with_lesson,
)
from themeweave.review.synthesis import accepted, in_strand, weighed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK = 5_000  # findings that are read at once, so that the memory holds them


class Believing:
    """What was believed last in one codebook, and what it was made of."""

    def __init__(self) -> None:
        self._of: object = None  # all that every reading depends on beside findings
        self._findings: list[Finding] = []
        self._read = Beliefs(Codebook("", "", ()), ())  # as if nobody had decided anything
        self._decided: dict[int, str] = {}
        self._learned: Beliefs | None = None
        self._lesson: Learned | None = None  # how it was learned
        self._weighed: Beliefs | None = None  # that with what findings rest on
        self._without: dict[Finding, tuple[Without, ...]] = {}  # by what was learned last
        self._vectors: NDArray[np.float32] | None = None  # of the findings, where they were needed

    def believe(
        self, folder: ReviewFolder, book: Codebook, progress: Progress, *, weighs: bool = True
    ) -> Beliefs:
        """Give what is believed of all findings that are coded against a codebook.

        Parameters
        ----------
        weighs
            Whether it is looked for what findings rest on, unless there are very many. Where that
            is there already, it is given anyhow.

        Returns
        -------
        Beliefs
            The same object as last time where nothing changed.

        Raises
        ------
        ReviewError
            As `readings.read` does.
        """
        settings = folder.settings.book(book.id)
        findings = in_strand(folder.findings, settings.strand)
        of = book, settings.suggester, {review.id: review.sampled for review in folder.reviews}
        if of != self._of or findings != self._findings:
            self._read = self._reread(folder, book, findings, of == self._of, progress)
            self._without = self._without if of == self._of else {}
            self._of, self._findings = of, findings
            self._learned = self._vectors = None
        learns = settings.learn and book.id != THEMES  # themes are learned in a way of their own
        decided = decided_rows(findings, book, accepted(folder, book)) if learns else {}
        if self._learned is None or decided != self._decided:
            self._learned = self._learn(settings.suggester, book, decided, progress)
            self._decided, self._weighed = decided, None
        if weighs and self._weighed is None:
            self._weighed = self._weigh(folder, book, self._learned, progress)
        return self._weighed or self._learned

    def _reread(
        self,
        folder: ReviewFolder,
        book: Codebook,
        findings: Sequence[Finding],
        alike: bool,
        progress: Progress,
    ) -> Beliefs:
        """Read the findings that were not read yet, each with those before it."""
        ids = [finding.id for finding in findings]
        held = _unchanged(findings, self._findings) if alike else {}
        made = Beliefs(book, ids)
        made.take([*held], self._read, [*held.values()])
        made.suggester = self._read.suggester if held else ""
        suggester, where = folder.settings.book(book.id).suggester, f"codebooks.{book.id}"
        for start, stop in _stretches([row for row in range(len(ids)) if row not in held]):
            progress(f"coding against {book.id}: {start:,} of {len(ids):,} findings")
            before = max(0, start - BEFORE)
            chunk = findings[before:stop]
            found = as_read(suggester, chunk, book, folder.reviews, f"review.toml, {where}")
            made.put(start, found.readings[start - before :])
            made.suggester = found.suggester
        return made

    def _learn(
        self, suggester: str, book: Codebook, decided: Mapping[int, str], progress: Progress
    ) -> Beliefs:
        """Learn from what people decided, where that is better, and read all findings with it."""
        read, findings, rows = self._read, self._findings, list(decided)
        if self._lesson:
            self._lesson, self._without = None, {}
        if not rows:
            return read
        progress(f"learning from {len(rows):,} decisions against {book.id}")
        if self._vectors is None:
            self._vectors = _vectors(suggester, [finding.text for finding in findings])
        lesson, trial = lesson_of(
            [findings[row] for row in rows],
            [found for row in rows if (found := read.reading(findings[row].id))],
            self._vectors[rows],
            [*decided.values()],
            book,
        )
        made = Beliefs(book, read.findings, read.suggester + (LEARNED if lesson else ""))
        made.trial = trial
        if lesson is None:
            every = range(len(findings))
            made.take(every, read, every)
            return made
        strands = {findings[row].strand for row in rows}
        self._lesson, self._without = partial(with_lesson, lesson, strands, book=book), {}
        for start in range(0, len(findings), CHUNK):
            progress(f"coding {start:,} of {len(findings):,} findings as learned: {book.id}")
            ids = read.findings[start : start + CHUNK]
            readings = [found for finding in ids if (found := read.reading(finding))]
            vectors = self._vectors[start : start + CHUNK]
            chunk = findings[start : start + CHUNK]
            made.put(start, self._lesson(chunk, readings, vectors))
        return made

    def _weigh(
        self, folder: ReviewFolder, book: Codebook, beliefs: Beliefs, progress: Progress
    ) -> Beliefs:
        """Look for what findings rest on, where that is not known yet."""
        wanted = weighed(folder)
        new = [f for f in self._findings if f.id in wanted and f not in self._without]
        if new:
            progress(f"looking for what {len(new):,} findings rest on: {book.id}")
            suggester, empty = folder.settings.book(book.id).suggester, [Reading({})] * len(new)
            found = weigh(suggester, new, empty, book, folder.reviews, wanted, self._lesson)
            self._without |= {f: made.without for f, made in zip(new, found, strict=True)}
        return beliefs.weighed({f.id: self._without.get(f, ()) for f in self._findings})


def _unchanged(now: Sequence[Finding], before: Sequence[Finding]) -> dict[int, int]:
    """Give the rows of findings that are as they were, like those before them, and their old rows.

    Examples
    --------
    >>> old = [Finding(f"F{number}", f"Text {number}") for number in range(3)]
    >>> _unchanged([*old, Finding("F9", "New")], old)
    {0: 0, 1: 1, 2: 2}
    """
    was = {finding.id: row for row, finding in enumerate(before)}
    held: dict[int, int] = {}
    run, last = 0, -1  # findings up to here that follow each other as they did; the last old row
    for row, finding in enumerate(now):
        then = was.get(finding.id, -1)
        same = then >= 0 and before[then] == finding
        run = (run + 1 if then == last + 1 else 1) if same else 0
        last = then if same else -2
        if same and (run > BEFORE or run == row + 1 == then + 1):
            held[row] = then
    return held


def _stretches(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cut rows into stretches that follow each other, from a row up to another one."""
    start = 0
    for place, row in enumerate(rows):
        last = place + 1 == len(rows)
        if last or rows[place + 1] != row + 1 or place + 1 - start == CHUNK:
            yield rows[start], row + 1
            start = place + 1


def _vectors(suggester: str, texts: Sequence[str]) -> NDArray[np.float32]:
    import numpy as np

    parts = [vectors_of(suggester, texts[at : at + CHUNK]) for at in range(0, len(texts), CHUNK)]
    return np.concatenate(parts)
