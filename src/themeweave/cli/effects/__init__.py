"""Commands on effects, in the order of the work: size, pool, examine, judge, draw."""

from __future__ import annotations

import click

from themeweave.cli.effects import examine, judge, plot, pooling
from themeweave.cli.terminal import InOrder


@click.group(cls=InOrder)
def effects() -> None:
    """Effect sizes, pooled effects, and checks of what reviews printed."""


for command in (
    pooling.size,
    pooling.pool,
    examine.subgroup,
    examine.regress,
    examine.bias,
    examine.influence,
    judge.audit,
    judge.classes,
    judge.directions,
    plot.plot,
):
    effects.add_command(command)
