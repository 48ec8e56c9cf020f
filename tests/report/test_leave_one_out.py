"""The leave-one-out plot: each result against the full one."""

import re
from html import unescape
from math import log
from pathlib import Path

import pytest
from lxml import etree

from themeweave.effects import effect_sizes
from themeweave.errors import ReviewError
from themeweave.report.figures.estimates import Effect
from themeweave.report.figures.leave_one_out import (
    LeaveOneOutPlot,
    leave_one_out,
    leave_one_out_of,
)

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


PLOT = LeaveOneOutPlot(
    "Hope $x_1$ & <b>",
    "SMD",
    (Effect("Ng_1 $a$", 0.1, -0.1, 0.3, i2=12.0), Effect("Li <i>", 0.3, 0.1, 0.5)),
    Effect("All studies", 0.2, 0.05, 0.35),
)


def test_the_band_spans_the_interval_of_the_full_result():
    svg = leave_one_out(PLOT).svg
    path = etree.fromstring(svg).xpath("//*[@id='band']//*[local-name()='path']/@d")[0]
    band = [float(number) for number in re.findall(r"-?[\d.]+", path)][::2]
    diamond = [x for x, _ in places(svg, "all-studies")]
    assert (min(band), max(band)) == pytest.approx((min(diamond), max(diamond)), abs=0.01)


def test_an_open_circle_holds_no_effect():
    svg = leave_one_out(PLOT).svg
    assert places(svg, "without-0-open")
    assert places(svg, "without-1-filled")


def test_rows_show_their_numbers():
    shown = words(leave_one_out(PLOT).svg)
    assert {"0.10 [−0.10, 0.30]", "0.30 [0.10, 0.50]", "12%", "0.20 [0.05, 0.35]"} <= set(shown)


def test_text_is_text_and_the_bytes_are_stable():
    first = leave_one_out(PLOT)
    assert leave_one_out(PLOT) == first
    assert {"Hope $x_1$ & <b>", "Ng_1 $a$", "Li <i>"} <= set(words(first.svg))


def test_one_study_leaves_nothing_out():
    plot = leave_one_out_of([0.1], [0.1], ["A"])
    assert plot.rows == ()
    assert "not estimable (k < 2)" in words(leave_one_out(plot).svg)


def test_two_studies_each_stand_for_the_other():
    plot = leave_one_out_of([0.1, 0.5], [0.1, 0.1], ["A", "B"])
    assert [row.estimate for row in plot.rows] == pytest.approx([0.5, 0.1])
    knha = leave_one_out_of([0.1, 0.5], [0.1, 0.1], ["A", "B"], ci="knha")  # no interval
    svg = leave_one_out(knha).svg
    assert "0.50 [–, –]" in words(svg)
    assert not places(svg, "interval-0")


def test_rows_left_out_beforehand_keep_the_labels_right():
    plot = leave_one_out_of([0.1, float("nan"), 0.5, 0.9], [0.1] * 4, ["A", "B", "C", "D"])
    assert [row.label for row in plot.rows] == ["A", "C", "D"]
    assert plot.note


def test_faults_are_told():
    with pytest.raises(ReviewError, match="there are 1 labels for 2 effects"):
        leave_one_out_of([0.1, 0.2], [0.1, 0.1], ["A"])
    with pytest.raises(ReviewError, match="301 rows"):
        leave_one_out(LeaveOneOutPlot("", "SMD", PLOT.rows[:1] * 301, None))
    with pytest.raises(ReviewError, match="a ratio is not above 0"):
        leave_one_out(LeaveOneOutPlot("", "RR", (Effect("A", -1, 0, 1),), None, ratio=True))


def test_the_bcg_trials_without_madras():
    # metafor 3.8-1: leave1out of REML, the eighth log risk ratio -0.7948 (-1.1473, -0.4422)
    frame = table("bin_bcg")
    sizes = effect_sizes(frame, "RR")
    plot = leave_one_out_of(sizes.yi, sizes.vi, list(frame["author"]), measure="RR", ratio=True)
    row = next(row for row in plot.rows if row.label == "TPT Madras")
    logs = [log(value) for value in (row.estimate, row.ci_lb, row.ci_ub)]
    assert logs == pytest.approx([-0.7948, -1.1473, -0.4422], abs=5e-5)
    assert "0.45 [0.32, 0.64]" in words(leave_one_out(plot).svg)
    assert len(plot.rows) == 13
