"""What differs between two copies of a review's files, in words: rows, codes, lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from themeweave.codes.files import read_codebook
from themeweave.corpus.sheets import SUFFIXES, read_sheet
from themeweave.errors import ReviewError
from themeweave.report.words import counted

_SHOWN = 5  # names of each kind


def differing(here: Path, there: Path, names: Sequence[str]) -> Iterator[str]:
    """Say of each file how the other folder's differs; nothing of those that are alike.

    Parameters
    ----------
    here, there
        Two review folders.
    names
        Of the other folder's files, inside of it.
    """
    for name in names:
        own, other = here / name, there / name
        if not own.exists():
            same = sorted(f.name for f in own.parent.glob(f"{own.stem}.*") if f.is_file())
            if same:
                yield f"{name} is there, {' and '.join(same)} here; put both into one"
        elif own.read_bytes() != other.read_bytes():
            yield f"{name} differs: {_how(own, other, name)}"


def _how(own: Path, other: Path, name: str) -> str:
    try:
        if own.suffix in SUFFIXES:
            return _compared(_rows(own, name), _rows(other, name), "row")
        if own.suffix in (".yaml", ".yml") and name.startswith("codebooks/"):
            return _compared(_codes(own, name), _codes(other, name), "code")
    except ReviewError as error:
        return f"one cannot be read, {error.what}"
    return _lines(own.read_bytes(), other.read_bytes())


def _rows(file: Path, name: str) -> dict[str, object]:
    """Give the rows of a sheet by their first cell, and by number where that stands twice."""
    sheet = read_sheet(file.read_bytes(), name, file.suffix)
    first = sheet.columns[0] if sheet.columns else ""
    found: dict[str, object] = {}
    for row in sheet.rows:
        cells = {column: row[column] for column in sheet.columns if row[column]}
        key = row[first] if first else ""
        number = 2
        while key in found:
            key, number = f"{row[first]} ({number})", number + 1
        found[key] = cells
    return found


def _codes(file: Path, name: str) -> dict[str, object]:
    book = read_codebook(file.read_bytes(), name)
    return {code.id: code for code in book.codes}


def _compared(own: Mapping[str, object], other: Mapping[str, object], noun: str) -> str:
    """Say which of two sets of named things are only in one, and which are not alike."""
    parts = (
        ("only here", [key for key in own if key not in other]),
        ("only there", [key for key in other if key not in own]),
        ("not alike", [key for key in own if key in other and own[key] != other[key]]),
    )
    said = [f"{counted(len(keys), noun)} {where} ({_named(keys)})" for where, keys in parts if keys]
    return "; ".join(said) or f"its {noun}s are alike, their order or the text around them is not"


def _named(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return ", ".join(key or "without an id" for key in keys[:_SHOWN]) + more


def _lines(own: bytes, other: bytes) -> str:
    """Say how many lines of two texts differ, and the first."""
    one, two = own.splitlines(), other.splitlines()
    changes = [
        change
        for change in SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
        if change[0] != "equal"
    ]
    if not changes:
        return "only in its line ends"
    here = sum(change[2] - change[1] for change in changes)
    there = sum(change[4] - change[3] for change in changes)
    return (
        f"{counted(here, 'line')} here, {counted(there, 'line')} there, "
        f"the first is line {changes[0][1] + 1}"
    )
