"""The flow of records of a review: numbers in, a checked diagram out."""

from __future__ import annotations

from collections.abc import Iterable

from themeweave.corpus.records import Review
from themeweave.corpus.tables import Sheet
from themeweave.errors import ReviewError
from themeweave.evidence.flow import BOXES, Flow, flow
from themeweave.report.addresses import row_key
from themeweave.report.figures.flow import flow_diagram
from themeweave.report.tables import Cell, Column, Table
from themeweave.report.writers.docx import write_picture

COLUMNS = ("box", "label", "n")


def read_flow(sheet: Sheet, reviews: Iterable[Review] | None = None) -> Flow:
    """Read the sheet of numbers (columns box, label, n) and check every sum.

    Parameters
    ----------
    sheet
        A row without a label is the whole box, rows with one its parts; an empty n is not
        reported.
    reviews
        Those of the folder, whose number and reports must be those of the diagram.

    Raises
    ------
    ReviewError
        Listing cells that hold no number; then as `themeweave.evidence.flow.flow`.
    """
    faults: list[str] = []
    rows: list[tuple[str, str, int | None]] = []
    for row in sheet.rows:
        written = row["n"].replace(",", "").replace(" ", "")
        if written and not written.lstrip("-").isdecimal():
            faults.append(f"{sheet.place(row, 'n')}: '{row['n']}' is no whole number")
            continue
        name = " ".join(row["box"].casefold().split())
        rows.append((name, row["label"], int(written) if written else None))
    if faults:
        raise ReviewError(
            "numbers of the flow that cannot be read",
            sheet.name,
            "Give whole numbers, and leave empty what is not reported.",
            faults=faults,
        )
    included = None
    if reviews is not None:
        taken = [review for review in reviews if review.role == "included"]
        included = (len(taken), sum(max(1, len(review.reports)) for review in taken))
    return flow(rows, included, sheet.name)


def flow_document(data: Flow, of: str = "reviews") -> bytes:
    """Write a Word document with the diagram and the table of its numbers."""
    # The document has a caption of its own.
    return write_picture(flow_table(data, of), flow_diagram(data, "", of).png)


def flow_table(data: Flow, of: str = "reviews") -> Table:
    """Build the table of the flow: each box with its number and parts."""
    rows, keys = [], []
    for name, box in data.boxes.items():
        keys += [row_key(name), *(row_key(name, label) for label, _ in box.parts)]
        said = BOXES[name].replace("Studies or reviews", of.capitalize())
        said = said.replace("studies or reviews", of)
        if name.startswith("other ") and "other methods" not in said:
            said += " (other methods)"
        number = "not reported" if box.n is None else f"{box.n:,}"
        value = None if box.n is None else float(box.n)
        rows.append((Cell(said, strong=True), Cell(number, number=value)))
        rows += [(Cell(f"   {label}"), Cell(f"{n:,}", number=float(n))) for label, n in box.parts]
    notes = (
        (
            "Every sum that the numbers allow was checked. PRISMA 2020: Page MJ et al. (2021). BMJ "
            "372:n71."
        ),
    )
    columns = (Column("Step", 4, key="step"), Column("n", 1, "right", key="n"))
    title = "Flow of records through the review"
    return Table("flow", title, columns, tuple(rows), notes, tuple(keys))
