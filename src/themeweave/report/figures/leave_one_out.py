"""Leave-one-out plot: whether the result would stand without any one study.

Each row is the pooled effect without one study, against the band of the full one. An open circle
marks an interval that includes no effect, a filled one an interval that does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from themeweave.report.figures.axis import Scale
from themeweave.report.figures.canvas import ACCENT, INK, Picture, to_picture
from themeweave.report.figures.drawing import EDGE, HEADS, RULE, Page, open_page
from themeweave.report.figures.estimates import (
    Effect,
    check_labels,
    check_ratios,
    check_rows,
    measure_words,
)
from themeweave.report.figures.lettering import broken
from themeweave.report.tables import printable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class LeaveOneOutPlot:
    """All that a leave-one-out plot shows; ratios as ratios."""

    title: str
    measure: str
    rows: tuple[Effect, ...]  # named by the study left out; shown with I² where it is given
    full: Effect | None  # of all studies
    favours: tuple[str, str] = ("", "")
    ratio: bool = False
    level: float = 0.95
    note: str = ""


_LEFT, _RIGHT, _NUMBERS = 2.9, 6.3, 8.2  # inches: the axis, the right edge of the estimates


def leave_one_out(data: LeaveOneOutPlot) -> Picture:
    """Draw a leave-one-out plot.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), 9 inches wide, the same bytes for the same data.

    Raises
    ------
    ReviewError
        For more than 300 rows, and for a ratio that is not above 0.

    Examples
    --------
    >>> rows = (Effect("Ardern 2014", 0.2, 0.0, 0.4), Effect("Booth 2017", 0.3, 0.1, 0.5))
    >>> full = Effect("All studies", 0.25, 0.1, 0.4)
    >>> leave_one_out(LeaveOneOutPlot("Hope", "SMD", rows, full)).png[1:4]
    b'PNG'
    """
    check_rows(len(data.rows))
    every = [*data.rows, *([data.full] if data.full else [])]
    if data.ratio:
        check_ratios(every)
    scale = Scale.over(every, ratio=data.ratio)
    none = 1 if data.ratio else 0
    key = f"○ the interval includes {none} (no effect)   ● it does not"
    foot = [*([key] if data.rows else []), *wrap(printable(data.note), 140)]
    ends, title = (_LEFT, _RIGHT), broken(data.title, 90, 3)
    with open_page(scale, ends, len(every), title, foot, data.favours, spare=0.4) as (figure, page):
        page.text(EDGE, HEADS, "Study left out", weight="bold")
        heading = f"{measure_words(data.measure)} [{100 * data.level:g}% CI]"
        page.text(_NUMBERS, HEADS, heading, ha="right", weight="bold", room=1.8)
        if any(effect.i2 is not None for effect in every):
            page.text(page.end, HEADS, "I²", ha="right", weight="bold")
        page.rule(RULE)
        if data.full:
            _band(page, data.full)
            page.rule(-len(data.rows) + 0.5)
        for place, effect in enumerate(every):
            _row(page, -place, effect, effect is data.full)
        page.axis()
        page.notes()
        return to_picture(figure)


def leave_one_out_of(
    yi: ArrayLike,
    vi: ArrayLike,
    labels: Sequence[str],
    *,
    method: str = "REML",
    ci: str = "z",
    level: float = 0.95,
    title: str = "",
    measure: str = "Effect",
    favours: tuple[str, str] = ("", ""),
    ratio: bool = False,
) -> LeaveOneOutPlot:
    """Pool with and without each study, and put the results in a leave-one-out plot.

    Parameters
    ----------
    yi, vi : shape (k,)
        Effects on the analysis scale and their sampling variances; incomplete rows are left out.
    labels : shape (k,)
        What to call each row.
    method, ci, level
        As in `pool`.
    ratio
        Whether the effects are logarithms of ratios; the plot shows ratios.

    Returns
    -------
    LeaveOneOutPlot
        With one study there is nothing to leave out, and the note says so.

    Raises
    ------
    ReviewError
        For labels that do not match the effects, and as `pool`.

    Examples
    --------
    >>> plot = leave_one_out_of([0.1, 0.2, 0.9], [0.02] * 3, ["A", "B", "C"])
    >>> [(row.label, round(row.estimate, 2)) for row in plot.rows], round(plot.full.estimate, 2)
    ([('A', 0.55), ('B', 0.5), ('C', 0.15)], 0.4)
    """
    import numpy as np

    from themeweave.effects import influence
    from themeweave.effects.pool import pool

    check_labels(labels, np.size(yi))
    full = pool(yi, vi, method=method, ci=ci, level=level)
    found = influence.leave_one_out(yi, vi, method=method, ci=ci, level=level)
    rest = found.pooled
    return LeaveOneOutPlot(
        title=title,
        measure=measure,
        rows=tuple(
            Effect(
                str(labels[row]),
                float(rest.estimate[i]),
                float(rest.ci_lb[i]),
                float(rest.ci_ub[i]),
                i2=float(rest.I2[i]),
            ).back(ratio)
            for i, row in enumerate(found.kept.tolist())
        ),
        full=Effect(
            f"All studies ({full.method})",
            full.estimate,
            full.ci_lb,
            full.ci_ub,
            i2=full.I2 if full.k > 1 else None,
        ).back(ratio),
        favours=favours,
        ratio=ratio,
        level=level,
        note="; ".join(found.notes),
    )


def _band(page: Page, full: Effect) -> None:
    """Show the full result behind all rows."""
    if math.isnan(full.estimate):
        return
    if not (math.isnan(full.ci_lb) or math.isnan(full.ci_ub)):
        xs = [page.place(full.ci_lb), page.place(full.ci_ub)]
        page.axes.fill_between(xs, page.bottom, 0.5, color="#e4ecec", lw=0, zorder=0, gid="band")
    middle = [page.place(full.estimate)] * 2
    page.axes.plot(middle, [page.bottom, 0.5], color=ACCENT, lw=0.8, ls="--", zorder=1, gid="full")


def _row(page: Page, y: float, effect: Effect, full: bool) -> None:
    weight = "bold" if full else "normal"
    page.label(EDGE, y, effect.label, _LEFT - 0.3, weight)
    words = page.scale.interval_words(effect)
    page.text(_NUMBERS, y, words, ha="right", weight=weight, room=1.8)
    if effect.i2 is not None and not math.isnan(effect.i2):
        page.text(page.end, y, f"{effect.i2:.0f}%", ha="right", weight=weight)
    if full:
        page.diamond(y, effect, ACCENT, "all-studies")
    elif not math.isnan(effect.estimate):
        page.interval(y, effect.ci_lb, effect.ci_ub, gid=f"interval-{-y:g}")
        none = 1.0 if page.scale.ratio else 0.0
        holds = effect.ci_lb <= none <= effect.ci_ub
        page.axes.plot(
            [page.place(effect.estimate)],
            [y],
            marker="o",
            ms=5.5,
            mfc="#ffffff" if holds else INK,
            mec=INK,
            mew=1.0,
            ls="",
            zorder=5,
            gid=f"without-{-y:g}-{'open' if holds else 'filled'}",
        )
