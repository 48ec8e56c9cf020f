"""Subjects: what pronouns, abbreviations and clauses without a beginning stand for.

For display only: a candidate's span stays verbatim. Whatever is added stands in square brackets,
as an editor would add it, and nothing is added where the text does not make it plain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_IN_BRACKETS = re.compile(
    r"\((?:or |the |[‘“'\"])?([A-Z][A-Za-z0-9&/-]{1,9})[’”'\"]?(?:[;,][^()]{0,40})?\)"
)
_LISTED = re.compile(
    r"^[-*• \t]*([A-Z][A-Za-z0-9&/ -]{1,11}?)[ \t]*[:=–—][ \t]+(\S[^\n]{3,100})$", re.MULTILINE
)
_FINITE = (
    r"(?:was|were|is|are|has|have|had|could|can|may|might|should|would|will|must|did|does|do|cannot"
    r"|felt|feel|found|find|saw|see|said|say|led|made|make|meant|gave|became|wanted|want|need|needed"
    r"|reported|report|described|describe|perceived|perceive|viewed|view|valued|value|believed"
    r"|experienced|experience|expressed|express|included|include|includes|emphasi[sz]ed|benefited"
    r"|facilitated|hindered|reduced|increased|decreased|improved|allowed|enabled|struggled|feared"
    r"|worried|preferred|noted|stated|suggested|showed|identified|developed|built|received|often"
    r"|also|sometimes|never|rarely|generally|mostly|particularly)"
)
_OPENING = re.compile(
    r"^(?:(?:However|Moreover|Furthermore|Therefore|Thus|Hence|Likewise|Nevertheless|Overall|Indeed"
    r"|Also|Further|In addition|In contrast|For example|As a result|[A-Z]\w+ly"
    r"|(?:For|From|Within|In|Among|Across|To|When|While|Although)\b[^,;]{1,80}),\s+)+"
)
_SUBJECT = re.compile(rf"^(.{{2,80}}?)\s+(?={_FINITE}\b)")
_PLURAL = re.compile(
    r"(?:[^s\s]s|staff|people|women|men|children|youth|persons|families|nurses|personnel)$"
)
_PRONOUN = re.compile(r"^((?:[A-Z][\w ]{1,25},\s+)?)(They|they|Their|their|Them)\b")
_VERB_FIRST = re.compile(rf"^{_FINITE}\b")
_HAS_VERB = re.compile(rf"\b{_FINITE}\b")
_LIST = re.compile(r"^(.{3,160}\b(?:includ(?:ed?|es|ing)|such as|namely|were|was|are|is)\b)\s")
_ITEM = re.compile(r"^(?:a|an|the|[a-z][\w-]*)\b", re.IGNORECASE)
_LINKED = re.compile(
    r"^(?:which|who|where|as|while|whereas|whilst|although|though|because|since|so|yet|with|be|to"
    r"|[a-z]+ing)\b"
)


def abbreviations(text: str) -> dict[str, str]:
    """Find what a text's abbreviations stand for.

    A short form in round brackets is matched, letter by letter from its end, with the words
    before it; entries of a list of abbreviations count too.

    References
    ----------
    Schwartz AS, Hearst MA (2003). Pacific Symposium on Biocomputing 8:451-462.

    Examples
    --------
    >>> abbreviations("Community health workers (CHWs) in low-income countries (LICs) met us.")
    {'CHWs': 'Community health workers', 'LICs': 'low-income countries'}
    """
    found: dict[str, str] = {}
    for match in _IN_BRACKETS.finditer(text):
        short = match[1]
        if short in found or sum(sign.isupper() for sign in short) < 2:
            continue
        window = text[max(0, match.start() - 12 * len(short) - 30) : match.start()].rstrip()
        window = re.split(r"[.;:()\[\]\n]", window)[-1]
        if (long := _long_form(short, window)) is not None:
            found[short] = long
    for match in _LISTED.finditer(text):
        short, long = match[1].strip(), match[2].strip()
        initials = [sign for sign in short if sign.isupper()]
        if len(initials) >= 2 and initials[0].lower() in long.lower():
            found.setdefault(short, long)
    return found


def _long_form(short: str, window: str) -> str | None:
    """Match the letters of a short form, from the last, with the words before it."""
    letters = [sign.lower() for sign in short if sign.isalnum()]
    if short[-1] == "s" and short[-2:-1].isupper():
        letters.pop()  # a plural s belongs to the short form alone
    words = window.lower()
    place = len(words)
    for number, letter in enumerate(reversed(letters)):
        first = number == len(letters) - 1
        place = words.rfind(letter, 0, place)
        while first and place > 0 and words[place - 1].isalnum():
            place = words.rfind(letter, 0, place)
        if place < 0:
            return None
    long = window[place:].strip()
    if len(long.split()) > min(len(letters) + 5, 2 * len(letters)) or len(long) <= len(short):
        return None
    return long


def subject(sentence: str) -> str:
    """Give the group of words that a sentence is about; empty where that is not plain.

    Examples
    --------
    >>> subject("However, ward nurses often felt that they were alone.")
    'ward nurses'
    """
    opened = _OPENING.match(sentence)
    rest = sentence[opened.end() :] if opened else sentence
    found = _SUBJECT.match(rest)
    if not found or len(found[1].split()) > 8 or re.search(r"[,;:]", found[1]):
        return ""
    return found[1]


def antecedent(sentence: str, before: str) -> str:
    """Say whom *they* in the next sentence means: this sentence's subject, where it is a plural.

    Parameters
    ----------
    sentence
        Without citations.
    before
        Whom *they* means in this sentence itself.
    """
    named = subject(sentence)
    if re.fullmatch(r"(?:They|Their \w+|Some|Others|Many|Most|Both)", named):
        return before
    return named if _PLURAL.search(named) or " and " in named else ""


def display(text: str, long_forms: Mapping[str, str], *, they: str = "", first: str = "") -> str:
    """Write a finding out for a reader who sees it alone.

    Parameters
    ----------
    text
        Without citations.
    long_forms
        What abbreviations stand for.
    they
        Whom a pronoun at its start means; empty where unknown.
    first
        The first clause of its sentence, where ``text`` is a later one.

    Examples
    --------
    >>> display("They felt safe", {}, they="Nurses")
    'They [Nurses] felt safe'
    >>> display("a lack of beds", {}, first="Barriers included low pay")
    '[Barriers included] a lack of beds'
    >>> display("were wary of PSWs.", {"PSWs": "peer support workers"}, first="Ward staff felt ill")
    '[Ward staff] were wary of peer support workers.'
    """
    shown = text
    if first:
        shown = _beginning(text, first) + shown
    elif they:
        shown = _PRONOUN.sub(lambda m: f"{m[1]}{m[2]} [{_owner(they, m[2])}]", shown, count=1)
    pattern = _known(tuple(sorted(long_forms, key=len, reverse=True)))
    if not pattern:
        return shown

    def told(match: re.Match[str]) -> str:
        long = _in_number(match[1], match[2], long_forms)
        if shown[: match.start()].lower().endswith(f"{long} (".lower()):
            return match[0]  # the text itself says what it stands for
        return long[0].upper() + long[1:] if not match.start() else long

    return pattern.sub(told, shown)


def _in_number(short: str, plural: str, long_forms: Mapping[str, str]) -> str:
    """Write a short form out, in the singular or plural it stands in, small where it may be."""
    long = long_forms.get(short + plural) or long_forms.get(short) or long_forms[f"{short}s"]
    if plural and not long.endswith("s"):
        long += "s"
    elif not plural and short not in long_forms and long.endswith("s"):
        long = long[:-1]
    words = long.split()
    is_name = len(words) < 2 or any(word[0].isupper() for word in words[1:])
    return long if is_name else long[0].lower() + long[1:]


def _owner(they: str, pronoun: str) -> str:
    if pronoun.lower() != "their":
        return they
    return f"{they}’" if they.endswith("s") else f"{they}’s"


def _beginning(text: str, first: str) -> str:
    """Give what a later clause shares with the first, in square brackets; often nothing."""
    if _LINKED.match(text):
        return ""
    if _VERB_FIRST.match(text):
        named = subject(first)
        return f"[{named}] " if named else ""
    listed = _LIST.match(first)
    if listed and _ITEM.match(text) and not _HAS_VERB.search(text):
        opened = _OPENING.match(listed[1])
        return f"[{listed[1][opened.end() if opened else 0 :]}] "
    return ""


@lru_cache(maxsize=32)
def _known(short_forms: tuple[str, ...]) -> re.Pattern[str] | None:
    if not short_forms:
        return None
    each = "|".join(sorted({re.escape(s.removesuffix("s")) for s in short_forms}, reverse=True))
    return re.compile(rf"(?<![\w-])({each})(s?)(?![\w-])")
