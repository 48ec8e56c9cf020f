"""The loss report: every element of a file, whether it was read, repaired or dropped, and why.

Nothing leaves an import or export without a line here, and what a person should look at before a
file is given away has one too. `Losses.json` lists everything;
`Losses.lines` counts what was read as it stands and lists the rest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Fate = Literal["read", "repaired", "dropped", "look"]
FEW = 20  # lines of one kind that a person reads at a terminal


@dataclass(frozen=True, slots=True)
class Loss:
    """One element and what became of it."""

    fate: Fate
    element: str  # as the file calls it: Code, PlainTextSelection, column, row
    name: str
    why: str = ""


class Losses:
    """Collects what became of every element.

    Examples
    --------
    >>> report = Losses()
    >>> report.read("Code", "Hope")
    >>> report.dropped("PictureSelection", "p1", "an area of a picture holds no text")
    >>> list(report.lines())
    ['read: 1 Code', 'dropped: PictureSelection p1: an area of a picture holds no text']
    """

    def __init__(self) -> None:
        self.items: list[Loss] = []

    def read(self, element: str, name: str, how: str = "") -> None:
        """Note what was taken as it stands, and how it was understood where that is a choice."""
        self.items.append(Loss("read", element, name, how))

    def repaired(self, element: str, name: str, why: str) -> None:
        """Note what was taken otherwise than it stands."""
        self.items.append(Loss("repaired", element, name, why))

    def dropped(self, element: str, name: str, why: str) -> None:
        """Note what was left out."""
        self.items.append(Loss("dropped", element, name, why))

    def look(self, element: str, place: str, what: str) -> None:
        """Note what goes out as it stands and a person should look at."""
        self.items.append(Loss("look", element, place, what))

    def count(self, fate: Fate, element: str = "") -> int:
        """Count the lines of a fate, of one kind of element or of all."""
        return sum(i.fate == fate and element in ("", i.element) for i in self.items)

    def lines(self, few: int = FEW) -> Iterator[str]:
        """Say it in lines: counts of what was read, then each repair and each loss.

        Of more than ``few`` lines with one reason, the first are given and the others counted.
        """
        plain = (item for item in self.items if item.fate == "read" and not item.why)
        read = Counter(item.element for item in plain)
        if read:
            yield "read: " + ", ".join(f"{n:,} {element}" for element, n in read.items())
        told: Counter[tuple[str, str, str]] = Counter()
        for item in self.items:
            if item.why:
                kind = item.fate, item.element, item.why
                told[kind] += 1
                if told[kind] <= few:
                    yield f"{item.fate}: {item.element} {item.name}: {item.why}"
        for (fate, element, why), n in told.items():
            if n > few:
                yield f"{fate}: {n - few:,} more {element}: {why}"

    def json(self) -> bytes:
        """Give the whole list as JSON: counts first, then every element."""
        counts = Counter(item.fate for item in self.items)
        record = {
            "counts": {
                fate: counts[fate]
                for fate in ("read", "repaired", "dropped", "look")
                if fate != "look" or counts[fate]
            },
            "elements": [
                {"fate": i.fate, "element": i.element, "name": i.name, "why": i.why}
                for i in self.items
            ],
        }
        return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode(
            "utf-8", "backslashreplace"
        )
