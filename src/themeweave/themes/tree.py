"""The tree of findings: joined by likeness, cut into groups, and where to cut it.

Vectors are unit rows. Ward's method joins, at each step, the two groups whose union raises the
sum of squared distances to the centres least (Ward 1963, Journal of the American Statistical
Association 58:236-244).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from themeweave.errors import ReviewError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

_FEWEST_HIGH, _MOST_HIGH = 25, 50  # the range of numbers tried stops growing there,
_GROWS_AGAIN, _MOST_EVER = 3, 125  # until a third of the root of the number of findings is more
_A_THEME = 4  # findings that a theme should hold on average, at least


def directions(vectors: Floats) -> Floats:
    """Scale rows to length 1; a row without length stays as it is."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-9)
    return units


def sums(vectors: Floats, group: Ints) -> Floats:
    """Add up the rows of each group; groups are numbered from 0, none is empty."""
    import numpy as np
    from scipy.sparse import csr_matrix

    rows = np.arange(len(group))
    members = csr_matrix((np.ones(len(group)), (group, rows)))
    added: Floats = np.asarray(members @ vectors)
    return added


def grow(leaves: Floats) -> Floats:
    """Join leaves into a tree by Ward's method, in the form of scipy's linkage matrix.

    Returns
    -------
    shape (leaves - 1, 4)
        A row a step: the two nodes joined, the height, and the number of leaves below.
    """
    import numpy as np
    from scipy.cluster.hierarchy import linkage

    return linkage(leaves, "ward") if len(leaves) > 1 else np.empty((0, 4))


def cut(tree: Floats, number: int) -> Ints:
    """Cut a tree into exactly that many groups, numbered in the order of their first leaves.

    Examples
    --------
    >>> import numpy as np
    >>> cut(grow(np.array([[0.0], [5.0], [0.1], [5.2]])), 2).tolist()
    [0, 1, 0, 1]
    """
    import numpy as np

    leaves = len(tree) + 1
    above = np.arange(2 * leaves - 1)
    for step in range(leaves - number):
        above[tree[step, :2].astype(int)] = leaves + step
    for node in range(2 * leaves - 2, -1, -1):
        above[node] = above[above[node]]
    _, first, group = np.unique(above[:leaves], return_index=True, return_inverse=True)
    numbered: Ints = np.argsort(np.argsort(first))[group]
    return numbered


def choose_number(tree: Floats, leaves: Floats, sizes: Ints, asked: int | None) -> tuple[int, str]:
    """Choose the number of themes, and say why.

    Parameters
    ----------
    tree, leaves, sizes
        The tree, the vectors it stands on, and how many findings each leaf holds.
    asked
        The number that was asked for, or None: then the one with the highest mean silhouette,
        among numbers from about the root of the number of findings to a quarter of it; 25 to 50
        from 625 findings on, and 62 to 125 for more than 140,000.

    Raises
    ------
    ReviewError
        Where the number asked for is below 1 or above the number of different findings.
    """
    import numpy as np

    different = len(np.unique(leaves, axis=0))
    if asked is not None:
        if not 1 <= asked <= different:
            raise ReviewError(
                f"{asked} themes cannot be made of {different} different findings",
                next_step=f"Ask for a number from 1 to {different}.",
            )
        return asked, f"{counted(asked)}, as asked"
    findings = int(sizes.sum())
    root = round(findings**0.5)
    most = min(_MOST_EVER, max(_MOST_HIGH, root // _GROWS_AGAIN))
    high = min(most, findings // _A_THEME, different)
    low = min(max(_FEWEST_HIGH, most // 2), max(2, root), high)
    if different == 1:
        return 1, "1 theme: all findings are worded alike"
    if high < 2:
        return 2, "2 themes: there are only a few findings"
    apart = silhouettes(leaves, sizes, tree, range(low, high + 1))
    number = max(apart, key=lambda k: (round(apart[k], 6), -k))
    return number, (
        f"{number} themes: of {low} to {high}, the number whose themes stand apart most clearly "
        f"(mean silhouette {apart[number]:.2f}; 1 is apart, 0 is not)"
    )


def counted(number: int, kind: str = "theme") -> str:
    """Put a number of themes in words.

    Examples
    --------
    >>> counted(1), counted(3, "overarching theme")
    ('1 theme', '3 overarching themes')
    """
    return f"{number} {kind}" if number == 1 else f"{number} {kind}s"


def silhouettes(
    leaves: Floats, sizes: Ints, tree: Floats, numbers: Sequence[int]
) -> dict[int, float]:
    """Compute the mean silhouette for each number of groups, leaves weighted by their findings.

    Parameters
    ----------
    numbers
        Rising, each at least 2.

    Returns
    -------
    dict
        From -1 to 1. A leaf that is a group by itself counts as 0.

    References
    ----------
    Rousseeuw PJ (1987). Journal of Computational and Applied Mathematics 20:53-65.
    """
    import numpy as np
    from scipy.spatial.distance import pdist, squareform

    rows, finest = np.arange(len(leaves)), cut(tree, numbers[-1])
    weight = np.zeros((len(leaves), numbers[-1]))
    weight[rows, finest] = sizes
    to_finest = squareform(pdist(leaves)) @ weight  # sums of distances; coarser groups add up
    found: dict[int, float] = {}
    for number in numbers:
        group = cut(tree, number)
        merged = np.zeros((numbers[-1], number))
        merged[finest, group] = 1
        to_group, size = to_finest @ merged, np.bincount(group, sizes)
        company = size[group] - 1
        own = to_group[rows, group] / np.maximum(company, 1)
        others = to_group / size
        others[rows, group] = np.inf
        other = others.min(axis=1)
        widest = np.maximum(np.maximum(own, other), 1e-12)
        widths = np.where(company > 0, (other - own) / widest, 0.0)
        found[number] = float(np.average(widths, weights=sizes))
    return found


def choose_number_on_top(tree: Floats, themes: int) -> tuple[int, str]:
    """Choose the number of overarching themes for a tree that is cut into themes, and say why.

    Up to three themes stand for themselves. Among the numbers that a reader can hold, 3 to 6, the
    choice is the one after which the next joining is highest against the one before it.
    """
    if themes <= 3:
        return themes, "too few to be joined under overarching themes"
    low, high = (3, 6) if themes > 6 else (2, themes - 1)
    heights = tree[:, 2][::-1]  # heights[k - 2]: of the step from k groups to k - 1
    rise = {k: heights[k - 2] / max(heights[k - 1], 1e-12) for k in range(low, high + 1)}
    number = max(rise, key=lambda k: (round(rise[k], 6), -k))
    return number, (
        f"{counted(number, 'overarching theme')}: of {low} to {high}, the number after which "
        "joining two more would cost most"
    )
