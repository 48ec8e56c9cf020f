"""Reading findings from an extraction sheet: one row a finding.

The sheet may come from another program, and its columns may have other names. A sheet without ids
gets them from what its rows say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from themeweave.corpus.extraction import open_sheet, stream_findings
from themeweave.corpus.records import Passage
from themeweave.corpus.sheets import Row, Sheet, values
from themeweave.findings.records import Finding

COLUMNS = ("id", "text")


def findings_sheet(
    raw: bytes,
    name: str,
    suffix: str,
    columns: Mapping[str, str] | None = None,
    encoding: str = "",
) -> Sheet:
    r"""Open an extraction sheet: what was read otherwise than by its own name is in its notes.

    Parameters
    ----------
    raw, name, suffix, encoding
        As for `open_sheet`.
    columns
        Our columns, each with the column that a person says it is.

    Raises
    ------
    ReviewError
        As `open_sheet`; only a column of texts must be there.

    Examples
    --------
    >>> sheet = findings_sheet(b"Finding,Review\nLow pay,R1\nLow pay,R1\n", "f.csv", ".csv")
    >>> [row["id"] for row in sheet.rows]
    ['F1c27f13439', 'F1c27f13439-2']
    """
    sheet = open_sheet(raw, name, suffix, "findings", COLUMNS[1:], columns, encoding)
    return sheet if COLUMNS[0] in sheet.columns else _with_ids(sheet, {})


def stream_findings_sheet(file: BinaryIO, name: str, suffix: str) -> Iterator[Sheet]:
    """Open an extraction sheet of any size as small sheets; see `findings_sheet`.

    Raises
    ------
    ReviewError
        As `findings_sheet`, each fault when its row is reached.
    """
    seen: dict[str, int] = {}
    for sheet in stream_findings(file, name, suffix):
        yield sheet if COLUMNS[0] in sheet.columns else _with_ids(sheet, seen)


def _with_ids(sheet: Sheet, seen: dict[str, int]) -> Sheet:
    """Make ids from what rows state and whom they cite, so that rows may be sorted and added."""
    rows: list[Row] = []
    for row in sheet.rows:
        said = "\n".join([_one_line(row["text"]), *values(row["cited"])])
        made = f"F{hashlib.sha256(said.encode()).hexdigest()[:10]}"
        seen[made] = seen.get(made, 0) + 1
        number = f"-{seen[made]}" if seen[made] > 1 else ""
        rows.append(Row(row.number, {"id": made + number, **row.cells}))
    return replace(sheet, columns=("id", *sheet.columns), rows=tuple(rows)).noted(
        "there is no column of ids, so they are made from each row's text and what it cites; a row "
        "that is reworded gets another id. Add a column 'id' to keep them"
    )


def read_findings(
    sheet: Sheet, reviews: Collection[str] | None = None
) -> tuple[list[Finding], list[str]]:
    r"""Read findings: the records, and the faults of their rows.

    Parameters
    ----------
    sheet
        With the columns id and text; cited (review ids, separated by semicolons), strand and
        section are read where they are there, and so is the place in a document (document, start,
        end) where the text stands word for word.
    reviews
        The ids that ``cited`` may name; None where no list of reviews is kept.

    Examples
    --------
    >>> from themeweave.corpus.sheets import read_sheet
    >>> sheet = read_sheet(b"id,text,cited\nF1,Nurses had no time,R1;R9", "f.csv", ".csv")
    >>> read_findings(sheet, {"R1"})[1]
    ["f.csv, row 2, column 'cited': 'R9' is not listed in reviews.csv"]
    """
    findings: list[Finding] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for row in sheet.rows:
        finding, found = read_finding(sheet, row)
        if finding.id in seen:
            faults.append(standing_twice(sheet, row, seen[finding.id]))
        faults += found
        if reviews is not None:
            faults += [
                f"{sheet.place(row, 'cited')}: '{review_id}' is not listed in reviews.csv"
                for review_id in finding.cited
                if review_id not in reviews
            ]
        if finding.id:
            seen.setdefault(finding.id, row.number)
        findings.append(finding)
    return findings, faults


def read_finding(sheet: Sheet, row: Row) -> tuple[Finding, list[str]]:
    """Read one row of a sheet: the finding, and the faults that show without the other rows."""
    faults = [f"{sheet.place(row, column)}: empty" for column in COLUMNS if not row[column]]
    passage, fault = _passage(row)
    if fault:
        faults.append(f"{sheet.name}, row {row.number}, columns 'start' and 'end': {fault}")
    # What stands in a document is kept to the letter.
    text = row["text"] if passage else _one_line(row["text"])
    finding = Finding(row["id"], text, values(row["cited"]), row["strand"], row["section"], passage)
    return finding, faults


def standing_twice(sheet: Sheet, row: Row, first: int) -> str:
    """Say that a row has the id of an earlier one."""
    return f"{sheet.place(row, 'id')}: '{row['id']}' already stands in row {first}"


def _one_line(text: str) -> str:
    """Join the lines into which a cell was broken."""
    return " ".join(text.split())


def _passage(row: Row) -> tuple[Passage | None, str]:
    """Read where a finding stands; None where it came from a sheet alone."""
    if not row["document"] or not (row["start"] or row["end"]):
        return None, ""
    if not (row["start"].isdigit() and row["end"].isdigit()):
        return None, f"'{row['start']}' and '{row['end']}' must be whole numbers"
    return Passage(row["document"], int(row["start"]), int(row["end"]), row["section"]), ""
