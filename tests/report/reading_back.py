"""Reads the cells of a table back from each format that it was written in."""

import csv
import html
import io
import re

import docx
import openpyxl
from lxml import html as lxml_html


def from_csv(data, columns):
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return [[re.sub(r"^'(?=\s*[=+\-@＝])", "", field) for field in row] for row in rows]


def from_docx(data, columns):
    table = docx.Document(io.BytesIO(data)).tables[0]
    cells = table._cells  # the table's own property would look at every row again for each cell
    texts = [cell.text for cell in cells]
    return [texts[at : at + columns] for at in range(0, len(texts), columns)]


def from_html(data, columns):
    page = lxml_html.fromstring(data.decode())
    rows, open_spans = [], {}
    for tr in page.iter("tr"):
        row, cells = [], iter(tr)
        for column in range(columns):
            text, left = open_spans.get(column, ("", 0))
            if not left:
                cell = next(cells)
                paragraphs = cell.findall("p")
                text = "\n".join(p.text_content() for p in paragraphs or [cell])
                text += "".join(mark.text_content() for mark in cell.findall("sup") if paragraphs)
                left = int(cell.get("rowspan", 1))
            open_spans[column] = text, left - 1
            row.append(text)
        rows.append(row)
    return rows


def from_md(data, columns):
    lines = [line for line in data.decode().split("\n") if line.startswith("| ")]
    fields = [
        re.split(r"(?<!\\) \| ", line[2:-2]) for line in lines if not set(line) <= set("| :-")
    ]

    def plain(text):
        marked = (
            re.fullmatch(r"(\**)(.*?)\1(<sup>.*</sup>)?", line, re.S).group(2, 3)
            for line in text.split("<br>")
        )
        marked = (line + (mark or "") for line, mark in marked)
        return html.unescape(re.sub(r"\\([\\`*_\[\]|~$#])", r"\1", "\n".join(marked)))

    return [[plain(field) for field in row] for row in fields]


def from_xlsx(data, columns):
    """Rows as shown: a number by its format, a covered cell by what covers it."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    covers = {}
    for span in sheet.merged_cells.ranges:
        for row in range(span.min_row, span.max_row + 1):
            covers[row, span.min_col] = span.min_row
    rows = []
    for number in range(2, sheet.max_row + 1):
        cells = [sheet.cell(covers.get((number, c), number), c) for c in range(1, columns + 1)]
        assert all(cell.data_type != "f" for cell in cells)
        rows.append([_shown(cell) for cell in cells])
    return rows


def _shown(cell):
    if cell.data_type != "n" or cell.value is None:
        return cell.value or ""
    pattern = re.fullmatch(r'(#,##)?0(\.0+)?(?:"(%)")?(?:"( \[[a-z, ]+\])")?', cell.number_format)
    grouped, decimals, percent, marker = pattern.groups()
    digits = len(decimals) - 1 if decimals else 0
    return f"{cell.value:{',' if grouped else ''}.{digits}f}{percent or ''}{marker or ''}"


READERS = {
    ".csv": from_csv,
    ".docx": from_docx,
    ".html": from_html,
    ".md": from_md,
    ".xlsx": from_xlsx,
}
