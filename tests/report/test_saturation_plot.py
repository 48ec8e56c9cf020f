"""The saturation plot: the median and its band, from the first review to the last."""

import re
from html import unescape

from lxml import etree

from themeweave.report.figures.saturation_plot import saturation_plot
from themeweave.themes.saturation import saturation

RISING = {f"R{n:02}": frozenset({f"t{n}"}) for n in range(8)}
FLAT = {f"R{n:02}": frozenset({"pay", "hope"}) for n in range(8)}


def words(svg):
    return [unescape(text.strip()) for text in re.findall(r"<!--(.*?)-->", svg.decode(), re.S)]


def drawn(svg, name):
    return etree.fromstring(svg).xpath(f"//*[@id='{name}']")


def test_the_curve_and_its_words_are_drawn_the_same_each_time():
    curve = saturation(RISING)
    picture = saturation_plot(curve, "Saturation: peer support")
    assert saturation_plot(curve, "Saturation: peer support") == picture
    assert "Saturation: peer support" in words(picture.svg)
    assert "8 themes over 8 reviews; not reached (base 4, run 2, threshold 5%):" in " ".join(
        words(picture.svg)
    )
    assert len(drawn(picture.svg, "reviews")[0].xpath(".//*[local-name()='use']")) == 8
    assert not drawn(picture.svg, "reached")


def test_where_nothing_new_comes_a_line_says_from_when_on():
    picture = saturation_plot(saturation(FLAT))
    assert drawn(picture.svg, "reached")
    assert "a run of 2 adds 5% or less" in " ".join(words(picture.svg))


def test_no_review_gives_empty_axes_that_say_so():
    picture = saturation_plot(saturation({}))
    assert not drawn(picture.svg, "median")
    assert "no review is cited for a finding in a theme." in words(picture.svg)
