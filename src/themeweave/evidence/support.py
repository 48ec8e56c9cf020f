"""Support: what findings rest on, in findings, in reviews and in primary studies.

Five reviews that share their studies are not five. So the distinct primary studies behind a theme
are counted, and its reviews are counted again as *independent reviews*: as many reviews without any
study in common as would hold the same studies at the same mean size. Where an inclusion list is
not known its studies are not known either, which is not zero: counts are then lower bounds, and
the words say so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from themeweave.corpus.records import Citation
from themeweave.evidence.overlap import PairOverlap, corrected_covered_area

Lists = Mapping[str, frozenset[str]]  # review -> the studies that it is known to include

COLLAPSE = (
    "support collapses where overlap takes away at least half of what a second and further review "
    "could add (n reviews worth (n + 1) / 2 independent ones or fewer), or where there are fewer "
    "distinct primary studies than reviews"
)


@dataclass(frozen=True, slots=True)
class Support:
    """What some findings rest on, in every base."""

    findings: int
    confirmed: int  # of these findings, by a person
    reviews: tuple[str, ...]  # distinct ids, sorted
    known: tuple[str, ...]  # of these, whose inclusion lists are known
    studies: int  # distinct, in the known lists
    ticks: int  # in the known lists, a study counted in each
    cca: float | None  # of the known lists; None where it is undefined
    independent: float | None  # what the known reviews are worth; None where no list is known
    closest: PairOverlap | None  # the two known reviews that overlap most; None with fewer
    contained: tuple[tuple[str, str], ...]  # (review, other): all its studies stand in the other

    @property
    def exact(self) -> bool:
        """Whether every list is known, so that the counts are the whole truth."""
        return self.known == self.reviews

    @property
    def collapses(self) -> bool:
        """Whether, by COLLAPSE, the known reviews are hardly more than one."""
        many = len(self.known)
        if many < 2 or self.independent is None:
            return False
        return self.independent <= (many + 1) / 2 + 1e-12 or self.studies < many


def inclusion_lists(citations: Iterable[Citation]) -> dict[str, frozenset[str]]:
    """Group the ticks of the citation matrix by review; a review without any stays unknown.

    Examples
    --------
    >>> inclusion_lists([Citation("R1", "s1"), Citation("R1", "s1")])
    {'R1': frozenset({'s1'})}
    """
    lists: defaultdict[str, set[str]] = defaultdict(set)
    for tick in citations:
        lists[tick.review_id].add(tick.study_id)
    return {review: frozenset(studies) for review, studies in lists.items()}


def independent_reviews(ticks: int, studies: int, reviews: int) -> float | None:
    """Compute how many independent reviews some overlapping reviews are worth.

    Parameters
    ----------
    ticks, studies, reviews
        N, r and c of their citation matrix.

    Returns
    -------
    float or None
        ``c r / N``: the distinct studies over the mean number of studies in a review. It is c
        where no study is in two reviews and 1 where all reviews are the same; None without a
        study. Ecologists call this the effective number of distinct communities (Whittaker's
        beta diversity, of order 0). It equals ``c / (1 + (c - 1) CCA)``, Kish's effective sample
        size with the corrected covered area in the place of the correlation within clusters. A
        small review inside a large one takes little off; `Support.contained` names those.

    References
    ----------
    Whittaker RH (1960). Ecological Monographs 30:279-338. Jost L (2007). Ecology 88:2427-2439.
    Kish L (1965). Survey Sampling, section 8.2.

    Examples
    --------
    >>> independent_reviews(ticks=12, studies=4, reviews=3), independent_reviews(12, 12, 3)
    (1.0, 3.0)
    >>> round(3 / (1 + 2 * corrected_covered_area(18, 8, 3)), 6) == round(3 * 8 / 18, 6)
    True
    """
    return reviews * studies / ticks if studies and ticks else None


def support(reviews: Iterable[str], lists: Lists, findings: int = 0, confirmed: int = 0) -> Support:
    """Count what findings of some reviews rest on.

    Parameters
    ----------
    reviews
        The ids that the findings cite, each counted once.
    lists
        The inclusion lists that are known.
    findings, confirmed
        How many findings, and of how many of them a person confirmed the place here.

    Examples
    --------
    >>> lists = {"R1": frozenset({"s1", "s2"}), "R2": frozenset({"s2"})}
    >>> found = support(["R1", "R2", "R9"], lists, 4, 1)
    >>> found.studies, found.independent, found.known, found.contained
    (2, 1.3333333333333333, ('R1', 'R2'), (('R2', 'R1'),))
    >>> found.exact, found.collapses
    (False, True)
    """
    asked = tuple(sorted(set(reviews)))
    known = tuple(review for review in asked if lists.get(review))
    rows = Counter(study for review in known for study in lists[review])
    pairs = [_pair(one, other, lists) for one, other in combinations(known, 2)]
    contained = tuple(
        (small, large)
        for one, other in combinations(known, 2)
        for small, large in ((one, other), (other, one))
        if lists[small] <= lists[large] and (lists[small] < lists[large] or small == other)
    )
    return Support(
        findings,
        confirmed,
        asked,
        known,
        len(rows),
        rows.total(),
        corrected_covered_area(rows.total(), len(rows), len(known)),
        independent_reviews(rows.total(), len(rows), len(known)),
        max(pairs, key=lambda pair: (pair.cca or 0.0, pair.shared), default=None),
        contained,
    )


def _pair(one: str, other: str, lists: Lists) -> PairOverlap:
    shared = len(lists[one] & lists[other])
    either = len(lists[one]) + len(lists[other]) - shared
    return PairOverlap(one, other, shared, either, shared / either)
