"""Sums: parts and wholes, percentages, what remains, and numbers that refer back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from themeweave.evidence.consistency.counts import (
    NOUN,
    NUMBER,
    Contradiction,
    Sentence,
    number,
    quote,
    stem,
)
from themeweave.evidence.consistency.lists import is_near

_OF = re.compile(
    rf"\bof (?:the |all |our )?(?P<n>{NUMBER}) (?:[a-z-]+ ){{0,3}}?(?P<noun>{NOUN}|participants|"
    rf"people|patients|records|findings),(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PART = re.compile(rf"(?<![\w.,%(-])(?P<n>{NUMBER})(?![\w%-]|[.,]\d)(?=\s+[a-z(\[])", re.IGNORECASE)
_PERCENT = re.compile(
    rf"(?<![\w.,])(?P<n>{NUMBER})(?:\s*(?:/|of|out of)\s*(?:the\s+)?(?P<t>{NUMBER}))?"
    rf"(?:\s+[a-z-]+){{0,4}}?\s*\((?:n\s*=\s*\d+,\s*)?(?P<p>\d+(?:\.(?P<d>\d+))?)\s?%(?P<of> of)?",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    rf"(?P<a>{NUMBER}) (?P<kind>[a-z]+) (?:[a-z]+ )?(?:and|plus) (?P<b>{NUMBER}) "
    rf"(?:non-?(?P=kind)|other)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(rf"(?P<n>{NUMBER})[- ](?:points?|items?|domains?|questions?)\b", re.IGNORECASE)
_REMAINING = re.compile(rf"\bremaining (?P<n>{NUMBER})\b", re.IGNORECASE)


def enumerations(sentences: Sequence[Sentence]) -> Iterator[Contradiction]:
    """Find "of the 35 reviews, 13 were ..., 13 ... and 6 ..." whose parts miss the whole."""
    for one in sentences:
        for hit in _OF.finditer(one.text):
            whole, rest = number(hit["n"]), re.sub(r"\[[^\]]*\]|\([^)]*\)", "", hit["rest"])
            parts = [number(part["n"]) for part in _PART.finditer(rest)]
            total = sum(parts)
            if len(parts) < 3 or total == whole or max(parts) >= whole:
                continue
            if is_near(whole, total):
                added = " + ".join(map(str, parts))
                yield Contradiction(
                    "parts and whole",
                    one.line,
                    quote(one.text, hit.start(), hit.end()),
                    f"the parts {added} are {total}, the whole is {whole}",
                )


def splits(sentences: Sequence[Sentence]) -> Iterator[Contradiction]:
    """Find a kind and its opposite (7 critical and 6 non-critical) that miss the stated size."""
    for place, one in enumerate(sentences):
        for hit in _SPLIT.finditer(one.text):
            total = number(hit["a"]) + number(hit["b"])
            near = [s for s in sentences[: place + 1] if s.paragraph == one.paragraph]
            sizes = [
                (number(size["n"]), size[0], s.line)
                for s in near
                for size in _SIZE.finditer(s.text)
                if not (s is one and size.start() >= hit.start())
            ]
            wrong = [size for size in sizes if size[0] != total]
            if wrong and len(wrong) == len(sizes):
                size, words, line = wrong[-1]
                yield Contradiction(
                    "parts and whole",
                    one.line,
                    quote(one.text, hit.start(), hit.end()),
                    f"the parts are {total}, but line {line} says {words} ({size})",
                )


def percentages(sentences: Sequence[Sentence]) -> Iterator[Contradiction]:
    """Find "23 reviews (66% of total)" that is another share of the whole.

    The whole is stated beside the number, or it is the largest "of the N" of the same kind.
    """
    wholes: dict[str, int] = {}
    for one in sentences:
        for hit in _OF.finditer(one.text):
            noun = stem(hit["noun"])
            wholes[noun] = max(wholes.get(noun, 0), number(hit["n"]))
    for one in sentences:
        for hit in _PERCENT.finditer(one.text):
            noun = next((c.noun for c in one.counts if c.start == hit.start("n")), "")
            whole = number(hit["t"]) if hit["t"] else wholes.get(noun, 0) if hit["of"] else 0
            if not whole:
                continue
            share, places = 100 * number(hit["n"]) / whole, len(hit["d"] or "")
            if abs(share - float(hit["p"])) > 0.5 * 10**-places + 1e-9:
                yield Contradiction(
                    "percentage",
                    one.line,
                    quote(one.text, hit.start(), hit.end()),
                    f"{hit['n']} of {whole} is {share:.{max(1, places)}f}%, not {hit['p']}%",
                )


def remainders(sentences: Sequence[Sentence]) -> Iterator[Contradiction]:
    """Find "of 49 trials 34 ..., the remaining 14" that leaves another number."""
    for place, one in enumerate(sentences):
        for hit in _REMAINING.finditer(one.text):
            rest = number(hit["n"])
            near = [s for s in sentences[max(0, place - 2) : place] if s.paragraph == one.paragraph]
            known = [number(p["n"]) for s in near for p in _PART.finditer(s.text)]
            known += [number(p["n"]) for p in _PART.finditer(one.text, 0, hit.start())]
            pairs = [(a, b) for a in known for b in known if a > b]
            if not pairs or any(a - b == rest for a, b in pairs):
                continue
            close = [(a, b) for a, b in pairs if is_near(a - b, rest)]
            if close:
                whole, part = max(close)
                yield Contradiction(
                    "remainder",
                    one.line,
                    quote(one.text, hit.start(), hit.end()),
                    f"{whole} less {part} leaves {whole - part}, not {rest}",
                )


def references_back(sentences: Sequence[Sentence]) -> Iterator[Contradiction]:
    """Find "the two trials" in a paragraph that has spoken of three."""
    for place, one in enumerate(sentences):
        for count in one.counts:
            if not count.definite or count.within:
                continue
            before = [
                other
                for s in sentences[max(0, place - 2) : place]
                if s.paragraph == one.paragraph
                for other in s.counts
                if other.noun == count.noun and not other.definite
            ]
            before += [
                other
                for other in one.counts
                if other.end <= count.start and other.noun == count.noun and not other.definite
            ]
            stated = {other.n for other in before}
            most = max(stated, default=0)
            if count.n < most and count.n not in stated and is_near(count.n, most):
                yield Contradiction(
                    "reference back",
                    one.line,
                    quote(one.text, count.start, count.end),
                    f"speaks of the {count.n}, but the paragraph names {most} before",
                )
