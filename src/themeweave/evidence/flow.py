"""Flow of records: from what was identified to what was included, with every sum checked.

The boxes of PRISMA 2020. A number that is not reported stays unknown, and sums with it are not
checked; numbers that contradict each other are never drawn.

References
----------
Page MJ et al. (2021). BMJ 372:n71.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from themeweave.errors import ReviewError

# box: what it counts. The boxes of one chain; "other" ones are those of other methods.
BOXES: Mapping[str, str] = {
    "identified": "Records identified from databases and registers",
    "removed": "Records removed before screening",
    "screened": "Records screened",
    "excluded": "Records excluded",
    "sought": "Reports sought for retrieval",
    "not retrieved": "Reports not retrieved",
    "assessed": "Reports assessed for eligibility",
    "excluded full text": "Reports excluded",
    "other identified": "Records identified by other methods",
    "other sought": "Reports sought for retrieval",
    "other not retrieved": "Reports not retrieved",
    "other assessed": "Reports assessed for eligibility",
    "other excluded full text": "Reports excluded",
    "included": "Studies or reviews included",
    "reports": "Reports of included studies or reviews",
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its number, and what it is made of."""

    name: str  # of BOXES
    n: int | None  # None: not reported
    parts: tuple[tuple[str, int], ...] = ()  # databases, or reasons, with their numbers


@dataclass(frozen=True, slots=True)
class Flow:
    """All boxes that are given, by name."""

    boxes: Mapping[str, Box]

    def n(self, name: str) -> int | None:
        """Give the number of a box; None where it is not reported."""
        return self.boxes[name].n if name in self.boxes else None


def flow(
    rows: Iterable[tuple[str, str, int | None]],
    held: tuple[int, int] | None = None,
    where: str = "the numbers",
) -> Flow:
    """Put numbers into boxes and check every sum that they allow.

    Parameters
    ----------
    rows
        Box, label, number. A row without a label is the whole box; rows with one are its parts
        (databases, reasons), which add up to it.
    held
        How many included studies or reviews, and how many reports of them, the review folder
        lists.
    where
        The name of the numbers, for messages.

    Raises
    ------
    ReviewError
        Listing every sum that does not come out, box that is unknown or stands twice, and negative
        number.

    Examples
    --------
    >>> numbers = [("assessed", "", 93), ("excluded full text", "", 57), ("reports", "", 36)]
    >>> flow(numbers).n("reports")
    36
    """
    wholes, parts, faults = _grouped(rows)
    boxes: dict[str, Box] = {}
    for name in BOXES:
        if name not in wholes and name not in parts:
            continue
        total = sum(number for _, number in parts.get(name, ()))
        whole = wholes.get(name)
        if whole is not None and parts.get(name) and total != whole:
            faults.append(f"the parts of '{name}' add up to {total}, the whole is {whole}")
        known = whole if whole is not None or not parts.get(name) else total
        boxes[name] = Box(name, known, tuple(parts.get(name, ())))
    made = Flow(boxes)
    faults += _sums(made)
    if held:
        faults += _held(made, *held)
    if faults:
        raise ReviewError(
            "the flow of records does not add up",
            where,
            "Correct the numbers; leave a number empty that is not reported.",
            faults=faults,
        )
    return made


def _grouped(
    rows: Iterable[tuple[str, str, int | None]],
) -> tuple[dict[str, int | None], dict[str, list[tuple[str, int]]], list[str]]:
    """Sort rows into whole boxes and their parts, and list what is wrong with single rows."""
    wholes: dict[str, int | None] = {}
    parts: dict[str, list[tuple[str, int]]] = {}
    faults: list[str] = []
    for name, label, number in rows:
        if name not in BOXES:
            faults.append(f"'{name}' is no box; the boxes are {', '.join(BOXES)}")
        elif number is not None and number < 0:
            faults.append(f"'{label or name}' has a negative number, {number}")
        elif label:
            parts.setdefault(name, [])
            if number is not None:
                parts[name].append((label, number))
        elif name in wholes:
            faults.append(f"the whole of '{name}' stands there twice")
        else:
            wholes[name] = number
    return wholes, parts, faults


def _sums(made: Flow) -> list[str]:
    """Check each step of each chain, and where the chains meet."""
    n = made.n
    steps = [
        ("identified", "removed", "screened"),
        ("screened", "excluded", "sought"),
        ("sought", "not retrieved", "assessed"),
        ("other sought", "other not retrieved", "other assessed"),
    ]
    faults = []
    for whole, less, rest in steps:
        start, minus, left = n(whole), n(less), n(rest)
        if start is None or left is None:
            continue
        if minus is None:
            if less in made.boxes or left > start:
                faults += [f"{rest} {left} is more than {whole} {start}"] if left > start else []
            elif left != start and less.endswith("not retrieved"):
                faults.append(f"{whole} {start}, but {rest} {left}, and '{less}' is not given")
        elif start - minus != left:
            faults.append(f"{whole} {start} less {less} {minus} is {start - minus}, not {left}")
    other, sought = n("other identified"), n("other sought")
    if other is not None and sought is not None and sought > other:
        faults.append(f"other sought {sought} is more than other identified {other}")
    return faults + _meeting(made)


def _meeting(made: Flow) -> list[str]:
    """Check what comes out of both chains against what is included."""
    n = made.n
    assessed, excluded, reports = n("assessed"), n("excluded full text"), n("reports")
    included = n("included")
    total = reports if reports is not None else included
    faults = []
    if assessed is not None and excluded is not None and total is not None:
        aside = [n("other assessed"), n("other excluded full text")]
        gained = (aside[0] or 0) - (aside[1] or 0)
        unknown = "other assessed" in made.boxes and None in aside
        came = assessed - excluded + gained
        name = "reports" if reports is not None else "included"
        if not unknown and came != total:
            said = f"assessed {assessed} less excluded {excluded}"
            said += f" and {gained} by other methods" if aside[0] is not None else ""
            faults.append(f"{said} is {came}, not {name} {total}")
    if reports is not None and included is not None and reports < included:
        faults.append(f"{included} are included, but only {reports} reports of them")
    return faults


def _held(made: Flow, reviews: int, reports: int) -> list[str]:
    faults = []
    if (said := made.n("included")) is not None and said != reviews:
        faults.append(f"included {said}, but the folder lists {reviews} included reviews")
    if (said := made.n("reports")) is not None and said != reports:
        faults.append(f"reports {said}, but the folder lists {reports} reports of included reviews")
    return faults
