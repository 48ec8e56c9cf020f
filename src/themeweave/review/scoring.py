"""Scoring: a coded sheet is held against one that people coded, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from themeweave.codes.score import Judged, Score, score
from themeweave.corpus.sheets import Row, Sheet, read_sheet, values
from themeweave.errors import ReviewError

FIELDS = {  # field: other names of its column, its column of second choices, names in `unsure`
    "perspective": ((), "", {"perspective"}),
    "cfir_domain": (("domain",), "cfir_domain_second", {"cfir"}),
    "cfir_construct": (("construct", "code"), "cfir_construct_second", {"cfir", "cfir_construct"}),
    "valence": (("direction",), "", {"valence"}),
}
CONFUSION_COLUMNS = ("field", "decided", "suggested", "findings")
Input = tuple[bytes, str, str]  # bytes, name, suffix


@dataclass(frozen=True, slots=True)
class Scores:
    """What was held against what."""

    by_field: Mapping[str, Score]
    both: int  # findings that stand in both sheets
    only_gold: tuple[str, ...]  # ids that were not coded
    only_coded: int


def score_sheets(gold: Input, coded: Input, by: str = "") -> Scores:
    """Score a coded sheet.

    Parameters
    ----------
    gold
        A sheet that people coded: the column id, and one or several of `FIELDS`. Cells that are
        empty are not scored; codes that all hold are separated by semicolons.
    coded
        A sheet that `themeweave code` wrote, or one with its columns.
    by
        A column of the gold sheet, such as topic, for whose values scores are given too.

    Raises
    ------
    ReviewError
        Where the sheets have no field or no finding in common, an id stands twice, or there is no
        such column.
    """
    decided, suggested = _read(gold), _read(coded)
    if by and by not in decided.columns:
        raise ReviewError(
            f"there is no column '{by}' to score by",
            decided.name,
            f"The header has: {', '.join(decided.columns)}.",
        )
    ours, theirs = _by_id(decided), _by_id(suggested)
    fields = {
        field: (there, here)
        for field in FIELDS
        if (there := _column(decided, field)) and (here := _column(suggested, field))
    }
    if not fields:
        raise ReviewError(
            "the two sheets have no field in common",
            f"{decided.name} and {suggested.name}",
            f"Both need one of these columns: {', '.join(FIELDS)}.",
        )
    both = [finding for finding in ours if finding in theirs]
    by_field: dict[str, Score] = {}
    for field, (there, here) in fields.items():
        _, second, names = FIELDS[field]
        judged = [
            Judged(
                values(ours[one][there]),
                theirs[one][here],
                theirs[one][second],
                not names.isdisjoint(values(theirs[one]["unsure"])),
                ours[one][by] if by else "",
            )
            for one in both
            if ours[one][there]
        ]
        if judged:
            by_field[field] = score(judged)
    if not by_field:
        raise ReviewError(
            "no finding can be scored",
            f"{decided.name} and {suggested.name}",
            "Compare the ids of the two sheets, and see that the first has codes.",
        )
    missing = tuple(finding for finding in ours if finding not in theirs)
    return Scores(by_field, len(both), missing, len(theirs) - len(both))


def confusion_rows(scores: Scores) -> list[Mapping[str, object]]:
    """Give every confusion as a row of `CONFUSION_COLUMNS`."""
    return [
        dict(zip(CONFUSION_COLUMNS, (field, *row), strict=True))
        for field, found in scores.by_field.items()
        for row in found.confusion
    ]


def _read(given: Input) -> Sheet:
    return read_sheet(*given, ("id",))


def _column(sheet: Sheet, field: str) -> str:
    """Find the column of a field by its name or another; empty where there is none."""
    names = (field, *FIELDS[field][0])
    return next((name for name in names if name in sheet.columns), "")


def _by_id(sheet: Sheet) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    faults = []
    for row in sheet.rows:
        if row["id"] in rows:
            first = rows[row["id"]].number
            faults.append(f"row {row.number}, column 'id': '{row['id']}' stands in row {first} too")
        rows.setdefault(row["id"], row)
    if faults:
        raise ReviewError("rows that cannot be told apart", sheet.name, faults=faults)
    return rows
