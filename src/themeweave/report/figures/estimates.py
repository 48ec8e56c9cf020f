"""Estimates with their intervals, as plots show them, and what no plot can show."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from themeweave.errors import ReviewError

RATIOS = ("OR", "RR", "PETO", "IRR", "HR", "RATIO", "ROM")  # measures that come as logarithms
MOST_ROWS = 300  # of any plot with one row a study


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its interval: of a study, or pooled; nan where not estimable."""

    label: str
    estimate: float
    ci_lb: float
    ci_ub: float
    weight: float | None = None  # per cent of the pooled estimate
    n: int | None = None  # participants
    k: int | None = None  # studies, or results of one study
    pval: float | None = None
    i2: float | None = None  # per cent
    bias: tuple[str, ...] = ()  # one judgement for each of the plot's domains, such as "low"

    def back(self, ratio: bool) -> Effect:
        """Turn the logarithms of a ratio back into ratios; leave other effects be."""
        return replace(
            self,
            estimate=back(self.estimate, ratio),
            ci_lb=back(self.ci_lb, ratio),
            ci_ub=back(self.ci_ub, ratio),
        )


def back(value: float, ratio: bool) -> float:
    """Turn a logarithm back into a ratio, infinite where beyond all numbers; else leave it be."""
    return value if not ratio else math.exp(value) if value < 700 else math.inf


def model_words(method: str) -> str:
    """Name the model that a method of pooling belongs to."""
    return "Common effect" if method in ("FE", "EE") else f"Random effects ({method})"


def measure_words(measure: str) -> str:
    """Name a measure as columns and axes do; ready effects are of no measure we know."""
    return "Effect" if measure == "GEN" else measure


def p_words(pval: float) -> str:
    """Write a p value as reviews print it.

    Examples
    --------
    >>> p_words(0.0312), p_words(1e-9)
    ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if pval < 0.001 else f"p = {pval:.3f}"


def check_rows(rows: int) -> None:
    """Refuse a plot with more rows than a page can hold."""
    if rows > MOST_ROWS:
        raise ReviewError(
            f"the plot would have {rows} rows, and nobody can read more than {MOST_ROWS}",
            next_step="Draw one plot a subgroup, or combine the results of each study first.",
        )


def check_ratios(effects: Iterable[Effect]) -> None:
    """Refuse ratios that have no logarithm."""
    faults = [f"{effect.label}: {effect.estimate:g}" for effect in effects if effect.estimate <= 0]
    if faults:
        raise ReviewError(
            "a ratio is not above 0",
            next_step="Give ratios as ratios, not as their logarithms.",
            faults=faults,
        )


def check_labels(labels: Sequence[str], k: int) -> None:
    """Refuse labels that do not match the effects."""
    if len(labels) != k:
        raise ReviewError(
            f"there are {len(labels)} labels for {k} effects",
            next_step="Give one label per effect, in the same order.",
        )
