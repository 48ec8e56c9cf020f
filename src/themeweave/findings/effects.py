"""Effects in words: sentences that say whether something worked, for what and by how much.

They are results, but no qualitative findings; a review of effects holds little else. They are
proposed where a person asks for them (`extract`, ``include``), beside the findings and told apart
by their kind. Sentences that only count studies, follow-up or heterogeneity state no effect.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from themeweave.findings.asides import aside
from themeweave.findings.claims import PEOPLE, Weighed, told

KINDS = ("", "numbers")
_CHANGE = re.compile(
    r"\b(?:effects?|effective\w*|ineffective|benefi\w+|improv\w+|reduc\w+|increas\w+|decreas\w+"
    r"|differences?|differed|associat\w+|impact\w*|higher|lower|lowered|greater|larger|smaller"
    r"|better|worse|fewer|longer|shorter|(?:more|less) \w+|rose|fell|gain\w*|outperform\w*"
    r"|superior|inferior"
    r"|(?:positive|negative) (?:outcome|result|direction)\w*|a (?:little|third|quarter|half)\b"
    r"|\d+(?:\.\d+)?\s?%|two thirds|three quarters|satisfied)",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\b(?:on|in|of|between|among|at|for|than|with|after|from|to|by)\s+(?:\w+ ){0,3}[a-z]{4,}"
)
_FIGURE = re.compile(r"\d\s?%|\b(?:SMD|MD|RR|OR|HR|CI|d|g|p)\b\s*[=:(]?\s*[-−–<]?\s*\d|\bby \d")
_ABOUT_THE_POOLING = re.compile(
    r"\bsubgroups? analys[ie]s\b|\bfunnel\b|\bwe (?:conducted|pooled|analy[sz]ed|excluded)\b"
    r"|\b(?:sufficient|insufficient) (?:data|heterogeneity|studies)\b|\bfixed.effect\w* model"
    r"|\b(?:explain(?:ed)?|sources? of) heterogeneity\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:no|little|small|moderate|large|significant|positive|negative|potential\w*|the|an?)\s+"
    r"(?:\w+ ){0,3}?(?:effects?|differences?|improvements?|reductions?|increases?|benefits?"
    r"|impacts?|outcomes?|evidence)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:improv|reduc|increas|decreas|lower|raise|rose|fell|gain|associat|impact|affect|benefit|finish"
    r"|differ)\w*|\b(?:was|were|is|are)\s+(?:\w+ly )?(?:higher|lower|greater|larger|smaller"
    r"|better|worse|longer|shorter|effective|ineffective|superior|inferior|more|less|satisfied)\b",
    re.IGNORECASE,
)


def stated(sentence: str, cited: str, kinds: Collection[str] = KINDS) -> Weighed | None:
    """Weigh a sentence as a statement of effect; None where it states none.

    Parameters
    ----------
    sentence
        Without its citations, from a part that holds results.
    cited
        ``explicit``, ``inherited``, or empty where nothing is cited.
    kinds
        What `asides.aside` may say of it.

    Examples
    --------
    >>> stated("Telephone calls made no difference to feeding (RR 1.02).", "").score
    0.8
    >>> stated("Heterogeneity was high, and follow-up ranged from 6 to 12 months.", "")
    """
    if aside(sentence) not in kinds or _ABOUT_THE_POOLING.search(sentence):
        return None
    if not _NAMED.search(sentence) and not _VERB.search(sentence):
        return None
    cites = {"explicit": 0.15, "inherited": 0.05}.get(cited, 0.0)
    parts = [
        (0.3, "in results"),
        (cites, f"{cited} citation"),
        told(0.3, "changes", _CHANGE, sentence),
        told(0.1, "in what", _ON, sentence),
        told(0.1, "figure", _FIGURE, sentence),
        told(0.05, "who", PEOPLE, sentence[:1].lower() + sentence[1:]),
    ]
    return Weighed.of(parts)
