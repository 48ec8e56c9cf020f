"""TF-IDF: which words, or runs of letters, tell a text from other texts, as a row of weights.

A feature counts by the logarithm of how often it stands in a text, times the logarithm of how few
of the fitted texts have it; rows are scaled to length 1. What a word is cut into is remembered, so
that a large sheet costs one look-up a word. Sums run in the order of the features, so a text's row
is the same, to the last bit, whatever stands beside it.

The weights are those of scikit-learn's TfidfVectorizer, which tests hold them against; its import
alone takes as long as all the rest of coding a hundred findings.

Source: Salton G, Buckley C (1988), Information Processing & Management 24:513-523.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

_WORD = re.compile(r"\b[^\W\d_][\w'-]+\b")
_SHORTEST, _LONGEST = 3, 5  # letters of a run
_CACHE = 200_000  # words whose features are remembered
_GRAMMAR = (  # words of English that have a grammar rather than a meaning
    "about above across after again against all almost along already also although always am "
    "among an and another any anybody anyone anything anywhere are around as at be because "
    "been before behind being below beside besides between beyond both but by can cannot "
    "could did do does doing done down during each either else enough etc even ever every "
    "everybody everyone everything everywhere except few for from furthermore had has have "
    "having he hence her here hers herself him himself his how however if in indeed instead "
    "into is it its itself just least less like many may me meanwhile might mine more "
    "moreover most much must my myself near neither never no nobody none nor not nothing now "
    "nowhere of off often on once one ones oneself only onto or other others otherwise our "
    "ours ourselves out over own per perhaps quite rather same several shall she should since "
    "so some somebody somehow someone something sometimes somewhere still such than that the "
    "their theirs them themselves then there therefore these they this those though through "
    "throughout thus to too toward towards under unless until up upon us very via was we well "
    "were what whatever when whenever where whereas wherever whether which whichever while "
    "who whoever whom whose why will with within without would yet you your yours yourself "
    "yourselves"
)
STOP_WORDS = frozenset(_GRAMMAR.split())


class TfIdf:
    """The features of some texts and their weights.

    Parameters
    ----------
    texts
        Those whose features count. Features that none of them has are not seen in other texts.
    letters
        Take runs of 3 to 5 letters within words, which read *funded* and *funding* alike, instead
        of words and pairs of neighbouring words without the commonest words of English.

    Examples
    --------
    >>> weights = TfIdf(["training on offer", "training and money"])
    >>> weights.features
    ('money', 'offer', 'training', 'training money', 'training offer')
    >>> weights(["more training, little money"]).toarray().round(2).tolist()
    [[0.81, 0.0, 0.58, 0.0, 0.0]]
    """

    def __init__(self, texts: Sequence[str], *, letters: bool = False) -> None:
        import numpy as np

        self._letters = letters
        if letters:
            different = {word for text in texts for word in text.lower().split()}
            self.features = tuple(sorted({run for word in different for run in _runs(word)}))
        else:
            self.features = tuple(sorted({word for text in texts for word in _words(text)}))
        self._place = {feature: place for place, feature in enumerate(self.features)}
        self._known: dict[str, tuple[int, ...]] = {}
        _, places, _ = self._counts(texts)
        texts_with = np.bincount(places, minlength=len(self.features))
        self._rarity: NDArray[np.float64] = np.log((len(texts) + 1) / (texts_with + 1.0)) + 1.0

    def __call__(self, texts: Sequence[str]) -> csr_matrix:
        """Weigh texts.

        Returns
        -------
        sparse, shape (len(texts), len(features))
            Unit rows; a text without any feature has a row of zeros.
        """
        import numpy as np
        from scipy.sparse import csr_matrix

        rows, places, counts = self._counts(texts)
        weights = (np.log(counts) + 1.0) * self._rarity[places]
        # bincount adds one after the other; other sums of numpy depend on how many there are
        weights /= np.sqrt(np.bincount(rows, weights * weights))[rows]
        ends = np.cumsum(np.bincount(rows, minlength=len(texts)))
        shape = len(texts), len(self.features)
        return csr_matrix((weights, places, np.concatenate([[0], ends])), shape)

    def _counts(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Count features: for every text and feature in it the two places and how often."""
        import numpy as np

        found = [list(self._found(text)) for text in texts]
        lengths = [len(places) for places in found]
        every = np.fromiter(chain.from_iterable(found), np.int64, sum(lengths))
        width = max(1, len(self.features))
        cells = np.repeat(np.arange(len(texts)), lengths) * width + every
        different, counts = np.unique(cells, return_counts=True)
        rows, places = np.divmod(different, width)
        return rows, places, counts.astype(np.float64)

    def _found(self, text: str) -> Iterator[int]:
        """Give the places of a text's features, each as often as it stands there."""
        if self._letters:
            return chain.from_iterable(map(self._runs_of, text.lower().split()))
        return (self._place[word] for word in _words(text) if word in self._place)

    def _runs_of(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            known = tuple(self._place[run] for run in _runs(word) if run in self._place)
            if len(self._known) < _CACHE:
                self._known[word] = known
        return known


def _words(text: str) -> list[str]:
    """Give a text's words and pairs of words, without the commonest words."""
    words = [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _runs(word: str) -> Iterator[str]:
    """Give the runs of letters of a word; its two ends count as signs, a short word as one run.

    Examples
    --------
    >>> list(_runs("no"))
    [' no', 'no ', ' no ']
    """
    ended = f" {word} "
    for length in range(_SHORTEST, _LONGEST + 1):
        for start in range(max(1, len(ended) - length + 1)):
            yield ended[start : start + length]
        if len(ended) <= length:
            return
