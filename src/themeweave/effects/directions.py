"""Directions of effect: what can be said across reviews when nothing can be pooled.

Each result counts by the side it falls on, better or worse, never by whether it is significant
(Cochrane Handbook, chapter 12). A plus sign is no direction: whether more of an outcome is better
has to be told, and a table that does not tell is refused.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from themeweave.effects.audit.printed import Table, is_empty, read_printed, rows_of
from themeweave.effects.audit.printed_rows import scale_of
from themeweave.effects.without_effects import count_directions
from themeweave.errors import ReviewError

Direction = Literal["better", "worse", "unchanged", "conflicting"]
Size = Literal["small", "medium", "large", "unknown"]

SHARE = 0.7  # of the outcomes in a cell that must point one way (Thomson and Thomas 2013)
MEDIUM, LARGE = 50, 300  # participants: fewer than 50 is small, more than 300 is large

CAUTION = (
    "Vote counting by direction says nothing of the size of an effect, gives every row the same "
    "weight, and takes rows as independent, which reviews that share primary studies are not."
)

_WORDS: Mapping[str, Direction] = {
    **dict.fromkeys(("better", "improvement", "improved", "favours intervention"), "better"),
    **dict.fromkeys(("worse", "worsening", "worsened", "deterioration"), "worse"),
    **dict.fromkeys(("unchanged", "no effect", "no change", "none"), "unchanged"),
    **dict.fromkeys(("mixed", "conflicting", "inconsistent"), "conflicting"),
}
_SIGNED: Mapping[str, int] = {
    **dict.fromkeys(("up", "increase", "increased", "higher", "more", "+"), 1),
    **dict.fromkeys(("down", "decrease", "decreased", "lower", "less", "-"), -1),
}


@dataclass(frozen=True, slots=True)
class VoteCount:
    """How many results point each way, and how sure that makes us of the share."""

    better: int
    worse: int
    no_direction: int  # unchanged or conflicting: shown, but not in the share
    proportion: float  # better / (better + worse); nan where there is no clear direction
    exact_low: float  # Clopper-Pearson
    exact_high: float
    wilson_low: float
    wilson_high: float
    p_sign: float  # two-sided exact binomial test of one half
    level: float
    note: str  # why numbers are nan, else empty


@dataclass(frozen=True, slots=True)
class Cell:
    """One review on one outcome domain."""

    review: str
    outcome: str
    direction: Direction
    results: int  # outcomes combined into the arrow
    better: int
    worse: int
    unchanged: int
    conflicting: int
    n: float  # the largest sample given for any of them, nan where none is
    size: Size  # for the arrow: small, medium, large


@dataclass(frozen=True, slots=True)
class DirectionPlot:
    """The data of an effect direction plot: reviews down, outcomes across."""

    reviews: tuple[str, ...]  # in the order of the table
    outcomes: tuple[str, ...]
    cells: tuple[Cell, ...]  # by review, then outcome; nothing where a review is silent
    quality: Mapping[str, str]  # review -> its overall rating, for the shade of the row
    votes: Mapping[str, VoteCount]  # outcome -> one vote per review
    share: float
    caution: str


def vote_count(directions: Sequence[str], level: float = 0.95) -> VoteCount:
    """Count directions and test whether better and worse are equally likely.

    Parameters
    ----------
    directions
        One of ``better worse unchanged conflicting`` per result.
    level
        Coverage of both intervals, between 0 and 1.

    Returns
    -------
    VoteCount
        With both intervals of the share of better among those with a clear direction; nan with a
        ``note`` where there is none.

    Raises
    ------
    ReviewError
        For a word that is no direction, and a level that is not between 0 and 1.

    References
    ----------
    McKenzie JE, Brennan SE. Cochrane Handbook, chapter 12. Formulas: see `count_directions`.

    Examples
    --------
    >>> count = vote_count(["better"] * 9 + ["worse"] + ["unchanged"] * 2)
    >>> round(count.proportion, 2), round(count.exact_low, 3), round(count.exact_high, 3)
    (0.9, 0.555, 0.997)
    >>> round(count.p_sign, 4)
    0.0215
    """
    if not 0 < level < 1:
        raise ReviewError(
            f"a confidence level of {level:g} is not between 0 and 1",
            next_step="Give 0.95 for 95%.",
        )
    unknown = sorted({word for word in directions if word not in set(_WORDS.values())})
    if unknown:
        raise ReviewError(
            f"'{unknown[0]}' is not a direction",
            next_step="Directions are better, worse, unchanged and conflicting.",
        )
    better, worse = directions.count("better"), directions.count("worse")
    rest = len(directions) - better - worse
    if better + worse == 0:
        nan = math.nan
        note = "not estimable (no result with a clear direction)"
        return VoteCount(0, 0, rest, nan, nan, nan, nan, nan, nan, level, note)
    count = count_directions(better, better + worse, level)
    return VoteCount(
        better=better,
        worse=worse,
        no_direction=rest,
        proportion=count.proportion,
        exact_low=count.exact_lb,
        exact_high=count.exact_ub,
        wilson_low=count.wilson_lb,
        wilson_high=count.wilson_ub,
        p_sign=count.pval,
        level=level,
        note="",
    )


def direction_plot(
    table: Table,
    *,
    where: str = "the table",
    share: float = SHARE,
    level: float = 0.95,
    numbers: Sequence[int] | None = None,
) -> DirectionPlot:
    """Combine results into one arrow for each review and outcome domain.

    Parameters
    ----------
    table
        One result a row: ``review`` (several separated by ``;``), ``outcome`` or
        ``outcome_domain`` (which goes first), and either ``estimate`` with ``measure`` and
        ``better_when``, or ``direction``. Directions such as ``improvement`` speak for themselves;
        ``increase`` needs ``better_when``. Optional: ``n`` and ``quality``.
    where
        The name of the table, for messages.
    share
        Least share of a cell's results that must point one way, above one half and up to 1;
        with less, the cell is conflicting.
    level
        Coverage of the intervals of the votes.
    numbers
        What to call the rows in messages; 1, 2, and so on where nothing is given.

    Returns
    -------
    DirectionPlot
        Arrow sizes follow the 2013 rule: fewer than 50 participants, 50 to 300, more than 300. The
        votes leave significance out, as the 2021 update does.

    Raises
    ------
    ReviewError
        With all faults at once: ``better_when`` unset or unknown, an estimate without a measure or
        that is no number, an unknown direction, a review or outcome missing; also for a ``share``
        outside its range.

    References
    ----------
    Thomson HJ, Thomas S (2013). Research Synthesis Methods 4:95-101. Boon MH, Thomson H (2021).
    Research Synthesis Methods 12:29-33.

    Examples
    --------
    >>> rows = [
    ...     {"review": "A", "outcome": "hope", "estimate": "0.3", "measure": "SMD",
    ...      "better_when": "higher", "n": "400"},
    ...     {"review": "B", "outcome": "hope", "estimate": "0.9", "measure": "OR",
    ...      "better_when": "lower", "n": "60"},
    ... ]
    >>> [(c.review, c.direction, c.size) for c in direction_plot(rows).cells]
    [('A', 'better', 'large'), ('B', 'better', 'medium')]
    """
    if not 0.5 < share <= 1:
        raise ReviewError(
            f"a share of {share:g} lets two directions win at once, or none",
            next_step="Give a share above 0.5 and up to 1; the published rule is 0.7.",
        )
    results: dict[tuple[str, str], list[tuple[Direction, float]]] = defaultdict(list)
    quality: dict[str, str] = {}
    faults: list[str] = []
    rows = rows_of(table)
    called = range(1, len(rows) + 1) if numbers is None else numbers
    for number, row in zip(called, rows, strict=True):
        try:
            reviews, outcome, direction, n = _read(row)
        except ReviewError as error:
            faults.append(f"row {number}, {error.where}: {error.what}")
            continue
        for review in reviews:
            results[review, outcome].append((direction, n))
            if not is_empty(row.get("quality")):
                quality[review] = str(row["quality"]).strip()
    if faults:
        raise ReviewError(
            f"rows without a direction that can be shown: {len(faults)}",
            where,
            "Mend these rows: directions are never guessed from a sign.",
            faults=faults,
        )
    reviews_in_order = tuple(dict.fromkeys(review for review, _ in results))
    outcomes = tuple(dict.fromkeys(outcome for _, outcome in results))
    cells = tuple(
        _cell(review, outcome, results[review, outcome], share)
        for review in reviews_in_order
        for outcome in outcomes
        if (review, outcome) in results
    )
    votes = {
        name: vote_count([c.direction for c in cells if c.outcome == name], level)
        for name in outcomes
    }
    return DirectionPlot(reviews_in_order, outcomes, cells, quality, votes, share, CAUTION)


def _read(row: Mapping[str, Any]) -> tuple[list[str], str, Direction, float]:
    """Read one row: its reviews, outcome, direction and sample size."""
    review = next((row[c] for c in ("review", "reviews", "source") if not is_empty(row.get(c))), "")
    outcome = next((row[c] for c in ("outcome_domain", "outcome") if not is_empty(row.get(c))), "")
    names = (name.strip() for name in str(review).split(";"))
    reviews = list(dict.fromkeys(name for name in names if name))
    if not reviews or not outcome:
        raise ReviewError("empty", "column " + ("'outcome'" if reviews else "'review'"))
    n = math.nan
    if not is_empty(row.get("n")):
        try:
            printed = read_printed(row["n"], whole=True)
        except ReviewError as error:
            raise ReviewError(error.what, "column 'n'") from error
        n = math.nan if printed is None else printed.value
    return reviews, str(outcome).strip(), _direction(row), n


def _direction(row: Mapping[str, Any]) -> Direction:
    """Find out on which side a result falls."""
    if not is_empty(row.get("direction")):
        word = str(row["direction"]).strip().lower().replace("_", " ")
        if word in _WORDS:
            return _WORDS[word]
        if word not in _SIGNED:
            raise ReviewError(f"'{row['direction']}' is not a direction", "column 'direction'")
        return _sided(_SIGNED[word], row)
    try:
        estimate = read_printed(row.get("estimate"))
    except ReviewError as error:
        raise ReviewError(error.what, "column 'estimate'") from error
    if estimate is None:
        raise ReviewError("neither a direction nor an estimate", "column 'direction'")
    scale = scale_of(str(row.get("measure") or ""))
    if scale is None or scale == "proportion":
        measure = "" if is_empty(row.get("measure")) else row["measure"]
        raise ReviewError(f"no direction from the measure '{measure}'", "column 'measure'")
    null = 1.0 if scale == "ratio" else 0.0
    return _sided((estimate.value > null) - (estimate.value < null), row)


def _sided(sign: int, row: Mapping[str, Any]) -> Direction:
    """Turn more and less into better and worse."""
    better = "" if is_empty(row.get("better_when")) else str(row["better_when"]).strip().lower()
    if better not in {"higher", "lower"}:
        what = f"'{better}' is neither higher nor lower" if better else "not set"
        raise ReviewError(what, "column 'better_when'")
    if sign == 0:
        return "unchanged"
    return "better" if (sign > 0) == (better == "higher") else "worse"


def _cell(
    review: str, outcome: str, results: Sequence[tuple[Direction, float]], share: float
) -> Cell:
    """Give the arrow that enough of the results share."""
    words = [direction for direction, _ in results]
    sides: tuple[Direction, ...] = ("better", "worse", "unchanged")
    direction: Direction = "conflicting"
    for side in sides:
        if words.count(side) >= share * len(words) - 1e-9:
            direction = side
    n = max((n for _, n in results if not math.isnan(n)), default=math.nan)
    size: Size = "unknown"
    if not math.isnan(n):
        size = "small" if n < MEDIUM else "medium" if n <= LARGE else "large"
    better, worse, unchanged = (words.count(side) for side in sides)
    conflicting = words.count("conflicting")
    return Cell(
        review, outcome, direction, len(words), better, worse, unchanged, conflicting, n, size
    )
