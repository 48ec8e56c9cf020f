"""Commands on evidence, in the order of the work: what reviews are worth, share, and say."""

from __future__ import annotations

import click

from themeweave.cli.evidence import appraise, confidence, consistency, direction, flow, overlap
from themeweave.cli.terminal import InOrder


@click.group(cls=InOrder)
def evidence() -> None:
    """What the themes rest on: appraisal, overlap, confidence."""  # noqa: D401


for command in (
    appraise.appraise,
    appraise.agree,
    overlap.studies,
    overlap.overlap,
    confidence.confidence,
    direction.direction,
    flow.flow,
    consistency.consistency,
    confidence.joint,
):
    evidence.add_command(command)
