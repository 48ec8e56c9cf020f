"""Codebooks as tables: every code with its meaning and use; and how far coders agreed on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Coding
from themeweave.report.addresses import row_key
from themeweave.report.appraisal_table import slugged
from themeweave.report.tables import Cell, Column, Table, spans
from themeweave.report.words import counted

_BOOK = (
    Column("Code", 1.6, key="code"),
    Column("Level", 0.8, key="level"),
    Column("Definition", 2.4, key="definition"),
    Column("Include", 1.8, key="include"),
    Column("Exclude", 1.8, key="exclude"),
    Column("Example", 2.0, key="example"),
    Column("Findings", 0.9, key="findings"),
)
_FRAME = (
    Column("Codebook", 1.4, key="codebook"),
    Column("Code", 1.8, key="code"),
    Column("Findings", 1.1, key="findings"),
    Column("Coded by two or more people", 1.0, "right", key="double"),
    Column("All of them agree", 1.0, "right", key="agree"),
    Column("Specific agreement", 1.0, "right", key="specific"),
    Column("Disputed", 0.8, "right", key="disputed"),
)


def codebook_table(book: Codebook, codings: Sequence[Coding]) -> Table:
    """Build the table of one codebook, in its order, retired codes left out.

    Parameters
    ----------
    codings
        Of this codebook; a finding coded below a code counts for that code too.
    """
    live = [code for code in book.codes if not code.retired]
    used: dict[str, dict[str, bool]] = {}  # code -> finding -> whether a person confirmed it
    for c in codings:
        if not c.unsure:
            for up in book.path(c.code_id):
                held = used.setdefault(up, {})
                held[c.finding_id] = held.get(c.finding_id, False) or c.basis == "confirmed"
    rows = []
    for code in live:
        held = used.get(code.id, {})
        ids = tuple(sorted(held))
        rows.append(
            (
                Cell(_name(code, book), strong=not code.parent, sources=ids),
                Cell(code.level.replace("_", " ") or "code"),
                Cell(code.definition or "not defined"),
                Cell("\n".join(code.include) or "not stated"),
                Cell("\n".join(_named(rule, book) for rule in code.exclude) or "not stated"),
                Cell(code.examples[0].text if code.examples else "none given"),
                Cell(f"{len(held)} ({sum(held.values())} confirmed)", sources=ids),
            )
        )
    every = {c.finding_id for c in codings if not c.unsure}
    sure = {c.finding_id for c in codings if c.basis == "confirmed"}
    retired = len(book.codes) - len(live)
    notes = [
        (
            f"Base: {counted(len(live), 'code')}; {counted(len(every), 'finding')} coded, "
            f"{len(sure)} of them by a person. Findings: coded here or below, in brackets those "
            "that a person confirmed; what is unclear is left out."
        ),
        f"Version {book.version}."
        + (f" {counted(retired, 'retired code')} left out." if retired else ""),
    ]
    if book.source:
        notes.append(f"Source: {book.source}")
    keys = tuple(row_key(code.id) for code in live)
    name = f"codebook_{slugged(book.id)}"
    return Table(name, f"Codebook: {book.title}", _BOOK, tuple(rows), tuple(notes), keys)


def _name(code: Code, book: Codebook) -> str:
    """Indent a code by its depth in the tree."""
    return "\u2003" * (len(book.path(code.id)) - 1) + code.name


def _named(rule: str, book: Codebook) -> str:
    """Name the code that a rule points to: "-> T02" becomes its name."""
    text, arrow, target = rule.rpartition(" -> ")
    if not arrow:
        return rule
    names = (book.name(one) if one in book.by_id else one for one in target.split(", "))
    return f"{text} → {', '.join(names)}"


@dataclass(frozen=True, slots=True)
class Framed:
    """One codebook in the coding frame: its codings and what each coder alone decided."""

    book: Codebook
    codings: tuple[Coding, ...]
    alone: Mapping[str, Mapping[str, str]]  # coder -> finding -> code at the top of the branch
    words: str  # the statistics of agreement, or why there are none


def coding_frame_table(framed: Sequence[Framed]) -> Table:
    """Build the coding frame: each code at the top of a tree, its use, and agreement on it."""
    rows: list[tuple[Cell, ...]] = []
    keys: list[str] = []
    pairs = [
        (one, code)
        for one in framed
        for code in one.book.codes
        if not code.parent and not code.retired
    ]
    heads = spans([one.book.id for one, _ in pairs])
    for one, code in pairs:
        run = heads[len(rows)]
        head = [Cell(one.book.title, run, strong=True, key=row_key(one.book.id))] if run else []
        rows.append((*head, *_code_cells(one, code)))
        keys.append(row_key(one.book.id, code.id))
    findings = {c.finding_id for one in framed for c in one.codings}
    sure = {c.finding_id for one in framed for c in one.codings if c.basis == "confirmed"}
    notes = (
        (
            f"Base: {counted(len(findings), 'finding')}, {len(sure)} of them coded by a person in "
            "at least one codebook. Findings: coded here or below, in brackets those that a "
            "person confirmed. Coders' decisions as their logs stand, those after discussion "
            "included."
        ),
        (
            "Specific agreement: of the labels that coders of the same finding gave, the share "
            "of those with this code that meet the same code (twice the agreements over all such "
            "labels of each two coders); unknown where no two people coded the same finding."
        ),
        *(f"{one.book.title}: {one.words}." for one in framed),
    )
    title = "Coding frame, its use, and the agreement of coders"
    return Table("coding_frame", title, _FRAME, tuple(rows), notes, tuple(keys))


_ALONE = ("no coder", "one coder")


def _code_cells(one: Framed, code: Code) -> tuple[Cell, ...]:
    coded: dict[str, bool] = {}
    disputed = set()
    for c in one.codings:
        if not c.unsure and one.book.top(c.code_id) == code.id:
            coded[c.finding_id] = coded.get(c.finding_id, False) or c.basis == "confirmed"
            disputed |= {c.finding_id} if c.basis == "disputed" else set()
    labels: dict[str, list[str]] = {}
    for said in one.alone.values():
        for finding, label in said.items():
            labels.setdefault(finding, []).append(label)
    double = {f: given for f, given in labels.items() if len(given) > 1 and code.id in given}
    agreed = [f for f, given in double.items() if len(set(given)) == 1]
    together = apart = 0  # pairs of two coders on one finding, with this code twice and once
    for given in double.values():
        here = given.count(code.id)
        together += here * (here - 1) // 2
        apart += here * (len(given) - here)
    ids = tuple(sorted(coded))
    specific = 2 * together / (2 * together + apart) if together or apart else None
    several = len(one.alone) > 1
    return (
        Cell(code.name, sources=ids),
        Cell(f"{len(coded)} ({sum(coded.values())} confirmed)", sources=ids),
        _number(len(double), tuple(sorted(double))) if several else Cell(_ALONE[len(one.alone)]),
        _number(len(agreed), tuple(sorted(agreed))) if double else Cell("unknown"),
        Cell("unknown") if specific is None else Cell(f"{specific:.2f}", number=specific),
        _number(len(disputed), tuple(sorted(disputed))),
    )


def _number(count: int, sources: tuple[str, ...]) -> Cell:
    return Cell(str(count), number=float(count), sources=sources)
