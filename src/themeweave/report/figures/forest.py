"""Forest plot: each study with its interval, and what they pool to.

Squares have areas in proportion to the weights, diamonds span the intervals of pooled estimates,
and the bar below them the interval in which a further study's effect is expected (Lewis & Clarke
2001, BMJ 322:1479). Ratios come as ratios and are drawn on a logarithmic axis. A column stands
where any row has something for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from textwrap import wrap

from themeweave.report.figures.axis import Scale
from themeweave.report.figures.canvas import ACCENT, SOFT, Picture, to_picture
from themeweave.report.figures.drawing import EDGE, HEADS, ROW, RULE, Page, open_page
from themeweave.report.figures.estimates import Effect, check_ratios, check_rows
from themeweave.report.figures.forest_rows import LABEL, Forest, Layout, Row, rows_of, texts
from themeweave.report.figures.lettering import broken
from themeweave.report.figures.lights import (
    ACROSS,
    check_judgements,
    domain_words,
    key,
    letters,
    light,
)
from themeweave.report.tables import printable

_SQUARE = "#87939a"  # light enough for the interval to show on it


def forest(data: Forest) -> Picture:
    """Draw a forest plot.

    Parameters
    ----------
    data
        Studies in the order in which they shall stand. An interval that leaves the axis ends in
        an arrow; its numbers stand beside it all the same.

    Returns
    -------
    Picture
        SVG and PNG (200 dpi), 9 inches wide or more with further columns, the same bytes for the
        same data.

    Raises
    ------
    ReviewError
        For more than 300 rows, a ratio that is not above 0, and judgements of risk of bias that
        are unknown or do not fit the domains.

    Examples
    --------
    >>> study = Effect("Ardern 2014", -0.3, -0.6, 0.0, weight=100.0, n=80)
    >>> picture = forest(Forest("Hospital days", "SMD", (study,), random=study))
    >>> picture.png[1:4], b"<svg" in picture.svg
    (b'PNG', True)
    """
    rows = rows_of(data)
    check_rows(len(rows))
    if data.ratio:
        check_ratios(data.every_study)
    check_judgements(data.every_study, data.bias_domains)
    scale = Scale.over(
        [row.effect for row in rows if row.effect],
        *([data.prediction] if data.prediction else []),
        ratio=data.ratio,
        null=data.null_line,
    )
    layout = Layout.of(data, scale)
    foot = [
        line
        for text in (data.heterogeneity, data.difference, domain_words(data.bias_domains))
        for line in wrap(printable(text), int(layout.width * 15), break_on_hyphens=False)
    ]
    with open_page(
        scale,
        (layout.left, layout.right),
        len(rows),
        broken(data.title, int(layout.width * 7.4), 3),
        foot,
        data.favours,
        width=layout.width,
        spare=1.5 if data.bias_domains else 0.3,
    ) as (figure, page):
        drawing = _Drawing(page, data, layout)
        drawing.heading()
        for place, row in enumerate(rows):
            drawing.row(-place, row)
        page.axis(data.null_line)
        page.notes()
        if data.bias_domains:
            key(page, page.under - 0.2, data.every_study)
        return to_picture(figure)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The rows of one forest plot."""

    page: Page
    data: Forest
    layout: Layout

    def heading(self) -> None:
        labels, n = [study.label for study in self.data.every_study], self.data.n
        k = len(labels)
        people = f", {n:,} participants" if n is not None else ""
        rows = ("study", "studies") if len(set(labels)) == k else ("result", "results")
        count = f"{k} {rows[k != 1]}{people}"
        self.page.text(self.page.end, self.page.top, count, ha="right", color=SOFT, room=2.2)
        self.page.text(EDGE, HEADS, "Study", weight="bold")
        for column in self.layout.columns.values():
            self.page.text(
                column.right, HEADS, column.heading, ha="right", weight="bold", room=column.room
            )
        for place, letter in enumerate(letters(self.data.bias_domains)):
            x = self.layout.lights + ACROSS * place
            self.page.text(x, HEADS, letter, ha="center", weight="bold")
        self.page.rule(RULE)

    def row(self, y: float, row: Row) -> None:
        if row.kind == "heading":
            self.page.label(EDGE, y, row.text, self.layout.left - 0.3, weight="bold")
        elif row.kind == "note":
            room = self.layout.left - EDGE - 0.25
            self.page.text(EDGE + 0.12, y, row.text, size=7, color=SOFT, room=room)
        elif row.kind == "prediction" and self.data.prediction:
            self._prediction(y, self.data.prediction)
        elif row.kind == "study" and row.effect:
            self._study(y, row.effect)
        elif row.effect:
            self._pooled(y, row.effect, total=row.kind == "total")

    def _study(self, y: float, study: Effect) -> None:
        self._texts(y, study, "normal", indent=0.12 if self.data.groups else 0.0)
        for place, word in enumerate(study.bias):
            if word.strip():
                x = self.layout.lights + ACROSS * place
                light(self.page, x, y, word, f"bias-{-y:g}-{place}")
        if not math.isnan(study.estimate):
            self._box(y, study)
            self.page.interval(y, study.ci_lb, study.ci_ub, gid=f"interval-{-y:g}")

    def _box(self, y: float, study: Effect) -> None:
        """Draw a square whose area is to the largest as the weights are."""
        heaviest = max((s.weight for s in self.data.every_study if s.weight), default=1.0)
        weight = heaviest if study.weight is None else study.weight
        across = max(0.17 * math.sqrt(max(weight, 0.0) / heaviest), 0.035)  # inches
        x, wide, high = self.page.place(study.estimate), across / 2, across / ROW / 2
        xs, ys = [x - wide, x + wide, x + wide, x - wide], [y - high, y - high, y + high, y + high]
        self.page.axes.fill(xs, ys, color=_SQUARE, lw=0, zorder=3, gid=f"study-{-y:g}")

    def _pooled(self, y: float, effect: Effect, total: bool) -> None:
        self._texts(y, effect, "bold", indent=0.0 if total else 0.12)
        self.page.diamond(y, effect, ACCENT, f"{'total' if total else 'subtotal'}-{-y:g}")
        if total and not math.isnan(effect.estimate):
            x = self.page.place(effect.estimate)
            self.page.axes.plot([x, x], [y, 0.5], color=ACCENT, lw=0.6, ls=(0, (2, 3)), zorder=1)
        if total and effect is (self.data.common or self.data.random):
            self.page.rule(y + 0.5)

    def _prediction(self, y: float, limits: tuple[float, float]) -> None:
        low, high = limits
        self.page.text(EDGE, y, "Prediction interval")
        column, scale = self.layout.columns["estimate"], self.page.scale
        shown = f"[{scale.words(low)}, {scale.words(high)}]"
        self.page.text(column.right, y, shown, ha="right", room=column.room)
        xs = [self.page.place(low), self.page.place(high)]
        self.page.axes.fill_between(
            xs, y - 0.1, y + 0.1, color=ACCENT, lw=0, zorder=3, gid="prediction"
        )
        self.page.arrows(y, low, high, ACCENT)

    def _texts(self, y: float, effect: Effect, weight: str, indent: float) -> None:
        self.page.label(EDGE + indent, y, effect.label, LABEL - indent, weight)
        numbers = texts(effect, self.page.scale)
        for name, column in self.layout.columns.items():
            if text := numbers.get(name):
                self.page.text(column.right, y, text, ha="right", weight=weight, room=column.room)
