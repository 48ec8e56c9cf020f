"""Survey: all findings of a sheet are read once, and their faults found, before any is coded.

What was read is laid down in a temporary file without a name, which goes when the program ends.
In memory there are eight bytes a finding, by which ids that stand twice are found.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from themeweave.codes.context import goes_on
from themeweave.corpus.tables import Row, Sheet
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.findings.sheets import read_finding, standing_twice, stream_findings_sheet
from themeweave.review.files import quiet

CHUNK = 500  # findings that are coded together
_LONGEST_CHUNK = 2_000_000  # characters, so that very long texts do not fill the memory
_STRETCH = 2  # times as long a chunk may become, until one does not go on with "they"
_SHOWN = 50  # faults of a message


@dataclass(frozen=True, slots=True)
class Chunk:
    """Findings that stand one after the other and are coded together."""

    rows: tuple[int, ...]  # their numbers in the sheet
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The findings of a sheet, ready to be coded."""

    name: str
    findings: int
    set_aside: tuple[str, ...]  # rows without a text, in words
    sha256: str  # of the sheet's file
    _spool: IO[str]

    def chunks(self, size: int = CHUNK) -> Iterator[Chunk]:
        """Iterate the findings in chunks, which depend on the sheet alone.

        A chunk does not end before a finding that goes on with *they*: what it means stands in
        the finding before.
        """
        rows: list[int] = []
        findings: list[Finding] = []
        characters = 0
        for row, finding in _laid_down(self._spool):
            full = len(findings) >= size or characters >= _LONGEST_CHUNK
            if full and (len(findings) >= _STRETCH * size or not goes_on(finding.text)):
                yield Chunk(tuple(rows), tuple(findings))
                rows, findings, characters = [], [], 0
            rows.append(row)
            findings.append(finding)
            characters += len(finding.text)
        if findings:
            yield Chunk(tuple(rows), tuple(findings))


def survey(file: BinaryIO, name: str, suffix: str, say: Callable[[str], None] = quiet) -> Survey:
    """Read all findings of a sheet.

    Parameters
    ----------
    file, name, suffix
        As for `stream_findings_sheet`.
    say
        Told in words what was read otherwise than it stands there.

    Raises
    ------
    ReviewError
        As `stream_findings_sheet`; listing rows without an id, or with an id that another row has.
    """
    spool = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115
    marks = array("Q")
    set_aside: list[str] = []
    faults: list[tuple[int, str]] = []
    header: Sheet | None = None
    try:
        for sheet in stream_findings_sheet(file, name, suffix):
            for note in sheet.notes if header is None else ():
                say(note)
            header = header or sheet
            for row in sheet.rows:
                finding, found = read_finding(sheet, row)
                empty = f"{sheet.place(row, 'text')}: empty"
                faults += [(row.number, fault) for fault in found if fault != empty]
                if not row["text"]:
                    set_aside.append(empty)
                marks.append(_mark(finding.id))
                if finding.id:
                    _lay_down(spool, row.number, finding)
    except OSError as error:
        raise ReviewError(
            f"the findings could not be laid down in a temporary file: {error.strerror}",
            tempfile.gettempdir(),
            "Make room there, or name another folder in the environment variable TMPDIR.",
        ) from None
    if header is not None:
        faults += _standing_twice(header, spool, marks)
    if faults:
        shown = [fault for _, fault in sorted(faults)[:_SHOWN]]
        more = len(faults) - len(shown)
        raise ReviewError(
            "rows that cannot be told apart",
            name,
            "Nothing was written.",
            faults=[*shown, *([f"and {more:,} more"] if more else [])],
        )
    return Survey(name, len(marks) - len(set_aside), tuple(set_aside), _sha256(file), spool)


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for block in iter(lambda: file.read(1 << 20), b""):
        digest.update(block)
    return digest.hexdigest()


def _mark(finding_id: str) -> int:
    """Give eight bytes that stand for an id."""
    return int.from_bytes(hashlib.blake2b(finding_id.encode(), digest_size=8).digest())


def _standing_twice(sheet: Sheet, spool: IO[str], marks: array[int]) -> Iterator[tuple[int, str]]:
    """Find the ids that stand in several rows: by their marks first, then by themselves."""
    import numpy as np

    sorted_marks = np.sort(np.frombuffer(marks, np.uint64))
    repeated = set(sorted_marks[1:][sorted_marks[1:] == sorted_marks[:-1]].tolist())
    repeated.discard(_mark(""))
    if not repeated:
        return
    first: dict[str, int] = {}
    for row, finding in _laid_down(spool, empty=True):
        if _mark(finding.id) not in repeated:
            continue
        if finding.id in first:
            yield row, standing_twice(sheet, Row(row, {"id": finding.id}), first[finding.id])
        first.setdefault(finding.id, row)


def _lay_down(spool: IO[str], row: int, finding: Finding) -> None:
    kept = [row, finding.id, finding.text, finding.cited, finding.section]
    spool.write(json.dumps(kept, ensure_ascii=True) + "\n")


def _laid_down(spool: IO[str], *, empty: bool = False) -> Iterator[tuple[int, Finding]]:
    """Iterate what was laid down; rows without a text only where they are asked for."""
    spool.seek(0)
    for line in spool:
        row, finding_id, text, cited, section = _read(line)
        if text or empty:
            yield row, Finding(finding_id, text, tuple(cited), section=section)


def _read(line: str) -> Any:
    return json.loads(line)
