"""The framework matrix: reviews and their perspectives down, themes across, findings inside."""

from __future__ import annotations

from collections.abc import Sequence

from themeweave.codes.codebook import Codebook
from themeweave.report.addresses import row_key
from themeweave.report.coded import MARK, SUGGESTED_NOTE, CodedFinding
from themeweave.report.references import References
from themeweave.report.tables import Cell, Column, Table, spans
from themeweave.report.words import NONE_FOUND, NOT_LOOKED, counted


def framework_matrix(
    coded: Sequence[CodedFinding],
    book: Codebook,
    voices: Codebook,
    included: Sequence[str],
    refs: References,
) -> Table:
    """Build the matrix.

    Parameters
    ----------
    coded
        The findings of the strand that is coded to themes.
    book, voices
        The codebooks of themes and perspectives, whose order columns and rows follow.
    included
        Ids of the included reviews: those without a finding are named in the notes.
    """
    themes = _themes(coded, book)
    rank = {code.id: place for place, code in enumerate(voices.codes)}
    cited = {review for c in coded for review in c.finding.cited}
    order = sorted(cited, key=lambda review: refs.labels.get(review, review).casefold())
    lines: list[tuple[str, str, list[CodedFinding]]] = []
    for review in order:
        by_voice: dict[str, list[CodedFinding]] = {}
        for c in coded:
            if review in c.finding.cited:
                voice = c.perspective.code_id if c.perspective.told else ""
                by_voice.setdefault(voice, []).append(c)
        known = sorted(by_voice, key=lambda v: (rank.get(v, len(rank)), not v, v))
        lines += [(review, voice, by_voice[voice]) for voice in known]
    rows: list[tuple[Cell, ...]] = []
    for (review, voice, members), run in zip(
        lines, spans([review for review, _, _ in lines]), strict=True
    ):
        ids = tuple(c.finding.id for c in members)
        cells: list[Cell] = []
        if run:
            own = tuple(c.finding.id for c in coded if review in c.finding.cited)
            name = refs.labels.get(review, review)
            name += f" {refs.cite([review])}" if refs.style == "numbered" else ""
            cells.append(Cell(name, run, strong=True, sources=own, key=row_key(review)))
        sure = all(c.perspective.confirmed for c in members)
        shown = members[0].perspective.text if voice else "Perspective unclear"
        cells.append(Cell(shown + MARK * (bool(voice) and not sure), quiet=not sure, sources=ids))
        cells += [_cell(members, theme) for theme in themes]
        rows.append(tuple(cells))
    silent = [one for one in included if one not in order]
    return Table(
        "framework_matrix",
        "Findings of each review by perspective and theme",
        (
            Column("Review", 1.0, key="review"),
            Column("Perspective", 0.9, key="perspective"),
            *(Column(name, 2.2, key=row_key("theme", theme)) for theme, name in themes.items()),
        ),
        tuple(rows),
        (
            (
                f"Base: {counted(len(coded), 'finding')} of {counted(len(order), 'review')}; "
                f"{sum(c.theme.confirmed for c in coded)} placed in their theme and "
                f"{sum(c.perspective.confirmed for c in coded)} in their perspective by a person. "
                "A finding that several reviews state stands in each of their rows."
            ),
            (
                f"{NONE_FOUND}: all findings of the row have a theme, and none has this one. "
                f"{NOT_LOOKED}: nothing here yet, but findings of the row have no clear theme."
            ),
            *(
                [
                    (
                        "Without a finding in this table: "
                        f"{counted(len(silent), 'included review')}. That they say nothing of "
                        "these themes is not known."
                    )
                ]
                if silent
                else []
            ),
            SUGGESTED_NOTE,
        ),
        tuple(row_key(review, voice) for review, voice, _ in lines),
        refs.bibliography(order) if refs.style == "numbered" else (),
    )


def _themes(coded: Sequence[CodedFinding], book: Codebook) -> dict[str, str]:
    """Name the themes that findings stand in, in the codebook's order, candidates last."""
    held = {c.theme.code_id: c.theme.text for c in coded if c.theme.told}
    named = {code.id: code.name for code in book.codes if code.id in held}
    return {**named, **{one: name for one, name in held.items() if one not in named}}


def _cell(members: Sequence[CodedFinding], theme: str) -> Cell:
    found = [c for c in members if c.theme.code_id == theme]
    if not found:
        open_ = any(not c.theme.told for c in members)
        return Cell(
            NOT_LOOKED if open_ else NONE_FOUND, sources=tuple(c.finding.id for c in members)
        )
    mark = {True: "", False: MARK}
    return Cell(
        "\n".join(f"{c.finding.text}{mark[c.theme.confirmed]} [{c.finding.id}]" for c in found),
        sources=tuple(c.finding.id for c in found),
    )
