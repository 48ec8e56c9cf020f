"""Crosstabs: how findings and reviews spread over two axes, confirmed and suggested apart.

An axis is anything that findings are placed on: themes, perspectives, constructs, reviews.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a finding stands on an axis."""

    finding_id: str
    value: str  # a code, a theme, a review: whatever the axis holds
    confirmed: bool = False  # by a person


@dataclass(frozen=True, slots=True)
class Crossing:
    """One cell: the findings that stand at both values."""

    row: str
    column: str
    confirmed: tuple[str, ...]  # findings whose two places a person confirmed, sorted
    suggested: tuple[str, ...]  # the others, sorted
    reviews_confirmed: int  # distinct, that a confirmed finding cites
    reviews: int  # distinct, that any finding here cites

    @property
    def findings(self) -> int:
        """All findings of the cell."""
        return len(self.confirmed) + len(self.suggested)


def crosstab(
    rows: Iterable[Place], columns: Iterable[Place], cited: Mapping[str, Sequence[str]]
) -> list[Crossing]:
    """Cross two axes.

    Parameters
    ----------
    rows, columns
        The places of findings on each axis. A finding may have several places on one axis, and
        is then counted in several cells; one that lacks a place on either is in none.
    cited
        By finding: the reviews that it cites.

    Returns
    -------
    list of Crossing
        One for each pair of values, the empty ones among them, in the order in which the values
        first come.

    Examples
    --------
    >>> themes = [Place("F1", "Pay", True), Place("F2", "Pay")]
    >>> voices = [Place("F1", "staff", True), Place("F2", "staff", True)]
    >>> cell = crosstab(themes, voices, {"F1": ["R1"], "F2": ["R1", "R2"]})[0]
    >>> cell.confirmed, cell.suggested, cell.reviews_confirmed, cell.reviews
    (('F1',), ('F2',), 1, 2)
    """
    down, across = list(rows), list(columns)
    by_finding: defaultdict[str, list[Place]] = defaultdict(list)
    for place in across:
        by_finding[place.finding_id].append(place)
    cells: defaultdict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    for one in down:
        for other in by_finding[one.finding_id]:
            cell = cells[one.value, other.value]
            both = one.confirmed and other.confirmed
            cell[one.finding_id] = cell.get(one.finding_id, False) or both
    return [
        _crossing(row, column, cells[row, column], cited)
        for row in dict.fromkeys(place.value for place in down)
        for column in dict.fromkeys(place.value for place in across)
    ]


def _crossing(
    row: str, column: str, findings: Mapping[str, bool], cited: Mapping[str, Sequence[str]]
) -> Crossing:
    confirmed = tuple(sorted(f for f, sure in findings.items() if sure))
    suggested = tuple(sorted(f for f, sure in findings.items() if not sure))
    sure = {review for f in confirmed for review in cited.get(f, ())}
    every = sure | {review for f in suggested for review in cited.get(f, ())}
    return Crossing(row, column, confirmed, suggested, len(sure), len(every))
