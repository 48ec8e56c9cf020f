"""Nodes: the YAML 1.2 file of a codebook or a crosswalk as a tree of text, with line numbers.

Nothing in the file becomes a number, a date or a truth value, so an id written ``no`` or ``1.10``
stays what the person wrote.

There are two parsers. A file of plain lists, mappings and texts is read by libyaml, which takes a
thirtieth of the time, and reads what it accepts as the other does (tests try it). Whatever else
stands in a file, faults before all, is for ruamel.yaml, which says where and knows where each node
ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from themeweave.corpus.encoding import decode
from themeweave.errors import ReviewError

LARGEST_FILE = 20_000_000  # bytes; a codebook of 10,000 codes with examples stays far below
_KINDS = ("str", "int", "float", "bool", "null", "timestamp", "value", "merge", "seq", "map")
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in _KINDS}  # what YAML itself sees in plain text
# Signs at which the parsers part: YAML 1.1 ends lines at more signs, 1.2 reads tabs more strictly.
_PARTING = re.compile(r"[\t\x85\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a list of nodes, or a mapping as pairs of nodes."""

    kind: str  # scalar, sequence or mapping
    value: Any  # str, list of Node, or list of (Node, Node)
    line: int  # where it starts, from 1
    tag: str = ""
    anchor: str = ""


def tree(raw: bytes, shown: str, what: str) -> Node:
    """Read the file of a codebook or a crosswalk.

    Parameters
    ----------
    raw
        Its bytes, in UTF-8, at most 20 MB.
    shown, what
        How messages name the file, and what it is.

    Raises
    ------
    ReviewError
        Where it is too large, not UTF-8, no valid YAML, or empty.
    """
    return _quickly(_text(raw, shown, what)) or _node(compose(raw, shown, what))


def _quickly(text: str) -> Node | None:
    """Parse a plain file; None where it is anything else."""
    try:
        from yaml.cyaml import CParser
    except ImportError:  # PyYAML was built without libyaml
        return None
    from yaml import events
    from yaml.error import YAMLError

    if _PARTING.search(text):
        return None
    try:
        parser = CParser(text)
        parser.get_event()  # the stream's start
        if not isinstance(parser.get_event(), events.DocumentStartEvent):
            return None
        root = _parsed(parser.get_event(), events, parser.get_event)
        parser.get_event()  # the document's end
        return root if isinstance(parser.get_event(), events.StreamEndEvent) else None
    except (YAMLError, _NotPlain, RecursionError):
        return None


class _NotPlain(Exception):  # noqa: N818  # no error: it is read by the other parser
    pass


def _parsed(event: Any, events: Any, following: Callable[[], Any]) -> Node:
    """Gather the events that make up a node, of which the first is given."""
    if isinstance(event, events.AliasEvent) or event.anchor or event.tag:
        raise _NotPlain
    line = event.start_mark.line + 1
    if isinstance(event, events.ScalarEvent):
        return Node("scalar", event.value, line)
    if isinstance(event, events.SequenceStartEvent):
        items = []
        while not isinstance(item := following(), events.SequenceEndEvent):
            items.append(_parsed(item, events, following))
        return Node("sequence", items, line)
    pairs = []
    while not isinstance(key := following(), events.MappingEndEvent):
        pair = _parsed(key, events, following), _parsed(following(), events, following)
        pairs.append(pair)
    return Node("mapping", pairs, line)


def _node(found: Any) -> Node:
    """Turn a node of ruamel.yaml's; what an anchor names is not followed, it may hold itself."""
    line, tag, anchor = found.start_mark.line + 1, str(found.tag or ""), str(found.anchor or "")
    if anchor:
        return Node(found.id, (), line, tag, anchor)
    if found.id == "scalar":
        return Node(found.id, found.value, line, tag)
    if found.id == "sequence":
        return Node(found.id, [_node(item) for item in found.value], line, tag)
    return Node(found.id, [(_node(key), _node(value)) for key, value in found.value], line, tag)


def _text(raw: bytes, shown: str, what: str) -> str:
    if len(raw) > LARGEST_FILE:
        raise ReviewError(
            f"the {what} is too large to be one ({len(raw):,} bytes)",
            shown,
            f"The largest file that is read has {LARGEST_FILE:,} bytes.",
        )
    return decode(raw, shown)


def compose(raw: bytes, shown: str, what: str) -> Any:
    """Read a file likewise into nodes of ruamel.yaml's, which know where they start and end."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    text = _text(raw, shown, what)

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
        self._faults.add((node.line, text))

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
        if node.kind != "mapping":
            self.fault(node, f"{what} must be written as 'key: value' lines")
            return {}
        found: dict[str, Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key_node.kind != "scalar":
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
        if node is None or not self._plain(node) or (node.kind == "scalar" and not node.value):
            return ()
        if node.kind != "sequence":
            self.fault(node, "a list was expected here, one '- item' a line")
            return ()
        return list(node.value)

    def text(self, node: Node | None) -> str:
        """Give a scalar as the text that was written, with folded lines joined."""
        if node is None or not self._plain(node):
            return ""
        if node.kind != "scalar":
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
        elif node.tag and node.tag not in _PLAIN:
            self.fault(node, f"the tag '{node.tag}' is not read here")
        else:
            return True
        return False
