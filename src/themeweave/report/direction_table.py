"""The table of directions: each review's results by outcome, and the votes below them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from themeweave.effects.directions import Cell as Arrow
from themeweave.effects.directions import DirectionPlot, VoteCount
from themeweave.report.addresses import row_key
from themeweave.report.tables import Cell, Column, Table

SIGNS = {"better": "▲ better", "worse": "▼ worse", "unchanged": "◄► no change"}
SIGNS["conflicting"] = "◁▷ conflicting"


def direction_table(
    data: DirectionPlot,
    worth: Mapping[str, str] | None = None,
    ids: Mapping[str, str] | None = None,
) -> Table:
    r"""Build the table of an effect direction plot.

    Parameters
    ----------
    worth
        By outcome: what its reviews are worth once their overlap is taken off, in words.
    ids
        Of reviews, by their label; a label stands for itself where it has none.

    Examples
    --------
    >>> from themeweave.effects.directions import direction_plot
    >>> rows = [{"review": "A 2020", "outcome": "hope", "direction": "improvement", "n": "400"}]
    >>> [[cell.text for cell in row] for row in direction_table(direction_plot(rows)).rows][0]
    ['A 2020', '', '▲ better\nn 400']
    """
    cells = {(cell.review, cell.outcome): cell for cell in data.cells}
    columns = [Column("Review", 1.8, key="review"), Column("Quality", 1.0, key="quality")]
    columns += [Column(outcome, 1.2, key=row_key("outcome", outcome)) for outcome in data.outcomes]
    rows = [
        (
            Cell(review, strong=True),
            Cell(data.quality.get(review, "")),
            *(_arrow(cells.get((review, outcome))) for outcome in data.outcomes),
        )
        for review in data.reviews
    ]
    votes = (
        Cell("Better, of those better or worse (exact 95% interval, sign test)", strong=True),
        Cell(""),
        *(Cell(vote_words(data.votes[outcome])) for outcome in data.outcomes),
    )
    below = []
    if worth:
        words = Cell("Independent reviews behind the votes", strong=True)
        below = [(words, Cell(""), *(Cell(worth.get(name, "unknown")) for name in data.outcomes))]
    base = (
        f"Base: {len(data.reviews)} reviews, {len(data.cells)} cells. A cell of several results "
        f"takes the direction of at least {100 * data.share:.0f}% of them, else it is conflicting; "
        "whether a result is significant plays no part. An empty cell: nothing reported that has "
        "a direction."
    )
    cited = (
        "Thomson HJ, Thomas S (2013). Research Synthesis Methods 4:95-101. Boon MH, Thomson H "
        "(2021). Research Synthesis Methods 12:29-33."
    )
    keys = [row_key("review", (ids or {}).get(review, review)) for review in data.reviews]
    title = "Directions of effect by review and outcome"
    return Table(
        "effect_directions",
        title,
        tuple(columns),
        (*rows, votes, *below),
        (base, data.caution, cited),
        (*keys, "votes", *["independent"][: len(below)]),
    )


def _arrow(arrow: Arrow | None) -> Cell:
    if arrow is None:
        return Cell("")
    said = [SIGNS[arrow.direction]]
    if arrow.results > 1:
        said.append(f"{arrow.results} results")
    if not math.isnan(arrow.n):
        said.append(f"n {arrow.n:,.0f}")
    return Cell("\n".join(said))


def vote_words(vote: VoteCount) -> str:
    """Say how a vote went.

    Examples
    --------
    >>> from themeweave.effects.directions import vote_count
    >>> vote_words(vote_count(["better"] * 9 + ["worse"]))
    '9 of 10 (0.55 to 1.00), p 0.021'
    """
    clear = vote.better + vote.worse
    if not clear:
        return f"none clear, {vote.no_direction} without direction" if vote.no_direction else "–"
    p = "p <0.001" if vote.p_sign < 0.001 else f"p {vote.p_sign:.3f}"
    return f"{vote.better} of {clear} ({vote.exact_low:.2f} to {vote.exact_high:.2f}), {p}"
