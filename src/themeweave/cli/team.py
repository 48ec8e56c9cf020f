"""Commands of coding in teams: assign, submit, compare, settle, merge."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themeweave.cli.terminal import (
    InOrder,
    coder_option,
    folder_option,
    now,
    sheet_suffix,
    user,
    write,
)

if TYPE_CHECKING:
    from themeweave.codes.agreement import Agreement
    from themeweave.codes.double import BookAgreement
    from themeweave.review.teamwork.assign import Act
    from themeweave.review.teamwork.compare import Difference


@click.group(cls=InOrder, short_help="Code in a team: blind, compared, settled.")
def team() -> None:
    """Code in a team: blind double coding, agreement, and settling where coders differ."""


def _act(coder: str | None, because: str = "") -> Act:
    from themeweave.review.teamwork.assign import Act

    return Act(coder or user(), now(), uuid.uuid4().hex, because.strip())


@team.command(short_help="Give findings to coders, some or all of them twice.")
@click.argument("name")
@click.argument("findings", nargs=-1, metavar="[FINDING...]")
@click.option("--to", "coders", multiple=True, required=True, metavar="CODER", help="Repeatable.")
@click.option(
    "--double", default=1.0, metavar="SHARE", help="How much two coders get, 0 to 1.  [default: 1]"
)
@click.option("--pilot", default=0, metavar="N", help="N findings by chance, for every coder.")
@click.option("--by", default="finding", help="Keep together: finding, document or review.")
@click.option("--strand", default="", help="Only findings of this strand.")
@click.option("--codebook", "codebooks", multiple=True, help="Only against these. Repeatable.")
@click.option("--seed", default=0, show_default=True, help="Another seed, another draw.")
@click.option("--open", "sighted", is_flag=True, help="Coders see each other's codings at once.")
@coder_option
@folder_option
def assign(
    name: str,
    findings: tuple[str, ...],
    coders: tuple[str, ...],
    double: float,
    pilot: int,
    by: str,
    strand: str,
    codebooks: tuple[str, ...],
    seed: int,
    sighted: bool,
    coder: str | None,
    folder: Path,
) -> None:
    """Give findings to coders under NAME: those named, or all that nobody was given yet.

    What two coders have is coded blind: neither sees the other's codings, and no table, export or
    suggestion is made of them, until both have submitted.

    \b
    Examples:
      themeweave team assign pilot --to ana --to ben --pilot 10
      themeweave team assign main --to ana --to ben --to cem --double 0.2
    """
    from themeweave.review.teamwork.assign import Plan
    from themeweave.review.teamwork.assign import assign as step

    plan = Plan(name, coders, findings, codebooks, strand, double, pilot, by, seed, not sighted)
    made = step(folder, _act(coder), plan)
    click.echo(f"Assigned '{made.name}' against {', '.join(made.codebooks)}:")
    for one, share in made.shares.items():
        shared = sum(one in others for others in made.doubles.values())
        click.echo(f"  {one}: {len(share)} findings, {shared} of them with somebody else")
    if made.doubles and made.blind:
        click.echo("What is shared stays blind until its coders have submitted.")


@team.command(short_help="Say how far everybody has come.")
@folder_option
def status(folder: Path) -> None:
    """Say how far every assignment has come, and whom it waits for.

    \b
    Example:
      themeweave team status
    """
    from themeweave.review.teamwork.compare import progress

    found = progress(folder)
    for one in found:
        kind = "pilot, " if one.assignment.pilot else ""
        sight = "blind" if one.assignment.blind else "open"
        click.echo(
            f"{one.assignment.name} ({kind}{sight}): {one.doubles} findings with several coders, "
            f"{one.revealed} revealed"
        )
        for share in one.shares:
            at = share.submitted.replace("T", " ").removesuffix("Z")
            end = f"submitted {at}" if at else "not submitted"
            click.echo(
                f"  {share.coder}: {share.findings - share.left} of {share.findings} findings "
                f"coded, {end}"
            )
    if not found:
        click.echo("Nothing is assigned yet: 'themeweave team assign' gives findings to coders.")


@team.command(short_help="Hand in your share of an assignment.")
@click.argument("name")
@click.option("--unfinished", is_flag=True, help="What you did not code stays missing.")
@coder_option
@folder_option
def submit(name: str, unfinished: bool, coder: str | None, folder: Path) -> None:
    """Hand in your share of the assignment NAME. Once all have, you see each other's codings.

    Agreement is that of what was submitted; what you rule later counts for the review alone.

    \b
    Example:
      themeweave team submit pilot --coder ana
    """
    from themeweave.review.teamwork.submit import submit as step

    act = _act(coder)
    made = step(folder, act, name, unfinished=unfinished)
    waits = made.waits_for(act.coder)
    click.echo(f"Submitted by {act.coder}: '{made.name}'")
    if waits:
        click.echo(f"It waits for {', '.join(waits)}.")
    elif act.coder in {coder for coders in made.revealed.values() for coder in coders}:
        click.echo("All is revealed. Next: themeweave team disagreements")


@team.command(short_help="Give a coder's share back that was submitted too early.")
@click.argument("name")
@click.argument("whose")
@click.option("--because", default="", metavar="TEXT", help="Why; kept in the trail.")
@coder_option
@folder_option
def reopen(name: str, whose: str, because: str, coder: str | None, folder: Path) -> None:
    """Give coder WHOSE the share of NAME back that they submitted, before it is revealed.

    Only an adjudicator of review.toml can.

    \b
    Example:
      themeweave team reopen pilot ben --because "a slip" --coder eve
    """
    from themeweave.review.teamwork.submit import reopen as step

    click.echo(step(folder, _act(coder, because), name, whose))


@team.command(short_help="List where coders differ.")
@click.argument("name", default="")
@click.option("--all", "every", is_flag=True, help="Those that are settled too.")
@folder_option
def disagreements(name: str, every: bool, folder: Path) -> None:
    """List where coders differ, in the assignment NAME or in all; what is still open comes first.

    \b
    Example:
      themeweave team disagreements pilot
    """
    from themeweave.report.words import counted
    from themeweave.review.teamwork.compare import differences

    found = differences(folder, name)
    shown = found if every else [one for one in found if one.is_open]
    for one in shown:
        for line in _difference(one):
            click.echo(line)
    open_ = sum(one.is_open for one in found)
    click.echo(f"{counted(len(found), 'difference')}, {open_} of them open.")


def _difference(one: Difference) -> Iterator[str]:
    depth = " (one more exactly)" if one.kind == "depth" else ""
    yield f"{one.finding}  {one.book.title}{depth}"
    for word in one.words:
        names = " + ".join(f"{one.book.name(code)} [{code}]" for code in word.codes)
        yield f"  {word.coder}: {names}" + (f", because {word.reason}" if word.reason else "")
    if one.settled:
        names = " + ".join(one.book.name(code) for code in one.settled.codes) or "none of these"
        yield f"  settled by {one.settled.by}: {names}, because {one.settled.reason}"
    elif one.moved:
        yield f"  since then {' and '.join(one.moved)} ruled otherwise, and they agree"


@team.command(short_help="Settle a finding where coders differ.")
@click.argument("finding")
@click.argument("codes", nargs=-1, metavar="[CODE...]")
@click.option("--codebook", default="", help="Where several codebooks have the code, or for none.")
@click.option("--because", default="", metavar="TEXT", help="Why: needed, and kept.")
@coder_option
@folder_option
def adjudicate(
    finding: str,
    codes: tuple[str, ...],
    codebook: str,
    because: str,
    coder: str | None,
    folder: Path,
) -> None:
    """Settle FINDING as CODE, in its codebook, whatever its coders said. Several codes may hold.

    An adjudicator of review.toml does it; where it names none, one of the coders writes down what
    they agreed on. Without CODE, and with --codebook, none of the codes that were given holds.

    \b
    Example:
      themeweave team adjudicate F037 T07 --because "both sides gain" --coder eve
    """
    from themeweave.review.teamwork.settle import adjudicate as step
    from themeweave.review.teamwork.settle import codebook_of

    if not codes and not codebook:
        raise click.UsageError("give a code, or --codebook where none holds")
    from themeweave.review.teamwork.settle import Verdict

    book = codebook or codebook_of(folder, codes)
    click.echo(f"Settled: {step(folder, _act(coder, because), Verdict(finding, book, codes))}")


@team.command(short_help="List what was settled, with the reasons.")
@click.option("-o", "--output", default="", metavar="OUT", help="A sheet: .csv, .xlsx, ...")
@folder_option
def consensus(output: str, folder: Path) -> None:
    """List what was settled, when, by whom and why: the consensus log.

    \b
    Example:
      themeweave team consensus -o consensus.xlsx
    """
    from themeweave.review.teamwork.compare import CONSENSUS_COLUMNS, consensus_rows
    from themeweave.review.teamwork.compare import consensus as step

    suffix = sheet_suffix(output) if output else ""
    found = step(folder)
    for finding, book, end in found:
        names = " + ".join(book.name(code) for code in end.codes) or "none of these"
        at = end.at.replace("T", " ").removesuffix("Z")
        click.echo(f"{at} {end.by}: {finding} is {names} ({book.title}), because {end.reason}")
    click.echo(f"{len(found)} settled.")
    if output:
        from themeweave.corpus.sheets import write_sheet

        write(output, write_sheet(consensus_rows(found), CONSENSUS_COLUMNS, suffix))


@team.command(short_help="Say how far coders agree, with intervals.")
@click.argument("name", default="")
@click.option("--codes", "by_code", is_flag=True, help="For each code too.")
@click.option("--draws", default=1000, show_default=True, help="Samples for each interval.")
@folder_option
def agreement(name: str, by_code: bool, draws: int, folder: Path) -> None:
    """Say how far coders agreed when they submitted, in each codebook.

    The unit is the finding; intervals (95 %) come from drawing whole documents, or reviews. A
    finding that somebody did not code counts neither for nor against.

    \b
    Example:
      themeweave team agreement pilot --codes
    """
    from themeweave.codes.agreement import BANDS
    from themeweave.review.teamwork.compare import agreement as step

    for one in step(folder, name, draws=draws):
        for line in _agreed(one, by_code):
            click.echo(line)
    click.echo(f"Bands of kappa and the like: {BANDS}.")


def _agreed(one: BookAgreement, by_code: bool) -> Iterator[str]:
    alone = f"; {one.one_only} more by one of their coders only" if one.one_only else ""
    yield (
        f"{one.book.title}: {one.findings} findings coded by several of "
        f"{', '.join(one.coders)}{alone}"
    )
    if not one.findings:
        return
    for title, statistics in (("same code", one.exact), ("same branch", one.branch)):
        for found in statistics:
            yield f"  {title}: {_interval(found)}"
    for code in one.codes if by_code else ():
        yield (
            f"  {code.code.name} [{code.code.id}]: {code.all_gave} by all, {code.some_gave} by "
            f"some, {code.none_gave} by none"
        )
        for found in code.statistics:
            yield f"    {_interval(found)}"


def _interval(found: Agreement) -> str:
    from themeweave.codes.agreement import band

    words = str(found)
    if found.value is None:
        return words
    interval = found.interval
    if interval and interval.low is not None and interval.high is not None:
        words += f" ({interval.low:.3f} to {interval.high:.3f})"
    elif interval:
        words += f" (no interval: {interval.reason})"
    return words if found.statistic.startswith("percent") else f"{words}, {band(found.value)}"


@click.command(short_help="Take in another copy of this review: decisions united, nothing lost.")
@click.argument(
    "other",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="[OTHER-FOLDER]",
)
@folder_option
def merge(other: Path | None, folder: Path) -> None:
    """Take in OTHER-FOLDER, another copy of this review; without it, copies of logs in this one.

    All decisions of both count afterwards; nothing is rewritten, and merging again changes nothing.
    Files that only the other has are added. Where both have a sheet or codebook and they differ, it
    is said how, yours stays, and the command exits with 3.

    \b
    Examples:
      themeweave merge ../from-ben
      themeweave merge
    """
    from themeweave.report.words import counted
    from themeweave.review.merge import merge as step

    made = step(folder, other)
    for coder, number in made.taken.items():
        click.echo(f"{coder}: {counted(number, 'new event')} taken in")
    for name in made.added:
        click.echo(f"Added {name}")
    if not made.taken and not made.added:
        click.echo("There was nothing new.")
    for warning in made.folder.warnings:
        click.echo(f"Warning: {warning}", err=True)
    for words in made.differing:
        click.echo(f"To settle: {words}", err=True)
    if made.differing:
        raise click.exceptions.Exit(3)
