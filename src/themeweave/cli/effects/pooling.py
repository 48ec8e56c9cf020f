"""effects size, effects pool."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import click

from themeweave.cli.effects.options import (
    json_option,
    level_option,
    opened,
    sheet_argument,
    with_pooling,
)
from themeweave.cli.effects.printing import (
    effect,
    is_ratio,
    notes,
    number,
    paragraph,
    show,
    show_json,
    span,
    table,
)
from themeweave.cli.terminal import suffix_of, write

KNAPP = "the Knapp-Hartung standard error is"  # the note of an interval narrower than Wald's

if TYPE_CHECKING:
    from themeweave.review.effects import Pooling


@click.command()
@sheet_argument
@click.option("-o", "--output", default="-", metavar="OUT", help="Where to; - for the terminal.")
@click.option("--measure", default="SMD", show_default=True, help="SMD, MD, OR, RR, GEN, ...")
@click.option(
    "--better-when",
    default="",
    metavar="WHICH",
    help="higher, lower, or the column that says so: positive then favours group 1.",
)
@click.option(
    "--correction",
    default="exact",
    show_default=True,
    help="Hedges' factor: exact, approximate, none.",
)
@click.option(
    "--variance", default="LS", show_default=True, help="Of the SMD: LS, LS2, UB, revman."
)
@click.option("--smdh-variance", default="shrunk", show_default=True, help="shrunk, bonett.")
@click.option("--md-variance", default="separate", show_default=True, help="separate, pooled.")
@click.option("--rom", default="plain", show_default=True, help="Ratio of means: plain, corrected.")
@click.option(
    "--add", default=0.5, show_default=True, help="Goes to the cells of zero-cell tables."
)
@click.option(
    "--to", default="only0", show_default=True, help="Which tables: only0, all, if0all, none."
)
@click.option("--drop00", is_flag=True, help="Leave out tables without any event.")
@level_option
@json_option
def size(
    sheet: str,
    output: str,
    measure: str,
    better_when: str,
    correction: str,
    variance: str,
    smdh_variance: str,
    md_variance: str,
    rom: str,
    add: float,
    to: str,
    drop00: bool,
    level: float,
    as_json: bool,
) -> None:
    """Compute the effect of each study result of a sheet.

    OUT is IN with the columns yi, vi, se and effect_note; ratios are on the log scale. Rows that
    state yi and vi keep them. Rows without an effect are listed, and the command exits with 3.

    \b
    Example:
      themeweave effects size trials.csv --measure RR -o sized.csv
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.effects.sizes.catalogue import Options
    from themeweave.review.effects import Pooling, size_sheet

    options = Options(correction, variance, smdh_variance, md_variance, rom, add, to, drop00, level)
    how = Pooling(measure, level=level, better_when=better_when)
    sized = size_sheet(opened(sheet), how, options)
    if as_json:
        record = {"measure": sized.measure, "definition": sized.definition}
        show_json({**record, "rows": sized.effects, "notes": sized.notes})
    else:
        write(output, write_sheet(sized.rows, sized.columns, suffix_of(output)))
    for note in sized.notes:
        click.echo(f"Note: {note}", err=True)
    for fault in sized.set_aside:
        click.echo(f"Set aside: {fault}", err=True)
    if sized.set_aside:
        raise click.exceptions.Exit(3)


@click.command()
@sheet_argument
@with_pooling
@click.option(
    "--prediction", default="k-1", show_default=True, type=click.Choice(["k-1", "k-2", "z"])
)
@click.option(
    "--preset",
    default="",
    metavar="NAME",
    help="All choices of a program: revman5, cochrane2025, metafor, cma, default.",
)
@click.option("--by", default="", metavar="COLUMN", help="Pool each group on its own.")
@click.option("--methods", is_flag=True, help="Add the methods paragraph.")
@click.option(
    "--script",
    type=click.Choice(["r", "python"]),
    help="Print a script that repeats it.",
)
@json_option
@click.pass_context
def pool(
    context: click.Context,
    sheet: str,
    how: Pooling,
    prediction: str,
    preset: str,
    by: str,
    methods: bool,
    script: Literal["r", "python"] | None,
    as_json: bool,
) -> None:
    """Pool the study results of a sheet.

    IN holds one study result a row: means, events, or ready effects (yi, vi). Ratios are pooled
    and printed on the log scale. Knapp-Hartung intervals are the default because Wald intervals
    are too narrow with few studies.

    \b
    Example:
      themeweave effects pool trials.csv --measure RR --method DL --ci z
    """
    from themeweave.review.effects import pool_by, pool_sheet

    _one_or_the_other(context, preset)
    if by and (script or methods):
        raise click.UsageError("--by makes several results: ask for their script one by one.")
    how = replace(how, prediction=prediction, preset=preset)
    if by:
        groups = pool_by(opened(sheet), how, by)
        show_json(groups) if as_json else show(_groups(groups))
        return
    pooled = pool_sheet(opened(sheet), how, script or "")
    if as_json:
        show_json(pooled)
    elif script:
        click.echo(pooled.get("script", ""), nl=False)
    else:
        show(_words(pooled))
        if methods:
            show(("", *paragraph(pooled["methods"])))


def _one_or_the_other(context: click.Context, preset: str) -> None:
    """Refuse a preset beside a choice that it makes."""
    named = [
        f"--{name}"
        for name in ("method", "ci", "level", "prediction")
        if context.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE
    ]
    if preset and named:
        raise click.UsageError(f"--preset {preset} decides on {', '.join(named)}: leave one out.")


def _words(pooled: Mapping[str, Any]) -> Iterator[str]:
    """Put a pooled effect in lines."""
    measure, level = pooled["measure"], f"{100 * pooled['level']:g}%"
    k = pooled["k"]
    what = ("study", "studies") if pooled["independent"] else ("result", "results")
    yield f"{measure}, {k} {what[k != 1]}, {pooled['method']}, intervals by {pooled['ci']}"
    if pooled["n"] is not None:
        yield f"  {pooled['n']:,} participants"
    if k:
        yield f"  pooled effect {pooled['estimate']:.4f} ({level} CI {span_of(pooled, 'ci')})"
    if k and is_ratio(measure):
        ratio, low, high = (math.exp(pooled[name]) for name in ("estimate", "ci_lb", "ci_ub"))
        yield f"  as a ratio    {ratio:.4f} ({level} CI {low:.4f} to {high:.4f})"
    if k:
        yield f"  standard error {number(pooled['se'], 4)}, p = {pooled['pval']:.4g}"
        if pooled["prediction"] != "none":
            yield f"  prediction interval {span_of(pooled, 'pi')}"
    if k > 1:
        yield (
            f"  tau2 {pooled['tau2']:.4f}, I2 {pooled['I2']:.1f}%, Q {pooled['Q']:.2f} "
            f"(df {pooled['Q_df']}, p = {pooled['Q_pval']:.4g})"
        )
        yield f"  tau2 by Q-profile {span_of(pooled, 'tau2')}, I2 {span_of(pooled, 'I2')}"
    yield from notes(pooled["notes"])


def span_of(pooled: Mapping[str, Any], what: str) -> str:
    """Write one of the intervals of a pooled effect."""
    return span(pooled[f"{what}_lb"], pooled[f"{what}_ub"], 4)


def _groups(record: Mapping[str, Any]) -> Iterator[str]:
    """Put the groups of a sheet in a table, and their notes below."""
    measure = record["measure"]
    ratio = is_ratio(measure)
    level = f"{100 * record['groups'][0]['level']:g}% CI" if record["groups"] else "CI"
    rows = [
        [
            group["group"],
            str(group["k"]),
            "-" if group["n"] is None else f"{group['n']:,}",
            effect(group, ratio),
            _prediction(group, ratio),
            "-" if group["k"] < 2 else f"{group['I2']:.0f}%",
        ]
        for group in record["groups"]
    ]
    yield from table([record["by"], "k", "N", f"{measure} ({level})", "prediction", "I2"], rows)
    yield from notes(record["notes"])
    narrower = [g["group"] for g in record["groups"] if any(KNAPP in n for n in g["notes"])]
    if narrower:
        who = ", ".join(narrower)
        said = f"Knapp-Hartung intervals narrower than Wald's: {who}; --ci adhoc forbids that"
        yield from notes([said])


def _prediction(group: Mapping[str, Any], ratio: bool) -> str:
    low, high = group["pi_lb"], group["pi_ub"]
    if not math.isfinite(low):
        return "-"
    return span(math.exp(low), math.exp(high)) if ratio else span(low, high)
