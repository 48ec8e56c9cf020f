"""Excess significance: more significant studies than their power allows.

Each study has some power to detect an assumed true effect; the sum over studies is the number of
significant results to expect. The tests differ in what they assume and how they compare:

- `ioannidis_trikalinos`: two-sided results, no heterogeneity, chi-square and binomial;
- `tess_psst`: power in the direction of the effect, allowing for tau2, two normal tests.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from themeweave.effects.design import Rows, usable_rows
from themeweave.effects.records import Floats
from themeweave.effects.solver import choose, tau2
from themeweave.errors import ReviewError


@dataclass(frozen=True, slots=True, eq=False)
class ExcessSignificance:
    """The test of Ioannidis and Trikalinos."""

    observed: int  # significant studies
    expected: float  # the sum of the powers
    ratio: float  # observed / expected
    power: Floats  # (k,)
    effect: float  # assumed true effect
    X2: float  # chi-square with 1 df
    pval_chi2: float  # as ``alternative`` says
    pval_binomial: float  # exact, with the mean power as probability
    alternative: str
    alpha: float
    k: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TessPsst:
    """The test of excess statistical significance and the proportion test."""

    observed: int  # significant studies
    expected: float
    excess: float  # (observed - expected) / k
    power: Floats  # (k,)
    effect: float  # assumed true effect
    tau2: float  # that the power allows for
    z_tess: float  # excess against alpha
    p_tess: float  # one-sided
    z_psst: float  # excess against 0
    p_psst: float
    p_smaller: float  # the smaller of the two: "TESSPSST"
    alpha: float
    k: int
    notes: tuple[str, ...]


def ioannidis_trikalinos(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    effect: float | None = None,
    alternative: Literal["greater", "two-sided"] = "greater",
    alpha: float = 0.05,
) -> ExcessSignificance:
    """Compare the number of significant studies with their summed power.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    effect
        Assumed true effect: the common-effect estimate by default; umbrella reviews often take the
        largest study's.
    alternative
        ``greater`` asks for an excess alone, as software does; the published chi-square test is
        ``two-sided``.
    alpha
        Two-sided level at which a study counts as significant.

    Returns
    -------
    ExcessSignificance
        With no study, or where the power is 0 or 1 throughout, p values are nan and a note says so.

    Raises
    ------
    ReviewError
        For unknown options, columns of different length, or a variance that is not above 0.

    References
    ----------
    Ioannidis JPA, Trikalinos TA (2007). Clinical Trials 4:245-253.

    Examples
    --------
    >>> test = ioannidis_trikalinos([0.5, 0.6, 0.1, 0.7], [0.05, 0.06, 0.01, 0.1])
    >>> test.observed, round(test.expected, 2), round(test.pval_chi2, 3)
    (3, 1.22, 0.027)
    """
    from scipy import stats

    choose(alternative, ("greater", "two-sided"), "alternative")
    rows, effect = _prepare(yi, vi, effect, alpha)
    crit = float(stats.norm.isf(alpha / 2))
    k, se = len(rows.y), np.sqrt(rows.v)
    power: Floats = stats.norm.sf(crit - effect / se) + stats.norm.cdf(-crit - effect / se)
    observed, expected = int((np.abs(rows.y / se) >= crit).sum()), float(power.sum())
    notes, nan = list(rows.notes), math.nan
    chi2, p_chi2, p_binomial, ratio = nan, nan, nan, nan
    if k < 1:
        notes.append("not estimable (k < 1)")
    else:
        ratio = observed / expected if expected > 0 else nan
        p_binomial = float(stats.binomtest(observed, k, min(1.0, expected / k), alternative).pvalue)
    if 0 < expected < k:
        chi2 = (observed - expected) ** 2 * (1 / expected + 1 / (k - expected))
        p_chi2 = float(stats.chi2.sf(chi2, 1))
        if alternative == "greater":
            p_chi2 = p_chi2 / 2 if observed > expected else 1 - p_chi2 / 2
    elif k:
        notes.append("chi-square: not estimable (every study has a power of 1)")
    return ExcessSignificance(
        observed, expected, ratio, power, effect, chi2, p_chi2, p_binomial, alternative, alpha, k,
        tuple(notes),
    )  # fmt: skip


def tess_psst(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    effect: float | None = None,
    method: str = "REML",
    alpha: float = 0.05,
    critical: float = 1.96,
    same_direction: bool = False,
) -> TessPsst:
    """Test for excess significance with power that allows for heterogeneity.

    A study of standard error se has the power ``1 - Phi((z se - |effect|) / sqrt(se^2 + tau2))``
    with z the critical value. With O observed and E expected results of k,
    ``TESS = ((O - E) / k - alpha) / sqrt(alpha (1 - alpha) / k)`` and
    ``PSST = (O - E) / k / sqrt(E / k (1 - E / k) / k)``.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects and their sampling variances, each > 0; incomplete rows are left out, with a note.
    effect
        Assumed true effect: by default the unrestricted weighted least squares (UWLS) estimate,
        which has the value of the common-effect one.
    method
        Of tau2, as in `pool`.
    alpha
        The share of significant results that TESS allows beyond the expected ones.
    critical
        z beyond which a study counts as significant; 1.96 as published, not the exact quantile.
    same_direction
        Count only studies that are significant in the direction of ``effect``. The power is of that
        direction alone, yet published umbrella reviews count both directions, as the default does.

    Returns
    -------
    TessPsst
        With no study every number is nan and a note says so.

    Raises
    ------
    ReviewError
        For unknown options, columns of different length, or a variance that is not above 0.

    References
    ----------
    Stanley TD, Doucouliagos H, Ioannidis JPA, Carter EC (2021). Research Synthesis Methods
    12:776-795.

    Examples
    --------
    >>> test = tess_psst([0.5, 0.6, 0.1, 0.7], [0.05, 0.06, 0.01, 0.1])
    >>> test.observed, round(test.expected, 2), round(test.p_smaller, 4)
    (3, 1.3, 0.0003)
    """
    from scipy import stats

    rows, effect = _prepare(yi, vi, effect, alpha)
    k, se, nan = len(rows.y), np.sqrt(rows.v), math.nan
    if not k:
        return TessPsst(
            0, nan, nan, np.empty(0), effect, nan, nan, nan, nan, nan, nan, alpha, 0,
            (*rows.notes, "not estimable (k < 1)"),
        )  # fmt: skip
    between = float(tau2(rows.y, rows.v, method)[0])
    power: Floats = stats.norm.sf((critical * se - abs(effect)) / np.sqrt(rows.v + between))
    z = rows.y / se * math.copysign(1.0, effect) if same_direction else np.abs(rows.y / se)
    observed, expected = int((z >= critical).sum()), float(power.sum())
    excess = (observed - expected) / k
    share = expected / k
    z_tess = (excess - alpha) / math.sqrt(alpha * (1 - alpha) / k)
    z_psst = excess / math.sqrt(share * (1 - share) / k) if 0 < share < 1 else nan
    p_tess, p_psst = float(stats.norm.sf(z_tess)), float(stats.norm.sf(z_psst))
    notes = list(rows.notes)
    if math.isnan(z_psst):
        notes.append("PSST: not estimable (every study has a power of 1)")
    return TessPsst(
        observed, expected, excess, power, effect, between, z_tess, p_tess, z_psst, p_psst,
        p_tess if math.isnan(p_psst) else min(p_tess, p_psst), alpha, k, tuple(notes),
    )  # fmt: skip


def _prepare(
    yi: npt.ArrayLike, vi: npt.ArrayLike, effect: float | None, alpha: float
) -> tuple[Rows, float]:
    """Return the usable rows and the assumed effect."""
    if not 0 < alpha < 1:
        raise ReviewError(f"alpha is {alpha:g}", next_step="Give a value such as 0.05.")
    rows = usable_rows(yi, vi)
    if effect is None:
        w = 1 / rows.v
        effect = float(w @ rows.y / w.sum()) if len(w) else math.nan
    return rows, effect
