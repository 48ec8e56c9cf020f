"""The check of a manuscript: every rule over its sentences; and of texts against each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from themeweave.corpus.records import Document
from themeweave.evidence.consistency.counts import (
    NOUN,
    NUMBER,
    Contradiction,
    Sentence,
    number,
    quote,
    read_sentences,
    stem,
)
from themeweave.evidence.consistency.effects import Printed, claims
from themeweave.evidence.consistency.lists import (
    Same,
    attributes,
    counted_lists,
    labelled_lists,
    lists_and_sections,
)
from themeweave.evidence.consistency.sums import (
    enumerations,
    percentages,
    references_back,
    remainders,
    splits,
)

_FULL = re.compile(
    rf"(?<![\w.,%])(?P<n>{NUMBER})\s+(?:(?:were|are|was|is)\s+)?"
    rf"(?P<words>(?:[a-z-]+ ){{0,3}}?{NOUN}"
    rf"(?: (?:with|without|of|for|on|included|including|in)(?: [a-z-]+){{1,5}})?)",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "for",
        "with",
        "in",
        "on",
        "by",
        "to",
        "and",
        "or",
        "were",
        "was",
        "are",
        "is",
        "that",
        "which",
        "who",
        "included",
        "include",
        "including",
        "systematic",
        "our",
        "these",
        "those",
        "all",
        "any",
        "their",
    ]
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, and how much there was to check."""

    contradictions: tuple[Contradiction, ...]
    sentences: int
    counts: int
    lists: int


def check_document(
    document: Document, same: Same | None = None, printed: Collection[Printed] = ()
) -> Checked:
    r"""Check the numbers of one manuscript.

    Parameters
    ----------
    document
        As `themeweave.corpus.readers.read_document` reads it; its reference list is left out.
    same
        References that are reports of one review: each to the one it counts as.
    printed
        Effects as the cited reviews printed them.

    Examples
    --------
    >>> from themeweave.corpus.readers import read_document
    >>> text = b"# Results\n\nThree reviews agreed [ 1 , 2 ]. Two reviews did not [ 3 , 4 ].\n"
    >>> [found.why for found in check_document(read_document(text, "a.md")).contradictions]
    ['says 3, the list has 2 references']
    """
    same = same or {}
    sentences = read_sentences(_body(document))
    found = [
        *counted_lists(sentences, same),
        *labelled_lists(sentences, same),
        *lists_and_sections(sentences, document.sections),
        *attributes(sentences),
        *enumerations(sentences),
        *splits(sentences),
        *percentages(sentences),
        *remainders(sentences),
        *references_back(sentences),
        *claims(sentences, printed),
    ]
    unique = dict.fromkeys(sorted(found, key=lambda one: (one.line, one.rule, one.why)))
    return Checked(
        tuple(unique),
        len(sentences),
        sum(len(one.counts) for one in sentences),
        sum(len(one.cited) for one in sentences),
    )


def _body(document: Document) -> str:
    """Give the text up to the reference list, whose entries are full of numbers."""
    for section in document.sections:
        if section.heading.casefold().strip() in ("references", "bibliography", "literature"):
            return document.text[: section.start]
    return document.text


def between(documents: Sequence[tuple[str, Document]]) -> Iterator[Contradiction]:
    """Find what several texts on one review count differently.

    Two counts are of the same thing where they name the same kind of source and the words of the
    shorter, at least two, all stand in the longer. A text that counts the thing in several ways
    itself is left out.
    """
    stated = [(name, _full_counts(read_sentences(_body(d)))) for name, d in documents]
    for place, (name, counts) in enumerate(stated):
        for other, others in stated[place + 1 :]:
            for words, (n, line, shown) in counts.items():
                alike = [
                    (m, at)
                    for held, (m, at, _) in others.items()
                    if min(len(held), len(words)) > 2 and (held <= words or words <= held)
                ]
                if alike and all(m != n for m, _ in alike):
                    m, at = alike[0]
                    why = f"{name} says {n}, {other} says {m} (line {at})"
                    yield Contradiction("two texts", line, shown, why)


def _full_counts(sentences: Sequence[Sentence]) -> Mapping[frozenset[str], tuple[int, int, str]]:
    found: dict[frozenset[str], tuple[int, int, str]] = {}
    twice: set[frozenset[str]] = set()
    for one in sentences:
        for hit in _FULL.finditer(one.text):
            words = frozenset(
                stem(word)
                for word in re.findall(r"[a-z-]+", hit["words"].casefold())
                if word not in _EMPTY
            )
            n = number(hit["n"])
            if words in found and found[words][0] != n:
                twice.add(words)
            found.setdefault(words, (n, one.line, quote(one.text, hit.start(), hit.end())))
    return {words: held for words, held in found.items() if words not in twice}
