"""Ensemble: what an engine believes of a finding, weighed with what the codebook's words say.

Three sources, each of which can be looked at alone: the engine's head where it was trained on
the codebook's codes; the engine's likeness to the codebook's sentences where it was not; and the
reader of words that fits the codebook (phrases and likeness of words, who speaks, which way it
turns). They are added on the log scale with fixed weights, so that a person who edits a codebook
changes what is suggested. Codes that the engine does not know get what the other sources give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Protocol

from themeweave.codes import blend, heads, valence, voice
from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.language import foreign
from themeweave.codes.likeness import nearness
from themeweave.codes.reading import AS_A_WHOLE, Reading, Suggester
from themeweave.findings.answers import Answers, Description

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Weights on the log scale, chosen on the topics that the engines were not taught; a head's is 1.
_WORDS = {"construct": 0.3, "perspective": 1.0, "valence": 0.3}  # of the reader of words
_OTHER_WORDS = 0.3
_OUTRIGHT = 0.5  # of words that say a direction outright: of 36 in findings not taught 32 are right
_INFERRED = 0.6  # of belief in whose view it is, where the words name somebody else, or nobody
_JUDGED = 0.2  # of it, where the finding passes judgement on the group, and nobody else speaks
_ONLY_NAMED = 0.4  # of it, where groups are spoken of and none is said to think or do anything
_AGAINST_CUES = 0.5  # of belief in a direction where every cue phrase speaks for the other
_REQUIRED = 0.35  # of it where something is required, and no cue says for or against
# On the log scale: most of what the reader was taught is indirect wording, where good news is rare,
# so it still takes some plain good news for barriers. Chosen on 385 findings of 53 published
# articles, told in our words, with five sets of ours in sight. Cues outweigh it.
_GOOD_NEWS = 0.25
# Where no head speaks: weights of the engine's likeness, of the reader of words where a codebook
# defines its codes, and of it where there are names alone.
_LIKENESS, _DEFINED, _NAMED = 12.0, 0.5, 0.07
_SAYS_MORE = 4  # words of a code, in the middle of a codebook, beyond its name
# Temperatures, by which belief is no firmer than it is right. The heads' own were fitted on
# findings by the writers who taught them: of 891 by others the engine got 0.68 of the CFIR domains
# right and believed 0.79, with this 0.73. That of likeness was chosen on the themes of 24 studies
# of our own (652 findings), for which others wrote definitions and cues from the names alone:
# 0.53 of the subthemes right, 0.77 believed, with this 0.56.
_HEADS, _LIKE = {"construct": 1.25}, 2.2
_BESIDE: Mapping[str, Suggester] = {"perspective": voice.read, "valence": valence.read}
_FLAT = 0.9  # of belief is spread evenly over the codes where a text is not in English
_LEAST = 1e-4  # a share below this counts as this, so that no source forbids a code alone
_TINY = 1e-30  # and odds below this


class Trained(Protocol):
    """An engine that says what it was trained on."""

    @property
    def description(self) -> Description:
        """Its heads, version and source."""

    @property
    def centre(self) -> NDArray[np.float32]:
        """The mean vector of findings in general, shape (d,)."""

    def __call__(self, texts: Sequence[str]) -> Answers:
        """Answer for each text."""


def read(
    engine: Trained, texts: Sequence[str], book: Codebook, trust: float = 1.0
) -> list[Reading]:
    """Read texts against a codebook.

    Parameters
    ----------
    trust
        In the engine's likeness to sentences that it was not taught, 0 to 1: so much of its weight
        counts. Vectors of words without their order look alike or not too easily.

    Returns
    -------
    list of Reading
        One a text. Phrases are the codebook's cues found in it; a note says where a text is not
        in English, for which nothing is believed firmly.
    """
    import numpy as np

    codes = list(book.suggestible())
    if not codes or not texts:
        return [Reading({}) for _ in texts]
    head = heads.head_for(book, engine.description)
    question = head.question if head else ""
    ids = [code.id for code in codes]
    with ThreadPoolExecutor(1) as thread:  # a network lets go of the interpreter while it runs
        answering = thread.submit(engine, texts)
        worded = _BESIDE.get(question, blend.read)(texts, book)
        answers = answering.result()
    words = np.array([[reading.shares.get(id_, 0.0) for id_ in ids] for reading in worded])
    believed = heads.shares(answers, engine.description, book, codes)
    if believed is None:
        near = nearness(answers.vectors, codes, engine, engine.centre)
        beside = _DEFINED if _says_more(codes) else _NAMED
        logits = trust * _LIKENESS * near + beside * np.log(np.maximum(words, _LEAST))
    else:
        believed = _with_unknown(believed, words, codes, head.codes if head else ())
        weight = np.full((len(texts), 1), _WORDS.get(question, _OTHER_WORDS))
        if question == "valence":
            weight[[bool(valence.outright(text)) for text in texts]] = _OUTRIGHT
        logits = np.log(np.maximum(believed, _LEAST)) + weight * np.log(np.maximum(words, _LEAST))
        if question in _SUPPORT:
            logits *= _support(logits, worded, codes, _SUPPORT[question])
        if question == "valence":
            logits += _lean(worded, codes)
        worded = [_of_words(reading) for reading in worded]
    whole, temperature = (np.max, _LIKE) if believed is None else (np.sum, _HEADS.get(question, 1))
    shares = _tempered(logits, [book.tops[code.id] for code in codes], temperature, whole)
    return [
        _said(text, reading, dict(zip(ids, row.tolist(), strict=True)))
        for text, reading, row in zip(texts, worded, shares, strict=True)
    ]


def _tempered(
    logits: NDArray[np.float64],
    tops: Sequence[str],
    temperature: float,
    whole: Callable[..., NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Turn logits into shares that add up to 1, from the top down: branches, then their codes.

    So a temperature lets belief spread, but not from a branch that holds one likely code to one
    that holds many unlikely ones. What the ``whole`` of a branch is worth, its codes say: added up
    where they are known to exclude each other, else as much as the likeliest of them.
    """
    import numpy as np

    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = np.zeros_like(odds)
    for top in dict.fromkeys(tops):
        inside = [column for column, own in enumerate(tops) if own == top]
        own = np.maximum(odds[:, inside], _TINY)
        room, within = (x ** (1 / temperature) for x in (whole(own, 1, keepdims=True), own))
        shares[:, inside] = room * within / within.sum(axis=1, keepdims=True)
    every: NDArray[np.float64] = shares / shares.sum(axis=1, keepdims=True)
    return every


def _lean(worded: Sequence[Reading], codes: Sequence[Code]) -> NDArray[np.float64]:
    """Lean towards a facilitator where no cue speaks for a barrier, shape (n, codes)."""
    import numpy as np

    good = np.array([code.id == valence.FACILITATOR for code in codes])
    quiet = np.array([valence.BARRIER not in reading.phrases for reading in worded])
    return _GOOD_NEWS * np.outer(quiet, good)


def _says_more(codes: Sequence[Code]) -> bool:
    """Tell whether a codebook says more of its codes than their names."""
    more = [len(blend.prototype(code).split()) - len(code.name.split()) for code in codes]
    return median(more) >= _SAYS_MORE


def _support(
    logits: NDArray[np.float64],
    worded: Sequence[Reading],
    codes: Sequence[Code],
    of: Callable[[Reading, str], float],
) -> NDArray[np.float64]:
    """Say for each text how far the words bear out the code that is believed most, shape (n, 1)."""
    import numpy as np

    best = logits.argmax(axis=1)
    return np.array([[of(r, codes[at].id)] for r, at in zip(worded, best, strict=True)])


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
    return _INFERRED if code not in named and (named or silent == voice.NOBODY_NAMED) else 1.0


def _directed(reading: Reading, code: str) -> float:
    """Doubt a direction where all cues speak for the other, or where a rule or wish is stated."""
    required = valence.REQUIRED in reading.notes.get(valence.NEUTRAL, "")
    if required and code in _SIDES and code not in reading.phrases:
        return _REQUIRED
    cues = set(reading.phrases) - {valence.NEUTRAL}
    return _AGAINST_CUES if cues and code not in cues and code in _SIDES else 1.0


_SILENT = (voice.NOBODY_NAMED, voice.NOBODY_SPEAKS)
_SIDES = (valence.BARRIER, valence.FACILITATOR)
_SUPPORT = {"perspective": _spoken, "valence": _directed}


def _with_unknown(
    believed: NDArray[np.float64],
    words: NDArray[np.float64],
    codes: Sequence[Code],
    known: Sequence[str],
) -> NDArray[np.float64]:
    """Give the codes that an engine does not know the share that the words give them."""
    new = [column for column, code in enumerate(codes) if code.id not in known and code.parent]
    if not new:
        return believed
    room = words[:, new].sum(axis=1, keepdims=True)
    both: NDArray[np.float64] = believed * (1 - room)
    both[:, new] = words[:, new]
    return both


def _of_words(worded: Reading) -> Reading:
    """Keep what the words showed; that they showed nothing is no reason where an engine speaks."""
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


def _said(text: str, worded: Reading, shares: dict[str, float]) -> Reading:
    language = foreign(text)
    if language:
        even = 1 / len(shares)
        shares = {code: (1 - _FLAT) * share + _FLAT * even for code, share in shares.items()}
        note = f"the text is not in English (it looks like {language}), so this is hardly a guess"
        return Reading(shares, worded.phrases, dict.fromkeys(shares, note))
    return replace(worded, shares=shares)
