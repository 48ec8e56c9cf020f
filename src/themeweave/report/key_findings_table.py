"""The table of key findings: by question, what most reviews state, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from themeweave.report.addresses import row_key
from themeweave.report.coded import MARK, SUGGESTED_NOTE, CodedFinding
from themeweave.report.references import References
from themeweave.report.support_words import (
    STUDIES_NOTE,
    Supporting,
    independent_words,
    studies_words,
    support_words,
)
from themeweave.report.tables import Cell, Column, Table, spans, without
from themeweave.report.words import counted

COLUMNS = (
    Column("Question", 1.1, key="question"),
    Column("Theme or domain", 1.7, key="subject"),
    Column("Key finding", 3.0, key="finding"),
    Column("Stated by", 1.5, key="reviews"),
    Column("Primary studies", 1.0, key="studies"),
    Column("Independent reviews", 0.9, key="independent"),
    Column("Quality of the reviews", 1.1, key="quality"),
    Column("Confidence (CERQual)", 0.9, key="confidence"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A theme or domain, under the question that it answers."""

    question: str
    id: str
    name: str
    members: tuple[CodedFinding, ...]
    confirmed: int  # of them, placed here by a person
    field: str = "theme"  # theme or domain
    confidence: str = ""  # as people judged it; empty where nobody has


def key_findings_table(
    subjects: Sequence[Subject],
    most: int,
    supporting: Supporting,
    ratings: Mapping[str, str],
    refs: References,
) -> Table:
    """Build the table of key findings.

    Parameters
    ----------
    subjects
        In the order of the rows; those of one question stand together.
    most
        Findings shown for each: those that most reviews state come first.
    ratings
        Of reviews, by id; empty or absent where unknown.
    """
    rows: list[tuple[Cell, ...]] = []
    keys: list[str] = []
    chosen = [(one, _first(one.members, most)) for one in subjects]
    heads = spans([one.question for one, found in chosen for _ in found])
    for one, found in chosen:
        ids = tuple(c.finding.id for c in one.members)
        reviews = {review for c in one.members for review in c.finding.cited}
        whole = supporting(reviews, len(one.members), one.confirmed)
        for place, c in enumerate(found):
            cells: list[Cell] = []
            if run := heads[len(rows)]:
                cells.append(Cell(one.question, run, strong=True, key=row_key("q", one.question)))
            if not place:
                text = f"{one.name}\n{support_words(whole)}"
                key = row_key(one.id)
                cells.append(Cell(text, len(found), strong=True, sources=ids, key=key))
            rests = supporting(c.finding.cited, 1, 0)
            mine = (c.finding.id,)
            cells += [
                Cell(f"{c.finding.text} [{c.finding.id}]", sources=mine),
                Cell(refs.cite(c.finding.cited) or "no review cited", sources=mine),
                Cell(studies_words(rests), sources=mine),
                Cell(independent_words(rests), sources=mine),
                Cell(quality_words(c.finding.cited, ratings), sources=mine),
            ]
            if not place:
                level = one.confidence or "not judged"
                quiet, key = not one.confidence, row_key(one.id)
                cells.append(Cell(level, len(found), quiet=quiet, sources=ids, key=key))
            rows.append(tuple(cells))
            keys.append(row_key(one.id, c.finding.id))
    shown = [c for _, found in chosen for c in found]
    judged = any(one.confidence for one in subjects)
    table = Table(
        "key_findings",
        "Key findings by question",
        COLUMNS,
        tuple(rows),
        (
            (
                f"Base: {counted(len(shown), 'finding')} of "
                f"{sum(len(o.members) for o in subjects)}: of each theme or domain the {most} "
                "that most reviews state, of equals the shortest. They are chosen by counting, "
                "not by weight; people may want others."
            ),
            (
                "Under each theme or domain stands what all its findings rest on, and how many of "
                "them a person placed there."
            ),
            STUDIES_NOTE,
            *([] if judged else ["Confidence (CERQual): nobody has judged it yet."]),
            SUGGESTED_NOTE.replace(MARK, f"{MARK} after a name:"),
        ),
        tuple(keys),
        refs.listed(review for c in shown for review in c.finding.cited),
    )
    return table if judged else without(table, "confidence")


def _first(members: Sequence[CodedFinding], most: int) -> list[CodedFinding]:
    def rank(c: CodedFinding) -> tuple[int, int, str]:
        return -len(set(c.finding.cited)), len(c.finding.text), c.finding.id

    return sorted(members, key=rank)[:most]


def quality_words(reviews: Sequence[str], ratings: Mapping[str, str]) -> str:
    """Say how reviews are rated: each rating with its number, the unknown ones too.

    Examples
    --------
    >>> quality_words(["R1", "R2", "R3"], {"R1": "critically_low", "R2": "critically_low"})
    '2 critically low, 1 unknown'
    >>> quality_words([], {})
    'no review cited'
    """
    counts = Counter(ratings.get(one) or "unknown" for one in dict.fromkeys(reviews))
    ranked = sorted(counts.items(), key=lambda pair: (pair[0] == "unknown", -pair[1], pair[0]))
    said = (f"{number} {rating.replace('_', ' ')}" for rating, number in ranked)
    return ", ".join(said) or "no review cited"
