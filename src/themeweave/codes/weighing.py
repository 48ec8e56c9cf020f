"""Weighing: which words of a finding an answer rests on, found by leaving them out.

A finding is cut into phrases as people would quote them, and read again without each: the phrase
whose absence costs a code most belief is what the code rests on. Nothing has to be known of the
suggester (Zeiler & Fergus 2014, ECCV 8689:818-833; Li, Monroe & Jurafsky 2016, Understanding
neural networks through representation erasure). Often no phrase decides alone: where several say
the same, none is missed. Each is therefore read by itself too, and what says so plainly is told
(necessity and sufficiency: DeYoung et al. 2020, ERASER, ACL 2020:4443-4458).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log

from themeweave.codes.reading import Reading, Without

LONGEST, SHORT = 6, 3  # words of a phrase, where the text lets it be cut; of one that is the text
_PAIR = 9  # words of two phrases: that a finding rests on most of itself says nothing
MOST = 40  # phrases of a text that are left out in turn; engines read hardly more of it
LONGEST_TEXT = 1_500  # characters beyond which a text is a passage, in which no phrase decides

# When a phrase decides, chosen on the sample review's and on 150 other findings:
_HALVED = 0.5  # of a code's odds, or less, are left without it
_FALLS = 0.2  # and so much of all belief is lost: from 99 % to 98 % odds are halved too
_OVERTAKEN = 0.67  # of the odds are left where another code is first without it,
_TURNS = 0.1  # and so much of all belief is lost: which of two faint ones is first says little
_COUNTS = 0.8  # of the odds are left without a phrase that counts at all
_HALF, _MOST_NAMED = 0.5, 2  # of what the weightiest takes: another is named; and how many are
_BESIDE = 0.8  # of what the weightiest phrase takes from the log odds, one that counts takes
_SAYS_SO = 0.75  # share from which a phrase, read by itself, says so

# Cuts are made where they cost least. What one costs before a word, by what it follows:
_WORD = re.compile(r"\w+(?:['’\-/&.]\w+)*%?")
_SIGN = re.compile(r"[,;:.]")
_STOPS = re.compile(r"[.;:!?()\[\]{}|\n\"“”«»•…]|\s[-–—]+\s|—")
_AT_COMMA, _AT_JOIN, _AT_PART, _AT_ARTICLE, _ELSEWHERE, _NEVER = 0.0, 0.3, 0.8, 1.6, 2.5, 6.0
_AFTER_VERB = 1.0  # beside that: its object had better stay with it
_OF_WORDS = (0.0, 2.2, 1.0, 0.4, 0.0, 0.2, 0.6)  # what a phrase costs by its words, up to LONGEST
_TOO_LONG, _ACROSS_COMMA, _ACROSS_JOIN = 3.0, 2.5, 0.8  # by word beyond, by comma and join inside
_ASKS_ALONE = 4.0  # what peer workers, where culture: a question's word without a verb


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_JOINS = _words(
    "and or but nor yet because since although though while whereas whilst if when whenever unless "
    "until whether who which that whose whom where what why how so than rather plus despite"
)
_PARTS = _words(
    "in on at by for with from into through during after before between among amongst without "
    "within about against under over toward towards as via across due regarding around upon like "
    "unlike to per"
)
_ARTICLES = _words("a an the this these those their his her our my your its no each every")
_ASKS = _words("what where when why how whether if who whom whose")
_UNSAID = _words("and or but nor yet of that which who while whereas though although")
_VERBS = _words(
    "is are was were be been am has have had do does did can could may might must shall should "
    "will would cannot can't couldn't didn't don't doesn't isn't wasn't weren't won't wouldn't "
    "hadn't haven't felt found said says saw seen made make makes took take gave give gives got "
    "came went kept left led knew thought meant spoke told lost held built brought became become "
    "feel find see say help helps need needs want struggle remain remains lack lacks "
    "stood stand"
)
_PARTICLES = _words("out up off down back away")
_SUBJECTS = _words("they he she we i it you there people some many most several one")
_LEANS = _words(
    "a an the this these those their his her our my your its of to in on at by for with from into "
    "through between among without within about against under over towards toward and or but nor "
    "if when that which who whose as being been no not never very too more most less least such "
    "little each every any some many few several both other own is are was were be been am has "
    "have had could can may might must should would will do does did don't didn't than because "
    "while where how so only also even just i we they he she you it during after before across "
    "via per non"
)
_ALSO = _words("also often sometimes usually generally even only just still really always not")
_REPORTS = _words(
    "said say says reported report reports found find finds described describe felt feel thought "
    "think believed believe noted note stated state explained mentioned expressed considered "
    "perceived reported told tell that"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a text, ``text[start:end]``, and where its words begin that one would quote."""

    start: int
    end: int
    quoted: int  # from here: a leading *and* or *that* is left out with it, and not quoted

    def of(self, text: str) -> str:
        """Quote it."""
        return text[self.quoted : self.end]


def phrases(text: str) -> list[Phrase]:
    """Cut a text into phrases that people would quote, one to six words each.

    Every word belongs to one phrase. Cuts are made where they cost least: at signs, before words
    that join (*and*, *because*, *who*), prepositions and verbs; not after an article. A text that
    would be one phrase is cut into shorter ones.

    Examples
    --------
    >>> text = "Peer workers found that the job could damage their own recovery and wellbeing."
    >>> [phrase.of(text) for phrase in phrases(text)]
    ['Peer workers found', 'the job', 'could damage their own recovery', 'wellbeing']
    """
    found = _phrases(text, LONGEST)
    return found if len(found) > 1 else _phrases(text, SHORT)


def _phrases(text: str, longest: int) -> list[Phrase]:
    words = list(_WORD.finditer(text))
    found: list[Phrase] = []
    start = 0
    for place in range(1, len(words) + 1):
        at_end = place == len(words)
        if at_end or _STOPS.search(text, words[place - 1].end(), words[place].start()):
            found += _cut(text, words[start:place], longest)
            start = place
    return found


def _cut(text: str, words: Sequence[re.Match[str]], longest: int) -> Iterator[Phrase]:
    """Cut a stretch without stops into phrases, at the least cost in all."""
    count = len(words)
    best = [0.0] + [float("inf")] * count
    begins = [0] * (count + 1)
    low = [word[0].lower() for word in words]
    costs = [0.0] + [_cost(text, words, place) for place in range(1, count)]
    for end in range(1, count + 1):
        inside = 0.0
        for start in range(end - 1, max(-1, end - 2 * longest), -1):
            if start < end - 1:
                inside += {_AT_COMMA: _ACROSS_COMMA, _AT_JOIN: _ACROSS_JOIN}.get(
                    costs[start + 1], 0
                )
            said = _said(low, start, end)
            length = _OF_WORDS[min(end - start, longest)] + _TOO_LONG * max(0, end - said - longest)
            if end - said > 1 and low[said] in _ASKS and not any(map(_is_verb, low[said:end])):
                length += _ASKS_ALONE
            cost = best[start] + costs[start] + length + inside
            if cost < best[end]:
                best[end], begins[end] = cost, start
    ends = [count]
    while ends[-1]:
        ends.append(begins[ends[-1]])
    for end, start in reversed(list(pairwise(ends))):
        first = words[_said(low, start, end)]
        yield Phrase(words[start].start(), words[end - 1].end(), first.start())


def _said(words: Sequence[str], start: int, end: int) -> int:
    """Give the first word of a phrase that one would quote: *and*, *that* and the like are not."""
    while start < end - 1 and words[start] in _UNSAID:
        start += 1
    return start


def _cost(text: str, words: Sequence[re.Match[str]], place: int) -> float:
    """Say what a cut before a word costs."""
    before, here = words[place - 1][0].lower(), words[place][0].lower()
    next_ = words[place + 1][0].lower() if place + 1 < len(words) else ""
    if "," in text[words[place - 1].end() : words[place].start()]:
        return _AT_COMMA
    if here in _JOINS and before not in _JOINS | _PARTS | {"of"}:
        return _AT_JOIN if here not in ("and", "or") or _apart(text, words, place) else _ELSEWHERE
    if here in _PARTICLES and _is_verb(before):  # left out of events
        return _NEVER
    leans = before in _LEANS or before in _JOINS or (here in _PARTS and next_ in _VERBS)
    particle = before in _PARTS - {"to"} and here in _VERBS  # what they had lived through was
    if leans and not particle:
        return _NEVER
    governs = here == "to" or (next_ and next_ not in _VERBS and next_ not in ("and", "or", "but"))
    part = (here in _PARTS and governs) or (here == "of" and next_ in _JOINS)
    opens = here in _SUBJECTS | _ALSO or _is_verb(here)
    if part or (opens and before not in _VERBS | _ALSO):
        return _AT_PART + (_AFTER_VERB if before in _VERBS else 0.0)
    return (_AT_ARTICLE if here in _ARTICLES else _ELSEWHERE) + (
        _AFTER_VERB if before in _VERBS else 0.0
    )


def _apart(text: str, words: Sequence[re.Match[str]], place: int) -> bool:
    """Tell whether *and* joins more than two nouns before their verb: *old and new could clash*."""
    if place + 2 >= len(words) or words[place + 2][0].lower() not in _VERBS:
        return True
    if words[place + 1][0].lower() in _SUBJECTS:
        return True
    for at in range(place - 1, -1, -1):
        word = words[at][0].lower()
        if _is_verb(word):
            return True
        if word in _JOINS or _SIGN.search(text, words[at].end(), words[at + 1].start()):
            return False
    return False


def _is_verb(word: str) -> bool:
    return word in _VERBS or (len(word) > 4 and word.endswith(("ed", "ing")))


def shortened(text: str) -> list[tuple[str, bool, str]]:
    """Leave out each phrase of a text, and each two that follow each other without a sign.

    Returns
    -------
    list of (phrase, pair, text)
        What is left out, whether it is two phrases, and the text without it. Nothing where the
        whole text is one phrase, or where it is longer than LONGEST_TEXT.

    Examples
    --------
    >>> shortened("Pay was low, and rotas changed.")[1]
    ('rotas changed', False, 'Pay was low, .')
    """
    if len(text) > LONGEST_TEXT:
        return []
    found = phrases(text)[:MOST]
    if len(found) < 2:
        return []
    left_out = [(one, False) for one in found]
    left_out += [
        (Phrase(one.start, other.end, one.quoted), True)
        for one, other in pairwise(found)
        if len(found) > 2
        and len(_WORD.findall(text, one.start, other.end)) <= _PAIR
        and not _STOPS.search(text, one.end, other.start)
        and "," not in text[one.end : other.start]
    ]
    return [
        (one.of(text), pair, " ".join(f"{text[: one.start]} {text[one.end :]}".split()))
        for one, pair in left_out
    ]


Believed = Callable[[Mapping[str, float]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Weight:
    """A phrase on which an answer rests, and what is believed without it."""

    phrase: str  # as it stands in the text
    before: float  # share of the answer, 0 to 1
    after: float  # without the phrase
    first: str  # the answer that would be first without it; of one that is not, itself


def decisive(
    reading: Reading, answer: str, believed: Believed, *, pairs: bool = True
) -> Weight | None:
    """Give the phrase that an answer rests on; None where none decides alone.

    One decides if without it another answer is first, or the answer's odds are halved. Of several
    it is the one of which most is believed by itself, where that was tried, else the one whose
    absence costs most. Two phrases in a row are given only where no single one decides, and the
    odds are halved.

    Parameters
    ----------
    reading
        With what is believed without phrases.
    answer
        A key of what ``believed`` gives.
    believed
        From shares of all codes to those of the answers that are judged against each other, such
        as branches; these add up to 1.
    pairs
        Whether two phrases in a row are an answer too.

    Examples
    --------
    >>> from themeweave.codes.reading import Without
    >>> harm = Without("could harm", {"for": 0.9, "against": 0.1})
    >>> job = Without("the job", {"for": 0.3, "against": 0.7})
    >>> reading = Reading({"for": 0.2, "against": 0.8}, without=(harm, job))
    >>> found = decisive(reading, "against", dict)
    >>> found.phrase, found.after, found.first
    ('could harm', 0.1, 'for')
    """
    now = believed(reading.shares)
    before, leads = now.get(answer, 0.0), _first(now) == answer
    for pair in (False, True) if pairs else (False,):
        found: list[tuple[float, float, Weight]] = []
        for one in reading.without:
            then = believed(one.shares)
            if one.pair is not pair or not then:
                continue
            weight = Weight(
                one.phrase, before, then.get(answer, 0.0), _first(then) if leads else answer
            )
            left = _odds(weight.after) / _odds(before)
            halved = left <= _HALVED and before - weight.after >= _FALLS
            turned = weight.first != answer and before - weight.after >= _TURNS
            if halved or (not pair and turned and left <= _OVERTAKEN):
                own = believed(one.alone).get(answer, 0.0) if one.alone else 0.0
                found.append((-own, weight.after, weight))
        if found:
            return min(found, key=lambda one: one[:2])[2]
    return None


def heaviest(reading: Reading, answer: str, believed: Believed) -> tuple[str, ...]:
    """Give the phrase that counts most for an answer, and another that counts half as much or more.

    Empty where none takes a fifth of the odds.
    """
    left = {o.phrase: _left(reading, o, answer, believed) for o in reading.without if not o.pair}
    ranked = sorted((one for one in left if left[one] <= _COUNTS), key=lambda one: left[one])
    least = log(left[ranked[0]]) * _HALF if ranked else 0.0
    return tuple(one for one in ranked[:_MOST_NAMED] if log(left[one]) <= least)


def content(reading: Reading) -> Reading:
    """Leave aside phrases that only tell who speaks (*Members said*), or nothing (*they took*)."""
    kept = (one for one in reading.without if _tells(_WORD.findall(one.phrase.lower())))
    return replace(reading, without=tuple(kept))


def _tells(words: Sequence[str]) -> bool:
    empty = _SUBJECTS | _LEANS | _VERBS | _ALSO
    return not words or (words[-1] not in _REPORTS and not all(one in empty for one in words))


@dataclass(frozen=True, slots=True)
class Told:
    """A phrase that says so by itself, and what is believed of it."""

    phrase: str  # as it stands in the text
    share: float  # of the answer, 0 to 1


def telling(reading: Reading, answer: str, believed: Believed) -> list[Told]:
    """Give the phrases that speak for an answer when each is read by itself, the plainest first.

    Examples
    --------
    >>> from themeweave.codes.reading import Without
    >>> harm = Without("could harm", {}, alone={"for": 0.1, "against": 0.9})
    >>> job = Without("the job", {}, alone={"for": 0.7, "against": 0.3})
    >>> telling(Reading({}, without=(job, harm)), "against", dict)
    [Told(phrase='could harm', share=0.9)]
    """
    found = [
        Told(one.phrase, share)
        for one in reading.without
        if one.alone and (share := believed(one.alone).get(answer, 0.0)) >= _SAYS_SO
    ]
    return sorted(found, key=lambda told: -told.share)


def alone(reading: Reading, phrase: str, answer: str, believed: Believed) -> float:
    """Give what is believed of a phrase by itself, of two in a row by the one that says more."""
    own = [
        believed(one.alone).get(answer, 0.0)
        for one in reading.without
        if one.alone and one.phrase in phrase
    ]
    return max(own, default=0.0)


def plainer(one: float, other: float) -> bool:
    """Tell whether a share says so much more plainly than another."""
    return _odds(one) * _HALVED >= _odds(other)


def stands(reading: Reading, answer: str, believed: Believed) -> bool:
    """Tell whether an answer is first whichever phrase is left out."""
    every = (reading.shares, *(one.shares for one in reading.without if not one.pair))
    return all(_first(believed(shares)) == answer for shares in every)


def counts(reading: Reading, words: str, answer: str, believed: Believed) -> bool:
    """Tell whether words that were found in a text count for an answer.

    They do where the answer loses a fifth of its odds without the phrase around them, and that is
    not little beside what the weightiest phrase takes; so they do where that was not tried.
    """
    around = [one for one in reading.without if words.lower() in one.phrase.lower()]
    if not around:
        return True
    left = _left(reading, min(around, key=lambda one: len(one.phrase)), answer, believed)
    least = min(_left(reading, o, answer, believed) for o in reading.without if not o.pair)
    return left <= _COUNTS and log(left) <= _BESIDE * log(least)


def _left(reading: Reading, without: Without, answer: str, believed: Believed) -> float:
    """Give what is left of an answer's odds without a phrase; 1 where it makes no difference."""
    before = believed(reading.shares).get(answer, 0.0)
    return _odds(believed(without.shares).get(answer, 0.0)) / _odds(before)


def _odds(share: float) -> float:
    return max(share, 1e-6) / max(1 - share, 1e-6)


def _first(shares: Mapping[str, float]) -> str:
    return max(shares, key=lambda code: shares[code], default="")
