"""Overlap of primary studies: a folder in, numbers, a matrix and a map out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from themeweave.errors import ReviewError
from themeweave.review.evidence.pictures import of_suffix
from themeweave.review.files import Progress, quiet
from themeweave.review.folder import open_folder
from themeweave.review.overlap import Overlaps, overlap_picture, overlaps
from themeweave.review.synthesis import synthesise
from themeweave.review.wording import bounds_words


@dataclass(frozen=True, slots=True)
class Found:
    """The overlap of a folder, and what published totals say of it."""

    overlaps: Overlaps
    bounds: str  # a sentence; empty where no totals are given


def overlap(path: Path, progress: Progress = quiet) -> Found:
    """Measure the overlap of a folder's reviews; by theme too where there are findings."""
    folder = open_folder(path)
    found = (
        synthesise(folder, progress, weighs=False).overlaps if folder.findings else overlaps(folder)
    )
    return Found(found, bounds_words(folder))


def overlap_record(found: Found) -> dict[str, Any]:
    """Give every number of an overlap as plain values."""
    return {
        "scopes": [asdict(scope) for scope in found.overlaps.scopes],
        "choices": list(found.overlaps.choices),
        "unknown": [review.id for review in found.overlaps.unknown],
        "bounds": found.bounds,
    }


def heat_map_of(found: Overlaps, suffix: str) -> bytes:
    """Draw the heat map.

    Raises
    ------
    ReviewError
        With fewer than two inclusion lists.
    """
    drawn = overlap_picture(found)
    if drawn is None:
        raise ReviewError(
            "there are not two reviews whose primary studies are known",
            "corpus/citations.csv",
            "List the studies of at least two reviews (columns: review, study).",
        )
    return of_suffix(drawn, suffix)
