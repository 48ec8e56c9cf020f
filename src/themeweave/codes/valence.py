"""Valence: whether a finding speaks of a barrier or a facilitator, read from cue phrases.

A good thing that is lacking is a barrier; a bad thing that is reduced is a facilitator: words of
lack, negation and reduction shortly before a cue turn its direction. A cue after *but* or
*however* counts as the point of the sentence, and a finding that turns so may be mixed. What
*should be* or *was required*, with no word of its being hard or missing, is no barrier by that
alone: it may be a recommendation, or a plain rule. Where views are said to differ, it may be mixed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from themeweave.codes.codebook import Codebook
from themeweave.codes.cues import Hit, compile_cues
from themeweave.codes.reading import Reading

VERSION = "valence@6"
NOTHING_FOUND = "no cue phrase found"
REQUIRED = "says what is required or recommended"
BARRIER, FACILITATOR, MIXED, NEUTRAL = "barrier", "facilitator", "mixed", "neutral"
_LACK = re.compile(
    r"(?:\b(?:no|not|never|nobody|none|without|lack(?:s|ed|ing)?(?: of)?|little|few|hardly|rarely|"
    r"less|insufficient|inadequate|absence of|absent|poor|limited|too little|nor|neither|"
    r"unless|want of|short of|missing|cannot|fails? to|failed to)|n['’]t)\b[^.;,]{0,28}$",
    re.IGNORECASE,
)
_REDUCTION = re.compile(
    r"\b(?:reduc\w+|decreas\w+|lower(?:s|ed|ing)?|less|fewer|overc[ao]m\w+|remov\w+|"
    r"eas(?:ed|es|ing)|prevent\w*|avoid\w*|without|no longer|not|break(?:s|ing)? down|tackl\w+|"
    r"lessen\w*|no|no more|recover(?:y|ed|ing|s)? from|reliev\w+|free of|freed from|protect\w*|"
    r"against|counter(?:s|ed|ing)?|instead of|rather than)\b[^.;,]{0,28}$",
    re.IGNORECASE,
)
_TURNING = r"but|however|yet|although|though|whereas|while|on the other hand"
_TURN = re.compile(rf"\b(?:{_TURNING})\b", re.IGNORECASE)
_DIFFER = re.compile(
    r"\b(?:did(?: not|n['’]t) agree|disagree[ds]?|"
    r"(?:views|opinions|accounts|experiences) (?:differ(?:ed|s)?|diverged?|varied|vary)|"
    r"(?:views|opinions|accounts|experiences|feelings) (?:were|was|are) (?:split|divided|mixed)|"
    r"(?:was|were|are) (?:split|divided) (?:on|over|about|as to|in)|"
    r"some\b[^.;]{3,80}[,;] (?:while |whereas |but |and )?others)\b",
    re.IGNORECASE,
)
_BEFORE_POINT = re.compile(rf"\b(?:{_TURNING}|despite|in spite of)\b", re.IGNORECASE)
_REQUIRED = re.compile(
    r"\b(?:(?:should|ought to|must|had to|has to|have to|needs? to)(?: also| then| first)? "
    r"(?:be|have|get|come)|(?:is|are|was|were) (?:needed|required|expected)|"
    r"(?:requirement|expectation) (?:is|was)|call(?:s|ed)? for|recommended)\b",
    re.IGNORECASE,
)
_LACKING = re.compile(
    r"\b(?:no|not|never|nobody|none|nothing|without|lack\w*|few|but|hard|only|again|"
    r"although|yet)\b|\btoo\s+\w|n['’]t\b",
    re.IGNORECASE,
)
_AIM = re.compile(r"\b(?:so that|in order (?:that|to|not to))\b", re.IGNORECASE)
_NO_ILL = (  # good news: no cue for a barrier, and no word of lack that turns another cue
    r"(?:lack|absence) of (?:any )?(?:judge?ment|stigma|pressure|hierarchy|bureaucracy|tension|"
    r"conflict|coercion|fear|paperwork|red tape|discrimination|shame|blame|prejudice)"
)
_NO_ILLS = re.compile(rf"\b{_NO_ILL}\b", re.IGNORECASE)
# What says the direction outright, and is not held off by a word before it in its sentence. Of 242
# findings of ours and of published ones, told in our words, 97 in 100 go that way.
_OUTRIGHT = {
    BARRIER: re.compile(
        r"\b(?:(?:st(?:oo|an)d|get|got)s? in the way|(?:hinder|hamper|imped)(?:ed|es|s)|"
        r"(?:was|were|is|are|as|became|formed|posed) (?:an? |the )?(?:\w+ )?"
        r"(?:barriers?|obstacles?|hindrances?))\b",
        re.IGNORECASE,
    ),
    FACILITATOR: re.compile(
        r"\b(?:facilitat(?:ed|es)|enabl(?:ed|es)|(?:was|were|is|are) (?:\w+ )?"
        r"(?:important|essential|crucial|vital)|"
        rf"(?:was|were|is|are|as) (?:an? )?(?:\w+ )?(?:facilitators?|enablers?)|{_NO_ILL})\b",
        re.IGNORECASE,
    ),
}
_BOTH = re.compile(
    r"\b(?:help|facilitat|support|enabl|assist)\w* (?:or|and|as well as) "
    r"(?:hinder|hamper|imped|obstruct)\w*|"
    r"\b(?:hinder|hamper|imped|obstruct)\w* (?:or|and|as well as) "
    r"(?:help|facilitat|support|enabl|assist)\w*",
    re.IGNORECASE,
)
_HELD_OFF = re.compile(
    r"\b(?:what(?:ever)?|which|nothing|no|not|never|nobody|none|without|whether|if|little|might|"
    r"could|would|rather|less|remov\w+|despite|although|though|even|reduc\w+|overc[ao]m\w+|"
    r"address\w+|ask\w*)\b[^.;]*$|n['’]t\b[^.;]*$",
    re.IGNORECASE,
)
# On the log scale; chosen on the topics that the engines were not taught, weighed as in ensemble.
_PRIOR = {BARRIER: 0.0, FACILITATOR: 0.1, MIXED: -0.3, NEUTRAL: -0.3}
_CUE, _TURNED, _TURNS, _RULE, _SAID = 1.0, 1.7, 3.3, 4.0, 8.0
_POINT = 1.5  # times more for a cue after the turn of a sentence


def read(texts: Sequence[str], book: Codebook) -> list[Reading]:
    """Read the direction of each text.

    The codebook holds the codes ``barrier``, ``facilitator`` and, where the team keeps them
    apart, ``mixed`` and ``neutral``; its cues carry the knowledge. Without a cue nothing is
    known, and the reading is close to even.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code, Codebook
    >>> bad = Code("barrier", "Barrier", cues=("stigma",))
    >>> good = Code("facilitator", "Facilitator", cues=("training",))
    >>> book = Codebook("valence", "Valence", (bad, good), True)
    >>> first, second = read(["Training reduced stigma.", "There was no training."], book)
    >>> first.shares["facilitator"] > 0.5, second.shares["barrier"] > 0.5
    (True, True)
    """
    codes = book.suggestible()
    if not codes:
        return [Reading({}) for _ in texts]
    all_hits = compile_cues(codes).hits(texts)
    ids = [code.id for code in codes]
    return [_read(text, hits, ids) for text, hits in zip(texts, all_hits, strict=True)]


def _read(text: str, hits: Sequence[Hit], ids: Sequence[str]) -> Reading:
    logits = {code_id: _PRIOR.get(code_id, 0.0) for code_id in ids}
    phrases: dict[str, list[str]] = {}
    rest = _NO_ILLS.sub(lambda found: " " * len(found[0]), text)
    for hit in hits:
        code_id, phrase = _turned(rest, hit)
        if code_id in logits and text.endswith(phrase, 0, hit.end):  # no part of it was left out
            weight = _CUE if code_id == hit.code_id else _TURNED
            logits[code_id] += weight * hit.weight * (_POINT if _after_turn(text, hit) else 1.0)
            phrases.setdefault(code_id, []).append(phrase)
    notes = {} if phrases else dict.fromkeys(ids, NOTHING_FOUND)
    if MIXED in logits and (turn := _TURN.search(text)):
        logits[MIXED] += _TURNS
        notes[MIXED] = f"it turns at '{turn[0]}'"
    elif MIXED in logits and (differ := _DIFFER.search(text)):
        logits[MIXED] += _TURNS
        notes[MIXED] = f"views differ, '{differ[0]}'"
    required = _REQUIRED.search(text)
    if required and BARRIER not in phrases and not _LACKING.search(_AIM.split(text)[0]):
        for code_id in (FACILITATOR, NEUTRAL):
            if code_id in logits:
                logits[code_id] += _RULE
                notes[code_id] = f"{REQUIRED}, '{required[0]}'"
        notes.pop(BARRIER, None)
    for code_id, words in outright(text):
        if code_id in logits:
            logits[code_id] += _SAID
            phrases.setdefault(code_id, []).insert(0, words)
            notes = {code: note for code, note in notes.items() if note != NOTHING_FOUND}
    top = max(logits.values())
    weights = {code_id: math.exp(logit - top) for code_id, logit in logits.items()}
    total = sum(weights.values())
    shares = {code_id: weight / total for code_id, weight in weights.items()}
    kept = {code_id: tuple(dict.fromkeys(found)) for code_id, found in phrases.items()}
    return Reading(shares, kept, notes)


def outright(text: str) -> list[tuple[str, str]]:
    """Give the direction that a text says outright, with the words; nothing where two do.

    Examples
    --------
    >>> outright("Old attitudes stood in the way of the service.")
    [('barrier', 'stood in the way')]
    >>> outright("They valued the lack of judgement.")
    [('facilitator', 'lack of judgement')]
    >>> outright("Whether there was a desk could help or hinder them.")
    [('mixed', 'help or hinder')]
    """
    if both := _BOTH.search(text):
        return [(MIXED, both[0])]
    found = [
        (code_id, words[0])
        for code_id, said in _OUTRIGHT.items()
        if (words := said.search(text)) and not _HELD_OFF.search(text[: words.start()])
    ]
    return found if len(found) == 1 else []


def _turned(text: str, hit: Hit) -> tuple[str, str]:
    """Give the code a cue speaks for here, and the words that show it."""
    before = text[: hit.start]
    opposite = {FACILITATOR: (_LACK, BARRIER), BARRIER: (_REDUCTION, FACILITATOR)}
    if hit.code_id in opposite:
        turner, other = opposite[hit.code_id]
        if found := turner.search(before):
            return other, text[found.start() : hit.end]
    return hit.code_id, text[hit.start : hit.end]


def _after_turn(text: str, hit: Hit) -> bool:
    return _BEFORE_POINT.search(text[: hit.start]) is not None
