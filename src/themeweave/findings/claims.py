"""Claims: how far the words of a sentence read as a finding.

A finding says what somebody experiences, thinks or needs, or what helps, hinders or follows from
what. Sentences that are something else (`asides`) are named first; the rest is weighed: where it
stands, whether it cites, whether it reports what somebody says, evaluates, and names people.

An effect that studies measured ("four reviews reported improvements at six months") is a result,
but not a qualitative finding: it belongs with the effect sizes. Under a heading on effectiveness a
sentence counts only where it tells of views or experiences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.findings.asides import aside
from themeweave.findings.headings import Role


def _stems(*words: str) -> re.Pattern[str]:
    """Match words that begin with any of these; one that ends with a full stop, only as it is."""
    each = (
        re.escape(word[:-1]) + r"\b" if word.endswith(".") else re.escape(word) + r"\w*"
        for line in words
        for word in line.split()
    )
    return re.compile(rf"\b(?:{'|'.join(each)})", re.IGNORECASE)


VIEWS = _stems(
    "felt. feel. feels. feeling perceiv perception express viewed. valued. believ belief opinion",
    "experienced. experiences. appreciat struggl fear worr wanted. concern attitude confus trust",
    "stigmati frustrat acceptab barrier facilitator challenges. challenging. dissatisf",
)
_REPORTING = _stems(
    "report descri felt. feel perceiv perception express view saw. seen. valu believ",
    "belief consider",
    "note. noted. notes. notice noticed. name. named. state. stated. states. said. say. mention",
    "highlight emphasi",
    "identif found.",
    "find. finding suggest indicat experienc appreciat struggl fear worr prefer want wish concern",
    "recogni acknowledg thought. think agree explain complain told. talk show reveal demonstrat",
    "understood. enjoy liked. dislik hoped. hoping. accept reject doubt question recall expect",
    "perspective opinion confus uncertain",
)
EVALUATIVE = _stems(
    "barrier facilitat enabl obstacle hinder hindr imped hamper challeng benefi",
    "advantag disadvantag",
    "drawback importan key. crucial essential. vital. critical. central. necessar need requir lack",
    "absence insufficient inadequate adequate limited. poor good. better. best. worse. difficult",
    "easy. easier. eased. easily. hard. harder. help unhelpful support undermin prevent. allow",
    "motivat encourag discourag empower improv reduc increas decreas enhanc strengthen weaken",
    "promot contribut influenc affect impact led. lead. leads. leading. result. results. resulted.",
    "cause mean. means. meant. made. making. trust mistrust distrust fear stigma concern",
    "worr confus",
    "ambigu unclear uncertain clear positive negative satisf dissatisf stress burden pressure",
    "isolat alienat safe unsafe risk conflict tension friction hostil respect valu accept reject",
    "willing unwilling reluct confiden comfort hope role-model time. cost cheap workload resource",
    "training opportunit able. unable. success fail effective ineffective feasib build built. gain",
    "useful useless avoid lost. losing. loss. struggl overwhelm discriminat prejudic marginal",
    "exclu inclus suffer",
    "reason because matter",
)
_MODAL = _stems("could. can. may. might. should. must. ought. would. cannot.")
PEOPLE = re.compile(
    r"\b(?:[a-z]{3,}(?:ers|ors|ants|ents|ists|ians|ives|ees)|staff|people|persons?|individuals|women"
    r"|men|famil(?:y|ies)|children|patients?|nurses?|midwi(?:fe|ves)|carers?|users?|clients?|youth"
    r"|students?|youngsters|they|them|themselves|[A-Z]{2,5}s)\b"
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """How far a sentence reads as a finding, from 0 to 1, and why."""

    score: float
    reason: str

    @classmethod
    def of(cls, parts: Sequence[tuple[float, str]]) -> Weighed:
        """Add up what speaks for it; what weighs nothing is not named."""
        score = min(1.0, round(sum(weight for weight, _ in parts), 2))
        return cls(score, "; ".join(words for weight, words in parts if weight))


def barred(sentence: str, role: Role) -> str:
    """Say what a sentence is where it is not a finding; empty where it may be one.

    Examples
    --------
    >>> barred("Quality of life improved in two reviews.", "effects")
    'an effect'
    >>> barred("Patients felt that the visits improved their lives.", "effects")
    ''
    """
    if role == "effects" and not VIEWS.search(sentence):
        return "an effect"
    return aside(sentence)


def weigh(sentence: str, role: Role, cited: str) -> Weighed:
    """Weigh a sentence that is not barred.

    Parameters
    ----------
    sentence
        Without its citations.
    role
        What the headings say; empty for a document that has no results.
    cited
        ``explicit``, ``inherited``, or empty where nothing is cited.

    Examples
    --------
    >>> weigh("Nurses felt rushed.", "results", "explicit")
    Weighed(score=0.8, reason='in results; explicit citation; reports: felt; who: nurses')
    """
    cites = {"explicit": 0.25, "inherited": 0.15}.get(cited, 0.0)
    parts = [
        (0.3 if role else 0.1, "in results" if role else "outside results"),
        (cites, f"{cited} citation"),
        told(0.15, "reports", _REPORTING, sentence),
        told(0.2, "evaluates", EVALUATIVE, sentence),
        told(0.1, "who", PEOPLE, sentence[:1].lower() + sentence[1:]),
        told(0.05, "may", _MODAL, sentence),
    ]
    return Weighed.of(parts)


def told(weight: float, what: str, words: re.Pattern[str], text: str) -> tuple[float, str]:
    """Give the weight where a text has such words, and the first of them."""
    found = words.search(text)
    return (weight, f"{what}: {found[0].lower()}") if found else (0.0, "")
