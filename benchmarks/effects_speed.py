"""How fast, and how exact: one REML fit, ten thousand, and leave-one-out, beside other packages.

Run with ``python benchmarks/effects_speed.py`` in an environment that also holds statsmodels,
PyMARE and PyMetaAnalysis, and R with metafor; a program that is not there is said to be skipped.
Single fits stand in three tables, so that like meets like: REML with the intervals of tau2, I2 and
H2 searched for, REML without, and Paule-Mandel, which is what statsmodels offers. Times are medians
of several runs on one thread. The error of tau2 is against the highest peak
found by a brute-force scan of the restricted likelihood in extended precision, relative to tau2 +
the smallest sampling variance.
"""

# ruff: noqa: E402  # the number of threads must be set before numpy is loaded

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np

from themeweave.effects import pool, pool_batch
from themeweave.effects.solver import tau2

K, SETS = 20, 10_000
Row = tuple[str, float | None, float | None]  # what, seconds, largest error


def typical(action: Callable[[], object], runs: int, inner: int = 1) -> float:
    """Return the median time in seconds of one call."""
    action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(inner):
            action()
        times.append((time.perf_counter() - start) / inner)
    return statistics.median(times)


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
    return float(np.nanmax(np.abs(found - truth) / (truth + v.min(axis=1))))


R_SCRIPT = """
if (!requireNamespace("metafor", quietly = TRUE)) quit(status = 3)
suppressMessages(library(metafor))
y <- as.matrix(read.csv("y.csv", header = FALSE)); v <- as.matrix(read.csv("v.csv", header = FALSE))
typical <- function(f, n) median(sapply(1:n, function(i) system.time(f())[["elapsed"]]))
one <- function() for (i in 1:20) rma(y[1, ], v[1, ])
every <- function() for (i in 1:20) {
  fit <- rma(y[1, ], v[1, ], test = "knha"); confint(fit); predict(fit)
}
tau2 <- rep(NA, nrow(y))
loop <- function() for (i in 2:nrow(y)) {
  fit <- try(rma(y[i, ], v[i, ]), silent = TRUE)
  if (!inherits(fit, "try-error")) tau2[i] <<- fit$tau2
}
fit <- rma(y[1, ], v[1, ])
times <- c(typical(one, 5) / 20, typical(every, 5) / 20, typical(loop, 2) / (nrow(y) - 1))
left <- typical(function() for (i in 1:3) leave1out(fit), 3) / 3
pm <- typical(function() for (i in 1:20) rma(y[1, ], v[1, ], method = "PM"), 5) / 20
cat(c(times, left, pm, tau2[-1]), sep = "\\n")
"""


def in_r(y: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Run metafor on sets of effects, the first of them for single fits.

    Returns five times in seconds (one fit, one with all intervals, one of a loop, leave-one-out,
    one Paule-Mandel fit), then tau2 of every further set, nan where the fit failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, table in (("y", y), ("v", v)):
            np.savetxt(Path(folder) / f"{name}.csv", table, delimiter=",", fmt="%.17g")
        (Path(folder) / "time.R").write_text(R_SCRIPT, "utf-8")
        done = subprocess.run(
            ["Rscript", "time.R"], cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise ImportError(done.stderr)
    return np.array([np.nan if x == "NA" else float(x) for x in done.stdout.split()])


def show(task: str, rows: list[Row]) -> None:
    """Print one table; the first row is ours, the ratio is its time to the others'."""
    print(f"\n{task}")
    print(f"  {'':48}{'ms':>10}{'times ours':>12}{'largest error':>16}")
    ours = rows[0][1] or np.nan
    for name, seconds, error in rows:
        if seconds is None:
            print(f"  {name:48}   skipped: not installed")
            continue
        shown = "" if error is None else f"{error:.1e}"
        print(f"  {name:48}{seconds * 1e3:10.3f}{seconds / ours:12.1f}{shown:>16}")


@dataclass(frozen=True)
class Task:
    """The sets to fit, what is known of some of them, and the rows of the tables."""

    y: np.ndarray
    v: np.ndarray
    some: np.ndarray  # the sets whose optimum is known
    truth: np.ndarray
    left_y: np.ndarray  # one set without each study in turn
    left_v: np.ndarray
    left_truth: np.ndarray
    every: list[Row] = field(default_factory=list)
    one: list[Row] = field(default_factory=list)
    paule: list[Row] = field(default_factory=list)
    many: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)

    @property
    def single(self) -> tuple[np.ndarray, np.ndarray]:
        return self.y[7], self.v[7]

    def error(self, found: np.ndarray) -> float:
        return worst(found, self.truth, self.v[self.some])


def set_task() -> Task:
    """Make the sets and find the optimum of every 25th."""
    y, v = simulated()
    some = np.arange(0, SETS, 25)
    truth = np.array([optimum(y[i], v[i]) for i in some])
    kept = ~np.eye(K, dtype=bool)
    left_y, left_v = (np.tile(x[7], (K, 1))[kept].reshape(K, K - 1) for x in (y, v))
    left_truth = np.array([optimum(a, b) for a, b in zip(left_y, left_v, strict=True)])
    return Task(y, v, some, truth, left_y, left_v, left_truth)


def themeweave(task: Task) -> None:
    y, v = task.single
    found = np.array([pool(task.y[i], task.v[i]).tau2 for i in task.some])
    seconds = typical(lambda: pool(y, v, ci="knha"), 20, 20)
    task.every.append(("themeweave, pool", seconds, task.error(found)))
    seconds = typical(lambda: pool_batch([y], [v], ci="knha"), 20, 20)
    task.one.append(("themeweave, pool_batch of one", seconds, task.error(found)))
    task.one.append(("themeweave, tau2 alone", typical(lambda: tau2(y, v), 20, 20), None))
    seconds = typical(lambda: pool_batch([y], [v], "PM"), 20, 20)
    task.paule.append(("themeweave, pool_batch of one", seconds, None))
    found = pool_batch(task.y, task.v).tau2[task.some]
    seconds = typical(lambda: pool_batch(task.y, task.v), 5)
    task.many.append(("themeweave", seconds, task.error(found)))
    seconds = typical(lambda: pool_batch(task.y, task.v, ci="knha", intervals=True), 3)
    task.many.append(("themeweave, with all intervals", seconds, None))
    seconds = typical(lambda: pool_batch(task.left_y, task.left_v), 20, 5)
    found = pool_batch(task.left_y, task.left_v).tau2
    task.left.append(("themeweave", seconds, worst(found, task.left_truth, task.left_v)))


def pymare(task: Task) -> None:
    from pymare import Dataset
    from pymare.estimators import VarianceBasedLikelihoodEstimator

    def fit(ys: np.ndarray, vs: np.ndarray) -> np.ndarray:
        estimator = VarianceBasedLikelihoodEstimator(method="REML")
        estimator.fit_dataset(Dataset(y=ys, v=vs))
        return np.asarray(estimator.params_["tau2"]).ravel()

    y, v = (x[:, None] for x in task.single)
    found = np.array([fit(task.y[i][:, None], task.v[i][:, None])[0] for i in task.some])
    seconds = typical(lambda: fit(y, v), 5, 5)
    task.one.append(("PyMARE, tau2 and estimate", seconds, task.error(found)))
    found = fit(task.y.T, task.v.T)[task.some]
    seconds = typical(lambda: fit(task.y.T, task.v.T), 3)
    task.many.append(("PyMARE, 2-D", seconds, task.error(found)))
    found = fit(task.left_y.T, task.left_v.T)
    seconds = typical(lambda: fit(task.left_y.T, task.left_v.T), 5)
    task.left.append(("PyMARE, 2-D", seconds, worst(found, task.left_truth, task.left_v)))


def statsmodels(task: Task) -> None:
    from statsmodels.stats.meta_analysis import combine_effects

    y, v = task.single
    seconds = typical(lambda: combine_effects(y, v, method_re="iterated"), 10, 10)
    task.paule.append(("statsmodels, fewer numbers", seconds, None))
    task.many.append(("statsmodels, Paule-Mandel, one by one (est.)", seconds * SETS, None))


def pymetaanalysis(task: Task) -> None:
    from meta_analyze import meta_analysis

    def fit(ys: np.ndarray, vs: np.ndarray, method: str = "REML") -> object:
        return meta_analysis(effect=ys, variance=vs, tau2_method=method, ci_method="hksj")

    y, v = task.single
    found = np.array([float(fit(task.y[i], task.v[i]).tau2) for i in task.some])
    seconds = typical(lambda: fit(y, v).tau2_confidence_interval(), 10, 5)
    task.every.append(("PyMetaAnalysis, interval of tau2 only", seconds, None))
    seconds = typical(lambda: fit(y, v), 10, 5)
    task.one.append(("PyMetaAnalysis", seconds, task.error(found)))
    task.paule.append(("PyMetaAnalysis", typical(lambda: fit(y, v, "PM"), 10, 5), None))
    task.many.append(("PyMetaAnalysis, one by one (estimated)", seconds * SETS, None))


def metafor(task: Task) -> None:
    y, v = task.single
    r = in_r(np.vstack([y, task.y[task.some]]), np.vstack([v, task.v[task.some]]))
    failed, error = int(np.isnan(r[5:]).sum()), task.error(r[5:])
    task.every.append(("metafor, rma, confint and predict", r[1], error))
    task.one.append(("metafor, rma", r[0], error))
    task.paule.append(("metafor, rma", r[4], None))
    loop = f"metafor, loop (estimated), {failed} of {len(task.some)} failed"
    task.many.append((loop, r[2] * SETS, error))
    task.left.append(("metafor", r[3], None))


def main() -> None:
    """Run all tasks and print them."""
    task = set_task()
    themeweave(task)
    for name, others in OTHERS.items():
        try:
            others(task)
        except (ImportError, FileNotFoundError):
            for rows in (task.every, task.one, task.many):
                rows.append((name, None, None))
    show(f"One REML fit with all intervals, k = {K}", task.every)
    show(f"One REML fit, no interval of tau2, k = {K}", task.one)
    show(f"One Paule-Mandel fit, no interval of tau2, k = {K}", task.paule)
    show(f"{SETS:,} REML fits, k = {K}", task.many)
    show(f"Leave-one-out by REML, k = {K}", task.left)


OTHERS: dict[str, Callable[[Task], None]] = {
    "PyMARE": pymare,
    "statsmodels": statsmodels,
    "PyMetaAnalysis": pymetaanalysis,
    "metafor": metafor,
}

if __name__ == "__main__":
    main()
