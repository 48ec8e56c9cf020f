"""Mending what print does to words: ligatures, soft hyphens, words broken at a line's end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from themeweave.corpus.readers.canonical import canonical

_SIGNS = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\uf0b7": "•",  # the bullet of the font Symbol
    }
)
_SOFT = "\u00ad"
_HYPHENS = ("-", "\u2010")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST = re.compile(r"((?:[^\W\d_]+-)*[^\W\d_]+)[-\u2010]$")
_FIRST = re.compile(r"(?![A-ZÀ-Þ])[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_ADDRESS = re.compile(r"(?:://|www\.)\S*[?=&#%_~]$")  # of a web page, broken inside
_SUSPENDED = re.compile(r"(?:and|or|to|versus|und|oder|et|ou)(?![\w-])")  # as in pre- and post-test


def clean(text: str) -> str:
    """Give a printed line in canonical form, its ligatures unified, without soft hyphens inside.

    Examples
    --------
    >>> clean("the bene\ufb01ts  of co\u00adpro\u00adduc\u00ad") == "the benefits of coproduc\u00ad"
    True
    """
    text = canonical(text.translate(_SIGNS)).strip(" ")
    broken = text.endswith(_SOFT)
    text = re.sub(" {2,}", " ", text.replace(_SOFT, ""))
    return text + _SOFT * broken


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a text, and whether its printer breaks words."""

    counts: Counter[str]  # words, hyphenated compounds and their parts
    breaks: bool  # hyphens at the end of lines mostly stand inside words
    own_sign: bool  # a sign that stands nowhere but at the end of lines breaks the words


def vocabulary(lines: Sequence[str]) -> Vocabulary:
    """Count a text's words; what a line's end breaks counts only as evidence of how it breaks."""
    counts: Counter[str] = Counter()
    broken = False
    for line in lines:
        words = _WORD.findall(line.lower())
        if broken:
            words = words[1:]
        broken = line.endswith((*_HYPHENS, _SOFT))
        if broken:
            words = words[:-1]
        for found in words:
            word = found.replace("\u2010", "-")
            counts[word] += 1
            if "-" in word:
                counts.update(word.split("-"))
    seams = [
        seam
        for line, following in pairwise(lines)
        if line.endswith(_HYPHENS) and (seam := _seam(line, following))
    ]
    wholes = sum(counts[whole] > counts[compound] for whole, compound in seams)
    compounds = sum(counts[compound] > counts[whole] for whole, compound in seams)
    inside = any("\u2010" in line[:-1] for line in lines)
    own_sign = not inside and any(line.endswith("\u2010") for line in lines)
    return Vocabulary(counts, wholes >= compounds, own_sign)


def join(line: str, following: str, words: Vocabulary) -> tuple[str, str]:
    """Say how a line goes on in the next: the line as it should stand, and what comes between.

    A hyphen at the line's end is taken out, unless the next line goes on with a capital or a
    figure, the printer does not break words or has a sign of its own for it, the compound stands
    in the text at least as often as the word without hyphen, or, where neither does, its parts
    stand in the text by themselves.

    Examples
    --------
    >>> words = vocabulary(["self-reported recovery", "reported by peers", "a peer led it"])
    >>> join("an inter-", "vention", words), join("gains in self-", "reported hope", words)
    (('an inter', ''), ('gains in self-', ''))
    >>> join("the peer-", "led arm", words), join("the Lloyd-", "Evans review", words)
    (('the peer-', ''), ('the Lloyd-', ''))
    >>> join("peer support is", "timely", words)
    ('peer support is', ' ')
    """
    if line.endswith(_SOFT) or (words.own_sign and line.endswith("\u2010")):
        return line[:-1], ""
    if re.search(r"\S[–—/]$", line) or _ADDRESS.search(line[-200:]):
        return line, ""
    if not re.search(r"\S[-\u2010]$", line) or _SUSPENDED.match(following):
        return line, " "
    seam = _seam(line, following)
    if seam is None or words.own_sign or not words.breaks:
        return line, ""
    whole, compound = (words.counts[word] for word in seam)
    if whole or compound:
        return (line, "") if compound >= whole else (line[:-1], "")
    parts = seam[1].split("-")
    return (line, "") if all(words.counts[part] for part in parts) else (line[:-1], "")


def _seam(line: str, following: str) -> tuple[str, str] | None:
    """Give the word that a hyphen breaks, without it and with it; None where it must stay."""
    last, first = _LAST.search(line[-80:]), _FIRST.match(following)
    if not last or not first or "://" in line[-80:].rpartition(" ")[2]:
        return None
    before, after = last[1].lower(), first[0].lower().replace("\u2010", "-")
    return before + after, f"{before}-{after}"
