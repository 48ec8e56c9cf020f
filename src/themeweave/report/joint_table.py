"""The joint display: what was measured beside what people said, on the same subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.report.addresses import row_key
from themeweave.report.tables import Cell, Column, Table, spans
from themeweave.report.words import counted

COLUMNS = (
    Column("Outcome", 1.4, key="outcome"),
    Column("Pooled effect", 1.9, key="effect"),
    Column("Direction over reviews", 1.5, key="direction"),
    Column("Certainty (GRADE)", 1.0, key="certainty"),
    Column("What people say", 2.4, key="statement"),
    Column("Confidence (CERQual)", 1.0, key="confidence"),
    Column("Together", 2.0, key="together"),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One outcome and one theme that people linked."""

    outcome: str
    theme: str  # its id
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
            key = row_key(meeting.outcome)
            unjudged = meeting.certainty == "not judged"
            cells = [
                Cell(meeting.outcome, run, strong=True, key=key),
                Cell(meeting.effect, run, key=key),
                Cell(meeting.direction, run, key=key),
                Cell(meeting.certainty, run, quiet=unjudged, key=key),
            ]
        cells += [
            Cell(f"{meeting.statement}\n{meeting.rests_on}", sources=meeting.sources),
            Cell(
                meeting.confidence,
                quiet=meeting.confidence == "not judged",
                sources=meeting.sources,
            ),
            Cell(meeting.together, sources=meeting.sources),
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
    keys = tuple(row_key(meeting.outcome, meeting.theme) for meeting in ordered)
    title = "Effects and experiences together"
    return Table("joint_display", title, COLUMNS, tuple(rows), notes, keys)
