"""The table: a vector for every piece of a word and every pair of pieces, added up over a text.

The fast engine. One layer turns the sum, so that words may count together otherwise than alone. It
learned from the encoder's answers, knows no order beyond pairs, and reads some thousand findings in
the time the encoder takes for a few; numpy is all it needs.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from themeweave.findings.answers import Answers, describe, units
from themeweave.findings.encoder import SHIPPED as ENCODER
from themeweave.findings.wordpiece import WordPiece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHIPPED = Path(__file__).parent / "engines" / "table"
LONGEST = 128  # pieces of a text that are read
_BLOCK = 2_000  # texts whose vectors are looked up together: some 60 MB
_MIX = (
    40_503  # spreads pairs over the rows of their table: pair (a, b) is row (a * _MIX + b) % rows
)


class Table:
    """An engine of two tables and two matrices.

    Parameters
    ----------
    folder
        Holds description.json and network.npz; the vocabulary is the encoder's.

    Raises
    ------
    ReviewError
        Where one of them is missing or damaged.
    """

    def __init__(self, folder: Path = SHIPPED, vocabulary: Path = ENCODER) -> None:
        import numpy as np

        self.description, raw = describe(folder, "network.npz")
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            self._pieces = arrays["pieces"].astype(np.float32) * arrays["pieces_scale"]
            self._pairs = arrays["pairs"].astype(np.float32) * arrays["pairs_scale"]
            self._hidden, self._hidden_bias = arrays["hidden"], arrays["hidden_bias"]
            self._weight, self._bias = arrays["weight"], arrays["bias"]
            self.centre: NDArray[np.float32] = arrays["centre"]
        self._last: tuple[tuple[str, ...], Answers] | None = None
        self._words = WordPiece((vocabulary / "vocabulary.txt").read_text("utf-8").splitlines())

    def __call__(self, texts: Sequence[str]) -> Answers:
        """Answer for each text; what is said of one does not depend on the others."""
        key = tuple(texts)
        if self._last is None or key != self._last[0]:  # it is read for several codebooks
            self._last = key, self._answer(key)
        return self._last[1]

    def _answer(self, texts: Sequence[str]) -> Answers:
        import numpy as np

        vectors = np.zeros((len(texts), self._pieces.shape[1]), np.float32)
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            vectors[start : start + len(block)] = self._vectors(block)
        turned = np.maximum(vectors @ self._hidden + self._hidden_bias, 0)
        logits = turned @ self._weight + self._bias
        return Answers(self.description.split(logits), units(vectors))

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Add up the vectors of each text's pieces and pairs, each as a mean."""
        import numpy as np

        cut = [self._words.ids(text, LONGEST) for text in texts]
        length = np.array([len(ids) for ids in cut])
        ids = np.fromiter((i for piece in cut for i in piece), np.int64, int(length.sum()))
        starts = np.concatenate(([0], np.cumsum(length)[:-1]))
        own = np.add.reduceat(self._pieces[ids], starts) / length[:, None]
        # every text has its two marks, so it has at least one pair; the last id of a text starts
        # no pair, and its row is made nothing instead of being taken out
        pairs = self._pairs[pair_rows(ids[:-1], ids[1:], len(self._pairs))]
        pairs[(starts + length - 1)[:-1]] = 0.0
        both = np.add.reduceat(np.concatenate([pairs, np.zeros_like(pairs[:1])]), starts)
        mean: NDArray[np.float32] = own + both / (length - 1)[:, None]
        return mean


def pair_rows(first: NDArray[np.int64], second: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    """Give the rows in which pairs of pieces stand; different pairs may share one."""
    found: NDArray[np.int64] = (first * _MIX + second) % rows
    return found


@lru_cache(maxsize=1)
def shipped() -> Table:
    """Load the table that comes with the program, once."""
    return Table()
