"""The flow diagram: from a sheet of numbers, or the folder's, to a picture or a document."""

from __future__ import annotations

from pathlib import Path

from themeweave.corpus.sheets import Sheet, write_sheet
from themeweave.errors import ReviewError
from themeweave.evidence.flow import BOXES, Flow
from themeweave.report.figures.flow import flow_diagram
from themeweave.review.flow import COLUMNS, flow_document, flow_table, read_flow
from themeweave.review.folder import open_folder

FORMATS = (".svg", ".png", ".docx")


def flow_suffix(name: str) -> str:
    """Give the suffix of a diagram, before the work starts.

    Raises
    ------
    ReviewError
        Where it is none of .svg, .png, .docx.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in FORMATS:
        raise ReviewError(
            f"no flow diagram can be written as '{suffix}'", name, "Use one of .svg, .png, .docx."
        )
    return suffix


def flow_of(path: Path, sheet: Sheet | None = None) -> Flow:
    """Read and check the flow: of a sheet, or of the folder's corpus/flow.

    The folder's own is also held against its included reviews and their reports.

    Raises
    ------
    ReviewError
        Where there is no such sheet, or a sum does not come out.
    """
    if sheet is not None:
        return read_flow(sheet)
    folder = open_folder(path)
    if folder.flow is not None:
        return folder.flow
    raise ReviewError(
        "there are no numbers of the flow",
        "corpus/flow.csv",
        "Write them there (columns: box, label, n); --blank writes a sheet to fill in.",
    )


def blank_flow(suffix: str) -> bytes:
    """Write a sheet of all boxes without numbers."""
    rows = [{"box": name, "label": "", "n": "", "what": what} for name, what in BOXES.items()]
    return write_sheet(rows, (*COLUMNS, "what"), suffix)


def flow_bytes(data: Flow, suffix: str, of: str = "reviews") -> bytes:
    """Draw the diagram in the format of a suffix; Word holds the numbers as a table too."""
    if suffix == ".docx":
        return flow_document(data, of)
    drawn = flow_diagram(data, flow_table(data, of).title, of)
    return drawn.svg if suffix == ".svg" else drawn.png
