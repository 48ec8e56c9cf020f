"""effects audit, classes, directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from themeweave.cli.effects.options import (
    Only,
    json_option,
    level_option,
    only_option,
    opened,
    sheet_argument,
    with_pooling,
)
from themeweave.cli.effects.printing import (
    notes,
    number,
    p_value,
    paragraph,
    show,
    show_json,
    span,
    table,
)
from themeweave.cli.terminal import read, suffix_of, write

if TYPE_CHECKING:
    from themeweave.review.effects import Pooling


@click.command(short_help="Recompute what reviews printed.")
@sheet_argument
@click.option("-o", "--output", metavar="OUT", help="Write every check to a sheet.")
@click.option("--all", "every", is_flag=True, help="Show the checks that agree, too.")
@level_option
@only_option
@json_option
def audit(
    sheet: str, output: str | None, every: bool, level: float, only: Only, as_json: bool
) -> None:
    """Recompute what reviews printed, and say what no rounding explains.

    IN holds one printed result a row: estimate, ci_lb, ci_ub, p, k, n, i2, q, q_df, q_p, measure,
    better_when, outcome, source, as far as printed. Study results are left out.

    \b
    Example:
      themeweave effects audit corpus/effects.csv
    """
    from themeweave.corpus.sheets import write_sheet
    from themeweave.review.effects import audit_sheet
    from themeweave.review.effects.judge import AUDIT_COLUMNS

    found = audit_sheet(opened(sheet), level, only)
    if output:
        rows = [{**f, "recomputed": _recomputed(f["recomputed"])} for f in found["findings"]]
        write(output, write_sheet(rows, AUDIT_COLUMNS, suffix_of(output)))
    if as_json:
        show_json(found)
    elif output != "-":
        show(_audited(found, every))


def _recomputed(limits: list[float] | None) -> str:
    """Write a recomputed range; one value where both ends look alike."""
    if limits is None:
        return ""
    low, high = (f"{limit:.4g}" for limit in limits)
    return low if low == high else f"{low} to {high}"


def _audited(found: Mapping[str, Any], every: bool) -> Iterator[str]:
    words = {"agrees": "agree", "disagrees": "disagree"}
    counts = ", ".join(
        f"{n} {words.get(verdict, verdict)}" for verdict, n in found["counts"].items()
    )
    yield f"{found['rows']} printed results, {len(found['findings'])} checks: {counts or 'none'}"
    for finding in found["findings"]:
        if finding["verdict"] == "agrees" and not every:
            continue
        place = f"row {finding['row']}" + (f" ({finding['id']})" if finding["id"] else "")
        yield f"{place}, {finding['column']}: {finding['verdict']}"
        recomputed = _recomputed(finding["recomputed"])
        shown = f"{finding['check']}: printed {finding['printed']}"
        shown += f", recomputed {recomputed}" if recomputed else ""
        yield from paragraph(shown, "  ")
        yield from paragraph(finding["why"], "  ")
    yield from notes(found["notes"])


def _overlaps(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, float]:
    """Read FACTOR=PERCENT."""
    found = {}
    for text in given:
        name, equals, share = text.rpartition("=")
        try:
            found[name.strip()] = float(share)
        except ValueError:
            equals = ""
        if not equals:
            raise click.BadParameter(f"'{text}' is not FACTOR=PERCENT")
    return found


@click.command(short_help="Give each factor its class of evidence.")
@sheet_argument
@click.option(
    "--by",
    default="",
    metavar="COLUMN",
    help="What names the factor; 'factor' or 'outcome', if not given.",
)
@click.option(
    "--profile",
    default="trials",
    show_default=True,
    metavar="NAME",
    help="The rules: trials, observational, or the path of a .toml file.",
)
@click.option(
    "--overlap",
    multiple=True,
    metavar="FACTOR=PERCENT",
    callback=_overlaps,
    help="Covered area (CCA) of pooled estimates; without it they are refused.",
)
@with_pooling
@json_option
def classes(
    sheet: str, by: str, profile: str, overlap: dict[str, float], how: Pooling, as_json: bool
) -> None:
    """Pool each factor again and give its class of evidence, with what it lacks for a better one.

    The profile decides on estimator and interval, whatever --method and --ci say.

    \b
    Example:
      themeweave effects classes corpus/effects.csv --by outcome --cluster study
    """
    from themeweave.review.effects import classes_sheet
    from themeweave.review.effects.judge import read_profile

    rows = opened(sheet)
    text = None
    if profile.endswith(".toml"):
        text = read(profile)[0].decode("utf-8", errors="replace")
    column = by or ("factor" if "factor" in rows.columns else "outcome")
    found = classes_sheet(rows, how, column, read_profile(profile, text), overlap)
    show_json(found) if as_json else show(_classes(found))


def _classes(found: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        [
            row["factor"],
            row["class"],
            f"{row['k']}",
            "-" if row["n_total"] != row["n_total"] else f"{row['n_total']:,.0f}",
            f"{number(row['estimate'])} ({span(row['ci_lb'], row['ci_ub'])})",
            p_value(row["pval"]),
            number(row["I2"], 0),
        ]
        for row in found["rows"]
    ]
    yield f"classes of evidence by the profile {found['profile']}; log scale for ratios"
    yield from table(["factor", "class", "k", "N", "effect (95% CI)", "p", "I2"], rows)
    for row in found["rows"]:
        missed = row["missed"].split("; ") if row["missed"] else []
        next_class = missed[-1].partition(":")[0] if missed else ""
        for text in missed:
            if text.partition(":")[0] == next_class:
                yield from paragraph(f"{row['factor']}: not {text}", "  ")
    yield from notes(found["notes"])


@click.command()
@sheet_argument
@level_option
@only_option
@json_option
def directions(sheet: str, level: float, only: Only, as_json: bool) -> None:
    """Count on which side results fall, where nothing can be pooled.

    IN holds one result of a review a row: source, outcome_domain or outcome, and either estimate
    with measure and better_when, or direction. Rows whose direction cannot be told are listed,
    never guessed; the command then exits with 3.

    \b
    Example:
      themeweave effects directions corpus/effects.csv --only level=pooled
    """
    from themeweave.review.effects import directions_sheet

    found = directions_sheet(opened(sheet), level, only)
    show_json(found) if as_json else show(_directions(found))
    for fault in found["set_aside"]:
        click.echo(f"Set aside: {fault}", err=True)
    if found["set_aside"]:
        raise click.exceptions.Exit(3)


def _directions(found: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        [
            cell["review"],
            cell["outcome"],
            cell["direction"],
            f"{cell['results']}",
            "-" if cell["n"] != cell["n"] else f"{cell['n']:,.0f}",
        ]
        for cell in found["cells"]
    ]
    yield from table(["review", "outcome", "direction", "results", "N"], rows)
    yield ""
    votes = [
        [
            outcome,
            f"{vote['better']} of {vote['better'] + vote['worse']}",
            span(vote["exact_low"], vote["exact_high"]),
            p_value(vote["p_sign"]),
        ]
        for outcome, vote in found["votes"].items()
    ]
    yield from table(["outcome", "reviews better", "share, exact 95% CI", "sign test p"], votes)
    yield from notes(found["notes"])
    yield from paragraph(found["caution"])
