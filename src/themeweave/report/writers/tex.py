r"""LaTeX: a longtable with booktabs rules, to ``\input`` into an article.

The escaper is our own: text can hold no command, so nothing that a finding says can run. A cell
that spans rows stands in its first row and the cells below it stay empty, since a long table may
break between any two rows.
"""

from __future__ import annotations

from themeweave.report.tables import Cell, Column, Table, markers, marks, placed, printable_table

_SIGNS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "'": r"{'}",  # alone in its group: no ligature with a neighbour
    "-": r"{-}",
    ",": r"{,}",
    "[": r"{[}",  # after a row's end a bare bracket would be read as an option
    "]": r"{]}",
    "*": r"{*}",
    "?": r"{?}",
    "!": r"{!}",
    "\t": " ",
    "\n": r"\par ",
    **{sign: f"\\{sign}" for sign in "{}%&$#_"},
}
_ALIGNED = {"left": r"\raggedright", "right": r"\raggedleft", "center": r"\centering"}
_NEEDS = (
    "% \\usepackage{array,booktabs,longtable} \\usepackage[T1]{fontenc}; "
    "wide tables: put it inside landscape (package pdflscape)"
)


def escape(text: str) -> str:
    r"""Escape every sign that LaTeX reads as anything but itself.

    Examples
    --------
    >>> print(escape(r"50% \input{x}"))
    50\% \textbackslash{}input\{x\}
    """
    return "".join(_SIGNS.get(sign, sign) for sign in text)


def write(table: Table) -> bytes:
    """Write a fragment with caption, repeated header row and notes, as UTF-8."""
    table = printable_table(table)
    header = " & ".join(rf"\textbf{{{_inline(c.heading)}}}" for c in table.columns)
    lines = [
        _NEEDS,
        rf"\begin{{longtable}}{{{_preamble(table.columns)}}}",
        rf"\caption{{{_inline(table.title)}}}\tabularnewline",
        rf"\toprule {header} \tabularnewline \midrule \endfirsthead",
        rf"\toprule {header} \tabularnewline \midrule \endhead",
        r"\bottomrule \endlastfoot",
    ]
    known = markers(table)
    for row in placed(table):
        texts = {column: _cell(cell, marks(cell, known)) for column, cell in row}
        fields = (texts.get(column, "") for column in range(len(table.columns)))
        lines.append(" & ".join(fields) + r" \tabularnewline")
    lines.append(r"\end{longtable}")
    lines += [_note(escape(note)) for note in table.notes]
    lines += [_note(rf"\textsuperscript{{{m}}} {escape(note)}") for note, m in known.items()]
    lines += [_note(r"\textbf{References}")] if table.references else []
    lines += [_note(escape(entry)) for entry in table.references]
    return ("\n".join(lines) + "\n").encode()


def _note(text: str) -> str:
    return rf"{{\footnotesize {text}\par}}"


def _preamble(columns: tuple[Column, ...]) -> str:
    total = sum(column.width for column in columns)
    return "".join(
        rf">{{{_ALIGNED[column.align]}\arraybackslash}}"
        rf"p{{\dimexpr {column.width / total:.4f}\linewidth-2\tabcolsep\relax}}"
        for column in columns
    )


def _inline(text: str) -> str:
    return escape(text.replace("\n", " "))


def _cell(cell: Cell, marker: str) -> str:
    style = r"\bfseries" * cell.strong + r"\itshape" * cell.quiet
    text = f"{{{style} {escape(cell.text)}}}" if style else escape(cell.text)
    return rf"{text}\textsuperscript{{{marker}}}" if marker else text
