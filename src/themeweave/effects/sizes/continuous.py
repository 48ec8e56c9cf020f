"""Effects on continuous outcomes, from means, standard deviations and group sizes.

One function a measure, each formula by the name it goes by in the field. All arguments may be
arrays of one shape; group 1 is the treatment, so a positive effect is a higher mean there.
Impossible input gives nan, never an error: who reads a table says which row it was.

References
----------
Hedges LV (1981). Journal of Educational Statistics 6:107-128 (J, LS, UB). Borenstein M (2009), in
The Handbook of Research Synthesis and Meta-Analysis, 2nd ed. (LS2). Deeks JJ, Higgins JPT (2010),
Statistical algorithms in Review Manager 5 (revman). Bonett DG (2008). Psychological Methods
13:99-109 (SMDH). Hedges LV, Gurevitch J, Curtis PS (1999). Ecology 80:1150-1156 (ROM). Lajeunesse
MJ (2015). Ecology 96:2056-2063 (ROM, corrected). Becker BJ (1988). British Journal of Mathematical
and Statistical Psychology 41:257-278 (SMCR).
"""

from __future__ import annotations

import numpy as np

from themeweave.effects.records import Floats
from themeweave.effects.solver import choose

CORRECTIONS = ("exact", "approximate", "none")
SMD_VARIANCES = ("LS", "LS2", "UB", "revman")
SMDH_VARIANCES = ("bonett", "shrunk")
ROM_VERSIONS = ("plain", "corrected")

Effect = tuple[Floats, Floats]


def hedges_j(m: Floats, correction: str = "exact") -> Floats:
    """Return Hedges' factor against small-sample bias for ``m`` degrees of freedom; nan for m <= 1.

    ``exact`` is gamma(m/2) / (sqrt(m/2) gamma((m-1)/2)), ``approximate`` is 1 - 3/(4m - 1), which
    for m = N - 2 is the same as 1 - 3/(4N - 9), and ``none`` is 1 (Cohen's d).

    Examples
    --------
    >>> [float(hedges_j(np.array([10.0]), name)[0].round(5)) for name in CORRECTIONS]
    [0.92275, 0.92308, 1.0]
    """
    from scipy.special import gammaln

    correction = choose(correction, CORRECTIONS, "correction")
    m = np.asarray(m, dtype=np.float64)
    ok = m > 1
    m = np.where(ok, m, 2.0)
    if correction == "none":
        value = np.ones_like(m)
    elif correction == "approximate":
        value = 1.0 - 3.0 / (4.0 * m - 1.0)
    else:
        z = np.maximum(0.5 * (m - 1.0), 50.0)
        # The ratio of gamma functions from its asymptotic series (Abramowitz and Stegun 6.1.47
        # gives the method): log-gammas of large numbers would cancel to too few digits.
        series = (1.0, -1 / 8, 1 / 128, 5 / 1024, -21 / 32768, -399 / 262144)
        large = np.sqrt(z / (z + 0.5)) * sum(c / z**i for i, c in enumerate(series))
        small = np.exp(gammaln(0.5 * m) - gammaln(0.5 * (m - 1.0)) - 0.5 * np.log(0.5 * m))
        value = np.where(m > 101.0, large, small)
    return np.where(ok, value, np.nan)


def pooled_sd(sd1: Floats, n1: Floats, sd2: Floats, n2: Floats) -> Floats:
    """Return the standard deviation within groups, pooled with n - 1 as weights."""
    return np.sqrt(((n1 - 1.0) * sd1**2 + (n2 - 1.0) * sd2**2) / (n1 + n2 - 2.0))


def smd(
    m1: Floats,
    sd1: Floats,
    n1: Floats,
    m2: Floats,
    sd2: Floats,
    n2: Floats,
    correction: str = "exact",
    variance: str = "LS",
) -> Effect:
    """Return the standardised mean difference by the pooled SD, and its variance.

    ``correction`` is as in `hedges_j`; ``variance`` as in `smd_from_d`.
    """
    d = (m1 - m2) / pooled_sd(sd1, n1, sd2, n2)
    return smd_from_d(d, n1, n2, correction, variance)


def smd_from_d(
    d: Floats, n1: Floats, n2: Floats, correction: str = "exact", variance: str = "LS"
) -> Effect:
    """Return g = J d and its variance, for Cohen's d.

    ``LS``     1/n1 + 1/n2 + g^2 / (2N), metafor's default.
    ``LS2``    J^2 (1/n1 + 1/n2 + d^2 / (2N)), the textbook and CMA.
    ``UB``     1/n1 + 1/n2 + (1 - (m - 2) / (m J^2)) g^2 with m = N - 2, unbiased.
    ``revman`` N / (n1 n2) + g^2 / (2 (N - 3.94)), Review Manager 5.
    """
    variance = choose(variance, SMD_VARIANCES, "variance of the SMD")
    total, m = n1 + n2, n1 + n2 - 2.0
    j = hedges_j(m, correction)
    g = j * d
    base = 1.0 / n1 + 1.0 / n2
    if variance == "LS":
        return g, base + g**2 / (2.0 * total)
    if variance == "LS2":
        return g, j**2 * (base + d**2 / (2.0 * total))
    if variance == "UB":
        return g, base + (1.0 - (m - 2.0) / (m * j**2)) * g**2
    return g, total / (n1 * n2) + g**2 / (2.0 * (total - 3.94))


def smdh(
    m1: Floats,
    sd1: Floats,
    n1: Floats,
    m2: Floats,
    sd2: Floats,
    n2: Floats,
    correction: str = "exact",
    variance: str = "shrunk",
) -> Effect:
    """Return the standardised mean difference by the root mean square of both SDs.

    ``bonett`` is Bonett's variance at g, as in metafor from 4.6 on; ``shrunk`` is J^2 times that,
    as in metafor before 4.6.
    """
    variance = choose(variance, SMDH_VARIANCES, "variance of the SMDH")
    square = 0.5 * (sd1**2 + sd2**2)
    j = hedges_j(n1 + n2 - 2.0, correction)
    g = j * (m1 - m2) / np.sqrt(square)
    v = (
        g**2 * (sd1**4 / (n1 - 1.0) + sd2**4 / (n2 - 1.0)) / (8.0 * square**2)
        + (sd1**2 / (n1 - 1.0) + sd2**2 / (n2 - 1.0)) / square
    )
    return g, v if variance == "bonett" else j**2 * v


def smd_glass(
    m1: Floats, n1: Floats, m2: Floats, sd2: Floats, n2: Floats, correction: str = "exact"
) -> Effect:
    """Return Glass's delta, standardised by the SD of group 2, and 1/n1 + 1/n2 + g^2 / (2 n2)."""
    g = hedges_j(n2 - 1.0, correction) * (m1 - m2) / sd2
    return g, 1.0 / n1 + 1.0 / n2 + g**2 / (2.0 * n2)


def mean_difference(
    m1: Floats, sd1: Floats, n1: Floats, m2: Floats, sd2: Floats, n2: Floats, pooled: bool = False
) -> Effect:
    """Return m1 - m2; its variance from each group's own SD, or from the pooled one."""
    if pooled:
        return m1 - m2, pooled_sd(sd1, n1, sd2, n2) ** 2 * (1.0 / n1 + 1.0 / n2)
    return m1 - m2, sd1**2 / n1 + sd2**2 / n2


def ratio_of_means(
    m1: Floats,
    sd1: Floats,
    n1: Floats,
    m2: Floats,
    sd2: Floats,
    n2: Floats,
    version: str = "plain",
) -> Effect:
    """Return log(m1 / m2); nan unless both means lie on the same side of 0.

    ``corrected`` adds half the difference of the squared relative standard errors, metafor's
    default from 5.0 on; ``plain`` is its default before. The variance is the same.
    """
    version = choose(version, ROM_VERSIONS, "ratio of means")
    ratio = m1 / m2
    y = np.log(np.where(ratio > 0, ratio, np.nan))
    c1, c2 = sd1**2 / (n1 * m1**2), sd2**2 / (n2 * m2**2)
    return (y + 0.5 * (c1 - c2) if version == "corrected" else y), c1 + c2


def mean_change(m1: Floats, sd1: Floats, m2: Floats, sd2: Floats, n: Floats, r: Floats) -> Effect:
    """Return m1 - m2 of one group measured twice, ``r`` the correlation of the two measurements."""
    return m1 - m2, (sd1**2 + sd2**2 - 2.0 * r * sd1 * sd2) / n


def standardised_change(
    m1: Floats,
    sd1: Floats,
    m2: Floats,
    sd2: Floats,
    n: Floats,
    r: Floats,
    by: str = "raw",
    correction: str = "exact",
) -> Effect:
    """Return the standardised mean change m1 - m2 of one group measured twice.

    ``by="raw"`` divides by ``sd1`` (metafor's SMCR), ``by="change"`` by the SD of the change
    (SMCC). The variances are 2 (1 - r) / n + g^2 / (2n) and 1/n + g^2 / (2n).
    """
    by = choose(by, ("raw", "change"), "standardiser")
    if by == "raw":
        g = hedges_j(n - 1.0, correction) * (m1 - m2) / sd1
        return g, 2.0 * (1.0 - r) / n + g**2 / (2.0 * n)
    change = np.sqrt(sd1**2 + sd2**2 - 2.0 * r * sd1 * sd2)
    g = hedges_j(n - 1.0, correction) * (m1 - m2) / change
    return g, 1.0 / n + g**2 / (2.0 * n)
