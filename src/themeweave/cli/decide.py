"""The command by which a person decides."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from themeweave.cli.terminal import coder_option, folder_option, now, read, user


@click.command()
@click.argument("finding", required=False)
@click.argument("code", required=False)
@click.option("--reject", is_flag=True, help="The finding does not speak to the code.")
@click.option("--because", default="", metavar="TEXT", help="Why; kept in the trail.")
@click.option("--from", "sheet", metavar="SHEET", help="A sheet: finding, code, accepted, reason.")
@click.option("--undo", is_flag=True, help="Withdraw your latest decision.")
@coder_option
@folder_option
def decide(
    finding: str | None,
    code: str | None,
    reject: bool,
    because: str,
    sheet: str | None,
    undo: bool,
    coder: str | None,
    folder: Path,
) -> None:
    """Decide that FINDING speaks to CODE. A decision outranks every suggestion.

    Decisions are added to decisions/CODER.jsonl and never overwritten; --undo adds a withdrawal.

    \b
    Examples:
      themeweave decide F037 T08 --because "hope is the point here"
      themeweave decide --from rulings.csv --coder ana
    """
    from themeweave.review import decide as step

    who = coder or user()
    at = now()
    if undo:
        if finding or sheet or reject or because:
            raise click.UsageError("--undo stands alone: it withdraws your latest decision")
        click.echo(f"Withdrawn: {step.undo(folder, who, at, uuid.uuid4().hex)}")
        return
    if sheet:
        from themeweave.corpus.sheets import read_sheet

        if finding or reject or because:
            raise click.UsageError("--from stands alone: the sheet says finding, code and reason")
        rulings, ids = step.read_rulings(read_sheet(*read(sheet), step.COLUMNS))
    elif finding and code:
        rulings, ids = [step.Ruling(finding, code, not reject, because)], [uuid.uuid4().hex]
    else:
        raise click.UsageError("give a finding and a code, or --from SHEET, or --undo")
    done = step.decide(folder, who, rulings, at, ids)
    if not sheet:
        click.echo(f"Decided by {who}: {done.said[0]}")
        return
    click.echo(f"Decisions by {who}: {done.written} written to {done.log.name}")
    if done.passed_over:
        click.echo(f"{done.passed_over} were there already; undone ones stay undone")
