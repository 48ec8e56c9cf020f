"""Word: a table that a journal takes as it is, with real styles and a header row that repeats.

Arial stands in every Word; LibreOffice draws it with Liberation Sans, which has the same widths.
The bytes are stable: document properties and the dates inside the zip file are fixed.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from themeweave.report.prose import Prose, printable_prose
from themeweave.report.tables import Align, Cell, Table, markers, marks, placed, printable_table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.table import _Cell as WordCell
    from docx.table import _Row as WordRow
    from docx.text.paragraph import Paragraph

FONT = "Arial"
PORTRAIT_COLUMNS = 4  # more columns than this turn the page
KEPT_TOGETHER = 600  # characters: a row with a longer cell may break across pages
_TABLE_TEXT = "Tabletext"  # the id of the style "Table text"
_EPOCH = datetime(2000, 1, 1)


def write(table: Table) -> bytes:
    """Write an A4 document: caption, table and notes."""
    import docx

    table = printable_table(table)
    document = docx.Document()
    _set_up(document, table.title, landscape=len(table.columns) > PORTRAIT_COLUMNS)
    document.add_paragraph(table.title, style="Caption")
    if table.columns:
        _fill(document, table)
    _write_notes(document, table)
    out = io.BytesIO()
    document.save(out)
    return _with_fixed_dates(out.getvalue())


def write_picture(table: Table, png: bytes) -> bytes:
    """Write an A4 document with a picture and, below it, the table of what it shows.

    The table's title is the caption of the picture and stands as its description for screen
    readers.
    """
    import docx
    from docx.shared import Emu

    table = printable_table(table)
    document = docx.Document()
    _set_up(document, table.title, landscape=len(table.columns) > PORTRAIT_COLUMNS)
    document.add_paragraph(table.title, style="Caption")
    section = document.sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    width = section.page_width - (section.left_margin or 0) - (section.right_margin or 0)
    drawn = document.add_picture(io.BytesIO(png), width=Emu(width))
    tallest = int(0.75 * section.page_height)
    if drawn.height > tallest:
        drawn.width, drawn.height = Emu(int(width * tallest / drawn.height)), Emu(tallest)
    drawn._inline.docPr.set("descr", table.title)
    document.add_paragraph("", style="Table note")
    _fill(document, table)
    _write_notes(document, table)
    out = io.BytesIO()
    document.save(out)
    return _with_fixed_dates(out.getvalue())


def write_prose(prose: Prose) -> bytes:
    """Write an A4 document of headings and paragraphs, as people go on writing in it."""
    import docx
    from docx.shared import Mm

    prose = printable_prose(prose)
    document = docx.Document()
    _set_up(document, prose.title, landscape=False)
    section = document.sections[0]
    section.left_margin = section.right_margin = Mm(25)
    document.add_paragraph(prose.title, style="Title")
    for block in prose.blocks:
        if block.level:
            document.add_heading(block.text, block.level)
            continue
        style = "Table note" if block.quiet else "Body Text"
        paragraph = document.add_paragraph(style=style)
        if block.lead:
            paragraph.add_run(f"{block.lead} ").bold = True
        paragraph.add_run(block.text)
        _direct(paragraph, block.text)
    out = io.BytesIO()
    document.save(out)
    return _with_fixed_dates(out.getvalue())


def _set_up(document: Document, title: str, *, landscape: bool) -> None:
    """Page, styles and properties."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = document.sections[0]
    short, long = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)
    _set_styles(document)
    properties = document.core_properties
    properties.title, properties.subject = title[:255], ""  # the format's limit
    properties.author = properties.last_modified_by = "themeweave"
    properties.comments = properties.keywords = ""
    properties.language = "en-GB"
    properties.created = properties.modified = _EPOCH
    properties.revision = 1


def _set_styles(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles = document.styles
    for name in ("Table text", "Table note"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    sizes = {"Normal": 10, "Caption": 11, "Table text": 8.5, "Table note": 8}
    sizes |= {"Body Text": 10.5, "Title": 16, "Heading 1": 13, "Heading 2": 11.5}
    spaces = {"Normal": (0, 0), "Caption": (0, 6), "Table text": (1, 1), "Table note": (4, 0)}
    spaces |= {"Body Text": (6, 2), "Title": (0, 10), "Heading 1": (16, 4), "Heading 2": (10, 2)}
    for name, size in sizes.items():
        style = styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().rFonts
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)  # a theme's font would win over the one named here
        for script in ("w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        before, after = spaces[name]
        layout = style.paragraph_format
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        layout.line_spacing = 1.0
    caption = styles["Caption"]
    caption.font.bold = True
    caption.paragraph_format.keep_with_next = True
    level = OxmlElement("w:outlineLvl")  # a caption that the navigation pane lists
    level.set(qn("w:val"), "0")
    caption.element.get_or_add_pPr().append(level)


def _fill(document: Document, table: Table) -> None:
    from docx.shared import Emu

    section = document.sections[0]
    page, left, right = section.page_width, section.left_margin, section.right_margin
    assert page is not None
    assert left is not None
    assert right is not None
    share = (page - left - right) / sum(column.width for column in table.columns)
    word = document.add_table(rows=0, cols=len(table.columns))
    word.autofit = False
    for drawn, column in zip(word.columns, table.columns, strict=True):
        drawn.width = Emu(round(share * column.width))
    _frame(word, table.title)
    header = word.add_row()
    for place, column in zip(header.cells, table.columns, strict=True):
        _write_cell(place, Cell(column.heading, strong=True), column.align)
        _shade(place)
    _mark(header, "w:cantSplit", "w:tblHeader")
    known = markers(table)
    for row in placed(table):
        _fill_row(word.add_row(), dict(row), [column.align for column in table.columns], known)


def _write_notes(document: Document, table: Table) -> None:
    """Write the notes: on the whole table, then on single cells with their markers."""
    for note in table.notes:
        _direct(document.add_paragraph(note, style="Table note"), note)
    for note, marker in markers(table).items():
        paragraph = document.add_paragraph(style="Table note")
        paragraph.add_run(marker).font.superscript = True
        paragraph.add_run(f" {note}")
    if table.references:
        document.add_paragraph(style="Table note").add_run("References").bold = True
    for entry in table.references:
        document.add_paragraph(entry, style="Table note")


def _fill_row(
    drawn: WordRow, cells: dict[int, Cell], aligns: list[Align], known: Mapping[str, str]
) -> None:
    """Fill one row; a column without a cell is covered by a span from above."""
    for column, place in enumerate(drawn.cells):
        cell = cells.get(column)
        if cell is None:
            place._tc.vMerge = "continue"
            continue
        if cell.rows > 1:
            place._tc.vMerge = "restart"
        _write_cell(place, cell, aligns[column])
        if cell.notes:
            run = place.paragraphs[-1].add_run(marks(cell, known))
            run.font.superscript = True
    if all(len(cell.text) <= KEPT_TOGETHER for cell in cells.values()):
        _mark(drawn, "w:cantSplit")


def _write_cell(place: WordCell, cell: Cell, align: Align) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    sides = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
    }
    for number, line in enumerate(cell.text.split("\n")):
        paragraph = place.add_paragraph() if number else place.paragraphs[0]
        paragraph._p.style = _TABLE_TEXT  # by name each time would search all styles for it
        run = paragraph.add_run(line)
        run.bold = (cell.strong and not number) or None  # what stands below a name is plain
        run.italic = cell.quiet or None
        if align != "left":
            paragraph.alignment = sides[align]
        _direct(paragraph, line)


def _direct(paragraph: Paragraph, line: str) -> None:
    """Set a paragraph whose text runs from right to left that way."""
    from docx.oxml import OxmlElement

    if _runs_right_to_left(line):
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        for run in paragraph.runs:
            run.font.rtl = True


def _runs_right_to_left(text: str) -> bool:
    """Tell whether the first letter with a direction is Hebrew, Arabic or the like."""
    directions = (unicodedata.bidirectional(sign) for sign in text)
    return next((d for d in directions if d in ("L", "R", "AL")), "L") != "L"


def _frame(word: WordTable, title: str) -> None:
    """Rules above and below, hairlines between rows, padding, and a name for screen readers."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    heavy, hair = 'w:val="single" w:sz="8" w:color="404040"', 'w:val="single" w:sz="4"'
    borders = (
        f"<w:tblBorders {nsdecls('w')}><w:top {heavy}/><w:bottom {heavy}/>"
        f'<w:insideH {hair} w:color="BFBFBF"/></w:tblBorders>'
    )
    padding = (
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="70" w:type="dxa"/>'
        f'<w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
    )
    properties = word._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    assert layout is not None  # set when autofit was switched off
    layout.addprevious(parse_xml(borders))
    layout.addnext(parse_xml(padding))
    name = parse_xml(f"<w:tblCaption {nsdecls('w')}/>")
    name.set(qn("w:val"), title[:255])
    properties.append(name)  # the last but one that the schema allows, so after all others


def _shade(place: WordCell) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    place._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="EDEDED"/>')
    )


def _mark(row: WordRow, *flags: str) -> None:
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    for flag in flags:
        properties.append(OxmlElement(flag))


def _with_fixed_dates(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()
