"""Markdown: a pipe table as GitHub and Pandoc read it, spans repeated.

A cell is one line there, so paragraphs are parted by ``<br>``; every sign that Markdown or HTML
could read as markup is escaped.
"""

from __future__ import annotations

import re

from themeweave.report.tables import Align, Cell, Table, grid, markers, marks, printable_table

_MARKUP = re.compile(r"([\\`*_\[\]|~$#])")
_ENTITY = re.compile(r"&(?=#?\w+;)")  # any other ampersand is one, to Markdown and to a reader
_RULES: dict[Align, str] = {"left": ":--", "right": "--:", "center": ":-:"}


def escape(text: str) -> str:
    r"""Escape what Markdown or HTML would take for markup.

    Examples
    --------
    >>> print(escape("a|b *c* <b>"))
    a\|b \*c\* &lt;b&gt;
    >>> print(escape("Policies & Laws, &lt;"))
    Policies & Laws, &amp;lt;
    """
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", text)


def write(table: Table) -> bytes:
    """Write title, table and notes as UTF-8 Markdown."""
    table = printable_table(table)
    lines = [f"## {_one_line(table.title)}", ""]
    lines.append(_row([_one_line(column.heading) for column in table.columns]))
    lines.append(_row([_RULES[column.align] for column in table.columns]))
    known = markers(table)
    lines += [_row([_cell(cell, marks(cell, known)) for cell in row]) for row in grid(table)]
    for note in table.notes:
        lines += ["", _one_line(note)]
    for note, marker in known.items():
        lines += ["", f"<sup>{marker}</sup> {_one_line(note)}"]
    if table.references:
        lines += ["", "**References**"]
    for entry in table.references:
        lines += ["", _one_line(entry)]
    return ("\n".join(lines) + "\n").encode()


def _row(fields: list[str]) -> str:
    return f"| {' | '.join(fields)} |"


def _one_line(text: str) -> str:
    return "<br>".join(escape(line.strip()) for line in text.split("\n"))


def _cell(cell: Cell, marker: str) -> str:
    first = "**" * cell.strong + "*" * cell.quiet
    below = "*" * cell.quiet  # what stands below a name is plain
    lines = [escape(line.strip()) for line in cell.text.split("\n")]
    marks_of = [first, *[below] * (len(lines) - 1)]
    pairs = zip(marks_of, lines, strict=True)
    text = "<br>".join(f"{mark}{line}{mark}" if line else "" for mark, line in pairs)
    return f"{text}<sup>{marker}</sup>" if marker else text
