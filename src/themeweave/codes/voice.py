"""Voice: whose view a finding reports, read from who is named and as what.

Who is named as the source holds the view, wherever that stands: *according to nurses*, *reported
by nurses*, *(midwife)* or *- clinic manager* at the end, *Nurse 4:* at the start. So does whoever
says, feels or finds something, for whom something is so (*For carers, visits were a relief*), and
whoever speaks of *my doctor* or *our patients*, where the codebook has such cues. A group that
stands after *for*, *with*, *of* or *their*, in a condition (*when staff were willing*), in a
question (*what staff should do*) or under a judgement (*staff were seen as*, *stood in the way*)
is whom the view is about. Two holders joined by *and* are a mixed sample. Where no group holds the
view, the finding is unclear and says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from themeweave.codes.codebook import Codebook
from themeweave.codes.cues import Hit, compile_cues
from themeweave.codes.reading import Reading

VERSION = "voice@7"
NOBODY_NAMED = "no group is named"
NOBODY_SPEAKS = "no group is said to hold the view"
ONLY_ACTS = "no group is said to think or feel so"  # though one is said to have or do something
JUDGED = "yet it passes judgement on them"  # of a group on which the finding passes judgement
NOBODY = ("mixed", "unclear")  # perspectives that are no group's

# How far a group holds the view, on the log scale, chosen on the topics that the engines were not
# taught. What is less than said says less the later it comes.
_SOURCE, _SAYS, _SAYS_TOO, _DOES, _FIRST, _NAMED, _ABOUT = 3.0, 2.5, 1.0, 0.9, 0.8, 0.4, 0.0
_OTHERS_SAY = -0.5  # others hold a view of the group
_JOINED_WEIGHT, _NAMED_MIXED = 3.0, 0.4
_NO_VOICE, _SOMEBODY, _A_SPEAKER = 0.3, -0.3, -0.9  # for unclear: by who is named
_NEAR = 400  # characters before and after a group that tell how far it holds the view
_FRONT = 30  # characters within which a group opens the finding

_SAID = (
    "say|says|said|saying|report|reports|reported|reporting|describe|describes|described|"
    "feel|feels|felt|think|thinks|thought|believe|believes|believed|fear|fears|feared|worry|"
    "worries|worried|value|values|valued|welcome|welcomes|welcomed|perceive|perceives|"
    "perceived|consider|considers|considered|complain|complains|complained|note|notes|noted|"
    "mention|mentions|mentioned|express|expresses|expressed|explain|explains|explained|"
    "recall|recalls|recalled|recount|recounted|remember|remembered|stress|stressed|emphasise|"
    "emphasised|emphasize|emphasized|doubt|doubts|doubted|question|questions|questioned|"
    "appreciate|appreciated|prefer|preferred|wish|wished|want|wanted|hope|hoped|expect|"
    "expected|regard|regarded|view|viewed|saw|experience|experienced|like|liked|dislike|"
    "disliked|praise|praised|criticise|criticised|criticized|resent|resented|recognise|"
    "recognised|recognized|admit|admitted|acknowledge|acknowledged|argue|argued|agree|agreed|"
    "disagreed|suggest|suggested|spoke|wondered|object|objected|cite|cited|judge|judged|"
    "insist|insisted|claim|claimed|remark|remarked|observe|observed|trust|trusted|distrusted|"
    "mistrusted|dreaded|concede|conceded|hesitated|lamented|enjoyed|loved|hated|disapproved|"
    "voiced"
)
_FELT = (
    r"found (?!jobs?\b|work\b|employment\b|time\b)|put it|singled out|"
    r"told (?:of|us|how|researchers)|"
    r"(?:was|were|are|is) (?:(?:un)?sure|worried|afraid|anxious|proud|uneasy|reluctant|concerned|"
    r"s[ck]eptical|frustrated|grateful|glad|relieved|confused|convinced|keen|wary|pleased|"
    r"(?:un)?happy|(?:dis)?satisfied|annoyed|angry|intrigued|troubled|upset|in favour|divided)"
)
_VERB = rf"\s+(?:(?:{_SAID})\b|{_FELT})"
_SPOKEN = re.compile(_VERB, re.IGNORECASE)
_SAYING = re.compile(
    r"^(?:(?:\s+(?:who|also|often|sometimes|themselves|alike|both|all|generally|could|may|might|"
    r"would|did|do|not|\w+ly)\b|\s*,)*"
    r"|\s+(?:and|&|as well as)\s+(?:[\w-]+\s+){1,3}(?:alike|both|all)"
    r"|\s*,\s*(?:who|whose|like|unlike|as)\b[^,;.]{0,80},"
    r"|\s+(?:in|at|of|from|on|with|working|who|based|across|under|within|without)\b"
    r"(?:\s+(?!that\b|and\b|which\b|let\b)[\w'-]+){0,6}?)" + _VERB,
    re.IGNORECASE,
)
_MADE = (
    "reported|said|described|raised|mentioned|expressed|voiced|noted|named|felt|seen|"
    "perceived|valued|welcomed|praised|regarded|viewed|considered|judged|cited|stressed|"
    "thought|believed|appreciated|resented|feared|identified|criticised|questioned|"
    "recognised|shared|liked"
)
_SOURCED = re.compile(
    r"\b(?:according to|in the (?:view|eyes|words|opinion) of|"
    rf"(?:{_MADE}) by)"
    r"(?:\s+(?:the|some|most|many|several|both|all|a|an|one|few|other|those|their|non-peer))*\s*$",
    re.IGNORECASE,
)
_LABEL_OPENS = re.compile(r"(?:[(\[]|\s[-–—])\s*(?:[\w-]+\s+){0,2}$")
_LABEL_CLOSES = re.compile(r"^(?:[\s,]+[\w-]+){0,3}\s*[)\]]?[\s.\"”'’]*$")
_TURN = re.compile(r"^\s*#?\d*\s*:")
_MINE = re.compile(r"^(?:my|our)\b", re.IGNORECASE)
_I = re.compile(r"\b(?:I|me|my|we|us|our|ours|myself)\b")
_AROUND = re.compile(
    r"\b(?:for|with|of|to|towards?|between|among|from|on|about|by|behind|than|non|my|our|his|her|"
    r"their|your|whose|when|if|unless|whether|what|why)(?:\s+(?:the|their|his|her|our|other|some|all|many|both|"
    r"these|those|most|new|local|own))*[\s-]*$",
    re.IGNORECASE,
)
_WITH_THEM = re.compile(
    r"\b(?:with|for|of|to|from|between|among|on)\s+(?:[\w'’-]+\s+){0,4}$", re.IGNORECASE
)
_FOR_THEM = re.compile(
    r"(?:^|[.;:]\s)\s*(?:But\s+|And\s+)?For\s+"
    r"(?:(?:the|of|some|many|most|several|all|these|other|those)\s+)*$"
)
_JUDGED = re.compile(
    r"^(?:\s+who\b[^,.;]{3,60}?)?\s+(?:(?:was|were|are|is|being|been)\s+(?:\w+ly\s+)?(?:not\s+)?"
    r"(?:seen|viewed|regarded|perceived|considered|described|(?:mis|dis)?trusted|respected|valued|"
    r"praised|criticised|blamed|accused|thought of|treated|expected|required|obliged|supposed|"
    r"(?:thought|believed|said|felt|hoped|known) to)\b|"
    r"(?:was|were|are|is)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:barriers?|obstacles?|hindrances?)\b|"
    r"(?:st(?:oo|an)d|get|got)s? in the way\b)",
    re.IGNORECASE,
)
_DOING = re.compile(
    r"^(?:\W|\w+ly\b|who|also|often|sometimes|themselves|\s)*(?:were|was|are|have|had|could|did|"
    r"found|struggled|benefited|gained|learned|experienced|experience|learnt)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"^\s*(?:,|and|or|&|\+|as well as|/)+\s*(?:[a-z-]+\s+)?$", re.IGNORECASE)
_ALIKE = re.compile(
    r"^\s+(?:and|&|as well as)\s+(?:[\w-]+\s+){1,3}(?:alike|both|all)\b", re.IGNORECASE
)
_BOTH = re.compile(r"\bboth\s+(?:[\w-]+\s+){1,3}(?:and|&)\s+$", re.IGNORECASE)


def read(texts: Sequence[str], book: Codebook) -> list[Reading]:
    """Read whose view each text reports.

    The codebook is one of perspectives: its codes' cues name groups, and it may hold the codes
    ``mixed`` (several holders) and ``unclear`` (none).

    Examples
    --------
    >>> from themeweave.codes.codebook import Code, Codebook
    >>> staff, users = Code("staff", "", cues=("nurses",)), Code("users", "", cues=("patients",))
    >>> book = Codebook("p", "P", (staff, users, Code("mixed", ""), Code("unclear", "")), True)
    >>> reading = read(["Nurses feared for patients who lived alone."], book)[0]
    >>> max(reading.shares, key=reading.shares.get)
    'staff'
    """
    codes = book.suggestible()
    ids = [code.id for code in codes]
    all_hits = compile_cues(codes).hits(texts)
    return [_read(text, hits, ids) for text, hits in zip(texts, all_hits, strict=True)]


def holders(texts: Sequence[str], book: Codebook) -> list[str]:
    """Give for each text the group that holds the view in so many words; empty where none does.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code, Codebook
    >>> book = Codebook("p", "P", (Code("staff", "", cues=("nurses",)), Code("mixed", "")), True)
    >>> holders(["Nurses said so.", "Nurses were hired.", "The wait is long (nurse)."], book)
    ['staff', '', 'staff']
    """
    all_hits = compile_cues(book.suggestible()).hits(texts)
    return [_holder(text, hits, book) for text, hits in zip(texts, all_hits, strict=True)]


def _holder(text: str, hits: Sequence[Hit], book: Codebook) -> str:
    groups = _groups(hits)
    held = [_holds(text, hit)[0] for hit in groups]
    if not groups or max(held) < _SAYS:
        return ""
    if max(held) < _SOURCE and "mixed" in book.by_id and _joined(text, groups):
        return "mixed"
    first = held.index(max(held))
    named = {hit.code_id for hit in groups if hit.start == groups[first].start}
    return groups[first].code_id if len(named) == 1 else ""  # a word for two groups names neither


def _groups(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.code_id not in NOBODY]


def _read(text: str, hits: Sequence[Hit], ids: Sequence[str]) -> Reading:
    scores = dict.fromkeys(ids, 0.0)
    notes: dict[str, str] = {}
    phrases: dict[str, list[str]] = {}
    groups = _groups(hits)
    speaks = acts = False
    for order, hit in enumerate(groups):
        held, words = _holds(text, hit)
        acts |= held >= _DOES
        if held == _SAYS and speaks and hit.start != groups[order - 1].start:
            held = _SAYS_TOO
        elif held < _SAYS:
            held /= 1 + order
        speaks |= held >= _SAYS
        scores[hit.code_id] = max(scores[hit.code_id], held)
        if held > _ABOUT:
            phrases.setdefault(hit.code_id, []).append(words)
        elif held < _ABOUT:
            notes[hit.code_id] = f"{JUDGED}, '{words}'"
    for hit in (hit for hit in hits if hit.code_id in NOBODY and not _only_among(text, hit)):
        scores[hit.code_id] += _NAMED_MIXED
        phrases.setdefault(hit.code_id, []).append(text[hit.start : hit.end])
    sourced = _SOURCE in scores.values()
    if "mixed" in scores and not sourced and (joined := _joined(text, groups)):
        scores["mixed"] += _JOINED_WEIGHT
        notes["mixed"] = f"two groups joined, '{joined}'"
    if "unclear" in scores:
        more, note = _silent(text, groups, phrases, speaks=speaks, acts=acts)
        scores["unclear"] += more
        if note:
            notes["unclear"] = note
    kept = {code_id: tuple(dict.fromkeys(found)) for code_id, found in phrases.items()}
    return Reading(_shares(scores), kept, notes)


def _only_among(text: str, hit: Hit) -> bool:
    """Tell whether a word for several groups says whom it was done with: *with stakeholders*."""
    before = text[max(0, hit.start - _NEAR) : hit.start]
    return _WITH_THEM.search(before) is not None and _SOURCED.search(before) is None


def _shares(scores: Mapping[str, float]) -> dict[str, float]:
    top = max(scores.values(), default=0.0)
    weights = {code_id: math.exp(score - top) for code_id, score in scores.items()}
    total = sum(weights.values())
    return {code_id: weight / total for code_id, weight in weights.items()}


def _silent(
    text: str, groups: Sequence[Hit], phrases: Collection[str], *, speaks: bool, acts: bool
) -> tuple[float, str]:
    """Weigh how far nobody holds the view, and say so where it is certain."""
    silent = "mixed" not in phrases and not _I.search(text)
    if not groups:
        return (_NO_VOICE, NOBODY_NAMED) if silent else (0.0, "")
    if speaks:
        return _A_SPEAKER, ""
    if not silent:
        return _SOMEBODY, ""
    return _SOMEBODY, ONLY_ACTS if acts else NOBODY_SPEAKS


def _holds(text: str, hit: Hit) -> tuple[float, str]:
    """Weigh how far a group holds the view, and give the words that show it."""
    start = max(0, hit.start - _NEAR)
    before, named = text[start : hit.start], text[hit.start : hit.end]
    after = text[hit.end : hit.end + _NEAR]
    if words := _source(text, hit, before, after):
        return _SOURCE, words
    if _MINE.match(named):
        return _SAYS, named
    if (found := _FOR_THEM.search(before)) and after.startswith(","):
        return _SAYS, (before[found.start() :] + named).lstrip(" .;:")
    if _AROUND.search(before):
        return _ABOUT, named
    if found := _JUDGED.match(after):
        return _OTHERS_SAY, text[hit.start : hit.end + found.end()]
    if found := _SAYING.match(after):
        return _SAYS, text[hit.start : hit.end + found.end()].strip()
    if _SPOKEN.search(named):
        return _SAYS, named
    if _DOING.match(after):
        return _DOES, named
    return (_FIRST if hit.start < _FRONT else _NAMED), named


def _source(text: str, hit: Hit, before: str, after: str) -> str:
    """Give the words that name a group as the source; empty where none do."""
    start, named = hit.start - len(before), text[hit.start : hit.end]
    if found := _SOURCED.search(before):
        return text[start + found.start() : hit.end]
    if named.lower().startswith("according"):
        return named
    if (opens := _LABEL_OPENS.search(before)) and _LABEL_CLOSES.match(after):
        return text[start + opens.start() :].strip(" .\"”’'")
    if not start and not before.strip(" \"'“‘[(") and (turn := _TURN.match(after)):
        return text[hit.start : hit.end + turn.end()]
    return ""


def _joined(text: str, groups: Sequence[Hit]) -> str:
    """Give the words that join two groups who hold a view together; empty where none do."""
    for one, other in pairwise(groups):
        apart = one.code_id != other.code_id and one.start != other.start
        opens = _FOR_THEM.search(text[max(0, one.start - _NEAR) : one.start])
        joined = apart and not opens and _JOINED.match(text[one.end : other.start])
        if joined and _holds(text, one)[0] >= _NAMED:
            return text[one.start : other.end]
    for hit in groups:
        start = max(0, hit.start - _NEAR)
        before, after = text[start : hit.start], text[hit.end : hit.end + _NEAR]
        if _AROUND.search(before):
            continue
        if found := _ALIKE.match(after):
            return text[hit.start : hit.end + found.end()]
        if (found := _BOTH.search(before)) and _SAYING.match(after):
            return text[start + found.start() : hit.end]
    return ""
