"""Confidence sheets of a review folder: CERQual, ConQual, GRADE, and what links themes to outcomes.

They stand in confidence/: cerqual, conqual, grade and links, each a sheet that people fill in. The
program writes the sheet with its proposals; only the columns judgement and explanation count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from themeweave.corpus.sheets import SUFFIXES, read_sheet
from themeweave.corpus.tables import Row, Sheet
from themeweave.errors import ReviewError
from themeweave.evidence.confidence import (
    COMPONENTS,
    CONCERNS,
    LEVELS,
    OVERALL,
    Judged,
    concern,
)
from themeweave.evidence.conqual import CREDIBILITY
from themeweave.review.nearest import nearest

FOLDER = "confidence"
REQUIRED = {
    "cerqual": ("theme", "component", "judgement", "explanation"),
    "conqual": ("theme", "finding", "credibility", "study"),
    "grade": ("outcome", "certainty", "explanation"),
    "links": ("outcome", "theme"),
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A finding in a meta-aggregation: how credible, in which study, how dependable that is."""

    theme: str
    finding: str
    credibility: str  # U, C, NS
    study: str
    dependability: int | None  # 0 to 5; None: as the study's appraisal says


@dataclass(frozen=True, slots=True)
class Judgements:
    """What people wrote in confidence/."""

    statements: Mapping[str, str] = field(default_factory=dict)  # theme -> its statement
    cerqual: Mapping[str, Mapping[str, Judged]] = field(default_factory=dict)
    conqual: tuple[Scored, ...] = ()
    across: str = "worst"
    grade: Mapping[str, Judged] = field(default_factory=dict)  # outcome -> certainty
    links: tuple[tuple[str, str, str], ...] = ()  # outcome, theme, note


def read_confidence(
    folder: Path,
    themes: Collection[str],
    findings: Collection[str],
    read: Callable[[Path], bytes],
) -> tuple[Judgements, list[str]]:
    """Read the sheets of confidence/: the judgements, and the faults of the rows.

    Parameters
    ----------
    themes, findings
        The ids that rows may name.
    """
    sheets, faults = _opened(folder, read)
    statements: dict[str, str] = {}
    cerqual: dict[str, dict[str, Judged]] = {}
    scored: list[Scored] = []
    grade: dict[str, Judged] = {}
    links: list[tuple[str, str, str]] = []
    across = "worst"
    if sheet := sheets.get("cerqual"):
        faults += _read_cerqual(sheet, themes, statements, cerqual)
    if sheet := sheets.get("conqual"):
        faults += _read_conqual(sheet, themes, findings, scored)
        across = next((row["across"] for row in sheet.rows if row["across"]), across)
    if across not in ("worst", "majority"):
        faults.append(f"{FOLDER}/conqual, column 'across': '{across}' must be worst or majority")
    if sheet := sheets.get("grade"):
        faults += _read_grade(sheet, grade)
    if sheet := sheets.get("links"):
        faults += _read_links(sheet, themes, links)
    return Judgements(statements, cerqual, tuple(scored), across, grade, tuple(links)), faults


def _opened(folder: Path, read: Callable[[Path], bytes]) -> tuple[dict[str, Sheet], list[str]]:
    """Open the sheets that are there, by name."""
    sheets: dict[str, Sheet] = {}
    faults: list[str] = []
    for name, required in REQUIRED.items():
        files = [folder / FOLDER / f"{name}{suffix}" for suffix in SUFFIXES]
        found = [file for file in files if file.is_file()]
        if len(found) > 1:
            named = " and ".join(f"{FOLDER}/{file.name}" for file in found)
            faults.append(f"{named} both exist; keep one of them")
        for file in found[:1]:
            shown = f"{FOLDER}/{file.name}"
            try:
                sheets[name] = read_sheet(read(file), shown, file.suffix, required)
            except ReviewError as error:
                faults += [f"{shown}: {fault}" for fault in error.faults or (error.what,)]
    return sheets, faults


def _theme_fault(sheet: Sheet, row: Row, themes: Collection[str]) -> Iterator[str]:
    theme = row["theme"]
    if theme not in themes:
        said = f"'{theme}' is no theme{nearest(theme, themes)}" if theme else "empty"
        yield f"{sheet.place(row, 'theme')}: {said}"


def _read_cerqual(
    sheet: Sheet,
    themes: Collection[str],
    statements: dict[str, str],
    cerqual: dict[str, dict[str, Judged]],
) -> Iterator[str]:
    """Fill in statements and judgements; yields the faults."""
    for row in sheet.rows:
        theme, component, written = row["theme"], row["component"].casefold(), row["judgement"]
        yield from _theme_fault(sheet, row, themes)
        if component not in (*COMPONENTS, OVERALL):
            near = nearest(component, (*COMPONENTS, OVERALL))
            yield f"{sheet.place(row, 'component')}: '{component}' is no component{near}"
            continue
        if row["statement"]:
            statements.setdefault(theme, row["statement"])
        if not written and not row["explanation"]:
            continue
        level, fault = _level(written, component == OVERALL)
        if fault:
            yield f"{sheet.place(row, 'judgement')}: {fault}"
        elif not row["explanation"]:
            yield f"{sheet.place(row, 'explanation')}: empty; a judgement needs its explanation"
        elif component in cerqual.setdefault(theme, {}):
            yield f"{sheet.name}, row {row.number}: {component} of '{theme}' stands there twice"
        else:
            cerqual[theme][component] = Judged(level, row["explanation"], row["by"])
    for theme, judged in cerqual.items():
        if OVERALL in judged and (missing := [c for c in COMPONENTS if c not in judged]):
            yield f"{sheet.name}, '{theme}': judged overall before {', '.join(missing)}"


def _level(written: str, overall: bool) -> tuple[str, str]:
    """Give the level that is written, and what is wrong with it."""
    if not written:
        return "", "empty, but there is an explanation"
    level = written.casefold() if overall else concern(written)
    known = LEVELS if overall else CONCERNS
    return level, "" if level in known else f"'{written}' must be one of {', '.join(known)}"


def _read_links(
    sheet: Sheet, themes: Collection[str], links: list[tuple[str, str, str]]
) -> Iterator[str]:
    """Fill in links; rows that say no in the column linked, or nothing, are suggestions."""
    for row in sheet.rows:
        if "linked" in sheet.columns and row["linked"].casefold() not in ("yes", "y"):
            continue
        yield from _theme_fault(sheet, row, themes)
        if not row["outcome"]:
            yield f"{sheet.place(row, 'outcome')}: empty"
        links.append((row["outcome"], row["theme"], row["note"]))


def _read_conqual(
    sheet: Sheet, themes: Collection[str], findings: Collection[str], scored: list[Scored]
) -> Iterator[str]:
    for row in sheet.rows:
        yield from _theme_fault(sheet, row, themes)
        finding, credibility = row["finding"], row["credibility"].upper()
        if finding not in findings:
            said = f"'{finding}' is no finding{nearest(finding, findings)}" if finding else "empty"
            yield f"{sheet.place(row, 'finding')}: {said}"
        if credibility not in CREDIBILITY:
            yield f"{sheet.place(row, 'credibility')}: '{row['credibility']}' must be U, C or NS"
        count = row["dependability"]
        if count and count not in tuple("012345"):
            yield f"{sheet.place(row, 'dependability')}: '{count}' must be from 0 to 5"
        elif not count and not row["study"]:
            yield f"{sheet.place(row, 'study')}: empty, and there is no dependability either"
        else:
            scored.append(
                Scored(
                    row["theme"], finding, credibility, row["study"], int(count) if count else None
                )
            )


def _read_grade(sheet: Sheet, grade: dict[str, Judged]) -> Iterator[str]:
    for row in sheet.rows:
        level = row["certainty"].casefold()
        if not row["outcome"]:
            yield f"{sheet.place(row, 'outcome')}: empty"
        elif level and level not in LEVELS:
            yield (
                f"{sheet.place(row, 'certainty')}: '{row['certainty']}' must be one of "
                f"{', '.join(LEVELS)}"
            )
        elif level and not row["explanation"]:
            yield f"{sheet.place(row, 'explanation')}: empty; a judgement needs its explanation"
        elif row["outcome"] in grade:
            yield f"{sheet.name}, row {row.number}: '{row['outcome']}' stands there twice"
        elif level:
            grade[row["outcome"]] = Judged(level, row["explanation"], row["by"])
