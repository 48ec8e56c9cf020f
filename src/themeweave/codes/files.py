"""Reading codebooks from YAML 1.2, with every fault named by its line.

The file is read as a tree of text: nothing in it becomes a number, a date or a truth value, so
an id written ``no`` or ``1.10`` stays what the person wrote. Nothing is loaded while a fault
remains, and all faults are shown at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.errors import ReviewError

Node = Any  # ruamel.yaml's nodes carry no types: .id, .tag, .value, .anchor, .start_mark
LARGEST_FILE = 20_000_000  # bytes; a codebook of 10,000 codes with examples stays far below
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
)


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
    root = _compose(raw, shown)
    reader = _Reader()
    book = reader.codebook(root)
    if reader.faults:
        raise ReviewError(
            "the codebook cannot be read",
            shown,
            "Nothing was loaded. Mend the lines above, then run the command again.",
            faults=[f"line {line}: {text}" for line, text in sorted(reader.faults)],
        )
    return book


def _compose(raw: bytes, shown: str) -> Node:
    """Parse the file into YAML nodes, which keep every scalar as it was written."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(raw) > LARGEST_FILE:
        raise ReviewError(
            f"the codebook is too large to be one ({len(raw):,} bytes)",
            shown,
            f"The largest file that is read has {LARGEST_FILE:,} bytes.",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ReviewError(
            "the codebook is not in UTF-8",
            f"{shown}, line {line}",
            "Open it in an editor and save it with the encoding UTF-8.",
        ) from None
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{shown}, line {mark.line + 1}" if mark else shown
        raise ReviewError(
            f"the codebook is not valid YAML: {error.problem or error.context}",
            place,
            "Compare the indentation and the quotes of this line with the lines around it.",
        ) from None
    except YAMLError as error:
        raise ReviewError(f"the codebook is not valid YAML: {error}", shown) from None
    if root is None:
        raise ReviewError(
            "the codebook is empty", shown, "Restore it from a copy, or write 'codes: []' into it."
        )
    return root


class _Reader:
    """Walk YAML nodes into records, collecting faults as (line, text)."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, str]] = []

    def fault(self, node: Node, text: str) -> None:
        """Note a fault at the line where the node starts."""
        self.faults.append((node.start_mark.line + 1, text))

    def codebook(self, root: Node) -> Codebook:
        """Read the whole file."""
        fields = dict(self.fields(root, _BOOK_KEYS, "a codebook"))
        codes: list[Code] = []
        lines: dict[str, Node] = {}
        for node in self.items(fields.get("codes")):
            code = self.code(node)
            if not code.id:
                continue
            if code.id in lines:
                first = lines[code.id].start_mark.line + 1
                self.fault(node, f"the id '{code.id}' is already used in line {first}")
                continue
            lines[code.id] = node
            codes.append(code)
        self.tree(codes, lines)
        name = self.text(fields.get("codebook"))
        if not name:
            self.fault(root, "the key 'codebook' (the codebook's id) is missing")
        if "codes" not in fields:
            self.fault(root, "the key 'codes' is missing; an empty codebook says 'codes: []'")
        return Codebook(
            id=name,
            title=self.text(fields.get("title")) or name,
            codes=tuple(codes),
            exclusive=self.truth(fields.get("exclusive")),
            version=self.text(fields.get("version")) or "1",
            source=self.text(fields.get("source")),
        )

    def code(self, node: Node) -> Code:
        """Read one code."""
        fields = dict(self.fields(node, _CODE_KEYS, "a code"))
        code_id = self.text(fields.get("id"))
        if not code_id:
            self.fault(node, "a code without an id")
        elif code_id != code_id.strip() or any(c in code_id for c in ";,\n\t"):
            self.fault(node, f"the id '{code_id}' has spaces around it, or one of ; , tab")
        return Code(
            id=code_id,
            name=self.text(fields.get("name")) or code_id,
            level=self.text(fields.get("level")),
            parent=self.text(fields.get("parent")),
            definition=self.text(fields.get("definition")),
            include=self.texts(fields.get("include")),
            exclude=self.texts(fields.get("exclude")),
            cues=self.texts(fields.get("cues")),
            examples=tuple(self.example(item) for item in self.items(fields.get("examples"))),
            retired=self.truth(fields.get("retired")),
        )

    def example(self, node: Node) -> Example:
        """Read an example: plain text, or text with its valence."""
        if node.id == "scalar":
            return Example(self.text(node))
        fields = dict(self.fields(node, ("text", "valence"), "an example"))
        return Example(self.text(fields.get("text")), self.text(fields.get("valence")))

    def tree(self, codes: Sequence[Code], nodes: dict[str, Node]) -> None:
        """Check that every parent exists and that no code stands above itself."""
        parents = {code.id: code.parent for code in codes}
        for code in codes:
            if code.parent and code.parent not in parents:
                text = f"the parent '{code.parent}' of '{code.id}' is not a code of this codebook"
                self.fault(nodes[code.id], text)
        for circle in _circles(parents):
            self.fault(nodes[circle[0]], "parents in a circle: " + " -> ".join(circle))

    def fields(self, node: Node, known: Sequence[str], what: str) -> Iterator[tuple[str, Node]]:
        """Iterate a mapping's keys and values, refusing unknown and repeated keys."""
        if node.id != "mapping":
            self.fault(node, f"{what} must be written as 'key: value' lines")
            return
        seen: set[str] = set()
        for key_node, value in node.value:
            key = str(key_node.value)
            if key not in known:
                self.fault(key_node, f"unknown key '{key}'; {what} has: {', '.join(known)}")
            elif key in seen:
                self.fault(key_node, f"the key '{key}' stands twice")
            else:
                seen.add(key)
                yield key, value

    def items(self, node: Node | None) -> Sequence[Any]:
        """Give a list's items; an absent list is empty."""
        if node is None or (node.id == "scalar" and not node.value):
            return ()
        if node.id != "sequence":
            self.fault(node, "a list was expected here, one '- item' a line")
            return ()
        if node.anchor:
            self.fault(node, "anchors and aliases (& and *) are not read in codebooks")
            return ()
        return list(node.value)

    def text(self, node: Node | None) -> str:
        """Give a scalar as the text that was written, with folded lines joined."""
        if node is None:
            return ""
        if node.id != "scalar":
            self.fault(node, "text was expected here, not a list or a mapping")
            return ""
        if node.tag and not str(node.tag).startswith("tag:yaml.org,2002:"):
            self.fault(node, f"the tag '{node.tag}' is not read in codebooks")
            return ""
        if "python" in str(node.tag):
            self.fault(node, f"the tag '{node.tag}' is not read in codebooks")
            return ""
        return str(node.value).strip()

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """Give a list of texts without empty ones."""
        return tuple(text for item in self.items(node) if (text := self.text(item)))

    def truth(self, node: Node | None) -> bool:
        """Give true or false; anything else is a fault."""
        text = self.text(node)
        if text not in ("", "true", "false"):
            assert node is not None
            self.fault(node, f"'{text}' must be true or false")
        return text == "true"


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
