"""Directions of effect where nothing can be pooled: table, plot and votes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from themeweave.corpus.sheets import Sheet
from themeweave.effects.directions import DirectionPlot
from themeweave.errors import ReviewError
from themeweave.report.direction_table import direction_table
from themeweave.report.figures.direction_plot import effect_directions
from themeweave.report.tables import Table
from themeweave.review.directed import by_outcome, named
from themeweave.review.effects.judge import directions_of
from themeweave.review.evidence.pictures import of_suffix
from themeweave.review.folder import open_folder
from themeweave.review.judged import ratings_of


@dataclass(frozen=True, slots=True)
class Directed:
    """The directions of a sheet, and the rows that have none."""

    data: DirectionPlot
    set_aside: tuple[str, ...]
    notes: tuple[str, ...]

    def table(self) -> Table:
        """Build the table."""
        return direction_table(self.data)

    def picture(self, suffix: str, title: str = "Directions of effect") -> bytes:
        """Draw the plot."""
        return of_suffix(effect_directions(self.data, title), suffix)


def direction(sheet: Sheet | None, path: Path, each: bool, level: float = 0.95) -> Directed:
    """Find the direction of each review's results on each outcome, and count the votes.

    Parameters
    ----------
    sheet
        Results as `directions_sheet` takes them; None: the folder's effects, with the labels and
        ratings of its reviews.
    each
        Every outcome for itself, not by domain.

    Raises
    ------
    ReviewError
        Where the folder has no effects, or no row says on which side its result falls.
    """
    if sheet is None:
        folder = open_folder(path)
        if folder.effects is None:
            raise ReviewError(
                "the folder has no effects",
                "corpus/effects",
                "Put what the reviews report there, or name a sheet.",
            )
        labels = {review.id: review.label for review in folder.reviews}
        ratings = {labels[r]: rating.replace("_", " ") for r, rating in ratings_of(folder).items()}
        sheet = named(folder.effects, labels, ratings)
    data, set_aside, notes = directions_of(by_outcome(sheet) if each else sheet, level, ())
    return Directed(data, tuple(set_aside), tuple(notes))
