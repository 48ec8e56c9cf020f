"""Example findings: what the engines learned from, kept as sheets that people can read and edit.

Each example was labelled by the person who wrote it and again by one who saw the bare text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from themeweave.errors import ReviewError

FILES = ("cfir.csv", "experiences.csv", "not_findings.csv")
_COLUMNS = ("id", "text")


@dataclass(frozen=True, slots=True)
class ExampleFinding:
    """One example, with the code of each question on which its two readers agree."""

    id: str
    text: str
    codes: Mapping[str, str]  # question -> code, such as construct, valence, perspective


def read_examples(raw: bytes, shown: str) -> Iterator[ExampleFinding]:
    r"""Read a sheet of examples.

    Raises
    ------
    ReviewError
        Where the sheet has no columns id and text.

    Examples
    --------
    >>> raw = b"id,text,construct,construct_2\na1,No money,financing,financing\n"
    >>> next(read_examples(raw, "cfir.csv")).codes["construct"]
    'financing'
    """
    rows = csv.DictReader(io.StringIO(raw.decode("utf-8")))
    if missing := [name for name in _COLUMNS if name not in (rows.fieldnames or ())]:
        raise ReviewError(
            f"a sheet of examples without the column '{missing[0]}'",
            shown,
            "It needs id and text, and a column for each question, such as construct.",
        )
    for row in rows:
        codes = {
            question: row[question]
            for question in ("construct", "valence", "perspective")
            if row.get(question) and row.get(f"{question}_2", row[question]) == row[question]
        }
        yield ExampleFinding(row["id"], row["text"], codes)
