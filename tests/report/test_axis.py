"""The axis of estimates: its ticks can be read whatever it covers."""

import math

import pytest

from themeweave.report.figures.axis import Scale


@pytest.mark.parametrize(
    ("low", "high"), [(1e-9, 1e12), (0.9, 1.1), (0.4, 0.9), (1e-300, 1e-290), (1, 1.0001)]
)
def test_ratio_ticks_are_few_and_inside_the_axis(low, high):
    scale = Scale.between(math.log(low), math.log(high), ratio=True)
    assert 2 <= len(scale.ticks) <= 13
    assert all(-1e-9 <= scale.share(tick) <= 1 + 1e-9 for tick in scale.ticks)
