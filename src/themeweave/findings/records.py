"""Finding: one statement that a review makes, the unit that is coded and counted."""

from __future__ import annotations

from dataclasses import dataclass

from themeweave.corpus.records import Passage


@dataclass(frozen=True, slots=True)
class Finding:
    """What is stated, in which strand of the review, on the word of which reviews."""

    id: str
    text: str
    cited: tuple[str, ...] = ()  # review ids, in the order of the sheet
    strand: str = ""  # such as implementation or experiences; empty where the team has none
    section: str = ""
    passage: Passage | None = None  # None where the finding came from a sheet, not a document
