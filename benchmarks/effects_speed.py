"""How fast, and how exact: one REML fit, ten thousand, and leave-one-out, beside other packages.

Run with ``python benchmarks/effects_speed.py`` in an environment that also holds statsmodels and
PyMARE; a package that is not there is said to be skipped. Times are the best of several runs on one
thread. The error of tau2 is against the highest peak found by a brute-force scan of the restricted
likelihood in extended precision, relative to tau2 + the smallest sampling variance.
"""

# ruff: noqa: E402  # the number of threads must be set before numpy is loaded

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np

from themeweave.effects import pool, pool_batch
from themeweave.effects.solver import tau2

K, SETS = 20, 10_000


def best_of(action: Callable[[], object], runs: int, inner: int = 1) -> float:
    """Return the shortest time in seconds of one call."""
    action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(inner):
            action()
        times.append((time.perf_counter() - start) / inner)
    return min(times)


def simulated() -> tuple[np.ndarray, np.ndarray]:
    """Return 10,000 sets of 20 effects, each with its own variances and heterogeneity."""
    rng = np.random.default_rng(20)
    v = rng.uniform(0.01, 0.5, (SETS, K)) ** 1.5
    spread = rng.choice([0.0, 0.01, 0.1, 1.0], (SETS, 1))
    return rng.normal(0.2, np.sqrt(v + spread)), v


def optimum(y: np.ndarray, v: np.ndarray) -> float:
    """Return the highest peak of the restricted likelihood by scanning and bisecting its slope."""
    y, v = y.astype(np.longdouble), v.astype(np.longdouble)
    top = float(v.min() + v.max() + np.sum((y - y.mean()) ** 2))
    grid = np.concatenate([[0.0], np.geomspace(1e-8 * top, 10 * top, 400)]).astype(np.longdouble)

    def parts(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        w = 1 / (v + t[:, None])
        s = w.sum(axis=1)
        r = y - (w @ y / s)[:, None]
        height = 0.5 * (np.log(w).sum(axis=1) - np.log(s) - (w * r * r).sum(axis=1))
        slope = (w * w * r * r).sum(axis=1) - s + (w * w).sum(axis=1) / s
        return height, slope

    _, slope = parts(grid)
    peaks = [np.longdouble(0)] if slope[0] <= 0 else []
    for i in np.flatnonzero((slope[:-1] > 0) & (slope[1:] <= 0)):
        low, high = grid[i], grid[i + 1]
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if parts(np.array([middle]))[1][0] > 0 else (low, middle)
        peaks.append((low + high) / 2)
    heights = parts(np.array(peaks))[0]
    return float(peaks[int(np.argmax(heights))])


def worst(found: np.ndarray, truth: np.ndarray, v: np.ndarray) -> float:
    """Return the largest relative error of tau2."""
    return float(np.max(np.abs(found - truth) / (truth + v.min(axis=1))))


def show(task: str, rows: list[tuple[str, float | None, float | None]]) -> None:
    """Print one table; the first row is ours, the ratio is its time to the others'."""
    print(f"\n{task}")
    print(f"  {'':34}{'ms':>10}{'times ours':>12}{'largest error':>16}")
    ours = rows[0][1] or np.nan
    for name, seconds, error in rows:
        if seconds is None:
            print(f"  {name:34}   skipped: not installed")
            continue
        shown = "" if error is None else f"{error:.1e}"
        print(f"  {name:34}{seconds * 1e3:10.3f}{seconds / ours:12.1f}{shown:>16}")


def main() -> None:
    """Run all three tasks and print them."""
    y, v = simulated()
    one_y, one_v = y[7], v[7]
    some = np.arange(0, SETS, 25)
    truth = np.array([optimum(y[i], v[i]) for i in some])
    has_pymare = importlib.util.find_spec("pymare") is not None
    has_statsmodels = importlib.util.find_spec("statsmodels") is not None

    rows: list[tuple[str, float | None, float | None]] = []
    every_interval = best_of(lambda: pool(one_y, one_v, ci="knha"), 20, 20)
    single = np.array([pool(y[i], v[i]).tau2 for i in some])
    rows.append(("themeweave, with all intervals", every_interval, worst(single, truth, v[some])))
    rows.append(("themeweave, tau2 alone", best_of(lambda: tau2(one_y, one_v), 20, 20), None))
    seconds = best_of(lambda: pool(one_y, one_v, "PM"), 20, 20)
    rows.append(("themeweave, Paule-Mandel, intervals", seconds, None))
    batch = pool_batch(y, v)
    batch_time = best_of(lambda: pool_batch(y, v), 5)
    error = worst(batch.tau2[some], truth, v[some])
    many: list[tuple[str, float | None, float | None]] = [("themeweave", batch_time, error)]
    every = best_of(lambda: pool_batch(y, v, ci="knha", intervals=True), 3)
    many.append(("themeweave, with all intervals", every, None))
    if has_pymare:
        from pymare import Dataset
        from pymare.estimators import VarianceBasedLikelihoodEstimator

        def fit(ys: np.ndarray, vs: np.ndarray) -> np.ndarray:
            estimator = VarianceBasedLikelihoodEstimator(method="REML")
            estimator.fit_dataset(Dataset(y=ys, v=vs))
            return np.asarray(estimator.params_["tau2"]).ravel()

        found = np.array([fit(y[i][:, None], v[i][:, None])[0] for i in some])
        seconds = best_of(lambda: fit(one_y[:, None], one_v[:, None]), 5, 5)
        rows.append(("PyMARE, tau2 and estimate", seconds, worst(found, truth, v[some])))
        found = fit(y.T, v.T)
        seconds = best_of(lambda: fit(y.T, v.T), 3)
        many.append(("PyMARE, 2-D", seconds, worst(found[some], truth, v[some])))
    else:
        rows.append(("PyMARE", None, None))
        many.append(("PyMARE", None, None))
    if has_statsmodels:
        from statsmodels.stats.meta_analysis import combine_effects

        seconds = best_of(lambda: combine_effects(one_y, one_v, method_re="iterated"), 10, 10)
        rows.append(("statsmodels (Paule-Mandel; no REML)", seconds, None))
        many.append(("statsmodels, one by one (estimated)", seconds * SETS, None))
    else:
        rows.append(("statsmodels", None, None))

    kept = ~np.eye(K, dtype=bool)
    left_y, left_v = np.tile(one_y, (K, 1))[kept], np.tile(one_v, (K, 1))[kept]
    left_y, left_v = left_y.reshape(K, K - 1), left_v.reshape(K, K - 1)
    truth_left = np.array([optimum(a, b) for a, b in zip(left_y, left_v, strict=True)])
    error = worst(pool_batch(left_y, left_v).tau2, truth_left, left_v)
    left: list[tuple[str, float | None, float | None]] = [
        ("themeweave", best_of(lambda: pool_batch(left_y, left_v), 20, 5), error),
    ]
    if has_pymare:
        found = fit(left_y.T, left_v.T)
        seconds = best_of(lambda: fit(left_y.T, left_v.T), 5)
        left.append(("PyMARE, 2-D", seconds, worst(found, truth_left, left_v)))
    else:
        left.append(("PyMARE", None, None))

    show(f"One REML fit, k = {K}", rows)
    show(f"{SETS:,} REML fits, k = {K}", many)
    show(f"Leave-one-out by REML, k = {K}", left)


if __name__ == "__main__":
    main()
