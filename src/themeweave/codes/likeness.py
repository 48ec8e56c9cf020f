"""Likeness: how near a finding stands to what a codebook says of each code, in an engine's space.

For codebooks that no engine was trained on: a team's own, or a framework of another field. Each
code is as near as its text (name and definition) and its nearest examples and rules. Vectors are
centred first: what all codes share, and what all findings share, tells no code from another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from themeweave.codes.codebook import Code
from themeweave.findings.answers import Engine, units

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TEXT, _BEST = 0.5, 0.5  # weights of a code's own text and of the nearest of its other sentences


def nearness(
    vectors: NDArray[np.float32], codes: Sequence[Code], engine: Engine, centre: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Say how near findings stand to codes.

    Parameters
    ----------
    vectors
        Shape (n, d), unit rows: those of the findings.
    engine
        The engine that made them; it reads the codebook's sentences.
    centre
        Shape (d,): the mean vector of findings in general.

    Returns
    -------
    shape (n, len(codes))
        Weighted cosines, -1 to 1. A finding's row depends on it and the codes alone.
    """
    import numpy as np

    sentences: list[str] = []
    owners: list[int] = []
    texts: list[int] = []
    for column, code in enumerate(codes):
        texts.append(len(sentences))
        said = (f"{code.name}. {code.definition}", *code.include, *_examples(code))
        sentences += said
        owners += [column] * len(said)
    theirs = engine(sentences).vectors.astype(np.float64)
    theirs = theirs - theirs[texts].mean(axis=0)
    ours = vectors.astype(np.float64) - centre
    cosines = units(ours) @ units(theirs).T
    near: NDArray[np.float64] = _TEXT * cosines[:, texts]
    owner = np.array(owners)
    for column in range(len(codes)):
        near[:, column] += _BEST * cosines[:, owner == column].max(axis=1)
    return near


def _examples(code: Code) -> tuple[str, ...]:
    return tuple(example.text for example in code.examples)
