"""The form of a text: how it is told, apart from what it says.

A quotation, a summary and a note of three words may say the same. Vectors of texts keep apart
what is told in the first person at length from what is put briefly, so findings come together by
who wrote them down. What vectors owe to length and to the first person is estimated and taken off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_PENALTY = 10.0  # texts' worth of doubt that form has an effect at all: a few texts prove little
_SPOKEN = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Ww]e|us|[Oo]ur|[Yy]our?)\b")


def form(texts: Sequence[str]) -> Floats:
    """Measure how texts are told.

    Returns
    -------
    shape (len(texts), 2)
        The logarithm of the number of words, and the share of words in the first and second
        person (English).

    Examples
    --------
    >>> form(["I was low.", "Pay"]).round(2).tolist()
    [[1.1, 0.33], [0.0, 0.0]]
    """
    import numpy as np

    rows = []
    for text in texts:
        words = max(1, len(text.split()))
        rows.append((np.log(words), len(_SPOKEN.findall(text)) / words))
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def without_form(vectors: Floats, texts: Sequence[str]) -> Floats:
    """Take off centred vectors what they owe to the form of their texts.

    Returns
    -------
    shape of ``vectors``
        The residuals of a ridge regression on `form`, standardised; the ridge is 10. Where all
        texts have one form, the vectors as they are.

    Examples
    --------
    >>> import numpy as np
    >>> said = ["pay"] * 100 + ["pay was low"] * 100
    >>> rows = np.repeat([[1.0, 0.0], [-1.0, 0.0]], 100, axis=0)
    >>> bool(abs(without_form(rows, said)).max() < 0.05)
    True
    """
    import numpy as np

    measured = form(texts)
    measured -= measured.mean(axis=0)
    spread = measured.std(axis=0)
    told = measured[:, spread > 1e-9] / spread[spread > 1e-9]
    owed = np.linalg.solve(told.T @ told + _PENALTY * np.eye(told.shape[1]), told.T @ vectors)
    left: Floats = vectors - told @ owed
    return left
