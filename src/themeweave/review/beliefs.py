"""Beliefs: what a suggester makes of all findings in one codebook, kept small and at hand.

A reading of a finding holds a share for every code; of a hundred thousand findings they would fill
the memory. Here shares stand in one array a codebook, and words only for the codes that matter,
packed until somebody looks at the finding. So they also pass quickly from one process to another.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from themeweave.codes.codebook import Codebook
from themeweave.codes.learned import Trial
from themeweave.codes.reading import Reading, Without
from themeweave.codes.reasons import speaks_for
from themeweave.codes.suggest import NOTHING, Choice, choose
from themeweave.review.explain import Belief

Shares = NDArray[np.float64]  # of belief, shape (phrases left out, codes)
_WORDS = 5  # codes of a finding of which the evidence in words is kept


class Beliefs:
    """Readings of findings in one codebook; those not put in yet are unknown.

    Parameters
    ----------
    book
        The codebook.
    findings
        Ids of the findings that are coded against it, in their order.
    suggester
        Name and version of who reads them.
    """

    def __init__(self, book: Codebook, findings: Sequence[str], suggester: str = "") -> None:
        self.book = book
        self.findings = tuple(findings)
        self.suggester = suggester
        self.trial: Trial | None = None
        self.codes = [code.id for code in book.suggestible()]
        self.shares = np.full((len(findings), len(self.codes)), np.nan)
        self.margins = np.full(len(findings), np.nan)  # 0 to 1
        self.scores = np.full(len(findings), np.nan)  # the belief on the branch suggested, 0 to 1
        self._row = {finding: row for row, finding in enumerate(findings)}
        self._words = [""] * len(findings)  # as JSON; empty: not read
        self._without: dict[int, tuple[list[tuple[str, bool]], Shares, Shares]] = {}  # where tried
        self._last: tuple[str, Reading | None, Choice] = "", None, NOTHING
        self.mark = uuid4().hex  # the same in every process that holds these

    def put(self, first: int, readings: Sequence[Reading]) -> None:
        """Put in the readings of findings that follow each other, from a row on."""
        for row, reading in enumerate(readings, first):
            self.shares[row] = [reading.shares.get(code, np.nan) for code in self.codes]
            top = sorted(reading.shares, key=lambda code: -reading.shares[code])[:_WORDS]
            up = {above for code in top for above in self.book.path(code)}
            phrases = {code: said for code, said in reading.phrases.items() if code in up}
            notes = {code: said for code, said in reading.notes.items() if code in up}
            self._words[row] = json.dumps((phrases, notes))
            choice = choose(reading, self.book)
            self.margins[row] = choice.margin
            self.scores[row] = choice.score if choice.code_id else np.nan

    def take(self, rows: Sequence[int], other: Beliefs, theirs: Sequence[int]) -> None:
        """Take over what others hold in the same codebook of the same findings, row by row."""
        if rows:
            self.shares[list(rows)] = other.shares[list(theirs)]
            self.margins[list(rows)] = other.margins[list(theirs)]
            self.scores[list(rows)] = other.scores[list(theirs)]
        for own, its in zip(rows, theirs, strict=True):
            self._words[own] = other._words[its]

    def weighed(self, without: Mapping[str, Sequence[Without]]) -> Beliefs:
        """Give the same beliefs, with what is believed of findings without their phrases."""
        held = copy(self)
        held.mark, held._last = uuid4().hex, ("", None, NOTHING)
        held._without = {
            self._row[finding]: (
                [(one.phrase, one.pair) for one in several],
                np.array([[one.shares.get(c, np.nan) for c in self.codes] for one in several]),
                np.array([[one.alone.get(c, np.nan) for c in self.codes] for one in several]),
            )
            for finding, several in without.items()
            if several
        }
        return held

    def kept(self, findings: Collection[str]) -> Beliefs:
        """Give what is believed of these findings; of the others nothing is known there."""
        held = copy(self)
        held.mark = uuid4().hex
        held._row = {finding: row for finding, row in self._row.items() if finding in findings}
        lost = [row for finding, row in self._row.items() if finding not in findings]
        held.margins, held.scores = self.margins.copy(), self.scores.copy()
        held.margins[lost] = held.scores[lost] = np.nan
        return held

    def rows(self, findings: Iterable[str]) -> list[int]:
        """Give the rows of those findings that are held."""
        return [row for finding in findings if (row := self._row.get(finding)) is not None]

    def reading(self, finding: str) -> Reading | None:
        """Give what is believed of a finding; None where that is not known yet, or never."""
        row = self._row.get(finding, -1)
        if row < 0 or not self._words[row]:
            return None
        phrases, notes = json.loads(self._words[row])
        said = {code: tuple(found) for code, found in phrases.items()}
        none = np.zeros((0, 0))
        left_out, shares, alone = self._without.get(row, ([], none, none))
        without = [
            Without(phrase, self._by_code(left), pair, self._by_code(own))
            for (phrase, pair), left, own in zip(left_out, shares, alone, strict=True)
        ]
        return Reading(self._by_code(self.shares[row]), said, notes, tuple(without))

    def _by_code(self, shares: NDArray[np.floating[Any]]) -> dict[str, float]:
        named = zip(self.codes, shares.tolist(), strict=True)
        return {code: share for code, share in named if share == share}

    def choice(
        self, finding: str, under: Collection[str] = (), without: Collection[str] = ()
    ) -> Choice | None:
        """Choose a code for a finding, as `choose` does; None where nothing can be suggested."""
        if under or without:
            reading = self.reading(finding)
            choice = choose(reading, self.book, under, without) if reading else NOTHING
        else:
            choice = self._looked_at(finding)[2]
        return choice if choice.code_id else None

    def _looked_at(self, finding: str) -> tuple[str, Reading | None, Choice]:
        """Read a finding and choose freely; what was looked at last is asked for several times."""
        last = self._last
        if last[0] != finding:
            reading = self.reading(finding)
            choice = choose(reading, self.book) if reading else NOTHING
            last = self._last = finding, reading, choice
        return last

    def offers(self, finding: str, number: int) -> list[Belief]:
        """Give the codes that are most believed: the one chosen, the next branch's, the others."""
        _, reading, choice = self._looked_at(finding)
        if reading is None or not reading.shares:
            return []
        ranked = sorted(reading.shares, key=lambda code: -reading.shares[code])
        first = [code for code in (choice.code_id, choice.second_code) if code]
        chosen = list(dict.fromkeys([*first, *ranked]))[:number]
        return [
            Belief(
                code,
                self.book.name(code),
                reading.shares[code],
                choice.reason
                if code == choice.code_id
                else "; ".join(speaks_for(reading, self.book, code, (), choice.reason)),
            )
            for code in chosen
        ]
