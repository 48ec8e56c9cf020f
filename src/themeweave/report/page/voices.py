"""Perspectives compared: who says what of each theme, side by side, and who is not heard."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from themeweave.report.page.entries import Group, code_of, filtered, ranked, voices
from themeweave.report.page.records import FindingRow, PageData, ThemeRow

_MOST = 4  # findings of a theme that one perspective shows at a time


@dataclass(frozen=True, slots=True)
class Count:
    """One cell of the comparison."""

    findings: int
    confirmed: int  # of these, whose perspective a person confirmed
    barriers: int
    facilitators: int
    link: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One theme or subtheme as the perspectives see it."""

    theme: ThemeRow
    counts: tuple[Count, ...]  # in the order of the perspectives
    groups: tuple[Group, ...]  # the words themselves; of overarching themes only


def compared(data: PageData) -> tuple[list[tuple[str, str]], list[Compared]]:
    """Give the perspectives, and each theme that has a finding as they see it."""
    names = voices(data.findings)
    held: defaultdict[tuple[str, str], list[FindingRow]] = defaultdict(list)
    for row in data.findings:
        for code in {code_of(row.theme), code_of(row.subtheme)} - {""}:
            held[code, code_of(row.perspective)].append(row)
    found = []
    for theme in data.themes:
        field = "subtheme" if theme.parent else "theme"
        cells = [(code, label, held.get((theme.code, code), [])) for code, label in names]
        if not any(rows for _, _, rows in cells):
            continue
        links = [filtered(**{field: theme.code, "perspective": code}) for code, _ in names]
        counts = tuple(_count(rows, link) for (_, _, rows), link in zip(cells, links, strict=True))
        groups = tuple(
            Group(code, label, len(rows), tuple(ranked(rows, field)[:_MOST]), link)
            for (code, label, rows), link in zip(cells, links, strict=True)
        )
        found.append(Compared(theme, counts, () if theme.parent else groups))
    return names, found


def _count(rows: list[FindingRow], link: str) -> Count:
    sides = [code_of(row.valence) for row in rows]
    confirmed = sum(r.basis == "confirmed" for row in rows for r in row.perspective[:1])
    return Count(len(rows), confirmed, sides.count("barrier"), sides.count("facilitator"), link)
