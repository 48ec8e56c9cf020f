"""Editing a codebook's file: what changed is written anew, all else stays as people wrote it.

Comments, order, quotes and spacing of the rest are kept to the byte. The result is read back before
it is given, so that an edit makes of the codebook what it should, or is refused.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.codes.files import read_codebook
from themeweave.codes.nodes import compose
from themeweave.codes.written import code_lines, quoted
from themeweave.corpus.encoding import decode
from themeweave.errors import ReviewError

Node = Any  # ruamel.yaml's nodes carry no types: .id, .value, .start_mark, .end_mark
TEXTS = ("name", "level", "parent", "definition")
LISTS = ("include", "exclude", "cues", "examples")
FIELDS = (*TEXTS, *LISTS, "retired")
_WIDE = 96  # characters of a line
# What YAML reads as it stands: it begins with a letter and holds no sign with a meaning.
_PLAIN = re.compile(r"[A-Za-z][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff:#]*")
_WORDS = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null")


def edit_code(raw: bytes, shown: str, code: Code) -> bytes:
    r"""Write a code anew where it differs from what stands in the file.

    Parameters
    ----------
    raw
        The bytes of the codebook's file.
    shown
        How messages name the file.
    code
        As it should be; its id says which one it is.

    Raises
    ------
    ReviewError
        Where there is no such code, or the file is written so that the change cannot be made
        without touching the rest.

    Examples
    --------
    >>> raw = b"codebook: v\ncodes:\n  - id: a\n    name: Pay # short\n    cues: [x]\n"
    >>> book = read_codebook(raw, "v.yaml")
    >>> edited = edit_code(raw, "v.yaml", replace(book.codes[0], cues=("wage", "salary")))
    >>> print(edited.decode(), end="")
    codebook: v
    codes:
      - id: a
        name: Pay # short
        cues:
          - wage
          - salary
    """
    book = read_codebook(raw, shown)
    was = book.by_id.get(code.id)
    if was is None:
        raise ReviewError(
            f"the code '{code.id}' is not in this file", shown, "Load the codebook again."
        )
    if was == code:
        return raw
    text = decode(raw, shown)
    node = next(n for n in _codes(compose(raw, shown, "codebook")) if _id(n) == code.id)
    text = _edited(text, node, was, code)
    wanted = tuple(code if one.id == code.id else one for one in book.codes)
    return _checked(text, raw, shown, replace(book, codes=wanted))


def add_code(raw: bytes, shown: str, code: Code) -> bytes:
    r"""Write a new code behind the last one that stands below its parent, else behind the last.

    Raises
    ------
    ReviewError
        Where its id is taken, or as for `edit_code`.

    Examples
    --------
    >>> raw = b"codebook: v\ncodes:\n- id: a\n- id: b # last\n"
    >>> print(add_code(raw, "v.yaml", Code("a1", "Pay", parent="a")).decode(), end="")
    codebook: v
    codes:
    - id: a
    - id: "a1"
      name: "Pay"
      parent: "a"
    - id: b # last
    """
    book = read_codebook(raw, shown)
    if code.id in book.by_id:
        raise ReviewError(f"there is a code '{code.id}' already", shown, "Give it another id.")
    text = decode(raw, shown)
    nodes = _codes(compose(raw, shown, "codebook"))
    kin = [n for n in nodes if code.parent and book.is_below(_id(n), code.parent)]
    before = (kin or nodes)[-1] if nodes else None
    if before is None:
        return _refused(shown)
    indent = _column(text, text.rfind("-", 0, before.start_mark.index))
    keys = _column(text, before.start_mark.index)
    end = _trimmed(text, before.start_mark.index, _end(text, before, nodes), keys)
    lines = "\n".join(code_lines([code], indent)) + "\n"
    text = text[:end] + ("" if text[:end].endswith("\n") else "\n") + lines + text[end:]
    place = nodes.index(before) + 1
    wanted = (*book.codes[:place], code, *book.codes[place:])
    return _checked(text, raw, shown, replace(book, codes=wanted))


def _checked(text: str, before: bytes, shown: str, wanted: Codebook) -> bytes:
    """Give the file's bytes, made sure of that they read as what they should."""
    if b"\r\n" in before:
        text = re.sub("\r?\n", "\r\n", text)
    bom = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    raw = bom + text.removeprefix("\ufeff").encode("utf-8")
    try:
        if read_codebook(raw, shown) == wanted:
            return raw
    except ReviewError:
        pass
    return _refused(shown)


def _refused(shown: str) -> bytes:
    raise ReviewError(
        "the codebook is written so that this cannot be changed without touching the rest",
        shown,
        "Nothing was changed. Change it in a text editor; the workbench notices.",
    )


def _codes(root: Node) -> Sequence[Node]:
    found: Sequence[Node] = next((v.value for k, v in root.value if k.value == "codes"), ())
    return found


def _id(node: Node) -> str:
    return next((str(v.value).strip() for k, v in node.value if k.value == "id"), "")


def _column(text: str, index: int) -> int:
    return index - text.rfind("\n", 0, index) - 1


def _end(text: str, node: Node, nodes: Sequence[Node]) -> int:
    """Give where the lines of a code end: where those of the next one begin."""
    place = list(nodes).index(node) + 1
    if place == len(nodes):
        return len(text)
    return text.rfind("\n", 0, nodes[place].start_mark.index) + 1


def _trimmed(text: str, start: int, end: int, indent: int) -> int:
    """Leave out empty lines at an end, and comments that are not indented beyond a column."""
    while True:
        line = text.rfind("\n", start, end - 1) + 1
        last = text[line:end]
        free = last.strip()
        deep = len(last) - len(last.lstrip(" ")) > indent
        if line <= start or not (not free or (free.startswith("#") and not deep)):
            return end
        end = line


def _edited(text: str, node: Node, was: Code, now: Code) -> str:
    """Replace the fields that differ, the last one first."""
    if node.flow_style:
        column = _column(text, node.start_mark.index)
        block = "\n".join(code_lines([now], column - 2))[column:]
        return text[: node.start_mark.index] + block + text[node.end_mark.index :]
    column = _column(text, node.value[0][0].start_mark.index)
    pairs = {key.value: (key, value) for key, value in node.value}
    keys = [key for key, _ in node.value]
    spans = {}
    for number, key in enumerate(keys):
        after = keys[number + 1].start_mark.index if number + 1 < len(keys) else None
        stop = text.rfind("\n", 0, after) + 1 if after else _last(text, node, column)
        start = key.start_mark.index
        spans[key.value] = start, _trimmed(text, start, stop, column)
    edits: list[tuple[int, int, str]] = []
    for name in FIELDS:
        if getattr(was, name) == getattr(now, name):
            continue
        pad = " " * column
        if name in spans:
            start, stop = spans[name]
            old = text[start:stop]
            end = "\n" if old.endswith("\n") else ""
            lines = _field(name, now, column, _items(text, pairs[name][1], column))
            if lines:
                edits.append((start, stop, ("\n" + pad).join(lines) + end))
            elif name != "name":
                head = text.rfind("\n", 0, start) + 1
                edits.append((head, stop, ""))
        else:
            lines = _field(name, now, column, {})
            before = [one for one in FIELDS[: FIELDS.index(name)] if one in spans] or ["id"]
            place = max(spans[one][1] for one in before if one in spans)
            lead = "" if text[:place].endswith("\n") else "\n"
            if lines:
                edits.append((place, place, lead + "".join(f"{pad}{line}\n" for line in lines)))
    for start, stop, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        text = text[:start] + new + text[stop:]
    return text


def _last(text: str, node: Node, column: int) -> int:
    """Give where the lines of a code end that are indented as far as its keys."""
    place = text.find("\n", node.value[-1][0].start_mark.index) + 1
    while 0 < place < len(text):
        line = text[place : (text.find("\n", place) + 1) or len(text)]
        free = line.strip()
        deep = len(line) - len(line.lstrip(" "))
        if free and (deep < column or (deep == column and not free.startswith(("-", "#")))):
            return place
        place += len(line)
    return len(text)


def _items(text: str, node: Node, column: int) -> dict[str, list[str]]:
    """Give the lines of each item of a list as they are written, with comments before them."""
    if node.id != "sequence" or node.flow_style:
        return {}
    found: dict[str, list[str]] = {}
    for number, item in enumerate(node.value):
        head = text.rfind("\n", 0, item.start_mark.index) + 1
        if number + 1 < len(node.value):
            tail = text.rfind("\n", 0, node.value[number + 1].start_mark.index) + 1
        else:
            tail = text.find("\n", item.end_mark.index - 1) + 1 or len(text)
            if item.id != "scalar" or item.style in ("|", ">"):
                continue
        if item.id == "scalar":
            lines = text[head:tail].rstrip("\n").split("\n")
            pad = " " * column
            if all(line.startswith(pad) or not line.strip() for line in lines):
                found[str(item.value).strip()] = [line[column:] for line in lines]
    return found


def _field(name: str, code: Code, column: int, items: dict[str, list[str]]) -> list[str]:
    """Give the lines of a field, without the indentation of its key; none where it is empty."""
    value = getattr(code, name)
    if name == "retired":
        return ["retired: true"] if value else []
    if name in TEXTS:
        return _text(name, value, column) if value else []
    if not value:
        return []
    lines = [f"{name}:"]
    dash = next((re.match(" *", kept[-1]) for kept in items.values()), None)
    indent = dash[0] if dash else "  "
    for one in value:
        if isinstance(one, Example):
            if not one.valence and one.text in items:
                lines += items[one.text]
            elif one.valence:
                lines.append(f"{indent}- text: {_scalar(one.text)}")
                lines.append(f"{indent}  valence: {_scalar(one.valence)}")
            else:
                lines.append(f"{indent}- {_scalar(one.text)}")
        else:
            lines += items.get(one) or [f"{indent}- {_scalar(one)}"]
    return lines


def _text(name: str, value: str, column: int) -> list[str]:
    """Write a text: a long one folded over several lines."""
    folds = "\n" not in value and "  " not in value and value == value.strip()
    if len(name) + len(value) + column > _WIDE and folds and quoted(value)[1:-1] == value:
        width = max(40, _WIDE - column)
        return [
            f"{name}: >-",
            *(
                f"  {line}"
                for line in textwrap.wrap(
                    value, width, break_long_words=False, break_on_hyphens=False
                )
            ),
        ]
    return [f"{name}: {_scalar(value)}"]


def _scalar(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value) and value == value.strip()
    return value if plain else quoted(value)
