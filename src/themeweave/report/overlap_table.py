"""The table of overlap: the citation matrix in numbers, for all, each scope and each pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from themeweave.evidence.overlap import RULE, Overlap, PairOverlap, band
from themeweave.evidence.support import independent_reviews
from themeweave.report.addresses import row_key
from themeweave.report.tables import Cell, Column, Table

MOST_PAIRS = 200
COLUMNS = (
    Column("Scope", 2.6, key="scope"),
    Column("Reviews", 0.8, "right", key="reviews"),
    Column("Lists known", 0.8, "right", key="known"),
    Column("Studies", 0.8, "right", key="studies"),
    Column("Inclusions", 0.9, "right", key="inclusions"),
    Column("CCA", 1.0, "right", key="cca"),
    Column("CCA without impossible cells", 1.2, "right", key="cca_possible"),
    Column("Band", 1.5, key="band"),
    Column("Independent reviews", 1.1, "right", key="independent"),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Some of the reviews: all, a strand, an outcome, a theme."""

    name: str
    key: str  # in addresses: "all", "strand+x", "theme+T1"
    reviews: int  # all of them, whether their lists are known or not
    overlap: Overlap  # of those with known lists


def overlap_table(
    scopes: Sequence[Scope], labels: Mapping[str, str], choices: Sequence[str]
) -> Table:
    """Build the table of overlap.

    Parameters
    ----------
    scopes
        All reviews first.
    labels
        Of reviews, by id.
    choices
        How the matrix was made, one sentence each.
    """
    shared = sorted(
        (pair for pair in scopes[0].overlap.pairs if pair.shared),
        key=lambda pair: (-(pair.cca or 0.0), pair.review, pair.other),
    )
    rows = [_scope_row(scope) for scope in scopes]
    rows += [_pair_row(pair, labels) for pair in shared[:MOST_PAIRS]]
    notes = [*choices, f"Bands by the rule: {RULE}."]
    pairs = len(scopes[0].overlap.pairs)
    notes.append(f"Pairs that share a study: {len(shared)} of {pairs}.")
    if len(shared) > MOST_PAIRS:
        notes.append(f"Shown are the {MOST_PAIRS} pairs that overlap most.")
    title = "Overlap of primary studies between reviews"
    keys = [scope.key for scope in scopes]
    keys += [row_key(pair.review, pair.other) for pair in shared[:MOST_PAIRS]]
    return Table("overlap", title, COLUMNS, tuple(rows), tuple(notes), tuple(keys))


def _scope_row(scope: Scope) -> tuple[Cell, ...]:
    found = scope.overlap
    worth = independent_reviews(found.ticks, found.studies, found.reviews)
    return (
        Cell(scope.name, strong=True),
        _count(scope.reviews),
        _count(found.reviews),
        _count(found.studies) if found.reviews else Cell("unknown"),
        _count(found.ticks) if found.reviews else Cell("unknown"),
        Cell(percent(found.cca)),
        Cell(percent(found.cca_possible)),
        Cell(found.band if found.reviews else "unknown: no list is known"),
        Cell("unknown" if worth is None else f"{worth:.1f} of {found.reviews}"),
    )


def _pair_row(pair: PairOverlap, labels: Mapping[str, str]) -> tuple[Cell, ...]:
    one, other = labels.get(pair.review, pair.review), labels.get(pair.other, pair.other)
    worth = independent_reviews(pair.studies + pair.shared, pair.studies, 2)
    return (
        Cell(f"{one} and {other}: {pair.shared} shared"),
        _count(2),
        _count(2),
        _count(pair.studies),
        _count(pair.studies + pair.shared),
        Cell(percent(pair.cca)),
        Cell(""),
        Cell("" if pair.cca is None else band(pair.cca)),
        Cell("unknown" if worth is None else f"{worth:.1f} of 2"),
    )


def _count(number: int) -> Cell:
    return Cell(str(number), number=float(number))


def percent(cca: float | None) -> str:
    """Write a covered area in percent.

    Examples
    --------
    >>> percent(0.0153), percent(None)
    ('1.5%', 'undefined')
    """
    return "undefined" if cca is None else f"{100 * cca:.1f}%"
