"""Saturation plot: how many themes are seen as reviews are read one after the other.

The line is the median over random orders of reading, the band their 10th to 90th percentile. A
curve that is still rising at its end says that further reviews would bring further themes.
"""

from __future__ import annotations

from themeweave.report.figures.axis import Scale, plain_ticks
from themeweave.report.figures.canvas import ACCENT, INK, LINE, Picture, canvas, to_picture
from themeweave.report.figures.lettering import broken
from themeweave.report.figures.plane import HEIGHT, WIDTH, Key, plane, points
from themeweave.themes.saturation import BASE, ORDERS, RUN, THRESHOLD, Saturation

_BAND = "#dfe6e7"
_SINGLE = 40  # reviews up to which each is a point on the line


def saturation_plot(curve: Saturation, title: str = "") -> Picture:
    """Draw the curve.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), 7 inches wide, the same bytes for the same curve. Where no review is
        read the axes are empty.

    Examples
    --------
    >>> from themeweave.themes.saturation import saturation
    >>> saturation_plot(saturation({"R1": frozenset({"pay"})})).png[1:4]
    b'PNG'
    """
    read = [point.reviews for point in curve.points]
    most = max((point.high for point in curve.points), default=1.0)
    last = max(read, default=1)
    across = Scale(0.5, last + 0.5, False, tuple(_whole(1, last)))
    up = Scale(0.0, 1.06 * max(most, 1.0), False, tuple(_whole(0, max(most, 1.0))))
    keys: list[list[Key]] = [
        [
            ("-", ACCENT, f"median of {ORDERS} random orders"),
            ("box", _BAND, "10th to 90th percentile"),
        ],
        *([("", "", line)] for line in broken(f"{curve}.", 90, 2)),
    ]
    with canvas(WIDTH, HEIGHT) as (figure, page):
        names = ("Reviews read", "Themes seen")
        axes = plane(figure, page, title, names, across, up, keys)
        if curve.points:
            low, high = [p.low for p in curve.points], [p.high for p in curve.points]
            middle = [point.median for point in curve.points]
            axes.fill_between(read, low, high, color=_BAND, lw=0, zorder=0, gid="band")
            axes.plot(read, middle, color=ACCENT, lw=1.6, zorder=2, gid="median")
            if len(read) <= _SINGLE:
                points(axes, list(zip(read, middle, strict=True)), gid="reviews")
        if curve.reached is not None:
            ends = [up.low, up.high]
            axes.plot([curve.reached] * 2, ends, color=LINE, lw=1.0, ls="--", gid="reached")
            words = f"a run of {RUN} adds {THRESHOLD:.0%} or less\nto the first {BASE}"
            near_end = curve.reached > (1 + last) / 2
            axes.text(
                curve.reached,
                up.low + 0.06 * (up.high - up.low),
                f"{words}  " if near_end else f"  {words}",
                size=8,
                color=INK,
                ha="right" if near_end else "left",
            )
        return to_picture(figure)


def _whole(low: float, high: float) -> list[float]:
    """Give round whole numbers in a range."""
    if high - low < 1:
        return [low]
    return [t for t in plain_ticks(low, high) if low <= t <= high and t == int(t)] or [low, high]
