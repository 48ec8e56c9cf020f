"""The axis of estimates: its ticks can be read whatever it covers."""

import math

import pytest

from themeweave.report.figures.axis import Scale, axis_name


@pytest.mark.parametrize(
    ("low", "high"), [(1e-9, 1e12), (0.9, 1.1), (0.4, 0.9), (1e-300, 1e-290), (1, 1.0001)]
)
def test_ratio_ticks_are_few_and_inside_the_axis(low, high):
    scale = Scale.between(math.log(low), math.log(high), ratio=True)
    assert 2 <= len(scale.ticks) <= 13
    assert all(-1e-9 <= scale.share(tick) <= 1 + 1e-9 for tick in scale.ticks)


def test_an_axis_of_less_than_sixfold_ratios_has_ticks_wherever_it_lies():
    below = Scale.between(math.log(0.3), math.log(1.0), ratio=True)
    above = Scale.between(math.log(20), math.log(75), ratio=True)
    assert below.ticks == pytest.approx((0.3, 0.5, 0.75, 1.0))
    assert above.ticks == pytest.approx((20, 30, 50, 75))


def test_ready_effects_are_called_effects_on_an_axis():
    assert axis_name("GEN", ratio=False) == "Effect"
