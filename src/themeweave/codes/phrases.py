"""Phrases: a finding cut as people would quote it, and read without each of the pieces.

Every word belongs to one phrase of up to six words. Cuts are made where they cost least: at signs,
before words that join, before prepositions and verbs; never after an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST, SHORT = 6, 3  # words of a phrase, where the text lets it be cut; of one that is the text
_PAIR = 9  # words of two phrases: that a finding rests on most of itself says nothing
MOST = 40  # phrases of a text that are left out in turn; engines read hardly more of it
LONGEST_TEXT = 1_500  # characters beyond which a text is a passage, in which no phrase decides

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
_SO_MUCH = _words("much many little few long often hard well good bad")
_ASKS = _words("what where when why how whether if who whom whose")
_UNSAID = _words("and or but nor yet of that which who while whereas though although")
_TRAILS = _words(
    "and or but that which who whom whose where when in of to with for at on by from a an the"
)
_VERBS = _words(
    "is are was were be been am has have had do does did can could may might must shall should "
    "will would cannot can't couldn't didn't don't doesn't isn't wasn't weren't won't wouldn't "
    "hadn't haven't felt found said says saw seen made make makes took take gave give gives got "
    "came went kept left led knew thought meant spoke told lost held built brought became become "
    "feel find see say help helps need needs want struggle remain remains lack lacks "
    "stood stand fed"
)
_GOVERN = _words(
    "interfere interferes interfered interfering rely relies relied depend depends depended deal "
    "dealt cope coped coping belong belonged contribute contributed amounted resulted coincided "
    "collided clashed struggled grappled led leads lead"
)
_PARTICLES = _words("out up off down back away")
_SUBJECTS = _words("they he she we i it you there people some many most several one")
_LEANS = _words(
    "a an the this these those their his her our my your its of to in on at by for with from "
    "into through between among without within about against under over towards toward and or "
    "but nor if when that which who whose as being been no not never very too more most less "
    "least such little each every any some many few several both other own is are was were be "
    "been am has have had could can may might must ought should would will do does did don't "
    "didn't than because while where how so only also even just i we they he she you it during "
    "after before across via per non nobody none nothing neither"
)
_FILLS = _words("example instance particular fact general")
_ALSO = _words("also often sometimes usually generally even only just still really always not")
_REPORTS = _words(
    "said say says reported report reports found find finds described describe felt feel thought "
    "think believed believe noted note stated state explained mentioned expressed considered "
    "perceived reported told tell that"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a text, ``text[start:end]``, and the words of it that one would quote.

    A leading *and* and a trailing *in which* are left out with it, and not quoted.
    """

    start: int
    end: int
    quoted: tuple[int, int]

    def of(self, text: str) -> str:
        """Quote it."""
        return text[slice(*self.quoted)]


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
        first = _said(low, start, end)
        last = max((at + 1 for at in range(first, end) if low[at] not in _TRAILS), default=end)
        quoted = words[first].start(), words[last - 1].end()
        yield Phrase(words[start].start(), words[end - 1].end(), quoted)


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
    if here == "so" and next_ in _SO_MUCH:
        return _ELSEWHERE
    if here in _JOINS and before not in _JOINS | _PARTS | {"of"}:
        return _AT_JOIN if here not in ("and", "or") or _apart(text, words, place) else _ELSEWHERE
    if here in _PARTICLES and _is_verb(before):  # left out of events
        return _NEVER
    leans = (
        before in _LEANS | _JOINS
        or before.endswith(("n't", "n’t"))
        or (here in _PARTS and next_ in _VERBS)
    )
    particle = before in _PARTS - {"to"} and here in _VERBS  # what they had lived through was
    if leans and not particle:
        return _NEVER
    governs = here == "to" or (next_ and next_ not in _VERBS and next_ not in ("and", "or", "but"))
    part = (here in _PARTS and governs) or (here == "of" and next_ in _JOINS)
    opens = here in _SUBJECTS | _ALSO or _is_verb(here)
    if part and before in _GOVERN:  # interfered with welfare benefits
        return _ELSEWHERE
    if part or (opens and before not in _VERBS | _ALSO):
        return _AT_PART + (_AFTER_VERB if before in _VERBS else 0.0)
    return (_AT_ARTICLE if here in _ARTICLES else _ELSEWHERE) + (
        _AFTER_VERB if before in _VERBS else 0.0
    )


def _apart(text: str, words: Sequence[re.Match[str]], place: int) -> bool:
    """Tell whether *and* joins more than two nouns before their verb: *old and new could clash*."""
    if place + 2 >= len(words) or not _is_verb(words[place + 2][0].lower()):
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
        (Phrase(one.start, other.end, (one.quoted[0], other.quoted[1])), True)
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


def tells(phrase: str) -> bool:
    """Tell whether a phrase tells more than who speaks (*Members said*), or than nothing.

    Examples
    --------
    >>> tells("Members of the groups said"), tells("for example"), tells("they took risks")
    (False, False, True)
    """
    words = _WORD.findall(phrase.lower())
    empty = _SUBJECTS | _LEANS | _VERBS | _ALSO | _FILLS
    return not words or (words[-1] not in _REPORTS and not all(one in empty for one in words))
