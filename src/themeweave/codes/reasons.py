"""Reasons: what the choice of a code rests on, in words that can be read aloud.

First the phrase of the finding without which the choice would be another one, or far less sure,
where that was tried (see `weighing`), or those that say so when they are read by themselves; then
the codebook's phrases that count for it, and what was noted by the sources that spoke. What cannot
be pointed at is not made up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from themeweave.codes.codebook import Codebook
from themeweave.codes.reading import AS_A_WHOLE, Reading, shares_among
from themeweave.codes.valence import BARRIER, FACILITATOR, MIXED
from themeweave.codes.weighing import (
    Believed,
    Told,
    Weight,
    content,
    counts,
    decisive,
    favours,
    heaviest,
    plainer,
    stands,
    telling,
)

NO_PHRASE = "no phrase decides alone"  # said where that was tried
STANDS = "it stays first whichever is left out"
ALONE = "the only code there"  # below what was accepted
NOBODY = "no words say whose view it is"
_UNCLEAR = "unclear"  # the perspective for which no words speak
_AS_PLAIN = 0.05  # of belief in both sides: less is no difference
_SAID, _MOST_TOLD = 4, 2  # cues that a reason names, and phrases that say so by themselves


def reason(
    reading: Reading,
    book: Codebook,
    code_id: str,
    among: Collection[str] = (),
) -> str:
    """Say in words what the choice of a code rests on, and what else speaks for it.

    Parameters
    ----------
    among
        The codes among which people left the choice, as they accepted one above; what speaks for
        that one alone is no reason then. Empty: all codes are open.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code
    >>> book = Codebook("b", "B", (Code("pay", "Pay"),))
    >>> reason(Reading({}, {"pay": ("low pay", "pay", "Low pay")}), book, "pay")
    "says 'low pay'"
    """
    reading = _of_content(reading, book)
    said = _reasons(reading, book, code_id, among, chosen=True)
    if not said and (len(among) == 1 or code_id == _UNCLEAR):
        return ALONE if len(among) == 1 else NOBODY
    if said or not reading.without:
        return "; ".join(said) or AS_A_WHOLE
    judged = _judged(book, code_id, among)[-1]
    if found := heaviest(reading, *judged):
        return f"{NO_PHRASE}; {_weigh(found)} most"
    return f"{NO_PHRASE}; {STANDS}" if stands(reading, *judged) else NO_PHRASE


def _weigh(phrases: Sequence[str]) -> str:
    quoted = " and ".join(f"'{phrase}'" for phrase in phrases)
    return f"{quoted} {'weighs' if len(phrases) == 1 else 'weigh'}"


def speaks_for(
    reading: Reading,
    book: Codebook,
    code_id: str,
    among: Collection[str] = (),
    beside: str = "",
) -> list[str]:
    """Say what speaks for a code that is not chosen; nothing where there is nothing to show.

    Parameters
    ----------
    beside
        The reason for the code that is chosen: what it quotes or notes cannot speak for another.
    """
    reading = _of_content(reading, book)
    left = replace(
        reading,
        phrases={
            owner: tuple(one for one in said if not _quotes(beside, one))
            for owner, said in reading.phrases.items()
        },
        without=tuple(one for one in reading.without if not _quotes(beside, one.phrase)),
    )
    said = _reasons(left, book, code_id, among, chosen=False)
    return [part for part in said if part not in beside]


def _quotes(reason: str, phrase: str) -> bool:
    """Tell whether a reason quotes a phrase, or two in a row of which it is one.

    Examples
    --------
    >>> _quotes("rests on 'low pay for years': ...", "low pay"), _quotes("says 'pay'", "low pay")
    (True, False)
    """
    return f"'{phrase}" in reason or f"{phrase}'" in reason


def _of_content(reading: Reading, book: Codebook) -> Reading:
    """Leave aside phrases that only tell who speaks, unless that is what is asked."""
    return reading if _UNCLEAR in book.by_id else content(reading)


def _reasons(
    reading: Reading,
    book: Codebook,
    code_id: str,
    among: Collection[str],
    *,
    chosen: bool,
) -> list[str]:
    top = book.top(code_id)
    asked = reading.without and code_id != _UNCLEAR
    judged = _judged(book, code_id, among) if asked else []
    if chosen and (sides := _sides(reading, book, code_id)):
        return [sides, *filter(None, [reading.notes.get(code_id, "")])]
    rests = _rests(reading, book, judged, code_id, chosen=chosen)
    told = _told(reading, book, judged) if chosen and len(among) != 1 else []
    quoted = [weight.phrase for weight, _ in rests]
    said = [
        phrase
        for owner in dict.fromkeys((code_id, *reversed(book.path(code_id))))
        for phrase in reading.phrases.get(owner, ())
        if (chosen or not rests)
        and not (among and owner == top != code_id)
        and not any(_overlap(phrase, other) for other in quoted)
        and (
            not judged
            or any(counts(reading, phrase, *of) for of in judged)
            or any(phrase.lower() in one.phrase.lower() for one in told)
        )
    ]
    parts = [words for _, words in rests]
    if rests and told and _plainer(reading, told[0], rests[-1][0], judged[-1]):
        parts.insert(0, _say_so(told[:1]))
    elif rests:
        parts += _too(told, [*quoted, *said])
    if said:
        parts.append("says " + ", ".join(f"'{phrase}'" for phrase in _once(said)[:_SAID]))
        parts += _beside(reading, said, judged[-1]) if judged and chosen and not rests else []
    elif told and not rests:
        parts.append(_say_so([told[0], *(one for one in told[1:_MOST_TOLD] if one.left <= 1)]))
    owners = (code_id,) if among or top == code_id else (code_id, top)
    for note in (reading.notes.get(owner, "") for owner in owners):
        if note.endswith(AS_A_WHOLE):  # it says only that nothing can be pointed at
            note = note.removesuffix(AS_A_WHOLE).rstrip("; ") if chosen and parts else note
            note = note if chosen else ""
        parts += [note] if note else []
    return parts


def _beside(reading: Reading, said: Sequence[str], judged: tuple[str, Believed]) -> list[str]:
    """Say which phrases weigh beside cues, unless they speak against the choice by themselves."""
    most = [one for one in heaviest(reading, *judged) if favours(reading, one, *judged)]
    others = [one for one in most if not any(_overlap(one, other) for other in said)]
    return [f"{_weigh(others)} too"] if others else []


def _told(reading: Reading, book: Codebook, judged: Sequence[tuple[str, Believed]]) -> list[Told]:
    """Give the phrases that say so by themselves, but not whose view it is: that is no content."""
    if not judged or _UNCLEAR in book.by_id:
        return []
    answer, believed = judged[-1]
    return telling(reading, answer, believed if len(judged) == 1 else dict)


def _plainer(reading: Reading, told: Told, weight: Weight, judged: tuple[str, Believed]) -> bool:
    """Tell whether a phrase says so more plainly than the one that the choice rests on.

    Where the choice turns without that one and it says so too, no other is needed.
    """
    if _overlap(told.phrase, weight.phrase) or weight.first != judged[0]:
        return False
    return plainer(reading, told.phrase, weight.phrase, *judged)


def _say_so(told: Sequence[Told]) -> str:
    """Say which phrases speak for a choice when they are read by themselves.

    Examples
    --------
    >>> _say_so([Told("could harm", 0.96, 0.5)])
    "'could harm' says so by itself (96%)"
    """
    quoted = " and ".join(f"'{one.phrase}'" for one in told)
    shares = " and ".join(percent(one.share) for one in told)
    return (
        f"{quoted} {'says so by itself' if len(told) == 1 else 'say so, each by itself'} ({shares})"
    )


def _too(told: Sequence[Told], quoted: Sequence[str]) -> list[str]:
    """Say which other phrase is needed and says so by itself: findings often give two reasons."""
    for one in told:
        if one.needed and not any(_overlap(one.phrase, other) for other in quoted):
            return [f"'{one.phrase}' says so too ({percent(one.share)})"]
    return []


def _sides(reading: Reading, book: Codebook, code_id: str) -> str:
    """Say of a mixed direction what speaks for either side; empty where one cannot be shown.

    Of phrases that are about as plain those are shown that stand farthest apart, as a finding
    seldom turns twice.
    """
    said = reading.phrases.get(MIXED)  # a cue, such as *could help or hinder*, says it better
    if code_id != MIXED or said or not {BARRIER, FACILITATOR} <= set(book.by_id):
        return ""
    ill, well = (telling(reading, side, dict) for side in (BARRIER, FACILITATOR))
    order = [one.phrase for one in reading.without]
    pairs = [
        (one.share + other.share > ill[0].share + well[0].share - _AS_PLAIN, apart, one, other)
        for one in ill
        for other in well
        if (apart := abs(order.index(one.phrase) - order.index(other.phrase)))
    ]
    if not pairs:
        return ""
    *_, bad, good = max(pairs, key=lambda pair: pair[:2])
    return (
        f"'{bad.phrase}' speaks for {book.name(BARRIER)} "
        f"and '{good.phrase}' for {book.name(FACILITATOR)}"
    )


def _judged(book: Codebook, code_id: str, among: Collection[str]) -> list[tuple[str, Believed]]:
    """Give what is judged when a code is chosen: its branch and the code in it, or the code alone.

    Each with the function that gives the shares of all answers.
    """
    top = book.top(code_id)
    if among:
        return [(code_id, partial(shares_among, codes=frozenset(among)))]
    branch: list[tuple[str, Believed]] = [(top, partial(_branches, book=book))]
    if code_id == top:
        return branch
    inside = frozenset(code.id for code in book.codes if book.tops[code.id] == top) - {top}
    return [*branch, (code_id, partial(shares_among, codes=inside))]


def _branches(shares: Mapping[str, float], book: Codebook) -> dict[str, float]:
    sums: dict[str, float] = {}
    for code_id, share in shares.items():
        sums[book.tops[code_id]] = sums.get(book.tops[code_id], 0.0) + share
    return sums


def _rests(
    reading: Reading,
    book: Codebook,
    judged: Sequence[tuple[str, Believed]],
    code_id: str,
    *,
    chosen: bool,
) -> list[tuple[Weight, str]]:
    """Give the phrases that the choice of a code rests on, and say so in words."""
    found: list[tuple[Weight, str]] = []
    for answer, believed in judged:
        weight = decisive(reading, answer, believed, pairs=chosen)
        if weight is None or any(_overlap(weight.phrase, other.phrase) for other, _ in found):
            continue
        if found:
            words = f"within it, {book.name(answer)} rests on '{weight.phrase}'"
        else:
            whose = "its share" if answer == code_id else f"the share of {book.name(answer)}"
            where = f"within {book.name(book.top(answer))}, " if answer != judged[0][0] else ""
            falls = f"{whose} falls from {percent(weight.before)} to {percent(weight.after)}"
            words = where + _in_words(weight, answer, falls, book)
            if not chosen:
                words = f"says '{weight.phrase}'" + ("" if where else f", without which {falls}")
        found.append((weight, words))
        if not chosen:
            break
    return found


def _in_words(weight: Weight, answer: str, falls: str, book: Codebook) -> str:
    if weight.first == answer:
        return f"rests in part on '{weight.phrase}': without it, {falls}"
    then = f"{book.name(weight.first)} would be first"
    return f"rests on '{weight.phrase}': without it, {falls}, and {then}"


def percent(share: float) -> str:
    """Say a share so that it can be read aloud.

    Examples
    --------
    >>> percent(0.634), percent(0.002), percent(0.999), percent(0.0)
    ('63%', 'under 1%', 'over 99%', '0%')
    """
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _overlap(one: str, other: str) -> bool:
    """Tell whether one phrase holds the other, or begins with the words that the other ends with.

    Examples
    --------
    >>> _overlap("better than", "seen as clearly better"), _overlap("low pay", "the pay")
    (True, False)
    """
    one, other = one.lower(), other.lower()
    if one in other or other in one:
        return True
    ends = (one.split(), other.split()), (other.split(), one.split())
    return any(
        first[-size:] == then[:size]
        for first, then in ends
        for size in range(1, min(len(first), len(then)))
    )


def _once(phrases: Sequence[str]) -> list[str]:
    """Leave out phrases that stand in a longer one, whatever their case."""
    low = [phrase.lower() for phrase in phrases]
    return [
        phrase
        for place, phrase in enumerate(phrases)
        if low[place] not in low[:place]
        and not any(low[place] in other and low[place] != other for other in low)
    ]
