"""Presets: the choices that well-known programs make, each written out.

Two programs give two answers to one data set mostly because they choose differently: another
estimator, another interval, another I2. A preset names every such choice, so that a review can be
repeated with the choices it was made with, and a result can say what it rests on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy.typing as npt

    from themeweave.effects.records import PooledEffect


@dataclass(frozen=True, slots=True)
class Preset:
    """Every choice between reported numbers and a pooled effect."""

    name: str
    program: str  # whose choices these are
    method: str  # estimator of tau2, as `pool` names it
    ci: str  # interval of the pooled effect, as `pool` names it
    ci_fallback: str  # interval where k <= 2 or tau2 is estimated as 0; the same if no fallback
    level: float
    prediction: Literal["none", "z", "k-1", "k-2"]  # reference distribution of the interval
    i2: Literal["tau2", "Q"]  # what I2 is computed from
    tau2_interval: Literal["none", "Q-profile"]
    binary_pooling: Literal["inverse variance", "Mantel-Haenszel"]  # 2x2 tables; see `pool_as`
    zero_cells: Literal["only0"]  # 1/2 is added to the cells of tables with a zero, to no other
    double_zeros: Literal["keep", "drop"]  # ratios: tables without events, or with nothing else
    smd_correction: Literal[
        "exact", "approximate"
    ]  # J by the gamma function, or 1 - 3 / (4 df - 1)
    smd_variance: Literal["LS", "LS2", "UB", "revman"]  # as `continuous.smd_from_d` names it
    subgroups: Literal["separate", "common"]  # tau2 of each group alone, or one for all
    reason: str


METAFOR = Preset(
    name="metafor",
    program="the R package metafor",
    method="REML",
    ci="z",
    ci_fallback="z",
    level=0.95,
    prediction="z",
    i2="tau2",
    tau2_interval="Q-profile",
    binary_pooling="inverse variance",
    zero_cells="only0",
    double_zeros="keep",
    smd_correction="exact",
    smd_variance="LS",
    subgroups="common",
    reason="To repeat an analysis made with metafor's defaults.",
)

DEFAULT = replace(
    METAFOR,
    name="default",
    program="themeweave",
    prediction="k-1",
    reason=(
        "REML is the least biased estimator of tau2 in wide use, and the Wald interval is what "
        "nearly every older review printed, so that results can be compared. With fewer than "
        "about 20 studies the Wald interval is too narrow: then prefer cochrane2025 or ci='adhoc'. "
        "The prediction interval uses t, as a normal one is too narrow for few studies."
    ),
)

REVMAN5 = Preset(
    name="revman5",
    program="Review Manager 5",
    method="DL",
    ci="z",
    ci_fallback="z",
    level=0.95,
    prediction="none",
    i2="Q",
    tau2_interval="none",
    binary_pooling="Mantel-Haenszel",
    zero_cells="only0",
    double_zeros="drop",
    smd_correction="approximate",
    smd_variance="revman",
    subgroups="separate",
    reason="To repeat Cochrane reviews made before 2025, when RevMan had no other such method.",
)

COCHRANE2025 = Preset(
    name="cochrane2025",
    program="RevMan from January 2025 on",
    method="REML",
    ci="knha",
    ci_fallback="z",
    level=0.95,
    prediction="k-1",
    i2="tau2",
    tau2_interval="Q-profile",
    binary_pooling="inverse variance",
    zero_cells="only0",
    double_zeros="drop",
    smd_correction="approximate",
    smd_variance="revman",
    subgroups="separate",
    reason=(
        "Cochrane's recommendation for reviews of interventions: REML, Knapp-Hartung intervals "
        "from three studies on where tau2 is above 0, prediction intervals, I2 from tau2."
    ),
)

CMA = Preset(
    name="cma",
    program="Comprehensive Meta-Analysis",
    method="DL",
    ci="z",
    ci_fallback="z",
    level=0.95,
    prediction="k-2",
    i2="Q",
    tau2_interval="none",
    binary_pooling="inverse variance",
    zero_cells="only0",
    double_zeros="drop",
    smd_correction="approximate",
    smd_variance="LS2",
    subgroups="separate",
    reason="To repeat reviews made with Comprehensive Meta-Analysis and its textbook.",
)

PRESETS: Mapping[str, Preset] = {
    preset.name: preset for preset in (DEFAULT, REVMAN5, COCHRANE2025, METAFOR, CMA)
}


def preset(name: str) -> Preset:
    """Look a preset up by name, whatever its case.

    Raises
    ------
    ReviewError
        For a name that is not on offer; the nearest ones are named.

    Examples
    --------
    >>> preset("RevMan5").method, preset("cochrane2025").ci
    ('DL', 'knha')
    """
    from themeweave.effects.solver import choose

    return PRESETS[choose(name, PRESETS, "preset")]


def pool_as(chosen: Preset, yi: npt.ArrayLike, vi: npt.ArrayLike) -> PooledEffect:
    """Pool effects by inverse variance with the choices of a preset.

    Parameters
    ----------
    chosen
        A preset, or one changed with `dataclasses.replace`.
    yi, vi : shape (k,)
        Effects on the analysis scale and their sampling variances, as for `pool`.

    Returns
    -------
    PooledEffect
        ``notes`` begins with the preset's name and says where the fallback interval was used. What
        the program does not report is nan. ``I2`` and ``H2`` follow the preset's definition.

    Raises
    ------
    ReviewError
        As `pool` does.

    Notes
    -----
    Review Manager 5 takes Q for 2x2 tables around the Mantel-Haenszel estimate, which moves tau2 a
    little; from effects alone, only its inverse-variance form can be repeated.

    Examples
    --------
    >>> y, v = [-0.9, -0.4, -0.1], [0.04, 0.02, 0.05]
    >>> round(pool_as(REVMAN5, y, v).I2, 1), round(pool_as(COCHRANE2025, y, v).ci_lb, 2)
    (73.7, -1.45)
    """
    from themeweave.effects.pool import pool

    reference = "k-1" if chosen.prediction == "none" else chosen.prediction
    pooled = pool(yi, vi, chosen.method, chosen.ci, chosen.level, reference)
    notes = [f"preset {chosen.name}: {chosen.program}"]
    if chosen.ci_fallback != chosen.ci and (pooled.k <= 2 or pooled.tau2 == 0):
        pooled = pool(yi, vi, chosen.method, chosen.ci_fallback, chosen.level, reference)
        why = "there are fewer than three studies" if pooled.k <= 2 else "tau2 is estimated as 0"
        notes.append(f"Wald's interval was used instead of Knapp and Hartung's, as {why}")
    nan = math.nan
    said = [*pooled.notes]
    if chosen.prediction == "none":
        said = [note for note in said if not note.startswith("prediction interval")]
        pooled = replace(pooled, pi_lb=nan, pi_ub=nan, prediction="none")
    if chosen.tau2_interval == "none":
        pooled = replace(
            pooled, tau2_lb=nan, tau2_ub=nan, I2_lb=nan, I2_ub=nan, H2_lb=nan, H2_ub=nan
        )
    if chosen.i2 == "Q":
        h2 = pooled.Q / pooled.Q_df if pooled.Q_df > 0 else nan
        pooled = replace(pooled, I2=pooled.I2_Q, H2=h2)
    return replace(pooled, notes=(*notes, *said))
