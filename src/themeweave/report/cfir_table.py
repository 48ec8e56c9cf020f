"""The framework table: domains and constructs with their barriers and facilitators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from themeweave.codes.codebook import Codebook
from themeweave.evidence.support import Support
from themeweave.report.addresses import row_key
from themeweave.report.coded import (
    MARK,
    SUGGESTED_NOTE,
    UNCLEAR,
    Answer,
    CodedFinding,
    count_confirmed,
)
from themeweave.report.references import BY_ID, References
from themeweave.report.support_words import (
    Supporting,
    independent_words,
    notes_on,
    studies_words,
    support_words,
)
from themeweave.report.tables import Cell, Column, Table, spans
from themeweave.report.words import NONE_FOUND, NOT_LOOKED, counted

_REST = (
    Column("Construct", 1.2, key="construct"),
    Column("Barriers", 2.3, key="barriers"),
    Column("Facilitators", 2.3, key="facilitators"),
    Column("Mixed, neutral or unclear", 1.6, key="others"),
    Column("Findings", 1.0, key="findings"),
    Column("Reviews", 0.8, key="reviews"),
    Column("Primary studies", 1.0, key="studies"),
    Column("Independent reviews", 1.1, key="independent"),
)
_SIDES = ("barrier", "facilitator")


def cfir_table(
    coded: Sequence[CodedFinding],
    framework: Codebook,
    supporting: Supporting,
    strand: str = "",
    refs: References = BY_ID,
) -> Table:
    """Build the framework table; findings stand in the cell of their direction.

    Parameters
    ----------
    coded
        All coded findings; those of other strands and those without a domain are left out, and
        the notes say so.
    framework
        The codebook whose order of domains and constructs the rows follow.
    supporting
        From review ids, with the findings and the confirmed ones, to what they rest on.
    strand
        The strand taken in; empty for all.
    refs
        How reviews are cited.
    """
    taken = [c for c in coded if not strand or c.finding.strand == strand]
    placed = [c for c in taken if c.domain.code_id]
    cfir = framework.id.startswith("cfir")
    head = "CFIR domain" if cfir else "Domain"
    by = "by CFIR domain and construct" if cfir else f"by domain: {framework.title}"
    whole = "(domain only)" if any(code.parent for code in framework.codes) else ""
    rank = {code.id: position for position, code in enumerate(framework.codes)}
    last = len(rank)

    def row_of(c: CodedFinding) -> tuple[tuple[int, str], tuple[int, str]]:
        return place(c.domain), place(c.construct)

    def place(answer: Answer) -> tuple[int, str]:
        return rank.get(answer.code_id, last), answer.code_id

    groups: dict[tuple[tuple[int, str], tuple[int, str]], list[CodedFinding]] = {}
    for c in sorted(placed, key=lambda c: (row_of(c), c.finding.id)):
        groups.setdefault(row_of(c), []).append(c)
    domain_spans = spans([str(key[0]) for key in groups])
    rows: list[tuple[Cell, ...]] = []
    for position, (key, group) in enumerate(groups.items()):
        cells: list[Cell] = []
        if domain_spans[position]:
            members = [c for c in placed if row_of(c)[0] == key[0]]
            cells.append(
                Cell(
                    f"{members[0].domain.marked}\n"
                    f"{support_words(_support(members, supporting, 'domain'))}",
                    domain_spans[position],
                    strong=True,
                    sources=tuple(c.finding.id for c in members),
                    key=row_key(members[0].domain.code_id),
                )
            )
        rows.append((*cells, *_cells(group, supporting, whole, refs)))
    return Table(
        "cfir_table",
        f"Barriers and facilitators {by}",
        (Column(head, 1.2, key="domain"), *_REST),
        tuple(rows),
        (
            *_notes(taken, placed, strand, framework),
            *notes_on([_support(group, supporting) for group in groups.values()]),
            SUGGESTED_NOTE,
        ),
        references=refs.listed(review for c in placed for review in c.finding.cited),
        keys=tuple(row_key(g[0].domain.code_id, g[0].construct.code_id) for g in groups.values()),
    )


def _support(
    group: Sequence[CodedFinding], supporting: Supporting, field: str = "construct"
) -> Support:
    """Count what a group rests on; confirmed are those that a person placed in the field."""
    reviews = {review for c in group for review in c.finding.cited}
    return supporting(reviews, len(group), sum(getattr(c, field).confirmed for c in group))


def _cells(
    group: Sequence[CodedFinding], supporting: Supporting, whole: str, refs: References
) -> tuple[Cell, ...]:
    ids = tuple(c.finding.id for c in group)
    construct = group[0].construct
    unclear = construct.basis == "unclear"
    found = _support(group, supporting)
    by_side = {side: [c for c in group if c.valence.code_id == side] for side in _SIDES}
    others = [c for c in group if c.valence.code_id not in _SIDES]
    return (
        Cell(
            "Construct unclear" if unclear else construct.marked or whole,
            quiet=not construct.confirmed,
            sources=ids,
        ),
        *(_findings_cell(by_side[side], group, refs) for side in _SIDES),
        _findings_cell(others, group, refs, name_direction=True),
        Cell(count_confirmed(c.construct for c in group), sources=ids),
        Cell(str(len(found.reviews)), sources=ids, number=float(len(found.reviews))),
        Cell(studies_words(found), sources=ids),
        Cell(independent_words(found), sources=ids),
    )


def _findings_cell(
    group: Sequence[CodedFinding],
    row: Sequence[CodedFinding],
    refs: References,
    *,
    name_direction: bool = False,
) -> Cell:
    """List findings, one a paragraph, each with the reviews that state it.

    Without any, the cell tells a row whose findings all have a direction from one where some are
    not clear yet.
    """
    if not group:
        open_ = any(c.valence.code_id in ("", UNCLEAR) for c in row)
        ids = tuple(c.finding.id for c in row)
        return Cell(NOT_LOOKED if open_ else NONE_FOUND, sources=ids)
    lines = []
    for c in group:
        direction = f"{c.valence.text}: " if name_direction and c.valence.text else ""
        mark = MARK if c.valence.basis == "suggested" else ""
        stated = refs.cite(c.finding.cited) or "no review cited"
        lines.append(f"{direction}{c.finding.text}{mark} {_bracketed(stated)} [{c.finding.id}]")
    return Cell("\n".join(lines), sources=tuple(c.finding.id for c in group))


def _bracketed(stated: str) -> str:
    return stated if stated.startswith("[") else f"({stated})"


def _notes(
    taken: Sequence[CodedFinding],
    placed: Sequence[CodedFinding],
    strand: str,
    framework: Codebook,
) -> Iterable[str]:
    reviews = {review for c in placed for review in c.finding.cited}
    scope = f" of the strand '{strand}'" if strand else ""
    confirmed = [sum(getattr(c, f).confirmed for c in placed) for f in ("domain", "valence")]
    yield (
        f"Base: {counted(len(placed), 'finding')}{scope} from {counted(len(reviews), 'review')}; "
        f"{confirmed[0]} coded to their domain and {confirmed[1]} to their direction by a person. "
        "The column Findings counts findings, in brackets those coded to their construct by a "
        "person."
    )
    if unclear := sum(c.construct.basis == "unclear" for c in placed):
        yield (
            f"Construct unclear: {counted(unclear, 'finding')} whose best guess is below its "
            "margin, so that a person has to decide."
        )
    yield (
        f"{NONE_FOUND}: every finding of the row has a direction, and none has this one. "
        f"{NOT_LOOKED}: nothing here yet, but findings of the row have no clear direction."
    )
    if left := len(taken) - len(placed):
        yield f"Not shown: {counted(left, 'finding')} without a domain."
    if not placed:
        return
    held = {code for c in placed for code in (c.domain.code_id, c.construct.code_id)}
    bare = [code for code in framework.codes if code.id not in held and not code.retired]
    if domains := [code.name for code in bare if not code.parent]:
        yield f"No finding at all under: {'; '.join(domains)}."
    if constructs := sum(bool(code.parent) for code in bare):
        yield (
            f"No finding under {counted(constructs, 'further construct')} of the framework. This "
            "says that no review was found to speak of them, not that they play no part."
        )
