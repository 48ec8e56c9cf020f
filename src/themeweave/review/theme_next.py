"""What to look at next: the undecided findings from which a person's ruling teaches most.

Three kinds in turn: the most central findings of large candidate themes, which speak for many;
those between two themes, where a ruling draws the line; and those that point against their theme.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from themeweave.codes.coding import Suggestion
from themeweave.errors import ReviewError
from themeweave.review.files import Progress
from themeweave.review.folder import THEMES, open_folder
from themeweave.review.synthesis import Synthesis, synthesise
from themeweave.review.theme_evidence import contradictions_of
from themeweave.review.theme_stage import peoples_themes


@dataclass(frozen=True, slots=True)
class Next:
    """A finding to decide on."""

    id: str
    text: str
    why: str


def look_next(path: Path, most: int, progress: Progress) -> list[Next]:
    """Rank the findings that nobody has placed in a theme.

    Parameters
    ----------
    most
        How many to give, at least 1.

    Raises
    ------
    ReviewError
        With a number below 1.
    """
    if most < 1:
        raise ReviewError(f"{most} findings cannot be shown", "", "Give a number from 1 up.")
    synthesis = synthesise(open_folder(path), progress, weighs=False)
    open_ = _undecided(synthesis)
    kinds = [list(_central(synthesis)), list(_between(synthesis)), list(_against(synthesis))]
    in_turn = chain.from_iterable(zip_longest(*kinds))
    found: dict[str, str] = {}
    for finding, why in (pair for pair in in_turn if pair):
        if finding in open_:
            found.setdefault(finding, why)
    return [Next(finding, open_[finding], why) for finding, why in list(found.items())[:most]]


def _undecided(synthesis: Synthesis) -> dict[str, str]:
    placed = peoples_themes(synthesis.folder)
    decided = {d.finding_id for d in synthesis.folder.decisions if d.codebook == THEMES}
    kept_only = set(placed) - decided  # kept as proposed, and not looked at one by one
    return {
        c.finding.id: c.finding.text
        for c in synthesis.coded
        if c.finding.id not in placed or c.finding.id in kept_only
    }


def _central(synthesis: Synthesis) -> Iterator[tuple[str, str]]:
    themes = synthesis.candidates.themes if synthesis.candidates else ()
    for theme in sorted(themes, key=lambda theme: (-len(theme.findings), theme.id)):
        for exemplar in theme.exemplars[:1]:
            yield exemplar, f"speaks for the {len(theme.findings)} findings of '{theme.label}'"


def _between(synthesis: Synthesis) -> Iterator[tuple[str, str]]:
    book = synthesis.folder.book(THEMES)
    for guess in _unsure(synthesis.placing.learned):
        yield guess.finding_id, f"between themes, '{book.name(guess.code_id)}' by little"
    read = [s for s in synthesis.suggestions if s.codebook == THEMES]
    for guess in _unsure(read):
        yield guess.finding_id, f"unclear, perhaps '{book.name(guess.code_id)}'"
    if synthesis.candidates:
        loose = [p for p in synthesis.candidates.placements if p.loosely]
        for place in sorted(loose, key=lambda place: (place.stability, place.id)):
            yield place.id, f"loosely placed in '{place.theme_label}'"


def _unsure(guesses: Sequence[Suggestion]) -> list[Suggestion]:
    return sorted((g for g in guesses if g.unsure), key=lambda g: (g.score, g.finding_id))


def _against(synthesis: Synthesis) -> Iterator[tuple[str, str]]:
    for pair in sorted(contradictions_of(synthesis), key=lambda pair: -pair.likeness):
        yield pair.against, f"a barrier, where {pair.for_it} in the same theme is a facilitator"
        yield pair.for_it, f"a facilitator, where {pair.against} in the same theme is a barrier"
