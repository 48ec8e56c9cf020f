"""The tally: which findings each coder has ruled on, finished and marked as unsure.

Kept up finding by finding, so that neither a queue nor a first page counts everything anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set

from themeweave.codes.coding import Decision

EVERY = ""  # in place of a codebook: all that a finding is coded against
FINISHED = ("done", "unsure")  # statuses that take a finding out of a coder's queue


class Tally:
    """Sets of findings by coder and codebook."""

    def __init__(self) -> None:
        self._ruled: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._done: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._unsure: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def count(
        self,
        finding: str,
        decisions: Iterable[Decision],
        statuses: Mapping[str, str],
        books: Collection[str],
    ) -> None:
        """Count a finding anew.

        Parameters
        ----------
        decisions, statuses
            Those on the finding that stand; statuses by coder.
        books
            The codebooks that it is coded against.
        """
        ruled = {(one.coder, one.codebook) for one in decisions}
        finished = {coder for coder, status in statuses.items() if status in FINISHED}
        done = {(coder, book) for coder in finished for book in (*books, EVERY)}
        done |= {(coder, book) for coder, book in ruled if book in books}
        for coder in {coder for coder, _ in ruled}:
            if all((coder, book) in ruled for book in books):
                done.add((coder, EVERY))
        unsure = {(coder, EVERY) for coder, status in statuses.items() if status == "unsure"}
        for kept, now in ((self._ruled, ruled), (self._done, done), (self._unsure, unsure)):
            for key, findings in kept.items():
                if key not in now:
                    findings.discard(finding)
            for key in now:
                kept[key].add(finding)

    def ruled(self, coder: str, codebook: str) -> Set[str]:
        """Give the findings that a coder ruled on in a codebook."""
        return self._ruled.get((coder, codebook), frozenset())

    def done(self, coder: str, codebook: str = EVERY) -> Set[str]:
        """Give the findings that a coder has finished, in one codebook or in all."""
        return self._done.get((coder, codebook), frozenset())

    def unsure(self, coder: str) -> Set[str]:
        """Give the findings that a coder marked as unsure."""
        return self._unsure.get((coder, EVERY), frozenset())

    def ruled_by_anybody(self, codebook: str) -> Set[str]:
        """Give the findings that somebody ruled on in a codebook."""
        held = (findings for (_, book), findings in self._ruled.items() if book == codebook)
        return frozenset().union(*held)
