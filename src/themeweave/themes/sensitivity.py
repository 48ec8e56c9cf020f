"""Sensitivity: which themes are found again when findings or reviews are left out.

What is left is grouped afresh, into as many groups as there are themes, and each theme looks for
itself among them: the Jaccard index with the group that is most like it. Below one half a theme is
dissolved (Hennig 2008, Journal of Multivariate Analysis 99:1154-1176). Grouping goes by wording,
so the index with nothing left out comes first: a theme that people made by meaning may not be
found by wording at all, and then leaving out says nothing of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from themeweave.findings.vectors import centred
from themeweave.themes.settle import grouped
from themeweave.themes.stability import RESAMPLES, SHARE
from themeweave.themes.sureness import LOW, Stated, left_without

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

FOUND = 0.5  # the Jaccard index from which a theme counts as found again
MOST = 1_000  # findings beyond which grouping them again and again takes too long


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How a theme fares when findings are left out; Jaccard indices from 0 to 1."""

    theme: str
    findings: int
    whole: float  # with nothing left out
    sampled: float  # mean over samples of 80 per cent of all findings
    by_review: Mapping[str, float]  # without each review; those that leave something of it
    gone: tuple[str, ...]  # reviews without which nothing of it is left
    without_low: float | None  # without the reviews rated low; None where nothing is left

    @property
    def middle(self) -> float:
        """The median over the reviews left out; of the whole where no review is cited."""
        every = [*self.by_review.values(), *(0.0 for _ in self.gone)]
        return median(every) if every else self.whole

    @property
    def worst(self) -> str:
        """The review without which it is found again least; empty where none is cited."""
        every = {**dict.fromkeys(self.gone, 0.0), **self.by_review}
        return min(every, key=lambda review: (every[review], review), default="")

    @property
    def again(self) -> int:
        """Without how many of the reviews it is found again."""
        return sum(index >= FOUND for index in self.by_review.values())


def sensitivity(
    findings: Sequence[Stated], vectors: Floats, ratings: Mapping[str, str], seed: int = 0
) -> list[Sensitivity]:
    """Leave out a fifth of the findings, each review, those rated low; look for each theme again.

    Parameters
    ----------
    findings
        Each in one theme, at most `MOST`. A finding goes with a review only where no other review
        states it.
    vectors
        Their centred unit rows.
    ratings
        By review: its AMSTAR 2 rating; others stay in.
    seed
        Of the samples.

    Returns
    -------
    list of Sensitivity
        One a theme, in the order in which themes first come; empty beyond `MOST` findings.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.repeat(np.eye(2), 3, axis=0)
    >>> stated = [Stated(f"F{n}", "pay" if n < 3 else "hope", True, (f"R{n % 3}",))
    ...           for n in range(6)]
    >>> [(one.theme, one.whole, one.again) for one in sensitivity(stated, rows, {})]
    [('pay', 1.0, 3), ('hope', 1.0, 3)]
    """
    import numpy as np

    if not findings or len(findings) > MOST:
        return []
    themes = list(dict.fromkeys(finding.theme for finding in findings))
    group = np.array([themes.index(finding.theme) for finding in findings], dtype=np.intp)
    reviews = sorted({review for finding in findings for review in finding.reviews})

    def without(dropped: Collection[str]) -> dict[int, float]:
        left = {finding.id for finding in left_without(findings, dropped)}
        rows = np.array([n for n, finding in enumerate(findings) if finding.id in left], dtype=int)
        return _found_again(vectors[rows], group[rows])

    whole, sampled = without(()), _in_samples(vectors, group, seed)
    alone = {review: without({review}) for review in reviews}
    low = {review for review in reviews if ratings.get(review) in LOW}
    rated = without(low) if low else whole
    cited = {
        theme: sorted({review for f in findings if f.theme == theme for review in f.reviews})
        for theme in themes
    }
    return [
        Sensitivity(
            theme,
            int((group == number).sum()),
            whole[number],
            sampled[number],
            {r: alone[r][number] for r in cited[theme] if number in alone[r]},
            tuple(r for r in cited[theme] if number not in alone[r]),
            rated.get(number),
        )
        for number, theme in enumerate(themes)
    ]


def _in_samples(vectors: Floats, group: Ints, seed: int) -> list[float]:
    """Give each group's mean index over samples, 0 in those that hold none of its rows."""
    import numpy as np

    chance = np.random.default_rng(seed)
    size = max(1, round(SHARE * len(group)))
    total = np.zeros(int(group.max()) + 1)
    for _ in range(RESAMPLES):
        rows = np.sort(chance.choice(len(group), size, replace=False))
        for number, index in _found_again(vectors[rows], group[rows]).items():
            total[number] += index
    return [round(float(index), 3) for index in total / RESAMPLES]


def _found_again(vectors: Floats, group: Ints) -> dict[int, float]:
    """Group rows afresh; give, for each group that has a row left, the best Jaccard index."""
    import numpy as np

    if not len(group):
        return {}
    present = np.unique(group)
    again = grouped(centred(vectors), len(present))
    both = np.zeros((int(group.max()) + 1, len(present)))
    np.add.at(both, (group, again), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0) - both
    best = (both / np.maximum(either, 1)).max(axis=1)
    return {int(number): round(float(best[number]), 3) for number in present}
