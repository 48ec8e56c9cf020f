"""The table of appraisal: each review with its rating, on whose word, and what weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themeweave.evidence.appraisal import OVERALL, Settled
from themeweave.evidence.profiles import Profile
from themeweave.report.addresses import row_key
from themeweave.report.tables import Cell, Column, Table
from themeweave.report.words import counted

SIGNS = {"met": "+", "partly": "±", "not met": "−", "unclear": "?", "not applicable": "n/a"}


def appraisal_table(
    profile: Profile, settled: Sequence[Settled], labels: Mapping[str, str], notes: Sequence[str]
) -> Table:
    """Build the table of one profile's appraisals.

    Parameters
    ----------
    settled
        As `themeweave.evidence.appraisal.settle` gives them.
    labels
        Of subjects, by id.
    notes
        Further notes, such as the agreement of appraisers.
    """
    columns = [Column("Review" if profile.of == "review" else "Study", 2.0, key="subject")]
    columns += [
        Column(
            f"{item.id}{'*' if item.critical else ''}",
            0.4,
            "center",
            key=row_key("item", item.id),
        )
        for item in profile.items
    ]
    rated = profile.rule.kind != "none"
    columns += [Column("Overall", 1.2, key="overall")] if rated else []
    columns += [Column("Basis", 1.2, key="basis"), Column("Remarks", 2.4, key="remarks")]
    rows = []
    for one in settled:
        cells = [Cell(labels.get(one.subject, one.subject), strong=True)]
        for item in profile.items:
            meaning = one.counts.meaning(profile, item.id)
            cells.append(Cell(SIGNS[meaning] if meaning else "·"))
        if rated:
            cells.append(Cell(one.counts.overall or "open", quiet=not one.counts.overall))
        cells += [Cell(one.basis), Cell("\n".join(_remarks(one)))]
        rows.append(tuple(cells))
    items = "; ".join(f"{item.id} {item.topic}" for item in profile.items)
    return Table(
        f"appraisal_{slugged(profile.name)}",
        f"Appraisal by {profile.tool} (profile {profile.name}, version {profile.version})",
        tuple(columns),
        tuple(rows),
        (
            f"Base: {counted(len(settled), profile.of)}. {profile.reason} {profile.citation}",
            f"Items (* critical): {items}.",
            "+ met, ± partly, − not met, ? unclear, n/a not applicable, · not settled.",
            *notes,
        ),
        tuple(row_key(one.subject) for one in settled),
    )


def _remarks(one: Settled) -> list[str]:
    said = []
    if one.differ:
        said.append(f"Not settled: item {', '.join(one.differ)}; answers differ or are missing.")
    elif one.counts.open:
        said += [f"{fault[:1].upper()}{fault[1:]}." for fault in one.counts.open]
    if one.counts.rule:
        said.append(f"The rule gives {one.counts.rule}; rated otherwise: {one.counts.reason}")
    if one.counts.by == "consensus":
        first = [f"{rating.by} {rating.overall or 'open'}" for rating in one.alone]
        said.append(f"Alone: {', '.join(first)}.")
    return said


def slugged(name: str) -> str:
    """Give a name in letters that every file system takes.

    Examples
    --------
    >>> slugged("AMSTAR 2, scoping")
    'amstar_2_scoping'
    """
    import re

    return "_".join(re.findall(r"[a-z0-9]+", name.lower())) or "profile"


def shown_items(profile: Profile) -> list[str]:
    """Give the items that stand as columns of the lights; a stated overall has its own.

    Examples
    --------
    >>> from themeweave.evidence.profiles import read_profile, shipped_text
    >>> shown_items(read_profile(shipped_text("robis")))[-1]
    'C'
    """
    return [item.id for item in profile.items if item.id != OVERALL]
