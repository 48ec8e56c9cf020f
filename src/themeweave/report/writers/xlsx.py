"""Excel: frozen header, real numbers, text that can never become a formula or a link.

A spreadsheet cell holds 32,767 characters. Longer text continues in rows below it, and a note
says so: it is never cut.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil, isfinite
from textwrap import wrap
from typing import TYPE_CHECKING

from themeweave.report.tables import Cell, Column, Table, markers, marks, placed, printable_table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

CELL_LIMIT = 32_767  # UTF-16 units, as Excel counts
TOP = 1  # the title's row; the header row follows
SHEET_WIDTH = 150  # characters, shared out between the columns
LINE_HEIGHT, TALLEST_ROW = 13.0, 409.0  # points; the second is Excel's limit
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


def write(table: Table) -> bytes:
    """Write a workbook of one sheet: title, frozen header, rows, notes."""
    from xlsxwriter import Workbook

    table = printable_table(table)
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
    }
    workbook = Workbook(out, options)
    workbook.set_properties(
        {"title": table.title[:255], "author": "themeweave", "created": datetime(2000, 1, 1)}
    )
    sheet = workbook.add_worksheet(_FORBIDDEN_IN_NAMES.sub(" ", table.name)[:31].strip() or "Table")
    widths = _widths(table.columns)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, _pieces(table.title)[0], workbook.add_format({"bold": True}))
    rows = [tuple(Cell(column.heading, strong=True) for column in table.columns), *table.rows]
    whole = _with_marks(replace(table, rows=tuple(rows)))
    starts = _starts(whole)
    _fill(workbook, sheet, whole, starts, widths)
    notes = [*_pieces(table.title)[1:], *table.notes, *_continued(whole, starts)]
    notes += [f"[{marker}] {note}" for note, marker in markers(table).items()]
    notes += ["References", *table.references] if table.references else []
    small = workbook.add_format({"font_size": 9, "text_wrap": True, "valign": "top"})
    pieces = [piece for note in notes for piece in _pieces(note)]
    last = len(table.columns) - 1
    for number, piece in enumerate(pieces, start=starts[-1] + 1):
        if last > 0:  # as wide as the table, so that the printed page is no wider either
            sheet.merge_range(number, 0, number, last, "", small)
            height = LINE_HEIGHT * _lines(piece, 1.1 * sum(widths)) + 3
            sheet.set_row(number, min(TALLEST_ROW, height))
        sheet.write_string(number, 0, piece, small)
    sheet.freeze_panes(starts[1], 0)
    sheet.repeat_rows(0, starts[1] - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&CPage &P of &N")
    workbook.close()
    return out.getvalue()


def _with_marks(table: Table) -> Table:
    """Put the markers of notes behind the text of their cells; a number format shows them too."""
    known = markers(table)

    def marked(cell: Cell) -> Cell:
        return replace(cell, text=f"{cell.text} [{marks(cell, known)}]") if cell.notes else cell

    return replace(table, rows=tuple(tuple(marked(cell) for cell in row) for row in table.rows))


def _pieces(text: str) -> list[str]:
    """Part text so that each piece fits a cell; joined, the pieces are the text again."""
    limit = CELL_LIMIT if max(text, default="") <= "\uffff" else CELL_LIMIT // 2
    pieces = []
    while len(text) > limit:
        cut = text.rfind(" ", limit - 200, limit) + 1 or limit
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _starts(table: Table) -> list[int]:
    """Give each row's first sheet row, and the first row below the table."""
    heights = [1] * len(table.rows)
    for number, row in enumerate(table.rows):
        for cell in row:
            room = sum(heights[number : number + cell.rows])
            heights[number] += max(0, len(_pieces(cell.text)) - room)
    starts = [TOP]
    for height in heights:
        starts.append(starts[-1] + height)
    return starts


def _fill(
    workbook: Workbook, sheet: Worksheet, table: Table, starts: list[int], widths: list[float]
) -> None:
    formats: dict[tuple[object, ...], Format] = {}
    lines = [1] * starts[-1]  # of text in each sheet row, as far as can be foreseen
    merged: list[tuple[int, int, int]] = []  # first row, end, lines of text
    for number, row in enumerate(placed(table)):
        for column, cell in row:
            look = _look(cell, table.columns[column], header=number == 0)
            key = tuple(look.items())
            style = formats.get(key) or formats.setdefault(key, workbook.add_format(look))
            first, end = starts[number], starts[number + cell.rows]
            *above, last = _pieces(cell.text)
            for piece in above:
                sheet.write_string(first, column, piece, style)
                first += 1
            needed = _lines(last, widths[column])
            if end - first > 1:
                sheet.merge_range(first, column, end - 1, column, "", style)
                merged.append((first, end, needed))
            else:
                lines[first] = max(lines[first], needed)
            if _is_number(cell) and cell.number is not None:
                sheet.write_number(first, column, cell.number, style)
            else:
                sheet.write_string(first, column, last, style)
    _set_heights(sheet, lines, merged)


def _set_heights(sheet: Worksheet, lines: list[int], merged: list[tuple[int, int, int]]) -> None:
    """Make each row as high as its text, merged cells included, which no program fits itself."""
    for first, end, needed in merged:
        lacking = needed - sum(lines[first:end])
        for place in range(first, end):
            lines[place] += max(0, ceil(lacking / (end - first)))
    for place in range(TOP, len(lines)):
        sheet.set_row(place, min(TALLEST_ROW, LINE_HEIGHT * lines[place] + 3))


def _lines(text: str, width: float) -> int:
    """Foresee how many lines a text takes in a column: letters are narrower than the digit 0."""
    return sum(len(wrap(part, max(1, int(width * 1.12)))) or 1 for part in text.split("\n"))


def _widths(columns: Sequence[Column]) -> list[float]:
    total = sum(column.width for column in columns) or 1.0
    return [min(80.0, max(9.0, SHEET_WIDTH * column.width / total)) for column in columns]


def _look(cell: Cell, column: Column, *, header: bool) -> dict[str, object]:
    look: dict[str, object] = {"text_wrap": True, "valign": "top", "align": column.align}
    look |= {"bottom": 1, "bottom_color": "#BFBFBF"}
    if cell.strong:
        look["bold"] = True
    if cell.quiet:
        look["italic"] = True
    if header:
        look |= {"bg_color": "#EDEDED", "top": 1, "bottom_color": "#404040"}
    elif _is_number(cell):
        look["num_format"] = _number_format(cell.text)
    return look


_PLAIN_NUMBER = re.compile(r"[-−+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?%?( \[[a-z, ]+\])?")


def _is_number(cell: Cell) -> bool:
    """Tell whether a cell is a number and its text no more than that number."""
    value = cell.number
    return value is not None and isfinite(value) and bool(_PLAIN_NUMBER.fullmatch(cell.text))


def _number_format(text: str) -> str:
    """Give the number format that shows the same digits as the text.

    Examples
    --------
    >>> _number_format("1,234"), _number_format("-0.10"), _number_format("38%")
    ('#,##0', '0.00', '0"%"')
    >>> _number_format("7 [a]")
    '0" [a]"'
    """
    text, bracket, marker = text.partition(" [")
    if bracket:
        return f'{_number_format(text)}" [{marker}"'
    decimals = len(text.rstrip("%").partition(".")[2])
    whole = "#,##0" if "," in text else "0"
    return whole + ("." + "0" * decimals if decimals else "") + '"%"' * text.endswith("%")


def _continued(table: Table, starts: list[int]) -> Iterator[str]:
    """Say where text goes on in the rows below."""
    for number, row in enumerate(placed(table)):
        for column, cell in row:
            extra = len(_pieces(cell.text)) - 1
            if extra:
                yield (
                    f"Row {starts[number] + 1}, column '{table.columns[column].heading[:60]}': the "
                    f"text has {len(cell.text):,} characters and continues in the "
                    f"{extra} row{'s' * (extra > 1)} below, because a spreadsheet cell holds "
                    f"{CELL_LIMIT:,} characters at most."
                )
