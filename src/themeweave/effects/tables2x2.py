"""Pooled tables of events: Mantel-Haenszel, Peto, and the tests that go with them.

Both methods pool the cells themselves, so a study without events in one group needs no correction
and one without events in either adds nothing to a ratio. They are common-effect methods; their Q
compares the studies' own effects with the pooled one.

References
----------
Mantel N, Haenszel W (1959). Journal of the National Cancer Institute 22:719-748. Robins J, Breslow
N, Greenland S (1986). Biometrics 42:311-323 (SE of the OR). Greenland S, Robins JM (1985).
Biometrics 41:55-68 (SE of the RR). Sato T, Greenland S, Robins JM (1989). Biometrics 45:1323-1324
(SE of the RD). Yusuf S and others (1985). Progress in Cardiovascular Diseases 27:335-371 (Peto).
Tarone RE (1985). Biometrika 72:91-95.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from themeweave.effects.records import Floats
from themeweave.effects.sizes.binary import double_zero, effect
from themeweave.effects.solver import choose
from themeweave.errors import ReviewError


@dataclass(frozen=True, slots=True)
class PooledTables:
    """A pooled ratio (log scale) or difference of risks."""

    estimate: float
    se: float
    ci_lb: float
    ci_ub: float
    stat: float
    pval: float
    Q: float
    Q_df: int
    Q_pval: float
    I2: float  # percent, from Q
    H2: float  # Q / df
    k: int  # tables given
    k_informative: int  # tables that have events, and not only events
    measure: str
    method: str
    level: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableTest:
    """A chi-square test on a set of tables."""

    stat: float
    df: int
    pval: float


def mantel_haenszel(
    ai: npt.ArrayLike,
    n1i: npt.ArrayLike,
    ci: npt.ArrayLike,
    n2i: npt.ArrayLike,
    measure: str = "OR",
    level: float = 0.95,
    add: float = 0.5,
    to: str = "only0",
) -> PooledTables:
    """Pool tables of events by Mantel and Haenszel.

    Parameters
    ----------
    ai, n1i, ci, n2i : shape (k,)
        Events and size of group 1 (treatment), events and size of group 2. Tables with a missing
        number are left out.
    measure
        ``OR`` and ``RR`` on the log scale, or ``RD``.
    level
        Coverage of the interval.
    add, to
        Zero-cell policy for the studies' own effects in Q (see
        `themeweave.effects.sizes.binary.cells`), from which double-zero tables are dropped. The
        pooled estimate needs no correction.

    Returns
    -------
    PooledTables

    Raises
    ------
    ReviewError
        For an unknown measure, no complete table, or impossible counts, each row named.

    Examples
    --------
    >>> pooled = mantel_haenszel([4, 6], [123, 306], [11, 29], [139, 303], measure="OR")
    >>> round(pooled.estimate, 3), round(pooled.se, 3)
    (-1.422, 0.36)
    """
    measure = choose(measure, ("OR", "RR", "RD"), "measure")
    a, n1, c, n2 = _tables(ai, n1i, ci, n2i)
    b, d, n = n1 - a, n2 - c, n1 + n2
    with np.errstate(all="ignore"):
        if measure == "OR":
            r, s = a * d / n, b * c / n
            p, q = (a + d) / n, (b + c) / n
            rs, ss = r.sum(), s.sum()
            estimate = np.log(rs / ss)
            variance = (
                (p * r).sum() / (2 * rs**2)
                + (p * s + q * r).sum() / (2 * rs * ss)
                + (q * s).sum() / (2 * ss**2)
            )
        elif measure == "RR":
            rs, ss = (a * n2 / n).sum(), (c * n1 / n).sum()
            estimate = np.log(rs / ss)
            variance = (n1 * n2 * (a + c) / n**2 - a * c / n).sum() / (rs * ss)
        else:
            w = n1 * n2 / n
            estimate = (a * n2 / n - c * n1 / n).sum() / w.sum()
            x1, x2 = n1 / n, n2 / n
            first = (c * x1**2 - a * x2**2 + 0.5 * x1 * x2 * (n2 - n1)).sum()
            second = 0.5 * (a * d / n + c * b / n).sum()
            variance = (estimate * first + second) / w.sum() ** 2
    y, v = effect(measure, a, n1, c, n2, add, to, drop00=True)
    own = np.isfinite(y)
    q_stat = float(((y[own] - estimate) ** 2 / v[own]).sum())
    return _pooled(
        float(estimate),
        float(variance),
        q_stat,
        int(own.sum()),
        (a, n1, c, n2),
        measure,
        "Mantel-Haenszel",
        level,
    )


def peto(
    ai: npt.ArrayLike,
    n1i: npt.ArrayLike,
    ci: npt.ArrayLike,
    n2i: npt.ArrayLike,
    level: float = 0.95,
) -> PooledTables:
    """Pool log odds ratios by Peto's one-step method, for rare events and balanced groups.

    Parameters, result and errors are as in `mantel_haenszel`.

    Examples
    --------
    >>> round(peto([4, 6], [123, 306], [11, 29], [139, 303]).estimate, 3)
    -1.24
    """
    tables = _tables(ai, n1i, ci, n2i)
    excess, v = _hypergeometric(*tables)
    some = v > 0
    with np.errstate(all="ignore"):
        estimate = float(excess.sum() / v.sum())
        q = float((excess[some] ** 2 / v[some]).sum() - excess.sum() ** 2 / v.sum())
        variance = float(1.0 / v.sum())
    return _pooled(estimate, variance, q, int(some.sum()), tables, "OR", "Peto", level)


def cochran_mantel_haenszel(
    ai: npt.ArrayLike,
    n1i: npt.ArrayLike,
    ci: npt.ArrayLike,
    n2i: npt.ArrayLike,
    corrected: bool = True,
) -> TableTest:
    """Test whether events and group are independent in every table.

    ``corrected`` takes half an event off the summed excess (continuity correction).

    Examples
    --------
    >>> round(cochran_mantel_haenszel([4, 6], [123, 306], [11, 29], [139, 303]).stat, 2)
    16.92
    """
    from scipy.special import chdtrc

    excess, v = _hypergeometric(*_tables(ai, n1i, ci, n2i))
    distance = max(0.0, abs(float(excess.sum())) - (0.5 if corrected else 0.0))
    with np.errstate(all="ignore"):
        stat = float(np.float64(distance**2) / v.sum())
    return TableTest(stat, 1, float(chdtrc(1.0, stat)))


def tarone(
    ai: npt.ArrayLike, n1i: npt.ArrayLike, ci: npt.ArrayLike, n2i: npt.ArrayLike
) -> TableTest:
    """Test whether one odds ratio fits all tables (Breslow-Day with Tarone's correction).

    The statistic is nan where the Mantel-Haenszel odds ratio does not exist or fewer than two
    tables have events.

    Examples
    --------
    >>> round(tarone([4, 6], [123, 306], [11, 29], [139, 303]).pval, 2)
    0.33
    """
    from scipy.special import chdtrc

    tables = _tables(ai, n1i, ci, n2i)
    ratio = np.exp(mantel_haenszel(*tables).estimate)
    a, n1, _, n2 = (x[_informative(*tables)] for x in tables)
    events = (tables[0] + tables[2])[_informative(*tables)]
    if len(a) < 2 or not np.isfinite(ratio) or ratio <= 0:
        return TableTest(np.nan, max(0, len(a) - 1), np.nan)
    # The count expected in cell a, given the margins and the common odds ratio, is the root of
    # (1 - ratio) x^2 + (n2 - events + ratio (n1 + events)) x - ratio n1 events in the table's
    # range; this form of the root holds for ratio = 1 too.
    linear = n2 - events + ratio * (n1 + events)
    root = np.sqrt(linear**2 + 4.0 * (1.0 - ratio) * ratio * n1 * events)
    x = 2.0 * ratio * n1 * events / (linear + root)
    v = 1.0 / (1.0 / x + 1.0 / (n1 - x) + 1.0 / (events - x) + 1.0 / (n2 - events + x))
    stat = float(((a - x) ** 2 / v).sum() - (a - x).sum() ** 2 / v.sum())
    return TableTest(stat, len(a) - 1, float(chdtrc(len(a) - 1.0, stat)))


# --- shared ---------------------------------------------------------------------------------------


def _tables(*columns: npt.ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the complete tables, refusing impossible counts."""
    arrays = [np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in columns]
    if len({len(x) for x in arrays}) > 1:
        raise ReviewError(
            f"the columns have {', '.join(str(len(x)) for x in arrays)} rows",
            next_step="Give one number per table in each column.",
        )
    a, n1, c, n2 = arrays
    faults = [
        f"row {i + 1}: {a[i]:g} of {n1[i]:g} and {c[i]:g} of {n2[i]:g}"
        for i in np.flatnonzero((a < 0) | (c < 0) | (a > n1) | (c > n2) | (n1 <= 0) | (n2 <= 0))
    ]
    if faults:
        raise ReviewError(
            "events are below 0 or above their total, or a group is empty",
            next_step="Correct these rows, or leave them out.",
            faults=faults,
        )
    whole = np.isfinite(arrays).all(axis=0)
    if not whole.any():
        raise ReviewError(
            "there is nothing to pool: no table is complete",
            next_step="Give events and group size of both groups for at least one study.",
        )
    return a[whole], n1[whole], c[whole], n2[whole]


def _informative(a: Floats, n1: Floats, c: Floats, n2: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(~double_zero(a, n1, c, n2), dtype=np.bool_)


def _hypergeometric(a: Floats, n1: Floats, c: Floats, n2: Floats) -> tuple[Floats, Floats]:
    """Return events in group 1 in excess of chance, and the variance of that, given the margins."""
    n, events = n1 + n2, a + c
    return a - events * n1 / n, n1 * n2 * events * (n - events) / (n**2 * (n - 1.0))


def _pooled(
    estimate: float,
    variance: float,
    q: float,
    k_own: int,
    tables: tuple[Floats, Floats, Floats, Floats],
    measure: str,
    method: str,
    level: float,
) -> PooledTables:
    from scipy.special import chdtrc, ndtr, ndtri

    k, df = len(tables[0]), max(0, k_own - 1)
    notes = []
    if not (np.isfinite(estimate) and np.isfinite(variance) and variance > 0):
        estimate, variance, q = np.nan, np.nan, np.nan
        notes.append(f"{method} {measure}: not estimable (no events in one group, or in neither)")
    se = float(np.sqrt(variance))
    reach = float(ndtri(0.5 + 0.5 * level)) * se
    stat = estimate / se
    return PooledTables(
        estimate=estimate,
        se=se,
        ci_lb=estimate - reach,
        ci_ub=estimate + reach,
        stat=stat,
        pval=2.0 * float(ndtr(-abs(stat))),
        Q=q,
        Q_df=df,
        Q_pval=float(chdtrc(float(df), q)) if df else 1.0,
        I2=max(0.0, 100.0 * (q - df) / q) if q > 0 else 0.0,
        H2=q / df if df else 1.0,
        k=k,
        k_informative=int(_informative(*tables).sum()),
        measure=measure,
        method=method,
        level=level,
        notes=tuple(notes),
    )
