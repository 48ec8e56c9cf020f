"""Theme pages: what a theme says, who says so, what it rests on, and what speaks against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from themeweave.report.page.entries import Group, by_voice, code_of, first, voices
from themeweave.report.page.records import Contrast, FindingRow, PageData, ReviewRow, ThemeRow


@dataclass(frozen=True, slots=True)
class ThemePage:
    """A theme or subtheme with all that its page shows."""

    row: ThemeRow
    anchor: str
    parent: ThemeRow | None
    subthemes: tuple[ThemeRow, ...]
    groups: tuple[Group, ...]
    contrasts: tuple[Contrast, ...]
    reviews: tuple[tuple[ReviewRow, int], ...]  # with the findings here that each states
    voices: tuple[tuple[str, str, int], ...]  # code, name, findings
    barriers: int
    facilitators: int
    field: str  # theme or subtheme


def theme_pages(data: PageData, anchors: Mapping[str, str]) -> list[ThemePage]:
    """Put the page of each theme together, in the order of the themes."""
    names = voices(data.findings)
    by_code = {theme.code: theme for theme in data.themes}
    below: defaultdict[str, list[ThemeRow]] = defaultdict(list)
    for theme in data.themes:
        below[theme.parent].append(theme)
    held: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for row in data.findings:
        for code in {code_of(row.theme), code_of(row.subtheme)} - {""}:
            held[code].append(row)
    against: defaultdict[str, list[Contrast]] = defaultdict(list)
    for contrast in data.contrasts:
        against[contrast.theme].append(contrast)
    labels = {review.label: review for review in data.reviews}
    return [
        _page(
            theme,
            anchors[theme.code],
            by_code.get(theme.parent),
            below[theme.code] if theme.code else [],
            held[theme.code],
            against[theme.code],
            labels,
            names,
        )
        for theme in data.themes
    ]


def _page(
    theme: ThemeRow,
    anchor: str,
    parent: ThemeRow | None,
    subthemes: Sequence[ThemeRow],
    rows: Sequence[FindingRow],
    contrasts: Sequence[Contrast],
    labels: Mapping[str, ReviewRow],
    names: Sequence[tuple[str, str]],
) -> ThemePage:
    field = "subtheme" if parent else "theme"
    stated = Counter(label for row in rows for label in row.reviews)
    counts = Counter(code_of(row.perspective) for row in rows)
    directions = Counter(found.code for row in rows if (found := first(row.valence)))
    return ThemePage(
        theme,
        anchor,
        parent,
        tuple(subthemes),
        tuple(by_voice(rows, names, field, **{field: theme.code})),
        tuple(contrasts),
        tuple(
            (labels.get(label, ReviewRow(label, label)), count)
            for label, count in sorted(stated.items(), key=lambda item: (-item[1], item[0]))
        ),
        tuple((code, name, counts[code]) for code, name in names if counts[code]),
        directions["barrier"],
        directions["facilitator"],
        field,
    )


def least_supported(themes: Sequence[ThemeRow]) -> tuple[ThemeRow, str] | None:
    """Name the overarching theme that rests on least, and in which base; None without any.

    Primary studies decide where all inclusion lists are known, else reviews do. Residual themes
    and those without a finding are left out.

    Examples
    --------
    >>> from themeweave.report.page.records import Bases
    >>> pay = ThemeRow("T1", "Pay", bases=Bases(2, 0, 3, "unknown"))
    >>> hope = ThemeRow("T2", "Hope", bases=Bases(2, 0, 2, "5", known=5, exact=True))
    >>> least_supported([pay, hope])[1]
    'reviews'
    """
    asked = [t for t in themes if not t.parent and not t.residual and t.bases.findings]
    if not asked:
        return None
    if all(theme.bases.exact for theme in asked):
        return min(asked, key=lambda t: (t.bases.known or 0, t.bases.reviews)), "primary studies"
    return min(asked, key=lambda t: (t.bases.reviews, t.bases.findings)), "reviews"
