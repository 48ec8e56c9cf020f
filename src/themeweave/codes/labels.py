"""Labels that several people gave to the same units, made ready for statistics of agreement."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from themeweave.errors import ReviewError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Units:
    """Labels as the statistics take them, made by `read_labels`."""

    codes: Ints  # shape (units, coders): place in categories, -1 where missing
    categories: tuple[Hashable, ...]

    @property
    def counts(self) -> Floats:
        """How many coders gave each label, shape (units, categories)."""
        return _counts(self.codes, len(self.categories))


def read_labels(
    labels: Sequence[Sequence[Hashable]], categories: Sequence[Hashable] | None = None
) -> Units:
    """Take labels in.

    Parameters
    ----------
    labels
        Shape (units, coders). None, nan and empty text are missing labels.
    categories
        Every label that could be given, in order where there is one. None: those that occur, in
        ascending order. Labels that nobody used matter to Gwet's statistics and to weights.

    Raises
    ------
    ReviewError
        Where rows have different numbers of coders, or a label is none of the categories.

    Examples
    --------
    >>> read_labels([["yes", "no"], ["yes", None]]).categories
    ('no', 'yes')
    """
    rows = [[None if _is_missing(label) else label for label in row] for row in labels]
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise ReviewError(
            f"units have labels of {min(widths)} to {max(widths)} coders",
            "table of labels",
            "Give every unit one place for each coder, empty where a coder gave no label.",
        )
    used = {label for row in rows for label in row if label is not None}
    known = tuple(sorted(used, key=_order) if categories is None else dict.fromkeys(categories))
    place = {label: number for number, label in enumerate(known)}
    if unknown := sorted(map(str, used - place.keys())):
        raise ReviewError(
            "labels are none of the categories",
            "table of labels",
            f"The categories are: {', '.join(map(str, known))}.",
            faults=[f"'{label}'" for label in unknown],
        )
    codes = [[-1 if label is None else place[label] for label in row] for row in rows]
    shape = (len(rows), max(widths, default=0))
    return Units(np.array(codes, dtype=np.intp).reshape(shape), known)


def shares(units: Units) -> dict[Hashable, float]:
    """Give the share of each label among all labels (prevalence); empty where there is none.

    Examples
    --------
    >>> shares(read_labels([["a", "a"], ["a", "b"]]))
    {'a': 0.75, 'b': 0.25}
    """
    given = units.counts.sum(axis=0)
    total = given.sum()
    if not total:
        return {}
    return dict(zip(units.categories, (given / total).tolist(), strict=True))


def _is_missing(label: Hashable) -> bool:
    return label is None or label == "" or label != label


def _order(label: Hashable) -> tuple[bool, float, str]:
    """Order numbers by size, and before texts."""
    if isinstance(label, int | float):
        return False, float(label), ""
    return True, 0.0, str(label)


def _counts(codes: Ints, categories: int) -> Floats:
    found = np.zeros((len(codes), categories))
    for coder in range(codes.shape[1]):
        rows = np.flatnonzero(codes[:, coder] >= 0)
        found[rows, codes[rows, coder]] += 1.0
    return found
