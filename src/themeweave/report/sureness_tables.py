"""What themes rest on and what speaks against them, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from themeweave.report.addresses import row_key
from themeweave.report.tables import Cell, Column, Table
from themeweave.report.words import NONE_FOUND, counted
from themeweave.themes.bridges import Bridge
from themeweave.themes.contradictions import Contradiction
from themeweave.themes.saturation import Saturation
from themeweave.themes.sureness import Sureness

SUPPORT = (
    Column("Theme", 2.0, key="theme"),
    Column("Findings", 1.0, key="findings"),
    Column("Reviews", 0.8, key="reviews"),
    Column("Primary studies", 1.2, key="studies"),
    Column("Hold together", 0.9, key="together"),
    Column("Across reviews", 0.9, key="across"),
    Column("Without the review that carries most", 1.6, key="without_most"),
    Column("Without reviews rated low", 1.2, key="without_low"),
    Column("Heard", 1.6, key="heard"),
    Column("Not heard", 1.2, key="not_heard"),
)
AGAINST = (
    Column("Theme", 1.2, key="theme"),
    Column("Between", 1.0, key="between"),
    Column("Barrier", 2.4, key="barrier"),
    Column("Facilitator", 2.4, key="facilitator"),
    Column("Likeness", 0.6, "right", key="likeness"),
)

_BASE = (
    "Base: findings in a theme, in brackets those placed there by a person. Hold together: those "
    "that are nearer, in wording, to the rest of their theme than to any other. Across reviews: "
    "those that still are when each of their reviews is left out, with all its findings."
)
_LEFT = (
    "A finding is left without a review where another review states it too, or none is cited. "
    "Reviews rated low or critically low by AMSTAR 2 are left out in the column on ratings; those "
    "whose rating is unknown stay in. Not heard: perspectives that other themes have. Findings "
    "whose perspective is unclear are in neither column."
)
_PAIRS = (
    "Pairs of findings in one theme, of which one is read as a barrier and the other as a "
    "facilitator, the nearest in wording first, at most five a theme. Whether they contradict is "
    "for a person to judge."
)

BETWEEN = (
    Column("Finding", 3.0, key="finding"),
    Column("Theme", 1.4, key="theme"),
    Column("Near it", 0.6, "right", key="near"),
    Column("Also near", 1.4, key="other"),
    Column("Near that", 0.6, "right", key="near_other"),
)
_BRIDGES = (
    "Findings with ties to two themes, the strongest first: cosines to the centre of the rest of "
    "their own theme and of the other one, by wording (1 is alike, 0 is not)."
)


def sureness_table(
    themes: Sequence[Sureness],
    names: Mapping[str, str],
    together: Mapping[str, tuple[int, int]],
    studies: Callable[[Iterable[str]], str],
    curve: Saturation,
) -> Table:
    """Build the table of what each theme rests on.

    Parameters
    ----------
    themes
        In the order of the rows.
    names
        Of themes, reviews and perspectives, by id.
    together
        By theme: how many of its findings are nearer to the rest of it than to any other theme,
        and how many still are with each of their reviews left out in turn.
    studies
        From review ids to words on the distinct primary studies behind them.
    """

    def name(what: str) -> str:
        return names.get(what, what)

    rows: list[tuple[Cell, ...]] = []
    for sure in themes:
        total = len(sure.findings)
        lost = "no review cited"
        if sure.weakest:
            left = round(sure.left * total)
            lost = f"{left} of {total} left without {name(sure.weakest)}"
        low = f"{sure.without_low} of {total} left"
        if sure.unrated:
            low += f"; rating unknown for {counted(sure.unrated, 'review')}"
        heard = "; ".join(f"{name(voice)} {count}" for voice, count in sure.heard.items())
        unheard = "; ".join(name(voice) for voice in sure.silent)
        unheard = unheard or (NONE_FOUND if heard else "unknown")
        rows.append(
            (
                Cell(name(sure.theme), strong=True, sources=sure.findings),
                Cell(f"{total} ({sure.confirmed} confirmed)", sources=sure.findings),
                Cell(str(len(sure.reviews)), sources=sure.findings, number=len(sure.reviews)),
                Cell(studies(sure.reviews), sources=sure.findings),
                Cell(f"{together[sure.theme][0]} of {total}", sources=sure.findings),
                Cell(f"{together[sure.theme][1]} of {total}", sources=sure.findings),
                Cell(lost, strong=bool(sure.alone), sources=sure.findings),
                Cell(low, sources=sure.findings),
                Cell(heard or "unknown", sources=sure.findings),
                Cell(unheard, sources=sure.findings),
            )
        )
    notes = (_BASE, _LEFT, f"Saturation: {curve}.")
    keys = tuple(row_key(sure.theme) for sure in themes)
    return Table("theme_sureness", "How sure each theme is", SUPPORT, tuple(rows), notes, keys)


def contradictions_table(
    found: Sequence[Contradiction], names: Mapping[str, str], texts: Mapping[str, str]
) -> Table:
    """Build the table of findings of one theme that point in opposite directions.

    Parameters
    ----------
    texts
        By finding.
    """

    def said(finding: str) -> Cell:
        return Cell(f"{texts[finding]} [{finding}]", sources=(finding,))

    rows = tuple(
        (
            Cell(names.get(one.theme, one.theme), strong=True, sources=(one.against, one.for_it)),
            Cell(
                f"within {names.get(one.within, one.within)}" if one.within else "different voices",
                sources=(one.against, one.for_it),
            ),
            said(one.against),
            said(one.for_it),
            Cell(f"{one.likeness:.2f}", number=one.likeness, sources=(one.against, one.for_it)),
        )
        for one in found
    )
    keys = tuple(row_key(one.against, one.for_it) for one in found)
    return Table("contradictions", "What speaks against what", AGAINST, rows, (_PAIRS,), keys)


def bridges_table(
    found: Sequence[Bridge], names: Mapping[str, str], texts: Mapping[str, str]
) -> Table:
    """Build the table of findings that stand between themes."""
    rows = tuple(
        (
            Cell(f"{texts[one.finding]} [{one.finding}]", sources=(one.finding,)),
            Cell(names.get(one.theme, one.theme), sources=(one.finding,)),
            Cell(f"{one.own:.2f}", number=one.own, sources=(one.finding,)),
            Cell(names.get(one.other, one.other), sources=(one.finding,)),
            Cell(f"{one.beyond:.2f}", number=one.beyond, sources=(one.finding,)),
        )
        for one in found
    )
    keys = tuple(row_key(one.finding, one.other) for one in found)
    return Table("bridges", "Findings between themes", BETWEEN, rows, (_BRIDGES,), keys)
