"""Weighing: which words of a finding an answer rests on, found by leaving them out.

A finding is cut into phrases (see `phrases`) and read again without each: the phrase whose absence
costs a code most belief is what the code rests on. Nothing has to be known of the suggester (Zeiler
& Fergus 2014, ECCV 8689:818-833; Li, Monroe & Jurafsky 2016, Understanding neural networks through
representation erasure). Often no phrase decides alone: where several say the same, none is missed.
Each is therefore read by itself too, and what says so plainly is told (necessity and sufficiency:
DeYoung et al. 2020, ERASER, ACL 2020:4443-4458).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import log

from themeweave.codes.phrases import tells
from themeweave.codes.reading import Reading, Without

# When a phrase decides, chosen on the sample review's and on 150 other findings:
_HALVED = 0.5  # of a code's odds, or less, are left without it
_FALLS = 0.2  # and so much of all belief is lost: from 99 % to 98 % odds are halved too
_OVERTAKEN = 0.67  # of the odds are left where another code is first without it,
_TURNS = 0.1  # and so much of all belief is lost: which of two faint ones is first says little
_COUNTS = 0.8  # of the odds are left without a phrase that counts at all
_HALF, _MOST_NAMED = 0.5, 2  # of what the weightiest takes: another is named; and how many are
_BESIDE = 0.8  # of what the weightiest phrase takes from the log odds, one that counts takes
_SAYS_SO = 0.75  # share from which a phrase, read by itself, says so

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
    it is the one that says most, see `plainer`. Two phrases in a row are given only where no single
    one decides, and the odds are halved.

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
        found: list[tuple[float, Weight]] = []
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
                found.append((_says(reading, one, answer, believed), weight))
        if found:
            return max(found, key=lambda one: one[0])[1]
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
    kept = tuple(one for one in reading.without if tells(one.phrase))
    return replace(reading, without=kept) if kept != reading.without else reading


@dataclass(frozen=True, slots=True)
class Told:
    """A phrase that says so by itself, and what is believed of it."""

    phrase: str  # as it stands in the text
    share: float  # of the answer, 0 to 1
    left: float  # of the answer's odds without it; 1 where that makes no difference

    @property
    def needed(self) -> bool:
        """Whether the answer loses half of its odds, or more, without it."""
        return self.left <= _HALVED


def telling(reading: Reading, answer: str, believed: Believed) -> list[Told]:
    """Give the phrases that speak for an answer when each is read by itself.

    The one that says most comes first, see `plainer`.

    Examples
    --------
    >>> from themeweave.codes.reading import Without
    >>> harm = Without("could harm", {}, alone={"for": 0.1, "against": 0.9})
    >>> job = Without("the job", {}, alone={"for": 0.7, "against": 0.3})
    >>> [told.phrase for told in telling(Reading({}, without=(job, harm)), "against", dict)]
    ['could harm']
    """
    found = [
        (
            _says(reading, one, answer, believed),
            Told(one.phrase, share, _left(reading, one, answer, believed)),
        )
        for one in reading.without
        if one.alone and (share := believed(one.alone).get(answer, 0.0)) >= _SAYS_SO
    ]
    return [told for _, told in sorted(found, key=lambda one: -one[0])]


def favours(reading: Reading, phrase: str, answer: str, believed: Believed) -> bool:
    """Tell whether a phrase, read by itself, is no less for an answer than an even chance.

    Examples
    --------
    >>> from themeweave.codes.reading import Without
    >>> them = Without("they", {}, alone={"for": 0.9, "against": 0.1})
    >>> favours(Reading({"for": 0.4, "against": 0.6}, without=(them,)), "they", "against", dict)
    False
    """
    even = 1 / max(len(believed(reading.shares)), 1)
    own = (one for one in reading.without if one.alone and one.phrase in phrase)
    return max((believed(one.alone).get(answer, 0.0) for one in own), default=even) >= even


def plainer(reading: Reading, phrase: str, other: str, answer: str, believed: Believed) -> bool:
    """Tell whether a phrase says much more for an answer than another: twice the odds, or more.

    How much a phrase says is the log odds of the answer where it is read by itself, and beside
    them what the log odds lose without it: a phrase can say so and not be needed, or be needed
    and say nothing. Of two in a row it is what the one says that says more.
    """

    def most(quoted: str) -> float:
        own = (one for one in reading.without if one.alone and one.phrase in quoted)
        return max((_says(reading, one, answer, believed) for one in own), default=0.0)

    return most(phrase) + log(_HALVED) >= most(other)


def _says(reading: Reading, one: Without, answer: str, believed: Believed) -> float:
    """Give how much a phrase says for an answer, see `plainer`."""
    by_itself = log(_odds(believed(one.alone).get(answer, 0.0))) if one.alone else 0.0
    return by_itself - log(_left(reading, one, answer, believed))


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
