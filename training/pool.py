"""The pool: many statements without labels, which the teacher reads for the reader to learn from.

A small network learns more of a large one the more texts it hears it speak of. The pool is made
of the examples: words give way to words that MiniLM holds to be like them, clauses are dropped,
and two findings are told in one breath. Such a statement may say something else than the one it
was made from, or little at all; its answers are the teacher's alone.

Jiao X et al. (2020), Findings of EMNLP, TinyBERT: the same for other tasks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from attribute import lowered

from themeweave.findings.answers import units
from themeweave.findings.tfidf import STOP_WORDS

OFTEN = 4  # examples that have a word, for it to be put into others
LIKE = 8  # words from which another one is picked
ALIKE = 0.34  # cosine of two words at the least
STEM = 4  # letters at the start that make two words forms of one, which changes only grammar
OTHER = (0.1, 0.2, 0.35)  # of a statement's words give way: one of these shares
PART = 0.25  # of the statements lose a clause
PAIR = 0.2  # of the statements tell of two findings
_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE = re.compile(r"(?<=[,;:])\s+|\s+(?=\b(?:but|although|because|whereas|so that)\b)")
_BETWEEN = ("; ", ". ", ", but ", ", while ", ", and ", ". However, ", ", although ")


def likes(
    texts: Sequence[str], pieces: Sequence[str], vectors: np.ndarray
) -> Mapping[str, Sequence[str]]:
    """Give the words of the texts that may stand for each other.

    Parameters
    ----------
    pieces, vectors
        What MiniLM reads, and its vector of each before it reads; shape (pieces, width).
    """
    found = Counter(w for text in texts for w in set(_WORD.findall(text.lower())))
    place = {piece: i for i, piece in enumerate(pieces)}
    words = [
        w
        for w, n in sorted(found.items())
        if n >= OFTEN and len(w) > 2 and w in place and w not in STOP_WORDS
    ]
    own = units(vectors[[place[w] for w in words]])
    stems = np.array([word[:STEM] for word in words])
    near = np.where(stems[:, None] == stems, 0.0, own @ own.T)
    order = np.argsort(-near, axis=1)[:, :LIKE]
    return {
        word: [words[j] for j in order[i] if near[i, j] >= ALIKE] for i, word in enumerate(words)
    }


def pool(
    texts: Sequence[str], like: Mapping[str, Sequence[str]], size: int, seed: int
) -> list[str]:
    """Make statements of the texts, none twice and none that is among them."""
    rng = np.random.default_rng(seed)
    known, made = set(texts), []
    while len(made) < size:
        text = _of(texts, rng)
        if rng.random() < PAIR:
            other = _of(texts, rng)
            between = str(rng.choice(_BETWEEN))
            other = other if between.endswith(". ") else lowered(other)
            text = text.rstrip(" .") + between + other
        words = _changed(text, like, float(rng.choice(OTHER)), rng)
        if len(words.split()) > 2 and words not in known:
            known.add(words)
            made.append(words)
    return made


def _of(texts: Sequence[str], rng: np.random.Generator) -> str:
    """Give one of the texts, or all but a clause of it."""
    text = texts[int(rng.integers(len(texts)))]
    if rng.random() < PART:
        clauses = _CLAUSE.split(text)
        if len(clauses) > 1:
            clauses.pop(int(rng.integers(len(clauses))))
            text = " ".join(clauses).rstrip(" ,;:")
            return text[:1].upper() + text[1:]
    return text


def _changed(
    text: str, like: Mapping[str, Sequence[str]], share: float, rng: np.random.Generator
) -> str:
    """Put other words for some of a text's."""

    def another(found: re.Match[str]) -> str:
        word = found.group()
        others = like.get(word.lower(), ())
        if not others or rng.random() >= share:
            return word
        other = str(others[int(rng.integers(len(others)))])
        return other.capitalize() if word[0].isupper() else other

    return _WORD.sub(another, text)
