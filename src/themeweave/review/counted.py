"""Decisions as they count while a folder is open, by finding, and the tally of them.

They count after the revision of themes and, where coders were blind, as they were submitted. A
ruling changes what counts of its finding alone; acts on themes and on the team change all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision
from themeweave.findings.records import Finding
from themeweave.review.folder import THEMES, ReviewFolder
from themeweave.review.rulings import Rulings
from themeweave.review.tally import Tally
from themeweave.themes.carry import carried


class Counted:
    """What counts of people's rulings.

    Parameters
    ----------
    folder
        As it stands, with every decision.
    findings
        By id.
    books
        Those that findings are coded against.
    rulings
        What stands in the logs.
    """

    def __init__(
        self,
        folder: ReviewFolder,
        findings: Mapping[str, Finding],
        books: Mapping[str, Codebook],
        rulings: Rulings,
    ) -> None:
        self.tally = Tally()
        self._settings, self._team, self._revision = folder.settings, folder.team, folder.revision
        self._findings, self._books, self._rulings = findings, books, rulings
        self._of_strand: dict[str, list[Codebook]] = {}
        self._decisions: defaultdict[str, list[Decision]] = defaultdict(list)
        for decision in folder.decisions:
            self._decisions[decision.finding_id].append(decision)
        for finding_id in {*self._decisions, *rulings.findings()}:
            self._count(finding_id)

    def renew(self, finding_id: str) -> None:
        """Count a finding anew, after something was said of it."""
        raw = self._rulings.decisions(finding_id)
        now = self._team.as_coded(carried(raw, self._revision))
        self._decisions[finding_id] = [one for one in now if one.finding_id == finding_id]
        self._count(finding_id)

    def _count(self, finding_id: str) -> None:
        finding = self._findings.get(finding_id)
        if finding is None:  # it is no longer in the sheet; `check` lists what was said of it
            return
        books = [book.id for book in self.books_of(finding)]
        statuses = self._rulings.statuses(finding_id)
        self.tally.count(finding_id, self._decisions[finding_id], statuses, books)

    def books_of(self, finding: Finding) -> list[Codebook]:
        """Give the codebooks that a finding is coded against, by its strand.

        One that has no codes yet, as themes have none at first, asks nothing of a coder.
        """
        books = self._of_strand.get(finding.strand)
        if books is None:
            books = self._of_strand[finding.strand] = [
                book
                for book in self._books.values()
                if book.codes and self._settings.book(book.id).strand in ("", finding.strand)
            ]
        return books

    def decisions(self, finding_id: str) -> Sequence[Decision]:
        """Give the decisions on a finding that count, whoever may see them."""
        return self._decisions.get(finding_id, ())

    def seen(self, finding_id: str, viewer: str) -> list[Decision]:
        """Give the decisions on a finding that a viewer may see."""
        return [
            made
            for made in self.decisions(finding_id)
            if self._team.may_see(viewer, made.coder, finding_id, made.codebook)
        ]

    def themes(self, viewer: str) -> dict[str, str]:
        """Give the theme that each finding was accepted in last, as far as a viewer may see it."""
        held: dict[str, str] = {}
        for finding_id in self._decisions:
            for made in self.seen(finding_id, viewer):
                if made.accepted and made.codebook == THEMES:
                    held[finding_id] = made.code_id
        return held
