"""Findings as sections list them: grouped by a reading, the best supported first, few at a time.

A section names a finding shortly and leads to its full row; where it has many, it shows the first
of them and leads to all. So each finding is told once in full, and a large review stays readable.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from themeweave.report.page.records import FindingRow, Reading

_UNFIT = re.compile(r"[^\w.]+")  # for an id within the page
MOST = 25  # findings listed in one place


@dataclass(frozen=True, slots=True)
class Group:
    """Some findings under one name, as far as they are listed."""

    code: str
    label: str
    total: int
    listed: tuple[FindingRow, ...]
    link: str  # to all of them, where some are not listed


def anchors(prefix: str, ids: Iterable[str]) -> dict[str, str]:
    """Give each id an address within the page, no two the same.

    Examples
    --------
    >>> anchors("theme", ["T 1", "T-1", "T2"])
    {'T 1': 'theme-T-1', 'T-1': 'theme-T-1-2', 'T2': 'theme-T2'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in ids:
        if name in found:
            continue
        wanted = address = f"{prefix}-{_UNFIT.sub('-', name).strip('-') or 'x'}"
        number = 2
        while address in taken:
            address, number = f"{wanted}-{number}", number + 1
        taken.add(address)
        found[name] = address
    return found


def first(readings: Sequence[Reading]) -> Reading | None:
    """Give the reading that counts; None where there is none or it is unclear."""
    return readings[0] if readings and not readings[0].unsure else None


def code_of(readings: Sequence[Reading]) -> str:
    """Give the code that counts, empty where nothing is told.

    Examples
    --------
    >>> code_of((Reading("staff", "Staff"),)), code_of((Reading("x", "X", unsure=True),))
    ('staff', '')
    """
    found = first(readings)
    return found.code if found else ""


def ranked(rows: Iterable[FindingRow], field: str) -> list[FindingRow]:
    """Sort findings: those confirmed in a field first, then those that most reviews state."""

    def place(row: FindingRow) -> tuple[bool, int, str]:
        readings = getattr(row, field)
        return not any(r.basis == "confirmed" for r in readings), -len(row.reviews), row.id

    return sorted(rows, key=place)


def filtered(**chosen: str) -> str:
    """Give the address of the findings that pass some filters.

    Examples
    --------
    >>> filtered(theme="T01", perspective="service users")
    '#findings?theme=T01&perspective=service%20users'
    """
    pairs = (f"{name}={quote(value, safe='')}" for name, value in chosen.items() if value)
    return "#findings?" + "&".join(pairs)


def by_voice(
    rows: Sequence[FindingRow], names: Sequence[tuple[str, str]], field: str, **chosen: str
) -> list[Group]:
    """Group findings by whose perspective they take, unclear ones last.

    Parameters
    ----------
    names
        Perspectives in their order, as code and name.
    field
        By which confirmed findings come first.
    chosen
        The filters that give the same findings, for links.
    """
    groups: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for row in rows:
        groups[code_of(row.perspective)].append(row)
    found = []
    for code, label in (*names, ("", "Perspective unclear or not told")):
        if members := groups.get(code):
            link = filtered(**chosen, perspective=code or "unclear")
            listed = tuple(ranked(members, field)[:MOST])
            found.append(Group(code, label, len(members), listed, link))
    return found


def voices(rows: Iterable[FindingRow]) -> list[tuple[str, str]]:
    """List the perspectives that findings take, those with most findings first."""
    count: defaultdict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    for row in rows:
        if found := first(row.perspective):
            count[found.code] += 1
            names.setdefault(found.code, found.label)
    return sorted(names.items(), key=lambda item: (-count[item[0]], item[1]))
