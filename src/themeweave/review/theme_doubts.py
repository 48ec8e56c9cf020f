"""Doubts about themes, seen while deciding: how well each holds together, and what speaks against.

The same measures as in `theme_evidence`, theme by theme as they stand on the board, for an open
folder: texts become vectors once, and the rest takes a moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from themeweave import plugins
from themeweave.codes.coding import Suggestion, by_finding, settle
from themeweave.codes.suggest import is_unsure
from themeweave.findings.vectors import Embedder, centred
from themeweave.review.folder import PERSPECTIVES, VALENCE, ReviewFolder
from themeweave.review.session import Session
from themeweave.review.theme_board import Board, in_sight
from themeweave.themes.contradictions import Contradiction, contradictions
from themeweave.themes.stability import across_reviews, likeness
from themeweave.themes.sureness import Stated, Sureness, sureness
from themeweave.themes.tree import directions, sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from themeweave.review.beliefs import Beliefs

FEWEST = 2  # findings without which nothing can be said of a theme


@dataclass(frozen=True, slots=True)
class Hold:
    """How well a theme holds together."""

    sure: Sureness
    inside: int  # of its findings: nearer to the rest of it than to any other theme
    across: int  # of these: still so whichever review is left out


@dataclass(frozen=True, slots=True)
class Doubts:
    """What there is to doubt about the themes of a board."""

    holds: Mapping[str, Hold]  # by theme, for themes with findings
    pairs: tuple[Contradiction, ...]
    nearer: Mapping[str, str]  # finding -> the theme that it is nearer to than to its own


def doubts(session: Session, viewer: str, board: Board) -> Doubts:
    """Look at how sure the themes of a board are.

    A finding that stands in several themes, since people differ, is left out.
    """
    import numpy as np

    with session.lock:
        folder, beliefs = in_sight(session, viewer), dict(session.suggestions.beliefs)
    placed = [place for column in board.columns.values() for place in column.places]
    times = Counter(place.finding for place in placed)
    placed = [place for place in placed if times[place.finding] == 1]
    themes = list(dict.fromkeys(place.theme for place in placed))
    if not themes:
        return Doubts({}, (), {})
    said = {name: _told(folder, beliefs, name) for name in (PERSPECTIVES, VALENCE)}
    stated = [
        Stated(
            place.finding,
            place.theme,
            place.basis == "confirmed",
            session.findings[place.finding].cited,
            said[PERSPECTIVES].get(place.finding, ""),
            said[VALENCE].get(place.finding, ""),
        )
        for place in placed
    ]
    texts = tuple(session.findings[place.finding].text for place in placed)
    vectors = _vectors(texts, folder.settings.themes.embedder)
    group = np.array([themes.index(place.theme) for place in placed])
    own, other = likeness(vectors, group)
    size = np.bincount(group)
    inside = np.bincount(group[own > other], minlength=len(themes))
    across = across_reviews(vectors, group, [finding.reviews for finding in stated])
    across_of = np.bincount(group[across & (own > other)], minlength=len(themes))
    ratings = {review.id: review.amstar2 for review in folder.reviews}
    holds = {
        sure.theme: Hold(sure, int(inside[number]), int(across_of[number]))
        for number, sure in enumerate(sureness(stated, ratings))
    }
    outside = np.flatnonzero((own <= other) & (size[group] >= FEWEST))
    nearest = _nearest(vectors, group)
    nearer = {stated[row].id: themes[nearest[row]] for row in outside}
    return Doubts(holds, tuple(contradictions(stated, vectors)), nearer)


def _nearest(vectors: NDArray[np.float64], group: NDArray[np.intp]) -> list[int]:
    """Give the group beside its own that each row is nearest to."""
    import numpy as np

    cosines = vectors @ directions(sums(vectors, group)).T
    cosines[np.arange(len(group)), group] = -1.0
    nearest: list[int] = cosines.argmax(axis=1).tolist()
    return nearest


@lru_cache(maxsize=4)
def _vectors(texts: tuple[str, ...], embedder: str) -> NDArray[np.float64]:
    embed: Embedder = plugins.load("embedders", embedder, "review.toml, themes.embedder")
    return centred(embed(texts))


def _told(folder: ReviewFolder, beliefs: Mapping[str, Beliefs], name: str) -> dict[str, str]:
    """Give the branch of a codebook that each finding is in, as far as it is told."""
    book = folder.book(name)
    guesses = _guesses(beliefs[name], folder.settings.book(name).margin) if name in beliefs else ()
    settled = settle(guesses, folder.decisions, {name: book}, folder.settings.adjudicators())
    told = {}
    for finding, codings in by_finding(settled, name).items():
        if not any(coding.basis == "disputed" for coding in codings):
            told[finding] = book.top(codings[0].code_id)
    return told


@lru_cache(maxsize=4)
def _guesses(beliefs: Beliefs, margin: float) -> Sequence[Suggestion]:
    """Give what is suggested surely enough, without regard to what people said."""
    choices = ((finding, beliefs.choice(finding)) for finding in beliefs.findings)
    return [
        Suggestion(finding, beliefs.book.id, choice.code_id, choice.score, beliefs.suggester)
        for finding, choice in choices
        if choice and not is_unsure(choice, margin)
    ]
