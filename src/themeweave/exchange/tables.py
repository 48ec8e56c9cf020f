"""Sheets of other programs: codes, quotations and studies, known by their headings.

Taguette, Dedoose, NVivo, MAXQDA, Rayyan, ASReview and Covidence each write headings of their own;
JBI's tables of findings are known by theirs. Any other sheet is read by a mapping that says which
column is which, or where its headings are ours.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from themeweave.corpus.columns import key
from themeweave.corpus.exports import translate
from themeweave.corpus.sheets import read_pages
from themeweave.corpus.tables import Sheet
from themeweave.errors import ReviewError
from themeweave.exchange.building import Building, one_line
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import Project

OURS = ("text", "code", "source", "coder", "comment", "page", "id", "description", "separator")
_PATH = re.compile(r"\s*(?:>|\\+|→)\s*")
_YES = ("true", "1", "yes", "x")


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet as a program writes it."""

    words: str
    headings: tuple[str, ...]  # that all stand in it, as `key` has them
    read: Callable[[Sheet, Building], None]
    origin: str


def read_table(
    raw: bytes, name: str, suffix: str, mapping: Mapping[str, str] | None = None
) -> tuple[Project, Losses]:
    """Read a sheet of another program.

    Parameters
    ----------
    raw, name, suffix
        As for `corpus.sheets.read_sheet`.
    mapping
        Which column is which, by the names of `OURS`; a code's path is split at ``separator``.

    Raises
    ------
    ReviewError
        Where the sheet cannot be read, and where its headings are not known and no mapping says
        what they mean.
    """
    losses = Losses()
    made = Building(name, losses)
    for sheet in read_pages(raw, name, suffix):
        if mapping:
            _mapped(sheet, made, mapping)
            return made.project("", "sheet"), losses
        columns = {key(column) for column in sheet.columns}
        for layout in LAYOUTS:
            if columns.issuperset(layout.headings):
                losses.read("sheet", sheet.name, f"read as {layout.words}")
                layout.read(sheet, made)
                return made.project("", layout.origin), losses
    pages = read_pages(raw, name, suffix)
    raise ReviewError(
        "the sheet's headings are those of no program that is known",
        name,
        "Say with --mapping FILE which column is which; docs/exchange.md shows how. An extraction "
        "sheet goes into corpus/ as findings.",
        faults=[f"{page.name}: {', '.join(page.columns)}" for page in pages],
    )


def read_mapping(raw: bytes, name: str) -> dict[str, str]:
    r"""Read a mapping file: TOML, our names on the left, the sheet's headings on the right.

    Raises
    ------
    ReviewError
        For a file that is not TOML, and for names that are not ours.

    Examples
    --------
    >>> read_mapping(b'[columns]\ntext = "Key quote"\ncode = "Theme"', "map.toml")
    {'text': 'Key quote', 'code': 'Theme'}
    """
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
        held = data["columns"]
        mapping = {str(ours): str(theirs) for ours, theirs in held.items()}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, AttributeError):
        raise ReviewError(
            "the mapping is not as it should be",
            name,
            'Write [columns] and below it lines like: text = "Key quote".',
        ) from None
    unknown = [ours for ours in mapping if ours not in OURS]
    if unknown or not {"text", "code"} & set(mapping):
        raise ReviewError(
            f"the mapping does not say text or code, or names what is not known: {unknown}",
            name,
            f"Choose among: {', '.join(OURS)}.",
        )
    return mapping


def _cells(sheet: Sheet) -> dict[str, str]:
    """Give each column's name by its key; of several, the first."""
    return {key(column): column for column in reversed(sheet.columns)}


def _left(sheet: Sheet, made: Building, *used: str) -> None:
    """Note the columns that are not read."""
    for column in sheet.columns:
        if key(column) not in used and column:
            made.losses.dropped("column", column, "not read")


def _mapped(sheet: Sheet, made: Building, mapping: Mapping[str, str]) -> None:
    named = _cells(sheet)
    absent = [
        f"{ours} = '{theirs}'"
        for ours, theirs in mapping.items()
        if ours != "separator" and key(theirs) not in named
    ]
    if absent:
        raise ReviewError(
            f"the mapping names columns that the sheet does not have: {', '.join(absent)}",
            sheet.name,
            f"The header has: {', '.join(sheet.columns)}.",
        )
    column = {ours: named[key(theirs)] for ours, theirs in mapping.items() if ours != "separator"}
    split = mapping.get("separator", "")
    for row in sheet.rows:
        told = {ours: row[theirs] for ours, theirs in column.items()}
        codes = _listed(told.get("code", ""))
        paths = [code.split(split) if split else _PATH.split(code) for code in codes]
        if "text" not in column:
            for path in paths:
                made.code(path, told.get("description", ""), listed=True)
            continue
        own = made.quotation(
            told.get("source", ""),
            told["text"],
            key=told.get("id", ""),
            comment=told.get("comment", ""),
            page=told.get("page", ""),
            user=told.get("coder", ""),
        )
        for path in paths:
            made.apply(own, made.code(path), told.get("coder", ""))
    _left(sheet, made, *(key(theirs) for theirs in column.values()))


def _listed(cell: str) -> list[str]:
    """Split a cell that lists several codes, by semicolons or lines."""
    return list(filter(None, (one_line(part) for part in re.split(r"[;\n]", cell))))


def _taguette(sheet: Sheet, made: Building) -> None:
    named = _cells(sheet)
    for row in sheet.rows:
        own = made.quotation(row[named["document"]], row[named["content"]], key=row[named["id"]])
        if tag := row[named["tag"]]:
            made.apply(own, made.code([tag]))
    _left(sheet, made, "id", "document", "tag", "content")


def _dedoose(sheet: Sheet, made: Building) -> None:
    named = _cells(sheet)
    applied = {
        column: _PATH.split(found[1])
        for column in sheet.columns
        if (found := re.fullmatch(r"Code:\s*(.+?)\s+Applied", column))
    }
    for path in applied.values():
        made.code(path)
    creator, range_ = named.get("excerptcreator", ""), named.get("excerptrange", "")
    for row in sheet.rows:
        own = made.quotation(
            row[named["mediatitle"]],
            row[named["excerptcopy"]],
            key=row[range_],
            user=row[creator],
        )
        for column, path in applied.items():
            if row[column].casefold() in _YES:
                made.apply(own, made.code(path), row[creator])
    used = ("mediatitle", "excerptcopy", "excerptcreator", "excerptrange")
    _left(sheet, made, *used, *map(key, applied))


def _codebook(*names: str) -> Callable[[Sheet, Building], None]:
    """Read a list of codes; deeper ones are written as a path, or set in with spaces."""

    def read(sheet: Sheet, made: Building) -> None:
        named = _cells(sheet)
        name = next(named[n] for n in names if n in named)
        told = next((named[n] for n in ("description", "memo", "comment") if n in named), "")
        for row in sheet.rows:
            if row[name]:
                # Taguette's tags are flat, whatever signs stand in them.
                path = [row[name]] if names == ("tag",) else _path_of(row[name])
                made.code(path, row[told], row[named.get("color", "")], listed=True)
        _left(sheet, made, *names, "description", "memo", "comment", "color")

    return read


def _path_of(name: str) -> list[str]:
    """Split a code's name into its path; NVivo writes 'Nodes' or 'Codes' in front of it."""
    path = [part for part in _PATH.split(name) if part.strip()]
    return path[1:] if len(path) > 1 and path[0].casefold() in ("nodes", "codes") else path


def _jbi(sheet: Sheet, made: Building) -> None:
    """Read JBI's findings: synthesised finding, category, finding, illustration, credibility."""
    named = _cells(sheet)
    upper = next((n for n in named if n.startswith(("synthesi", "overarching"))), "")
    lower = next((n for n in named if n in ("category", "categories")), "")
    source = next(
        (n for n in ("study", "source", "review", "citation", "author") if n in named), ""
    )
    for row in sheet.rows:
        credible = row[named.get("credibility", "")]
        shown = row[named["illustration"]]
        comment = [f"Illustration: {shown}"] * bool(shown)
        comment += [f"Credibility: {credible}"] * bool(credible)
        own = made.quotation(
            row[named.get(source, "")],
            row[named["finding"]],
            key=row[named.get("id", "")],
            comment="\n".join(comment),
            page=row[named.get("page", "")],
        )
        path = [row[named[n]] for n in (upper, lower) if n and row[named[n]]]
        if path:
            made.apply(own, made.code(path))
    known = ("finding", "illustration", "credibility", "id", "page", source, upper, lower)
    _left(sheet, made, *known)


def _works(sheet: Sheet, made: Building) -> None:
    """Read a list of studies through the layouts that a review's own sheet may have."""
    told = translate(sheet, "reviews")
    for note in told.notes:
        made.losses.read("layout", sheet.name, note)
    for row in told.rows:
        _work(made, row["label"], row["title"], row["year"], row["doi"])


def _work(made: Building, label: str, title: str, year: str, doi: str) -> None:
    label = label or title
    if not label:
        made.losses.dropped("study", "", "it has neither a label nor a title")
        return
    made.works.append({"id": "", "label": label, "title": title, "year": year, "doi": doi})
    made.losses.read("study", label)


def _asreview(sheet: Sheet, made: Building) -> None:
    """Take the records that were labelled relevant."""
    named = _cells(sheet)
    label = next(n for n in ("asreviewlabel", "includedlabel", "label", "included") if n in named)
    names = [
        next((named[n] for n in wanted if n in named), "")
        for wanted in (
            ("authors", "author", "firstauthors"),
            ("year", "publicationyear", "date"),
            ("title", "primarytitle"),
            ("doi",),
        )
    ]
    for row in sheet.rows:
        authors, year, title, doi = (row[name] if name else "" for name in names)
        if row[named[label]].casefold() in (*_YES, "relevant", "included"):
            first = re.split(r",|;| and ", authors)[0].strip()
            _work(made, f"{first} {year}".strip(), title, year, doi)
        else:
            made.losses.dropped("study", _short(title), "not labelled as relevant")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _findings(sheet: Sheet, made: Building) -> None:
    """Read extracted findings that carry no codes, through the layouts of an extraction sheet."""
    told = translate(sheet, "findings")
    for note in told.notes:
        made.losses.read("layout", sheet.name, note)
    text = next((c for c in told.columns if key(c) in ("text", "finding", "findings")), "")
    if not text:
        raise ReviewError(
            "the export does not say which of its fields holds the findings",
            sheet.name,
            'Name it in a mapping file: [columns] text = "Your field", source = "Study ID".',
            faults=[", ".join(told.columns)],
        )
    for row in told.rows:
        if row[text]:
            made.quotation(row["cited"], row[text], key=str(row.number))


def _ours(sheet: Sheet, made: Building) -> None:
    """Read a sheet under our own headings: text, code, source, coder, comment, page."""
    named = _cells(sheet)
    _mapped(sheet, made, {ours: named[ours] for ours in OURS if ours in named})


LAYOUTS = (
    Layout(
        "a Taguette export of highlights",
        ("id", "document", "tag", "content"),
        _taguette,
        "Taguette",
    ),
    Layout(
        "a Taguette codebook",
        ("tag", "description", "numberofhighlights"),
        _codebook("tag"),
        "Taguette",
    ),
    Layout("a Dedoose export of excerpts", ("mediatitle", "excerptcopy"), _dedoose, "Dedoose"),
    Layout("an NVivo list of codes", ("name", "files", "references"), _codebook("name"), "NVivo"),
    Layout("a MAXQDA list of codes", ("code", "memo"), _codebook("code"), "MAXQDA"),
    Layout("a JBI table of findings", ("finding", "illustration"), _jbi, "JBI"),
    Layout(
        "a Covidence export of extracted data",
        ("covidenceno", "studyid", "title"),
        _findings,
        "Covidence",
    ),
    Layout("a Covidence list of studies", ("covidenceno", "study", "title"), _works, "Covidence"),
    Layout("an EPPI-Reviewer report", ("itemid", "shorttitle"), _findings, "EPPI-Reviewer"),
    Layout("a Rayyan list of records", ("key", "title", "authors", "notes"), _works, "Rayyan"),
    Layout("an ASReview dataset", ("title", "asreviewlabel"), _asreview, "ASReview"),
    Layout("an ASReview dataset", ("title", "authors", "included"), _asreview, "ASReview"),
    Layout("an ASReview dataset", ("title", "label", "notes"), _asreview, "ASReview"),
    Layout("a sheet of coded quotations", ("text", "code"), _ours, "sheet"),
    Layout("a list of codes", ("name", "description"), _codebook("name"), "sheet"),
    Layout("a list of codes", ("path", "description"), _codebook("path"), "sheet"),
    Layout("a list of codes", ("tag", "description"), _codebook("tag"), "sheet"),
)
