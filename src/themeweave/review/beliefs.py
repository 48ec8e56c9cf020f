"""Beliefs: what a suggester makes of all findings in one codebook, kept small and at hand.

A reading of a finding holds a share for every code; of a hundred thousand findings they would fill
the memory. Here shares stand in one array a codebook, and words only for the codes that matter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from themeweave.codes.codebook import Codebook
from themeweave.codes.learned import Trial
from themeweave.codes.reading import Reading
from themeweave.codes.suggest import Choice, choose, reason
from themeweave.review.explain import Belief

_WORDS = 5  # codes of a finding of which the evidence in words is kept


class Beliefs:
    """Readings of findings in one codebook; those not made yet are unknown.

    Parameters
    ----------
    book
        The codebook.
    findings
        Ids of the findings that are coded against it, in their order.
    """

    def __init__(self, book: Codebook, findings: Sequence[str]) -> None:
        self.book = book
        self.findings = tuple(findings)
        self.row = {finding: row for row, finding in enumerate(findings)}
        self.codes = [code.id for code in book.suggestible()]
        self.shares = np.full((len(findings), len(self.codes)), np.nan)
        self.margins = np.full(len(findings), np.nan)  # 0 to 1
        self.suggester = ""
        self.trial: Trial | None = None
        self.read = 0  # findings, from the first on
        self._words: list[tuple[dict[str, tuple[str, ...]], dict[str, str]]] = []

    def add(self, readings: Sequence[Reading], suggester: str) -> None:
        """Add the readings of the next findings."""
        self.suggester = suggester
        for reading in readings:
            self.shares[self.read] = [reading.shares.get(code, np.nan) for code in self.codes]
            top = sorted(reading.shares, key=lambda code: -reading.shares[code])[:_WORDS]
            up = {above for code in top for above in self.book.path(code)}
            phrases = {code: said for code, said in reading.phrases.items() if code in up}
            notes = {code: said for code, said in reading.notes.items() if code in up}
            self._words.append((phrases, notes))
            self.margins[self.read] = choose(reading, self.book).margin
            self.read += 1

    def reading(self, finding: str) -> Reading | None:
        """Give what is believed of a finding; None where that is not known yet, or never."""
        row = self.row.get(finding, self.read)
        if row >= self.read:
            return None
        shares = zip(self.codes, self.shares[row].tolist(), strict=True)
        return Reading({code: s for code, s in shares if s == s}, *self._words[row])

    def choice(
        self, finding: str, under: Collection[str] = (), without: Collection[str] = ()
    ) -> Choice | None:
        """Choose a code for a finding, as `choose` does; None where nothing can be suggested."""
        reading = self.reading(finding)
        choice = choose(reading, self.book, under, without) if reading else None
        return choice if choice and choice.code_id else None

    def offers(self, finding: str, number: int) -> list[Belief]:
        """Give the codes that are most believed: the one chosen, the next branch's, the others."""
        reading = self.reading(finding)
        if reading is None or not reading.shares:
            return []
        choice = choose(reading, self.book)
        ranked = sorted(reading.shares, key=lambda code: -reading.shares[code])
        first = [code for code in (choice.code_id, choice.second_code) if code]
        chosen = list(dict.fromkeys([*first, *ranked]))[:number]
        return [
            Belief(c, self.book.name(c), reading.shares[c], reason(reading, self.book, c))
            for c in chosen
        ]
