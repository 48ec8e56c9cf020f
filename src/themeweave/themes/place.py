"""Placing findings with themes that people began: near to what tells a theme, or new.

A theme is told by the findings that people put there, by what it is called, and by all that is
told of the overarching theme that it stands under, which it shrinks towards (McCallum 1998). So a
subtheme that has a name and no finding yet takes part, and findings that were put in an
overarching theme speak for the subthemes below it. Any other finding joins the theme that it is
nearest to, if it is about as near as people's own findings are. What fits nowhere is grouped, and
a group is a new theme only where its findings are nearer to each other than to any theme that is
there; the rest joins the nearest theme after all, and is marked as loosely placed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave.themes.company import with_company
from themeweave.themes.settle import settled
from themeweave.themes.tree import choose_number, counted, cut, directions, grow, sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

_NAME, _BRANCH = 2.0, 1.0  # how many findings a name, and an overarching theme, are worth
_NINE_IN_TEN = 0.1  # of people's findings are as near to a theme as what fits must be
_A_THEME = 3  # findings that a new theme holds, at least
_FEWEST = 5  # findings that fit nowhere, below which nothing new is looked for
_MOST = 5_000  # of them that are grouped: as many as a tree takes at once


@dataclass(frozen=True, slots=True)
class Near:
    """The theme that each finding is nearest to."""

    titles: tuple[str, ...]  # of the themes that have findings or a name, sorted
    theme: Ints  # index into titles; a seed has its own
    cosine: Floats  # to its findings, a seed left out; to what else tells it where it has none
    margin: Floats  # by which its overarching theme is nearer than the next; 2 without another
    fits: NDArray[np.bool_]  # as near as nine in ten of people's findings; without any: False


def nearest_theme(
    vectors: Floats,
    seeds: Mapping[int, str],
    names: Mapping[str, Floats] | None = None,
    above: Mapping[str, str] | None = None,
) -> Near:
    """Find the theme that each row is nearest to.

    Parameters
    ----------
    vectors
        Centred unit rows.
    seeds
        From row to theme; may be empty where there are names.
    names
        By theme, also by one without seeds: the unit vector of what it is called. What all names
        share is taken off, since it tells no theme from another.
    above
        From a theme to the one that it stands under. A theme with others below it is joined
        itself only where it has seeds of its own.

    Returns
    -------
    Near
        Where all themes stand under one, ``margin`` is against the next theme.

    References
    ----------
    McCallum A et al. (1998). Proceedings of the 15th International Conference on Machine
    Learning, 359-367.

    Examples
    --------
    >>> import numpy as np
    >>> near = nearest_theme(np.array([[1.0, 0], [0.8, 0.6], [0, 1.0]]), {0: "pay", 2: "hope"})
    >>> [near.titles[theme] for theme in near.theme], near.margin.round(1).tolist()
    (['pay', 'pay', 'hope'], [1.0, 0.2, 1.0])
    """
    import numpy as np

    names, above = names or {}, above or {}
    titles = tuple(sorted({*seeds.values(), *names}))
    rows = np.array(sorted(seeds), dtype=np.intp)
    given = np.array([titles.index(seeds[row]) for row in rows], dtype=np.intp)
    added = np.zeros((len(titles), vectors.shape[1]))
    np.add.at(added, given, vectors[rows])
    told = added + _NAME * _called(titles, names, vectors.shape[1])
    branch = _branches(titles, above)
    centres = directions(told + _BRANCH * directions(sums(told, branch))[branch])
    held = np.bincount(given, minlength=len(titles))
    inner = np.isin(titles, list({above[title] for title in titles if title in above}))
    nearness = vectors @ centres.T
    nearness[:, inner & (held == 0)] = -1.0
    theme = nearness.argmax(axis=1)
    theme[rows] = given
    # whether a finding fits is for the findings of a theme to say, where it has any
    witness = np.where((held > 0)[:, None], directions(added), centres)
    cosine = (vectors * witness[theme]).sum(axis=1)
    alike, own = rows[held[given] > 1], given[held[given] > 1]
    rest = directions(added[own] - vectors[alike])
    cosine[alike] = (vectors[alike] * rest).sum(axis=1)
    least = max(0.0, float(np.quantile(cosine[alike], _NINE_IN_TEN))) if len(alike) else 0.0
    fits = (cosine >= least) & (len(rows) > 0)
    fits[rows] = True
    return Near(titles, theme, cosine, _margins(nearness, theme, branch), fits)


def _called(titles: Sequence[str], names: Mapping[str, Floats], width: int) -> Floats:
    """Give the directions of the themes' names, less what names share; 0 for one without."""
    import numpy as np

    called = np.zeros((len(titles), width))
    rows = [row for row, title in enumerate(titles) if title in names]
    if rows:
        given = np.array([names[titles[row]] for row in rows])
        called[rows] = directions(given - given.mean(axis=0))
    return called


def _branches(titles: Sequence[str], above: Mapping[str, str]) -> Ints:
    """Give the number of each theme's overarching theme, from 0."""
    import numpy as np

    tops = []
    for title in titles:
        while title in above:
            title = above[title]
        tops.append(title)
    numbered: Ints = np.unique(tops, return_inverse=True)[1]
    return numbered


def _margins(nearness: Floats, theme: Ints, branch: Ints) -> Floats:
    """Say by how much each row is nearer to its overarching theme than to the next."""
    import numpy as np

    if branch.max() == 0:
        branch = np.arange(len(branch))
    best = np.stack([nearness[:, branch == one].max(axis=1) for one in range(branch.max() + 1)], 1)
    every, own = np.arange(len(best)), branch[theme]
    nearest = best[every, own].copy()
    best[every, own] = -1.0
    margin: Floats = nearest - best.max(axis=1)
    return margin


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
    group = settled(drawn, cut(tree, count))
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
