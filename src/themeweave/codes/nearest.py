"""Nearest examples: the example finding that is most like a finding and bears the code suggested.

Evidence that a person can judge at a glance, and no source of belief: what an example adds, the
engine has learned already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themeweave.codes.examples import ExampleFinding
from themeweave.codes.reading import Reading
from themeweave.findings.answers import units

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ALIKE = 0.45  # cosine from which an example is worth showing
_SHOWN = 110  # characters of it
_CODES = 2  # of a finding, the codes believed most, that get an example


@dataclass(frozen=True)
class Stock:
    """Examples with their vectors in a few directions of an engine's space."""

    examples: tuple[ExampleFinding, ...]
    vectors: NDArray[np.float32]  # shape (n, k), unit rows
    directions: NDArray[np.float32]  # shape (d, k): from the engine's space to these


def with_examples(
    readings: Sequence[Reading], vectors: NDArray[np.float32], stock: Stock, question: str
) -> list[Reading]:
    """Add to each reading's notes the nearest example of the codes believed most.

    Parameters
    ----------
    vectors
        Shape (n, d), unit rows: those of the findings, as the engine made them.
    question
        Which of the examples' codes is meant, such as construct.
    """
    import numpy as np

    own = units(vectors @ stock.directions)
    rows: dict[str, list[int]] = {}
    for row, example in enumerate(stock.examples):
        if code := example.codes.get(question):
            rows.setdefault(code, []).append(row)
    of_code = {code: np.array(found) for code, found in rows.items()}
    wanted: dict[str, list[int]] = {}
    for place, reading in enumerate(readings):
        for code in sorted(reading.shares, key=lambda code: -reading.shares[code])[:_CODES]:
            if code in of_code:
                wanted.setdefault(code, []).append(place)
    notes: list[dict[str, str]] = [{} for _ in readings]
    for code, places in wanted.items():
        likeness = own[places] @ stock.vectors[of_code[code]].T
        best = likeness.argmax(axis=1)
        for place, column, row in zip(places, best, likeness, strict=True):
            if row[column] >= _ALIKE:
                text = stock.examples[of_code[code][column]].text
                notes[place][code] = f'like the example "{_short(text)}"'
    return [
        replace(reading, notes=_joined(reading.notes, more)) if more else reading
        for reading, more in zip(readings, notes, strict=True)
    ]


def _joined(notes: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    return {**notes, **{c: f"{notes[c]}; {n}" if c in notes else n for c, n in more.items()}}


def _short(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    return text[:_SHOWN].rpartition(" ")[0].rstrip(" ,;:") + " ..."
