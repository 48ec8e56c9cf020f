"""A crosstab as a table: counts in one base, confirmed apart, empty told from not looked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from themeweave.report.addresses import row_key
from themeweave.report.tables import Cell, Column, Table
from themeweave.report.words import NOT_LOOKED
from themeweave.themes.crosstab import Crossing, Place, crosstab

Base = Literal["findings", "reviews", "studies"]


def crosstab_table(
    rows: Sequence[Place],
    columns: Sequence[Place],
    cited: Mapping[str, Sequence[str]],
    studies: Callable[[Sequence[str]], str],
    *,
    down: str,
    across: str,
    base: Base = "findings",
    names: Mapping[str, str],
    expected: Sequence[str] = (),
) -> Table:
    """Build a crosstab.

    Parameters
    ----------
    rows, columns
        The places of findings on each axis.
    cited
        By finding: the reviews that it cites; its keys are all findings looked at.
    studies
        From review ids to words on the distinct primary studies behind them.
    down, across
        What the axes are called.
    base
        What a cell counts.
    names
        Of the values of both axes.
    expected
        Values that have a row though nothing stands there, such as reviews without findings.
    """
    order = list(dict.fromkeys([*expected, *(place.value for place in rows)]))
    heads = list(dict.fromkeys(place.value for place in columns))
    cells = {(cell.row, cell.column): cell for cell in crosstab(rows, columns, cited)}
    on_columns = {place.finding_id for place in columns}
    members: defaultdict[str, set[str]] = defaultdict(set)
    for place in rows:
        members[place.value].add(place.finding_id)
    made: list[tuple[Cell, ...]] = []
    for value in order:
        open_ = members[value] - on_columns
        line = [Cell(names.get(value, value), strong=True, sources=tuple(sorted(members[value])))]
        for head in heads:
            cell = cells.get((value, head))
            if cell is None or not cell.findings:
                line.append(Cell(NOT_LOOKED if not members[value] or open_ else "0"))
            else:
                line.append(_cell(cell, cited, studies, base))
        line.append(Cell(str(len(open_)), number=len(open_), sources=tuple(sorted(open_))))
        made.append(tuple(line))
    titles = (
        Column(down.capitalize(), 2.0, key="row"),
        *(Column(names.get(h, h), key=row_key(across, h)) for h in heads),
        Column("Not clear yet", 1.0, "right", key="unclear"),
    )
    note = (
        f"Base: {base}; in brackets those whose two places a person confirmed. 0: all findings of "
        f"the row have a {across}, and none has this one (looked, not found). {NOT_LOOKED}: "
        f"nothing here, but findings of the row have no clear {across} yet, or the row has no "
        "finding at all (not looked). A finding may stand in several cells."
    )
    return Table(
        f"{down}_by_{across}",
        f"{down.capitalize()} by {across}",
        titles,
        tuple(made),
        (note,),
        tuple(row_key(value) for value in order),
    )


def _cell(
    cell: Crossing,
    cited: Mapping[str, Sequence[str]],
    studies: Callable[[Sequence[str]], str],
    base: Base,
) -> Cell:
    every = (*cell.confirmed, *cell.suggested)
    if base == "findings":
        total, sure = str(cell.findings), str(len(cell.confirmed))
    elif base == "reviews":
        total, sure = str(cell.reviews), str(cell.reviews_confirmed)
    else:
        total, sure = (
            studies(sorted({review for finding in found for review in cited.get(finding, ())}))
            for found in (every, cell.confirmed)
        )
    text = f"{total} ({sure if cell.confirmed else 0})"
    if base == "studies" and total == sure:
        text = f"{total}, all confirmed"
    return Cell(text, quiet=not cell.confirmed, sources=tuple(sorted(every)))
