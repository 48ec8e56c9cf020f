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
# The list of the Glasgow Information Retrieval Group, without its words of one letter.
_STOP_WORDS = (
    "about above across after afterwards again against all almost alone along already also "
    "although always am among amongst amoungst amount an and another any anyhow anyone anything "
    "anyway anywhere are around as at back be became because become becomes becoming been "
    "before beforehand behind being below beside besides between beyond bill both bottom but by "
    "call can cannot cant co con could couldnt cry de describe detail do done down due during "
    "each eg eight either eleven else elsewhere empty enough etc even ever every everyone "
    "everything everywhere except few fifteen fifty fill find fire first five for former "
    "formerly forty found four from front full further get give go had has hasnt have he hence "
    "her here hereafter hereby herein hereupon hers herself him himself his how however hundred "
    "ie if in inc indeed interest into is it its itself keep last latter latterly least less "
    "ltd made many may me meanwhile might mill mine more moreover most mostly move much must my "
    "myself name namely neither never nevertheless next nine no nobody none noone nor not "
    "nothing now nowhere of off often on once one only onto or other others otherwise our ours "
    "ourselves out over own part per perhaps please put rather re same see seem seemed seeming "
    "seems serious several she should show side since sincere six sixty so some somehow someone "
    "something sometime sometimes somewhere still such system take ten than that the their them "
    "themselves then thence there thereafter thereby therefore therein thereupon these they "
    "thick thin third this those though three through throughout thru thus to together too top "
    "toward towards twelve twenty two un under until up upon us very via was we well were what "
    "whatever when whence whenever where whereafter whereas whereby wherein whereupon wherever "
    "whether which while whither who whoever whole whom whose why will with within without "
    "would yet you your yours yourself yourselves"
)
_STOPPED = frozenset(_STOP_WORDS.split())


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
    words = [word for word in _WORD.findall(text.lower()) if word not in _STOPPED]
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
