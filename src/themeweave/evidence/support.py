"""Support: what a set of findings rests on, in findings, in reviews and in primary studies.

Five reviews that share their studies are not five, so distinct primary studies are counted as far
as inclusion lists are known. Where a list is not known its studies are not known either, which is
not zero: the count is then a lower bound, and the words say so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from themeweave.corpus.records import Citation
from themeweave.findings.records import Finding


@dataclass(frozen=True, slots=True)
class Studies:
    """The distinct primary studies behind some reviews."""

    reviews: int
    known_lists: int  # of these reviews
    studies: int  # distinct, in the known lists

    @property
    def exact(self) -> bool:
        """Whether every list is known, so that the count is the whole truth."""
        return self.known_lists == self.reviews

    def __str__(self) -> str:
        if not self.reviews:
            return "no review cited"
        lists = f"lists known for {self.known_lists} of {_counted(self.reviews, 'review')}"
        if self.exact:
            return _counted(self.studies, "primary study")
        if not self.known_lists:
            return f"primary studies unknown ({lists})"
        return f"{self.studies}+ primary studies ({lists})"


@dataclass(frozen=True, slots=True)
class Support:
    """The three bases that findings are counted on."""

    findings: int
    confirmed: int  # of these findings, by a person
    reviews: int  # distinct
    behind: Studies

    def __str__(self) -> str:
        said = f"{_counted(self.findings, 'finding')} ({self.confirmed} confirmed)"
        if not self.reviews:
            return f"{said}, {self.behind}"
        return f"{said}, {_counted(self.reviews, 'review')}, {self.behind}"


def studies_behind(reviews: Iterable[str], citations: Iterable[Citation]) -> Studies:
    """Count the distinct primary studies behind reviews.

    Parameters
    ----------
    reviews
        Ids, each counted once.
    citations
        The inclusion lists that are known; a review without any row has a list that is unknown.

    Examples
    --------
    >>> lists = [Citation("R1", "s1"), Citation("R1", "s2"), Citation("R2", "s2")]
    >>> str(studies_behind(["R1", "R2"], lists)), str(studies_behind(["R1", "R9"], lists))
    ('2 primary studies', '2+ primary studies (lists known for 1 of 2 reviews)')
    """
    asked = set(reviews)
    ticks = [tick for tick in citations if tick.review_id in asked]
    return Studies(
        len(asked),
        len({tick.review_id for tick in ticks}),
        len({tick.study_id for tick in ticks}),
    )


def support(
    finding_ids: Iterable[str],
    findings: Mapping[str, Finding],
    citations: Iterable[Citation],
    confirmed: Collection[str] = (),
) -> Support:
    """Count what findings rest on.

    Parameters
    ----------
    finding_ids
        Ids, each counted once; all in ``findings``.
    findings
        By id.
    citations
        The inclusion lists that are known.
    confirmed
        The findings whose place here a person confirmed; others among them are passed over.

    Examples
    --------
    >>> findings = {"F1": Finding("F1", "Pay was low.", ("R1", "R2")), "F2": Finding("F2", "...")}
    >>> print(support(["F1", "F2"], findings, [Citation("R2", "s1")], {"F1"}))
    2 findings (1 confirmed), 2 reviews, 1+ primary studies (lists known for 1 of 2 reviews)
    """
    asked = set(finding_ids)
    reviews = {review for finding_id in asked for review in findings[finding_id].cited}
    behind = studies_behind(reviews, citations)
    return Support(len(asked), len(asked & set(confirmed)), len(reviews), behind)


def _counted(count: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
