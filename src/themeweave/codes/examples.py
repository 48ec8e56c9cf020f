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
_QUESTIONS = ("construct", "valence", "perspective")


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
    rows = csv.reader(io.StringIO(raw.decode("utf-8")))
    place = {name: column for column, name in enumerate(next(rows, []))}
    if missing := [name for name in _COLUMNS if name not in place]:
        raise ReviewError(
            f"a sheet of examples without the column '{missing[0]}'",
            shown,
            "It needs id and text, and a column for each question, such as construct.",
        )
    own, text = (place[name] for name in _COLUMNS)
    asked = [(q, place[q], place.get(f"{q}_2", place[q])) for q in _QUESTIONS if q in place]
    for row in filter(None, rows):
        row += [""] * (len(place) - len(row))
        codes = {q: row[one] for q, one, other in asked if row[one] and row[other] == row[one]}
        yield ExampleFinding(row[own], row[text], codes)
