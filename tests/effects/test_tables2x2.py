import math

import numpy as np
import pytest

from themeweave.effects.tables2x2 import cochran_mantel_haenszel, mantel_haenszel, peto, tarone
from themeweave.errors import ReviewError

BCG = [
    *((4, 123, 11, 139), (6, 306, 29, 303), (3, 231, 11, 220), (62, 13598, 248, 12867)),
    *((33, 5069, 47, 5808), (180, 1541, 372, 1451), (8, 2545, 10, 629), (505, 88391, 499, 88391)),
    *((29, 7499, 45, 7277), (17, 1716, 65, 1665), (186, 50634, 141, 27338), (5, 2498, 3, 2341)),
    (27, 16913, 29, 17854),
]
TABLES = tuple(np.array(BCG, dtype=float).T)


@pytest.mark.parametrize(
    ("measure", "estimate", "se", "q"),
    [
        # metafor 3.8-1: rma.mh on the BCG trials
        ("OR", -0.473410988388585, 0.0410077784042314, 163.942579569193),
        ("RR", -0.453709604683754, 0.0393373668712944, 152.567553586657),
        ("RD", -0.003288181832613, 0.000286656748527374, 386.77594183656),
    ],
)
def test_mantel_haenszel_agrees_with_metafor(measure, estimate, se, q):
    pooled = mantel_haenszel(*TABLES, measure=measure)
    assert (pooled.estimate, pooled.se, pooled.Q) == pytest.approx((estimate, se, q), rel=1e-10)


def test_peto_agrees_with_metafor():
    pooled = peto(*TABLES)  # metafor 3.8-1: rma.peto
    expected = -0.474446310940636, 0.0406590807446483, 167.730167511489
    assert (pooled.estimate, pooled.se, pooled.Q) == pytest.approx(expected, rel=1e-10)


def test_a_table_without_events_adds_nothing_to_a_ratio():
    more = tuple(np.append(column, x) for column, x in zip(TABLES, (0, 50, 0, 40), strict=True))
    for measure in ("OR", "RR"):
        with_it, without = mantel_haenszel(*more, measure), mantel_haenszel(*TABLES, measure)
        assert with_it.estimate == pytest.approx(without.estimate, rel=1e-12)
        assert with_it.Q_df == without.Q_df
    assert (with_it.k, with_it.k_informative) == (14, 13)
    assert tarone(*more).stat == pytest.approx(tarone(*TABLES).stat, rel=1e-12)
    assert mantel_haenszel(*more, "RD").estimate != mantel_haenszel(*TABLES, "RD").estimate


def test_one_table_pools_to_its_own_odds_ratio():
    pooled = mantel_haenszel([4], [123], [11], [139])
    assert pooled.estimate == pytest.approx(math.log(4 * 128 / (119 * 11)))
    assert (pooled.Q_df, pooled.Q_pval) == (0, 1.0)


def test_no_events_in_one_group_is_told_as_not_estimable():
    pooled = mantel_haenszel([0, 0], [20, 30], [0, 0], [20, 30])
    assert math.isnan(pooled.estimate)
    assert pooled.notes[0].startswith("Mantel-Haenszel OR: not estimable")
    assert math.isnan(peto([0], [20], [0], [20]).estimate)
    assert math.isnan(tarone([0, 1], [20, 20], [3, 0], [20, 20]).stat) is False
    assert math.isnan(tarone([0], [20], [3], [20]).pval)


def test_the_continuity_correction_never_turns_a_difference_round():
    even = [5, 5], [20, 20], [5, 5], [20, 20]
    assert cochran_mantel_haenszel(*even).stat == 0.0
    assert cochran_mantel_haenszel(*even).pval == 1.0


def test_equal_odds_ratios_are_homogeneous():
    assert tarone([5, 10], [20, 40], [5, 10], [20, 40]).stat == pytest.approx(0, abs=1e-12)


def test_incomplete_tables_are_left_out_and_impossible_ones_named():
    assert mantel_haenszel([4, np.nan], [123, 306], [11, 29], [139, 303]).k == 1
    with pytest.raises(ReviewError) as error:
        peto([4, 400], [123, 306], [11, 29], [139, 0])
    assert error.value.faults == ("row 2: 400 of 306 and 29 of 0",)
    with pytest.raises(ReviewError, match="no table is complete"):
        peto([np.nan], [123], [11], [139])
    with pytest.raises(ReviewError, match="the columns have 1, 2, 1, 1 rows"):
        peto([1], [123, 2], [11], [139])
    with pytest.raises(ReviewError, match="unknown measure 'SMD'"):
        mantel_haenszel(*TABLES, measure="SMD")
