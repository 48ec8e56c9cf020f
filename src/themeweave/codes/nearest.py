"""Nearest examples: the example finding that is most like a finding and bears the code suggested.

Evidence that a person can judge at a glance. What an example says the engine has learned already,
so it adds no belief; but where neither a phrase nor an example near by can be shown for a code of
a framework, there is less reason to believe it, and the codes come closer together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themeweave.codes.codebook import Codebook
from themeweave.codes.examples import ExampleFinding
from themeweave.codes.reading import Reading
from themeweave.codes.valence import BARRIER, FACILITATOR
from themeweave.findings.answers import units

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ALIKE = 0.7  # cosine from which an example is worth showing: such codes are right in five of six
_SHOWN = 100  # characters of it
_OPPOSITE = {BARRIER: FACILITATOR, FACILITATOR: BARRIER}
_UNSHOWN = 0.85  # power of shares where nothing can be shown; chosen on topics not taught


@dataclass(frozen=True)
class Stock:
    """Examples with their vectors in a few directions of an engine's space."""

    examples: tuple[ExampleFinding, ...]
    vectors: NDArray[np.float32]  # shape (n, k), unit rows
    directions: NDArray[np.float32]  # shape (d, k): from the engine's space to these


def with_examples(
    readings: Sequence[Reading],
    vectors: NDArray[np.float32],
    stock: Stock,
    question: str,
    book: Codebook,
    directions: Sequence[str] = (),
) -> list[Reading]:
    """Add to each reading's notes the nearest example of the codes believed most.

    Parameters
    ----------
    vectors
        Shape (n, d), unit rows: those of the findings, as the engine made them.
    question
        Which of the examples' codes is meant, such as construct.
    book
        Whose names the codes have.
    directions
        One a finding, as the engine reads it: an example of the opposite one is passed over, as it
        convinces nobody. Empty: any example will do.
    """
    import numpy as np

    own = units(vectors @ stock.directions)
    rows: dict[str, list[int]] = {}
    for row, example in enumerate(stock.examples):
        if code := example.codes.get(question):
            rows.setdefault(code, []).append(row)
    of_code = {code: np.array(found) for code, found in rows.items()}
    firsts = [_firsts(reading, book) for reading in readings]
    wanted: dict[str, list[int]] = {}
    for place, codes in enumerate(firsts):
        for code in codes:
            if code in of_code:
                wanted.setdefault(code, []).append(place)
    notes: list[dict[str, str]] = [{} for _ in readings]
    for code, places in wanted.items():
        likeness = own[places] @ stock.vectors[of_code[code]].T
        if directions:
            against = [_OPPOSITE.get(directions[place], "") for place in places]
            goes = [stock.examples[row].codes.get("valence", "") for row in of_code[code]]
            likeness[(np.array(against)[:, None] == np.array(goes)) & (np.array(goes) != "")] = -1
        best = likeness.argmax(axis=1)
        for place, column, row in zip(places, best, likeness, strict=True):
            if row[column] >= _ALIKE:
                text = stock.examples[of_code[code][column]].text
                named = book.name(code) if code in book.by_id else code
                notes[place][code] = f'like "{_short(text)}", an example of {named}'
    tree = any(code.parent for code in book.codes)
    return [
        replace(
            reading,
            shares=_closer(reading, book, codes, more) if tree else reading.shares,
            notes=_joined(reading.notes, more),
        )
        for reading, codes, more in zip(readings, firsts, notes, strict=True)
    ]


def _firsts(reading: Reading, book: Codebook) -> list[str]:
    """Give the code believed most in each branch, the one believed most of all first."""
    firsts: dict[str, str] = {}
    for code in sorted(reading.shares, key=lambda code: -reading.shares[code]):
        firsts.setdefault(book.top(code), code)
    return list(firsts.values())


def _closer(
    reading: Reading, book: Codebook, firsts: Sequence[str], shown: Mapping[str, str]
) -> dict[str, float]:
    """Bring codes closer together where nothing can be shown for the first of them.

    Within each branch by its own first code, the branches by the first of all.
    """
    bare = [code for code in firsts if code not in shown and not reading.phrases.get(code)]
    shares = dict(reading.shares)
    for first in bare:
        branch = [code for code in shares if book.top(code) == book.top(first)]
        whole = sum(shares[code] for code in branch)
        powers = {code: shares[code] ** _UNSHOWN for code in branch}
        room = sum(powers.values()) or 1.0
        shares.update({code: whole * power / room for code, power in powers.items()})
    if firsts and firsts[0] in bare:
        tops = dict.fromkeys(book.top(code) for code in firsts)
        sums = {top: sum(s for c, s in shares.items() if book.top(c) == top) for top in tops}
        room = sum(whole**_UNSHOWN for whole in sums.values()) or 1.0
        shares = {
            code: share * sums[book.top(code)] ** (_UNSHOWN - 1) / room if share else 0.0
            for code, share in shares.items()
        }
    return shares


def _joined(notes: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    return {**notes, **{c: f"{notes[c]}; {n}" if c in notes else n for c, n in more.items()}}


def _short(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    return text[:_SHOWN].rpartition(" ")[0].rstrip(" ,;:") + " ..."
