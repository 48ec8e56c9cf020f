"""evidence appraise and agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themeweave.cli.effects.printing import paragraph, show, table
from themeweave.cli.terminal import folder_option, sheet_suffix, write

if TYPE_CHECKING:
    from themeweave.evidence.appraisal import Settled
    from themeweave.review.appraisals import Appraised
    from themeweave.review.evidence import Labelled

_SHORT = {  # of statistics, as heads of columns
    "percent agreement": "agree",
    "Cohen's kappa": "Cohen",
    "Scott's pi": "Scott",
    "Fleiss' kappa": "Fleiss",
    "Krippendorff's alpha, nominal": "Krippendorff",
    "Gwet's AC1": "Gwet AC1",
}
profile_option = click.option(
    "--profile",
    default="",
    metavar="NAME",
    help="The tool: amstar2, robis, jbi-reviews, ..., or one of your own.",
)


@click.command(short_help="Rate how trustworthy reviews are.")
@click.argument("sheets", nargs=-1, metavar="[SHEET...]")
@profile_option
@click.option("--blank", metavar="OUT", help="Write a sheet for one appraiser to fill in.")
@click.option("--only", multiple=True, metavar="ID", help="Only these reviews, in a blank sheet.")
@click.option("--consensus", metavar="OUT", help="Write the sheet on which appraisers settle.")
@click.option("--show-profile", is_flag=True, help="Print the profile, to copy and change.")
@click.option("--plot", metavar="OUT", help="Draw the traffic lights: .svg or .png.")
@folder_option
def appraise(
    sheets: tuple[str, ...],
    profile: str,
    blank: str | None,
    only: tuple[str, ...],
    consensus: str | None,
    show_profile: bool,
    plot: str | None,
    folder: Path,
) -> None:
    """Rate how trustworthy the reviews are, by AMSTAR 2 and other tools.

    Each appraiser fills a sheet of their own and saves it in the folder appraisals/ under their own
    name; consensus.csv holds what they settle on. Without SHEET those of the folder are taken. A
    sheet may also hold one review a row with a column for each item.

    \b
    Example:
      themeweave evidence appraise --profile amstar2 --blank appraisals/ana.csv
      themeweave evidence appraise --consensus appraisals/consensus.csv
      themeweave evidence appraise
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review import evidence

    if show_profile:
        click.echo(evidence.profile_text(folder, profile or "amstar2"), nl=False)
        return
    if blank:
        suffix = sheet_suffix(blank)
        rows, columns = evidence.blank_sheet(folder, profile or "amstar2", only)
        write(blank, write_sheet(rows, columns, suffix))
        click.echo(f"{len(rows)} questions to answer in {blank}.", err=True)
        return
    found = evidence.appraisals(folder, sheets, profile)
    if consensus:
        suffix = sheet_suffix(consensus)
        rows, columns, left = evidence.consensus_sheet(found, folder, profile)
        write(consensus, write_sheet(rows, columns, suffix))
        click.echo(f"{left} of {len(rows)} answers to settle in {consensus}.", err=True)
        return
    if plot:
        write(plot, evidence.lights_of(found, folder, profile, evidence.picture_suffix(plot)))
    for appraised in found.values():
        show(_appraised(appraised, evidence.labels_of(folder)))


def _appraised(appraised: Appraised, labels: dict[str, str]) -> Iterator[str]:
    from themeweave.evidence.appraisal import settle
    from themeweave.review.appraised import agreement_notes

    profile = appraised.profile
    settled = settle(profile, appraised.judgements)
    yield f"{profile.tool}, profile {profile.name} {profile.version}: {len(settled)} {profile.of}s"
    rows = [
        [
            labels.get(one.subject, one.subject),
            one.counts.overall or ("-" if profile.rule.kind == "none" else "open"),
            f"{one.counts.critical}",
            f"{one.counts.weaknesses}",
            one.basis,
        ]
        for one in settled
    ]
    yield from table([profile.of, "overall", "critical flaws", "other weaknesses", "basis"], rows)
    yield from _open(settled, labels)
    for words in agreement_notes(appraised):
        yield from paragraph(words)
    yield ""


def _open(settled: Sequence[Settled], labels: dict[str, str]) -> Iterator[str]:
    for one in settled:
        name = labels.get(one.subject, one.subject)
        if one.differ:
            items = ", ".join(one.differ)
            yield from paragraph(f"{name}: answers differ or are missing on item {items}", "  ")
        for fault in () if one.differ else one.counts.open:
            yield from paragraph(f"{name}: {fault}", "  ")
        if one.counts.rule:
            words = f"the rule gives {one.counts.rule}; rated otherwise: {one.counts.reason}"
            yield from paragraph(f"{name}: {words}", "  ")


@click.command()
@click.argument("sheet", metavar="[LABELS]", required=False)
@profile_option
@click.option(
    "--level",
    default="nominal",
    show_default=True,
    type=click.Choice(["nominal", "ordinal", "interval"]),
    help="How labels relate: no order, an order, numbers.",
)
@click.option("--order", default="", metavar="A,B,C", help="All labels in order, for ordinal ones.")
@click.option("--seed", default=0, show_default=True, help="Of the bootstrap.")
@folder_option
def agree(sheet: str | None, profile: str, level: str, order: str, seed: int, folder: Path) -> None:
    """Compute how far appraisers or coders agree.

    Without LABELS the appraisers of the folder are compared.

    LABELS holds one label a row: unit, coder, label, and document for intervals, which come from
    drawing whole documents. Percent agreement stands beside each statistic, since a rare label
    makes kappa low although people hardly differ. What is undefined says why.

    \b
    Example:
      themeweave evidence agree labels.csv --level ordinal --order no,partly,yes
      themeweave evidence agree --profile amstar2
    """
    from themeweave.cli.terminal import read
    from themeweave.corpus.sheets import read_sheet
    from themeweave.review import evidence

    if sheet:
        labels = read_sheet(*read(sheet), ("unit", "coder", "label"))
        words = [word.strip() for word in order.split(",") if word.strip()]
        show(_statistics(evidence.agreement_of(labels, level, words, seed)))
        return
    for appraised in evidence.appraisals(folder, (), profile).values():
        show(_of_appraisers(appraised))


def _statistics(found: Labelled) -> Iterator[str]:
    yield f"{found.units} units, {found.coders} coders, {found.labels} labels"
    yield "shares: " + ", ".join(f"{name} {100 * share:.1f}%" for name, share in found.shares)
    rows = []
    for one in found.statistics:
        value = "undefined" if one.value is None else f"{one.value:.3f}"
        reach = one.interval
        span = "-"
        if reach and reach.low is not None and reach.high is not None:
            span = f"{reach.low:.3f} to {reach.high:.3f}"
        rows.append([one.statistic, value, span, f"{one.units}"])
    yield from table(["statistic", "value", "95% interval", "units"], rows)
    for words in found.notes:
        yield from paragraph(words, "  ")


def _of_appraisers(appraised: Appraised) -> Iterator[str]:
    from themeweave.evidence.appraisal import appraisers_agree
    from themeweave.review.appraisals import unfinished
    from themeweave.review.appraised import agreement_notes

    yield f"{appraised.profile.tool}, profile {appraised.profile.name}"
    people = {j.appraiser for j in appraised.judgements} - {"consensus"}
    if len(people) < 2 or unfinished(appraised):
        for words in agreement_notes(appraised):
            yield from paragraph(words, "  ")
        return
    found = appraisers_agree(appraised.profile, appraised.judgements)
    names = [_SHORT.get(one.statistic, one.statistic) for one in found[0][1]]
    rows = []
    for what, statistics in found:
        shown = f"item {what}" if what in appraised.profile.by_id else what
        values = ["undefined" if s.value is None else f"{s.value:.2f}" for s in statistics]
        rows.append([shown, f"{statistics[0].units}", *values])
    yield from table(["", "units", *names], rows)
    for reason in dict.fromkeys(s.reason for _, of in found for s in of if s.value is None):
        yield from paragraph(f"undefined: {reason}", "  ")
