"""Cues: the codebook's own phrases, found in the findings' words.

This suggester explains itself completely: its evidence is the phrases, and where they stand.
spaCy's blank English pipeline splits the words and its PhraseMatcher finds the phrases; no model
is loaded. Where one phrase contains another, the longer one speaks.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from themeweave.codes.codebook import Code

_MOST_KEPT = 1_000  # texts of a chunk
_MOST_WORDS = 200_000  # different words that spaCy remembers, some 100 MB


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a text: ``text[start:end]`` is the phrase as it stands there."""

    code_id: str
    start: int
    end: int
    weight: float  # longer phrases and phrases of fewer codes say more


@lru_cache(maxsize=1)
def _pipeline() -> Any:
    import spacy
    from spacy.attrs import LOWER

    nlp: Any = spacy.blank("en")
    # of a word that is new, spaCy works out a dozen things; only its small letters are asked for
    nlp.vocab.lex_attr_getters = {LOWER: nlp.vocab.lex_attr_getters[LOWER]}
    return nlp


def _docs(nlp: Any, texts: Sequence[str]) -> Iterable[Any]:
    """Cut texts into words; of a chunk they are kept, for it is read for several codebooks."""
    if 1 < len(texts) <= _MOST_KEPT:
        return _kept(nlp, tuple(texts))
    docs: Iterable[Any] = nlp.pipe(texts)
    return docs


@lru_cache(maxsize=1)
def _kept(nlp: Any, texts: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(nlp.pipe(texts))


@dataclass(frozen=True)
class CueMatcher:
    """The cues of some codes, compiled once."""

    _nlp: Any
    _matcher: Any
    _codes_of: dict[str, tuple[str, ...]]

    def hits(self, texts: Sequence[str]) -> list[list[Hit]]:
        """Find the cues in each text, in the order of the words.

        Examples
        --------
        >>> matcher = compile_cues([Code("time", "Time", cues=("lack of time", "time"))])
        >>> [(hit.start, hit.end) for hit in matcher.hits(["A lack of time was common."])[0]]
        [(2, 14)]
        """
        from spacy.util import filter_spans

        found: list[list[Hit]] = []
        for doc in _docs(self._nlp, texts):
            hits: list[Hit] = []
            for span in filter_spans(self._matcher(doc, as_spans=True)):
                codes = self._codes_of[" ".join(token.lower_ for token in span)]
                weight = math.sqrt(len(span)) / len(codes)
                hits += [Hit(code, span.start_char, span.end_char, weight) for code in codes]
            found.append(hits)
        return found


def compile_cues(codes: Sequence[Code]) -> CueMatcher:
    """Compile the cues of codes; a phrase that several codes share counts for each, but less.

    A cue is found in any case, and with an ``s`` more or less at its end: *nurse* finds *Nurses*.
    Those of the last codebooks are kept, for batches that are read a part at a time, until spaCy
    has come across so many different words that it should forget them.
    """
    if len(_pipeline().vocab) > _MOST_WORDS:
        _pipeline.cache_clear()
        _compiled.cache_clear()
        _kept.cache_clear()
    return _compiled(tuple(codes))


@lru_cache(maxsize=8)
def _compiled(codes: tuple[Code, ...]) -> CueMatcher:
    from spacy.matcher import PhraseMatcher

    nlp = _pipeline()
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    owners: dict[str, list[str]] = {}
    for code in codes:
        for cue in sorted({form for written in code.cues for form in _forms(written)}):
            doc = nlp.make_doc(cue)
            phrase = " ".join(token.lower_ for token in doc)
            if phrase not in owners:
                matcher.add("cue", [doc])
            if code.id not in owners.setdefault(phrase, []):
                owners[phrase].append(code.id)
    return CueMatcher(nlp, matcher, {phrase: tuple(ids) for phrase, ids in owners.items()})


def _forms(cue: str) -> tuple[str, str]:
    """Give a cue as written and with the other number."""
    return cue, cue[:-1] if cue.endswith("s") and not cue.endswith("ss") else f"{cue}s"


def totals(hits: Sequence[Hit]) -> Counter[str]:
    """Add up the weight of hits by code.

    Examples
    --------
    >>> totals([Hit("a", 0, 4, 1.0), Hit("a", 9, 12, 0.5)])
    Counter({'a': 1.5})
    """
    weights: Counter[str] = Counter()
    for hit in hits:
        weights[hit.code_id] += hit.weight  # type: ignore[assignment]  # Counter of floats
    return weights


def phrases(text: str, hits: Sequence[Hit], code_id: str) -> list[str]:
    """Give the phrases of a text that speak for a code, each once, in the order of the text."""
    found = (text[hit.start : hit.end] for hit in hits if hit.code_id == code_id)
    return list(dict.fromkeys(found))
