"""Contradictions: findings of one theme on one subject that point in opposite directions.

What speaks against a theme belongs beside it. Two findings of a theme contradict where one is a
barrier and the other a facilitator; they are the nearer in subject, the more alike their vectors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave.themes.sureness import Stated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OPPOSITE = ("barrier", "facilitator")
_MOST = 5  # pairs a theme


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two findings of one theme."""

    theme: str
    against: str  # the barrier
    for_it: str  # the facilitator
    likeness: float  # cosine of their centred vectors, -1 to 1: how near their subjects are
    within: str  # the perspective that both have; empty between perspectives, or where unknown


def contradictions(
    findings: Sequence[Stated], vectors: Floats, most: int = _MOST
) -> list[Contradiction]:
    """List contradicting pairs, theme by theme, the nearest in subject first.

    Parameters
    ----------
    findings
        Each in one theme; those without a direction are passed over.
    vectors
        Their centred unit rows.
    most
        Pairs of a theme; each finding stands in one pair at most, and only pairs that have some
        subject in common (a cosine above 0) are listed.

    Examples
    --------
    >>> import numpy as np
    >>> stated = [Stated("F1", "pay", True, valence="barrier"),
    ...           Stated("F2", "pay", True, valence="facilitator")]
    >>> [found] = contradictions(stated, np.array([[1.0, 0.0], [0.8, 0.6]]))
    >>> found.against, found.for_it, round(found.likeness, 2)
    ('F1', 'F2', 0.8)
    """
    import numpy as np

    groups: defaultdict[str, list[int]] = defaultdict(list)
    for row, finding in enumerate(findings):
        groups[finding.theme].append(row)
    found: list[Contradiction] = []
    for rows in groups.values():
        sides = [[row for row in rows if findings[row].valence == side] for side in OPPOSITE]
        alike = vectors[sides[0]] @ vectors[sides[1]].T
        used: tuple[set[int], set[int]] = set(), set()
        taken = 0
        for place in np.argsort(-alike, axis=None, kind="stable"):
            one, other = divmod(int(place), max(1, len(sides[1])))
            if taken == most or alike[one, other] <= 0:
                break
            if one in used[0] or other in used[1]:
                continue
            used[0].add(one)
            used[1].add(other)
            taken += 1
            likeness = float(alike[one, other])
            found.append(_pair(findings[sides[0][one]], findings[sides[1][other]], likeness))
    return found


def opposing(findings: Sequence[Stated], vectors: Floats, most: int = 3) -> list[Contradiction]:
    """List, for each finding, those of its theme that point the other way and are nearest to it.

    Unlike in `contradictions` a finding may stand in several pairs: this is what somebody who
    reads one finding wants to see beside it.

    Parameters
    ----------
    findings, vectors
        As for `contradictions`.
    most
        Of one finding; only pairs with a cosine above 0.

    Returns
    -------
    list of Contradiction
        Each pair once, theme by theme, the nearest in subject first.
    """
    import numpy as np

    groups: defaultdict[str, list[int]] = defaultdict(list)
    for row, finding in enumerate(findings):
        groups[finding.theme].append(row)
    found: list[Contradiction] = []
    for rows in groups.values():
        sides = [[row for row in rows if findings[row].valence == side] for side in OPPOSITE]
        alike = vectors[sides[0]] @ vectors[sides[1]].T
        down = np.argsort(-alike, axis=0, kind="stable")[:most]
        across = np.argsort(-alike, axis=1, kind="stable")[:, :most]
        pairs = {(int(one), other) for other in range(len(sides[1])) for one in down[:, other]}
        pairs |= {(one, int(other)) for one in range(len(sides[0])) for other in across[one]}
        near = sorted((pair for pair in pairs if alike[pair] > 0), key=lambda p: (-alike[p], p))
        found += [
            _pair(findings[sides[0][one]], findings[sides[1][other]], float(alike[one, other]))
            for one, other in near
        ]
    return found


def _pair(against: Stated, for_it: Stated, likeness: float) -> Contradiction:
    same = against.perspective if against.perspective == for_it.perspective else ""
    return Contradiction(against.theme, against.id, for_it.id, round(likeness, 3), same)
