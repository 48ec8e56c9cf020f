"""What papers report instead of means, SDs and variances, brought to those.

A group's SD may be printed as a standard error or an interval of its mean, its mean as a median; an
effect as t, F or p, or with an interval in place of a variance. Each row says in a note what was
done for it. What a number is follows from the name of its column alone: a standard error is never
taken for a variance or the other way round, but a column that looks like the other is pointed out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from themeweave.effects.records import Floats
from themeweave.effects.sizes import conversions
from themeweave.effects.sizes.columns import Columns
from themeweave.effects.sizes.quantiles import mean_sd_from_quantiles


class Notes:
    """One growing note a row."""

    def __init__(self, rows: int) -> None:
        self._parts: list[list[str]] = [[] for _ in range(rows)]

    def add(self, rows: np.ndarray, text: str) -> None:
        """Add a sentence to the notes of the rows where ``rows`` is true."""
        for i in np.flatnonzero(rows):
            if text not in self._parts[i]:
                self._parts[i].append(text)

    def lines(self) -> tuple[str, ...]:
        """Return the notes, one per row, empty where there is nothing to say."""
        return tuple("; ".join(parts) for parts in self._parts)


def group(c: Columns, arm: str, level: float, notes: Notes) -> tuple[Floats, Floats, Floats]:
    """Return mean, SD and size of one group, completed from what its columns hold.

    ``arm`` is "_1", "_2" or "". In order: SD from the standard error of the mean, from its t
    interval, then mean and SD from median with quartiles, range or both.
    """
    mean, sd, n = c[f"mean{arm}"].copy(), c[f"sd{arm}"].copy(), c[f"n{arm}"]
    name = {"_1": " in group 1", "_2": " in group 2"}.get(arm, "")
    if arm:
        sd = _fill(sd, conversions.sd_from_se(c[f"se{arm}"], n), notes, f"SD{name} from the SE")
        from_ci = conversions.sd_from_ci(c[f"ci_lb{arm}"], c[f"ci_ub{arm}"], n, level)
        sd = _fill(sd, from_ci, notes, f"SD{name} from the interval of the mean")
        median, q1, q3 = c[f"median{arm}"], c[f"q1{arm}"], c[f"q3{arm}"]
        low, high = c[f"min{arm}"], c[f"max{arm}"]
        for what, parts in (
            ("median, quartiles and range", (q1, q3, low, high)),
            ("median and quartiles", (q1, q3, None, None)),
            ("median and range", (None, None, low, high)),
        ):
            m, s = mean_sd_from_quantiles(n, median, *parts)
            lacking = np.isnan(mean) & np.isnan(sd) & np.isfinite(m) & np.isfinite(s)
            mean, sd = np.where(lacking, m, mean), np.where(lacking, s, sd)
            notes.add(lacking, f"mean and SD{name} from {what}")
    return mean, sd, n


def d_without_means(c: Columns, notes: Notes, lacking: np.ndarray) -> Floats:
    """Return Cohen's d for rows without means: as printed, or from t, F or p of a t test.

    F and p have no sign, so they serve only where a column ``sign`` gives one.
    """
    n1, n2 = c["n_1"], c["n_2"]
    d = np.full(c.rows, np.nan)
    for values, what in (
        (c["d"], "d as printed"),
        (conversions.d_from_t(c["t"], n1, n2)[0], "d from t"),
        (conversions.d_from_f(c["f"], n1, n2, c["sign"]), "d from F"),
        (conversions.d_from_p(c["p"], n1, n2, c["sign"]), "d from p"),
    ):
        use = lacking & np.isnan(d) & np.isfinite(values)
        d = np.where(use, values, d)
        notes.add(use, what)
    return d


def generic(c: Columns, level: float, ratio: bool, notes: Notes) -> tuple[Floats, Floats]:
    """Return effects that come ready, with a variance, a standard error, an interval or a p value.

    With ``ratio`` the column ``estimate`` and the interval hold ratios and are put on the log
    scale; ``yi``, ``vi`` and ``se`` are on the analysis scale always.
    """
    y, v = c["yi"].copy(), c["vi"].copy()
    low, high = c["ci_lb"], c["ci_ub"]
    printed = c["estimate"]
    if ratio:
        bad = (printed <= 0) | (low <= 0) | (high <= 0)
        notes.add(bad, "a ratio or its bound is not above 0")
        with np.errstate(all="ignore"):
            printed, low, high = (np.log(np.where(x > 0, x, np.nan)) for x in (printed, low, high))
    y = np.where(np.isnan(y), printed, y)
    both = np.isfinite(v) & np.isfinite(c["se"])
    notes.add(both & (np.abs(c["se"] ** 2 - v) > 0.05 * v), "variance and standard error disagree")
    notes.add(low > high, "the bounds of the interval are reversed")
    v = np.where(np.isnan(v), c["se"] ** 2, v)
    width = conversions.se_from_ci(low, high, level)
    off = np.abs(0.5 * (low + high) - y) > 0.1 * (high - low)
    notes.add(off, "the estimate is not in the middle of its interval on the analysis scale")
    v = _fill(v, width**2, notes, "variance from the interval")
    v = _fill(v, conversions.se_from_p(y, c["p"]) ** 2, notes, "variance from the p value")
    _point_out_swaps(c, v, notes)
    return y, v


def _fill(values: Floats, others: Floats, notes: Notes, text: str) -> Floats:
    use = np.isnan(values) & np.isfinite(others)
    notes.add(use, text)
    return np.where(use, others, values)


def _point_out_swaps(c: Columns, v: Floats, notes: Notes) -> None:
    """Note where variances look like standard errors, or the reverse.

    A standardised effect of N people has a variance near 4/N, a log ratio a few times that. The
    table as a whole is judged by its median, so that one odd study raises no alarm.
    """
    total = np.where(np.isnan(c["n"]), c["n_1"] + c["n_2"], c["n"])
    known = np.isfinite(total) & np.isfinite(v) & (v > 0)
    if known.sum() < 3:
        return
    unit = 4.0 / total[known]
    as_given = float(np.median(np.log(v[known] / unit)))
    squared = float(np.median(np.log(v[known] ** 2 / unit)))
    rooted = float(np.median(np.log(np.sqrt(v[known]) / unit)))
    if as_given > 1.5 and abs(squared) < 0.7:
        notes.add(known, "for this many people the variances look like standard errors: check")
    if as_given < -1.5 and abs(rooted) < 0.7:
        notes.add(known, "for this many people the standard errors look like variances: check")


def signs(better_when: str | Sequence[str], rows: int) -> Floats | None:
    """Return 1 for "higher" and -1 for "lower", shape (rows,); None for anything else."""
    words = [better_when] * rows if isinstance(better_when, str) else list(better_when)
    known = {"higher": 1.0, "lower": -1.0}
    if len(words) != rows or any(word not in known for word in words):
        return None
    return np.array([known[word] for word in words])
