"""effects subgroup, regress, bias, influence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import click

from themeweave.cli.effects.options import json_option, opened, sheet_argument, with_pooling
from themeweave.cli.effects.printing import (
    effect,
    is_ratio,
    notes,
    number,
    p_value,
    paragraph,
    percent,
    show,
    show_json,
    span,
    table,
)

if TYPE_CHECKING:
    from themeweave.review.effects import Pooling


@click.command()
@sheet_argument
@click.option("--by", required=True, metavar="COLUMN", help="The column that names the subgroup.")
@click.option(
    "--tau2",
    default="separate",
    show_default=True,
    type=click.Choice(["separate", "common"]),
    help="Of each subgroup, or one for all.",
)
@with_pooling
@json_option
def subgroup(
    sheet: str, by: str, tau2: Literal["separate", "common"], how: Pooling, as_json: bool
) -> None:
    """Pool each subgroup and test whether they differ.

    \b
    Example:
      themeweave effects subgroup corpus/effects.csv --by outcome
    """
    from themeweave.review.effects import subgroup_sheet

    found = subgroup_sheet(opened(sheet), how, by, tau2)
    show_json(found) if as_json else show(_subgroups(found))


def _subgroups(found: Mapping[str, Any]) -> Iterator[str]:
    ratio, level = is_ratio(found["measure"]), f"{100 * found['level']:g}% CI"
    rows = [
        [
            group["level"],
            str(group["k"]),
            "-" if group["n"] is None else f"{group['n']:,}",
            effect(group, ratio),
            p_value(group["pval"]),
            "-" if group["k"] < 2 else f"{group['I2']:.0f}%",
        ]
        for group in found["groups"]
    ]
    yield from table([found["by"], "k", "N", f"{found['measure']} ({level})", "p", "I2"], rows)
    if math.isfinite(found["Q_between"]):
        df = f"df {found['df']}" + (f" and {found['df2']}" if found["df2"] else "")
        name = "F" if found["df2"] else "Q"
        yield (
            f"difference between subgroups: {name} = {found['Q_between']:.2f} ({df}), "
            f"p = {p_value(found['pval'])}"
        )
    yield f"tau2 {found['tau2']}, {found['method']}, intervals by {found['ci']}"
    yield from notes(found["notes"])


@click.command()
@sheet_argument
@click.option(
    "--on",
    required=True,
    multiple=True,
    metavar="COLUMN",
    help="A moderator, numbers or text; may be repeated.",
)
@with_pooling
@json_option
def regress(sheet: str, on: tuple[str, ...], how: Pooling, as_json: bool) -> None:
    """Regress the effects on columns of their sheet.

    With --cluster: a three-level model with cluster-robust tests (CR2), and --rho for the
    correlation of sampling errors within a cluster.

    \b
    Example:
      themeweave effects regress corpus/effects.csv --on n_1 --cluster study
    """
    from themeweave.review.effects import regress_sheet

    found = regress_sheet(opened(sheet), how, on)
    show_json(found) if as_json else show(_regression(found))


def _regression(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['measure']}, {found['k']} results, {found['model']}"
    rows = [
        [
            c["term"],
            number(c["estimate"], 4),
            number(c["se"], 4),
            span(c["ci_lb"], c["ci_ub"], 4),
            p_value(c["pval"]),
        ]
        for c in found["coefficients"]
    ]
    if rows:
        level = f"{100 * found['level']:g}% CI"
        yield from table(["term", "estimate", "se", level, "p"], rows)
    if "tau2" in found:
        yield (
            f"residual tau2 {number(found['tau2'], 4)}, I2 {percent(found['I2'])}, "
            f"R2 {percent(found['R2'])}, moderators p = {p_value(found['QM_pval'])}"
        )
    else:
        yield (
            f"variance between clusters {number(found['sigma2_between'], 4)}, within "
            f"{number(found['sigma2_within'], 4)}, {found['n_clusters']} clusters"
        )
    yield from notes(found["notes"])


@click.command(short_help="Test for small-study effects and excess significance.")
@sheet_argument
@with_pooling
@json_option
def bias(sheet: str, how: Pooling, as_json: bool) -> None:
    """Test for small-study effects and for an excess of significant results.

    \b
    Example:
      themeweave effects bias trials.csv --measure RR
    """
    from themeweave.review.effects import bias_sheet

    found = bias_sheet(opened(sheet), how)
    show_json(found) if as_json else show(_bias(found))


def _bias(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['measure']}, {found['k']} results"
    classic, mixed, begg = found["egger_classic"], found["egger_mixed"], found["begg"]
    excess, tess = found["excess_significance"], found["tess_psst"]
    safe = found["fail_safe"]
    rows = [
        ["Egger, classic", f"t = {number(classic['stat'])}", p_value(classic["pval"])],
        ["Egger, mixed model", f"z = {number(mixed['stat'])}", p_value(mixed["pval"])],
        ["Begg, rank correlation", f"tau = {number(begg['tau'])}", p_value(begg["pval"])],
        [
            "Excess significance, chi-square",
            f"{excess['observed']} seen, {number(excess['expected'], 1)} expected",
            p_value(excess["pval_chi2"]),
        ],
        [
            "Excess significance, TESS",
            f"{tess['observed']} seen, {number(tess['expected'], 1)} expected",
            p_value(tess["p_tess"]),
        ],
        ["Excess significance, PSST", "", p_value(tess["p_psst"])],
    ]
    yield from table(["test", "result", "p"], rows)
    for fill in found["trim_and_fill"]:
        yield f"trim and fill, {fill['estimator']} under {fill['method']}: {_filled(fill)}"
    yield (
        f"fail-safe N: {number(safe['rosenthal'], 0)} (Rosenthal), "
        f"{number(safe['orwin'], 0)} (Orwin), {number(safe['rosenberg'], 0)} (Rosenberg)"
    )
    why = [classic["notes"], mixed["notes"], begg["notes"], excess["notes"], tess["notes"]]
    said = dict.fromkeys(note for part in (*why, safe["notes"]) for note in part)
    yield from notes([*found["notes"], *said])
    yield from paragraph(found["caution"])


def _filled(fill: Mapping[str, Any]) -> str:
    if fill["before"] is None:
        return "not estimable (k < 3)"
    studies = f"{fill['k0']} {'study' if fill['k0'] == 1 else 'studies'} {fill['side']}"
    before, after = fill["before"]["estimate"], fill["after"]["estimate"]
    return f"{studies}, {number(before)} becomes {number(after)}"


@click.command(short_help="Pool without each result in turn.")
@sheet_argument
@click.option(
    "--cumulative",
    "order",
    default="",
    metavar="COLUMN",
    help="Also pool as results are added in the order of a column, such as year.",
)
@with_pooling
@json_option
def influence(sheet: str, order: str, how: Pooling, as_json: bool) -> None:
    """Pool without each result in turn, and flag those that move the pooled effect.

    \b
    Example:
      themeweave effects influence corpus/effects.csv --cluster study
    """
    from themeweave.review.effects import influence_sheet

    found = influence_sheet(opened(sheet), how, order)
    show_json(found) if as_json else show(_influence(found, order))


def _influence(found: Mapping[str, Any], order: str) -> Iterator[str]:
    ratio = is_ratio(found["measure"])
    yield f"{found['measure']}, {found['k']} results; pooled without each in turn"
    rows = [
        [
            row["study"],
            f"{row['weight']:.1f}%",
            effect(row["without"], ratio),
            number(row["without"]["tau2"], 3),
            number(row["cook_d"]),
            number(row["rstudent"]),
            "look" if row["influential"] else "",
        ]
        for row in found["rows"]
    ]
    if rows:
        yield from table(["without", "weight", "effect", "tau2", "Cook", "resid.", ""], rows)
    if order:
        yield ""
        steps = [
            [step["added"], step[order], effect(step, ratio), number(step["tau2"], 3)]
            for step in found["cumulative"]
        ]
        yield from table(["added", order, "effect so far", "tau2"], steps)
    yield from notes(found["notes"])
