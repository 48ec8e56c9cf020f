"""Agreement: how far people who worked alone came to the same labels.

Labels stand in a table of units (rows) by coders (columns); what a coder did not label is missing.
Percent agreement says how often two coders say the same. The other statistics take off what chance
would give, and differ in what they call chance: each coder's own habits (Cohen), the shared ones
(Scott, Fleiss, Krippendorff), or a guess that grows rarer as one label takes over (Gwet). With a
rare label the first kinds fall although people hardly ever differ, so percent, statistic and the
shares of the labels belong side by side. Where a statistic is undefined it says so, with the
reason; it is then neither 0 nor 1.

References
----------
Cohen J (1960), Educational and Psychological Measurement 20:37-46; (1968), Psychological Bulletin
70:213-220. Scott WA (1955), Public Opinion Quarterly 19:321-325. Fleiss JL (1971), Psychological
Bulletin 76:378-382. Krippendorff K (2019), Content Analysis, 4th ed., chapter 12. Gwet KL (2008),
British Journal of Mathematical and Statistical Psychology 61:29-48.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from themeweave.codes.labels import Floats, Ints, Units, read_labels, shares
from themeweave.errors import ReviewError

__all__ = [
    "BANDS",
    "Agreement",
    "Interval",
    "Units",
    "agreement",
    "band",
    "bootstrap",
    "cohen",
    "fleiss",
    "gwet",
    "krippendorff",
    "percent",
    "read_labels",
    "scott",
    "shares",
]
Level = Literal["nominal", "ordinal", "interval"]
Weights = Literal["identity", "linear", "quadratic"]

_ALONE = "fewer than two coders"
_NO_PAIR = "no unit was labelled by two coders"
_TWO_ONLY = "it is for exactly two coders"
_UNEVEN = "units have different numbers of labels; Krippendorff's alpha allows that"
BANDS = (
    "0 to 0.20 slight, to 0.40 fair, to 0.60 moderate, to 0.80 substantial, above that almost "
    "perfect, below 0 poor (Landis and Koch 1977); no cut-off is a law"
)
_BANDS = ((0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a statistic may lie, by drawing whole documents again and again."""

    low: float | None  # None where it is undefined
    high: float | None
    documents: int
    draws: int
    undefined_draws: int  # among them: left out of the interval
    reason: str = ""  # why there is no interval


@dataclass(frozen=True, slots=True)
class Agreement:
    """One statistic of agreement."""

    statistic: str  # "Cohen's kappa, linear weights"
    value: float | None  # at most 1; None where it is undefined
    units: int  # that at least two coders labelled; the statistic rests on these
    coders: int
    observed: float | None = None  # agreement, 0 to 1, with part credit where there are weights
    expected: float | None = None  # the same by chance
    reason: str = ""  # why it is undefined
    interval: Interval | None = None

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.statistic}: undefined ({self.reason})"
        return f"{self.statistic}: {self.value:.3f}"


def percent(units: Units) -> Agreement:
    """Compute the share of pairs of labels on the same unit that are the same, from 0 to 1.

    Each unit counts alike; of more than two coders, its pairs share its weight. Stays defined
    where only one label occurs.

    Examples
    --------
    >>> print(percent(read_labels([["a", "a"], ["a", "b"], ["b", "b"], ["b", None]])))
    percent agreement: 0.667
    """
    paired = _paired(units)
    name, coders = "percent agreement", units.codes.shape[1]
    if reason := _ALONE if coders < 2 else _NO_PAIR if not len(paired) else "":
        return Agreement(name, None, len(paired), coders, reason=reason)
    observed = _observed(paired, np.eye(paired.shape[1]))
    return Agreement(name, observed, len(paired), coders, observed)


def cohen(units: Units, weights: Weights = "identity") -> Agreement:
    """Compute Cohen's kappa of two coders, over the units that both labelled.

    Parameters
    ----------
    weights
        Part credit for labels that are near each other in the order of the categories: none
        (identity), falling with the distance (linear) or with its square (quadratic).

    Examples
    --------
    >>> print(cohen(read_labels([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]])))
    Cohen's kappa: 0.500
    """
    name, coders = f"Cohen's kappa{_said(weights)}", units.codes.shape[1]
    both = units.codes[(units.codes >= 0).all(axis=1)] if coders == 2 else units.codes[:0]
    reason = (
        _ALONE if coders < 2 else _TWO_ONLY if coders > 2 else _NO_PAIR if not len(both) else ""
    )
    if reason := reason or _one_label(units, both):
        return Agreement(name, None, len(both), coders, reason=reason)
    q = len(units.categories)
    credit = _credit(q, weights)
    margins = [np.bincount(both[:, coder], minlength=q) / len(both) for coder in (0, 1)]
    observed = float(credit[both[:, 0], both[:, 1]].mean())
    return _corrected(name, observed, float(margins[0] @ credit @ margins[1]), len(both), coders)


def scott(units: Units) -> Agreement:
    """Compute Scott's pi of two coders, over the units that both labelled.

    Examples
    --------
    >>> print(scott(read_labels([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]])))
    Scott's pi: 0.467
    """
    if units.codes.shape[1] > 2:
        units_of_two = len(_paired(units))
        return Agreement("Scott's pi", None, units_of_two, units.codes.shape[1], reason=_TWO_ONLY)
    both = Units(units.codes[(units.codes >= 0).all(axis=1)], units.categories)
    return replace(fleiss(both), statistic="Scott's pi")


def fleiss(units: Units) -> Agreement:
    """Compute Fleiss' kappa of any number of coders; every unit needs the same number of labels.

    Units without any label are passed over.

    Examples
    --------
    >>> print(fleiss(read_labels([["a", "a", "a"], ["a", "b", "b"], ["b", "b", "b"]])))
    Fleiss' kappa: 0.550
    """
    name, coders = "Fleiss' kappa", units.codes.shape[1]
    labelled = units.counts[units.counts.sum(axis=1) > 0]
    paired = _paired(units)
    reason = _ALONE if coders < 2 else _NO_PAIR if not len(paired) else ""
    if not reason and len(set(labelled.sum(axis=1).tolist())) > 1:
        reason = _UNEVEN
    if reason := reason or _one_label(units, units.codes):
        return Agreement(name, None, len(paired), coders, reason=reason)
    share = paired.sum(axis=0) / paired.sum()
    observed = _observed(paired, np.eye(len(share)))
    return _corrected(name, observed, float(share @ share), len(paired), coders)


def krippendorff(units: Units, level: Level = "nominal") -> Agreement:
    """Compute Krippendorff's alpha: any number of coders, any labels missing.

    Parameters
    ----------
    level
        How far apart two labels are: same or not (nominal), by their places in the order of the
        categories and how often those between are used (ordinal), by the squared difference of
        numbers (interval).

    Raises
    ------
    ReviewError
        At the interval level, where a category is no number.

    Examples
    --------
    >>> print(krippendorff(read_labels([[1, 1, None], [2, 2, 3], [3, 3, 3]]), "interval"))
    Krippendorff's alpha, interval: 0.841
    """
    name, coders = f"Krippendorff's alpha, {level}", units.codes.shape[1]
    paired = _paired(units)
    reason = _ALONE if coders < 2 else _NO_PAIR if not len(paired) else ""
    given = paired.sum(axis=0)
    if not reason and (given > 0).sum() < 2:
        reason = _only(units.categories[int(given.argmax())])
    if reason:
        return Agreement(name, None, len(paired), coders, reason=reason)
    apart = _distances(units.categories, given, level)
    pairs = paired[:, :, None] * paired[:, None, :]
    pairs -= paired[:, :, None] * np.eye(len(given))
    met = (pairs / (paired.sum(axis=1) - 1)[:, None, None]).sum(axis=0)  # the coincidences
    total = given.sum()
    chance = (np.outer(given, given) - np.diag(given)) / (total - 1)
    farthest = apart.max()
    observed = 1 - float((met * apart).sum() / (total * farthest))
    expected = 1 - float((chance * apart).sum() / (total * farthest))
    return _corrected(name, observed, expected, len(paired), coders)


def gwet(units: Units, weights: Weights = "identity") -> Agreement:
    """Compute Gwet's AC1, or AC2 where labels near each other earn part credit.

    Steady where one label is much commoner than the others. Any number of coders, any labels
    missing; how many categories there could be matters (`read_labels`).

    Examples
    --------
    >>> print(gwet(read_labels([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]])))
    Gwet's AC1: 0.529
    """
    name = "Gwet's AC1" if weights == "identity" else f"Gwet's AC2{_said(weights)}"
    coders, paired = units.codes.shape[1], _paired(units)
    reason = _ALONE if coders < 2 else _NO_PAIR if not len(paired) else ""
    if reason := reason or _one_label(units, units.codes):
        return Agreement(name, None, len(paired), coders, reason=reason)
    counts = units.counts
    labelled = counts[counts.sum(axis=1) > 0]
    q = counts.shape[1]
    credit = _credit(q, weights)
    share = (labelled / labelled.sum(axis=1, keepdims=True)).mean(axis=0)
    expected = float(credit.sum() / (q * (q - 1)) * (share * (1 - share)).sum())
    return _corrected(name, _observed(paired, credit), expected, len(paired), coders)


def bootstrap(
    units: Units,
    documents: Sequence[Hashable],
    statistic: Callable[[Units], Agreement],
    *,
    draws: int = 1000,
    coverage: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Find the interval of a statistic by drawing documents, each with all its units.

    What one document says is of a piece, so its units are not drawn one by one.

    Parameters
    ----------
    documents
        Shape (units,): the document, or review, that each unit stands in.
    statistic
        Any of this module, such as `krippendorff`, or ``partial(cohen, weights="linear")``.
    draws
        Samples of as many documents as there are, drawn with replacement.
    coverage
        0 to 1: the middle share of the draws.
    seed
        The same seed gives the same interval.

    Raises
    ------
    ReviewError
        Where not every unit has a document.

    Examples
    --------
    >>> units = read_labels([["a", "a"], ["b", "b"], ["a", "b"], ["b", "b"]])
    >>> bootstrap(units, ["R1", "R1", "R1", "R1"], percent).reason
    'all units stand in one document'
    """
    if len(documents) != len(units.codes):
        raise ReviewError(
            f"{len(documents)} documents are named for {len(units.codes)} units",
            "table of labels",
            "Name the document of every unit.",
        )
    names = list(dict.fromkeys(documents))
    if len(names) < 2:
        reason = "all units stand in one document" if names else "there are no units"
        return Interval(None, None, len(names), 0, 0, reason)
    place = {name: number for number, name in enumerate(names)}
    of_unit = np.array([place[name] for name in documents])
    rows = [np.flatnonzero(of_unit == number) for number in range(len(names))]
    chance = np.random.default_rng(seed)
    found: list[float] = []
    for _ in range(draws):
        drawn = chance.integers(len(names), size=len(names))
        sample = Units(units.codes[np.concatenate([rows[i] for i in drawn])], units.categories)
        if (value := statistic(sample).value) is not None:
            found.append(value)
    lost = draws - len(found)
    if not found:
        return Interval(None, None, len(names), draws, lost, "undefined in every draw")
    low, high = np.quantile(found, [(1 - coverage) / 2, (1 + coverage) / 2])
    return Interval(float(low), float(high), len(names), draws, lost)


def agreement(
    units: Units,
    level: Level = "nominal",
    documents: Sequence[Hashable] | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[Agreement, ...]:
    """Compute every statistic that fits the number of coders and the level of the labels.

    Parameters
    ----------
    level
        Nominal: labels without order. Otherwise Cohen's and Gwet's statistics take quadratic
        weights beside plain ones.
    documents
        As in `bootstrap`, for an interval to each; None for no intervals.

    Examples
    --------
    >>> for found in agreement(read_labels([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]])):
    ...     print(found)
    percent agreement: 0.750
    Cohen's kappa: 0.500
    Scott's pi: 0.467
    Krippendorff's alpha, nominal: 0.533
    Gwet's AC1: 0.529
    """
    pair, ordered = units.codes.shape[1] <= 2, level != "nominal"
    asked: list[Callable[[Units], Agreement]] = [percent]
    asked += [cohen, scott] if pair else [fleiss]
    if ordered and pair:
        asked.append(partial(cohen, weights="quadratic"))
    asked += [partial(krippendorff, level=level), gwet]
    if ordered:
        asked.append(partial(gwet, weights="quadratic"))
    if documents is None:
        return tuple(statistic(units) for statistic in asked)
    return tuple(
        replace(
            statistic(units),
            interval=bootstrap(units, documents, statistic, draws=draws, seed=seed),
        )
        for statistic in asked
    )


def band(value: float) -> str:
    """Name a chance-corrected value by BANDS; the value is not rounded before.

    Examples
    --------
    >>> band(0.61), band(-0.1)
    ('substantial', 'poor')
    """
    if value < 0:
        return "poor"
    return next((name for limit, name in _BANDS if value <= limit), "almost perfect")


def _paired(units: Units) -> Floats:
    """Give the counts of the units that two coders or more labelled."""
    counts = units.counts
    paired: Floats = counts[counts.sum(axis=1) >= 2]
    return paired


def _observed(counts: Floats, credit: Floats) -> float:
    """Compute the mean credit of two labels on one unit; every unit counts alike."""
    given = counts.sum(axis=1)
    agreed = (counts * (counts @ credit - 1)).sum(axis=1) / (given * (given - 1))
    return float(agreed.mean())


def _credit(categories: int, weights: Weights) -> Floats:
    """Give the weights of pairs of labels, 1 on the diagonal; shape (categories, categories)."""
    if weights == "identity":
        return np.eye(categories)
    place = np.arange(categories)
    steps = np.abs(place[:, None] - place) / max(categories - 1, 1)
    credit: Floats = 1 - (steps if weights == "linear" else steps**2)
    return credit


def _distances(categories: Sequence[Hashable], given: Floats, level: Level) -> Floats:
    """Give the squared distances of labels, shape (categories, categories)."""
    if level == "nominal":
        return 1 - np.eye(len(given))
    if level == "ordinal":
        place = np.cumsum(given) - given / 2
    else:
        numbers = [label for label in categories if isinstance(label, int | float)]
        if len(numbers) < len(categories):
            raise ReviewError(
                "the interval level needs labels that are numbers",
                "table of labels",
                "Give numbers, or take the ordinal or nominal level.",
                faults=[f"'{c}'" for c in categories if not isinstance(c, int | float)],
            )
        place = np.array(numbers, dtype=np.float64)
    squared: Floats = (place[:, None] - place) ** 2
    return squared


def _one_label(units: Units, codes: Ints) -> str:
    """Say so where a single label is all that occurs; empty where there are more."""
    used = np.unique(codes[codes >= 0])
    return _only(units.categories[int(used[0])]) if len(used) == 1 else ""


def _only(label: Hashable) -> str:
    return f"only the label '{label}' was given, so chance alone would agree"


def _corrected(name: str, observed: float, expected: float, units: int, coders: int) -> Agreement:
    return Agreement(
        name, (observed - expected) / (1 - expected), units, coders, observed, expected
    )


def _said(weights: Weights) -> str:
    return "" if weights == "identity" else f", {weights} weights"
