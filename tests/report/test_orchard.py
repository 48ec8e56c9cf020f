"""The orchard plot: every effect, and the results of the multilevel model."""

import re
from html import unescape
from pathlib import Path

import pytest
from lxml import etree

from themeweave.effects.multilevel.three_level import multilevel
from themeweave.errors import ReviewError
from themeweave.report.figures.estimates import Effect
from themeweave.report.figures.orchard import Branch, OrchardPlot, orchard, orchard_of, spread

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


BRANCH = Branch(
    ((0.0, 0.1), (0.5, 0.2), (float("nan"), 0.1)),
    Effect("All $x_1$ & <b>", 0.25, 0.0, 0.5),
    (-0.5, 1.0),
    clusters=2,
)


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


def ends(svg, name):
    xs = [x for x, _ in places(svg, name)]
    return min(xs), max(xs)


def test_points_and_intervals_share_one_scale():
    svg = orchard(OrchardPlot("", "SMD", (BRANCH,))).svg
    (none, _, precise), (half, _, rough) = circles(svg, "effects-0")
    assert ends(svg, "confidence-0") == pytest.approx((none, half), abs=0.01)
    assert precise**2 / rough**2 == pytest.approx(2, rel=0.01)  # areas as 1 / SE
    assert ends(svg, "prediction-0") == pytest.approx((2 * none - half, 2 * half - none), abs=0.01)
    assert places(svg, "pooled-0")[0][0] == pytest.approx((none + half) / 2, abs=0.01)
    assert places(svg, "no-effect")[0][0] == pytest.approx(none, abs=0.01)


def test_effects_that_are_not_estimable_are_left_out_of_the_count():
    shown = words(orchard(OrchardPlot("", "SMD", (BRANCH,))).svg)
    assert "k = 2, 2 studies" in shown


def test_an_interval_that_leaves_the_axis_ends_in_an_arrow():
    wide = Branch(((0.1, 0.1), (0.3, 0.1)), Effect("All", 0.2, -90.0, 90.0))
    assert places(orchard(OrchardPlot("", "SMD", (wide,))).svg, "arrow")
    assert not places(orchard(OrchardPlot("", "SMD", (BRANCH,))).svg, "arrow")


def test_no_prediction_interval_is_drawn_where_there_is_none():
    bare = Branch(((0.1, 0.1),), Effect("All", 0.2, 0.1, 0.3))
    assert not places(orchard(OrchardPlot("", "SMD", (bare,))).svg, "prediction-0")


def test_near_points_are_spread_and_lonely_ones_stay_on_their_line():
    offsets = spread([0.0] * 50 + [9.0], near=0.1)
    assert len(set(offsets[:50])) == 50
    assert all(-1 < offset < 1 for offset in offsets)
    assert offsets[-1] == 0.0


def test_text_is_text_and_the_bytes_are_stable():
    plot = OrchardPlot("T_1 $y$ <i>", "S_1", (BRANCH,))
    assert orchard(plot) == orchard(plot)
    assert {"T_1 $y$ <i>", "S_1", "All $x_1$ & <b>"} <= set(words(orchard(plot).svg))


@pytest.mark.parametrize("k", [0, 1, 2, 160])
def test_any_number_of_effects_gives_a_plot(k):
    y = [i / 50 for i in range(k)]
    plot = orchard_of(y, [0.05] * k, [f"S{i // 2}" for i in range(k)])
    svg = orchard(plot).svg
    assert len(circles(svg, "effects-0")) == k
    assert len(places(svg, "pooled-0")) == (1 if k else 0)


def test_many_rows_are_refused():
    with pytest.raises(ReviewError, match="301 rows"):
        orchard(OrchardPlot("", "SMD", (BRANCH,) * 301))


def test_ratios_get_an_axis_of_ratios():
    shown = words(orchard(OrchardPlot("", "RR", (BRANCH,), ratio=True)).svg)
    assert {"1", "2", "RR (logarithmic axis)"} <= set(shown)


def test_no_prediction_interval_is_narrower_than_the_confidence_interval_that_it_holds():
    frame = table("ml_assink2016")
    rows = orchard_of(
        frame["yi"],
        frame["vi"],
        list(frame["study"]),
        groups=list(frame["deltype"]),
        robust=True,
    ).rows
    assert [row.prediction is None for row in rows] == [True, False, False, False]
    for row in rows[1:]:  # one row rests on three studies: its robust interval has 2 df at most
        assert row.prediction[0] < row.pooled.ci_lb < row.pooled.ci_ub < row.prediction[1]


def test_the_peer_led_groups_show_the_model_that_was_fitted():
    frame = table("ml_peer_groups2025")
    y, v, study = frame["yi"], frame["vi"], list(frame["study"])
    fit = multilevel(y, v, study)
    plot = orchard_of(y, v, study, groups=list(frame["construct"]))
    assert [row.pooled.label for row in plot.rows] == [
        "Mental health outcome",
        "Reintegrational outcome",
        "All effects",
    ]
    every = plot.rows[-1]
    assert every.pooled.estimate == pytest.approx(fit.coefficients[0].estimate)
    assert every.prediction == pytest.approx((fit.pi_lb, fit.pi_ub))
    assert (len(every.effects), every.clusters) == (34, 5)
    assert [len(row.effects) for row in plot.rows] == [2, 32, 34]
    robust = orchard_of(y, v, study, robust=True).rows[0].pooled
    assert robust.ci_lb == pytest.approx(fit.cr2[0].ci_lb)
    assert "k = 34, 5 studies" in words(orchard(plot).svg)
