"""Vectors of findings: TF-IDF over words and pairs of words, the embedder that needs no data.

One of scikit-learn's two doors. Vectors are unit rows, so their products are cosines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

NAME = "tfidf@1"


def vectorizer(texts: Sequence[str], *, characters: bool = False) -> Any:
    """Fit a TF-IDF vectoriser: sublinear counts, English stop words out, words and word pairs.

    Parameters
    ----------
    texts
        The texts whose words count, at least one with a word in it.
    characters
        Use runs of 3 to 5 characters within words instead: it reads *funded* and *funding* alike.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    if characters:
        fitted = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    else:
        fitted = TfidfVectorizer(
            stop_words="english",
            ngram_range=(1, 2),
            sublinear_tf=True,
            token_pattern=r"(?u)\b[^\W\d_][\w'-]+\b",
        )
    return fitted.fit(texts)


def fit_pair(
    prototypes: Sequence[str], *, characters: bool = False
) -> Callable[[Sequence[str]], NDArray[np.float64]]:
    """Fit weights on prototypes; give the function that likens texts to them.

    Returns
    -------
    callable
        From n texts to an array of shape (n, len(prototypes)): cosines, 0 (nothing in common)
        to 1. A text's row depends on that text and the prototypes alone.

    Examples
    --------
    >>> alike = fit_pair(["training on offer", "money"])
    >>> alike(["training for staff"]).round(2).tolist()
    [[0.58, 0.0]]
    """
    fitted = vectorizer(prototypes, characters=characters)
    right: csr_matrix = fitted.transform(prototypes).T.tocsr()

    def alike(texts: Sequence[str]) -> NDArray[np.float64]:
        left: csr_matrix = fitted.transform(texts)
        found: NDArray[np.float64] = (left @ right).toarray()
        return found

    return alike


def embed(texts: Sequence[str], dimensions: int = 100) -> NDArray[np.float64]:
    """Embed texts as centred unit rows: TF-IDF reduced by a truncated singular decomposition.

    All findings of a review share its topic; subtracting their mean leaves what tells them
    apart. The sign of each dimension is fixed, so the result depends on the texts alone.

    Returns
    -------
    shape (len(texts), at most ``dimensions``)
    """
    import numpy as np
    from scipy.sparse.linalg import svds

    weights = vectorizer(texts).transform(texts).astype(np.float64)
    rank = min(dimensions, min(weights.shape) - 1)
    if rank < 1:
        return np.ones((len(texts), 1))
    start = np.ones(min(weights.shape))
    left, values, right = svds(weights, k=rank, v0=start, solver="arpack")
    order = np.argsort(-values, kind="stable")
    signs = np.sign(right[order, np.abs(right[order]).argmax(axis=1)])
    vectors = left[:, order] * values[order] * signs
    vectors = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: NDArray[np.float64] = np.divide(
        vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-12
    )
    return units
