"""Quotations: what participants are quoted as saying, and who says it.

A quotation counts where somebody is named for it: behind it, in brackets or after a dash ("(P7,
midwife)"), or before it ("as one nurse put it:"); a paragraph that is set off as a quotation needs
no quotation marks. Quoted words without a speaker are terms, titles
or definitions, and are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LEAST_WORDS = 5
_QUOTED = re.compile(
    r"“([^“”]{15,1500})”|(?<![\w\"])\"([^\"\n]{15,1500})\"(?!\w)"
    r"|(?<!\w)‘((?:[^‘’\n]|(?<=\w)’(?=\w)){15,1500})’(?!\w)"
)
_PERSON = (
    r"(?:participants?|respondents?|interviewees?|informants?|patients?|clients?|service users?"
    r"|consumers?|residents?|survivors?|(?:[a-z]+ )?nurses?|midwi(?:fe|ves)|doctors?|physicians?"
    r"|GPs?|clinicians?|practitioners?|therapists?|psychiatrists?|psychologists?|pharmacists?"
    r"|(?:[a-z]+ )?workers?|(?:[a-z]+ )?supporters?|PSWs?|CHWs?|managers?|leaders?|directors?"
    r"|staff(?: members?)?|providers?|professionals?|volunteers?|teachers?|students?|pupils?"
    r"|learners?|carers?|caregivers?|parents?|mothers?|fathers?|daughters?|sons?|wi(?:fe|ves)"
    r"|husbands?|spouses?|relatives?|sisters?|brothers?|elders?|m[ae]n|wom[ae]n|girls?|boys?"
    r"|child(?:ren)?|adolescents?|assistants?|users?|members?"
    r"|coordinators?|officers?|mentors?|farmers?|trainees?|employees?|employers?|inmates?|veterans?)"
)
_BEHIND = re.compile(
    r"[\s.,;]*(?:[(\[]\s*([^()\[\]]{2,90}?)\s*[)\]]|[–—-]{1,2}\s*([^\n.\"“”]{2,70}))"
)
_CODE = re.compile(
    rf"\b(?:P|ID|PT?|R|N|FG|SU|HCP|INT)[-_ ]?\d{{1,4}}\b|\b{_PERSON}\b", re.IGNORECASE
)
_BEFORE = re.compile(
    rf"((?:an?|one|another|the|some|several|many|two|this|as)\s+(?:[\w-]+\s+){{0,4}}?{_PERSON}"
    rf"(?:\s+(?:from|in|at|of|with|who)\s+[^,.;:“\"]{{2,40}})?|{_PERSON}\s+\d+|P\d+)"
    r"[^.;“\"]{0,60}?\b(?:said|says|explain|put it|stat|describ|not|recall|express|comment|told|add"
    r"|reflect|remark|report|shar|observ|felt|mention|recount|argu|complain|summ)\w*"
    r"[^.;“\"‘]{0,40}[:,‘“\"\s]*\Z",
    re.IGNORECASE,
)
_CITED = re.compile(r"\s*;[^;]*\b(?:19|20)\d\d[a-z]?\s*\Z")  # (daughter; Ito, 2016)
_BLOCK = re.compile(  # > We had no time. (Nurse 4) [12]
    r"\s*>\s*([^\s>].{14,1500}?)[\s>]*(?:\(([^()]{2,90})\)|[–—]\s*([^\n.]{2,70}))"
    r"\s*(?:\[[\d\s,;–-]+\])?[\s.]*\Z",
    re.DOTALL,
)
_LONGEST = 2000  # characters of a paragraph that is one quotation
_NUMBERS_ONLY = re.compile(r"[\d\s,;–-]+|p+\.?\s*\d+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a participant, without their quotation marks: offsets in the document's text."""

    start: int
    end: int
    speaker: str  # as the document names them
    until: int  # where the quotation ends with its marks and its attribution


def quotations(text: str, start: int, end: int) -> list[Quotation]:
    """Find the quotations with a speaker in a paragraph.

    Examples
    --------
    >>> text = 'One nurse said: “We never had the time to sit down with them.” Others agreed.'
    >>> [(text[q.start:q.end], q.speaker) for q in quotations(text, 0, len(text))]
    [('We never had the time to sit down with them.', 'One nurse')]
    """
    found: list[Quotation] = []
    block = _BLOCK.match(text[start : min(end, start + _LONGEST)])
    if block and _CODE.search(named := _CITED.sub("", block[2] or block[3])):
        said = block.span(1)
        return [Quotation(start + said[0], start + said[1], " ".join(named.split()), end)]
    for match in _QUOTED.finditer(text, start, end):
        group = next(g for g in (1, 2, 3) if match[g] is not None)
        if len(match[group].split()) < LEAST_WORDS:
            continue
        behind = _BEHIND.match(text, match.end(), end)
        named = _CITED.sub("", (behind[1] or behind[2]).strip()) if behind else ""
        if behind and _CODE.search(named) and not _NUMBERS_ONLY.fullmatch(named):
            speaker = " ".join(named.split())
            found.append(Quotation(match.start(group), match.end(group), speaker, behind.end()))
            continue
        before = _BEFORE.search(text[max(start, match.start() - 200) : match.start()])
        if before:
            speaker = " ".join(re.sub(r"^as\s+", "", before[1], flags=re.IGNORECASE).split())
            found.append(Quotation(match.start(group), match.end(group), speaker, match.end()))
    return found
