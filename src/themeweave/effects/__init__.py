"""Effects: what was reported, turned into effect sizes, pooled and examined.

`effect_sizes` turns a table into effects with their sampling variances, `pool` pools them and
`pool_batch` does so for many sets at once.
"""

from themeweave.effects.pool import pool, pool_batch
from themeweave.effects.records import EffectSizes, PooledBatch, PooledEffect
from themeweave.effects.sizes.measures import effect_sizes

__all__ = [
    "EffectSizes",
    "PooledBatch",
    "PooledEffect",
    "effect_sizes",
    "pool",
    "pool_batch",
]
