"""Sharing out findings among coders: each to one, and a random share of them to two.

Chance comes from the seed alone: units are ordered by a hash of seed and name, so that the same
seed gives the same shares on every computer, whatever the order of the sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from themeweave.errors import ReviewError


def allocate(
    units: Mapping[str, int], coders: Sequence[str], double: float, seed: int = 0
) -> dict[str, list[str]]:
    """Share out units among coders.

    Parameters
    ----------
    units
        What is given out as a whole, such as findings or documents, with how many findings each
        holds, at least 1.
    coders
        Their names, at least one; two or more where anything is coded twice.
    double
        0 to 1: the share of units, rounded to a whole number, that two coders get.
    seed
        The same seed gives the same shares.

    Returns
    -------
    dict
        Coder -> units, in the order of ``units``. With units of one size the coders' loads differ
        by one at most, and each pair has as many units in common as any other, or nearly.

    Raises
    ------
    ReviewError
        Where the share is not from 0 to 1, no coder or one twice is named, or there are fewer
        than two for double coding.

    Examples
    --------
    >>> shares = allocate({"F1": 1, "F2": 1, "F3": 1, "F4": 1}, ["ana", "ben"], 0.5)
    >>> {coder: len(own) for coder, own in shares.items()}
    {'ana': 3, 'ben': 3}
    """
    if not 0 <= double <= 1:
        raise ReviewError(
            f"{double:g} is no share of findings", "", "Give a number from 0 to 1: 0.2 is a fifth."
        )
    if len(set(coders)) < len(coders) or not coders:
        raise ReviewError("each coder is named once", "", "Name all who are to code.")
    twice = round(double * len(units))
    if twice and len(coders) < 2:
        raise ReviewError(
            "double coding needs two coders", "", "Name a second one, or have nothing coded twice."
        )
    order = shuffled(units, seed)
    load: Counter[str] = Counter(dict.fromkeys(coders, 0))
    together: Counter[frozenset[str]] = Counter()
    given: dict[str, set[str]] = {coder: set() for coder in coders}
    for number, unit in enumerate(order):
        first = min(coders, key=lambda coder: load[coder])
        to = [first]
        if number < twice:
            others = (coder for coder in coders if coder != first)
            pair = [(load[c], together[frozenset((first, c))], n, c) for n, c in enumerate(others)]
            second = min(pair)[3]
            together[frozenset((first, second))] += 1
            to.append(second)
        for coder in to:
            load[coder] += units[unit]
            given[coder].add(unit)
    return {coder: [unit for unit in units if unit in own] for coder, own in given.items()}


def shuffled(names: Iterable[str], seed: int) -> list[str]:
    """Put names into an order of chance, which depends on the names and the seed alone.

    Examples
    --------
    >>> shuffled(["F1", "F2", "F3"], 0) == shuffled(["F3", "F2", "F1"], 0)
    True
    """
    return sorted(names, key=lambda name: (sha256(f"{seed}\x1f{name}".encode()).digest(), name))
