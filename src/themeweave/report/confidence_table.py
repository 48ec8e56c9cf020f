"""Summary of Qualitative Findings, evidence profile, and the ConQual summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.evidence.confidence import (
    ADEQUACY_RULE,
    COMPONENTS,
    LIMITATIONS_RULE,
    OVERALL,
    OVERALL_RULE,
    Confidence,
    Judged,
    Proposal,
)
from themeweave.evidence.conqual import RULE as CONQUAL_RULE
from themeweave.evidence.conqual import ConQual
from themeweave.report.addresses import row_key
from themeweave.report.references import BY_ID, References
from themeweave.report.support_words import COLLAPSE_NOTE, support_words
from themeweave.report.tables import Cell, Column, Table
from themeweave.report.words import counted

REVIEWS_NOTE = (
    "GRADE-CERQual was made for findings from primary studies. Here statements rest on what "
    "reviews report; concerns about the primary studies are known only as far as reviews state "
    "them."
)
_CITED = "Lewin S et al. (2018). Implementation Science 13(Suppl 1):2."


@dataclass(frozen=True, slots=True)
class ConQualRow:
    """What the ConQual table shows of one synthesised finding."""

    theme: str  # its id
    statement: str
    findings: str  # "3 (2 U, 1 C)"
    sources: tuple[str, ...]  # ids of the findings
    studies: int
    score: ConQual | None
    why: str  # there is no score


def summary_of_findings(found: Sequence[Confidence], refs: References = BY_ID) -> Table:
    """Build the Summary of Qualitative Findings: statement, support, confidence, explanation.

    Parameters
    ----------
    found
        In the order of the rows.
    refs
        How reviews are cited.
    """
    columns = (
        Column("Synthesised statement", 2.6, key="statement"),
        Column("Contributing reviews", 1.8, key="reviews"),
        Column("Rests on", 1.8, key="support"),
        Column("Confidence", 0.9, key="confidence"),
        Column("Explanation", 2.4, key="explanation"),
    )
    rows = [
        (
            Cell(one.statement, strong=True),
            Cell(refs.cite(one.support.reviews)),
            Cell(support_words(one.support)),
            _level(one.judged.get(OVERALL), one.proposals[OVERALL]),
            Cell(one.judged[OVERALL].explanation if OVERALL in one.judged else ""),
        )
        for one in found
    ]
    notes = [_base(found), REVIEWS_NOTE, *_collapse(found), _CITED]
    title = "Summary of qualitative findings (GRADE-CERQual)"
    keys = tuple(row_key(one.theme) for one in found)
    listed = refs.listed(review for one in found for review in one.support.reviews)
    return Table("qualitative_findings", title, columns, tuple(rows), tuple(notes), keys, listed)


def evidence_profile(found: Sequence[Confidence], refs: References = BY_ID) -> Table:
    """Build the CERQual evidence profile: the four concerns behind each level of confidence."""
    columns = (
        Column("Synthesised statement", 2.2, key="statement"),
        *(
            Column(component[:1].upper() + component[1:], 1.6, key=component.replace(" ", "_"))
            for component in COMPONENTS
        ),
        Column("Confidence", 1.4, key="confidence"),
        Column("Contributing reviews", 1.4, key="reviews"),
    )
    rows = [
        (
            Cell(one.statement, strong=True),
            *(
                _judgement(one.judged.get(component), one.proposals[component])
                for component in COMPONENTS
            ),
            _judgement(one.judged.get(OVERALL), one.proposals[OVERALL]),
            Cell(refs.cite(one.support.reviews) + f"\n{support_words(one.support)}"),
        )
        for one in found
    ]
    proposed = (
        f"Proposed by the program, for people to judge: adequacy ({ADEQUACY_RULE}); "
        f"methodological limitations ({LIMITATIONS_RULE}); the whole ({OVERALL_RULE})."
    )
    notes = [
        _base(found),
        proposed,
        REVIEWS_NOTE,
        *_collapse(found),
        _CITED,
    ]
    title = "Evidence profile (GRADE-CERQual)"
    keys = tuple(row_key(one.theme) for one in found)
    listed = refs.listed(review for one in found for review in one.support.reviews)
    return Table("evidence_profile", title, columns, tuple(rows), tuple(notes), keys, listed)


def _level(judged: Judged | None, proposal: Proposal) -> Cell:
    if judged:
        return Cell(judged.level, strong=True)
    words = f"not judged (proposed: {proposal.level})" if proposal.level else "not judged"
    return Cell(words, quiet=True)


def _judgement(judged: Judged | None, proposal: Proposal) -> Cell:
    if judged:
        return Cell(f"{judged.level}\n{judged.explanation}")
    if proposal.level:
        return Cell(f"not judged (proposed: {proposal.level})\n{proposal.why}", quiet=True)
    return Cell("not judged", quiet=True)


def _base(found: Sequence[Confidence]) -> str:
    judged = sum(bool(one.overall) for one in found)
    return (
        f"Base: {counted(len(found), 'statement')}, {judged} with an overall judgement by people. "
        "What is proposed by the program is no judgement."
    )


def _collapse(found: Sequence[Confidence]) -> list[str]:
    return [COLLAPSE_NOTE] if any(one.support.collapses for one in found) else []


def conqual_table(rows: Sequence[ConQualRow], across: str) -> Table:
    """Build the ConQual summary of a meta-aggregation.

    Parameters
    ----------
    rows
        One synthesised finding each.
    across
        How several studies' dependability became one: worst or majority.
    """
    columns = (
        Column("Synthesised finding", 2.6, key="statement"),
        Column("Findings (U, C, NS)", 1.2, key="findings"),
        Column("Studies", 0.8, "right", key="studies"),
        Column("Dependability", 1.2, key="dependability"),
        Column("Credibility", 1.2, key="credibility"),
        Column("ConQual", 1.2, key="conqual"),
    )
    cells = [
        (
            Cell(row.statement, strong=True),
            Cell(row.findings, sources=row.sources),
            Cell(str(row.studies), number=float(row.studies)),
            Cell(_down(row.score.dependability) if row.score else "unknown"),
            Cell(_down(row.score.credibility) if row.score else "unknown"),
            Cell(row.score.level, strong=True) if row.score else Cell(row.why, quiet=True),
        )
        for row in rows
    ]
    notes = (
        f"Base: {counted(len(rows), 'synthesised finding')}. {CONQUAL_RULE}",
        f"Several studies' dependability became one by the {across}.",
        "Munn Z et al. (2014). BMC Medical Research Methodology 14:108.",
    )
    title = "Confidence in synthesised findings (ConQual)"
    keys = tuple(row_key(row.theme) for row in rows)
    return Table("conqual", title, columns, tuple(cells), notes, keys)


def _down(levels: int) -> str:
    return f"{counted(levels, 'level')} down" if levels else "no change"
