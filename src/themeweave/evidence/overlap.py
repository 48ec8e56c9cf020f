"""Overlap: how much the primary studies of several reviews are the same studies.

The citation matrix has a row for each primary study, a column for each review, and a tick where
the review includes the study. The corrected covered area (CCA) is the share of the cells beyond
each study's first that are ticked: 0 where no study is in two reviews, 1 where every study is in
all. Where inclusion lists are not known, published totals still bound it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from themeweave.corpus.records import Citation
from themeweave.errors import ReviewError

RULE = (
    "CCA in percent, not rounded: up to 5 slight, up to 10 moderate, up to 15 high, else very high"
)
_BANDS = ((0.05, "slight"), (0.10, "moderate"), (0.15, "high"))
_ONE_REVIEW = "undefined: a single review cannot overlap"
_NO_STUDIES = "undefined: no primary study is known"
_NO_ROOM = "undefined: no study could be in a second review"


@dataclass(frozen=True, slots=True)
class PairOverlap:
    """Two reviews: their shared studies over all studies of either."""

    review: str
    other: str
    shared: int
    studies: int  # distinct, in either
    cca: float | None  # 0 to 1; None where neither has a study


@dataclass(frozen=True, slots=True)
class Overlap:
    """The citation matrix in numbers."""

    ticks: int  # N
    studies: int  # r, the rows
    reviews: int  # c, the columns
    impossible: int  # cells that cannot hold a tick: the review is older than the study
    cca: float | None  # 0 to 1; None where it is undefined
    cca_possible: float | None  # the same without the impossible cells
    band: str  # by RULE, from cca; or why cca is undefined
    studies_by_reviews: tuple[tuple[int, int], ...]  # (3, 18): 18 studies are in three reviews
    pairs: tuple[PairOverlap, ...]


@dataclass(frozen=True, slots=True)
class OverlapBounds:
    """What published totals say of ticks and CCA, from the least to the most that they allow."""

    studies: int
    reviews: int
    ticks: tuple[int, int]
    cca: tuple[float, float] | None  # 0 to 1; None where it is undefined
    bands: tuple[str, str]  # of the two bounds; twice the reason where cca is undefined


def corrected_covered_area(
    ticks: int, studies: int, reviews: int, impossible: int = 0
) -> float | None:
    """Compute the corrected covered area, from 0 to 1.

    Parameters
    ----------
    ticks, studies, reviews
        N, r and c: ticks in the matrix, its rows, its columns.
    impossible
        Cells in which no tick can stand, taken out of the denominator.

    Returns
    -------
    float or None
        ``(N - r) / (r c - r - impossible)``. None where it is undefined: one review, no study,
        or no cell left; undefined is not 0.

    References
    ----------
    Pieper D et al. (2014). Journal of Clinical Epidemiology 67:368-375.

    Examples
    --------
    >>> corrected_covered_area(18, 8, 3)
    0.625
    >>> corrected_covered_area(19, 19, 1) is None
    True
    """
    room = studies * (reviews - 1) - impossible
    return (ticks - studies) / room if reviews > 1 and studies > 0 and room > 0 else None


def band(cca: float) -> str:
    """Name the band of a CCA by RULE; the value is not rounded before.

    Examples
    --------
    >>> band(0.05), band(0.050001)
    ('slight', 'moderate')
    """
    return next((name for limit, name in _BANDS if cca <= limit), "very high")


def citation_overlap(
    citations: Iterable[Citation],
    reviews: Collection[str] | None = None,
    impossible: Iterable[Citation] = (),
) -> Overlap:
    """Compute the overlap of reviews from their inclusion lists.

    Parameters
    ----------
    citations
        The ticks; one that stands twice counts once.
    reviews
        The reviews to compare, each with a known list, be it empty; the ticks of others are left
        out. None: every review that has a tick. A review whose list is not known must not be
        named: its column would count as empty.
    impossible
        Cells that cannot hold a tick because the review is older than the study. Cells outside
        the matrix are passed over.

    Raises
    ------
    ReviewError
        Where a cell is ticked and said to be impossible: every such cell is listed.

    Examples
    --------
    >>> ticks = [Citation("A", "s1"), Citation("B", "s1"), Citation("B", "s2")]
    >>> overlap = citation_overlap(ticks)
    >>> overlap.ticks, overlap.studies, overlap.reviews, overlap.cca, overlap.band
    (3, 2, 2, 0.5, 'very high')
    """
    cells = set(citations)
    columns = sorted({cell.review_id for cell in cells} if reviews is None else set(reviews))
    lists: defaultdict[str, set[str]] = defaultdict(set)
    for cell in cells:
        lists[cell.review_id].add(cell.study_id)
    rows = Counter(study for review in columns for study in lists[review])
    gaps = {gap for gap in impossible if gap.review_id in columns and gap.study_id in rows}
    if both := sorted((g.review_id, g.study_id) for g in gaps & cells):
        raise ReviewError(
            "cells of the citation matrix are ticked and said to be impossible",
            next_step="Correct the inclusion list, or the years that make the cell impossible.",
            faults=[f"review '{review}', study '{study}'" for review, study in both],
        )
    ticks = rows.total()
    cca = corrected_covered_area(ticks, len(rows), len(columns))
    return Overlap(
        ticks,
        len(rows),
        len(columns),
        len(gaps),
        cca,
        corrected_covered_area(ticks, len(rows), len(columns), len(gaps)),
        _band_or_reason(cca, len(rows), len(columns)),
        tuple(sorted(Counter(rows.values()).items())),
        tuple(_pair(a, b, lists[a], lists[b]) for a, b in combinations(columns, 2)),
    )


def _pair(review: str, other: str, left: set[str], right: set[str]) -> PairOverlap:
    shared = len(left & right)
    studies = len(left) + len(right) - shared
    return PairOverlap(review, other, shared, studies, shared / studies if studies else None)


def _band_or_reason(cca: float | None, studies: int, reviews: int) -> str:
    if cca is not None:
        return band(cca)
    if studies == 0:
        return _NO_STUDIES
    return _ONE_REVIEW if reviews <= 1 else _NO_ROOM


def overlap_bounds(
    studies_in_reviews: Mapping[str, int], reviews: int, where: str = ""
) -> OverlapBounds:
    """Bound ticks and CCA from published totals, without any inclusion list.

    Parameters
    ----------
    studies_in_reviews
        How many primary studies are in that many reviews; ``"4-8"`` where the source gives a
        range.
    reviews
        The number of reviews, c.
    where
        How messages name the place of the totals.

    Raises
    ------
    ReviewError
        Where a key is no number or range, a range falls, a count is negative, or a study is said
        to be in no review or in more reviews than there are: all faults at once.

    Examples
    --------
    >>> bounds = overlap_bounds({"1": 300, "2": 72, "3": 18, "4-8": 35, "9": 1}, 35)
    >>> bounds.studies, bounds.ticks, [round(100 * cca, 1) for cca in bounds.cca], bounds.bands
    (426, (647, 787), [1.5, 2.5], ('slight', 'slight'))
    """
    low, high, studies = 0, 0, 0
    faults: list[str] = []
    for key, count in studies_in_reviews.items():
        found = re.fullmatch(r"\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?", key)
        least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if found is None:
            faults.append(f"'{key}' is neither a number nor a range such as 4-8")
        elif not 1 <= least <= most <= reviews:
            faults.append(f"'{key}' must rise and lie from 1 to {reviews}, the number of reviews")
        if count < 0:
            faults.append(f"'{key}' has a negative number of studies, {count}")
        low, high, studies = low + least * count, high + most * count, studies + count
    if faults:
        raise ReviewError(
            "the totals of primary studies in reviews do not hold together",
            where,
            "Give how many studies are in 1, 2, 3, ... reviews, as published.",
            faults=faults,
        )
    bounds = [corrected_covered_area(ticks, studies, reviews) for ticks in (low, high)]
    bands = [_band_or_reason(cca, studies, reviews) for cca in bounds]
    known = [cca for cca in bounds if cca is not None]
    return OverlapBounds(
        studies,
        reviews,
        (low, high),
        (known[0], known[1]) if known else None,
        (bands[0], bands[1]),
    )
