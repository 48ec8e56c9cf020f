"""ConQual: confidence in the synthesised findings of a meta-aggregation.

It starts high for qualitative research and low for text and opinion, and goes down for the
dependability of the studies (five items of the JBI checklist) and for the credibility of the
findings: unequivocal (U), credible (C) or not supported (NS).

References
----------
Munn Z et al. (2014). BMC Medical Research Methodology 14:108.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from themeweave.errors import ReviewError

Across = Literal["worst", "majority"]
LEVELS = ("high", "moderate", "low", "very low")
DEPENDABILITY_ITEMS = ("2", "3", "4", "6", "7")  # of the JBI checklist for qualitative research
CREDIBILITY = ("U", "C", "NS")
RULE = (
    "Dependability of a study: yes on 4 or 5 of the five items no change, on 2 or 3 one level "
    "down, on fewer two. Credibility: all unequivocal no change, unequivocal and credible one "
    "down, all credible two, any not supported beside others three, all not supported four."
)


@dataclass(frozen=True, slots=True)
class ConQual:
    """The score of one synthesised finding."""

    level: str  # of LEVELS
    start: str
    dependability: int  # levels down
    credibility: int  # levels down
    across: str  # how several studies' dependability became one


def conqual(
    dependability: Sequence[int],
    credibility: Sequence[str],
    *,
    across: Across = "worst",
    text_and_opinion: bool = False,
) -> ConQual:
    """Score one synthesised finding.

    Parameters
    ----------
    dependability
        One number a study, 0 to 5: how many of the five items are met.
    credibility
        One word a finding: U, C or NS.
    across
        The studies' levels down become one by the ``worst``, or by the commonest, of several the
        worse (``majority``). The published method leaves this open, so it is said with the score.
    text_and_opinion
        Start low, not high.

    Raises
    ------
    ReviewError
        Without a study or finding, or for a value outside its range.

    Examples
    --------
    >>> conqual([5, 4, 3], ["U", "C"])
    ConQual(level='low', start='high', dependability=1, credibility=1, across='worst')
    """
    faults = [f"dependability {n} is not from 0 to 5" for n in dependability if not 0 <= n <= 5]
    faults += [f"credibility '{c}' is not U, C or NS" for c in credibility if c not in CREDIBILITY]
    if faults or not dependability or not credibility:
        raise ReviewError(
            "a synthesised finding cannot be scored",
            "ConQual",
            "Give the yes-count of five items for each study, and U, C or NS for each finding.",
            faults=faults or ["there is no study or no finding"],
        )
    steps = [0 if count >= 4 else 1 if count >= 2 else 2 for count in dependability]
    down = max(steps) if across == "worst" else max(sorted(steps, reverse=True), key=steps.count)
    kinds = set(credibility)
    if kinds == {"NS"}:
        less = 4
    elif "NS" in kinds:
        less = 3
    else:
        less = {frozenset("U"): 0, frozenset("UC"): 1, frozenset("C"): 2}[frozenset(kinds)]
    first = 2 if text_and_opinion else 0
    return ConQual(LEVELS[min(first + down + less, 3)], LEVELS[first], down, less, across)
