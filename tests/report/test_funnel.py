"""The funnel plot: studies, contours and the pseudo interval stand where they should."""

import re
from html import unescape
from pathlib import Path

import pytest
from lxml import etree

from themeweave.effects import effect_sizes, pool
from themeweave.effects.bias.trimfill import trim_and_fill
from themeweave.report.figures.funnel import FunnelPlot, funnel, funnel_of

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


PLOT = FunnelPlot(
    "Hope $x_1$ & <b>",
    "SMD_1 <i>",
    ((0.0, 0.1), (0.5, 0.2), (-0.5, 0.4)),
    centre=0.2,
    filled=((0.1, 0.4),),
    filled_centre=0.1,
)


def test_the_standard_error_grows_downwards():
    svg = funnel(PLOT).svg
    (_, first), (_, second), (_, third) = places(svg, "studies")
    assert third - first == pytest.approx(3 * (second - first), abs=0.01)
    assert second > first


def test_studies_and_contours_share_one_scale():
    svg = funnel(PLOT).svg
    (none, top), (half, second), _ = places(svg, "studies")
    per_effect = (half - none) / 0.5
    per_se = (second - top) / 0.1
    apex_y = top - 0.1 * per_se
    # At a standard error of s the 0.05 contour runs at 1.96 s.
    left, apex, right = sorted(places(svg, "contour-0.05"))[:3]
    assert apex == pytest.approx((none, apex_y), abs=0.02)
    depth = (right[1] - apex_y) / per_se
    assert (right[0] - none) / per_effect == pytest.approx(1.95996 * depth, rel=1e-3)
    assert left[0] - none == pytest.approx(none - right[0], abs=0.02)
    centre = places(svg, "pseudo")[1]
    assert (centre[0] - none) / per_effect == pytest.approx(0.2, abs=1e-3)


def test_contours_stand_around_no_effect_for_each_level():
    svg = funnel(PLOT).svg
    widths = [
        max(x for x, _ in places(svg, f"contour-{p}"))
        - min(x for x, _ in places(svg, f"contour-{p}"))
        for p in ("0.1", "0.05", "0.01")
    ]
    assert widths == sorted(widths)
    assert widths[2] / widths[0] == pytest.approx(2.57583 / 1.64485, rel=1e-3)
    assert {"p > 0.1", "p 0.05 to 0.1", "p 0.01 to 0.05", "p < 0.01"} <= set(words(svg))


def test_added_studies_are_open_circles_with_their_own_line():
    svg = funnel(PLOT).svg
    assert len(places(svg, "filled")) == 1
    drawn = etree.fromstring(svg).xpath("//*[@id='filled']//*[local-name()='use']/@style")[0]
    assert "fill: #ffffff" in drawn
    assert "added by trim-and-fill" in words(svg)
    assert places(svg, "filled-centre")
    plain = funnel_of([0.1, 0.2], [0.1, 0.1], pool([0.1, 0.2], [0.1, 0.1]))
    assert not places(funnel(plain).svg, "filled")


def test_ratios_get_a_logarithmic_axis_of_ratios():
    shown = words(funnel(FunnelPlot("", "RR", ((-0.7, 0.2), (0.7, 0.3)), 0.0, ratio=True)).svg)
    assert {"0.5", "1", "2", "RR (logarithmic axis)"} <= set(shown)


def test_text_is_text_and_the_bytes_are_stable():
    first = funnel(PLOT)
    assert funnel(PLOT) == first
    assert {"Hope $x_1$ & <b>", "SMD_1 <i>"} <= set(words(first.svg))


@pytest.mark.parametrize(
    ("studies", "centre"),
    [
        pytest.param((), float("nan"), id="none"),
        pytest.param(((0.3, 0.2),), 0.3, id="one"),
        pytest.param(((0.0, 0.2), (0.0, 0.2)), 0.0, id="two alike at no effect"),
        pytest.param(((float("nan"), 0.2), (0.1, float("nan")), (900.0, 1e-6)), 1.0, id="odd"),
        pytest.param(tuple((i / 80, 0.1 + i / 500) for i in range(160)), 1.0, id="many"),
    ],
)
def test_odd_data_still_give_a_plot(studies, centre):
    whole = [s for s in studies if s == s and all(v == v for v in s)]
    svg = funnel(FunnelPlot("", "SMD", studies, centre)).svg
    assert len(places(svg, "studies")) == len(whole)


def test_few_studies_come_with_a_caution():
    few = funnel_of([0.1] * 9, [0.1] * 9, pool([0.1] * 9, [0.1] * 9))
    assert "Fewer than 10 studies" in few.note
    assert not funnel_of([0.1] * 10, [0.1] * 10, pool([0.1] * 10, [0.1] * 10)).note


def test_the_bcg_trials_have_four_studies_added_on_the_right():
    # metafor 3.8-1: trimfill of the common-effect model adds 4 studies on the right
    sizes = effect_sizes(table("bin_bcg"), "RR")
    pooled = pool(sizes.yi, sizes.vi)
    plot = funnel_of(
        sizes.yi, sizes.vi, pooled, trim_and_fill(sizes.yi, sizes.vi), measure="RR", ratio=True
    )
    svg = funnel(plot).svg
    assert (len(places(svg, "studies")), len(places(svg, "filled"))) == (13, 4)
    assert min(x for x, _ in places(svg, "filled")) > places(svg, "no-effect")[0][0]
    assert {"Random effects (REML)", "Common effect with these"} <= set(words(svg))
