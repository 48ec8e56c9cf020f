"""Writing codebooks as YAML that `files.read_codebook` reads back equal.

Every text stands in double quotes, so that nothing in it can be read as anything but text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from themeweave.codes.codebook import Code, Codebook

# What YAML does not take as it stands, or would read as the end of a line.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def write_codebook(book: Codebook) -> bytes:
    """Write a whole codebook.

    Examples
    --------
    >>> print(write_codebook(Codebook("v", "View", (Code("no", "Staff"),))).decode(), end="")
    codebook: "v"
    title: "View"
    version: "1"
    exclusive: false
    codes:
      - id: "no"
        name: "Staff"
    """
    lines = [f"codebook: {quoted(book.id)}", f"title: {quoted(book.title)}"]
    lines.append(f"version: {quoted(book.version)}")
    if book.source:
        lines.append(f"source: {quoted(book.source)}")
    lines.append(f"exclusive: {'true' if book.exclusive else 'false'}")
    lines.append("codes:" if book.codes else "codes: []")
    return ("\n".join([*lines, *code_lines(book.codes)]) + "\n").encode("utf-8")


def code_lines(codes: Iterable[Code], indent: int = 2) -> Iterator[str]:
    """Iterate the lines of codes, to stand under ``codes:`` or behind those that are there."""
    for code in codes:
        for number, line in enumerate(_lines(code)):
            yield f"{' ' * indent}{'  ' if number else '- '}{line}"


def _lines(code: Code) -> Iterator[str]:
    yield f"id: {quoted(code.id)}"
    yield f"name: {quoted(code.name)}"
    for key in ("level", "parent", "definition"):
        if value := getattr(code, key):
            yield f"{key}: {quoted(value)}"
    for key in ("include", "exclude", "cues"):
        if values := getattr(code, key):
            yield f"{key}:"
            yield from (f"  - {quoted(value)}" for value in values)
    if code.examples:
        yield "examples:"
        for example in code.examples:
            yield f"  - text: {quoted(example.text)}"
            if example.valence:
                yield f"    valence: {quoted(example.valence)}"
    if code.retired:
        yield "retired: true"


def quoted(text: str) -> str:
    """Write text in double quotes; YAML 1.2 reads the escapes of JSON."""
    shown = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", shown)
