"""A crosswalk: where each code of one codebook went in another, as data that people can edit.

A crosswalk moves nothing by itself: where a code has several heirs, or none, a person decides for
each finding, and the row's note says what to look at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from themeweave.codes.codebook import Codebook
from themeweave.codes.nodes import Node, Nodes, tree

_KEYS = ("crosswalk", "from", "to", "source", "rows")
_ROW_KEYS = ("from", "to", "kind", "note")
_KINDS = {  # kind: what it says of a row, whether it has an old code, fewest and most new codes
    "one_to_one": ("one code on each side", True, 1, 1),
    "one_to_many": ("one old and several new codes", True, 2, 1_000),
    "removed": ("an old code and no new one", True, 0, 0),
    "new": ("no old code and one new one", False, 1, 1),
}


@dataclass(frozen=True, slots=True)
class CrosswalkRow:
    """One code of the old codebook and its heirs, or one new code without a forerunner."""

    old: str  # empty where the kind is new
    new: tuple[str, ...]  # empty where the kind is removed
    kind: str  # one_to_one, one_to_many, removed, new
    note: str


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """The rows between two codebooks, in the order of the file."""

    id: str
    old: str  # the id of the codebook that codes come from
    new: str
    rows: tuple[CrosswalkRow, ...]
    source: str = ""


def read_crosswalk(raw: bytes, shown: str, old: Codebook, new: Codebook) -> Crosswalk:
    r"""Read a crosswalk between two codebooks and hold it against them.

    Domains, the codes at the top, are outside of it: they gather codes and are not moved.

    Raises
    ------
    ReviewError
        Listing every fault with its line: codes that a codebook does not hold, an old code with
        no row or several, a new code that no row leads to, a kind that does not fit the number
        of codes, and what `nodes.tree` and `Nodes` refuse.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code
    >>> top = Code("top", "Top")
    >>> before = Codebook("v1", "One", (top, Code("pay", "Pay", parent="top")))
    >>> after = Codebook("v2", "Two", (top, Code("money", "Money", parent="top")))
    >>> text = b"crosswalk: v1-v2\nfrom: v1\nto: v2\nrows:\n"
    >>> row = b"- {from: pay, to: [money], kind: one_to_one, note: Renamed.}"
    >>> read_crosswalk(text + row, "crosswalk.yaml", before, after).rows[0].new
    ('money',)
    """
    nodes = Nodes()
    root = tree(raw, shown, "crosswalk")
    fields = nodes.fields(root, _KEYS, "a crosswalk")
    read = [(_row(node, nodes), node) for node in nodes.items(fields.get("rows"))]
    crosswalk = Crosswalk(
        nodes.text(fields.get("crosswalk")),
        nodes.text(fields.get("from")),
        nodes.text(fields.get("to")),
        tuple(row for row, _ in read),
        nodes.text(fields.get("source")),
    )
    for key, named, book in (("from", crosswalk.old, old), ("to", crosswalk.new, new)):
        if named != book.id:
            text = f"'{key}' names the codebook '{named}', but '{book.id}' was given"
            nodes.fault(fields.get(key, root), text)
    _check_rows(read, nodes, old, new)
    _check_cover(crosswalk, root, nodes, old, new)
    nodes.refuse(shown, "crosswalk")
    return crosswalk


def _row(node: Node, nodes: Nodes) -> CrosswalkRow:
    fields = nodes.fields(node, _ROW_KEYS, "a row")
    return CrosswalkRow(
        nodes.text(fields.get("from")),
        nodes.texts(fields.get("to")),
        nodes.text(fields.get("kind")),
        nodes.text(fields.get("note")),
    )


def _check_rows(
    read: list[tuple[CrosswalkRow, Node]], nodes: Nodes, old: Codebook, new: Codebook
) -> None:
    """Check each row, that no old code has two, and that new codes are new."""
    first: dict[str, int] = {}
    led = {heir for row, _ in read if row.old for heir in row.new}
    for row, node in read:
        for code_id, book in [(row.old, old), *((heir, new) for heir in row.new)]:
            if code_id and code_id not in book.by_id:
                nodes.fault(node, f"'{code_id}' is not a code of '{book.id}'")
        for heir, count in Counter(row.new).items():
            if count > 1:
                nodes.fault(node, f"'{heir}' stands more than once under 'to'")
        if row.old in first:
            nodes.fault(node, f"'{row.old}' has a row in line {first[row.old]} already")
        elif row.old:
            first[row.old] = node.line
        if not row.old:
            for heir in led.intersection(row.new):
                nodes.fault(node, f"'{heir}' is not new: another row leads to it")
        _check_kind(row, node, nodes)


def _check_kind(row: CrosswalkRow, node: Node, nodes: Nodes) -> None:
    if row.kind not in _KINDS:
        nodes.fault(node, f"the kind '{row.kind}' must be one of: {', '.join(_KINDS)}")
        return
    meaning, has_old, fewest, most = _KINDS[row.kind]
    if bool(row.old) != has_old or not fewest <= len(row.new) <= most:
        nodes.fault(node, f"the kind '{row.kind}' means {meaning}")


def _check_cover(
    crosswalk: Crosswalk, root: Node, nodes: Nodes, old: Codebook, new: Codebook
) -> None:
    """Check that every old code has a row and that a row leads to every new code."""
    left = {row.old for row in crosswalk.rows}
    reached = {code_id for row in crosswalk.rows for code_id in row.new}
    for code in old.codes:
        if code.parent and code.id not in left:
            nodes.fault(root, f"no row says where '{code.id}' of '{old.id}' went")
    for code in new.codes:
        if code.parent and code.id not in reached:
            nodes.fault(root, f"no row leads to '{code.id}' of '{new.id}'")


@dataclass(frozen=True, slots=True)
class Move:
    """Where one code went, or what a person has to look at."""

    code_id: str  # the heir; empty where a person has to decide
    candidates: tuple[str, ...]  # the heirs among which to decide
    note: str


def move(crosswalk: Crosswalk, code_id: str, old: Codebook) -> Move:
    """Say where a code of the old codebook went; nothing is guessed.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code
    >>> row = CrosswalkRow("pay", ("money",), "one_to_one", "Renamed.")
    >>> move(Crosswalk("x", "v1", "v2", (row,)), "pay", Codebook("v1", "", (Code("pay", ""),)))
    Move(code_id='money', candidates=('money',), note='Renamed.')
    """
    row = next((row for row in crosswalk.rows if row.old and row.old == code_id), None)
    if row is not None:
        heir = row.new[0] if row.kind == "one_to_one" else ""
        return Move(heir, row.new, row.note)
    if code_id in old.by_id:
        return Move("", (), f"'{code_id}' gathers other codes and is not moved: give one of them")
    return Move("", (), f"'{code_id}' is not a code of '{old.id}'" if code_id else "no code")
