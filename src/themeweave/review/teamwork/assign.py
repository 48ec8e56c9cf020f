"""Assignments: findings given to coders, by name, by chance, or whole documents at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.codes.allocate import allocate, shuffled
from themeweave.codes.codebook import Codebook
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.decide import check_coder
from themeweave.review.folder import ReviewFolder, coded_books, open_folder
from themeweave.review.log import Entry, append
from themeweave.review.nearest import nearest
from themeweave.review.synthesis import in_strand
from themeweave.review.team import Assignment, Team

BY = ("finding", "document", "review")  # what is given out as a whole


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be given to whom."""

    name: str
    coders: tuple[str, ...]
    findings: tuple[str, ...] = ()  # empty for all that stand in no assignment yet
    codebooks: tuple[str, ...] = ()  # empty for all that findings are coded against
    strand: str = ""  # only findings of this one
    double: float = 1.0  # 0 to 1: the share that two coders get
    pilot: int = 0  # so many findings by chance, for every coder; 0 for a plain assignment
    by: str = "finding"  # one of BY
    seed: int = 0
    blind: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, under which event id, and why."""

    coder: str
    at: str  # UTC, ISO 8601
    id: str
    reason: str = ""


def assign(path: Path, act: Act, plan: Plan) -> Assignment:
    """Give findings to coders.

    Raises
    ------
    ReviewError
        Where the plan names what is not there, a name that is taken, or nothing is left to give.
    """
    check_coder(act.coder)
    folder = open_folder(path, act.coder)
    entry = assignment_entry(folder, act, plan)
    append(log_of(folder, act.coder), act.coder, [entry])
    return find_assignment(open_folder(path, act.coder).team, entry.id)


def assignment_entry(folder: ReviewFolder, act: Act, plan: Plan) -> Entry:
    """Check a plan against a folder, and make the event of it, as for `assign`."""
    for coder in plan.coders:
        check_coder(coder)
    if not plan.name.strip():
        raise ReviewError("an assignment needs a name", "", "Such as pilot, or round 1.")
    if any(one.name == plan.name for one in folder.team.assignments):
        raise ReviewError(
            f"there is an assignment '{plan.name}' already",
            "",
            f"Give another name. {_there(folder.team)}",
        )
    if plan.by not in BY:
        raise ReviewError(f"findings are not given out by '{plan.by}'", "", f"By {', '.join(BY)}.")
    known = list(coded_against(folder))
    for book in plan.codebooks:
        if book not in known:
            raise ReviewError(
                f"findings are not coded against '{book}'{nearest(book, known)}",
                "",
                f"There are: {', '.join(known)}.",
            )
    body: dict[str, object] = {
        "name": plan.name,
        "codebooks": list(plan.codebooks or known),
        "blind": plan.blind,
        "pilot": plan.pilot > 0,
        "double": plan.double,
        "seed": plan.seed,
        "shares": _shares(_units(folder, plan), plan),
    }
    return Entry(act.id, act.at, "assignment", body)


def coded_against(folder: ReviewFolder) -> Mapping[str, Codebook]:
    """Give the codebooks that findings are coded against and that have codes."""
    return {name: book for name, book in coded_books(folder).items() if book.codes}


def _units(folder: ReviewFolder, plan: Plan) -> dict[str, list[str]]:
    """Give what is given out as a whole, with its findings, in the order of the sheet."""
    given = {
        finding
        for one in folder.team.assignments
        for findings in one.shares.values()
        for finding in findings
    }
    by_id = {finding.id: finding for finding in folder.findings}
    faults = [
        f"there is no finding '{finding}'{nearest(finding, by_id)}"
        for finding in plan.findings
        if finding not in by_id
    ]
    if faults:
        raise ReviewError("findings that are not there", "", "Nothing was given.", faults=faults)
    strand = in_strand(folder.findings, plan.strand)
    asked = [f for f in strand if (f.id in plan.findings if plan.findings else f.id not in given)]
    units: dict[str, list[str]] = {}
    for finding in asked:
        units.setdefault(_whole(finding, plan.by), []).append(finding.id)
    if not units:
        raise ReviewError(
            "there is no finding left to give",
            "",
            "All stand in an assignment, or none is in the strand. Name those to give again.",
        )
    return units


def _whole(finding: Finding, by: str) -> str:
    """Name what a finding is given out with."""
    if by == "document" and finding.passage:
        return finding.passage.document_id
    if by != "finding" and finding.cited:
        return finding.cited[0]
    return finding.id


def _shares(units: Mapping[str, Sequence[str]], plan: Plan) -> dict[str, list[str]]:
    """Share out findings; a pilot gives every coder the same, drawn by chance."""
    if plan.pilot < 0 or plan.pilot > sum(map(len, units.values())):
        raise ReviewError(
            f"a pilot of {plan.pilot} findings cannot be drawn",
            "",
            f"Give a number from 1 to {sum(map(len, units.values()))}.",
        )
    if not plan.pilot:
        sizes = {unit: len(findings) for unit, findings in units.items()}
        shares = allocate(sizes, plan.coders, plan.double, plan.seed)
        return {coder: [f for unit in own for f in units[unit]] for coder, own in shares.items()}
    allocate({"": 1}, plan.coders, 1)  # refuses what cannot be: too few coders, one twice
    drawn: list[str] = []
    for unit in shuffled(units, plan.seed):
        if len(drawn) < plan.pilot:
            drawn += units[unit]
    every = [finding for findings in units.values() for finding in findings]
    return {coder: [finding for finding in every if finding in drawn] for coder in plan.coders}


def find_assignment(team: Team, asked: str) -> Assignment:
    """Find an assignment by its name or id.

    Raises
    ------
    ReviewError
        Where there is none, or several have the name.
    """
    found = [one for one in team.assignments if asked in (one.name, one.id)]
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise ReviewError(f"several assignments have the name '{asked}'", "", f"Give an id: {ids}.")
    if not found:
        names = [one.name for one in team.assignments]
        raise ReviewError(
            f"there is no assignment '{asked}'{nearest(asked, names)}",
            "",
            _there(team),
        )
    return found[0]


def _there(team: Team) -> str:
    names = ", ".join(one.name for one in team.assignments)
    return f"There are: {names}." if names else "Nothing was assigned yet."


def log_of(folder: ReviewFolder, coder: str) -> Path:
    """Give where a coder's events are kept."""
    return folder.path / "decisions" / f"{coder}.jsonl"
