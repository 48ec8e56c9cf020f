"""The joint display: what was measured beside what people said, on the same subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.report.tables import Cell, Column, Table, spans
from themeweave.report.words import counted

COLUMNS = (
    Column("Outcome", 1.4),
    Column("Pooled effect", 1.9),
    Column("Direction over reviews", 1.5),
    Column("Certainty (GRADE)", 1.0),
    Column("What people say", 2.4),
    Column("Confidence (CERQual)", 1.0),
    Column("Together", 2.0),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One outcome and one theme that people linked."""

    outcome: str
    effect: str  # in words; what is not known says so
    direction: str
    certainty: str
    statement: str
    rests_on: str
    confidence: str
    together: str  # how the two meet, in people's words
    sources: tuple[str, ...] = ()  # ids of the theme's findings


def joint_display(meetings: Sequence[Meeting]) -> Table:
    """Build the joint display; an outcome linked to several themes stands once."""
    ordered = sorted(meetings, key=lambda meeting: meeting.outcome)
    runs = spans([meeting.outcome for meeting in ordered])
    rows = []
    for meeting, run in zip(ordered, runs, strict=True):
        cells = []
        if run:
            cells = [
                Cell(meeting.outcome, run, strong=True),
                Cell(meeting.effect, run),
                Cell(meeting.direction, run),
                Cell(meeting.certainty, run, quiet=meeting.certainty == "not judged"),
            ]
        cells += [
            Cell(f"{meeting.statement}\n{meeting.rests_on}", sources=meeting.sources),
            Cell(meeting.confidence, quiet=meeting.confidence == "not judged"),
            Cell(meeting.together),
        ]
        rows.append(tuple(cells))
    outcomes = len({meeting.outcome for meeting in meetings})
    notes = (
        (
            f"Base: {counted(len(meetings), 'link')} between {counted(outcomes, 'outcome')} and "
            "themes, each made by a person; likeness of words only suggests them."
        ),
        "Certainty and confidence are judgements of people; where nobody judged, that is said.",
    )
    return Table("joint_display", "Effects and experiences together", COLUMNS, tuple(rows), notes)
