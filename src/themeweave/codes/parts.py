"""Parts: a finding that states several things may bear several codes.

*Rooms were small and managers did not turn up* is about space and about leaders. The finding is
cut where a list, a contrast or a new sentence begins, each part is read alone, and a part that
speaks clearly for another branch of the codebook than the whole does gives a further code, if the
whole leans that way too. A further code is a question to a person: no table counts it until
somebody accepts it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from themeweave.codes.codebook import Codebook
from themeweave.codes.reading import Reading, Suggester, shares_among, shares_below
from themeweave.codes.suggest import Choice, Further, choose

_LEANS = 0.1  # of the whole's belief that the further branch must have
_SURE = 0.65  # of belief in it, when the part is read by itself
_LEAST_WORDS = 3  # in a part; shorter ones stay with the one before
_MOST = 6  # parts; what has more is an enumeration of one thing
_CUT = re.compile(
    r"\s*;\s*|(?<=[.!?])\s+|\s+[–—]\s+"
    r"|\s*,\s*(?:and|but|while|whereas|yet|although|though|as well as)\s+"
    r"|\s+(?:and|but|while|whereas|as well as)\s+|\s*,\s+",
    re.IGNORECASE,
)


def parts(text: str) -> list[str]:
    """Cut a finding into the things that it states; empty where it states one.

    Examples
    --------
    >>> parts("Rooms were too small, and managers did not turn up.")
    ['Rooms were too small', 'managers did not turn up']
    >>> parts("Time, space and money were lacking.")
    []
    """
    ends = [*(cut.span() for cut in _CUT.finditer(text)), (len(text), len(text))]
    found: list[tuple[int, int]] = []  # where each part starts and ends
    start = 0
    for end, following in ends:
        if len(text[start:end].split()) >= _LEAST_WORDS:
            found.append((start, end))
        elif found:
            found[-1] = found[-1][0], end
        start = following
    if not 2 <= len(found) <= _MOST:
        return []
    return [text[start:end].strip(" .;,\"'") for start, end in found]


def further(
    texts: Sequence[str],
    readings: Sequence[Reading],
    book: Codebook,
    suggester: Suggester,
    margin: float,
    under: Collection[str] = (),
) -> list[tuple[Further, ...]]:
    """Find the further codes of findings.

    Parameters
    ----------
    texts, readings
        Findings, and what was made of each as a whole.
    suggester
        Reads the parts.
    margin
        From 0 to 1: how far a part's branch must be ahead of the next.
    under
        Codes that people accepted for all of them: further codes are of those below, each beside
        the one that is chosen there. Empty: of whole branches.

    Returns
    -------
    list of tuple of Further
        One a text, in the order of the parts; at most one code of each branch, or each code once.
    """
    cut = [parts(text) for text in texts]
    read = iter(suggester([part for found in cut for part in found], book))
    made: list[tuple[Further, ...]] = []
    for whole, found in zip(readings, cut, strict=True):
        own = [(part, next(read)) for part in found]
        first = choose(whole, book, under)
        leaning = _leaning(whole, book, first)
        taken = {_place(first)}
        more: list[Further] = []
        for part, reading in own:
            choice = choose(reading, book, under)
            clear = choice.margin >= margin and choice.score >= _SURE
            leans = leaning.get(_place(choice), 0.0) >= _LEANS
            if clear and leans and _place(choice) not in taken:
                taken.add(_place(choice))
                more.append(Further(choice.code_id, choice.score, f"by itself, '{part}'"))
        made.append(tuple(more))
    return made


def _place(choice: Choice) -> str:
    """Give what is chosen between: the branch, or below accepted codes the code."""
    return choice.code_id if choice.among else choice.branch


def _leaning(whole: Reading, book: Codebook, choice: Choice) -> Mapping[str, float]:
    """Give how far a finding as a whole is believed to belong to each of these."""
    if choice.among:
        return shares_among(whole.shares, choice.among)
    return shares_below(whole, book, [code.id for code in book.roots()])
