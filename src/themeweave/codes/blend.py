"""Blend: the suggester for any codebook, from its own words and nothing else.

Each code becomes one text: its name, definition, rules, cues and examples. A finding is likened
to these texts by TF-IDF over words and over runs of letters, and the codebook's cue phrases that
occur in the finding add to it. All weights are fitted on the codebook alone, so what is said of
a finding does not depend on which other findings stand beside it.

The fixed weights below were chosen on 1,783 example findings in CFIR constructs that are not in
the codebook (domain right for 0.48, construct for 0.30 of them; likeness alone 0.44 and 0.26).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.cues import compile_cues, phrases, totals
from themeweave.codes.reading import Reading
from themeweave.findings.vectors import fit_pair

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = "blend@1"
_LETTERS, _WORDS, _CUES = 30.0, 20.0, 4.0  # weights of the three sources, on the log scale


def read(texts: Sequence[str], book: Codebook) -> list[Reading]:
    """Read texts against a codebook.

    Returns
    -------
    list of Reading
        One a text; shares over the suggestible codes, by a softmax of the weighted sources.

    Examples
    --------
    >>> money = Code("money", "Money", cues=("too costly",), examples=())
    >>> time = Code("time", "Time", cues=("lack of time",))
    >>> book = Codebook("b", "B", (money, time))
    >>> reading = read(["They named a lack of time."], book)[0]
    >>> max(reading.shares, key=reading.shares.get), reading.phrases["time"]
    ('time', ('lack of time',))
    """
    import numpy as np

    codes = book.suggestible()
    if not codes or not texts:
        return [Reading({}) for _ in texts]
    place = {code.id: column for column, code in enumerate(codes)}
    logits = _likeness(texts, codes)
    matcher = compile_cues(codes)
    all_hits = matcher.hits(texts)
    for row, hits in enumerate(all_hits):
        for code_id, weight in totals(hits).items():
            logits[row, place[code_id]] += _CUES * weight
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return [
        Reading(
            dict(zip(place, row.tolist(), strict=True)),
            {hit.code_id: tuple(phrases(text, hits, hit.code_id)) for hit in hits},
        )
        for text, row, hits in zip(texts, shares, all_hits, strict=True)
    ]


def _likeness(texts: Sequence[str], codes: Sequence[Code]) -> NDArray[np.float64]:
    """Weighted likeness of texts to codes, shape (texts, codes)."""
    prototypes = [prototype(code) for code in codes]
    letters = fit_pair(prototypes, characters=True)
    words = fit_pair(prototypes, characters=False)
    return _LETTERS * letters(texts) + _WORDS * words(texts)


def prototype(code: Code) -> str:
    """Write everything a codebook says for a code as one text; exclusions are for people."""
    examples = [example.text for example in code.examples]
    return " ".join([f"{code.name}.", code.definition, *code.include, *code.cues, *examples])
