"""Settling: what the team makes of a finding where coders differ, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.errors import NotAllowed, ReviewError
from themeweave.review.decide import check_coder
from themeweave.review.folder import ReviewFolder, open_folder
from themeweave.review.log import Entry, append
from themeweave.review.nearest import nearest
from themeweave.review.teamwork.assign import Act, coded_against, log_of
from themeweave.review.teamwork.submit import no_adjudicator


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a finding is settled as in one codebook."""

    finding: str
    codebook: str
    codes: tuple[str, ...]  # empty: none of those that were given


def adjudicate(path: Path, act: Act, verdict: Verdict) -> str:
    """Settle a finding where coders differ; gives it in words.

    An adjudicator of review.toml does it; where it names none, the finding's coders write down
    what they agreed on.

    Raises
    ------
    ReviewError
        Where something is not there, it is blind still, no reason is given, or somebody asks who
        may not.
    """
    check_coder(act.coder)
    folder = open_folder(path, act.coder)
    append(log_of(folder, act.coder), act.coder, verdict_entries(folder, act, verdict))
    book = folder.codebooks[verdict.codebook]
    names = (
        " + ".join(f"'{book.name(code)}'" for code in verdict.codes) or "nothing of what was said"
    )
    return f"{verdict.finding} is {names} ({book.title}), because {act.reason}"


def verdict_entries(folder: ReviewFolder, act: Act, verdict: Verdict) -> list[Entry]:
    """Check a verdict against a folder in its author's sight, and make events of it.

    Codes that coders gave and the verdict does not hold are rejected, so that nothing stays open.
    """
    finding = verdict.finding
    known = [one.id for one in folder.findings]
    if finding not in known:
        raise ReviewError(
            f"there is no finding '{finding}'{nearest(finding, known)}",
            "",
            "'themeweave findings list' shows every finding.",
        )
    book = folder.codebooks.get(verdict.codebook)
    if book is None:
        raise ReviewError(
            f"there is no codebook '{verdict.codebook}'"
            f"{nearest(verdict.codebook, folder.codebooks)}",
            "",
            "'themeweave codes list' shows every codebook.",
        )
    if wrong := [code for code in verdict.codes if code not in book.by_id]:
        raise ReviewError(
            f"there is no code '{wrong[0]}' in '{book.title}'{nearest(wrong[0], book.by_id)}",
            "",
            "'themeweave codes list' shows every code.",
        )
    if not act.reason:
        raise ReviewError(
            "settling a finding needs a reason", "", "Say why the team settles on it."
        )
    if name := folder.team.blind_in(finding, book.id):
        raise ReviewError(
            f"{finding} is coded blind in '{name}'",
            "",
            "It can be settled once all its coders have submitted.",
        )
    here = [d for d in folder.decisions if (d.finding_id, d.codebook) == (finding, book.id)]
    coders = {made.coder for made in here if made.rank != "final"}
    if folder.settings.adjudicators():
        if act.coder not in folder.settings.adjudicators():
            raise no_adjudicator(folder, act.coder, "settle a finding")
    elif act.coder not in coders or len(coders) < 2:
        raise NotAllowed(
            f"'{act.coder}' cannot settle {finding}: it is settled by those who coded it",
            "",
            f"They are: {', '.join(sorted(coders)) or 'nobody yet'}. Or name an adjudicator in "
            'review.toml: [coders.NAME] role = "adjudicator".',
        )
    above = {up for code in verdict.codes for up in book.path(code)}
    rejected = sorted({made.code_id for made in here if made.accepted} - above)
    rulings = [(code, True) for code in verdict.codes] + [(code, False) for code in rejected]
    if not rulings:
        raise ReviewError(f"nobody gave {finding} a code in '{book.title}'", "", "Name one.")
    return [
        Entry(
            f"{act.id}-{number}",
            act.at,
            "decision",
            {
                "finding": finding,
                "codebook": book.id,
                "code": code,
                "accepted": accepted,
                "reason": act.reason,
                "consensus": True,
            },
        )
        for number, (code, accepted) in enumerate(rulings, start=1)
    ]


def codebook_of(path: Path, codes: Sequence[str]) -> str:
    """Find the codebook that has all of some codes.

    Raises
    ------
    ReviewError
        Where none has them, or several.
    """
    books = coded_against(open_folder(path))
    holders = [name for name, book in books.items() if all(code in book.by_id for code in codes)]
    if len(holders) != 1:
        every = [code for book in books.values() for code in book.by_id]
        wrong = next((code for code in codes if code not in every), "")
        raise ReviewError(
            f"there is no code '{wrong}'{nearest(wrong, every)}"
            if wrong
            else f"no codebook alone has {' and '.join(codes)}",
            "",
            f"Name one with --codebook: {', '.join(holders or books)}.",
        )
    return holders[0]
