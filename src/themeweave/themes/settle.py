"""Settling: findings move to the group whose middle they are nearest to, after a tree is cut.

A tree joins two at a time and takes no joining back, so a finding that was joined early may stand
nearer to another group in the end. Moving each to the nearest middle, until none moves, mends
that (Lloyd's iterations from Ward's groups). It was tried once, on sets that nothing was tuned on:
there overarching themes came nearer to the authors' or stayed as near; see docs/themes.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from themeweave.themes.company import with_company
from themeweave.themes.tree import cut, directions, grow, sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

_ROUNDS = 20


def settled(vectors: Floats, group: Ints, open_to: NDArray[np.bool_] | None = None) -> Ints:
    """Move each row to the group whose middle it is nearest to, until none moves.

    Parameters
    ----------
    vectors
        Unit rows.
    group
        Numbered from 0, none empty. No group is emptied: before one would be, all stay.
    open_to
        Shape (rows, groups): which groups each row may be in; each in its own. None: in any.

    Returns
    -------
    shape of ``group``
        Of equally near groups a row stays in its own, or joins the first.

    References
    ----------
    Lloyd SP (1982). IEEE Transactions on Information Theory 28:129-137.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([[1.0, 0], [0.8, 0.6], [0, 1.0], [0.1, 0.99]])
    >>> settled(rows, np.array([0, 1, 1, 0])).tolist()
    [0, 0, 1, 1]
    """
    import numpy as np

    every, number = np.arange(len(group)), int(group.max()) + 1
    for _ in range(_ROUNDS):
        nearness = np.round(vectors @ directions(sums(vectors, group)).T, 6)
        if open_to is not None:
            nearness[~open_to] = -2.0
        nearest = nearness.argmax(axis=1)
        stays = nearness[every, group] >= nearness[every, nearest]
        moved = np.where(stays, group, nearest)
        if (moved == group).all() or len(np.unique(moved)) < number:
            break
        group = moved
    return group


def grouped(vectors: Floats, number: int) -> Ints:
    """Put centred unit rows into that many groups: drawn together, joined, and settled."""
    drawn = with_company(vectors, number)
    return settled(drawn, cut(grow(drawn), number))


def settled_below(vectors: Floats, theme: Ints, top: Ints) -> tuple[Ints, Ints]:
    """Settle overarching themes, then the themes below each.

    A theme goes where most of its findings went; the others join the nearest theme of where they
    went themselves.

    Returns
    -------
    theme, top
        Every theme's findings have one top. As many themes as before, and no more tops.
    """
    import numpy as np

    went = settled(vectors, top)
    counts = np.zeros((int(theme.max()) + 1, int(top.max()) + 1))
    np.add.at(counts, (theme, went), 1)
    above = counts.argmax(axis=1)
    homeless = ~np.isin(went, above)  # no theme followed them
    went = np.where(homeless, above[theme], went)
    open_to = above[None, :] == went[:, None]
    near = np.where(open_to, vectors @ directions(sums(vectors, theme)).T, -2.0).argmax(axis=1)
    theme = settled(vectors, np.where(above[theme] == went, theme, near), open_to)
    _, numbered = np.unique(above[theme], return_inverse=True)
    return theme, numbered
