"""Placing findings with themes that people began: near to their findings, or new.

A theme is told by the findings that people put there, and by its name. Any other finding joins the
theme whose findings it is nearest to, if it is about as near as they are to each other. What fits
nowhere is grouped, and a group is a new theme only where its findings are nearer to each other than
to any theme that is there; the rest joins the nearest theme after all, and is marked as loosely
placed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave.themes.company import with_company
from themeweave.themes.tree import choose_number, counted, cut, directions, grow, sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

_NINE_IN_TEN = 0.1  # of people's findings are as near to their own theme as what fits must be
_A_THEME = 3  # findings that a new theme holds, at least
_FEWEST = 5  # findings that fit nowhere, below which nothing new is looked for
_MOST = 5_000  # of them that are grouped: as many as a tree takes at once


@dataclass(frozen=True, slots=True)
class Near:
    """The theme that each finding is nearest to."""

    titles: tuple[str, ...]  # of the seeds, sorted
    theme: Ints  # index into titles; a seed has its own
    cosine: Floats  # to the centre of that theme, the finding itself left out
    margin: Floats  # by which it is nearer than the next theme; 2 where there is no other
    fits: NDArray[np.bool_]  # as near as nine in ten of people's findings are to theirs


def nearest_theme(
    vectors: Floats, seeds: Mapping[int, str], names: Mapping[str, Floats] | None = None
) -> Near:
    """Find the theme of some seeds that each row is nearest to.

    Parameters
    ----------
    vectors
        Centred unit rows.
    seeds
        From row to theme, at least one.
    names
        By theme: the unit vector of its name, which speaks for it like one more finding where a
        row is between themes. Whether it fits is for the findings alone to say.

    Examples
    --------
    >>> import numpy as np
    >>> near = nearest_theme(np.array([[1.0, 0], [0.8, 0.6], [0, 1.0]]), {0: "pay", 2: "hope"})
    >>> [near.titles[theme] for theme in near.theme], near.margin.round(1).tolist()
    (['pay', 'pay', 'hope'], [1.0, 0.2, 1.0])
    """
    import numpy as np

    titles = tuple(sorted(set(seeds.values())))
    rows = np.array(sorted(seeds))
    given = np.array([titles.index(seeds[row]) for row in rows])
    added = sums(vectors[rows], given)
    told = added.copy()
    for number, title in enumerate(titles):
        if names and title in names:
            told[number] += names[title]
    nearness = vectors @ directions(told).T
    theme = nearness.argmax(axis=1)
    theme[rows] = given
    every = np.arange(len(vectors))
    own = nearness[every, theme]
    nearness[every, theme] = -1.0
    margin = own - nearness.max(axis=1)
    cosine = (vectors * directions(added)[theme]).sum(axis=1)
    without = (vectors[rows] * directions(added[given] - vectors[rows])).sum(axis=1)
    company = np.bincount(given)[given] > 1
    least = max(0.0, float(np.quantile(without[company], _NINE_IN_TEN))) if company.any() else 0.0
    cosine[rows] = np.where(company, without, cosine[rows])
    fits = cosine >= least
    fits[rows] = True
    return Near(titles, theme, cosine, margin, fits)


@dataclass(frozen=True, slots=True)
class Placed:
    """Every row's theme: those of the seeds first, then new ones."""

    theme: Ints
    titles: tuple[str, ...]  # of the seeds' themes only
    fits: NDArray[np.bool_]  # False: it is with its theme because it is nearest, though not near
    reason: str


def place(
    vectors: Floats,
    seeds: Mapping[int, str],
    number: int | None = None,
    names: Mapping[str, Floats] | None = None,
) -> Placed:
    """Place every row with the themes of the seeds, or in a new one.

    Parameters
    ----------
    number
        How many themes in all, at least as many as the seeds name; None lets new ones be made
        where findings fit nowhere and hold together.
    names
        By theme: the unit vector of its name, see `nearest_theme`.
    """
    near = nearest_theme(vectors, seeds, names)
    known = len(near.titles)
    theme, fits = near.theme.copy(), near.fits.copy()
    asked = None if number is None else number - known
    new = 0
    for rows in _new(vectors, near, set(seeds), asked):
        theme[rows], fits[rows] = known + new, True
        new += 1
    ours = f"{counted(known)}: those of the seeds"
    if not new:
        return Placed(theme, near.titles, fits, ours)
    held = int((theme >= known).sum())
    return Placed(
        theme,
        near.titles,
        fits,
        f"{counted(known + new)}: {known} of the seeds, {new} for the {held} findings that fit "
        "none of them and are alike",
    )


def _new(
    vectors: Floats, near: Near, seeds: set[int], asked: int | None
) -> Sequence[NDArray[np.intp]]:
    """Give the groups that are new themes, the largest first."""
    import numpy as np

    if asked == 0:
        return []
    loose = np.flatnonzero(~near.fits)
    if asked is not None and len(loose) < asked * _A_THEME:
        free = np.array([row for row in range(len(vectors)) if row not in seeds], dtype=np.intp)
        loose = np.sort(free[np.argsort(near.cosine[free], kind="stable")[: asked * _A_THEME]])
    if len(loose) < (asked or _FEWEST) or len(loose) > _MOST:
        return []
    rest = vectors[loose]
    drawn = with_company(rest)
    tree = grow(drawn)
    if asked is None:
        count, _ = choose_number(tree, drawn, np.ones(len(rest), dtype=np.intp), None)
    else:
        count = min(asked, len(np.unique(rest, axis=0)))
    group = cut(tree, count)
    added = sums(rest, group)
    own = (rest * directions(added[group] - rest)).sum(axis=1)
    groups = [loose[group == number] for number in range(count)]
    if asked is None:
        groups = [
            rows
            for number, rows in enumerate(groups)
            if len(rows) >= _A_THEME
            and own[group == number].mean() > near.cosine[rows].clip(0).mean()
        ]
    return sorted(groups, key=lambda rows: (-len(rows), int(rows[0])))
