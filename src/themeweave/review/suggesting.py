"""Suggesting while a folder is open: beliefs in all codebooks, and places in themes.

What is suggested is what `run` suggests, learned from decisions; it is made in portions that the
memory holds, and made again only as far as something changed. Of very many findings none is placed
in themes by what people placed there: that takes vectors of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Suggestion
from themeweave.review.beliefs import Beliefs
from themeweave.review.believing import Believing
from themeweave.review.files import Progress
from themeweave.review.folder import THEMES, ReviewFolder, coded_books
from themeweave.review.synthesis import place_in_themes, suggest_themes, suggested
from themeweave.review.theme_stage import Placing, peoples_themes
from themeweave.themes.carry import kept

PLACED = 5_000  # findings up to which they are placed in themes and grouped meanwhile


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was suggested for a folder as it stood."""

    beliefs: Mapping[str, Beliefs]  # by codebook
    placed: Mapping[str, Suggestion]  # finding -> the theme suggested
    placing: Placing | None  # None where there are too many findings to group them meanwhile
    books: Mapping[str, Codebook] = field(default_factory=dict)  # that it was suggested for
    sources: Mapping[str, str] = field(default_factory=dict)  # what findings came from, by hash


class Suggesting:
    """Suggests again and again; what a change does not touch is not made anew."""

    def __init__(self) -> None:
        self._believing: dict[str, Believing] = {}
        self._placing: tuple[object, Placing | None] = None, None
        self._placed: tuple[object, dict[str, Suggestion]] = None, {}

    def suggest(
        self, folder: ReviewFolder, progress: Progress, *, weighs: bool = True
    ) -> Suggested:
        """Suggest codes for every finding of a folder, from the decisions that are in its sight.

        Without ``weighs`` it is not looked for what findings rest on, which takes longest.

        Raises
        ------
        ReviewError
            As `readings.read` and `theme_stage.place_themes` do.
        """
        books = coded_books(folder)
        if not folder.findings:
            return Suggested({}, {}, None, books, sources_of(folder))
        beliefs = {
            name: self._believing.setdefault(name, Believing()).believe(
                folder, book, progress, weighs=weighs
            )
            for name, book in books.items()
            if book.codes
        }
        placed, placing = self._place(folder, beliefs.get(THEMES), progress)
        return Suggested(beliefs, placed, placing, books, sources_of(folder))

    def _place(
        self, folder: ReviewFolder, beliefs: Beliefs | None, progress: Progress
    ) -> tuple[dict[str, Suggestion], Placing | None]:
        """Place findings in themes, where that is not done already."""
        if len(folder.findings) > PLACED:
            return {}, None
        themes = folder.book(THEMES)
        said = [d for d in folder.decisions if d.codebook == THEMES]
        brought = kept(folder.revision)
        of = folder.findings, themes, peoples_themes(folder), brought, said, folder.settings
        if of != self._placing[0]:
            progress("placing findings in themes")
            self._placing = of, place_in_themes(folder)
        placing, mark = self._placing[1], beliefs.mark if beliefs else ""
        if placing and (of, mark) != self._placed[0]:
            made = suggest_themes(folder, placing, _read(folder, beliefs)) if beliefs else []
            self._placed = (of, mark), {s.finding_id: s for s in made}
        return self._placed[1], placing


def _read(folder: ReviewFolder, beliefs: Beliefs) -> list[Suggestion]:
    """Suggest themes by what the codebook says alone."""
    readings = [found for finding in beliefs.findings if (found := beliefs.reading(finding))]
    return suggested(folder, beliefs.book, beliefs.findings, readings, beliefs.suggester)


def sources_of(folder: ReviewFolder) -> dict[str, str]:
    """Give the files that say which findings there are and how they are read, by their hash."""
    rest = ("decisions/", "codebooks/")  # they may change without making others of the findings
    return {name: digest for name, digest in folder.inputs.items() if not name.startswith(rest)}


def parts(made: Suggested, held: Mapping[str, str]) -> Iterator[object]:
    """Take what was suggested apart, leaving out the beliefs that are held, by book and mark."""
    for name, beliefs in made.beliefs.items():
        yield name, None if held.get(name) == beliefs.mark else beliefs
    yield made.placed, made.placing, made.books, made.sources


def joined(taken: Iterable[Any], held: Mapping[str, Beliefs]) -> Suggested:
    """Put together what was taken apart."""
    *books, rest = taken
    return Suggested({name: beliefs or held[name] for name, beliefs in books}, *rest)
