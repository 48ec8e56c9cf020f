"""Vectors of findings: TF-IDF over words and pairs of words, the embedder that needs no data.

Vectors are unit rows, so their products are cosines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from themeweave.findings.tfidf import TfIdf

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

Embedder = Callable[[Sequence[str]], "NDArray[np.float64]"]  # texts to unit rows; see `centred`

_DIMENSIONS = 100
_SAMPLE = 5_000  # texts that weights and directions are learned from, at most


def fit_pair(
    prototypes: Sequence[str], *, characters: bool = False
) -> Callable[[Sequence[str]], NDArray[np.float64]]:
    """Fit weights on prototypes; give the function that likens texts to them.

    Returns
    -------
    callable
        From n texts to an array of shape (n, len(prototypes)): cosines, 0 (nothing in common)
        to 1. A text's row depends on that text and the prototypes alone. Where no prototype has
        a word, nothing is alike.

    Examples
    --------
    >>> alike = fit_pair(["training on offer", "money"])
    >>> alike(["training for staff"]).round(2).tolist()
    [[0.58, 0.0]]
    """
    return _fitted_pair(tuple(prototypes), characters)


@lru_cache(maxsize=8)
def _fitted_pair(
    prototypes: tuple[str, ...], characters: bool
) -> Callable[[Sequence[str]], NDArray[np.float64]]:
    """Fit once for a codebook, whose texts stay the same while findings are read in parts."""
    weights = TfIdf(prototypes, letters=characters)
    theirs = weights(prototypes).T.tocsr()

    def alike(texts: Sequence[str]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = (weights(texts) @ theirs).toarray()
        return found

    return alike


def embed(texts: Sequence[str]) -> NDArray[np.float64]:
    """Embed texts as centred unit rows: TF-IDF of runs of letters, reduced to 100 directions.

    Runs of letters read *funded* and *funding* alike. All findings of a review share its topic;
    subtracting their mean leaves what tells them apart. Beyond 5,000 texts weights and directions
    are learned from an even sample of the sorted texts.

    Returns
    -------
    shape (len(texts), at most 100)
        Rounded to 6 digits, which drops what the last bits owe to the machine.

    Examples
    --------
    >>> rows = embed(["low pay", "low pay for staff", "hope", "hope for patients"])
    >>> bool(rows[0] @ rows[1] > 0 > rows[0] @ rows[2])
    True
    """
    import numpy as np

    different = sorted(set(texts))
    if len(different) < 2:
        return np.zeros((len(texts), 1))
    sample = different[:: -(-len(different) // _SAMPLE)]
    weights = TfIdf(sample, letters=True)
    basis = _basis(weights(sample))
    vectors = np.empty((len(texts), basis.shape[1]))
    for start in range(0, len(texts), _SAMPLE):
        vectors[start : start + _SAMPLE] = weights(texts[start : start + _SAMPLE]) @ basis
    return centred(vectors)


def centred(vectors: NDArray[Any]) -> NDArray[np.float64]:
    """Take off the mean of all rows, which is the topic they share, and scale rows to length 1.

    Returns
    -------
    shape (rows, dimensions)
        Rounded to 6 digits, which drops what the last bits owe to the machine; a row that is the
        mean itself has length 0.

    Examples
    --------
    >>> import numpy as np
    >>> centred(np.array([[2.0, 1.0], [0.0, 1.0]])).tolist()
    [[1.0, 0.0], [-1.0, 0.0]]
    """
    import numpy as np

    rows: NDArray[np.float64] = np.array(vectors, dtype=np.float64)  # changed in place below
    rows -= rows.mean(axis=0)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    np.divide(rows, lengths, out=rows, where=lengths > 1e-9)
    rows[lengths[:, 0] <= 1e-9] = 0
    return np.round(rows, 6, out=rows)


def _basis(weights: csr_matrix) -> NDArray[np.float64]:
    """Give the directions in which texts differ most, at most 100, the strongest first."""
    import numpy as np
    from scipy.sparse.linalg import svds

    if weights.shape[0] <= 2 * _DIMENSIONS:
        _, strengths, rows = np.linalg.svd(weights.toarray(), full_matrices=False)
    else:
        rank = min(_DIMENSIONS, min(weights.shape) - 1)
        _, strengths, rows = svds(weights, k=rank, v0=np.ones(min(weights.shape)))
    strongest = np.argsort(-strengths, kind="stable")[:_DIMENSIONS]
    kept = strongest[strengths[strongest] > 1e-9]
    basis: NDArray[np.float64] = rows[kept].T
    return basis
