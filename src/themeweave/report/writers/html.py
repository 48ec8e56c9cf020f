"""HTML: a table as a fragment for the report and as a page of its own.

The one door to Jinja2; every template escapes what it is given. Widths are rules in a style
sheet, never style attributes, so that a page can forbid those.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache, partial
from typing import TYPE_CHECKING

from themeweave.report.addresses import addresses
from themeweave.report.tables import Table, markers, marks, placed, printable_table

if TYPE_CHECKING:
    from jinja2 import Environment


def write(table: Table) -> bytes:
    """Write one self-contained page that makes no request and runs no script."""
    table = printable_table(table)
    css = asset("table.css") + widths_css(table)
    page = environment().get_template("table_page.html.j2")
    return page.render(
        table=table, fragment=fragment(table), css=css, csp=content_policy(css)
    ).encode()


def fragment(table: Table) -> str:
    """Render a table as HTML.

    Each cell names its findings in ``data-sources`` and its address in ``data-address``.
    """
    table = printable_table(table)
    named = iter(addresses(table))
    rows = [[(place, cell, next(named, "")) for place, cell in row] for row in placed(table)]
    return (
        environment()
        .get_template("table.html.j2")
        .render(
            table=table,
            rows=rows,
            anchor=table_anchor(table),
            markers=(known := markers(table)),
            marks=partial(marks, known=known),
        )
    )


def table_anchor(table: Table) -> str:
    """Give the id of a table within a page.

    Examples
    --------
    >>> from themeweave.report.tables import Table
    >>> table_anchor(Table("CFIR table", "", (), ()))
    'table-cfir-table'
    """
    return "table-" + slug(table.name)


def slug(text: str) -> str:
    """Turn a name into letters, digits and hyphens, fit for an id.

    Examples
    --------
    >>> slug("Trust & hope_2"), slug("F037")
    ('trust-hope-2', 'f037')
    """
    return re.sub(r"[^\w]+|_+", "-", text.lower()).strip("-") or "x"


def widths_css(table: Table) -> str:
    """Give the style rules for a table's relative column widths."""
    place, total = table_anchor(table), sum(column.width for column in table.columns)
    return "".join(
        f"#{place} col:nth-child({number}){{width:{100 * column.width / total:.2f}%}}\n"
        for number, column in enumerate(table.columns, start=1)
    )


def content_policy(css: str, *scripts: str) -> str:
    """Give the content security policy that allows just this style sheet and these scripts.

    Nothing can be fetched, and nothing that data smuggles in can run: a browser executes only
    what has the hash.
    """
    parts = ["default-src 'none'", "img-src data:", f"style-src {_hash(css)}"]
    if scripts:
        parts.append(f"script-src {' '.join(_hash(script) for script in scripts)}")
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def _hash(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def asset(name: str) -> str:
    """Read a style sheet or script that ships with the templates."""
    from importlib.resources import files

    return (files("themeweave.report") / "templates" / name).read_text("utf-8")


@cache
def environment() -> Environment:
    """Load the templates, with escaping always on and undefined names refused."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("themeweave.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
