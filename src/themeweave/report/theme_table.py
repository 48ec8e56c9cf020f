"""The theme table: overarching themes, subthemes, perspectives, and what each row rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from themeweave.codes.codebook import Codebook
from themeweave.evidence.support import Support
from themeweave.report.addresses import row_key
from themeweave.report.coded import SUGGESTED_NOTE, Answer, CodedFinding, count_confirmed
from themeweave.report.references import BY_ID, References
from themeweave.report.support_words import (
    Supporting,
    independent_words,
    notes_on,
    studies_words,
    support_words,
)
from themeweave.report.tables import Cell, Column, Table, spans
from themeweave.report.words import counted

_MOST_NAMED = 12  # themes without a finding; more are counted
COLUMNS = (
    Column("Overarching theme", 1.5, key="theme"),
    Column("Subtheme", 1.5, key="subtheme"),
    Column("Perspective", 1.1, key="perspective"),
    Column("Findings", 0.8, key="findings"),
    Column("Reviews", 1.6, key="reviews"),
    Column("Primary studies", 1.0, key="studies"),
    Column("Independent reviews", 1.0, key="independent"),
    Column("Example finding", 2.8, key="example"),
)


def theme_table(
    coded: Sequence[CodedFinding],
    books: Sequence[Codebook],
    supporting: Supporting,
    strand: str = "",
    refs: References = BY_ID,
) -> Table:
    """Build the theme table.

    Parameters
    ----------
    coded
        All coded findings; those of other strands and those without a theme are left out, and
        the notes say how many.
    books
        The codebooks of themes and perspectives, whose order the rows follow.
    supporting
        From review ids, with the findings and the confirmed ones, to what they rest on.
    strand
        The strand taken in; empty for all.
    refs
        How reviews are cited.
    """
    taken = [c for c in coded if not strand or c.finding.strand == strand]
    placed = [c for c in taken if c.theme.code_id]
    residual = {code.id for book in books for code in book.codes if code.level == "residual"}
    themes = {c.theme.code_id for c in placed} - residual
    order = [code.id for book in books for code in book.codes]
    rank = {code_id: position for position, code_id in enumerate(order)}
    last = len(rank)

    def place(answer: Answer) -> tuple[int, str]:
        return rank.get(answer.code_id, last), answer.code_id

    def row_of(c: CodedFinding) -> tuple[tuple[int, str], ...]:
        return place(c.theme), place(c.subtheme), place(c.perspective)

    groups: dict[tuple[tuple[int, str], ...], list[CodedFinding]] = {}
    for c in sorted(placed, key=lambda c: (row_of(c), c.finding.id)):
        groups.setdefault(row_of(c), []).append(c)
    keys = list(groups)
    theme_spans = spans([str(key[0]) for key in keys])
    subtheme_spans = spans([str(key[:2]) for key in keys])
    rows: list[tuple[Cell, ...]] = []
    for position, key in enumerate(keys):
        group = groups[key]
        cells: list[Cell] = []
        if theme_spans[position]:
            cells.append(_theme_cell([c for c in placed if place(c.theme) == key[0]], supporting))
            cells[-1] = replace(cells[-1], rows=theme_spans[position], key=row_key(key[0][1]))
        if subtheme_spans[position]:
            members = [c for k in keys if k[:2] == key[:2] for c in groups[k]]
            several = subtheme_spans[position] > 1  # perspectives, whose rows hold parts of it
            cell = _subtheme_cell(members, supporting if several else None)
            shared = row_key(key[0][1], key[1][1])
            cells.append(replace(cell, rows=subtheme_spans[position], key=shared))
        rows.append((*cells, *_counts(group, supporting, refs)))
    return Table(
        "theme_table",
        "Overarching themes and subthemes by perspective",
        COLUMNS,
        tuple(rows),
        (
            *_notes(taken, placed, len(themes), strand),
            *empty_note(placed, books),
            *notes_on(
                _support([c for c in placed if place(c.theme) == theme], supporting)
                for theme in dict.fromkeys(key[0] for key in keys)
            ),
            SUGGESTED_NOTE,
        ),
        keys=tuple(row_key(*(code for _, code in key)) for key in keys),
        references=refs.listed(review for c in placed for review in c.finding.cited),
    )


def _support(
    group: Sequence[CodedFinding], supporting: Supporting, field: str = "theme"
) -> Support:
    """Count what a group rests on; confirmed are those that a person placed in the field."""
    reviews = {review for c in group for review in c.finding.cited}
    return supporting(reviews, len(group), sum(getattr(c, field).confirmed for c in group))


def _theme_cell(group: Sequence[CodedFinding], supporting: Supporting) -> Cell:
    return Cell(
        f"{group[0].theme.marked}\n{support_words(_support(group, supporting))}",
        strong=True,
        sources=tuple(c.finding.id for c in group),
    )


def _subtheme_cell(group: Sequence[CodedFinding], supporting: Supporting | None) -> Cell:
    first = group[0].subtheme
    text = first.marked or "(no subtheme)"
    if first.basis == "unclear":
        text = "Subtheme unclear"
    if supporting:
        text += f"\n{support_words(_support(group, supporting, 'subtheme'))}"
    return Cell(text, quiet=not first.confirmed, sources=tuple(c.finding.id for c in group))


def _counts(
    group: Sequence[CodedFinding], supporting: Supporting, refs: References
) -> tuple[Cell, ...]:
    """Give the cells of one row: perspective, findings, reviews, studies, an example."""
    ids = tuple(c.finding.id for c in group)
    perspectives = [c.perspective for c in group]
    marked = all(p.confirmed for p in perspectives)
    first = perspectives[0]
    name = first.text or "(none)"
    cited = [review for c in group for review in c.finding.cited]
    found = _support(group, supporting, "subtheme")
    example = _example(group)
    return (
        Cell(
            name if marked or first.basis == "unclear" else f"{name}*",
            quiet=not marked,
            sources=ids,
        ),
        Cell(count_confirmed(c.subtheme for c in group), sources=ids, number=None),
        Cell(refs.cite(cited) or "no review cited", sources=ids),
        Cell(studies_words(found), sources=ids),
        Cell(independent_words(found), sources=ids),
        Cell(f"{example.finding.text} [{example.finding.id}]", sources=(example.finding.id,)),
    )


def empty_note(placed: Iterable[CodedFinding], books: Sequence[Codebook]) -> Iterator[str]:
    """Name the themes and subthemes that no finding stands in."""
    held = {code for c in placed for code in (c.theme.code_id, c.subtheme.code_id)}
    bare = [
        code.name
        for book in books
        if book.id == "themes"
        for code in book.codes
        if code.id not in held and code.level != "residual" and not code.retired
    ]
    if bare:
        shown = "; ".join(bare[:_MOST_NAMED])
        more = f"; and {len(bare) - _MOST_NAMED} more" if len(bare) > _MOST_NAMED else ""
        yield f"Without a finding: {shown}{more}."


def _example(group: Sequence[CodedFinding]) -> CodedFinding:
    """Pick the finding that most reviews state; among those the shortest."""
    return min(group, key=lambda c: (-len(c.reviews), len(c.finding.text), c.finding.id))


def _notes(
    taken: Sequence[CodedFinding], placed: Sequence[CodedFinding], themes: int, strand: str
) -> Iterable[str]:
    reviews = {review for c in placed for review in c.finding.cited}
    scope = f" of the strand '{strand}'" if strand else ""
    confirmed = sum(c.theme.confirmed for c in placed)
    yield (
        f"Base: {counted(len(placed), 'finding')}{scope} in {counted(themes, 'theme')}, from "
        f"{counted(len(reviews), 'review')}; {confirmed} placed in their theme by a person. The "
        "column Findings counts findings, in brackets those placed in their subtheme by a person."
    )
    if unclear := sum(c.subtheme.basis == "unclear" for c in placed):
        yield (
            f"Subtheme unclear: {counted(unclear, 'finding')} whose best guess is below its "
            "margin, so that a person has to decide."
        )
    if left := len(taken) - len(placed):
        yield f"Not shown: {counted(left, 'finding')} without a theme."
