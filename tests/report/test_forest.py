"""The forest plot: what it shows is right, and it is the same everywhere."""

import math
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from lxml import etree

from themeweave.effects import effect_sizes, pool
from themeweave.effects.moderators import subgroups
from themeweave.errors import ReviewError
from themeweave.report.figures.estimates import Effect
from themeweave.report.figures.forest import forest
from themeweave.report.figures.forest_of import forest_of
from themeweave.report.figures.forest_rows import Forest, Group

STUDIES = (
    Effect("Ardern 2014", 0.5, 0.25, 1.0, weight=40.0, n=120),
    Effect("Booth & <Cole> -- $2017$", 2.0, 0.0001, 9000.0, weight=60.0, n=1200),
)
PLOT = Forest(
    "Readmission",
    "RR",
    STUDIES,
    common=Effect("Common effect", 0.9, 0.7, 1.2),
    random=Effect("Random effects", 0.95, 0.6, 1.5),
    prediction=(0.3, 3.0),
    heterogeneity="I² = 41%",
    n=1320,
    favours=("favours peer support", "favours control"),
    ratio=True,
)


def words(svg):
    """Give the texts that matplotlib names beside the drawn letters."""
    return [unescape(text.strip()) for text in re.findall(r"<!--(.*?)-->", svg.decode(), re.S)]


def test_the_plot_shows_every_number():
    shown = words(forest(PLOT).svg)
    for text in ("2 studies, 1,320 participants", "RR [95% CI]", "0.50 [0.25, 1.00]", "40.0%"):
        assert text in shown
    for text in ("Random effects", "0.95 [0.60, 1.50]", "[0.30, 3.00]", "I² = 41%", "1,200"):
        assert text in shown
    assert "← favours peer support" in shown
    assert "favours control →" in shown


def test_an_interval_that_leaves_the_axis_keeps_its_numbers():
    assert "2.00 [<0.01, 9000.00]" in words(forest(PLOT).svg)


def test_the_same_data_gives_the_same_bytes_whatever_the_users_settings():
    import matplotlib as mpl

    first = forest(PLOT)
    with mpl.rc_context({"font.family": "serif", "svg.hashsalt": "x", "savefig.facecolor": "red"}):
        assert forest(PLOT) == first
    assert b"<dc:date>" not in first.svg


def test_markup_in_a_label_stays_text():
    tree = etree.fromstring(forest(PLOT).svg)
    assert not [e for e in tree.iter() if isinstance(e.tag, str) and "Cole" in e.tag]


def box(svg, name):
    """Give the left, top, right and bottom of a shape, in the units of the SVG, by its id."""
    tree = etree.fromstring(svg)
    paths = tree.xpath(f"//*[@id='{name}']//*[local-name()='path']/@d")
    uses = tree.xpath(f"//*[@id='{name}']//*[local-name()='use']")
    spots = [(float(use.get("x")), float(use.get("y"))) for use in uses]
    if not spots:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", paths[0])]
        spots = list(zip(numbers[::2], numbers[1::2], strict=True))
    xs, ys = zip(*spots, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def middle(svg, name):
    left, top, right, bottom = box(svg, name)
    return (left + right) / 2, (top + bottom) / 2


def ids(svg, start):
    tree = etree.fromstring(svg)
    return [name for name in tree.xpath("//@id") if name.startswith(start)]


GROUPED = Forest(
    "Hope",
    "SMD",
    (),
    random=Effect("Random effects", 0.3, 0.1, 0.5, k=3),
    groups=(
        Group(
            "Home",
            (Effect("Ng", 0.5, 0.2, 0.8, bias=("low", "High risk")),),
            Effect("Subtotal", 0.5, 0.2, 0.8),
            "one study",
        ),
        Group(
            "Ward",
            (Effect("Li", 0.1, -0.2, 0.4), Effect("Ek", 0.2, 0.0, 0.4, bias=("", "unclear"))),
        ),
    ),
    difference="Test of differences between subgroups: Q = 3.1",
    bias_domains=("Randomisation", "Overall"),
)


def test_rows_that_share_a_name_are_counted_as_results_not_studies():
    twice = (Effect("Druss 2018", 0.1, 0.0, 0.2), Effect("Druss 2018", 0.3, 0.1, 0.5))
    assert "2 results" in words(forest(Forest("Hope", "SMD", twice)).svg)


def test_groups_stand_in_order_with_their_diamonds_and_the_test_between_them():
    svg = forest(GROUPED).svg
    shown = words(svg)
    order = ["Home", "Ng", "Subtotal", "one study", "Ward", "Li", "Ek", "Random effects"]
    places = [shown.index(text) for text in order]
    assert places == sorted(places)
    assert "Test of differences between subgroups: Q = 3.1" in shown
    assert "3 studies" in shown
    assert (len(ids(svg, "subtotal-")), len(ids(svg, "total-"))) == (1, 1)


def test_lights_stand_in_the_row_of_their_study_and_carry_a_sign():
    svg = forest(GROUPED).svg
    lights = ids(svg, "bias-")
    assert len(lights) == 3  # a judgement that was not made has no light
    for light in lights:
        row = light.split("-")[1]
        assert middle(svg, light)[1] == pytest.approx(middle(svg, f"study-{row}")[1], abs=0.1)
    shown = words(svg)
    assert {"+", "×", "?"} <= set(shown)
    assert "Risk of bias: A\u00a0Randomisation; B\u00a0Overall" in shown
    assert {"low", "high", "unclear"} <= set(shown)
    assert "critical" not in shown


def test_areas_are_in_proportion_to_the_weights():
    svg = forest(PLOT).svg
    areas = []
    for name in ("study-0", "study-1"):
        left, top, right, bottom = box(svg, name)
        areas.append((right - left) * (bottom - top))
    assert areas[1] / areas[0] == pytest.approx(60 / 40, rel=1e-3)


def test_ratios_are_drawn_on_a_logarithmic_axis():
    svg = forest(PLOT).svg
    half, none, double = (middle(svg, name)[0] for name in ("study-0", "no-effect", "study-1"))
    assert none - half == pytest.approx(double - none, abs=0.01)


def test_an_interval_ends_in_an_arrow_only_where_it_leaves_the_axis():
    wide = Effect("Wide", 0.2, -50.0, 0.4)
    near = tuple(Effect(f"Near {i}", 0.2, 0.0, 0.4) for i in range(4))
    svg = forest(Forest("", "SMD", (*near, wide))).svg
    assert len(ids(svg, "arrow")) == 1
    assert not ids(forest(Forest("", "SMD", near)).svg, "arrow")


def test_a_prediction_interval_is_drawn_only_when_asked_for():
    assert ids(forest(PLOT).svg, "prediction")
    without = forest(replace(PLOT, prediction=None)).svg
    assert not ids(without, "prediction")
    assert "Prediction interval" not in words(without)


def test_columns_stand_where_a_row_has_something_for_them():
    assert {"N", "Weight"} <= set(words(forest(PLOT).svg))
    bare = Forest("", "SMD", (Effect("A", 0.1, 0.0, 0.2),))
    assert not {"k", "N", "p", "I²", "Weight"} & set(words(forest(bare).svg))
    full = replace(bare, random=Effect("All", 0.1, 0.0, 0.2, k=1, pval=0.0001, i2=12.4))
    assert {"k", "p", "I²", "<0.001", "12%"} <= set(words(forest(full).svg))


def test_an_effect_that_is_not_estimable_keeps_its_row():
    nan = math.nan
    svg = forest(Forest("", "SMD", (Effect("A", nan, nan, nan), Effect("B", 0.1, nan, nan)))).svg
    assert "not estimable" in words(svg)
    assert "0.10 [–, –]" in words(svg)
    assert ids(svg, "study-") == ["study-1"]
    assert not ids(svg, "interval-")


def test_small_effects_keep_the_decimals_that_tell_them_apart():
    shown = words(forest(Forest("", "RD", (Effect("A", 0.001, -0.002, 0.004),))).svg)
    assert "0.0010 [−0.0020, 0.0040]" in shown


def test_160_studies_keep_the_height_of_their_rows():
    def plot(k):
        return Forest("", "SMD", tuple(Effect(f"Study {i}", 0.1, 0.0, 0.2) for i in range(k)))

    def height(k):
        return float(etree.fromstring(forest(plot(k)).svg).get("height").removesuffix("pt"))

    assert height(160) - height(10) == pytest.approx(150 * 0.26 * 72, abs=1)


def test_more_rows_than_a_page_holds_are_refused():
    studies = tuple(Effect(f"Study {i}", 0.1, 0.0, 0.2) for i in range(301))
    with pytest.raises(ReviewError, match="301 rows") as refused:
        forest(Forest("", "SMD", studies))
    assert "one plot a subgroup" in refused.value.next_step


def test_a_ratio_of_zero_is_refused_with_its_study():
    with pytest.raises(ReviewError, match="a ratio is not above 0") as refused:
        forest(Forest("", "RR", (Effect("Ardern", 0.0, 0.0, 1.0),), ratio=True))
    assert refused.value.faults == ("Ardern: 0",)


def test_judgements_that_cannot_be_shown_are_listed_at_once():
    studies = (
        Effect("A", 0.1, 0, 0.2, bias=("hihg", "low")),
        Effect("B", 0.1, 0, 0.2, bias=("low",)),
    )
    with pytest.raises(ReviewError, match="risk of bias cannot be shown") as refused:
        forest(Forest("", "SMD", studies, bias_domains=("One", "Two")))
    assert refused.value.faults == (
        "A: 'hihg' is no judgement, nearest: high",
        "B: 1 judgements for 2 domains",
    )


def test_long_and_hostile_labels_are_shown_as_they_are():
    label = "A_b $x^2$ <i>&amp;\x00 " + "long " * 30
    shown = " ".join(words(forest(Forest(label, "SMD", (Effect(label, 0, -1, 1),))).svg))
    assert "A_b $x^2$ <i>&amp;" in shown
    assert "…" in shown


META = Path(__file__).parents[2].parent / "shared" / "reference" / "meta"


def test_the_bcg_trials_become_a_forest_plot_with_subgroups():
    # metafor 3.8-1, REML: exp(-0.7145) (0.34, 0.70), I2 92.2; Q between 1.861 with separate tau2
    data = META / "bin_bcg" / "data.csv"
    if not data.exists():
        pytest.skip("the reference data sets are not here")
    import pandas as pd

    frame = pd.read_csv(data)
    sizes = effect_sizes(frame, "RR")
    pooled = pool(sizes.yi, sizes.vi)
    groups = list(frame["alloc"])
    plot = forest_of(
        sizes,
        pooled,
        groups=groups,
        subgroups=subgroups(sizes.yi, sizes.vi, groups),
        columns=("k", "I2"),
    )
    assert [(g.heading, len(g.studies)) for g in plot.groups] == [
        ("alternate", 2),
        ("random", 7),
        ("systematic", 4),
    ]
    assert plot.prediction is None
    shown = words(forest(plot).svg)
    assert "0.49 [0.34, 0.70]" in shown
    assert {"92%", "13 studies", "RR [95% CI]", "Random effects (REML)"} <= set(shown)
    assert sum(text.startswith("k = ") for text in shown) == 3
    assert any(text.startswith("Test of differences between subgroups: Q = 1.86") for text in shown)


def test_measures_of_one_group_have_no_line_of_no_effect():
    sizes = effect_sizes({"events": [5, 9], "n": [10, 12]}, "PR")
    svg = forest(forest_of(sizes, pool(sizes.yi, sizes.vi))).svg
    assert not ids(svg, "no-effect")


@pytest.mark.parametrize(
    "studies",
    [
        pytest.param((), id="none"),
        pytest.param((Effect("\ud800 \x01 -->", 0.1, 0.0, 0.2),), id="no letters"),
        pytest.param((Effect("A", math.inf, 0.0, math.inf),), id="infinite"),
        pytest.param((Effect("A", 1.0, -1e308, 1e308), Effect("B", 1e300, 0, 1)), id="huge"),
        pytest.param((Effect("A", math.nan, math.nan, math.nan),), id="not estimable"),
        pytest.param((Effect("A", 0.1, 0.0, 0.2, weight=0.0),), id="no weight"),
        pytest.param((Effect("One", 0.0, 0.0, 0.0),), id="one without an interval"),
        pytest.param((Effect("Far", 50.0, 40.0, 60.0), Effect("Near", 0.1, 0.0, 0.2)), id="far"),
    ],
)
def test_odd_data_still_give_a_plot(studies):
    picture = forest(Forest("Odd", "SMD", studies))
    assert picture.png.startswith(b"\x89PNG")
    assert etree.fromstring(picture.svg) is not None
