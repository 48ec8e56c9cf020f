"""Directions of effect in a folder: the results of its reviews, by outcome, without pooling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from themeweave.corpus.sheets import Sheet
from themeweave.corpus.tables import Row
from themeweave.effects.directions import DirectionPlot
from themeweave.errors import ReviewError
from themeweave.review.effects.judge import directions_of
from themeweave.review.folder import ReviewFolder
from themeweave.review.judged import ratings_of


def directions_in(folder: ReviewFolder) -> DirectionPlot | None:
    """Give the directions in the folder's effects, by outcome domain, with each review's rating.

    None where there is no sheet of effects, or no row whose direction can be told.
    """
    if folder.effects is None or not {"source", "review"} & set(folder.effects.columns):
        return None
    labels = {review.id: review.label for review in folder.reviews}
    ratings = {labels[r]: rating.replace("_", " ") for r, rating in ratings_of(folder).items()}
    try:
        found: DirectionPlot = directions_of(named(folder.effects, labels, ratings), 0.95, ())[0]
    except ReviewError:
        return None
    return found


def named(sheet: Sheet, labels: Mapping[str, str], ratings: Mapping[str, str]) -> Sheet:
    """Put the reviews' labels in the place of their ids, and their ratings beside them."""
    rows = []
    for row in sheet.rows:
        ids = [part.strip() for part in (row["review"] or row["source"]).split(";")]
        shown = [labels.get(part, part) for part in ids if part]
        quality = row["quality"] or (ratings.get(shown[0], "") if len(shown) == 1 else "")
        cells = {**row.cells, "review": "; ".join(shown), "quality": quality}
        rows.append(Row(row.number, cells))
    columns = tuple(dict.fromkeys((*sheet.columns, "review", "quality")))
    return replace(sheet, columns=columns, rows=tuple(rows))


def by_outcome(sheet: Sheet) -> Sheet:
    """Let each outcome stand for itself, whatever domain it is put in."""
    rows = tuple(Row(row.number, {**row.cells, "outcome_domain": ""}) for row in sheet.rows)
    return replace(sheet, rows=rows)
