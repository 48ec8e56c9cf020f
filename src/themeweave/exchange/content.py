"""What a review gives out: findings with where they stand, what they were coded as, on whose word.

Every writer of an open format takes this record. Codings are settled (`codes.coding.settle`); those
that the program only suggested are among them where they were asked for, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Coding, Decision
from themeweave.corpus.records import Citation, Document, Review
from themeweave.findings.records import Finding

SUGGESTED = "suggested"


@dataclass(frozen=True)
class Content:
    """A review, as it is given out."""

    title: str
    findings: tuple[Finding, ...]
    documents: Mapping[str, Document]
    reviews: tuple[Review, ...]
    citations: tuple[Citation, ...]
    books: Mapping[str, Codebook]
    codings: tuple[Coding, ...]
    decisions: tuple[Decision, ...]
    adjudicators: frozenset[str] = frozenset()
    memos: tuple[Mapping[str, str], ...] = ()  # rows of corpus/memos.csv
    pages: Mapping[str, str] = field(default_factory=dict)  # finding -> page, where known
    program: str = "themeweave"  # with its version

    @cached_property
    def by_finding(self) -> dict[str, list[Coding]]:
        """The codings of each finding, in the order of codebooks and codes."""
        found: dict[str, list[Coding]] = {finding.id: [] for finding in self.findings}
        for coding in self.codings:
            if coding.finding_id in found:
                found[coding.finding_id].append(coding)
        return found

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each review."""
        return {review.id: review.label for review in self.reviews}

    def names(self, coding: Coding) -> list[str]:
        """Give the names from the top of the codebook down to the code."""
        book = self.books[coding.codebook]
        return [book.name(code) for code in book.path(coding.code_id)]

    def base(self) -> str:
        """Say what counts rest on.

        Examples
        --------
        >>> Content("T", (), {}, (), (), {}, (), ()).base()
        '0 findings, 0 codings, of which people confirmed 0, 0 are disputed, 0 suggested'
        """
        counts = {
            basis: sum(coding.basis == basis for coding in self.codings)
            for basis in ("confirmed", "disputed", SUGGESTED)
        }
        return (
            f"{len(self.findings)} findings, {len(self.codings)} codings, of which people "
            f"confirmed {counts['confirmed']}, {counts['disputed']} are disputed, "
            f"{counts[SUGGESTED]} suggested"
        )
