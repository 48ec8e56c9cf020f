"""Bridges: findings that belong to one theme and stand near another.

They show where themes meet, and where a line between them was drawn by will: whoever defines a
theme reads these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave.themes.sureness import Stated
from themeweave.themes.tree import directions, sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_MOST = 20


@dataclass(frozen=True, slots=True)
class Bridge:
    """A finding between two themes; both cosines are to the centre of a theme's other findings."""

    finding: str
    theme: str
    other: str  # the theme that it is nearest to beside its own
    own: float
    beyond: float


def bridges(findings: Sequence[Stated], vectors: Floats, most: int = _MOST) -> list[Bridge]:
    """List the findings with the strongest ties to two themes, the strongest first.

    Parameters
    ----------
    findings
        Each in one theme.
    vectors
        Their centred unit rows.
    most
        How many; only findings that are near both (cosines above 0) are listed, by the lesser.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([[1, 0], [0.8, 0.6], [0, 1.0], [0.6, 0.8]])
    >>> stated = [Stated(f"F{n}", theme, True) for n, theme in enumerate(["a", "a", "b", "b"])]
    >>> [(bridge.finding, bridge.other) for bridge in bridges(stated, rows)][:2]
    [('F1', 'b'), ('F3', 'a')]
    """
    import numpy as np

    themes = list(dict.fromkeys(finding.theme for finding in findings))
    if len(themes) < 2:
        return []
    group = np.array([themes.index(finding.theme) for finding in findings])
    added = sums(vectors, group)
    own = (vectors * directions(added[group] - vectors)).sum(axis=1)
    cosines = vectors @ directions(added).T
    cosines[np.arange(len(findings)), group] = -1.0
    other = cosines.argmax(axis=1)
    beyond = cosines.max(axis=1)
    tie = np.round(np.minimum(own, beyond), 6)
    return [
        Bridge(
            findings[row].id,
            findings[row].theme,
            themes[other[row]],
            round(float(own[row]), 3),
            round(float(beyond[row]), 3),
        )
        for row in np.argsort(-tie, kind="stable")[:most]
        if tie[row] > 0
    ]
