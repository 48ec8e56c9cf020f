"""The framework board: domains and constructs with what hinders, what helps, and who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.report.page.entries import MOST, Group, code_of, filtered, ranked
from themeweave.report.page.records import FindingRow, PageData

SIDES = (("barrier", "Barriers"), ("facilitator", "Facilitators"), ("", "Mixed, neutral, unclear"))


@dataclass(frozen=True, slots=True)
class Construct:
    """One construct with its findings, side by side."""

    code: str
    label: str
    sides: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain of the framework."""

    code: str
    label: str
    findings: int
    confirmed: int  # of these, placed in the domain by a person
    reviews: int
    barriers: int
    facilitators: int
    constructs: tuple[Construct, ...]


def board(data: PageData) -> list[Domain]:
    """Put the board together, in the framework's order; a domain without findings is there too."""
    held: defaultdict[str, list[FindingRow]] = defaultdict(list)
    names = dict(data.domains)
    for row in data.findings:
        for reading in row.domain[:1]:
            code = "" if reading.unsure else reading.code
            held[code].append(row)
            if code:
                names.setdefault(code, reading.label)
    found = [_domain(code, label, held[code], data) for code, label in names.items()]
    if held[""]:
        found.append(_domain("", "Domain unclear", held[""], data))
    return found if held else []


def _domain(code: str, label: str, rows: Sequence[FindingRow], data: PageData) -> Domain:
    within: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for row in rows:
        within[code_of(row.construct)].append(row)
    constructs = [
        Construct(construct, name, _sides(within[construct], code, construct))
        for construct, name in (*data.constructs, ("", "Construct unclear or not told"))
        if within.get(construct)
    ]
    sides = [code_of(row.valence) for row in rows]
    return Domain(
        code,
        label,
        len(rows),
        sum(reading.basis == "confirmed" for row in rows for reading in row.domain[:1]),
        len({review for row in rows for review in row.reviews}),
        sides.count("barrier"),
        sides.count("facilitator"),
        tuple(constructs),
    )


def _sides(rows: Sequence[FindingRow], domain: str, construct: str) -> tuple[Group, ...]:
    told = {side for side, _ in SIDES}
    groups = []
    for side, label in SIDES:
        members = [r for r in rows if _side(r, told) == side]
        link = filtered(domain=domain or "unclear", construct=construct or "unclear", valence=side)
        listed = tuple(ranked(members, "domain")[:MOST])
        groups.append(Group(side, label, len(members), listed, link))
    return tuple(groups)


def _side(row: FindingRow, told: set[str]) -> str:
    code = code_of(row.valence)
    return code if code in told else ""
