"""Options that effect commands share, gathered into one record of how a sheet is pooled."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from themeweave.corpus.sheets import Sheet

Only = tuple[tuple[str, str], ...]

sheet_argument = click.argument("sheet", metavar="IN")
json_option = click.option("--json", "as_json", is_flag=True, help="Print every field as JSON.")
level_option = click.option(
    "--level",
    default=0.95,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Coverage of the intervals.",
)


def _pairs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> Only:
    """Read COLUMN=VALUE."""
    for text in given:
        if "=" not in text:
            raise click.BadParameter(f"'{text}' is not COLUMN=VALUE")
    return tuple((c.strip(), v.strip()) for c, _, v in (text.partition("=") for text in given))


only_option = click.option(
    "--only",
    multiple=True,
    metavar="COLUMN=VALUE",
    callback=_pairs,
    help="Only rows with this value; may be repeated.",
)
SHARED = (
    click.option("--measure", default="SMD", show_default=True, help="SMD, MD, OR, RR, GEN, ..."),
    click.option("--method", default="REML", show_default=True, help="FE, DL, REML, ML, PM, ..."),
    click.option(
        "--ci", default="knha", show_default=True, type=click.Choice(["z", "t", "knha", "adhoc"])
    ),
    level_option,
    click.option(
        "--cluster", default="", metavar="COLUMN", help="Results of one cluster become one."
    ),
    click.option("--rho", default=0.6, show_default=True, help="Correlation within a cluster."),
    click.option(
        "--composite",
        default="equal",
        show_default=True,
        type=click.Choice(["equal", "gls"]),
        help="Weights of the results of one cluster.",
    ),
    click.option(
        "--better-when",
        default="",
        metavar="WHICH",
        help="higher, lower, or the column that says so: positive then favours group 1.",
    ),
    only_option,
)


def with_pooling(command: Callable[..., None]) -> Callable[..., None]:
    """Add the shared options; the command gets them as one `Pooling`, named ``how``."""

    @wraps(command)
    def gathered(
        *,
        measure: str,
        method: str,
        ci: str,
        level: float,
        cluster: str,
        rho: float,
        composite: Literal["equal", "gls"],
        better_when: str,
        only: Only,
        **own: Any,
    ) -> None:
        from themeweave.review.effects import Pooling

        how = Pooling(
            measure,
            method,
            ci,
            level,
            cluster=cluster,
            rho=rho,
            composite=composite,
            better_when=better_when,
            only=only,
        )
        command(how=how, **own)

    for option in reversed(SHARED):
        gathered = option(gathered)
    return gathered


def opened(name: str) -> Sheet:
    """Read the sheet that a command is given."""
    from themeweave.cli.terminal import read
    from themeweave.corpus.sheets import read_sheet

    return read_sheet(*read(name))
