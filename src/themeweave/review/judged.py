"""Confidence in each theme: what it rests on, what the program proposes, what people judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from themeweave.evidence.appraisal import settle
from themeweave.evidence.confidence import COMPONENTS, OVERALL, Confidence, proposals
from themeweave.evidence.conqual import DEPENDABILITY_ITEMS, Across, ConQual, conqual
from themeweave.evidence.support import inclusion_lists, support
from themeweave.report.coded import CodedFinding
from themeweave.review.confidence import Scored
from themeweave.review.folder import THEMES, ReviewFolder

CERQUAL_COLUMNS = (
    *("theme", "name", "statement", "component", "proposed", "why"),
    *("judgement", "explanation", "by"),
)


@dataclass(frozen=True, slots=True)
class Aggregated:
    """A synthesised finding of a meta-aggregation with its score, or why there is none."""

    theme: str
    statement: str
    findings: tuple[Scored, ...]
    score: ConQual | None
    unknown: tuple[str, ...]  # studies whose dependability is not known


def ratings_of(folder: ReviewFolder) -> dict[str, str]:
    """Give each review's rating: the team's own appraisal, else what is published of it."""
    ratings = {review.id: review.amstar2 for review in folder.reviews if review.amstar2}
    for appraised in folder.appraisals.values():
        if appraised.profile.of == "review" and appraised.profile.rule.kind == "weaknesses":
            for one in settle(appraised.profile, appraised.judgements):
                if one.counts.overall:
                    ratings[one.subject] = one.counts.overall
    return ratings


def confidences(folder: ReviewFolder, coded: Sequence[CodedFinding]) -> list[Confidence]:
    """Put together the confidence in each theme and subtheme that findings stand in.

    In the codebook's order; candidate themes, which no codebook holds, are left out.
    """
    book = folder.book(THEMES)
    placed: defaultdict[str, list[tuple[CodedFinding, bool]]] = defaultdict(list)
    for c in coded:
        for answer in (c.theme, c.subtheme):
            if answer.code_id in book.by_id:
                placed[answer.code_id].append((c, answer.confirmed))
    lists, ratings = inclusion_lists(folder.citations), ratings_of(folder)
    found = []
    for code in book.codes:
        if not placed[code.id] or code.level == "residual":
            continue
        cited = {review for c, _ in placed[code.id] for review in c.finding.cited}
        confirmed = sum(sure for _, sure in placed[code.id])
        rests = support(cited, lists, len(placed[code.id]), confirmed)
        judged = folder.confidence.cerqual.get(code.id, {})
        found.append(
            Confidence(
                code.id,
                folder.confidence.statements.get(code.id) or code.definition or code.name,
                rests,
                proposals(rests, [ratings.get(review, "") for review in rests.reviews], judged),
                judged,
            )
        )
    return found


def cerqual_rows(folder: ReviewFolder, found: Iterable[Confidence]) -> Iterator[dict[str, str]]:
    """Give the rows of the CERQual worksheet, five a statement; judgements that are there stay."""
    book = folder.book(THEMES)
    for one in found:
        for component in (*COMPONENTS, OVERALL):
            judged = one.judged.get(component)
            yield {
                "theme": one.theme,
                "name": book.name(one.theme),
                "statement": one.statement,
                "component": component,
                "proposed": one.proposals[component].level,
                "why": one.proposals[component].why,
                "judgement": judged.level if judged else "",
                "explanation": judged.explanation if judged else "",
                "by": judged.by if judged else "",
            }


def aggregated(folder: ReviewFolder) -> list[Aggregated]:
    """Score the synthesised findings of confidence/conqual, in the codebook's order."""
    counts = _dependability(folder)
    groups: defaultdict[str, list[Scored]] = defaultdict(list)
    for scored in folder.confidence.conqual:
        groups[scored.theme].append(scored)
    book = folder.book(THEMES)
    found = []
    for code in book.codes:
        if code.id not in groups:
            continue
        listed = groups[code.id]
        known: dict[str, int] = {}
        unknown: dict[str, None] = {}
        for number, scored in enumerate(listed):
            count = scored.dependability
            count = counts.get(scored.study) if count is None else count
            if count is None:
                unknown[scored.study] = None
            else:
                known[scored.study or f"row {number}"] = count
        score = None
        if known and not unknown:
            across = cast(Across, folder.confidence.across)
            words = [scored.credibility for scored in listed]
            score = conqual(list(known.values()), words, across=across)
        statement = folder.confidence.statements.get(code.id) or code.definition or code.name
        found.append(Aggregated(code.id, statement, tuple(listed), score, tuple(unknown)))
    return found


def _dependability(folder: ReviewFolder) -> Mapping[str, int]:
    """Count how many of the five items each appraised study meets."""
    appraised = folder.appraisals.get("jbi-qualitative")
    if appraised is None:
        return {}
    return {
        one.subject: sum(
            one.counts.meaning(appraised.profile, item) == "met" for item in DEPENDABILITY_ITEMS
        )
        for one in settle(appraised.profile, appraised.judgements)
        if all(item in one.counts.answers for item in DEPENDABILITY_ITEMS)
    }
