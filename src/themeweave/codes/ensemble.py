"""Ensemble: what an engine believes of a finding, weighed with what the codebook's words say.

Three sources, each of which can be looked at alone: the engine's head where it was trained on
the codebook's codes; the engine's likeness to the codebook's sentences where it was not; and the
reader of words that fits the codebook, see `worded`. They are added on the log scale with fixed
weights, so that a person who edits a codebook changes what is suggested. Codes that the engine
does not know get what the other sources give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Protocol

from themeweave.codes import blend, heads
from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.language import foreign
from themeweave.codes.likeness import nearness
from themeweave.codes.reading import Reading
from themeweave.codes.worded import BESIDE, FRAMEWORK, evidence
from themeweave.findings.answers import Answers, Description

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
    beside = BESIDE.get(question, FRAMEWORK)
    ids = [code.id for code in codes]
    with ThreadPoolExecutor(1) as thread:  # a network lets go of the interpreter while it runs
        answering = thread.submit(engine, texts)
        worded = beside.read(texts, book)
        answers = answering.result()
    words = np.array([[reading.shares.get(id_, 0.0) for id_ in ids] for reading in worded])
    believed = heads.shares(answers, engine.description, book, codes)
    if believed is None:
        near = nearness(answers.vectors, codes, engine, engine.centre)
        weight = _DEFINED if _says_more(codes) else _NAMED
        logits = trust * _LIKENESS * near + weight * np.log(np.maximum(words, _LEAST))
    else:
        believed = _with_unknown(believed, words, codes, head.codes if head else ())
        logits = np.log(np.maximum(believed, _LEAST))
        logits += beside.weights(texts) * np.log(np.maximum(words, _LEAST))
        logits *= beside.supports(worded, [ids[column] for column in logits.argmax(axis=1)])
        logits += beside.leanings(worded, ids)
        worded = [evidence(reading) for reading in worded]
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


def _says_more(codes: Sequence[Code]) -> bool:
    """Tell whether a codebook says more of its codes than their names."""
    more = [len(blend.prototype(code).split()) - len(code.name.split()) for code in codes]
    return median(more) >= _SAYS_MORE


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


def _said(text: str, worded: Reading, shares: dict[str, float]) -> Reading:
    language = foreign(text)
    if language:
        even = 1 / len(shares)
        shares = {code: (1 - _FLAT) * share + _FLAT * even for code, share in shares.items()}
        note = f"the text is not in English (it looks like {language}), so this is hardly a guess"
        return Reading(shares, worded.phrases, dict.fromkeys(shares, note))
    return replace(worded, shares=shares)
