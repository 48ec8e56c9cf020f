"""Reporting checklists: their items as topics in our own words, and what kind of knowledge answers.

The published wording carries licences of its own and is not repeated here: fill in the published
form with the help of these lists. Numbers are those of the published main items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One topic of a checklist."""

    number: str
    section: str
    topic: str
    asks: str = ""  # the kind of knowledge that answers it; empty where only people can


@dataclass(frozen=True, slots=True)
class Checklist:
    """A reporting guideline."""

    name: str
    title: str
    citation: str
    items: tuple[Item, ...]


def _items(*sections: tuple[str, tuple[tuple[str, str, str], ...]]) -> tuple[Item, ...]:
    return tuple(Item(n, head, topic, asks) for head, rows in sections for n, topic, asks in rows)


_PRIOR = _items(
    ("Title", (("1", "The title names the kind of work: an overview of reviews", "title"),)),
    ("Abstract", (("2", "A faithful summary of purpose, methods and results", ""),)),
    (
        "Introduction",
        (
            ("3", "Why the overview was needed", ""),
            ("4", "Questions or aims", "question"),
        ),
    ),
    (
        "Methods",
        (
            ("5", "What was let in and what was not", ""),
            ("5b", "What counted as a systematic review", ""),
            ("6", "Where reviews were sought, and when last", ""),
            ("7", "The searches in full, with filters and limits", ""),
            ("8", "How reviews were chosen, and by whom", ""),
            ("8b", "Overlap: how it was handled when reviews were chosen", "overlap"),
            ("9", "How data were taken out of the reviews, and by whom", "extraction"),
            ("9b", "Overlap: how it was found and handled in the data", "overlap"),
            ("10", "Which data were sought, and what was assumed where they were unclear", ""),
            ("11", "How the quality of reviews, and of their studies, was judged", "appraisal"),
            ("12", "How results were summarised or pooled, and why so", "synthesis"),
            ("13", "How missing results were looked for", ""),
            ("14", "How certainty was judged", "certainty"),
        ),
    ),
    (
        "Results",
        (
            ("15", "The flow from records to included reviews; what was excluded and why", "flow"),
            ("16", "Characteristics of each review", "characteristics"),
            ("17", "How far the reviews share their primary studies", "overlap"),
            ("18", "Quality of the reviews and of their studies", "appraisal"),
            ("19", "Results, with their spread, and results that disagree", "results"),
            ("20", "What is known of missing results", ""),
            ("21", "Certainty of each main result", "certainty"),
        ),
    ),
    (
        "Discussion",
        (("22", "What it means; limits of the evidence and of the overview; what follows", ""),),
    ),
    (
        "Other",
        (
            ("23", "Registration, protocol, and changes to it", ""),
            ("24", "Money and other support", ""),
            ("25", "Interests of the authors", ""),
            ("26", "Who did what, and whom to ask", ""),
            ("27", "Data, code and other material that others can get", "material"),
        ),
    ),
)
_ENTREQ = _items(
    (
        "Question and search",
        (
            ("1", "The question of the synthesis", "question"),
            ("2", "The method of synthesis, and why it fits", "synthesis"),
            ("3", "How the search was planned: exhaustive or until nothing new came", ""),
            ("4", "What was let in and what was not", ""),
            ("5", "Where was sought, when, and why there", ""),
            ("6", "The search strategy", ""),
            ("7", "How records were screened, and by whom", ""),
        ),
    ),
    (
        "What was found",
        (
            ("8", "Characteristics of what was included", "characteristics"),
            ("9", "Numbers screened, and reasons for leaving out", "flow"),
        ),
    ),
    (
        "Appraisal",
        (
            ("10", "Why quality was judged, and what for", ""),
            ("11", "The tools and criteria", "appraisal"),
            ("12", "Who judged, and whether alone", "appraisers"),
            ("13", "The results, and what was left out or weighed because of them", "appraisal"),
        ),
    ),
    (
        "Synthesis",
        (
            ("14", "Which parts were taken as data, and how they were taken out", "extraction"),
            ("15", "The software", "software"),
            ("16", "Who coded and analysed", "coders"),
            ("17", "How coding was done", "coding"),
            ("18", "How studies were compared with each other", "comparison"),
            ("19", "Whether themes came from the data or from a frame", "derivation"),
            ("20", "Quotations, and whose words they are", "quotations"),
            ("21", "Results that go beyond a summary of the studies", "results"),
        ),
    ),
)
_PRISMA = _items(
    ("Title", (("1", "The title names the kind of work", "title"),)),
    ("Abstract", (("2", "An abstract by the checklist for abstracts", ""),)),
    (
        "Introduction",
        (("3", "Why the review was needed", ""), ("4", "Questions or aims", "question")),
    ),
    (
        "Methods",
        (
            ("5", "What was let in, and how it was grouped for synthesis", ""),
            ("6", "Where was sought, and when last", ""),
            ("7", "The searches in full", ""),
            ("8", "How records were chosen: people, independence, automation", ""),
            ("9", "How data were collected: people, independence, automation", "extraction"),
            ("10", "Which outcomes and other data were sought", ""),
            ("11", "How risk of bias was judged", "appraisal"),
            ("12", "Which effect measure was used for each outcome", "measures"),
            ("13", "How results were prepared, shown, pooled, explored and tested", "synthesis"),
            ("14", "How missing results were looked for", ""),
            ("15", "How certainty was judged", "certainty"),
        ),
    ),
    (
        "Results",
        (
            ("16", "The flow from records to what was included; what was excluded and why", "flow"),
            ("17", "Characteristics of each included work", "characteristics"),
            ("18", "Risk of bias of each included work", "appraisal"),
            ("19", "Results of each study, with their precision", "study_results"),
            ("20", "Results of each synthesis, with heterogeneity", "results"),
            ("21", "What is known of missing results", ""),
            ("22", "Certainty for each outcome", "certainty"),
        ),
    ),
    (
        "Discussion",
        (("23", "What it means; limits of the evidence and the review; what follows", ""),),
    ),
    (
        "Other",
        (
            ("24", "Registration, protocol, and changes to it", ""),
            ("25", "Money and other support", ""),
            ("26", "Interests of the authors", ""),
            ("27", "Data, code and other material that others can get", "material"),
        ),
    ),
)
_SWIM = _items(
    (
        "Methods",
        (
            ("1", "How studies were grouped for synthesis, and why so", "grouping"),
            ("2", "The common metric, and how results were brought to it", "measures"),
            ("3", "The method of synthesis, and why no effects were pooled", "directions"),
            ("4", "Which results were weighed most, and by what rule", ""),
            ("5", "How heterogeneity was looked into", "heterogeneity"),
            ("6", "How certainty was judged", "certainty"),
            ("7", "How results are shown in tables and figures", "display"),
        ),
    ),
    ("Results", (("8", "For each outcome what was found, and what it rests on", "results"),)),
    ("Discussion", (("9", "Limits of the synthesis, and what they do to the conclusions", ""),)),
)
CHECKLISTS: Mapping[str, Checklist] = {
    "prior": Checklist(
        "prior",
        "PRIOR: overviews of reviews",
        "Gates M et al. (2022). BMJ 378:e070849.",
        _PRIOR,
    ),
    "entreq": Checklist(
        "entreq",
        "ENTREQ: syntheses of qualitative research",
        "Tong A et al. (2012). BMC Medical Research Methodology 12:181.",
        _ENTREQ,
    ),
    "prisma-2020": Checklist(
        "prisma-2020",
        "PRISMA 2020: systematic reviews",
        "Page MJ et al. (2021). BMJ 372:n71.",
        _PRISMA,
    ),
    "swim": Checklist(
        "swim",
        "SWiM: synthesis without meta-analysis",
        "Campbell M et al. (2020). BMJ 368:l6890.",
        _SWIM,
    ),
}
