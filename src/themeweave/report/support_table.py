"""The table of what everything rests on: each theme, construct and table cell in every base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from themeweave.codes.codebook import Codebook
from themeweave.evidence.overlap import RULE, band
from themeweave.evidence.support import Support
from themeweave.report.addresses import row_key
from themeweave.report.coded import MARK, Answer, CodedFinding
from themeweave.report.support_words import (
    COLLAPSE_NOTE,
    INDEPENDENT_NOTE,
    STUDIES_NOTE,
    Supporting,
    independent_words,
    studies_words,
)
from themeweave.report.tables import Cell, Column, Table

COLUMNS = (
    Column("Level", 0.9, key="level"),
    Column("Name", 2.6, key="name"),
    Column("Findings", 1.0, key="findings"),
    Column("Reviews", 0.6, "right", key="reviews"),
    Column("Primary studies", 1.1, key="studies"),
    Column("Overlap (CCA)", 1.2, key="overlap"),
    Column("Closest reviews", 1.7, key="closest"),
    Column("Independent reviews", 1.1, key="independent"),
)
# level, ids from the top down, name, findings, field of the place
Group = tuple[str, tuple[str, ...], str, Sequence[CodedFinding], str]


def support_table(
    coded: Sequence[CodedFinding],
    books: Sequence[Codebook],
    supporting: Supporting,
    labels: Mapping[str, str],
) -> Table:
    """Build the table of support.

    Parameters
    ----------
    coded
        All coded findings; those whose code is unclear are left out at that level.
    books
        The codebooks of themes and of the framework, whose order the rows follow.
    supporting
        From review ids, with the findings and the confirmed ones, to what they rest on.
    labels
        Of reviews, by id.
    """
    rank = {code.id: place for place, code in enumerate(c for b in books for c in b.codes)}
    rows = []
    keys = []
    for level, path, name, group, field in _groups(coded, rank):
        keys.append(row_key(level, *path))
        reviews = {review for c in group for review in c.finding.cited}
        confirmed = sum(getattr(c, field).confirmed for c in group)
        found = supporting(reviews, len(group), confirmed)
        rows.append(_row(level, name, found, labels, tuple(c.finding.id for c in group)))
    base = (
        "Base: findings, in brackets those placed here by a person; reviews that they cite; "
        "distinct primary studies of those reviews."
    )
    notes = (
        base,
        STUDIES_NOTE,
        INDEPENDENT_NOTE,
        f"Overlap: corrected covered area of the known lists, bands by the rule: {RULE}.",
        COLLAPSE_NOTE,
        f"{MARK} at least one finding stands here by a suggestion that no person confirmed.",
    )
    title = "What themes and constructs rest on"
    return Table("evidence_base", title, COLUMNS, tuple(rows), notes, tuple(keys))


def _groups(coded: Sequence[CodedFinding], rank: Mapping[str, int]) -> Iterator[Group]:
    """Give every theme with its subthemes, then every domain with its constructs and cells."""
    for theme, named, members in _split(coded, lambda c: c.theme, rank):
        yield "theme", (theme,), named, members, "theme"
        for subtheme, named, few in _split(members, lambda c: c.subtheme, rank):
            yield "subtheme", (theme, subtheme), named, few, "subtheme"
    for domain, named, members in _split(coded, lambda c: c.domain, rank):
        yield "domain", (domain,), named, members, "domain"
        for construct, named, few in _split(members, lambda c: c.construct, rank):
            path = domain, construct
            yield "construct", path, named, few, "construct"
            sides = list(_split(few, lambda c: c.valence, {}))
            for side, word, cell in sides if len(sides) > 1 else ():
                said = f"{named}: {word[:1].lower()}{word[1:]}"
                yield "cell", (*path, side), said, cell, "valence"


def _split(
    coded: Iterable[CodedFinding], answer: Callable[[CodedFinding], Answer], rank: Mapping[str, int]
) -> Iterator[tuple[str, str, list[CodedFinding]]]:
    groups: dict[str, list[CodedFinding]] = {}
    for c in coded:
        if answer(c).code_id and answer(c).basis != "unclear":
            groups.setdefault(answer(c).code_id, []).append(c)
    for code in sorted(groups, key=lambda code: (rank.get(code, len(rank)), code)):
        shown = [answer(c) for c in groups[code]]
        mark = MARK if any(a.basis == "suggested" for a in shown) else ""
        yield code, f"{shown[0].text}{mark}", groups[code]


def _row(
    level: str, name: str, found: Support, labels: Mapping[str, str], sources: tuple[str, ...]
) -> tuple[Cell, ...]:
    top = level in ("theme", "domain")
    return (
        Cell(level, strong=top, sources=sources),
        Cell(name, strong=top, sources=sources),
        Cell(f"{found.findings} ({found.confirmed} confirmed)", sources=sources),
        Cell(str(len(found.reviews)), sources=sources, number=float(len(found.reviews))),
        Cell(studies_words(found), sources=sources),
        Cell(overlap_words(found), sources=sources),
        Cell(closest_words(found, labels), sources=sources),
        Cell(independent_words(found), strong=found.collapses, sources=sources),
    )


def overlap_words(found: Support) -> str:
    """Say how far the known lists overlap.

    Examples
    --------
    >>> from themeweave.evidence.support import support
    >>> lists = {"R1": frozenset({"s1"}), "R2": frozenset({"s1", "s2"})}
    >>> overlap_words(support(["R1", "R2"], lists)), overlap_words(support(["R1"], lists))
    ('50.0%, very high', 'undefined: one review')
    """
    if found.cca is not None:
        of = "" if found.exact else f", {len(found.known)} known lists"
        return f"{100 * found.cca:.1f}%, {band(found.cca)}{of}"
    if len(found.reviews) == 1 and found.exact:
        return "undefined: one review"
    return "unknown" if found.reviews else "no review cited"


def closest_words(found: Support, labels: Mapping[str, str]) -> str:
    """Name the two reviews that overlap most, and a review that adds no study of its own.

    Examples
    --------
    >>> from themeweave.evidence.support import support
    >>> lists = {"R1": frozenset({"s1"}), "R2": frozenset({"s1", "s2"})}
    >>> print(closest_words(support(["R1", "R2"], lists), {"R1": "Ng 2020"}))
    Ng 2020 and R2: 1 of 2 studies
    Adds no study of its own: Ng 2020
    """
    pair = found.closest
    if pair is None or not pair.shared:
        return "none shared" if pair else ""

    def name(review: str) -> str:
        return labels.get(review, review)

    said = f"{name(pair.review)} and {name(pair.other)}: {pair.shared} of {pair.studies} studies"
    inside = dict(found.contained)
    if not inside:
        return said
    named = "; ".join(name(small) for small in inside)
    return f"{said}\nAdds no study of its own: {named}"
