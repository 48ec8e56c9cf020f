"""Conclusions: what the discussion of a review says was found.

A discussion mixes what the review found with other people's work, limits and advice. Only the
first is worth a look, and only where a person asks for it (`extract`, ``include``): a sentence that
says so itself ("our synthesis shows"), or one that states an effect or evaluates something in the
words of a result.
"""

from __future__ import annotations

import re

from themeweave.findings.asides import aside
from themeweave.findings.claims import EVALUATIVE, PEOPLE, VIEWS, Weighed, told
from themeweave.findings.effects import KINDS, stated

_OWN = re.compile(
    r"\b(?:(?:this|our|the (?:present|current)) (?:\w+ )?(?:reviews?|synthes[ie]s|meta-\w+"
    r"|analys[ie]s|overview|stud(?:y|ies)|findings|results)|(?:these|the) (?:findings|results"
    r"|accounts|trials|included (?:reviews|studies))) (?:\w+ ){0,2}?(?:show|suggest|indicat"
    r"|demonstrat|found|find|reveal|point|support|confirm|highlight|identif|offer)\w*"
    r"|\bwe (?:\w+ )?(?:found|observed?|saw|note|noted|identified|show|showed)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:should|ought to|need(?:s|ed)? to be|recommend\w*|future|further research|limitations?"
    r"|would suggest that|we (?:suggest|call|reiterate|may|cannot|could not|did not|do not know)"
    r"|may have missed|caution|merit in|to our knowledge|the first (?:review|to)|calls? (?:for|in)"
    r"|compare our findings|desirable|more (?:carefully|rigorously))\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(  # other people's work; or about the evidence, not about the world
    r"\b(?:(?:previous|earlier) (?:reviews?|research|work|overviews?)|similar programmes"
    r"|evidence base|literature|published|heterogene\w+|reporting bias|outcomes?.set"
    r"|(?:outcomes?|studies|trials|reviews) (?:\w+ ){0,2}(?:used|measured|conducted|evaluated"
    r"|remain|focus\w*)|contributed data|outcomes continue"
    r"|our (?:search|analys[ie]s) (?:did not|could not|excluded)|(?:sub)?scales?|questionnaires?"
    r"|measures? the|items)\b",
    re.IGNORECASE,
)
_SUMS_UP = re.compile(
    r"\b(?:main|key|principal|summary|conclu\w+|means?|follows|adds?)\b", re.IGNORECASE
)


def concluded(sentence: str, cited: str, heading: str = "") -> Weighed | None:
    """Weigh a sentence of a discussion as a statement of what the review found; None for others.

    Parameters
    ----------
    sentence
        Without its citations.
    cited
        As in `effects.stated`. A discussion cites other work above all, so this speaks against it.
    heading
        Over the sentence; under one that promises a summary every sentence may be meant.

    Examples
    --------
    >>> concluded("Our synthesis shows that nurses want time more than training.", "").score
    0.8
    >>> concluded("Future trials should ask nurses.", "")
    """
    own = told(0.3, "says what was found", _OWN, sentence)
    kind = aside(sentence)
    # "We pooled nine trials and found no difference" is a method and a result.
    method = kind == "a method" and own[0] and stated(sentence, "", (kind,))
    other = kind not in KINDS or _ELSEWHERE.search(sentence)
    if _ADVICE.search(sentence) or (other and not method):
        return None
    effect = method or stated(sentence, "")
    elsewhere = cited == "explicit" and not own[0]
    sums_up = bool(_SUMS_UP.search(heading))
    says = own[0] or effect or EVALUATIVE.search(sentence) or VIEWS.search(sentence)
    if elsewhere or not (says or sums_up):
        return None
    parts = [
        (0.4 if sums_up else 0.2, f"under '{heading}'" if sums_up else "in the discussion"),
        own,
        (0.15 if effect else 0.0, "states an effect"),
        told(0.2, "evaluates", EVALUATIVE, sentence),
        told(0.1, "who", PEOPLE, sentence[:1].lower() + sentence[1:]),
        told(0.1, "views", VIEWS, sentence),
    ]
    return Weighed.of(parts)
