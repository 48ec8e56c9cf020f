"""Traffic lights: each appraised review by each item, and a summary of each item over all reviews.

A light is told by its sign as well as by its colour; what does not apply is an empty ring, what is
not settled a dot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from themeweave.errors import ReviewError
from themeweave.evidence.appraisal import RATINGS, Settled
from themeweave.evidence.profiles import MEANINGS, Profile
from themeweave.report.appraisal_table import shown_items
from themeweave.report.figures.canvas import INK, LINE, SOFT, Picture, canvas, to_picture
from themeweave.report.figures.estimates import MOST_ROWS
from themeweave.report.figures.lettering import broken, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOOKS = {  # meaning: sign, colour of the light, colour of the sign
    "met": ("+", "#7cc4be", INK),
    "partly": ("±", "#f2d98b", INK),
    "not met": ("−", "#bf4a30", "#ffffff"),
    "unclear": ("?", "#d6d6d2", INK),
    "not applicable": ("", "#ffffff", INK),
}
_EDGE, _CELL, _ROW = 0.15, 0.34, 0.3  # inches


def traffic_lights(
    profile: Profile, settled: Sequence[Settled], labels: Mapping[str, str], title: str = ""
) -> Picture:
    """Draw the lights: subjects down, items across, the overall rating last.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), the same bytes for the same data.

    Raises
    ------
    ReviewError
        For more than 300 subjects.

    Examples
    --------
    >>> from themeweave.evidence.appraisal import Judgement, settle
    >>> from themeweave.evidence.profiles import read_profile, shipped_text
    >>> jbi = read_profile(shipped_text("jbi-reviews"))
    >>> traffic_lights(jbi, settle(jbi, [Judgement("R1", "1", "yes", "ana")]), {}).png[1:4]
    b'PNG'
    """
    _check(settled)
    items = shown_items(profile)
    names = [broken(labels.get(one.subject, one.subject), 34, 1)[0] for one in settled]
    rated = profile.rule.kind != "none"
    left = _EDGE + max([text_width(name, 8.5) for name in names] + [1.0]) + 0.1
    right = left + _CELL * len(items) + (1.35 if rated else 0.15)
    width = max(6.5, right)
    legend = "; ".join(
        f"{key}{'*' if profile.by_id[key].critical else ''} {profile.by_id[key].topic}"
        for key in items
    )
    critical = " * critical." if any(item.critical for item in profile.items) else ""
    foot = wrap(f"{legend}.{critical}", int(width * 15))
    heading = broken(title, int(width * 10.5), 3)
    head = 0.28 if max(map(len, items)) <= 3 else 0.075 * max(map(len, items)) + 0.2
    above = 0.2 + 0.22 * len(heading) + head
    below = 0.6 + 0.16 * len(foot)
    with canvas(width, above + _ROW * len(settled) + below) as (figure, axes):
        axes.set_xlim(0, width)
        axes.set_ylim(-_ROW * len(settled) - below, above)
        for number, line in enumerate(heading):
            y = above - 0.2 - 0.22 * number
            axes.text(_EDGE, y, line, weight="bold", size=10.5, va="center")
        for column, key in enumerate(items):
            long = len(key) > 3
            axes.text(
                left + _CELL * (column + 0.5),
                0.08,
                key + ("*" if profile.by_id[key].critical else ""),
                size=8,
                ha="center" if not long else "left",
                va="bottom",
                rotation=60 if long else 0,
                rotation_mode="anchor" if long else "default",
            )
        if rated:
            x = left + _CELL * len(items) + 0.1
            axes.text(x, 0.08, "Overall", size=8, weight="bold", va="bottom")
        axes.plot([_EDGE, width - _EDGE], [0, 0], color=INK, lw=0.8)
        for row, (one, name) in enumerate(zip(settled, names, strict=True)):
            y = -_ROW * (row + 0.5)
            axes.text(_EDGE, y, name, size=8.5, va="center")
            for column, key in enumerate(items):
                meaning = one.counts.meaning(profile, key)
                light(axes, left + _CELL * (column + 0.5), y, meaning, f"light-{row}-{key}")
            if rated:
                x = left + _CELL * len(items) + 0.2
                _overall(axes, x, y, profile, one, f"overall-{row}")
            edge = -_ROW * (row + 1)
            axes.plot([_EDGE, width - _EDGE], [edge, edge], color=LINE, lw=0.5, zorder=0)
        y = -_ROW * len(settled) - 0.27
        key_of_lights(axes, y)
        for number, line in enumerate(foot):
            y_line = y - 0.32 - 0.16 * number
            axes.text(_EDGE, y_line, line, size=7.5, color=SOFT, va="center")
        return to_picture(figure)


def appraisal_summary(profile: Profile, settled: Sequence[Settled], title: str = "") -> Picture:
    """Draw for each item how many subjects met it: one bar an item, all of one length.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), the same bytes for the same data. Figures in the bars are counts.

    Raises
    ------
    ReviewError
        For more than 300 subjects.
    """
    _check(settled)
    items = shown_items(profile)
    topics = {
        key: broken(
            f"{key}{'*' if profile.by_id[key].critical else ''}  {profile.by_id[key].topic}", 62, 2
        )
        for key in items
    }
    left = (
        _EDGE + max(text_width(line, 8) for lines in topics.values() for line in lines) * 0.92 + 0.1
    )
    length = 3.4
    width = left + length + 0.2
    heading = broken(title, int(width * 10.5), 3)
    above, below = 0.25 + 0.22 * len(heading), 0.6
    with canvas(width, above + _ROW * len(items) + below) as (figure, axes):
        axes.set_xlim(0, width)
        axes.set_ylim(-_ROW * len(items) - below, above)
        for number, line in enumerate(heading):
            y = above - 0.2 - 0.22 * number
            axes.text(_EDGE, y, line, weight="bold", size=10.5, va="center")
        for row, (key, topic) in enumerate(topics.items()):
            y = -_ROW * (row + 0.5)
            axes.text(_EDGE, y, "\n".join(topic), size=8 if len(topic) == 1 else 7, va="center")
            counts: Counter[str] = Counter(
                one.counts.meaning(profile, key) or "open" for one in settled
            )
            x = left
            for meaning in (*MEANINGS, "open"):
                if not counts[meaning]:
                    continue
                reach = length * counts[meaning] / len(settled)
                _, color, ink = LOOKS.get(meaning, ("", "#f6f6f4", SOFT))
                xs, ys = [x, x + reach, x + reach, x], [y + 0.11, y + 0.11, y - 0.11, y - 0.11]
                gid = f"bar-{key}-{meaning.replace(' ', '-')}-{counts[meaning]}"
                axes.fill(xs, ys, facecolor=color, edgecolor=INK, lw=0.4, gid=gid)
                if reach > 0.15:
                    said = str(counts[meaning])
                    axes.text(x + reach / 2, y, said, size=7.5, ha="center", va="center", color=ink)
                x += reach
        key_of_lights(axes, -_ROW * len(items) - 0.3)
        return to_picture(figure)


def _check(settled: Sequence[Settled]) -> None:
    if not 1 <= len(settled) <= MOST_ROWS:
        raise ReviewError(
            f"lights of {len(settled)} rows cannot be read",
            next_step=f"Appraise at least one, and draw {MOST_ROWS} at most.",
        )


def light(axes: Axes, x: float, y: float, meaning: str | None, gid: str) -> None:
    """Draw one light; nothing settled is a dot."""
    if meaning is None:
        axes.plot([x], [y], marker="o", ms=2.5, mfc=SOFT, mec=SOFT, ls="", gid=gid)
        return
    sign, color, ink = LOOKS[meaning]
    edge = LINE if meaning == "not applicable" else INK
    axes.plot([x], [y], marker="o", ms=12, mfc=color, mec=edge, mew=0.5, ls="", gid=gid)
    axes.text(
        x, y - 0.005, sign, size=9, weight="bold", color=ink, ha="center", va="center", zorder=5
    )


def _overall(axes: Axes, x: float, y: float, profile: Profile, one: Settled, gid: str) -> None:
    rating = one.counts.overall
    stated = profile.by_id[profile.rule.item].answers if profile.rule.item else {}
    meaning = stated.get(rating) or RATINGS.get(rating) or ("unclear" if rating else None)
    light(axes, x, y, meaning, gid)
    axes.text(x + 0.16, y, rating or one.basis, size=8, va="center", color=INK if rating else SOFT)


def key_of_lights(axes: Axes, y: float) -> None:
    """Say what the lights mean."""
    x = _EDGE + 0.1
    for meaning in MEANINGS:
        light(axes, x, y, meaning, f"key-{meaning.replace(' ', '-')}")
        axes.text(x + 0.14, y, meaning, size=8, color=SOFT, va="center")
        x += 0.36 + text_width(meaning, 8)
    light(axes, x, y, None, "key-open")
    axes.text(x + 0.14, y, "not settled", size=8, color=SOFT, va="center")
