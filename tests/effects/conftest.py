"""The reference results of ../shared/reference/meta, and a tally of what agrees with them."""

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

META = Path(__file__).parents[2].parent / "shared" / "reference" / "meta"

# Where the reference is empty although the number exists: no convergence of Fisher scoring, and a
# permutation distribution that overflows at k = 205.
R_GAVE_UP = (
    "bin_nielweise2007.cumul_REML",
    "ml_groups_reint2025.begg_ranktest.pval",
)


@dataclass(frozen=True)
class Reference:
    """One dataset: its effects, its columns, and what R computed from them."""

    name: str
    expected: dict
    yi: list
    vi: list
    columns: dict

    def moderator(self, name):
        """A column as the engine read it: numbers if all are, otherwise text."""
        column = [None if cell in ("", "NA") else cell for cell in self.columns[name]]
        try:
            return [None if cell is None else float(cell) for cell in column]
        except ValueError:
            return column


@dataclass
class Tally:
    """Walks expected results beside ours, and keeps count."""

    compared: int = 0
    faults: list = field(default_factory=list)
    not_offered: list = field(default_factory=list)

    def walk(self, where, ours, theirs, rel, floor=1e-11):
        """Compare a nested result; a key of theirs that ours lacks is counted as not offered."""
        if theirs is None and where.startswith(R_GAVE_UP):
            assert math.isfinite(ours), where
        elif isinstance(theirs, Mapping):
            for key, value in theirs.items():
                if key in ours:
                    self.walk(f"{where}.{key}", ours[key], value, rel, floor)
                else:
                    self.not_offered.append(f"{where}.{key}")
        elif isinstance(theirs, list):
            assert len(ours) == len(theirs), where
            for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
                self.walk(f"{where}[{i}]", a, b, rel, floor)
        else:
            self.compared += 1
            if not same(where, ours, theirs, rel, floor):
                self.faults.append(f"{where}: {ours!r}, not {theirs!r}")

    def settle(self, record_property, at_least):
        """Pass if all that was compared agrees, and no less was compared than ``at_least``."""
        summary = f"{self.compared} compared, {len(self.faults)} disagree, "
        summary += f"{len(self.not_offered)} not offered"
        record_property("reference", summary)
        print(summary, sorted({w.split(".", 1)[1] for w in self.not_offered})[:20])
        assert not self.faults, "\n".join([summary, *self.faults[:60]])
        assert self.compared >= at_least, summary


def same(where, ours, theirs, rel, floor):
    if isinstance(ours, np.generic):
        ours = ours.item()
    if theirs is None:
        return ours is None or ours == [] or math.isnan(ours)
    if isinstance(theirs, str | bool) or ours is None:
        return ours == theirs
    if theirs == ours:
        return True
    last = where.rsplit(".", 1)[-1].lower()
    if ("pval" in last or last in ("qp", "qep", "qmp")) and min(ours, theirs) > 0:
        # An error of 1e-6 in z is one of z * 1e-6 in log p.
        if theirs < 1e-300:
            return True
        return abs(math.log(ours / theirs)) <= rel * (1 + 4 * abs(math.log(theirs)))
    if last.startswith("i2"):
        floor = max(floor, 1e-7)  # percent; R stops a little above a tau2 of 0
    return abs(ours - theirs) <= rel * abs(theirs) + floor


@pytest.fixture(scope="session")
def references():
    """All single meta-analyses with expected results; skips where they are not at hand."""
    if not META.is_dir():
        pytest.skip("the reference results (../shared/reference/meta) are not at hand")
    found = []
    for path in sorted(META.glob("*/expected.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(expected, dict) or "main_measure" not in expected:
            continue
        with path.with_name("data.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        effects = expected["effects"]
        effects = effects[expected["main_measure"]] if effects else columns
        yi, vi = (
            [math.nan if x in (None, "", "NA") else float(x) for x in effects[name]]
            for name in ("yi", "vi")
        )
        if expected["main_measure"] == "MD":
            # Ties among the rounded yi are none among the differences that R sorted.
            pairs = zip(columns["m1i"], columns["m2i"], strict=True)
            yi = [float(treated) - float(control) for treated, control in pairs]
        found.append(Reference(path.parent.name, expected, yi, vi, columns))
    return found


# Tuberculosis among vaccinated and among unvaccinated, and their numbers: the 13 trials of BCG
# vaccine in Colditz GA et al. (1994), JAMA 271:698-702.
BCG = (
    (4, 123, 11, 139),
    (6, 306, 29, 303),
    (3, 231, 11, 220),
    (62, 13598, 248, 12867),
    (33, 5069, 47, 5808),
    (180, 1541, 372, 1451),
    (8, 2545, 10, 629),
    (505, 88391, 499, 88391),
    (29, 7499, 45, 7277),
    (17, 1716, 65, 1665),
    (186, 50634, 141, 27338),
    (5, 2498, 3, 2341),
    (27, 16913, 29, 17854),
)


@pytest.fixture(scope="session")
def bcg():
    """Log risk ratios and variances of the 13 BCG trials."""
    yi = [math.log(a / n * m / c) for a, n, c, m in BCG]
    return yi, [1 / a - 1 / n + 1 / c - 1 / m for a, n, c, m in BCG]


@pytest.fixture
def tally():
    return Tally()
