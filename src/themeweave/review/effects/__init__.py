"""Effect commands: a sheet of results in, a record out, for the command line and the page alike.

`sheet` opens a sheet, `pooling` pools it, `examine` asks what the pooled effect rests on, `judge`
audits and classifies what reviews printed, `pictures` draws. Each step gives plain values; what
could not be estimated is nan (None in JSON), with a sentence in ``notes``.
"""

from themeweave.review.effects.examine import (
    bias_sheet,
    influence_sheet,
    regress_sheet,
    subgroup_sheet,
)
from themeweave.review.effects.judge import audit_sheet, classes_sheet, directions_sheet
from themeweave.review.effects.pictures import KINDS, draw
from themeweave.review.effects.pooling import pool_by, pool_sheet, size_sheet
from themeweave.review.effects.sheet import Pooling, finite

__all__ = [
    "KINDS",
    "Pooling",
    "audit_sheet",
    "bias_sheet",
    "classes_sheet",
    "directions_sheet",
    "draw",
    "finite",
    "influence_sheet",
    "pool_by",
    "pool_sheet",
    "regress_sheet",
    "size_sheet",
    "subgroup_sheet",
]
