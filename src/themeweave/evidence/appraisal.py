"""Appraisal: what each appraiser answered, what the rule makes of it, and what they settled on.

Appraisers work alone. Where they differ a consensus decides, item by item; both first answers
stay. An item without an answer, or with one that the profile does not allow, leaves the rating
open: there is no overall grade on what was not judged. A team that rates otherwise than the rule
says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave.codes.agreement import Agreement, agreement, read_labels
from themeweave.evidence.profiles import Meaning, Profile

CONSENSUS = "consensus"
OVERALL = "overall"  # in the place of an item: a team's own rating, with its reason
RATINGS: Mapping[str, Meaning] = {  # by words of a rating, best first, for colours and order
    "high": "met",
    "good": "met",
    "moderate": "partly",
    "fair": "partly",
    "low": "not met",
    "critically low": "not met",
    "poor": "not met",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer to one item, by one appraiser."""

    subject: str  # a review, or a study
    item: str
    answer: str  # as written
    appraiser: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """All answers on one subject, and what they come to."""

    subject: str
    profile: str
    by: str  # an appraiser, "consensus", or "both" where they agree on everything
    answers: Mapping[str, str]  # item -> answer, of those that the profile allows
    overall: str  # empty where it is open, or where the profile rates nothing
    critical: int  # critical flaws
    weaknesses: int  # others
    open: tuple[str, ...]  # why there is no overall rating
    rule: str = ""  # what the rule gives, where the team rated otherwise
    reason: str = ""  # the team's

    def meaning(self, profile: Profile, item: str) -> Meaning | None:
        """Give what an answer means; None where there is none."""
        answer = self.answers.get(item)
        return None if answer is None else profile.by_id[item].answers[answer]


def rate(profile: Profile, judgements: Iterable[Judgement], by: str = "") -> Rating:
    """Rate one subject by one appraiser's answers.

    Parameters
    ----------
    profile
        The items and the rule.
    judgements
        On one subject. An item ``overall`` that the profile does not ask is the team's own rating,
        which needs a reason.
    by
        Whose they are; the judgements' own appraiser where it is empty.

    Examples
    --------
    >>> from themeweave.evidence.profiles import read_profile, shipped_text
    >>> amstar = read_profile(shipped_text("amstar2"))
    >>> answers = {item.id: "yes" for item in amstar.items} | {"7": "no", "10": "no"}
    >>> found = rate(amstar, [Judgement("R1", i, a, "ana") for i, a in answers.items()])
    >>> found.overall, found.critical, found.weaknesses
    ('low', 1, 1)
    """
    listed = list(judgements)
    first = listed[0] if listed else Judgement("", "", "", "")
    asked = profile.by_id
    answers: dict[str, str] = {}
    faults: list[str] = []
    own: Judgement | None = None
    for judgement in listed:
        if judgement.item not in asked:
            if judgement.item == OVERALL:
                own = judgement
            continue
        item = asked[judgement.item]
        if answer := item.answer(judgement.answer):
            answers[item.id] = answer
        elif judgement.answer.strip():
            faults.append(
                f"item {item.id}: '{judgement.answer}' is not allowed by the profile "
                f"{profile.name}, which takes {', '.join(item.answers)}"
            )
    refused = {judgement.item for judgement in listed if judgement.answer.strip()}
    if missing := [i.id for i in profile.items if i.id not in answers and i.id not in refused]:
        faults.append(f"no answer on item {', '.join(missing)}")
    flaws = [i for i in profile.items if i.id in answers and _is_weak(profile, i.id, answers)]
    critical = sum(item.critical for item in flaws)
    overall = "" if faults else _overall(profile, answers, critical, len(flaws) - critical)
    rule, reason = "", ""
    if own is not None and own.answer.strip() and not faults:
        if not own.reason.strip():
            faults.append("an overall rating of one's own needs a reason")
            overall = ""
        elif own.answer.strip().casefold() != overall:
            rule, overall, reason = overall, own.answer.strip().casefold(), own.reason
    return Rating(
        first.subject,
        profile.name,
        by or first.appraiser,
        answers,
        overall,
        critical,
        len(flaws) - critical,
        tuple(faults),
        rule,
        reason,
    )


def _is_weak(profile: Profile, item: str, answers: Mapping[str, str]) -> bool:
    meaning = profile.by_id[item].answers[answers[item]]
    return meaning in ("not met", "unclear") or (
        meaning == "partly" and profile.rule.partly == "weakness"
    )


def _overall(profile: Profile, answers: Mapping[str, str], critical: int, weaknesses: int) -> str:
    rule = profile.rule
    meanings = Counter(profile.by_id[item].answers[answer] for item, answer in answers.items())
    if rule.kind == "weaknesses":
        return amstar_rating(critical, weaknesses)
    if rule.kind == "ahrq":
        return ahrq_rating(meanings["not met"], meanings["unclear"])
    if rule.kind == "count":
        return rule.then if meanings["met"] >= rule.at_least else rule.otherwise
    return answers[rule.item] if rule.kind == "stated" else ""


def amstar_rating(critical: int, weaknesses: int) -> str:
    """Give the overall confidence of AMSTAR 2 from critical flaws and other weaknesses.

    References
    ----------
    Shea BJ et al. (2017). BMJ 358:j4008.

    Examples
    --------
    >>> [amstar_rating(c, w) for c, w in ((0, 1), (0, 2), (1, 0), (2, 0))]
    ['high', 'moderate', 'low', 'critically low']
    """
    if critical > 1:
        return "critically low"
    if critical == 1:
        return "low"
    return "high" if weaknesses <= 1 else "moderate"


def ahrq_rating(high: int, unclear: int) -> str:
    """Convert counts of criteria at high and unclear risk to good, fair or poor.

    The AHRQ standard asks besides whether what is not met is likely to bias the outcome; that is a
    judgement, and the counts alone stand for it here.

    Examples
    --------
    >>> [ahrq_rating(h, u) for h, u in ((0, 0), (1, 0), (0, 2), (1, 1))]
    ['good', 'fair', 'fair', 'poor']
    """
    if high == 0 and unclear == 0:
        return "good"
    return "fair" if (high, unclear) == (1, 0) or (high == 0 and unclear <= 2) else "poor"


@dataclass(frozen=True, slots=True)
class Settled:
    """One subject: each appraiser's rating, and the rating that counts."""

    subject: str
    profile: str
    alone: tuple[Rating, ...]  # by appraiser, in order of names
    counts: Rating  # the consensus, or what all agree on
    differ: tuple[str, ...]  # items on which appraisers differ and no consensus was stated

    @property
    def basis(self) -> str:
        """On whose word the rating stands."""
        if self.counts.by == CONSENSUS:
            return "consensus"
        if len(self.alone) == 1:
            return f"{self.alone[0].by} alone"
        return "not agreed" if self.differ else "agreed"


def settle(profile: Profile, judgements: Iterable[Judgement]) -> list[Settled]:
    """Settle judgements on a profile's subjects; a consensus comes before all else.

    Where appraisers differ on an item and there is no consensus on it, the item has no answer, so
    the rating stays open. Sorted by subject.

    Examples
    --------
    >>> from themeweave.evidence.profiles import read_profile, shipped_text
    >>> jbi = read_profile(shipped_text("jbi-reviews"))
    >>> said = [Judgement("R1", "1", "yes", "ana"), Judgement("R1", "1", "no", "ben")]
    >>> settle(jbi, said)[0].differ
    ('1',)
    >>> settle(jbi, [*said, Judgement("R1", "1", "no", "consensus")])[0].counts.answers
    {'1': 'no'}
    """
    groups: dict[str, dict[str, list[Judgement]]] = {}
    for judgement in judgements:
        groups.setdefault(judgement.subject, {}).setdefault(judgement.appraiser, []).append(
            judgement
        )
    return [_settled(profile, subject, groups[subject]) for subject in sorted(groups)]


def _settled(profile: Profile, subject: str, by: Mapping[str, Sequence[Judgement]]) -> Settled:
    people = sorted(name for name in by if name != CONSENSUS)
    alone = [rate(profile, by[name]) for name in people]
    agreed_on = {judgement.item: judgement for judgement in by.get(CONSENSUS, ())}
    kept: list[Judgement] = []
    differ: list[str] = []
    for item in (*profile.by_id, *([] if OVERALL in profile.by_id else [OVERALL])):
        if item in agreed_on and agreed_on[item].answer.strip():
            kept.append(agreed_on[item])
            continue
        said = [j for name in people for j in by[name] if j.item == item and j.answer.strip()]
        answers = {rating.answers.get(item) for rating in alone}
        if item == OVERALL:
            kept += said[:1] if len({j.answer.casefold() for j in said}) == 1 else []
        elif len(answers) > 1:
            differ.append(item)
        else:
            kept += said[:1]
    source = CONSENSUS if agreed_on else people[0] if len(people) == 1 else "both"
    counts = rate(profile, kept, source)
    if not kept:
        counts = Rating(subject, profile.name, source, {}, "", 0, 0, counts.open)
    return Settled(subject, profile.name, tuple(alone), counts, tuple(differ))


def appraisers_agree(
    profile: Profile, judgements: Iterable[Judgement]
) -> list[tuple[str, tuple[Agreement, ...]]]:
    """Compute agreement between appraisers: on each item, on all items together, and overall.

    Returns
    -------
    list of (what, statistics)
        ``what`` is an item's id, ``all items`` or ``overall rating``. Units are subjects, or
        subjects by items; the consensus is nobody's first answer and is left out.
    """
    listed = [judgement for judgement in judgements if judgement.appraiser != CONSENSUS]
    people = sorted({judgement.appraiser for judgement in listed})
    subjects = sorted({judgement.subject for judgement in listed})
    said: dict[tuple[str, str, str], str] = {}
    for judgement in listed:
        if item := profile.by_id.get(judgement.item):
            key = judgement.subject, judgement.item, judgement.appraiser
            said[key] = item.answer(judgement.answer)

    def row(subject: str, item: str) -> list[str]:
        return [said.get((subject, item, person), "") for person in people]

    found = [
        (item.id, agreement(read_labels([row(s, item.id) for s in subjects], list(item.answers))))
        for item in profile.items
    ]
    every = [row(subject, item.id) for subject in subjects for item in profile.items]
    found.append(("all items", agreement(read_labels(every))))
    if profile.rule.kind != "none":
        rated = settle(profile, listed)
        overall = [
            [{r.by: r.overall for r in one.alone}.get(person, "") for person in people]
            for one in rated
        ]
        found.append(("overall rating", agreement(read_labels(overall))))
    return found
