"""Agreement of coders on any sheet of labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from themeweave.codes.agreement import Agreement, Level, agreement, read_labels, shares
from themeweave.corpus.sheets import Sheet
from themeweave.errors import ReviewError


@dataclass(frozen=True, slots=True)
class Labelled:
    """How far coders agree on a sheet of labels."""

    units: int
    coders: int
    labels: int
    shares: tuple[tuple[str, float], ...]
    statistics: tuple[Agreement, ...]
    notes: tuple[str, ...]


def agreement_of(
    sheet: Sheet, level: str = "nominal", order: Sequence[str] = (), seed: int = 0
) -> Labelled:
    """Compute every statistic of agreement on a sheet of labels.

    Parameters
    ----------
    sheet
        Columns unit, coder, label; document, if there is one, gives intervals.
    level
        ``nominal``, ``ordinal`` or ``interval``, whose labels are numbers.
    order
        All labels, in order.

    Raises
    ------
    ReviewError
        Where a cell is empty or a coder labels a unit twice, listing all; where labels of an order
        are neither numbers nor ordered.
    """
    said: dict[tuple[str, str], str] = {}
    document: dict[str, str] = {}
    faults: list[str] = []
    for row in sheet.rows:
        unit, coder = row["unit"], row["coder"]
        faults += [f"{sheet.place(row, c)}: empty" for c in ("unit", "coder") if not row[c]]
        if (unit, coder) in said:
            faults.append(f"{sheet.name}, row {row.number}: '{coder}' labels '{unit}' twice")
        said[unit, coder] = row["label"]
        document.setdefault(unit, row["document"])
    if faults:
        raise ReviewError(
            "a sheet of labels with faults",
            sheet.name,
            "Give each coder one label a unit, empty where there is none.",
            faults=faults,
        )
    units, coders = list(document), sorted({coder for _, coder in said})
    table = [[_label(said.get((unit, c), ""), level) for c in coders] for unit in units]
    texts = {label for row in table for label in row if isinstance(label, str) and label}
    if level != "nominal" and texts and not order:
        raise ReviewError(
            f"the {level} level needs labels that are numbers, or their order",
            sheet.name,
            "Give all labels in order, from one end to the other: --order no,partly,yes.",
        )
    read = read_labels(table, [_label(word, level) for word in order] or None)
    documents = [document[unit] for unit in units] if all(document.values()) else None
    found = agreement(read, cast(Level, level), documents, seed=seed)
    return Labelled(
        len(units),
        len(coders),
        int((read.codes >= 0).sum()),
        tuple((str(label), share) for label, share in shares(read).items()),
        found,
        tuple(_notes_on(found, documents is not None)),
    )


def _label(text: str, level: str) -> str | float:
    if level == "nominal" or not text:
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _notes_on(found: Sequence[Agreement], drawn: bool) -> list[str]:
    said = [f"{one.statistic}: undefined, {one.reason}" for one in found if one.value is None]
    if not drawn:
        return [*said, "Intervals need a column 'document': whole documents are drawn."]
    first = found[0].interval
    if first and first.reason:
        return [*said, f"No interval: {first.reason}."]
    if first:
        said.append(
            f"Intervals by drawing {first.documents} documents {first.draws} times, with all their "
            "units."
        )
    lost = max((one.interval.undefined_draws for one in found if one.interval), default=0)
    return [*said, f"Undefined in up to {lost} draws, which are left out."] if lost else said
