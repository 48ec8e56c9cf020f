"""The lettering: what is estimated holds against what is drawn."""

import pytest

from themeweave.report.figures.canvas import canvas
from themeweave.report.figures.lettering import text_width


@pytest.mark.parametrize("text", ["Ardern & Booth 2014", "WWWW MMMM", "0.41 [−0.13, 1.26]", "ill"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_text_is_never_wider_than_estimated(text, weight):
    with canvas(5, 1) as (figure, axes):
        pixels = axes.text(0, 0, text, size=9, weight=weight).get_window_extent().width
        drawn = pixels / figure.dpi
    assert drawn <= text_width(text, 9, weight == "bold") <= 1.45 * drawn
