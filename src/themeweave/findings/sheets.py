"""Reading findings from an extraction sheet: one row a finding."""

from __future__ import annotations

from collections.abc import Collection

from themeweave.corpus.records import Passage
from themeweave.corpus.sheets import Row, Sheet, values
from themeweave.findings.records import Finding

COLUMNS = ("id", "text")


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
        place = f"{sheet.name}, row {row.number}"
        finding_id, text, cited = row["id"], row["text"], values(row["cited"])
        if not finding_id:
            faults.append(f"{place}, column 'id': empty")
        elif finding_id in seen:
            faults.append(
                f"{place}, column 'id': '{finding_id}' already stands in row {seen[finding_id]}"
            )
        if not text:
            faults.append(f"{place}, column 'text': empty")
        if reviews is not None:
            faults += [
                f"{place}, column 'cited': '{review_id}' is not listed in reviews.csv"
                for review_id in cited
                if review_id not in reviews
            ]
        seen.setdefault(finding_id, row.number)
        passage, fault = _passage(row)
        if fault:
            faults.append(f"{place}, columns 'start' and 'end': {fault}")
        findings.append(Finding(finding_id, text, cited, row["strand"], row["section"], passage))
    return findings, faults


def _passage(row: Row) -> tuple[Passage | None, str]:
    """Read where a finding stands; None where it came from a sheet alone."""
    if not row["document"] or not (row["start"] or row["end"]):
        return None, ""
    if not (row["start"].isdigit() and row["end"].isdigit()):
        return None, f"'{row['start']}' and '{row['end']}' must be whole numbers"
    return Passage(row["document"], int(row["start"]), int(row["end"]), row["section"]), ""
