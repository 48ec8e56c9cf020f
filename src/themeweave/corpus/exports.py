"""Exports of other programs, known by their headers and turned into our columns.

Covidence, EPPI-Reviewer, Taguette and Dedoose give findings; Covidence's list of studies and Rayyan
give reviews. What was taken and what was left is said; columns that are not ours stay in the sheet
under their own names.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from themeweave.corpus.columns import key
from themeweave.corpus.encoding import decode
from themeweave.corpus.tables import Row, Sheet, rename
from themeweave.errors import ReviewError

_DOCUMENT = re.compile(r"\.(?:pdf|docx?|odt|rtf|txt|md|html?|epub)$", re.IGNORECASE)
_EXCLUDED = re.compile(r"\bExclusion reason:", re.IGNORECASE)
_PDF_TEXT = re.compile(r'\APage (\d+):\s*\[¬s\]"?(.*?)"?\[¬e\]"?\s*\Z', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Layout:
    """The export of a program: how it is known, and how it becomes one of our sheets."""

    words: str
    gives: str  # findings or reviews
    columns: tuple[str, ...]  # that all stand in its header, as `key` has them
    turn: Callable[[Sheet], Sheet]


def translate(sheet: Sheet, wanted: str) -> Sheet:
    """Turn the export of another program into our columns; any other sheet is given back as it is.

    Parameters
    ----------
    sheet
        As it stands in the file.
    wanted
        ``findings`` or ``reviews``: what the sheet is read for.

    Raises
    ------
    ReviewError
        Where the export is known, but gives the other of the two.

    Examples
    --------
    >>> rows = (Row(2, {"id": "7", "document": "Ng 2020.pdf", "tag": "Pay", "content": "Low pay"}),)
    >>> taguette = Sheet("tags.csv", ("id", "document", "tag", "content"), rows)
    >>> dict(translate(taguette, "findings").rows[0].cells)
    {'id': '7', 'text': 'Low pay', 'cited': 'Ng 2020', 'tag': 'Pay'}
    """
    ours = {"findings": "text", "reviews": "label"}[wanted]
    layout = None if ours in sheet.columns else _known(sheet)
    if layout is None:
        return sheet
    if layout.gives != wanted:
        raise ReviewError(
            f"this is {layout.words}: it holds {layout.gives}, not {wanted}",
            sheet.name,
            f"Put it into corpus/ under the name {layout.gives}.",
        )
    return layout.turn(sheet)


def is_export(columns: Sequence[str]) -> bool:
    """Tell whether a header may be that of another program's export, which is read whole.

    Examples
    --------
    >>> is_export(["Media Title", "Excerpt Copy"]), is_export(["id", "text", "Excerpt Copy"])
    (True, False)
    """
    return "text" not in columns and any(
        set(map(key, columns)).issuperset(layout.columns) for layout in LAYOUTS
    )


def _known(sheet: Sheet) -> Layout | None:
    columns = set(map(key, sheet.columns))
    fit = (layout for layout in LAYOUTS if columns.issuperset(layout.columns))
    return next((one for one in fit if one is not _RAYYAN or _has_rayyan_notes(sheet)), None)


def _taken(sheet: Sheet, **names: str) -> Sheet:
    """Rename columns by the key of their name; a header that stands twice is kept once."""
    once = {key(column): column for column in reversed(sheet.columns)}
    sheet = replace(sheet, columns=tuple(dict.fromkeys(sheet.columns)))
    return rename(sheet, {ours: once[name] for ours, name in names.items() if name in once})


def _changed(row: Row, **cells: str) -> Row:
    return Row(row.number, {**row.cells, **cells})


def _study(document: str) -> str:
    """Name the study whose document this is: the file's name without its ending."""
    return _DOCUMENT.sub("", document)


def _taguette(sheet: Sheet) -> Sheet:
    """Join the rows of each highlight: Taguette writes one for each of its tags."""
    told = _taken(sheet, id="id", text="content", cited="document")
    first: dict[tuple[str, str], Row] = {}
    tags: dict[tuple[str, str], dict[str, None]] = {}
    for row in told.rows:
        highlight = row["id"], row["text"]
        first.setdefault(highlight, _changed(row, cited=_study(row["cited"])))
        tags.setdefault(highlight, {})[row["tag"]] = None
    rows = [_changed(row, tag="; ".join(filter(None, tags[h]))) for h, row in first.items()]
    return replace(told, rows=tuple(rows)).noted(
        "a Taguette export of highlights: read 'content' as text, 'document' as cited; "
        f"{len(sheet.rows)} rows are {len(rows)} highlights; left 'tag', which is no code here"
    )


def _dedoose(sheet: Sheet) -> Sheet:
    told = _taken(sheet, text="excerptcopy", cited="mediatitle")
    rows = tuple(_changed(row, cited=_study(row["cited"])) for row in told.rows)
    left = len(told.columns) - 2
    return replace(told, rows=rows).noted(
        "a Dedoose export of excerpts: read 'Excerpt Copy' as text, 'Media Title' as cited; "
        f"left {left} columns, among them the codes that were applied"
    )


def _covidence(sheet: Sheet) -> Sheet:
    """Take what was agreed: of a study with a consensus, the rows of single reviewers are left."""
    told = _taken(sheet, cited="studyid")
    who = next((c for c in sheet.columns if key(c) == "reviewername"), "")
    number = next(c for c in sheet.columns if key(c) == "covidenceno")
    agreed = {_bare(row[number]) for row in told.rows if key(row[who]) == "consensus"}
    rows = [r for r in told.rows if _bare(r[number]) not in agreed or key(r[who]) == "consensus"]
    left = len(told.rows) - len(rows)
    return replace(told, rows=tuple(rows)).noted(
        "a Covidence export of extracted data: read 'Study ID' as cited"
        + (f"; left {left} rows of single reviewers, where a consensus stands" if left else "")
    )


def _bare(number: str) -> str:
    """Give a study's number, which Covidence writes with or without a # in front."""
    return number.lstrip("# ")


def _covidence_list(sheet: Sheet) -> Sheet:
    """Take the studies that were not excluded: the reason for that stands in their notes."""
    told = _taken(sheet, id="study", title="title", year="publishedyear", doi="doi")
    notes = next((c for c in sheet.columns if key(c) == "notes"), "")
    excluded = [row for row in told.rows if _EXCLUDED.search(row[notes])]
    if told.rows and len(excluded) == len(told.rows):
        raise ReviewError(
            "a Covidence list of studies that were all excluded",
            sheet.name,
            "Export the list of included studies.",
        )
    rows = tuple(_changed(row, label=row["id"]) for row in told.rows if row not in excluded)
    columns = ("id", "label", *(c for c in told.columns if c != "id"))
    return replace(told, columns=columns, rows=rows).noted(
        "a Covidence list of studies: read 'Study' as id and label, 'Published Year' as year"
        + (f"; left {len(excluded)} with an exclusion reason" if excluded else "")
    )


def _eppi(sheet: Sheet) -> Sheet:
    return _taken(sheet, cited="shorttitle").noted(
        "an EPPI-Reviewer report: read 'Short Title' as cited"
    )


def _has_rayyan_notes(sheet: Sheet) -> bool:
    notes = next((c for c in sheet.columns if key(c) == "notes"), "")
    return any("RAYYAN-" in row[notes] for row in sheet.rows)


def _rayyan(sheet: Sheet) -> Sheet:
    """Take the records that somebody included and nobody excluded."""
    told = _taken(sheet, id="key", title="title", year="year", doi="doi")
    rows: list[Row] = []
    for row in told.rows:
        said = re.search(r"RAYYAN-INCLUSION:\s*\{(.*?)\}", row["notes"])
        votes = set(re.findall(r'=>\s*"(\w+)"', said[1])) if said else set()
        if "Included" in votes and "Excluded" not in votes:
            author = re.split(r",|;| and ", row["authors"])[0].strip()
            rows.append(_changed(row, label=f"{author} {row['year']}".strip()))
    if not rows:
        raise ReviewError(
            "a Rayyan list without a record that was included",
            sheet.name,
            "Export it again with the decisions, or list the reviews yourself.",
        )
    columns = ("id", "label", *(c for c in told.columns if c != "id"))
    return replace(told, columns=columns, rows=tuple(rows)).noted(
        "a Rayyan list of records: read 'key' as id, first author and year as label; took "
        f"{len(rows)} records that were included, left {len(told.rows) - len(rows)} others"
    )


_RAYYAN = Layout(
    "a Rayyan list of records", "reviews", ("key", "title", "authors", "notes"), _rayyan
)
LAYOUTS = (
    Layout(
        "a Taguette export of highlights",
        "findings",
        ("id", "document", "tag", "content"),
        _taguette,
    ),
    Layout("a Dedoose export of excerpts", "findings", ("mediatitle", "excerptcopy"), _dedoose),
    Layout(
        "a Covidence export of extracted data",
        "findings",
        ("covidenceno", "studyid", "title"),
        _covidence,
    ),
    Layout(
        "a Covidence list of studies", "reviews", ("covidenceno", "study", "title"), _covidence_list
    ),
    Layout("an EPPI-Reviewer report", "findings", ("itemid", "shorttitle"), _eppi),
    _RAYYAN,
)


def read_eppi(raw: bytes, name: str, encoding: str = "") -> Sheet:
    r"""Read EPPI-Reviewer's JSON export: each text that was coded or noted is a row.

    Parameters
    ----------
    raw, name, encoding
        As for `decode`.

    Returns
    -------
    Sheet
        With the columns text, cited (the item's short title, or its id), code, arm, page, source.
        Rows are numbered from 1 in the order of the file.

    Raises
    ------
    ReviewError
        Where the file is not JSON, or not such an export, or holds no text.
    """
    place = "Export the items with their coding from EPPI-Reviewer again, as JSON."
    try:
        data = json.loads(decode(raw, name, encoding))
        names = dict(_codes(data["CodeSets"]))
        texts = list(_coded(data["References"], names))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        what = "the file is not a JSON export of EPPI-Reviewer"
        raise ReviewError(what, name, place) from None
    if not texts:
        what = "the EPPI-Reviewer export holds no coded text and no notes on codes"
        raise ReviewError(what, name, place)
    rows = tuple(Row(number, cells) for number, cells in enumerate(texts, start=1))
    columns = ("text", "cited", "code", "arm", "page", "source")
    kinds = Counter(cells["source"] for cells in texts)
    items = len({cells["cited"] for cells in texts})
    return Sheet(name, columns, rows).noted(
        f"an EPPI-Reviewer export: read {kinds['document']} coded texts and {kinds['note']} notes "
        f"on codes of {items} items as text, the items' short titles as cited; left the codes "
        "without text, and outcomes"
    )


def _codes(sets: Sequence[Mapping[str, Any]]) -> Iterator[tuple[object, str]]:
    """Name the codes of all sets, whatever their depth."""
    waiting = [one.get("Attributes") for one in reversed(sets)]
    while waiting:
        for code in (waiting.pop() or {}).get("AttributesList") or ():
            yield code["AttributeId"], str(code["AttributeName"])
            waiting.append(code.get("Attributes"))


def _coded(
    items: Sequence[Mapping[str, Any]], names: Mapping[object, str]
) -> Iterator[dict[str, str]]:
    for item in items:
        cited = str(item.get("ShortTitle") or item["ItemId"]).strip()
        for code in item.get("Codes") or ():
            arm = str(code.get("ArmTitle") or "").strip()
            given = {"cited": cited, "code": names.get(code["AttributeId"], ""), "arm": arm}
            for detail in code.get("ItemAttributeFullTextDetails") or ():
                text = str(detail.get("Text") or "").strip()
                page = _PDF_TEXT.match(text)
                if page:  # several selections on a page stand on lines of their own, in quotes
                    text = " [...] ".join(re.split(r'"\s*\n\s*"', page[2]))
                if text:
                    found = {"page": page[1] if page else "", "source": "document"}
                    yield {"text": text, **given, **found}
            if note := str(code.get("AdditionalText") or "").strip():
                yield {"text": note, **given, "page": "", "source": "note"}
