"""Labels: short names for groups of findings, from the findings' own phrases.

A phrase of one to four words names a group well when many of its findings say it and few others
do (class-based TF-IDF, Grootendorst 2022, arXiv:2203.05794). Phrases neither start nor end with a
function word or a word of reporting (*of*, *felt*), and hold no word that more than 30 per cent of
all findings share: such a word names the review, not a theme.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from math import log

CORPUS_WIDE = 0.3  # the share of all findings above which a word tells nothing apart
_LONGEST = 4
_LENGTH_BONUS = (0.0, 1.0, 1.7, 1.9, 1.6)  # by words: two or three read best
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\s]")
_CITATION = re.compile(r"\[[\d\s,;–-]*\]")
_LINKS = frozenset({"and", "between", "by", "for", "from", "in", "of", "on", "to", "with"})
_QUALIFIERS = frozenset({"good", "high", "little", "low", "new", "old", "poor", "strong"})
_BEFORE_VERBS = """
am are be became become been being can cannot could did do does feel feels felt he i is it may
might more most not often quite seem seemed shall she should so than they to too very was we were
which who will would you
"""
_NEVER_AFTER = frozenset(_BEFORE_VERBS.split())
_FUNCTION = """
a about above across after again against all almost along already also although always am
among an and another any anyone anything are around as at away be became because become
becomes been before being below between both but by can cannot could did do does doing done
down due during each either else enough especially even ever every few for from further
generally get give given gives giving go got had has have having he her here hers herself him
himself his how however i if in instead into is it its itself just kept least less like made
mainly make makes making many may me might more most much must my near need needed needs
neither never no nobody none nor not nothing now of off often on once one only onto or other
others otherwise our out over own particularly per perhaps put quite rather really said same
see seen set several shall she should since so some someone something sometimes somewhat still
such take taken taking than that the their them themselves then there thereby therefore these
they thing things this those though three through thus to together too took towards two under
unless until up upon us use used using usually various very was way ways we well went were
what when where whereas whether which while who whom whose why widely will with within without
would yet you your e.g i.e etc eg ie cf didn't doesn't don't isn't wasn't weren't wouldn't
couldn't can't won't n't able allow allowed build built bring brought feel feeling feels follow
followed gain gained help helped helps hold held keep keeping lead leading led left lose lost move
moved offer offered provide provided provides providing raise raised receive received receiving
remain remained seem seemed show start started want wanted better best easier easy good great high
higher important large little longer low lower new old poor strong valuable worse
"""
_REPORTING = """
according appeared arose article author authors believed came considered described describing
discussed example examples expected experienced explained expressed felt finding findings found
highlighted identified included including indicated mentioned noted observed paper perceived
perception perceptions regarded regarding related report reported reporting reportedly reports
result results review reviews revealed saw showed shown spoke stated states studies study
suggested suggesting talked thought told viewed
"""
_NEVER_AT_AN_END = frozenset(f"{_FUNCTION} {_REPORTING}".split())


@dataclass(frozen=True, slots=True)
class Label:
    """A group's name, and the further phrases that tell it from the other groups."""

    name: str  # sentence case
    terms: tuple[str, ...]  # best first, without the name


def label_groups(groups: Sequence[Sequence[str]], taken: Collection[str] = ()) -> list[Label]:
    """Name groups of findings by contrast with each other.

    Parameters
    ----------
    groups
        The texts of each group, the most central first: where phrases are equally telling, the
        first one said gives the name.
    taken
        Names that are in use already.

    Returns
    -------
    list of Label
        One a group, in their order; no two have the same name, and none a name that is taken.

    Examples
    --------
    >>> pay = ["Low pay was common.", "Workers left because of low pay."]
    >>> hope = ["Users gained hope.", "Seeing recovery gave a sense of hope."]
    >>> [label.name for label in label_groups([pay, hope])]
    ['Low pay', 'Hope']
    """
    texts = [text for group in groups for text in group]
    wide = _corpus_wide(texts)
    counts: list[Counter[str]] = []
    surfaces: dict[str, Counter[str]] = {}
    whole: set[str] = set()
    for group in groups:
        counts.append(Counter())
        for text in group:
            phrases = list(_phrases(text, wide))
            counts[-1].update(dict.fromkeys(_key(phrase) for phrase, _ in phrases).keys())
            whole.update(_key(phrase) for phrase, is_whole in phrases if is_whole)
            for key, phrase in {_key(phrase): phrase for phrase, _ in phrases}.items():
                surfaces.setdefault(key, Counter())[phrase] += 1
    everywhere: Counter[str] = sum(counts, Counter())
    average = len(texts) / max(1, len(groups))
    ranked = [
        [key for key in _ranked(said, everywhere, average) if key in whole] for said in counts
    ]
    names = _distinct(ranked, groups, {_key(name) for name in taken})
    return [
        Label(
            _sentence_case(_surface(surfaces, name)),
            tuple(_surface(surfaces, term) for term in _terms(order, name)),
        )
        for name, order in zip(names, ranked, strict=True)
    ]


def _corpus_wide(texts: Sequence[str]) -> frozenset[str]:
    """Give the words that too many findings share; three findings are never too many."""
    share = Counter(key for text in texts for key in {_key(word) for word in _words(text)})
    limit = max(3.0, CORPUS_WIDE * len(texts))
    return frozenset(word for word, count in share.items() if count > limit)


def _words(text: str) -> list[str]:
    """Split into words and single marks, citations in brackets left out."""
    return _TOKEN.findall(_CITATION.sub(" ", text).replace("’", "'"))


def _phrases(text: str, wide: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Iterate the phrases that could be a name, and whether each reads as a whole here."""
    words = [word if word.isupper() else word.lower() for word in _words(text)]
    solid = [_is_solid(word) and _key(word) not in wide for word in words]
    for start in range(len(words)):
        opens = solid[start] or words[start] in _QUALIFIERS
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1 if opens else start):
            inner = words[start + 1 : end - 1]
            if any(not _is_inner(word, wide) for word in inner):
                break
            if solid[end - 1] and sum(word in _LINKS for word in inner) <= 1:
                ends = not (end < len(words) and solid[end])
                alone = end - start > 1 or _stands_alone(words, start)
                yield " ".join(words[start:end]), ends and alone and not _is_past(words[end - 1])


def _is_inner(word: str, wide: frozenset[str]) -> bool:
    """Tell whether a word can stand inside a name."""
    return word in _LINKS or word in _QUALIFIERS or (_is_solid(word) and _key(word) not in wide)


def _stands_alone(words: Sequence[str], at: int) -> bool:
    """Tell whether a word reads like a noun where it stands: *the pay*, not *was late*."""
    return at == 0 or words[at - 1] not in _NEVER_AFTER


def _is_past(word: str) -> bool:
    return word.endswith("ed") and not word.endswith("eed")


def _is_solid(word: str) -> bool:
    """Tell whether a word can stand at the end of a name."""
    lower = word.lower()
    return (
        len(word) > 2
        and word[0].isalpha()
        and lower not in _NEVER_AT_AN_END
        and not lower.endswith("ly")
    )


def _key(phrase: str) -> str:
    """Fold case and the plural, so that *nurse* and *Nurses* count as one."""
    return " ".join(_singular(word) for word in phrase.lower().split())


def _singular(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def _ranked(said: Counter[str], everywhere: Counter[str], average: float) -> list[str]:
    """Rank a group's phrases; equal ones keep the order in which they were first said.

    A longer phrase says more, once a second finding says it too.
    """
    most = max(said.values(), default=0)

    def worth(key: str) -> float:
        shared = said[key] > 1 or most == 1
        bonus = _LENGTH_BONUS[len(key.split())] if shared else 1.0
        return said[key] * log(1 + average / everywhere[key]) * bonus

    return sorted(said, key=lambda key: -worth(key))


def _distinct(
    ranked: Sequence[Sequence[str]], groups: Sequence[Sequence[str]], taken: Collection[str]
) -> list[str]:
    """Give each group the best phrase that is not taken."""
    names: list[str] = []
    for order, texts in zip(ranked, groups, strict=True):
        used = {*taken, *names}
        name = next((key for key in order if key not in used), "")
        names.append(name or _opening(texts, used))
    return names


def _opening(texts: Sequence[str], taken: Collection[str]) -> str:
    """Name a group that has no phrase of its own by the first words of its first finding."""
    words = [word for text in texts[:1] for word in _words(text) if word[0].isalpha()]
    opening = _key(" ".join(words[:_LONGEST])) or "without words"
    numbered = (f"{opening} ({number})" for number in count(2))
    return next(name for name in chain([opening], numbered) if name not in taken)


def _terms(order: Sequence[str], name: str, most: int = 4) -> list[str]:
    """Give the next best phrases that share no word with the name or with each other."""
    used = set(name.split())
    terms: list[str] = []
    for key in order:
        if len(terms) == most:
            break
        if used.isdisjoint(key.split()):
            terms.append(key)
            used.update(key.split())
    return terms


def _surface(surfaces: dict[str, Counter[str]], key: str) -> str:
    """Give the form in which a phrase is said most often."""
    forms = surfaces.get(key, Counter({key: 1}))
    return min(forms, key=lambda form: (-forms[form], form))


def _sentence_case(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
