"""Commands on effects."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import click

from themeweave.cli.terminal import read

RATIOS = ("OR", "RR", "HR", "ROM", "IRR", "PETO", "RATIO")


@click.group()
def effects() -> None:
    """Effect sizes and pooled effects."""


@effects.command()
@click.argument("sheet", metavar="IN")
@click.option("--measure", default="SMD", show_default=True, help="SMD, MD, OR, RR, GEN, ...")
@click.option("--method", default="REML", show_default=True, help="FE, DL, REML, ML, PM, ...")
@click.option(
    "--ci", default="knha", show_default=True, type=click.Choice(["z", "t", "knha", "adhoc"])
)
@click.option("--level", default=0.95, show_default=True, help="Coverage of the intervals.")
@click.option(
    "--prediction", default="k-1", show_default=True, type=click.Choice(["k-1", "k-2", "z"])
)
@click.option("--cluster", default="", metavar="COLUMN", help="Results of one cluster become one.")
@click.option("--rho", default=0.6, show_default=True, help="Correlation within a cluster.")
@click.option("--json", "as_json", is_flag=True, help="Print every field as JSON.")
def pool(
    sheet: str,
    measure: str,
    method: str,
    ci: str,
    level: float,
    prediction: str,
    cluster: str,
    rho: float,
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
    from themeweave.corpus.sheets import read_sheet
    from themeweave.review import batch

    how = batch.Pooling(measure, method, ci, level, prediction, cluster, rho)
    pooled = batch.pool_sheet(read_sheet(*read(sheet)), how)
    if as_json:
        click.echo(json.dumps(batch.finite(pooled), indent=2, ensure_ascii=False))
        return
    for line in _words(pooled):
        click.echo(line)


def _words(pooled: Mapping[str, Any]) -> Iterator[str]:
    """Put a pooled effect in lines."""
    measure, level = pooled["measure"], f"{100 * pooled['level']:g}%"
    k = pooled["k"]
    yield f"{measure}, {k} studies, {pooled['method']}, intervals by {pooled['ci']}"
    yield f"  pooled effect {pooled['estimate']:.4f} ({level} CI {_span(pooled, 'ci')})"
    if measure in RATIOS:
        ratio, low, high = (math.exp(pooled[name]) for name in ("estimate", "ci_lb", "ci_ub"))
        yield f"  as a ratio    {ratio:.4f} ({level} CI {low:.4f} to {high:.4f})"
    yield f"  standard error {pooled['se']:.4f}, p = {pooled['pval']:.4g}"
    yield f"  prediction interval {_span(pooled, 'pi')}"
    yield (
        f"  tau2 {pooled['tau2']:.4f}, I2 {pooled['I2']:.1f}%, Q {pooled['Q']:.2f} "
        f"(df {pooled['Q_df']}, p = {pooled['Q_pval']:.4g})"
    )
    for note in pooled["notes"]:
        yield f"  note: {note}"


def _span(pooled: Mapping[str, Any], what: str) -> str:
    low, high = pooled[f"{what}_lb"], pooled[f"{what}_ub"]
    return "not estimable" if math.isnan(low) else f"{low:.4f} to {high:.4f}"
