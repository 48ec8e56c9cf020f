"""Outcomes: pool the study rows of an effects sheet, one result an outcome.

Several effects of one study on one outcome are first made one composite effect, with a stated
correlation between them, so that a study counts once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.effects.presets import Preset
from themeweave.effects.records import PooledEffect


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One effect that a study reports."""

    study: str
    outcome: str
    yi: float
    vi: float
    n: int | None = None  # participants in both groups


@dataclass(frozen=True, slots=True)
class StudyEffect:
    """A study's composite effect on one outcome."""

    study: str
    yi: float
    vi: float
    n_effects: int
    n: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome, its studies, and their pooled effects."""

    name: str
    studies: tuple[StudyEffect, ...]
    random: PooledEffect
    common: PooledEffect

    @property
    def n(self) -> int | None:
        """Participants in all studies, where every study gives them."""
        counts = [study.n for study in self.studies if study.n is not None]
        return sum(counts) if len(counts) == len(self.studies) else None


def pool_outcomes(rows: Sequence[StudyRow], chosen: Preset, rho: float = 0.6) -> list[Outcome]:
    """Pool each outcome over its studies, by random effects and by a common effect.

    Parameters
    ----------
    rows
        Effects on the analysis scale, variances above 0.
    chosen
        The choices that the random-effects results are pooled with.
    rho
        Correlation assumed between several effects of one study on one outcome, 0 to below 1;
        their mean is the study's effect.

    Returns
    -------
    list of Outcome
        In the order in which outcomes first appear.

    Examples
    --------
    >>> from themeweave.effects.presets import PRESETS
    >>> rows = [StudyRow("A", "hope", 0.2, 0.04), StudyRow("A", "hope", 0.4, 0.04),
    ...         StudyRow("B", "hope", 0.1, 0.02)]
    >>> outcome = pool_outcomes(rows, PRESETS["cochrane2025"], rho=0.5)[0]
    >>> [(s.study, round(s.yi, 2), round(s.vi, 3), s.n_effects) for s in outcome.studies]
    [('A', 0.3, 0.03, 2), ('B', 0.1, 0.02, 1)]
    """
    from themeweave.effects.multilevel.three_level import aggregate
    from themeweave.effects.pool import pool
    from themeweave.effects.presets import pool_as

    outcomes: list[Outcome] = []
    for name in dict.fromkeys(row.outcome for row in rows):
        own = [row for row in rows if row.outcome == name]
        made = aggregate(
            [r.yi for r in own], [r.vi for r in own], [r.study for r in own], rho, "equal"
        )
        largest: dict[str, int] = {}
        for row in own:
            if row.n is not None:
                largest[row.study] = max(largest.get(row.study, 0), row.n)
        studies = tuple(
            StudyEffect(study, float(y), float(v), int(count), largest.get(study))
            for study, y, v, count in zip(
                made.clusters, made.yi, made.vi, made.n_effects, strict=True
            )
        )
        random = pool_as(chosen, made.yi, made.vi)
        common = pool(made.yi, made.vi, "FE", "z", chosen.level)
        outcomes.append(Outcome(name, studies, random, common))
    return outcomes


def heterogeneity_words(pooled: PooledEffect) -> str:
    """Put Q, I2 and tau2 in one line; nothing where there is one study."""
    if pooled.k < 2:
        return "one study: heterogeneity is not estimable"
    p = "p < 0.001" if pooled.Q_pval < 0.001 else f"p = {pooled.Q_pval:.3f}"
    return (
        f"Q = {pooled.Q:.2f} (df = {int(pooled.Q_df)}, {p}), I² = {pooled.I2:.0f}%, "
        f"τ² = {pooled.tau2:.3f}"
    )


def interval_words(estimate: float, low: float, high: float) -> str:
    """Write an estimate with its interval.

    Examples
    --------
    >>> interval_words(0.204, 0.1, float("nan"))
    '0.20 (interval not estimable)'
    """
    if math.isnan(low) or math.isnan(high):
        return f"{estimate:.2f} (interval not estimable)"
    return f"{estimate:.2f} ({low:.2f} to {high:.2f})"
