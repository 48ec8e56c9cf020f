"""How fast: the overlap of 500 reviews and 20,000 primary studies, beside a matrix in pandas.

Run with ``python benchmarks/overlap_speed.py``. The other way is what people write today: a table
of zeros and ones, and for each two reviews the rows in both over the rows in either. Both give the
same numbers, which is checked. Times are of one run on one thread.
"""

# ruff: noqa: E402  # the number of threads must be set before numpy is loaded

from __future__ import annotations

import os
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from itertools import combinations

import numpy as np
import pandas as pd

from themeweave.corpus.records import Citation
from themeweave.evidence.overlap import citation_overlap
from themeweave.evidence.support import inclusion_lists, support

REVIEWS, STUDIES = 500, 20_000


def drawn() -> list[Citation]:
    """Inclusion lists of 10 to 200 studies, drawn so that some studies are in many reviews."""
    chance = np.random.default_rng(7)
    weights = chance.pareto(1.5, STUDIES) + 0.1
    weights /= weights.sum()
    return [
        Citation(f"R{review:03}", f"S{study:05}")
        for review in range(REVIEWS)
        for study in chance.choice(STUDIES, chance.integers(10, 201), replace=False, p=weights)
    ]


def in_pandas(ticks: list[Citation]) -> list[float]:
    """Every pair's overlap from a table of zeros and ones."""
    frame = pd.DataFrame({"r": [t.review_id for t in ticks], "s": [t.study_id for t in ticks]})
    matrix = pd.crosstab(frame["s"], frame["r"]).astype(bool)
    return [
        float((matrix[a] & matrix[b]).sum() / (matrix[a] | matrix[b]).sum())
        for a, b in combinations(matrix.columns, 2)
    ]


def main() -> None:
    ticks = drawn()
    start = time.perf_counter()
    found = citation_overlap(ticks)
    ours = time.perf_counter() - start
    lists = inclusion_lists(ticks)
    start = time.perf_counter()
    whole = support(lists, lists)
    base = time.perf_counter() - start
    start = time.perf_counter()
    other = in_pandas(ticks)
    theirs = time.perf_counter() - start
    assert np.allclose([pair.cca for pair in found.pairs], other)
    print(f"{found.reviews} reviews, {found.studies} studies in them, {found.ticks} inclusions")
    print(f"overlap, overall and {len(found.pairs)} pairs: {ours:.2f} s")
    print(f"support of all reviews together ({whole.independent:.1f} independent): {base:.2f} s")
    print(f"pandas, pairs only: {theirs:.1f} s, {theirs / ours:.0f} times as long")


if __name__ == "__main__":
    main()
