"""WordPiece: words cut into the pieces of a fixed vocabulary, as BERT-like encoders read them.

Text is lowered, accents are dropped, punctuation stands alone; then each word is cut from the
left into the longest pieces that the vocabulary holds. The pieces of a word are remembered, so
that a large sheet costs one look-up a word.

Source: Schuster M, Nakajima K (2012), ICASSP; Devlin J et al. (2019), NAACL (the uncased form).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_LONGEST_WORD = 100  # characters; a longer run is no word
_CACHE = 200_000  # words whose pieces are remembered
# Runs of letters and digits, or a single other sign; a sign is anything that is not white space.
_WORDS = re.compile(r"[^\W_]+|[^\w\s]|_")
_ACCENTED = re.compile(r"[^\x00-\x7f]")


class WordPiece:
    """A vocabulary, and the cutting of texts into it.

    Parameters
    ----------
    vocabulary
        Pieces in the order of their ids; a piece that goes on within a word starts with ``##``.

    Examples
    --------
    >>> pieces = WordPiece(["[UNK]", "[CLS]", "[SEP]", "peer", "##s", "no"])
    >>> pieces.ids("Peers? No")
    [1, 3, 4, 0, 5, 2]
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._id: Mapping[str, int] = {piece: place for place, piece in enumerate(vocabulary)}
        self._unknown = self._id[UNKNOWN]
        self._start, self._end = self._id[START], self._id[END]
        self._known: dict[str, tuple[int, ...]] = {}

    def ids(self, text: str, longest: int = 128) -> list[int]:
        """Cut a text into ids, with the marks of start and end.

        Parameters
        ----------
        text
            Any text; of a long one the first ``longest`` - 2 pieces are read.
        longest
            How many ids are given at most, at least 2.
        """
        found = [self._start]
        # Beyond this many characters the text cannot add a piece that is kept, but for white
        # space: six times is generous, and keeps a text of megabytes from costing its length.
        for word in _WORDS.findall(normal(text[: longest * 60])):
            found += self._pieces(word)
            if len(found) >= longest:
                break
        return [*found[: longest - 1], self._end]

    def _pieces(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            known = self._cut(word)
            if len(self._known) < _CACHE:
                self._known[word] = known
        return known

    def _cut(self, word: str) -> tuple[int, ...]:
        """Cut one word into the longest pieces from the left; unknown as a whole or not at all."""
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        pieces: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                place = self._id.get(prefix + word[start:end])
                if place is not None:
                    pieces.append(place)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(pieces)


def normal(text: str) -> str:
    r"""Lower a text, drop its accents and control characters, and set Chinese characters apart.

    Examples
    --------
    >>> normal("Café\u200b NAÏVE")
    'cafe naive'
    """
    text = text.lower()
    if not _ACCENTED.search(text):
        return text
    kept = [
        f" {sign} " if _is_ideograph(sign) else sign
        for sign in unicodedata.normalize("NFD", text)
        if unicodedata.category(sign) not in ("Mn", "Cc", "Cf") or sign in "\t\n\r"
    ]
    return "".join(kept)


def _is_ideograph(sign: str) -> bool:
    point = ord(sign)
    return 0x4E00 <= point <= 0x9FFF or 0x3400 <= point <= 0x4DBF or 0xF900 <= point <= 0xFAFF
