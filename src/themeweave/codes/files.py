"""Reading codebooks from YAML 1.2, with every fault named by its line.

`compose` and `Nodes` read any such file; the crosswalk of two codebooks is read by them too.

The file is read as a tree of text: nothing in it becomes a number, a date or a truth value, so
an id written ``no`` or ``1.10`` stays what the person wrote. Nothing is loaded while a fault
remains, and all faults are shown at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.corpus.encoding import decode
from themeweave.errors import ReviewError

Node = Any  # ruamel.yaml's nodes carry no types: .id, .tag, .value, .anchor, .start_mark
LARGEST_FILE = 20_000_000  # bytes; a codebook of 10,000 codes with examples stays far below
_KINDS = ("str", "int", "float", "bool", "null", "timestamp", "value", "merge", "seq", "map")
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in _KINDS}  # what YAML itself sees in plain text
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
    book = _codebook(compose(raw, shown, "codebook"), nodes)
    nodes.refuse(shown, "codebook")
    return book


def compose(raw: bytes, shown: str, what: str) -> Node:
    """Parse the file of a codebook or a crosswalk into nodes, which keep scalars as written."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    if len(raw) > LARGEST_FILE:
        raise ReviewError(
            f"the {what} is too large to be one ({len(raw):,} bytes)",
            shown,
            f"The largest file that is read has {LARGEST_FILE:,} bytes.",
        )
    text = decode(raw, shown)

    def invalid(why: str, place: int | None) -> NoReturn:
        raise ReviewError(
            f"the {what} is not valid YAML: {why}",
            shown if place is None else f"{shown}, line {text.count(chr(10), 0, place) + 1}",
            "Compare the indentation and the quotes of this line with the lines around it.",
        ) from None

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        invalid(str(error.problem or error.context), mark.index if mark else None)
    except ReaderError as error:
        invalid(f"it holds the control character 0x{error.character:02x}", error.position)
    except RecursionError:
        invalid("lists or mappings stand too deep inside one another", None)
    if root is None:
        raise ReviewError(
            f"the {what} is empty",
            shown,
            "Restore it from a copy: a file of comments says nothing.",
        )
    return root


class Nodes:
    """Read YAML nodes as text, collecting faults as (line, text)."""

    def __init__(self) -> None:
        self._faults: set[tuple[int, str]] = set()

    def fault(self, node: Node, text: str) -> None:
        """Note a fault at the line where the node starts."""
        self._faults.add((node.start_mark.line + 1, text))

    def refuse(self, shown: str, what: str) -> None:
        """Raise the faults that were found, in the order of their lines."""
        if self._faults:
            raise ReviewError(
                f"the {what} cannot be read",
                shown,
                "Nothing was loaded. Mend the lines above, then run the command again.",
                faults=[f"line {line}: {text}" for line, text in sorted(self._faults)],
            )

    def fields(self, node: Node, known: Sequence[str], what: str) -> dict[str, Node]:
        """Give a mapping's values by key, refusing unknown and repeated keys."""
        if not self._plain(node):
            return {}
        if node.id != "mapping":
            self.fault(node, f"{what} must be written as 'key: value' lines")
            return {}
        found: dict[str, Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key_node.id != "scalar":
                continue
            if key not in known:
                self.fault(key_node, f"unknown key '{key}'; {what} has: {', '.join(known)}")
            elif key in found:
                self.fault(key_node, f"the key '{key}' stands twice")
            else:
                found[key] = value
        return found

    def items(self, node: Node | None) -> Sequence[Node]:
        """Give a list's items; an absent list is empty."""
        if node is None or not self._plain(node) or (node.id == "scalar" and not node.value):
            return ()
        if node.id != "sequence":
            self.fault(node, "a list was expected here, one '- item' a line")
            return ()
        return list(node.value)

    def text(self, node: Node | None) -> str:
        """Give a scalar as the text that was written, with folded lines joined."""
        if node is None or not self._plain(node):
            return ""
        if node.id != "scalar":
            self.fault(node, "text was expected here, not a list or a mapping")
            return ""
        return str(node.value).strip()

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """Give a list of texts without empty ones."""
        return tuple(text for item in self.items(node) if (text := self.text(item)))

    def truth(self, node: Node | None) -> bool:
        """Give true or false; anything else is a fault."""
        text = self.text(node)
        if node is not None and text not in ("", "true", "false"):
            self.fault(node, f"'{text}' must be true or false")
        return text == "true"

    def one_of(self, node: Node | None, words: Sequence[str]) -> str:
        """Give one of some words, or nothing; anything else is a fault."""
        text = self.text(node)
        if node is not None and text not in ("", *words):
            self.fault(node, f"'{text}' must be {' or '.join(words)}")
        return text

    def _plain(self, node: Node) -> bool:
        """Tell whether a node says nothing but its text: no tag of its own, no anchor."""
        if node.anchor:
            self.fault(node, "anchors and aliases (& and *) are not read here")
        elif node.tag and str(node.tag) not in _PLAIN:
            self.fault(node, f"the tag '{node.tag}' is not read here")
        else:
            return True
        return False


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
            first = places[code.id].start_mark.line + 1
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
    if node.id == "scalar":
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
