"""The records of the quantitative half: effects of single studies, and what they pool to.

Nothing is computed here. A number that could not be estimated is ``nan`` in its field and a
sentence in ``notes``, so that a table can print the reason and no step has to stop for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class EffectSizes:
    """One effect per row of a table, in the row's order; ratios are on the log scale."""

    yi: Floats  # nan where not estimable
    vi: Floats  # sampling variance, nan where not estimable
    measure: str
    slab: tuple[str, ...]  # what to call each row: the study, or its row number
    notes: tuple[str, ...]  # one per row: why it is nan, or what was done to it; mostly empty
    definition: str  # the formulas and policies in words

    @property
    def se(self) -> Floats:
        """Standard errors, the square roots of ``vi``."""
        return np.sqrt(self.vi)

    def __len__(self) -> int:
        return len(self.yi)


@dataclass(frozen=True, slots=True, eq=False)
class PooledEffect:
    """A pooled effect on the scale of the effects that went in, with every choice it rests on."""

    estimate: float
    se: float  # under ``ci``: the Wald standard error for z and t, the rescaled one otherwise
    ci_lb: float
    ci_ub: float
    stat: float  # estimate / se, referred to the normal (z) or to t with k - 1 df
    pval: float  # two-sided
    tau2: float  # between-study variance, squared units of the effects
    se_tau2: float
    tau2_lb: float  # Q-profile interval
    tau2_ub: float
    Q: float  # Cochran's Q
    Q_df: int
    Q_pval: float
    I2: float  # percent, from tau2 and the typical sampling variance
    I2_lb: float
    I2_ub: float
    I2_Q: float  # percent, from Q: max(0, (Q - df) / Q)
    H2: float
    H2_lb: float
    H2_ub: float
    pi_lb: float  # prediction interval for the effect in a further study
    pi_ub: float
    k: int  # rows used
    loglik: float  # restricted for REML, otherwise full
    aic: float
    bic: float
    weights: Floats  # percent, one per row that came in, nan for rows left out
    method: str
    ci: str
    level: float
    prediction: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PooledBatch:
    """Many pooled effects at once: each field is an array of shape (datasets,).

    The fields mean what they mean in `PooledEffect`. A dataset without any usable row has k = 0 and
    nan elsewhere.
    """

    estimate: Floats
    se: Floats
    ci_lb: Floats
    ci_ub: Floats
    stat: Floats
    pval: Floats
    tau2: Floats
    se_tau2: Floats
    Q: Floats
    Q_df: Ints
    Q_pval: Floats
    I2: Floats
    I2_Q: Floats
    H2: Floats
    pi_lb: Floats
    pi_ub: Floats
    k: Ints
    method: str
    ci: str
    level: float
    prediction: str
    tau2_lb: Floats | None = None  # Q-profile, only where intervals were asked for
    tau2_ub: Floats | None = None
    I2_lb: Floats | None = None
    I2_ub: Floats | None = None
    H2_lb: Floats | None = None
    H2_ub: Floats | None = None
