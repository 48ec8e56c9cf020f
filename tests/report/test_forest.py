"""The forest plot: what it shows is right, and it is the same everywhere."""

import re

import pytest
from lxml import etree

from themeweave.report.figures.forest import Effect, Forest, forest

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
    return [html.strip() for html in re.findall(r"<!--(.*?)-->", svg.decode(), re.S)]


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


@pytest.mark.parametrize(
    "studies",
    [
        pytest.param((), id="none"),
        pytest.param((Effect("One", 0.0, 0.0, 0.0),), id="one without an interval"),
        pytest.param((Effect("Far", 50.0, 40.0, 60.0), Effect("Near", 0.1, 0.0, 0.2)), id="far"),
    ],
)
def test_odd_data_still_give_a_plot(studies):
    assert forest(Forest("Odd", "SMD", studies)).png.startswith(b"\x89PNG")
