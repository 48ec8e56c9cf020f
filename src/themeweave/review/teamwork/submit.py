"""Handing in: a coder's share of an assignment is submitted, or given back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from themeweave.errors import NotAllowed, ReviewError
from themeweave.report.words import counted
from themeweave.review.decide import check_coder
from themeweave.review.folder import ReviewFolder, open_folder
from themeweave.review.log import Entry, append
from themeweave.review.team import Assignment
from themeweave.review.teamwork.assign import Act, coded_against, find_assignment, log_of
from themeweave.review.united import standing

_SHOWN = 5  # names in a message


def submit(path: Path, act: Act, name: str, *, unfinished: bool = False) -> Assignment:
    """Hand in a coder's share of an assignment.

    Parameters
    ----------
    unfinished
        Findings that were not coded stay missing; they count neither for nor against agreement.

    Raises
    ------
    ReviewError
        Where the coder has no share, has submitted it, or has not finished with it.
    """
    check_coder(act.coder)
    folder = open_folder(path, act.coder)
    entry = submission_entry(folder, act, name, unfinished=unfinished)
    append(log_of(folder, act.coder), act.coder, [entry])
    return find_assignment(open_folder(path, act.coder).team, name)


def submission_entry(
    folder: ReviewFolder, act: Act, name: str, *, unfinished: bool = False
) -> Entry:
    """Check a submission against a folder in the coder's sight, and make the event of it."""
    one = find_assignment(folder.team, name)
    if act.coder not in one.shares:
        raise NotAllowed(
            f"'{act.coder}' has no share of '{one.name}'",
            "",
            f"It was given to {', '.join(one.shares)}.",
        )
    if act.coder in one.submitted:
        waits = one.waits_for(act.coder)
        raise ReviewError(
            f"'{act.coder}' has submitted '{one.name}' already",
            "",
            f"It waits for {', '.join(waits)}." if waits else "All is revealed.",
        )
    left = uncoded(folder, one, act.coder)
    if left and not unfinished:
        raise ReviewError(
            f"{counted(len(left), 'finding')} of '{one.name}' {_is(len(left))} not coded yet",
            "",
            f"{_named(left)}. Code them, or submit the share unfinished: they stay missing.",
        )
    body: dict[str, object] = {"assignment": one.id, "missing": left}
    return Entry(act.id, act.at, "submission", body)


def uncoded(folder: ReviewFolder, assignment: Assignment, coder: str) -> list[str]:
    """Give the findings of a coder's share that lack a ruling in a codebook they belong to.

    Parameters
    ----------
    folder
        In the coder's sight, or whole. A finding that the coder marked as done is coded.
    """
    share = set(assignment.shares.get(coder, ()))
    books = coded_against(folder)
    ruled = {(d.finding_id, d.codebook) for d in folder.decisions if d.coder == coder}
    done = _done(folder, coder)
    return [
        finding.id
        for finding in folder.findings
        if finding.id in share - done
        and any(
            book in books
            and folder.settings.book(book).strand in ("", finding.strand)
            and (finding.id, book) not in ruled
            for book in assignment.codebooks
        )
    ]


def _done(folder: ReviewFolder, coder: str) -> set[str]:
    """Give the findings that a coder marked as done."""
    last: dict[str, str] = {}
    for one in standing(folder.logs, "status"):
        if one.event.coder == coder:
            last[str(one.event.body["finding"])] = str(one.event.body["status"])
    return {finding for finding, status in last.items() if status == "done"}


def reopen(path: Path, act: Act, name: str, coder: str) -> str:
    """Give a coder's share back that was submitted too early; gives it in words.

    Raises
    ------
    ReviewError
        Where nothing was submitted, it is revealed already, no reason is given, or somebody asks
        who is no adjudicator.
    """
    check_coder(act.coder)
    folder = open_folder(path, act.coder)
    entry = reopening_entry(folder, act, name, coder)
    append(log_of(folder, act.coder), act.coder, [entry])
    return f"{coder} codes '{find_assignment(folder.team, name).name}' again"


def reopening_entry(folder: ReviewFolder, act: Act, name: str, coder: str) -> Entry:
    """Check a reopening against a folder, and make the event of it, as for `reopen`."""
    one = find_assignment(folder.team, name)
    if act.coder not in folder.settings.adjudicators():
        raise no_adjudicator(folder, act.coder, "give a share back")
    if not act.reason:
        raise ReviewError("giving a share back needs a reason", "", "Say why it is given back.")
    if coder not in one.submitted:
        raise ReviewError(f"'{coder}' has not submitted '{one.name}'", "", "It is open still.")
    if any(coder in coders for coders in one.revealed.values()):
        raise ReviewError(
            f"'{one.name}' is revealed: {coder} has seen what others said",
            "",
            "Assign the findings to somebody else, under a new name.",
        )
    body = {
        "assignment": one.id,
        "coder": coder,
        "event": one.submitted[coder].event.id,
        "reason": act.reason,
    }
    return Entry(act.id, act.at, "reopening", body)


def no_adjudicator(folder: ReviewFolder, coder: str, what: str) -> NotAllowed:
    """Say that something is for adjudicators alone, and who they are."""
    adjudicators = ", ".join(sorted(folder.settings.adjudicators()))
    return NotAllowed(
        f"'{coder}' is no adjudicator, and only they {what}",
        "review.toml",
        f"They are: {adjudicators or 'nobody yet'}. An adjudicator stands there as "
        '[coders.NAME] role = "adjudicator".',
    )


def _named(findings: Sequence[str]) -> str:
    more = f" and {len(findings) - _SHOWN} more" if len(findings) > _SHOWN else ""
    return ", ".join(findings[:_SHOWN]) + more


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
