"""The Baujat plot: the studies that matter are named, and no name covers another."""

import re
from html import unescape
from pathlib import Path

import pytest
from lxml import etree

from themeweave.effects import effect_sizes, pool
from themeweave.errors import ReviewError
from themeweave.report.figures.baujat import BaujatPlot, baujat, baujat_of

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


def test_studies_stand_at_their_places():
    svg = baujat(BaujatPlot("", (("A", 0.0, 0.0), ("B", 2.0, 1.0), ("C", 4.0, 4.0)))).svg
    origin, middle, far = places(svg, "studies")
    assert far[0] - origin[0] == pytest.approx(2 * (middle[0] - origin[0]), abs=0.01)
    assert far[1] - origin[1] == pytest.approx(4 * (middle[1] - origin[1]), abs=0.01)
    assert far[1] < origin[1]


def test_only_studies_that_matter_are_named():
    studies = (("Far", 10.0, 9.0), ("Right", 5.0, 0.1), ("Near", 0.5, 0.5))
    shown = words(baujat(BaujatPlot("", studies)).svg)
    assert {"Far", "Right"} <= set(shown)
    assert "Near" not in shown


def test_names_that_would_lie_on_others_are_left_out():
    crowd = tuple((f"Study with a name {i}", 10.0 + i / 1e4, 10.0) for i in range(160))
    shown = [text for text in words(baujat(BaujatPlot("", crowd)).svg) if text.startswith("Study")]
    assert 1 <= len(shown) <= 8


@pytest.mark.parametrize(
    "studies",
    [
        pytest.param((), id="none"),
        pytest.param((("One", 0.0, 0.0),), id="one at the origin"),
        pytest.param((("A", 1.0, 2.0), ("B", float("nan"), 1.0)), id="nan"),
        pytest.param((("A", 1e9, 1e-9), ("B", 2.0, 1e-12)), id="wide"),
    ],
)
def test_odd_data_still_give_a_plot(studies):
    svg = baujat(BaujatPlot("", studies)).svg
    assert len(places(svg, "studies")) == sum(x == x for _, x, _ in studies)


def test_one_study_has_no_place():
    assert baujat_of([0.1], [0.1], ["A"]).studies == ()


def test_labels_must_match_the_effects():
    with pytest.raises(ReviewError, match="there are 1 labels for 2 effects"):
        baujat_of([0.1, 0.2], [0.1, 0.1], ["A"])


def test_text_is_text_and_the_bytes_are_stable():
    plot = BaujatPlot("$t_1$ & <b>", (("A_1 $x$ <i>", 1.0, 1.0),))
    assert baujat(plot) == baujat(plot)
    assert {"$t_1$ & <b>", "A_1 $x$ <i>"} <= set(words(baujat(plot).svg))


def test_the_places_across_of_the_bcg_trials_add_up_to_q():
    frame = table("bin_bcg")
    sizes = effect_sizes(frame, "RR")
    labels = list(frame["author"])
    plot = baujat_of(sizes.yi, sizes.vi, labels)
    # metafor 3.8-1: baujat of the common-effect model
    places_of = {label: (x, y) for label, x, y in plot.studies}
    assert places_of["TPT Madras"] == pytest.approx((49.3677, 34.8795), abs=5e-5)
    assert places_of["Hart & Sutherland"] == pytest.approx((51.1073, 4.5631), abs=5e-5)
    total = pool(sizes.yi, sizes.vi, method="FE").Q
    assert sum(x for _, x, _ in plot.studies) == pytest.approx(total)
    shown = words(baujat(plot).svg)
    assert {"TPT Madras", "Hart & Sutherland"} <= set(shown)
    assert "Contribution to heterogeneity (Q)" in shown
    assert "REML" in baujat_of(sizes.yi, sizes.vi, labels, method="REML").across
