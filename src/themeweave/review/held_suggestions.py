"""Suggestions held while a folder is open, as far as they are true of it still.

They take seconds to make, and people go on meanwhile: they change codebooks, and merge or retire
themes. What is believed in a codebook is held while the codebook stays as it was read; the places
of findings follow what people do to the themes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision, Suggestion, rejections, settle
from themeweave.codes.suggest import suggestion
from themeweave.review.beliefs import Beliefs
from themeweave.review.folder import THEMES
from themeweave.review.settings import Settings
from themeweave.review.suggesting import Suggested
from themeweave.review.theme_stage import Placing
from themeweave.themes.carry import followed
from themeweave.themes.revise import Revision


class HeldSuggestions:
    """What was suggested last; nothing at first."""

    def __init__(self) -> None:
        self.beliefs: Mapping[str, Beliefs] = {}  # by codebook
        self.placed: Mapping[str, Suggestion] = {}  # finding -> the theme suggested
        self.placing: Placing | None = None  # what was said last of findings without a theme
        self.made: Suggested | None = None  # None: nothing was, or for another folder
        self.made_at = 0  # the session's version that it was made for
        self._placed_as_made: Sequence[Suggestion] = ()  # before the themes changed since

    def take(self, made: Suggested, books: Mapping[str, Codebook], revision: Revision) -> None:
        """Take over what was suggested for codebooks that may have changed meanwhile."""
        self.beliefs, self.placing = made.beliefs, made.placing
        self._placed_as_made = tuple(made.placed.values())
        self.fit(books, revision)
        self.made = made if made.books == books else None

    def fit(self, books: Mapping[str, Codebook], revision: Revision) -> None:
        """Hold on only to what is true of codebooks and themes as they have become."""
        self.made = None
        self.beliefs = {n: b for n, b in self.beliefs.items() if b.book == books.get(n)}
        placed = followed(self._placed_as_made, revision)
        self.placed = {suggestion.finding_id: suggestion for suggestion in placed}

    def keep(self, findings: Collection[str]) -> None:
        """Hold on to what was suggested for these findings, and let go of all others.

        A finding that was added or given other words is read when suggestions are made anew; who
        codes meanwhile need not go without those for findings that are as they were.
        """
        self.made = self.placing = None
        self.beliefs = {name: beliefs.kept(findings) for name, beliefs in self.beliefs.items()}
        self.placed = {f: made for f, made in self.placed.items() if f in findings}
        self._placed_as_made = [s for s in self._placed_as_made if s.finding_id in findings]

    def guess(
        self, finding: str, book: Codebook, said: Sequence[Decision], settings: Settings
    ) -> Suggestion | None:
        """Give what is suggested for a finding beside or below what people said of it.

        Parameters
        ----------
        said
            Decisions on the finding in this codebook.
        """
        if book.id == THEMES and finding in self.placed:
            return self.placed[finding]
        beliefs = self.beliefs.get(book.id)
        if beliefs is None:
            return None
        accepted = [
            coding.code_id for coding in settle([], said, {book.id: book}, settings.adjudicators())
        ]
        rejected = rejections(said, book, settings.adjudicators()).get(finding, ())
        reading, choice = beliefs.reading(finding), beliefs.choice(finding, accepted, rejected)
        if reading is None or choice is None:
            return None
        margin = settings.book(book.id).margin
        by = beliefs.suggester
        return suggestion(finding, choice, reading, book, by, margin)

    def themes(self) -> dict[str, str]:
        """Give the theme that each finding is suggested for, candidate themes included."""
        placing = self.made.placing if self.made else None
        candidates = placing.candidates.placements if placing and placing.candidates else ()
        held = {placed.id: placed.theme for placed in candidates}
        held.update({finding: made.code_id for finding, made in self.placed.items()})
        return held
