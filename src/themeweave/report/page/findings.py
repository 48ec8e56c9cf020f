"""Findings: every one in full, what it is read as, on whose word, and the filters over them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave.report.page.records import Contrast, FindingRow, PageData, Reading, TrailRow

FIELDS = ("theme", "subtheme", "perspective", "domain", "construct", "valence")
FILTERS = {
    "perspective": "Perspective",
    "theme": "Theme",
    "subtheme": "Subtheme",
    "domain": "Framework domain",
    "construct": "Framework construct",
    "valence": "Direction",
    "strand": "Strand",
    "review": "Review",
}
MORE = ("subtheme", "construct", "strand")  # filters that open on request
STATES = {
    "confirmed": "Every reading confirmed",
    "suggested": "Something only suggested",
    "disputed": "Something disputed",
    "unsure": "Something unclear",
}
UNCLEAR = "unclear"  # as a filter's value: no reading, or one below its margin


_BESIDE = 3  # findings that point the other way, beside one


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as its row shows it."""

    row: FindingRow
    anchor: str
    readings: tuple[tuple[str, str, Reading], ...]  # the field's name, the field, the reading
    decisions: tuple[TrailRow, ...]
    open_fields: tuple[tuple[str, Reading], ...]  # on which nobody has decided
    opposite: tuple[Contrast, ...]


def shown(data: PageData, anchors: Mapping[str, str]) -> list[Shown]:
    """Give each finding what its row needs."""
    trail: defaultdict[str, list[TrailRow]] = defaultdict(list)
    for entry in data.trail:
        trail[entry.finding].append(entry)
    against: defaultdict[str, dict[str, Contrast]] = defaultdict(dict)
    for contrast in (*data.opposing, *data.contrasts):
        against[contrast.against].setdefault(contrast.for_it, contrast)
        against[contrast.for_it].setdefault(contrast.against, contrast)
    found = []
    for row in data.findings:
        readings = tuple(
            (FILTERS[field], field, reading) for field in FIELDS for reading in getattr(row, field)
        )
        found.append(
            Shown(
                row,
                anchors[row.id],
                readings,
                tuple(trail.get(row.id, ())),
                tuple((name, r) for name, _, r in readings if r.basis == "suggested"),
                _nearest(against[row.id].values()) if row.id in against else (),
            )
        )
    return found


def _nearest(pairs: Iterable[Contrast]) -> tuple[Contrast, ...]:
    """Give the few pairs that are nearest in subject."""
    return tuple(sorted(pairs, key=lambda pair: -pair.likeness)[:_BESIDE])


def states(row: FindingRow) -> list[str]:
    """Say how a finding stands, for the filter: a finding may stand in several ways.

    Examples
    --------
    >>> states(FindingRow("F1", "Pay", valence=(Reading("barrier", "Barrier", unsure=True),)))
    ['suggested', 'unsure']
    """
    readings = [reading for field in FIELDS for reading in getattr(row, field)]
    bases = [reading.basis for reading in readings]
    found = [basis for basis in ("suggested", "disputed") if basis in bases]
    if bases and set(bases) == {"confirmed"}:
        found.append("confirmed")
    if any(reading.unsure for reading in readings):
        found.append("unsure")
    return found


def values(row: FindingRow, name: str) -> list[tuple[str, str]]:
    """Give a finding's values for a filter, as value and label.

    Examples
    --------
    >>> values(FindingRow("F1", "Pay", reviews=("Ng 2020",)), "review")
    [('Ng 2020', 'Ng 2020')]
    >>> values(FindingRow("F1", "Pay"), "valence")
    [('unclear', 'Unclear or not told')]
    """
    if name == "review":
        return [(review, review) for review in row.reviews]
    if name == "strand":
        return [(row.strand, row.strand.replace("_", " "))] if row.strand else []
    told = [(r.code, r.label) for r in getattr(row, name) if not r.unsure]
    return told or [(UNCLEAR, "Unclear or not told")]


Option = tuple[str, str, int]  # value, label, findings


def options(rows: Sequence[FindingRow]) -> list[tuple[str, str, list[Option]]]:
    """List what each filter offers; a filter that would part nothing is left out."""
    filters = []
    for name, label in FILTERS.items():
        said: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for row in rows:
            for value, words in dict(values(row, name)).items():
                said.setdefault(value, words)
                counts[value] += 1
        offered = [(value, words, counts[value]) for value, words in said.items()]
        if offered and {value for value, _, _ in offered} != {UNCLEAR}:
            offered.sort(key=lambda o: (o[0] == UNCLEAR, o[1].lower(), o[0]))
            filters.append((name, label, offered))
    return filters


def records(rows: Iterable[FindingRow], anchors: Mapping[str, str]) -> list[dict[str, object]]:
    """Give what the page's script filters by: of each finding, its values and how it stands."""
    return [
        {
            "id": row.id,
            "at": anchors[row.id],
            "is": {name: [value for value, _ in values(row, name)] for name in FILTERS},
            "states": states(row),
        }
        for row in rows
    ]
