"""The report: one self-contained page to read, search and share.

Everything that the page shows is in the page: it makes no request, and its security policy lets a
browser run only the scripts that ship with this package, whatever a finding or a name may
contain. Without JavaScript every section stands below the other, to be read; with it one section
is open at a time, rows can be searched and filtered, the theme graph is followed by mouse and
keyboard, and every finding, theme, table cell and choice of filters has an address of its own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any, TypeVar

from themeweave.report.figures.theme_map import color_of
from themeweave.report.figures.theme_map_drawing import theme_map_svg
from themeweave.report.page.board import board
from themeweave.report.page.entries import anchors, filtered, voices
from themeweave.report.page.findings import FILTERS, MORE, STATES, options, records, shown
from themeweave.report.page.records import PageData, TrailRow
from themeweave.report.page.themes import least_supported, theme_pages
from themeweave.report.page.voices import compared
from themeweave.report.tables import printable
from themeweave.report.words import counted
from themeweave.report.writers.html import (
    asset,
    content_policy,
    environment,
    fragment,
    slug,
    table_anchor,
    widths_css,
)

STYLES = ("table.css", "page/page.css", "page/sections.css", "page/print.css")
SCRIPTS = (
    *("page/data.js", "page/filter.js", "page/view.js", "page/search.js", "page/sort.js"),
    *("stops.js", "page/graph.js", "page/trace.js", "page/start.js"),
)


def write_page(data: PageData) -> bytes:
    """Write the report as one HTML file, UTF-8.

    Parameters
    ----------
    data
        What to show, in the order in which it shall stand. Text may hold anything: it is shown
        as text, less the control characters that no page can hold.

    Returns
    -------
    bytes
        The same for the same data.

    Examples
    --------
    >>> from themeweave.report.page.records import FindingRow
    >>> page = write_page(PageData("Peer support", findings=(FindingRow("F1", "Trust grows"),)))
    >>> b'id="finding-F1"' in page, b"<script src" in page
    (True, False)
    """
    data = _printable(data)
    css = "".join(asset(name) for name in STYLES) + _colors_css(data)
    css += "".join(widths_css(table) for table in data.tables)
    early = asset("page/early.js")
    script = "(() => {\n" + "".join(asset(name) for name in SCRIPTS) + "})();\n"
    themes_at = anchors("theme", [theme.code for theme in data.themes])
    findings_at = anchors("finding", [row.id for row in data.findings])
    reviews_at = anchors("review", [review.label for review in data.reviews])
    names, seen = compared(data)
    page = (
        environment()
        .get_template("page/page.html.j2")
        .render(
            data=data,
            css=css,
            early=early,
            script=script,
            csp=content_policy(css, early, script),
            themes=theme_pages(data, themes_at),
            themes_at=themes_at,
            findings_at=findings_at,
            reviews_at=reviews_at,
            rows={row.id: row for row in data.findings},
            least=least_supported(data.themes),
            board=board(data),
            voices=names,
            compared=seen,
            findings=shown(data, findings_at),
            filters=options(data.findings),
            more_filters=MORE,
            states=STATES,
            tables=[(table_anchor(table), table.title, fragment(table)) for table in data.tables],
            theme_map=_map(data, themes_at),
            stated=_stated(data),
            images={picture.name: _image(picture.svg) for picture in data.pictures},
            effects=[(row, _image(row.svg)) for row in data.effects],
            trail_choices=_trail_choices(data.trail),
            embedded=_embedded(data, findings_at, themes_at, reviews_at),
            filtered=filtered,
            counted=counted,
            slug=slug,
        )
    )
    return page.encode()


Record = TypeVar("Record")


def _printable(record: Record) -> Record:
    """Remove, in every text of a record and the records inside it, what no page can hold."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return printable(value)
        if isinstance(value, tuple):
            return tuple(clean(item) for item in value)
        if is_dataclass(value) and not isinstance(value, type):
            changes = {f.name: clean(getattr(value, f.name)) for f in fields(value)}
            return replace(value, **changes)
        return value

    cleaned: Record = clean(record)
    return cleaned


def _map(data: PageData, themes_at: Mapping[str, str]) -> str:
    """Draw the theme graph; nodes lead to their theme's page, and reviews to their findings."""
    nodes, edges = data.graph.nodes, data.graph.edges
    findings = sum(edge.findings for edge in edges)
    confirmed = sum(edge.confirmed for edge in edges)
    return theme_map_svg(
        nodes,
        edges,
        title="Theme graph",
        description=(
            "Lines lead from reviews on the left over subthemes to overarching themes on the "
            f"right; they stand for {findings} links between findings and nodes, {confirmed} of "
            "them confirmed. The sections on themes and findings say the same in words."
        ),
        links={
            node.id: f"#{themes_at[node.id]}" if node.id in themes_at else "#findings"
            for node in nodes
        },
    )


def _stated(data: PageData) -> dict[str, int]:
    """Count the findings that each review states, by its label."""
    count: dict[str, int] = {}
    for row in data.findings:
        for label in row.reviews:
            count[label] = count.get(label, 0) + 1
    return count


def _trail_choices(trail: Iterable[TrailRow]) -> list[tuple[str, str, list[str]]]:
    """List what the trail can be filtered by."""
    rows = list(trail)
    offered = (
        ("who", "Who", sorted({row.who for row in rows})),
        ("about", "About", sorted({row.about for row in rows} - {""})),
    )
    return [(name, label, found) for name, label, found in offered if found]


def _embedded(
    data: PageData,
    findings_at: Mapping[str, str],
    themes_at: Mapping[str, str],
    reviews_at: Mapping[str, str],
) -> str:
    """Give what the scripts work with, as JSON that cannot end its element."""
    record = {
        "findings": records(data.findings, findings_at),
        "filters": FILTERS,
        "themes": themes_at,
        "reviews": {
            review.label: {
                "at": reviews_at[review.label],
                "rating": review.rating,
                "studies": review.studies,
            }
            for review in data.reviews
        },
        "threads": [
            {k: v for k, v in asdict(thread).items() if k in ("id", "reviews", "subtheme", "theme")}
            | {"view": thread.view}
            for thread in data.graph.threads
        ],
    }
    text = json.dumps(record, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _colors_css(data: PageData) -> str:
    """Give each perspective its colour, the one that it has in the figures."""
    codes: Sequence[str] = sorted(code for code, _ in voices(data.findings))
    return "".join(f".view-{slug(code)}{{--view:{color_of(code, codes)}}}\n" for code in codes)


def _image(svg: bytes) -> str:
    """Embed a figure as an image, inside which nothing can run."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}" if svg else ""
