"""Confidence in a synthesised statement by GRADE-CERQual: four components, then a whole.

People judge. The program proposes concerns from what it can count (how well the reviews were made,
how much the statement rests on) and an overall level once all four concerns are judged; a proposal
never stands as a judgement, and a judgement needs its explanation. CERQual was made for primary
studies: where only the text of reviews was read, the tables say so.

References
----------
Lewin S et al. (2018). Implementation Science 13(Suppl 1):2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from themeweave.evidence.support import Support

Component = Literal["methodological limitations", "coherence", "adequacy", "relevance"]
COMPONENTS: tuple[Component, ...] = (
    "methodological limitations",
    "coherence",
    "adequacy",
    "relevance",
)
OVERALL = "overall"
CONCERNS = ("none or very minor", "minor", "moderate", "serious")
LEVELS = ("high", "moderate", "low", "very low")
_WORDS: Mapping[str, str] = {  # other ways to write a concern
    **dict.fromkeys(("none", "no", "very minor", "no or very minor", "no concerns"), CONCERNS[0]),
    **dict.fromkeys(("minor concerns",), "minor"),
    **dict.fromkeys(("moderate concerns",), "moderate"),
    **dict.fromkeys(("serious concerns", "major", "substantial"), "serious"),
}
OVERALL_RULE = (
    "from high, one level down for each serious concern, and one more for two moderate ones or more"
)
ADEQUACY_RULE = (
    "serious with one study or one review, moderate with fewer than 3 studies or 1.5 independent "
    "reviews, minor with fewer than 5 studies or 2.5 independent reviews"
)
LIMITATIONS_RULE = (
    "none where no review is rated low or critically low, minor where fewer than half are, serious "
    "where all are critically low or poor, moderate otherwise"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the program would say, and why; no level where it cannot say."""

    level: str  # of CONCERNS or LEVELS; empty where there is nothing to go by
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's judgement of one component, or of the whole."""

    level: str
    explanation: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Confidence:
    """A statement, what it rests on, and what people judged of it."""

    theme: str  # id of the theme whose statement it is
    statement: str
    support: Support
    proposals: Mapping[str, Proposal]  # by component, and overall
    judged: Mapping[str, Judged]

    @property
    def overall(self) -> str:
        """The level that a person judged; empty where nobody has."""
        return self.judged[OVERALL].level if OVERALL in self.judged else ""


def concern(written: str) -> str:
    """Find the level of concern that is written; empty where it is none.

    Examples
    --------
    >>> concern("No or very minor"), concern("Serious concerns"), concern("big")
    ('none or very minor', 'serious', '')
    """
    word = " ".join(written.casefold().split())
    return word if word in CONCERNS else _WORDS.get(word, "")


def proposals(
    support: Support, ratings: Iterable[str], judged: Mapping[str, Judged]
) -> dict[str, Proposal]:
    """Propose a concern on each component, and the whole once people judged all four.

    Parameters
    ----------
    support
        What the statement rests on.
    ratings
        Of its reviews, one each, empty where a review is not rated.
    judged
        By component; the whole is proposed from these, never from other proposals.
    """
    limitations = propose_limitations(list(ratings))
    return {
        "methodological limitations": limitations,
        "coherence": Proposal("", "not proposed: read whether the findings fit the statement"),
        "adequacy": propose_adequacy(support),
        "relevance": Proposal("", "not proposed: compare settings and people with the question"),
        OVERALL: propose_overall({c: judged[c].level for c in COMPONENTS if c in judged}),
    }


def propose_limitations(ratings: Sequence[str]) -> Proposal:
    """Propose a concern from how the contributing reviews were rated, by LIMITATIONS_RULE.

    Examples
    --------
    >>> propose_limitations(["high", "critically low", ""])
    Proposal(level='moderate', why='1 of 2 rated reviews low or worse (1 not rated)')
    """
    counts = Counter(rating.casefold().replace("_", " ") for rating in ratings)
    unrated = counts.pop("", 0)
    rated = counts.total()
    if not rated:
        return Proposal("", "not proposed: none of the reviews is rated")
    worst = counts["critically low"] + counts["poor"]
    low = worst + counts["low"]
    why = f"{low} of {rated} rated reviews low or worse"
    why += f" ({unrated} not rated)" if unrated else ""
    if worst == rated:
        return Proposal("serious", why)
    if not low:
        return Proposal(CONCERNS[0], why)
    return Proposal("minor" if 2 * low < rated else "moderate", why)


def propose_adequacy(support: Support) -> Proposal:
    """Propose a concern from how many studies and independent reviews there are, by ADEQUACY_RULE.

    Where inclusion lists are unknown the reviews themselves are counted, and the reason says that
    they may overlap.

    Examples
    --------
    >>> from themeweave.evidence.support import support
    >>> same = {"R1": frozenset("ab"), "R2": frozenset("ab")}
    >>> propose_adequacy(support(["R1", "R2"], same)).level
    'moderate'
    """
    reviews = len(support.reviews)
    if not reviews:
        return Proposal("", "not proposed: no review is cited")
    if not support.exact:
        why = f"{reviews} reviews, whose overlap is unknown" if reviews > 1 else "1 review"
        level = "serious" if reviews == 1 else "moderate" if reviews == 2 else "minor"
        return Proposal(level if reviews < 5 else CONCERNS[0], why)
    studies, worth = support.studies, support.independent or 0.0
    why = f"distinct studies: {studies}; "
    why += f"{reviews} reviews worth {worth:.1f} independent ones" if reviews > 1 else "1 review"
    if studies < 2 or reviews < 2:
        return Proposal("serious", why)
    if studies < 3 or worth < 1.5:
        return Proposal("moderate", why)
    return Proposal("minor" if studies < 5 or worth < 2.5 else CONCERNS[0], why)


def propose_overall(concerns: Mapping[str, str]) -> Proposal:
    """Propose the overall level from four judged concerns, by OVERALL_RULE.

    Examples
    --------
    >>> serious = dict.fromkeys(COMPONENTS, "minor") | {"adequacy": "serious"}
    >>> propose_overall(serious)
    Proposal(level='moderate', why='1 serious, 0 moderate concerns')
    >>> propose_overall({}).why
    'not proposed: methodological limitations, coherence, adequacy, relevance not judged yet'
    """
    if missing := [component for component in COMPONENTS if component not in concerns]:
        return Proposal("", f"not proposed: {', '.join(missing)} not judged yet")
    counts = Counter(concerns.values())
    down = counts["serious"] + (counts["moderate"] >= 2)
    why = f"{counts['serious']} serious, {counts['moderate']} moderate concerns"
    return Proposal(LEVELS[min(down, 3)], why)
