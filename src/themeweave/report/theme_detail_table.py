"""Theme detail: of each subtheme its meaning, its findings, quotations, and what contrasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave.codes.codebook import Codebook
from themeweave.report.addresses import row_key
from themeweave.report.coded import MARK, SUGGESTED_NOTE, Answer, CodedFinding
from themeweave.report.references import References
from themeweave.report.support_words import STUDIES_NOTE, Supporting, support_words
from themeweave.report.tables import Cell, Column, Table, spans, without
from themeweave.report.theme_table import empty_note
from themeweave.report.words import NONE_FOUND, NOT_LOOKED, counted

COLUMNS = (
    Column("Theme", 1.2, key="theme"),
    Column("Subtheme", 1.2, key="subtheme"),
    Column("Description", 1.8, key="description"),
    Column("Findings by perspective", 3.4, key="findings"),
    Column("Quotations", 1.8, key="quotations"),
    Column("Contrasting findings", 2.2, key="contrasts"),
)


_UNHEARD = "Perspective unclear"
_QUOTED = (
    "Quotations: the words of a document at the place of the finding. "
    f"{NOT_LOOKED} there: the findings came from a sheet, so that no document can be quoted."
)
_NOT_QUOTED = "No quotations: the findings came from a sheet, so that no document can be quoted."


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two findings of one theme that point in opposite directions."""

    against: str  # finding read as a barrier or challenge
    for_it: str  # finding read as a facilitator or benefit


def theme_detail_table(
    coded: Sequence[CodedFinding],
    book: Codebook,
    supporting: Supporting,
    quotations: Mapping[str, str],
    contrasts: Iterable[Contrast],
    refs: References,
) -> Table:
    """Build the table of theme detail.

    Parameters
    ----------
    coded
        Findings that have a theme; others are left out.
    book
        Of themes: the order of the rows, and the descriptions.
    quotations
        By finding: its words where they stand in a document, with their place.
    contrasts
        As the program suggests them.
    """
    placed = [c for c in coded if c.theme.code_id]
    rank = {code.id: place for place, code in enumerate(book.codes)}

    def place(answer: Answer) -> tuple[int, str]:
        return rank.get(answer.code_id, len(rank)), answer.code_id

    groups: dict[tuple[tuple[int, str], tuple[int, str]], list[CodedFinding]] = {}
    for c in sorted(placed, key=lambda c: (place(c.theme), place(c.subtheme), c.finding.id)):
        groups.setdefault((place(c.theme), place(c.subtheme)), []).append(c)
    heads = spans([str(key[0]) for key in groups])
    texts = {c.finding.id: c.finding.text for c in placed}
    pairs = list(contrasts)
    rows: list[tuple[Cell, ...]] = []
    for key, group in groups.items():
        ids = tuple(c.finding.id for c in group)
        cells: list[Cell] = []
        if run := heads[len(rows)]:
            members = [c for c in placed if place(c.theme) == key[0]]
            cells.append(_head(members, run, supporting))
        unclear = group[0].subtheme.basis == "unclear"
        name = "Subtheme unclear" if unclear else group[0].subtheme.marked or "(no subtheme)"
        of = group[0].subtheme if group[0].subtheme.told else group[0].theme
        cells += [
            Cell(
                f"{name}\n{counted(len(group), 'finding')} "
                f"({sum(c.subtheme.confirmed for c in group)} confirmed)",
                quiet=not group[0].subtheme.confirmed,
                sources=ids,
            ),
            _description(of, book, ids),
            Cell(findings_words(group, refs), sources=ids),
            _quotations(group, quotations),
            _contrasts(group, pairs, texts),
        ]
        rows.append(tuple(cells))
    quoted = any(quotations.get(c.finding.id) for c in placed)
    table = Table(
        "theme_detail",
        "Themes in detail",
        COLUMNS,
        tuple(rows),
        (
            (
                f"Base: {counted(len(placed), 'finding')} in a theme, "
                f"{sum(c.theme.confirmed for c in placed)} placed there by a person."
            ),
            *empty_note(placed, [book]),
            "Descriptions: definitions of the codebook of themes.",
            _QUOTED if quoted else _NOT_QUOTED,
            (
                "Contrasting findings: pairs of one theme of which one is read as a barrier or "
                "challenge and the other as a facilitator or benefit, nearest in wording, found by "
                "the program; whether they contradict is for a person to judge. "
                f"{NONE_FOUND}: looked, and no finding of the row is in such a pair. {NOT_LOOKED}: "
                "findings of the row have no clear direction yet."
            ),
            STUDIES_NOTE,
            SUGGESTED_NOTE,
        ),
        tuple(row_key(theme[1], sub[1]) for theme, sub in groups),
        refs.listed(review for c in placed for review in c.finding.cited),
    )
    return table if quoted else without(table, "quotations")


def _head(members: Sequence[CodedFinding], run: int, supporting: Supporting) -> Cell:
    reviews = {review for c in members for review in c.finding.cited}
    rests = supporting(reviews, len(members), sum(c.theme.confirmed for c in members))
    text = f"{members[0].theme.marked}\n{support_words(rests)}"
    ids = tuple(c.finding.id for c in members)
    key = row_key(members[0].theme.code_id)
    return Cell(text, run, strong=True, sources=ids, key=key)


def _description(of: Answer, book: Codebook, ids: tuple[str, ...]) -> Cell:
    code = book.by_id.get(of.code_id)
    if code is None:
        return Cell("candidate theme: nobody has described it", quiet=True, sources=ids)
    return Cell(code.definition or "not described in the codebook", sources=ids)


def findings_words(group: Sequence[CodedFinding], refs: References) -> str:
    """List findings by perspective, each with who states it."""
    by_voice: dict[str, list[CodedFinding]] = {}
    for c in group:
        voice = c.perspective.marked if c.perspective.told else _UNHEARD
        by_voice.setdefault(voice, []).append(c)
    lines = []
    for voice, members in sorted(by_voice.items(), key=lambda pair: pair[0] == _UNHEARD):
        lines.append(f"{voice}:")
        for c in members:
            cited = refs.cite(c.finding.cited) or "no review cited"
            cited = cited if cited.startswith("[") else f"({cited})"
            lines.append(f"{c.finding.text} {cited} [{c.finding.id}]")
    return "\n".join(lines)


def _quotations(group: Sequence[CodedFinding], quotations: Mapping[str, str]) -> Cell:
    found = [c.finding.id for c in group if quotations.get(c.finding.id)]
    if not found:
        return Cell(NOT_LOOKED, sources=tuple(c.finding.id for c in group))
    return Cell("\n".join(f"{quotations[one]} [{one}]" for one in found), sources=tuple(found))


def _contrasts(
    group: Sequence[CodedFinding], pairs: Sequence[Contrast], texts: Mapping[str, str]
) -> Cell:
    ids = tuple(c.finding.id for c in group)
    found = [pair for pair in pairs if pair.against in ids or pair.for_it in ids]
    if not found:
        open_ = any(not c.valence.told for c in group)
        return Cell(NOT_LOOKED if open_ else NONE_FOUND, sources=ids)
    lines = [
        f"{texts[pair.against]} [{pair.against}]\nagainst: {texts[pair.for_it]} "
        f"[{pair.for_it}]{MARK}"
        for pair in found
    ]
    sources = dict.fromkeys(one for pair in found for one in (pair.against, pair.for_it))
    return Cell("\n".join(lines), quiet=True, sources=tuple(sources))
