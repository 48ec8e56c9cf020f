"""Reading codebooks, with every fault named by its line.

Nothing is loaded while a fault remains, and all faults are shown at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.codes.nodes import Node, Nodes, tree
from themeweave.errors import ReviewError

_BOOK_KEYS = ("codebook", "title", "version", "source", "exclusive", "codes")
_CODE_KEYS = (
    "id",
    "name",
    "parent",
    "level",
    "definition",
    "include",
    "exclude",
    "cues",
    "examples",
    "retired",
    "origin",
    "abstraction",
)
_ORIGINS, _ABSTRACTIONS = ("a priori", "derived"), ("descriptive", "analytical")


def read_codebook(raw: bytes, shown: str) -> Codebook:
    r"""Read one codebook.

    Parameters
    ----------
    raw
        The bytes of a YAML file in UTF-8, at most 20 MB.
    shown
        How messages name the file, such as ``codebooks/themes.yaml``.

    Raises
    ------
    ReviewError
        Listing every fault with its line: unknown keys, missing ids, duplicate ids, parents that
        are missing or stand in a circle, tags and aliases, text that is not UTF-8.

    Examples
    --------
    >>> book = read_codebook(b"codebook: v\ncodes:\n- id: no\n  name: Staff", "v.yaml")
    >>> book.codes[0].id, book.name("no")
    ('no', 'Staff')
    """
    nodes = Nodes()
    book = _codebook(tree(raw, shown, "codebook"), nodes)
    nodes.refuse(shown, "codebook")
    return book


def _codebook(root: Node, nodes: Nodes) -> Codebook:
    """Read the whole file."""
    fields = nodes.fields(root, _BOOK_KEYS, "a codebook")
    codes: list[Code] = []
    places: dict[str, Node] = {}
    for node in nodes.items(fields.get("codes")):
        code = _code(node, nodes)
        if not code.id:
            continue
        if code.id in places:
            first = places[code.id].line
            nodes.fault(node, f"the id '{code.id}' is already used in line {first}")
            continue
        places[code.id] = node
        codes.append(code)
    _check_tree(codes, places, nodes)
    name = nodes.text(fields.get("codebook"))
    if not name:
        nodes.fault(root, "the key 'codebook' (the codebook's id) is missing")
    if "codes" not in fields:
        nodes.fault(root, "the key 'codes' is missing; an empty codebook says 'codes: []'")
    return Codebook(
        id=name,
        title=nodes.text(fields.get("title")) or name,
        codes=tuple(codes),
        exclusive=nodes.truth(fields.get("exclusive")),
        version=nodes.text(fields.get("version")) or "1",
        source=nodes.text(fields.get("source")),
    )


def _code(node: Node, nodes: Nodes) -> Code:
    """Read one code."""
    fields = nodes.fields(node, _CODE_KEYS, "a code")
    code_id = nodes.text(fields.get("id"))
    if fields and ("id" not in fields or fields["id"].value == ""):
        nodes.fault(node, "a code without an id")
    elif any(character in code_id for character in ";,\n\t"):
        nodes.fault(node, f"the id '{code_id}' holds one of ; , tab or a line break")
    return Code(
        id=code_id,
        name=nodes.text(fields.get("name")) or code_id,
        level=nodes.text(fields.get("level")),
        parent=nodes.text(fields.get("parent")),
        definition=nodes.text(fields.get("definition")),
        include=nodes.texts(fields.get("include")),
        exclude=nodes.texts(fields.get("exclude")),
        cues=nodes.texts(fields.get("cues")),
        examples=tuple(_example(item, nodes) for item in nodes.items(fields.get("examples"))),
        retired=nodes.truth(fields.get("retired")),
        origin=nodes.one_of(fields.get("origin"), _ORIGINS),
        abstraction=nodes.one_of(fields.get("abstraction"), _ABSTRACTIONS),
    )


def _example(node: Node, nodes: Nodes) -> Example:
    """Read an example: plain text, or text with its valence."""
    if node.kind == "scalar":
        return Example(nodes.text(node))
    fields = nodes.fields(node, ("text", "valence"), "an example")
    return Example(nodes.text(fields.get("text")), nodes.text(fields.get("valence")))


def _check_tree(codes: Sequence[Code], places: dict[str, Node], nodes: Nodes) -> None:
    """Check that every parent exists and that no code stands above itself."""
    parents = {code.id: code.parent for code in codes}
    for code in codes:
        if code.parent and code.parent not in parents:
            text = f"the parent '{code.parent}' of '{code.id}' is not a code of this codebook"
            nodes.fault(places[code.id], text)
    for circle in _circles(parents):
        nodes.fault(places[circle[0]], "parents in a circle: " + " -> ".join(circle))


def _circles(parents: dict[str, str]) -> Iterator[list[str]]:
    """Iterate the circles among parents, each once, from the first code that stands in it."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        here = start
        while here and here in parents and here not in done and here not in path:
            path.append(here)
            here = parents[here]
        if here in path:
            yield [*path[path.index(here) :], here]
        done.update(path)


def by_id(books: Iterable[tuple[str, Codebook]]) -> dict[str, Codebook]:
    """Key codebooks, given with the names of their files, by id; a repeated id is refused."""
    keyed: dict[str, Codebook] = {}
    for shown, book in books:
        if book.id in keyed:
            raise ReviewError(
                f"two codebooks have the id '{book.id}'",
                shown,
                "Give one of them another id in its first line.",
            )
        keyed[book.id] = book
    return keyed
