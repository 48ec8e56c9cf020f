"""A reporting checklist as a table: each topic, what the review knows of it, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from themeweave.report.addresses import row_key
from themeweave.report.appraisal_table import slugged
from themeweave.report.checklist_items import Checklist
from themeweave.report.tables import Cell, Column, Table, spans

UNKNOWN = "not known to themeweave: you write it"
COLUMNS = (
    Column("Section", 0.9, key="section"),
    Column("No.", 0.4, key="number"),
    Column("Topic, in our words", 2.2, key="topic"),
    Column("What this review knows", 3.2, key="known"),
    Column("Where", 1.5, key="where"),
    Column("Page in your manuscript", 0.8, key="page"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a review knows of one kind of thing."""

    text: str
    where: str  # the outputs or files that show it
    yours: str = ""  # what people still have to write, where it is only a part


def checklist_table(checklist: Checklist, answers: Mapping[str, Answer]) -> Table:
    """Fill a checklist with what a review knows.

    Parameters
    ----------
    answers
        By the kind of knowledge that items ask for; what is absent is not known.
    """
    rows = []
    heads = spans([item.section for item in checklist.items])
    for item, run in zip(checklist.items, heads, strict=True):
        found = answers.get(item.asks) if item.asks else None
        head = Cell(item.section, run, strong=True, key=row_key("section", item.section))
        text = found.text if found else UNKNOWN
        if found and found.yours:
            text += f"\nYou write: {found.yours}"
        rows.append(
            (
                *([head] if run else []),
                Cell(item.number),
                Cell(item.topic),
                Cell(text, quiet=found is None),
                Cell(found.where if found else ""),
                Cell(""),
            )
        )
    known = sum(bool(item.asks and item.asks in answers) for item in checklist.items)
    return Table(
        f"checklist_{slugged(checklist.name)}",
        f"Reporting checklist, {checklist.title}",
        COLUMNS,
        tuple(rows),
        (
            (
                f"Base: {len(checklist.items)} topics; on {known} of them the review folder knows "
                "something, the others only people can write. That something is known does not "
                "make the item complete."
            ),
            (
                "Topics are worded by this project. Journals want the published form: "
                f"{checklist.citation}"
            ),
        ),
        tuple(row_key(item.number) for item in checklist.items),
    )
