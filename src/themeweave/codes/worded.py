"""Worded: what the words of a finding do to what an engine believes of it, question by question.

Beside an engine's answer stands a reader of words: of phrases and likeness for a framework, of who
speaks for perspectives, of which way it turns for directions. What it says is added to the answer,
and where it speaks against the code that is believed most, or for no code, the belief is doubted.

Weights are on the log scale, where the engine's own is 1. They were chosen on the topics that the
engines were not taught, where nothing else is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themeweave.codes import blend, valence, voice
from themeweave.codes.reading import AS_A_WHOLE, Reading, Suggester

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INFERRED = 0.6  # of belief in whose view it is, where the words name somebody else
_JUDGED = 0.2  # of it, where the finding passes judgement on the group, and nobody else speaks
_ONLY_NAMED = 0.4  # of it, where groups are spoken of and none is said to think or do anything
# Of it, where one is only said to have or do something, which some readers call a fact: of 121
# findings of six sets for which it was suggested 90 were right, and 0.91 believed.
_ACTS = 0.6
# Of it, where none is spoken of: of 44 findings, published ones told in our words and plain ones,
# for which a group was suggested all the same, a reader of the words would name it in 8.
_NOT_NAMED = 0.4
_AGAINST_CUES = 0.5  # of belief in a direction where every cue phrase speaks for the other
_REQUIRED = 0.35  # of it where something is required, and no cue says for or against
_WORDS = 0.3  # weight of the words
_OUTRIGHT = 0.5  # where they say a direction outright: of 36 in findings not taught 32 are right
# Most of what the reader was taught is indirect wording, where good news is rare, so it still takes
# some plain good news for barriers. Chosen on 385 findings of 53 published articles, told in our
# words, with five sets of ours in sight. Cues outweigh it.
_GOOD_NEWS = 0.25
_SILENT = (voice.NOBODY_NAMED, voice.NOBODY_SPEAKS)
_SIDES = (valence.BARRIER, valence.FACILITATOR)


@dataclass(frozen=True, slots=True)
class Words:
    """The reader of words for one question, and how far it is heard."""

    read: Suggester
    weight: Callable[[str], float]  # of what the words of a text say
    support: Callable[[Reading, str], float]  # of belief in a code is left, 0 to 1
    lean: Callable[[Reading], Mapping[str, float]]  # what is added to the log of codes' shares

    def weights(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Weigh the words of texts, shape (n, 1)."""
        import numpy as np

        return np.array([[self.weight(text)] for text in texts])

    def supports(self, worded: Sequence[Reading], codes: Sequence[str]) -> NDArray[np.float64]:
        """Say for each text how far the words bear out the code believed most, shape (n, 1)."""
        import numpy as np

        return np.array([[self.support(r, code)] for r, code in zip(worded, codes, strict=True)])

    def leanings(self, worded: Sequence[Reading], codes: Sequence[str]) -> NDArray[np.float64]:
        """Say what is added to the log of each code's share, shape (n, codes)."""
        import numpy as np

        added = np.zeros((len(worded), len(codes)))
        for row, reading in enumerate(worded):
            for code, more in self.lean(reading).items():
                if code in codes:
                    added[row, codes.index(code)] = more
        return added


def _spoken(reading: Reading, code: str) -> float:
    """Doubt a group where the words name others alone, or nobody, and nobody says *I*."""
    silent = reading.notes.get("unclear", "")
    if code in voice.NOBODY:
        alone = code == "mixed" and code not in reading.notes and silent in _SILENT
        return _ONLY_NAMED if alone else 1.0
    named = {group for group in reading.phrases if group not in voice.NOBODY}
    if silent == voice.NOBODY_SPEAKS:
        judged = reading.notes.get(code, "").startswith(voice.JUDGED)
        return _JUDGED if judged else _ONLY_NAMED
    if silent == voice.NOBODY_NAMED:
        return _NOT_NAMED
    if silent == voice.ONLY_ACTS:
        return _ACTS
    return _INFERRED if named and code not in named else 1.0


def _directed(reading: Reading, code: str) -> float:
    """Doubt a direction where all cues speak for the other, or where a rule or wish is stated."""
    required = valence.REQUIRED in reading.notes.get(valence.NEUTRAL, "")
    if required and code in _SIDES and code not in reading.phrases:
        return _REQUIRED
    cues = set(reading.phrases) - {valence.NEUTRAL}
    return _AGAINST_CUES if cues and code not in cues and code in _SIDES else 1.0


def _good_news(reading: Reading) -> Mapping[str, float]:
    """Lean towards a facilitator where no cue speaks for a barrier."""
    return {} if valence.BARRIER in reading.phrases else {valence.FACILITATOR: _GOOD_NEWS}


FRAMEWORK = Words(blend.read, lambda _: _WORDS, lambda *_: 1.0, lambda _: {})
BESIDE = {
    "perspective": Words(voice.read, lambda _: 1.0, _spoken, lambda _: {}),
    "valence": Words(
        valence.read,
        lambda text: _OUTRIGHT if valence.outright(text) else _WORDS,
        _directed,
        _good_news,
    ),
}


def evidence(worded: Reading) -> Reading:
    """Keep what the words showed; that they showed nothing is no reason where an engine speaks.

    Examples
    --------
    >>> evidence(Reading({"a": 1.0}, {}, {"a": valence.NOTHING_FOUND})).notes
    {}
    """
    notes = {code: note for code, note in worded.notes.items() if note != valence.NOTHING_FOUND}
    if (silent := notes.get("unclear", "")) in _SILENT:
        notes.update(
            {
                code: f"{silent}; {AS_A_WHOLE}"
                for code in worded.shares
                if code not in worded.phrases and code not in notes
            }
        )
    return replace(worded, notes=notes)
