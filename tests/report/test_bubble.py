"""The bubble plot: areas by weight, and the line and band of the meta-regression."""

import re
from html import unescape
from pathlib import Path

import pytest
from lxml import etree

from themeweave.effects import effect_sizes
from themeweave.effects.moderators import meta_regression
from themeweave.errors import ReviewError
from themeweave.report.figures.bubble import BubblePlot, bubble, bubble_of

META = Path(__file__).parents[2].parent / "shared" / "reference" / "meta"


def words(svg):
    return [unescape(text.strip()) for text in re.findall(r"<!--(.*?)-->", svg.decode(), re.S)]


def places(svg, name):
    """Give the places of the points or corners drawn under an id, in the units of the SVG."""
    drawn = etree.fromstring(svg).xpath(f"//*[@id='{name}']")
    if not drawn:
        return []
    uses = drawn[0].xpath(".//*[local-name()='use']")
    if uses:
        return [(float(use.get("x")), float(use.get("y"))) for use in uses]
    path = drawn[0].xpath(".//*[local-name()='path']/@d")[0]
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def table(name):
    if not (META / name / "data.csv").exists():
        pytest.skip("the reference data sets are not here")
    import pandas as pd

    return pd.read_csv(META / name / "data.csv")


def circles(svg, name):
    """Give the middle and the width of every circle drawn under an id."""
    tree = etree.fromstring(svg)
    shape = f"//*[@id='{name}']//*[local-name()='path']"
    found = {path.get("id"): path.get("d") for path in tree.xpath(shape)}
    drawn = [(path.get("d"), 0.0, 0.0) for path in tree.xpath(shape + "[not(@id)]")]
    for use in tree.xpath(f"//*[@id='{name}']//*[local-name()='use']"):
        outline = found[use.get("{http://www.w3.org/1999/xlink}href")[1:]]
        drawn.append((outline, float(use.get("x")), float(use.get("y"))))
    result = []
    for outline, right, down in drawn:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", outline)]
        xs, ys = numbers[::2], numbers[1::2]
        middle = right + (min(xs) + max(xs)) / 2, down + (min(ys) + max(ys)) / 2
        result.append((*middle, max(xs) - min(xs)))
    return result


def test_areas_are_in_proportion_to_the_weights_and_small_bubbles_lie_on_large_ones():
    svg = bubble(
        BubblePlot("", "SMD", "weeks", ((1, 0.1, 10.0), (2, 0.2, 40.0), (3, 0.3, 20.0)))
    ).svg
    large, middle, small = (width**2 for _, _, width in circles(svg, "studies"))
    assert large / small == pytest.approx(4, rel=0.01)
    assert middle / small == pytest.approx(2, rel=0.01)


def test_the_line_passes_where_the_regression_says():
    y, v, x = [0.1, 0.3, 0.4, 0.8], [0.02, 0.04, 0.03, 0.02], [2, 4, 6, 8]
    plot = bubble_of(y, v, x, "weeks", ci="knha", level=0.9)
    fit = meta_regression(y, v, {"weeks": x}, ci="knha", level=0.9)
    at, mean, low, high = plot.line[-1]
    assert at == 8
    assert mean == pytest.approx(fit.coefficients[0].estimate + 8 * fit.coefficients[1].estimate)
    assert high - mean == pytest.approx(mean - low)
    # At 0 the band would be the interval of the intercept.
    shifted = bubble_of(y, v, [value - 8 for value in x], "weeks", ci="knha", level=0.9)
    moved = meta_regression(y, v, {"weeks": [value - 8 for value in x]}, ci="knha", level=0.9)
    assert shifted.line[-1][2:] == pytest.approx(
        (moved.coefficients[0].ci_lb, moved.coefficients[0].ci_ub)
    )
    svg = bubble(plot).svg
    assert places(svg, "line")
    assert places(svg, "band")


def test_text_values_are_refused_with_their_rows():
    with pytest.raises(ReviewError, match="'setting' holds text") as refused:
        bubble_of([0.1, 0.2], [0.1, 0.1], ["ward", None], "setting")
    assert refused.value.faults == ("row 1: 'ward'",)


@pytest.mark.parametrize(
    ("y", "x"),
    [
        pytest.param([0.1], [1], id="one"),
        pytest.param([0.1, 0.4], [3, 3], id="two at one value"),
        pytest.param([0.1, 0.4], [3, 4], id="two"),
        pytest.param([0.1, float("nan"), 0.3], [3, 4, float("nan")], id="nan"),
        pytest.param([i / 10 for i in range(160)], list(range(160)), id="many"),
        pytest.param([float("nan")], [1], id="none complete"),
    ],
)
def test_odd_data_still_give_a_plot(y, x):
    plot = bubble_of(y, [0.1] * len(y), x, "weeks")
    both = [a == a and b == b for a, b in zip(y, x, strict=True)]
    assert len(circles(bubble(plot).svg, "studies")) == sum(both)
    if len(set(x)) < 2:
        assert not plot.line
        assert "estimate" in plot.note or "estimable" in plot.note


def test_text_is_text_and_the_bytes_are_stable():
    plot = BubblePlot("$t_1$ & <b>", "S_1 $y$", "a_b <i>", ((1, 0.1, 1.0),))
    assert bubble(plot) == bubble(plot)
    assert {"$t_1$ & <b>", "S_1 $y$", "a_b <i>"} <= set(words(bubble(plot).svg))


def test_the_bcg_trials_fall_with_latitude():
    # metafor 3.8-1, REML: slope -0.0291 (-0.0432, -0.0150), R2 75.6%
    frame = table("bin_bcg")
    sizes = effect_sizes(frame, "RR")
    plot = bubble_of(sizes.yi, sizes.vi, list(frame["ablat"]), "Latitude", measure="RR", ratio=True)
    assert plot.note.startswith("slope of the logarithm −0.0291 [−0.0432, −0.015], p < 0.001")
    assert "R² = 76%" in plot.note
    svg = bubble(plot).svg
    assert len(circles(svg, "studies")) == 13
    line = places(svg, "line")
    assert line[0][0] < line[-1][0]
    assert line[0][1] < line[-1][1]  # downwards on the page
    assert {"0.5", "1"} <= set(words(svg))
