"""Consistency of manuscripts: their own numbers, and those of the folder that they report on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.corpus.readers import read_document
from themeweave.errors import ReviewError
from themeweave.evidence.consistency.check import Checked, between, check_document
from themeweave.evidence.consistency.counts import Contradiction
from themeweave.evidence.consistency.effects import Printed
from themeweave.review.files import read_input
from themeweave.review.folder import ReviewFolder, open_folder

_RATIOS = frozenset(("RR", "OR", "HR", "IRR"))


@dataclass(frozen=True, slots=True)
class Consistency:
    """What the check of some manuscripts found."""

    checked: Mapping[str, Checked]  # by the file's name
    between: tuple[Contradiction, ...]  # where two of them differ

    @property
    def found(self) -> int:
        """How many contradictions there are."""
        return len(self.between) + sum(len(c.contradictions) for c in self.checked.values())


def consistency(
    names: Sequence[str], path: Path, same: Sequence[tuple[str, str]] = ()
) -> Consistency:
    """Check the numbers of manuscripts.

    Parameters
    ----------
    names
        Files of any kind that documents may have.
    path
        The review that they report on, if it is one: its reviews say which references are reports
        of one review, and its effects what those reviews printed.
    same
        Pairs of references that are reports of one review.

    Raises
    ------
    ReviewError
        Where a file cannot be read, or a pair names one reference only.
    """
    joined = _joined(same)
    printed: list[Printed] = []
    if (path / "review.toml").is_file():
        folder = open_folder(path)
        for review in folder.reviews:
            for other in review.reports[1:]:
                joined[other] = review.reports[0]
        printed = printed_effects(folder)
    documents = []
    for name in names:
        raw, shown, _ = read_input(name)
        documents.append((Path(shown).name, read_document(raw, Path(shown).name)))
    return Consistency(
        {name: check_document(document, joined, printed) for name, document in documents},
        tuple(between(documents)),
    )


def _joined(same: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one, other in same:
        if one == other:
            raise ReviewError(
                f"'{one}={other}' names one reference", "--same", "Give two: --same 42=41."
            )
        found[one] = other
    return found


def printed_effects(folder: ReviewFolder) -> list[Printed]:
    """Give the effects of the folder's reviews that print an interval, by reference number."""
    reviews = {review.id: review for review in folder.reviews if review.reports}
    found = []
    for row in folder.effects.rows if folder.effects else ():
        review = reviews.get(row["source"])
        if review is None or row["level"] not in ("pooled", "single"):
            continue
        try:
            low, high = float(row["ci_lb"]), float(row["ci_ub"])
        except ValueError:
            continue
        null = 1.0 if row["measure"].upper() in _RATIOS else 0.0
        words = f"{row['measure']} {row['estimate']} ({row['ci_lb']} to {row['ci_ub']})"
        holds = low <= null <= high
        found += [
            Printed(report, review.label, row["outcome"], words, holds) for report in review.reports
        ]
    return found
