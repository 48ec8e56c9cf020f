"""The report: one self-contained page to read, search and share.

Everything that the page shows is in the page: it makes no request, and its security policy lets a
browser run only the one script that ships with this package, whatever a finding or a name may
contain. Without JavaScript every row is there to read; with it the rows can be searched and
filtered, the theme map highlights paths, and every finding and theme has an address of its own.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

from themeweave.report.figures.theme_map import Edge, Node, color_of
from themeweave.report.figures.theme_map_drawing import theme_map_svg
from themeweave.report.tables import Table, printable
from themeweave.report.writers.html import (
    asset,
    content_policy,
    environment,
    fragment,
    slug,
    table_anchor,
    widths_css,
)

Basis = Literal["confirmed", "suggested", "disputed"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A headline number; the note says in which base it counts and how much is confirmed."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One code that a finding carries, and on whose word."""

    code: str  # the code's id
    label: str  # its name, as shown
    basis: Basis = "suggested"
    unsure: bool = False
    reason: str = ""  # why, in words: phrases found, a coder's remark
    by: str = ""  # who or what read it so


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with all its readings; a field without a reading is an empty tuple."""

    id: str
    text: str
    strand: str = ""
    reviews: tuple[str, ...] = ()  # labels
    perspective: tuple[Reading, ...] = ()
    domain: tuple[Reading, ...] = ()
    construct: tuple[Reading, ...] = ()
    valence: tuple[Reading, ...] = ()
    theme: tuple[Reading, ...] = ()
    subtheme: tuple[Reading, ...] = ()
    quotation: str = ""  # in its context, where the finding came from a document
    place: str = ""  # document and section


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A pooled effect, in words and as a forest plot."""

    label: str
    text: str
    svg: bytes = b""


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry of the decision trail."""

    when: str
    who: str
    what: str
    why: str = ""
    finding: str = ""  # the finding's id, which the row links to


@dataclass(frozen=True, slots=True)
class PageData:
    """All that the report says."""

    title: str
    question: str = ""
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    effects: tuple[EffectRow, ...] = ()
    trail: tuple[TrailRow, ...] = ()
    methods: tuple[str, ...] = ()
    rests: tuple[tuple[str, str], ...] = ()  # theme or subtheme, and what its reviews are worth


FIELDS = ("theme", "subtheme", "perspective", "domain", "construct", "valence")
_FILTERS = {
    "theme": "Theme",
    "subtheme": "Subtheme",
    "perspective": "Perspective",
    "domain": "Framework domain",
    "construct": "Framework construct",
    "valence": "Direction",
    "strand": "Strand",
    "review": "Review",
}
_MORE = ("subtheme", "construct", "strand")  # filters that open on request
_STATES = {
    "confirmed": "Every reading confirmed",
    "suggested": "Something only suggested",
    "disputed": "Something disputed",
    "unsure": "Something unclear",
}


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
    >>> page = write_page(PageData("Peer support", findings=(FindingRow("F1", "Trust grows"),)))
    >>> b'id="finding-F1"' in page, b"<script src" in page
    (True, False)
    """
    data = _printable(data)
    css = asset("table.css") + asset("report.css") + _colors_css(data)
    css += "".join(widths_css(table) for table in data.tables)
    script = asset("report.js")
    themes = _themes(data.findings, [node.id for node in data.nodes])
    page = (
        environment()
        .get_template("report.html.j2")
        .render(
            data=data,
            css=css,
            script=script,
            csp=content_policy(css, script),
            tables=[(table_anchor(table), table.title, fragment(table)) for table in data.tables],
            theme_map=theme_map_svg(
                data.nodes,
                data.edges,
                title="Theme map",
                description=_map_description(data),
                links=_links(data.nodes, themes),
            ),
            themes=themes,
            rests=dict(data.rests),
            findings=[_shown(row) for row in data.findings],
            filters=_options(data.findings),
            states=_STATES,
            effects=[(row, _image(row.svg)) for row in data.effects],
            anchors={row.id: finding_anchor(row.id) for row in data.findings},
            more_filters=_MORE,
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


@dataclass(frozen=True, slots=True)
class _Group:
    """A theme or subtheme with what speaks to it, counted in findings and in reviews."""

    anchor: str
    code: str
    label: str
    findings: int
    confirmed: int
    unclear: int
    reviews: tuple[str, ...]
    perspectives: tuple[tuple[str, str, int], ...]  # code, name, findings
    subthemes: tuple[_Group, ...] = ()


def _themes(rows: Sequence[FindingRow], order: Sequence[str]) -> list[_Group]:
    """Group findings by theme and, within each, by subtheme, in the order of the theme map."""
    place = {code: number for number, code in enumerate(order)}
    groups = []
    for code, label, members in _members(rows, "theme"):
        theme = _group("theme", code, label, members)
        inner = [
            replace(sub, anchor=f"{theme.anchor}-{sub.anchor}")
            for sub in (_group("subtheme", *found) for found in _members(members, "subtheme"))
        ]
        inner.sort(key=lambda group: place.get(group.code, len(place)))
        groups.append(replace(theme, subthemes=tuple(inner)))
    return sorted(groups, key=lambda group: place.get(group.code, len(place)))


def _members(rows: Iterable[FindingRow], field: str) -> Iterable[tuple[str, str, list[FindingRow]]]:
    members: defaultdict[str, list[FindingRow]] = defaultdict(list)
    labels: dict[str, str] = {}
    for row in rows:
        for code, reading in {r.code: r for r in getattr(row, field)}.items():
            members[code].append(row)
            labels.setdefault(code, reading.label)
    return [(code, labels[code], members[code]) for code in members]


def _group(field: str, code: str, label: str, rows: Sequence[FindingRow]) -> _Group:
    views = _members(rows, "perspective")
    readings = [next(r for r in getattr(row, field) if r.code == code) for row in rows]
    return _Group(
        anchor=f"{field}-{slug(code)}",
        code=code,
        label=label,
        findings=len(rows),
        confirmed=sum(r.basis == "confirmed" for r in readings),
        unclear=sum(r.unsure for r in readings),
        reviews=tuple(sorted({review for row in rows for review in row.reviews})),
        perspectives=tuple((view, name, len(members)) for view, name, members in views),
    )


def _links(nodes: Iterable[Node], themes: Iterable[_Group]) -> dict[str, str]:
    """Let nodes lead to their theme's section, and reviews to the findings."""
    anchors: dict[str, str] = {}
    for theme in themes:
        for group in (theme, *theme.subthemes):
            anchors.setdefault(group.code, f"#{group.anchor}")
    return {node.id: anchors.get(node.id, "#findings") for node in nodes}


def _map_description(data: PageData) -> str:
    findings = sum(edge.findings for edge in data.edges)
    confirmed = sum(edge.confirmed for edge in data.edges)
    return (
        "Lines lead from reviews on the left over subthemes to overarching themes on the right; "
        f"they stand for {findings} links between findings and nodes, {confirmed} of them "
        "confirmed. The sections on themes and findings say the same in words."
    )


def _shown(row: FindingRow) -> dict[str, object]:
    """Give a finding what its row needs: readings by field, and its states for the filter."""
    readings = [(field, reading) for field in FIELDS for reading in getattr(row, field)]
    bases = [reading.basis for _, reading in readings]
    states = [basis for basis in ("suggested", "disputed") if basis in bases]
    if bases and set(bases) == {"confirmed"}:
        states.append("confirmed")
    if any(reading.unsure for _, reading in readings):
        states.append("unsure")
    return {
        "row": row,
        "anchor": finding_anchor(row.id),
        "values": {name: [value for value, _ in _values(row, name)] for name in _FILTERS},
        "states": states,
        "readings": [(_FILTERS[field], field, reading) for field, reading in readings],
        "reasons": [(_FILTERS[field], r) for field, r in readings if r.reason or r.by],
    }


def finding_anchor(finding_id: str) -> str:
    """Give the id of a finding within the page.

    Examples
    --------
    >>> finding_anchor("F037")
    'finding-F037'
    """
    return "finding-" + "-".join(finding_id.split())


def _options(rows: Sequence[FindingRow]) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """List what each filter offers: value, label and number of findings."""
    filters = []
    for name, label in _FILTERS.items():
        counts: dict[str, tuple[str, int]] = {}
        for row in rows:
            for value, shown in dict(_values(row, name)).items():
                counts[value] = (
                    counts.get(value, (shown, 0))[0],
                    counts.get(value, ("", 0))[1] + 1,
                )
        options = [(value, shown, count) for value, (shown, count) in counts.items()]
        if options:
            filters.append((name, label, sorted(options, key=lambda o: (o[1].lower(), o[0]))))
    return filters


def _values(row: FindingRow, name: str) -> list[tuple[str, str]]:
    if name == "review":
        return [(review, review) for review in row.reviews]
    if name == "strand":
        return [(row.strand, row.strand)] if row.strand else []
    return [(reading.code, reading.label) for reading in getattr(row, name)]


def _colors_css(data: PageData) -> str:
    """Give each perspective its colour, the one that it has in the figures."""
    codes = sorted({r.code for row in data.findings for r in row.perspective})
    return "".join(f".view-{slug(code)}{{--view:{color_of(code, codes)}}}\n" for code in codes)


def _image(svg: bytes) -> str:
    """Embed a figure as an image, inside which nothing can run."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}" if svg else ""
